#include "world_fixture.h"

#include "world/strand.h"

static struct world *world;
static char steps[1024]; /* "name:REASON@ms " for each step */
static int released, payloads;

struct named_strand {
    struct strand strand;
    const char *name;
    enum next (*then)(struct named_strand *, const struct wake *);
    int count;
};

static const char *const reasons[] = { "START", "AGAIN", "TIME", "EVENT", "CALL", "CANCEL" };

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct named_strand *named = (struct named_strand *)strand;
    named->count++;
    snprintf(steps + strlen(steps), sizeof steps - strlen(steps), "%s:%s%s@%d ", named->name, reasons[wake->reason],
             wake->with ? (const char *)wake->with : "", (int)(clock_now(world->clock) - START_MS));
    return named->then ? named->then(named, wake) : STRAND_PARKED;
}

static void release(struct strand *strand)
{
    released++;
    free(strand);
}

static struct named_strand *start(const char *name, enum next (*then)(struct named_strand *, const struct wake *))
{
    struct named_strand *named = calloc(1, sizeof *named);
    named->strand.step = step;
    named->strand.release = release;
    named->name = name;
    named->then = then;
    strand_start(world, &named->strand);
    return named;
}

static void release_payload(void *with)
{
    payloads--;
    free(with);
}

static void *payload(const char *text)
{
    payloads++;
    return memory_copy(str_of(text));
}

static int make(void **state)
{
    world = make_world(NULL);
    steps[0] = '\0';
    released = payloads = 0;
    return 0;
}

static int end(void **state)
{
    end_world(world);
    return payloads != 0;
}

static enum next thrice(struct named_strand *named, const struct wake *wake)
{
    return named->count < 3 ? STRAND_AGAIN : STRAND_ENDED;
}

static void take_turns(void **state)
{
    start("a", thrice);
    start("b", thrice);
    assert_string_equal(steps, "");
    world_run(world, 0);
    assert_string_equal(steps, "a:START@0 b:START@0 a:AGAIN@0 b:AGAIN@0 a:AGAIN@0 b:AGAIN@0 ");
    assert_int_equal(released, 2);
    assert_int_equal(runner_strands(world->runner), 0);
}

static enum next sleep_ten(struct named_strand *named, const struct wake *wake)
{
    if (named->count == 3)
        return STRAND_ENDED;
    strand_sleep(&named->strand, clock_now(world->clock) + 10);
    return STRAND_PARKED;
}

/* Each sleeps from the time at which it woke, although the clock went on by more in one go. */
static void sleep_in_virtual_time(void **state)
{
    start("a", sleep_ten);
    start("b", sleep_ten);
    clock_step(world->clock, 100);
    assert_string_equal(steps, "a:START@0 b:START@0 a:TIME@10 b:TIME@10 a:TIME@20 b:TIME@20 ");
    assert_int_equal(clock_now(world->clock), START_MS + 100);
}

static void one_wake_at_a_time(void **state)
{
    struct named_strand *a = start("a", NULL);
    world_run(world, 0);
    strand_wake(&a->strand, WAKE_EVENT, payload("-first"), release_payload);
    strand_wake(&a->strand, WAKE_CALL, payload("-second"), release_payload);
    assert_int_equal(payloads, 1);
    world_run(world, 0);
    assert_int_equal(payloads, 0);
    strand_wake(&a->strand, WAKE_EVENT, payload("-third"), release_payload);
    strand_wake(&a->strand, WAKE_CANCEL, NULL, NULL); /* replaces any */
    strand_wake(&a->strand, WAKE_TIME, NULL, NULL);
    assert_int_equal(payloads, 0);
    world_run(world, 0);
    assert_string_equal(steps, "a:START@0 a:EVENT-first@0 a:CANCEL@0 ");
}

static void cancel_reaches_a_strand_not_yet_begun(void **state)
{
    struct named_strand *a = start("a", NULL);
    strand_wake(&a->strand, WAKE_CANCEL, NULL, NULL);
    world_run(world, 0);
    assert_string_equal(steps, "a:CANCEL@0 ");
}

static enum next wake_itself(struct named_strand *named, const struct wake *wake)
{
    if (named->count > 2)
        return STRAND_ENDED;
    strand_wake(&named->strand, WAKE_CALL, payload("-own"), release_payload);
    return named->count == 1 ? STRAND_PARKED : STRAND_AGAIN;
}

static void woken_during_its_step(void **state)
{
    start("a", wake_itself);
    start("b", thrice);
    world_run(world, 0);
    assert_string_equal(steps, "a:START@0 b:START@0 a:CALL-own@0 b:AGAIN@0 a:CALL-own@0 b:AGAIN@0 ");
}

static enum next end_and_wake(struct named_strand *named, const struct wake *wake)
{
    strand_wake(&named->strand, WAKE_CALL, payload("-late"), release_payload);
    strand_sleep(&named->strand, clock_now(world->clock) + 5);
    return STRAND_ENDED;
}

static void ends_whatever_still_wakes_it(void **state)
{
    start("a", end_and_wake);
    clock_step(world->clock, 100);
    assert_string_equal(steps, "a:START@0 ");
    assert_int_equal(released, 1);
}

static struct named_strand *victim;

static enum next kill_victim(struct named_strand *named, const struct wake *wake)
{
    strand_kill(&victim->strand);
    start("child", thrice);
    return STRAND_ENDED;
}

static void strands_start_and_kill_others(void **state)
{
    start("killer", kill_victim);
    victim = start("queued", NULL);
    world_run(world, 0);
    assert_string_equal(steps, "killer:START@0 child:START@0 child:AGAIN@0 child:AGAIN@0 ");
    assert_int_equal(released, 3);

    steps[0] = '\0';
    victim = start("sleeper", sleep_ten);
    world_run(world, 0);
    strand_wake(&victim->strand, WAKE_EVENT, payload("-never"), release_payload);
    strand_kill(&victim->strand);
    clock_step(world->clock, 100);
    assert_string_equal(steps, "sleeper:START@0 ");
}

static enum next reset_world(struct named_strand *named, const struct wake *wake)
{
    world_reset(world);
    start("new", NULL);
    strand_wake(&named->strand, WAKE_EVENT, payload("-void"), release_payload);
    return STRAND_AGAIN;
}

static void a_reset_ends_even_who_asks_for_it(void **state)
{
    start("other", NULL);
    start("asker", reset_world);
    start("third", NULL);
    world_run(world, 0);
    assert_string_equal(steps, "other:START@0 asker:START@0 new:START@0 ");
    assert_int_equal(released, 3);
    assert_int_equal(runner_strands(world->runner), 1);
}

static void tell_strand(struct listener *listener, const struct event *event)
{
    strand_wake(listener->data, WAKE_EVENT, NULL, NULL);
}

static enum next post_and_go_on(struct named_strand *named, const struct wake *wake)
{
    bus_post(world->bus, "t", here, STR("k"), NULL);
    return named->count < 2 ? STRAND_AGAIN : STRAND_ENDED;
}

/* Due timers before events, events before strands, one step at a time. */
static void one_total_order(void **state)
{
    struct named_strand *parked = start("parked", NULL);
    world_run(world, 0);
    struct listener listener = { .topic = "t", .told = tell_strand, .data = &parked->strand };
    bus_listen(world->bus, &listener);
    start("poster", post_and_go_on);
    start("other", thrice);
    struct named_strand *timed = start("timed", NULL);
    strand_sleep(&timed->strand, START_MS);
    world_run(world, 0);
    assert_string_equal(steps, "parked:START@0 poster:START@0 other:START@0 timed:START@0 poster:AGAIN@0 "
                               "parked:EVENT@0 other:AGAIN@0 other:AGAIN@0 ");
    bus_unlisten(world->bus, &listener);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(take_turns),
        CASE(sleep_in_virtual_time),
        CASE(one_wake_at_a_time),
        CASE(cancel_reaches_a_strand_not_yet_begun),
        CASE(woken_during_its_step),
        CASE(ends_whatever_still_wakes_it),
        CASE(strands_start_and_kill_others),
        CASE(a_reset_ends_even_who_asks_for_it),
        CASE(one_total_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
