/* Starting executions: by StartExecution, by StartSyncExecution, and as an iteration of a distributed Map. */
#ifndef STEPFUNCTIONS_START_EXECUTION_H
#define STEPFUNCTIONS_START_EXECUTION_H

#include "services/stepfunctions/asl/engine.h"

/* A child of a Map Run. */
struct iteration {
    int64_t number;       /* among the run's children */
    int64_t first, items; /* which items it has */
    bool batch;
    const cJSON *item; /* its item, where its input is another; NULL: the input is it */
};

void start_map_iteration(struct branch *parent, const struct iteration *iteration, struct json *input);
/* An Express child from its start again, under the ARN it has. */
void start_map_iteration_again(struct world *world, struct scope scope, struct str arn, struct json *row);
/* "arn:…:stateMachine:MACHINE/LABEL", whose executions a run's children are. */
void start_map_machine_arn(struct scope scope, const char *map_run_arn, struct buf *ret_arn);
/* The Express execution that a StartSyncExecution waits for has ended: it is answered. */
void start_sync_answer(struct execution *execution);

#endif
