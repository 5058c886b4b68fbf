#include "services/forecast/model/difference.h"

#include <math.h>
#include <string.h>

#define STRONG   0.64  /* forecast::nsdiffs */
#define CRITICAL 0.463 /* Kwiatkowski et al., table 1: level, 5 % */

double *difference_bridge(struct arena *arena, const struct history *history, int *ret_count, double *ret_scale)
{
    const double *y = history->y;
    int first = 0, last = history->count;
    while (first < last && isnan(y[first]))
        first++;
    double largest = 0, sum = 0, observed = 0;
    for (int t = first; t < last; t++)
        largest = fmax(largest, isnan(y[t]) ? 0 : fabs(y[t]));
    for (int t = first; largest > 0 && t < last; t++)
        if (!isnan(y[t]))
            sum += fabs(y[t]) / largest, observed++;
    double scale = largest > 0 ? fmax(largest * (sum / observed), 1e-300) : 1;

    int count = last - first, known = 0;
    double *bridged = arena_room(arena, (size_t)(count + 1) * sizeof *bridged);
    for (int t = 0; t < count; t++) {
        if (isnan(y[first + t]))
            continue;
        bridged[t] = y[first + t] / scale;
        for (int gap = known + 1; gap < t; gap++)
            bridged[gap] = bridged[known] + (bridged[t] - bridged[known]) * (gap - known) / (t - known);
        known = t;
    }
    for (int t = known + 1; t < count; t++)
        bridged[t] = bridged[known];
    *ret_count = count;
    *ret_scale = scale;
    return bridged;
}

int difference_by(double *y, int count, int lag)
{
    if (count <= lag)
        return 0;
    for (int t = 0; t + lag < count; t++)
        y[t] = y[t + lag] - y[t];
    return count - lag;
}

static double variance_of(const double *y, int count)
{
    double mean = 0, squares = 0;
    for (int t = 0; t < count; t++)
        mean += y[t] / count;
    for (int t = 0; t < count; t++)
        squares += (y[t] - mean) * (y[t] - mean);
    return count > 1 ? squares / (count - 1) : 0;
}

/* A moving average of one season; at the ends that of the nearest place where it reaches. */
static void find_trend(const double *y, int count, int period, double *ret_trend)
{
    int half = period / 2;
    for (int t = half; t + half < count; t++) {
        double sum = 0;
        for (int i = -half; i <= half; i++)
            sum += y[t + i] * (period % 2 == 0 && (i == -half || i == half) ? 0.5 : 1);
        ret_trend[t] = sum / period;
    }
    for (int t = 0; t < half; t++)
        ret_trend[t] = ret_trend[half];
    for (int t = count - half; t < count; t++)
        ret_trend[t] = ret_trend[count - half - 1];
}

/* Each place of the season smoothed over the years by tricube weights, so that the season may change slowly. */
static void find_season(const double *left, int count, int period, double *ret_season)
{
    enum { REACH = 4 };
    for (int t = 0; t < count; t++) {
        double sum = 0, weights = 0;
        for (int i = -REACH; i <= REACH; i++) {
            int at = t + i * period;
            if (at < 0 || at >= count)
                continue;
            double distance = fabs((double)i) / (REACH + 1), weight = pow(1 - distance * distance * distance, 3);
            sum += weight * left[at];
            weights += weight;
        }
        ret_season[t] = sum / weights;
    }
}

int difference_seasons(struct arena *arena, const double *y, int count, int period)
{
    if (period < 2 || count < 2 * period + 1)
        return 0;
    double *trend = arena_room(arena, (size_t)count * sizeof *trend);
    double *left = arena_room(arena, (size_t)count * sizeof *left);
    double *season = arena_room(arena, (size_t)count * sizeof *season);
    find_trend(y, count, period, trend);
    for (int t = 0; t < count; t++)
        left[t] = y[t] - trend[t];
    find_season(left, count, period, season);
    double whole = variance_of(left, count);
    for (int t = 0; t < count; t++)
        season[t] = left[t] - season[t];
    return whole > 0 && 1 - variance_of(season, count) / whole > STRONG;
}

/* Partial sums of what is left of a level, against its long-run variance (Bartlett's window). */
static double kpss(const double *y, int count)
{
    int lags = (int)(3 * sqrt(count) / 13);
    double mean = 0, partial = 0, sums = 0, variance = 0;
    for (int t = 0; t < count; t++)
        mean += y[t] / count;
    for (int t = 0; t < count; t++) {
        partial += y[t] - mean;
        sums += partial * partial;
        variance += (y[t] - mean) * (y[t] - mean);
    }
    for (int lag = 1; lag <= lags; lag++) {
        double product = 0;
        for (int t = lag; t < count; t++)
            product += (y[t] - mean) * (y[t - lag] - mean);
        variance += 2 * (1 - lag / (lags + 1.0)) * product;
    }
    return variance > 0 ? sums / ((double)count * variance) : 0;
}

int difference_steps(struct arena *arena, const double *y, int count)
{
    double *left = arena_room(arena, (size_t)(count + 1) * sizeof *left);
    memcpy(left, y, (size_t)count * sizeof *left);
    for (int d = 0; d < 2; d++) {
        if (count < 5 || variance_of(left, count) < 1e-20 || kpss(left, count) < CRITICAL)
            return d;
        count = difference_by(left, count, 1);
    }
    return 2;
}
