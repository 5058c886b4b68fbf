/* Executions: what StartExecution makes. An execution is one row; its threads of control are rows of their own (branches),
 * and so are the chunks of its history:
 *
 *     "stepfunctions.execution"  key: the execution's ARN
 *         arn, name, type ("STANDARD", "EXPRESS"), status, stateMachineArn, stateMachineVersionArn, stateMachineAliasArn, machineName,
 *         revision (revision.h), roleArn, input (text as sent), startDate, stopDate (ms), deadline (ms; absent: none), output
 *         (text), error, cause, traceHeader, mocks (text, mock_file.h), redriveCount, redriveDate (ms), redriveTokens ({token: ms}),
 *         and for a child of a distributed Map: mapRunArn, mapState (index of the state), parent (its execution's ARN), parentBranch
 *         (path), item (its number), items (how many it has; absent: one), itemFirst (number of its item) or batchFirst (of the
 *         first in its batch), itemValue (where its input is not the item), pendingRedrive
 *     "stepfunctions.branch"     key: the execution's ARN + "/" + the branch's path ("" for the top, "0/12" below)
 *     "stepfunctions.history"    key: the execution's ARN + "/" + number of its first event in eight digits; append only
 *
 * The row of an execution is written when it starts and when it ends. In between its branches say all there is to say, so a
 * restart rebuilds it from them (execution_recover). A start is one row: what its first step wrote stands in the execution's
 * own, if it is little: branch (text; until the top branch has a row), events (text; its first events, for good). Express
 * executions leave no rows behind. A Standard one that did not succeed leaves its branches' rows, from which it can be
 * redriven. */
#ifndef STEPFUNCTIONS_EXECUTION_H
#define STEPFUNCTIONS_EXECUTION_H

#include "aws/call.h"

extern const struct table_def execution_table, branch_table, history_table;

/* Places begin with … + "/", newest first: the machine's ARN; the machine's ARN and the status; the ARN of the version, of
 * the alias; the key of its revision. */
extern const struct index_def execution_by_machine, execution_by_status, execution_by_version, execution_by_alias,
    execution_by_revision;
/* Children of a Map Run, the last one first. */
extern const struct index_def execution_by_map_run;
/* The place of a run's child of that number there, which begins with the run's ARN and a "/"; -1: behind those of all. */
void execution_map_run_place(struct str map_run_arn, int64_t number, struct buf *ret_place);

/* Told when an execution has ended; the key is its ARN, the detail {"status"}. */
extern const char EXECUTION_ENDED[];

struct json *execution_get(struct world *world, struct scope scope, struct str arn); /* NULL: there is none; borrowed */
/* For a call about an execution: fails it with InvalidArn, or with ExecutionDoesNotExist. */
struct json *execution_of_call(struct call *call);
const char *execution_status(const cJSON *row); /* as it is told */
bool execution_any_running(struct world *world, struct scope scope, struct str machine_arn);
/* Rebuilds every execution that was RUNNING: branches, timers, tokens, children that are waited for. */
void execution_recover(struct world *world);

#endif
