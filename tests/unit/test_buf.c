/* base/buf.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/buf.h"

static void test_grows_and_ends_with_nul(void **state)
{
    struct buf buf = BUF_EMPTY;
    assert_string_equal(buf_str(&buf).at, "");
    for (int i = 0; i < 5000; i++) {
        buf_add_byte(&buf, (char)('a' + i % 26));
        assert_int_equal(buf.length, i + 1);
        assert_int_equal(buf.at[buf.length], '\0');
    }
    for (int i = 0; i < 5000; i++)
        assert_int_equal(buf.at[i], 'a' + i % 26);
    buf_release(&buf);
    assert_null(buf.at);
}

static void test_kinds_of_adding(void **state)
{
    struct buf buf;
    buf_init(&buf, 0);
    buf_add_text(&buf, "text,");
    buf_add_str(&buf, (struct str){ "strange", 3 });
    buf_add_str(&buf, STR_NONE);
    buf_add(&buf, NULL, 0);
    buf_printf(&buf, ",%s %d,", "x", 5);
    buf_add_int64(&buf, 0);
    buf_add_byte(&buf, ' ');
    buf_add_int64(&buf, INT64_MIN);
    buf_add_byte(&buf, ' ');
    buf_add_int64(&buf, INT64_MAX);
    assert_string_equal(buf.at, "text,str,x 5,0 -9223372036854775808 9223372036854775807");
    buf_clear(&buf);
    buf_add_digits(&buf, 0, 10, 0);
    buf_add_byte(&buf, ' ');
    buf_add_digits(&buf, 42, 10, 8);
    buf_add_byte(&buf, ' ');
    buf_add_digits(&buf, UINT64_MAX, 16, 4);
    buf_add_byte(&buf, ' ');
    buf_add_digits(&buf, 5, 2, 64);
    assert_string_equal(buf.at, "0 00000042 ffffffffffffffff "
                                "0000000000000000000000000000000000000000000000000000000000000101");
    buf_clear(&buf);
    assert_string_equal(buf.at, "");
    for (int width = 250; width < 260; width++) {
        buf_clear(&buf);
        buf_printf(&buf, "%*d", width, 1);
        assert_int_equal(buf.length, width);
        assert_int_equal(strlen(buf.at), width);
    }
    buf_release(&buf);
}

static void test_ceiling(void **state)
{
    struct buf buf;
    buf_init(&buf, 10);
    buf_add_text(&buf, "1234567890");
    assert_false(buf.overflow); /* exactly full */
    buf_add_byte(&buf, 'x');
    assert_true(buf.overflow);
    assert_string_equal(buf.at, "1234567890"); /* as it was */
    assert_true(buf.capacity <= 11);
    buf_clear(&buf);
    assert_false(buf.overflow);
    buf_add_text(&buf, "abc");
    buf_add_text(&buf, "12345678"); /* too long by one: not a part of it */
    assert_true(buf.overflow);
    buf_add_text(&buf, "d"); /* stays set, though this fits */
    assert_true(buf.overflow);
    assert_string_equal(buf.at, "abcd");
    buf_release(&buf);

    buf_init(&buf, 300);
    buf_printf(&buf, "%*d", 301, 1);
    assert_true(buf.overflow);
    assert_int_equal(buf.length, 0);
    assert_false(buf_reserve(&buf, SIZE_MAX));
    assert_true(buf_reserve(&buf, 300));
    buf_release(&buf);
    assert_int_equal(buf.ceiling, 300); /* outlives the bytes */
}

static void test_take(void **state)
{
    struct buf buf = BUF_EMPTY;
    char *bytes = buf_take(&buf);
    assert_string_equal(bytes, "");
    free(bytes);
    buf_add_text(&buf, "mine");
    bytes = buf_take(&buf);
    assert_string_equal(bytes, "mine");
    assert_int_equal(buf.length, 0);
    assert_null(buf.at);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grows_and_ends_with_nul),
        cmocka_unit_test(test_kinds_of_adding),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
