#include "services/forecast/service.h"

#include "services/forecast/dataset.h"
#include "services/forecast/explainability.h"
#include "services/forecast/export_job.h"
#include "services/forecast/forecast.h"
#include "services/forecast/import_job.h"
#include "services/forecast/listing.h"
#include "services/forecast/monitor.h"
#include "services/forecast/predictor.h"
#include "services/forecast/tag.h"
#include "services/forecast/what_if.h"

/* What most kinds of resources answer alike is in resource.c and listing.c. */
static const operation_fn handlers[FORECAST_OPERATIONS] = {
    [FORECAST_CREATE_AUTO_PREDICTOR] = create_auto_predictor,
    [FORECAST_CREATE_DATASET] = create_dataset,
    [FORECAST_CREATE_DATASET_GROUP] = create_dataset_group,
    [FORECAST_CREATE_DATASET_IMPORT_JOB] = create_dataset_import_job,
    [FORECAST_CREATE_EXPLAINABILITY] = create_explainability,
    [FORECAST_CREATE_EXPLAINABILITY_EXPORT] = create_explainability_export,
    [FORECAST_CREATE_FORECAST] = create_forecast,
    [FORECAST_CREATE_FORECAST_EXPORT_JOB] = create_forecast_export_job,
    [FORECAST_CREATE_MONITOR] = create_monitor,
    [FORECAST_CREATE_PREDICTOR] = create_predictor,
    [FORECAST_CREATE_PREDICTOR_BACKTEST_EXPORT_JOB] = create_predictor_backtest_export_job,
    [FORECAST_CREATE_WHAT_IF_ANALYSIS] = create_what_if_analysis,
    [FORECAST_CREATE_WHAT_IF_FORECAST] = create_what_if_forecast,
    [FORECAST_CREATE_WHAT_IF_FORECAST_EXPORT] = create_what_if_forecast_export,
    [FORECAST_DELETE_DATASET] = delete_resource,
    [FORECAST_DELETE_DATASET_GROUP] = delete_resource,
    [FORECAST_DELETE_DATASET_IMPORT_JOB] = delete_resource,
    [FORECAST_DELETE_EXPLAINABILITY] = delete_resource,
    [FORECAST_DELETE_EXPLAINABILITY_EXPORT] = delete_resource,
    [FORECAST_DELETE_FORECAST] = delete_resource,
    [FORECAST_DELETE_FORECAST_EXPORT_JOB] = delete_resource,
    [FORECAST_DELETE_MONITOR] = delete_resource,
    [FORECAST_DELETE_PREDICTOR] = delete_resource,
    [FORECAST_DELETE_PREDICTOR_BACKTEST_EXPORT_JOB] = delete_resource,
    [FORECAST_DELETE_RESOURCE_TREE] = delete_resource_tree,
    [FORECAST_DELETE_WHAT_IF_ANALYSIS] = delete_resource,
    [FORECAST_DELETE_WHAT_IF_FORECAST] = delete_resource,
    [FORECAST_DELETE_WHAT_IF_FORECAST_EXPORT] = delete_resource,
    [FORECAST_DESCRIBE_AUTO_PREDICTOR] = describe_auto_predictor,
    [FORECAST_DESCRIBE_DATASET] = describe_resource,
    [FORECAST_DESCRIBE_DATASET_GROUP] = describe_resource,
    [FORECAST_DESCRIBE_DATASET_IMPORT_JOB] = describe_resource,
    [FORECAST_DESCRIBE_EXPLAINABILITY] = describe_resource,
    [FORECAST_DESCRIBE_EXPLAINABILITY_EXPORT] = describe_resource,
    [FORECAST_DESCRIBE_FORECAST] = describe_resource,
    [FORECAST_DESCRIBE_FORECAST_EXPORT_JOB] = describe_resource,
    [FORECAST_DESCRIBE_MONITOR] = describe_monitor,
    [FORECAST_DESCRIBE_PREDICTOR] = describe_resource,
    [FORECAST_DESCRIBE_PREDICTOR_BACKTEST_EXPORT_JOB] = describe_resource,
    [FORECAST_DESCRIBE_WHAT_IF_ANALYSIS] = describe_resource,
    [FORECAST_DESCRIBE_WHAT_IF_FORECAST] = describe_resource,
    [FORECAST_DESCRIBE_WHAT_IF_FORECAST_EXPORT] = describe_resource,
    [FORECAST_GET_ACCURACY_METRICS] = get_accuracy_metrics,
    [FORECAST_LIST_DATASET_GROUPS] = list_resources,
    [FORECAST_LIST_DATASET_IMPORT_JOBS] = list_resources,
    [FORECAST_LIST_DATASETS] = list_resources,
    [FORECAST_LIST_EXPLAINABILITIES] = list_resources,
    [FORECAST_LIST_EXPLAINABILITY_EXPORTS] = list_resources,
    [FORECAST_LIST_FORECAST_EXPORT_JOBS] = list_resources,
    [FORECAST_LIST_FORECASTS] = list_resources,
    [FORECAST_LIST_MONITOR_EVALUATIONS] = list_monitor_evaluations,
    [FORECAST_LIST_MONITORS] = list_resources,
    [FORECAST_LIST_PREDICTOR_BACKTEST_EXPORT_JOBS] = list_resources,
    [FORECAST_LIST_PREDICTORS] = list_resources,
    [FORECAST_LIST_TAGS_FOR_RESOURCE] = forecast_list_tags_for_resource,
    [FORECAST_LIST_WHAT_IF_ANALYSES] = list_resources,
    [FORECAST_LIST_WHAT_IF_FORECAST_EXPORTS] = list_resources,
    [FORECAST_LIST_WHAT_IF_FORECASTS] = list_resources,
    [FORECAST_RESUME_RESOURCE] = resume_resource,
    [FORECAST_STOP_RESOURCE] = stop_resource,
    [FORECAST_TAG_RESOURCE] = forecast_tag_resource,
    [FORECAST_UNTAG_RESOURCE] = forecast_untag_resource,
    [FORECAST_UPDATE_DATASET_GROUP] = update_dataset_group,
};

const struct service forecast_service = { .model = &forecast_model,
                                          .handlers = handlers,
                                          .tables = resource_tables,
                                          .lifecycles = resource_lives,
                                          .recover = resource_recover };
