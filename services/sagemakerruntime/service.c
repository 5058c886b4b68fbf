#include "services/sagemakerruntime/service.h"

#include "services/sagemakerruntime/sagemakerruntime_model.h"

static const operation_fn handlers[SAGEMAKERRUNTIME_OPERATIONS] = { 0 };

static const struct table_def *const tables[] = { NULL };

const struct service sagemakerruntime_service = { .model = &sagemakerruntime_model, .handlers = handlers, .tables = tables };
