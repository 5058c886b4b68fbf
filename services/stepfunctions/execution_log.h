/* Executions' events on their way to CloudWatch Logs, as the logging configuration of their machine's revision asks: one line of
 * JSON an event, in a stream of the machine in the log group that it names.
 *
 *     history (its text since the last flush) ─▶ execution_log_take ─▶ delivery ─ a strand ─▶ CreateLogStream, PutLogEvents
 *
 * A delivery is a machine's way into a group. It sends what has come together when the executions of the moment have stepped, as
 * delivery.logs.amazonaws.com by calls on the one road, so logs are written in the turn in which their events are. It holds at
 * most one batch of PutLogEvents and has one call under way; what comes while a call is held up and the batch is full is lost:
 * AWS too promises no more than its best effort. Of one execution 25,000 events are logged, or 64 MiB, and its end. An execution whose machine logs nothing has no execution_log and pays nothing. */
#ifndef STEPFUNCTIONS_EXECUTION_LOG_H
#define STEPFUNCTIONS_EXECUTION_LOG_H

#include "services/stepfunctions/asl/engine.h"

struct execution_log;

/* By a configuration as configuration.h keeps it; NULL: its level is OFF. */
struct execution_log *execution_log_new(struct execution *execution, const cJSON *configuration);
void execution_log_free(struct execution_log *log_or_null);
/* Takes the lines that stand in the history's text: before they are flushed. */
void execution_log_take(struct execution *execution);

/* For who creates or changes a machine: false: the call was failed, there is no such group here. */
bool execution_log_check(struct call *call, const cJSON *configuration);
/* What setting up delivery leaves in the group. */
void execution_log_prepare(struct call *call, const cJSON *configuration);

#endif
