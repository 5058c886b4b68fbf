#include "services/forecast/model/feature.h"

#include "services/forecast/model/boost.h"
#include <math.h>

enum { OWN = 24, PER_RELATED = 3, YEAR_LONGEST = 400, BOUND = 1000, SPAN_MOST = 120 };

/* Finite and of moderate size, so that floats and cuts between them are well behaved. */
static float bounded(double value)
{
    if (isnan(value))
        return NAN;
    return (float)(value > BOUND ? BOUND : value < -BOUND ? -BOUND : value);
}

struct summary {
    double mean, spread, zeroes;
    int found;
};

static struct summary summarise(const double *y, int from, int to)
{
    struct summary sum = { 0 };
    double squares = 0;
    for (int t = from < 0 ? 0 : from; t < to; t++) {
        if (isnan(y[t]))
            continue;
        double apart = y[t] - sum.mean;
        sum.found++;
        sum.mean += apart / sum.found;
        squares += apart * (y[t] - sum.mean);
        sum.zeroes += y[t] == 0;
    }
    if (sum.found > 0) {
        sum.spread = sqrt(squares / sum.found);
        sum.zeroes /= sum.found;
    }
    return sum;
}

static double size_of(const double *y, int from, int to)
{
    double size = 0, found = 0;
    for (int t = from < 0 ? 0 : from; t < to; t++)
        if (!isnan(y[t]))
            size += (fabs(y[t]) - size) / ++found;
    return size;
}

static void measure_related(struct feature_plan *plan, struct arena *arena)
{
    const struct forecast_task *task = plan->task;
    plan->scales = ARENA_ARRAY(arena, struct feature_scale, task->series_count * (size_t)plan->related + 1);
    for (size_t i = 0; i < task->series_count; i++)
        for (int k = 0; task->series[i].related && k < plan->related; k++) {
            struct summary sum = summarise(task->series[i].related[k], 0, (int)task->series[i].count);
            plan->scales[i * (size_t)plan->related + (size_t)k] = (struct feature_scale){
                isfinite(sum.mean) ? sum.mean : 0, sum.spread > 0 && isfinite(sum.spread) ? sum.spread : 1
            };
        }
}

void feature_plan_init(struct feature_plan *plan, struct arena *arena, const struct forecast_task *task,
                       const struct timeline *timeline)
{
    double seconds = forecast_step_seconds(&task->frequency), year = 365.2425 * 86400 / seconds;
    *plan = (struct feature_plan){ .task = task, .timeline = timeline, .season = forecast_season(&task->frequency) };
    plan->year = year > plan->season * 1.5 && year < YEAR_LONGEST ? (int)round(year) : 0;
    if (task->frequency.unit == FORECAST_DAY && task->frequency.count == 1)
        plan->year = 364; /* the same day of the week */
    plan->related = task->related_count < FEATURE_RELATED ? (int)task->related_count : FEATURE_RELATED;
    plan->categories = task->category_count < FEATURE_CATEGORIES ? (int)task->category_count : FEATURE_CATEGORIES;
    measure_related(plan, arena);
    plan->count = OWN + PER_RELATED * plan->related + plan->categories;
}

bool feature_look(struct feature_view *view, const struct feature_plan *plan, size_t which,
                  const struct forecast_series *series, const double *y, int origin)
{
    int span = plan->season > 1 ? (plan->season < SPAN_MOST ? plan->season : SPAN_MOST) : 4,
        reach = span > 7 ? 2 * span : 14;
    *view = (struct feature_view){
        .plan = plan, .series = series, .y = y, .origin = origin, .scales = plan->scales + which * (size_t)plan->related
    };
    double size = size_of(y, origin - 2 * reach, origin);
    if (size == 0)
        size = size_of(y, 0, origin);
    struct summary recent = summarise(y, origin - span, origin);
    struct summary before = summarise(y, origin - reach - span, origin - span);
    struct summary whole = summarise(y, origin - 2 * reach, origin);
    if (whole.found == 0 && summarise(y, 0, origin).found == 0)
        return false;
    view->size = size > 0 ? size : 1;
    view->level = recent.found ? bounded(recent.mean / view->size) : NAN;
    view->recent = whole.found ? bounded(whole.mean / view->size) : NAN;
    view->spread = bounded(whole.spread / view->size);
    view->zeroes = bounded(whole.zeroes);
    view->trend = recent.found && before.found ? bounded((recent.mean - before.mean) / view->size) : NAN;
    view->last = NAN;
    for (int t = origin - 1; t >= 0 && isnan(view->last); t--)
        view->last = bounded(y[t] / view->size);
    return true;
}

static double value_at(const struct feature_view *view, int t)
{
    return t < 0 || t >= view->origin ? NAN : view->y[t] / view->size;
}

/* The mean of up to three seasons at the same place. */
static double same_place(const struct feature_view *view, int last)
{
    double sum = 0, found = 0;
    for (int i = 0, t = last; i < 4 && found < 3; i++, t -= view->plan->season) {
        double value = value_at(view, t);
        if (isnan(value))
            continue;
        sum += value;
        found++;
    }
    return found > 0 ? sum / found : NAN;
}

static float place_of(const struct timeline *timeline, enum timeline_place place, int64_t at)
{
    return at < 0 || at >= (int64_t)timeline->count ? NAN : (float)timeline->place[place][at];
}

static float holiday_of(const struct timeline *timeline, int64_t at, bool hidden)
{
    return hidden || at < 0 || at >= (int64_t)timeline->count ? -1 : (float)timeline->holiday[at];
}

static float *add_related(const struct feature_view *view, int t, int hidden, float *row)
{
    for (int k = 0; k < view->plan->related; k++) {
        const double *values = view->series->related ? view->series->related[k] : NULL;
        double now = values && hidden != k ? values[t] : NAN, before = NAN;
        int back = t - view->plan->season;
        if (values && back >= 0)
            before = values[back];
        *row++ = bounded((now - view->scales[k].mean) / view->scales[k].size);
        *row++ = isfinite(now) ? (float)fmax(-1e30, fmin(1e30, now)) : NAN;
        *row++ = bounded((now - before) / view->scales[k].size);
    }
    return row;
}

float feature_row(const struct feature_view *view, int ahead, int hidden, float *ret_row)
{
    const struct feature_plan *plan = view->plan;
    const struct timeline *timeline = plan->timeline;
    int season = plan->season, t = view->origin + ahead;
    int last = t - season * (ahead / season + 1); /* the newest value at the same place of the season that is known */
    int64_t at = view->series->first + t - timeline->first;
    bool no_holidays = hidden == (int)(plan->task->related_count + plan->task->category_count);
    double same = same_place(view, last), year = NAN, around = NAN;
    if (plan->year && t - plan->year < view->origin) {
        year = value_at(view, t - plan->year);
        struct summary sum = summarise(view->y, t - plan->year - 3,
                                       t - plan->year + 4 < view->origin ? t - plan->year + 4 : view->origin);
        around = sum.found ? sum.mean / view->size : NAN;
    }
    float anchor = !isnan(same) && season > 1 ? bounded(same) : !isnan(view->level) ? view->level : view->recent;
    anchor = isnan(anchor) ? 0 : anchor;

    float *row = ret_row;
    *row++ = (float)ahead;
    *row++ = view->last - anchor;
    *row++ = view->level - anchor;
    *row++ = view->recent - anchor;
    *row++ = view->spread;
    *row++ = view->zeroes;
    *row++ = view->trend;
    *row++ = (float)log(view->size);
    *row++ = bounded(view->origin);
    *row++ = bounded(value_at(view, last)) - anchor;
    *row++ = bounded(value_at(view, last - season)) - anchor;
    *row++ = bounded(value_at(view, view->origin - 2)) - anchor;
    *row++ = bounded(value_at(view, view->origin - 3)) - anchor;
    *row++ = bounded(value_at(view, view->origin - season)) - anchor;
    *row++ = bounded(year) - anchor;
    *row++ = bounded(around) - anchor;
    *row++ = anchor;
    *row++ = place_of(timeline, PLACE_OF_DAY, at);
    *row++ = place_of(timeline, PLACE_OF_WEEK, at);
    *row++ = place_of(timeline, PLACE_OF_MONTH, at);
    *row++ = place_of(timeline, PLACE_OF_YEAR, at);
    *row++ = holiday_of(timeline, at, no_holidays) + holiday_of(timeline, at - season, no_holidays) / 64;
    *row++ = holiday_of(timeline, at - 1, no_holidays);
    *row++ = holiday_of(timeline, at + 1, no_holidays);
    row = add_related(view, t, hidden, row);
    for (int k = 0; k < plan->categories; k++) {
        int code = view->series->category ? view->series->category[k] : -1;
        *row++ = code < 0 || hidden == (int)plan->task->related_count + k ? NAN : (float)code;
    }
    return anchor;
}
