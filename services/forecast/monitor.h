/* Monitors watch a predictor: evaluation.h tells how. */
#ifndef FORECAST_MONITOR_H
#define FORECAST_MONITOR_H

#include "services/forecast/resource.h"

enum outcome create_monitor(struct call *call);
enum outcome describe_monitor(struct call *call);
/* MonitorConfig: what a predictor that is ready gets by itself. */
void monitor_of_predictor(struct world *world, struct scope scope, const cJSON *predictor);

#endif
