#include "aws/intake.h"

#include <errno.h>
#include <stdlib.h>

#include "aws/aside.h"
#include "aws/aws_chunked.h"
#include "aws/rest.h"
#include "aws/sigv4.h"
#include "base/checksum_stream.h"
#include "world/account.h"
#include "world/blob.h"

/* Codes: "Error responses" in the Amazon S3 API reference; sentences as SDKs' issues quote S3's answers. */
#define SENDER(name, text, http) static const struct error_kind name = { text, text, http, FAULT_SENDER }

SENDER(invalid_request, "InvalidRequest", 400);
SENDER(invalid_digest, "InvalidDigest", 400);
SENDER(bad_digest, "BadDigest", 400);
SENDER(incomplete_body, "IncompleteBody", 400);
SENDER(missing_length, "MissingContentLength", 411);
SENDER(too_large, "EntityTooLarge", 400);
SENDER(malformed_trailer, "MalformedTrailerError", 400);
SENDER(xml_too_large, "MaxMessageLengthExceeded", 400);

#define CHECKSUM_HEADER "x-amz-checksum-"

#define SHORT_BODY ((uint64_t)8 * 1024)

enum { SUM_MD5, SUM_SHA256, SUM_NAMED, SUMS };

struct intake {
    struct call *call;
    const struct member *payload;
    struct aws_chunked *chunked; /* NULL: the body is what it is */
    struct aws_chunked_signing signing;
    uint64_t expected, most, size; /* UINT64_MAX: it was not said; in decoded bytes */
    char *small;                   /* the bytes of a short body, in the arena; NULL: they are in */
    struct buf bytes;              /* this one or in */
    struct blob_writer *writer;
    enum checksum_algorithm sums[SUMS]; /* those to be made, of all bytes in memory at once or of a stream */
    struct checksum_stream *stream;     /* with `writer` */
    bool md5_said, sha256_said, sum_said, sum_asked;
    struct checksum md5_wanted, sha256_wanted, sum_wanted;
    enum checksum_algorithm trailing; /* what the trailer will say */
};

bool intake_wants(const struct call *call)
{
    const struct member *payload = call->operation ? rest_payload(call->operation->input) : NULL;
    return payload && call->protocol == PROTOCOL_REST_XML;
}

static inline struct str header_of(const struct intake *intake, struct str name)
{
    return request_header(intake->call->request, name);
}

/* ---- what the headers say ---- */

static bool is_sum_header(struct str name, enum checksum_algorithm *ret_algorithm)
{
    const struct str prefix = STR(CHECKSUM_HEADER);
    if (!str_starts_ignoring_case(name, prefix))
        return false;
    *ret_algorithm = checksum_by_name(str_from(name, prefix.length));
    return *ret_algorithm != CHECKSUM_NONE && *ret_algorithm != CHECKSUM_MD5;
}

static enum outcome read_md5(struct intake *intake)
{
    struct str text = header_of(intake, STR("Content-MD5"));
    intake->md5_said = text.at != NULL;
    if (!intake->md5_said || checksum_parse(CHECKSUM_MD5, text, &intake->md5_wanted))
        return CALL_DONE;
    return call_fail(intake->call, &invalid_digest, "The Content-MD5 you specified was invalid.");
}

static enum outcome read_sum(struct intake *intake, enum checksum_algorithm algorithm, struct str value)
{
    if (intake->sum_said)
        return call_fail(intake->call, &invalid_request,
                         "Expecting a single " CHECKSUM_HEADER " header. Multiple checksum Types are not allowed.");
    intake->sum_said = intake->sum_asked = true;
    if (checksum_parse(algorithm, value, &intake->sum_wanted))
        return CALL_DONE;
    struct buf name = BUF_EMPTY;
    for (const char *at = checksum_name(algorithm); *at; at++)
        buf_add_byte(&name, *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at);
    call_fail(intake->call, &invalid_request, "Value for " CHECKSUM_HEADER "%s header is invalid.", name.at);
    buf_release(&name);
    return CALL_FAILED;
}

static enum outcome read_sums(struct intake *intake)
{
    const struct wire_request *request = intake->call->request;
    enum checksum_algorithm algorithm;
    for (size_t i = 0; i < request->header_count; i++)
        if (is_sum_header(request->headers[i].name, &algorithm) &&
            read_sum(intake, algorithm, str_trim(request->headers[i].value)) != CALL_DONE)
            return CALL_FAILED;
    struct str trailer = header_of(intake, STR("x-amz-trailer"));
    if (!trailer.length)
        return CALL_DONE;
    if (!is_sum_header(trailer, &intake->trailing))
        return call_fail(intake->call, &invalid_request,
                         "The value specified in the x-amz-trailer header is not supported");
    if (intake->sum_said)
        return call_fail(intake->call, &invalid_request,
                         "Expecting a single " CHECKSUM_HEADER " header. Multiple checksum Types are not allowed.");
    intake->sum_asked = true;
    return CALL_DONE;
}

static enum checksum_algorithm algorithm_of(const struct intake *intake)
{
    if (intake->trailing)
        return intake->trailing;
    return intake->sum_said ? intake->sum_wanted.algorithm : CHECKSUM_CRC64NVME;
}

/* An algorithm that is named must be the one whose value comes. */
static enum outcome check_algorithm(struct intake *intake)
{
    struct str named = header_of(intake, STR("x-amz-sdk-checksum-algorithm"));
    if (!named.length)
        return CALL_DONE;
    if (!intake->sum_asked)
        return call_fail(intake->call, &invalid_request,
                         "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
                         "x-amz-trailer headers were found.");
    if (checksum_by_name(named) != algorithm_of(intake))
        return call_fail(intake->call, &invalid_request, "Value for x-amz-sdk-checksum-algorithm header is invalid.");
    return CALL_DONE;
}

static enum outcome check_required(struct intake *intake)
{
    if (!intake->call->operation->checksum_required || intake->md5_said || intake->sum_asked)
        return CALL_DONE;
    return call_fail(intake->call, &invalid_request,
                     "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
}

/* ---- how it is framed ---- */

static bool take_bytes(void *owner, struct str bytes);
static bool take_trailer(void *owner, struct str name, struct str value);

static bool has_coding(struct str codings, const char *wanted)
{
    while (codings.length)
        if (str_equal_ignoring_case(str_trim(str_cut(codings, ',', &codings)), str_of(wanted)))
            return true;
    return false;
}

/* Strict mode verifies each chunk against the request's own signature and the same key. */
static struct aws_chunked_signing *begin_signing(struct intake *intake)
{
    const struct call *call = intake->call;
    const struct signature *signature = call->signature;
    bool is_signed = str_starts(signature->payload_hash, STR("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"));
    const struct access_key *key = call->cloud->strict && is_signed
                                       ? account_find_key(call->world, signature->access_key_id)
                                       : NULL;
    if (!key)
        return NULL;
    struct aws_chunked_signing *signing = &intake->signing;
    signing->key = sigv4_key(signature, str_of(key->secret));
    signing->amz_date = signature->amz_date;
    signing->scope = str_from(signature->credential, signature->access_key_id.length + 1);
    memcpy(signing->previous, signature->hex.at, 2 * SHA256_BYTES); /* it has matched */
    return signing;
}

static bool length_of(struct str text, uint64_t *ret_length)
{
    int64_t value;
    if (!str_to_int64(text, &value) || value < 0)
        return false;
    *ret_length = (uint64_t)value;
    return true;
}

static enum outcome read_framing(struct intake *intake)
{
    bool streaming = str_starts(intake->call->signature->payload_hash, STR("STREAMING-")) ||
                     str_starts(header_of(intake, STR("x-amz-content-sha256")), STR("STREAMING-"));
    bool chunked = streaming || has_coding(header_of(intake, STR("Content-Encoding")), "aws-chunked");
    struct str said = chunked ? header_of(intake, STR("x-amz-decoded-content-length"))
                              : header_of(intake, STR("Content-Length"));
    if (!length_of(said, &intake->expected)) {
        bool empty = !said.at && !chunked && !header_of(intake, STR("Transfer-Encoding")).at;
        intake->expected = 0;
        if (!empty)
            return call_fail(intake->call, &missing_length, "You must provide the Content-Length HTTP header.");
    }
    if (chunked)
        intake->chunked = aws_chunked_new(begin_signing(intake), intake, take_bytes, take_trailer);
    if (intake->expected <= intake->most)
        return CALL_DONE;
    if (!intake->payload->streaming)
        return call_fail(intake->call, &xml_too_large, "Your request was too big.");
    call_fail(intake->call, &too_large, "Your proposed upload exceeds the maximum allowed size");
    call_fail_more(intake->call, "ProposedSize",
                   str_of(arena_printf(intake->call->arena, "%llu", (unsigned long long)intake->expected)));
    return call_fail_more(intake->call, "MaxSizeAllowed",
                          str_of(arena_printf(intake->call->arena, "%llu", (unsigned long long)intake->most)));
}

static void choose_sums(struct intake *intake)
{
    struct str digest = header_of(intake, STR("x-amz-content-sha256"));
    if (!digest.length)
        digest = intake->call->signature->payload_hash;
    intake->sha256_said = hex_decode(digest, intake->sha256_wanted.value, SHA256_BYTES);
    intake->sha256_wanted.algorithm = CHECKSUM_SHA256;
    if (intake->sha256_said)
        intake->sums[SUM_SHA256] = CHECKSUM_SHA256;
    if (intake->payload->streaming || intake->md5_said)
        intake->sums[SUM_MD5] = CHECKSUM_MD5;
    if (intake->payload->streaming || intake->sum_asked)
        intake->sums[SUM_NAMED] = algorithm_of(intake);
}

enum outcome intake_begin(struct call *call)
{
    struct intake *intake = ARENA_NEW(call->arena, struct intake);
    call->intake = intake;
    intake->call = call;
    intake->payload = rest_payload(call->operation->input);
    intake->most = call->operation->body_limit;
    if (read_md5(intake) != CALL_DONE || read_sums(intake) != CALL_DONE || check_algorithm(intake) != CALL_DONE ||
        check_required(intake) != CALL_DONE || read_framing(intake) != CALL_DONE)
        return CALL_FAILED;
    choose_sums(intake);
    if (intake->expected <= SHORT_BODY)
        intake->small = arena_room(call->arena, (size_t)intake->expected + 1);
    return CALL_DONE;
}

/* ---- bytes ---- */

static bool refuse_machine(struct intake *intake, int error)
{
    if (error == -ENOSPC)
        call_fail(intake->call, &ERROR_LIMIT_EXCEEDED,
                  "This practice cloud holds as much as it can: delete something, or start it with empty data.");
    else
        call_fail(intake->call, &ERROR_INTERNAL_FAILURE, "We encountered an internal error. Please try again.");
    return false;
}

/* Beyond what memory takes it goes into a blob, with what is there already. */
static int begin_spool(struct intake *intake)
{
    struct str before = buf_str(&intake->bytes);
    int error = blob_begin(intake->call->world, &intake->writer);
    if (error)
        return error;
    intake->stream = checksum_stream_begin(intake->sums, SUMS);
    checksum_stream_feed(intake->stream, before);
    error = before.length ? blob_append(intake->writer, before) : 0;
    buf_release(&intake->bytes);
    return error;
}

static bool spool(struct intake *intake, struct str bytes)
{
    int error = intake->writer ? 0 : begin_spool(intake);
    if (!error) {
        checksum_stream_feed(intake->stream, bytes);
        error = blob_append(intake->writer, bytes);
    }
    return !error || refuse_machine(intake, error);
}

static bool refuse_length(struct intake *intake)
{
    call_fail(intake->call, &incomplete_body,
              "You did not provide the number of bytes specified by the Content-Length HTTP header.");
    return false;
}

static bool take_bytes(void *owner, struct str bytes)
{
    struct intake *intake = owner;
    if (bytes.length > intake->expected - intake->size)
        return refuse_length(intake);
    if (intake->small && bytes.length)
        memcpy(intake->small + intake->size, bytes.at, bytes.length);
    intake->size += bytes.length;
    if (intake->small)
        return true;
    if (intake->payload->streaming && (intake->writer || intake->size > PAYLOAD_IN_MEMORY))
        return spool(intake, bytes);
    buf_add_str(&intake->bytes, bytes);
    return true;
}

static bool take_trailer(void *owner, struct str name, struct str value)
{
    struct intake *intake = owner;
    enum checksum_algorithm algorithm;
    if (!is_sum_header(name, &algorithm))
        return true;
    if (algorithm == intake->trailing)
        return read_sum(intake, algorithm, value) == CALL_DONE;
    call_fail(
        intake->call, &malformed_trailer,
        "The request contained trailing data that was not well-formed or did not conform to our published schema.");
    return false;
}

static enum outcome refuse_frames(struct intake *intake)
{
    struct call *call = intake->call;
    if (call->error.kind)
        return CALL_FAILED;
    switch (aws_chunked_flaw(intake->chunked)) {
    case AWS_CHUNKED_SIGNATURE:
        return call_fail(call, &ERROR_INVALID_SIGNATURE,
                         "The request signature we calculated does not match the signature you provided. Check your "
                         "key and signing method.");
    case AWS_CHUNKED_TRAILER_MALFORMED:
        return call_fail(call, &malformed_trailer,
                         "The request contained trailing data that was not well-formed or did not conform to our "
                         "published schema.");
    default:
        return call_fail(call, &incomplete_body, "The request body terminated unexpectedly");
    }
}

enum outcome intake_add(struct intake *intake, struct str bytes)
{
    if (!intake->chunked)
        return take_bytes(intake, bytes) ? CALL_DONE : CALL_FAILED;
    return aws_chunked_feed(intake->chunked, bytes) ? CALL_DONE : refuse_frames(intake);
}

/* ---- the end ---- */

static struct str bytes_in_memory(const struct intake *intake)
{
    return intake->small ? (struct str){ intake->small, (size_t)intake->size } : buf_str(&intake->bytes);
}

/* For who takes the bytes over: with a NUL behind them. */
static struct str bytes_in_arena(struct intake *intake)
{
    if (intake->writer)
        return STR_NONE;
    if (!intake->small)
        return arena_str(intake->call->arena, buf_str(&intake->bytes));
    intake->small[intake->size] = '\0';
    return bytes_in_memory(intake);
}

static void make_sums(struct intake *intake, struct checksum ret_sums[SUMS])
{
    memset(ret_sums, 0, SUMS * sizeof *ret_sums);
    if (intake->stream)
        checksum_stream_end(intake->stream, ret_sums);
    for (size_t i = 0; i < SUMS && !intake->stream; i++)
        if (intake->sums[i])
            checksum_of(intake->sums[i], bytes_in_memory(intake), &ret_sums[i]);
    intake->stream = NULL;
}

static enum outcome check_sha256(struct intake *intake, const struct checksum *sum)
{
    if (!intake->sha256_said || checksum_equal(sum, &intake->sha256_wanted))
        return CALL_DONE;
    char wanted[2 * SHA256_BYTES + 1], computed[2 * SHA256_BYTES + 1];
    hex_encode(intake->sha256_wanted.value, SHA256_BYTES, wanted);
    hex_encode(sum->value, SHA256_BYTES, computed);
    call_fail(intake->call, &ERROR_CONTENT_SHA256_MISMATCH,
              "The provided 'x-amz-content-sha256' header does not match what was computed.");
    call_fail_more(intake->call, "ClientComputedContentSHA256", str_of(wanted));
    return call_fail_more(intake->call, "S3ComputedContentSHA256", str_of(computed));
}

static enum outcome check_md5(struct intake *intake, const struct checksum *sum)
{
    if (!intake->md5_said || checksum_equal(sum, &intake->md5_wanted))
        return CALL_DONE;
    struct call *call = intake->call;
    call_fail(call, &bad_digest, "The Content-MD5 you specified did not match what we received.");
    call_fail_more(call, "ExpectedDigest", str_of(checksum_base64(call->arena, &intake->md5_wanted)));
    return call_fail_more(call, "CalculatedDigest", str_of(checksum_base64(call->arena, sum)));
}

static enum outcome check_sum(struct intake *intake, const struct checksum *sum)
{
    if (intake->sum_asked && !intake->sum_said)
        return call_fail(intake->call, &malformed_trailer,
                         "The request contained trailing data that was not well-formed or did not conform to our "
                         "published schema.");
    if (!intake->sum_said || checksum_equal(sum, &intake->sum_wanted))
        return CALL_DONE;
    return call_fail(intake->call, &bad_digest, "The %s you specified did not match the calculated checksum.",
                     checksum_name(sum->algorithm));
}

static void hand_over(struct intake *intake, struct str bytes, const struct checksum *md5, const struct checksum *sum)
{
    bool given = intake->size || header_of(intake, STR("Content-Length")).at;
    struct payload *payload = payload_new(intake->call, bytes, given);
    payload->size = intake->size;
    payload->writer = intake->writer;
    payload->md5 = *md5;
    payload->checksum = *sum;
    payload->checksum_asked = intake->sum_asked;
    intake->writer = NULL;
}

enum outcome intake_end(struct intake *intake, struct str *ret_text)
{
    if (intake->chunked && !aws_chunked_is_whole(intake->chunked))
        return refuse_frames(intake);
    if (intake->size != intake->expected)
        return refuse_length(intake) ? CALL_DONE : CALL_FAILED;
    struct checksum sums[SUMS];
    make_sums(intake, sums);
    if (check_sha256(intake, &sums[SUM_SHA256]) != CALL_DONE || check_md5(intake, &sums[SUM_MD5]) != CALL_DONE ||
        check_sum(intake, &sums[SUM_NAMED]) != CALL_DONE)
        return CALL_FAILED;
    struct str bytes = bytes_in_arena(intake);
    buf_release(&intake->bytes);
    *ret_text = bytes;
    if (intake->payload->shape->kind == SHAPE_BLOB)
        hand_over(intake, bytes, &sums[SUM_MD5], &sums[SUM_NAMED]);
    return CALL_DONE;
}

void intake_drop(struct intake *intake_or_null)
{
    if (!intake_or_null)
        return;
    aws_chunked_free(intake_or_null->chunked);
    hmac_key_free(intake_or_null->signing.key);
    blob_abandon(intake_or_null->writer);
    buf_release(&intake_or_null->bytes);
    checksum_stream_drop(intake_or_null->stream);
    *intake_or_null = (struct intake){ 0 };
}
