#include "services/forecast/panel.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)256 * 1024)

/* ---- records ---- */

/* Blobs are read here without their own functions, which are the loop's: the reader is open and says where its bytes are. */
static bool read_all(const struct blob_reader *reader, uint64_t offset, char *bytes, size_t length)
{
    while (length) {
        ssize_t got = pread(reader->file, bytes, length, (off_t)(reader->start + offset));
        if (got <= 0)
            return false;
        bytes += got;
        offset += (uint64_t)got;
        length -= (size_t)got;
    }
    return true;
}

void panel_walk_begin(struct panel_walk *walk, const struct panel_data *data, size_t import)
{
    *walk = (struct panel_walk){ .data = data, .import = &data->imports[import] };
    for (size_t i = 0; i < data->format.count; i++) {
        walk->offsets[i] = walk->record_bytes;
        walk->record_bytes += forecast_import_width(data->format.attributes[i].type);
    }
    walk->bytes = memory_alloc(PIECE_BYTES);
}

const char *panel_walk_next(struct panel_walk *walk)
{
    if (walk->used == walk->length) {
        uint64_t left = walk->import->data->length - walk->at;
        size_t whole = PIECE_BYTES / walk->record_bytes * walk->record_bytes;
        walk->length = left < whole ? (size_t)left : whole;
        walk->used = 0;
        if (walk->length < walk->record_bytes || !read_all(walk->import->data, walk->at, walk->bytes, walk->length))
            return NULL;
        walk->at += walk->length;
    }
    const char *record = walk->bytes + walk->used;
    walk->used += walk->record_bytes;
    return record;
}

void panel_walk_end(struct panel_walk *walk)
{
    free(walk->bytes);
}

int64_t panel_time(const struct panel_walk *walk, const char *record, size_t column)
{
    int64_t time;
    memcpy(&time, record + walk->offsets[column], sizeof time);
    return time;
}

double panel_number(const struct panel_walk *walk, const char *record, size_t column)
{
    double number;
    memcpy(&number, record + walk->offsets[column], sizeof number);
    return number;
}

struct str panel_text(const struct panel_walk *walk, const char *record, size_t column)
{
    uint32_t number;
    memcpy(&number, record + walk->offsets[column], sizeof number);
    const struct dictionary *words = &walk->import->words[column];
    return number < words->count ? dictionary_text(words, number) : STR("");
}

struct str panel_key(const struct panel_walk *walk, const char *record, const struct panel_shape *shape,
                     struct buf *room)
{
    if (shape->count == 1)
        return panel_text(walk, record, shape->columns[0]);
    buf_clear(room);
    for (size_t i = 0; i < shape->count; i++) {
        if (i)
            buf_add_byte(room, KEY_SEPARATOR);
        buf_add_str(room, panel_text(walk, record, shape->columns[i]));
    }
    return buf_str(room);
}

size_t panel_cut_key(struct str key, struct str values[PANEL_DIMENSIONS + 1])
{
    size_t count = 0;
    do
        values[count++] = str_cut(key, KEY_SEPARATOR, &key);
    while (key.length && count <= PANEL_DIMENSIONS);
    return count;
}

static bool read_words(struct panel *panel, struct panel_data *data)
{
    for (size_t i = 0; i < data->import_count; i++) {
        struct panel_import *import = &data->imports[i];
        size_t length = (size_t)import->texts->length;
        char *bytes = memory_alloc(length + 1);
        struct str rest = { bytes, length };
        bool good = read_all(import->texts, 0, bytes, length);
        for (size_t k = 0; good && k < data->format.count; k++)
            good = dictionary_read(&import->words[k], &rest);
        free(bytes);
        if (!good)
            return panel_refuse(panel, "The imported data could not be read.");
    }
    return true;
}

/* ---- the target ---- */

static bool find_columns(struct panel *panel)
{
    const struct import_format *format = &panel->target.format;
    struct panel_shape *shape = &panel->target_shape;
    shape->time = panel_column(format, "timestamp");
    shape->columns[shape->count++] = panel_column(format, panel->item);
    for (size_t i = 0; i < panel->dimension_count; i++) {
        size_t column = panel_column(format, panel->dimensions[i]);
        if (column == SIZE_MAX)
            return panel_refuse(panel, "The forecast dimension %s is no attribute of the TARGET_TIME_SERIES dataset.",
                                panel->dimensions[i]);
        shape->columns[shape->count++] = column;
    }
    return true;
}

bool panel_read_target(struct panel *panel)
{
    return read_words(panel, &panel->target) && find_columns(panel);
}

bool panel_is_small(const struct panel *panel, uint64_t rows)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < panel->target.import_count; i++)
        bytes += panel->target.imports[i].data->length;
    return bytes / forecast_import_record_bytes(&panel->target.format) <= rows;
}

/* The step of a time; rows stand by time or by item, so the last one is often meant again. */
struct stepper {
    const struct forecast_frequency *frequency;
    int64_t time, step;
    bool known;
};

static int64_t step_of(struct stepper *stepper, int64_t time)
{
    if (!stepper->known || stepper->time != time) {
        stepper->step = forecast_step_index(stepper->frequency, time);
        stepper->time = time;
        stepper->known = true;
    }
    return stepper->step;
}

static bool is_cancelled(const struct panel *panel)
{
    return panel->cancelled && atomic_load_explicit(panel->cancelled, memory_order_relaxed);
}

/* Which series there are, and from when to when. */
static bool survey(struct panel *panel)
{
    struct buf room = BUF_EMPTY;
    struct stepper stepper = { .frequency = &panel->frequency };
    panel->first = INT64_MAX;
    panel->end = INT64_MIN;
    for (size_t i = 0; i < panel->target.import_count && !is_cancelled(panel); i++) {
        struct panel_walk walk;
        const char *record;
        panel_walk_begin(&walk, &panel->target, i);
        while ((record = panel_walk_next(&walk))) {
            int64_t step = step_of(&stepper, panel_time(&walk, record, panel->target_shape.time));
            dictionary_add(&panel->keys, panel_key(&walk, record, &panel->target_shape, &room));
            if (step < panel->first)
                panel->first = step;
            if (step >= panel->end)
                panel->end = step + 1;
        }
        panel_walk_end(&walk);
    }
    buf_release(&room);
    if (!panel->keys.count)
        return panel_refuse(panel, "The target time series data hold no rows.");
    panel->steps = (size_t)(panel->end - panel->first);
    if (panel->steps > PANEL_CELLS || panel->steps * panel->keys.count > PANEL_CELLS)
        return panel_refuse(panel,
                            "%u time series of %zu steps are more than the %zu values that this practice cloud takes.",
                            panel->keys.count, panel->steps, PANEL_CELLS);
    return true;
}

/* A later import's values for a step take the place of an earlier one's. */
static void collect(struct panel *panel)
{
    size_t cells = panel->keys.count * panel->steps, column = panel_column(&panel->target.format, panel->value);
    uint16_t *from = memory_alloc(cells * sizeof *from);
    struct buf room = BUF_EMPTY;
    struct stepper stepper = { .frequency = &panel->frequency };
    panel->cells = memory_alloc(cells * sizeof *panel->cells);
    for (size_t i = 0; i < panel->target.import_count && !is_cancelled(panel); i++) {
        struct panel_walk walk;
        const char *record;
        panel_walk_begin(&walk, &panel->target, i);
        while ((record = panel_walk_next(&walk))) {
            uint32_t series = dictionary_find(&panel->keys, panel_key(&walk, record, &panel->target_shape, &room));
            int64_t step = step_of(&stepper, panel_time(&walk, record, panel->target_shape.time));
            size_t cell = series * panel->steps + (size_t)(step - panel->first);
            if (from[cell] != (uint16_t)i)
                panel->cells[cell] = (struct forecast_bucket){ 0 };
            from[cell] = (uint16_t)i;
            forecast_bucket_add(&panel->cells[cell], panel->target_features.aggregation,
                                panel_number(&walk, record, column));
        }
        panel_walk_end(&walk);
    }
    buf_release(&room);
    free(from);
}

static void fill(struct panel *panel)
{
    size_t count = panel->keys.count;
    panel->values = memory_alloc(count * panel->steps * sizeof *panel->values);
    panel->series = memory_alloc(count * sizeof *panel->series);
    for (size_t i = 0; i < count; i++) {
        double *values = panel->values + i * panel->steps;
        size_t begin = 0;
        for (size_t k = 0; k < panel->steps; k++)
            values[k] = forecast_bucket_value(&panel->cells[i * panel->steps + k]);
        forecast_fill_series(values, panel->steps, panel->steps, &panel->target_features);
        while (begin < panel->steps && isnan(values[begin]))
            begin++;
        panel->series[i] = (struct forecast_series){ .values = values + begin,
                                                     .count = panel->steps - begin,
                                                     .first = panel->first + (int64_t)begin };
    }
    free(panel->cells);
    panel->cells = NULL;
}

/* FAULTS FC15; the sentence is ours. */
static bool check_horizon(struct panel *panel)
{
    size_t longest = panel->horizon_share ? panel->steps / (size_t)panel->horizon_share : panel->steps - 1;
    if ((size_t)panel->horizon <= longest)
        return true;
    return panel_refuse(panel,
                        "The forecast horizon of %d is too long: the target time series has %zu time points, which "
                        "allows at most %zu (%s).",
                        panel->horizon, panel->steps, longest,
                        panel->horizon_share == 4   ? "a quarter of the data"
                        : panel->horizon_share == 3 ? "a third of the data"
                                                    : "one less than the data");
}

static void set_task(struct panel *panel)
{
    struct forecast_task *task = &panel->task;
    task->frequency = panel->frequency;
    task->end = panel->end;
    task->horizon = panel->horizon;
    task->quantiles = panel->quantiles;
    task->quantile_count = panel->quantile_count;
    task->series = panel->series;
    task->series_count = panel->keys.count;
    task->related_count = panel->related_count;
    task->category_count = panel->category_count;
    task->cancelled = panel->cancelled;
}

bool panel_build(struct panel *panel)
{
    if (!read_words(panel, &panel->target) || !read_words(panel, &panel->related) ||
        !read_words(panel, &panel->metadata) || !find_columns(panel) || !survey(panel) || !check_horizon(panel))
        return false;
    collect(panel);
    fill(panel);
    if (!panel_add_related(panel) || !panel_add_categories(panel))
        return false;
    set_task(panel);
    return !is_cancelled(panel) || panel_refuse(panel, "It was stopped.");
}
