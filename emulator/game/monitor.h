/* A team's monitoring schedules as its page shows them: what main.c brings for it (game.h). */
#ifndef GAME_MONITOR_H
#define GAME_MONITOR_H

#include "world/bus.h"

struct team;

cJSON *monitors_view(struct team *team);
/* bus: the alert of one of them has changed; the page is told. */
void monitor_moved(struct listener *listener, const struct event *event);

#endif
