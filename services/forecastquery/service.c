#include "services/forecastquery/service.h"

#include "services/forecastquery/forecastquery_model.h"

static const operation_fn handlers[FORECASTQUERY_OPERATIONS] = { 0 };

static const struct table_def *const tables[] = { NULL };

const struct service forecastquery_service = { .model = &forecastquery_model, .handlers = handlers, .tables = tables };
