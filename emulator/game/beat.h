/* Where the timeline's entries stand. Rows "game.beat" (KEY, or KEY/account for one at a score): next_at, null once it is over. KEY
 * (beat_def.key) is what the entry does and its moment, never its place among the others: so an edited pack finds its own again. */
#ifndef GAME_BEAT_H
#define GAME_BEAT_H

#include "base/json.h"

struct game;
struct team;
struct beat_def;

struct json *beat_row(const struct game *game, const struct beat_def *def, const struct team *team_or_null);
/* next_ms 0: it is over. */
void beat_save(struct game *game, const struct beat_def *def, const struct team *team_or_null, int64_t next_ms);
/* A new game's entry: its moment, drawn from the world's randomness where it has a window. */
int64_t beat_moment(struct game *game, const struct beat_def *def);
/* After an edit: an entry that does what a vanished one did takes its place. What has come does not come again; what has not comes at
 * its new moment, at once where that has passed meanwhile. */
void beats_settle(struct game *game);

#endif
