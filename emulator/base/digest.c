/* Every call is signed with SHA-256, of a few short texts, and every object has an MD5. OpenSSL's general way makes and cleanses a
 * context for each of them, which takes longer than short digests; its functions for one algorithm, which it advises against
 * since version 3, do not. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/digest.h"

#include <endian.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/percent.h"

#define BLOCK_BYTES 64 /* SHA-256's, to which HMAC pads its key */

/* One way for all of OpenSSL's functions of one algorithm. */
#define METHOD(name, INIT, UPDATE, FINAL, context)                                                                     \
    static void name##_begin(union digest_state *state)                                                                \
    {                                                                                                                  \
        INIT(&state->context);                                                                                         \
    }                                                                                                                  \
    static void name##_add(union digest_state *state, struct str bytes)                                                \
    {                                                                                                                  \
        UPDATE(&state->context, bytes.at, bytes.length);                                                               \
    }                                                                                                                  \
    static void name##_end(union digest_state *state, unsigned char *ret_digest)                                       \
    {                                                                                                                  \
        FINAL(ret_digest, &state->context);                                                                            \
    }

METHOD(md5, MD5_Init, MD5_Update, MD5_Final, md5)
METHOD(sha1, SHA1_Init, SHA1_Update, SHA1_Final, sha1)
METHOD(sha256, SHA256_Init, SHA256_Update, SHA256_Final, sha256)
METHOD(sha384, SHA384_Init, SHA384_Update, SHA384_Final, sha512)
METHOD(sha512, SHA512_Init, SHA512_Update, SHA512_Final, sha512)

static const struct {
    const char *name;
    size_t length;
    void (*begin)(union digest_state *state);
    void (*add)(union digest_state *state, struct str bytes);
    void (*end)(union digest_state *state, unsigned char *ret_digest);
} algorithms[DIGESTS] = {
    [DIGEST_MD5] = { "MD5", 16, md5_begin, md5_add, md5_end },
    [DIGEST_SHA1] = { "SHA-1", 20, sha1_begin, sha1_add, sha1_end },
    [DIGEST_SHA256] = { "SHA-256", SHA256_BYTES, sha256_begin, sha256_add, sha256_end },
    [DIGEST_SHA384] = { "SHA-384", 48, sha384_begin, sha384_add, sha384_end },
    [DIGEST_SHA512] = { "SHA-512", 64, sha512_begin, sha512_add, sha512_end },
};

void digest_begin(struct digest_run *ret_run, enum digest which)
{
    ret_run->which = which;
    algorithms[which].begin(&ret_run->state);
}

void digest_add(struct digest_run *run, struct str bytes)
{
    if (bytes.length)
        algorithms[run->which].add(&run->state, bytes);
}

size_t digest_end(struct digest_run *run, unsigned char *ret_digest)
{
    algorithms[run->which].end(&run->state, ret_digest);
    return algorithms[run->which].length;
}

size_t digest_of(enum digest which, struct str bytes, unsigned char *ret_digest)
{
    struct digest_run run;
    digest_begin(&run, which);
    digest_add(&run, bytes);
    return digest_end(&run, ret_digest);
}

void digest_sha256(struct str bytes, unsigned char ret_digest[SHA256_BYTES])
{
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes.at, bytes.length);
    SHA256_Final(ret_digest, &context);
}

void digest_sha256_hex(struct str bytes, char ret_hex[2 * SHA256_BYTES + 1])
{
    unsigned char digest[SHA256_BYTES];
    digest_sha256(bytes, digest);
    hex_encode(digest, sizeof digest, ret_hex);
}

bool digest_hex_by_name(struct str name, struct str bytes, struct buf *ret_hex)
{
    enum digest which = 0;
    while (which < DIGESTS && !str_is(name, algorithms[which].name))
        which++;
    if (which == DIGESTS)
        return false;
    unsigned char digest[DIGEST_MOST_BYTES];
    char hex[2 * DIGEST_MOST_BYTES + 1];
    size_t length = digest_of(which, bytes, digest);
    hex_encode(digest, length, hex);
    buf_add(ret_hex, hex, 2 * length);
    return true;
}

/* ---- HMAC, RFC 2104: H(key ⊕ opad ‖ H(key ⊕ ipad ‖ text)) ---- */

struct hmac_key {
    SHA256_CTX inner, outer; /* what comes before the text, and before the inner digest, is digested already */
};

static void start_pad(SHA256_CTX *context, const unsigned char padded_key[BLOCK_BYTES], unsigned char with)
{
    unsigned char pad[BLOCK_BYTES];
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        pad[i] = padded_key[i] ^ with;
    SHA256_Init(context);
    SHA256_Update(context, pad, sizeof pad);
    OPENSSL_cleanse(pad, sizeof pad);
}

static void pad_key(struct str key, unsigned char ret_padded[BLOCK_BYTES])
{
    memset(ret_padded, 0, BLOCK_BYTES);
    if (key.length > BLOCK_BYTES)
        digest_sha256(key, ret_padded);
    else if (key.length)
        memcpy(ret_padded, key.at, key.length);
}

static void make_ready(struct hmac_key *key, struct str bytes)
{
    unsigned char padded[BLOCK_BYTES];
    pad_key(bytes, padded);
    start_pad(&key->inner, padded, 0x36);
    start_pad(&key->outer, padded, 0x5c);
    OPENSSL_cleanse(padded, sizeof padded);
}

void digest_hmac_sha256(struct str key, struct str bytes, unsigned char ret_digest[SHA256_BYTES])
{
    struct hmac_key ready;
    make_ready(&ready, key);
    hmac_key_sign(&ready, bytes, ret_digest);
    OPENSSL_cleanse(&ready, sizeof ready);
}

struct hmac_key *hmac_key_new(struct str key)
{
    struct hmac_key *ready = memory_alloc(sizeof *ready);
    make_ready(ready, key);
    return ready;
}

void hmac_key_free(struct hmac_key *key_or_null)
{
    if (!key_or_null)
        return;
    OPENSSL_cleanse(key_or_null, sizeof *key_or_null);
    free(key_or_null);
}

void hmac_key_sign(const struct hmac_key *key, struct str bytes, unsigned char ret_digest[SHA256_BYTES])
{
    unsigned char inner[SHA256_BYTES];
    SHA256_CTX context = key->inner;
    SHA256_Update(&context, bytes.at, bytes.length);
    SHA256_Final(inner, &context);
    context = key->outer;
    SHA256_Update(&context, inner, sizeof inner);
    SHA256_Final(ret_digest, &context); /* which cleanses it */
}

bool digest_equal(const void *a, const void *b, size_t length)
{
    return CRYPTO_memcmp(a, b, length) == 0;
}

bool digest_same_secret(struct str secret, struct str shown)
{
    unsigned char of_secret[SHA256_BYTES], of_shown[SHA256_BYTES];
    digest_sha256(secret, of_secret);
    digest_sha256(shown, of_shown);
    return digest_equal(of_secret, of_shown, SHA256_BYTES);
}

/* ---- hex and base64 ---- */

bool hex_decode(struct str hex, unsigned char *ret_bytes, size_t length)
{
    if (hex.length != 2 * length)
        return false;
    for (size_t i = 0; i < length; i++) {
        int high = hex_digit(hex.at[2 * i]), low = hex_digit(hex.at[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        ret_bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

void hex_encode(const unsigned char *bytes, size_t length, char *ret_hex_and_nul)
{
    /* Four bytes at a time: each half of a byte gets a byte of its own, and those above 9 what lies between '9' and 'a'. */
    const uint64_t each = UINT64_C(0x0101010101010101);
    for (; length >= 4; length -= 4, bytes += 4, ret_hex_and_nul += 8) {
        uint64_t halves = (uint64_t)bytes[3] << 48 | (uint64_t)bytes[2] << 32 | (uint64_t)bytes[1] << 16 | bytes[0];
        halves = (halves >> 4 | halves << 8) & each * 0x0F;
        uint64_t above_9 = (halves + each * 6) >> 4 & each;
        halves = htole64(halves + each * '0' + above_9 * ('a' - '0' - 10));
        memcpy(ret_hex_and_nul, &halves, sizeof halves);
    }
    static const char digits[] = "0123456789abcdef";
    for (; length; length--, bytes++) {
        *ret_hex_and_nul++ = digits[*bytes >> 4];
        *ret_hex_and_nul++ = digits[*bytes & 15];
    }
    *ret_hex_and_nul = '\0';
}

static char *put_group(char *to, uint32_t group)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    to[0] = alphabet[group >> 18];
    to[1] = alphabet[group >> 12 & 63];
    to[2] = alphabet[group >> 6 & 63];
    to[3] = alphabet[group & 63];
    return to + 4;
}

char *base64_put(char *to, struct str bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.at;
    size_t left = bytes.length;
    for (; left >= 3; left -= 3, at += 3)
        to = put_group(to, (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2]);
    if (!left)
        return to;
    to = put_group(to, (uint32_t)at[0] << 16 | (left > 1 ? (uint32_t)at[1] << 8 : 0));
    memset(to - (3 - left), '=', 3 - left);
    return to;
}

void base64_encode(struct buf *ret_text, struct str bytes)
{
    size_t length = base64_length(bytes.length);
    if (!buf_reserve(ret_text, length))
        return;
    base64_put(ret_text->at + ret_text->length, bytes);
    ret_text->length += length;
    ret_text->at[ret_text->length] = '\0';
}

/* One more than the value of each letter; 0: it is none. */
static const unsigned char base64_values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

/* Whole groups without padding; false: another letter is among them. */
static bool decode_groups(const unsigned char *four, size_t groups, unsigned char *three)
{
    unsigned wrong = 0;
    for (; groups; groups--, four += 4, three += 3) {
        unsigned a = base64_values[four[0]] - 1u, b = base64_values[four[1]] - 1u, c = base64_values[four[2]] - 1u,
                 d = base64_values[four[3]] - 1u;
        wrong |= a | b | c | d;
        three[0] = (unsigned char)(a << 2 | b >> 4);
        three[1] = (unsigned char)(b << 4 | c >> 2);
        three[2] = (unsigned char)(c << 6 | d);
    }
    return wrong < 64;
}

bool base64_decode(struct buf *ret_bytes, struct str text)
{
    size_t groups = text.length / 4, padding = 0;
    if (text.length % 4)
        return false;
    if (groups && text.at[text.length - 1] == '=')
        padding = text.at[text.length - 2] == '=' ? 2 : 1;
    if (!buf_reserve(ret_bytes, groups * 3 + 1))
        return false;
    unsigned char *to = (unsigned char *)ret_bytes->at + ret_bytes->length;
    size_t whole = padding ? groups - 1 : groups, length = whole * 3;
    if (!decode_groups((const unsigned char *)text.at, whole, to))
        return false;
    if (padding) {
        unsigned char last[4], three[3];
        memcpy(last, text.at + whole * 4, 4);
        memset(last + 4 - padding, 'A', padding);
        if (!decode_groups(last, 1, three) || three[2] || (padding == 2 && three[1]))
            return false; /* bits that stand for nothing must be 0 */
        memcpy(to + length, three, 3 - padding);
        length += 3 - padding;
    }
    ret_bytes->length += length;
    ret_bytes->at[ret_bytes->length] = '\0';
    return true;
}
