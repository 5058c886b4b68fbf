/* InvokeEndpoint: a request to a deployed model, and its capture. */
#ifndef SAGEMAKERRUNTIME_INVOKE_ENDPOINT_H
#define SAGEMAKERRUNTIME_INVOKE_ENDPOINT_H

#include "aws/call.h"

enum outcome invoke_endpoint(struct call *call);

#endif
