#include "services/forecast/picture.h"

#include <math.h>
#include <stdlib.h>

#include "services/forecast/panel.h"
#include "services/forecast/predictions.h"
#include "services/forecast/query.h"
#include "services/forecast/resource.h"

#define KEYS_SHOWN    200
#define HISTORY_SHOWN 120    /* steps before the forecast */
#define ROWS_LOOKED   400000 /* in a dataset: few milliseconds */

/* ---- the list ---- */

static bool add_row(const cJSON *row, void *data, const struct resource_kind *kind)
{
    cJSON *one = cJSON_CreateObject();
    json_set_str(one, "arn", json_str(row, kind->arn));
    json_set_string(one, "kind", kind->noun);
    json_set_str(one, "name", json_str(row, kind->name));
    json_set_str(one, "status", json_str(row, "Status"));
    json_set_string(one, "message", json_string(row, "Message"));
    json_set_string(one, "predictor", json_string(row, "PredictorArn"));
    json_set_int64(one, "created_at", json_int64(row, "CreationTime", 0));
    json_add(data, one);
    return false;
}

static bool add_forecast(const cJSON *row, void *data)
{
    return add_row(row, data, &kind_forecast);
}

static bool add_predictor(const cJSON *row, void *data)
{
    return add_row(row, data, &kind_predictor);
}

static bool add_import(const cJSON *row, void *data)
{
    return add_row(row, data, &kind_import);
}

cJSON *forecast_pictures(struct world *world, struct scope scope)
{
    cJSON *list = cJSON_CreateArray();
    resource_each(world, scope, &kind_forecast, NULL, STR_NONE, add_forecast, list);
    resource_each(world, scope, &kind_predictor, NULL, STR_NONE, add_predictor, list);
    resource_each(world, scope, &kind_import, NULL, STR_NONE, add_import, list);
    return list;
}

/* ---- history ---- */

/* The numbers that this item's texts have in one import; false: it is not in it. */
static bool find_numbers(const struct panel *panel, const struct panel_import *import, struct str key,
                         uint32_t *ret_numbers)
{
    struct str values[PANEL_DIMENSIONS + 1];
    size_t count = panel_cut_key(key, values);
    for (size_t i = 0; i < panel->target_shape.count; i++) {
        ret_numbers[i] = i < count ? dictionary_find(&import->words[panel->target_shape.columns[i]], values[i])
                                   : DICTIONARY_FULL;
        if (ret_numbers[i] == DICTIONARY_FULL)
            return false;
    }
    return true;
}

static bool is_item(const struct panel *panel, const struct panel_walk *walk, const char *record,
                    const uint32_t *numbers)
{
    for (size_t i = 0; i < panel->target_shape.count; i++)
        if (memcmp(record + walk->offsets[panel->target_shape.columns[i]], &numbers[i], sizeof *numbers) != 0)
            return false;
    return true;
}

/* The steps from `from` on; a later import's values take the place of an earlier one's. */
static void collect(struct panel *panel, struct str key, int64_t from, size_t count, struct forecast_bucket *buckets)
{
    uint32_t numbers[PANEL_DIMENSIONS + 1];
    size_t *of = memory_alloc(count * sizeof *of), column = panel_column(&panel->target.format, panel->value);
    for (size_t i = 0; i < panel->target.import_count; i++) {
        struct panel_walk walk;
        const char *record;
        if (!find_numbers(panel, &panel->target.imports[i], key, numbers))
            continue;
        panel_walk_begin(&walk, &panel->target, i);
        while ((record = panel_walk_next(&walk))) {
            if (!is_item(panel, &walk, record, numbers))
                continue;
            int64_t step = forecast_step_index(&panel->frequency, panel_time(&walk, record, panel->target_shape.time)) -
                           from;
            if (step < 0 || step >= (int64_t)count)
                continue;
            if (of[step] != i)
                buckets[step] = (struct forecast_bucket){ 0 };
            of[step] = i;
            forecast_bucket_add(&buckets[step], panel->target_features.aggregation,
                                panel_number(&walk, record, column));
        }
        panel_walk_end(&walk);
    }
    free(of);
}

static cJSON *history_of(struct world *world, struct scope scope, const cJSON *forecast, struct str key)
{
    cJSON *history = cJSON_CreateArray();
    const cJSON *predictor = resource_get(world, scope, &kind_predictor, json_str(forecast, "PredictorArn"));
    struct panel panel = { 0 };
    struct arena *arena = arena_new();
    if (predictor && panel_plan(&panel, world, scope, predictor, arena) && panel_is_small(&panel, ROWS_LOOKED) &&
        panel_read_target(&panel)) {
        size_t count = HISTORY_SHOWN + (size_t)cJSON_GetArraySize(json_get(forecast, "_times"));
        int64_t from = json_int64(forecast, "_first", 0) - HISTORY_SHOWN;
        struct forecast_bucket *buckets = memory_alloc(count * sizeof *buckets);
        collect(&panel, key, from, count, buckets);
        for (size_t i = 0; i < count; i++) {
            double value = forecast_bucket_value(&buckets[i]);
            if (isnan(value))
                continue;
            cJSON *point = cJSON_CreateArray();
            json_add(point, json_new_int64(forecast_step_start(&panel.frequency, from + (int64_t)i) * 1000));
            json_add(point, cJSON_CreateNumber(value));
            json_add(history, point);
        }
        free(buckets);
    }
    panel_release(&panel);
    arena_free(arena);
    return history;
}

/* ---- one item ---- */

static cJSON *types_of(const cJSON *forecast, const struct predictions *predictions, uint32_t series)
{
    cJSON *types = cJSON_CreateObject();
    double *values = memory_alloc(((size_t)predictions->header.types * predictions->header.steps + 1) * sizeof *values),
           *at = values;
    const cJSON *type;
    char name[8];
    bool good = predictions_values(predictions, series, values);
    cJSON_ArrayForEach(type, json_get(forecast, "ForecastTypes"))
    {
        forecast_type_name(json_value(type), name);
        if (good)
            json_set(types, name, cJSON_CreateDoubleArray(at, (int)predictions->header.steps));
        at += predictions->header.steps;
    }
    free(values);
    return types;
}

static cJSON *keys_of(const struct dictionary *keys)
{
    cJSON *list = cJSON_CreateArray();
    for (uint32_t i = 0; i < keys->count && i < KEYS_SHOWN; i++)
        json_add(list, json_new_string(dictionary_text(keys, i)));
    return list;
}

static const cJSON *metrics_of(struct world *world, struct scope scope, const cJSON *forecast)
{
    const cJSON *predictor = resource_get(world, scope, &kind_predictor, json_str(forecast, "PredictorArn"));
    const cJSON *result = json_get(predictor, "_results"),
                *windows = json_get(result ? result->child : NULL, "TestWindows");
    return json_get(windows ? windows->child : NULL, "Metrics");
}

cJSON *forecast_picture(struct world *world, struct scope scope, struct str arn, struct str key)
{
    const cJSON *row = resource_kind_of(arn) == &kind_forecast ? resource_get(world, scope, &kind_forecast, arn) : NULL;
    struct predictions predictions;
    struct dictionary keys = { 0 };
    cJSON *picture = NULL;
    if (!row || !resource_is(row, "ACTIVE") || !predictions_open(world, json_str(row, "_values"), &predictions))
        return NULL;
    if (predictions_keys(&predictions, &keys)) {
        uint32_t series = key.length ? dictionary_find(&keys, key) : 0;
        series = series == DICTIONARY_FULL ? 0 : series;
        key = dictionary_text(&keys, series);
        const cJSON *metrics = metrics_of(world, scope, row);
        picture = cJSON_CreateObject();
        json_set_str(picture, "arn", arn);
        json_set_str(picture, "name", json_str(row, "ForecastName"));
        json_set(picture, "keys", keys_of(&keys));
        json_set_str(picture, "key", key);
        json_set(picture, "times", json_thaw(json_get(row, "_times")));
        json_set(picture, "types", types_of(row, &predictions, series));
        json_set(picture, "history", history_of(world, scope, row, key));
        json_set(picture, "metrics", metrics ? json_thaw(metrics) : cJSON_CreateNull());
    }
    dictionary_release(&keys);
    predictions_close(&predictions);
    return picture;
}
