#include "services/sagemakerfeaturestoreruntime/service.h"

#include "services/sagemakerfeaturestoreruntime/record.h"
#include "services/sagemakerfeaturestoreruntime/sagemakerfeaturestoreruntime_model.h"

static const operation_fn handlers[SAGEMAKERFEATURESTORERUNTIME_OPERATIONS] = {
    [SAGEMAKERFEATURESTORERUNTIME_BATCH_GET_RECORD] = batch_get_record,
    [SAGEMAKERFEATURESTORERUNTIME_DELETE_RECORD] = delete_record,
    [SAGEMAKERFEATURESTORERUNTIME_GET_RECORD] = get_record,
    [SAGEMAKERFEATURESTORERUNTIME_PUT_RECORD] = put_record,
};

static const struct table_def *const tables[] = { NULL };

const struct service sagemakerfeaturestoreruntime_service = {
    .model = &sagemakerfeaturestoreruntime_model,
    .handlers = handlers,
    .tables = tables,
};
