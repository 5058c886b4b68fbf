#include "services/forecast/model/global.h"

#include "base/random.h"
#include "services/forecast/model/numeric.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROAMING 2.0  /* a path stays within so many ranges of what was seen */
#define RAREST  0.01 /* what is drawn no more extreme than this: beyond the outermost quantile learnt is a guess */

enum {
    ROWS_MOST = 40000,
    ROWS_EACH_MOST = 4,
    TREES_LEAST = 24,
    TREES_MOST = 102,
    ROWS_A_TREE = 64,
    PATHS_LEAST = 24,
    PATHS_MOST = 120,
    DRAWS = 2400
};

struct global {
    const struct feature_plan *plan;
    bool walks;
    struct boost *boost;
    int rounds, trees; /* grown in each */
};

/* How far a series may be looked at: the steps that it has before `end`. */
static int known(const struct forecast_series *series, int64_t end)
{
    int64_t count = end - series->first;
    return count < 0 ? 0 : count < (int64_t)series->count ? (int)count : (int)series->count;
}

struct lesson {
    struct global *global;
    int64_t end;
    float *x, *y;
    int rows;
};

/* One row: a random origin of the series, a random step ahead. */
static void add_row(struct lesson *lesson, const struct forecast_series *series, struct random *random)
{
    const struct feature_plan *plan = lesson->global->plan;
    int count = known(series, lesson->end), least = plan->season > 1 ? plan->season : 3;
    int ahead = lesson->global->walks ? 0 : (int)random_between(random, 0, plan->task->horizon - 1);
    least = least < count / 3 ? least : count / 3;
    int latest = count - 1 - ahead;
    if (latest < least || latest < 1)
        return;
    int origin = (int)random_between(random, least > 1 ? least : 1, latest);
    struct feature_view view;
    if (isnan(series->values[origin + ahead]) || !feature_look(&view, plan, series, series->values, origin))
        return;
    float *row = lesson->x + (size_t)lesson->rows * plan->count;
    double target = series->values[origin + ahead] / view.size - feature_row(&view, ahead, -1, row);
    lesson->y[lesson->rows++] = (float)fmax(-30, fmin(30, target));
}

struct global *global_new(struct arena *arena, const struct feature_plan *plan, int64_t end, bool walks, uint64_t seed)
{
    struct global *global = ARENA_NEW(arena, struct global);
    const struct forecast_task *task = plan->task;
    global->plan = plan;
    global->walks = walks;
    int64_t points = 0;
    for (size_t i = 0; i < task->series_count; i++)
        points += known(&task->series[i], end);
    int wanted = points * ROWS_EACH_MOST < ROWS_MOST ? (int)(points * ROWS_EACH_MOST) : ROWS_MOST;
    struct lesson lesson = { .global = global, .end = end };
    lesson.x = arena_room(arena, (size_t)(wanted + 1) * plan->count * sizeof(float));
    lesson.y = arena_room(arena, (size_t)(wanted + 1) * sizeof(float));
    struct random random;
    random_seed(&random, seed);
    for (int row = 0; row < wanted && !numeric_cancelled(task->cancelled); row++) {
        /* each series as often as it has points, each at least sometimes */
        size_t i = task->series_count <= (size_t)wanted
                       ? (size_t)row % task->series_count
                       : (size_t)random_between(&random, 0, (int64_t)task->series_count - 1);
        add_row(&lesson, &task->series[i], &random);
    }
    int trees = TREES_LEAST + lesson.rows / ROWS_A_TREE; /* a few rows say little, and are soon learnt by heart */
    global->trees = (trees < TREES_MOST ? trees : TREES_MOST) / GLOBAL_ROUNDS;
    global->boost = boost_new(arena, lesson.x, lesson.y, lesson.rows, plan->count, seed + 1);
    return global;
}

void global_grow(struct global *global)
{
    if (global->rounds++ < GLOBAL_ROUNDS)
        boost_grow(global->boost, global->trees, global->plan->task->cancelled);
}

static void look_ahead(const struct global *global, const struct forecast_series *series, int origin, int hidden,
                       const struct feature_view *view, struct outlook *outlook)
{
    struct boost_level levels[FORECAST_QUANTILES];
    float row[BOOST_FEATURES], outputs[BOOST_OUTPUTS];
    for (int q = 0; q < outlook->quantile_count; q++)
        levels[q] = boost_level_of(outlook->levels[q]);
    for (int h = 0; h < outlook->horizon; h++) {
        double anchor = feature_row(view, h, hidden, row);
        boost_predict(global->boost, row, outputs);
        outlook->mean[h] = (outputs[0] + anchor) * view->size;
        for (int q = 0; q < outlook->quantile_count; q++)
            outlook->quantiles[h * outlook->quantile_count + q] = (boost_quantile(outputs, levels[q]) + anchor) *
                                                                  view->size;
    }
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Mean and quantiles of the paths at one step; draws[path] is sorted. */
static void sum_up(double *draws, int paths, struct outlook *outlook, int step)
{
    qsort(draws, (size_t)paths, sizeof *draws, ascending);
    double mean = 0;
    for (int i = 0; i < paths; i++)
        mean += draws[i] / paths;
    outlook->mean[step] = mean;
    for (int q = 0; q < outlook->quantile_count; q++) {
        double at = fmin(fmax(outlook->levels[q] * paths - 0.5, 0), paths - 1);
        int below = (int)at < paths - 1 ? (int)at : paths - 1, above = below + 1 < paths ? below + 1 : below;
        outlook->quantiles[step * outlook->quantile_count + q] = draws[below] +
                                                                 (at - below) * (draws[above] - draws[below]);
    }
}

static void walk(const struct global *global, const struct forecast_series *series, int origin, int hidden,
                 uint64_t seed, struct outlook *outlook)
{
    struct arena *scratch = arena_new();
    int horizon = outlook->horizon, paths = DRAWS / horizon;
    paths = paths < PATHS_LEAST ? PATHS_LEAST : paths > PATHS_MOST ? PATHS_MOST : paths;
    int season = global->plan->season, reach = 8 * (season > 7 ? season : 14);
    int from = 0; /* all that features look back to is copied, so that draws can follow it */
    if (!global->plan->year && origin > reach)
        from = origin - reach;
    struct forecast_series moved = *series;
    const double *related[FEATURE_RELATED];
    for (int k = 0; series->related && k < global->plan->related; k++)
        related[k] = series->related[k] + from;
    moved.related = series->related ? related : NULL;
    moved.first += from;
    double *y = arena_room(scratch, (size_t)(origin - from + horizon) * sizeof *y);
    double *draws = arena_room(scratch, (size_t)paths * horizon * sizeof *draws);
    memcpy(y, series->values + from, (size_t)(origin - from) * sizeof *y);
    double low = INFINITY, high = -INFINITY;
    for (int t = 0; t < origin - from; t++) {
        low = fmin(low, isnan(y[t]) ? low : y[t]);
        high = fmax(high, isnan(y[t]) ? high : y[t]);
    }
    double range = ROAMING * (high - low);
    struct random random;
    random_seed(&random, seed);

    for (int path = 0; path < paths && !numeric_cancelled(global->plan->task->cancelled); path++)
        for (int h = 0; h < horizon; h++) {
            struct feature_view view;
            float row[BOOST_FEATURES], outputs[BOOST_OUTPUTS];
            feature_look(&view, global->plan, &moved, y, origin - from + h);
            double anchor = feature_row(&view, 0, hidden, row), level = random_unit(&random);
            boost_predict(global->boost, row, outputs);
            double drawn = boost_quantile(outputs, boost_level_of(fmin(fmax(level, RAREST), 1 - RAREST)));
            drawn = fmax(low - range, fmin(high + range, (drawn + anchor) * view.size));
            y[origin - from + h] = draws[h * paths + path] = drawn;
        }
    for (int h = 0; h < horizon; h++)
        sum_up(draws + (size_t)h * paths, paths, outlook, h);
    arena_free(scratch);
}

bool global_forecast(const struct global *global, const struct forecast_series *series, int origin, int hidden,
                     uint64_t seed, struct outlook *outlook)
{
    struct feature_view view;
    if (!feature_look(&view, global->plan, series, series->values, origin))
        return false;
    if (global->walks)
        walk(global, series, origin, hidden, seed, outlook);
    else
        look_ahead(global, series, origin, hidden, &view, outlook);
    return true;
}
