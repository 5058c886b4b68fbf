#include "world/work.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "world/world.h"

#define MOST_THREADS 4
#define NICENESS     10

enum { QUEUED = 1, BEGUN, COMPUTED, WAITING /* for its time, the loop knows that it is computed */ };

struct works {
    struct world *world;
    struct list all; /* the loop's alone */
    pthread_t threads[MOST_THREADS];
    size_t thread_count;
    void (*ready)(void *data);
    void *ready_data;
    pthread_mutex_t lock; /* of all that follows, and of every work's state and place in line */
    pthread_cond_t to_do, done;
    struct list queue, computed;
    bool ending;
};

/* ---- the threads ---- */

static struct work *take_next(struct works *works)
{
    struct list *first;
    while (!(first = list_take_first(&works->queue)) && !works->ending)
        pthread_cond_wait(&works->to_do, &works->lock);
    return first ? LIST_ITEM(first, struct work, in_line) : NULL;
}

static void *compute_all(void *data)
{
    struct works *works = data;
    setpriority(PRIO_PROCESS, (id_t)gettid(),
                NICENESS); /* of this thread alone; where it is refused, nothing is lost */
    pthread_mutex_lock(&works->lock);
    struct work *work;
    while ((work = take_next(works))) {
        work->state = BEGUN;
        pthread_mutex_unlock(&works->lock);
        work->compute(work);
        pthread_mutex_lock(&works->lock);
        work->state = COMPUTED;
        list_append(&works->computed, &work->in_line);
        pthread_cond_broadcast(&works->done);
        if (works->ready)
            works->ready(works->ready_data);
    }
    pthread_mutex_unlock(&works->lock);
    return NULL;
}

/* Signals are the loop's. */
static void start_threads(struct works *works)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t wanted = processors < 1 ? 1 : processors > MOST_THREADS ? MOST_THREADS : (size_t)processors;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (works->thread_count < wanted &&
           pthread_create(&works->threads[works->thread_count], NULL, compute_all, works) == 0)
        works->thread_count++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (works->thread_count > 0)
        return;
    log_error("no thread can be started for computations");
    exit(1);
}

/* ---- one work ---- */

static void forget(struct work *work)
{
    struct clock *clock = work->works->world->clock;
    timer_stop(clock, &work->timer);
    list_remove(&work->link);
    bool held = work->late;
    work->late = false;
    if (held)
        clock_release(clock);
}

static void deliver(struct work *work)
{
    forget(work);
    work->done(work);
    work->release(work);
}

/* False: it is not computed, and the loop will be told when it is. */
static bool await(struct works *works, struct work *work)
{
    pthread_mutex_lock(&works->lock);
    while (!works->ready && work->state < COMPUTED)
        pthread_cond_wait(&works->done, &works->lock);
    bool computed = work->state >= COMPUTED;
    if (work->state == COMPUTED)
        list_remove(&work->in_line);
    pthread_mutex_unlock(&works->lock);
    return computed;
}

static void on_due(struct timer *timer, void *data)
{
    struct work *work = data;
    struct works *works = work->works;
    if (await(works, work)) {
        deliver(work);
        return;
    }
    work->late = true;
    clock_hold(works->world->clock);
}

void work_start(struct world *world, struct work *work, int64_t due_ms)
{
    struct works *works = world->works;
    work->works = works;
    work->timer = (struct timer){ .fire = on_due, .data = work };
    atomic_init(&work->cancelled, false);
    list_append(&works->all, &work->link);
    timer_start(world->clock, &work->timer, due_ms);
    if (works->thread_count == 0)
        start_threads(works);
    pthread_mutex_lock(&works->lock);
    work->state = QUEUED;
    list_append(&works->queue, &work->in_line);
    pthread_cond_signal(&works->to_do);
    pthread_mutex_unlock(&works->lock);
}

void work_cancel(struct work *work)
{
    struct works *works = work->works;
    if (work_is_cancelled(work))
        return;
    atomic_store(&work->cancelled, true);
    forget(work);
    pthread_mutex_lock(&works->lock);
    while (!works->ready && work->state == BEGUN) /* nobody polls */
        pthread_cond_wait(&works->done, &works->lock);
    bool begun = work->state == BEGUN;
    if (work->state == QUEUED || work->state == COMPUTED)
        list_remove(&work->in_line);
    pthread_mutex_unlock(&works->lock);
    if (!begun) /* else works_poll() */
        work->release(work);
}

bool work_is_cancelled(const struct work *work)
{
    return atomic_load_explicit(&work->cancelled, memory_order_relaxed);
}

/* ---- all of them ---- */

struct works *works_new(struct world *world)
{
    struct works *works = memory_alloc(sizeof *works);
    works->world = world;
    list_init(&works->all);
    list_init(&works->queue);
    list_init(&works->computed);
    pthread_mutex_init(&works->lock, NULL);
    pthread_cond_init(&works->to_do, NULL);
    pthread_cond_init(&works->done, NULL);
    return works;
}

void works_on_ready(struct works *works, void (*ready)(void *data), void *data)
{
    assert(works->thread_count == 0);
    works->ready = ready;
    works->ready_data = data;
}

static struct work *take_computed(struct works *works)
{
    pthread_mutex_lock(&works->lock);
    struct list *first = list_take_first(&works->computed);
    struct work *work = first ? LIST_ITEM(first, struct work, in_line) : NULL;
    if (work)
        work->state = WAITING;
    pthread_mutex_unlock(&works->lock);
    return work;
}

void works_poll(struct works *works)
{
    struct work *work;
    struct clock *clock = works->world->clock;
    while ((work = take_computed(works)))
        if (work_is_cancelled(work))
            work->release(work);
        else if (work->late)
            timer_start(clock, &work->timer, clock_now(clock));
}

void works_cancel_all(struct works *works)
{
    while (!list_is_empty(&works->all))
        work_cancel(LIST_ITEM(works->all.next, struct work, link));
}

void works_free(struct works *works_or_null)
{
    struct works *works = works_or_null;
    if (!works)
        return;
    works_cancel_all(works);
    pthread_mutex_lock(&works->lock);
    works->ending = true;
    pthread_cond_broadcast(&works->to_do);
    pthread_mutex_unlock(&works->lock);
    for (size_t i = 0; i < works->thread_count; i++)
        pthread_join(works->threads[i], NULL);
    works_poll(works);
    pthread_mutex_destroy(&works->lock);
    pthread_cond_destroy(&works->to_do);
    pthread_cond_destroy(&works->done);
    free(works);
}
