#include "services/stepfunctions/asl/dialect.h"

#include <ctype.h>
#include <stdlib.h>

#include "aws/call.h"
#include "base/time.h"

void dialect_capitalise(struct buf *name)
{
    if (name->length)
        name->at[0] = (char)toupper((unsigned char)name->at[0]);
}

char *dialect_pascal(struct arena *arena, const char *name)
{
    char *pascal = arena_copy(arena, str_of(name));
    pascal[0] = (char)toupper((unsigned char)pascal[0]);
    return pascal;
}

char *dialect_java_name(struct arena *arena, const char *sdk_id)
{
    struct buf name = BUF_EMPTY;
    bool starts_word = true, after_capital = false;
    for (const char *at = sdk_id; *at; at++) {
        if (*at == ' ' || *at == '-') {
            starts_word = true;
            after_capital = false;
            continue;
        }
        /* A capital stays one at a word's start and before a small letter: "SFN", "DynamoDB", "IoTSiteWise". */
        bool capital = isupper((unsigned char)*at);
        bool keeps = starts_word || !after_capital || islower((unsigned char)at[1]);
        buf_add_byte(&name, starts_word         ? (char)toupper((unsigned char)*at)
                            : capital && !keeps ? (char)tolower((unsigned char)*at)
                                                : *at);
        after_capital = capital || starts_word;
        starts_word = false;
    }
    char *copy = arena_copy(arena, buf_str(&name));
    buf_release(&name);
    return copy;
}

/* ---- inputs ---- */

struct reading {
    struct arena *arena;
    struct buf *problems;
};

__attribute__((format(printf, 2, 3))) static void complain(struct reading *reading, const char *format, ...)
{
    if (reading->problems->length)
        buf_add_str(reading->problems, STR(", "));
    va_list args;
    va_start(args, format);
    buf_vprintf(reading->problems, format, args);
    va_end(args);
}

const struct member *dialect_member(const struct shape *shape, const char *pascal)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const char *name = shape->members[i].name;
        if (toupper((unsigned char)name[0]) == pascal[0] && strcmp(name + 1, pascal + 1) == 0)
            return &shape->members[i];
    }
    return NULL;
}

static cJSON *read_value(struct reading *reading, const struct shape *shape, const cJSON *value, const char *field);

static void check_required(struct reading *reading, const struct shape *shape, const cJSON *object)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        if (!member->required || member->idempotency_token || json_get(object, member->name))
            continue;
        complain(reading, "The field \"%s\" is required but was missing",
                 dialect_pascal(reading->arena, shape->members[i].name));
    }
}

static cJSON *read_structure(struct reading *reading, const struct shape *shape, const cJSON *value)
{
    cJSON *object = value_object(reading->arena);
    const cJSON *given;
    cJSON_ArrayForEach(given, value)
    {
        const struct member *member = dialect_member(shape, given->string);
        if (!member)
            complain(reading, "The field \"%s\" is not supported by Step Functions", given->string);
        else if (!cJSON_IsNull(given))
            value_set(reading->arena, object, str_of(member->name),
                      read_value(reading, member->shape, given, given->string));
    }
    check_required(reading, shape, object);
    return object;
}

static cJSON *read_list(struct reading *reading, const struct shape *shape, const cJSON *value, const char *field)
{
    cJSON *list = value_array(reading->arena);
    const cJSON *element;
    cJSON_ArrayForEach(element, value) value_append(list, read_value(reading, shape->element, element, field));
    return list;
}

static cJSON *read_map(struct reading *reading, const struct shape *shape, const cJSON *value, const char *field)
{
    cJSON *map = value_object(reading->arena);
    const cJSON *element;
    cJSON_ArrayForEach(element, value)
        value_set(reading->arena, map, str_of(element->string), read_value(reading, shape->element, element, field));
    return map;
}

/* AWS takes an object where a text is wanted and hands its JSON on. */
static cJSON *read_text(struct reading *reading, const cJSON *value, const char *field)
{
    if (cJSON_IsObject(value) || cJSON_IsArray(value))
        return value_string(reading->arena, json_print_in(reading->arena, value));
    if (!cJSON_IsString(value))
        complain(reading, "The value for the field '%s' must be a STRING", field);
    return value_share(reading->arena, value);
}

static cJSON *read_time(struct reading *reading, const cJSON *value, const char *field)
{
    int64_t instant_ms;
    if (cJSON_IsNumber(value))
        return value_share(reading->arena, value);
    if (time_parse_iso(json_value(value), &instant_ms))
        return value_number(reading->arena, (double)instant_ms / 1000);
    complain(reading, "The value for the field '%s' must be a TIMESTAMP", field);
    return value_null(reading->arena);
}

static cJSON *read_plain(struct reading *reading, const cJSON *value, const char *field, bool fits, const char *type)
{
    if (!fits)
        complain(reading, "The value for the field '%s' must be a %s", field, type);
    return value_share(reading->arena, value);
}

/* Nested no deeper than the document that it reads, which has an end. */
static cJSON *read_value(struct reading *reading, const struct shape *shape, const cJSON *value, const char *field)
{
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        if (!cJSON_IsObject(value))
            return read_plain(reading, value, field, false, "STRUCTURE");
        return read_structure(reading, shape, value);
    case SHAPE_LIST:
        if (!cJSON_IsArray(value))
            return read_plain(reading, value, field, false, "LIST");
        return read_list(reading, shape, value, field);
    case SHAPE_MAP:
        if (!cJSON_IsObject(value))
            return read_plain(reading, value, field, false, "MAP");
        return read_map(reading, shape, value, field);
    case SHAPE_STRING:
    case SHAPE_BLOB:
        return read_text(reading, value, field);
    case SHAPE_BOOLEAN:
        return read_plain(reading, value, field, cJSON_IsBool(value), "BOOLEAN");
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        return read_plain(reading, value, field, json_is_integer(value), "INTEGER");
    case SHAPE_FLOAT:
    case SHAPE_DOUBLE:
        return read_plain(reading, value, field, cJSON_IsNumber(value), "NUMBER");
    case SHAPE_TIMESTAMP:
        return read_time(reading, value, field);
    case SHAPE_DOCUMENT:
        break;
    }
    return value_share(reading->arena, value);
}

cJSON *dialect_input(struct arena *arena, const struct shape *shape, const cJSON *payload, struct buf *ret_problems)
{
    struct reading reading = { arena, ret_problems };
    if (!shape)
        return value_object(arena);
    return read_value(&reading, shape, payload, "Parameters");
}

/* ---- outputs ---- */

static cJSON *write_value(struct arena *arena, const struct shape *shape, const cJSON *value, enum dialect dialect);

static cJSON *write_structure(struct arena *arena, const struct shape *shape, const cJSON *value, enum dialect dialect)
{
    cJSON *object = value_object(arena);
    const cJSON *given;
    cJSON_ArrayForEach(given, value)
    {
        const struct member *member = shape_member(shape, str_of(given->string));
        if (!member)
            continue;
        value_set(arena, object, str_of(dialect_pascal(arena, given->string)),
                  write_value(arena, member->shape, given, dialect));
    }
    return object;
}

static cJSON *write_time(struct arena *arena, const cJSON *value, enum dialect dialect)
{
    int64_t instant_ms = json_to_time(value);
    if (dialect == DIALECT_OPTIMISED)
        return value_int64(arena, instant_ms);
    char text[32];
    time_print_iso(instant_ms, instant_ms % 1000 != 0, text);
    return value_string(arena, str_of(text));
}

static cJSON *write_value(struct arena *arena, const struct shape *shape, const cJSON *value, enum dialect dialect)
{
    if (cJSON_IsRaw(value))
        value = json_parse_in(arena, str_of(value->valuestring), NULL);
    const cJSON *element;
    cJSON *whole;
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        return write_structure(arena, shape, value, dialect);
    case SHAPE_LIST:
        whole = value_array(arena);
        cJSON_ArrayForEach(element, value) value_append(whole, write_value(arena, shape->element, element, dialect));
        return whole;
    case SHAPE_MAP:
        whole = value_object(arena);
        cJSON_ArrayForEach(element, value)
            value_set(arena, whole, str_of(element->string), write_value(arena, shape->element, element, dialect));
        return whole;
    case SHAPE_TIMESTAMP:
        return write_time(arena, value, dialect);
    default:
        return value_share(arena, value);
    }
}

cJSON *dialect_output(struct arena *arena, const struct shape *shape_or_null, const cJSON *output, enum dialect dialect)
{
    if (!shape_or_null || !output)
        return value_object(arena);
    return write_value(arena, shape_or_null, output, dialect);
}

static int by_name(const void *a, const void *b)
{
    const cJSON *const *left = a, *const *right = b;
    return strcmp((*left)->string, (*right)->string);
}

cJSON *dialect_sorted(struct arena *arena, const cJSON *object)
{
    size_t count = (size_t)cJSON_GetArraySize(object), i = 0;
    const cJSON **members = ARENA_ARRAY(arena, const cJSON *, count), *member;
    cJSON_ArrayForEach(member, object) members[i++] = member;
    qsort(members, count, sizeof *members, by_name);
    cJSON *sorted = value_object(arena);
    for (i = 0; i < count; i++)
        value_set(arena, sorted, str_of(members[i]->string), value_share(arena, members[i]));
    return sorted;
}
