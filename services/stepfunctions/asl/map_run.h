/* The Map Run of a distributed Map: its iterations are executions of their own, with histories of their own; the parent's
 * history knows only that the run began and how it ended. */
#ifndef ASL_MAP_RUN_H
#define ASL_MAP_RUN_H

#include "services/stepfunctions/asl/engine.h"

#define MAP_THRESHOLD_ERROR "States.ExceedToleratedFailureThreshold"
#define MAP_THRESHOLD_CAUSE "The specified tolerated failure threshold was exceeded"

void map_run_begin(struct branch *parent);
void map_run_resume(struct branch *parent); /* starts what may start, ends when all has ended or too much failed */
void map_run_load(struct branch *parent, struct str map_run_arn);
void map_run_stop(struct branch *parent); /* its executions are aborted */
/* The item of an execution that is an iteration; false: it is none. */
bool map_run_item(const struct execution *execution, int64_t *ret_index, const cJSON **ret_item);
/* An execution has ended; where it was an iteration, its Map takes a turn. */
void map_run_child_ended(struct execution *child);

#endif
