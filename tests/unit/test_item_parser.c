/* asl/item_parser.h: items out of files, whole and byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/stepfunctions/asl/gunzip.h"
#include "services/stepfunctions/asl/item_parser.h"

struct parse_case {
    struct item_format format;
    const char *file;
    const char *items; /* what comes out, a space behind each; a key before its "=" */
    const char *error; /* NULL: none */
    const char *reason;
};

#define JSON_AT(pointer_text)                                                                                          \
    {                                                                                                                  \
        .type = INPUT_JSON, .pointer = (pointer_text)                                                                  \
    }
#define CSV(separator)                                                                                                 \
    {                                                                                                                  \
        .type = INPUT_CSV, .delimiter = (separator)                                                                    \
    }
static const struct str given[] = { { "b", 1 }, { "a", 1 } };
static const char wide_name[10 * 1024 + 1];
static const struct str twins[] = { { "a", 1 }, { "a", 1 } }, wide[] = { { "a", 1 }, { wide_name, sizeof wide_name } };
#define GIVEN_AS(names)                                                                                                \
    {                                                                                                                  \
        .type = INPUT_CSV, .delimiter = ',', .headers = (names), .header_count = 2                                     \
    }
#define GIVEN GIVEN_AS(given)
#define LINES                                                                                                          \
    {                                                                                                                  \
        .type = INPUT_JSONL                                                                                            \
    }

static const struct parse_case cases[] = {
    /* JSON */
    { JSON_AT(NULL), "[1, {\"a\": [2, 3]}, \"x,]\\\"\"]", "1 {\"a\": [2, 3]} \"x,]\\\"\" ", NULL,
      "elements as they stand" },
    { JSON_AT(NULL), " [ ] ", "", NULL, "none" },
    { JSON_AT(NULL), "{\"k\":1,\"l\":{\"m\":[]}}", "k=1 l={\"m\":[]} ", NULL, "an object's members" },
    { JSON_AT("/a/b"), "{\"x\":{\"b\":[9]},\"a\":{\"c\":[8],\"b\":[1,2]},\"z\":[7]}", "1 2 ", NULL, "a pointer" },
    { JSON_AT("/a/1/b"), "{\"a\":[{\"b\":[8]},{\"b\":[1]},{\"b\":[9]}]}", "1 ", NULL, "a pointer through an array" },
    { JSON_AT("/a~1b/~0c"), "{\"a/b\":{\"~c\":[5]}}", "5 ", NULL, "escapes of pointers" },
    { JSON_AT("/k"), "{\"\\u006b\":[6]}", "6 ", NULL, "escapes of names" },
    { JSON_AT("/none"), "{\"a\":[1]}", "", "The ItemsPointer does not lead to an array or object in the file.",
      "nothing is there" },
    { JSON_AT(NULL), "\"text\"", "", "Attempting to map over non-iterable node.", "FAULTS SF27" },
    { JSON_AT("/a"), "{\"a\":5}", "", "Attempting to map over non-iterable node.", "nor at the pointer" },
    { JSON_AT(NULL), "[1,2", "1 ", "The file does not hold valid JSON.", "it ends too early" },
    { JSON_AT(NULL), "[1,]", "1 ", "The file does not hold valid JSON.", "a comma too many" },
    { JSON_AT(NULL), "[1 2]", "", "The file does not hold valid JSON.", "no comma" },
    { JSON_AT(NULL), "[nul]", "", "The file does not hold valid JSON.", "no value" },
    { JSON_AT(NULL), "[1}", "", "The file does not hold valid JSON.", "the wrong bracket" },
    { JSON_AT(NULL), "[1] x", "1 ", "The file does not hold valid JSON.", "something behind it" },
    { JSON_AT(NULL), "", "", "The file does not hold valid JSON.", "nothing at all" },
    { JSON_AT(NULL), "\xef\xbb\xbf[1]", "1 ", NULL, "a byte order mark" },
    /* JSON Lines */
    { LINES, "{\"a\":1}\n\n2\r\n[3]", "{\"a\":1} 2\r [3] ", NULL, "a line an item, empty ones are none" },
    { LINES, "1\n{", "1 ", "The file does not hold valid JSON.", "a line that is none" },
    { LINES, "", "", NULL, "an empty file" },
    /* CSV: the rules of "ItemReader (Map)" in the developer guide */
    { CSV(','), "rating,movieId,userId,timestamp\n3.5,307,1,1256677221\n",
      "{\"rating\":\"3.5\",\"movieId\":\"307\",\"userId\":\"1\",\"timestamp\":\"1256677221\"} ", NULL,
      "the guide's example, members in Java's order" },
    { CSV('|'), "a|b\n1|2,3\r\n", "{\"a\":\"1\",\"b\":\"2,3\"} ", NULL, "another separator; CR LF" },
    { CSV(','), "a,b\n\"1,\n2\",\"say \"\"hi\"\"\"\n", "{\"a\":\"1,\\n2\",\"b\":\"say \\\"hi\\\"\"} ", NULL,
      "quotation" },
    { CSV(','), "a,b\nC:\\\\x,1\\,2\n\\q,\\\"\n", "{\"a\":\"C:\\\\x\",\"b\":\"1,2\"} {\"a\":\"q\",\"b\":\"\\\"\"} ",
      NULL, "backslashes" },
    { CSV(','), "a,b\n1\n1,2,3\n\n4,5", "{\"a\":\"1\",\"b\":\"\"} {\"a\":\"1\",\"b\":\"2\"} {\"a\":\"4\",\"b\":\"5\"} ",
      NULL, "too few fields, too many, an empty line, no end of line" },
    { GIVEN, "1,2\n", "{\"a\":\"2\",\"b\":\"1\"} ", NULL, "headers that are given" },
    { CSV(','), "a,b,a\n1,2,3\n", "", "CSV headers cannot contain duplicates.", "FAULTS SF27" },
    { GIVEN_AS(twins), "1,2\n", "", "CSV headers cannot contain duplicates.", "neither may those that are given" },
    { GIVEN_AS(wide), "1\n1\n", "", "The CSV header exceeds 10 KB.",
      "nor be longer: each row of two bytes makes an item of their length" },
    { CSV(','), "a\n\xff\n", "", "The file is not valid UTF-8 text.", "bytes that are no text" },
    { CSV(','), "", "", NULL, "an empty file" },
    { CSV(','), "a,b\n", "", NULL, "only headers" },
};

static bool take(void *data, struct str key, struct str text)
{
    struct buf *items = data;
    if (key.at) {
        buf_add_str(items, key);
        buf_add_byte(items, '=');
    }
    buf_add_str(items, text);
    buf_add_byte(items, ' ');
    return true;
}

static void check(const struct parse_case *row, size_t piece)
{
    struct buf items = BUF_EMPTY;
    struct item_parser *parser = item_parser_new(&row->format, (struct item_sink){ take, &items });
    struct str rest = str_of(row->file);
    bool good = true;
    while (good && rest.length) {
        good = item_parser_feed(parser, str_first(rest, piece));
        rest = str_from(rest, piece);
    }
    if (good)
        item_parser_end(parser);
    const char *error = item_parser_error(parser);
    bool same = str_is(buf_str(&items), row->items) && !error == !row->error &&
                (!error || strcmp(error, row->error) == 0);
    if (!same)
        fail_msg("%s: got [%.*s] %s", row->reason, STR_ARG(buf_str(&items)), error ? error : "");
    item_parser_free(parser);
    buf_release(&items);
}

static void test_files(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check(&cases[i], 4096);
        check(&cases[i], 1);
    }
}

static bool take_two(void *data, struct str key, struct str text)
{
    return ++*(int *)data < 2;
}

/* Who has enough stops the parser, which has not failed. */
static void test_enough(void **state)
{
    int count = 0;
    struct item_format format = LINES;
    struct item_parser *parser = item_parser_new(&format, (struct item_sink){ take_two, &count });
    assert_false(item_parser_feed(parser, STR("1\n2\n3\n")));
    assert_null(item_parser_error(parser));
    assert_int_equal(count, 2);
    item_parser_free(parser);
}

/* Fields of nothing cost memory, too. */
static void test_separators_without_end(void **state)
{
    static char commas[64 * 1024];
    struct buf items = BUF_EMPTY;
    struct item_format format = CSV(',');
    struct item_parser *parser = item_parser_new(&format, (struct item_sink){ take, &items });
    int fed = 0;
    memset(commas, ',', sizeof commas);
    while (fed < 200 && item_parser_feed(parser, (struct str){ commas, sizeof commas }))
        fed++;
    assert_string_equal(item_parser_error(parser), "An item is larger than 8 MB.");
    item_parser_free(parser);
    buf_release(&items);
}

static bool give(void *data, struct str bytes)
{
    buf_add_str(data, bytes);
    return true;
}

/* printf 'a,b\n1,2\n' | gzip -n, twice: a file may be several. */
static const unsigned char zipped[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x4b, 0xd4, 0x49, 0xe2,
    0x32, 0xd4, 0x31, 0xe2, 0x02, 0x00, 0x7b, 0x07, 0x97, 0x0a, 0x08, 0x00, 0x00, 0x00,
};

static void check_gunzip(struct str bytes, size_t piece, const char *wanted, bool whole)
{
    struct buf text = BUF_EMPTY;
    struct gunzip *gunzip = gunzip_new();
    for (; bytes.length; bytes = str_from(bytes, piece))
        if (!gunzip_feed(gunzip, str_first(bytes, piece), give, &text))
            break;
    assert_int_equal(gunzip_is_whole(gunzip) && !gunzip_is_broken(gunzip), whole);
    assert_true(str_is(buf_str(&text), wanted));
    gunzip_free(gunzip);
    buf_release(&text);
}

static void test_gzip(void **state)
{
    struct str one = { (const char *)zipped, sizeof zipped };
    struct buf twice = BUF_EMPTY;
    buf_add_str(&twice, one);
    buf_add_str(&twice, one);
    check_gunzip(one, 1, "a,b\n1,2\n", true);
    check_gunzip(buf_str(&twice), 5, "a,b\n1,2\na,b\n1,2\n", true);
    check_gunzip(str_first(one, 20), 1, "a,b\n1,2\n", false);
    check_gunzip(STR("no gzip at all"), 4, "", false);
    buf_release(&twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_enough),
        cmocka_unit_test(test_separators_without_end),
        cmocka_unit_test(test_gzip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
