#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/jackson.h"

#define VALUES "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

static const struct sentence_case {
    const char *text, *sentence, *reason;
} cases[] = {
    { "{'a':1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", "recorded" },
    { "not json", "Unrecognized token 'not': was expecting " VALUES, "recorded" },
    { "{\"a\":1,}", "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
      "a comma too many" },
    { "{\"a\" 1}", "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value", "" },
    { "{\"a\":1 \"b\":2}", "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
      "" },
    { "[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", "" },
    { "[,]", "Unexpected character (',' (code 44)): expected a valid value " VALUES, "" },
    { "{\"a\":\xe2\x80\x9cx\xe2\x80\x9d}",
      "Unexpected character ('\xe2\x80\x9c' (code 8220 / 0x201c)): expected a valid value " VALUES,
      "a quote from a word processor" },
    { "[\xc3\xa9]", "Unrecognized token '\xc3\xa9': was expecting " VALUES, "a letter makes a word" },
    { "[01]", "Invalid numeric value: Leading zeroes not allowed", "" },
    { "[-x]", "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) for valid numeric value",
      "" },
    { "[\"a\nb\"]",
      "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string "
      "value",
      "" },
    { "[\"\\x\"]", "Unrecognized character escape 'x' (code 120)", "" },
    { "\"a", "Unexpected end-of-input: was expecting closing quote for a string value", "" },
    { "{\"a", "Unexpected end-of-input in field name", "" },
    { "", "No content to map due to end-of-input", "" },
    { "{\n \"a\":[1", "Unexpected end-of-input: expected close marker for Array (start marker at line: 2, column: 6)",
      "where it was opened" },
};

static void sentences(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new();
        struct json_error error;
        assert_null(json_parse_in(arena, str_of(cases[i].text), &error));
        char *sentence = jackson_sentence(arena, &error);
        if (strcmp(sentence, cases[i].sentence) != 0)
            fail_msg("%s (%s): %s", cases[i].text, cases[i].reason, sentence);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(sentences) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
