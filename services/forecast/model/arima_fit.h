/* Fitting one ARIMA model, whose orders are given, to a differenced series. */
#ifndef FORECAST_ARIMA_FIT_H
#define FORECAST_ARIMA_FIT_H

#include "services/forecast/model/arima.h"

struct arima_sample {
    const double *w; /* scaled and differenced */
    int count;
    double mean, variance;
    const atomic_bool *cancelled;
    double *errors, *jacobian; /* room to work in */
    struct arena *arena;
};

/* Both polynomials multiplied out: ar[i] weighs w(−1 − i), ma[i] the error then. */
struct arima_lags {
    double ar[ARIMA_LAGS], ma[ARIMA_LAGS];
    int ar_count, ma_count;
};

void arima_sample_init(struct arima_sample *sample, struct arena *arena, const double *w, int count,
                       const atomic_bool *cancelled);
int arima_parameters(const struct arima *model); /* how many of x count; the mean is the last */
void arima_expand(const struct arima *model, struct arima_lags *ret_lags);
/* The errors of w, as if only its mean had been before it; returns the sum of squares. */
double arima_errors(const struct arima *model, const double *w, int count, double *ret_errors);
/* Levenberg and Marquardt's method on the errors, from model.x on; sets x, variance, aicc (infinite if it fails). */
void arima_fit_squares(struct arima *model, const struct arima_sample *sample, int turns);
/* How long the state of the exact likelihood is: what it costs grows with the square. */
int arima_state_size(const struct arima *model);
/* Exact Gaussian likelihood, from model.x on. False, and nothing changed, where the state is too long to be worth it. */
bool arima_fit_likelihood(struct arima *model, const struct arima_sample *sample, int evaluations);
/* For what cannot be fitted: no lags, the mean if there may be one, the variance of what is there. */
void arima_settle(struct arima *model, const struct arima_sample *sample, bool constant);

#endif
