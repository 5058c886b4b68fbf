#include "services/sagemakerruntime/service.h"

#include "services/sagemakerruntime/async_invocation.h"
#include "services/sagemakerruntime/invoke_endpoint.h"
#include "services/sagemakerruntime/sagemakerruntime_model.h"

static const operation_fn handlers[SAGEMAKERRUNTIME_OPERATIONS] = {
    [SAGEMAKERRUNTIME_INVOKE_ENDPOINT] = invoke_endpoint,
    [SAGEMAKERRUNTIME_INVOKE_ENDPOINT_ASYNC] = invoke_endpoint_async,
};

static const struct table_def *const tables[] = { &async_invocation_table, NULL };

const struct service sagemakerruntime_service = {
    .model = &sagemakerruntime_model,
    .handlers = handlers,
    .tables = tables,
    .recover = async_invocation_recover,
};
