#include "services/sagemakerruntime/service.h"

#include "services/sagemakerruntime/invoke_endpoint.h"
#include "services/sagemakerruntime/sagemakerruntime_model.h"

static const operation_fn handlers[SAGEMAKERRUNTIME_OPERATIONS] = {
    [SAGEMAKERRUNTIME_INVOKE_ENDPOINT] = invoke_endpoint,
};

static const struct table_def *const tables[] = { NULL };

const struct service sagemakerruntime_service = {
    .model = &sagemakerruntime_model,
    .handlers = handlers,
    .tables = tables,
};
