#include "services/forecast/export_csv.h"

#include <math.h>
#include <stdlib.h>

void export_text(struct buf *out, struct str value)
{
    bool quoted = str_find_byte(value, ',') != SIZE_MAX || str_find_byte(value, '"') != SIZE_MAX ||
                  str_find_byte(value, '\n') != SIZE_MAX;
    if (!quoted) {
        buf_add_str(out, value);
        return;
    }
    buf_add_byte(out, '"');
    for (size_t i = 0; i < value.length; i++) {
        if (value.at[i] == '"')
            buf_add_byte(out, '"');
        buf_add_byte(out, value.at[i]);
    }
    buf_add_byte(out, '"');
}

static void add_number(struct buf *out, double value)
{
    cJSON number = { .type = cJSON_Number, .valuedouble = value };
    buf_add_byte(out, ',');
    if (!isnan(value))
        json_print(out, &number);
}

/* The item's and the dimensions' values. */
static void add_key(struct buf *out, struct str key)
{
    struct str values[PANEL_DIMENSIONS + 1];
    size_t count = panel_cut_key(key, values);
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_add_byte(out, ',');
        export_text(out, values[i]);
    }
}

static void add_names(struct buf *out, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_printf(out, ",%s", names[i]);
}

static void begin_header(struct buf *out, const struct export_table *table)
{
    buf_add_text(out, table->dimensions[0]);
    add_names(out, table->dimensions + 1, table->dimension_count - 1);
}

/* Calls `add` for each series with its values. */
static bool each_series(struct export_table *table, struct buf *out,
                        void (*add)(const struct export_table *table, struct str key, const double *values,
                                    struct buf *out))
{
    struct dictionary keys = { 0 };
    bool good = predictions_keys(&table->values, &keys);
    double *values = memory_alloc(((size_t)table->values.header.types * table->values.header.steps + 1) *
                                  sizeof *values);
    for (uint32_t i = 0; good && i < keys.count; i++) {
        good = predictions_values(&table->values, i, values);
        if (good)
            add(table, dictionary_text(&keys, i), values, out);
    }
    dictionary_release(&keys);
    free(values);
    return good;
}

static void add_forecast(const struct export_table *table, struct str key, const double *values, struct buf *out)
{
    for (size_t step = 0; step < table->time_count; step++) {
        add_key(out, key);
        buf_printf(out, ",%sZ", table->times[step]);
        for (size_t type = 0; type < table->type_count; type++)
            add_number(out, values[type * table->time_count + step]);
        buf_add_byte(out, '\n');
    }
}

bool export_forecast(struct export_table *table, struct buf *out)
{
    begin_header(out, table);
    buf_add_text(out, ",date");
    add_names(out, table->types, table->type_count);
    buf_add_byte(out, '\n');
    return each_series(table, out, add_forecast);
}

/* Of a window the blob has the actual values, the mean and the quantiles; types say which are told. */
static void add_backtest(const struct export_table *table, struct str key, const double *values, struct buf *out)
{
    size_t steps = table->values.header.steps, rows = table->values.header.types / table->window_count;
    for (size_t w = 0; w < table->window_count; w++)
        for (size_t step = 0; step < steps; step++) {
            const double *window = values + w * rows * steps;
            add_key(out, key);
            buf_printf(out, ",%sZ", table->times[w * steps + step]);
            add_number(out, window[step]);
            buf_printf(out, ",%s,%s", table->window_starts[w], table->window_ends[w]);
            for (size_t type = 1; type < rows; type++)
                add_number(out, window[type * steps + step]);
            buf_add_byte(out, '\n');
        }
}

bool export_backtests(struct export_table *table, struct buf *out)
{
    begin_header(out, table);
    buf_add_text(out, ",timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean");
    add_names(out, table->types, table->type_count);
    buf_add_byte(out, '\n');
    return each_series(table, out, add_backtest);
}

static void add_metrics(const struct export_table *table, struct str key, const double *values, struct buf *out)
{
    size_t each = table->values.header.types / table->window_count;
    for (size_t w = 0; w < table->window_count; w++) {
        add_key(out, key);
        buf_printf(out, ",%zu,%s,%s", w + 1, table->window_starts[w], table->window_ends[w]);
        for (size_t i = 0; i < each; i++)
            add_number(out, values[w * each + i]);
        buf_add_byte(out, '\n');
    }
}

bool export_item_metrics(struct export_table *table, struct buf *out)
{
    begin_header(out, table);
    buf_add_text(out, ",backtest_window,backtestwindow_start_time,backtestwindow_end_time");
    for (size_t i = 0; i < table->type_count; i++)
        buf_printf(out, ",wQL[%g]", strtod(table->types[i] + 1, NULL) / 100);
    buf_add_text(out, ",AverageWeightedQuantileLoss,WAPE,RMSE,MASE,MAPE\n");
    return each_series(table, out, add_metrics);
}

static void add_impacts(const struct export_table *table, struct str key, const double *values, struct buf *out)
{
    size_t steps = table->values.header.steps;
    for (size_t step = 0; step < steps; step++) {
        add_key(out, key);
        if (steps > 1)
            buf_printf(out, ",%sZ", table->times[step]);
        for (size_t type = 0; type < table->type_count; type++)
            add_number(out, values[type * steps + step]);
        buf_add_byte(out, '\n');
    }
}

bool export_explainability(struct export_table *table, struct buf *out)
{
    begin_header(out, table);
    if (table->values.header.steps > 1)
        buf_add_text(out, ",timestamp");
    for (size_t i = 0; i < table->type_count; i++)
        buf_printf(out, ",%s-NormalizedImpactScore", table->types[i]);
    buf_add_byte(out, '\n');
    return each_series(table, out, add_impacts);
}

/* ---- several what-ifs beside each other ---- */

static void add_what_if_row(struct export_table *tables, size_t count, struct str key, size_t step,
                            double *const *values, struct buf *out)
{
    add_key(out, key);
    buf_printf(out, ",%sZ", tables[0].times[step]);
    for (size_t i = 0; i < count; i++)
        for (size_t type = 0; type < tables[i].type_count; type++)
            add_number(out, values[i] ? values[i][type * tables[i].time_count + step] : NAN);
    buf_add_byte(out, '\n');
}

static double *values_of(const struct export_table *table, struct str key)
{
    uint32_t series = predictions_find(&table->values, key);
    double *values = memory_alloc(((size_t)table->values.header.types * table->values.header.steps + 1) *
                                  sizeof *values);
    if (series != UINT32_MAX && predictions_values(&table->values, series, values))
        return values;
    free(values);
    return NULL;
}

bool export_what_ifs(struct export_table *tables, const char *const *names, size_t count, struct buf *out)
{
    struct dictionary keys = { 0 };
    double **values = memory_alloc(count * sizeof *values);
    bool good = predictions_keys(&tables[0].values, &keys);
    begin_header(out, &tables[0]);
    buf_add_text(out, ",date");
    for (size_t i = 0; i < count; i++)
        for (size_t type = 0; type < tables[i].type_count; type++)
            buf_printf(out, ",%s_%s", names[i], tables[i].types[type]);
    buf_add_byte(out, '\n');
    for (uint32_t series = 0; good && series < keys.count; series++) {
        struct str key = dictionary_text(&keys, series);
        for (size_t i = 0; i < count; i++)
            values[i] = values_of(&tables[i], key);
        for (size_t step = 0; step < tables[0].time_count; step++)
            add_what_if_row(tables, count, key, step, values, out);
        for (size_t i = 0; i < count; i++)
            free(values[i]);
    }
    dictionary_release(&keys);
    free(values);
    return good;
}
