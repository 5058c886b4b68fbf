#include "world_fixture.h"

#include "base/time.h"

static struct clock *clock;
static char fired[256]; /* "name@ms " for each timer fired, ms since the start */

struct named_timer {
    struct timer timer;
    const char *name;
    void (*then)(struct named_timer *);
};

static void fire(struct timer *timer, void *data)
{
    struct named_timer *named = data;
    snprintf(fired + strlen(fired), sizeof fired - strlen(fired), "%s@%d ", named->name,
             (int)(clock_now(clock) - START_MS));
    if (named->then)
        named->then(named);
}

static struct named_timer named(const char *name)
{
    return (struct named_timer){ .name = name };
}

static void start(struct named_timer *named, int64_t after_ms)
{
    named->timer.fire = fire;
    named->timer.data = named;
    timer_start(clock, &named->timer, START_MS + after_ms);
}

static int make(void **state)
{
    clock = clock_new(START_MS, 1, true);
    fired[0] = '\0';
    return 0;
}

static int end(void **state)
{
    clock_free(clock);
    return 0;
}

static void fires_in_order(void **state)
{
    struct named_timer a = named("a"), b = named("b"), c = named("c"), d = named("d");
    start(&c, 20);
    start(&a, 10);
    start(&d, 20);
    start(&b, 15);
    clock_step(clock, 19);
    assert_string_equal(fired, "a@10 b@15 ");
    assert_int_equal(clock_now(clock), START_MS + 19);
    clock_step(clock, 1);
    assert_string_equal(fired, "a@10 b@15 c@20 d@20 "); /* equal ones in order of starting */
    assert_false(timer_is_running(&a.timer));
}

static void a_running_timer_is_moved(void **state)
{
    struct named_timer a = named("a"), b = named("b");
    start(&a, 10);
    start(&b, 10);
    start(&a, 10); /* now behind b */
    assert_int_equal(timer_deadline(&a.timer), START_MS + 10);
    clock_step(clock, 10);
    assert_string_equal(fired, "b@10 a@10 ");
}

static void a_stopped_timer_rests(void **state)
{
    struct named_timer a = named("a");
    timer_stop(clock, &a.timer);
    start(&a, 10);
    assert_int_equal(clock_next_deadline(clock), START_MS + 10);
    timer_stop(clock, &a.timer);
    assert_int_equal(clock_next_deadline(clock), INT64_MAX);
    clock_step(clock, 100);
    assert_string_equal(fired, "");
}

static void start_again(struct named_timer *named)
{
    if (clock_now(clock) < START_MS + 30)
        start(named, clock_now(clock) - START_MS + 10);
}

static void a_timer_may_start_itself_again(void **state)
{
    struct named_timer a = named("a");
    a.then = start_again;
    start(&a, 10);
    clock_step(clock, 100);
    assert_string_equal(fired, "a@10 a@20 a@30 ");
}

static void take_hold(struct named_timer *named)
{
    clock_hold(clock);
}

static void holds_stop_the_clock(void **state)
{
    struct named_timer a = named("a"), b = named("b"), c = named("c");
    a.then = take_hold;
    start(&a, 10);
    start(&b, 10); /* at the same time: still due */
    start(&c, 20);
    clock_hold(clock);
    clock_step(clock, 15);
    assert_string_equal(fired, "");
    assert_int_equal(clock_now(clock), START_MS);
    clock_hold(clock);
    clock_release(clock);
    assert_string_equal(fired, "");
    clock_release(clock);
    assert_string_equal(fired, "a@10 b@10 "); /* a took a hold of its own */
    assert_int_equal(clock_now(clock), START_MS + 10);
    assert_true(clock_is_held(clock));
    clock_step(clock, 10);
    assert_string_equal(fired, "a@10 b@10 ");
    clock_release(clock);
    assert_string_equal(fired, "a@10 b@10 c@20 ");
    assert_int_equal(clock_now(clock), START_MS + 25); /* both steps' rest */
}

static void step_on(struct named_timer *named)
{
    clock_step(clock, 10);
}

static void a_step_inside_a_step_goes_further(void **state)
{
    struct named_timer a = named("a"), b = named("b");
    a.then = step_on;
    start(&a, 5);
    start(&b, 15);
    clock_step(clock, 5);
    assert_string_equal(fired, "a@5 b@15 ");
    assert_int_equal(clock_now(clock), START_MS + 15);
}

static void a_stepped_clock_stands(void **state)
{
    struct named_timer late = named("late");
    assert_int_equal(clock_next_due_wall_ms(clock), -1);
    start(&late, 5);
    assert_int_equal(clock_next_due_wall_ms(clock), -1);
    start(&late, 0);
    assert_int_equal(clock_next_due_wall_ms(clock), 0);
    assert_true(clock_fire_next(clock));
    assert_false(clock_fire_next(clock));
}

static void wait_a_little(void)
{
    uint64_t start_ns = time_monotonic_ns();
    while (time_monotonic_ns() - start_ns < 2000000)
        ;
}

static void a_running_clock_keeps_its_pace(void **state)
{
    struct clock *own = clock_new(START_MS, 1000, false);
    wait_a_little();
    int64_t now_ms = clock_now(own);
    assert_true(now_ms >= START_MS + 2000);
    clock_set_speed(own, 0.001);
    assert_true(clock_now(own) >= now_ms);
    assert_true(clock_speed(own) == 0.001);
    clock_pause(own);
    now_ms = clock_now(own);
    wait_a_little();
    assert_int_equal(clock_now(own), now_ms);
    assert_true(clock_is_paused(own));
    clock_step(own, 5000);
    assert_int_equal(clock_now(own), now_ms + 5000);
    clock_set_speed(own, 1000);
    clock_resume(own);
    wait_a_little();
    assert_true(clock_now(own) >= now_ms + 5000 + 2000);
    clock_step(own, 1000000000); /* it runs by itself: nothing to step */
    assert_true(clock_now(own) < now_ms + 1000000000);
    clock_set(own, START_MS);
    assert_true(clock_now(own) < now_ms);
    clock_free(own);
}

static void says_how_long_to_wait(void **state)
{
    struct clock *own = clock_new(START_MS, 10, false);
    struct named_timer a = named("a");
    assert_int_equal(clock_next_due_wall_ms(own), -1);
    timer_start(own, &a.timer, START_MS + 3600 * 1000);
    int64_t wait_ms = clock_next_due_wall_ms(own);
    assert_true(wait_ms > 300 * 1000 && wait_ms <= 360 * 1000);
    clock_pause(own);
    assert_int_equal(clock_next_due_wall_ms(own), -1);
    clock_resume(own);
    timer_start(own, &a.timer, START_MS - 1);
    assert_int_equal(clock_next_due_wall_ms(own), 0);
    timer_start(own, &a.timer, INT64_MAX - 1);
    assert_true(clock_next_due_wall_ms(own) > 0);
    clock_free(own);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(fires_in_order),         CASE(a_running_timer_is_moved),
        CASE(a_stopped_timer_rests),  CASE(a_timer_may_start_itself_again),
        CASE(holds_stop_the_clock),   CASE(a_step_inside_a_step_goes_further),
        CASE(a_stepped_clock_stands), CASE(a_running_clock_keeps_its_pace),
        CASE(says_how_long_to_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
