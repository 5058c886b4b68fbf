#include "services/forecast/model/explain.h"

size_t explain_count(const struct forecast_task *task, const struct timeline *timeline)
{
    return task->related_count + task->category_count + timeline->has_holidays;
}

static void explain_prophet(const struct item *item, const struct item_shop *shop, double weight, double *ret_impact)
{
    const struct forecast_task *task = shop->task;
    size_t count = explain_count(task, shop->timeline), horizon = (size_t)task->horizon;
    struct arena *scratch = arena_new();
    const double **related = ARENA_ARRAY(scratch, const double *, task->related_count + 1);
    struct prophet_input input = item_prophet(item, shop, (int)item->series->count, related);
    struct outlook outlook = { .horizon = task->horizon, .mean = ARENA_ARRAY(scratch, double, horizon) };
    double *effects = ARENA_ARRAY(scratch, double, (task->related_count + 1) * horizon);
    prophet_forecast(prophet_fit(scratch, &input), &outlook, effects);
    size_t seen = (size_t)input.related_count < PROPHET_RELATED ? (size_t)input.related_count : PROPHET_RELATED;
    for (size_t h = 0; h < horizon; h++) {
        for (size_t k = 0; k < seen; k++)
            ret_impact[h * count + k] += weight * effects[k * horizon + h] / item->size;
        if (shop->timeline->has_holidays)
            ret_impact[h * count + count - 1] += weight * effects[seen * horizon + h] / item->size;
    }
    arena_free(scratch);
}

static void explain_global(const struct item *item, const struct item_shop *shop, double weight,
                           const struct global *global, uint64_t seed, double *ret_impact)
{
    const struct forecast_task *task = shop->task;
    size_t count = explain_count(task, shop->timeline), horizon = (size_t)task->horizon;
    struct arena *scratch = arena_new();
    struct outlook whole = { .horizon = task->horizon, .mean = ARENA_ARRAY(scratch, double, horizon) };
    struct outlook without = { .horizon = task->horizon, .mean = ARENA_ARRAY(scratch, double, horizon) };
    int origin = (int)item->series->count;
    bool known = global_forecast(global, item->which, origin, -1, seed, &whole);
    for (size_t k = 0; k < count && known; k++) {
        global_forecast(global, item->which, origin, (int)k, seed, &without);
        for (size_t h = 0; h < horizon; h++)
            ret_impact[h * count + k] += weight * (whole.mean[h] - without.mean[h]) / item->size;
    }
    arena_free(scratch);
}

void explain_item(const struct item *item, const struct item_shop *shop, const struct forecast_weights *weights,
                  const struct global *const *globals, uint64_t seed, double *ret_impact)
{
    if (!(item->size > 0))
        return;
    if (weights->of[FORECAST_PROPHET] > 0)
        explain_prophet(item, shop, weights->of[FORECAST_PROPHET], ret_impact);
    for (int a = FORECAST_CNN_QR; a <= FORECAST_DEEP_AR_PLUS; a++)
        if (weights->of[a] > 0)
            explain_global(item, shop, weights->of[a], globals[a], seed, ret_impact);
}
