/* The game in numbers, for GET /metrics: its state, teams, scores, customers, troubles. */
#ifndef GAME_METER_H
#define GAME_METER_H

#include "base/json.h"

void game_measure(void *game, struct buf *metrics);
cJSON *game_health(void *game); /* {"pack","state","teams"} */

#endif
