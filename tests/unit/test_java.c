#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "services/stepfunctions/asl/java.h"

/* What OpenJDK prints. */
static void prints_doubles(void **state)
{
    static const struct {
        double number;
        const char *text;
    } rows[] = {
        { 1, "1.0" },
        { -1.5, "-1.5" },
        { 0, "0.0" },
        { -0.0, "-0.0" },
        { 0.001, "0.001" },
        { 0.0001, "1.0E-4" },
        { 123456.789, "123456.789" },
        { 9999999, "9999999.0" },
        { 1e7, "1.0E7" },
        { 1.5e10, "1.5E10" },
        { 1.7976931348623157e308, "1.7976931348623157E308" },
        { 2.2250738585072014e-308, "2.2250738585072014E-308" },
        { 0.1 + 0.2, "0.30000000000000004" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[JAVA_DOUBLE_ROOM];
        java_print_double(rows[i].number, text);
        assert_string_equal(text, rows[i].text);
    }
}

static const cJSON *parse(struct arena *arena, const char *text)
{
    const cJSON *value = json_parse_in(arena, str_of(text), NULL);
    assert_non_null(value);
    return value;
}

static void knows_what_is_equal(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {
        { "1", "1", true },
        { "0", "-0", true },
        { "1", "1.0", false },
        { "1.0", "1.00", true },
        { "1e2", "100.0", true },
        { "0.0", "-0.0", true },
        { "12345678901234567890", "12345678901234567890", true },
        { "12345678901234567890", "12345678901234567891", false },
        { "\"1\"", "1", false },
        { "null", "null", true },
        { "null", "false", false },
        { "true", "true", true },
        { "[1,[2]]", "[1,[2]]", true },
        { "[1,2]", "[2,1]", false },
        { "[1]", "[1,2]", false },
        { "{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1}", true },
        { "{\"a\":1}", "{\"a\":1,\"b\":2}", false },
        { "{\"a\":1}", "{\"b\":1}", false },
        { "{\"a\":1,\"b\":2,\"c\":3}", "{\"c\":3,\"a\":1,\"b\":0}", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_new();
        const cJSON *a = parse(arena, rows[i].a), *b = parse(arena, rows[i].b);
        if (java_equal(a, b) != rows[i].equal || java_equal(b, a) != rows[i].equal)
            fail_msg("%s and %s", rows[i].a, rows[i].b);
        if (rows[i].equal)
            assert_true(java_hash(a) == java_hash(b));
        arena_free(arena);
    }
}

static void compares_by_utf16(void **state)
{
    static const struct {
        const char *a, *b;
        int sign;
    } rows[] = {
        { "", "", 0 },
        { "a", "", 1 },
        { "a", "ab", -1 },
        { "B", "a", -1 },
        { "z", "\xC3\xA9", -1 },
        { "\xF0\x9F\x86\x97", "\xEF\xBF\xBD", -1 }, /* U+1F197 is D83C DD97, before FFFD */
        { "\xF0\x9F\x86\x97", "\xE2\x82\xAC", 1 },  /* but behind 20AC */
        { "\xF0\x9F\x86\x97", "\xF0\x9F\x86\x98", -1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(java_compare(str_of(rows[i].a), str_of(rows[i].b)), rows[i].sign);
        assert_int_equal(java_compare(str_of(rows[i].b), str_of(rows[i].a)), -rows[i].sign);
    }
}

/* OpenJDK's own answer: HashMap.values() after put("key" + i * 7919 + "é🆗", i) for i from 0 to 39. */
static void orders_as_a_hash_map(void **state)
{
    static const size_t expected[] = { 30, 0,  27, 17, 2,  5,  15, 14, 26, 35, 3, 16, 20, 9,  28, 23, 31, 7,  12, 18,
                                       39, 33, 36, 21, 37, 13, 38, 22, 34, 11, 4, 6,  25, 32, 10, 1,  8,  24, 29, 19 };
    struct arena *arena = arena_new();
    struct str keys[40];
    size_t order[40];
    for (int i = 0; i < 40; i++)
        keys[i] = str_of(arena_printf(arena, "key%d\xC3\xA9\xF0\x9F\x86\x97", i * 7919));
    java_map_order(arena, keys, 40, order);
    assert_memory_equal(order, expected, sizeof expected);
    arena_free(arena);
}

/* Each level compared twice would take 2^60 comparisons. */
static void compares_deep_objects_once(void **state)
{
    struct arena *arena = arena_new();
    const cJSON *a = parse(arena, "{}"), *b = parse(arena, "{}");
    for (int i = 0; i < 60; i++) {
        cJSON *outer_a = value_object(arena), *outer_b = value_object(arena);
        value_add(outer_a, "x", value_share(arena, a));
        value_add(outer_a, "y", value_int64(arena, i));
        value_add(outer_a, "z", value_int64(arena, i));
        value_add(outer_b, "x", value_share(arena, b));
        value_add(outer_b, "z", value_int64(arena, i));
        value_add(outer_b, "y", value_int64(arena, i));
        a = outer_a;
        b = outer_b;
    }
    assert_true(java_equal(a, b));
    arena_free(arena);
}

static void prints_no_deeper_than_jackson_reads(void **state)
{
    struct arena *arena = arena_new();
    struct buf text = BUF_EMPTY;
    cJSON *value = value_array(arena);
    for (int i = 1; i < 1000; i++) {
        cJSON *outer = value_array(arena);
        value_append(outer, value);
        value = outer;
    }
    assert_true(java_print(&text, value));
    assert_int_equal(text.length, 2000);
    cJSON *outer = value_array(arena);
    value_append(outer, value);
    assert_false(java_print(&text, outer));
    buf_release(&text);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_doubles),
        cmocka_unit_test(knows_what_is_equal),
        cmocka_unit_test(compares_by_utf16),
        cmocka_unit_test(orders_as_a_hash_map),
        cmocka_unit_test(compares_deep_objects_once),
        cmocka_unit_test(prints_no_deeper_than_jackson_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
