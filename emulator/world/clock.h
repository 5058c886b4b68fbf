/* The virtual clock: now = anchor + (monotonic − anchor) × speed. It can be paused, sped up, stepped and held. Timers fire
 * in order of deadline, equal deadlines in order of starting. Nothing sleeps: the loop asks how long it may wait. */
#ifndef WORLD_CLOCK_H
#define WORLD_CLOCK_H

#include <stdbool.h>

#include "base/heap.h"

struct clock;

struct timer { /* zeroed before its first use */
    struct heap_node node;
    void (*fire)(struct timer *timer, void *data); /* may start it again */
    void *data;
};

int64_t clock_now(const struct clock *clock); /* ms since 1970 in the emulated world; never goes back but by rewind */
void clock_set_speed(struct clock *clock, double speed); /* 0 < speed ≤ 10,000 */
double clock_speed(const struct clock *clock);
void clock_pause(struct clock *clock);
void clock_resume(struct clock *clock);
bool clock_is_paused(const struct clock *clock);
bool clock_stands(const struct clock *clock); /* stepped, or paused: it moves by clock_step() alone, when all is at rest */
/* Moves a paused or stepped clock on by `ms`, firing each timer at its own time and letting the world come to rest (events,
 * strands) before time goes on; it stops early, with the rest still to go, where a hold is taken, and goes on when the hold
 * is released. Where a loop drives the world (world.on_wake is set) or world_run() is under way, this only says how far to go:
 * the runs go there. Else it has happened on return. A clock that runs by itself is left alone. */
void clock_step(struct clock *clock, int64_t ms);
/* Work off the loop takes a hold: a stepped clock waits for it. Holds nest; each is released once. */
void clock_hold(struct clock *clock);
void clock_release(struct clock *clock);
bool clock_is_held(const struct clock *clock);

void timer_start(struct clock *clock, struct timer *timer, int64_t deadline_ms); /* a running one is moved */
void timer_stop(struct clock *clock, struct timer *timer);                       /* nothing happens to one at rest */
bool timer_is_running(const struct timer *timer);
int64_t timer_deadline(const struct timer *timer);

/* For world/. */
struct clock *clock_new(int64_t start_ms, double speed, bool stepped);
void clock_free(struct clock *clock);                /* timers that still run are forgotten, not fired */
void clock_set(struct clock *clock, int64_t now_ms); /* rewind; what was still to go is dropped */
bool clock_fire_next(struct clock *clock);           /* fires the first timer that is due; false: none is */
/* A standing clock that clock_step() sent on its way moves to the next deadline or to its goal; false: it stays. */
bool clock_advance(struct clock *clock);
bool clock_is_under_way(const struct clock *clock); /* there is such a way to go, and no hold */
/* Who runs the world when there is a way to go. Without, the clock fires its timers itself. */
void clock_on_step(struct clock *clock, void (*go_on)(void *data), void *data);
int64_t clock_next_due_wall_ms(const struct clock *clock); /* -1: none, or the clock stands */
int64_t clock_next_deadline(const struct clock *clock);    /* INT64_MAX: none */

#endif
