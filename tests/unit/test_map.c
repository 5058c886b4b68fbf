/* base/map.h, against a sorted array that is searched from end to end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/map.h"
#include "base/random.h"

#define MOST_KEYS 600

struct naive {
    size_t count;
    struct {
        char key[32];
        void *value;
    } rows[MOST_KEYS];
};

static struct str naive_key(const struct naive *naive, size_t i)
{
    return str_of(naive->rows[i].key);
}

/* How many keys are less than `key`. */
static size_t naive_place(const struct naive *naive, struct str key)
{
    size_t place = 0;
    while (place < naive->count && str_compare(naive_key(naive, place), key) < 0)
        place++;
    return place;
}

static bool naive_has(const struct naive *naive, struct str key, size_t place)
{
    return place < naive->count && str_equal(naive_key(naive, place), key);
}

static void *naive_put(struct naive *naive, struct str key, void *value)
{
    size_t place = naive_place(naive, key);
    void *old = NULL;
    if (naive_has(naive, key, place)) {
        old = naive->rows[place].value;
    } else {
        memmove(&naive->rows[place + 1], &naive->rows[place], (naive->count - place) * sizeof naive->rows[0]);
        snprintf(naive->rows[place].key, sizeof naive->rows[place].key, "%.*s", STR_ARG(key));
        naive->count++;
    }
    naive->rows[place].value = value;
    return old;
}

static void *naive_remove(struct naive *naive, struct str key)
{
    size_t place = naive_place(naive, key);
    if (!naive_has(naive, key, place))
        return NULL;
    void *old = naive->rows[place].value;
    naive->count--;
    memmove(&naive->rows[place], &naive->rows[place + 1], (naive->count - place) * sizeof naive->rows[0]);
    return old;
}

static void assert_entry(const struct map_entry *entry, const struct naive *naive, size_t place)
{
    if (place >= naive->count) {
        assert_null(entry);
        return;
    }
    assert_non_null(entry);
    assert_true(str_equal(map_key(entry), naive_key(naive, place)));
    assert_ptr_equal(map_value(entry), naive->rows[place].value);
}

static void assert_same(const struct map *map, const struct naive *naive)
{
    assert_int_equal(map_count(map), naive->count);
    size_t i = 0;
    for (const struct map_entry *entry = map_first(map); entry; entry = map_next(entry))
        assert_entry(entry, naive, i++);
    assert_int_equal(i, naive->count);
    for (const struct map_entry *entry = map_last(map); entry; entry = map_previous(entry))
        assert_entry(entry, naive, --i);
    assert_int_equal(i, 0);
}

static void assert_same_around(const struct map *map, const struct naive *naive, struct str key)
{
    size_t place = naive_place(naive, key);
    bool there = naive_has(naive, key, place);
    assert_ptr_equal(map_get(map, key), there ? naive->rows[place].value : NULL);
    assert_entry(map_at_or_after(map, key), naive, place);
    assert_entry(map_after(map, key), naive, there ? place + 1 : place);
    assert_entry(map_before(map, key), naive, place - 1);
}

static void test_random_operations(void **state)
{
    static struct naive naive;
    static char values[40000];
    struct map *map = map_new();
    struct random random;
    random_seed(&random, 11);
    for (size_t i = 0; i < sizeof values; i++) {
        /* phases of growing and of shrinking, over keys that begin and end one another */
        bool growing = i / 5000 % 2 == 0;
        char text[32];
        int64_t number = random_between(&random, 0, MOST_KEYS - 1);
        snprintf(text, sizeof text, "%.*s%lld", (int)(number % 7), "aaaaaaa", (long long)(number / 7));
        struct str key = str_of(text);
        if (random_between(&random, 0, 9) < (growing ? 7 : 3))
            assert_ptr_equal(map_put(map, key, &values[i]), naive_put(&naive, key, &values[i]));
        else
            assert_ptr_equal(map_remove(map, key), naive_remove(&naive, key));
        assert_same_around(map, &naive, key);
        if (i % 500 == 0)
            assert_same(map, &naive);
    }
    assert_same(map, &naive);
    while (naive.count) {
        struct str first = naive_key(&naive, 0);
        assert_non_null(map_remove(map, first));
        naive_remove(&naive, first);
    }
    assert_same(map, &naive);
    assert_null(map_first(map));
    assert_null(map_last(map));
    map_free(map, NULL);
}

static void test_edges(void **state)
{
    struct map *map = map_new();
    int value;
    assert_null(map_get(map, STR("a")));
    assert_null(map_remove(map, STR("a")));
    assert_null(map_first(map));
    assert_null(map_at_or_after(map, STR("")));
    assert_null(map_before(map, STR("a")));
    map_put(map, STR(""), &value);
    map_put(map, STR("a\0b"), &value);
    map_put(map, STR("a"), &value);
    map_put(map, STR("\xff"), &value);
    assert_true(str_is(map_key(map_first(map)), ""));
    assert_true(str_equal(map_key(map_after(map, STR("a"))), STR("a\0b")));
    assert_true(str_is(map_key(map_last(map)), "\xff"));
    assert_ptr_equal(map_get(map, STR_NONE), &value);
    assert_ptr_equal(map_get(map, STR("a\0b")), &value);
    map_free(map, NULL);
    map_free(NULL, NULL);
}

static void test_entries_outlive_their_neighbours(void **state)
{
    struct map *map = map_new();
    static int value;
    char key[16];
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "%04d", i);
        map_put(map, str_of(key), &value);
    }
    struct map_entry *kept = map_at_or_after(map, STR("0500"));
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "%04d", i);
        if (i != 500 && i != 998)
            map_remove(map, str_of(key));
    }
    assert_true(str_is(map_key(kept), "0500"));
    assert_true(str_is(map_key(map_next(kept)), "0998"));
    assert_null(map_previous(kept));
    map_free(map, NULL);
}

static void test_entries_are_put_and_removed(void **state)
{
    struct map *map = map_new();
    int values[2];
    void *old;
    struct map_entry *entry = map_put_entry(map, STR("a"), &values[0], &old);
    assert_null(old);
    assert_ptr_equal(map_put_entry(map, STR("a"), &values[1], &old), entry);
    assert_ptr_equal(old, &values[0]);
    assert_ptr_equal(map_value(entry), &values[1]);
    map_put(map, STR("b"), &values[0]);
    map_remove_entry(map, entry);
    assert_null(map_get(map, STR("a")));
    assert_true(str_is(map_key(map_first(map)), "b"));
    map_free(map, NULL);
}

static size_t released;

static void count_release(void *value)
{
    ++*(int *)value;
    released++;
}

static void test_free_releases_each_value(void **state)
{
    struct map *map = map_new();
    int values[3] = { 0 };
    map_put(map, STR("a"), &values[0]);
    map_put(map, STR("b"), &values[1]);
    assert_ptr_equal(map_put(map, STR("a"), &values[2]), &values[0]);
    released = 0;
    map_free(map, count_release);
    assert_int_equal(released, 2);
    assert_int_equal(values[0], 0);
    assert_int_equal(values[1] + values[2], 2);
}

static void test_many_keys(void **state)
{
    enum { KEYS = 100000 };
    struct map *map = map_new();
    static int value;
    char key[80];
    for (int i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "arn:aws:states:us-east-1:123456789012:execution:machine:%06d", i * 7919 % KEYS);
        assert_null(map_put(map, str_of(key), &value));
    }
    assert_int_equal(map_count(map), KEYS);
    int i = 0;
    for (struct map_entry *entry = map_first(map); entry; entry = map_next(entry), i++) {
        snprintf(key, sizeof key, "arn:aws:states:us-east-1:123456789012:execution:machine:%06d", i);
        assert_true(str_is(map_key(entry), key));
    }
    map_free(map, NULL);
}

/* Keys that begin one another: the way to the last of them has as many steps as there are. */
static void test_deep_ways(void **state)
{
    enum { DEPTH = 500 };
    static char text[DEPTH];
    memset(text, 'a', sizeof text);
    struct map *map = map_new();
    for (size_t i = 0; i < DEPTH; i++) {
        size_t length = i * 263 % DEPTH; /* each once, in no order */
        assert_null(map_put(map, (struct str){ text, length }, &text[length]));
        assert_ptr_equal(map_put(map, (struct str){ text, length }, &text[length]), &text[length]);
    }
    size_t length = 0;
    for (struct map_entry *entry = map_first(map); entry; entry = map_next(entry), length++) {
        assert_int_equal(map_key(entry).length, length);
        assert_ptr_equal(map_before(map, map_key(entry)), map_previous(entry));
        assert_ptr_equal(map_after(map, map_key(entry)), map_next(entry));
        assert_ptr_equal(map_get(map, map_key(entry)), &text[length]);
    }
    assert_int_equal(length, DEPTH);
    map_free(map, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_operations),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_entries_outlive_their_neighbours),
        cmocka_unit_test(test_entries_are_put_and_removed),
        cmocka_unit_test(test_free_releases_each_value),
        cmocka_unit_test(test_many_keys),
        cmocka_unit_test(test_deep_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
