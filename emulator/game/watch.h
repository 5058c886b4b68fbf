/* Answers that nobody types: right as soon as the account is as the pack wants it (an answer's `state`). While its challenge is open
 * that is asked every few seconds, and soon after a change that the team has made. Whether one is right stands in the answer's
 * own row; nothing else is remembered. */
#ifndef GAME_WATCH_H
#define GAME_WATCH_H

#include "base/json.h"
#include "world/clock.h"

struct team;

struct watch {
    struct team *team;
    size_t challenge;
    const cJSON *answer; /* as it is declared */
    char *callback;
    struct timer timer;
    uint64_t call; /* under way; 0: none */
};

void watches_start(struct team *team);
void watches_stop(struct team *team);
void watches_heard(struct team *team); /* a call of the team's has changed something */

#endif
