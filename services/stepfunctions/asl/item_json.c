#include <stdlib.h>

#include "services/stepfunctions/asl/item_parser_inner.h"

/* Cuts the elements of one array, or the members of one object, out of a JSON text that comes byte by byte. A pointer
 * (RFC 6901) leads to it, container by container:
 *
 *     { "inventory": { "products": [ {…}, {…} ] }, "more": … }        "/inventory/products"
 *       ─── CUT_SEEKS ─────────────▶│ CUT_INSIDE │ CUT_BEHIND ─▶
 *
 * What is cut out is parsed as JSON; of the rest only strings and brackets are looked at. */

static const char INVALID[] = "The file does not hold valid JSON.";
static const char NOT_ITERABLE[] = "Attempting to map over non-iterable node."; /* recorded: FAULTS SF27 */

/* ---- the pointer ---- */

static char *decode_segment(struct str segment)
{
    struct buf text = BUF_EMPTY;
    for (size_t i = 0; i < segment.length; i++) {
        bool escape = segment.at[i] == '~' && i + 1 < segment.length;
        if (escape)
            i++;
        buf_add_byte(&text, !escape ? segment.at[i] : segment.at[i] == '1' ? '/' : '~');
    }
    char *decoded = memory_copy(buf_str(&text));
    buf_release(&text);
    return decoded;
}

void json_cut_begin(struct item_parser *parser)
{
    struct json_state *json = &parser->json;
    struct str rest = str_of(parser->format.pointer);
    json->fresh = true;
    if (!rest.length)
        return;
    unsigned count = 0;
    for (size_t i = 0; i < rest.length; i++)
        count += rest.at[i] == '/';
    json->segments = memory_alloc(count * sizeof *json->segments);
    str_cut(rest, '/', &rest);
    while (json->segment_count < count)
        json->segments[json->segment_count++] = decode_segment(str_cut(rest, '/', &rest));
}

void json_cut_free(struct item_parser *parser)
{
    struct json_state *json = &parser->json;
    for (unsigned i = 0; i < json->segment_count; i++)
        free(json->segments[i]);
    free(json->segments);
    buf_release(&json->key);
}

/* ---- where we are ---- */

static bool in_object(const struct json_state *json)
{
    return json->depth && json->kinds[json->depth - 1] == '{';
}

static bool on_path(const struct json_state *json)
{
    return json->place == CUT_SEEKS && json->depth == json->path_depth;
}

static bool at_items(const struct json_state *json)
{
    return json->place == CUT_INSIDE && json->depth == json->target_depth;
}

static bool is_inside(const struct json_state *json)
{
    return json->place == CUT_INSIDE && json->depth >= json->target_depth;
}

/* The name that was read, without its quotes and escapes; NULL: it is none. */
static struct json *key_of(const struct json_state *json)
{
    return json_parse(buf_str(&json->key), NULL);
}

/* Does the pointer lead to the value that begins here? */
static bool leads_here(const struct json_state *json)
{
    if (json->depth == 0)
        return true;
    if (json->matched >= json->segment_count)
        return false;
    const char *segment = json->segments[json->matched];
    if (!in_object(json)) {
        int64_t wanted;
        return str_to_int64(str_of(segment), &wanted) && wanted == json->index;
    }
    struct json *key = key_of(json);
    bool same = key && str_is(json_value(json_root(key)), segment);
    json_unref(key);
    return same;
}

/* ---- values ---- */

/* A value begins; an opening bracket may be what the pointer names, or lead there. */
static bool begin_value(struct item_parser *parser, char byte)
{
    struct json_state *json = &parser->json;
    bool container = byte == '{' || byte == '[';
    bool fresh = json->fresh;
    json->fresh = false;
    json->at_target = false;
    if (!fresh || !on_path(json) || !leads_here(json))
        return true;
    unsigned matched = json->depth ? json->matched + 1 : 0;
    json->at_target = matched == json->segment_count;
    if (json->at_target && !container)
        return item_fail(parser, NOT_ITERABLE);
    if (container && !json->at_target) {
        json->matched = matched;
        json->path_depth = json->depth + 1;
        json->index = 0;
    }
    return true;
}

static bool open_container(struct item_parser *parser, char byte)
{
    struct json_state *json = &parser->json;
    if (!begin_value(parser, byte))
        return false;
    if (json->depth >= JSON_MAX_DEPTH)
        return item_fail(parser, "The file's JSON nests too deep.");
    bool inside = is_inside(json);
    json->kinds[json->depth++] = byte;
    json->wants_key = byte == '{';
    json->fresh = byte == '[';
    if (json->at_target) {
        json->place = CUT_INSIDE;
        json->target_depth = json->depth;
        json->at_target = false;
    }
    return !inside || item_add(parser, byte);
}

static bool emit(struct item_parser *parser)
{
    struct json_state *json = &parser->json;
    if (!in_object(json))
        return item_emit_json(parser, STR_NONE);
    struct json *key = key_of(json);
    bool good = key ? item_emit_json(parser, json_value(json_root(key))) : item_fail(parser, INVALID);
    json_unref(key);
    return good;
}

static bool close_container(struct item_parser *parser, char byte)
{
    struct json_state *json = &parser->json;
    if (!json->depth || json->kinds[json->depth - 1] != (byte == '}' ? '{' : '['))
        return item_fail(parser, INVALID);
    bool last = at_items(json);
    if (last && !parser->text.length && json->comma)
        return item_fail(parser, INVALID);
    if (last && parser->text.length && !emit(parser))
        return false;
    if (last)
        json->place = CUT_BEHIND;
    json->depth--;
    json->fresh = json->wants_key = false;
    return !is_inside(json) || item_add(parser, byte);
}

static bool take_comma(struct item_parser *parser)
{
    struct json_state *json = &parser->json;
    if (!json->depth)
        return item_fail(parser, INVALID);
    if (at_items(json) && !emit(parser))
        return false;
    json->comma = at_items(json);
    bool deeper = is_inside(json) && !at_items(json);
    if (on_path(json))
        json->index++;
    json->wants_key = in_object(json);
    json->fresh = !json->wants_key;
    return !deeper || item_add(parser, ',');
}

static bool take_colon(struct item_parser *parser)
{
    struct json_state *json = &parser->json;
    bool name = at_items(json) && in_object(json);
    json->fresh = true;
    return !is_inside(json) || name || item_add(parser, ':');
}

/* ---- strings ---- */

static bool keeps_key(const struct json_state *json)
{
    return json->in_key && (on_path(json) || at_items(json));
}

static bool add_to_string(struct item_parser *parser, char byte)
{
    struct json_state *json = &parser->json;
    if (!keeps_key(json))
        return !is_inside(json) || item_add(parser, byte);
    if (json->key.length >= ITEM_MOST)
        return item_fail(parser, "A member's name is larger than 8 MB.");
    buf_add_byte(&json->key, byte);
    return true;
}

static bool open_string(struct item_parser *parser)
{
    struct json_state *json = &parser->json;
    json->in_key = json->wants_key;
    if (json->in_key)
        json->wants_key = false;
    else if (!begin_value(parser, '"'))
        return false;
    if (keeps_key(json))
        buf_clear(&json->key);
    json->in_string = true;
    return add_to_string(parser, '"');
}

static bool take_in_string(struct item_parser *parser, char byte)
{
    struct json_state *json = &parser->json;
    if (!add_to_string(parser, byte))
        return false;
    if (json->escaped)
        json->escaped = false;
    else if (byte == '\\')
        json->escaped = true;
    else if (byte == '"')
        json->in_string = json->in_key = false;
    return true;
}

/* ---- bytes ---- */

bool json_cut_byte(struct item_parser *parser, char byte)
{
    struct json_state *json = &parser->json;
    if (json->in_string)
        return take_in_string(parser, byte);
    switch (byte) {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        return !is_inside(json) || (at_items(json) && !parser->text.length) || item_add(parser, byte);
    case '"':
        return open_string(parser);
    case '{':
    case '[':
        return open_container(parser, byte);
    case '}':
    case ']':
        return close_container(parser, byte);
    case ',':
        return take_comma(parser);
    case ':':
        return take_colon(parser);
    default:
        if (json->place == CUT_BEHIND && !json->depth)
            return item_fail(parser, INVALID);
        return begin_value(parser, byte) && (!is_inside(json) || item_add(parser, byte));
    }
}

bool json_cut_end(struct item_parser *parser)
{
    const struct json_state *json = &parser->json;
    if (json->depth || json->in_string || (json->place == CUT_SEEKS && json->fresh))
        return item_fail(parser, INVALID);
    return json->place == CUT_BEHIND ||
           item_fail(parser, "The ItemsPointer does not lead to an array or object in the file."); /* ours */
}
