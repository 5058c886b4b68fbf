/* Monitors watch a predictor: each time that target data came in for which one of its forecasts had spoken, an evaluation
 * compares the two. Evaluations are rows of their own, keyed by the monitor's ARN and a number. */
#ifndef FORECAST_MONITOR_H
#define FORECAST_MONITOR_H

#include "services/forecast/resource.h"

extern const struct table_def forecast_evaluation_table;

enum outcome create_monitor(struct call *call);
enum outcome describe_monitor(struct call *call);
/* MonitorConfig: what a predictor that is ready gets by itself. */
void monitor_of_predictor(struct world *world, struct scope scope, const cJSON *predictor);

#endif
