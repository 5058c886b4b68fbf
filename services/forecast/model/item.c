#include "services/forecast/model/item.h"

#include "services/forecast/model/naive.h"
#include <math.h>
#include <string.h>

#define LARGEST  1e150
#define FARTHEST 1000 /* a forecast may leave the range of the past by so many times that range */

/* What lies further back says nothing of tomorrow but costs as much. */
enum { LOCAL_MOST = 2000, PROPHET_MOST = 10000 };

static double tidied(double value)
{
    if (!isfinite(value))
        return NAN;
    return fmax(-LARGEST, fmin(LARGEST, value));
}

/* Whether the numbers can be used where they are. */
static bool is_tidy(const double *values, size_t count, size_t wanted)
{
    bool tidy = count == wanted;
    for (size_t i = 0; i < count && tidy; i++)
        tidy = isnan(values[i]) || values[i] == tidied(values[i]);
    return tidy;
}

void item_tidy(struct arena *arena, const struct forecast_task *task, const struct forecast_series *series,
               struct forecast_series *ret_series)
{
    *ret_series = *series;
    int64_t steps = task->end - series->first;
    size_t skip = 0, count = steps < 0 ? 0 : series->count < (size_t)steps ? series->count : (size_t)steps;
    while (skip < count && !isfinite(series->values[skip]))
        skip++;
    size_t wanted = skip < count ? (size_t)steps - skip : 0;
    ret_series->count = wanted;
    ret_series->first = task->end - (int64_t)wanted;
    ret_series->values = wanted ? series->values + skip : NULL;
    if (wanted && !is_tidy(series->values + skip, count - skip, wanted)) {
        double *copy = arena_room(arena, wanted * sizeof *copy);
        for (size_t i = 0; i < wanted; i++)
            copy[i] = i < count - skip ? tidied(series->values[skip + i]) : NAN;
        ret_series->values = copy;
    }
    ret_series->related = NULL;
    if (!series->related || steps < 0)
        return;
    const double **related = ARENA_ARRAY(arena, const double *, task->related_count + 1);
    for (size_t k = 0; k < task->related_count; k++)
        related[k] = series->related[k] + (ret_series->first - series->first);
    ret_series->related = related;
}

void item_init(struct item *item, const struct forecast_series *series)
{
    *item = (struct item){ .series = series, .low = INFINITY, .high = -INFINITY };
    double found = 0;
    for (size_t t = 0; t < series->count; t++) {
        double value = series->values[t];
        if (isnan(value))
            continue;
        item->low = fmin(item->low, value);
        item->high = fmax(item->high, value);
        item->size += (fabs(value) - item->size) / ++found;
    }
}

struct prophet_input item_prophet(const struct item *item, const struct item_shop *shop, int origin,
                                  const double **related)
{
    int from = origin > PROPHET_MOST ? origin - PROPHET_MOST : 0;
    struct prophet_input input = {
        .history = { item->series->values + from, origin - from, shop->season, shop->task->cancelled },
        .first = item->series->first + from,
        .timeline = shop->timeline,
    };
    if (!item->series->related)
        return input;
    for (size_t k = 0; k < shop->task->related_count; k++)
        related[k] = item->series->related[k] + from;
    input.related = related;
    input.related_count = (int)shop->task->related_count;
    return input;
}

static void run_prophet(struct item *item, const struct item_shop *shop, int origin, struct outlook *outlook)
{
    struct arena *scratch = arena_new();
    const double **related = ARENA_ARRAY(scratch, const double *, shop->task->related_count + 1);
    struct prophet_input input = item_prophet(item, shop, origin, related);
    prophet_forecast(prophet_fit(scratch, &input), outlook, NULL);
    arena_free(scratch);
}

/* How much less is left with a season than without, by BIC: above 0 it is worth its terms. Errors that hang together count for
 * fewer than they are, else every random walk has a season. */
static double worth_of(const struct prophet *with, const struct prophet *without, const struct history *history)
{
    double together = fmax(0, fmin(0.99, prophet_autocorrelation(with, history)));
    double count = history->count * (1 - together) / (1 + together);
    double gain = log((prophet_variance(without) + 1e-300) / (prophet_variance(with) + 1e-300));
    return count * gain - prophet_season_terms(with) * log(history->count);
}

/* The seasons that are too long for ETS and ARIMA, if they are there. */
static struct prophet *find_seasons(struct arena *models, const struct item *item, const struct item_shop *shop,
                                    int from, int origin)
{
    static const int orders[] = { 2, 5, 10 };
    struct prophet_input input = {
        .history = { item->series->values + from, origin - from, shop->season, shop->task->cancelled },
        .first = item->series->first + from,
        .timeline = shop->timeline,
        .shortest_season = INFINITY,
        .seasons_only = true,
    };
    double lengths[FORECAST_SEASONS], shortest = shop->short_season * 1.5, best_worth = 0;
    int count = forecast_seasons(&shop->task->frequency, lengths), longer = 0;
    for (int i = 0; i < count; i++)
        longer += lengths[i] >= shortest && input.history.count >= 2 * lengths[i];
    if (longer == 0)
        return NULL;
    struct prophet *best = NULL, *without = prophet_fit(models, &input);
    input.shortest_season = shortest;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        input.order_most = orders[i];
        struct prophet *with = prophet_fit(models, &input);
        double worth = worth_of(with, without, &input.history);
        if (worth <= best_worth)
            continue;
        best_worth = worth;
        best = with;
    }
    return best;
}

/* ETS and ARIMA: what they see is without the long seasons, which are put back into what they say. */
static void run_local(struct item *item, const struct item_shop *shop, struct arena *models,
                      enum forecast_algorithm algorithm, int origin, bool refit, struct outlook *outlook)
{
    bool ets = algorithm == FORECAST_ETS;
    refit = refit || (ets ? !item->ets : !item->arima);
    bool first = !item->ets && !item->arima;
    if (first || (refit && !item->refitted)) {
        item->from = origin > LOCAL_MOST ? origin - LOCAL_MOST : 0;
        item->seasons = find_seasons(models, item, shop, item->from, origin);
        item->refitted = !first;
    }
    int count = origin - item->from;
    struct arena *scratch = arena_new();
    struct history history = { item->series->values + item->from, count, shop->short_season, shop->task->cancelled };
    if (item->seasons) {
        double *left = arena_room(scratch, (size_t)(count + 1) * sizeof *left);
        for (int t = 0; t < count; t++)
            left[t] = history.y[t] - prophet_season(item->seasons, t);
        history.y = left;
    }
    if (ets && refit)
        item->ets = ets_fit(models, &history, shop->hasty ? ETS_HASTY : ETS_THOROUGH);
    else if (ets)
        ets_follow(item->ets, &history);
    else if (refit)
        item->arima = arima_fit(models, &history, shop->hasty ? ARIMA_HASTY : ARIMA_THOROUGH);
    else
        arima_follow(item->arima, &history);

    if (ets)
        ets_forecast(item->ets, outlook);
    else
        arima_forecast(item->arima, outlook);
    for (int h = 0; item->seasons && h < outlook->horizon; h++) {
        double season = prophet_season(item->seasons, count + h);
        outlook->mean[h] += season;
        for (int q = 0; q < outlook->quantile_count; q++)
            outlook->quantiles[h * outlook->quantile_count + q] += season;
    }
    arena_free(scratch);
}

void item_run(struct item *item, const struct item_shop *shop, struct arena *models, enum forecast_algorithm algorithm,
              const struct global *global, int origin, bool refit, uint64_t seed, struct outlook *outlook)
{
    struct history history = { item->series->values, origin, shop->season, shop->task->cancelled };
    switch (algorithm) {
    case FORECAST_ETS:
    case FORECAST_ARIMA:
        run_local(item, shop, models, algorithm, origin, refit, outlook);
        break;
    case FORECAST_NPTS:
        npts_forecast(&shop->npts, &history, outlook);
        break;
    case FORECAST_PROPHET:
        run_prophet(item, shop, origin, outlook);
        break;
    case FORECAST_CNN_QR:
    case FORECAST_DEEP_AR_PLUS:
        if (global_forecast(global, item->series, origin, -1, seed, outlook))
            break;
        naive_forecast(&history, outlook);
        break;
    default:
        naive_forecast(&history, outlook);
    }
    item_mend(item, outlook);
}

static double mended(const struct item *item, double value, double otherwise)
{
    double range = fmax(item->high - item->low, 1e-3 * fmax(fabs(item->high), fabs(item->low)));
    if (!isfinite(value))
        value = otherwise;
    value = fmax(item->low - FARTHEST * range, fmin(item->high + FARTHEST * range, value));
    return item->low >= 0 ? fmax(value, 0) : value;
}

void item_mend(const struct item *item, struct outlook *outlook)
{
    double last = isfinite(item->low) ? item->low + (item->high - item->low) / 2 : 0;
    for (int h = 0; h < outlook->horizon; h++) {
        double *quantiles = outlook->quantiles + (size_t)h * outlook->quantile_count;
        last = outlook->mean[h] = isfinite(item->low) ? mended(item, outlook->mean[h], last) : 0;
        for (int q = 0; q < outlook->quantile_count; q++) {
            quantiles[q] = isfinite(item->low) ? mended(item, quantiles[q], outlook->mean[h]) : 0;
            if (q > 0)
                quantiles[q] = fmax(quantiles[q], quantiles[q - 1]);
        }
    }
}
