#include "services/forecast/evaluation.h"

#include <math.h>
#include <stdlib.h>

#include "services/forecast/panel.h"
#include "services/forecast/predictions.h"

struct str evaluation_prefix(struct arena *arena, struct str monitor_arn)
{
    struct arn arn = { 0 };
    arn_parse(monitor_arn, &arn);
    return str_of(arena_printf(arena, "arn:aws:forecast:%.*s:%.*s:monitor-evaluation/%.*s/", STR_ARG(arn.region),
                               STR_ARG(arn.account), STR_ARG(resource_name_of(monitor_arn))));
}

/* ---- who evaluates ---- */

struct beginning {
    struct world *world;
    struct scope scope;
    struct str dataset;
    const char *import_arn;
    cJSON *monitors; /* their ARNs: rows are put behind the walk */
    const cJSON *newest;
};

static bool names_dataset(const cJSON *group, struct str dataset)
{
    const cJSON *arn;
    cJSON_ArrayForEach(arn, json_get(group, "DatasetArns"))
    {
        if (str_equal(json_value(arn), dataset))
            return true;
    }
    return false;
}

static bool note_monitor(const cJSON *monitor, void *data)
{
    struct beginning *beginning = data;
    const cJSON *predictor = resource_get(beginning->world, beginning->scope, &kind_predictor,
                                          json_str(monitor, "ResourceArn"));
    const cJSON *group = resource_get(beginning->world, beginning->scope, &kind_dataset_group,
                                      json_str(predictor, "_group"));
    if (resource_is(monitor, "ACTIVE") && names_dataset(group, beginning->dataset))
        json_add(beginning->monitors, json_new_string(json_str(monitor, "MonitorArn")));
    return false;
}

static bool note_newest(const cJSON *forecast, void *data)
{
    struct beginning *beginning = data;
    if (resource_is(forecast, "ACTIVE") && (!beginning->newest || json_int64(forecast, "CreationTime", 0) >
                                                                      json_int64(beginning->newest, "CreationTime", 0)))
        beginning->newest = forecast;
    return false;
}

static void begin_one(struct beginning *beginning, struct str monitor_arn)
{
    struct world *world = beginning->world;
    const cJSON *monitor = resource_get(world, beginning->scope, &kind_monitor, monitor_arn);
    struct str predictor = json_str(monitor, "ResourceArn");
    beginning->newest = NULL;
    resource_each(world, beginning->scope, &kind_forecast, "PredictorArn", predictor, note_newest, beginning);
    if (!beginning->newest)
        return;
    struct arena *arena = arena_new();
    cJSON *row = cJSON_CreateObject(), *source = cJSON_CreateObject();
    struct str prefix = evaluation_prefix(arena, monitor_arn);
    json_set_string(
        row, kind_evaluation.arn,
        arena_printf(arena, "%.*s%016llx", STR_ARG(prefix), (unsigned long long)store_last_change(world->store)));
    json_set_str(row, "MonitorArn", monitor_arn);
    json_set_str(row, "ResourceArn", predictor);
    json_set_string(row, "EvaluationState", "IN_PROGRESS");
    json_set_string(source, "DatasetImportJobArn", beginning->import_arn);
    json_set_str(source, "ForecastArn", json_str(beginning->newest, "ForecastArn"));
    json_set_str(source, "PredictorArn", predictor);
    json_set(row, "MonitorDataSource", source);
    resource_begin_row(world, beginning->scope, &kind_evaluation, row);
    arena_free(arena);
}

void evaluation_begin_all(struct world *world, struct scope scope, struct str dataset_arn, const char *import_arn)
{
    struct beginning beginning = { world, scope, dataset_arn, import_arn, cJSON_CreateArray(), NULL };
    resource_each(world, scope, &kind_monitor, NULL, STR_NONE, note_monitor, &beginning);
    for (const cJSON *arn = beginning.monitors->child; arn; arn = arn->next)
        begin_one(&beginning, json_value(arn));
    cJSON_Delete(beginning.monitors);
}

/* ---- comparing ---- */

struct evaluating {
    struct panel panel;
    struct predictions predictions;
    int64_t first;
    double quantiles[FORECAST_QUANTILES + 1]; /* of the forecast's types; −1: the mean */
    size_t type_count;
    bool planned, computed, wrong;
    /* What it finds: */
    double loss[FORECAST_QUANTILES + 1], away, squares, shares, total;
    size_t points, nonzero, items;
};

static double pinball(double quantile, double actual, double said)
{
    double over = actual - said;
    return 2 * (over > 0 ? quantile * over : (quantile - 1) * over);
}

static size_t middle_of(const struct evaluating *evaluating)
{
    size_t at = 0;
    for (size_t i = 0; i < evaluating->type_count; i++)
        if (evaluating->quantiles[i] < 0 || (evaluating->quantiles[i] == 0.5 && evaluating->quantiles[at] >= 0))
            at = i;
    return at;
}

static void add_point(struct evaluating *evaluating, double actual, const double *values, size_t step, size_t steps)
{
    double away = actual - values[middle_of(evaluating) * steps + step];
    for (size_t type = 0; type < evaluating->type_count; type++)
        if (evaluating->quantiles[type] >= 0)
            evaluating->loss[type] += pinball(evaluating->quantiles[type], actual, values[type * steps + step]);
    evaluating->away += fabs(away);
    evaluating->squares += away * away;
    evaluating->total += fabs(actual);
    evaluating->points++;
    if (actual == 0)
        return;
    evaluating->shares += fabs(away / actual);
    evaluating->nonzero++;
}

/* What came, by series of the forecast and step of its horizon. */
static struct forecast_bucket *collect(struct evaluating *evaluating, const struct dictionary *keys, size_t steps)
{
    struct panel *panel = &evaluating->panel;
    struct forecast_bucket *buckets = memory_alloc((keys->count * steps + 1) * sizeof *buckets);
    size_t value = panel_column(&panel->target.format, panel->value);
    struct buf room = BUF_EMPTY;
    for (size_t i = 0; i < panel->target.import_count; i++) {
        struct panel_walk walk;
        const char *record;
        panel_walk_begin(&walk, &panel->target, i);
        while ((record = panel_walk_next(&walk))) {
            int64_t step = forecast_step_index(&panel->frequency, panel_time(&walk, record, panel->target_shape.time)) -
                           evaluating->first;
            if (step < 0 || step >= (int64_t)steps)
                continue;
            uint32_t series = dictionary_find(keys, panel_key(&walk, record, &panel->target_shape, &room));
            if (series != DICTIONARY_FULL)
                forecast_bucket_add(&buckets[series * steps + (size_t)step], panel->target_features.aggregation,
                                    panel_number(&walk, record, value));
        }
        panel_walk_end(&walk);
    }
    buf_release(&room);
    return buckets;
}

static void compare(struct errand *errand, void *subject)
{
    struct evaluating *evaluating = subject;
    struct dictionary keys = { 0 };
    size_t steps = evaluating->predictions.header.steps;
    double *values = memory_alloc((evaluating->predictions.header.types * steps + 1) * sizeof *values);
    evaluating->computed = true;
    evaluating->wrong = !panel_read_target(&evaluating->panel) || !predictions_keys(&evaluating->predictions, &keys);
    struct forecast_bucket *buckets = evaluating->wrong ? NULL : collect(evaluating, &keys, steps);
    for (uint32_t i = 0; !evaluating->wrong && i < keys.count; i++) {
        size_t before = evaluating->points;
        evaluating->wrong = !predictions_values(&evaluating->predictions, i, values);
        for (size_t step = 0; step < steps; step++) {
            double actual = forecast_bucket_value(&buckets[i * steps + step]);
            if (!isnan(actual))
                add_point(evaluating, actual, values, step, steps);
        }
        evaluating->items += evaluating->points > before;
    }
    free(buckets);
    free(values);
    dictionary_release(&keys);
}

/* ---- the errand ---- */

static enum errand_step plan(struct errand *errand, struct evaluating *evaluating)
{
    struct world *world = errand->strand.world;
    const cJSON *source = json_get(errand_row(errand), "MonitorDataSource"), *type;
    const cJSON *forecast = resource_get(world, errand->scope, &kind_forecast, json_str(source, "ForecastArn"));
    const cJSON *predictor = resource_get(world, errand->scope, &kind_predictor, json_str(source, "PredictorArn"));
    evaluating->planned = true;
    if (!forecast || !predictor || !predictions_open(world, json_str(forecast, "_values"), &evaluating->predictions))
        return errand_fail(errand, "The forecast is not there any more.");
    if (!panel_plan(&evaluating->panel, world, errand->scope, predictor, errand->arena))
        return errand_fail(errand, "%s", evaluating->panel.why.at);
    evaluating->first = json_int64(forecast, "_first", 0);
    cJSON_ArrayForEach(type, json_get(forecast, "ForecastTypes"))
    {
        if (evaluating->type_count <= FORECAST_QUANTILES)
            evaluating->quantiles[evaluating->type_count++] = str_is(json_value(type), "mean")
                                                                  ? -1
                                                                  : strtod(json_value(type).at, NULL);
    }
    return errand_compute(errand, compare, evaluating);
}

static enum errand_step step(struct errand *errand)
{
    struct evaluating *evaluating = errand->data;
    if (!evaluating->planned)
        return plan(errand, evaluating);
    if (evaluating->wrong)
        return errand_fail(errand, "The data could not be read.");
    return evaluating->points ? ERRAND_DONE
                              : errand_fail(errand, "The data hold no value in the horizon of the forecast.");
}

static void add_metric(cJSON *metrics, const char *name, double value)
{
    cJSON *metric = cJSON_CreateObject();
    json_set_string(metric, "MetricName", name);
    json_set_number(metric, "MetricValue", value);
    json_add(metrics, metric);
}

/* MASE is left out: it needs the history that the predictor was trained on. */
static cJSON *tell_metrics(const struct evaluating *evaluating)
{
    cJSON *metrics = cJSON_CreateArray();
    double sum = 0, weight = evaluating->total > 0 ? evaluating->total : 1;
    size_t quantiles = 0;
    for (size_t i = 0; i < evaluating->type_count; i++) {
        sum += evaluating->loss[i] / weight;
        quantiles += evaluating->quantiles[i] >= 0;
    }
    add_metric(metrics, "AverageWeightedQuantileLoss", quantiles ? sum / (double)quantiles : 0);
    add_metric(metrics, "WAPE", evaluating->away / weight);
    add_metric(metrics, "RMSE", sqrt(evaluating->squares / (double)evaluating->points));
    add_metric(metrics, "MAPE", evaluating->nonzero ? evaluating->shares / (double)evaluating->nonzero : 0);
    return metrics;
}

static void note_evaluation(cJSON *monitor, const void *now)
{
    json_set_int64(monitor, "LastEvaluationTime", *(const int64_t *)now);
    json_set_string(monitor, "LastEvaluationState", "SUCCESS");
}

static void finish(struct errand *errand, cJSON *row)
{
    struct evaluating *evaluating = errand->data;
    const struct forecast_frequency *frequency = &evaluating->panel.frequency;
    int64_t now_ms = clock_now(errand->strand.world->clock);
    json_set_string(row, "EvaluationState", "SUCCESS");
    json_set_int64(row, "EvaluationTime", now_ms);
    json_set_int64(row, "WindowStartDatetime", forecast_step_start(frequency, evaluating->first) * 1000);
    json_set_int64(row, "WindowEndDatetime",
                   forecast_step_start(frequency, evaluating->first + evaluating->predictions.header.steps) * 1000);
    json_set_int64(row, "NumItemsEvaluated", (int64_t)evaluating->items);
    json_set(row, "MetricResults", tell_metrics(evaluating));
    resource_change(errand->strand.world, errand->scope, &kind_monitor, json_str(row, "MonitorArn"), note_evaluation,
                    &now_ms);
}

static void failed(struct errand *errand, cJSON *row)
{
    json_set_string(row, "EvaluationState", "FAILURE");
    json_set_int64(row, "EvaluationTime", clock_now(errand->strand.world->clock));
}

static void release(struct errand *errand)
{
    struct evaluating *evaluating = errand->data;
    panel_release(&evaluating->panel);
    predictions_close(&evaluating->predictions);
}

const struct errand_def evaluation_errand = { .duration_ms = 5 * 60 * 1000,
                                              .size = sizeof(struct evaluating),
                                              .step = step,
                                              .finish = finish,
                                              .failed = failed,
                                              .release = release };
