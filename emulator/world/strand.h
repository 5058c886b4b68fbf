/* Strands: logic that waits. A strand is heap state with one `step` function, which says what happens on waking and
 * returns what comes next. It parks on a time, an event or a call; a parked strand costs its memory and nothing else.
 * Strands are rebuilt from rows by their service's recover(): whatever must survive stands in a row before it parks. */
#ifndef WORLD_STRAND_H
#define WORLD_STRAND_H

#include "base/list.h"
#include "world/bus.h"
#include "world/clock.h"

struct world;
struct strand;
struct runner;

enum next { STRAND_AGAIN, STRAND_PARKED, STRAND_ENDED };
enum wake_reason { WAKE_START, WAKE_AGAIN, WAKE_TIME, WAKE_EVENT, WAKE_CALL, WAKE_CANCEL };

struct wake {
    enum wake_reason reason;
    const void *with; /* what strand_wake() was given; valid only during the step */
};

struct strand { /* zeroed before strand_start() */
    enum next (*step)(struct strand *strand, const struct wake *wake);
    void (*release)(struct strand *strand); /* after STRAND_ENDED or when the world ends; frees it */
    struct world *world;
    struct timer timer;      /* strand_sleep(): WAKE_TIME at its deadline */
    struct list link;        /* in the run queue, or among the parked */
    enum wake_reason reason; /* why it is queued */
    void *with;
    void (*release_with)(void *with);
    bool queued, stepping;
};

/* First step comes from world_run(), never from inside this call. */
void strand_start(struct world *world, struct strand *strand);
/* Takes the step of a strand that is queued at once, so that what a call starts and what that does first are one change of its
 * rows. The strand may be gone then. False: nothing was done, for another one is stepping, or the writer is too far behind. */
bool strand_step_now(struct strand *strand);
/* Queues a parked strand. One wake at a time: a strand already queued keeps its first reason (WAKE_CANCEL replaces any), and
 * what comes with the others is released. A strand that is woken during its own step is stepped again, for that reason. */
void strand_wake(struct strand *strand, enum wake_reason reason, void *with_taken, void (*release_with)(void *));
void strand_sleep(struct strand *strand, int64_t until_ms); /* virtual time; the step then returns STRAND_PARKED */
void strand_stop_sleeping(struct strand *strand);
/* Ends it without another step. Not from inside its own step: return STRAND_ENDED there. */
void strand_kill(struct strand *strand);

/* For world/. */
struct runner *runner_new(struct world *world);
void runner_free(struct runner *runner);            /* kills what is left */
bool runner_step_next(struct runner *runner);       /* false: the queue is empty, or the writer is too far behind */
bool runner_is_idle(const struct runner *runner);   /* the queue is empty */
size_t runner_strands(const struct runner *runner); /* alive */
void runner_kill_all(struct runner *runner);        /* one that is stepping ends after its step */

#endif
