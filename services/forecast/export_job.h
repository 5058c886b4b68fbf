/* Exports of forecasts, what-if forecasts, backtests and explainabilities: CSV files (export_csv.h) under the destination, put there
 * as the role, as AWS puts them:
 *
 *     PATH/_CHECK                                       first: may the role write here?
 *     PATH/NAME_2026-11-10T09-00-00Z_part0.csv          the parts; backtests have two folders of them,
 *     PATH/_SUCCESS                                     forecasted-values/ and accuracy-metrics-values/ */
#ifndef FORECAST_EXPORT_JOB_H
#define FORECAST_EXPORT_JOB_H

#include "services/forecast/errand.h"

extern const struct errand_def forecast_export_job, backtest_export_job, explainability_export_job, what_if_export_job;

enum outcome create_forecast_export_job(struct call *call);
enum outcome create_predictor_backtest_export_job(struct call *call);
enum outcome create_explainability_export(struct call *call);
enum outcome create_what_if_forecast_export(struct call *call);

#endif
