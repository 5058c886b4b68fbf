/* A player: plays steps for a team, those of solution.lua or of one of the pack's further players. Challenges are done side by side,
 * as the members of a team share them: each has a hand of its own, whose steps follow each other as what they mend can be seen. */
#ifndef GAME_PLAYER_H
#define GAME_PLAYER_H

#include "base/json.h"

struct team;

struct player { /* stays where it is while it plays */
    struct team *team;
    const char *name; /* of a further player; NULL: the solution */
    struct step *steps;
    size_t step_count;
    struct hand *hands; /* one a challenge, and one for what belongs to none */
    size_t hand_count;
    void (*say)(void *data, const char *sentence); /* something went wrong */
    void *data;
};

/* team, name, say and data are set; `steps` as declared, of the version that plays, which stay there. */
void player_open(struct player *player, const cJSON *steps);
/* Begins what is due; to be called every second or so of the game. */
void player_move(struct player *player);
/* The first step that was not played although what it mends came since; NULL: none. */
const char *player_left(const struct player *player);
void player_close(struct player *player);
/* "solution/STEP" or "solution/PLAYER/STEP" */
void player_callback(const char *name_or_null, const char *step, size_t room, char *ret_callback);

#endif
