#include "world/clock.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/time.h"

struct clock {
    int64_t anchor_ms;  /* virtual time at the anchor; a standing clock's own time */
    uint64_t anchor_ns; /* the machine's monotonic clock there */
    double speed;
    bool stepped, paused;
    int64_t goal_ms; /* a standing clock is on its way to here */
    unsigned holds;
    bool going;
    struct heap timers;
    void (*go_on)(void *data);
    void *go_on_data;
};

bool clock_stands(const struct clock *clock)
{
    return clock->stepped || clock->paused;
}

static void set_anchor(struct clock *clock, int64_t now_ms)
{
    clock->anchor_ms = clock->goal_ms = now_ms;
    clock->anchor_ns = time_monotonic_ns();
}

struct clock *clock_new(int64_t start_ms, double speed, bool stepped)
{
    struct clock *clock = memory_alloc(sizeof *clock);
    clock->speed = speed;
    clock->stepped = stepped;
    set_anchor(clock, start_ms);
    return clock;
}

void clock_free(struct clock *clock)
{
    heap_release(&clock->timers);
    free(clock);
}

int64_t clock_now(const struct clock *clock)
{
    if (clock_stands(clock))
        return clock->anchor_ms;
    double elapsed_ns = (double)(time_monotonic_ns() - clock->anchor_ns);
    return clock->anchor_ms + (int64_t)(elapsed_ns * clock->speed / 1e6);
}

void clock_set(struct clock *clock, int64_t now_ms)
{
    set_anchor(clock, now_ms);
}

void clock_set_speed(struct clock *clock, double speed)
{
    assert(speed > 0 && speed <= 10000);
    if (!clock_stands(clock))
        set_anchor(clock, clock_now(clock));
    clock->speed = speed;
}

double clock_speed(const struct clock *clock)
{
    return clock->speed;
}

void clock_pause(struct clock *clock)
{
    if (clock->paused)
        return;
    set_anchor(clock, clock_now(clock));
    clock->paused = true;
}

void clock_resume(struct clock *clock)
{
    if (!clock->paused)
        return;
    clock->paused = false;
    set_anchor(clock, clock->anchor_ms);
}

bool clock_is_paused(const struct clock *clock)
{
    return clock->paused;
}

void clock_on_step(struct clock *clock, void (*go_on)(void *data), void *data)
{
    clock->go_on = go_on;
    clock->go_on_data = data;
}

static void fire_up_to_goal(struct clock *clock)
{
    while (clock_fire_next(clock) || clock_advance(clock))
        ;
}

static void go_on(struct clock *clock)
{
    if (clock->going || !clock_stands(clock) || clock->holds > 0)
        return;
    clock->going = true;
    if (clock->go_on)
        clock->go_on(clock->go_on_data);
    else
        fire_up_to_goal(clock);
    clock->going = false;
}

void clock_step(struct clock *clock, int64_t ms)
{
    assert(ms >= 0);
    if (!clock_stands(clock))
        return;
    clock->goal_ms += ms;
    go_on(clock);
}

bool clock_is_under_way(const struct clock *clock)
{
    return clock_stands(clock) && clock->holds == 0 && clock->goal_ms > clock->anchor_ms;
}

bool clock_advance(struct clock *clock)
{
    if (!clock_is_under_way(clock))
        return false;
    int64_t next_ms = clock_next_deadline(clock);
    if (next_ms > clock->goal_ms)
        next_ms = clock->goal_ms;
    if (next_ms > clock->anchor_ms)
        clock->anchor_ms = next_ms;
    return true;
}

void clock_hold(struct clock *clock)
{
    clock->holds++;
}

void clock_release(struct clock *clock)
{
    assert(clock->holds > 0);
    if (--clock->holds == 0 && clock->goal_ms > clock->anchor_ms)
        go_on(clock);
}

bool clock_is_held(const struct clock *clock)
{
    return clock->holds > 0;
}

void timer_start(struct clock *clock, struct timer *timer, int64_t deadline_ms)
{
    heap_remove(&clock->timers, &timer->node);
    heap_push(&clock->timers, &timer->node, deadline_ms);
}

void timer_stop(struct clock *clock, struct timer *timer)
{
    heap_remove(&clock->timers, &timer->node);
}

bool timer_is_running(const struct timer *timer)
{
    return timer->node.place != 0;
}

int64_t timer_deadline(const struct timer *timer)
{
    return timer->node.key;
}

bool clock_fire_next(struct clock *clock)
{
    struct heap_node *first = heap_first(&clock->timers);
    if (!first || first->key > clock_now(clock))
        return false;
    heap_remove(&clock->timers, first);
    struct timer *timer = (struct timer *)(void *)((char *)first - offsetof(struct timer, node));
    timer->fire(timer, timer->data);
    return true;
}

int64_t clock_next_deadline(const struct clock *clock)
{
    struct heap_node *first = heap_first(&clock->timers);
    return first ? first->key : INT64_MAX;
}

int64_t clock_next_due_wall_ms(const struct clock *clock)
{
    if (clock_is_under_way(clock))
        return 0;
    int64_t deadline_ms = clock_next_deadline(clock);
    if (deadline_ms == INT64_MAX)
        return -1;
    int64_t now_ms = clock_now(clock);
    if (deadline_ms <= now_ms)
        return 0;
    if (clock_stands(clock))
        return -1;
    /* now_ms was rounded down, so the quotient is never short by more than rounding up makes good. */
    double wall_ms = (double)(deadline_ms - now_ms) / clock->speed;
    return wall_ms < 1 ? 1 : wall_ms > INT32_MAX ? INT32_MAX : (int64_t)(wall_ms + 0.999);
}
