/* A fault as it happens to one team. Row "game.fault" (account/id): state, number, broken_at, surfaced_at, detected_at,
 * mended_at, recovered_at, gone_at, touched (resources that its breaking touched), parameters (for its breaking).
 *
 *      ─break─▶ breaking ─done─▶ standing ──mended, and the probes good again──▶ recovered
 *                                   └── its time is over, or it is withdrawn ──▶ gone
 *
 * Faults of a challenge layer: one stands behind the other. Only the first that is not mended can be seen; the next surfaces when it
 * is mended, and its time for detection and recovery begins then. Whether it is mended is asked after the team has changed
 * something, after a probe is content again, and every few seconds, more seldom the longer the team has changed nothing; real state
 * decides alone. */
#ifndef GAME_FAULT_H
#define GAME_FAULT_H

#include "aws/call.h"
#include "base/json.h"
#include "world/clock.h"
#include "world/store.h"

struct team;

enum fault_state { FAULT_ASLEEP, FAULT_BREAKING, FAULT_STANDING, FAULT_RECOVERED, FAULT_GONE };

struct trouble { /* the fault's own struct; `fault` is the road's word */
    struct team *team;
    size_t place;
    enum fault_state state;
    int64_t number; /* in order of breaking, from 1; 0: it never broke */
    int64_t broken_ms, surfaced_ms, detected_ms, mended_ms, recovered_ms, gone_ms;
    cJSON *touched;    /* an array of ARNs, NULL: none */
    cJSON *parameters; /* an object, NULL: none */
    struct timer check, leave;
    uint64_t call;       /* breaks or mended, under way */
    struct json *answer; /* what mended last returned, for `rehearse check`; NULL: nothing yet */
};

void fault_load(struct team *team, size_t place);
void fault_resume(struct team *team, size_t place); /* after all were loaded: what was under way goes on */
void fault_stop(struct team *team, size_t place);
void fault_break(struct team *team, size_t place); /* nothing happens to one that stands */
/* By the facilitator, with an object for its `breaks`, or NULL. False: it stands already. */
bool fault_inject(struct team *team, size_t place, const cJSON *parameters_or_null);
bool fault_stands(const struct team *team, size_t place); /* or is about to */
void fault_withdraw(struct team *team, size_t place);
/* The team's own call was answered: a detection, or a change after which is asked whether something is mended. */
void fault_heard(struct team *team, struct call *call, enum outcome outcome);
/* The pack's call while a fault is breaking: what it touches. */
void fault_touched(struct team *team, struct call *call);
/* A probe of the challenge has answered. */
void fault_consider(struct team *team, size_t challenge);
/* One of them is content again: something may be mended. */
void fault_hope(struct team *team, size_t challenge);
/* The one of a challenge that can be seen; SIZE_MAX: none stands. */
size_t fault_in_front(const struct team *team, size_t challenge);
size_t fault_of_number(const struct team *team, int64_t number); /* one that has surfaced; SIZE_MAX */
/* Did any of the challenge's break, and is every one that did recovered (or gone)? */
bool faults_are_over(const struct team *team, size_t challenge);
cJSON *fault_view(const struct team *team, size_t place);

extern const struct table_def game_faults; /* "game.fault" */

#endif
