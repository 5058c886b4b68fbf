/* Items without a past. */
#ifndef FORECAST_COLD_H
#define FORECAST_COLD_H

#include "services/forecast/model/forecast_model.h"
#include "services/forecast/model/outlook.h"

/* The mixture of the forecasts of those items that share the most metadata with item `which`; items[] holds them already, cold
 * ones excepted. */
void cold_forecast(const struct forecast_task *task, const struct forecast_item *items, size_t which,
                   struct outlook *outlook);

#endif
