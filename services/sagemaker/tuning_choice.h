/* Which parameters the next training job of a tuning job gets.
 *
 *   Grid      every combination of categorical values, in order
 *   Random    each parameter by itself, in its scale
 *   Hyperband likewise: what it saves it saves by stopping (early_stopping.h)
 *   Bayesian  a plain rule: at first at random, then near the best that was found, nearer the more is known, every fourth at random
 */
#ifndef SAGEMAKER_TUNING_CHOICE_H
#define SAGEMAKER_TUNING_CHOICE_H

#include "base/json.h"

/* NULL: the ranges are fit for the strategy; else one sentence, in the arena. */
const char *tuning_choice_fault(struct arena *arena, const char *strategy, const cJSON *ranges);
int64_t tuning_choice_grid_size(const cJSON *ranges);
/* An object of strings, malloc'ed. `best`: the tuned parameters of the best job so far, `known` how many there were; NULL, 0: none. */
cJSON *tuning_choose(const char *strategy, const cJSON *ranges, uint64_t seed, int64_t index, const cJSON *best_or_null,
                     int64_t known);

#endif
