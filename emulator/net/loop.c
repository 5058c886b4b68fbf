#include "net/loop.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/log.h"
#include "world/journal.h"
#include "world/work.h"
#include "world/world.h"

#define WORLD_BUDGET_US 2000

struct loop {
    uv_loop_t uv;
    struct world *world;
    uv_prepare_t turn;
    uv_idle_t more;
    uv_timer_t due;
    uv_async_t ready; /* the journal's writer or a computation has something to tell */
    uv_signal_t interrupt, terminate;
    void (*asked_to_end)(void *data);
    void *data;
};

static void must(int error, const char *what)
{
    if (error == 0)
        return;
    log_error("the event loop cannot be set up: %s: %s", what, uv_strerror(error));
    exit(1);
}

/* ---- turns ---- */

static void on_more(uv_idle_t *idle)
{
    /* Its being active is what counts: the poll that follows does not sleep. */
}

static void on_due(uv_timer_t *timer)
{
    /* `prepare` comes next and runs what is due. */
}

static void on_turn(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->data;
    bool more = world_run(loop->world, WORLD_BUDGET_US);
    world_commit(loop->world);
    memory_meet_growth();

    int64_t due_ms = more ? 0 : world_next_due_ms(loop->world);
    if (due_ms == 0)
        uv_idle_start(&loop->more, on_more);
    else
        uv_idle_stop(&loop->more);
    if (due_ms > 0)
        uv_timer_start(&loop->due, on_due, (uint64_t)due_ms, 0);
    else
        uv_timer_stop(&loop->due);
}

static void on_ready(uv_async_t *async)
{
    struct loop *loop = async->data;
    if (loop->world->journal)
        journal_poll(loop->world->journal);
    works_poll(loop->world->works);
}

/* On their threads. */
static void wake(void *data)
{
    struct loop *loop = data;
    uv_async_send(&loop->ready);
}

/* ---- signals ---- */

static void on_signal(uv_signal_t *signal, int number)
{
    struct loop *loop = signal->data;
    uv_signal_stop(&loop->interrupt);
    uv_signal_stop(&loop->terminate);
    loop->asked_to_end(loop->data);
}

static void watch_signal(struct loop *loop, uv_signal_t *watcher, int number)
{
    must(uv_signal_init(&loop->uv, watcher), "signals");
    watcher->data = loop;
    must(uv_signal_start(watcher, on_signal, number), "signals");
    uv_unref((uv_handle_t *)watcher);
}

/* ---- life ---- */

struct loop *loop_new(void (*asked_to_end)(void *data), void *data)
{
    struct loop *loop = memory_alloc(sizeof *loop);
    loop->asked_to_end = asked_to_end;
    loop->data = data;
    must(uv_loop_init(&loop->uv), "the loop");
    must(uv_prepare_init(&loop->uv, &loop->turn), "turns");
    must(uv_idle_init(&loop->uv, &loop->more), "turns");
    must(uv_timer_init(&loop->uv, &loop->due), "turns");
    must(uv_async_init(&loop->uv, &loop->ready, on_ready), "the bell");
    loop->turn.data = loop->ready.data = loop;
    watch_signal(loop, &loop->interrupt, SIGINT);
    watch_signal(loop, &loop->terminate, SIGTERM);
    signal(SIGPIPE, SIG_IGN); /* a peer that has gone is an error of the write */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file as large as files may be */
    return loop;
}

uv_loop_t *loop_uv(struct loop *loop)
{
    return &loop->uv;
}

void loop_bind(struct loop *loop, struct world *world)
{
    assert(!loop->world);
    loop->world = world;
    if (world->journal)
        journal_on_ready(world->journal, wake, loop);
    works_on_ready(world->works, wake, loop);
    must(uv_prepare_start(&loop->turn, on_turn), "turns");
}

void loop_run(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
    uv_stop(&loop->uv);
}

void loop_free(struct loop *loop)
{
    uv_handle_t *const own[] = { (uv_handle_t *)&loop->turn,      (uv_handle_t *)&loop->more,
                                 (uv_handle_t *)&loop->due,       (uv_handle_t *)&loop->ready,
                                 (uv_handle_t *)&loop->interrupt, (uv_handle_t *)&loop->terminate };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        uv_close(own[i], NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    int error = uv_loop_close(&loop->uv);
    assert(error == 0);
    (void)error;
    free(loop);
}
