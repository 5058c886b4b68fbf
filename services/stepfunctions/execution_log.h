/* Executions' events on their way to CloudWatch Logs, as the logging configuration of their machine's revision asks: one line of
 * JSON an event, in a stream of the machine in the log group that it names.
 *
 *     history (its text since the last flush) ─▶ execution_log_take ─▶ log_delivery.h
 *
 * Of one execution 25,000 events are logged, or 64 MiB, and its end. An execution whose machine logs nothing has no execution_log and
 * pays nothing. */
#ifndef STEPFUNCTIONS_EXECUTION_LOG_H
#define STEPFUNCTIONS_EXECUTION_LOG_H

#include "services/stepfunctions/asl/engine.h"

struct execution_log;

/* By a configuration as configuration.h keeps it; NULL: its level is OFF. */
struct execution_log *execution_log_new(struct execution *execution, const cJSON *configuration);
void execution_log_free(struct execution_log *log_or_null);
/* Takes the lines that stand in the history's text: before they are flushed. */
void execution_log_take(struct execution *execution);

#endif
