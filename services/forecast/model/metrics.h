/* Accuracy as the guide defines it, collected item by item. */
#ifndef FORECAST_METRICS_H
#define FORECAST_METRICS_H

#include "services/forecast/model/forecast_model.h"

/* Sums from which metrics follow; adding up tallies of parts is the tally of the whole. Begin with all zeroes. */
struct tally {
    double pinball[FORECAST_QUANTILES]; /* Σ loss at each quantile */
    double actual;                      /* Σ |y| */
    struct {
        double absolute, squared, relative, scaled;
    } of[1 + FORECAST_QUANTILES]; /* by forecast type, 0 is the mean */
    double points, relative_points, scaled_items, items;
};

/* One item in one window. naive_error is what MASE divides by, NaN or 0 for none. */
void tally_add(struct tally *tally, const double *actual, int steps, const struct forecast_path *path,
               const double *levels, size_t quantile_count, double naive_error);
void tally_merge(struct tally *into, const struct tally *other);
struct forecast_metrics tally_metrics(const struct tally *tally, const double *levels, size_t quantile_count);
/* The one that `metric` names; of RMSE and its like that of the mean. */
double metrics_value(const struct forecast_metrics *metrics, enum forecast_metric metric, size_t quantile_count);
/* The mean over those with points. */
struct forecast_metrics metrics_mean(const struct forecast_metrics *const *all, int count);

#endif
