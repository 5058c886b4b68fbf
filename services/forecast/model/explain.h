/* What each attribute adds to one item's forecast. */
#ifndef FORECAST_EXPLAIN_H
#define FORECAST_EXPLAIN_H

#include "services/forecast/model/item.h"

/* How many: related series, metadata, and holidays if the job has a calendar of them. */
size_t explain_count(const struct forecast_task *task, const struct timeline *timeline);
/* ret_impact[step × count + k]: the mean forecast as it is, less what it would be without attribute k, in units of the item's
 * size. Only the algorithms that look at attributes count, by their weight. */
void explain_item(const struct item *item, const struct item_shop *shop, const struct forecast_weights *weights,
                  const struct global *const *globals, uint64_t seed, double *ret_impact);

#endif
