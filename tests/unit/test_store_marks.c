#include "world_fixture.h"

static struct store *store;

static int make(void **state)
{
    store = store_new(test_tables, 0);
    return 0;
}

static int end(void **state)
{
    store_free(store);
    return json_live_documents() != 0;
}

static void set(const char *key, const char *text_or_null)
{
    if (text_or_null)
        store_put(store, here, &things, str_of(key), row_of(text_or_null));
    else
        store_delete(store, here, &things, str_of(key));
}

/* The whole table as "key=text ". */
static const char *state_of(void)
{
    static char text[1024];
    text[0] = '\0';
    struct cursor at = store_seek(store, here, &things, NULL, STR_NONE, false);
    while (store_next(&at))
        snprintf(text + strlen(text), sizeof text - strlen(text), "%.*s=%.*s ", STR_ARG(at.key),
                 STR_ARG(json_text(at.row)));
    return text;
}

static void rewinds_to_a_mark(void **state)
{
    set("a", "1");
    set("b", "2");
    uint64_t mark = store_mark(store);
    set("a", "10");
    set("a", "11");
    set("b", NULL);
    set("c", "3");
    set("d", "4");
    set("d", NULL);
    uint64_t before = store_last_change(store);
    assert_true(store_rewind(store, mark));
    assert_string_equal(state_of(), "a=1 b=2 ");
    assert_int_equal(store_last_change(store), before + 3); /* a, b, c; d is as it was */
}

static bool born(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    buf_add_str(ret_key, json_str(row, "born"));
    return true;
}

static const struct index_def by_birth = { "birth", born, .fixed = true };
static const struct index_def *const indexes[] = { &by_birth, NULL };
static const struct table_def lives = { .name = "test.life", .indexes = indexes };
static const struct table_def *const tables_of_lives[] = { &lives, NULL };

static void rewinds_what_has_a_fixed_place(void **state)
{
    struct store *other = store_new(tables_of_lives, 0);
    store_put(other, here, &lives, STR("a"), row_of("{\"born\":\"1\"}"));
    store_put(other, here, &lives, STR("b"), row_of("{\"born\":\"2\"}"));
    uint64_t mark = store_mark(other);
    store_delete(other, here, &lives, STR("a"));
    store_put(other, here, &lives, STR("a"), row_of("{\"born\":\"3\"}")); /* another one of that name */
    assert_true(store_rewind(other, mark));
    struct cursor at = store_seek(other, here, &lives, &by_birth, STR_NONE, false);
    assert_true(store_next(&at));
    assert_true(str_is(at.key, "a"));
    assert_true(store_next(&at));
    assert_true(str_is(at.key, "b"));
    store_close(&at);
    store_free(other);
}

static void marks_nest_and_stay(void **state)
{
    set("a", "1");
    uint64_t first = store_mark(store);
    set("a", "2");
    uint64_t second = store_mark(store);
    set("a", "3");
    assert_true(store_rewind(store, first));
    assert_string_equal(state_of(), "a=1 ");
    assert_true(store_rewind(store, second)); /* forward again: a rewind is a change like others */
    assert_string_equal(state_of(), "a=2 ");
    assert_true(store_rewind(store, first));
    assert_string_equal(state_of(), "a=1 ");
    store_unmark(store, first);
    assert_false(store_rewind(store, first));
    assert_true(store_rewind(store, second));
    assert_string_equal(state_of(), "a=2 ");
    assert_false(store_rewind(store, 12345));
}

static void count(const struct change *change, void *data)
{
    ++*(int *)data;
}

static int remembered_since(uint64_t number)
{
    int changes = 0;
    store_changes_since(store, number, count, &changes);
    return changes;
}

static void remembers_since_the_oldest_mark_only(void **state)
{
    set("a", "1");
    assert_int_equal(remembered_since(0), 0);
    uint64_t first = store_mark(store);
    set("a", "2");
    set("b", "1");
    uint64_t second = store_mark(store);
    set("c", "1");
    assert_int_equal(remembered_since(0), 3);
    assert_int_equal(remembered_since(first), 3);
    assert_int_equal(remembered_since(second), 1);
    store_unmark(store, first);
    assert_int_equal(remembered_since(0), 1);
    store_unmark(store, second);
    assert_int_equal(remembered_since(0), 0);
    assert_int_equal(json_live_documents(), 3); /* the rows themselves */
}

static void marks_are_not_changes(void **state)
{
    set("a", "1");
    uint64_t change = store_last_change(store);
    uint64_t first = store_mark(store), second = store_mark(store);
    assert_true(first > change && second > first);
    assert_int_equal(store_last_change(store), change);
    set("a", "2");
    assert_true(store_last_change(store) > second);
}

static void the_oldest_mark_gives_way(void **state)
{
    uint64_t first = store_mark(store);
    enum { BIG = 8 << 20 };
    char *big = malloc(BIG);
    memset(big, ' ', BIG);
    big[0] = '1';
    set("other", "1");
    uint64_t last = 0;
    for (int i = 0; i < 36; i++) { /* 35 old rows of 8 MiB */
        if (i == 20)
            last = store_mark(store);
        store_put(store, here, &things, STR("a"), json_parse((struct str){ big, BIG }, NULL));
    }
    free(big);
    assert_false(store_rewind(store, first));
    assert_true(store_rewind(store, last));
    assert_int_equal(store_count(store, here, &things), 2);
}

static void clearing_forgets_marks(void **state)
{
    set("a", "1");
    uint64_t mark = store_mark(store);
    set("a", "2");
    store_clear(store);
    assert_false(store_rewind(store, mark));
    assert_null(store_moment(store, mark));
    assert_string_equal(state_of(), "");
    assert_int_equal(json_live_documents(), 0);
    set("a", "3");
    assert_int_equal(store_last_change(store), mark + 2);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(rewinds_to_a_mark),
        CASE(marks_nest_and_stay),
        CASE(remembers_since_the_oldest_mark_only),
        CASE(marks_are_not_changes),
        CASE(the_oldest_mark_gives_way),
        CASE(clearing_forgets_marks),
        CASE(rewinds_what_has_a_fixed_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
