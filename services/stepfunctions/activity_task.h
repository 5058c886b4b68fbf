/* Tasks of activities: a task waits until a worker asks for it, a worker's GetActivityTask until there is a task, for a
 * minute at most. First come, first served, on both sides. Where a task stands in the queue is in its branch's row, so the
 * order outlives a restart. */
#ifndef STEPFUNCTIONS_ACTIVITY_TASK_H
#define STEPFUNCTIONS_ACTIVITY_TASK_H

#include "services/stepfunctions/asl/engine.h"

/* At the end of the queue of its activity; the place that it got, free() it. */
char *activity_task_enqueue(struct branch *branch, struct str activity_arn);
void activity_task_restore(struct branch *branch, struct str place); /* after a restart */
void activity_task_dequeue(struct branch *branch, struct str place);
/* A task of this activity was queued: a worker that waits gets it. */
void activity_task_offer(struct engine *engine, struct str activity_arn);

#endif
