/* How AutoPredictor weighs its models for one item: by the losses that they had on this item, leaning on those that they had on
 * all items where this one has shown little. */
#ifndef FORECAST_WEIGH_H
#define FORECAST_WEIGH_H

#include "services/forecast/model/forecast_model.h"

struct losses {
    double sum[FORECAST_ALGORITHMS]; /* of losses, each divided by the item's size */
    double points;                   /* how many stand in each sum */
};

/* `asked` is a set of algorithms, 1 << algorithm. The pooled losses are the sums over all items. */
struct forecast_weights weigh(const struct losses *item, const struct losses *pooled, unsigned asked, int horizon);
/* "ETS 0.6, NPTS 0.4" */
void weigh_name(const struct forecast_weights *weights, char ret_name[64]);

#endif
