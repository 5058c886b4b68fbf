/* Drift of attributions: whether features matter in the order in which they did ("Feature attribution drift for models in production" of
 * the developer guide). Any thread. */
#ifndef SAGEMAKER_ATTRIBUTION_H
#define SAGEMAKER_ATTRIBUTION_H

#include "base/arena.h"
#include "base/json.h"

/* Of two analysis.json: for each label whose ranking's NDCG is below 0.9. */
cJSON *attribution_violations(struct arena *arena, const cJSON *analysis, const cJSON *baseline);

#endif
