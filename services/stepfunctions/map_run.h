/* Map Runs, as the API tells of them; how they run is asl/map_run.h's.
 *
 *     "stepfunctions.map_run"   key: the run's ARN
 *         arn, executionArn, stateMachineArn (with the Map's label), branch (path of the branch that it is in), status, stage
 *         ("check", "read", "run", "write"), startDate, stopDate (ms), maxConcurrency, toleratedFailureCount,
 *         toleratedFailurePercentage (each where it was said), batchItems, batchBytes, batchInput (text), bucket, prefix,
 *         itemCount (once they are read), failing, redriveCount, redriveDate (ms), executionCounts, itemCounts (objects),
 *         pendingItems (these three once it has ended) */
#ifndef STEPFUNCTIONS_MAP_RUN_H
#define STEPFUNCTIONS_MAP_RUN_H

#include "aws/call.h"

extern const struct table_def map_run_table;

/* For a call about one: fails it with ResourceNotFound. */
struct json *map_run_get(struct call *call, struct str arn);

#endif
