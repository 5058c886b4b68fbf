/* A rehearsal: a pack played in memory, on a stepped clock from the pack's fixed start date, by teams that nobody else sees. The same
 * seed is the same game, to the byte. `rehearse check` and `rehearse play` stand on it. */
#ifndef GAME_REHEARSAL_H
#define GAME_REHEARSAL_H

#include "aws/cloud.h"

#define REHEARSAL_TEAMS_MOST 20

struct rehearsal_options {
    const char *pack; /* a name in lua/packs, or a folder */
    uint64_t seed;
    size_t teams; /* from 1 on */
    const struct service *const *services;
    const struct identity_source *identities;
    const struct table_def *const *tables; /* of services and game, NULL-terminated */
};

struct rehearsal {
    struct world *world;
    struct cloud *cloud;
    struct game *game;
};

/* The pack is loaded and the teams are there; nothing has begun. False: *reterr_why is one line, free() it; close it all the same. */
bool rehearsal_open(struct rehearsal *rehearsal, const struct rehearsal_options *options, char **reterr_why);
/* The accounts begin to be set up, the game follows by itself. */
void rehearsal_begin(struct rehearsal *rehearsal);
/* It is set up or played; it is played; it came to its end. */
bool rehearsal_goes_on(const struct rehearsal *rehearsal);
bool rehearsal_is_live(const struct rehearsal *rehearsal);
bool rehearsal_has_ended(const struct rehearsal *rehearsal);
/* Of an instant of the game's: how long after its start; now is game_now(). */
int64_t rehearsal_elapsed_ms(const struct rehearsal *rehearsal, int64_t at_ms);
/* So much later on the game's clock, with all that came meanwhile done. */
void rehearsal_go(struct rehearsal *rehearsal, int64_t ms);
/* Asks the pack what looks wrong in it as it is written (script.h's pack/lint): a list, to be deleted; NULL: it cannot say. */
cJSON *rehearsal_lint(struct rehearsal *rehearsal);
void rehearsal_close(struct rehearsal *rehearsal);

#endif
