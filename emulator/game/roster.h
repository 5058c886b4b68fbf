/* The teams as the facilitator sees them: a row each, with health at a glance. */
#ifndef GAME_ROSTER_H
#define GAME_ROSTER_H

#include "base/json.h"
#include "base/str.h"

struct game;
struct team;

cJSON *roster_row(struct team *team);                              /* ROW */
cJSON *roster_view(struct game *game);                             /* GET /api/roster */
cJSON *roster_faults(struct game *game);                           /* GET /api/faults */
cJSON *roster_sheet_row(const struct team *team, struct str host); /* SHEET */
cJSON *roster_sheet(struct game *game, struct str host);           /* GET /api/sheet */

#endif
