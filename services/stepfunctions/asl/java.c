#include "services/stepfunctions/asl/java.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_DEPTH 1000 /* Jackson reads nothing deeper */

/* ---- numbers ---- */

static bool is_integer(const cJSON *number)
{
    if (number->valuestring)
        return !strpbrk(number->valuestring, ".eE");
    return number->valuedouble == floor(number->valuedouble) && fabs(number->valuedouble) < 9007199254740992.0;
}

/* The digits of an integer, -0 as 0. */
static const char *integer_digits(const cJSON *number, char room[JAVA_DOUBLE_ROOM])
{
    const char *digits = number->valuestring;
    if (!digits) {
        snprintf(room, JAVA_DOUBLE_ROOM, "%.0f", number->valuedouble);
        digits = room;
    }
    return strcmp(digits, "-0") == 0 ? "0" : digits;
}

/* The fewest digits that read back: "d.ddde±x" */
static void shortest(double number, char text[JAVA_DOUBLE_ROOM])
{
    for (int precision = 0; precision <= 16; precision++) {
        snprintf(text, JAVA_DOUBLE_ROOM, "%.*e", precision, number);
        if (strtod(text, NULL) == number)
            return;
    }
}

static void add_plain(struct buf *buf, const char *digits, int count, int exponent)
{
    if (exponent < 0) {
        buf_add_text(buf, "0.");
        for (int i = -1; i > exponent; i--)
            buf_add_byte(buf, '0');
        buf_add(buf, digits, (size_t)count);
        return;
    }
    for (int i = 0; i <= exponent; i++)
        buf_add_byte(buf, i < count ? digits[i] : '0');
    buf_add_byte(buf, '.');
    if (count > exponent + 1)
        buf_add(buf, digits + exponent + 1, (size_t)(count - exponent - 1));
    else
        buf_add_byte(buf, '0');
}

static void add_scientific(struct buf *buf, const char *digits, int count, int exponent)
{
    buf_add_byte(buf, digits[0]);
    buf_add_byte(buf, '.');
    if (count > 1)
        buf_add(buf, digits + 1, (size_t)count - 1);
    else
        buf_add_byte(buf, '0');
    buf_printf(buf, "E%d", exponent);
}

static void add_double(struct buf *buf, double number)
{
    if (!isfinite(number)) {
        buf_add_text(buf, isnan(number) ? "NaN" : number < 0 ? "-Infinity" : "Infinity");
        return;
    }
    if (signbit(number))
        buf_add_byte(buf, '-');
    if (number == 0) {
        buf_add_text(buf, "0.0");
        return;
    }
    char text[JAVA_DOUBLE_ROOM], digits[20];
    int count = 0;
    shortest(fabs(number), text);
    const char *at = text;
    for (; *at != 'e'; at++)
        if (*at != '.')
            digits[count++] = *at;
    int exponent = atoi(at + 1);
    while (count > 1 && digits[count - 1] == '0')
        count--;
    if (exponent >= -3 && exponent < 7)
        add_plain(buf, digits, count, exponent);
    else
        add_scientific(buf, digits, count, exponent);
}

void java_print_double(double number, char ret_text[JAVA_DOUBLE_ROOM])
{
    struct buf buf = BUF_EMPTY;
    add_double(&buf, number);
    memcpy(ret_text, buf.at, buf.length + 1); /* at most "-2.2250738585072014E-308" */
    buf_release(&buf);
}

static void add_number(struct buf *buf, const cJSON *number)
{
    char room[JAVA_DOUBLE_ROOM];
    if (is_integer(number))
        buf_add_text(buf, integer_digits(number, room));
    else
        add_double(buf, number->valuedouble);
}

/* ---- text ---- */

static bool print_at(struct buf *buf, const cJSON *node, unsigned depth);

static bool print_children(struct buf *buf, const cJSON *node, unsigned depth)
{
    bool is_map = value_is(node, cJSON_Object);
    buf_add_byte(buf, is_map ? '{' : '[');
    for (const cJSON *child = node->child; child; child = child->next) {
        if (is_map) {
            buf_add_text(buf, child->string);
            buf_add_byte(buf, '=');
        }
        if (!print_at(buf, child, depth))
            return false;
        if (child->next)
            buf_add_text(buf, ", ");
    }
    buf_add_byte(buf, is_map ? '}' : ']');
    return true;
}

static bool print_at(struct buf *buf, const cJSON *node, unsigned depth)
{
    switch (value_kind(node)) {
    case cJSON_Object:
    case cJSON_Array:
        return depth < MAX_DEPTH && print_children(buf, node, depth + 1);
    case cJSON_String:
        buf_add_text(buf, node->valuestring);
        return true;
    case cJSON_Number:
        add_number(buf, node);
        return true;
    case cJSON_True:
        buf_add_text(buf, "true");
        return true;
    case cJSON_False:
        buf_add_text(buf, "false");
        return true;
    default:
        buf_add_text(buf, "null");
        return true;
    }
}

bool java_print(struct buf *buf, const cJSON *node)
{
    return print_at(buf, node, 0);
}

/* The class that Jackson's untyped reading gives a value. */
const char *java_class_name(const cJSON *node)
{
    switch (value_kind(node)) {
    case cJSON_Object:
        return "java.util.LinkedHashMap";
    case cJSON_Array:
        return "java.util.ArrayList";
    case cJSON_String:
        return "java.lang.String";
    case cJSON_True:
    case cJSON_False:
        return "java.lang.Boolean";
    case cJSON_Number:
        if (!is_integer(node))
            return "java.lang.Double";
        if (fabs(node->valuedouble) >= 0x1p63)
            return "java.math.BigInteger";
        return node->valuedouble >= -0x1p31 && node->valuedouble < 0x1p31 ? "java.lang.Integer" : "java.lang.Long";
    default:
        return "null";
    }
}

/* UTF-8's bytes sort as code points, UTF-16's units do not: what lies beyond U+FFFF is written with surrogates there, and
 * these come before U+E000 to U+FFFF. */
int java_compare(struct str a, struct str b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    for (size_t i = 0; i < shorter; i++) {
        unsigned char x = (unsigned char)a.at[i], y = (unsigned char)b.at[i];
        if (x == y)
            continue;
        bool by_surrogates = (x >= 0xF0) != (y >= 0xF0) && x >= 0xEE && y >= 0xEE;
        return (x < y) != by_surrogates ? -1 : 1;
    }
    return a.length < b.length ? -1 : a.length > b.length;
}

/* ---- equality ---- */

static bool equal_at(const cJSON *a, const cJSON *b, unsigned depth);

static bool equal_numbers(const cJSON *a, const cJSON *b)
{
    char x[JAVA_DOUBLE_ROOM], y[JAVA_DOUBLE_ROOM];
    if (is_integer(a) != is_integer(b))
        return false;
    if (is_integer(a))
        return strcmp(integer_digits(a, x), integer_digits(b, y)) == 0;
    return a->valuedouble == b->valuedouble;
}

/* Members in whatever order, but no more work than sorting them. */
static bool equal_sorted(const cJSON *a, const cJSON *b, size_t count, unsigned depth)
{
    const cJSON **x = json_sorted_members(a, count), **y = json_sorted_members(b, count);
    bool equal = true;
    for (size_t i = 0; equal && i < count; i++)
        equal = strcmp(x[i]->string, y[i]->string) == 0 && equal_at(x[i], y[i], depth);
    free(x);
    free(y);
    return equal;
}

static bool equal_children(const cJSON *a, const cJSON *b, unsigned depth)
{
    for (a = a->child, b = b->child; a && b; a = a->next, b = b->next)
        if (!equal_at(a, b, depth))
            return false;
    return !a && !b;
}

/* The names alone: members are compared once only, or deep values would cost a power of two. */
static bool same_order(const cJSON *a, const cJSON *b)
{
    for (a = a->child, b = b->child; a && b; a = a->next, b = b->next)
        if (strcmp(a->string, b->string) != 0)
            return false;
    return true;
}

static bool equal_objects(const cJSON *a, const cJSON *b, unsigned depth)
{
    size_t count = value_count(a);
    if (count != value_count(b))
        return false;
    return same_order(a, b) ? equal_children(a, b, depth) : equal_sorted(a, b, count, depth);
}

static bool equal_at(const cJSON *a, const cJSON *b, unsigned depth)
{
    if (value_kind(a) != value_kind(b) || depth > MAX_DEPTH)
        return false;
    switch (value_kind(a)) {
    case cJSON_Object:
        return equal_objects(a, b, depth + 1);
    case cJSON_Array:
        return equal_children(a, b, depth + 1);
    case cJSON_String:
        return strcmp(a->valuestring, b->valuestring) == 0;
    case cJSON_Number:
        return equal_numbers(a, b);
    default:
        return true;
    }
}

bool java_equal(const cJSON *a, const cJSON *b)
{
    return equal_at(a, b, 0);
}

static uint64_t mix(uint64_t hash, uint64_t more)
{
    return (hash ^ more) * 0x9E3779B97F4A7C15u + (hash << 7 | hash >> 57);
}

static uint64_t hash_at(const cJSON *node, unsigned depth)
{
    char room[JAVA_DOUBLE_ROOM];
    uint64_t hash = (uint64_t)value_kind(node);
    switch (value_kind(node)) {
    case cJSON_Object: /* a sum, so that order does not count */
        for (const cJSON *child = node->child; child && depth < MAX_DEPTH; child = child->next)
            hash += mix(str_hash(str_of(child->string)), hash_at(child, depth + 1));
        return hash;
    case cJSON_Array:
        for (const cJSON *child = node->child; child && depth < MAX_DEPTH; child = child->next)
            hash = mix(hash, hash_at(child, depth + 1));
        return hash;
    case cJSON_String:
        return mix(hash, str_hash(str_of(node->valuestring)));
    case cJSON_Number:
        if (is_integer(node))
            return mix(hash, str_hash(str_of(integer_digits(node, room))));
        /* 0.0 and -0.0 are equal */
        double number = node->valuedouble == 0 ? 0 : node->valuedouble;
        return mix(hash, str_hash((struct str){ (const char *)&number, sizeof number }));
    default:
        return mix(hash, 1);
    }
}

uint64_t java_hash(const cJSON *node)
{
    return hash_at(node, 0);
}

/* ---- maps ---- */

static uint32_t string_hash(struct str text)
{
    uint32_t hash = 0;
    for (size_t i = 0; i < text.length;) {
        size_t length = utf8_length(text.at + i, text.length - i);
        uint32_t code_point = length ? utf8_decode(text.at + i, length) : (unsigned char)text.at[i];
        if (code_point > 0xFFFF) {
            hash = hash * 31 + (0xD800 + ((code_point - 0x10000) >> 10));
            code_point = 0xDC00 + ((code_point - 0x10000) & 0x3FF);
        }
        hash = hash * 31 + code_point;
        i += length ? length : 1;
    }
    return hash;
}

struct slot {
    uint32_t bucket;
    size_t place;
};

static int compare_slots(const void *a, const void *b)
{
    const struct slot *x = a, *y = b;
    if (x->bucket != y->bucket)
        return x->bucket < y->bucket ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* java.util.HashMap: 16 buckets, doubled when more than three quarters as many keys are in; a bucket keeps the order in
 * which its keys came. */
void java_map_order(struct arena *arena, const struct str *keys, size_t count, size_t *ret_order)
{
    size_t buckets = 16;
    while (count > buckets / 4 * 3)
        buckets *= 2;
    struct slot *slots = ARENA_ARRAY(arena, struct slot, count ? count : 1);
    for (size_t i = 0; i < count; i++) {
        uint32_t hash = string_hash(keys[i]);
        slots[i] = (struct slot){ (hash ^ hash >> 16) & (uint32_t)(buckets - 1), i };
    }
    qsort(slots, count, sizeof *slots, compare_slots);
    for (size_t i = 0; i < count; i++)
        ret_order[i] = slots[i].place;
}

/* ---- numbers ---- */

int64_t java_long(double number)
{
    if (isnan(number))
        return 0;
    if (fabs(number) < 0x1p63)
        return (int64_t)number;
    return number < 0 ? INT64_MIN : INT64_MAX;
}

/* ---- java.util.Random ---- */

struct java_random java_random_seeded(int64_t seed)
{
    return (struct java_random){ ((uint64_t)seed ^ 0x5DEECE66Du) & ((1ull << 48) - 1) };
}

int32_t java_random_bits(struct java_random *random, int bits)
{
    random->state = (random->state * 0x5DEECE66Du + 0xB) & ((1ull << 48) - 1);
    return (int32_t)(uint32_t)(random->state >> (48 - bits));
}

int32_t java_random_below(struct java_random *random, int32_t bound)
{
    int32_t bits = java_random_bits(random, 31);
    if ((bound & (bound - 1)) == 0)
        return (int32_t)((int64_t)bound * bits >> 31);
    int32_t result = bits % bound;
    while ((int64_t)bits - result + (bound - 1) > INT32_MAX) {
        bits = java_random_bits(random, 31);
        result = bits % bound;
    }
    return result;
}

double java_random_double(struct java_random *random)
{
    int64_t high = (int64_t)java_random_bits(random, 26) << 27;
    return (double)(high + java_random_bits(random, 27)) * 0x1p-53;
}
