/* Asynchronous invocations: an event waits in its row until a run of the function has taken it, and is tried again as the
 * function's EventInvokeConfig says. Table "lambda.event", key = the request id:
 *     {"function", "qualifier", "payload": text, "context": text, "attempts": that have failed, "born": ms, "due": ms} */
#ifndef LAMBDA_ASYNC_EVENT_H
#define LAMBDA_ASYNC_EVENT_H

#include "services/lambda/names.h"

extern const struct table_def async_event_table;

/* False: too many wait already, the call was failed. */
bool async_event_add(struct call *call, const struct function_name *name, struct str payload,
                     struct str client_context);
void async_event_recover(struct world *world);

#endif
