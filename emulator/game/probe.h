/* A probe as it runs for one team: one of Unicorn.Rentals' customers. Every few seconds of game time it uses what the team
 * runs. A good answer earns, a wrong one earns nothing, an AWS error costs; several who come together (load_def) share what one earns
 * or costs, and all of them are content or none. Row "game.probe" (account/challenge/id), written
 * when what it finds changes: state, at, since, why (words), error?, call? (the failing call as an aws line), look? (what would show more). */
#ifndef GAME_PROBE_H
#define GAME_PROBE_H

#include "base/json.h"
#include "world/clock.h"
#include "world/store.h"

struct finding;
struct probe;
struct team;

enum probe_state { PROBE_UNKNOWN, PROBE_GOOD, PROBE_WRONG, PROBE_ERROR };

/* One of the customers who come together. */
struct visit {
    struct probe *probe;
    uint64_t call; /* under way; 0: none */
};

struct probe {
    struct team *team;
    size_t place;
    enum probe_state state;
    int64_t at_ms; /* when it last had an answer */
    struct timer timer;
    struct visit *visits;  /* room for as many as may come together; NULL: none came yet */
    size_t waiting, told;  /* of those who came: without an answer, with one */
    struct finding *worst; /* of those told; its points are the sum of theirs */
    int64_t asked_ms;
};

void probe_load(struct team *team, size_t place);
void probe_start(struct team *team, size_t place);    /* its challenge is open: from now on, or going on */
void probe_stop(struct team *team, size_t place);     /* the end of the game, or before state is built anew */
void probe_run_soon(struct team *team, size_t place); /* something changed: ask now instead of at its next time */
/* A call of this team has succeeded: "states:StartExecution". Those that want to run then do. */
void probe_heard(struct team *team, const char *operation);
/* All of a challenge's are good, by answers to questions asked at or after `since_ms`. */
bool probes_are_good(const struct team *team, size_t challenge, int64_t since_ms);
cJSON *probe_view(const struct team *team, size_t place);
/* "Not being scored because …" of a challenge; a null node: all is well. */
cJSON *probe_trouble(const struct team *team, size_t challenge);

extern const struct table_def game_probes; /* "game.probe" */

#endif
