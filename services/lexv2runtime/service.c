#include "services/lexv2runtime/service.h"

#include "services/lexv2runtime/lexv2runtime_model.h"

static const operation_fn handlers[LEXV2RUNTIME_OPERATIONS] = { 0 };

static const struct table_def *const tables[] = { NULL };

const struct service lexv2runtime_service = { .model = &lexv2runtime_model, .handlers = handlers, .tables = tables };
