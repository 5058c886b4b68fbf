#include "services/forecast/forecasting.h"

#include <math.h>
#include <stdlib.h>

#include "base/time.h"

/* ---- which items ---- */

void selection_begin_with(struct selection *selection, struct errand *errand, const cJSON *data_source,
                          const cJSON *schema)
{
    if (!data_source)
        return;
    selection->given = true;
    table_read_format(json_get(schema, "Attributes"), errand->arena, &selection->table.import.format);
    selection->table.import.format.seconds = selection->table.import.format.days = true;
    s3_source_open(&selection->table.source, errand, json_get(data_source, "S3Config"));
}

void selection_begin(struct selection *selection, struct errand *errand, const cJSON *selector)
{
    const cJSON *identifiers = json_get(selector, "TimeSeriesIdentifiers");
    selection_begin_with(selection, errand, json_get(identifiers, "DataSource"), json_get(identifiers, "Schema"));
}

enum errand_step selection_step(struct selection *selection, struct errand *errand)
{
    if (!selection->given || selection->read)
        return ERRAND_DONE;
    enum errand_step next = table_read_step(&selection->table, errand);
    selection->read = next == ERRAND_DONE;
    return next;
}

/* The keys of a table that was read whole: values of the item's column and those of the dimensions that it has. */
static void read_keys(struct selection *selection, const struct panel *panel)
{
    const struct import *import = &selection->table.import;
    size_t columns[PANEL_DIMENSIONS + 1], count = 0, offsets[IMPORT_ATTRIBUTES], width = 0;
    struct buf key = BUF_EMPTY;
    for (size_t i = 0; i < import->format.count; i++) {
        offsets[i] = width;
        width += forecast_import_width(import->format.attributes[i].type);
    }
    for (size_t i = 0; i <= panel->dimension_count; i++) {
        const char *name = i ? panel->dimensions[i - 1] : panel->item;
        size_t column = panel_column(&import->format, name);
        if (column != SIZE_MAX)
            columns[count++] = column;
        selection->columns[i] = column != SIZE_MAX ? name : NULL;
    }
    for (size_t at = 0; width && at + width <= import->records.length; at += width) {
        buf_clear(&key);
        for (size_t i = 0; i < count; i++) {
            uint32_t number;
            memcpy(&number, import->records.at + at + offsets[columns[i]], sizeof number);
            if (i)
                buf_add_byte(&key, KEY_SEPARATOR);
            buf_add_str(&key, dictionary_text(&import->texts[columns[i]], number));
        }
        dictionary_add(&selection->keys, buf_str(&key));
    }
    buf_release(&key);
}

bool selection_has(const struct selection *selection, const struct panel *panel, struct str key)
{
    struct str values[PANEL_DIMENSIONS + 1];
    struct buf part = BUF_EMPTY;
    if (!selection->given)
        return true;
    size_t count = panel_cut_key(key, values);
    for (size_t i = 0; i < count; i++) {
        if (!selection->columns[i])
            continue;
        if (part.length)
            buf_add_byte(&part, KEY_SEPARATOR);
        buf_add_str(&part, values[i]);
    }
    bool has = dictionary_find(&selection->keys, buf_str(&part)) != DICTIONARY_FULL;
    buf_release(&part);
    return has;
}

void selection_release(struct selection *selection)
{
    table_read_release(&selection->table);
    dictionary_release(&selection->keys);
}

/* ---- on the worker thread ---- */

static void take_weights(struct forecasting *forecasting)
{
    struct panel *panel = &forecasting->run.panel;
    double of[FORECAST_ALGORITHMS];
    forecasting->learnt = memory_alloc((panel->keys.count + 1) * sizeof *forecasting->learnt);
    for (uint32_t i = 0; i < panel->keys.count; i++) {
        uint32_t series = predictions_find(&forecasting->weights, dictionary_text(&panel->keys, i));
        if (series == UINT32_MAX || !predictions_values(&forecasting->weights, series, of))
            continue;
        for (size_t k = 0; k < FORECAST_ALGORITHMS; k++)
            forecasting->learnt[i].of[k] = (float)of[k];
        panel->series[i].weights = &forecasting->learnt[i];
    }
}

static bool prepare(struct model_run *run)
{
    struct forecasting *forecasting = LIST_ITEM(run, struct forecasting, run);
    struct forecast_task *task = &run->panel.task;
    task->windows = 0;
    task->all_algorithms = false;
    task->seed = forecasting->seed;
    take_weights(forecasting);
    if (forecasting->selection.given)
        read_keys(&forecasting->selection, &run->panel);
    return !forecasting->alter || forecasting->alter(forecasting, forecasting->alter_data);
}

static size_t quantile_of(const struct forecast_task *task, const char *type)
{
    size_t at = 0;
    while (at + 1 < task->quantile_count && task->quantiles[at] != strtod(type, NULL))
        at++;
    return at;
}

static double *write_item(const struct forecasting *forecasting, const struct forecast_path *path, double *at)
{
    const struct forecast_task *task = &forecasting->run.panel.task;
    for (size_t k = 0; k < forecasting->type_count; k++) {
        bool mean = strcmp(forecasting->types[k], "mean") == 0;
        size_t q = mean ? 0 : quantile_of(task, forecasting->types[k]);
        for (int step = 0; step < task->horizon; step++)
            *at++ = mean ? path->mean[step] : path->quantiles[(size_t)step * task->quantile_count + q];
    }
    return at;
}

static void harvest(struct model_run *run, const struct forecast_result *result)
{
    struct forecasting *forecasting = LIST_ITEM(run, struct forecasting, run);
    const struct panel *panel = &run->panel;
    struct dictionary kept = { 0 };
    size_t each = forecasting->type_count * (size_t)panel->horizon;
    double *values = memory_alloc((result->item_count * each + 1) * sizeof *values), *at = values;
    for (uint32_t i = 0; i < result->item_count; i++) {
        struct str key = dictionary_text(&panel->keys, i);
        if (!selection_has(&forecasting->selection, panel, key))
            continue;
        dictionary_add(&kept, key);
        at = write_item(forecasting, &result->items[i].forecast, at);
    }
    if (kept.count)
        predictions_write(&forecasting->values, &kept, (uint32_t)forecasting->type_count, (uint32_t)panel->horizon,
                          values);
    dictionary_release(&kept);
    free(values);
}

/* ---- on the loop's ---- */

static void take_types(struct forecasting *forecasting, struct errand *errand, const cJSON *types)
{
    const cJSON *type;
    forecasting->types = ARENA_ARRAY(errand->arena, const char *, (size_t)cJSON_GetArraySize(types) + 1);
    cJSON_ArrayForEach(type, types)
    {
        forecasting->types[forecasting->type_count++] = arena_copy(errand->arena, json_value(type));
    }
}

bool forecasting_begin(struct forecasting *forecasting, struct errand *errand, const cJSON *predictor,
                       const cJSON *types_of, const cJSON *selector)
{
    struct model_run *run = &forecasting->run;
    const cJSON *types = json_get(types_of, "ForecastTypes");
    forecasting->begun = true;
    if (!predictor ||
        !predictions_open(errand->strand.world, json_str(predictor, PREDICTOR_WEIGHTS), &forecasting->weights)) {
        errand_fail(errand, "The predictor is not there any more.");
        return false;
    }
    cJSON *asked = json_thaw(predictor);
    if (types)
        json_set(asked, "ForecastTypes", json_thaw(types));
    take_types(forecasting, errand, json_get(asked, "ForecastTypes"));
    selection_begin(&forecasting->selection, errand, selector);
    run->prepare = prepare;
    run->harvest = harvest;
    hex_decode(json_str(predictor, PREDICTOR_SEED), (unsigned char *)&forecasting->seed, sizeof forecasting->seed);
    bool begun = model_run_begin(run, errand, asked);
    cJSON_Delete(asked);
    return begun;
}

enum errand_step forecasting_step(struct forecasting *forecasting, struct errand *errand)
{
    enum errand_step next = selection_step(&forecasting->selection, errand);
    if (next != ERRAND_DONE)
        return next;
    next = model_run_step(&forecasting->run, errand);
    if (next != ERRAND_DONE)
        return next;
    if (!forecasting->values.length)
        return errand_fail(errand, "None of the time series that were selected is known to the predictor.");
    if (blob_begin(errand->strand.world, &forecasting->writer) != 0 ||
        blob_append(forecasting->writer, buf_str(&forecasting->values)) != 0)
        return errand_fail(errand, "There is no room left for the forecast.");
    buf_release(&forecasting->values);
    return ERRAND_DONE;
}

cJSON *forecasting_times(const struct forecast_task *task)
{
    cJSON *times = cJSON_CreateArray();
    char text[32];
    for (int step = 0; step < task->horizon; step++) {
        time_print_iso(forecast_step_start(&task->frequency, task->end + step) * 1000, false, text);
        text[19] = '\0'; /* without its Z: "yyyy-MM-dd'T'HH:mm:ss" */
        json_add(times, cJSON_CreateString(text));
    }
    return times;
}

cJSON *forecasting_dimensions(const struct panel *panel)
{
    cJSON *names = cJSON_CreateArray();
    json_add(names, cJSON_CreateString(panel->item));
    for (size_t i = 0; i < panel->dimension_count; i++)
        json_add(names, cJSON_CreateString(panel->dimensions[i]));
    return names;
}

void forecasting_finish(struct forecasting *forecasting, struct errand *errand, cJSON *row)
{
    cJSON *types = cJSON_CreateArray();
    for (size_t i = 0; i < forecasting->type_count; i++)
        json_add(types, cJSON_CreateString(forecasting->types[i]));
    json_set(row, "ForecastTypes", types);
    json_set(row, "_times", forecasting_times(&forecasting->run.panel.task));
    json_set_int64(row, "_first", forecasting->run.panel.end);
    json_set(row, "_dimensions", forecasting_dimensions(&forecasting->run.panel));
    errand_keep_blob(row, "_values", forecasting->writer);
    forecasting->writer = NULL;
}

void forecasting_release(struct forecasting *forecasting)
{
    model_run_release(&forecasting->run);
    predictions_close(&forecasting->weights);
    selection_release(&forecasting->selection);
    buf_release(&forecasting->values);
    blob_abandon(forecasting->writer);
    free(forecasting->learnt);
}
