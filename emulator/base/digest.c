#include "base/digest.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/percent.h"

#define BLOCK_BYTES 64 /* SHA-256's, to which HMAC pads its key */

enum algorithm { MD5, SHA1, SHA256, SHA384, SHA512, ALGORITHMS };

static const struct {
    const char *name, *openssl_name;
} algorithms[ALGORITHMS] = {
    [MD5] = { "MD5", "MD5" },           [SHA1] = { "SHA-1", "SHA1" },       [SHA256] = { "SHA-256", "SHA256" },
    [SHA384] = { "SHA-384", "SHA384" }, [SHA512] = { "SHA-512", "SHA512" },
};

/* OpenSSL 3 looks an algorithm up anew for each digest unless it has been fetched, which costs more than a short digest
 * itself. These stay until the process ends. */
static EVP_MD *fetched[ALGORITHMS];
static pthread_once_t fetched_once = PTHREAD_ONCE_INIT;
static pthread_key_t context_key; /* releases a thread's context when the thread ends */

static void free_context(void *context)
{
    EVP_MD_CTX_free(context);
}

static void fetch_all(void)
{
    if (pthread_key_create(&context_key, free_context) != 0)
        memory_exhausted();
    for (size_t i = 0; i < ALGORITHMS; i++)
        fetched[i] = EVP_MD_fetch(NULL, algorithms[i].openssl_name, NULL);
}

static const EVP_MD *algorithm_of(enum algorithm which)
{
    pthread_once(&fetched_once, fetch_all);
    return fetched[which];
}

static void must(int ok)
{
    if (ok != 1)
        memory_exhausted(); /* nothing else can fail in a digest of bytes in memory */
}

static EVP_MD_CTX *new_context(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context)
        memory_exhausted();
    return context;
}

/* One context for each thread, kept for all of its digests. */
static EVP_MD_CTX *own_context(void)
{
    static _Thread_local EVP_MD_CTX *context;
    if (!context) {
        context = new_context();
        pthread_once(&fetched_once, fetch_all);
        pthread_setspecific(context_key, context);
    }
    return context;
}

static unsigned digest_by(enum algorithm which, struct str bytes, unsigned char *ret_digest)
{
    EVP_MD_CTX *context = own_context();
    unsigned length = 0;
    must(EVP_DigestInit_ex2(context, algorithm_of(which), NULL));
    must(EVP_DigestUpdate(context, bytes.at, bytes.length));
    must(EVP_DigestFinal_ex(context, ret_digest, &length));
    return length;
}

void digest_sha256(struct str bytes, unsigned char ret_digest[SHA256_BYTES])
{
    digest_by(SHA256, bytes, ret_digest);
}

void digest_sha256_hex(struct str bytes, char ret_hex[2 * SHA256_BYTES + 1])
{
    unsigned char digest[SHA256_BYTES];
    digest_sha256(bytes, digest);
    hex_encode(digest, sizeof digest, ret_hex);
}

bool digest_hex_by_name(struct str name, struct str bytes, struct buf *ret_hex)
{
    size_t which = 0;
    while (which < ALGORITHMS && !str_is(name, algorithms[which].name))
        which++;
    if (which == ALGORITHMS || !algorithm_of(which)) /* MD5 is missing where OpenSSL runs in its FIPS mode */
        return false;
    unsigned char digest[EVP_MAX_MD_SIZE];
    char hex[2 * EVP_MAX_MD_SIZE + 1];
    unsigned length = digest_by(which, bytes, digest);
    hex_encode(digest, length, hex);
    buf_add(ret_hex, hex, 2 * (size_t)length);
    return true;
}

/* ---- HMAC, RFC 2104: H(key ⊕ opad ‖ H(key ⊕ ipad ‖ text)) ---- */

struct hmac_key {
    EVP_MD_CTX *inner, *outer; /* what comes before the text, and before the inner digest, is digested already */
};

static void start_pad(EVP_MD_CTX *context, const unsigned char padded_key[BLOCK_BYTES], unsigned char with)
{
    unsigned char pad[BLOCK_BYTES];
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        pad[i] = padded_key[i] ^ with;
    must(EVP_DigestInit_ex2(context, algorithm_of(SHA256), NULL));
    must(EVP_DigestUpdate(context, pad, sizeof pad));
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

void digest_hmac_sha256(struct str key, struct str bytes, unsigned char ret_digest[SHA256_BYTES])
{
    unsigned char padded[BLOCK_BYTES], inner[SHA256_BYTES];
    pad_key(key, padded);
    EVP_MD_CTX *context = own_context();
    start_pad(context, padded, 0x36);
    must(EVP_DigestUpdate(context, bytes.at, bytes.length));
    must(EVP_DigestFinal_ex(context, inner, NULL));
    start_pad(context, padded, 0x5c);
    must(EVP_DigestUpdate(context, inner, sizeof inner));
    must(EVP_DigestFinal_ex(context, ret_digest, NULL));
    OPENSSL_cleanse(padded, sizeof padded);
}

struct hmac_key *hmac_key_new(struct str key)
{
    unsigned char padded[BLOCK_BYTES];
    pad_key(key, padded);
    struct hmac_key *ready = memory_alloc(sizeof *ready);
    ready->inner = new_context();
    ready->outer = new_context();
    start_pad(ready->inner, padded, 0x36);
    start_pad(ready->outer, padded, 0x5c);
    OPENSSL_cleanse(padded, sizeof padded);
    return ready;
}

void hmac_key_free(struct hmac_key *key_or_null)
{
    if (!key_or_null)
        return;
    EVP_MD_CTX_free(key_or_null->inner); /* cleanses */
    EVP_MD_CTX_free(key_or_null->outer);
    memset(key_or_null, 0, sizeof *key_or_null);
    free(key_or_null);
}

void hmac_key_sign(const struct hmac_key *key, struct str bytes, unsigned char ret_digest[SHA256_BYTES])
{
    unsigned char inner[SHA256_BYTES];
    EVP_MD_CTX *context = own_context();
    must(EVP_MD_CTX_copy_ex(context, key->inner));
    must(EVP_DigestUpdate(context, bytes.at, bytes.length));
    must(EVP_DigestFinal_ex(context, inner, NULL));
    must(EVP_MD_CTX_copy_ex(context, key->outer));
    must(EVP_DigestUpdate(context, inner, sizeof inner));
    must(EVP_DigestFinal_ex(context, ret_digest, NULL));
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
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        *ret_hex_and_nul++ = digits[bytes[i] >> 4];
        *ret_hex_and_nul++ = digits[bytes[i] & 15];
    }
    *ret_hex_and_nul = '\0';
}

void base64_encode(struct buf *ret_text, struct str bytes)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *at = (const unsigned char *)bytes.at;
    for (size_t left = bytes.length; left; left -= left < 3 ? left : 3, at += 3) {
        uint32_t group = (uint32_t)at[0] << 16 | (left > 1 ? (uint32_t)at[1] << 8 : 0) | (left > 2 ? at[2] : 0u);
        char four[4] = { alphabet[group >> 18], alphabet[group >> 12 & 63], left > 1 ? alphabet[group >> 6 & 63] : '=',
                         left > 2 ? alphabet[group & 63] : '=' };
        buf_add(ret_text, four, sizeof four);
    }
}

static int base64_value(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        return letter - 'A';
    if (letter >= 'a' && letter <= 'z')
        return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9')
        return letter - '0' + 52;
    return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

bool base64_decode(struct buf *ret_bytes, struct str text)
{
    if (text.length % 4)
        return false;
    for (size_t i = 0; i < text.length; i += 4) {
        const char *four = text.at + i;
        size_t padding = 0;
        if (i + 4 == text.length && four[3] == '=')
            padding = four[2] == '=' ? 2 : 1;
        uint32_t group = 0;
        for (size_t j = 0; j < 4; j++) {
            int value = j < 4 - padding ? base64_value(four[j]) : 0;
            if (value < 0)
                return false;
            group = group << 6 | (uint32_t)value;
        }
        if (group & (padding == 2 ? 0xFFFFu : padding == 1 ? 0xFFu : 0u)) /* bits that stand for nothing must be 0 */
            return false;
        char three[3] = { (char)(group >> 16), (char)(group >> 8), (char)group };
        buf_add(ret_bytes, three, 3 - padding);
    }
    return true;
}
