#include "net/http_wait.h"

#include <assert.h>

static void arm(struct waits *waits, int64_t deadline_ms);

static int64_t earliest(const struct waits *waits)
{
    int64_t deadline_ms = INT64_MAX;
    for (int kind = 0; kind < WAIT_KINDS; kind++) {
        const struct list *queue = &waits->queues[kind];
        if (list_is_empty(queue))
            continue;
        const struct waiter *first = LIST_ITEM(queue->next, struct waiter, link);
        if (first->deadline_ms < deadline_ms)
            deadline_ms = first->deadline_ms;
    }
    return deadline_ms;
}

static void end_what_is_over(struct waits *waits, enum wait_kind kind, int64_t now_ms)
{
    struct list *queue = &waits->queues[kind];
    while (!list_is_empty(queue)) {
        struct waiter *first = LIST_ITEM(queue->next, struct waiter, link);
        if (first->deadline_ms > now_ms)
            return;
        wait_end(first);
        waits->over(first, kind);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct waits *waits = timer->data;
    int64_t now_ms = (int64_t)uv_now(timer->loop);
    waits->armed_for_ms = INT64_MAX;
    for (int kind = 0; kind < WAIT_KINDS; kind++)
        end_what_is_over(waits, (enum wait_kind)kind, now_ms);
    arm(waits, earliest(waits));
}

/* The timer is only ever moved to an earlier time: a wait that is renewed leaves it alone, and when it fires too early for
 * anybody it is set anew. Under load that is one timer event in some seconds. */
static void arm(struct waits *waits, int64_t deadline_ms)
{
    if (deadline_ms >= waits->armed_for_ms)
        return;
    int64_t now_ms = (int64_t)uv_now(waits->timer.loop);
    waits->armed_for_ms = deadline_ms;
    uv_timer_start(&waits->timer, on_timer, deadline_ms > now_ms ? (uint64_t)(deadline_ms - now_ms) : 0, 0);
}

void waits_init(struct waits *waits, uv_loop_t *loop, void (*over)(struct waiter *waiter, enum wait_kind kind))
{
    uv_timer_init(loop, &waits->timer);
    waits->timer.data = waits;
    for (int kind = 0; kind < WAIT_KINDS; kind++)
        list_init(&waits->queues[kind]);
    waits->armed_for_ms = INT64_MAX;
    waits->over = over;
}

void waits_close(struct waits *waits, uv_close_cb closed)
{
    uv_close((uv_handle_t *)&waits->timer, closed);
}

void waiter_init(struct waiter *waiter)
{
    list_init(&waiter->link);
    waiter->kind = WAIT_NONE;
}

void wait_begin(struct waits *waits, struct waiter *waiter, enum wait_kind kind)
{
    assert(kind < WAIT_KINDS);
    list_remove(&waiter->link);
    waiter->kind = kind;
    waiter->deadline_ms = (int64_t)uv_now(waits->timer.loop) + waits->durations_ms[kind];
    list_append(&waits->queues[kind], &waiter->link);
    arm(waits, waiter->deadline_ms);
}

void wait_end(struct waiter *waiter)
{
    list_remove(&waiter->link);
    waiter->kind = WAIT_NONE;
}
