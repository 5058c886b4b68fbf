/* What-if analyses of a forecast, and the forecasts in them: the same models, other related values. */
#ifndef FORECAST_WHAT_IF_H
#define FORECAST_WHAT_IF_H

#include "services/forecast/errand.h"

extern const struct errand_def analysis_job, what_if_job;

enum outcome create_what_if_analysis(struct call *call);
enum outcome create_what_if_forecast(struct call *call);

#endif
