#include "services/forecast/model/naive.h"

#include <math.h>

double naive_error(const double *y, int count, int season)
{
    double sum = 0, found = 0;
    for (int t = season; t < count; t++) {
        double apart = fabs(y[t] - y[t - season]);
        if (isnan(apart))
            continue;
        found++;
        sum += (apart - sum) / found; /* a running mean, which does not overflow */
    }
    return found > 0 ? sum : NAN;
}

static double deviation_of(const struct history *history, int season)
{
    double squares = 0, found = 0, size = naive_error(history->y, history->count, season);
    if (isnan(size) || size == 0)
        return 0;
    for (int t = season; t < history->count; t++) {
        double apart = (history->y[t] - history->y[t - season]) / size;
        if (isnan(apart))
            continue;
        found++;
        squares += (apart * apart - squares) / found;
    }
    return sqrt(squares) * size;
}

/* The last known value at the same place of the season, as the step `ahead` from the end. */
static double last_known(const struct history *history, int season, int ahead)
{
    for (int t = history->count - season + ahead % season; t >= 0; t -= season)
        if (!isnan(history->y[t]))
            return history->y[t];
    for (int t = history->count - 1; t >= 0; t--)
        if (!isnan(history->y[t]))
            return history->y[t];
    return 0;
}

void naive_forecast(const struct history *history, struct outlook *outlook)
{
    int season = history->count > history->season ? history->season : 1;
    double deviation = deviation_of(history, season);
    for (int h = 0; h < outlook->horizon; h++) /* variances add up, once a season: it is a random walk for each place */
        outlook_set_normal(outlook, h, last_known(history, season, h), deviation * sqrt(1 + h / season));
}
