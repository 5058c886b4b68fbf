/* A machine's way into a log group: one delivery for each two of them, made when something is logged.
 *
 *     log_delivery_add ─▶ a batch of PutLogEvents ─ the delivery's strand ─▶ CreateLogStream, PutLogEvents
 *
 * It sends what has come together when the executions of the moment have stepped, as delivery.logs.amazonaws.com by calls on the
 * one road, so logs are written in the turn in which their events are. It holds at most one batch and has one call under way; what
 * comes while a call is held up and the batch is full is lost: AWS too promises no more than its best effort. */
#ifndef STEPFUNCTIONS_LOG_DELIVERY_H
#define STEPFUNCTIONS_LOG_DELIVERY_H

#include "aws/arn.h"
#include "services/stepfunctions/asl/engine.h"

struct log_delivery;

/* ---- configurations, as configuration.h keeps them ---- */
bool log_delivery_is_off(const cJSON *configuration);
/* The group's name, of one that is not off. */
struct str log_delivery_group(const cJSON *configuration, struct arn *ret_arn);
/* For who creates or changes a machine: false: the call was failed, there is no such group here. */
bool log_delivery_check(struct call *call, const cJSON *configuration);
/* What setting up delivery leaves in the group. */
void log_delivery_prepare(struct call *call, const cJSON *configuration);

/* ---- sending ---- */
/* The key is the machine's ARN, a space, the group's name. Good until the end of the execution's step. */
struct log_delivery *log_delivery_of(const struct execution *execution, struct str key);
void log_delivery_add(struct log_delivery *delivery, int64_t time_ms, struct str message);
void log_delivery_send(struct log_delivery *delivery); /* soon */

#endif
