#include "services/lexv2/service.h"

#include "services/lexv2/lexv2_model.h"

static const operation_fn handlers[LEXV2_OPERATIONS] = { 0 };

static const struct table_def *const tables[] = { NULL };

const struct service lexv2_service = { .model = &lexv2_model, .handlers = handlers, .tables = tables };
