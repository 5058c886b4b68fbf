/* base/random.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "base/random.h"

static void test_algorithm(void **state)
{
    struct random random = { { 1, 2, 3, 4 } };
    static const uint64_t expected[] = { 11520, 0, 1509978240, 1215971899390074240 }; /* as the authors' code has it */
    for (size_t i = 0; i < 4; i++)
        assert_true(random_next(&random) == expected[i]);
    random_seed(&random, 0);
    assert_true(random.state[0] == 0xe220a8397b1dcdafu); /* splitmix64 from 0 */
    assert_true(random.state[1] == 0x6e789e6aa1b965f4u);
}

static void test_same_seed_same_game(void **state)
{
    struct random a, b;
    random_seed(&a, 42);
    random_seed(&b, 42);
    for (int i = 0; i < 100; i++)
        assert_true(random_next(&a) == random_next(&b));
    struct random kept = a; /* the four words are the whole state */
    uint64_t next = random_next(&a);
    assert_true(random_next(&kept) == next);
    random_seed(&b, 43);
    assert_true(random_next(&b) != next);
    char uuid[37], again[37];
    random_seed(&a, 1);
    random_uuid(&a, uuid);
    random_seed(&a, 1);
    random_uuid(&a, again);
    assert_string_equal(uuid, again);
}

static void test_ranges(void **state)
{
    struct random random;
    random_seed(&random, 3);
    int seen[6] = { 0 };
    for (int i = 0; i < 6000; i++) {
        double unit = random_unit(&random);
        assert_true(unit >= 0 && unit < 1);
        int64_t drawn = random_between(&random, -2, 3);
        assert_true(drawn >= -2 && drawn <= 3);
        seen[drawn + 2]++;
    }
    for (size_t i = 0; i < 6; i++)
        assert_in_range(seen[i], 850, 1150);
    assert_true(random_between(&random, 7, 7) == 7);
    bool negative = false, positive = false;
    for (int i = 0; i < 100; i++) {
        int64_t any = random_between(&random, INT64_MIN, INT64_MAX);
        negative = negative || any < 0;
        positive = positive || any > 0;
    }
    assert_true(negative && positive);
}

static void test_texts(void **state)
{
    struct random random;
    random_seed(&random, 5);
    for (int i = 0; i < 200; i++) {
        char uuid[37], previous[37] = "";
        random_uuid(&random, uuid);
        assert_int_equal(strlen(uuid), 36);
        for (size_t j = 0; j < 36; j++)
            assert_true(j == 8 || j == 13 || j == 18 || j == 23 ? uuid[j] == '-'
                                                                : strchr("0123456789abcdef", uuid[j]) != NULL);
        assert_int_equal(uuid[14], '4');
        assert_non_null(strchr("89ab", uuid[19]));
        assert_string_not_equal(uuid, previous);
        memcpy(previous, uuid, sizeof uuid);
    }
    char text[101];
    random_text(&random, "ab", 100, text);
    assert_int_equal(strspn(text, "ab"), 100);
    assert_int_equal(strlen(text), 100);
    assert_true(strchr(text, 'a') && strchr(text, 'b'));
    random_text(&random, "x", 0, text);
    assert_string_equal(text, "");
}

static void test_secrets(void **state)
{
    unsigned char a[32] = { 0 }, b[32] = { 0 };
    random_secret(a, sizeof a);
    random_secret(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    char text[201], again[201];
    random_secret_text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 200, text);
    random_secret_text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 200, again);
    assert_int_equal(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 200);
    assert_int_equal(strlen(text), 200);
    assert_string_not_equal(text, again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_algorithm), cmocka_unit_test(test_same_seed_same_game),
        cmocka_unit_test(test_ranges),    cmocka_unit_test(test_texts),
        cmocka_unit_test(test_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
