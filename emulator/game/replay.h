/* A game that was recorded, played back on the page: the same API as the game's (README.md), read-only, with a clock that can be
 * paused, sped up and moved. For one who looks on at this machine: nothing in it is secret, nothing can be changed. */
#ifndef GAME_REPLAY_H
#define GAME_REPLAY_H

#include "base/web.h"

struct replay;
struct world;

/* The world's clock becomes the replay's. `after_ms`: since the record's beginning. NULL: *reterr_why is one line, free() it. */
struct replay *replay_open(struct world *world, const char *path, int64_t after_ms, char **reterr_why);
void replay_close(struct replay *replay_or_null);
void replay_set_feed(struct replay *replay, const struct web_feed *feed);
const struct web_site *replay_site(struct replay *replay);
int64_t replay_length_ms(const struct replay *replay);

#endif
