/* Explainabilities: how much each attribute moves a predictor's forecasts, or a forecast's. Of the row's own:
 *
 *     "_impacts"     a blob (predictions.h): of each series the impact of each attribute, at each step where time points are SPECIFIC
 *     "_attributes"  their names, "_times" and "_dimensions" as forecasting.h has them */
#ifndef FORECAST_EXPLAINABILITY_H
#define FORECAST_EXPLAINABILITY_H

#include "services/forecast/errand.h"

extern const struct errand_def explainability_job;

enum outcome create_explainability(struct call *call);
/* ExplainPredictor: what a predictor that is ready gets by itself. */
void explainability_of_predictor(struct world *world, struct scope scope, const cJSON *predictor);

#endif
