#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "aws/sigv4.h"
#include "base/time.h"

/* cases/sigv4.json: requests, their canonical form and their signature with the keys of AWS's public test suite at
 * 20150830T123600Z. The values of the suite's own cases (those with its names) are the suite's; all were computed with botocore. */
#define KEY    "AKIDEXAMPLE"
#define SECRET STR("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
#define STAMP  "20150830T123600Z"
#define MOST   16

static struct str read_file(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot open %s", path);
    struct buf text = BUF_EMPTY;
    while (buf_reserve(&text, 65536)) {
        size_t got = fread(text.at + text.length, 1, 65536, file);
        if (got == 0)
            break;
        text.length += got;
    }
    fclose(file);
    struct str copy = arena_str(arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

static int64_t wall(const char *stamp)
{
    int64_t ms = 0;
    assert_true(time_parse_amz(str_of(stamp), &ms));
    return ms;
}

struct made {
    struct wire_request request;
    struct wire_header headers[MOST];
};

static void add_header(struct made *made, struct str name, struct str value)
{
    assert_true(made->request.header_count < MOST);
    made->headers[made->request.header_count++] = (struct wire_header){ name, value };
}

static struct str authorization(struct arena *arena, const cJSON *row, const char *signature)
{
    return str_of(arena_printf(arena,
                               "AWS4-HMAC-SHA256 Credential=" KEY "/20150830/%s/%s/aws4_request, SignedHeaders=%s, "
                               "Signature=%s",
                               json_string(row, "region"), json_string(row, "service"), json_string(row, "signed"),
                               signature));
}

static void make(struct made *made, struct arena *arena, const cJSON *row)
{
    *made = (struct made){ .request = { .method = json_str(row, "method"),
                                        .path = json_str(row, "path"),
                                        .query = json_str(row, "query"),
                                        .body = json_str(row, "body"),
                                        .arena = arena } };
    made->request.headers = made->headers;
    const cJSON *header;
    cJSON_ArrayForEach(header, json_get(row, "headers"))
        add_header(made, json_value(header->child), json_value(header->child->next));
    if (!json_bool(row, "presigned", false))
        add_header(made, STR("Authorization"), authorization(arena, row, json_string(row, "signature")));
}

static const char *verify_with(struct signing_cache *cache, const struct made *made, const cJSON *row,
                               struct str secret)
{
    struct signature signature;
    sigv4_read(&made->request, &signature);
    assert_true(signature.present);
    if (signature.flaw)
        return signature.flaw_message;
    const struct error_kind *kind;
    return sigv4_verify(cache, &made->request, &signature, secret, json_string(row, "service"), wall(STAMP), &kind);
}

static const char *verify(struct signing_cache *cache, const struct made *made, const cJSON *row)
{
    return verify_with(cache, made, row, SECRET);
}

static void check_canonical(const struct made *made, const cJSON *row)
{
    struct signature signature;
    struct buf text = BUF_EMPTY;
    sigv4_read(&made->request, &signature);
    sigv4_canonical_request(&made->request, &signature, &text);
    if (!str_equal(buf_str(&text), json_str(row, "canonical")))
        fail_msg("%s (%s):\n%s\n--- but it is\n%s", json_string(row, "name"), json_string(row, "why"), text.at,
                 json_string(row, "canonical"));
    buf_release(&text);
}

static struct str changed(struct arena *arena, struct str text)
{
    bool is_letter = text.length && text.at[text.length - 1] == 'x';
    return str_of(arena_printf(arena, "%.*s%c", (int)text.length - 1, text.at, is_letter ? 'y' : 'x'));
}

/* Whatever is changed in a signed request, it is not good any more. */
static void check_tampered(struct signing_cache *cache, struct made *made, struct arena *arena, const cJSON *row)
{
    const char *name = json_string(row, "name");
    struct wire_request good = made->request;
    struct str *const parts[] = { &made->request.method, &made->request.path, &made->request.query,
                                  &made->request.body };
    bool body_counts = !json_bool(row, "presigned", false) &&
                       !strstr(json_string(row, "canonical"), "UNSIGNED-PAYLOAD");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!parts[i]->length || (i == 3 && !body_counts))
            continue;
        *parts[i] = changed(arena, *parts[i]);
        if (!verify(cache, made, row))
            fail_msg("%s: part %zu does not count", name, i);
        made->request = good;
    }
    for (size_t i = 0; i < good.header_count; i++) {
        struct str value = made->headers[i].value;
        made->headers[i].value = changed(arena, value);
        if (!verify(cache, made, row))
            fail_msg("%s: header %.*s does not count", name, STR_ARG(made->headers[i].name));
        made->headers[i].value = value;
    }
    if (!verify_with(cache, made, row, STR("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEx")))
        fail_msg("%s: the secret does not count", name);
}

static void vectors(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const cJSON *rows = json_parse_in(arena, read_file(arena, CASES_DIR "/sigv4.json"), NULL), *row;
    assert_non_null(rows);
    struct signing_cache *cache = signing_cache_new();
    size_t count = 0;
    cJSON_ArrayForEach(row, rows)
    {
        struct made made;
        make(&made, arena, row);
        check_canonical(&made, row);
        const char *why = verify(cache, &made, row);
        if (why)
            fail_msg("%s (%s): %s", json_string(row, "name"), json_string(row, "why"), why);
        check_tampered(cache, &made, arena, row);
        count++;
    }
    assert_true(count >= 40);
    signing_cache_free(cache);
    arena_free(arena);
}

/* ---- what a request says, and what is wrong with it ---- */

#define GOOD_HEX "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" /* post-vanilla */
#define SCOPE    "20150830/us-east-1/service/aws4_request"
#define HEADER(credential, signed, hex)                                                                                \
    "AWS4-HMAC-SHA256 Credential=" credential ", SignedHeaders=" signed ", Signature=" hex

static const struct {
    const char *authorization, *amz_date, *date, *query, *now;
    const char *code, *message; /* NULL: it is good */
    const char *why;
} rows[] = {
    { HEADER(KEY "/" SCOPE, "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", STAMP, NULL, NULL, "it is good" },
    { "AWS4-HMAC-SHA256 Credential=" KEY "/" SCOPE ",SignedHeaders=host;x-amz-date,Signature=" GOOD_HEX, STAMP, NULL,
      "", STAMP, NULL, NULL, "no spaces behind the commas" },
    { HEADER(KEY "/" SCOPE, "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", "20150830T124100Z", NULL, NULL,
      "five minutes late" },
    { HEADER(KEY "/" SCOPE, "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", "20150830T123100Z", NULL, NULL,
      "five minutes early" },
    { HEADER(KEY "/" SCOPE, "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", "20150830T124101Z",
      "InvalidSignatureException",
      "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)",
      "a second too late" },
    { HEADER(KEY "/" SCOPE, "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", "20150830T123059Z",
      "InvalidSignatureException",
      "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)",
      "a second too early" },
    { HEADER(KEY "/" SCOPE, "x-amz-date", GOOD_HEX), STAMP, NULL, "", STAMP, "InvalidSignatureException",
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.", "the host must be signed" },
    { HEADER(KEY "/" SCOPE, "host", GOOD_HEX), STAMP, NULL, "", STAMP, "InvalidSignatureException",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
      "and "
      "signing method. Consult the service documentation for details.",
      "other headers than were signed" },
    { HEADER(KEY "/" SCOPE, "host;x-amz-date", "5da7"), STAMP, NULL, "", STAMP, "InvalidSignatureException",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
      "and "
      "signing method. Consult the service documentation for details.",
      "a signature cut short" },
    { HEADER(KEY "/20150830/US EAST/service/aws4_request", "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", STAMP,
      "IncompleteSignatureException",
      "'EAST/service/aws4_request' not a valid key=value pair (missing equal-sign) in Authorization header: "
      "'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/US EAST/service/aws4_request, SignedHeaders=host;x-amz-date, "
      "Signature=" GOOD_HEX "'.",
      "a space parts what belongs together" },
    { HEADER(KEY "/20150830/US_EAST/service/aws4_request", "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", STAMP,
      "InvalidSignatureException", "Credential should be scoped to a valid region, not 'US_EAST'. ", "no region" },
    { HEADER(KEY "/20150830/us-east-1/es/aws4_request", "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", STAMP,
      "InvalidSignatureException", "Credential should be scoped to correct service: 'service'. ", "another service" },
    { HEADER(KEY "/20150829/us-east-1/service/aws4_request", "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", STAMP,
      "InvalidSignatureException",
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != "
      "'20150830', from '20150830T123600Z'.",
      "another day" },
    { HEADER(KEY "/20150829//es/aws4_request", "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", STAMP,
      "InvalidSignatureException",
      "Credential should be scoped to a valid region, not ''. Credential should be scoped to correct service: "
      "'service'. "
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != "
      "'20150830', from '20150830T123600Z'.",
      "all at once" },
    { HEADER(KEY "/20150830/us-east-1/service/aws5_request", "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", STAMP,
      "InvalidSignatureException",
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'.",
      "another terminator" },
    { HEADER("a/b/" SCOPE, "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", STAMP, "IncompleteSignatureException",
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/" SCOPE
      "'",
      "a slash in the key's id" },
    { HEADER("us-east-1/service/aws4_request", "host;x-amz-date", GOOD_HEX), STAMP, NULL, "", STAMP,
      "IncompleteSignatureException",
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
      "'us-east-1/service/aws4_request'",
      "too few parts" },
    { "AWS4-HMAC-SHA256 Credential=" KEY "/" SCOPE, STAMP, NULL, "", STAMP, "IncompleteSignatureException",
      "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "
      "Authorization=AWS4-HMAC-SHA256 Credential=" KEY "/" SCOPE,
      "parts are missing" },
    { "Basic dXNlcjpwYXNz", NULL, NULL, "", STAMP, "IncompleteSignatureException",
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
      "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a "
      "'X-Amz-Date' or a 'Date' header. Authorization=Basic dXNlcjpwYXNz",
      "another scheme" },
    { HEADER(KEY "/" SCOPE, "host;x-amz-date", GOOD_HEX), "yesterday", NULL, "", STAMP, "IncompleteSignatureException",
      "Date must be in ISO-8601 'basic format'. Got 'yesterday'. See http://en.wikipedia.org/wiki/ISO_8601",
      "no date" },
    /* a request that has a Date and no X-Amz-Date */
    { HEADER(KEY "/" SCOPE, "date;host", "69856604df6c57761996f53c4ba8d566ea6b2ba46e4ecd5f88b54d41cddd206e"), NULL,
      "Sun, 30 Aug 2015 12:36:00 GMT", "", STAMP, NULL, NULL, "HTTP's own date" },
    { NULL, NULL, NULL, "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" KEY, STAMP, "IncompleteSignatureException",
      "AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include "
      "'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string "
      "parameters.",
      "half a presigned query" },
    { NULL, NULL, NULL,
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" KEY
      "%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=" STAMP
      "&X-Amz-Expires=604801&X-Amz-SignedHeaders=host&X-Amz-Signature=" GOOD_HEX,
      STAMP, "IncompleteSignatureException",
      "X-Amz-Expires must be a number of seconds between 1 and 604800, got '604801'.", "more than a week" },
    { NULL, NULL, NULL,
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" KEY
      "%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=" STAMP
      "&X-Amz-Expires=90&X-Amz-SignedHeaders=host&X-Amz-Signature=" GOOD_HEX,
      "20150830T123731Z", "InvalidSignatureException",
      "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T123731Z - 90 sec.)",
      "a presigned query lasts as long as it says" },
};

static void add_row_header(struct made *made, const char *name, const char *value)
{
    if (value)
        add_header(made, str_of(name), str_of(value));
}

static void flaws(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct signing_cache *cache = signing_cache_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct made made = { .request = { .method = STR("POST"), .path = STR("/"), .arena = arena } };
        made.request.headers = made.headers;
        made.request.query = str_of(rows[i].query);
        add_header(&made, STR("Host"), STR("example.amazonaws.com"));
        add_row_header(&made, "authorization", rows[i].authorization);
        add_row_header(&made, "x-amz-date", rows[i].amz_date);
        add_row_header(&made, "Date", rows[i].date);
        struct signature signature;
        sigv4_read(&made.request, &signature);
        const struct error_kind *kind = signature.flaw;
        const char *message = signature.flaw_message;
        if (!kind)
            message = sigv4_verify(cache, &made.request, &signature, SECRET, "service", wall(rows[i].now), &kind);
        if (!message != !rows[i].message || (message && strcmp(message, rows[i].message) != 0))
            fail_msg("%s:\n%s\n--- but it is\n%s", rows[i].why, message, rows[i].message);
        if (message)
            assert_string_equal(kind->code, rows[i].code);
    }
    signing_cache_free(cache);
    arena_free(arena);
}

static void unsigned_request(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct signature signature;
    struct wire_request request = { .method = STR("GET"), .path = STR("/"), .query = STR("Action=X"), .arena = arena };
    sigv4_read(&request, &signature);
    assert_false(signature.present);
    assert_null(signature.flaw);
    arena_free(arena);
}

/* Open mode takes the scope of a header that could never be verified. */
static void scope_of_a_flawed_header(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct signature signature;
    const struct wire_header header = { STR("Authorization"),
                                        STR("AWS4-HMAC-SHA256 Credential=x/y/2015/eu-west-1/iam/z") };
    struct wire_request request = { .headers = &header, .header_count = 1, .arena = arena };
    sigv4_read(&request, &signature);
    assert_non_null(signature.flaw);
    assert_true(str_is(signature.service, "iam"));
    assert_true(str_is(signature.region, "eu-west-1"));
    assert_true(str_is(signature.access_key_id, "x/y"));
    arena_free(arena);
}

/* A list of signed headers that asks for more than any request may hold is refused before it costs anything. */
static void too_many_signed_headers(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct buf names = BUF_EMPTY;
    buf_add_text(&names, "host");
    for (int i = 0; i < 200; i++)
        buf_add_text(&names, ";x-long");
    char *big = ARENA_ARRAY(arena, char, 8001);
    memset(big, 'x', 8000);
    struct made made = { .request = { .method = STR("GET"), .path = STR("/"), .arena = arena } };
    made.request.headers = made.headers;
    add_header(&made, STR("Host"), STR("h"));
    add_header(&made, STR("X-Long"), str_of(big));
    struct signature signature = { .signed_headers = buf_str(&names), .service = STR("service") };
    struct buf text;
    buf_init(&text, 1 << 20);
    sigv4_canonical_request(&made.request, &signature, &text);
    assert_true(text.overflow);
    buf_release(&text);
    buf_release(&names);
    arena_free(arena);
}

/* More keys than the cache holds: old ones go, all verify. */
static void cache_is_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct signing_cache *cache = signing_cache_new();
    const struct error_kind *kind;
    for (int i = 0; i < 4200; i++) {
        struct made made = { .request = { .method = STR("POST"), .path = STR("/"), .arena = arena } };
        made.request.headers = made.headers;
        add_header(&made, STR("Host"), STR("example.amazonaws.com"));
        add_header(&made, STR("X-Amz-Date"), STR(STAMP));
        add_header(&made, STR("Authorization"), STR(HEADER(KEY "/" SCOPE, "host;x-amz-date", GOOD_HEX)));
        struct signature signature;
        sigv4_read(&made.request, &signature);
        if (i > 0 && i < 4199)
            signature.region = str_of(arena_printf(arena, "practice-%d", i));
        const char *why = sigv4_verify(cache, &made.request, &signature, SECRET, "service", wall(STAMP), &kind);
        if (!why != (i == 0 || i == 4199))
            fail_msg("request %d: %s", i, why ? why : "it is good");
    }
    signing_cache_free(cache);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(flaws),
        cmocka_unit_test(unsigned_request),
        cmocka_unit_test(scope_of_a_flawed_header),
        cmocka_unit_test(too_many_signed_headers),
        cmocka_unit_test(cache_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
