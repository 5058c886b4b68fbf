#include "services/stepfunctions/asl/item_parser_inner.h"

#include <stdlib.h>

#define MARK_BYTES 3 /* of a byte order mark in UTF-8 */

bool item_fail(struct item_parser *parser, const char *error)
{
    if (!parser->error)
        parser->error = memory_copy(str_of(error));
    return false;
}

bool item_add(struct item_parser *parser, char byte)
{
    if (parser->text.length >= ITEM_MOST)
        return item_fail(parser, "An item is larger than 8 MB.");
    buf_add_byte(&parser->text, byte);
    return true;
}

bool item_emit_json(struct item_parser *parser, struct str key_or_none)
{
    struct json *document = json_parse(buf_str(&parser->text), NULL);
    if (!document)
        return item_fail(parser, "The file does not hold valid JSON.");
    parser->enough = !parser->sink.take(parser->sink.data, key_or_none, buf_str(&parser->text));
    json_unref(document);
    buf_clear(&parser->text);
    return !parser->enough;
}

/* ---- JSON Lines ---- */

static bool is_blank(struct str line)
{
    for (size_t i = 0; i < line.length; i++)
        if (!strchr(" \t\r\n", line.at[i]))
            return false;
    return true;
}

static bool line_end(struct item_parser *parser)
{
    if (!is_blank(buf_str(&parser->text)))
        return item_emit_json(parser, STR_NONE);
    buf_clear(&parser->text);
    return true;
}

static bool line_byte(struct item_parser *parser, char byte)
{
    return byte == '\n' ? line_end(parser) : item_add(parser, byte);
}

/* ---- all formats ---- */

struct item_parser *item_parser_new(const struct item_format *format, struct item_sink sink)
{
    struct item_parser *parser = memory_alloc(sizeof *parser);
    parser->format = *format;
    parser->sink = sink;
    if (format->type == INPUT_CSV)
        csv_begin(parser);
    else if (format->type == INPUT_JSON)
        json_cut_begin(parser);
    return parser;
}

void item_parser_free(struct item_parser *parser)
{
    if (!parser)
        return;
    csv_free(parser);
    json_cut_free(parser);
    buf_release(&parser->text);
    free(parser->error);
    free(parser);
}

static bool take_byte(struct item_parser *parser, char byte)
{
    switch (parser->format.type) {
    case INPUT_CSV:
        return csv_byte(parser, byte);
    case INPUT_JSON:
        return json_cut_byte(parser, byte);
    default:
        return line_byte(parser, byte);
    }
}

/* A byte order mark says nothing of the items; what only begins as one does. */
static bool take_first(struct item_parser *parser, char byte)
{
    static const char mark[] = "\xef\xbb\xbf";
    unsigned seen = parser->mark_seen;
    if (byte == mark[seen]) {
        parser->mark_seen++;
        return true;
    }
    parser->mark_seen = MARK_BYTES;
    for (unsigned i = 0; i < seen; i++)
        if (!take_byte(parser, mark[i]))
            return false;
    return take_byte(parser, byte);
}

bool item_parser_feed(struct item_parser *parser, struct str bytes)
{
    for (size_t i = 0; i < bytes.length; i++) {
        bool first = parser->mark_seen < MARK_BYTES;
        if (!(first ? take_first(parser, bytes.at[i]) : take_byte(parser, bytes.at[i])))
            return false;
    }
    return true;
}

bool item_parser_end(struct item_parser *parser)
{
    switch (parser->format.type) {
    case INPUT_CSV:
        return csv_end(parser);
    case INPUT_JSON:
        return json_cut_end(parser);
    default:
        return line_end(parser);
    }
}

const char *item_parser_error(const struct item_parser *parser)
{
    return parser->error;
}
