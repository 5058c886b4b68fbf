/* What every model of one series is given, and what it gives back. */
#ifndef FORECAST_OUTLOOK_H
#define FORECAST_OUTLOOK_H

#include <stdatomic.h>
#include <stdint.h>

/* The past as one series knows it: finite numbers, and NaN for what is missing. */
struct history {
    const double *y;
    int count;
    int season;                   /* in steps; 1 is none */
    const atomic_bool *cancelled; /* or NULL */
};

/* Room for `horizon` steps: mean[step], quantiles[step × quantile_count + q]. */
struct outlook {
    int horizon;
    const double *levels; /* the quantiles asked for */
    int quantile_count;
    double *mean;
    double *quantiles;
};

/* Quantiles of a normal distribution around the mean of each step. */
void outlook_set_normal(struct outlook *outlook, int step, double mean, double deviation);

#endif
