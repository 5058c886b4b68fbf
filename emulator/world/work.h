/* Work: long computations off the loop (training, forecasting, the statistics of an import), on a few threads of their own.
 *
 *      work_start(work, due) ─▶ queue ─▶ compute (a worker thread) ─┐
 *              └─ timer at `due` on the virtual clock ──────────────┴─▶ done (the loop's thread) ─▶ release
 *
 * A result comes at `due`, in the total order of timers, never at the moment when a thread happens to end: so a simulated game
 * repeats exactly. Where the computation takes longer than that, a stepped clock waits for it and in real time the result is
 * late (a paused one that is stepped is held meanwhile). Nothing of a work is durable: a service keeps in rows that a job is under way, and its recover() starts
 * the work anew. A reset, a rewind and the end of the world cancel all works.
 *
 * Threads are as many as the machine's processors, four at most, started with the first work and of lower priority than the
 * loop's; works begin in the order in which they were started. What takes more than a second of processor time is better cut
 * into several works, so that others get their turn. Libraries with threads of their own are told to use one.
 */
#ifndef WORLD_WORK_H
#define WORLD_WORK_H

#include <stdatomic.h>

#include "base/list.h"
#include "world/clock.h"

struct world;
struct works;

struct work { /* zeroed but for the first four; stays where it is until `release` */
    /* On a worker thread: touches only what the work carries. base/ is at its disposal (arenas, buffers, documents that it makes
     * itself), but no document that the loop holds too: their counts are the loop's. Looks at work_is_cancelled() every few ms. */
    void (*compute)(struct work *work);
    void (*done)(
        struct work *work); /* at `due` or later, never for a cancelled one; may change rows, start other works */
    void (*release)(
        struct work *work); /* on the loop's thread, the last word: frees what it carries; also if cancelled */
    void *data;

    struct works *works; /* from here on work.c's */
    struct timer timer;
    struct list link, in_line; /* among all; among those that wait for a thread, or for the loop */
    int state;
    bool late; /* holds the clock */
    atomic_bool cancelled;
};

/* Virtual time; `due` in the past: as soon as it is computed. */
void work_start(struct world *world, struct work *work, int64_t due_ms);
/* `done` will not come; `release` comes now, or when the thread has let go of it (which is waited for where nobody polls). Not from its
 * own `done` or `release`. */
void work_cancel(struct work *work);
bool work_is_cancelled(const struct work *work); /* on any thread */

/* For world/ and the loop. */
struct works *works_new(struct world *world);
void works_free(struct works *works_or_null); /* cancels all, waits for the threads */
void works_cancel_all(struct works *works);
/* `ready` is called on a worker thread when something was computed: the loop wakes itself and polls. Without it nobody polls:
 * a work that is due and not computed is waited for, then and there. */
void works_on_ready(struct works *works, void (*ready)(void *data), void *data);
void works_poll(struct works *works);

#endif
