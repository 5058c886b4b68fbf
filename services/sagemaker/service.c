#include "services/sagemaker/service.h"

#include "services/sagemaker/sagemaker_model.h"

static const operation_fn handlers[SAGEMAKER_OPERATIONS] = { 0 };

static const struct table_def *const tables[] = { NULL };

const struct service sagemaker_service = { .model = &sagemaker_model, .handlers = handlers, .tables = tables };
