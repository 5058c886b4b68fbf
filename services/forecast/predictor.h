/* Predictors: what was asked (CreatePredictor's input, or CreateAutoPredictor's) and what training found. Of the row's own:
 *
 *     "_group"         the dataset group's ARN               "IsAutoPredictor"   which of the two it is
 *     "_results"       what GetAccuracyMetrics answers       "_weights"          a blob: model_run.h
 *     "_backtests"     a blob (predictions.h): for each window, the actual value, the mean and each quantile of each step
 *     "_item_metrics"  a blob (predictions.h): for each window wQL by quantile, their average, WAPE, RMSE, MASE, MAPE
 *     "_windows"       [{"start"}]: the steps at which they begin */
#ifndef FORECAST_PREDICTOR_H
#define FORECAST_PREDICTOR_H

#include "services/forecast/errand.h"

extern const struct errand_def predictor_job;

enum outcome create_predictor(struct call *call);
enum outcome create_auto_predictor(struct call *call);
enum outcome describe_auto_predictor(struct call *call);
enum outcome get_accuracy_metrics(struct call *call);

/* "ForecastFrequency" of either kind. */
const char *predictor_frequency(const cJSON *row);
/* Checks "0.1" and "mean", at most five, no two alike. */
bool forecast_types_check(struct call *call, const cJSON *types);

#endif
