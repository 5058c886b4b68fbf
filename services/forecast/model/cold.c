#include "services/forecast/model/cold.h"

#include "base/arena.h"
#include "services/forecast/model/numeric.h"

enum { ALIKE_MOST = 200 };

static size_t shared(const struct forecast_task *task, size_t one, size_t other)
{
    const int *a = task->series[one].category, *b = task->series[other].category;
    size_t count = 0;
    for (size_t k = 0; a && b && k < task->category_count; k++)
        count += a[k] >= 0 && a[k] == b[k];
    return count;
}

/* Those with the most in common; if there are too many, every so many-th. */
static size_t find_alike(const struct forecast_task *task, const struct forecast_item *items, size_t which, size_t *ret)
{
    size_t most = 0, found = 0, seen = 0;
    for (size_t i = 0; i < task->series_count; i++) {
        if (items[i].cold)
            continue;
        size_t in_common = shared(task, which, i);
        if (in_common > most)
            most = in_common, found = 0;
        found += in_common == most;
    }
    size_t every = (found + ALIKE_MOST - 1) / ALIKE_MOST, kept = 0;
    for (size_t i = 0; i < task->series_count && found > 0; i++)
        if (!items[i].cold && shared(task, which, i) == most && seen++ % every == 0 && kept < ALIKE_MOST)
            ret[kept++] = i;
    return kept;
}

/* A quantile stands for the share of the distribution that is nearest to it. */
static double share_of(const struct outlook *outlook, int q)
{
    double below = q > 0 ? (outlook->levels[q - 1] + outlook->levels[q]) / 2 : 0;
    double above = q + 1 < outlook->quantile_count ? (outlook->levels[q] + outlook->levels[q + 1]) / 2 : 1;
    return above - below;
}

void cold_forecast(const struct forecast_task *task, const struct forecast_item *items, size_t which,
                   struct outlook *outlook)
{
    struct arena *scratch = arena_new();
    size_t alike[ALIKE_MOST], count = find_alike(task, items, which, alike);
    int levels = outlook->quantile_count;
    struct numeric_weighted *values = arena_room(scratch, (count * (size_t)levels + 1) * sizeof *values);
    for (int h = 0; h < outlook->horizon; h++) {
        size_t found = 0;
        outlook->mean[h] = 0;
        for (size_t i = 0; i < count; i++) {
            const struct forecast_path *path = &items[alike[i]].forecast;
            outlook->mean[h] += path->mean[h] / (double)count;
            for (int q = 0; q < levels; q++)
                values[found++] = (struct numeric_weighted){ path->quantiles[h * levels + q], share_of(outlook, q) };
        }
        numeric_sort_weighted(values, found);
        for (int q = 0; q < levels; q++)
            outlook->quantiles[h * levels + q] = found ? numeric_weighted_quantile(values, found, outlook->levels[q])
                                                       : 0;
    }
    arena_free(scratch);
}
