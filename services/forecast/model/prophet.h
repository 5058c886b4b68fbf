/* A regression in the manner of Prophet (Taylor and Letham, 2018): a line that may bend at 25 places (with Laplace's prior on
 * how much), Fourier terms for each season, one term a holiday, and related series. The place of highest probability is
 * found by reweighted least squares; the intervals hold the noise and the bends that the future may bring. */
#ifndef FORECAST_PROPHET_H
#define FORECAST_PROPHET_H

#include "base/arena.h"
#include "services/forecast/model/outlook.h"
#include "services/forecast/model/timeline.h"

enum { PROPHET_RELATED = 64 }; /* more related series than this are not looked at */

struct prophet_input {
    struct history history;
    int64_t first;                   /* the step of history.y[0] */
    const struct timeline *timeline; /* reaches to the end of the forecast */
    const double *const *related;    /* from `first` on, to the end of the forecast; or NULL */
    int related_count;
    double shortest_season; /* seasons shorter than this are left to others; 0: none are */
    bool seasons_only;      /* neither holidays nor related series */
    int order_most;         /* of Fourier terms; 0: Prophet's own (10 a year, 3 a week, 4 a day) */
};

struct prophet;

struct prophet *prophet_fit(struct arena *arena, const struct prophet_input *input);
/* effects[k × horizon + h], unless NULL: what related series k, and after them the holidays, add to step h. */
void prophet_forecast(const struct prophet *prophet, struct outlook *outlook, double *ret_effects);
/* The sum of the seasons at step t from the history's first. 0 seasons: none was long enough in the data. */
double prophet_season(const struct prophet *prophet, int t);
int prophet_season_terms(const struct prophet *prophet);
double prophet_variance(const struct prophet *prophet); /* of what is left */
/* Of what is left, from one step to the next. */
double prophet_autocorrelation(const struct prophet *prophet, const struct history *history);

#endif
