#include "world_fixture.h"

/* "size" puts a row into by_size, in that order; rows without one are not in it. */
static bool size_of(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    int64_t size = json_int64(row, "size", -1);
    if (size < 0)
        return false;
    buf_printf(ret_key, "%04d", (int)size);
    return true;
}

static bool colour_of(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    struct str colour = json_str(row, "colour");
    buf_add_str(ret_key, colour);
    return colour.at != NULL;
}

static const struct index_def by_size = { "size", size_of }, by_colour = { "colour", colour_of };
static const struct index_def *const indexes[] = { &by_size, &by_colour, NULL };
static const struct table_def goods = { .name = "test.goods", .indexes = indexes };
static const struct table_def crates = { .name = "test.crate" };
static const struct table_def *const tables[] = { &goods, &crates, &goods, NULL };

static struct store *store;

static int make(void **state)
{
    store = store_new(tables, 0);
    return 0;
}

static int end(void **state)
{
    store_free(store);
    return json_live_documents() != 0;
}

static void put_good(const char *key, const char *text)
{
    store_put(store, here, &goods, str_of(key), row_of(text));
}

/* The keys of a walk, each with a space behind. */
static const char *keys_of(struct cursor at)
{
    static char keys[1024];
    keys[0] = '\0';
    while (store_next(&at)) {
        strncat(keys, at.key.at, at.key.length);
        strcat(keys, " ");
    }
    return keys;
}

static struct cursor all(const struct index_def *index, bool backwards)
{
    return store_seek(store, here, &goods, index, STR_NONE, backwards);
}

static void rows_come_and_go(void **state)
{
    assert_null(store_get(store, here, &goods, STR("a")));
    assert_false(store_delete(store, here, &goods, STR("a")));
    put_good("a", "{\"v\":1}");
    assert_true(str_is(json_text(store_get(store, here, &goods, STR("a"))), "{\"v\":1}"));
    put_good("a", "{\"v\":2}");
    assert_true(str_is(json_text(store_get(store, here, &goods, STR("a"))), "{\"v\":2}"));
    assert_int_equal(store_count(store, here, &goods), 1);
    assert_true(store_delete(store, here, &goods, STR("a")));
    assert_null(store_get(store, here, &goods, STR("a")));
    assert_int_equal(store_count(store, here, &goods), 0);
    assert_int_equal(store_last_change(store), 3);
}

static void scopes_and_tables_are_apart(void **state)
{
    /* Neighbours that a careless name or cache would mix up. */
    static const struct scope scopes[] = { { "111122223333", "eu-west-1" },
                                           { "111122223333", "" },
                                           { "111122223333", "eu-west-2" },
                                           { "211122223333", "eu-west-1" },
                                           { "", "" },
                                           { "", "111122223333" } };
    enum { SCOPES = sizeof scopes / sizeof *scopes };
    for (size_t i = 0; i < SCOPES; i++) {
        char text[32];
        snprintf(text, sizeof text, "%zu", i);
        store_put(store, scopes[i], &goods, STR("k"), row_of(text));
        snprintf(text, sizeof text, "%zu", i + 100);
        store_put(store, scopes[i], &crates, STR("k"), row_of(text));
    }
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < SCOPES; i++) {
            assert_int_equal(json_root(store_get(store, scopes[i], &goods, STR("k")))->valuedouble, i);
            assert_int_equal(json_root(store_get(store, scopes[i], &crates, STR("k")))->valuedouble, i + 100);
        }
    assert_null(store_get(store, (struct scope){ "999999999999", "eu-west-1" }, &goods, STR("k")));
    assert_int_equal(store_count(store, (struct scope){ "999999999999", "" }, &goods), 0);
}

/* The same scope by other addresses; then other scopes at the same address. */
static void scopes_go_by_their_text(void **state)
{
    char account[] = "111122223333", region[] = "eu-west-1";
    put_good("a", "1");
    assert_non_null(store_get(store, (struct scope){ account, region }, &goods, STR("a")));
    account[0] = '2';
    assert_null(store_get(store, (struct scope){ account, region }, &goods, STR("a")));
    struct scope interned = store_intern(store, (struct scope){ account, region });
    account[0] = '3';
    assert_string_equal(interned.account, "211122223333");
    assert_ptr_equal(store_intern(store, (struct scope){ "211122223333", "eu-west-1" }).account, interned.account);
}

static void fill(void)
{
    put_good("d", "{\"size\":2,\"colour\":\"red\"}");
    put_good("a", "{\"size\":10}");
    put_good("c", "{\"size\":2,\"colour\":\"blue\"}");
    put_good("b", "{\"colour\":\"red\"}");
    put_good("e", "{\"size\":1,\"colour\":\"re\"}");
}

static const struct {
    const struct index_def *index;
    const char *after;
    bool backwards;
    const char *keys, *why;
} walks[] = {
    { NULL, "", false, "a b c d e ", "by key" },
    { NULL, "", true, "e d c b a ", "by key, backwards" },
    { NULL, "b", false, "c d e ", "behind a key" },
    { NULL, "bb", false, "c d e ", "behind a key that is not there" },
    { NULL, "c", true, "b a ", "before a key" },
    { NULL, "bb", true, "b a ", "before a key that is not there" },
    { NULL, "e", false, "", "behind the last" },
    { NULL, "a", true, "", "before the first" },
    { &by_size, "", false, "e c d a ", "by an index, equal ones by key; who has no size is not in it" },
    { &by_size, "", true, "a d c e ", "by an index, backwards" },
    { &by_size, "0002", false, "c d a ", "behind a place of the index" },
    { &by_colour, "", false, "c e b d ", "a place that begins another comes first" },
    { &by_colour, "re", false, "e b d ", "the row's key stands behind the place" },
};

static void walks_go_in_order(void **state)
{
    fill();
    for (size_t i = 0; i < sizeof walks / sizeof *walks; i++) {
        const char *keys = keys_of(
            store_seek(store, here, &goods, walks[i].index, str_of(walks[i].after), walks[i].backwards));
        if (strcmp(keys, walks[i].keys) != 0)
            fail_msg("%s: %s, not %s", walks[i].why, keys, walks[i].keys);
    }
    assert_string_equal(keys_of(store_seek_from(store, here, &goods, NULL, STR("b"))), "b c d e ");
    assert_string_equal(keys_of(store_seek_from(store, here, &goods, &by_colour, STR("red"))), "b d ");
    assert_string_equal(keys_of(store_seek(store, (struct scope){ "9", "" }, &goods, NULL, STR_NONE, false)), "");
}

/* The place that a walk gives out is where the next one goes on: what page tokens rest on. */
static void places_are_where_to_go_on(void **state)
{
    fill();
    for (int backwards = 0; backwards < 2; backwards++) {
        struct buf place = BUF_EMPTY;
        char keys[64] = "";
        for (;;) {
            struct cursor at = store_seek(store, here, &goods, &by_colour, buf_str(&place), backwards);
            if (!store_next(&at))
                break;
            strncat(keys, at.key.at, at.key.length);
            buf_clear(&place);
            buf_add_str(&place, at.place);
            store_close(&at);
        }
        assert_string_equal(keys, backwards ? "dbec" : "cebd");
        buf_release(&place);
    }
}

static void indexes_follow_their_rows(void **state)
{
    fill();
    put_good("e", "{\"size\":20}");
    assert_string_equal(keys_of(all(&by_size, false)), "c d a e ");
    assert_string_equal(keys_of(all(&by_colour, false)), "c b d ");
    put_good("c", "{\"colour\":\"violet\"}");
    assert_string_equal(keys_of(all(&by_size, false)), "d a e ");
    assert_string_equal(keys_of(all(&by_colour, false)), "b d c ");
    put_good("b", "{\"size\":0,\"colour\":\"red\"}");
    assert_string_equal(keys_of(all(&by_size, false)), "b d a e ");
    store_delete(store, here, &goods, STR("d"));
    assert_string_equal(keys_of(all(&by_size, false)), "b a e ");
    assert_string_equal(keys_of(all(&by_colour, false)), "b c ");
}

/* What happens to the rows while a walk stands at "b". */
static const struct {
    const char *deleted, *added;
    bool backwards;
    const char *rest, *why;
} meddlings[] = {
    { "b", NULL, false, "c d e ", "its own row goes" },
    { "c", NULL, false, "d e ", "the next one goes" },
    { "b", "bb", false, "bb c d e ", "its own row goes, one comes right behind" },
    { NULL, "aa", false, "c d e ", "one comes before" },
    { "a", "bb", true, "", "backwards: the next one goes, one comes behind" },
    { "b", "aa", true, "aa a ", "backwards: its own goes, one comes next" },
};

static void walks_survive_changes(void **state)
{
    for (size_t i = 0; i < sizeof meddlings / sizeof *meddlings; i++) {
        fill();
        struct cursor at = all(NULL, meddlings[i].backwards);
        while (store_next(&at) && !str_is(at.key, "b"))
            ;
        if (meddlings[i].deleted)
            store_delete(store, here, &goods, str_of(meddlings[i].deleted));
        if (meddlings[i].added)
            put_good(meddlings[i].added, "{}");
        assert_true(str_is(at.key, "b"));
        const char *rest = keys_of(at);
        if (strcmp(rest, meddlings[i].rest) != 0)
            fail_msg("%s: %s, not %s", meddlings[i].why, rest, meddlings[i].rest);
        store_empty_account(store, here.account);
    }
}

static void walks_may_delete_everything_they_meet(void **state)
{
    fill();
    struct cursor at = all(&by_size, false);
    while (store_next(&at))
        assert_true(store_delete(store, here, &goods, at.key));
    assert_string_equal(keys_of(all(NULL, false)), "b ");
}

static void keys_may_stand_in_the_row_itself(void **state)
{
    put_good("a", "{\"name\":\"a\"}");
    struct json *row = store_get(store, here, &goods, STR("a"));
    store_put(store, here, &goods, json_str(json_root(row), "name"), row_of("{\"name\":\"a\",\"v\":2}"));
    row = store_get(store, here, &goods, STR("a"));
    assert_true(store_delete(store, here, &goods, json_str(json_root(row), "name")));
}

static void collect(struct scope scope, struct str key, struct json *row, void *data)
{
    char line[128];
    snprintf(line, sizeof line, "%s/%s/%.*s ", scope.account, scope.region, STR_ARG(key));
    strcat(data, line);
    /* A visit may change rows. */
    store_put(store, scope, &goods, key, json_ref(row));
    if (str_is(key, "k"))
        store_delete(store, scope, &goods, key);
}

static void scans_see_all_scopes_in_order(void **state)
{
    static const struct scope scopes[] = { { "2", "b" }, { "1", "b" }, { "2", "" }, { "1", "c" } };
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
        store_put(store, scopes[i], &goods, STR("l"), row_of("1"));
        store_put(store, scopes[i], &goods, STR("k"), row_of("1"));
    }
    char seen[512] = "";
    store_scan(store, &goods, collect, seen);
    assert_string_equal(seen, "1/b/k 1/b/l 1/c/k 1/c/l 2//k 2//l 2/b/k 2/b/l ");
}

static bool spare_crates(const struct table_def *table, struct str key, struct json *row)
{
    return table == &crates && str_is(key, "keep");
}

static void emptying_leaves_the_others(void **state)
{
    static const struct scope other = { "999988887777", "eu-west-1" }, elsewhere = { "111122223333", "us-east-1" };
    put_good("a", "1");
    store_put(store, elsewhere, &crates, STR("b"), row_of("1"));
    store_put(store, other, &crates, STR("b"), row_of("1"));
    store_put(store, other, &crates, STR("keep"), row_of("1"));
    store_empty_account(store, here.account);
    assert_int_equal(store_count(store, here, &goods), 0);
    assert_int_equal(store_count(store, elsewhere, &crates), 0);
    assert_int_equal(store_count(store, other, &crates), 2);
    store_empty(store, spare_crates);
    assert_int_equal(store_count(store, other, &crates), 1);
}

static void bytes_are_counted(void **state)
{
    struct store *small = store_new(tables, 2000);
    size_t empty = store_bytes(small);
    store_put(small, here, &crates, STR("a"), row_of("[1,2,3]"));
    assert_true(store_bytes(small) > empty);
    assert_false(store_is_full(small));
    char big[3000];
    memset(big, ' ', sizeof big);
    big[0] = '1';
    store_put(small, here, &crates, STR("b"), json_parse((struct str){ big, sizeof big }, NULL));
    assert_true(store_is_full(small));
    json_root(store_get(small, here, &crates, STR("b")));
    store_delete(small, here, &crates, STR("b"));
    assert_false(store_is_full(small));
    store_delete(small, here, &crates, STR("a"));
    assert_int_equal(store_bytes(small), empty);
    store_free(small);
}

static void note(const struct change *change, void *data)
{
    char line[256];
    snprintf(line, sizeof line, "%d:%d %s %.*s %s>%s ", (int)change->number, (int)change->row, change->table->name,
             STR_ARG(change->key), change->before ? json_text(change->before).at : "-",
             change->after ? json_text(change->after).at : "-");
    strcat(data, line);
}

static void changes_are_told(void **state)
{
    char heard[512] = "";
    store_on_change(store, note, heard);
    put_good("a", "1");
    put_good("b", "2");
    put_good("a", "3");
    store_delete(store, here, &goods, STR("a"));
    put_good("a", "4");
    assert_string_equal(heard, "1:1 test.goods a ->1 2:2 test.goods b ->2 3:1 test.goods a 1>3 "
                               "4:1 test.goods a 3>- 5:5 test.goods a ->4 ");
}

/* Random changes; the store must agree with plain arrays, forwards, backwards and by index. */
static void agrees_with_a_simple_model(void **state)
{
    enum { KEYS = 40 };
    int sizes[KEYS]; /* -1: no row; 100: a row without size */
    for (int i = 0; i < KEYS; i++)
        sizes[i] = -1;
    struct random random;
    random_seed(&random, 11);
    for (int round = 0; round < 3000; round++) {
        int i = (int)random_between(&random, 0, KEYS - 1);
        char key[8], text[64];
        snprintf(key, sizeof key, "k%02d", i);
        sizes[i] = (int)random_between(&random, -1, 12);
        if (sizes[i] > 10)
            sizes[i] = 100;
        snprintf(text, sizeof text, sizes[i] == 100 ? "{}" : "{\"size\":%d}", sizes[i]);
        if (sizes[i] < 0)
            store_delete(store, here, &goods, str_of(key));
        else
            put_good(key, text);
        if (round % 50)
            continue;
        struct cursor at = all(&by_size, round % 100 != 0);
        for (int step = 0; step <= 10; step++) {
            int size = round % 100 ? 10 - step : step;
            for (int j = 0; j < KEYS; j++) {
                int k = round % 100 ? KEYS - 1 - j : j;
                if (sizes[k] != size)
                    continue;
                assert_true(store_next(&at));
                assert_int_equal(atoi(at.key.at + 1), k);
                assert_int_equal(json_int64(json_root(at.row), "size", -1), size);
            }
        }
        assert_false(store_next(&at));
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(rows_come_and_go),
        CASE(scopes_and_tables_are_apart),
        CASE(scopes_go_by_their_text),
        CASE(walks_go_in_order),
        CASE(places_are_where_to_go_on),
        CASE(indexes_follow_their_rows),
        CASE(walks_survive_changes),
        CASE(walks_may_delete_everything_they_meet),
        CASE(keys_may_stand_in_the_row_itself),
        CASE(scans_see_all_scopes_in_order),
        CASE(emptying_leaves_the_others),
        CASE(bytes_are_counted),
        CASE(changes_are_told),
        CASE(agrees_with_a_simple_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
