/* base/str.h */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void test_compare(void **state)
{
    static const struct {
        struct str a, b;
        int order;
    } cases[] = {
        { STR(""), STR_NONE, 0 },     { STR("a"), STR(""), 1 },      { STR("a"), STR("b"), -1 },
        { STR("ab"), STR("a"), 1 },   { STR("ab"), STR("b"), -1 },   { STR("a\0b"), STR("a\0c"), -1 },
        { STR("a"), STR("a\0"), -1 }, { STR("\xff"), STR("a"), 1 },  { STR("same"), STR("same"), 0 },
        { STR("A"), STR("a"), -1 },   { STR("a/b"), STR("a-b"), 1 },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(sign(str_compare(cases[i].a, cases[i].b)), cases[i].order);
        assert_int_equal(sign(str_compare(cases[i].b, cases[i].a)), -cases[i].order);
        assert_int_equal(str_equal(cases[i].a, cases[i].b), cases[i].order == 0);
    }
}

static void test_parts(void **state)
{
    assert_true(str_equal_ignoring_case(STR("Content-TYPE"), STR("content-type")));
    assert_false(str_equal_ignoring_case(STR("a"), STR("ab")));
    assert_false(str_equal_ignoring_case(STR("@["), STR("`{"))); /* the neighbours of the letters */
    assert_false(str_equal_ignoring_case(STR("\xc3\x84"), STR("\xc3\xa4")));
    for (int byte = 0; byte < 256; byte++)
        for (int other = 0; other < 256; other++) { /* eight at once see it as one at a time do */
            const char a[] = { 'A', 'b', 'C', (char)byte, 'e', 'F', 'g', 'H', (char)byte },
                       b[] = { 'a', 'B', 'c', (char)other, 'E', 'f', 'G', 'h', (char)other };
            bool same = byte == other || (byte < 128 && other < 128 && isalpha(byte) && (byte ^ other) == 0x20);
            assert_int_equal(str_equal_ignoring_case((struct str){ a, 8 }, (struct str){ b, 8 }), same);
            assert_int_equal(str_equal_ignoring_case((struct str){ a + 8, 1 }, (struct str){ b + 8, 1 }), same);
        }
    assert_true(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("ab"), STR("abc")) &&
                str_starts(STR("a"), STR_NONE));
    assert_true(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("bc"), STR("abc")) && str_ends(STR("a"), STR_NONE));
    assert_true(str_is(str_from(STR("abc"), 1), "bc") && str_is(str_from(STR("abc"), 9), ""));
    assert_true(str_is(str_first(STR("abc"), 2), "ab") && str_is(str_first(STR("abc"), 9), "abc"));
    assert_true(str_is(str_trim(STR(" \t a b\t ")), "a b"));
    assert_true(str_is(str_trim(STR(" \t ")), ""));
    assert_true(str_is(str_trim(STR("\na\n")), "\na\n")); /* spaces and tabs only */
}

static void test_find_and_cut(void **state)
{
    assert_int_equal(str_find_byte(STR("a:b:c"), ':'), 1);
    assert_true(str_find_byte(STR("abc"), ':') == SIZE_MAX);
    assert_true(str_find_byte(STR_NONE, ':') == SIZE_MAX);
    assert_int_equal(str_find(STR("hello"), STR("ll")), 2);
    assert_int_equal(str_find(STR("hello"), STR("")), 0);
    assert_true(str_find(STR("hel"), STR("hello")) == SIZE_MAX);
    assert_true(str_find(STR_NONE, STR("x")) == SIZE_MAX);

    struct str rest = STR("a::b");
    assert_true(str_is(str_cut(rest, ':', &rest), "a") && str_is(rest, ":b"));
    assert_true(str_is(str_cut(rest, ':', &rest), "") && str_is(rest, "b"));
    assert_true(str_is(str_cut(rest, ':', &rest), "b") && rest.length == 0);
}

static void test_integers(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } cases[] = {
        { "0", true, 0 },
        { "-0", true, 0 },
        { "007", true, 7 },
        { "-1", true, -1 },
        { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 },
        { "-9223372036854775809", false, 0 },
        { "99999999999999999999999", false, 0 },
        { "", false, 0 },
        { "-", false, 0 },
        { "+1", false, 0 },
        { "--1", false, 0 },
        { " 1", false, 0 },
        { "1 ", false, 0 },
        { "1.0", false, 0 },
        { "1e3", false, 0 },
        { "0x1", false, 0 },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t value = 12345;
        if (str_to_int64(str_of(cases[i].text), &value) != cases[i].ok ||
            value != (cases[i].ok ? cases[i].value : 12345))
            fail_msg("%s", cases[i].text);
    }
}

static void test_utf8(void **state)
{
    static const struct {
        struct str text;
        bool valid;
        size_t code_points;
    } cases[] = {
        { STR(""), true, 0 },
        { STR("plain text, longer than eight"), true, 29 },
        { STR("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), true, 3 },
        { STR("12345678\xc2\x80"), true, 9 },
        { STR("\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), true, 7 },
        { STR("a\0b"), true, 3 },
        { STR("\x80"), false, 0 },
        { STR("\xc3"), false, 0 },
        { STR("\xc3("), false, 0 },
        { STR("\xc1\xbf"), false, 0 },         /* overlong */
        { STR("\xe0\x9f\xbf"), false, 0 },     /* overlong */
        { STR("\xf0\x8f\xbf\xbf"), false, 0 }, /* overlong */
        { STR("\xed\xa0\x80"), false, 0 },     /* a surrogate */
        { STR("\xf4\x90\x80\x80"), false, 0 }, /* beyond U+10FFFF */
        { STR("\xf5\x80\x80\x80"), false, 0 },
        { STR("12345678\xff"), false, 0 },
        { STR("1234567\xe2\x82"), false, 0 },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (str_is_utf8(cases[i].text) != cases[i].valid)
            fail_msg("case %zu", i);
        if (cases[i].valid)
            assert_int_equal(str_count_code_points(cases[i].text), cases[i].code_points);
    }
}

static void test_every_code_point_there_and_back(void **state)
{
    for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        char bytes[4];
        size_t length = utf8_encode(code_point, bytes);
        bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
        if (utf8_length(bytes, length) != (surrogate ? 0 : length))
            fail_msg("U+%04X", (unsigned)code_point);
        assert_int_equal(utf8_length(bytes, length - 1), 0);
        assert_int_equal(utf8_decode(bytes, length), code_point);
    }
}

static void test_hash(void **state)
{
    char text[40] = "0123456789012345678901234567890123456789";
    uint64_t seen[41];
    for (size_t length = 0; length <= sizeof text; length++) {
        seen[length] = str_hash((struct str){ text, length });
        assert_true(seen[length] == str_hash((struct str){ text, length }));
        for (size_t before = 0; before < length; before++)
            assert_true(seen[before] != seen[length]);
    }
    char copy[64]; /* the same bytes at another alignment */
    memcpy(copy + 3, text, sizeof text);
    assert_true(str_hash((struct str){ copy + 3, sizeof text }) == seen[40]);
    for (size_t i = 0; i < sizeof text; i++) { /* every byte counts */
        copy[3 + i] ^= 1;
        assert_true(str_hash((struct str){ copy + 3, sizeof text }) != seen[40]);
        copy[3 + i] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare),      cmocka_unit_test(test_parts),
        cmocka_unit_test(test_find_and_cut), cmocka_unit_test(test_integers),
        cmocka_unit_test(test_utf8),         cmocka_unit_test(test_every_code_point_there_and_back),
        cmocka_unit_test(test_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
