#include "world_fixture.h"

#include <semaphore.h>
#include <string.h>

#include "world/work.h"

static struct world *world;
static char told[512]; /* "name@ms " as results come, "-name " as works are released */
static sem_t gate;     /* computations that wait for it */

struct named_work {
    struct work work;
    const char *name;
    bool waits;
};

static void tell(const char *text)
{
    strncat(told, text, sizeof told - strlen(told) - 1);
}

static void compute(struct work *work)
{
    if (((struct named_work *)work->data)->waits)
        sem_wait(&gate);
}

static void compute_until_cancelled(struct work *work)
{
    sem_post(&gate);
    while (!work_is_cancelled(work))
        usleep(100);
}

static void done(struct work *work)
{
    struct named_work *named = work->data;
    char text[64];
    snprintf(text, sizeof text, "%s@%d ", named->name, (int)(clock_now(world->clock) - START_MS));
    tell(text);
}

static void release(struct work *work)
{
    struct named_work *named = work->data;
    tell("-");
    tell(named->name);
    tell(" ");
    free(named);
}

static struct work *make_work(const char *name, bool waits)
{
    struct named_work *named = memory_alloc(sizeof *named);
    named->work = (struct work){ .compute = compute, .done = done, .release = release, .data = named };
    named->name = name;
    named->waits = waits;
    return &named->work;
}

static struct work *start(const char *name, int64_t after_ms, bool waits)
{
    struct work *work = make_work(name, waits);
    work_start(world, work, START_MS + after_ms);
    return work;
}

static int make(void **state)
{
    world = make_world(NULL);
    told[0] = '\0';
    return sem_init(&gate, 0, 0);
}

static int end(void **state)
{
    if (world)
        end_world(world);
    return sem_destroy(&gate);
}

static void come_when_they_are_due(void **state)
{
    start("late", 300, false);
    start("early", 100, false);
    start("past", -50, false);
    world_settle(world, 1000);
    assert_string_equal(told, "past@0 -past early@100 -early late@300 -late ");
}

static void come_in_order_whatever_ends_first(void **state)
{
    start("slow", 100, true);
    start("quick", 100, false);
    sem_post(&gate);
    world_settle(world, 1000);
    assert_string_equal(told, "slow@100 -slow quick@100 -quick ");
}

static struct work *second;

static void start_second(struct work *work)
{
    done(work);
    work_start(world, second, clock_now(world->clock) + 50);
}

static void start_others_when_done(void **state)
{
    second = make_work("second", false);
    struct work *first = make_work("first", false);
    first->done = start_second;
    work_start(world, first, START_MS + 10);
    world_settle(world, 1000);
    assert_string_equal(told, "first@10 -first second@60 -second ");
}

static void cancelled_never_come(void **state)
{
    struct work *running = make_work("running", false);
    running->compute = compute_until_cancelled;
    work_start(world, running, START_MS + 10);
    sem_wait(&gate);
    work_cancel(running);
    assert_string_equal(told, "-running "); /* nobody polls: so its thread was waited for */
    work_cancel(start("second", 10, false));
    world_settle(world, 1000);
    assert_string_equal(told, "-running -second ");
}

static void a_reset_cancels_all(void **state)
{
    struct work *running = make_work("running", false);
    running->compute = compute_until_cancelled;
    work_start(world, running, START_MS + 10);
    sem_wait(&gate);
    world_reset(world);
    world_settle(world, 1000);
    assert_null(strchr(told, '@'));
}

static void ring(void *data)
{
    sem_post(data);
}

static void poll_after(sem_t *bell)
{
    sem_wait(bell);
    works_poll(world->works);
    world_run(world, 0);
}

static void a_late_one_holds_the_clock_that_is_polled(void **state)
{
    sem_t bell;
    sem_init(&bell, 0, 0);
    works_on_ready(world->works, ring, &bell);
    start("slow", 100, true);
    clock_step(world->clock, 400);
    assert_true(clock_is_held(world->clock));
    assert_int_equal(clock_now(world->clock), START_MS + 100);
    sem_post(&gate);
    poll_after(&bell);
    assert_string_equal(told, "slow@100 -slow ");
    assert_int_equal(clock_now(world->clock), START_MS + 400);
    start("early", 500, false);
    poll_after(&bell);
    assert_string_equal(told, "slow@100 -slow ");
    clock_step(world->clock, 200);
    assert_string_equal(told, "slow@100 -slow early@500 -early ");
    world_free(world);
    world = NULL;
    sem_destroy(&bell);
}

static void many_at_once(void **state)
{
    for (int i = 0; i < 500; i++)
        start("x", i % 7, false);
    world_settle(world, 3);
    for (int i = 0; i < 50; i++) {
        struct work *work = make_work("y", false);
        work->compute = compute_until_cancelled;
        work_start(world, work, START_MS);
    }
    sem_wait(&gate);
    world_reset(world); /* some are under way, most are not */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(come_when_they_are_due, make, end),
        cmocka_unit_test_setup_teardown(come_in_order_whatever_ends_first, make, end),
        cmocka_unit_test_setup_teardown(start_others_when_done, make, end),
        cmocka_unit_test_setup_teardown(cancelled_never_come, make, end),
        cmocka_unit_test_setup_teardown(a_reset_cancels_all, make, end),
        cmocka_unit_test_setup_teardown(a_late_one_holds_the_clock_that_is_polled, make, end),
        cmocka_unit_test_setup_teardown(many_at_once, make, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
