/* One series while a job works on it: its numbers made tidy, its models kept from one origin to the next. */
#ifndef FORECAST_ITEM_H
#define FORECAST_ITEM_H

#include "services/forecast/model/arima.h"
#include "services/forecast/model/ets.h"
#include "services/forecast/model/global.h"
#include "services/forecast/model/npts.h"
#include "services/forecast/model/prophet.h"

/* What the items of a job share. */
struct item_shop {
    const struct forecast_task *task; /* with tidied series */
    const struct timeline *timeline;
    struct npts npts;
    int season;       /* what ETS, ARIMA, NPTS and the baseline know of */
    int short_season; /* the same if ETS and ARIMA can bear it, else 1 */
    bool hasty;       /* AutoPredictor's share of the time is short */
};

struct item {
    const struct forecast_series *series;
    double low, high; /* of all values */
    double size;      /* the mean of |y| */
    struct ets *ets;
    struct arima *arima;
    struct prophet *seasons; /* the long seasons, taken out before ETS and ARIMA look */
    int from;                /* the first step that those look at */
    bool refitted;           /* models are of this item's whole past */
};

/* Leading gaps cut off, the end where the task ends, infinite values missing, huge ones bounded: what is not tidy is copied. */
void item_tidy(struct arena *arena, const struct forecast_task *task, const struct forecast_series *series,
               struct forecast_series *ret_series);
void item_init(struct item *item, const struct forecast_series *series);

/* Forecasts from `origin` (a count of steps, at least 1, with something known before) by one algorithm. `refit`: with new
 * parameters rather than those kept in `models`, which belong to an earlier origin. `global` is that of CNN-QR or DeepAR+. */
void item_run(struct item *item, const struct item_shop *shop, struct arena *models, enum forecast_algorithm algorithm,
              const struct global *global, int origin, bool refit, uint64_t seed, struct outlook *outlook);
/* Every number finite, quantiles in order, and nothing below 0 where nothing ever was. */
void item_mend(const struct item *item, struct outlook *outlook);
/* What prophet_fit() is given for an item and an origin; `related` has room for as many pointers as the task has attributes. */
struct prophet_input item_prophet(const struct item *item, const struct item_shop *shop, int origin,
                                  const double **related);

#endif
