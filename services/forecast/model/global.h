/* The models that learn from all series at once, over boosted trees: CNN-QR looks at each step ahead directly; DeepAR+ looks one step
 * ahead and walks on along paths that it draws, as its namesake does. */
#ifndef FORECAST_GLOBAL_H
#define FORECAST_GLOBAL_H

#include "services/forecast/model/boost.h"
#include "services/forecast/model/feature.h"
#include "services/forecast/model/outlook.h"

enum { GLOBAL_ROUNDS = 6 }; /* calls of global_grow() that a fit takes */

struct global;

/* What is learnt is of steps before `end` (of the job's) only. `walks`: DeepAR+. */
struct global *global_new(struct arena *arena, const struct feature_plan *plan, int64_t end, bool walks, uint64_t seed);
void global_grow(struct global *global);
/* Forecasts from step `origin` of one of the task's series on, knowing y[0..origin). False: nothing is known of it. `hidden` as in feature_row(). */
bool global_forecast(const struct global *global, size_t which, int origin, int hidden, uint64_t seed,
                     struct outlook *outlook);

#endif
