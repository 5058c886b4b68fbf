#include "services/sagemaker/trial_metric.h"

#include <math.h>

#include "aws/arn.h"
#include "services/sagemaker/names.h"

#define PARTS "\x01"

const struct table_def trial_metric_table = { .name = "sagemaker.trial_metric" };
const struct table_def trial_point_table = { .name = "sagemaker.trial_point" };

static struct str key_of(struct arena *arena, struct str component, struct str metric)
{
    return str_of(arena_printf(arena, "%s" PARTS "%.*s", sagemaker_key(arena, component).at, STR_ARG(metric)));
}

static size_t count_metrics(struct world *world, struct scope scope, struct str prefix)
{
    size_t count = 0;
    struct cursor at = store_seek_from(world->store, scope, &trial_metric_table, NULL, prefix);
    while (store_next_within(&at, prefix))
        count++;
    return count;
}

/* ---- adding ---- */

static void add_up(cJSON *row, const struct trial_point *point)
{
    bool first = json_int64(row, "count", 0) == 0;
    json_set_int64(row, "count", json_int64(row, "count", 0) + 1);
    json_set_number(row, "sum", json_number(row, "sum", 0) + point->value);
    json_set_number(row, "squares", json_number(row, "squares", 0) + point->value * point->value);
    json_set_number(row, "min", first ? point->value : fmin(json_number(row, "min", 0), point->value));
    json_set_number(row, "max", first ? point->value : fmax(json_number(row, "max", 0), point->value));
    if (first || point->at_ms >= json_int64(row, "at", 0)) {
        json_set_number(row, "last", point->value);
        json_set_int64(row, "at", point->at_ms);
    }
}

const char *trial_metric_add(struct world *world, struct scope scope, struct str component, struct str metric,
                             const struct trial_point *point)
{
    struct arena *arena = arena_new();
    struct str key = key_of(arena, component, metric), prefix = key_of(arena, component, STR(""));
    struct json *old = store_get(world->store, scope, &trial_metric_table, key);
    int64_t count = old ? json_int64(json_root(old), "count", 0) : 0;
    const char *refused = NULL;
    if (count >= TRIAL_POINTS_MOST || (!old && count_metrics(world, scope, prefix) >= TRIAL_METRICS_MOST)) {
        refused = "METRIC_LIMIT_EXCEEDED";
    } else {
        cJSON *row = old ? json_thaw(json_root(old)) : cJSON_CreateObject(), *kept = cJSON_CreateObject();
        json_set_str(row, "name", metric);
        add_up(row, point);
        store_put(world->store, scope, &trial_metric_table, key, json_seal(row));
        json_set_int64(kept, "at", point->at_ms);
        if (point->step >= 0)
            json_set_int64(kept, "step", point->step);
        json_set_number(kept, "value", point->value);
        char *place = arena_printf(arena, "%s" PARTS "%08lld", key.at, (long long)count);
        store_put(world->store, scope, &trial_point_table, str_of(place), json_seal(kept));
    }
    arena_free(arena);
    return refused;
}

/* ---- reading ---- */

void trial_metric_each(struct world *world, struct scope scope, struct str component, struct str metric,
                       void (*visit)(void *data, const struct trial_point *point), void *data)
{
    struct arena *arena = arena_new();
    struct str prefix = str_of(arena_printf(arena, "%s" PARTS, key_of(arena, component, metric).at));
    struct cursor at = store_seek_from(world->store, scope, &trial_point_table, NULL, prefix);
    while (store_next_within(&at, prefix)) {
        const cJSON *row = json_root(at.row);
        const struct trial_point point = { json_int64(row, "at", 0), json_int64(row, "step", -1),
                                           json_number(row, "value", 0) };
        visit(data, &point);
    }
    arena_free(arena);
}

static cJSON *summary(struct str arn, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    double count = (double)json_int64(row, "count", 1), mean = json_number(row, "sum", 0) / count;
    double spread = json_number(row, "squares", 0) / count - mean * mean;
    json_set_str(item, "MetricName", json_str(row, "name"));
    json_set_str(item, "SourceArn", arn);
    json_set(item, "TimeStamp", json_new_time(json_int64(row, "at", 0)));
    json_set_number(item, "Max", json_number(row, "max", 0));
    json_set_number(item, "Min", json_number(row, "min", 0));
    json_set_number(item, "Last", json_number(row, "last", 0));
    json_set_int64(item, "Count", (int64_t)count);
    json_set_number(item, "Avg", mean);
    json_set_number(item, "StdDev", spread > 0 ? sqrt(spread) : 0);
    return item;
}

static struct str component_of(struct str text)
{
    struct arn arn;
    struct str name;
    if (!arn_parse(text, &arn) || !str_is(str_cut(arn.resource, '/', &name), "experiment-trial-component"))
        return STR_NONE;
    return name;
}

cJSON *trial_metric_summaries(struct world *world, struct scope scope, struct str component_arn)
{
    cJSON *list = cJSON_CreateArray();
    struct arena *arena = arena_new();
    struct str prefix = key_of(arena, component_of(component_arn), STR(""));
    struct cursor at = store_seek_from(world->store, scope, &trial_metric_table, NULL, prefix);
    while (store_next_within(&at, prefix))
        json_add(list, summary(component_arn, json_root(at.row)));
    arena_free(arena);
    return list;
}

void trial_metric_drop(struct world *world, struct scope scope, struct str arn)
{
    static const struct table_def *const tables[] = { &trial_metric_table, &trial_point_table };
    struct str component = component_of(arn);
    struct arena *arena = arena_new();
    for (size_t i = 0; component.length && i < 2; i++) {
        struct str prefix = key_of(arena, component, STR(""));
        struct cursor at = store_seek_from(world->store, scope, tables[i], NULL, prefix);
        while (store_next_within(&at, prefix))
            store_delete(world->store, scope, tables[i], at.key);
    }
    arena_free(arena);
}
