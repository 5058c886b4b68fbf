#include <math.h>
#include <stdlib.h>

#include "services/forecast/explainability.h"
#include "services/forecast/forecasting.h"
#include "services/forecast/model_run.h"
#include "services/forecast/monitor.h"
#include "services/forecast/predictions.h"
#include "services/forecast/predictor.h"

struct training {
    struct model_run run;
    struct buf weights, backtests, item_metrics; /* the blobs' bytes, made on the worker */
    struct blob_writer *writers[3];
    char seed[PREDICTOR_SEED_ROOM];
};

/* ---- on the worker thread ---- */

/* The seed is the data's own: who trains by the same data gets the same predictor. */
static bool prepare(struct model_run *run)
{
    struct training *training = LIST_ITEM(run, struct training, run);
    struct forecast_task *task = &run->panel.task;
    unsigned char digest[SHA256_BYTES];
    task->without_forecast = true;
    if (task->window_offset == 0)
        task->window_offset = task->horizon;
    forecast_task_digest(task, digest);
    memcpy(&task->seed, digest, sizeof task->seed);
    hex_encode(digest, sizeof task->seed, training->seed);
    return true;
}

static void write_weights(struct training *training, const struct forecast_result *result)
{
    double *values = memory_alloc((result->item_count * FORECAST_ALGORITHMS + 1) * sizeof *values);
    for (size_t i = 0; i < result->item_count; i++)
        for (size_t k = 0; k < FORECAST_ALGORITHMS; k++)
            values[i * FORECAST_ALGORITHMS + k] = result->items[i].weights.of[k];
    predictions_write(&training->weights, &training->run.panel.keys, FORECAST_ALGORITHMS, 1, values);
    free(values);
}

static double actual_of(const struct forecast_series *series, int64_t step)
{
    int64_t at = step - series->first;
    return at >= 0 && at < (int64_t)series->count ? series->values[at] : NAN;
}

static void write_backtests(struct training *training, const struct forecast_result *result)
{
    const struct forecast_task *task = &training->run.panel.task;
    size_t horizon = (size_t)task->horizon, quantiles = task->quantile_count,
           types = (size_t)task->windows * (2 + quantiles);
    double *values = memory_alloc((result->item_count * types * horizon + 1) * sizeof *values), *at = values;
    for (size_t i = 0; i < result->item_count; i++)
        for (int w = 0; w < task->windows; w++) {
            const struct forecast_path *path = &result->items[i].backtest[w];
            for (size_t step = 0; step < horizon; step++)
                *at++ = actual_of(&task->series[i], result->windows[w].start + (int64_t)step);
            for (size_t step = 0; step < horizon; step++)
                *at++ = path->mean ? path->mean[step] : NAN;
            for (size_t q = 0; q < quantiles; q++)
                for (size_t step = 0; step < horizon; step++)
                    *at++ = path->quantiles ? path->quantiles[step * quantiles + q] : NAN;
        }
    predictions_write(&training->backtests, &training->run.panel.keys, (uint32_t)types, (uint32_t)horizon, values);
    free(values);
}

static void write_item_metrics(struct training *training, const struct forecast_result *result)
{
    const struct forecast_task *task = &training->run.panel.task;
    size_t quantiles = task->quantile_count, types = (size_t)task->windows * (quantiles + 5);
    double *values = memory_alloc((result->item_count * types + 1) * sizeof *values), *at = values;
    for (size_t i = 0; i < result->item_count; i++)
        for (int w = 0; w < task->windows; w++) {
            const struct forecast_metrics *metrics = &result->items[i].metrics[w];
            for (size_t q = 0; q < quantiles; q++)
                *at++ = metrics->wql[q];
            *at++ = metrics->average_wql;
            *at++ = metrics->errors[0].wape;
            *at++ = metrics->errors[0].rmse;
            *at++ = metrics->errors[0].mase;
            *at++ = metrics->errors[0].mape;
        }
    predictions_write(&training->item_metrics, &training->run.panel.keys, (uint32_t)types, 1, values);
    free(values);
}

static void harvest(struct model_run *run, const struct forecast_result *result)
{
    struct training *training = LIST_ITEM(run, struct training, run);
    write_weights(training, result);
    write_backtests(training, result);
    write_item_metrics(training, result);
}

/* ---- on the loop's ---- */

static enum errand_step step(struct errand *errand)
{
    struct training *training = errand->data;
    struct model_run *run = &training->run;
    if (!run->planned) {
        run->prepare = prepare;
        run->harvest = harvest;
        return model_run_begin(run, errand, errand_row(errand)) ? ERRAND_AGAIN : ERRAND_FAILED;
    }
    enum errand_step next = model_run_step(run, errand);
    if (next != ERRAND_DONE)
        return next;
    struct buf *parts[] = { &training->weights, &training->backtests, &training->item_metrics };
    for (size_t i = 0; i < 3; i++) {
        if (blob_begin(errand->strand.world, &training->writers[i]) != 0 ||
            blob_append(training->writers[i], buf_str(parts[i])) != 0)
            return errand_fail(errand, "There is no room left for the predictor.");
        buf_release(parts[i]);
    }
    return ERRAND_DONE;
}

/* ---- what GetAccuracyMetrics answers ---- */

static cJSON *tell_errors(const char *type, const struct forecast_errors *errors)
{
    cJSON *told = cJSON_CreateObject();
    json_set_string(told, "ForecastType", type);
    json_set_number(told, "WAPE", errors->wape);
    json_set_number(told, "RMSE", errors->rmse);
    json_set_number(told, "MASE", errors->mase);
    json_set_number(told, "MAPE", errors->mape);
    return told;
}

static cJSON *tell_metrics(const struct forecast_task *task, const cJSON *types, const struct forecast_metrics *metrics)
{
    cJSON *told = cJSON_CreateObject(), *losses = cJSON_CreateArray(), *errors = cJSON_CreateArray();
    const cJSON *type;
    for (size_t q = 0; q < task->quantile_count; q++) {
        cJSON *loss = cJSON_CreateObject();
        json_set_number(loss, "Quantile", task->quantiles[q]);
        json_set_number(loss, "LossValue", metrics->wql[q]);
        json_add(losses, loss);
    }
    cJSON_ArrayForEach(type, types)
    {
        size_t at = 0;
        while (!str_is(json_value(type), "mean") && at < task->quantile_count &&
               task->quantiles[at] != strtod(json_value(type).at, NULL))
            at++;
        json_add(errors,
                 tell_errors(json_value(type).at, &metrics->errors[str_is(json_value(type), "mean") ? 0 : 1 + at]));
    }
    json_set_number(told, "RMSE", metrics->errors[0].rmse);
    json_set(told, "WeightedQuantileLosses", losses);
    json_set(told, "ErrorMetrics", errors);
    json_set_number(told, "AverageWeightedQuantileLoss", metrics->average_wql);
    return told;
}

static int64_t moment_of(const struct forecast_task *task, int64_t step)
{
    return forecast_step_start(&task->frequency, step) * 1000;
}

static cJSON *tell_window(const struct forecast_task *task, const cJSON *types, const struct forecast_window *window,
                          int algorithm)
{
    cJSON *told = cJSON_CreateObject();
    json_set(told, "TestWindowStart", json_new_time(moment_of(task, window->start)));
    json_set(told, "TestWindowEnd", json_new_time(moment_of(task, window->start + task->horizon)));
    json_set_int64(told, "ItemCount", (int64_t)window->items);
    json_set_string(told, "EvaluationType", "COMPUTED");
    json_set(told, "Metrics",
             tell_metrics(task, types, algorithm < 0 ? &window->metrics : &window->of_algorithm[algorithm]));
    return told;
}

static char *arn_of(struct arena *arena, enum forecast_algorithm algorithm)
{
    return arena_printf(arena, "arn:aws:forecast:::algorithm/%s", forecast_algorithm_name(algorithm));
}

/* algorithm < 0: the predictor's own. */
static cJSON *tell_result(struct errand *errand, const struct forecast_task *task, const struct forecast_result *result,
                          const cJSON *types, int algorithm, const char *arn)
{
    cJSON *told = cJSON_CreateObject(), *windows = cJSON_CreateArray(), *summary = cJSON_CreateObject();
    json_set_string(told, "AlgorithmArn", arn);
    json_set_string(summary, "EvaluationType", "SUMMARY");
    json_set_int64(summary, "ItemCount", (int64_t)result->item_count);
    json_set(summary, "Metrics",
             tell_metrics(task, types, algorithm < 0 ? &result->summary : &result->summary_of_algorithm[algorithm]));
    json_add(windows, summary);
    for (int w = 0; w < task->windows; w++)
        json_add(windows, tell_window(task, types, &result->windows[w], algorithm));
    json_set(told, "TestWindows", windows);
    return told;
}

static cJSON *tell_results(struct errand *errand, const cJSON *row, const struct forecast_task *task,
                           const struct forecast_result *result)
{
    cJSON *results = cJSON_CreateArray();
    const cJSON *types = json_get(row, "ForecastTypes");
    if (!task->all_algorithms) {
        json_add(results, tell_result(errand, task, result, types, -1, json_string(row, "AlgorithmArn")));
        return results;
    }
    for (int k = FORECAST_SEASONAL_NAIVE + 1; k < FORECAST_ALGORITHMS; k++)
        json_add(results,
                 tell_result(errand, task, result, types, k, arn_of(errand->arena, (enum forecast_algorithm)k)));
    return results;
}

/* DescribePredictor of a legacy one: which algorithms were run over which windows. */
static void tell_executions(struct errand *errand, cJSON *row, const struct forecast_task *task,
                            const struct forecast_result *result)
{
    cJSON *executions = cJSON_CreateArray(), *details = cJSON_CreateObject();
    const cJSON *of;
    cJSON_ArrayForEach(of, json_get(row, "_results"))
    {
        cJSON *execution = cJSON_CreateObject(), *windows = cJSON_CreateArray();
        json_set_string(execution, "AlgorithmArn", json_string(of, "AlgorithmArn"));
        for (int w = 0; w < task->windows; w++) {
            cJSON *window = cJSON_CreateObject();
            json_set(window, "TestWindowStart", json_new_time(moment_of(task, result->windows[w].start)));
            json_set(window, "TestWindowEnd", json_new_time(moment_of(task, result->windows[w].start + task->horizon)));
            json_set_string(window, "Status", "ACTIVE");
            json_add(windows, window);
        }
        json_set(execution, "TestWindows", windows);
        json_add(executions, execution);
    }
    json_set(details, "PredictorExecutions", executions);
    json_set(row, "PredictorExecutionDetails", details);
}

static void tell_automl(struct errand *errand, cJSON *row, const struct forecast_result *result)
{
    cJSON *arns = cJSON_CreateArray();
    json_add(arns, cJSON_CreateString(arn_of(errand->arena, result->best)));
    json_set(row, "AutoMLAlgorithmArns", arns);
    json_set_string(row, "AlgorithmArn", arn_of(errand->arena, result->best));
}

static void finish(struct errand *errand, cJSON *row)
{
    static const char *const members[] = { PREDICTOR_WEIGHTS, "_backtests", "_item_metrics" };
    struct training *training = errand->data;
    const struct forecast_task *task = &training->run.panel.task;
    const struct forecast_result *result = model_run_result(&training->run);
    cJSON *windows = cJSON_CreateArray();
    for (size_t i = 0; i < 3; i++) {
        errand_keep_blob(row, members[i], training->writers[i]);
        training->writers[i] = NULL;
    }
    for (int w = 0; w < task->windows; w++)
        json_add(windows, json_new_int64(result->windows[w].start));
    json_set(row, "_windows", windows);
    json_set_string(row, PREDICTOR_SEED, training->seed);
    json_set(row, "_dimensions", forecasting_dimensions(&training->run.panel));
    json_set(row, "_results", tell_results(errand, row, task, result));
    if (!json_bool(row, "IsAutoPredictor", false))
        tell_executions(errand, row, task, result);
    if (task->all_algorithms)
        tell_automl(errand, row, result);
    if (json_bool(row, "ExplainPredictor", false))
        explainability_of_predictor(errand->strand.world, errand->scope, row);
    if (json_get(row, "MonitorConfig"))
        monitor_of_predictor(errand->strand.world, errand->scope, row);
}

static void release(struct errand *errand)
{
    struct training *training = errand->data;
    model_run_release(&training->run);
    buf_release(&training->weights);
    buf_release(&training->backtests);
    buf_release(&training->item_metrics);
    for (size_t i = 0; i < 3; i++)
        blob_abandon(training->writers[i]);
}

const struct errand_def predictor_job = {
    .duration_ms = 45 * 60 * 1000, .size = sizeof(struct training), .step = step, .finish = finish, .release = release
};
