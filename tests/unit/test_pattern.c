/* base/pattern.h: patterns as they stand in AWS's models, and wildcards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/pattern.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define ASTRAL "\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t"

static void test_patterns(void **state)
{
    static const struct {
        const char *pattern;
        struct str text;
        bool matches;
        const char *reason;
    } cases[] = {
        { "[a-z]+", STR("abc"), true, "plain" },
        { "[a-z]+", STR("abc1"), false, "whole: not only the beginning" },
        { "[a-z]+", STR("1abc"), false, "whole: not only the end" },
        { "a|ab", STR("ab"), true, "whole: the second branch must be tried" },
        { "^[a-z]+$", STR("abc"), true, "anchors of its own" },
        { "^[a-z]+$", STR("abc\n"), false, "a line feed at the end counts" },
        { "", STR(""), true, "empty" },
        { "[0-9]*", STR_NONE, true, "no text" },
        { "[\\w+=,.@-]+", STR("a_b+c=d,e.f@g-h"), true, "IAM's names" },
        { "[\\w+=,.@-]+", STR("a b"), false, "IAM's names: no blank" },
        { "\\w+", STR("\xc3\xa9"), false, "\\w is ASCII, as Java's" },
        { "\\d{12}", STR("123456789012"), true, "an account" },
        { "\\d+", STR("\xd9\xa1"), false, "\\d is ASCII" },
        { "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*", STR("\xc3\x84pfel \xe4\xb8\xad 1"), true,
          "tag keys: letters of all scripts" },
        { "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*", STR("a#"), false, "tag keys: no '#'" },
        { "[ -\xc3\xbf]+", STR("a\xc3\xbf"), true, "a range of characters, not of bytes" },
        { "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", STR("a\n\xc3\xbf"), true, "IAM's documents" },
        { "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", STR("\xe2\x82\xac"), false, "IAM's documents: U+20AC is beyond" },
        { "[\\x21-\\x7E]+", STR("token"), true, "\\x with two digits" },
        { "\\p{ASCII}*", STR("Root=1-5"), true, "a trace header" },
        { "\\p{ASCII}*", STR("\xc3\xa9"), false, "a trace header is ASCII" },
        { "[" ASTRAL "]*", STR("a\t\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf"), true, "surrogate pairs in a class" },
        { "[" ASTRAL "]*", STR("a\n"), false, "surrogate pairs in a class: still a class" },
        { "\\uD83D\\uDE00+", STR("\xf0\x9f\x98\x80\xf0\x9f\x98\x80"), true, "a surrogate pair is one character" },
        { "[\\w-_]*", STR("a-_b"), true, "'-' behind a class in a class" },
        { "[\\w-_]*", STR("a:b"), false, "'-' behind a class in a class makes no range" },
        { "[\\p{L}-_]*", STR("a-_"), true, "'-' behind a property" },
        { "[a-z0-9-\\.]+", STR("a-9."), true, "'-' behind a range" },
        { "arn:[\\p{Alnum}\\-]+:x", STR("arn:aws-cn:x"), true, "Java's POSIX classes in a class" },
        { "arn:[\\p{Alnum}\\-]+:x", STR("arn:a_b:x"), false,
          "Java's POSIX classes in a class: no more than they hold" },
        { "\\p{Upper}\\P{Upper}+\\p{Punct}", STR("Abc!"), true, "Java's POSIX classes alone, and their negation" },
        { "\\p{Upper}\\P{Upper}+\\p{Punct}", STR("ABc!"), false, "negation counts" },
        { "([a-z]*)${1,128}", STR("abc"), true, "a repeated anchor" },
        { "([a-z]*)${1,128}", STR("ABC"), false, "a repeated anchor changes nothing else" },
        { "\\${2}", STR("$$"), true, "an escaped dollar is a dollar" },
        { "[$]{2}", STR("$$"), true, "a dollar in a class is a dollar" },
        { ".*", STR("any \xc3\xa9"), true, "any text of one line" },
        { ".*", STR("a\nb"), false, "'.' takes no line feed" },
        { ".*", STR("a\rb"), false, "'.' takes no carriage return, as Java's" },
        { ".*", STR("a\xe2\x80\xa8z"), false, "'.' takes no U+2028, as Java's" },
        { ".*", STR("a\x0bz"), true, "'.' takes a vertical tab" },
        { "[.]", STR("x"), false, "'.' in a class is a dot" },
        { "\\.", STR("x"), false, "an escaped '.' is a dot" },
        { "[\\s\\S]*", STR("a\nb\r"), true, "everything" },
        { "[]a]+", STR("]a"), true, "']' first in a class is itself" },
        { "[^]a]+", STR("b"), true, "']' first in a negated class" },
        { "[\\]\\[]+", STR("[]"), true, "escaped brackets" },
        { "[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]", STR("ab-c"), true, "IAM's alias: look-ahead" },
        { "[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]", STR("ab--c"), false, "IAM's alias: no two hyphens" },
        { "[0-9A-Za-z\\.\\-_]*(?<!\\.)", STR("bucket."), false, "look-behind" },
        { "^[\\/]?+[a-z]+$", STR("/abc"), true, "possessive" },
        { "[a-z]+", STR("ab\xff"), false, "no UTF-8 matches nothing" },
        { "a\\u0000b", STR("a\0b"), true, "a NUL is a character" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pattern *pattern = pattern_compile(str_of(cases[i].pattern));
        if (!pattern)
            fail_msg("%s: %s is refused", cases[i].reason, cases[i].pattern);
        if (pattern_matches_whole(pattern, cases[i].text) != cases[i].matches)
            fail_msg("%s: %s", cases[i].reason, cases[i].pattern);
        pattern_free(pattern);
    }
}

static void test_refused(void **state)
{
    static const char *const patterns[] = { "(", "[a", "a{2,1}", "*", "\\p{Nonsense}", "[\\uD800]", "\\" };
    for (size_t i = 0; i < COUNT(patterns); i++)
        if (pattern_compile(str_of(patterns[i])))
            fail_msg("%s", patterns[i]);
    pattern_free(NULL);
}

static void test_long_and_hostile_texts(void **state)
{
    enum { LENGTH = 300000 };
    char *text = memory_alloc(LENGTH);
    memset(text, 'a', LENGTH);
    struct pattern *nested = pattern_compile(STR("(a+)+[bc]"));
    assert_false(pattern_matches_whole(nested, (struct str){ text, 40 })); /* 2^40 ways, ended by the limit */
    pattern_free(nested);
    struct pattern *group = pattern_compile(STR("([a-z]|-(?!-))*")); /* more than the compiled code's stack holds */
    assert_true(pattern_matches_whole(group, (struct str){ text, 20000 }));
    pattern_free(group);
    struct pattern *plain = pattern_compile(STR("[a-z]+"));
    assert_true(pattern_matches_whole(plain, (struct str){ text, LENGTH }));
    pattern_free(plain);
    free(text);
}

static void test_wildcards(void **state)
{
    static const struct {
        const char *pattern, *text;
        char escape;
        bool ignore_case, matches;
        const char *reason;
    } cases[] = {
        { "", "", 0, false, true, "nothing" },
        { "", "a", 0, false, false, "nothing is not something" },
        { "*", "", 0, false, true, "a star takes nothing" },
        { "*", "abc", 0, false, true, "a star takes all" },
        { "?", "", 0, false, false, "a question mark takes one" },
        { "?", "ab", 0, false, false, "a question mark takes one only" },
        { "a?c", "abc", 0, false, true, "in the middle" },
        { "a*c", "abbbc", 0, false, true, "a run" },
        { "a*c", "abbbcd", 0, false, false, "the end counts" },
        { "a*c", "xabc", 0, false, false, "the beginning counts" },
        { "*a*b*", "xxaxxbxx", 0, false, true, "two literals in order" },
        { "*a*b*", "xxbxxaxx", 0, false, false, "not in the other order" },
        { "*ab", "aab", 0, false, true, "must go back" },
        { "*aab", "aaaab", 0, false, true, "must go back twice" },
        { "a**b", "ab", 0, false, true, "two stars" },
        { "*?*", "", 0, false, false, "at least one" },
        { "*??", "ab", 0, false, true, "at least two" },
        { "s3:Get*", "s3:GetObject", 0, false, true, "IAM" },
        { "s3:get*", "S3:GetObject", 0, true, true, "IAM, case ignored" },
        { "s3:get*", "S3:GetObject", 0, false, false, "case counts" },
        { "?", "\xc3\xa9", 0, false, true, "one character of two bytes" },
        { "??", "\xc3\xa9", 0, false, false, "not two" },
        { "*?", "\xf0\x9f\x98\x80", 0, false, true, "one of four bytes" },
        { "?\x80", "\xe2\x82\x80", 0, false, false, "characters are not cut" },
        { "*\x80", "\xe2\x82\x80", 0, false, false, "nor by a star" },
        { "\\*", "*", '\\', false, true, "an escaped star" },
        { "\\*", "a", '\\', false, false, "an escaped star is itself" },
        { "\\*", "\\a", 0, false, true, "without an escape a backslash is itself" },
        { "a\\\\*", "a\\b", '\\', false, true, "an escaped escape" },
        { "\\?x", "?x", '\\', false, true, "an escaped question mark" },
        { "a\\", "a\\", '\\', false, true, "an escape at the end is itself" },
        { "*\\*b", "a*b*b", '\\', false, true, "an escaped star behind a star" },
        { "*\xff", "a\xff", 0, false, true, "bytes that are no UTF-8 stand for themselves" },
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (wildcard_matches(str_of(cases[i].pattern), str_of(cases[i].text), cases[i].escape, cases[i].ignore_case) !=
            cases[i].matches)
            fail_msg("%s: %s and %s", cases[i].reason, cases[i].pattern, cases[i].text);
}

/* Would take for ever if each star could go back. */
static void test_hostile_wildcard(void **state)
{
    char text[2001], pattern[2001];
    memset(text, 'a', 2000);
    for (size_t i = 0; i < 2000; i++)
        pattern[i] = i % 2 ? 'a' : '*';
    pattern[1999] = 'b';
    text[2000] = pattern[2000] = '\0';
    assert_false(wildcard_matches(str_of(pattern), str_of(text), 0, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_long_and_hostile_texts),
        cmocka_unit_test(test_wildcards),
        cmocka_unit_test(test_hostile_wildcard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
