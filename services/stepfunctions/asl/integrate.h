/* Service integrations: what a Task's parameters become as a call of this cloud, and what its answer becomes as the task's
 * result or error, each in the dialect of its kind of resource:
 *
 *     arn:aws:states:::states:startExecution        an optimised one: Java's SDK 1 with its HTTP metadata, dates in ms
 *     arn:aws:states:::aws-sdk:sfn:startExecution   Java's SDK 2: members in PascalCase, dates in ISO 8601
 *
 * The call runs as the execution's role (or the one of Credentials), so a broken role breaks the task as it would on AWS. */
#ifndef ASL_INTEGRATE_H
#define ASL_INTEGRATE_H

#include "services/stepfunctions/asl/engine.h"
#include "services/stepfunctions/asl/waited.h"

const char *integrate_resource_type(const struct resource *resource, struct arena *arena); /* "states", "aws-sdk:sfn" */
const char *integrate_resource(const struct resource *resource, struct arena *arena);      /* "startExecution.sync:2" */

/* The call, ready for road_run(); NULL: *ret_failure (a States.Runtime goes with the state's prefix, else it is the task's
 * own error). */
struct call *integrate_call(struct branch *branch, const cJSON *payload, const char *role_arn,
                            struct failure *ret_failure);
/* In the arena. */
const cJSON *integrate_result(const struct resource *resource, const struct call *call, struct arena *arena);
struct failure integrate_failure(const struct resource *resource, const struct call *call, struct arena *arena);

/* .sync: a call about what is waited for, as `role_arn`; NULL: it cannot be made. */
enum child_call { CHILD_DESCRIBE, CHILD_STOP };
struct call *integrate_child_call(struct world *world, struct scope scope, const char *role_arn, const char *session,
                                  const struct waited *waited, enum child_call which, const char *child_arn);
/* Its description as a .sync task sees it; `parsed`: .sync:2, Input and Output of an execution as JSON. */
const cJSON *integrate_child_result(const struct call *call, bool parsed, struct arena *arena);

#endif
