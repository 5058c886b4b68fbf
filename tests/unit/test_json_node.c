/* base/json.h: reading members, comparing, editing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void test_members(void **state)
{
    struct arena *arena = arena_new();
    const cJSON *root = json_parse_in(
        arena, STR("{\"Name\":\"upper\",\"name\":\"lower\",\"n\":7,\"x\":2.5,\"yes\":true,\"no\":false,\"none\":null}"),
        NULL);
    assert_string_equal(json_string(root, "name"), "lower");
    assert_string_equal(json_string(root, "Name"), "upper");
    assert_null(json_string(root, "NAME"));
    assert_null(json_string(root, "n"));
    assert_true(str_is(json_str(root, "name"), "lower"));
    assert_null(json_str(root, "none").at);
    assert_ptr_equal(json_get_str(root, STR("n")), json_get(root, "n"));
    assert_ptr_equal(json_get_str(root, (struct str){ "names", 4 }), json_get(root, "name"));
    assert_null(json_get_str(root, STR("na")));
    assert_null(json_get_str(root, STR("name\0x")));
    assert_int_equal(json_int64(root, "n", 1), 7);
    assert_int_equal(json_int64(root, "x", 1), 2);
    assert_int_equal(json_int64(root, "name", 1), 1);
    assert_true(json_number(root, "x", 0) == 2.5);
    assert_true(json_number(root, "missing", 0.5) == 0.5);
    assert_true(json_bool(root, "yes", false));
    assert_false(json_bool(root, "no", true));
    assert_true(json_bool(root, "n", true));
    assert_true(str_is(json_value(json_get(root, "name")), "lower"));
    assert_null(json_value(json_get(root, "n")).at);
    arena_free(arena);
}

static void test_nothing_is_found_in_nothing(void **state)
{
    assert_null(json_get(NULL, "a"));
    assert_null(json_get_str(NULL, STR("a")));
    assert_null(json_string(NULL, "a"));
    assert_null(json_str(NULL, "a").at);
    assert_int_equal(json_int64(NULL, "a", 3), 3);
    assert_true(json_bool(NULL, "a", true));
    assert_false(json_is_integer(NULL));
    assert_int_equal(json_to_int64(NULL), 0);
    assert_null(json_value(NULL).at);
    cJSON *array = cJSON_CreateArray();
    json_add(array, json_new_int64(1));
    assert_null(json_get(array, "a")); /* elements have no names */
    cJSON_Delete(array);
}

static void test_integers(void **state)
{
    static const struct {
        const char *text;
        bool is_integer;
        int64_t value;
    } cases[] = {
        { "0", true, 0 },
        { "-0", true, 0 },
        { "9007199254740993", true, 9007199254740993 },
        { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, INT64_MAX },
        { "-9223372036854775809", false, INT64_MIN },
        { "1.0", false, 1 },
        { "1e2", false, 100 },
        { "-2.9", false, -2 },
        { "1e400", false, INT64_MAX },
        { "-1e400", false, INT64_MIN },
        { "\"1\"", false, 0 },
        { "true", false, 0 },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *arena = arena_new();
        const cJSON *node = json_parse_in(arena, str_of(cases[i].text), NULL);
        if (json_is_integer(node) != cases[i].is_integer || json_to_int64(node) != cases[i].value)
            fail_msg("%s: %d, %lld", cases[i].text, json_is_integer(node), (long long)json_to_int64(node));
        arena_free(arena);
    }
    cJSON *made = cJSON_CreateNumber(5);
    assert_true(json_is_integer(made)); /* without digits the value decides */
    assert_int_equal(json_to_int64(made), 5);
    cJSON_Delete(made);
}

static void test_equality(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
        const char *reason;
    } cases[] = {
        { "1", "1.0", true, "numbers by value" },
        { "100", "1e2", true, "numbers by value, exponent" },
        { "9007199254740993", "9007199254740992", false, "integers exactly" },
        { "18446744073709551617", "18446744073709551617", true, "the same digits" },
        { "0.1", "0.10", true, "trailing zeros" },
        { "1", "\"1\"", false, "kinds differ" },
        { "true", "false", false, "true and false" },
        { "null", "null", true, "null" },
        { "\"a\"", "\"A\"", false, "case counts" },
        { "[1,2]", "[1,2]", true, "arrays" },
        { "[1,2]", "[2,1]", false, "order of elements counts" },
        { "[1]", "[1,1]", false, "lengths differ" },
        { "{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1.0}", true, "order of members does not" },
        { "{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":1}", false, "values differ" },
        { "{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":2}", false, "names differ" },
        { "{\"a\":1}", "{\"a\":1,\"b\":1}", false, "one more member" },
        { "{\"a\":{\"x\":1,\"y\":[{\"p\":1,\"q\":2}]}}", "{\"a\":{\"y\":[{\"q\":2,\"p\":1}],\"x\":1}}", true, "deep" },
        { "{}", "[]", false, "object and array" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *arena = arena_new();
        const cJSON *a = json_parse_in(arena, str_of(cases[i].a), NULL);
        const cJSON *b = json_parse_in(arena, str_of(cases[i].b), NULL);
        if (json_equal(a, b) != cases[i].equal || json_equal(b, a) != cases[i].equal)
            fail_msg("%s: %s and %s", cases[i].reason, cases[i].a, cases[i].b);
        arena_free(arena);
    }
    assert_true(json_equal(NULL, NULL));
    cJSON *raw = json_raw(STR(" { \"a\" : 1 } ")), *made = cJSON_CreateObject();
    json_set_number(made, "a", 1);
    assert_true(json_equal(raw, made));
    assert_false(json_equal(raw, NULL));
    cJSON_Delete(raw);
    cJSON_Delete(made);
}

static void assert_prints(const cJSON *node, const char *expected)
{
    struct buf buf = BUF_EMPTY;
    json_print(&buf, node);
    assert_string_equal(buf.at, expected);
    buf_release(&buf);
}

static void test_editing(void **state)
{
    cJSON *object = cJSON_CreateObject();
    json_set_string(object, "a", "1");
    json_set_int64(object, "b", -9007199254740993);
    json_set_bool(object, "c", true);
    json_set_number(object, "d", 0.5);
    json_set_str(object, "e", (struct str){ "cut off here", 3 });
    assert_prints(object, "{\"a\":\"1\",\"b\":-9007199254740993,\"c\":true,\"d\":0.5,\"e\":\"cut\"}");

    json_set_bool(object, "c", false); /* in the middle */
    json_set_string(object, "a", "first");
    json_set_int64(object, "e", 5); /* the last one */
    json_set_string(object, "b", NULL);
    json_set_string(object, "missing", NULL);
    json_set_int64(object, "f", 6);
    assert_prints(object, "{\"a\":\"first\",\"c\":false,\"d\":0.5,\"e\":5,\"f\":6}");

    cJSON *list = cJSON_CreateArray();
    json_add(list, json_new_string(STR("x")));
    json_add(list, cJSON_CreateNull());
    json_set(object, "d", list);
    assert_prints(object, "{\"a\":\"first\",\"c\":false,\"d\":[\"x\",null],\"e\":5,\"f\":6}");
    cJSON *moved = cJSON_DetachItemFromObjectCaseSensitive(object, "d");
    json_set(object, moved->string, moved); /* by its own name */
    assert_prints(object, "{\"a\":\"first\",\"c\":false,\"e\":5,\"f\":6,\"d\":[\"x\",null]}");
    cJSON_Delete(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),  cmocka_unit_test(test_nothing_is_found_in_nothing),
        cmocka_unit_test(test_integers), cmocka_unit_test(test_equality),
        cmocka_unit_test(test_editing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
