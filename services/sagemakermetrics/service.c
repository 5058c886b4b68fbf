#include "services/sagemakermetrics/service.h"

#include <math.h>
#include <stdlib.h>

#include "aws/arn.h"
#include "services/sagemaker/lineage.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/trial_metric.h"
#include "services/sagemakermetrics/sagemakermetrics_model.h"

/* ---- BatchPutMetrics ---- */

static void add_error(cJSON *errors, int index, const char *code)
{
    cJSON *error = cJSON_CreateObject();
    json_set_string(error, "Code", code);
    json_set_int64(error, "MetricIndex", index);
    json_add(errors, error);
}

/* What cannot be taken is told one by one; the rest is taken. */
static enum outcome batch_put_metrics(struct call *call)
{
    struct str component = input_str(call, "TrialComponentName");
    char *arn = sagemaker_arn(call->arena, call_scope(call), "experiment-trial-component",
                              sagemaker_key(call->arena, component));
    bool there = lineage_get(call->world, call_scope(call), str_of(arn)) != NULL;
    cJSON *errors = cJSON_CreateArray();
    const cJSON *datum;
    int index = 0;
    cJSON_ArrayForEach(datum, json_get(call->input, "MetricData"))
    {
        const struct trial_point point = { json_to_time(json_get(datum, "Timestamp")), json_int64(datum, "Step", -1),
                                           json_number(datum, "Value", NAN) };
        const char *refused = !there || !isfinite(point.value)
                                  ? "VALIDATION_ERROR"
                                  : trial_metric_add(call->world, call_scope(call), component,
                                                     json_str(datum, "MetricName"), &point);
        if (refused)
            add_error(errors, index, refused);
        index++;
    }
    if (errors->child)
        output_json(call, "Errors", errors);
    else
        cJSON_Delete(errors);
    return CALL_DONE;
}

/* ---- BatchGetMetrics ---- */

struct bucket {
    int64_t place; /* on the x axis */
    double sum, squares, least, most, last;
    int64_t count, last_ms;
};

struct reading {
    bool by_step;
    int64_t period, start, end;
    struct bucket *buckets;
    size_t count;
};

static int64_t period_of(struct str name)
{
    return str_is(name, "OneMinute") ? 60 : str_is(name, "FiveMinute") ? 300 : str_is(name, "OneHour") ? 3600 : 1;
}

static struct bucket *bucket_at(struct reading *reading, int64_t place)
{
    size_t at = reading->count;
    while (at > 0 && reading->buckets[at - 1].place >= place)
        at--;
    if (at < reading->count && reading->buckets[at].place == place)
        return &reading->buckets[at];
    memmove(&reading->buckets[at + 1], &reading->buckets[at], (reading->count - at) * sizeof *reading->buckets);
    reading->buckets[at] = (struct bucket){ .place = place };
    reading->count++;
    return &reading->buckets[at];
}

static void take(void *data, const struct trial_point *point)
{
    struct reading *reading = data;
    int64_t x = reading->by_step ? point->step : point->at_ms / 1000;
    if (x < reading->start || x > reading->end || (reading->by_step && point->step < 0))
        return;
    struct bucket *bucket = bucket_at(reading, x / reading->period * reading->period);
    bool first = bucket->count++ == 0;
    bucket->sum += point->value;
    bucket->squares += point->value * point->value;
    bucket->least = first ? point->value : fmin(bucket->least, point->value);
    bucket->most = first ? point->value : fmax(bucket->most, point->value);
    if (first || point->at_ms >= bucket->last_ms)
        bucket->last = point->value;
    bucket->last_ms = point->at_ms > bucket->last_ms ? point->at_ms : bucket->last_ms;
}

static double value_of(const struct bucket *bucket, struct str statistic)
{
    double count = (double)bucket->count, mean = bucket->sum / count, spread = bucket->squares / count - mean * mean;
    return str_is(statistic, "Min")      ? bucket->least
           : str_is(statistic, "Max")    ? bucket->most
           : str_is(statistic, "Avg")    ? mean
           : str_is(statistic, "Count")  ? count
           : str_is(statistic, "StdDev") ? (spread > 0 ? sqrt(spread) : 0)
                                         : bucket->last;
}

static cJSON *read_query(struct call *call, const cJSON *query)
{
    struct arn arn;
    struct str component;
    cJSON *result = cJSON_CreateObject(), *places = cJSON_CreateArray(), *values = cJSON_CreateArray();
    bool good = arn_parse(json_str(query, "ResourceArn"), &arn) &&
                str_is(str_cut(arn.resource, '/', &component), "experiment-trial-component") &&
                lineage_get(call->world, call_scope(call), json_str(query, "ResourceArn"));
    if (good) {
        struct reading reading = { .by_step = str_is(json_str(query, "XAxisType"), "IterationNumber"),
                                   .period = period_of(json_str(query, "Period")),
                                   .start = json_int64(query, "Start", 0),
                                   .end = json_int64(query, "End", INT64_MAX) };
        reading.buckets = memory_alloc((TRIAL_POINTS_MOST + 1) * sizeof *reading.buckets);
        trial_metric_each(call->world, call_scope(call), component, json_str(query, "MetricName"), take, &reading);
        for (size_t i = 0; i < reading.count; i++) {
            json_add(places, json_new_int64(reading.buckets[i].place));
            json_add(values, cJSON_CreateNumber(value_of(&reading.buckets[i], json_str(query, "MetricStat"))));
        }
        free(reading.buckets);
    } else { /* the sentence is ours */
        json_set_string(result, "Message", "The ResourceArn is that of no trial component.");
    }
    json_set_string(result, "Status", good ? "Complete" : "ValidationError");
    json_set(result, "XAxisValues", places);
    json_set(result, "MetricValues", values);
    return result;
}

static enum outcome batch_get_metrics(struct call *call)
{
    const cJSON *query;
    cJSON *results = cJSON_CreateArray();
    cJSON_ArrayForEach(query, json_get(call->input, "MetricQueries"))
    {
        json_add(results, read_query(call, query));
    }
    output_json(call, "MetricQueryResults", results);
    return CALL_DONE;
}

static const operation_fn handlers[SAGEMAKERMETRICS_OPERATIONS] = {
    [SAGEMAKERMETRICS_BATCH_GET_METRICS] = batch_get_metrics,
    [SAGEMAKERMETRICS_BATCH_PUT_METRICS] = batch_put_metrics,
};

static const struct table_def *const tables[] = { NULL };

const struct service sagemakermetrics_service = {
    .model = &sagemakermetrics_model,
    .handlers = handlers,
    .tables = tables,
};
