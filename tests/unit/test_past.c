/* Rows as they were: what a read sees that is not up to date, and that nothing of it stays. */
#include "world_fixture.h"

#include "base/random.h"
#include "world/past.h"

static bool by_colour_key(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    buf_add_str(ret_key, json_str(row, "colour"));
    return json_str(row, "colour").length > 0;
}

static const struct index_def by_colour = { .name = "colour", .key = by_colour_key, .fixed = true };
static const struct index_def *const indexes[] = { &by_colour, NULL };
static const struct table_def painted = { .name = "test.painted", .indexes = indexes };
static const struct table_def *const tables[] = { &things, &painted, NULL };
static const struct scope elsewhere = { "111122223333", "us-east-1" }, stranger = { "999999999999", "eu-west-1" };

static struct world *world;

static int make(void **state)
{
    const struct world_options options = { .seed = 7, .start_ms = START_MS, .stepped = true, .tables = tables };
    char *why = NULL;
    world = world_new(&options, &why);
    assert_non_null(world);
    return 0;
}

static int end(void **state)
{
    end_world(world);
    return 0;
}

static bool all(const struct table_def *table, const void *data)
{
    return true;
}

static bool only(const struct table_def *table, const void *data)
{
    return table == data;
}

static void paint(struct scope scope, const struct table_def *table, const char *key, const char *colour_or_null)
{
    char text[64];
    if (!colour_or_null) {
        assert_true(store_delete(world->store, scope, table, str_of(key)));
        return;
    }
    snprintf(text, sizeof text, "{\"colour\":\"%s\"}", colour_or_null);
    store_put(world->store, scope, table, str_of(key), row_of(text));
}

/* "a=red b=blue": all rows of the table by its own keys, or in the order of the index. */
static const char *seen(struct scope scope, const struct table_def *table, const struct index_def *index)
{
    static char text[256];
    struct cursor at = store_seek(world->store, scope, table, index, STR_NONE, false);
    text[0] = '\0';
    while (store_next(&at))
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s=%s", text[0] ? " " : "", STR_ARG(at.key),
                 json_string(json_root(at.row), "colour"));
    return text;
}

static void is_seen(int64_t ago_ms, const struct table_def *table, const char *text)
{
    past_show(world, here.account, ago_ms, all, NULL);
    assert_string_equal(seen(here, table, NULL), text);
    past_hide(world);
}

static void the_past_is_seen_and_goes_again(void **state)
{
    static const struct table_def *const both[] = { &things, &painted };
    for (size_t i = 0; i < 2; i++) {
        const struct table_def *table = both[i];
        paint(here, table, "a", "red");
        paint(here, table, "b", "blue");
        past_want(world);
        is_seen(60000, table, "a=red b=blue");
        clock_step(world->clock, 10000);
        paint(here, table, "a", "green");
        paint(here, table, "b", NULL);
        paint(here, table, "c", "black");
        clock_step(world->clock, 10000);
        paint(here, table, "a", "white");
        size_t bytes = store_bytes(world->store);
        uint64_t last = store_last_change(world->store);
        is_seen(5000, table, "a=green c=black");
        is_seen(10000, table, "a=green c=black");
        is_seen(10001, table, "a=red b=blue");
        is_seen(3600 * 1000, table, "a=red b=blue"); /* what was before is not known */
        is_seen(0, table, "a=white c=black");
        assert_string_equal(seen(here, table, NULL), "a=white c=black");
        assert_int_equal(store_bytes(world->store), bytes);
        assert_int_equal(store_last_change(world->store), last);
        past_unwant(world);
    }
    past_want(world);
    past_show(world, here.account, 60000, all, NULL); /* nobody wanted it meanwhile */
    assert_string_equal(seen(here, &painted, &by_colour), "c=black a=white");
    past_hide(world);
    past_unwant(world);
}

static void indexes_show_it_too(void **state)
{
    past_want(world);
    paint(here, &painted, "a", "red");
    clock_step(world->clock, 1000);
    paint(here, &painted, "a", NULL);
    paint(here, &painted, "a", "blue"); /* another row of that key: a fixed index has it elsewhere */
    paint(here, &painted, "b", "green");
    past_show(world, here.account, 500, all, NULL);
    assert_string_equal(seen(here, &painted, &by_colour), "a=red");
    past_hide(world);
    assert_string_equal(seen(here, &painted, &by_colour), "a=blue b=green");
    past_unwant(world);
}

static void only_what_is_asked_for(void **state)
{
    past_want(world);
    paint(here, &things, "a", "red");
    paint(elsewhere, &things, "a", "red");
    paint(stranger, &things, "a", "red");
    paint(here, &painted, "a", "red");
    past_show(world, here.account, 1000, only, &things);
    assert_string_equal(seen(here, &things, NULL), "");
    assert_string_equal(seen(elsewhere, &things, NULL), ""); /* every region of the account */
    assert_string_equal(seen(stranger, &things, NULL), "a=red");
    assert_string_equal(seen(here, &painted, NULL), "a=red");
    past_hide(world);
    past_unwant(world);
}

static void what_is_written_meanwhile_stays(void **state)
{
    paint(here, &things, "a", "red");
    past_want(world);
    clock_step(world->clock, 1000);
    paint(here, &things, "a", "green");
    paint(here, &things, "b", "green");
    past_show(world, here.account, 500, all, NULL);
    paint(here, &things, "a", "gold");
    past_hide(world);
    assert_string_equal(seen(here, &things, NULL), "a=gold b=green");
    past_unwant(world);
}

static void it_is_bounded_and_forgotten(void **state)
{
    past_want(world);
    for (int i = 0; i < 5000; i++) {
        char colour[16];
        snprintf(colour, sizeof colour, "c%d", i);
        paint(here, &things, "a", colour);
    }
    past_show(world, here.account, 60000, all, NULL); /* goes back over 4,096 changes */
    assert_string_equal(seen(here, &things, NULL), "a=c903");
    past_hide(world);
    clock_step(world->clock, 11 * 60 * 1000);
    paint(here, &things, "b", "red");
    is_seen(INT64_C(24) * 3600 * 1000, &things, "a=c4999"); /* older than ten minutes: gone */
    world_reset(world);
    paint(here, &things, "d", "red");
    is_seen(3600 * 1000, &things, ""); /* nothing of the world before */
    past_unwant(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_past_is_seen_and_goes_again, make, end),
        cmocka_unit_test_setup_teardown(indexes_show_it_too, make, end),
        cmocka_unit_test_setup_teardown(only_what_is_asked_for, make, end),
        cmocka_unit_test_setup_teardown(what_is_written_meanwhile_stays, make, end),
        cmocka_unit_test_setup_teardown(it_is_bounded_and_forgotten, make, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
