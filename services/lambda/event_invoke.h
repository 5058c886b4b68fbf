/* How asynchronous invocations of a function are tried again. Table "lambda.event_invoke", key = "FUNCTION:" or
 * "FUNCTION:QUALIFIER": the configuration as the API answers it, LastModified in ms. */
#ifndef LAMBDA_EVENT_INVOKE_H
#define LAMBDA_EVENT_INVOKE_H

#include "aws/call.h"

extern const struct table_def event_invoke_table;

struct event_policy {
    int64_t retries;    /* after the first attempt: 2 unless said */
    int64_t most_age_s; /* six hours unless said */
};
struct event_policy event_policy_of(struct world *world, struct scope scope, struct str function, struct str qualifier);

#endif
