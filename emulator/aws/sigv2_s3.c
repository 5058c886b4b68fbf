#include "aws/sigv2_s3.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/percent.h"

#define MOST_TEXT    (256 * 1024)
#define MOST_HEADERS 128

static struct str decoded(struct arena *arena, struct str text)
{
    struct str plain;
    return percent_decode(arena, text, true, &plain) ? plain : text;
}

void sigv2_read(const struct wire_request *request, struct signature *signature)
{
    struct str key = STR_NONE, hex = STR_NONE, expires = STR_NONE, token = STR_NONE;
    const struct {
        const char *name;
        struct str *value;
    } parts[] = {
        { "AWSAccessKeyId", &key }, { "Signature", &hex }, { "Expires", &expires }, { "x-amz-security-token", &token }
    };
    for (struct str rest = request->query; rest.length;) {
        struct str value, name = str_cut(str_cut(rest, '&', &rest), '=', &value);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            if (str_is(name, parts[i].name))
                *parts[i].value = decoded(request->arena, value);
    }
    if (!key.length || !hex.length || !expires.length)
        return;
    *signature = (struct signature){ .present = true,
                                     .presigned = true,
                                     .legacy = true,
                                     .access_key_id = key,
                                     .hex = hex,
                                     .expires = expires,
                                     .security_token = token };
}

/* ---- the text that is signed ---- */

struct pair {
    struct str name, value;
};

static int compare_pairs(const void *a, const void *b)
{
    return str_compare(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

static struct str lowered(struct arena *arena, struct str text)
{
    char *copy = arena_copy(arena, text);
    for (size_t i = 0; i < text.length; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] - 'A' + 'a');
    return (struct str){ copy, text.length };
}

static bool is_amz(struct str name)
{
    return str_equal_ignoring_case(str_first(name, 6), STR("x-amz-"));
}

/* Headers that begin with x-amz-, and such parameters: that is where a presigned URL has what was a header. */
static size_t gather_headers(const struct wire_request *request, struct pair pairs[MOST_HEADERS])
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count && count < MOST_HEADERS; i++)
        if (is_amz(request->headers[i].name))
            pairs[count++] = (struct pair){ lowered(request->arena, request->headers[i].name),
                                            str_trim(request->headers[i].value) };
    for (struct str rest = request->query; rest.length && count < MOST_HEADERS;) {
        struct str value, name = str_cut(str_cut(rest, '&', &rest), '=', &value);
        if (is_amz(name))
            pairs[count++] = (struct pair){ lowered(request->arena, name), decoded(request->arena, value) };
    }
    qsort(pairs, count, sizeof *pairs, compare_pairs);
    return count;
}

/* Parameters that are part of the resource, in the order in which they are signed. */
static const char *const sub_resources[] = { "accelerate",
                                             "acl",
                                             "analytics",
                                             "cors",
                                             "delete",
                                             "encryption",
                                             "inventory",
                                             "legal-hold",
                                             "lifecycle",
                                             "location",
                                             "logging",
                                             "metrics",
                                             "notification",
                                             "object-lock",
                                             "partNumber",
                                             "policy",
                                             "publicAccessBlock",
                                             "replication",
                                             "requestPayment",
                                             "response-cache-control",
                                             "response-content-disposition",
                                             "response-content-encoding",
                                             "response-content-language",
                                             "response-content-type",
                                             "response-expires",
                                             "restore",
                                             "retention",
                                             "select",
                                             "select-type",
                                             "tagging",
                                             "torrent",
                                             "uploadId",
                                             "uploads",
                                             "versionId",
                                             "versioning",
                                             "versions",
                                             "website" };

static void add_resource(struct buf *text, const struct wire_request *request, struct str path)
{
    char before = '?';
    buf_add_str(text, path);
    for (size_t i = 0; i < sizeof sub_resources / sizeof *sub_resources; i++) {
        for (struct str rest = request->query; rest.length;) {
            struct str whole = str_cut(rest, '&', &rest), value, name = str_cut(whole, '=', &value);
            if (!str_is(name, sub_resources[i]))
                continue;
            buf_add_byte(text, before);
            buf_add_str(text, name);
            if (name.length < whole.length) {
                buf_add_byte(text, '=');
                buf_add_str(text, decoded(request->arena, value));
            }
            before = '&';
        }
    }
}

static void add_text(struct buf *text, const struct wire_request *request, struct str path,
                     const struct signature *signature)
{
    struct pair pairs[MOST_HEADERS];
    struct str md5 = request_header(request, STR("Content-MD5")), type = request_header(request, STR("Content-Type"));
    buf_printf(text, "%.*s\n%.*s\n%.*s\n%.*s\n", STR_ARG(request->method), STR_ARG(md5), STR_ARG(type),
               STR_ARG(signature->expires));
    size_t count = gather_headers(request, pairs);
    for (size_t i = 0; i < count; i++)
        buf_printf(text, "%.*s:%.*s\n", STR_ARG(pairs[i].name), STR_ARG(pairs[i].value));
    add_resource(text, request, path);
}

bool sigv2_signs(struct str text, const struct signature *signature, struct str secret)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    struct buf expected = BUF_EMPTY;
    if (secret.length > INT32_MAX ||
        !HMAC(EVP_sha1(), secret.at, (int)secret.length, (const unsigned char *)text.at, text.length, digest, &length))
        return false;
    base64_encode(&expected, (struct str){ (const char *)digest, length });
    bool good = expected.length == signature->hex.length &&
                digest_equal(expected.at, signature->hex.at, expected.length);
    buf_release(&expected);
    return good;
}

bool sigv2_matches(const struct wire_request *request, struct str path, const struct signature *signature,
                   struct str secret, struct buf *ret_text)
{
    buf_init(ret_text, MOST_TEXT);
    add_text(ret_text, request, path, signature);
    return !ret_text->overflow && sigv2_signs(buf_str(ret_text), signature, secret);
}
