/* A team's forecasts as its page shows them: what main.c brings for it (game.h), no call: there is none that tells history. */
#ifndef GAME_FORECAST_H
#define GAME_FORECAST_H

#include "base/json.h"
#include "world/bus.h"

struct team;

cJSON *forecasts_view(struct team *team);
cJSON *forecast_view_one(struct team *team, struct str arn, struct str key); /* NULL: there is none */
/* bus: pages are told that one has moved. */
void forecast_moved(struct listener *listener, const struct event *event);

#endif
