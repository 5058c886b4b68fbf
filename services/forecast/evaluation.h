/* Evaluations of monitors: each time that target data came in for which a forecast of the monitored predictor had spoken, what it
 * said is compared with what came. An evaluation is a row like a resource's, "monitor-evaluation/MONITOR/NUMBER", that goes its way
 * by errand.h; its members are those of ListMonitorEvaluations. */
#ifndef FORECAST_EVALUATION_H
#define FORECAST_EVALUATION_H

#include "services/forecast/errand.h"

extern const struct errand_def evaluation_errand;

/* Data of this dataset came in by this import: monitors of predictors over it begin to evaluate. */
void evaluation_begin_all(struct world *world, struct scope scope, struct str dataset_arn, const char *import_arn);
/* What the keys of a monitor's evaluations begin with; in the arena. */
struct str evaluation_prefix(struct arena *arena, struct str monitor_arn);

#endif
