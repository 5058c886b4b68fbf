/* How points fall: each shape at its ends and between them, and what a pack may leave out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "game/curve.h"

#define FALL(more) "{\"full_ms\":1000,\"none_ms\":5000" more "}"

static void points_fall(void **state)
{
    static const struct {
        const char *declared;
        int64_t points, elapsed_ms, left;
        const char *why;
    } rows[] = {
        { FALL(""), 60, 0, 60, "at once: all" },
        { FALL(""), 60, 1000, 60, "to the last moment of it" },
        { FALL(""), 60, 3000, 30, "linear unless it says else: half way, half" },
        { FALL(""), 60, 4999, 0, "rounded" },
        { FALL(""), 60, 5000, 0, "too late" },
        { FALL(""), 60, 900000, 0, "far too late" },
        { FALL(",\"curve\":\"linear\""), 60, 2000, 45, "linear by name" },
        { FALL(",\"curve\":\"late\""), 100, 1000, 100, "late: all" },
        { FALL(",\"curve\":\"late\""), 100, 3000, 75, "late: half way most of it is left" },
        { FALL(",\"curve\":\"exponential\",\"half_ms\":1000"), 1000, 1000, 1000, "exponential: all" },
        { FALL(",\"curve\":\"exponential\",\"half_ms\":1000"), 1000, 2000, 500, "half of it goes in each half_ms" },
        { FALL(",\"curve\":\"exponential\",\"half_ms\":1000"), 1000, 3000, 250, "and half of that" },
        { FALL(",\"curve\":\"exponential\",\"half_ms\":1000"), 1000, 5000, 0, "nothing at the end" },
        { FALL(",\"curve\":\"exponential\""), 60, 1001, 0, "half of it in no time" },
        { FALL(",\"curve\":\"steps\",\"steps\":[{\"after_ms\":2000,\"share\":0.5},{\"after_ms\":4000,\"share\":0.2}]"),
          100, 1999, 100, "steps: all until the first" },
        { FALL(",\"curve\":\"steps\",\"steps\":[{\"after_ms\":2000,\"share\":0.5},{\"after_ms\":4000,\"share\":0.2}]"),
          100, 2000, 50, "from then on" },
        { FALL(",\"curve\":\"steps\",\"steps\":[{\"after_ms\":2000,\"share\":0.5},{\"after_ms\":4000,\"share\":0.2}]"),
          100, 4999, 20, "the last one" },
        { FALL(",\"curve\":\"steps\",\"steps\":[{\"after_ms\":2000,\"share\":0.5},{\"after_ms\":4000,\"share\":0.2}]"),
          100, 5000, 0, "and nothing" },
        { FALL(",\"curve\":\"steps\""), 100, 4999, 100, "no steps: all of it to the end" },
        { FALL(",\"curve\":\"zigzag\""), 60, 3000, 30, "an unknown shape is linear" },
        { "{\"full_ms\":1000,\"none_ms\":1000}", 60, 1000, 60, "one step: all" },
        { "{\"full_ms\":1000,\"none_ms\":1000}", 60, 1001, 0, "one step: nothing" },
        { "{\"full_ms\":2000,\"none_ms\":1000}", 60, 1500, 60, "drawn the wrong way round it ends where it is full" },
        { FALL(""), 0, 2000, 0, "no points at all" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json *node = json_parse(str_of(rows[i].declared), NULL);
        struct curve curve = curve_read(json_root(node), rows[i].points);
        if (curve_points(&curve, rows[i].elapsed_ms) != rows[i].left)
            fail_msg("%s: %lld", rows[i].why, (long long)curve_points(&curve, rows[i].elapsed_ms));
        json_unref(node);
    }
}

static void what_is_not_declared_is_all_of_it(void **state)
{
    struct curve curve = curve_read(NULL, 40);
    assert_false(curve.is_there);
    assert_int_equal(curve_points(&curve, 1000000), 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_fall),
        cmocka_unit_test(what_is_not_declared_is_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
