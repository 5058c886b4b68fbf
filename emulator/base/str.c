#include "base/str.h"

#include <pthread.h>

#include "base/random.h"

int str_compare(struct str a, struct str b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter ? memcmp(a.at, b.at, shorter) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

static unsigned char lower(char byte)
{
    unsigned char c = (unsigned char)byte;
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

/* Eight at once. In each byte without its highest bit the two sums reach that bit from 'A' and from behind 'Z' on; what had it is
 * no ASCII and stays. */
static uint64_t lower_word(const char *at)
{
    const uint64_t each = 0x0101010101010101u;
    uint64_t word;
    memcpy(&word, at, sizeof word);
    uint64_t low = word & each * 0x7F;
    uint64_t from_a = low + each * (0x80 - 'A'), behind_z = low + each * (0x7F - 'Z');
    uint64_t capitals = from_a & ~behind_z & ~word & each * 0x80;
    return word | capitals >> 2;
}

bool str_equal_ignoring_case(struct str a, struct str b)
{
    if (a.length != b.length)
        return false;
    size_t i = 0;
    for (; a.length - i >= 8; i += 8)
        if (lower_word(a.at + i) != lower_word(b.at + i))
            return false;
    for (; i < a.length; i++)
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

/* The last letter tells most texts apart: of names that are many the first ones are the same. */
bool str_starts_ignoring_case(struct str text, struct str prefix)
{
    if (text.length < prefix.length || !prefix.length)
        return !prefix.length;
    size_t last = prefix.length - 1;
    return lower(text.at[last]) == lower(prefix.at[last]) &&
           str_equal_ignoring_case(str_first(text, prefix.length), prefix);
}

size_t str_find_byte(struct str text, char byte)
{
    const char *found = text.length ? memchr(text.at, byte, text.length) : NULL;
    return found ? (size_t)(found - text.at) : SIZE_MAX;
}

size_t str_find(struct str text, struct str part)
{
    if (part.length == 0)
        return 0;
    const char *found = text.length ? memmem(text.at, text.length, part.at, part.length) : NULL;
    return found ? (size_t)(found - text.at) : SIZE_MAX;
}

struct str str_cut(struct str text, char byte, struct str *rest)
{
    size_t end = str_find_byte(text, byte);
    *rest = str_from(text, end == SIZE_MAX ? text.length : end + 1);
    return str_first(text, end);
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

struct str str_trim(struct str text)
{
    while (text.length && is_blank(text.at[0]))
        text = str_from(text, 1);
    while (text.length && is_blank(text.at[text.length - 1]))
        text.length--;
    return text;
}

bool str_to_int64(struct str text, int64_t *ret_value)
{
    bool negative = text.length && text.at[0] == '-';
    size_t start = negative ? 1 : 0;
    if (start == text.length)
        return false;
    /* Counted downwards, since INT64_MIN has no positive counterpart. */
    int64_t value = 0;
    for (size_t i = start; i < text.length; i++) {
        char digit = text.at[i];
        if (digit < '0' || digit > '9' || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit - '0', &value))
            return false;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *ret_value = negative ? value : -value;
    return true;
}

char *str_put_digits(char *end, uint64_t value, unsigned base, size_t width)
{
    char *at = end;
    do {
        *--at = "0123456789abcdef"[value % base];
        value /= base;
    } while (value || (size_t)(end - at) < width);
    return at;
}

struct str str_put_int64(char room[24], int64_t value)
{
    char *end = room + 24, *first = str_put_digits(end, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, 1);
    if (value < 0)
        *--first = '-';
    return (struct str){ first, (size_t)(end - first) };
}

size_t utf8_length(const char *at, size_t available)
{
    const unsigned char *byte = (const unsigned char *)at;
    if (available == 0)
        return 0;
    if (byte[0] < 0x80)
        return 1;
    size_t length = byte[0] >= 0xF0 ? 4 : byte[0] >= 0xE0 ? 3 : 2;
    if (byte[0] < 0xC2 || byte[0] > 0xF4 || available < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((byte[i] & 0xC0) != 0x80)
            return 0;
    if ((byte[0] == 0xE0 && byte[1] < 0xA0) || (byte[0] == 0xED && byte[1] > 0x9F) || /* overlong; surrogates */
        (byte[0] == 0xF0 && byte[1] < 0x90) || (byte[0] == 0xF4 && byte[1] > 0x8F))   /* overlong; > U+10FFFF */
        return 0;
    return length;
}

uint32_t utf8_decode(const char *at, size_t length)
{
    const unsigned char *byte = (const unsigned char *)at;
    uint32_t code_point = length == 1 ? byte[0] : byte[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++)
        code_point = code_point << 6 | (byte[i] & 0x3F);
    return code_point;
}

size_t utf8_encode(uint32_t code_point, char ret_bytes[4])
{
    if (code_point < 0x80) {
        ret_bytes[0] = (char)code_point;
        return 1;
    }
    size_t length = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (size_t i = length - 1; i > 0; i--) {
        ret_bytes[i] = (char)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    ret_bytes[0] = (char)(lead[length] | code_point);
    return length;
}

#define HIGH_BITS 0x8080808080808080u

static bool eight_ascii(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return (word & HIGH_BITS) == 0;
}

#define BLOCK 64

static bool is_ascii_block(const char *at)
{
    uint64_t words[BLOCK / 8];
    memcpy(words, at, sizeof words);
    return ((words[0] | words[1] | words[2] | words[3] | words[4] | words[5] | words[6] | words[7]) & HIGH_BITS) == 0;
}

bool str_is_utf8(struct str text)
{
    const char *at = text.at, *end = text.at + text.length;
    while (at < end) {
        if (end - at >= BLOCK && is_ascii_block(at)) {
            at += BLOCK;
            continue;
        }
        if (end - at >= 8 && eight_ascii(at)) {
            at += 8;
            continue;
        }
        if (end - at < 8 && text.length >= 8 && eight_ascii(end - 8)) /* with some of what was looked at before */
            return true;
        size_t length = utf8_length(at, (size_t)(end - at));
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

size_t str_count_code_points(struct str utf8)
{
    size_t count = 0;
    for (size_t i = 0; i < utf8.length; i++)
        count += ((unsigned char)utf8.at[i] & 0xC0) != 0x80;
    return count;
}

/* ---- SipHash-1-3 (Aumasson and Bernstein), as hash tables of several languages use it ---- */

struct sip {
    uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static inline void sip_word(struct sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    s->v0 ^= word;
}

static uint64_t hash_key[2];

static void make_hash_key(void)
{
    random_secret(hash_key, sizeof hash_key);
}

uint64_t str_hash(struct str text)
{
    static pthread_once_t made = PTHREAD_ONCE_INIT;
    pthread_once(&made, make_hash_key);
    const uint64_t *key = hash_key;
    struct sip s = { key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du, key[0] ^ 0x6c7967656e657261u,
                     key[1] ^ 0x7465646279746573u };
    size_t whole = text.length & ~(size_t)7;
    for (size_t i = 0; i < whole; i += 8) {
        uint64_t word;
        memcpy(&word, text.at + i, 8);
        sip_word(&s, word);
    }
    uint64_t last = (uint64_t)text.length << 56;
    for (size_t i = whole; i < text.length; i++)
        last |= (uint64_t)(unsigned char)text.at[i] << 8 * (i - whole);
    sip_word(&s, last);
    s.v2 ^= 0xff;
    sip_round(&s);
    sip_round(&s);
    sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
