#include "services/forecast/errand.h"
#include "services/forecast/evaluation.h"
#include "services/forecast/explainability.h"
#include "services/forecast/export_job.h"
#include "services/forecast/forecast.h"
#include "services/forecast/import_job.h"
#include "services/forecast/predictor.h"
#include "services/forecast/resource.h"
#include "services/forecast/what_if.h"

static void tell_blobs(const cJSON *row, void (*tell)(void *data, struct str id), void *data)
{
    const cJSON *id;
    cJSON_ArrayForEach(id, json_get(row, "_blobs"))
    {
        tell(data, json_value(id));
    }
}

/* AWS's own durations differ with the data; these are what small data sets take there, but for the jobs' own, which their
 * definitions tell. */
static const struct lifecycle_step steps[] = {
    { "CREATE_PENDING", "CREATE_IN_PROGRESS", 20 * 1000 }, { "CREATE_STOPPING", "CREATE_STOPPED", 60 * 1000 },
    { "DELETE_PENDING", "DELETE_IN_PROGRESS", 10 * 1000 }, { "DELETE_IN_PROGRESS", NULL, 20 * 1000 },
    { "ACTIVE_STOPPING", "ACTIVE_STOPPED", 30 * 1000 },    { 0 },
};

/* AWS's guide, "Amazon Forecast resource statuses". */
static const char *fail(cJSON *row, const char *reason)
{
    json_set_string(row, "Message", reason);
    return str_starts(json_str(row, "Status"), STR("DELETE_")) ? "DELETE_FAILED" : "CREATE_FAILED";
}

#define KIND(symbol, words, thing_words, ...)                                                                          \
    static const struct table_def symbol##_table = { .name = "forecast." words, .blobs = tell_blobs };                 \
    static const struct lifecycle_def symbol##_life = { .table = &symbol##_table,                                      \
                                                        .status = "Status",                                            \
                                                        .topic = "forecast." words ".status",                          \
                                                        .steps = steps,                                                \
                                                        .arrive = errand_arrive,                                       \
                                                        .service = "forecast",                                         \
                                                        .thing = thing_words,                                          \
                                                        .fail = fail };                                                \
    const struct resource_kind kind_##symbol = {                                                                       \
        .table = &symbol##_table, .life = &symbol##_life, .noun = words, __VA_ARGS__                                   \
    }

KIND(dataset_group, "dataset-group", "DatasetGroup", .title = "dataset group", .arn = "DatasetGroupArn",
     .name = "DatasetGroupName", .most = 500, .filters = " ");
KIND(dataset, "dataset", "Dataset", .title = "dataset", .arn = "DatasetArn", .name = "DatasetName", .most = 1500,
     .filters = " ");
KIND(import, "dataset-import-job", "DatasetImportJob", .title = "dataset import job", .arn = "DatasetImportJobArn",
     .name = "DatasetImportJobName", .parent = "DatasetArn", .nested = true, .stops = true, .most = 1000,
     .most_under_way = 3, .filters = " DatasetArn Status ", .errand = &import_job);
KIND(predictor, "predictor", "Predictor", .title = "predictor", .arn = "PredictorArn", .name = "PredictorName",
     .parent = "_group", .stops = true, .most = 500, .most_under_way = 3, .filters = " DatasetGroupArn Status ",
     .errand = &predictor_job);
KIND(backtest_export, "predictor-backtest-export-job", "PredictorBacktestExportJob",
     .title = "predictor backtest export job", .arn = "PredictorBacktestExportJobArn",
     .name = "PredictorBacktestExportJobName", .parent = "PredictorArn", .nested = true, .stops = true, .most = 1000,
     .most_under_way = 3, .filters = " PredictorArn Status ", .errand = &backtest_export_job);
KIND(forecast, "forecast", "Forecast", .title = "forecast", .arn = "ForecastArn", .name = "ForecastName",
     .parent = "PredictorArn", .stops = true, .most = 10, .most_under_way = 3,
     .filters = " DatasetGroupArn PredictorArn Status ", .errand = &forecast_job_def);
KIND(forecast_export, "forecast-export-job", "ForecastExportJob", .title = "forecast export job",
     .arn = "ForecastExportJobArn", .name = "ForecastExportJobName", .parent = "ForecastArn", .nested = true,
     .stops = true, .most = 1000, .most_under_way = 3, .filters = " ForecastArn Status ",
     .errand = &forecast_export_job);
KIND(explainability, "explainability", "Explainability", .title = "explainability", .arn = "ExplainabilityArn",
     .name = "ExplainabilityName", .parent = "ResourceArn", .stops = true, .most = 1000, .most_under_way = 3,
     .filters = " ResourceArn Status ", .errand = &explainability_job);
KIND(explainability_export, "explainability-export", "ExplainabilityExport", .title = "explainability export",
     .arn = "ExplainabilityExportArn", .name = "ExplainabilityExportName", .parent = "ExplainabilityArn",
     .nested = true, .stops = true, .most = 1000, .most_under_way = 3, .filters = " ResourceArn Status ",
     .errand = &explainability_export_job);
KIND(monitor, "monitor", "Monitor", .title = "monitor", .arn = "MonitorArn", .name = "MonitorName",
     .parent = "ResourceArn", .most = 1000, .filters = " Status ResourceArn ");
KIND(analysis, "what-if-analysis", "WhatIfAnalysis", .title = "what-if analysis", .arn = "WhatIfAnalysisArn",
     .name = "WhatIfAnalysisName", .parent = "ForecastArn", .most = 1000, .most_under_way = 3,
     .filters = " WhatIfAnalysisArn ForecastArn Status ", .errand = &analysis_job);
KIND(what_if, "what-if-forecast", "WhatIfForecast", .title = "what-if forecast", .arn = "WhatIfForecastArn",
     .name = "WhatIfForecastName", .parent = "WhatIfAnalysisArn", .nested = true, .most = 1000, .most_under_way = 3,
     .filters = " WhatIfForecastArn WhatIfAnalysisArn Status ", .errand = &what_if_job);
KIND(what_if_export, "what-if-forecast-export", "WhatIfForecastExport", .title = "what-if forecast export",
     .arn = "WhatIfForecastExportArn", .name = "WhatIfForecastExportName", .parent = "_what_if", .most = 1000,
     .most_under_way = 3, .filters = " WhatIfForecastExportArn WhatIfForecastArn Status ",
     .errand = &what_if_export_job);
KIND(evaluation, "monitor-evaluation", "MonitorEvaluation", .title = "monitor evaluation", .arn = "_arn",
     .name = "_name", .parent = "MonitorArn", .most = 100000, .filters = " EvaluationState ",
     .errand = &evaluation_errand);

const struct resource_kind *const resource_kinds[] = {
    &kind_dataset_group,   &kind_dataset,         &kind_import,
    &kind_predictor,       &kind_backtest_export, &kind_forecast,
    &kind_forecast_export, &kind_explainability,  &kind_explainability_export,
    &kind_monitor,         &kind_analysis,        &kind_what_if,
    &kind_what_if_export,  &kind_evaluation,      NULL,
};

const struct table_def *const resource_tables[] = {
    &dataset_group_table,   &dataset_table,         &import_table,
    &predictor_table,       &backtest_export_table, &forecast_table,
    &forecast_export_table, &explainability_table,  &explainability_export_table,
    &monitor_table,         &analysis_table,        &what_if_table,
    &what_if_export_table,  &evaluation_table,      NULL
};

const struct lifecycle_def *const resource_lives[] = {
    &dataset_group_life,   &dataset_life,         &import_life,
    &predictor_life,       &backtest_export_life, &forecast_life,
    &forecast_export_life, &explainability_life,  &explainability_export_life,
    &monitor_life,         &analysis_life,        &what_if_life,
    &what_if_export_life,  &evaluation_life,      NULL
};

const struct resource_kind *resource_kind_of(struct str text)
{
    struct arn arn;
    struct str rest;
    if (!arn_parse(text, &arn) || !str_is(arn.service, "forecast"))
        return NULL;
    struct str noun = str_cut(arn.resource, '/', &rest);
    for (const struct resource_kind *const *kind = resource_kinds; *kind; kind++)
        if (str_is(noun, (*kind)->noun))
            return *kind;
    return NULL;
}
