/* The first byte says what kind of file the rest is, the second in what pieces it comes. Whatever the bytes: every item is JSON,
 * every key is text, and pieces of any length give the same items. */
#include <stdlib.h>

#include "services/stepfunctions/asl/gunzip.h"
#include "services/stepfunctions/asl/item_parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool take(void *data, struct str key, struct str text)
{
    struct buf *items = data;
    struct json *item = json_parse(text, NULL);
    must(item && (!key.at || str_is_utf8(key)));
    json_unref(item);
    buf_add_str(items, key);
    buf_add_str(items, text);
    buf_add_byte(items, '\n');
    return items->length < 1024 * 1024;
}

static bool parse(const struct item_format *format, struct str bytes, size_t piece, struct buf *items)
{
    struct item_parser *parser = item_parser_new(format, (struct item_sink){ take, items });
    bool good = true;
    for (; good && bytes.length; bytes = str_from(bytes, piece))
        good = item_parser_feed(parser, str_first(bytes, piece));
    good = good && item_parser_end(parser);
    item_parser_free(parser);
    return good;
}

static bool count(void *data, struct str bytes)
{
    return (*(size_t *)data += bytes.length) < 1024 * 1024;
}

static void unzip(struct str bytes, size_t piece)
{
    size_t length = 0;
    struct gunzip *gunzip = gunzip_new();
    for (; bytes.length; bytes = str_from(bytes, piece))
        if (!gunzip_feed(gunzip, str_first(bytes, piece), count, &length))
            break;
    gunzip_free(gunzip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const pointers[] = { NULL, "/a", "/a/0/b", "/a~1b" };
    static const enum input_type types[] = { INPUT_CSV, INPUT_JSON, INPUT_JSONL };
    if (size < 2)
        return 0;
    struct str bytes = { (const char *)data + 2, size - 2 };
    struct item_format format = { .type = types[data[0] % 3], .delimiter = ',', .pointer = pointers[data[0] / 3 % 4] };
    struct buf whole = BUF_EMPTY, pieces = BUF_EMPTY;
    bool good = parse(&format, bytes, size, &whole);
    must(parse(&format, bytes, 1 + data[1] % 16, &pieces) == good);
    must(str_equal(buf_str(&whole), buf_str(&pieces)));
    unzip(bytes, 1 + data[1] % 16);
    buf_release(&whole);
    buf_release(&pieces);
    return 0;
}
