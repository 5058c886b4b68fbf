#include "world_fixture.h"

#include "base/time.h"
#include "world/bus.h"
#include "world/strand.h"

static struct world *world;
static int recovered, upheavals, woken;

static void note_recovered(struct world *of)
{
    recovered++;
}

static void note_upheaval(struct world *of)
{
    upheavals++;
}

static void note_woken(void *data)
{
    woken++;
}

static struct world_options stepped_options(void)
{
    return (struct world_options){
        .seed = 7, .start_ms = START_MS, .stepped = true, .tables = test_tables, .recover = note_recovered
    };
}

static struct world *world_with(const struct world_options *options)
{
    char *why = NULL;
    struct world *made = world_new(options, &why);
    if (!made)
        fail_msg("%s", why);
    made->on_upheaval = note_upheaval;
    return made;
}

static int make(void **state)
{
    struct world_options options = stepped_options();
    world = world_with(&options);
    recovered = upheavals = woken = 0;
    return 0;
}

static int end(void **state)
{
    end_world(world);
    return 0;
}

/* A strand that draws, writes and sleeps: its rows tell what the world did. */
static enum next wander(struct strand *strand, const struct wake *wake)
{
    char key[32], text[32];
    snprintf(key, sizeof key, "%d", (int)(clock_now(strand->world->clock) - START_MS));
    snprintf(text, sizeof text, "%d", (int)random_between(&strand->world->random, 0, 1000000));
    put(strand->world, key, text);
    strand_sleep(strand, clock_now(strand->world->clock) + random_between(&strand->world->random, 1, 100));
    return STRAND_PARKED;
}

static void release(struct strand *strand)
{
    free(strand);
}

static void start_wandering(struct world *of)
{
    struct strand *strand = calloc(1, sizeof *strand);
    strand->step = wander;
    strand->release = release;
    strand_start(of, strand);
}

static char *story_of(struct world *of)
{
    struct buf story = BUF_EMPTY;
    struct cursor at = store_seek(of->store, here, &things, NULL, STR_NONE, false);
    while (store_next(&at))
        buf_printf(&story, "%.*s=%.*s ", STR_ARG(at.key), STR_ARG(json_text(at.row)));
    return buf_take(&story);
}

static void the_same_inputs_give_the_same_world(void **state)
{
    char *stories[2];
    for (int i = 0; i < 2; i++) {
        struct world_options options = stepped_options();
        struct world *own = world_with(&options);
        start_wandering(own);
        if (i == 0)
            clock_step(own->clock, 10000);
        for (int step = 0; i == 1 && step < 100; step++)
            clock_step(own->clock, 100); /* in pieces: the same */
        stories[i] = story_of(own);
        world_free(own);
    }
    assert_true(strlen(stories[0]) > 500);
    assert_string_equal(stories[0], stories[1]);
    free(stories[0]);
    free(stories[1]);
}

static void a_rewind_takes_clock_and_seed_along(void **state)
{
    put(world, "x", "1");
    clock_step(world->clock, 5000);
    random_next(&world->random);
    uint64_t mark = store_mark(world->store);
    struct random random = world->random;
    start_wandering(world);
    clock_step(world->clock, 10000);
    char *story = story_of(world);
    bus_post(world->bus, "t", here, STR("k"), row_of("1"));

    assert_true(world_rewind(world, mark));
    assert_int_equal(clock_now(world->clock), START_MS + 5000);
    assert_memory_equal(&world->random, &random, sizeof random);
    assert_int_equal(runner_strands(world->runner), 0);
    assert_true(bus_is_idle(world->bus));
    assert_string_equal(text_at(world, "x"), "1");
    assert_int_equal(store_count(world->store, here, &things), 1);
    assert_int_equal(world->generation, 1);
    assert_int_equal(recovered, 1);
    assert_int_equal(upheavals, 1);

    start_wandering(world); /* the same inputs again */
    clock_step(world->clock, 10000);
    char *again = story_of(world);
    assert_string_equal(story, again);
    free(story);
    free(again);
    store_unmark(world->store, mark);
    assert_false(world_rewind(world, mark));
    assert_int_equal(world->generation, 1);
}

static void a_reset_empties_the_world(void **state)
{
    put(world, "x", "1");
    store_put(world->store, here, &fleeting_things, STR("y"), row_of("1"));
    start_wandering(world);
    world_run(world, 0);
    world_reset(world);
    assert_int_equal(store_count(world->store, here, &things), 0);
    assert_int_equal(store_count(world->store, here, &fleeting_things), 0);
    assert_int_equal(runner_strands(world->runner), 0);
    assert_int_equal(clock_next_deadline(world->clock), INT64_MAX);
    assert_int_equal(world->generation, 1);
    assert_int_equal(recovered, 1);
    assert_int_equal(upheavals, 1);
}

static enum next forever(struct strand *strand, const struct wake *wake)
{
    return STRAND_AGAIN;
}

static void a_run_has_a_budget(void **state)
{
    assert_false(world_run(world, 1000));
    struct strand *strand = calloc(1, sizeof *strand);
    strand->step = forever;
    strand->release = release;
    strand_start(world, strand);
    assert_true(world_run(world, 1000));
    assert_int_equal(world_next_due_ms(world), 0);
    strand_kill(strand);
    assert_false(world_run(world, 1000));
    assert_int_equal(world_next_due_ms(world), -1);
}

static void the_loop_is_woken_once(void **state)
{
    world->on_wake = note_woken;
    bus_post(world->bus, "t", here, STR("k"), NULL);
    bus_post(world->bus, "t", here, STR("k"), NULL);
    assert_int_equal(woken, 1);
    assert_int_equal(world_next_due_ms(world), 0);
    world_run(world, 0);
    assert_int_equal(world_next_due_ms(world), -1);
    bus_post(world->bus, "t", here, STR("k"), NULL);
    assert_int_equal(woken, 2);
}

static enum next sleep_five_times(struct strand *strand, const struct wake *wake)
{
    int *count = (int *)(void *)(strand + 1);
    if (++*count == 5)
        return STRAND_ENDED;
    strand_sleep(strand, clock_now(strand->world->clock) + 1000);
    return STRAND_PARKED;
}

static void settling_goes_from_timer_to_timer(void **state)
{
    struct strand *strand = calloc(1, sizeof *strand + sizeof(int));
    strand->step = sleep_five_times;
    strand->release = release;
    strand_start(world, strand);
    world_settle(world, 2500);
    assert_int_equal(clock_now(world->clock), START_MS + 2000);
    assert_int_equal(runner_strands(world->runner), 1);
    clock_hold(world->clock);
    world_settle(world, 60000); /* a hold keeps it where it is */
    assert_int_equal(clock_now(world->clock), START_MS + 2000);
    clock_release(world->clock);
    world_settle(world, 60000);
    assert_int_equal(clock_now(world->clock), START_MS + 4000);
    assert_int_equal(runner_strands(world->runner), 0);
}

/* With a loop, a step only says how far to go: the loop's turns go there. */
static void the_loop_goes_where_the_clock_is_sent(void **state)
{
    start_wandering(world);
    world_run(world, 0);
    world->on_wake = note_woken;
    clock_step(world->clock, 3600000);
    assert_int_equal(clock_now(world->clock), START_MS);
    assert_int_equal(woken, 1);
    assert_int_equal(world_next_due_ms(world), 0);
    int turns = 1;
    while (world_run(world, 100))
        turns++;
    assert_true(turns > 1);
    assert_int_equal(clock_now(world->clock), START_MS + 3600000);
    clock_hold(world->clock);
    clock_step(world->clock, 1000);
    world_run(world, 0);
    assert_int_equal(clock_now(world->clock), START_MS + 3600000);
    assert_int_equal(world_next_due_ms(world), -1);
    woken = 0;
    clock_release(world->clock);
    assert_int_equal(woken, 1);
    world_run(world, 0);
    assert_int_equal(clock_now(world->clock), START_MS + 3601000);
}

/* What the clock starts with. */
static void the_clock_goes_on_after_a_restart(void **state)
{
    char *folder = make_folder();
    struct world_options options = stepped_options();
    options.data_folder = folder;
    struct world *own = world_with(&options);
    assert_int_equal(clock_now(own->clock), START_MS);
    clock_step(own->clock, 1234);
    put(own, "a", "1");
    random_next(&own->random);
    struct random random = own->random;
    world_free(own);

    options.start_ms = 5;
    options.seed = 99;
    own = world_with(&options);
    assert_int_equal(clock_now(own->clock), START_MS + 1234);
    assert_memory_equal(&own->random, &random, sizeof random);
    world_free(own);

    options.catch_up = true;
    int64_t wall_ms = time_wall_ms();
    own = world_with(&options);
    assert_true(clock_now(own->clock) >= wall_ms);
    clock_step(own->clock, 1000000000);
    int64_t ahead_ms = clock_now(own->clock);
    put(own, "a", "2");
    world_free(own);
    own = world_with(&options); /* ahead of the wall: it never goes back */
    assert_int_equal(clock_now(own->clock), ahead_ms);
    world_free(own);
    remove_folder(folder);
}

static void a_fresh_world_starts_now(void **state)
{
    struct world_options options = { .tables = test_tables };
    int64_t before_ms = time_wall_ms();
    struct world *own = world_with(&options);
    assert_true(clock_now(own->clock) >= before_ms);
    assert_true(clock_speed(own->clock) == 1);
    world_free(own);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_same_inputs_give_the_same_world),
        CASE(a_rewind_takes_clock_and_seed_along),
        CASE(a_reset_empties_the_world),
        CASE(a_run_has_a_budget),
        CASE(the_loop_is_woken_once),
        CASE(the_loop_goes_where_the_clock_is_sent),
        CASE(settling_goes_from_timer_to_timer),
        CASE(the_clock_goes_on_after_a_restart),
        CASE(a_fresh_world_starts_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
