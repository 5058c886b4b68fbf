/* The nearest right name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/nearest.h"

static const struct {
    const char *a, *b;
    size_t distance;
} distances[] = {
    { "", "", 0 },           { "a", "", 1 },          { "breaks", "breaks", 0 },  { "brakes", "breaks", 2 },
    { "titel", "title", 1 }, { "Title", "title", 0 }, { "kitten", "sitting", 3 }, { "abcdefgh", "", SIZE_MAX },
};

static void distances_count_slips(void **state)
{
    for (size_t i = 0; i < sizeof distances / sizeof *distances; i++)
        assert_int_equal(nearest_distance(str_of(distances[i].a), str_of(distances[i].b), 5), distances[i].distance);
}

static const struct {
    const char *wanted, *best; /* NULL: none is near */
} words[] = {
    { "brakes", "breaks" },    { "hint", "hints" },           { "tilte", "title" }, { "brake", "breaks" },
    { "detect", "detection" }, { "detections", "detection" }, { "ti", NULL },       { "tit", "title" },
    { "xyz", NULL },           { "completely other", NULL },  { "id", "id" },
};

static void the_best_is_kept(void **state)
{
    static const char *const names[] = { "title", "breaks", "hints", "id", "hinds", "detection" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct nearest nearest = nearest_to(str_of(words[i].wanted));
        for (size_t j = 0; j < sizeof names / sizeof *names; j++)
            nearest_try(&nearest, str_of(names[j]));
        if (words[i].best)
            assert_string_equal(nearest.best.at, words[i].best);
        else
            assert_null(nearest.best.at);
    }
}

static void long_names_are_compared_whole(void **state)
{
    char a[101], b[101];
    memset(a, 'x', 100);
    memset(b, 'x', 99);
    b[99] = 'y';
    a[100] = b[100] = '\0';
    assert_int_equal(nearest_distance(str_of(a), str_of(a), 9), 0);
    assert_int_equal(nearest_distance(str_of(a), str_of(b), 9), SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_count_slips),
        cmocka_unit_test(the_best_is_kept),
        cmocka_unit_test(long_names_are_compared_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
