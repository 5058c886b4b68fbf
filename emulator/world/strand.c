#include "world/strand.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "world/journal.h"
#include "world/world.h"

struct runner {
    struct world *world;
    struct list queue, parked;
    size_t strands;
    struct strand *stepping;
    bool end_stepping; /* everything was killed while this one steps */
};

struct runner *runner_new(struct world *world)
{
    struct runner *runner = memory_alloc(sizeof *runner);
    runner->world = world;
    list_init(&runner->queue);
    list_init(&runner->parked);
    return runner;
}

void runner_free(struct runner *runner)
{
    runner_kill_all(runner);
    free(runner);
}

static void wake_by_time(struct timer *timer, void *data)
{
    strand_wake(data, WAKE_TIME, NULL, NULL);
}

static void release_wake(void *with, void (*release_with)(void *))
{
    if (release_with)
        release_with(with);
}

void strand_start(struct world *world, struct strand *strand)
{
    strand->world = world;
    strand->timer.fire = wake_by_time;
    strand->timer.data = strand;
    strand->reason = WAKE_START;
    strand->queued = true;
    list_append(&world->runner->queue, &strand->link);
    world->runner->strands++;
    world_nudge(world);
}

static void move_to(struct list *list, struct strand *strand)
{
    list_remove(&strand->link);
    list_append(list, &strand->link);
}

void strand_wake(struct strand *strand, enum wake_reason reason, void *with_taken, void (*release_with)(void *))
{
    if (strand->queued && reason != WAKE_CANCEL) {
        release_wake(with_taken, release_with);
        return;
    }
    if (strand->queued)
        release_wake(strand->with, strand->release_with);
    strand->reason = reason;
    strand->with = with_taken;
    strand->release_with = release_with;
    /* While it steps it stands among the parked; runner_step_next() queues it afterwards. */
    if (!strand->queued && !strand->stepping)
        move_to(&strand->world->runner->queue, strand);
    strand->queued = true;
    world_nudge(strand->world);
}

void strand_sleep(struct strand *strand, int64_t until_ms)
{
    timer_start(strand->world->clock, &strand->timer, until_ms);
}

void strand_stop_sleeping(struct strand *strand)
{
    timer_stop(strand->world->clock, &strand->timer);
}

static void end(struct runner *runner, struct strand *strand)
{
    timer_stop(runner->world->clock, &strand->timer);
    list_remove(&strand->link);
    if (strand->queued)
        release_wake(strand->with, strand->release_with);
    runner->strands--;
    if (strand->release)
        strand->release(strand);
}

void strand_kill(struct strand *strand)
{
    assert(!strand->stepping);
    end(strand->world->runner, strand);
}

static void take_step(struct runner *runner, struct strand *strand)
{
    struct wake wake = { strand->reason, strand->with };
    void (*release_with)(void *) = strand->release_with;
    strand->with = NULL;
    strand->release_with = NULL;
    strand->queued = false;
    strand->stepping = true;
    move_to(&runner->parked, strand);

    runner->stepping = strand;
    enum next next = strand->step(strand, &wake);
    runner->stepping = NULL;
    strand->stepping = false;
    release_wake((void *)wake.with, release_with);

    if (next == STRAND_ENDED || runner->end_stepping) {
        runner->end_stepping = false;
        end(runner, strand);
        return;
    }
    if (next == STRAND_AGAIN && !strand->queued) {
        strand->queued = true;
        strand->reason = WAKE_AGAIN;
    }
    if (strand->queued)
        move_to(&runner->queue, strand);
}

static bool may_step(const struct runner *runner)
{
    return !runner->world->journal || !journal_is_behind(runner->world->journal);
}

bool strand_step_now(struct strand *strand)
{
    struct runner *runner = strand->world->runner;
    assert(strand->queued);
    if (runner->stepping || !may_step(runner))
        return false;
    take_step(runner, strand);
    return true;
}

bool runner_step_next(struct runner *runner)
{
    if (list_is_empty(&runner->queue) || !may_step(runner))
        return false;
    take_step(runner, LIST_ITEM(runner->queue.next, struct strand, link));
    return true;
}

bool runner_is_idle(const struct runner *runner)
{
    return list_is_empty(&runner->queue);
}

size_t runner_strands(const struct runner *runner)
{
    return runner->strands;
}

void runner_kill_all(struct runner *runner)
{
    if (runner->stepping) {
        runner->end_stepping = true;
        list_remove(&runner->stepping->link); /* out of the way; end() finds it by its pointer */
    }
    while (!list_is_empty(&runner->queue))
        end(runner, LIST_ITEM(runner->queue.next, struct strand, link));
    while (!list_is_empty(&runner->parked))
        end(runner, LIST_ITEM(runner->parked.next, struct strand, link));
}
