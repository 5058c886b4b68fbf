#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/sigv4.h"
#include "base/digest.h"

/* A request as text: "METHOD path?query", header lines, an empty line, the body. Whatever it says about its signature is read
 * and verified; then the right signature is put in its place, which must be found good unless something else is wrong. */

#define MOST   100
#define SECRET STR("secret")

static struct wire_header headers[MOST];

static struct wire_request parse(struct str text, struct arena *arena)
{
    struct str rest, line = str_cut(text, '\n', &rest);
    struct wire_request request = { .headers = headers, .arena = arena };
    request.method = str_cut(line, ' ', &line);
    request.path = str_cut(line, '?', &request.query);
    while (request.header_count < MOST && (line = str_cut(rest, '\n', &rest)).length) {
        struct wire_header *header = &headers[request.header_count++];
        header->name = str_cut(line, ':', &header->value);
    }
    request.body = rest;
    return request;
}

static void chain(struct str key, struct str text, unsigned char ret_digest[SHA256_BYTES])
{
    unsigned char digest[SHA256_BYTES];
    digest_hmac_sha256(key, text, digest);
    memcpy(ret_digest, digest, sizeof digest);
}

/* False: the request asks for more than is ever canonicalised. */
static bool sign(const struct wire_request *request, struct signature *signature, char hex[2 * SHA256_BYTES + 1])
{
    unsigned char digest[SHA256_BYTES];
    struct str key = { (char *)digest, sizeof digest };
    struct buf canonical, to_sign = BUF_EMPTY;
    buf_init(&canonical, 256 * 1024);
    sigv4_canonical_request(request, signature, &canonical);
    sigv4_string_to_sign(buf_str(&canonical), signature, &to_sign);
    chain(STR("AWS4secret"), signature->date, digest);
    chain(key, signature->region, digest);
    chain(key, signature->service, digest);
    chain(key, STR("aws4_request"), digest);
    chain(key, buf_str(&to_sign), digest);
    hex_encode(digest, sizeof digest, hex);
    bool within = !canonical.overflow;
    buf_release(&canonical);
    buf_release(&to_sign);
    return within;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 64 * 1024)
        return 0;
    struct arena *arena = arena_new();
    struct signing_cache *cache = signing_cache_new();
    struct wire_request request = parse((struct str){ (const char *)data, size }, arena);
    struct signature signature;
    const struct error_kind *kind = NULL;
    sigv4_read(&request, &signature);
    assert(!signature.flaw == !signature.flaw_message);
    if (signature.present && !signature.flaw) {
        const char *service = arena_copy(arena, signature.service);
        sigv4_verify(cache, &request, &signature, SECRET, service, signature.signed_ms, &kind);
        char hex[2 * SHA256_BYTES + 1];
        bool within = sign(&request, &signature, hex);
        signature.hex = (struct str){ hex, 2 * SHA256_BYTES };
        const char *why = sigv4_verify(cache, &request, &signature, SECRET, service, signature.signed_ms, &kind);
        bool scope_fits = strlen(service) == signature.service.length && sigv4_region_is_sane(signature.region);
        assert(!why || kind != &ERROR_INVALID_SIGNATURE || !scope_fits || !within ||
               !str_starts(str_of(why), STR("The request")));
    }
    signing_cache_free(cache);
    arena_free(arena);
    return 0;
}
