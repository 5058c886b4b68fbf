/* The baseline: as it was one season ago, and as far off as that was before. */
#ifndef FORECAST_NAIVE_H
#define FORECAST_NAIVE_H

#include "services/forecast/model/outlook.h"

void naive_forecast(const struct history *history, struct outlook *outlook);
/* The mean size of a seasonal difference, which MASE divides by; NaN where there is none. */
double naive_error(const double *y, int count, int season);

#endif
