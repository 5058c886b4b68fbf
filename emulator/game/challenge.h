/* A challenge as one team plays it: locked ─▶ open ─▶ solved; or expired, when its own time is over: its customers leave, nothing
 * is taken any more. Row "game.challenge" (account/id): state, opened_at, solved_at,
 * prepared (its setup is done). Its setup runs before the game begins, whether it is locked or not. */
#ifndef GAME_CHALLENGE_H
#define GAME_CHALLENGE_H

#include "base/json.h"
#include "world/clock.h"
#include "world/store.h"

struct team;

enum challenge_state { CHALLENGE_LOCKED, CHALLENGE_OPEN, CHALLENGE_SOLVED, CHALLENGE_EXPIRED };

struct challenge {
    enum challenge_state state;
    int64_t opened_ms, solved_ms;
    bool prepared;
    bool is_closed;      /* its time is over, solved or not */
    struct timer expiry; /* its deadline for points, then its end */
};

void challenge_load(struct team *team, size_t place); /* from its row, or as new */
void challenge_prepared(struct team *team, size_t place);
void challenge_open(struct team *team, size_t place); /* nothing happens to one that is open */
void challenge_solve(struct team *team, size_t place);
/* Looks whether it is solved now, or can be opened. */
void challenge_consider(struct team *team, size_t place);
bool challenge_is_open(const struct team *team, size_t place); /* open or solved, and not closed: probes run */
void challenge_watch(struct team *team, size_t place);         /* its deadlines, from now on */
void challenge_stop(struct team *team, size_t place);
cJSON *challenge_view(struct team *team, size_t place);

extern const struct table_def game_challenges; /* "game.challenge" */

#endif
