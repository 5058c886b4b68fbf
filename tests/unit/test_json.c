/* base/json.h: parsing, documents and their lives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Says whether the text is JSON, and prints its tree compactly into `ret_compact` where it is. */
static bool reprint(struct str text, struct buf *ret_compact)
{
    /* From memory of its exact size, so that a sanitizer sees the parser read too far. */
    char *exact = malloc(text.length ? text.length : 1);
    memcpy(exact, text.at, text.length);
    struct arena *arena = arena_new();
    const cJSON *root = json_parse_in(arena, (struct str){ exact, text.length }, NULL);
    free(exact);
    if (root)
        json_print(ret_compact, root);
    arena_free(arena);
    return root != NULL;
}

static void test_accepts(void **state)
{
    static const struct {
        const char *text, *compact, *reason;
    } cases[] = {
        { "{}", "{}", "an empty object" },
        { "[]", "[]", "an empty array" },
        { " \t\r\n[ \n] ", "[]", "white space of all four kinds" },
        { "null", "null", "a bare null" },
        { "true", "true", "a bare true" },
        { " false ", "false", "a bare false" },
        { "\"\"", "\"\"", "an empty string" },
        { "0", "0", "a bare zero" },
        { "-0", "-0", "minus zero keeps its sign" },
        { "1.0", "1.0", "digits are kept" },
        { "1.50e+010", "1.50e+010", "an exponent with zeros" },
        { "1E400", "1E400", "too big for a double, not for JSON" },
        { "9007199254740993", "9007199254740993", "2^53+1" },
        { "123456789012345678901234567890", "123456789012345678901234567890", "no size limit on integers" },
        { "{\"a\":{\"b\":[1,[2],{}]}}", "{\"a\":{\"b\":[1,[2],{}]}}", "nesting" },
        { "{\"\":1}", "{\"\":1}", "an empty name" },
        { "{\"a\":1,\"A\":2}", "{\"a\":1,\"A\":2}", "names are case-sensitive" },
        { "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}", "the last value counts at the first place" },
        { "{\"a\":1,\"a\":2}", "{\"a\":2}", "twice, and nothing else" },
        { "{\"a\":1,\"a\":[2],\"a\":{\"b\":3},\"c\":4}", "{\"a\":{\"b\":3},\"c\":4}", "three times, containers" },
        { "{\"a\":{\"b\":1,\"b\":2},\"a\":{\"c\":1,\"c\":2}}", "{\"a\":{\"c\":2}}", "twice on two levels" },
        { "{\"\\u0061\":1,\"a\":2}", "{\"a\":2}", "an escaped name is the same name" },
        { "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\\"\\\\/\\b\\f\\n\\r\\t\"]", "all short escapes" },
        { "\"\\u00e9\\u20AC\"", "\"\xc3\xa9\xe2\x82\xac\"", "\\u in either case" },
        { "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"", "a surrogate pair" },
        { "\"\\uD800\\uDC00\\uDBFF\\uDFFF\"", "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"", "the first and the last pair" },
        { "\"\\uFFFF\\uFFFE\"", "\"\xef\xbf\xbf\xef\xbf\xbe\"", "noncharacters are characters" },
        { "\"\x7f\"", "\"\x7f\"", "DEL may stand bare" },
        { "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"", "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"",
          "UTF-8 as it is" },
        { "\"\xc2\x80 \xed\x9f\xbf \xee\x80\x80 \xf4\x8f\xbf\xbf\"",
          "\"\xc2\x80 \xed\x9f\xbf \xee\x80\x80 \xf4\x8f\xbf\xbf\"", "the edges of UTF-8" },
        { "\"\xe2\x80\xa8\"", "\"\xe2\x80\xa8\"", "U+2028 needs no escape in JSON" },
        { "\"\\u001f\\u0001\"", "\"\\u001F\\u0001\"", "control characters come back escaped" },
        { "\"1234567\\n123456789012345\\n\"", "\"1234567\\n123456789012345\\n\"",
          "escapes across words of eight bytes" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf compact = BUF_EMPTY;
        if (!reprint(str_of(cases[i].text), &compact) || strcmp(compact.at, cases[i].compact) != 0)
            fail_msg("%s: %s became %s", cases[i].reason, cases[i].text, compact.at ? compact.at : "an error");
        buf_release(&compact);
    }
}

static void test_refuses(void **state)
{
    static const struct {
        const char *text;
        size_t offset, line, column;
        enum json_fault fault;
        enum json_wanted wanted;
        uint32_t character;
        const char *token;
        char container;
        const char *reason;
    } cases[] = {
#define END          JSON_FAULT_END
#define CHARACTER    JSON_FAULT_CHARACTER
#define TOKEN        JSON_FAULT_TOKEN
#define NUMBER       JSON_FAULT_NUMBER
#define STRING       JSON_FAULT_STRING
#define WANTED(what) JSON_WANTED_##what
        { "", 0, 1, 1, END, WANTED(VALUE), 0, "", 0, "no text" },
        { " \n ", 3, 2, 2, END, WANTED(VALUE), 0, "", 0, "white space only" },
        { "{", 1, 1, 2, END, WANTED(NAME_OR_CLOSE), 0, "", '{', "an object that stops" },
        { "{\"a\"", 4, 1, 5, END, WANTED(COLON), 0, "", '{', "stops before the colon" },
        { "{\"a\":", 5, 1, 6, END, WANTED(VALUE), 0, "", '{', "stops before the value" },
        { "{\"a\":1", 6, 1, 7, END, WANTED(COMMA_OR_CLOSE), 0, "", '{', "stops behind the value" },
        { "{\"a\":1,", 7, 1, 8, END, WANTED(NAME), 0, "", '{', "stops behind the comma" },
        { "[", 1, 1, 2, END, WANTED(VALUE_OR_CLOSE), 0, "", '[', "an array that stops" },
        { "[1,", 3, 1, 4, END, WANTED(VALUE), 0, "", '[', "an array that stops behind a comma" },
        { "[[]", 3, 1, 4, END, WANTED(COMMA_OR_CLOSE), 0, "", '[', "the inner array closed, the outer not" },
        { "\"abc", 4, 1, 5, END, WANTED(QUOTE), 0, "", 0, "a string that stops" },
        { "\"abc\\", 5, 1, 6, END, WANTED(QUOTE), 0, "", 0, "stops within an escape" },
        { "{\"abc", 5, 1, 6, END, WANTED(NAME_QUOTE), 0, "", '{', "a name that stops" },
        { "[1,]", 3, 1, 4, CHARACTER, WANTED(VALUE), ']', "", '[', "a comma too many in an array" },
        { "{\"a\":1,}", 7, 1, 8, CHARACTER, WANTED(NAME), '}', "", '{', "a comma too many in an object" },
        { "[,1]", 1, 1, 2, CHARACTER, WANTED(VALUE_OR_CLOSE), ',', "", '[', "a comma too early" },
        { "{,}", 1, 1, 2, CHARACTER, WANTED(NAME_OR_CLOSE), ',', "", '{', "a comma and no member" },
        { "[1,,2]", 3, 1, 4, CHARACTER, WANTED(VALUE), ',', "", '[', "two commas" },
        { "{'a':1}", 1, 1, 2, CHARACTER, WANTED(NAME_OR_CLOSE), '\'', "", '{', "single quotes around a name" },
        { "{a:1}", 1, 1, 2, CHARACTER, WANTED(NAME_OR_CLOSE), 'a', "a", '{', "a name without quotes" },
        { "{1:1}", 1, 1, 2, CHARACTER, WANTED(NAME_OR_CLOSE), '1', "1", '{', "a number for a name" },
        { "['a']", 1, 1, 2, CHARACTER, WANTED(VALUE_OR_CLOSE), '\'', "", '[', "single quotes around a value" },
        { "{\"a\" 1}", 5, 1, 6, CHARACTER, WANTED(COLON), '1', "1", '{', "no colon" },
        { "{\"a\":1 \"b\":2}", 7, 1, 8, CHARACTER, WANTED(COMMA_OR_CLOSE), '"', "", '{', "no comma between members" },
        { "[1 2]", 3, 1, 4, CHARACTER, WANTED(COMMA_OR_CLOSE), '2', "2", '[', "no comma between elements" },
        { "[1}", 2, 1, 3, CHARACTER, WANTED(COMMA_OR_CLOSE), '}', "", '[', "the wrong bracket closes an array" },
        { "{\"a\":1]", 6, 1, 7, CHARACTER, WANTED(COMMA_OR_CLOSE), ']', "", '{', "the wrong bracket closes an object" },
        { "{]", 1, 1, 2, CHARACTER, WANTED(NAME_OR_CLOSE), ']', "", '{', "the wrong bracket at once" },
        { "}", 0, 1, 1, CHARACTER, WANTED(VALUE), '}', "", 0, "a bracket that closes nothing" },
        { "+1", 0, 1, 1, CHARACTER, WANTED(VALUE), '+', "", 0, "a plus sign" },
        { ".5", 0, 1, 1, CHARACTER, WANTED(VALUE), '.', "", 0, "a fraction without an integer" },
        { "[1a]", 2, 1, 3, CHARACTER, WANTED(COMMA_OR_CLOSE), 'a', "a", '[', "a letter behind a number" },
        { "[0x1]", 2, 1, 3, CHARACTER, WANTED(COMMA_OR_CLOSE), 'x', "x1", '[', "hexadecimal" },
        { "/*x*/1", 0, 1, 1, CHARACTER, WANTED(VALUE), '/', "", 0, "a comment" },
        { "\xef\xbb\xbf{}", 0, 1, 1, TOKEN, WANTED(VALUE), 0xFEFF, "\xef\xbb\xbf", 0, "a byte order mark" },
        { "[\f1]", 1, 1, 2, CHARACTER, WANTED(VALUE_OR_CLOSE), '\f', "", '[', "a form feed is no white space" },
        { "not json", 0, 1, 1, TOKEN, WANTED(VALUE), 'n', "not", 0, "a word" },
        { "nul", 0, 1, 1, TOKEN, WANTED(VALUE), 'n', "nul", 0, "null cut short" },
        { "{\"a\":truex}", 5, 1, 6, TOKEN, WANTED(VALUE), 't', "truex", '{', "more than true" },
        { "[True]", 1, 1, 2, TOKEN, WANTED(VALUE_OR_CLOSE), 'T', "True", '[', "Python's True" },
        { "NaN", 0, 1, 1, TOKEN, WANTED(VALUE), 'N', "NaN", 0, "no NaN" },
        { "[Infinity]", 1, 1, 2, TOKEN, WANTED(VALUE_OR_CLOSE), 'I', "Infinity", '[', "no infinity" },
        { "[1,\n \xc3\xa9\xc3\xa9t\xc3\xa9]", 5, 2, 2, TOKEN, WANTED(VALUE), 0xE9, "\xc3\xa9\xc3\xa9t\xc3\xa9", '[',
          "a word of other letters" },
        { "[a\xff]", 1, 1, 2, TOKEN, WANTED(VALUE_OR_CLOSE), 'a', "a", '[', "a word ends where UTF-8 does" },
        { "[\xff]", 1, 1, 2, CHARACTER, WANTED(VALUE_OR_CLOSE), 0, "", '[', "no UTF-8 outside a string" },
        { "01", 1, 1, 2, NUMBER, WANTED(DIGIT), '1', "0", 0, "a leading zero" },
        { "[-01]", 3, 1, 4, NUMBER, WANTED(DIGIT), '1', "-0", '[', "a leading zero behind a minus sign" },
        { "[1.]", 3, 1, 4, NUMBER, WANTED(DIGIT), ']', "1.", '[', "no digit behind the point" },
        { "[1.e5]", 3, 1, 4, NUMBER, WANTED(DIGIT), 'e', "1.", '[', "an exponent behind the point" },
        { "[-]", 2, 1, 3, NUMBER, WANTED(DIGIT), ']', "-", '[', "a minus sign alone" },
        { "[-a]", 2, 1, 3, NUMBER, WANTED(DIGIT), 'a', "-", '[', "a minus sign and a letter" },
        { "[1e]", 3, 1, 4, NUMBER, WANTED(DIGIT), ']', "1e", '[', "no digit in the exponent" },
        { "[1e+]", 4, 1, 5, NUMBER, WANTED(DIGIT), ']', "1e+", '[', "no digit behind the exponent's sign" },
        { "-", 1, 1, 2, END, WANTED(DIGIT), 0, "-", 0, "the text ends behind a minus sign" },
        { "1.", 2, 1, 3, END, WANTED(DIGIT), 0, "1.", 0, "the text ends behind a point" },
        { "1e", 2, 1, 3, END, WANTED(DIGIT), 0, "1e", 0, "the text ends in an exponent" },
        { "\"a\nb\"", 2, 1, 3, STRING, WANTED(QUOTE), '\n', "", 0, "a bare line feed" },
        { "\"a\tb\"", 2, 1, 3, STRING, WANTED(QUOTE), '\t', "", 0, "a bare tab" },
        { "\"\x1f\"", 1, 1, 2, STRING, WANTED(QUOTE), 0x1f, "", 0, "the last control character" },
        { "{\"a\nb\":1}", 3, 1, 4, STRING, WANTED(NAME_QUOTE), '\n', "", '{', "a bare line feed in a name" },
        { "\"\\x41\"", 1, 1, 2, STRING, WANTED(QUOTE), 'x', "", 0, "an escape that JSON lacks" },
        { "\"ab\\'\"", 3, 1, 4, STRING, WANTED(QUOTE), '\'', "", 0, "an escaped single quote" },
        { "\"\\u00g0\"", 1, 1, 2, STRING, WANTED(QUOTE), 'u', "", 0, "no hexadecimal digit" },
        { "\"\\u12\"", 1, 1, 2, STRING, WANTED(QUOTE), 'u', "", 0, "two digits only" },
        { "\"\\u0000\"", 1, 1, 2, STRING, WANTED(QUOTE), 'u', "", 0, "NUL" },
        { "\"\\ud800\"", 1, 1, 2, STRING, WANTED(QUOTE), 'u', "", 0, "a high surrogate alone" },
        { "\"\\udc00\"", 1, 1, 2, STRING, WANTED(QUOTE), 'u', "", 0, "a low surrogate alone" },
        { "\"\\ud800\\ud800\"", 1, 1, 2, STRING, WANTED(QUOTE), 'u', "", 0, "two high surrogates" },
        { "\"\\ud83dx\"", 1, 1, 2, STRING, WANTED(QUOTE), 'u', "", 0, "a high surrogate and a letter" },
        { "\"\\ud83d\\n\"", 1, 1, 2, STRING, WANTED(QUOTE), 'u', "", 0, "a high surrogate and another escape" },
        { "\"\x80\"", 1, 1, 2, STRING, WANTED(QUOTE), 0, "", 0, "UTF-8: a continuation alone" },
        { "\"\xc0\xaf\"", 1, 1, 2, STRING, WANTED(QUOTE), 0, "", 0, "UTF-8: overlong" },
        { "\"\xe0\x9f\xbf\"", 1, 1, 2, STRING, WANTED(QUOTE), 0, "", 0, "UTF-8: overlong, three bytes" },
        { "\"\xed\xa0\x80\"", 1, 1, 2, STRING, WANTED(QUOTE), 0, "", 0, "UTF-8: a surrogate" },
        { "\"\xf4\x90\x80\x80\"", 1, 1, 2, STRING, WANTED(QUOTE), 0, "", 0, "UTF-8: beyond U+10FFFF" },
        { "\"\xe2\x82\"", 1, 1, 2, STRING, WANTED(QUOTE), 0, "", 0, "UTF-8: cut short by the quote" },
        { "\"\xe2\x82", 1, 1, 2, STRING, WANTED(QUOTE), 0, "", 0, "UTF-8: cut short by the end" },
        { "1 2", 2, 1, 3, JSON_FAULT_TRAILING, WANTED(END), '2', "2", 0, "two values" },
        { "{} x", 3, 1, 4, JSON_FAULT_TRAILING, WANTED(END), 'x', "x", 0, "a word behind the value" },
        { "[1] ]", 4, 1, 5, JSON_FAULT_TRAILING, WANTED(END), ']', "", 0, "a bracket behind the value" },
        { "{\n \"\xc3\xa9\": 1,\n \"\xf0\x9f\x98\x80\"  x}", 21, 3, 7, CHARACTER, WANTED(COLON), 'x', "x", '{',
          "columns count code points" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json_error error;
        struct json *document = json_parse(str_of(cases[i].text), &error);
        if (document)
            fail_msg("%s: %s was accepted", cases[i].reason, cases[i].text);
        if (error.offset != cases[i].offset || error.line != cases[i].line || error.column != cases[i].column ||
            error.fault != cases[i].fault || error.wanted != cases[i].wanted || error.character != cases[i].character ||
            !str_is(error.token, cases[i].token) || error.container != cases[i].container || !error.why[0])
            fail_msg("%s: %s\noffset %zu, line %zu, column %zu, fault %d, wanted %d, character %u, token '%.*s', in "
                     "'%c', %s",
                     cases[i].reason, cases[i].text, error.offset, error.line, error.column, error.fault, error.wanted,
                     error.character, STR_ARG(error.token), error.container, error.why);
        assert_false(reprint(str_of(cases[i].text), NULL)); /* and without asking why */
    }
    assert_int_equal(json_live_documents(), 0);
}

static void test_nul_byte_is_refused(void **state)
{
    assert_null(json_parse(STR("\"a\0b\""), NULL));
    assert_null(json_parse(STR("[1]\0"), NULL));
    assert_null(json_parse(STR("\0"), NULL));
    assert_null(json_parse(STR_NONE, NULL));
}

/* The sentence goes into answers, so it must be UTF-8 even where it shows a part of a word. */
static void test_sentences_are_whole(void **state)
{
    for (size_t plain = 0; plain < 8; plain++) {
        struct buf text = BUF_EMPTY;
        for (size_t i = 0; i < plain; i++)
            buf_add_byte(&text, 'a');
        for (size_t i = 0; i < 100; i++)
            buf_add_text(&text, "\xe2\x82\xac");
        struct json_error error;
        assert_null(json_parse(buf_str(&text), &error));
        assert_true(str_is_utf8(str_of(error.why)));
        assert_int_equal(error.token.length, text.length);
        buf_release(&text);
    }
}

static void test_error_knows_where_the_container_began(void **state)
{
    struct json_error error;
    assert_null(json_parse(STR("{\"a\": [],\n \"b\": {\"c\":\n[1, 2}"), &error));
    assert_int_equal(error.container, '[');
    assert_int_equal(error.opened_line, 3);
    assert_int_equal(error.opened_column, 1);
    const char *text = "[tru]";
    assert_null(json_parse(str_of(text), &error));
    assert_ptr_equal(error.token.at, text + 1); /* a place in the caller's text */
}

static struct str nested(struct buf *buf, size_t depth)
{
    buf_clear(buf);
    for (size_t i = 0; i < depth; i++)
        buf_add_text(buf, i % 2 ? "[" : "{\"a\":");
    buf_add_byte(buf, '1');
    for (size_t i = depth; i-- > 0;)
        buf_add_byte(buf, i % 2 ? ']' : '}');
    return buf_str(buf);
}

static void test_depth(void **state)
{
    struct buf buf = BUF_EMPTY;
    struct json_error error;
    struct json *deep = json_parse(nested(&buf, JSON_MAX_DEPTH), NULL);
    assert_non_null(deep);
    json_unref(deep);
    assert_null(json_parse(nested(&buf, JSON_MAX_DEPTH + 1), &error));
    assert_int_equal(error.fault, JSON_FAULT_DEPTH);
    assert_int_equal(error.offset, 64 * (5 + 1));
    assert_null(json_parse(nested(&buf, 200000), &error)); /* and nothing overflows on the way */
    buf_release(&buf);
}

/* Trees of our own may be deeper than parsed ones; every walk over them must stand that. */
static void test_depth_of_our_own_making(void **state)
{
    enum { DEPTH = 20000 };
    struct buf buf = BUF_EMPTY;
    nested(&buf, DEPTH);
    struct json *document = json_seal_text(&buf);
    struct json *again = json_seal(json_thaw(json_root(document)));
    assert_true(str_equal(json_text(document), json_text(again)));
    assert_true(json_equal(json_root(document), json_root(again)));
    assert_true(json_bytes(again) > DEPTH * sizeof(cJSON));
    json_unref(document);
    json_unref(again);
}

static void test_many_members_and_repeated_names(void **state)
{
    struct buf text = BUF_EMPTY, expected = BUF_EMPTY;
    enum { NAMES = 5000 };
    buf_add_byte(&text, '{');
    for (int i = 0; i < 2 * NAMES; i++)
        buf_printf(&text, "%s\"name-%d\":%d", i ? "," : "", i % NAMES, i);
    buf_add_byte(&text, '}');
    buf_add_byte(&expected, '{');
    for (int i = 0; i < NAMES; i++)
        buf_printf(&expected, "%s\"name-%d\":%d", i ? "," : "", i, NAMES + i);
    buf_add_byte(&expected, '}');
    struct buf compact = BUF_EMPTY;
    assert_true(reprint(buf_str(&text), &compact));
    assert_string_equal(compact.at, expected.at);
    buf_release(&text);
    buf_release(&expected);
    buf_release(&compact);
}

/* Around the border where another way of finding repeated names takes over: the last member repeats each in turn. */
static void test_repeated_names_in_objects_of_every_size(void **state)
{
    for (int size = 1; size < 40; size++) {
        for (int repeated = 0; repeated < size; repeated++) {
            struct buf text = BUF_EMPTY;
            buf_add_byte(&text, '{');
            for (int i = 0; i < size; i++)
                buf_printf(&text, "\"%d\":0,", i);
            buf_printf(&text, "\"%d\":1}", repeated);
            struct json *document = json_parse(buf_str(&text), NULL);
            const cJSON *root = json_root(document);
            assert_int_equal(cJSON_GetArraySize(root), size);
            assert_int_equal(cJSON_GetArrayItem(root, repeated)->valueint, 1);
            assert_ptr_equal(root->child->prev, cJSON_GetArrayItem(root, size - 1));
            json_unref(document);
            buf_release(&text);
        }
    }
}

static void test_values_of_numbers(void **state)
{
    static const struct {
        const char *text;
        double value;
        int clamped;
    } cases[] = {
        { "0", 0, 0 },
        { "-1", -1, -1 },
        { "2147483648", 2147483648.0, INT32_MAX },
        { "-2147483649", -2147483649.0, INT32_MIN },
        { "0.1", 0.1, 0 },
        { "3.14159", 3.14159, 3 },
        { "1e3", 1000, 1000 },
        { "1E-3", 0.001, 0 },
        { "123456789.123456789", 123456789.123456789, 123456789 },
        { "9007199254740993", 9007199254740992.0, INT32_MAX },
        { "9007199254740993e0", 9007199254740992.0, INT32_MAX },
        { "9007199254740993.0", 9007199254740992.0, INT32_MAX },
        { "18446744073709551616", 18446744073709551616.0, INT32_MAX },
        { "1.7976931348623157e308", 1.7976931348623157e308, INT32_MAX },
        { "5e-324", 5e-324, 0 },
        { "2.2250738585072011e-308", 2.2250738585072011e-308, 0 },
        { "0.000000000000000000000000000001", 1e-30, 0 },
        { "0e999999999999", 0, 0 },
        { "1e-999999999999", 0, 0 },
        { "8.41e21", 8.41e21, INT32_MAX },
        { "1e23", 1e23, INT32_MAX },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json *document = json_parse(str_of(cases[i].text), NULL);
        const cJSON *node = json_root(document);
        if (node->valuedouble != cases[i].value || node->valueint != cases[i].clamped)
            fail_msg("%s became %.17g and %d", cases[i].text, node->valuedouble, node->valueint);
        assert_string_equal(node->valuestring, cases[i].text);
        json_unref(document);
    }
}

static void test_parsed_text_is_verbatim(void **state)
{
    const char *text = " { \"a\" : [ 1.0 ,\t2 ],\r\n \"\\u0061\" : \"\\/\" } ";
    struct json *document = json_parse(str_of(text), NULL);
    assert_true(str_is(json_text(document), text));
    assert_string_equal(json_string(json_root(document), "a"), "/");
    struct json *copy = json_seal_copy(json_root(document));
    assert_true(str_is(json_text(copy), "{\"a\":\"/\"}"));
    json_unref(copy);
    json_unref(document);
}

static void test_counting(void **state)
{
    assert_int_equal(json_live_documents(), 0);
    struct json *document = json_parse(STR("[1]"), NULL);
    assert_ptr_equal(json_ref(document), document);
    assert_null(json_ref(NULL));
    assert_int_equal(json_live_documents(), 1);
    json_unref(document);
    assert_int_equal(json_live_documents(), 1);
    assert_true(json_bytes(document) > 3);
    json_unref(document);
    json_unref(NULL);
    assert_int_equal(json_live_documents(), 0);
}

static void test_sealed_tree(void **state)
{
    cJSON *tree = cJSON_CreateObject();
    json_set_string(tree, "name", "x");
    json_set_int64(tree, "count", INT64_MAX);
    struct json *document = json_seal(tree);
    assert_string_equal(json_string(json_root(document), "name"), "x"); /* the root before the text */
    assert_true(str_is(json_text(document), "{\"name\":\"x\",\"count\":9223372036854775807}"));
    assert_int_equal(json_int64(json_root(document), "count", 0), INT64_MAX);
    json_unref(document);
}

static void test_sealed_text(void **state)
{
    struct buf text = BUF_EMPTY;
    buf_add_text(&text, "{\"a\":[1.0,true]}");
    struct json *document = json_seal_text(&text);
    assert_null(text.at);
    assert_int_equal(text.length, 0);
    assert_true(str_is(json_text(document), "{\"a\":[1.0,true]}"));
    assert_int_equal(cJSON_GetArraySize(json_get(json_root(document), "a")), 2);
    assert_ptr_equal(json_root(document), json_root(document));
    assert_true(str_is(json_text(document), "{\"a\":[1.0,true]}"));
    json_unref(document);
}

static void test_sealed_arena(void **state)
{
    struct arena *arena = arena_new();
    struct json *document = json_seal_arena(arena, json_parse_in(arena, STR("{ \"a\": [1.0, true] }"), NULL));
    assert_int_equal(cJSON_GetArraySize(json_get(json_root(document), "a")), 2);
    assert_true(str_is(json_text(document), "{\"a\":[1.0,true]}"));
    assert_true(json_bytes(document) > 4 * sizeof(cJSON));
    json_unref(document);
    assert_int_equal(json_live_documents(), 0);
}

static cJSON *tree_with_raw(void)
{
    cJSON *tree = cJSON_CreateObject();
    json_set(tree, "input", json_raw(STR(" {\"b\": 1.0}")));
    cJSON *list = cJSON_CreateArray();
    json_add(list, json_raw(STR("\"x\"")));
    json_set(tree, "list", list);
    return tree;
}

static void test_raw_nodes(void **state)
{
    /* the text first, then the root; and the other way round */
    for (int root_first = 0; root_first < 2; root_first++) {
        struct json *document = json_seal(tree_with_raw());
        const cJSON *root = root_first ? json_root(document) : NULL;
        assert_true(str_is(json_text(document), "{\"input\": {\"b\": 1.0},\"list\":[\"x\"]}"));
        root = json_root(document);
        assert_string_equal(json_get(json_get(root, "input"), "b")->valuestring, "1.0");
        assert_string_equal(json_get(root, "list")->child->valuestring, "x");
        json_unref(document);
    }
    struct json *only = json_seal(json_raw(STR("[1]")));
    assert_true(cJSON_IsArray(json_root(only)));
    json_unref(only);
}

static void test_thaw(void **state)
{
    struct json *document = json_parse(STR("{\"a\":{\"n\":1.00,\"s\":\"t\",\"l\":[[],{},null,true,false]},\"z\":0}"),
                                       NULL);
    cJSON *tree = json_thaw(json_get(json_root(document), "a"));
    assert_null(tree->string);
    assert_null(tree->next);
    json_set_string(tree, "s", "u");
    cJSON_DeleteItemFromObjectCaseSensitive(tree, "missing");
    cJSON *twin = json_thaw(tree);
    json_unref(document); /* the copy stands alone */
    struct json *again = json_seal(tree);
    assert_true(str_is(json_text(again), "{\"n\":1.00,\"s\":\"u\",\"l\":[[],{},null,true,false]}"));
    json_unref(again);
    struct json *duplicate = json_seal(twin);
    assert_true(str_is(json_text(duplicate), "{\"n\":1.00,\"s\":\"u\",\"l\":[[],{},null,true,false]}"));
    json_unref(duplicate);
    assert_null(json_thaw(NULL));

    cJSON *raw = tree_with_raw(), *thawed = json_thaw(raw);
    assert_true(cJSON_IsObject(json_get(thawed, "input")));
    assert_string_equal(thawed->child->string, "input");
    assert_true(cJSON_IsString(json_get(thawed, "list")->child));
    cJSON_Delete(raw);
    cJSON_Delete(thawed);
}

static void test_parse_in_arena_outlives_its_text(void **state)
{
    struct arena *arena = arena_new();
    char *text = memory_copy(STR("{\"a\":[\"plain\",\"esc\\u0061ped\",12345678901234567890]}"));
    const cJSON *root = json_parse_in(arena, str_of(text), NULL);
    memset(text, 'x', strlen(text));
    free(text);
    const cJSON *list = json_get(root, "a");
    assert_string_equal(list->child->valuestring, "plain");
    assert_string_equal(list->child->next->valuestring, "escaped");
    assert_string_equal(list->child->prev->valuestring, "12345678901234567890");
    arena_free(arena);
    assert_int_equal(json_live_documents(), 0);
}

static void test_big_documents(void **state)
{
    struct buf text = BUF_EMPTY, compact = BUF_EMPTY;
    buf_add_byte(&text, '[');
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "%s{\"id\":%d,\"name\":\"item \\\"%d\\\" \xc3\xa9\",\"tags\":[\"a\",\"b\"],\"ok\":true}",
                   i ? "," : "", i, i);
    buf_add_text(&text, ",\"");
    for (int i = 0; i < 300000; i++)
        buf_add_byte(&text, (char)('a' + i % 26));
    buf_add_text(&text, "\"]");
    assert_true(reprint(buf_str(&text), &compact));
    assert_true(str_equal(buf_str(&text), buf_str(&compact)));
    buf_release(&text);
    buf_release(&compact);
}

static void companions_go_with_their_document(void **state)
{
    (void)state;
    size_t before = json_live_documents();
    struct json *document = json_parse(STR("{\"a\":1}"), NULL), *first = json_parse(STR("[1]"), NULL);
    assert_null(json_companion(document));
    json_give_companion(document, json_ref(first));
    assert_ptr_equal(json_companion(document), first);
    json_give_companion(document, json_parse(STR("[2]"), NULL)); /* lets go of the first */
    assert_int_equal(json_live_documents(), before + 3);
    json_unref(first);
    assert_int_equal(json_live_documents(), before + 2);
    json_unref(document);
    assert_int_equal(json_live_documents(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(companions_go_with_their_document),
        cmocka_unit_test(test_accepts),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_nul_byte_is_refused),
        cmocka_unit_test(test_sentences_are_whole),
        cmocka_unit_test(test_error_knows_where_the_container_began),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_depth_of_our_own_making),
        cmocka_unit_test(test_many_members_and_repeated_names),
        cmocka_unit_test(test_repeated_names_in_objects_of_every_size),
        cmocka_unit_test(test_values_of_numbers),
        cmocka_unit_test(test_parsed_text_is_verbatim),
        cmocka_unit_test(test_counting),
        cmocka_unit_test(test_sealed_tree),
        cmocka_unit_test(test_sealed_text),
        cmocka_unit_test(test_sealed_arena),
        cmocka_unit_test(test_raw_nodes),
        cmocka_unit_test(test_thaw),
        cmocka_unit_test(test_parse_in_arena_outlives_its_text),
        cmocka_unit_test(test_big_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
