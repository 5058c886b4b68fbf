#include "services/forecast/monitor.h"

enum outcome create_monitor(struct call *call)
{
    struct str arn = input_str(call, "ResourceArn");
    const cJSON *predictor = resource_find(call, &kind_predictor, arn);
    if (!predictor || !resource_is_ready(call, &kind_predictor, predictor))
        return CALL_FAILED;
    if (!json_bool(predictor, "IsAutoPredictor", false))
        return call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                         "A monitor needs a predictor that was created by CreateAutoPredictor.");
    cJSON *row = resource_new(call, &kind_monitor);
    return row ? resource_begin(call, &kind_monitor, row) : CALL_FAILED;
}

void monitor_of_predictor(struct world *world, struct scope scope, const cJSON *predictor)
{
    struct arena *arena = arena_new();
    cJSON *row = cJSON_CreateObject();
    struct str name = json_str(json_get(predictor, "MonitorConfig"), "MonitorName");
    json_set_str(row, "MonitorName", name);
    json_set_string(row, "MonitorArn",
                    arn_make(arena, "forecast", scope.region, scope.account, "monitor/%.*s", STR_ARG(name)));
    json_set_str(row, "ResourceArn", json_str(predictor, "PredictorArn"));
    if (!resource_get(world, scope, &kind_monitor, json_str(row, "MonitorArn")))
        resource_begin_row(world, scope, &kind_monitor, row);
    else
        cJSON_Delete(row);
    arena_free(arena);
}

static void add_metric(cJSON *metrics, const char *name, double value)
{
    cJSON *metric = cJSON_CreateObject();
    json_set_string(metric, "Name", name);
    json_set_number(metric, "Value", value);
    json_add(metrics, metric);
}

/* "Baseline: metrics you can use as a baseline for comparison purposes": those of the predictor's own backtests. */
static cJSON *baseline_of(const cJSON *predictor)
{
    const cJSON *result = json_get(predictor, "_results"),
                *windows = json_get(result ? result->child : NULL, "TestWindows");
    const cJSON *summary = json_get(windows ? windows->child : NULL, "Metrics"),
                *errors = json_get(summary, "ErrorMetrics");
    const cJSON *first = errors ? errors->child : NULL;
    cJSON *metrics = cJSON_CreateArray(), *of = cJSON_CreateObject(), *baseline = cJSON_CreateObject();
    add_metric(metrics, "AverageWeightedQuantileLoss", json_number(summary, "AverageWeightedQuantileLoss", 0));
    add_metric(metrics, "RMSE", json_number(summary, "RMSE", 0));
    add_metric(metrics, "WAPE", json_number(first, "WAPE", 0));
    add_metric(metrics, "MASE", json_number(first, "MASE", 0));
    add_metric(metrics, "MAPE", json_number(first, "MAPE", 0));
    json_set(of, "BaselineMetrics", metrics);
    json_set(baseline, "PredictorBaseline", of);
    return baseline;
}

enum outcome describe_monitor(struct call *call)
{
    const cJSON *row = resource_find(call, &kind_monitor, input_str(call, "MonitorArn"));
    if (!row)
        return CALL_FAILED;
    resource_tell(call, call->operation->output, row, call_output(call));
    const cJSON *predictor = resource_get(call->world, call_scope(call), &kind_predictor, json_str(row, "ResourceArn"));
    if (predictor)
        output_json(call, "Baseline", baseline_of(predictor));
    return CALL_DONE;
}
