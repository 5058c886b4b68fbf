/* InvokeEndpointAsync: a request whose input is an object in S3, and whose reply becomes another. Rows "sagemaker.async_invocation", key: a
 * number: {"endpoint", "arn", "model", "variant", "role", "input", "contentType", "accept", "id", "output", "failure": URLs, "timeout": s,
 * "until": when it is too old (ms)}. A row is one that is not answered yet; its strand fetches the input as the model's role, asks the
 * model, puts the reply, or what went wrong, and the row goes. A restart begins it anew. */
#ifndef SAGEMAKERRUNTIME_ASYNC_INVOCATION_H
#define SAGEMAKERRUNTIME_ASYNC_INVOCATION_H

#include "aws/call.h"

extern const struct table_def async_invocation_table;

enum outcome invoke_endpoint_async(struct call *call);
void async_invocation_recover(struct world *world);

#endif
