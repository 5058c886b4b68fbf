/* What a record keeps of the services' pictures (record.h): whenever a page is told that something has moved (an execution began or ended,
 * a pipeline's step, a forecast, a monitoring schedule), what it would fetch then is written down as well. That is asked of the
 * services half a second after, not in the middle of what moved, one thing at a time; what moves again meanwhile is written once. */
#ifndef GAME_SNAPSHOT_H
#define GAME_SNAPSHOT_H

#include "base/json.h"

struct game;
struct snapshots;
struct team;

struct snapshots *snapshots_new(struct game *game);
void snapshots_free(struct snapshots *snapshots_or_null);
/* A page of the team's was told; nothing where nothing is recorded. */
void snapshots_hear(struct team *team, const char *event, const cJSON *data);
void snapshots_of_all(struct team *team); /* all that there is: at a start, after a rewind */

#endif
