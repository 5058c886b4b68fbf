/* A world moves in the loop: timers, strands, commits, signals; and rests when there is nothing to do. */
#include "world_fixture.h"

#include <signal.h>

#include "net/loop.h"
#include "world/strand.h"

struct run {
    struct loop *loop;
    struct world *world;
    int fired, steps, asked, turns;
    int enough_turns; /* 0: any number */
    uv_check_t counter;
    uv_timer_t end;
};

static void on_asked(void *data)
{
    struct run *run = data;
    run->asked++;
    loop_stop(run->loop);
}

static void on_turn(uv_check_t *check)
{
    struct run *run = check->data;
    if (++run->turns == run->enough_turns)
        loop_stop(run->loop);
}

static void on_end(uv_timer_t *timer)
{
    struct run *run = timer->data;
    loop_stop(run->loop);
}

/* The loop ends after so long at the latest. */
static void begin(struct run *run, struct world_options *options, uint64_t most_ms)
{
    *run = (struct run){ .loop = NULL };
    options->seed = 7;
    options->start_ms = START_MS;
    options->speed = options->duration_factor = 1;
    options->tables = test_tables;
    char *why = NULL;
    run->loop = loop_new(on_asked, run);
    run->world = world_new(options, &why);
    if (!run->world)
        fail_msg("%s", why);
    loop_bind(run->loop, run->world);
    uv_check_init(loop_uv(run->loop), &run->counter);
    run->counter.data = run;
    uv_check_start(&run->counter, on_turn);
    uv_timer_init(loop_uv(run->loop), &run->end);
    run->end.data = run;
    uv_timer_start(&run->end, on_end, most_ms, 0);
}

static void end(struct run *run)
{
    uv_close((uv_handle_t *)&run->counter, NULL);
    uv_close((uv_handle_t *)&run->end, NULL);
    world_free(run->world);
    loop_free(run->loop);
    assert_int_equal(json_live_documents(), 0);
}

static void fire(struct timer *timer, void *data)
{
    struct run *run = data;
    if (++run->fired < 3)
        timer_start(run->world->clock, timer, clock_now(run->world->clock) + 20);
    else
        loop_stop(run->loop);
}

static void timers_fire(void **state)
{
    struct run run;
    begin(&run, &(struct world_options){ 0 }, 20000);
    struct timer timer = { .fire = fire, .data = &run };
    timer_start(run.world->clock, &timer, clock_now(run.world->clock) + 20);
    loop_run(run.loop);
    assert_int_equal(run.fired, 3);
    assert_true(run.turns < 100); /* it slept in between */
    end(&run);
}

static void nothing_to_do_is_nothing_done(void **state)
{
    struct run run;
    begin(&run, &(struct world_options){ 0 }, 200);
    loop_run(run.loop);
    assert_true(run.turns < 10);
    end(&run);
}

struct spinner {
    struct strand strand;
    struct run *run;
};

static enum next spin(struct strand *strand, const struct wake *wake)
{
    struct spinner *spinner = (struct spinner *)(void *)strand;
    spinner->run->steps++;
    return STRAND_AGAIN;
}

static void release_spinner(struct strand *strand)
{
    free(strand);
}

/* A strand that never rests does not keep the loop's other work from being done. */
static void strands_share_the_loop(void **state)
{
    struct run run;
    begin(&run, &(struct world_options){ 0 }, 20000);
    run.enough_turns = 20;
    struct spinner *spinner = memory_alloc(sizeof *spinner);
    spinner->strand.step = spin;
    spinner->strand.release = release_spinner;
    spinner->run = &run;
    strand_start(run.world, &spinner->strand);
    loop_run(run.loop);
    assert_int_equal(run.turns, 20);
    assert_true(run.steps > 20);
    end(&run);
}

static void signals_ask_for_the_end(void **state)
{
    static const int signals[] = { SIGTERM, SIGINT };
    for (int i = 0; i < 2; i++) {
        struct run run;
        begin(&run, &(struct world_options){ 0 }, 20000);
        raise(signals[i]);
        loop_run(run.loop);
        assert_int_equal(run.asked, 1);
        end(&run);
    }
}

static void on_synced(void *data, bool failed)
{
    struct run *run = data;
    assert_false(failed);
    if (journal_synced(run->world->journal) == store_last_change(run->world->store))
        loop_stop(run->loop);
}

static void put_row(struct timer *timer, void *data)
{
    struct run *run = data;
    put(run->world, "key", "{\"a\":1}");
}

/* A change made in a turn is committed by that turn, and the writer wakes the loop. */
static void turns_end_with_a_commit(void **state)
{
    char *folder = make_folder();
    struct run run;
    begin(&run, &(struct world_options){ .data_folder = folder }, 20000);
    struct journal_listener listener = { .told = on_synced, .data = &run };
    journal_on_synced(run.world->journal, &listener);
    struct timer timer = { .fire = put_row, .data = &run };
    timer_start(run.world->clock, &timer, clock_now(run.world->clock) + 10);
    uint64_t before = store_last_change(run.world->store);
    loop_run(run.loop);
    assert_true(journal_synced(run.world->journal) > before);
    end(&run);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire),
        cmocka_unit_test(nothing_to_do_is_nothing_done),
        cmocka_unit_test(strands_share_the_loop),
        cmocka_unit_test(signals_ask_for_the_end),
        cmocka_unit_test(turns_end_with_a_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
