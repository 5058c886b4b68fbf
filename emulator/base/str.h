/* Borrowed text: a place and a length, never a terminator, never an owner. Everything that only reads text takes a
 * `struct str`; who owns the bytes is said where the text comes from. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *at;
    size_t length;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE     ((struct str){ NULL, 0 })
/* For printf: printf("%.*s", STR_ARG(text)) */
#define STR_ARG(s) (int)(s).length, (s).at

static inline struct str str_of(const char *text_or_null)
{
    return (struct str){ text_or_null, text_or_null ? strlen(text_or_null) : 0 };
}

static inline bool str_equal(struct str a, struct str b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

/* The first letter tells most texts apart. NULL is as good as "". */
static inline bool str_is(struct str a, const char *literal_or_null)
{
    if (!a.length)
        return !literal_or_null || !*literal_or_null;
    return literal_or_null && *a.at == *literal_or_null && str_equal(a, str_of(literal_or_null));
}

static inline bool str_starts(struct str text, struct str prefix)
{
    return text.length >= prefix.length && (prefix.length == 0 || memcmp(text.at, prefix.at, prefix.length) == 0);
}

static inline bool str_ends(struct str text, struct str suffix)
{
    return text.length >= suffix.length &&
           (suffix.length == 0 || memcmp(text.at + text.length - suffix.length, suffix.at, suffix.length) == 0);
}

static inline struct str str_from(struct str text, size_t start)
{
    return start >= text.length ? (struct str){ text.at + text.length, 0 }
                                : (struct str){ text.at + start, text.length - start };
}

/* At most `length` bytes from the beginning. */
static inline struct str str_first(struct str text, size_t length)
{
    return (struct str){ text.at, length < text.length ? length : text.length };
}

/* As memcmp, shorter first where one begins the other. */
int str_compare(struct str a, struct str b);
bool str_equal_ignoring_case(struct str a, struct str b); /* ASCII only, as HTTP's names */
bool str_starts_ignoring_case(struct str text, struct str prefix);
/* The offset of the first `byte` or of `part`, SIZE_MAX where there is none. */
size_t str_find_byte(struct str text, char byte);
size_t str_find(struct str text, struct str part);
/* Cuts at the first `byte`: what stands before it comes back, *rest is what follows (empty when there is none). */
struct str str_cut(struct str text, char byte, struct str *rest);
struct str str_trim(struct str text); /* spaces and tabs off both ends */
/* Decimal digits with an optional '-', nothing else, within int64; false leaves *ret_value alone. */
bool str_to_int64(struct str text, int64_t *ret_value);
/* Writes the digits of a number, at least `width` of them, so that the last stands before `end`; returns the first. */
char *str_put_digits(char *end, uint64_t value, unsigned base, size_t width);
/* Decimal digits, behind a '-' where it is negative, somewhere in the room; no NUL. */
struct str str_put_int64(char room[24], int64_t value);
bool str_is_utf8(struct str text);             /* strict: no surrogates, no overlong forms, ≤ U+10FFFF */
size_t str_count_code_points(struct str utf8); /* AWS counts a text's length in characters, not bytes */
/* The length in bytes of the character that starts here, 0 where the bytes are no strict UTF-8. */
size_t utf8_length(const char *at, size_t available);
uint32_t utf8_decode(const char *at, size_t length); /* `length` as utf8_length() gave it */
size_t utf8_encode(uint32_t code_point, char ret_bytes[4]);
uint64_t str_hash(struct str text); /* keyed once per process: no flooding of tables */

/* A number below 64, the same whatever a name's case, and the bit of that number: for a quick no where one of many names is looked
 * for among a few. */
static inline unsigned char str_mark_number(struct str name)
{
    if (!name.length)
        return 0;
    const unsigned small = 'a' - 'A';
    unsigned middle = (unsigned char)name.at[name.length / 2] | small,
             last = (unsigned char)name.at[name.length - 1] | small;
    return (5 * name.length + 3 * last + middle) & 63;
}

static inline uint64_t str_mark(struct str name)
{
    return (uint64_t)1 << str_mark_number(name);
}

#endif
