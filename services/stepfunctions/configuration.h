/* Logging, tracing and encryption as a state machine or an activity is configured, in the form in which the Describe
 * operations answer them: defaults filled in. */
#ifndef STEPFUNCTIONS_CONFIGURATION_H
#define STEPFUNCTIONS_CONFIGURATION_H

#include "aws/call.h"

/* What the input says, defaults filled in, malloc'ed; NULL: the call was failed. An input of NULL is the default. */
cJSON *configuration_logging(struct call *call, const cJSON *input_or_null);
cJSON *configuration_tracing(const cJSON *input_or_null);
cJSON *configuration_encryption(struct call *call, const cJSON *input_or_null);

#endif
