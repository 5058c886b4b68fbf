/* Amazon Forecast: datasets, imports, predictors, forecasts, what-if analyses. */
#ifndef FORECAST_SERVICE_H
#define FORECAST_SERVICE_H

#include "aws/service.h"

extern const struct service forecast_service;

#endif
