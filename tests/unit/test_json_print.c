/* base/json.h: printing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/json.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void test_strings(void **state)
{
    static const struct {
        struct str text;
        const char *printed, *reason;
    } cases[] = {
        { STR(""), "\"\"", "empty" },
        { STR_NONE, "\"\"", "none" },
        { STR("a/b"), "\"a/b\"", "a slash is not escaped" },
        { STR("\"\\"), "\"\\\"\\\\\"", "quote and backslash" },
        { STR("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\"", "short escapes" },
        { STR("\x01\x0b\x1f"), "\"\\u0001\\u000B\\u001F\"", "other control characters, capitals as Jackson's" },
        { STR("\x7f\xc2\x80\xe2\x80\xa8"), "\"\x7f\xc2\x80\xe2\x80\xa8\"", "these stay" },
        { STR("\xf0\x9f\x98\x80"), "\"\xf0\x9f\x98\x80\"", "non-ASCII stays UTF-8" },
        { STR("a\0b"), "\"a\\u0000b\"", "a NUL within the length" },
        { STR("12345678\n"), "\"12345678\\n\"", "an escape behind a word of eight bytes" },
        { STR("1234567\"90123456"), "\"1234567\\\"90123456\"", "an escape at the end of a word" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf buf = BUF_EMPTY;
        json_print_string(&buf, cases[i].text);
        if (strcmp(buf.at, cases[i].printed) != 0)
            fail_msg("%s: %s", cases[i].reason, buf.at);
        buf_release(&buf);
    }
}

/* Every byte at every place of a word: the eight-at-a-time scan must find what a plain one finds. */
static void test_each_byte_at_each_place(void **state)
{
    for (int byte = 1; byte < 256; byte++) {
        for (size_t place = 0; place < 20; place++) {
            char text[20];
            memset(text, byte == 0x80 ? 0x81 : 0x80, sizeof text);
            text[place] = (char)byte;
            struct buf buf = BUF_EMPTY;
            json_print_string(&buf, (struct str){ text, sizeof text });
            bool escaped = byte < 0x20 || byte == '"' || byte == '\\';
            assert_int_equal(buf.length > sizeof text + 2, escaped);
            assert_int_equal((unsigned char)buf.at[1 + place], escaped ? '\\' : byte);
            buf_release(&buf);
        }
    }
}

static void test_numbers_without_digits(void **state)
{
    static const struct {
        double value;
        const char *printed;
    } cases[] = {
        { 0, "0" },
        { -0.0, "0" },
        { 1, "1" },
        { -1, "-1" },
        { 42.5, "42.5" },
        { 0.1, "0.1" },
        { -0.1, "-0.1" },
        { 0.30000000000000004, "0.30000000000000004" },
        { 1.0 / 3, "0.3333333333333333" },
        { 9007199254740991.0, "9007199254740991" },
        { -9007199254740992.0, "-9007199254740992" },
        { 9007199254740994.0, "9007199254740994" },
        { 123456789012345680000.0, "123456789012345680000" },
        { 1e20, "100000000000000000000" },
        { 1e21, "1e+21" },
        { 1.5e21, "1.5e+21" },
        { -1.5e300, "-1.5e+300" },
        { 0.000001, "0.000001" },
        { 0.00000123, "0.00000123" },
        { 0.0000001, "1e-7" },
        { 1.5e-7, "1.5e-7" },
        { 1.7976931348623157e308, "1.7976931348623157e+308" },
        { 2.2250738585072014e-308, "2.2250738585072014e-308" },
        { 5e-324, "5e-324" },
        { 1e23, "1e+23" },
        { 0x1p-44, "5.684341886080802e-14" },
        { 7.120236347223045e-307, "7.120236347223045e-307" }, /* 2^-1017: not the nearest of 16 digits reads back */
        { 4.35, "4.35" },
        { 100.25, "100.25" },
        { INFINITY, "null" },
        { -INFINITY, "null" },
        { NAN, "null" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf buf = BUF_EMPTY;
        cJSON *node = cJSON_CreateNumber(cases[i].value);
        json_print(&buf, node);
        if (strcmp(buf.at, cases[i].printed) != 0)
            fail_msg("%s became %s", cases[i].printed, buf.at);
        cJSON_Delete(node);
        buf_release(&buf);
    }
}

static void test_numbers_read_back(void **state)
{
    uint64_t bits = 88172645463325252u;
    struct buf buf = BUF_EMPTY;
    cJSON node = { .type = cJSON_Number };
    for (int i = 0; i < 20000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&node.valuedouble, &bits, sizeof bits);
        if (!isfinite(node.valuedouble))
            continue;
        buf_clear(&buf);
        json_print(&buf, &node);
        assert_true(strtod(buf.at, NULL) == node.valuedouble);
    }
    buf_release(&buf);
}

static void test_trees(void **state)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        "[[],{},[[]]]",
        "{\"a\":{},\"b\":[],\"c\":null}",
        "[{\"a\":[1,2,{\"b\":\"c\"}]},true,false,null,\"x\",-1.50]",
        "{\"\":{\"\":{\"\":[]}},\"\\\"\\\\\":1}",
        "[[[[[[[[1],2],3],4],5],6],7],8]",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct arena *arena = arena_new();
        struct buf buf = BUF_EMPTY;
        json_print(&buf, json_parse_in(arena, str_of(texts[i]), NULL));
        assert_string_equal(buf.at, texts[i]);
        buf_release(&buf);
        arena_free(arena);
    }
}

static void test_a_member_is_printed_without_its_siblings(void **state)
{
    struct arena *arena = arena_new();
    const cJSON *root = json_parse_in(arena, STR("{\"a\":[1],\"b\":\"text\",\"c\":2}"), NULL);
    assert_true(str_is(json_print_in(arena, json_get(root, "a")), "[1]"));
    assert_true(str_is(json_print_in(arena, json_get(root, "b")), "text")); /* a string as itself */
    assert_true(str_is(json_print_in(arena, json_get(root, "c")), "2"));
    arena_free(arena);
}

static void test_names_of_members(void **state)
{
    struct buf text = BUF_EMPTY;
    buf_add_text(&text, "[{");
    json_print_name(&text, "a");
    buf_add_byte(&text, '{');
    json_print_name(&text, "b");
    buf_add_text(&text, "1}");
    json_print_name(&text, "c");
    buf_add_text(&text, "2}]");
    assert_string_equal(text.at, "[{\"a\":{\"b\":1},\"c\":2}]");
    buf_release(&text);
}

static void test_ceiling(void **state)
{
    struct arena *arena = arena_new();
    const char *text = "{\"name\":\"value\",\"list\":[1,2,3]}";
    const cJSON *root = json_parse_in(arena, str_of(text), NULL);
    for (size_t ceiling = 1; ceiling <= strlen(text); ceiling++) {
        struct buf buf;
        buf_init(&buf, ceiling);
        json_print(&buf, root);
        assert_true(buf.length <= ceiling);
        assert_int_equal(buf.overflow, ceiling < strlen(text));
        buf_release(&buf);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_each_byte_at_each_place),
        cmocka_unit_test(test_numbers_without_digits),
        cmocka_unit_test(test_numbers_read_back),
        cmocka_unit_test(test_trees),
        cmocka_unit_test(test_a_member_is_printed_without_its_siblings),
        cmocka_unit_test(test_names_of_members),
        cmocka_unit_test(test_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
