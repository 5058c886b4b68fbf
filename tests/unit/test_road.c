#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy_cloud.h"

#include "aws/sigv4.h"
#include "base/digest.h"
#include "base/time.h"

/* ---- route ---- */

#define JSON    "application/x-amz-json-1.0"
#define VERSION "&Version=2011-11-11"
#define XML(code, message)                                                                                             \
    "<ErrorResponse xmlns=\"https://ask/\"><Error><Type>Sender</Type><Code>" code "</Code><Message>" message           \
    "</Message></Error>"

static const struct {
    const char *method, *query, *host, *target, *type, *scope, *body;
    const char *operation; /* NULL: none, then status and the beginning of the body */
    int status;
    const char *begins;
    const char *why;
} routes[] = {
    { "POST", "", "h", "Toys.V1.DescribeThing", JSON, "toy", "{}", "DescribeThing", 0, NULL, "scope and target" },
    { "POST", "", "h", "Toys.V1.DescribeThing", JSON, NULL, "{}", "DescribeThing", 0, NULL, "the target alone" },
    { "POST", "", "h", "Toys.V1.DescribeThing", JSON, "es", "{}", "DescribeThing", 0, NULL,
      "the target, whatever the scope" },
    { "POST", "", "h", "Toys.V1.Nothing", JSON, "toy", "{}", NULL, 400, "{\"__type\":\"UnknownOperationException\"}",
      "no such operation" },
    { "POST", "", "h", "Toys.V2.DescribeThing", JSON, "toy", "{}", NULL, 400,
      "{\"__type\":\"UnknownOperationException\"}", "another target's prefix" },
    { "POST", "", "h", NULL, JSON, "toy", "{}", NULL, 400, "{\"__type\":\"UnknownOperationException\"}",
      "JSON without a target" },
    { "GET", "", "h", "Toys.V1.DescribeThing", JSON, "toy", "", NULL, 400, "{\"__type\":\"UnknownOperationException\"}",
      "nothing is done by GET" },
    { "POST", "", "toy.localhost:4566", NULL, JSON, NULL, "{}", NULL, 400, "{\"__type\":\"UnknownOperationException\"}",
      "the host" },
    { "POST", "", "slow-toy.localhost", NULL, JSON, NULL, "{}", NULL, 400, "{\"__type\":\"UnknownOperationException\"}",
      "a host with an operation's prefix" },
    { "POST", "", "toys.localhost", NULL, JSON, NULL, "{}", NULL, 400,
      "{\"__type\":\"NotImplemented\",\"message\":\"Nothing in this request", "nobody's host" },
    { "POST", "", "h", "Other.X", JSON, NULL, "{}", NULL, 400,
      "{\"__type\":\"NotImplemented\",\"message\":\"This practice cloud has no service that takes 'Other.X'.\"}",
      "nobody's target" },
    { "GET", "", "h", NULL, NULL, "s3", "", NULL, 400, "<ErrorResponse", "a service that is not here" },
    { "GET", "", "h", NULL, NULL, NULL, "", NULL, 400, "<ErrorResponse", "nothing at all" },
    { "POST", "", "h", NULL, FORM, "ask", "Action=GetWho" VERSION, "GetWho", 0, NULL, "a form with a scope" },
    { "POST", "", "h", NULL, FORM, NULL, "Action=GetWho" VERSION, "GetWho", 0, NULL, "a form without one" },
    { "POST", "", "h", NULL, FORM, NULL, "Version=2011-11-11&Action=GetWho&x=%2", "GetWho", 0, NULL, "in any order" },
    { "GET", "Action=GetWho" VERSION, "h", NULL, NULL, NULL, "", "GetWho", 0, NULL, "Query by GET" },
    { "POST", "Action=GetWho" VERSION, "h", NULL, NULL, "ask", "", "GetWho", 0, NULL, "Query by POST without a form" },
    { "POST", "Action=GetWho" VERSION, "h", NULL, FORM, "ask", "", "GetWho", 0, NULL, "an empty form" },
    { "POST", "", "ask.localhost", NULL, FORM, NULL, "Action=Nothing" VERSION, NULL, 400,
      XML("InvalidAction", "Could not find operation Nothing for version 2011-11-11"), "no such action" },
    { "POST", "", "h", NULL, FORM, "ask", "Action=GetWho&Version=2010-01-01", NULL, 400,
      XML("InvalidAction", "Could not find operation GetWho for version 2010-01-01"), "another version" },
    { "POST", "", "h", NULL, FORM, "ask", "Action=GetWho", NULL, 400,
      XML("InvalidAction", "Could not find operation GetWho for version NO_VERSION_SPECIFIED"), "no version" },
    { "POST", "", "h", NULL, FORM, "ask", "Version=2011-11-11", NULL, 400,
      XML("MissingAction", "The request must contain the parameter Action."), "no action" },
    { "POST", "", "h", NULL, FORM, NULL, "Action=Nothing" VERSION, NULL, 400, "<ErrorResponse", "nobody's action" },
};

static void routing(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        clear_call(&stage);
        stage.request.method = str_of(routes[i].method);
        stage.request.query = str_of(routes[i].query);
        stage.request.host = str_of(routes[i].host);
        stage.request.body = str_of(routes[i].body);
        add_header(&stage, "x-amz-target", routes[i].target);
        add_header(&stage, "content-type", routes[i].type);
        if (routes[i].scope)
            add_header(&stage, "authorization", scope_header(&stage, "TEAM", "eu-west-1", routes[i].scope));
        serve(&stage);
        const struct operation *operation = stage.call->operation;
        if (routes[i].operation && (!operation || strcmp(operation->name, routes[i].operation) != 0))
            fail_msg("%s: %s", routes[i].why, stage.reply.body.at);
        if (!routes[i].operation && (operation || stage.reply.status != routes[i].status ||
                                     !str_starts(buf_str(&stage.reply.body), str_of(routes[i].begins))))
            fail_msg("%s: %d %s", routes[i].why, stage.reply.status, stage.reply.body.at);
        assert_int_equal(strlen(stage.reply.request_id), 36);
        bool nobody = !stage.call->service; /* clients of REST services find the code here */
        assert_int_equal(stage.reply.header_count, nobody);
        assert_true(!nobody || str_is(stage.reply.headers[0].value, stage.call->error.kind->code));
    }
    strike_stage(&stage);
}

/* ---- authenticate ---- */

static const struct {
    const char *id, *region;
    const char *body;
    const char *why;
} open_callers[] = {
    { NULL, "", "{\"arn\":\"arn:aws:iam::000000000000:root\",\"region\":\"us-east-1\"",
      "nobody is the house's account" },
    { "test", "eu-west-1", "{\"arn\":\"arn:aws:iam::000000000000:root\",\"region\":\"eu-west-1\"", "any key is" },
    { "123456789012", "eu-west-1", "{\"arn\":\"arn:aws:iam::123456789012:root\",\"region\":\"eu-west-1\"",
      "an account's number is that account" },
    { "12345678901x", "eu-west-1", "{\"arn\":\"arn:aws:iam::000000000000:root\",\"region\":\"eu-west-1\"",
      "almost a number is not" },
    { "TEAM", "practice-1", "{\"arn\":\"arn:aws:iam::000000000001:root\",\"region\":\"practice-1\"",
      "a team's key is the team, any region is one" },
    { "USER", "eu-west-1", "{\"arn\":\"arn:aws:iam::000000000001:user/path/u\",\"region\":\"eu-west-1\"",
      "a user's key is the user" },
    { "SESSION", "NOWHERE!", "{\"arn\":\"arn:aws:sts::000000000007:assumed-role/actor/scene\",\"region\":\"us-east-1\"",
      "a session's key is the role; no region is the house's" },
    { "OLD", "eu-west-1",
      "{\"__type\":\"ExpiredTokenException\",\"message\":\"The security token included in the request is expired\"}",
      "a session that has ended" },
};

static void open_mode(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    for (size_t i = 0; i < sizeof open_callers / sizeof *open_callers; i++) {
        clear_call(&stage);
        add_header(&stage, "X-Amz-Target", "Toys.V1.DescribeThing");
        if (open_callers[i].id)
            add_header(&stage, "Authorization",
                       scope_header(&stage, open_callers[i].id, open_callers[i].region, "toy"));
        stage.request.body = STR("{\"name\":\"n\"}");
        serve(&stage);
        if (!str_starts(buf_str(&stage.reply.body), str_of(open_callers[i].body)))
            fail_msg("%s: %s", open_callers[i].why, stage.reply.body.at);
    }
    strike_stage(&stage);
}

/* A web page elsewhere may make a browser send these; it cannot set an Authorization header without being asked. */
static const struct {
    const char *header, *value, *authorization;
    int status;
    const char *why;
} pages[] = {
    { "Origin", "https://elsewhere.example", NULL, 403, "an old browser's form" },
    { "Sec-Fetch-Site", "cross-site", NULL, 403, "a new browser's form" },
    { "Sec-Fetch-Site", "same-site", NULL, 403, "another port is another page" },
    { "Sec-Fetch-Site", "none", NULL, 200, "typed by the user" },
    { "Sec-Fetch-Site", "same-origin", NULL, 200, "the house's own page" },
    { "Origin", "http://localhost:3000", "signed", 200, "an SDK in a page" },
    { "Accept", "*/*", NULL, 200, "no browser" },
};

static void foreign_pages(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        clear_call(&stage);
        add_header(&stage, "Content-Type", FORM);
        add_header(&stage, pages[i].header, pages[i].value);
        if (pages[i].authorization)
            add_header(&stage, "Authorization", scope_header(&stage, "test", "us-east-1", "ask"));
        stage.request.body = STR("Action=GetWho&name=n" VERSION);
        serve(&stage);
        if (stage.reply.status != pages[i].status)
            fail_msg("%s: %d %s", pages[i].why, stage.reply.status, stage.reply.body.at);
    }
    strike_stage(&stage);
}

static void hmac(struct str key, struct str text, unsigned char digest[SHA256_BYTES])
{
    digest_hmac_sha256(key, text, digest);
}

/* Signs what stands in the request, now or `late_ms` ago. */
static void sign(struct stage *stage, const char *id, const char *secret, const char *region, const char *service,
                 int64_t late_ms)
{
    char stamp[17], hex[2 * SHA256_BYTES + 1];
    unsigned char one[SHA256_BYTES], other[SHA256_BYTES];
    time_print_amz(time_wall_ms() - late_ms, stamp);
    const char *when = arena_copy(stage->arena, str_of(stamp));
    add_header(stage, "Host", "127.0.0.1:4566");
    add_header(stage, "X-Amz-Date", when);
    struct signature signature = { .date = str_first(str_of(when), 8),
                                   .region = str_of(region),
                                   .service = str_of(service),
                                   .signed_headers = STR("host;x-amz-date"),
                                   .amz_date = str_of(when) };
    struct buf canonical = BUF_EMPTY, to_sign = BUF_EMPTY;
    sigv4_canonical_request(&stage->request, &signature, &canonical);
    sigv4_string_to_sign(buf_str(&canonical), &signature, &to_sign);
    hmac(str_of(arena_printf(stage->arena, "AWS4%s", secret)), signature.date, one);
    hmac((struct str){ (char *)one, SHA256_BYTES }, signature.region, other);
    hmac((struct str){ (char *)other, SHA256_BYTES }, signature.service, one);
    hmac((struct str){ (char *)one, SHA256_BYTES }, STR("aws4_request"), other);
    hmac((struct str){ (char *)other, SHA256_BYTES }, buf_str(&to_sign), one);
    hex_encode(one, SHA256_BYTES, hex);
    add_header(
        stage, "Authorization",
        arena_printf(
            stage->arena,
            "AWS4-HMAC-SHA256 Credential=%s/%.8s/%s/%s/aws4_request, SignedHeaders=host;x-amz-date, Signature=%s", id,
            when, region, service, hex));
    buf_release(&canonical);
    buf_release(&to_sign);
}

static const struct {
    const char *id, *secret, *token, *service;
    const char *code, *query_code; /* NULL: it is good */
    int query_status;
    const char *why;
} strict_callers[] = {
    { "TEAM", "team-secret", NULL, NULL, NULL, NULL, 200, "good" },
    { "SESSION", "session-secret", "token/of=session", NULL, NULL, NULL, 200, "good with its token" },
    { "SESSION", "session-secret", NULL, NULL, "UnrecognizedClientException", "InvalidClientTokenId", 403,
      "without its token" },
    { "SESSION", "session-secret", "token/of=another", NULL, "UnrecognizedClientException", "InvalidClientTokenId", 403,
      "with another's" },
    { "TEAM", "team-secret", "token/of=session", NULL, "UnrecognizedClientException", "InvalidClientTokenId", 403,
      "a token that is not due" },
    { "OLD", "old-secret", "token", NULL, "ExpiredTokenException", "ExpiredToken", 403, "a session that has ended" },
    { "NOBODY", "secret", NULL, NULL, "UnrecognizedClientException", "InvalidClientTokenId", 403, "an unknown key" },
    { "000000000001", "secret", NULL, NULL, "UnrecognizedClientException", "InvalidClientTokenId", 403,
      "an account's number is no key here" },
    { "TEAM", "wrong-secret", NULL, NULL, "InvalidSignatureException", "SignatureDoesNotMatch", 403, "another secret" },
    { "TEAM", "team-secret", NULL, "es", "InvalidSignatureException", NULL, 0, "another service's scope" },
    { NULL, NULL, NULL, NULL, "MissingAuthenticationTokenException", "MissingAuthenticationToken", 403,
      "no signature" },
};

static void strict_mode(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    stage.cloud->strict = true;
    for (size_t i = 0; i < sizeof strict_callers / sizeof *strict_callers; i++) {
        for (int query = 0; query < 2; query++) {
            clear_call(&stage);
            add_header(&stage, "Content-Type", query ? FORM : JSON);
            add_header(&stage, "X-Amz-Target", query ? NULL : "Toys.V1.DescribeThing");
            add_header(&stage, "X-Amz-Security-Token", strict_callers[i].token);
            stage.request.body = query ? STR("Action=GetWho&name=n" VERSION) : STR("{\"name\":\"n\"}");
            const char *service = strict_callers[i].service ? strict_callers[i].service : query ? "ask" : "toy";
            if (query && strict_callers[i].service)
                continue;
            if (strict_callers[i].id)
                sign(&stage, strict_callers[i].id, strict_callers[i].secret, "us-east-1", service, 0);
            serve(&stage);
            const char *code = query ? strict_callers[i].query_code : strict_callers[i].code;
            int status = query ? strict_callers[i].query_status : code ? 400 : 200;
            const char *found = stage.call->error.kind ? stage.call->error.kind->code : NULL;
            if (!code != !found || (code && strcmp(code, found) != 0) || stage.reply.status != status)
                fail_msg("%s: %d %s", strict_callers[i].why, stage.reply.status, stage.reply.body.at);
        }
    }
    strike_stage(&stage);
}

static void strict_sentences(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    stage.cloud->strict = true;
    call_toy(&stage, NULL, "DescribeThing", "{}");
    expect(&stage, 400,
           "{\"__type\":\"MissingAuthenticationTokenException\",\"message\":\"Missing Authentication Token\"}",
           "unsigned");
    call_toy(&stage, "TEAM", "DescribeThing", "{}");
    assert_string_equal(stage.call->error.kind->code, "IncompleteSignatureException");
    clear_call(&stage);
    add_header(&stage, "X-Amz-Target", "Toys.V1.DescribeThing");
    sign(&stage, "TEAM", "team-secret", "us-east-1", "toy", 301 * 1000);
    serve(&stage);
    assert_true(str_starts(str_of(stage.call->error.message), STR("Signature expired: ")));
    clear_call(&stage);
    add_header(&stage, "Content-Type", FORM);
    stage.request.body = STR("Action=GetWho" VERSION);
    serve(&stage);
    assert_string_equal(stage.call->error.message, "Request is missing Authentication Token");
    strike_stage(&stage);
}

/* ---- decode, validate ---- */

static const struct {
    const char *operation, *body;
    int status;
    const char *answer;
    const char *why;
} inputs[] = {
    { "DeleteThing", "{\"name\":\"n\"}", 404, "{\"__type\":\"ThingDoesNotExist\",\"message\":\"There is no n\"}",
      "the handler's own error" },
    { "DescribeThing", "", 400,
      "{\"__type\":\"ValidationException\",\"message\":\"1 validation error detected: Value null at 'name' failed to "
      "satisfy constraint: Member must not be null\"}",
      "no body is no members" },
    { "DescribeThing", "{\"name\":\"\"}", 400,
      "{\"__type\":\"ValidationException\",\"message\":\"1 validation error detected: Value '' at 'name' failed to "
      "satisfy constraint: Member must have length greater than or equal to 1\"}",
      "too short" },
    { "MissThing", "{\"name\":\"n\"}", 400,
      "{\"__type\":\"NotImplemented\",\"message\":\"This practice cloud does not have MissThing of Rehearse Toys.\"}",
      "an operation that is not built" },
};

static void decoding(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        call_toy(&stage, "TEAM", inputs[i].operation, inputs[i].body);
        expect(&stage, inputs[i].status, inputs[i].answer, inputs[i].why);
    }
    call_toy(&stage, "TEAM", "DescribeThing", "{\"name\":");
    assert_string_equal(stage.call->error.kind->code, "SerializationException");
    assert_true(stage.call->error.kind->says_message);
    clear_call(&stage);
    add_header(&stage, "Content-Type", FORM);
    stage.request.body = STR("Action=GetWho&name=" VERSION);
    serve(&stage);
    assert_string_equal(stage.call->error.kind->code, "ValidationError");
    strike_stage(&stage);
}

/* ---- authorise ---- */

#define ACTOR              "User: arn:aws:sts::000000000007:assumed-role/actor/scene is not authorized to perform: "
#define PASSED_TO(service) ",\"Condition\":{\"StringEquals\":{\"iam:PassedToService\":\"" service "\"}}"

static const struct {
    const char *policy, *operation, *body;
    const char *message; /* NULL: it may */
    const char *why;
} permissions[] = {
    { POLICY("Allow", "toy:*", "arn:aws:toy:eu-west-1:000000000007:thing/n", ""), "DescribeThing", "{\"name\":\"n\"}",
      NULL, "the resource is made of region, account and input" },
    { POLICY("Allow", "toy:*", "arn:aws:toy:eu-west-1:000000000007:thing/m", ""), "DescribeThing", "{\"name\":\"n\"}",
      ACTOR "toy:DescribeThing on resource: arn:aws:toy:eu-west-1:000000000007:thing/n because no identity-based "
            "policy allows the toy:DescribeThing action",
      "another thing" },
    { POLICY("Deny", "*", "*", ""), "DescribeThing", "{\"name\":\"n\"}",
      ACTOR "toy:DescribeThing on resource: arn:aws:toy:eu-west-1:000000000007:thing/n with an explicit deny in an "
            "identity-based policy",
      "denied outright" },
    { NULL, "DescribeThing", "{\"name\":\"n\"}",
      ACTOR "toy:DescribeThing on resource: arn:aws:toy:eu-west-1:000000000007:thing/n because no identity-based "
            "policy allows the toy:DescribeThing action",
      "the role is gone" },
    { POLICY("Allow", "toy:*", "*", ""), "CreateThing", "{\"name\":\"n\"}", NULL, "no role is passed" },
    { POLICY("Allow", "toy:*", "*", ""), "CreateThing",
      "{\"name\":\"n\",\"roleArn\":\"arn:aws:iam::000000000007:role/r\"}",
      ACTOR "iam:PassRole on resource: arn:aws:iam::000000000007:role/r because no identity-based policy allows the "
            "iam:PassRole action",
      "passing is another right" },
    { POLICY("Allow", "*", "*", PASSED_TO("toy.amazonaws.com")), "CreateThing",
      "{\"name\":\"n\",\"roleArn\":\"arn:aws:iam::000000000007:role/r\"}",
      ACTOR "toy:CreateThing on resource: arn:aws:toy:eu-west-1:000000000007:thing/n because no identity-based policy "
            "allows the toy:CreateThing action",
      "the service is known where a role is passed" },
    { POLICY("Allow", "*", "*", ""), "CreateThing", "{\"name\":\"n\",\"roleArn\":\"arn:aws:iam::000000000007:role/r\"}",
      NULL, "everything" },
    { POLICY("Deny", "toy:WaitForThing", "arn:aws:toy:::nobody", ""), "WaitForThing", "{\"name\":\"n\"}",
      ACTOR "toy:WaitForThing on resource: arn:aws:toy:::nobody with an explicit deny in an identity-based policy",
      "what a template says of an absent member" },
};

static void authorising(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    stage.cloud->enforce = true;
    for (size_t i = 0; i < sizeof permissions / sizeof *permissions; i++) {
        role_policy = permissions[i].policy;
        call_toy(&stage, "SESSION", permissions[i].operation, permissions[i].body);
        const char *message = stage.call->error.message;
        if (!message != !permissions[i].message || (message && strcmp(message, permissions[i].message) != 0))
            fail_msg("%s: %s", permissions[i].why, message);
        if (message)
            assert_string_equal(stage.call->error.kind->code, "AccessDeniedException");
    }
    role_policy = NULL;
    call_toy(&stage, "TEAM", "DescribeThing", "{\"name\":\"n\"}"); /* an account's root may do everything */
    assert_int_equal(stage.reply.status, 200);
    stage.cloud->enforce = false;
    call_toy(&stage, "SESSION", "DescribeThing", "{\"name\":\"n\"}");
    assert_int_equal(stage.reply.status, 200);
    strike_stage(&stage);
}

static void query_denial(void **state)
{
    (void)state;
    struct stage stage;
    raise_stage(&stage);
    stage.cloud->enforce = true;
    clear_call(&stage);
    add_header(&stage, "Content-Type", FORM);
    add_header(&stage, "Authorization", scope_header(&stage, "SESSION", "us-east-1", "ask"));
    stage.request.body = STR("Action=PutWho&name=n" VERSION);
    serve(&stage);
    assert_int_equal(stage.reply.status, 403);
    assert_string_equal(stage.call->error.kind->code, "AccessDenied");
    assert_non_null(strstr(stage.call->error.message, "ask:PutWho on resource: * because")); /* {count} is absent */
    strike_stage(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routing),     cmocka_unit_test(open_mode),        cmocka_unit_test(foreign_pages),
        cmocka_unit_test(strict_mode), cmocka_unit_test(strict_sentences), cmocka_unit_test(decoding),
        cmocka_unit_test(authorising), cmocka_unit_test(query_denial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
