/* The eighteen intrinsic functions. Their rules are from AWS's developer guide (Intrinsic functions); what the guide leaves
 * open, the recorded answers show: States.StringSplit drops empty parts, States.Format prints values as Java does,
 * States.StringToJson makes null of an empty text. */
#include <math.h>
#include <stdlib.h>

#include "base/digest.h"
#include "services/stepfunctions/asl/intrinsic_inner.h"
#include "services/stepfunctions/asl/java.h"

#define MAX_TEXT  (1024 * 1024) /* of a computed text; a payload is at most a quarter */
#define MAX_CHARS 10000         /* of what is hashed, encoded or decoded */
#define MAX_RANGE 1000

/* ---- arguments ---- */

/* "Invalid arguments in States.ArrayRange: …" */
__attribute__((format(printf, 2, 3))) static bool refuse(struct application *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str sentence = failure_sentence(a->arena, format, args);
    va_end(args);
    a->why = arena_printf(a->arena, "Invalid arguments in %.*s: %.*s", STR_ARG(a->function->name), STR_ARG(sentence));
    return false;
}

static const char *const ordinals[] = { "first", "second", "third" };

static bool want_array(struct application *a, size_t i, const cJSON **ret_array)
{
    *ret_array = a->values[i];
    return value_is(*ret_array, cJSON_Array) || refuse(a, "the %s argument must be an array.", ordinals[i]);
}

static bool want_object(struct application *a, size_t i, const cJSON **ret_object)
{
    *ret_object = a->values[i];
    return value_is(*ret_object, cJSON_Object) || refuse(a, "the %s argument must be a JSON object.", ordinals[i]);
}

static bool want_text(struct application *a, size_t i, struct str *ret_text)
{
    if (!value_is(a->values[i], cJSON_String))
        return refuse(a, "the %s argument must be a string.", ordinals[i]);
    *ret_text = json_value(a->values[i]);
    return true;
}

static bool want_short_text(struct application *a, size_t i, struct str *ret_text)
{
    if (!want_text(a, i, ret_text))
        return false;
    return str_count_code_points(*ret_text) <= MAX_CHARS ||
           refuse(a, "the %s argument must not have more than %d characters.", ordinals[i], MAX_CHARS);
}

/* "If you specify a non-integer value, Step Functions will round it off to the nearest integer", as Math.round does. */
static bool want_integer(struct application *a, size_t i, int64_t *ret_integer)
{
    if (!value_is(a->values[i], cJSON_Number))
        return refuse(a, "the %s argument must be a number.", ordinals[i]);
    double rounded = floor(a->values[i]->valuedouble + 0.5);
    if (!(rounded >= INT32_MIN && rounded <= INT32_MAX))
        return refuse(a, "the %s argument must be between %d and %d.", ordinals[i], INT32_MIN, INT32_MAX);
    *ret_integer = (int64_t)rounded;
    return true;
}

static const cJSON *finish_text(struct application *a, struct buf *text)
{
    const cJSON *result = NULL;
    if (text->overflow)
        refuse(a, "the result is too long.");
    else
        result = value_string(a->arena, buf_str(text));
    buf_release(text);
    return result;
}

/* ---- arrays ---- */

static const cJSON *array(struct application *a)
{
    cJSON *result = value_array(a->arena);
    for (size_t i = 0; i < a->count; i++)
        value_append(result, value_share(a->arena, a->values[i]));
    return result;
}

static const cJSON *array_partition(struct application *a)
{
    const cJSON *elements;
    int64_t size;
    if (!want_array(a, 0, &elements) || !want_integer(a, 1, &size))
        return NULL;
    if (size <= 0)
        return refuse(a, "the chunk size must be a positive integer."), NULL;
    cJSON *result = value_array(a->arena), *chunk = NULL;
    int64_t room = 0;
    for (const cJSON *element = elements->child; element; element = element->next, room--) {
        if (room == 0) {
            chunk = value_array(a->arena);
            value_append(result, chunk);
            room = size;
        }
        value_append(chunk, value_share(a->arena, element));
    }
    return result;
}

static const cJSON *array_contains(struct application *a)
{
    const cJSON *elements;
    if (!want_array(a, 0, &elements))
        return NULL;
    const cJSON *element = elements->child;
    while (element && !java_equal(element, a->values[1]))
        element = element->next;
    return value_bool(a->arena, element != NULL);
}

static const cJSON *array_range(struct application *a)
{
    int64_t first, last, step;
    if (!want_integer(a, 0, &first) || !want_integer(a, 1, &last) || !want_integer(a, 2, &step))
        return NULL;
    if (step == 0)
        return refuse(a, "the step must not be 0."), NULL;
    bool is_empty = step > 0 ? first > last : first < last;
    if (!is_empty && (last - first) / step >= MAX_RANGE)
        return refuse(a, "the range must not have more than %d elements.", MAX_RANGE), NULL;
    cJSON *result = value_array(a->arena);
    for (int64_t number = first; step > 0 ? number <= last : number >= last; number += step)
        value_append(result, value_int64(a->arena, number));
    return result;
}

static const cJSON *array_get_item(struct application *a)
{
    const cJSON *elements;
    int64_t index;
    if (!want_array(a, 0, &elements) || !want_integer(a, 1, &index))
        return NULL;
    const cJSON *element = index < 0 ? NULL : elements->child;
    for (int64_t i = 0; element && i < index; i++)
        element = element->next;
    if (!element)
        refuse(a, "the index %lld is out of the array's bounds.", (long long)index);
    return element;
}

static const cJSON *array_length(struct application *a)
{
    const cJSON *elements;
    if (!want_array(a, 0, &elements))
        return NULL;
    return value_int64(a->arena, (int64_t)value_count(elements));
}

/* Values by hash, so that a long array costs no more than its length. */
struct table {
    const cJSON **slots;
    size_t mask;
    uint64_t (*hash)(const cJSON *);
    bool (*equal)(const cJSON *, const cJSON *);
};

static struct table table_for(struct arena *arena, size_t count, uint64_t (*hash)(const cJSON *),
                              bool (*equal)(const cJSON *, const cJSON *))
{
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    return (struct table){ ARENA_ARRAY(arena, const cJSON *, size), size - 1, hash, equal };
}

/* The slot where an equal value stands, or the free one where it would. */
static const cJSON **table_slot(struct table *table, const cJSON *value)
{
    size_t i = table->hash(value) & table->mask;
    while (table->slots[i] && !table->equal(table->slots[i], value))
        i = (i + 1) & table->mask;
    return &table->slots[i];
}

static const cJSON *array_unique(struct application *a)
{
    const cJSON *elements;
    if (!want_array(a, 0, &elements))
        return NULL;
    struct table seen = table_for(a->arena, value_count(elements), java_hash, java_equal);
    cJSON *result = value_array(a->arena);
    for (const cJSON *element = elements->child; element; element = element->next) {
        const cJSON **slot = table_slot(&seen, element);
        if (*slot)
            continue;
        *slot = element;
        value_append(result, value_share(a->arena, element));
    }
    return result;
}

/* ---- encoding and hashing ---- */

static const cJSON *base64_encoded(struct application *a)
{
    struct str text;
    struct buf encoded = BUF_EMPTY;
    if (!want_short_text(a, 0, &text))
        return NULL;
    base64_encode(&encoded, text);
    return finish_text(a, &encoded);
}

/* As Java reads bytes: what is no UTF-8 becomes U+FFFD. */
static void add_as_utf8(struct buf *text, struct str bytes)
{
    for (size_t i = 0; i < bytes.length;) {
        size_t length = utf8_length(bytes.at + i, bytes.length - i);
        buf_add_str(text, length ? (struct str){ bytes.at + i, length } : STR("\xEF\xBF\xBD"));
        i += length ? length : 1;
    }
}

static const cJSON *base64_decoded(struct application *a)
{
    struct str encoded;
    struct buf bytes = BUF_EMPTY, text = BUF_EMPTY;
    if (!want_short_text(a, 0, &encoded))
        return NULL;
    if (!base64_decode(&bytes, encoded) || str_find_byte(buf_str(&bytes), '\0') != SIZE_MAX) {
        buf_release(&bytes);
        return refuse(a, "the first argument must be the Base64 encoding of a text."), NULL;
    }
    add_as_utf8(&text, buf_str(&bytes));
    buf_release(&bytes);
    return finish_text(a, &text);
}

static const cJSON *hash(struct application *a)
{
    struct str data, algorithm;
    struct buf hex = BUF_EMPTY;
    if (!want_short_text(a, 0, &data) || !want_text(a, 1, &algorithm))
        return NULL;
    if (!digest_hex_by_name(algorithm, data, &hex)) {
        buf_release(&hex);
        return refuse(a, "the algorithm must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512."), NULL;
    }
    return finish_text(a, &hex);
}

/* ---- JSON ---- */

static uint64_t name_hash(const cJSON *member)
{
    return str_hash(str_of(member->string));
}

static bool name_equal(const cJSON *a, const cJSON *b)
{
    return strcmp(a->string, b->string) == 0;
}

/* Every name once, with the value that comes last; room for the members of both. */
static size_t merge_members(struct application *a, const cJSON *first, const cJSON *second, const cJSON **ret_members)
{
    size_t count = value_count(first), i = 0;
    struct table names = table_for(a->arena, count + value_count(second), name_hash, name_equal);
    for (const cJSON *member = first->child; member; member = member->next)
        *table_slot(&names, member) = member;
    for (const cJSON *member = second->child; member; member = member->next) {
        const cJSON **slot = table_slot(&names, member);
        if (!*slot)
            ret_members[count++] = member;
        *slot = member;
    }
    for (const cJSON *member = first->child; member; member = member->next)
        ret_members[i++] = *table_slot(&names, member);
    return count;
}

/* Shallow; the members come in a HashMap's order (json_manipulation.json_merge_escaped_argument). */
static const cJSON *json_merge(struct application *a)
{
    const cJSON *first, *second;
    if (!want_object(a, 0, &first) || !want_object(a, 1, &second))
        return NULL;
    if (!value_is(a->values[2], cJSON_False))
        return refuse(a, "the third argument must be false: only the shallow merging mode is supported."), NULL;
    size_t most = value_count(first) + value_count(second) + 1;
    const cJSON **members = ARENA_ARRAY(a->arena, const cJSON *, most);
    size_t count = merge_members(a, first, second, members);
    struct str *names = ARENA_ARRAY(a->arena, struct str, most);
    size_t *order = ARENA_ARRAY(a->arena, size_t, most);
    for (size_t i = 0; i < count; i++)
        names[i] = str_of(members[i]->string);
    java_map_order(a->arena, names, count, order);
    cJSON *result = value_object(a->arena);
    for (size_t i = 0; i < count; i++)
        value_add(result, members[order[i]]->string, value_share(a->arena, members[order[i]]));
    return result;
}

static bool is_blank(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!strchr(" \t\r\n", text.at[i]))
            return false;
    return true;
}

/* Jackson reads nothing as null and -0 as the integer 0 (json_manipulation.string_to_json). */
static const cJSON *string_to_json(struct application *a)
{
    struct str text;
    struct json_error error;
    if (!want_text(a, 0, &text))
        return NULL;
    if (is_blank(text))
        return value_null(a->arena);
    const cJSON *value = json_parse_in(a->arena, text, &error);
    if (!value)
        return refuse(a, "the first argument is not valid JSON: %s", error.why), NULL;
    bool is_minus_zero = value_is(value, cJSON_Number) && strcmp(value->valuestring, "-0") == 0;
    return is_minus_zero ? value_int64(a->arena, 0) : value;
}

static const cJSON *json_to_string(struct application *a)
{
    struct buf text;
    buf_init(&text, MAX_TEXT);
    json_print(&text, a->values[0]);
    return finish_text(a, &text);
}

/* ---- numbers ---- */

/* As java.util.Random gives it, so that a seed gives the number that it gives in Java. */
static int64_t seeded_between(int64_t start, int64_t end, int64_t seed)
{
    struct java_random random = java_random_seeded(seed);
    if (end - start <= INT32_MAX)
        return start + java_random_below(&random, (int32_t)(end - start));
    int64_t number = java_random_bits(&random, 32);
    while (number < start || number >= end)
        number = java_random_bits(&random, 32);
    return number;
}

static const cJSON *math_random(struct application *a)
{
    int64_t start, end, seed;
    if (!want_integer(a, 0, &start) || !want_integer(a, 1, &end))
        return NULL;
    if (start >= end)
        return refuse(a, "the start number must be less than the end number."), NULL;
    if (a->count == 2)
        return value_int64(a->arena, random_between(a->environment->random, start, end - 1));
    if (!want_integer(a, 2, &seed))
        return NULL;
    return value_int64(a->arena, seeded_between(start, end, seed));
}

static const cJSON *math_add(struct application *a)
{
    int64_t one, other;
    if (!want_integer(a, 0, &one) || !want_integer(a, 1, &other))
        return NULL;
    return value_int64(a->arena, one + other);
}

/* ---- texts ---- */

static int compare_characters(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

struct characters {
    uint32_t *sorted;
    size_t count;
};

/* Steps over one character. */
static uint32_t next_character(const char **at, const char *end)
{
    size_t length = utf8_length(*at, (size_t)(end - *at));
    uint32_t character = length ? utf8_decode(*at, length) : (unsigned char)**at;
    *at += length ? length : 1;
    return character;
}

static struct characters characters_of(struct arena *arena, struct str text)
{
    struct characters set = { ARENA_ARRAY(arena, uint32_t, text.length + 1), 0 };
    for (const char *at = text.at, *end = at + text.length; at < end;)
        set.sorted[set.count++] = next_character(&at, end);
    qsort(set.sorted, set.count, sizeof *set.sorted, compare_characters);
    return set;
}

static void add_part(struct application *a, cJSON *parts, const char *from, const char *end)
{
    if (end > from)
        value_append(parts, value_string(a->arena, (struct str){ from, (size_t)(end - from) }));
}

/* Each character of the second text parts the first; empty parts are dropped (string_operations.string_split). */
static const cJSON *string_split(struct application *a)
{
    struct str text, separators;
    if (!want_text(a, 0, &text) || !want_text(a, 1, &separators))
        return NULL;
    struct characters set = characters_of(a->arena, separators);
    cJSON *parts = value_array(a->arena);
    const char *from = text.at, *end = text.at + text.length;
    for (const char *at = from; at < end;) {
        const char *before = at;
        uint32_t character = next_character(&at, end);
        if (bsearch(&character, set.sorted, set.count, sizeof character, compare_characters)) {
            add_part(a, parts, from, before);
            from = at;
        }
    }
    add_part(a, parts, from, end);
    return parts;
}

static const cJSON *uuid(struct application *a)
{
    char text[37];
    random_uuid(a->environment->random, text);
    return value_string(a->arena, str_of(text));
}

static const char template_open[] = "Invalid template in States.Format: matching '}' not found for '{'.";
static const char template_close[] = "Invalid template in States.Format: matching '{' not found for '}'.";
static const char template_escape[] = "Invalid template in States.Format: '\\' must be followed by one of ' { } \\.";

/* Puts in what one '{}', escape or character of the pattern stands for; returns its length, 0: a->why. */
static size_t format_one(struct application *a, struct buf *text, struct str rest, size_t *used)
{
    const char *why = NULL;
    bool has_next = rest.length > 1;
    if (rest.at[0] == '\\' && has_next && strchr("'{}\\", rest.at[1])) {
        buf_add_byte(text, rest.at[1]);
        return 2;
    }
    if (rest.at[0] == '{' && has_next && rest.at[1] == '}') {
        size_t i = ++*used;
        if (i < a->count && !java_print(text, a->values[i]))
            return refuse(a, "an argument nests too deep.");
        return 2;
    }
    if (rest.at[0] == '\\')
        why = template_escape;
    else if (rest.at[0] == '{')
        why = template_open;
    else if (rest.at[0] == '}')
        why = template_close;
    if (why) {
        a->why = arena_copy(a->arena, str_of(why));
        return 0;
    }
    buf_add_byte(text, rest.at[0]);
    return 1;
}

static bool format_all(struct application *a, struct buf *text)
{
    size_t used = 0;
    for (struct str rest = a->pattern; rest.length;) {
        size_t length = format_one(a, text, rest, &used);
        if (length == 0)
            return false;
        rest = str_from(rest, length);
    }
    return used + 1 == a->count || refuse(a, "number of arguments do not match the occurrences of {}.");
}

static const cJSON *format(struct application *a)
{
    struct buf text;
    if (!a->pattern.at)
        return refuse(a, "the first argument must be a string."), NULL;
    buf_init(&text, MAX_TEXT);
    if (format_all(a, &text))
        return finish_text(a, &text);
    buf_release(&text);
    return NULL;
}

/* ---- the table ---- */

static const struct intrinsic_function functions[] = {
    { STR("States.Array"), 0, ANY_COUNT, array },
    { STR("States.ArrayPartition"), 2, 2, array_partition },
    { STR("States.ArrayContains"), 2, 2, array_contains },
    { STR("States.ArrayRange"), 3, 3, array_range },
    { STR("States.ArrayGetItem"), 2, 2, array_get_item },
    { STR("States.ArrayLength"), 1, 1, array_length },
    { STR("States.ArrayUnique"), 1, 1, array_unique },
    { STR("States.Base64Encode"), 1, 1, base64_encoded },
    { STR("States.Base64Decode"), 1, 1, base64_decoded },
    { STR("States.Hash"), 2, 2, hash },
    { STR("States.JsonMerge"), 3, 3, json_merge },
    { STR("States.StringToJson"), 1, 1, string_to_json },
    { STR("States.JsonToString"), 1, 1, json_to_string },
    { STR("States.MathRandom"), 2, 3, math_random },
    { STR("States.MathAdd"), 2, 2, math_add },
    { STR("States.StringSplit"), 2, 2, string_split },
    { STR("States.UUID"), 0, 0, uuid },
    { STR("States.Format"), 1, ANY_COUNT, format },
};

const struct intrinsic_function *intrinsic_function_find(struct str name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (str_equal(name, functions[i].name))
            return &functions[i];
    return NULL;
}
