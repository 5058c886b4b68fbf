/* Exponential smoothing as a state space model (Hyndman, Koehler, Ord and Snyder, 2008): error additive or multiplicative,
 * trend none, additive or damped, season none, additive or multiplicative; of the fifteen that are stable, the one with the
 * lowest AICc. Likelihoods, parameter regions and starting values follow R's forecast::ets, so that its choices are
 * nearly always ours. Prediction variances by formula. */
#ifndef FORECAST_ETS_H
#define FORECAST_ETS_H

#include "base/arena.h"
#include "services/forecast/model/outlook.h"
#include <stdbool.h>

struct ets {
    char error;  /* 'A' or 'M' */
    char trend;  /* 'N', 'A', or 'D' for damped */
    char season; /* 'N', 'A' or 'M' */
    int period;  /* 1 without season */
    double alpha, beta, gamma, phi;
    double first_level, first_slope;
    double *first_season; /* [period], the first is that of the first step */
    double scale;         /* the numbers above are of y / scale */
    double aicc;          /* as R computes it, of y itself */
    double variance;      /* of the (relative) errors */
    double level, slope;  /* after the last step */
    double *seasons;      /* [period], the first is that of the step to come */
};

/* How much is spent: HASTY leaves the first states where the decomposition put them and looks at fewer models. */
enum ets_effort { ETS_HASTY, ETS_THOROUGH };

/* The model in `arena`. Always answers: what is too short for any gets the simplest. */
struct ets *ets_fit(struct arena *arena, const struct history *history, enum ets_effort effort);
/* Goes through a history (from the same first step) with the parameters that it has. */
void ets_follow(struct ets *ets, const struct history *history);
void ets_forecast(const struct ets *ets, struct outlook *outlook);
/* "ETS(M,Ad,M)" */
void ets_name(const struct ets *ets, char ret_name[16]);

#endif
