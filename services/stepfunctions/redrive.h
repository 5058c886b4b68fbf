/* Redriving: who can be, who cannot and why, and the operation. What happens then is the engine's (engine_redrive). */
#ifndef STEPFUNCTIONS_REDRIVE_H
#define STEPFUNCTIONS_REDRIVE_H

#include "aws/call.h"

/* "REDRIVABLE", "NOT_REDRIVABLE" or "REDRIVABLE_BY_MAP_RUN"; *ret_reason is AWS's sentence where it cannot be, else NULL.
 * `row` is an execution's. */
const char *redrive_status(struct world *world, struct scope scope, const cJSON *row, const char **ret_reason);

#endif
