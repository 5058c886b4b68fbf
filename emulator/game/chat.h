/* The chat window of a team's page: its bots, and turns that a member types, asked of the service by the operations of any client.
 * What a function does in between may take its time, so the page's POST says only that the turn is on its way; what came of it is
 * an event of the team's channel:
 *
 *      chat  {"id": as the page gave it, "session", "ms": how long it took, "hook": the code hook that ran or null, "hook_ms",
 *             "answer": RecognizeText's, or "error": {"code","message"}} */
#ifndef GAME_CHAT_H
#define GAME_CHAT_H

#include "base/json.h"
#include "world/bus.h"

struct game;
struct team;

/* [{"id","name","aliases":[{"id","name","locales":["en_US",…]}]}] */
cJSON *chat_bots_view(struct team *team);
/* {"id","bot","alias","locale","session","text"}, strings all. NULL: it is on its way; else one sentence why not. */
const char *chat_say(struct team *team, const cJSON *turn);
/* bus: "lexv2runtime.turn" */
void chat_told(struct listener *listener, const struct event *event);
void chat_forget_all(struct game *game); /* turns under way are told to nobody */

#endif
