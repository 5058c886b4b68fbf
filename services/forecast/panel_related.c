#include <math.h>
#include <stdlib.h>

#include "base/time.h"
#include "services/forecast/panel.h"

/* ---- which attributes, which dimensions ---- */

static bool is_feature(const struct panel *panel, const struct import_attribute *attribute)
{
    return attribute->type == IMPORT_FLOAT || attribute->type == IMPORT_INTEGER;
}

static bool is_dimension(const struct panel *panel, const char *name)
{
    for (size_t i = 0; i < panel->dimension_count; i++)
        if (strcmp(panel->dimensions[i], name) == 0)
            return true;
    return false;
}

/* FAULTS FC1 (its sentence is AWS's, and said by the Create already where it can be) and FC21. */
static bool find_columns(struct panel *panel)
{
    const struct import_format *format = &panel->related.format;
    struct panel_shape *shape = &panel->related_shape;
    shape->time = panel_column(format, "timestamp");
    shape->columns[shape->count++] = panel_column(format, panel->item);
    for (size_t i = 0; i < panel->dimension_count; i++) {
        size_t column = panel_column(format, panel->dimensions[i]);
        if (column != SIZE_MAX)
            shape->columns[shape->count++] = column;
    }
    for (size_t i = 0; i < format->count; i++) {
        const struct import_attribute *attribute = &format->attributes[i];
        if (is_feature(panel, attribute))
            panel->related_names[panel->related_count++] = attribute->name;
        else if (attribute->type == IMPORT_STRING && strcmp(attribute->name, panel->item) != 0 &&
                 !is_dimension(panel, attribute->name))
            return panel_refuse(
                panel,
                "The attribute(s) [%s] present in the RELATED_TIME_SERIES schema should be of numeric type such as "
                "`integer` or `float`, or be added as a forecast dimension",
                attribute->name);
    }
    return true;
}

size_t panel_related(const struct panel *panel, struct str name)
{
    for (size_t i = 0; i < panel->related_count; i++)
        if (str_is(name, panel->related_names[i]))
            return i;
    return SIZE_MAX;
}

/* ---- their values ---- */

static size_t span(const struct panel *panel)
{
    return panel->steps + (size_t)panel->horizon;
}

static void survey_keys(struct panel *panel)
{
    struct buf room = BUF_EMPTY;
    for (size_t i = 0; i < panel->related.import_count; i++) {
        struct panel_walk walk;
        const char *record;
        panel_walk_begin(&walk, &panel->related, i);
        while ((record = panel_walk_next(&walk)))
            dictionary_add(&panel->related_keys, panel_key(&walk, record, &panel->related_shape, &room));
        panel_walk_end(&walk);
    }
    buf_release(&room);
}

static void collect_import(struct panel *panel, size_t import, const size_t *columns, struct buf *room)
{
    struct panel_walk walk;
    const char *record;
    panel_walk_begin(&walk, &panel->related, import);
    while ((record = panel_walk_next(&walk))) {
        int64_t step = forecast_step_index(&panel->frequency, panel_time(&walk, record, panel->related_shape.time)) -
                       panel->first;
        if (step < 0 || step >= (int64_t)span(panel))
            continue;
        uint32_t key = dictionary_find(&panel->related_keys, panel_key(&walk, record, &panel->related_shape, room));
        double *at = panel->related_values + (key * panel->related_count) * span(panel) + (size_t)step;
        for (size_t k = 0; k < panel->related_count; k++)
            at[k * span(panel)] = panel_number(&walk, record, columns[k]);
    }
    panel_walk_end(&walk);
}

static bool collect(struct panel *panel)
{
    size_t columns[IMPORT_ATTRIBUTES], cells = panel->related_keys.count * panel->related_count * span(panel);
    struct buf room = BUF_EMPTY;
    if (cells > 2 * PANEL_CELLS)
        return panel_refuse(panel, "The related time series are more than this practice cloud takes.");
    panel->related_values = memory_alloc(cells * sizeof *panel->related_values);
    for (size_t i = 0; i < cells; i++)
        panel->related_values[i] = NAN;
    for (size_t k = 0; k < panel->related_count; k++)
        columns[k] = panel_column(&panel->related.format, panel->related_names[k]);
    for (size_t i = 0; i < panel->related.import_count; i++)
        collect_import(panel, i, columns, &room);
    buf_release(&room);
    return true;
}

/* ---- series and their related ones ---- */

/* The related dimensions may be fewer than the target's. */
static uint32_t related_key_of(const struct panel *panel, struct str key, struct buf *room)
{
    struct str values[PANEL_DIMENSIONS + 1];
    size_t count = panel_cut_key(key, values);
    buf_clear(room);
    buf_add_str(room, values[0]);
    for (size_t i = 0; i + 1 < count; i++) {
        if (panel_column(&panel->related.format, panel->dimensions[i]) == SIZE_MAX)
            continue;
        buf_add_byte(room, KEY_SEPARATOR);
        buf_add_str(room, values[i + 1]);
    }
    return dictionary_find(&panel->related_keys, buf_str(room));
}

double *panel_related_of(const struct panel *panel, size_t series)
{
    struct buf room = BUF_EMPTY;
    uint32_t key = panel->related_count ? related_key_of(panel, dictionary_text(&panel->keys, (uint32_t)series), &room)
                                        : DICTIONARY_FULL;
    buf_release(&room);
    return key == DICTIONARY_FULL ? NULL : panel->related_values + key * panel->related_count * span(panel);
}

/* "items that are missing in the related data are left out" (FAULTS FC20): the model knows the others only. */
static void drop_items_without(struct panel *panel)
{
    struct dictionary kept = { 0 };
    size_t count = panel->keys.count;
    for (size_t i = 0; i < count; i++) {
        if (!panel_related_of(panel, i))
            continue;
        uint32_t at = dictionary_add(&kept, dictionary_text(&panel->keys, (uint32_t)i));
        panel->series[at] = panel->series[i];
    }
    dictionary_release(&panel->keys);
    panel->keys = kept;
}

static char *day_of(const struct panel *panel, int64_t step)
{
    char text[32];
    time_print_iso(forecast_step_start(&panel->frequency, step) * 1000, false, text);
    text[10] = ' ';
    return arena_printf(panel->arena, "%.19s", text);
}

static bool is_filled(const struct panel *panel, const struct forecast_fill *fill)
{
    return fill->method != FORECAST_FILL_NONE;
}

static struct forecast_featurization *features_of(struct panel *panel, size_t k)
{
    return &panel->related_features[panel_column(&panel->related.format, panel->related_names[k])];
}

static int64_t last_known(const double *values, size_t count)
{
    while (count && isnan(values[count - 1]))
        count--;
    return (int64_t)count - 1;
}

/* Does any related series reach past the target's end? Then all have to reach the horizon's. */
static bool looks_forward(const struct panel *panel, size_t k)
{
    for (uint32_t key = 0; key < panel->related_keys.count; key++)
        if (last_known(panel->related_values + (key * panel->related_count + k) * span(panel), span(panel)) >=
            (int64_t)panel->steps)
            return true;
    return false;
}

/* "Using related time series datasets": FAULTS FC16 to FC18. The sentences are ours. */
static bool check_series(struct panel *panel, size_t series, size_t k, bool forward)
{
    const struct forecast_series *target = &panel->series[series];
    const struct forecast_featurization *how = features_of(panel, k);
    const double *values = panel_related_of(panel, series) + k * span(panel);
    int64_t start = target->first - panel->first, last = last_known(values, span(panel)),
            wanted = forward ? (int64_t)span(panel) - 1 : (int64_t)panel->steps - 1;
    struct str item[PANEL_DIMENSIONS + 1];
    panel_cut_key(dictionary_text(&panel->keys, (uint32_t)series), item);
    if (last < wanted && !is_filled(panel, forward && last >= (int64_t)panel->steps - 1 ? &how->future : &how->back))
        return panel_refuse(
            panel, "The related time series of %s for the item %.*s ends at %s, but must end at %s: the %s.",
            panel->related_names[k], STR_ARG(item[0]), last < 0 ? "no time" : day_of(panel, panel->first + last),
            day_of(panel, panel->first + wanted),
            forward ? "end of the forecast horizon" : "end of the target time series");
    for (int64_t step = start; step < (int64_t)panel->steps && step <= last; step++) {
        bool before = isnan(values[step]) && step == start;
        if (!isnan(values[step]))
            continue;
        if (before && !is_filled(panel, &how->front) && !is_filled(panel, &how->middle))
            return panel_refuse(panel,
                                "The related time series of %s for the item %.*s starts after the target time series, "
                                "which starts at %s.",
                                panel->related_names[k], STR_ARG(item[0]), day_of(panel, target->first));
        if (!before && !is_filled(panel, &how->middle))
            return panel_refuse(
                panel,
                "The related time series of %s for the item %.*s has no value at %s. Missing values are not allowed "
                "unless a filling method is specified for the attribute.",
                panel->related_names[k], STR_ARG(item[0]), day_of(panel, panel->first + step));
    }
    return true;
}

static bool check_all(struct panel *panel)
{
    bool local = panel->algorithm == FORECAST_PROPHET || panel->algorithm == FORECAST_DEEP_AR_PLUS;
    for (size_t k = 0; k < panel->related_count; k++) {
        bool forward = local || looks_forward(panel, k);
        for (size_t i = 0; i < panel->keys.count; i++)
            if (!check_series(panel, i, k, forward))
                return false;
    }
    return true;
}

static void fill_all(struct panel *panel)
{
    for (uint32_t key = 0; key < panel->related_keys.count; key++)
        for (size_t k = 0; k < panel->related_count; k++)
            forecast_fill_series(panel->related_values + (key * panel->related_count + k) * span(panel), span(panel),
                                 panel->steps, features_of(panel, k));
}

static void attach(struct panel *panel)
{
    for (size_t i = 0; i < panel->keys.count; i++) {
        double *values = panel_related_of(panel, i);
        if (!values)
            continue;
        const double **runs = ARENA_ARRAY(panel->arena, const double *, panel->related_count);
        for (size_t k = 0; k < panel->related_count; k++)
            runs[k] = values + k * span(panel) + (panel->series[i].first - panel->first);
        panel->series[i].related = runs;
    }
}

bool panel_add_related(struct panel *panel)
{
    if (!panel->related.import_count)
        return true;
    if (!find_columns(panel))
        return false;
    if (!panel->related_count)
        return true;
    survey_keys(panel);
    if (!collect(panel))
        return false;
    drop_items_without(panel);
    if (!panel->keys.count)
        return panel_refuse(panel,
                            "The related time series data hold none of the items of the target time series data.");
    if (!check_all(panel))
        return false;
    fill_all(panel);
    attach(panel);
    return true;
}

/* ---- metadata, and dimensions as categories ---- */

static bool knows_cold_starts(const struct panel *panel)
{
    return panel->algorithm == FORECAST_AUTO || panel->algorithm == FORECAST_CNN_QR ||
           panel->algorithm == FORECAST_DEEP_AR_PLUS;
}

/* An item that has metadata and no history; where there are related series it needs one of those too. */
static void add_cold_start(struct panel *panel, struct str item)
{
    uint32_t before = panel->keys.count;
    struct buf room = BUF_EMPTY;
    if (panel->related_count && related_key_of(panel, item, &room) == DICTIONARY_FULL) {
        buf_release(&room);
        return;
    }
    buf_release(&room);
    if (dictionary_add(&panel->keys, item) != before)
        return;
    panel->series = memory_resize(panel->series, panel->keys.count * sizeof *panel->series);
    struct forecast_series *series = &panel->series[before];
    *series = (struct forecast_series){ .first = panel->end };
    if (!panel->related_count)
        return;
    const double **runs = ARENA_ARRAY(panel->arena, const double *, panel->related_count);
    for (size_t k = 0; k < panel->related_count; k++)
        runs[k] = panel_related_of(panel, before) + k * span(panel) + panel->steps;
    series->related = runs;
}

/* By item: one number an attribute, -1: none. */
static int *read_metadata(struct panel *panel, struct dictionary *items, size_t attributes)
{
    const struct import_format *format = &panel->metadata.format;
    size_t item_column = panel_column(format, panel->item);
    struct dictionary words[IMPORT_ATTRIBUTES] = { 0 };
    int *codes = NULL;
    for (size_t i = 0; i < panel->metadata.import_count; i++) {
        struct panel_walk walk;
        const char *record;
        panel_walk_begin(&walk, &panel->metadata, i);
        while ((record = panel_walk_next(&walk))) {
            uint32_t at = dictionary_add(items, panel_text(&walk, record, item_column));
            codes = memory_resize(codes, (items->count + 1) * attributes * sizeof *codes);
            for (size_t column = 0, k = 0; column < format->count; column++) {
                if (column == item_column)
                    continue;
                struct str word = panel_text(&walk, record, column);
                codes[at * attributes + k++] = word.length ? (int)dictionary_add(&words[column], word) : -1;
            }
        }
        panel_walk_end(&walk);
    }
    for (size_t i = 0; i < IMPORT_ATTRIBUTES; i++)
        dictionary_release(&words[i]);
    return codes;
}

bool panel_add_categories(struct panel *panel)
{
    size_t attributes = panel->metadata.import_count ? panel->metadata.format.count - 1 : 0,
           all = attributes + panel->dimension_count;
    struct dictionary items = { 0 }, words[PANEL_DIMENSIONS] = { 0 };
    int *codes = attributes ? read_metadata(panel, &items, attributes) : NULL;
    if (knows_cold_starts(panel) && !panel->dimension_count)
        for (uint32_t i = 0; i < items.count; i++)
            add_cold_start(panel, dictionary_text(&items, i));
    panel->category_count = all;
    panel->categories = memory_alloc((panel->keys.count * all + 1) * sizeof *panel->categories);
    for (uint32_t i = 0; i < panel->keys.count && all; i++) {
        struct str values[PANEL_DIMENSIONS + 1];
        size_t count = panel_cut_key(dictionary_text(&panel->keys, i), values);
        uint32_t item = dictionary_find(&items, values[0]);
        int *own = panel->categories + i * all;
        for (size_t k = 0; k < attributes; k++)
            own[k] = item == DICTIONARY_FULL ? -1 : codes[item * attributes + k];
        for (size_t k = 0; k < panel->dimension_count; k++)
            own[attributes + k] = k + 1 < count ? (int)dictionary_add(&words[k], values[k + 1]) : -1;
        panel->series[i].category = own;
    }
    for (size_t i = 0; i < PANEL_DIMENSIONS; i++)
        dictionary_release(&words[i]);
    dictionary_release(&items);
    free(codes);
    return true;
}
