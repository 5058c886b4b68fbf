#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_inner.h"

/* ---- strings ---- */

static bool is_escaped(unsigned char byte)
{
    return byte < 0x20 || byte == '"' || byte == '\\';
}

/* What is left at the end is looked at together with what stands before it. */
static bool is_plain(struct str text)
{
    const char *at = text.at, *end = text.at + text.length;
    if (text.length >= JSON_BLOCK) {
        for (; end - at >= 4 * JSON_BLOCK; at += 4 * JSON_BLOCK)
            if (!json_blocks_are_plain(at, 4))
                return false;
        for (; end - at >= JSON_BLOCK; at += JSON_BLOCK)
            if (!json_blocks_are_plain(at, 1))
                return false;
        return json_blocks_are_plain(end - JSON_BLOCK, 1);
    }
    while (at < end && !is_escaped((unsigned char)*at))
        at++;
    return at == end;
}

/* Most strings are short: they are looked at and copied at once, as two pieces that may overlap. Of 4 to 15 bytes; false: it must
 * be escaped. */
static bool copy_short(char *to, struct str text)
{
    uint64_t first, last;
    if (text.length >= 8) {
        first = json_word(text.at);
        last = json_word(text.at + text.length - 8);
        json_store_word(to, first);
        json_store_word(to + text.length - 8, last);
    } else {
        uint32_t head, tail;
        memcpy(&head, text.at, sizeof head);
        memcpy(&tail, text.at + text.length - sizeof tail, sizeof tail);
        memcpy(to, &head, sizeof head);
        memcpy(to + text.length - sizeof tail, &tail, sizeof tail);
        first = last = (uint64_t)head << 32 | tail;
    }
    return !(json_mark_escaped(first) | json_mark_escaped(last));
}

/* False: it must be escaped. */
static bool copy_plain(char *to, struct str text)
{
    if (text.length >= 4 && text.length < JSON_BLOCK)
        return copy_short(to, text);
    if (!is_plain(text))
        return false;
    memcpy(to, text.at, text.length);
    return true;
}

/* As Jackson writes them, with which AWS's services print: hexadecimal digits are capitals. */
static char *write_escape(char *to, unsigned char byte)
{
    static const char letters[0x20] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r' };
    static const char hex[] = "0123456789ABCDEF";
    char letter = byte < 0x20 ? letters[byte] : (char)byte;
    *to++ = '\\';
    if (letter) {
        *to++ = letter;
        return to;
    }
    memcpy(to, (char[]){ 'u', '0', '0', hex[byte >> 4], hex[byte & 15] }, 5);
    return to + 5;
}

/* JSON within JSON has an escape every few bytes, so a word is written before it is known how far it is good, and what stands
 * behind an escape is written again in its place. */
static char *write_word(char *to, uint64_t word)
{
    size_t left = sizeof word;
    for (uint64_t marks = json_mark_every_escaped(word); marks;) {
        size_t good = json_first_mark(marks);
        json_store_word(to, word);
        to = write_escape(to + good, (unsigned char)(word >> 8 * good));
        word = word >> 8 * good >> 8;
        marks = marks >> 8 * good >> 8;
        left -= good + 1;
    }
    json_store_word(to, word);
    return to + left;
}

static char *write_with_escapes(char *to, struct str text)
{
    const char *at = text.at, *end = text.at + text.length;
    for (; end - at >= 8; at += 8)
        to = write_word(to, json_word(at));
    for (; at < end; at++) {
        if (is_escaped((unsigned char)*at))
            to = write_escape(to, (unsigned char)*at);
        else
            *to++ = *at;
    }
    return to;
}

/* A piece at a time, by way of the stack: the buffer grows by no more than what it comes to. */
static void print_with_escapes(struct buf *buf, struct str text)
{
    enum { PIECE = 256, MOST_OF_BYTE = 6 };
    char escaped[PIECE * MOST_OF_BYTE + sizeof(uint64_t)];
    while (text.length > 0) {
        struct str piece = str_first(text, text.length < PIECE ? text.length : PIECE);
        buf_add(buf, escaped, (size_t)(write_with_escapes(escaped, piece) - escaped));
        text = str_from(text, piece.length);
    }
}

/* `before` is what comes before the opening quote: a comma or nothing; `behind` what comes behind the closing one: a
 * colon or nothing. One reservation does for nearly every string. */
static void print_quoted(struct buf *buf, char before, struct str text, char behind)
{
    bool fits = text.length + 4 < buf->capacity - buf->length;
    char *to = fits ? buf->at + buf->length + (before ? 2 : 1) : NULL;
    if (fits && copy_plain(to, text)) {
        if (before)
            to[-2] = before;
        to[-1] = '"';
        to += text.length;
        *to++ = '"';
        if (behind)
            *to++ = behind;
        *to = '\0';
        buf->length = (size_t)(to - buf->at);
        return;
    }
    if (before)
        buf_add_byte(buf, before);
    buf_add_byte(buf, '"');
    print_with_escapes(buf, text);
    buf_add_byte(buf, '"');
    if (behind)
        buf_add_byte(buf, behind);
}

void json_print_string(struct buf *buf, struct str text)
{
    print_quoted(buf, '\0', text.at ? text : STR(""), '\0');
}

void json_print_name(struct buf *buf, const char *name)
{
    if (buf->at[buf->length - 1] != '{')
        buf_add_byte(buf, ',');
    buf_add_byte(buf, '"');
    buf_add_text(buf, name);
    buf_add_str(buf, STR("\":"));
}

/* ---- numbers ---- */

/* Below a power of two doubles stand closer together than above it. So the decimal just above may read back where the
 * nearest one of that length, which lies below, does not. */
static bool try_next_above(char *text, int precision, double value)
{
    int exponent;
    char *last = &text[precision == 1 ? 0 : precision];
    if (frexp(value, &exponent) != 0.5 || *last == '9')
        return false;
    ++*last;
    return strtod(text, NULL) == value;
}

/* The shortest decimal digits that read back as `value` (> 0, finite), nearest where there are several: digits without
 * a point and the exponent of the first. */
static int shortest_digits(double value, char ret_digits[18], int *ret_exponent)
{
    /* A normal double with a decimal of 15 digits or fewer shows it at 15, so shorter ones need not be tried. */
    int precision = value < 0x1p-1022 ? 1 : 15;
    char text[32];
    for (;; precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, value);
        if (precision == 17 || strtod(text, NULL) == value || try_next_above(text, precision, value))
            break;
    }
    int count = 0;
    const char *at = text;
    for (; *at != 'e'; at++)
        if (*at != '.')
            ret_digits[count++] = *at;
    *ret_exponent = atoi(at + 1);
    while (count > 1 && ret_digits[count - 1] == '0')
        count--;
    return count;
}

/* Number::toString of ECMAScript. */
static void print_double(struct buf *buf, double value)
{
    if (!isfinite(value)) {
        buf_add_text(buf, "null");
        return;
    }
    if (value == 0) {
        buf_add_byte(buf, '0');
        return;
    }
    if (value < 0)
        buf_add_byte(buf, '-');
    if (fabs(value) <= 0x1p53 && value == (double)(int64_t)value) {
        buf_add_int64(buf, (int64_t)fabs(value));
        return;
    }
    char digits[18];
    int exponent, count = shortest_digits(fabs(value), digits, &exponent);
    int point = exponent + 1; /* how many digits stand before the decimal point */
    if (point > 21 || point < -5) {
        buf_add(buf, digits, 1);
        if (count > 1)
            buf_printf(buf, ".%.*s", count - 1, digits + 1);
        buf_printf(buf, "e%+d", exponent);
    } else if (point <= 0) {
        buf_printf(buf, "0.%.*s%.*s", -point, "00000", count, digits);
    } else if (count <= point) {
        buf_printf(buf, "%.*s%.*s", count, digits, point - count, "00000000000000000000");
    } else {
        buf_printf(buf, "%.*s.%.*s", point, digits, count - point, digits + point);
    }
}

/* ---- trees ---- */

void json_trail_init(struct json_trail *trail)
{
    trail->at = trail->first;
    trail->depth = 0;
    trail->capacity = sizeof trail->first / sizeof *trail->first;
}

void json_trail_release(struct json_trail *trail)
{
    if (trail->at != trail->first)
        free(trail->at);
}

void json_trail_grow(struct json_trail *trail)
{
    size_t size = trail->capacity * sizeof *trail->at;
    const cJSON **wider = memory_resize(trail->at == trail->first ? NULL : trail->at, size * 2);
    if (trail->at == trail->first)
        memcpy(wider, trail->first, size);
    trail->at = wider;
    trail->capacity *= 2;
}

const cJSON *json_walk_next(struct json_trail *trail, const cJSON *node)
{
    if (node->child) {
        json_trail_push(trail, node);
        return node->child;
    }
    while (trail->depth && !node->next)
        node = trail->at[--trail->depth];
    return trail->depth ? node->next : NULL;
}

static void print_scalar(struct buf *buf, const cJSON *node, char before, bool *had_raw)
{
    int kind = json_kind(node);
    if (kind == cJSON_String) {
        print_quoted(buf, before, str_of(node->valuestring ? node->valuestring : ""), '\0');
        return;
    }
    if (before)
        buf_add_byte(buf, before);
    switch (kind) {
    case cJSON_Number:
        if (node->valuestring)
            buf_add_text(buf, node->valuestring);
        else
            print_double(buf, node->valuedouble);
        return;
    case cJSON_True:
        buf_add_str(buf, STR("true"));
        return;
    case cJSON_False:
        buf_add_str(buf, STR("false"));
        return;
    case cJSON_Raw:
        *had_raw = true;
        buf_add_text(buf, node->valuestring);
        return;
    default:
        buf_add_str(buf, STR("null"));
        return;
    }
}

bool json_print_tree(struct buf *buf, const cJSON *node)
{
    bool had_raw = false;
    struct json_trail trail;
    json_trail_init(&trail);
    char before = '\0'; /* the comma that is still to come */
    const cJSON *at = node;
    while (!buf->overflow) { /* what does not fit is not walked through either */
        if (trail.depth && json_kind(trail.at[trail.depth - 1]) == cJSON_Object) {
            print_quoted(buf, before, str_of(at->string), ':');
            before = '\0';
        }
        int kind = json_kind(at);
        bool container = kind == cJSON_Object || kind == cJSON_Array;
        if (container && at->child) {
            if (before)
                buf_add_byte(buf, before);
            buf_add_byte(buf, kind == cJSON_Object ? '{' : '[');
            json_trail_push(&trail, at);
            at = at->child;
            before = '\0';
            continue;
        }
        if (container) {
            if (before)
                buf_add_byte(buf, before);
            buf_add(buf, kind == cJSON_Object ? "{}" : "[]", 2);
        } else {
            print_scalar(buf, at, before, &had_raw);
        }
        while (trail.depth && !at->next) {
            at = trail.at[--trail.depth];
            buf_add_byte(buf, json_kind(at) == cJSON_Object ? '}' : ']');
        }
        if (trail.depth == 0)
            break;
        at = at->next;
        before = ',';
    }
    json_trail_release(&trail);
    return had_raw;
}

void json_print(struct buf *buf, const cJSON *node)
{
    json_print_tree(buf, node);
}

struct str json_print_in(struct arena *arena, const cJSON *node)
{
    if (json_kind(node) == cJSON_String)
        return arena_str(arena, json_value(node));
    struct buf buf = BUF_EMPTY;
    json_print(&buf, node);
    struct str text = arena_str(arena, buf_str(&buf));
    buf_release(&buf);
    return text;
}
