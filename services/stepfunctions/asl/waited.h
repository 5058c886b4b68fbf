/* What .sync waits for: an execution of a state machine, a job or a pipeline of SageMaker. Each has an ARN in the answer that
 * started it, tells its changes by an event with that key, is described and can be stopped:
 *
 *     startExecution ─▶ ARN ─▶ [event] ─▶ describe ─┬─▶ still running: wait on
 *                                                   ├─▶ succeeded: the description is the task's result
 *                                                   └─▶ else: States.TaskFailed, the description is its cause */
#ifndef ASL_WAITED_H
#define ASL_WAITED_H

#include "services/stepfunctions/asl/machine.h"

struct waited {
    const char *service, *operation; /* that starts it */
    const char *arn;                 /* the member of its answer, in the dialect of tasks */
    const char *topic;
    const char *describe, *stop, *member; /* operations, and the member of their input that says which one */
    bool by_name;                         /* it wants what stands behind the last '/' of the ARN */
    const char *status;                   /* the member of the description */
    const char *succeeded;
    const char *running[2];
};

const struct waited *waited_for(const struct resource *resource); /* NULL: this cloud lacks it */

enum waited_state { WAITED_RUNS, WAITED_SUCCEEDED, WAITED_FAILED };
enum waited_state waited_state(const struct waited *waited, const cJSON *description);

#endif
