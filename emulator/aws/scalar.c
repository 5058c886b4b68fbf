#include "aws/scalar.h"

#include <math.h>

#include "aws/call.h"
#include "base/digest.h"
#include "base/time.h"

cJSON *scalar_node(struct arena *arena, int cjson_type)
{
    cJSON *node = ARENA_NEW(arena, cJSON);
    node->type = cjson_type;
    return node;
}

cJSON *scalar_string(struct arena *arena, struct str text)
{
    cJSON *node = scalar_node(arena, cJSON_String);
    node->valuestring = arena_copy(arena, text);
    return node;
}

void scalar_add(struct arena *arena, cJSON *parent, struct str name, cJSON *child)
{
    scalar_link(parent, name.at ? arena_copy(arena, name) : NULL, child);
}

void scalar_link(cJSON *parent, const char *name_kept_or_null, cJSON *child)
{
    child->string = (char *)(uintptr_t)name_kept_or_null; /* of an arena's tree nobody frees or changes it */
    if (!parent->child) {
        parent->child = child->prev = child;
        return;
    }
    cJSON *last = parent->child->prev;
    last->next = child;
    child->prev = last;
    parent->child->prev = child;
}

static cJSON *integer_node(struct arena *arena, int64_t value)
{
    char digits[24];
    cJSON *node = scalar_node(arena, cJSON_Number);
    node->valuestring = arena_copy(arena, str_put_int64(digits, value));
    node->valuedouble = (double)value;
    node->valueint = value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : (int)value;
    return node;
}

/* The parser knows how a number node is made. */
static cJSON *number_node(struct arena *arena, struct str digits)
{
    return (cJSON *)(uintptr_t)json_parse_in(arena, digits, NULL);
}

static cJSON *time_node(struct arena *arena, int64_t instant_ms)
{
    const char *sign = instant_ms < 0 ? "-" : "";
    uint64_t size = instant_ms < 0 ? -(uint64_t)instant_ms : (uint64_t)instant_ms;
    char *digits = arena_printf(arena, "%s%llu.%03u", sign, (unsigned long long)(size / 1000), (unsigned)(size % 1000));
    return number_node(arena, str_of(digits));
}

static const char *token_of(const cJSON *node)
{
    if (cJSON_IsNumber(node))
        return "NUMBER_VALUE";
    if (cJSON_IsTrue(node))
        return "TRUE_VALUE";
    return cJSON_IsFalse(node) ? "FALSE_VALUE" : "STRING_VALUE";
}

char *scalar_refusal(struct arena *arena, const struct shape *shape, const cJSON *node)
{
    static const char *const wanted[] = {
        [SHAPE_STRING] = "a String",   [SHAPE_BLOB] = "a Blob",
        [SHAPE_BOOLEAN] = "a Boolean", [SHAPE_INTEGER] = "an Integer",
        [SHAPE_LONG] = "a Long",       [SHAPE_FLOAT] = "a Float",
        [SHAPE_DOUBLE] = "a Double",   [SHAPE_TIMESTAMP] = "milliseconds since epoch",
    };
    return arena_printf(arena, "%s can not be converted to %s", token_of(node), wanted[shape->kind]);
}

bool scalar_is_blob(struct arena *arena, struct str text, char **reterr_why)
{
    struct buf bytes = BUF_EMPTY;
    bool good = base64_decode(&bytes, text);
    buf_release(&bytes);
    if (good)
        return true;
    *reterr_why = text.length % 4
                      ? arena_printf(arena, "Base64 encoded length is expected a multiple of 4 bytes but found: %zu",
                                     text.length)
                      : arena_copy(arena, STR("Invalid Base64 character found"));
    return false;
}

static cJSON *read_integer(struct arena *arena, const struct shape *shape, struct str text)
{
    int64_t value;
    if (!str_to_int64(text, &value))
        return NULL;
    if (shape->kind == SHAPE_INTEGER && (value < INT32_MIN || value > INT32_MAX))
        return NULL;
    return integer_node(arena, value);
}

static cJSON *read_real(struct arena *arena, struct str text)
{
    cJSON *node = number_node(arena, text);
    return cJSON_IsNumber(node) && isfinite(json_to_double(node)) ? node : NULL;
}

static cJSON *read_boolean(struct arena *arena, struct str text)
{
    if (str_equal_ignoring_case(text, STR("true")))
        return scalar_node(arena, cJSON_True);
    return str_equal_ignoring_case(text, STR("false")) ? scalar_node(arena, cJSON_False) : NULL;
}

static cJSON *read_time(struct arena *arena, struct str text)
{
    int64_t instant_ms;
    if (time_parse_iso(text, &instant_ms) || time_parse_http(text, &instant_ms))
        return time_node(arena, instant_ms);
    return read_real(arena, text);
}

static cJSON *read_any(struct arena *arena, const struct shape *shape, struct str text, char **reterr_why)
{
    switch (shape->kind) {
    case SHAPE_STRING:
        return scalar_string(arena, text);
    case SHAPE_BLOB:
        return scalar_is_blob(arena, text, reterr_why) ? scalar_string(arena, text) : NULL;
    case SHAPE_BOOLEAN:
        return read_boolean(arena, text);
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        return read_integer(arena, shape, text);
    case SHAPE_FLOAT:
    case SHAPE_DOUBLE:
        return read_real(arena, text);
    case SHAPE_TIMESTAMP:
        return read_time(arena, text);
    default:
        return NULL;
    }
}

cJSON *scalar_read(struct arena *arena, const struct shape *shape, struct str text, char **reterr_why)
{
    *reterr_why = NULL;
    cJSON *node = read_any(arena, shape, text, reterr_why);
    if (!node && !*reterr_why)
        *reterr_why = scalar_refusal(arena, shape, NULL);
    return node;
}

static void write_time(struct buf *buf, const struct shape *shape, const cJSON *node)
{
    char text[32];
    if (shape->timestamp == TIMESTAMP_EPOCH) {
        json_print(buf, node);
        return;
    }
    if (shape->timestamp == TIMESTAMP_HTTP)
        time_print_http(json_to_time(node), text);
    else
        time_print_iso(json_to_time(node), shape->timestamp == TIMESTAMP_ISO_MILLIS, text);
    buf_add_text(buf, text);
}

void scalar_write(struct buf *buf, const struct shape *shape, const cJSON *node)
{
    if (shape->kind == SHAPE_TIMESTAMP && cJSON_IsNumber(node))
        write_time(buf, shape, node);
    else if (cJSON_IsString(node))
        buf_add_str(buf, json_value(node));
    else
        json_print(buf, node);
}

cJSON *scalar_copy_level(struct arena *arena, const cJSON *object, const cJSON *but_or_null)
{
    cJSON *copy = scalar_node(arena, cJSON_Object);
    for (const cJSON *child = object->child; child; child = child->next) {
        if (child == but_or_null)
            continue;
        cJSON *head = scalar_node(arena, 0);
        *head = *child;
        head->next = head->prev = NULL;
        head->string = NULL;
        scalar_add(arena, copy, str_of(child->string), head);
    }
    return copy;
}
