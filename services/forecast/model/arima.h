/* Seasonal ARIMA with orders chosen as Hyndman and Khandakar (2008) do: a season's strength says whether to difference by
 * season, KPSS tests how often otherwise, and a stepwise walk over orders looks for the lowest AICc. Fits are by conditional
 * sums of squares; the best few are then fitted anew by exact likelihood (a Kalman filter), as R's auto.arima does. */
#ifndef FORECAST_ARIMA_H
#define FORECAST_ARIMA_H

#include "base/arena.h"
#include "services/forecast/model/outlook.h"
#include <stdbool.h>

enum { ARIMA_ORDER = 5, ARIMA_SEASONAL_ORDER = 2, ARIMA_LONGEST = 24 };
enum { ARIMA_LAGS = ARIMA_ORDER + 2 + (ARIMA_SEASONAL_ORDER + 1) * ARIMA_LONGEST + 1 };
enum { ARIMA_PARAMETERS = 2 * (ARIMA_ORDER + ARIMA_SEASONAL_ORDER) + 1 };

struct arima {
    int p, d, q;
    int seasonal_p, seasonal_d, seasonal_q, period; /* period 1: none */
    bool constant;                                  /* a mean, or with one difference a drift */
    /* phi, theta, seasonal phi, seasonal theta, and the mean of the differenced series; w = phi w(-1) + ... + e + theta e(-1) */
    double x[ARIMA_PARAMETERS];
    double scale; /* the variance and the mean are of y / scale */
    double variance;
    double aicc;
    double *tail; /* the last ARIMA_LAGS of y / scale and of errors, newest last: where a forecast begins */
    double *tail_errors;
};

enum arima_effort { ARIMA_HASTY, ARIMA_THOROUGH };

/* The model in `arena`. Gaps are bridged by straight lines first. Always answers. */
struct arima *arima_fit(struct arena *arena, const struct history *history, enum arima_effort effort);
/* Goes through a history with the parameters that it has. */
void arima_follow(struct arima *arima, const struct history *history);
void arima_forecast(const struct arima *arima, struct outlook *outlook);
/* "ARIMA(2,1,1)(0,1,1)[12] with drift" */
void arima_name(const struct arima *arima, char ret_name[48]);

#endif
