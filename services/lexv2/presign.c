#include "services/lexv2/presign.h"

#include <stdio.h>

#include "aws/road.h"
#include "aws/sigv4.h"
#include "base/digest.h"
#include "base/time.h"
#include "world/account.h"

#define SECRET_LENGTH 40
#define KEY_ID_BYTES  32

/* What its owner may do with it: nothing. The operations that it signs for ask nobody. */
static const char nothing_else[] = "{\"Version\":\"2012-10-17\",\"Statement\":"
                                   "[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}";

/* An archive has one key, named after it, so that asking for URLs again and again leaves no more behind than asking once. */
static void name_key(struct str archive_id, char ret_id[KEY_ID_BYTES])
{
    snprintf(ret_id, KEY_ID_BYTES, "ASIALEXARC%.*s", STR_ARG(archive_id));
}

/* The key's secret, in the call's arena; it opens for so many seconds from now. */
static struct str renew_key(struct call *call, const char *id, int seconds)
{
    char secret[SECRET_LENGTH + 1];
    const struct access_key *before = account_find_key(call->world, str_of(id));
    if (before)
        snprintf(secret, sizeof secret, "%s", before->secret);
    else
        random_secret_text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", SECRET_LENGTH, secret);
    struct principal root = principal_of_root(call->arena, str_of(call->caller.account));
    struct access_key key = { .id = id,
                              .secret = secret,
                              .session_token = "",
                              .account = root.account,
                              .principal_arn = root.arn,
                              .user_id = root.user_id,
                              .session_policy = nothing_else,
                              .expires_ms = clock_now(call->world->clock) + (int64_t)seconds * 1000 };
    account_put_key(call->world, &key);
    return arena_str(call->arena, str_of(secret));
}

void lexv2_presign_end(struct world *world, struct str id)
{
    char key_id[KEY_ID_BYTES];
    name_key(id, key_id);
    account_delete_key(world, str_of(key_id));
}

static struct str sign(const struct wire_request *request, struct str secret)
{
    struct signature signature;
    struct buf canonical = BUF_EMPTY, text = BUF_EMPTY, hex = BUF_EMPTY;
    unsigned char digest[SHA256_BYTES];
    sigv4_read(request, &signature);
    sigv4_canonical_request(request, &signature, &canonical);
    sigv4_string_to_sign(buf_str(&canonical), &signature, &text);
    struct hmac_key *key = sigv4_key(&signature, secret);
    hmac_key_sign(key, buf_str(&text), digest);
    hmac_key_free(key);
    for (size_t i = 0; i < SHA256_BYTES; i++)
        buf_printf(&hex, "%02x", digest[i]);
    struct str signed_hex = arena_str(request->arena, buf_str(&hex));
    buf_release(&canonical);
    buf_release(&text);
    buf_release(&hex);
    return signed_hex;
}

/* An internal call came by no host: such a URL serves who knows where this cloud is. */
static struct str host_of(const struct call *call)
{
    return call->request && call->request->host.length ? call->request->host : STR("localhost");
}

struct str lexv2_presign(struct call *call, const char *method, struct str id, int seconds)
{
    char key_id[KEY_ID_BYTES], now[17];
    name_key(id, key_id);
    struct str secret = renew_key(call, key_id, seconds);
    time_print_amz(time_wall_ms(), now);
    struct wire_header host = { STR("Host"), host_of(call) };
    struct wire_request request = {
        .method = str_of(method), .headers = &host, .header_count = 1, .host = host.value, .arena = call->arena
    };
    request.path = str_of(arena_printf(call->arena, "/lex-archives/%.*s", STR_ARG(id)));
    const char *query = arena_printf(call->arena,
                                     "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD"
                                     "&X-Amz-Credential=%s%%2F%.8s%%2F%s%%2Flex%%2Faws4_request&X-Amz-Date=%s"
                                     "&X-Amz-Expires=%d&X-Amz-SignedHeaders=host",
                                     key_id, now, call->region, now, seconds);
    /* Reading wants a signature to be there; what is signed leaves it out. */
    request.query = str_of(arena_printf(call->arena, "%s&X-Amz-Signature=0", query));
    struct str hex = sign(&request, secret);
    return str_of(arena_printf(call->arena, "http://%.*s%.*s?%s&X-Amz-Signature=%.*s", STR_ARG(host.value),
                               STR_ARG(request.path), query, STR_ARG(hex)));
}
