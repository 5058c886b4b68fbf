#include "aws/presign.h"

#include <inttypes.h>

#include "aws/cloud.h"
#include "aws/sigv4.h"
#include "base/digest.h"
#include "base/percent.h"
#include "base/time.h"
#include "world/account.h"

/* In open mode anybody may call, also with a key that nobody knows; then nothing is verified either. */
static struct str name_key(const struct call *call, const struct access_key **ret_key)
{
    struct str id = str_of(call->caller.access_key_id);
    *ret_key = id.length ? account_find_key(call->world, id) : NULL;
    return id.length ? id : str_of(call->caller.account);
}

static void print_query(struct buf *text, const struct signature *signature, int64_t seconds)
{
    struct str id = signature->access_key_id;
    buf_printf(text, "%sX-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=", text->length ? "&" : "");
    percent_encode(text, id, "");
    buf_printf(text, "%%2F%.*s%%2F%.*s%%2F%.*s%%2Faws4_request&X-Amz-Date=%.*s&X-Amz-Expires=%" PRId64,
               STR_ARG(signature->date), STR_ARG(signature->region), STR_ARG(signature->service),
               STR_ARG(signature->amz_date), seconds);
    if (signature->security_token.length) {
        buf_add_text(text, "&X-Amz-Security-Token=");
        percent_encode(text, signature->security_token, "");
    }
    buf_printf(text, "&X-Amz-SignedHeaders=%.*s", STR_ARG(signature->signed_headers));
}

static void sign(const struct wire_request *request, const struct signature *signature, struct str secret,
                 char ret_hex[2 * SHA256_BYTES + 1])
{
    struct buf canonical = BUF_EMPTY, to_sign = BUF_EMPTY;
    unsigned char digest[SHA256_BYTES];
    sigv4_canonical_request(request, signature, &canonical);
    sigv4_string_to_sign(buf_str(&canonical), signature, &to_sign);
    struct hmac_key *key = sigv4_key(signature, secret);
    hmac_key_sign(key, buf_str(&to_sign), digest);
    hmac_key_free(key);
    hex_encode(digest, sizeof digest, ret_hex);
    buf_release(&canonical);
    buf_release(&to_sign);
}

char *presign_get(struct call *call, struct str path, struct str query, int64_t seconds)
{
    struct str host = call->request ? request_header(call->request, STR("Host")) : STR_NONE;
    if (!host.length)
        return NULL;
    char now[17], hex[2 * SHA256_BYTES + 1];
    time_print_amz(time_wall_ms(), now);
    const struct access_key *key;
    struct signature signature = { .present = true,
                                   .presigned = true,
                                   .access_key_id = name_key(call, &key),
                                   .date = str_first(str_of(now), 8),
                                   .region = str_of(call->region),
                                   .service = str_of(call->service->model->signing_name),
                                   .signed_headers = STR("host"),
                                   .amz_date = str_of(now) };
    if (key)
        signature.security_token = str_of(key->session_token);
    struct buf text = BUF_EMPTY;
    buf_add_str(&text, query);
    print_query(&text, &signature, seconds);
    const struct wire_header headers[] = { { STR("host"), host } };
    struct wire_request request = { .method = STR("GET"),
                                    .path = path,
                                    .query = buf_str(&text),
                                    .headers = headers,
                                    .header_count = 1,
                                    .body = STR(""),
                                    .host = host,
                                    .arena = call->arena };
    sign(&request, &signature, str_of(key ? key->secret : ""), hex);
    char *url = arena_printf(call->arena, "http://%.*s%.*s?%.*s&X-Amz-Signature=%s", STR_ARG(host), STR_ARG(path),
                             STR_ARG(buf_str(&text)), hex);
    buf_release(&text);
    return url;
}
