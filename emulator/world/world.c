#include "world/world.h"

#include <assert.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/time.h"
#include "world/account.h"
#include "world/blob.h"
#include "world/bus.h"
#include "world/clock.h"
#include "world/hook.h"
#include "world/journal.h"
#include "world/lifecycle.h"
#include "world/memo.h"
#include "world/past.h"
#include "world/store.h"
#include "world/strand.h"
#include "world/undo.h"
#include "world/work.h"
#include "world/written.h"

#define EARLY_BUDGET_US 2000
#define MEMO_MOST       ((size_t)64 << 20)

struct world_private {
    void (*recover)(struct world *);
    const struct table_def **tables;
    struct undo *undo; /* NULL: kept in memory only */
    bool running, nudged;
};

/* ---- the start ---- */

/* The world's own tables stand beside those of the layers above. */
static const struct table_def **all_tables(const struct table_def *const *theirs)
{
    size_t count = 0;
    while (theirs && theirs[count])
        count++;
    const struct table_def **tables = memory_alloc((count + 6) * sizeof(struct table_def *));
    for (size_t i = 0; i < count; i++)
        tables[i] = theirs[i];
    tables[count] = &account_keys;
    tables[count + 1] = &account_uses;
    tables[count + 2] = &account_teams;
    tables[count + 3] = &undo_marks;
    tables[count + 4] = &undo_rows;
    return tables;
}

static void hear_change(const struct change *change, void *data)
{
    struct world *world = data;
    past_hear(world->past, change); /* it holds what the change is about to let go of */
    blobs_hear(world->blobs, change);
    if (world->journal)
        journal_add(world->journal, change);
    written_tell(world, change);
}

static void note_moment(struct moment *ret_moment, void *data)
{
    const struct world *world = data;
    *ret_moment = (struct moment){ clock_now(world->clock), world->random };
}

static int64_t first_moment(const struct world_options *options, int64_t kept_ms)
{
    int64_t wall_ms = time_wall_ms();
    if (kept_ms == 0)
        return options->start_ms ? options->start_ms : wall_ms;
    return options->catch_up && wall_ms > kept_ms ? wall_ms : kept_ms;
}

static void go_on(void *data);
static void reload(void *data);

static bool open_journal(struct world *world, const struct world_options *options, int64_t *ret_clock_ms,
                         char **reterr_why)
{
    world->journal = journal_open(world, options->data_folder, options->fresh, reterr_why);
    if (!world->journal || !journal_load(world->journal, ret_clock_ms, reterr_why))
        return false;
    world->private->undo = undo_new(world);
    undo_load(world->private->undo);
    journal_on_turn(world->journal, undo_write, world->private->undo);
    journal_on_failure(world->journal, reload, world);
    blobs_recount(world->blobs, world->private->tables);
    return true;
}

struct world *world_new(const struct world_options *options, char **reterr_why)
{
    struct world *world = memory_alloc(sizeof *world);
    list_init(&world->written);
    world->private = memory_alloc(sizeof *world->private);
    world->private->recover = options->recover;
    world->private->tables = all_tables(options->tables);
    world->duration_factor = options->duration_factor > 0 ? options->duration_factor : 1;
    random_seed(&world->random, options->seed);
    world->store = store_new(world->private->tables, options->state_ceiling);
    world->blobs = blobs_new(world, options->data_folder, options->blob_ceiling);
    int64_t kept_ms = 0;
    if (options->data_folder && !open_journal(world, options, &kept_ms, reterr_why)) {
        world_free(world);
        return NULL;
    }
    store_on_change(world->store, hear_change, world);
    world->clock = clock_new(first_moment(options, kept_ms), options->speed > 0 ? options->speed : 1, options->stepped);
    world->bus = bus_new(world);
    world->hooks = hooks_new(world);
    world->past = past_new(world);
    world->runner = runner_new(world);
    world->lifecycles = lifecycles_new();
    world->works = works_new(world);
    world->memo = memo_new(MEMO_MOST);
    world->accounts = accounts_new(world);
    store_on_mark(world->store, note_moment, world);
    clock_on_step(world->clock, go_on, world);
    return world;
}

void world_recover(struct world *world)
{
    if (world->private->recover)
        world->private->recover(world);
}

void world_free(struct world *world_or_null)
{
    struct world *world = world_or_null;
    if (!world)
        return;
    if (world->clock) {
        runner_kill_all(world->runner);
        works_free(world->works);
        memo_free(world->memo);
        lifecycles_free(world->lifecycles, world);
        bus_drop_queued(world->bus);
    }
    if (world->journal)
        journal_close(world->journal);
    if (world->clock) {
        runner_free(world->runner);
        accounts_free(world->accounts);
        hooks_free(world->hooks);
        past_free(world->past);
        bus_free(world->bus);
        clock_free(world->clock);
    }
    blobs_free(world->blobs);
    undo_free(world->private->undo);
    store_free(world->store);
    free(world->private->tables);
    free(world->private);
    free(world);
}

/* ---- running ---- */

/* Strands that would step wait for the writer. */
static bool is_held_up(const struct world *world)
{
    return world->journal && !runner_is_idle(world->runner) && journal_is_behind(world->journal);
}

/* The next thing that is due: everything at this moment comes before time goes on. */
static bool do_next(struct world *world)
{
    return clock_fire_next(world->clock) || bus_deliver_next(world->bus) || runner_step_next(world->runner) ||
           (!is_held_up(world) && clock_advance(world->clock));
}

bool world_run(struct world *world, int64_t budget_us)
{
    assert(!world->private->running);
    world->private->running = true;
    world->private->nudged = false;
    uint64_t start_ns = budget_us > 0 ? time_monotonic_ns() : 0;
    bool more = false;
    while (!more && do_next(world))
        if (budget_us > 0)
            more = time_monotonic_ns() - start_ns >= (uint64_t)budget_us * 1000;
    world->private->running = false;
    return more;
}

static void run_to_rest(struct world *world)
{
    world_run(world, 0);
    while (is_held_up(world)) {
        journal_flush(world->journal);
        world_run(world, 0);
    }
}

/* The clock was sent on its way, or a hold on it ended. A run under way goes on with it by itself. */
static void go_on(void *data)
{
    struct world *world = data;
    if (world->on_wake)
        world_nudge(world);
    else if (!world->private->running)
        run_to_rest(world);
}

void world_nudge(struct world *world)
{
    if (world->private->running || world->private->nudged || !world->on_wake)
        return;
    world->private->nudged = true;
    world->on_wake(world->on_wake_data);
}

int64_t world_next_due_ms(const struct world *world)
{
    if (!bus_is_idle(world->bus))
        return 0;
    if (is_held_up(world))
        return clock_is_under_way(world->clock) ? -1 : clock_next_due_wall_ms(world->clock);
    return runner_is_idle(world->runner) ? clock_next_due_wall_ms(world->clock) : 0;
}

void world_commit(struct world *world)
{
    if (world->journal) {
        journal_submit(world->journal);
        journal_poll(world->journal);
    }
    blobs_collect(world->blobs);
}

void world_commit_early(struct world *world)
{
    if (!world->journal || !journal_wants_turn(world->journal))
        return;
    world_run(world, EARLY_BUDGET_US);
    journal_submit(world->journal);
}

void world_settle(struct world *world, int64_t most_ms)
{
    int64_t limit_ms = clock_now(world->clock) + most_ms;
    for (;;) {
        run_to_rest(world);
        world_commit(world);
        int64_t next_ms = clock_next_deadline(world->clock);
        if (next_ms > limit_ms || clock_is_held(world->clock))
            return;
        clock_step(world->clock, next_ms - clock_now(world->clock));
    }
}

/* ---- upheavals ---- */

/* Whatever rests on the rows as they were ends. */
static void clear_the_ground(struct world *world)
{
    world->generation++;
    if (world->on_upheaval)
        world->on_upheaval(world);
    runner_kill_all(world->runner);
    works_cancel_all(world->works);
    lifecycle_stop_all(world);
    bus_drop_queued(world->bus);
    past_forget(world->past);
}

static void build_anew(struct world *world)
{
    past_forget(world->past); /* the changes that led here are no past of anybody's */
    accounts_refresh(world->accounts);
    world_recover(world);
}

void world_reset(struct world *world)
{
    clear_the_ground(world);
    store_empty(world->store, account_outlives_reset);
    build_anew(world);
}

bool world_rewind(struct world *world, uint64_t mark)
{
    const struct moment *moment = store_moment(world->store, mark);
    if (!moment)
        return false;
    struct moment then = *moment; /* the mark may be pushed out meanwhile */
    clear_the_ground(world);
    store_rewind(world->store, mark);
    clock_set(world->clock, then.clock_ms);
    world->random = then.random;
    build_anew(world);
    return true;
}

/* A commit failed. The clock goes on: it never goes back but by a rewind. */
static void reload(void *data)
{
    struct world *world = data;
    clear_the_ground(world);
    store_clear(world->store);
    int64_t clock_ms;
    char *why = NULL;
    if (!journal_load(world->journal, &clock_ms, &why)) {
        log_error("%s", why);
        exit(1); /* neither memory nor disk holds what was promised */
    }
    undo_load(world->private->undo);
    blobs_recount(world->blobs, world->private->tables);
    build_anew(world);
}
