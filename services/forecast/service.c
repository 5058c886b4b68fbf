#include "services/forecast/service.h"

#include "services/forecast/forecast_model.h"

static const operation_fn handlers[FORECAST_OPERATIONS] = { 0 };

static const struct table_def *const tables[] = { NULL };

const struct service forecast_service = { .model = &forecast_model, .handlers = handlers, .tables = tables };
