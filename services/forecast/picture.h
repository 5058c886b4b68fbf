/* What the game's page shows of forecasts, and the API does not tell: an item's history beside what was forecast for it, and, as time
 * passes, what really came. main.c hands these to the game. */
#ifndef FORECAST_PICTURE_H
#define FORECAST_PICTURE_H

#include "base/json.h"
#include "world/store.h"

struct world;

/* Forecasts and predictors of this scope: [{"arn","kind","name","status","message","created_at","predictor"}]. */
cJSON *forecast_pictures(struct world *world, struct scope scope);
/* {"arn","name","keys","key","times","types":{"p10":[…]},"history":[[ms,value],…],"metrics"}; `key` STR_NONE: the first one's.
 * History goes on behind the forecast's beginning where data came in since. NULL: there is no such forecast that is ready. */
cJSON *forecast_picture(struct world *world, struct scope scope, struct str arn, struct str key);

#endif
