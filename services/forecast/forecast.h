/* Forecasts: a row with what forecasting.h puts into it, "_group", and "CreatedUsingAutoPredictor". */
#ifndef FORECAST_FORECAST_H
#define FORECAST_FORECAST_H

#include "services/forecast/errand.h"

extern const struct errand_def forecast_job_def;

enum outcome create_forecast(struct call *call);
/* A TimeSeriesSelector of the input: its path and role. */
bool selector_check(struct call *call, const cJSON *selector_or_null);

#endif
