#include "aws/authenticate_s3.h"

#include "aws/authenticate.h"
#include "aws/payload.h"
#include "aws/rest_route.h"
#include "aws/sigv2_s3.h"
#include "base/digest.h"
#include "base/time.h"

/* Codes: "Error responses" and "Authenticating Requests (AWS Signature Version 4)" in the Amazon S3 API reference. Sentences
 * and members as SDKs' issues and forums quote S3's answers; where none is public the comment says so. */
#define SENDER(name, text, http) static const struct error_kind name = { text, text, http, FAULT_SENDER }

SENDER(access_denied, "AccessDenied", 403);
SENDER(invalid_request, "InvalidRequest", 400);
SENDER(invalid_argument, "InvalidArgument", 400);
SENDER(malformed_header, "AuthorizationHeaderMalformed", 400);
SENDER(malformed_query, "AuthorizationQueryParametersError", 400);
SENDER(too_skewed, "RequestTimeTooSkewed", 403);
SENDER(unknown_key, "InvalidAccessKeyId", 403);
SENDER(invalid_token, "InvalidToken", 400);
SENDER(expired_token, "ExpiredToken", 400);
SENDER(does_not_match, "SignatureDoesNotMatch", 403);

#define ALGORITHM    "AWS4-HMAC-SHA256"
#define EXPECTED     "expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
#define MALFORMED    "The authorization header is malformed; "
#define MOST_SKEW_MS (15 * 60 * 1000)
#define A_WEEK_S     604800

/* ---- the scope ---- */

static bool is_scope(const struct signature *signature)
{
    size_t slashes = 0;
    for (size_t i = 0; i < signature->credential.length; i++)
        slashes += signature->credential.at[i] == '/';
    return slashes == 4 && signature->access_key_id.length && str_ends(signature->credential, STR("/aws4_request"));
}

static enum outcome check_header(struct call *call)
{
    const struct signature *signature = call->signature;
    if (!str_is(signature->algorithm, ALGORITHM))
        return call_fail(call, &invalid_request,
                         "The authorization mechanism you have provided is not supported. Please use " ALGORITHM ".");
    if (!signature->credential.length || !signature->signed_headers.length || !signature->hex.length)
        return call_fail(call, &malformed_header,
                         MALFORMED "the authorization header requires three components: Credential, SignedHeaders, "
                                   "and Signature.");
    if (!is_scope(signature))
        return call_fail(call, &malformed_header, MALFORMED "the Credential is mal-formed; " EXPECTED);
    if (!signature->signed_ms)
        return call_fail(call, &access_denied, "AWS authentication requires a valid Date or x-amz-date header");
    return CALL_DONE;
}

static enum outcome check_query(struct call *call)
{
    const struct signature *signature = call->signature;
    int64_t expires_s;
    if (!signature->algorithm.length || !signature->credential.length || !signature->hex.length ||
        !signature->amz_date.length || !signature->signed_headers.length || !signature->expires.length)
        return call_fail(call, &malformed_query,
                         "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
                         "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
    if (!str_is(signature->algorithm, ALGORITHM))
        return call_fail(call, &malformed_query, "X-Amz-Algorithm only supports \"" ALGORITHM "\"");
    if (!is_scope(signature))
        return call_fail(call, &malformed_query,
                         "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; " EXPECTED);
    if (!signature->signed_ms)
        return call_fail(call, &malformed_query,
                         "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
    if (!str_to_int64(signature->expires, &expires_s))
        return call_fail(call, &malformed_query, "X-Amz-Expires should be a number");
    if (expires_s < 0)
        return call_fail(call, &malformed_query, "X-Amz-Expires must be non-negative");
    if (expires_s > A_WEEK_S)
        return call_fail(call, &malformed_query,
                         "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must "
                         "be less than %d seconds",
                         A_WEEK_S);
    return CALL_DONE;
}

static enum outcome check_scope(struct call *call)
{
    const struct signature *signature = call->signature;
    const struct error_kind *kind = signature->presigned ? &malformed_query : &malformed_header;
    const char *begins = signature->presigned ? "Error parsing the X-Amz-Credential parameter; " : MALFORMED;
    struct str day = str_first(signature->amz_date, 8);
    if (!str_is(signature->service, call->service->model->signing_name))
        return call_fail(call, kind, "%sincorrect service \"%.*s\". This endpoint belongs to \"%s\".", begins,
                         STR_ARG(signature->service), call->service->model->signing_name);
    if (!str_equal(signature->date, day))
        return call_fail(call, kind,
                         "%sInvalid credential date \"%.*s\". This date is not the same as X-Amz-Date: \"%.*s\".",
                         begins, STR_ARG(signature->date), STR_ARG(day));
    if (!sigv4_region_is_sane(signature->region)) { /* a region that no endpoint has: ours, in S3's shape */
        call_fail(call, kind, "%sthe region '%.*s' is wrong; expecting '%s'", begins, STR_ARG(signature->region),
                  call->cloud->region);
        return call_fail_more(call, "Region", str_of(call->cloud->region));
    }
    return CALL_DONE;
}

/* ---- the time ---- */

static void say_time(struct call *call, const char *name, int64_t instant_ms)
{
    char text[32];
    time_print_iso(instant_ms, false, text);
    call_fail_more(call, name, str_of(text));
}

static enum outcome check_expiry(struct call *call, int64_t wall_ms)
{
    const struct signature *signature = call->signature;
    int64_t lasts_s, most_s = signature->legacy ? INT32_MAX * INT64_C(100) : A_WEEK_S;
    bool dated = signature->legacy || signature->signed_ms;
    if (!dated || !str_to_int64(signature->expires, &lasts_s) || lasts_s < 0 || lasts_s > most_s)
        return CALL_DONE; /* told of elsewhere, or open mode, which takes anything */
    int64_t until_ms = signature->signed_ms + lasts_s * 1000; /* version 2 says when, version 4 how long */
    if (wall_ms <= until_ms)
        return CALL_DONE;
    call_fail(call, &access_denied, "Request has expired");
    if (!signature->legacy)
        call_fail_more(call, "X-Amz-Expires", signature->expires);
    say_time(call, "Expires", until_ms);
    say_time(call, "ServerTime", wall_ms);
    return CALL_FAILED;
}

static enum outcome check_skew(struct call *call, int64_t wall_ms)
{
    const struct signature *signature = call->signature;
    int64_t apart_ms = wall_ms - signature->signed_ms;
    bool late = apart_ms > MOST_SKEW_MS && !signature->presigned;
    if (!late && apart_ms >= -MOST_SKEW_MS)
        return CALL_DONE;
    if (signature->presigned) {
        call_fail(call, &access_denied, "Request is not yet valid");
        say_time(call, "ServerTime", wall_ms);
        return CALL_FAILED;
    }
    call_fail(call, &too_skewed, "The difference between the request time and the current time is too large.");
    call_fail_more(call, "RequestTime", signature->amz_date);
    say_time(call, "ServerTime", wall_ms);
    return call_fail_more(call, "MaxAllowedSkewMilliseconds", STR("900000"));
}

enum outcome s3_check_signature(struct call *call)
{
    const struct signature *signature = call->signature;
    int64_t wall_ms = authenticate_clock(call);
    bool skewed = call->manner.skew_ms && signature->signed_ms;
    if (!call->cloud->strict || signature->legacy)
        return signature->presigned ? check_expiry(call, wall_ms) : skewed ? check_skew(call, wall_ms) : CALL_DONE;
    enum outcome outcome = signature->presigned ? check_query(call) : check_header(call);
    if (outcome == CALL_DONE)
        outcome = check_scope(call);
    if (outcome == CALL_DONE && signature->presigned)
        outcome = check_expiry(call, wall_ms);
    return outcome == CALL_DONE ? check_skew(call, wall_ms) : outcome;
}

/* ---- the key ---- */

enum outcome s3_refuse_unknown_key(struct call *call)
{
    call_fail(call, &unknown_key, "The AWS Access Key Id you provided does not exist in our records.");
    return call_fail_more(call, "AWSAccessKeyId", call->signature->access_key_id);
}

enum outcome s3_refuse_token(struct call *call, bool expired)
{
    if (expired)
        call_fail(call, &expired_token, "The provided token has expired.");
    else
        call_fail(call, &invalid_token, "The provided token is malformed or otherwise invalid.");
    return call_fail_more(call, "Token-0", call->signature->security_token);
}

/* ---- the signature ---- */

/* Every x-amz- header must be signed, or somebody on the way could add one to a presigned request. */
static enum outcome check_signed_headers(struct call *call)
{
    const struct wire_request *request = call->request;
    if (!sigv4_signs(call->signature, STR("host")))
        return call_fail(call, &access_denied, "There were headers present in the request which were not signed");
    for (size_t i = 0; i < request->header_count; i++) {
        struct str name = request->headers[i].name;
        if (!str_equal_ignoring_case(str_first(name, 6), STR("x-amz-")) || sigv4_signs(call->signature, name))
            continue;
        call_fail(call, &access_denied, "There were headers present in the request which were not signed");
        return call_fail_more(call, "HeadersNotSigned", name);
    }
    return CALL_DONE;
}

static bool is_digest(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!((text.at[i] >= '0' && text.at[i] <= '9') || (text.at[i] >= 'a' && text.at[i] <= 'f')))
            return false;
    return text.length == 2 * SHA256_BYTES;
}

static enum outcome check_payload(struct call *call, struct str payload)
{
    static const char *const words[] = { "UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                                         "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                                         "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" };
    if (!payload.length)
        return call_fail(call, &invalid_request, "Missing required header for this request: x-amz-content-sha256");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(payload, words[i]))
            return CALL_DONE;
    if (is_digest(payload))
        return CALL_DONE;
    call_fail(
        call, &invalid_argument,
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.");
    call_fail_more(call, "ArgumentName", STR("x-amz-content-sha256"));
    return call_fail_more(call, "ArgumentValue", payload);
}

/* "41 57 53 34": so that one sees what no text shows. */
static struct str bytes_of(struct arena *arena, struct str text)
{
    struct buf bytes = BUF_EMPTY;
    for (size_t i = 0; i < text.length; i++) {
        if (i)
            buf_add_byte(&bytes, ' ');
        buf_add_digits(&bytes, (unsigned char)text.at[i], 16, 2);
    }
    struct str kept = arena_str(arena, buf_str(&bytes));
    buf_release(&bytes);
    return kept;
}

static void say_signature(struct call *call, struct str to_sign)
{
    call_fail(call, &does_not_match,
              "The request signature we calculated does not match the signature you provided. Check your key and "
              "signing method.");
    call_fail_more(call, "AWSAccessKeyId", call->signature->access_key_id);
    call_fail_more(call, "StringToSign", to_sign);
    call_fail_more(call, "SignatureProvided", call->signature->hex);
    call_fail_more(call, "StringToSignBytes", bytes_of(call->arena, to_sign));
}

static enum outcome refuse_signature(struct call *call)
{
    const struct signature *signature = call->signature;
    struct buf canonical, to_sign = BUF_EMPTY;
    buf_init(&canonical, 256 * 1024);
    sigv4_canonical_request(call->request, signature, &canonical);
    sigv4_string_to_sign(buf_str(&canonical), signature, &to_sign);
    say_signature(call, buf_str(&to_sign));
    call_fail_more(call, "CanonicalRequest", buf_str(&canonical));
    call_fail_more(call, "CanonicalRequestBytes", bytes_of(call->arena, buf_str(&canonical)));
    buf_release(&canonical);
    buf_release(&to_sign);
    return CALL_FAILED;
}

static enum outcome verify_legacy(struct call *call, struct str secret)
{
    struct buf to_sign;
    bool good = sigv2_matches(call->request, call->match->path, call->signature, secret, &to_sign);
    if (!good)
        say_signature(call, buf_str(&to_sign));
    buf_release(&to_sign);
    return good ? CALL_DONE : CALL_FAILED;
}

enum outcome s3_verify_signature(struct call *call, struct str secret)
{
    const struct signature *signature = call->signature;
    if (signature->legacy)
        return verify_legacy(call, secret);
    struct str payload = signature->payload_hash;
    if (!payload.length && signature->presigned)
        payload = STR("UNSIGNED-PAYLOAD");
    enum outcome outcome = check_payload(call, payload);
    if (outcome == CALL_DONE)
        outcome = check_signed_headers(call);
    if (outcome != CALL_DONE)
        return outcome;
    if (sigv4_matches(call->cloud->signing, call->request, signature, secret, payload))
        return CALL_DONE;
    return refuse_signature(call);
}
