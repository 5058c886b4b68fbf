#include "aws/rest.h"

#include "aws/scalar.h"
#include "base/percent.h"

const struct member *rest_payload(const struct shape *shape_or_null)
{
    for (size_t i = 0; shape_or_null && i < shape_or_null->member_count; i++)
        if (shape_or_null->members[i].location == LOCATION_PAYLOAD)
            return &shape_or_null->members[i];
    return NULL;
}

bool rest_has_body_members(const struct shape *shape_or_null)
{
    for (size_t i = 0; shape_or_null && i < shape_or_null->member_count; i++)
        if (shape_or_null->members[i].location == LOCATION_BODY)
            return true;
    return false;
}

/* ---- decoding ---- */

struct decoding {
    struct call *call;
    struct arena *arena;
    cJSON *input;
    struct rest_flaw *flaw;
};

static bool is_flawed(struct decoding *decoding, const struct member *member, struct str text, char *message)
{
    *decoding->flaw = (struct rest_flaw){ member, text, message };
    return false;
}

/* Percent-decoded text of a request line: one string of UTF-8 without NUL. */
static bool read_encoded(struct decoding *decoding, const struct member *member, struct str text, bool plus_is_space,
                         struct str *ret_text)
{
    if (percent_decode(decoding->arena, text, plus_is_space, ret_text) && str_is_utf8(*ret_text) &&
        str_find_byte(*ret_text, '\0') == SIZE_MAX)
        return true;
    return is_flawed(decoding, member, text, arena_copy(decoding->arena, STR("The URI is not encoded as it must be")));
}

static bool add_scalar(struct decoding *decoding, cJSON *parent, const char *name_or_null, const struct member *member,
                       const struct shape *shape, struct str text)
{
    char *why = NULL;
    cJSON *node = scalar_read(decoding->arena, shape, text, &why);
    if (!node)
        return is_flawed(decoding, member, text, why);
    scalar_link(parent, name_or_null, node);
    return true;
}

static bool decode_label(struct decoding *decoding, const struct member *member)
{
    const struct rest_match *match = decoding->call->match;
    for (size_t i = 0; match && i < match->label_count; i++) {
        if (!str_is(match->labels[i].name, member->wire))
            continue;
        struct str text;
        return read_encoded(decoding, member, match->labels[i].value, false, &text) &&
               add_scalar(decoding, decoding->input, member->name, member, member->shape, text);
    }
    return true;
}

/* A parameter without text says nothing, unless it is a string's. */
static bool decode_parameter(struct decoding *decoding, const struct member *member)
{
    const struct shape *shape = member->shape;
    struct str rest = decoding->call->request->query;
    if (!rest.length)
        return true;
    cJSON *list = shape->kind == SHAPE_LIST ? scalar_node(decoding->arena, cJSON_Array) : NULL;
    while (rest.length) {
        struct str value, text, name = str_cut(str_cut(rest, '&', &rest), '=', &value);
        if (!str_is(name, member->wire))
            continue;
        if (!read_encoded(decoding, member, value, true, &text))
            return false;
        if (list && !add_scalar(decoding, list, NULL, member, shape->element, text))
            return false;
        if (!list && (text.length || shape->kind == SHAPE_STRING))
            return add_scalar(decoding, decoding->input, member->name, member, shape, text);
    }
    if (list && list->child)
        scalar_link(decoding->input, member->name, list);
    return true;
}

/* HTTP's headers are Latin-1 where they are not UTF-8, as SDKs send them. */
static struct str header_text(struct arena *arena, struct str value)
{
    if (str_is_utf8(value))
        return value;
    struct buf text = BUF_EMPTY;
    for (size_t i = 0; i < value.length; i++) {
        char bytes[4];
        buf_add(&text, bytes, utf8_encode((unsigned char)value.at[i], bytes));
    }
    struct str kept = arena_str(arena, buf_str(&text));
    buf_release(&text);
    return kept;
}

static bool decode_header_list(struct decoding *decoding, const struct member *member, struct str value)
{
    cJSON *list = scalar_node(decoding->arena, cJSON_Array);
    while (value.length) {
        struct str text = str_trim(str_cut(value, ',', &value));
        if (text.length && !add_scalar(decoding, list, NULL, member, member->shape->element, text))
            return false;
    }
    scalar_link(decoding->input, member->name, list);
    return true;
}

/* RFC 9110: a date in a condition that cannot be read is to be ignored. */
static bool is_condition(const struct member *member)
{
    return member->shape->kind == SHAPE_TIMESTAMP && str_starts(str_of(member->wire), STR("If-"));
}

static bool decode_header(struct decoding *decoding, const struct member *member)
{
    struct str value = request_header_marked(decoding->call->request, str_of(member->wire));
    if (!value.length)
        return true;
    value = header_text(decoding->arena, value);
    if (member->shape->kind == SHAPE_LIST)
        return decode_header_list(decoding, member, value);
    return add_scalar(decoding, decoding->input, member->name, member, member->shape, value) || is_condition(member);
}

static void add_prefixed(struct arena *arena, cJSON *map, struct str name, struct str value)
{
    char *lower = arena_copy(arena, name);
    for (char *at = lower; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    cJSON *same = (cJSON *)(uintptr_t)json_get(map, lower); /* of our own arena */
    if (same)
        same->valuestring = arena_printf(arena, "%s,%.*s", same->valuestring, STR_ARG(value));
    else
        scalar_add(arena, map, str_of(lower), scalar_string(arena, value));
}

/* x-amz-meta-NAME: names come in lower case, as S3 keeps them; one that comes twice is one with a comma. */
static void decode_prefixed(struct decoding *decoding, const struct member *member)
{
    const struct wire_request *request = decoding->call->request;
    struct str prefix = str_of(member->wire);
    cJSON *map = scalar_node(decoding->arena, cJSON_Object);
    for (size_t i = 0; i < request->header_count; i++) {
        struct str name = request->headers[i].name;
        if (name.length > prefix.length && str_starts_ignoring_case(name, prefix))
            add_prefixed(decoding->arena, map, str_from(name, prefix.length),
                         header_text(decoding->arena, str_trim(request->headers[i].value)));
    }
    if (map->child)
        scalar_link(decoding->input, member->name, map);
}

static bool decode_member(struct decoding *decoding, const struct member *member)
{
    switch (member->location) {
    case LOCATION_URI:
        return decode_label(decoding, member);
    case LOCATION_QUERY:
        return decode_parameter(decoding, member);
    case LOCATION_HEADER:
        return decode_header(decoding, member);
    case LOCATION_HEADERS:
        decode_prefixed(decoding, member);
        return true;
    default:
        return true;
    }
}

bool rest_decode(struct call *call, cJSON *input, struct rest_flaw *reterr_flaw)
{
    const struct shape *shape = call->operation->input;
    struct decoding decoding = { call, call->arena, input, reterr_flaw };
    for (size_t i = 0; shape && i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        bool lacks = member->location == LOCATION_HEADER && (call->request->lacks & member->wire_mark);
        if (!lacks && !decode_member(&decoding, member))
            return false;
    }
    return true;
}

/* ---- encoding ---- */

static struct str scalar_text(struct arena *arena, const struct shape *shape, const cJSON *node)
{
    if (cJSON_IsString(node) && shape->kind != SHAPE_TIMESTAMP)
        return json_value(node);
    struct buf text = BUF_EMPTY;
    scalar_write(&text, shape, node);
    struct str kept = arena_str(arena, buf_str(&text));
    buf_release(&text);
    return kept;
}

static struct str list_text(struct arena *arena, const struct shape *shape, const cJSON *list)
{
    struct buf text = BUF_EMPTY;
    for (const cJSON *element = list->child; element; element = element->next) {
        if (text.length)
            buf_add_text(&text, ", ");
        buf_add_str(&text, scalar_text(arena, shape->element, element));
    }
    struct str kept = arena_str(arena, buf_str(&text));
    buf_release(&text);
    return kept;
}

/* Content-Length is the edge's own: it counts what it sends. Only where it sends nothing (HEAD) the member says it. */
static void encode_header(struct call *call, const struct member *member, const cJSON *value, struct wire_reply *reply)
{
    struct str name = str_of(member->wire);
    struct str text = member->shape->kind == SHAPE_LIST ? list_text(call->arena, member->shape, value)
                                                        : scalar_text(call->arena, member->shape, value);
    if (str_equal_ignoring_case(name, STR("Content-Length")))
        reply->length_said = json_to_int64(value);
    else if (text.length)
        wire_reply_add(reply, call->arena, name, text);
}

static void encode_prefixed(struct call *call, const struct member *member, const cJSON *map, struct wire_reply *reply)
{
    for (const cJSON *entry = map->child; entry; entry = entry->next) {
        struct str name = str_of(arena_printf(call->arena, "%s%s", member->wire, entry->string));
        wire_reply_add(reply, call->arena, name, json_value(entry));
    }
}

static void encode_member(struct call *call, const struct member *member, struct wire_reply *reply)
{
    const cJSON *value = json_get(call->output, member->name);
    if (!value || cJSON_IsNull(value))
        return;
    if (member->location == LOCATION_STATUS)
        reply->status = (int)json_to_int64(value);
    else if (member->location == LOCATION_HEADER)
        encode_header(call, member, value, reply);
    else if (member->location == LOCATION_HEADERS)
        encode_prefixed(call, member, value, reply);
}

static void encode_aside(struct call *call, struct wire_reply *reply)
{
    const struct aside *aside = call->aside;
    for (size_t i = 0; aside && i < aside->header_count; i++)
        wire_reply_add(reply, call->arena, aside->headers[i].name, aside->headers[i].value);
}

void rest_encode(struct call *call, enum outcome outcome, struct wire_reply *reply)
{
    encode_aside(call, reply);
    if (outcome == CALL_FAILED) {
        reply->status = call->error.kind->status;
        return;
    }
    reply->status = call->operation->success_status;
    const struct shape *shape = call->operation->output;
    uint64_t lacks = json_lacks(call->output);
    for (size_t i = 0; shape && call->output && i < shape->member_count; i++)
        if (!(lacks & shape->members[i].mark))
            encode_member(call, &shape->members[i], reply);
    if (call->aside && call->aside->status)
        reply->status = call->aside->status;
}

void rest_encode_content(struct call *call, struct wire_reply *reply)
{
    if (!call_has_content(call))
        return;
    struct content *content = &call->aside->content;
    if (content->piece_count) {
        reply->content = content;
        return;
    }
    reply->body = content->bytes;
    content->bytes = BUF_EMPTY;
}
