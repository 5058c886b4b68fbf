/* S3's wire: who signed, and what a body must be. The service is the shelf of toy_rest.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/sigv4.h"
#include "base/digest.h"
#include "base/time.h"
#include "toy_rest.h"
#include "world/blob.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define EMPTY_SHA   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* ---- the S3 API reference's examples of signatures ---- */

#define EXAMPLE_HEADER(signed, hex)                                                                                    \
    "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"              \
    "SignedHeaders=" signed ",Signature=" hex "\nHost: examplebucket.s3.amazonaws.com\nx-amz-date: 20130524T000000Z\n"

static const struct {
    const char *method, *target, *headers, *payload, *why;
} examples[] = {
    { "GET", "/test.txt",
      EXAMPLE_HEADER(
          "host;range;x-amz-content-sha256;x-amz-date",
          "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41") "Range: bytes=0-9\n"
                                                                              "x-amz-content-sha256: " EMPTY_SHA "\n",
      EMPTY_SHA, "GET Object" },
    { "PUT", "/test%24file.text",
      EXAMPLE_HEADER(
          "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
          "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd") "Date: Fri, 24 May 2013 00:00:00 GMT\n"
                                                                              "x-amz-storage-class: "
                                                                              "REDUCED_REDUNDANCY\n"
                                                                              "x-amz-content-sha256: "
                                                                              "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b"
                                                                              "4b4e99e42034a8b803f8b072\n",
      "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072", "PUT Object" },
    { "GET", "/?lifecycle",
      EXAMPLE_HEADER(
          "host;x-amz-content-sha256;x-amz-date",
          "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543") "x-amz-content-sha256: " EMPTY_SHA "\n",
      EMPTY_SHA, "GET Bucket Lifecycle" },
    { "GET", "/?max-keys=2&prefix=J",
      EXAMPLE_HEADER(
          "host;x-amz-content-sha256;x-amz-date",
          "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7") "x-amz-content-sha256: " EMPTY_SHA "\n",
      EMPTY_SHA, "GET Bucket" },
    { "GET",
      "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F"
      "aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
      "Host: examplebucket.s3.amazonaws.com\n", "UNSIGNED-PAYLOAD", "a presigned GET" },
    { "PUT", "/examplebucket/chunkObject.txt",
      "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
      "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
      "x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9\n"
      "Host: s3.amazonaws.com\nx-amz-date: 20130524T000000Z\nx-amz-storage-class: REDUCED_REDUNDANCY\n"
      "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\nContent-Encoding: aws-chunked\n"
      "x-amz-decoded-content-length: 66560\nContent-Length: 66824\n",
      "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "a PUT in signed chunks" },
};

static void examples_match(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct signature signature;
        clear_call(&stage);
        set_target(&stage, examples[i].method, examples[i].target);
        add_headers(&stage, examples[i].headers);
        sigv4_read(&stage.request, &signature);
        assert_null(signature.flaw);
        if (!sigv4_matches(stage.cloud->signing, &stage.request, &signature,
                           STR("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), str_of(examples[i].payload)))
            fail_msg("%s", examples[i].why);
        assert_false(sigv4_matches(stage.cloud->signing, &stage.request, &signature, STR("another"),
                                   str_of(examples[i].payload)));
    }
    strike_stage(&stage);
}

/* ---- requests that come in pieces ---- */

static enum outcome serve_in_pieces(struct stage *stage, struct str body, size_t piece)
{
    size_t limit;
    stage->call = road_route(stage->cloud, &stage->request, &limit);
    stage->call->owner = stage;
    stage->call->finished = finish;
    if (road_streams(stage->call)) {
        enum outcome outcome = road_begin_body(stage->call, &stage->request);
        for (size_t at = 0; outcome == CALL_DONE && at < body.length; at += piece)
            outcome = road_body(stage->call, str_first(str_from(body, at), piece));
    }
    stage->request.body = STR("");
    return road_serve(stage->call, &stage->request, &stage->reply);
}

#define LENGTH(n) "Content-Length: " #n "\n"
#define CHUNKED(n)                                                                                                     \
    "Content-Encoding: aws-chunked\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\n"                        \
    "x-amz-decoded-content-length: " #n "\n"
#define DONE "&lt;Hello world&gt;"

static const struct {
    const char *headers, *body;
    int status;
    const char *answer, *why;
} bodies[] = {
    { LENGTH(11), "Hello world", 200, DONE, "as it is" },
    { LENGTH(0), "", 200, " &lt;&gt;", "an empty body is a body" },
    { NULL, "", 200, "none &lt;&gt;", "none" },
    { LENGTH(12), "Hello world", 400, "<Code>IncompleteBody</Code>", "too little" },
    { LENGTH(10), "Hello world", 400, "<Code>IncompleteBody</Code>", "too much" },
    { "Transfer-Encoding: chunked\n", "Hello world", 411, "<Code>MissingContentLength</Code>", "no length" },
    { LENGTH(2000000), "", 400, "<ProposedSize>2000000</ProposedSize><MaxSizeAllowed>1048576</MaxSizeAllowed>",
      "more than is taken" },
    { LENGTH(11) "Content-MD5: PiWWCnnbxptnTNTsZ6csYg==\n", "Hello world", 200, DONE, "Content-MD5" },
    { LENGTH(11) "Content-MD5: PiWWCnnbxptnTNTsZ6csYg==\n", "Hello World", 400,
      "<Error><Code>BadDigest</Code><Message>The Content-MD5 you specified did not match what we received.</Message>"
      "<ExpectedDigest>PiWWCnnbxptnTNTsZ6csYg==</ExpectedDigest><CalculatedDigest>sQqNsWTgdUEFt6mb5y4/5Q==</"
      "CalculatedDigest>",
      "another one" },
    { LENGTH(11) "Content-MD5: none\n", "Hello world", 400, "<Code>InvalidDigest</Code>", "no digest" },
    { LENGTH(11) "x-amz-checksum-crc32: i9aeUg==\n", "Hello world", 200, DONE, "a checksum in a header" },
    { LENGTH(11) "x-amz-checksum-crc32: i9aeUg==\n", "Hello World", 400,
      "<Error><Code>BadDigest</Code><Message>The CRC32 you specified did not match the calculated checksum.</Message>",
      "another one" },
    { LENGTH(11) "x-amz-checksum-sha256: i9aeUg==\n", "Hello world", 400,
      "<Error><Code>InvalidRequest</Code><Message>Value for x-amz-checksum-sha256 header is invalid.</Message>",
      "no SHA-256" },
    { LENGTH(11) "x-amz-checksum-crc32: i9aeUg==\nx-amz-checksum-crc32c: i9aeUg==\n", "Hello world", 400,
      "Expecting a single x-amz-checksum- header.", "two checksums" },
    { LENGTH(11) "x-amz-sdk-checksum-algorithm: CRC32\n", "Hello world", 400,
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-*", "a name without a value" },
    { LENGTH(11) "x-amz-sdk-checksum-algorithm: SHA1\nx-amz-checksum-crc32: i9aeUg==\n", "Hello world", 400,
      "Value for x-amz-sdk-checksum-algorithm header is invalid.", "another's name" },
    { LENGTH(11) "x-amz-content-sha256: 64ec88ca00b268e5ba1a35678a1b5316d212f4f366b2477232534a8aeca37f3c\n",
      "Hello world", 200, DONE, "the digest that was signed" },
    { LENGTH(11) "x-amz-content-sha256: " EMPTY_SHA "\n", "Hello world", 400,
      "<Error><Code>XAmzContentSHA256Mismatch</Code><Message>The provided 'x-amz-content-sha256' header does not match "
      "what "
      "was computed.</Message><ClientComputedContentSHA256>" EMPTY_SHA
      "</ClientComputedContentSHA256><S3ComputedContentSHA256>64ec88ca",
      "another one" },
    { CHUNKED(11), "6\r\nHello \r\n5\r\nworld\r\n0\r\n\r\n", 200, DONE, "aws-chunked" },
    { CHUNKED(11) "x-amz-trailer: x-amz-checksum-crc32\n",
      "b\r\nHello world\r\n0\r\nx-amz-checksum-crc32:i9aeUg==\r\n\r\n", 200, DONE, "a checksum in the trailer" },
    { CHUNKED(11) "x-amz-trailer: x-amz-checksum-crc32\n",
      "b\r\nHello World\r\n0\r\nx-amz-checksum-crc32:i9aeUg==\r\n\r\n", 400, "<Code>BadDigest</Code>", "another one" },
    { CHUNKED(11) "x-amz-trailer: x-amz-checksum-crc32\n", "b\r\nHello world\r\n0\r\n\r\n", 400,
      "<Code>MalformedTrailerError</Code>", "a trailer that does not come" },
    { CHUNKED(11) "x-amz-trailer: x-amz-checksum-crc32\n",
      "b\r\nHello world\r\n0\r\nx-amz-checksum-sha1:i9aeUg==\r\n\r\n", 400, "<Code>MalformedTrailerError</Code>",
      "another that was not announced" },
    { CHUNKED(11) "x-amz-trailer: x-amz-checksum-xx\n", "", 400,
      "The value specified in the x-amz-trailer header is not supported", "no checksum" },
    { CHUNKED(12), "b\r\nHello world\r\n0\r\n\r\n", 400, "<Code>IncompleteBody</Code>",
      "fewer bytes than were announced" },
    { CHUNKED(10), "b\r\nHello world\r\n0\r\n\r\n", 400, "<Code>IncompleteBody</Code>", "more" },
    { CHUNKED(11), "b\r\nHello", 400, "<Code>IncompleteBody</Code>", "half a chunk" },
    { CHUNKED(11), "Hello world", 400, "<Code>IncompleteBody</Code>", "no chunks" },
    { "Content-Encoding: gzip, aws-chunked\n" LENGTH(20), "b\r\nHello world\r\n0\r\n\r\n", 411,
      "<Code>MissingContentLength</Code>", "the decoded length lacks" },
};

static void bodies_are_checked(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    for (size_t i = 0; i < COUNT(bodies); i++)
        for (size_t piece = 1; piece < 100; piece *= 7) {
            clear_call(&stage);
            set_target(&stage, "PUT", "/b/k");
            if (bodies[i].headers)
                add_headers(&stage, bodies[i].headers);
            serve_in_pieces(&stage, str_of(bodies[i].body), piece);
            if (stage.reply.status != bodies[i].status || !strstr(stage.reply.body.at, bodies[i].answer))
                fail_msg("%s, %zu bytes at a time: %d %s", bodies[i].why, piece, stage.reply.status,
                         stage.reply.body.at);
        }
    strike_stage(&stage);
}

/* Small bodies are in memory, others in a blob, with the same sums; what no handler takes goes away. */
static void large_bodies_are_spooled(void **state)
{
    static const size_t sizes[] = { PAYLOAD_IN_MEMORY, PAYLOAD_IN_MEMORY + 1, 1000000 };
    struct stage stage;
    raise_rest(&stage);
    struct buf body = BUF_EMPTY;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        while (body.length < sizes[i])
            buf_add_byte(&body, (char)(body.length * 31));
        clear_call(&stage);
        set_target(&stage, "PUT", "/b/k");
        add_headers(&stage, arena_printf(stage.arena, "Content-Length: %zu\n", body.length));
        assert_int_equal(serve_in_pieces(&stage, buf_str(&body), 4000), CALL_DONE);
        const struct payload *payload = stage.call->body;
        struct checksum md5;
        checksum_of(CHECKSUM_MD5, buf_str(&body), &md5);
        assert_true(checksum_equal(&payload->md5, &md5));
        assert_int_equal(payload->size, sizes[i]);
        assert_int_equal(payload->checksum.algorithm, CHECKSUM_CRC64NVME);
        assert_int_equal(!payload->writer, sizes[i] <= PAYLOAD_IN_MEMORY);
        assert_int_equal(payload->writer ? blob_written(payload->writer) : payload->bytes.length, sizes[i]);
    }
    clear_call(&stage);
    assert_int_equal(blobs_bytes(stage.world), 0);
    buf_release(&body);
    strike_stage(&stage);
}

/* ---- strict mode ---- */

struct asked {
    const char *id, *secret, *method, *target, *headers;
    int64_t late_s;         /* how long ago it was signed */
    const char *scope;      /* behind the day; NULL: as it should be */
    const char *payload;    /* NULL: UNSIGNED-PAYLOAD; "": no such header */
    const char *header_now; /* NULL: as it was signed */
    int status;
    const char *answer, *why;
};

static const struct asked strict[] = {
    { "TEAM", "team-secret", "GET", "/b", NULL, 0, NULL, NULL, NULL, 200, "List {", "it is good" },
    { "TEAM", "team-secret", "GET", "/b/a%20b//c/./../%2B?acl", NULL, 0, NULL, NULL, NULL, 200, "Mark {",
      "a path as it is" },
    { "TEAM", "team-secret", "GET", "/b", NULL, 800, NULL, NULL, NULL, 200, "List {", "thirteen minutes old" },
    { "TEAM", "team-secret", "GET", "/b", NULL, 1000, NULL, NULL, NULL, 403,
      "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time "
      "is too "
      "large.</Message><RequestTime>",
      "seventeen" },
    { "TEAM", "team-secret", "GET", "/b", NULL, -1000, NULL, NULL, NULL, 403, "<MaxAllowedSkewMilliseconds>900000<",
      "from the future" },
    { "TEAM", "other", "GET", "/b", NULL, 0, NULL, NULL, NULL, 403,
      "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the "
      "signature you "
      "provided. Check your key and signing "
      "method.</Message><AWSAccessKeyId>TEAM</AWSAccessKeyId><StringToSign>AWS4-HMAC-",
      "another secret" },
    { "NOBODY", "x", "GET", "/b", NULL, 0, NULL, NULL, NULL, 403,
      "<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our records."
      "</Message><AWSAccessKeyId>NOBODY</AWSAccessKeyId>",
      "another key" },
    { "SESSION", "session-secret", "GET", "/b", NULL, 0, NULL, NULL, NULL, 400, "<Code>InvalidToken</Code>",
      "no token" },
    { "SESSION", "session-secret", "GET", "/b", "x-amz-security-token: token/of=session\n", 0, NULL, NULL, NULL, 200,
      "List {", "its token" },
    { "OLD", "old-secret", "GET", "/b", "x-amz-security-token: token\n", 0, NULL, NULL, NULL, 400,
      "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message><Token-0>token</Token-0>",
      "an old token" },
    { "TEAM", "team-secret", "GET", "/b", NULL, 0, "US_EAST/s3/aws4_request", NULL, NULL, 400,
      "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region "
      "'US_EAST' is wrong; expecting 'us-east-1'</Message><Region>us-east-1</Region>",
      "no region" },
    { "TEAM", "team-secret", "GET", "/b", NULL, 0, "us-east-1/s3/aws5_request", NULL, NULL, 400,
      "<Code>AuthorizationHeaderMalformed</Code>", "another terminator" },
    { "TEAM", "team-secret", "GET", "/b", NULL, 0, NULL, "", NULL, 400,
      "Missing required header for this request: x-amz-content-sha256", "no x-amz-content-sha256" },
    { "TEAM", "team-secret", "GET", "/b", NULL, 0, NULL, "nonsense", NULL, 400,
      "<ArgumentName>x-amz-content-sha256</ArgumentName><ArgumentValue>nonsense</ArgumentValue>", "nonsense in it" },
    { "TEAM", "team-secret", "GET", "/b", NULL, 0, NULL, NULL, "x-amz-acl: public-read\n", 403,
      "<HeadersNotSigned>x-amz-acl</HeadersNotSigned>", "a header that was not signed" },
};

static const char *stamp_of(struct arena *arena, int64_t instant_ms)
{
    char text[17];
    time_print_amz(instant_ms, text);
    return arena_copy(arena, str_of(text));
}

/* Signs what the request has by now, all x-amz- headers and the host. */
static void sign(struct stage *stage, const struct asked *asked, const char *stamp)
{
    const char *day = arena_printf(stage->arena, "%.8s", stamp);
    const char *scope = asked->scope ? asked->scope : "us-east-1/s3/aws4_request";
    struct buf names = BUF_EMPTY;
    buf_add_text(&names, "host");
    static const char *const signable[] = { "x-amz-content-sha256", "x-amz-date", "x-amz-security-token" };
    for (size_t i = 0; i < COUNT(signable); i++)
        if (request_header(&stage->request, str_of(signable[i])).at)
            buf_printf(&names, ";%s", signable[i]);
    const char *begins = arena_printf(stage->arena,
                                      "AWS4-HMAC-SHA256 Credential=%s/%s/%s, SignedHeaders=%s, Signature=", asked->id,
                                      day, scope, names.at);
    buf_release(&names);
    add_header(stage, "Authorization", arena_printf(stage->arena, "%s0", begins));
    struct signature signature;
    struct buf canonical = BUF_EMPTY, to_sign = BUF_EMPTY;
    sigv4_read(&stage->request, &signature);
    sigv4_canonical_request(&stage->request, &signature, &canonical);
    sigv4_string_to_sign(buf_str(&canonical), &signature, &to_sign);
    struct hmac_key *key = sigv4_key(&signature, str_of(asked->secret));
    unsigned char digest[SHA256_BYTES];
    char hex[2 * SHA256_BYTES + 1];
    hmac_key_sign(key, buf_str(&to_sign), digest);
    hex_encode(digest, sizeof digest, hex);
    hmac_key_free(key);
    buf_release(&canonical);
    buf_release(&to_sign);
    stage->headers[stage->request.header_count - 1].value = str_of(arena_printf(stage->arena, "%s%s", begins, hex));
}

static void begin_asking(struct stage *stage, const struct asked *asked)
{
    clear_call(stage);
    stage->request.body = STR_NONE;
    set_target(stage, asked->method, asked->target);
    const char *stamp = stamp_of(stage->arena, time_wall_ms() - asked->late_s * 1000);
    add_header(stage, "Host", "127.0.0.1:4566");
    add_header(stage, "x-amz-date", stamp);
    if (!asked->payload || asked->payload[0])
        add_header(stage, "x-amz-content-sha256", asked->payload ? asked->payload : "UNSIGNED-PAYLOAD");
    if (asked->headers)
        add_headers(stage, asked->headers);
    sign(stage, asked, stamp);
    if (asked->header_now)
        add_headers(stage, asked->header_now);
}

static void signatures_are_verified(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    stage.cloud->strict = true;
    for (size_t i = 0; i < COUNT(strict); i++) {
        begin_asking(&stage, &strict[i]);
        serve(&stage);
        if (stage.reply.status != strict[i].status || !strstr(stage.reply.body.at, strict[i].answer))
            fail_msg("%s: %d %s", strict[i].why, stage.reply.status, stage.reply.body.at);
    }
    strike_stage(&stage);
}

/* A body is refused before it comes where its caller is nobody; and one that is not the signed one is not kept. */
static void bodies_of_strict_mode(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    stage.cloud->strict = true;
    const struct asked good = { "TEAM",    "team-secret",
                                "PUT",     "/b/k",
                                LENGTH(5), 0,
                                NULL,      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
                                NULL,      0,
                                "",        "" };
    begin_asking(&stage, &good);
    serve_in_pieces(&stage, STR("hello"), 2);
    assert_int_equal(stage.reply.status, 200);
    begin_asking(&stage, &good);
    serve_in_pieces(&stage, STR("jello"), 2);
    assert_non_null(strstr(stage.reply.body.at, "XAmzContentSHA256Mismatch"));
    struct asked bad = good;
    bad.secret = "other";
    begin_asking(&stage, &bad);
    size_t limit;
    stage.call = road_route(stage.cloud, &stage.request, &limit);
    assert_int_equal(road_begin_body(stage.call, &stage.request), CALL_FAILED);
    road_serve(stage.call, &stage.request, &stage.reply);
    assert_int_equal(stage.reply.status, 403);
    strike_stage(&stage);
}

/* Unsigned: let in. Presigned requests of both versions last as long as they say, in open
 * mode too. */
static void others_than_headers(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    const char *old = stamp_of(stage.arena, time_wall_ms() - 100000);
    const char *v4 = memory_copy(str_of(arena_printf(stage.arena,
                                                     "/b?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=TEAM%%2F%."
                                                     "8s%%2Fus-east-1%%2Fs3%%2Faws4_request&X-Amz-Date=%s&"
                                                     "X-Amz-Expires=90&X-Amz-SignedHeaders=host&X-Amz-Signature=0",
                                                     old, old)));
    const struct {
        bool strict;
        const char *target;
        int status;
        const char *answer;
    } rows[] = {
        { false, "/b", 200, "List {" },
        { true, "/b", 200, "List {" }, /* nobody's: what nobody may do is the service's to know */
        { false, v4, 403, "<Message>Request has expired</Message><X-Amz-Expires>90</X-Amz-Expires><Expires>" },
        { true, v4, 403, "<Message>Request has expired</Message>" },
        { false, "/b?AWSAccessKeyId=TEAM&Signature=x&Expires=1000000000", 403,
          "<Message>Request has expired</Message><Expires>2001-09-09T01:46:40Z</Expires><ServerTime>" },
        { false, "/b?AWSAccessKeyId=TEAM&Signature=x&Expires=4000000000", 200, "List {" },
        { true, "/b?AWSAccessKeyId=TEAM&Signature=x&Expires=4000000000", 403,
          "<StringToSign>GET\n\n\n4000000000\n/b</" },
        /* made with boto3 1.43.11, generate_presigned_url('get_object_acl') */
        { true, "/b/k%20%C3%A4?acl&AWSAccessKeyId=TEAM&Signature=tXNmt2p3tM8Ac70a9l8ysRniLVs%3D&Expires=4000000000",
          200, "Mark {" },
        { true, "/b?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=TEAM%2F20300101%2Fus-east-1%2Fs3%2Faws4_request",
          400,
          "<Code>AuthorizationQueryParametersError</Code><Message>Query-string authentication version 4 requires the" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        clear_call(&stage);
        stage.cloud->strict = rows[i].strict;
        set_target(&stage, "GET", rows[i].target);
        add_header(&stage, "Host", "127.0.0.1");
        serve(&stage);
        if (stage.reply.status != rows[i].status || !strstr(stage.reply.body.at, rows[i].answer))
            fail_msg("%s: %d %s", rows[i].target, stage.reply.status, stage.reply.body.at);
    }
    free((void *)(uintptr_t)v4);
    strike_stage(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_match),           cmocka_unit_test(bodies_are_checked),
        cmocka_unit_test(large_bodies_are_spooled), cmocka_unit_test(signatures_are_verified),
        cmocka_unit_test(bodies_of_strict_mode),    cmocka_unit_test(others_than_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
