#include <stdlib.h>

#include "base/map.h"
#include "services/stepfunctions/asl/item_parser_inner.h"
#include "services/stepfunctions/asl/java.h"

/* A text file's rows as objects, by the rules that the developer guide lists ("ItemReader (Map)": CSV file in an Amazon S3
 * bucket). Members stand in the order of Java's HashMap, as in its examples. */

#define HEADER_MOST 10240 /* bytes: "supports headers of up to 10 KiB" */

const struct str *item_headers(const cJSON *texts, struct arena *arena, size_t *ret_count)
{
    struct str *headers = ARENA_ARRAY(arena, struct str, (size_t)cJSON_GetArraySize(texts));
    const cJSON *header;
    *ret_count = 0;
    cJSON_ArrayForEach(header, texts) headers[(*ret_count)++] = json_value(header);
    return headers;
}

void csv_free(struct item_parser *parser)
{
    struct csv_state *csv = &parser->csv;
    if (csv->arena)
        arena_free(csv->arena);
    free(csv->ends);
}

static void keep_headers(struct item_parser *parser, const struct str *headers, size_t count)
{
    struct csv_state *csv = &parser->csv;
    csv->arena = arena_new();
    csv->headers = ARENA_ARRAY(csv->arena, struct str, count);
    for (size_t i = 0; i < count; i++)
        csv->headers[i] = arena_str(csv->arena, headers[i]);
    csv->header_count = count;
    csv->order = ARENA_ARRAY(csv->arena, size_t, count);
    java_map_order(csv->arena, csv->headers, count, csv->order);
}

static struct str field_at(const struct item_parser *parser, size_t i)
{
    const struct csv_state *csv = &parser->csv;
    if (i >= csv->count)
        return STR("");
    size_t start = i ? csv->ends[i - 1] : 0;
    return (struct str){ buf_str(&parser->text).at + start, csv->ends[i] - start };
}

static bool end_field(struct item_parser *parser)
{
    struct csv_state *csv = &parser->csv;
    if (csv->count + parser->text.length >= ITEM_MOST) /* separators are bytes of the record, too */
        return item_fail(parser, "An item is larger than 8 MB.");
    if (csv->count == csv->room) {
        csv->room = csv->room ? csv->room * 2 : 16;
        csv->ends = memory_resize(csv->ends, csv->room * sizeof *csv->ends);
    }
    csv->ends[csv->count++] = parser->text.length;
    csv->quoted = csv->quote_seen = csv->escaped = false;
    return true;
}

static bool has_twins(const struct str *headers, size_t count)
{
    struct map *seen = map_new();
    bool twins = false;
    for (size_t i = 0; i < count && !twins; i++)
        twins = map_put(seen, headers[i], seen) != NULL;
    map_free(seen, NULL);
    return twins;
}

static bool use_headers(struct item_parser *parser, const struct str *headers, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += headers[i].length + 1;
    if (bytes > HEADER_MOST + 1)
        return item_fail(parser, "The CSV header exceeds 10 KB.");
    if (has_twins(headers, count))
        return item_fail(parser, "CSV headers cannot contain duplicates."); /* recorded: FAULTS SF27 */
    keep_headers(parser, headers, count);
    return true;
}

/* Headers that are given, by the state or by a manifest, obey the same rules as a file's own. */
void csv_begin(struct item_parser *parser)
{
    if (parser->format.headers)
        use_headers(parser, parser->format.headers, parser->format.header_count);
}

static bool take_headers(struct item_parser *parser)
{
    struct csv_state *csv = &parser->csv;
    struct str *headers = memory_alloc(csv->count * sizeof *headers);
    for (size_t i = 0; i < csv->count; i++)
        headers[i] = field_at(parser, i);
    bool good = use_headers(parser, headers, csv->count);
    free(headers);
    return good;
}

static bool emit_row(struct item_parser *parser)
{
    const struct csv_state *csv = &parser->csv;
    struct buf row = BUF_EMPTY;
    buf_add_byte(&row, '{');
    for (size_t i = 0; i < csv->header_count; i++) {
        if (i)
            buf_add_byte(&row, ',');
        json_print_string(&row, csv->headers[csv->order[i]]);
        buf_add_byte(&row, ':');
        json_print_string(&row, field_at(parser, csv->order[i]));
    }
    buf_add_byte(&row, '}');
    parser->enough = !parser->sink.take(parser->sink.data, STR_NONE, buf_str(&row));
    buf_release(&row);
    return !parser->enough;
}

/* A line of nothing is no record. */
static bool end_record(struct item_parser *parser)
{
    struct csv_state *csv = &parser->csv;
    bool good = !parser->error; /* headers that were given may be no good */
    if (good && csv->any && (good = end_field(parser))) {
        struct str text = buf_str(&parser->text);
        if (!str_is_utf8(text) || memchr(text.at, '\0', text.length))
            good = item_fail(parser, "The file is not valid UTF-8 text.");
        else
            good = csv->headers ? emit_row(parser) : take_headers(parser);
    }
    buf_clear(&parser->text);
    csv->count = 0;
    csv->any = csv->quoted = csv->quote_seen = csv->escaped = false;
    return good;
}

/* Behind a backslash: itself, a quotation mark or the separator; with all others the backslash goes. */
static bool take_plain(struct item_parser *parser, char byte)
{
    struct csv_state *csv = &parser->csv;
    if (byte == '\\') {
        csv->escaped = true;
        return true;
    }
    if (byte == '"' && !csv->quoted) {
        csv->quoted = true;
        return true;
    }
    if (byte == parser->format.delimiter && !csv->quoted)
        return end_field(parser);
    return item_add(parser, byte);
}

/* A quotation mark inside quotation marks ends them, unless another one follows. */
static bool take_quote(struct item_parser *parser, char byte)
{
    struct csv_state *csv = &parser->csv;
    csv->quote_seen = false;
    if (byte == '"')
        return item_add(parser, '"');
    csv->quoted = false;
    return csv_byte(parser, byte);
}

bool csv_byte(struct item_parser *parser, char byte)
{
    struct csv_state *csv = &parser->csv;
    if (csv->escaped) {
        csv->escaped = false;
        return item_add(parser, byte);
    }
    if (csv->quote_seen)
        return take_quote(parser, byte);
    if (csv->quoted && byte == '"') {
        csv->quote_seen = true;
        return true;
    }
    if (!csv->quoted && byte == '\n')
        return end_record(parser);
    if (!csv->quoted && byte == '\r')
        return true;
    csv->any = true;
    return take_plain(parser, byte);
}

bool csv_end(struct item_parser *parser)
{
    return end_record(parser);
}
