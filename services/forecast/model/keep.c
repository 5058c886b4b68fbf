#include <string.h>

#include "base/digest.h"
#include "services/forecast/model/forecast_model.h"

/* ---- what a task reads ---- */

/* What is long stands there by its own digest. */
static void add(struct buf *all, const void *at, size_t length)
{
    unsigned char digest[SHA256_BYTES];
    uint64_t whole = length;
    buf_add(all, &whole, sizeof whole);
    if (length > sizeof digest) {
        digest_sha256((struct str){ at, length }, digest);
        at = digest;
        length = sizeof digest;
    }
    buf_add(all, at, length);
}

static void add_text(struct buf *all, const char *text_or_null)
{
    bool given = text_or_null != NULL;
    add(all, &given, sizeof given);
    if (given)
        add(all, text_or_null, strlen(text_or_null));
}

static void add_numbers(struct buf *all, const double *numbers, size_t count)
{
    add(all, numbers, count * sizeof *numbers);
}

static void add_series(struct buf *all, const struct forecast_task *task, const struct forecast_series *series)
{
    int64_t place[] = { series->first, (int64_t)series->count, series->related != NULL, series->weights != NULL };
    int64_t from = series->count ? series->first : task->end;
    add(all, place, sizeof place);
    add_numbers(all, series->values, series->count);
    for (size_t k = 0; series->related && k < task->related_count; k++)
        add_numbers(all, series->related[k], (size_t)(task->end + task->horizon - from));
    if (task->category_count)
        add(all, series->category, task->category_count * sizeof *series->category);
    if (series->weights)
        add(all, series->weights, sizeof *series->weights);
}

void forecast_task_digest(const struct forecast_task *task, unsigned char ret_digest[SHA256_BYTES])
{
    const struct forecast_frequency *frequency = &task->frequency;
    struct buf all = BUF_EMPTY;
    int64_t scalars[] = { frequency->unit,
                          frequency->count,
                          frequency->hour,
                          frequency->day_of_week,
                          frequency->day_of_month,
                          frequency->month,
                          task->end,
                          task->horizon,
                          (int64_t)task->quantile_count,
                          (int64_t)task->series_count,
                          (int64_t)task->related_count,
                          (int64_t)task->category_count,
                          task->algorithm,
                          (int64_t)task->parameter_count,
                          task->optimise,
                          task->windows,
                          task->window_offset,
                          task->all_algorithms,
                          task->without_forecast,
                          task->explain,
                          (int64_t)task->seed };
    add(&all, scalars, sizeof scalars);
    add_numbers(&all, task->quantiles, task->quantile_count);
    add_text(&all, task->holidays);
    for (size_t i = 0; i < task->parameter_count; i++) {
        add_text(&all, task->parameters[i].name);
        add_text(&all, task->parameters[i].value);
    }
    for (size_t i = 0; i < task->series_count; i++)
        add_series(&all, task, &task->series[i]);
    digest_sha256(buf_str(&all), ret_digest);
    buf_release(&all);
}

/* ---- what it came to ---- */

static const double *copy_numbers(struct arena *arena, const double *numbers_or_null, size_t count)
{
    if (!numbers_or_null)
        return NULL;
    double *copy = arena_room(arena, (count + 1) * sizeof *copy);
    return memcpy(copy, numbers_or_null, count * sizeof *copy);
}

static struct forecast_path copy_path(struct arena *arena, const struct forecast_task *task,
                                      const struct forecast_path *path)
{
    size_t horizon = (size_t)task->horizon;
    return (struct forecast_path){ copy_numbers(arena, path->mean, horizon),
                                   copy_numbers(arena, path->quantiles, horizon * task->quantile_count) };
}

static const struct forecast_item *copy_items(struct arena *arena, const struct forecast_task *task,
                                              const struct forecast_result *result)
{
    struct forecast_item *items = ARENA_ARRAY(arena, struct forecast_item, result->item_count + 1);
    for (size_t i = 0; i < result->item_count; i++) {
        items[i] = result->items[i];
        items[i].forecast = copy_path(arena, task, &result->items[i].forecast);
        for (int w = 0; w < FORECAST_WINDOWS; w++)
            items[i].backtest[w] = copy_path(arena, task, &result->items[i].backtest[w]);
    }
    return items;
}

struct forecast_result *forecast_result_copy(struct arena *arena, const struct forecast_task *task,
                                             const struct forecast_result *result)
{
    struct forecast_result *copy = ARENA_NEW(arena, struct forecast_result);
    size_t impacts = result->impact_count;
    *copy = *result;
    copy->items = copy_items(arena, task, result);
    copy->impacts = copy_numbers(arena, result->impacts, impacts);
    copy->impact_of_item = copy_numbers(arena, result->impact_of_item, impacts * result->item_count);
    copy->impact_of_step = copy_numbers(arena, result->impact_of_step,
                                        impacts * result->item_count * (size_t)task->horizon);
    return copy;
}
