/* Starting executions: by StartExecution, by StartSyncExecution, and as an iteration of a distributed Map. */
#ifndef STEPFUNCTIONS_START_EXECUTION_H
#define STEPFUNCTIONS_START_EXECUTION_H

#include "services/stepfunctions/asl/engine.h"

/* An execution for item `index` of the Map that `parent` is in. */
void start_map_iteration(struct branch *parent, size_t index, struct json *input);
/* The Express execution that a StartSyncExecution waits for has ended: it is answered. */
void start_sync_answer(struct execution *execution);

#endif
