/* MD5 and SHA, HMAC-SHA-256 by OpenSSL's libcrypto, hex and base64, comparison in constant time. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <openssl/md5.h>
#include <openssl/sha.h>

#include "base/buf.h"
#include "base/str.h"

#define SHA256_BYTES 32

enum digest { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512, DIGESTS };
#define DIGEST_MOST_BYTES 64

struct hmac_key; /* a key made ready once: inner and outer states */

/* How many bytes it has: DIGEST_MOST_BYTES at most. */
size_t digest_of(enum digest which, struct str bytes, unsigned char *ret_digest);

/* Piece by piece. A run holds nothing that must be released. */
struct digest_run {
    enum digest which;
    union digest_state {
        MD5_CTX md5;
        SHA_CTX sha1;
        SHA256_CTX sha256;
        SHA512_CTX sha512; /* SHA-384's too */
    } state;
};
void digest_begin(struct digest_run *ret_run, enum digest which);
void digest_add(struct digest_run *run, struct str bytes);
size_t digest_end(struct digest_run *run, unsigned char *ret_digest); /* as digest_of */

void digest_sha256(struct str bytes, unsigned char ret_digest[SHA256_BYTES]);
void digest_sha256_hex(struct str bytes, char ret_hex[2 * SHA256_BYTES + 1]);
void digest_hmac_sha256(struct str key, struct str bytes, unsigned char ret_digest[SHA256_BYTES]);
struct hmac_key *hmac_key_new(struct str key);
void hmac_key_free(struct hmac_key *key_or_null);
void hmac_key_sign(const struct hmac_key *key, struct str bytes, unsigned char ret_digest[SHA256_BYTES]);
/* By name as intrinsics and S3 want them: "MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512". Hex; false: no such name. */
bool digest_hex_by_name(struct str name, struct str bytes, struct buf *ret_hex);

void hex_encode(const unsigned char *bytes, size_t length, char *ret_hex_and_nul); /* lower case */
/* Exactly so many bytes; false: it is something else. */
bool hex_decode(struct str hex, unsigned char *ret_bytes, size_t length);
bool digest_equal(const void *a, const void *b, size_t length); /* in constant time */
/* Not even the length of the secret shows in the time that this takes. */
bool digest_same_secret(struct str secret, struct str shown);
void base64_encode(struct buf *ret_text, struct str bytes);
static inline size_t base64_length(size_t bytes)
{
    return bytes / 3 * 4 + (bytes % 3 ? 4 : 0);
}
char *base64_put(char *to, struct str bytes); /* base64_length() letters without a NUL; returns the place behind */
/* Strict alphabet and padding; false: *ret_bytes is unusable. */
bool base64_decode(struct buf *ret_bytes, struct str text);

#endif
