/* Messages: the CTO's, the facilitator's, the pack's. Row "game.message" (twelve digits): seq, at, from (words), text (words),
 * level, to (an account; absent: all teams). */
#ifndef GAME_MESSAGE_H
#define GAME_MESSAGE_H

#include "base/json.h"
#include "world/store.h"

struct game;
struct team;

#define MESSAGES_SHOWN 50

/* As a pack declares it: {"text", "from"?: a character's id, "level"?}. Team NULL: to all. Returns its view, malloc'ed. */
void message_send(struct game *game, struct team *team_or_null, const cJSON *message);
/* Text is words; from words; both are taken. */
cJSON *message_post(struct game *game, struct team *team_or_null, cJSON *from_taken, cJSON *text_taken,
                    const char *level);
cJSON *messages_view(struct game *game, const struct team *team); /* newest first */

extern const struct table_def game_messages; /* "game.message" */

#endif
