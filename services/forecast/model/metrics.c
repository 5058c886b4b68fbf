#include "services/forecast/model/metrics.h"

#include <math.h>

/* Forecast's guide, "Evaluating Predictor Accuracy". */
static double pinball(double actual, double quantile, double level)
{
    return actual >= quantile ? level * (actual - quantile) : (1 - level) * (quantile - actual);
}

void tally_add(struct tally *tally, const double *actual, int steps, const struct forecast_path *path,
               const double *levels, size_t quantile_count, double naive_error)
{
    double points = 0, scaled[1 + FORECAST_QUANTILES] = { 0 };
    for (int h = 0; h < steps; h++) {
        if (isnan(actual[h]))
            continue;
        points++;
        tally->actual += fabs(actual[h]);
        tally->relative_points += actual[h] != 0;
        for (size_t type = 0; type <= quantile_count; type++) {
            double expected = type == 0 ? path->mean[h] : path->quantiles[(size_t)h * quantile_count + type - 1];
            double apart = fabs(actual[h] - expected);
            tally->of[type].absolute += apart;
            tally->of[type].squared += apart * apart;
            tally->of[type].relative += actual[h] != 0 ? apart / fabs(actual[h]) : 0;
            scaled[type] += apart;
            if (type > 0)
                tally->pinball[type - 1] += pinball(actual[h], expected, levels[type - 1]);
        }
    }
    tally->points += points;
    tally->items += points > 0;
    if (points == 0 || !(naive_error > 0))
        return;
    tally->scaled_items++;
    for (size_t type = 0; type <= quantile_count; type++)
        tally->of[type].scaled += scaled[type] / points / naive_error;
}

void tally_merge(struct tally *into, const struct tally *other)
{
    for (int q = 0; q < FORECAST_QUANTILES; q++)
        into->pinball[q] += other->pinball[q];
    for (int type = 0; type <= FORECAST_QUANTILES; type++) {
        into->of[type].absolute += other->of[type].absolute;
        into->of[type].squared += other->of[type].squared;
        into->of[type].relative += other->of[type].relative;
        into->of[type].scaled += other->of[type].scaled;
    }
    into->actual += other->actual;
    into->points += other->points;
    into->relative_points += other->relative_points;
    into->scaled_items += other->scaled_items;
    into->items += other->items;
}

static double bounded(double value)
{
    return isfinite(value) ? value : 1e300;
}

struct forecast_metrics tally_metrics(const struct tally *tally, const double *levels, size_t quantile_count)
{
    struct forecast_metrics metrics = { .points = (size_t)tally->points };
    if (tally->points == 0)
        return metrics;
    double actual = tally->actual > 0 ? tally->actual : 1; /* the guide: without actual values, the unweighted sum */
    for (size_t q = 0; q < quantile_count; q++) {
        metrics.wql[q] = bounded(2 * tally->pinball[q] / actual);
        metrics.average_wql += metrics.wql[q] / (double)quantile_count;
    }
    for (size_t type = 0; type <= quantile_count; type++) {
        struct forecast_errors *errors = &metrics.errors[type];
        errors->wape = bounded(tally->of[type].absolute / actual);
        errors->rmse = bounded(sqrt(tally->of[type].squared / tally->points));
        errors->mape = tally->relative_points > 0 ? bounded(tally->of[type].relative / tally->relative_points) : 0;
        errors->mase = tally->scaled_items > 0 ? bounded(tally->of[type].scaled / tally->scaled_items) : 0;
    }
    return metrics;
}

double metrics_value(const struct forecast_metrics *metrics, enum forecast_metric metric, size_t quantile_count)
{
    switch (metric) {
    case FORECAST_RMSE:
        return metrics->errors[0].rmse;
    case FORECAST_MASE:
        return metrics->errors[0].mase;
    case FORECAST_MAPE:
        return metrics->errors[0].mape;
    case FORECAST_AVERAGE_WQL:
        if (quantile_count > 0)
            return metrics->average_wql;
        break;
    case FORECAST_WAPE:
        break;
    }
    return metrics->errors[0].wape;
}

struct forecast_metrics metrics_mean(const struct forecast_metrics *const *all, int count)
{
    struct forecast_metrics mean = { 0 };
    double found = 0;
    for (int i = 0; i < count; i++)
        found += all[i]->points > 0;
    for (int i = 0; i < count; i++) {
        if (all[i]->points == 0)
            continue;
        mean.points += all[i]->points;
        mean.average_wql += all[i]->average_wql / found;
        for (int q = 0; q < FORECAST_QUANTILES; q++)
            mean.wql[q] += all[i]->wql[q] / found;
        for (int type = 0; type <= FORECAST_QUANTILES; type++) {
            mean.errors[type].wape += all[i]->errors[type].wape / found;
            mean.errors[type].rmse += all[i]->errors[type].rmse / found;
            mean.errors[type].mase += all[i]->errors[type].mase / found;
            mean.errors[type].mape += all[i]->errors[type].mape / found;
        }
    }
    return mean;
}
