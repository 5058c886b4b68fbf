#include "services/forecast/forecast.h"

#include "services/forecast/forecasting.h"
#include "services/forecast/predictor.h"
#include "services/forecast/s3_source.h"

bool selector_check(struct call *call, const cJSON *selector)
{
    const cJSON *identifiers = json_get(selector, "TimeSeriesIdentifiers");
    struct import_format format = { 0 };
    if (!identifiers)
        return true;
    if (!json_get(identifiers, "DataSource") || !json_get(json_get(identifiers, "Schema"), "Attributes"))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "TimeSeriesIdentifiers must have a DataSource and a Schema.");
    else if (str_is(json_str(identifiers, "Format"), "PARQUET"))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "This practice cloud reads files of the format CSV only, not PARQUET.");
    else if (!table_read_format(json_get(json_get(identifiers, "Schema"), "Attributes"), call->arena, &format))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "The schema has more than %d attributes.",
                  IMPORT_ATTRIBUTES);
    return !call->error.kind && s3_config_check(call, json_get(json_get(identifiers, "DataSource"), "S3Config"), true);
}

enum outcome create_forecast(struct call *call)
{
    const cJSON *predictor = resource_find(call, &kind_predictor, input_str(call, "PredictorArn"));
    if (!predictor || !resource_is_ready(call, &kind_predictor, predictor) ||
        !forecast_types_check(call, json_get(call->input, "ForecastTypes")) ||
        !selector_check(call, json_get(call->input, "TimeSeriesSelector")))
        return CALL_FAILED;
    cJSON *row = resource_new(call, &kind_forecast);
    if (!row)
        return CALL_FAILED;
    if (!json_get(row, "ForecastTypes"))
        json_set(row, "ForecastTypes", json_thaw(json_get(predictor, "ForecastTypes")));
    json_set_str(row, "_group", json_str(predictor, "_group"));
    json_set_str(row, "DatasetGroupArn", json_str(predictor, "_group"));
    json_set_bool(row, "CreatedUsingAutoPredictor", json_bool(predictor, "IsAutoPredictor", false));
    return resource_begin(call, &kind_forecast, row);
}

static enum errand_step step(struct errand *errand)
{
    struct forecasting *forecasting = errand->data;
    const cJSON *row = errand_row(errand);
    if (forecasting->begun)
        return forecasting_step(forecasting, errand);
    const cJSON *predictor = resource_get(errand->strand.world, errand->scope, &kind_predictor,
                                          json_str(row, "PredictorArn"));
    return forecasting_begin(forecasting, errand, predictor, row, json_get(row, "TimeSeriesSelector")) ? ERRAND_AGAIN
                                                                                                       : ERRAND_FAILED;
}

static void finish(struct errand *errand, cJSON *row)
{
    forecasting_finish(errand->data, errand, row);
}

static void release(struct errand *errand)
{
    forecasting_release(errand->data);
}

const struct errand_def forecast_job_def = { .duration_ms = 15 * 60 * 1000,
                                             .size = sizeof(struct forecasting),
                                             .step = step,
                                             .finish = finish,
                                             .release = release };
