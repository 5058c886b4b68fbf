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
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "TimeSeriesIdentifiers must have a DataSource and a Schema.");
    else if (str_is(json_str(identifiers, "Format"), "PARQUET"))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "This practice cloud reads files of the format CSV only, not PARQUET.");
    else if (!table_format(json_get(json_get(identifiers, "Schema"), "Attributes"), call->arena, &format))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "The schema has more than %d attributes.", IMPORT_ATTRIBUTES);
    return !call->error.kind && s3_config_check(call, json_get(json_get(identifiers, "DataSource"), "S3Config"), true);
}

enum outcome create_forecast(struct call *call)
{
    const cJSON *predictor = resource_find(call, &kind_predictor, input_str(call, "PredictorArn"));
    if (!predictor || !resource_is_ready(call, &kind_predictor, predictor) ||
        !forecast_types_check(call, json_get(call->input, "ForecastTypes")) || !selector_check(call, json_get(call->input, "TimeSeriesSelector")))
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

static enum job_step step(struct job *job)
{
    struct forecasting *forecasting = job->data;
    const cJSON *row = job_row(job);
    if (forecasting->begun)
        return forecasting_step(forecasting, job);
    const cJSON *predictor = resource_get(job->strand.world, job->scope, &kind_predictor, json_str(row, "PredictorArn"));
    return forecasting_begin(forecasting, job, predictor, row, json_get(row, "TimeSeriesSelector")) ? JOB_AGAIN : JOB_FAILED;
}

static void finish(struct job *job, cJSON *row)
{
    forecasting_finish(job->data, job, row);
}

static void release(struct job *job)
{
    forecasting_release(job->data);
}

const struct job_def forecast_job_def = { .duration_ms = 15 * 60 * 1000,
                                          .size = sizeof(struct forecasting),
                                          .step = step,
                                          .finish = finish,
                                          .release = release };
