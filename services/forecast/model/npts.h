/* NPTS, the non-parametric time series model of the guide: the forecast's distribution is that of the values seen, each with a
 * weight. Exponential kernel: the nearer in time, the heavier; uniform ("climatological"): all alike. With
 * the season, only values at the same place in it count. Where the guide draws samples, we take the distribution itself. */
#ifndef FORECAST_NPTS_H
#define FORECAST_NPTS_H

#include "services/forecast/model/outlook.h"
#include <stdbool.h>

struct npts {
    bool uniform;       /* "kernel_type" is "uniform" */
    double decay;       /* "exp_kernel_weights": weights fall by e for each 1 / decay steps */
    bool seasonal;      /* "use_seasonal_model" */
    int context_length; /* "context_length": how far back it looks; 0: all */
};

extern const struct npts npts_defaults;

/* A hyperparameter by the guide's name (those above in quotes); others, and values that make no sense, are left alone. */
void npts_set(struct npts *npts, const char *name, const char *value);

void npts_forecast(const struct npts *npts, const struct history *history, struct outlook *outlook);

#endif
