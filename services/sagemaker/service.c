#include "services/sagemaker/service.h"

#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

static const operation_fn handlers[SAGEMAKER_OPERATIONS] = {
    [SAGEMAKER_ADD_TAGS] = add_tags,
    [SAGEMAKER_DELETE_TAGS] = delete_tags,
    [SAGEMAKER_LIST_TAGS] = sagemaker_list_tags,
};

static const struct table_def *const tables[] = {
    &sagemaker_tag_table,
    NULL,
};

const struct service sagemaker_service = { .model = &sagemaker_model, .handlers = handlers, .tables = tables };
