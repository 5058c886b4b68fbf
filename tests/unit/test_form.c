/* Uploads by a form, to the shelf of toy_rest.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/digest.h"
#include "toy_rest.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

#define PART(name, value) "--BB\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, content)                                                                                       \
    "--BB\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" name                                          \
    "\"\r\nContent-Type: text/x\r\n\r\n" content "\r\n"
#define END                          "--BB--\r\n"
#define PAST                         "2001-01-01T00:00:00Z"
#define LATE                         "2100-01-01T00:00:00Z"
#define POLICY_OF(until, conditions) "{\"expiration\":\"" until "\",\"conditions\":[" conditions "]}"

static const struct {
    const char *policy; /* put in front as a field; NULL: none */
    const char *body;
    int status;
    const char *answer; /* a part of the body; "": none */
    const char *why;
} forms[] = {
    { NULL, PART("key", "a/b") FILE_PART("f.txt", "Hello") END, 204, "", "the simplest form" },
    { NULL, PART("key", "k") PART("success_action_status", "201") FILE_PART("f", "Hello") END, 201,
      "<PostResponse><Location>http://127.0.0.1:4566/b/k</Location><Bucket>b</Bucket><Key>k</Key><ETag>",
      "a document" },
    { NULL, PART("key", "k") PART("success_action_status", "299") FILE_PART("f", "") END, 204, "",
      "no such status; an empty file" },
    { NULL,
      PART("KEY", "up/${filename}") PART("success_action_status", "201") FILE_PART("C:\\x\\\xC3\xA4.txt", "x") END, 201,
      "<Key>up/\xC3\xA4.txt</Key>", "the file's own name" },
    { NULL,
      PART("key", "k") PART("success_action_status", "201") PART("x-amz-meta-a", "")
          FILE_PART("f", "a\r\n--B\r\n--B") "more" END,
      400, "<Code>MalformedPOSTRequest</Code>", "something behind a delimiter that is none" },
    { NULL, PART("key", "k") FILE_PART("f", "x") PART("late", "y") END, 204, "",
      "what comes behind the file is ignored" },
    { NULL, FILE_PART("f", "x") PART("key", "k") END, 400,
      "<Message>Bucket POST must contain a field named 'key'. If it is specified, please check the order of the "
      "fields.<",
      "no key" },
    { NULL, PART("key", "k") END, 400, "<Message>POST requires exactly one file upload per request.<", "no file" },
    { NULL, PART("key", "k") FILE_PART("f", "x"), 400, "<Code>MalformedPOSTRequest</Code>", "no end" },
    { NULL, "hello", 400, "<Code>MalformedPOSTRequest</Code>", "no form at all" },
    { NULL, "--BB\r\nContent-Type: text/x\r\n\r\nx\r\n" END, 400, "<Code>MalformedPOSTRequest</Code>",
      "a part without a name" },
    { POLICY_OF(LATE, "{\"bucket\":\"b\"},[\"starts-with\",\"$key\",\"a/\"]"),
      PART("key", "a/b") FILE_PART("f", "x") END, 204, "", "a policy that holds" },
    { POLICY_OF(PAST, "{\"bucket\":\"b\"},[\"starts-with\",\"$key\",\"a/\"]"),
      PART("key", "a/b") FILE_PART("f", "x") END, 403,
      "<Code>AccessDenied</Code><Message>Invalid according to Policy: Policy expired.</Message>", "one of the past" },
    { POLICY_OF(LATE, "[\"eq\",\"$key\",\"other\"]"), PART("key", "k") FILE_PART("f", "x") END, 403,
      "Policy Condition failed: [&quot;eq&quot;,&quot;$key&quot;,&quot;other&quot;]", "another key" },
    { POLICY_OF(LATE, "{\"key\":\"k\"},{\"acl\":\"private\"}"), PART("key", "k") FILE_PART("f", "x") END, 403,
      "Policy Condition failed:", "a field that lacks" },
    { POLICY_OF(LATE, "{\"key\":\"k\"}"), PART("key", "k") PART("acl", "private") FILE_PART("f", "x") END, 403,
      "Invalid according to Policy: Extra input fields: acl", "a field too many" },
    { POLICY_OF(LATE, "{\"key\":\"k\"}"), PART("key", "k") PART("x-ignore-a", "b") FILE_PART("f", "x") END, 204, "",
      "but this one" },
    { POLICY_OF(LATE, "{\"key\":\"k\"},[\"content-length-range\",2,4]"), PART("key", "k") FILE_PART("f", "abc") END,
      204, "", "a size within" },
    { POLICY_OF(LATE, "{\"key\":\"k\"},[\"content-length-range\",2,4]"), PART("key", "k") FILE_PART("f", "a") END, 400,
      "<Code>EntityTooSmall</Code>", "too small" },
    { POLICY_OF(LATE, "{\"key\":\"k\"},[\"content-length-range\",2,4]"), PART("key", "k") FILE_PART("f", "abcde") END,
      400, "<Code>EntityTooLarge</Code>", "too large" },
    { "{\"conditions\":[]}", PART("key", "k") FILE_PART("f", "x") END, 400, "<Code>InvalidPolicyDocument</Code>",
      "no expiration" },
    { POLICY_OF(LATE, "[\"like\",\"$key\",\"k\"]"), PART("key", "k") FILE_PART("f", "x") END, 400,
      "<Code>InvalidPolicyDocument</Code>", "no such condition" },
    { "[", PART("key", "k") FILE_PART("f", "x") END, 400, "<Code>InvalidPolicyDocument</Code>", "no JSON" },
};

static void send_form(struct stage *stage, struct str body, size_t piece)
{
    size_t limit;
    clear_call(stage);
    set_target(stage, "POST", "/b/");
    add_header(stage, "Content-Type", "multipart/form-data; boundary=BB");
    stage->call = road_route(stage->cloud, &stage->request, &limit);
    stage->call->owner = stage;
    stage->call->finished = finish;
    assert_true(road_streams(stage->call));
    enum outcome outcome = road_begin_body(stage->call, &stage->request);
    for (size_t at = 0; outcome == CALL_DONE && at < body.length; at += piece)
        outcome = road_body(stage->call, str_first(str_from(body, at), piece));
    road_serve(stage->call, &stage->request, &stage->reply);
}

static void add_part(struct buf *form, const char *name, struct str value)
{
    buf_printf(form, "--BB\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%.*s\r\n", name, STR_ARG(value));
}

static struct str base64_of(struct arena *arena, struct str bytes)
{
    struct buf text = BUF_EMPTY;
    base64_encode(&text, bytes);
    struct str kept = arena_str(arena, buf_str(&text));
    buf_release(&text);
    return kept;
}

static void forms_are_taken(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(forms); i++)
        for (size_t piece = 1; piece < 2000; piece *= 6) {
            struct buf form = BUF_EMPTY;
            if (forms[i].policy)
                add_part(&form, "policy", base64_of(arena, str_of(forms[i].policy)));
            buf_add_text(&form, forms[i].body);
            send_form(&stage, buf_str(&form), piece);
            buf_release(&form);
            const char *body = stage.reply.body.at ? stage.reply.body.at : "";
            if (stage.reply.status != forms[i].status ||
                (forms[i].answer[0] ? !strstr(body, forms[i].answer) : *body != '\0'))
                fail_msg("%s, %zu bytes at a time: %d %s", forms[i].why, piece, stage.reply.status, body);
        }
    arena_free(arena);
    strike_stage(&stage);
}

/* Fields become what headers would have said, and the file is the body. */
static void fields_become_members(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    send_form(&stage,
              STR(PART("key", "a b") PART("x-amz-meta-Name", "v") PART("success_action_redirect", "http://x/y?z")
                      FILE_PART("f", "content") END),
              7);
    assert_int_equal(stage.reply.status, 303);
    struct str said = json_str(stage.call->output, "Input");
    assert_true(str_is(said, "PutObject {\"Bucket\":\"b\",\"Key\":\"a b\"} <content>"));
    bool found = false;
    for (size_t i = 0; i < stage.reply.header_count; i++)
        found |= str_is(stage.reply.headers[i].name, "Location") &&
                 str_starts(stage.reply.headers[i].value, STR("http://x/y?z&bucket=b&key=a%20b&etag="));
    assert_true(found);
    strike_stage(&stage);
}

/* The fields together have an end, and so have a part's headers. */
static void forms_have_an_end(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    struct buf form = BUF_EMPTY;
    buf_add_text(&form, "--BB\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n");
    for (int i = 0; i < 30000; i++)
        buf_add_byte(&form, 'x');
    send_form(&stage, buf_str(&form), 1000);
    assert_non_null(strstr(stage.reply.body.at, "MaxPostPreDataLengthExceeded"));
    buf_clear(&form);
    buf_add_text(&form, "--BB\r\n");
    for (int i = 0; i < 30000; i++)
        buf_add_byte(&form, 'x');
    send_form(&stage, buf_str(&form), 1000);
    assert_non_null(strstr(stage.reply.body.at, "MalformedPOSTRequest"));
    buf_release(&form);
    strike_stage(&stage);
}

/* What boto3's generate_presigned_post() makes of either version, for the secret of the key TEAM; computed with Python's hmac. */
#define POLICY_4                                                                                                       \
    "eyJleHBpcmF0aW9uIjoiMjEwMC0wMS0wMVQwMDowMDowMFoiLCJjb25kaXRpb25zIjpbeyJrZXkiOiJrIn0seyJ4LWFtei1hbGdvcml0aG0iOiJB" \
    "V1M0LUhNQUMtU0hBMjU2In0seyJ4LWFtei1jcmVkZW50aWFsIjoiVEVBTS8yMDMwMDEwMS91cy1lYXN0LTEvczMvYXdzNF9yZXF1ZXN0In0seyJ4" \
    "LWFtei1kYXRlIjoiMjAzMDAxMDFUMDAwMDAwWiJ9XX0="
#define POLICY_2 "eyJleHBpcmF0aW9uIjoiMjEwMC0wMS0wMVQwMDowMDowMFoiLCJjb25kaXRpb25zIjpbeyJrZXkiOiJrIn1dfQ=="
static const struct {
    const char *policy, *fields[4][2];
    int status;
    const char *why;
} signed_forms[] = {
    { POLICY_4,
      { { "x-amz-algorithm", "AWS4-HMAC-SHA256" },
        { "x-amz-credential", "TEAM/20300101/us-east-1/s3/aws4_request" },
        { "x-amz-date", "20300101T000000Z" },
        { "x-amz-signature", "e56e653e89be44dcf28fe1028bee43f69fc05e0d5f7b3aeb224ce39beb452399" } },
      204,
      "version 4" },
    { POLICY_4,
      { { "x-amz-algorithm", "AWS4-HMAC-SHA256" },
        { "x-amz-credential", "TEAM/20300101/us-east-1/s3/aws4_request" },
        { "x-amz-date", "20300101T000000Z" },
        { "x-amz-signature", "0000000000000000000000000000000000000000000000000000000000000000" } },
      403,
      "a wrong signature" },
    { POLICY_2, { { "AWSAccessKeyId", "TEAM" }, { "signature", "Y5Q7SSxy2e+iQ2q5PdITFTJxnyY=" } }, 204, "version 2" },
    { POLICY_2, { { "AWSAccessKeyId", "TEAM" }, { "signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" } }, 403, "a wrong one" },
    { POLICY_2, { { "AWSAccessKeyId", "NOBODY" }, { "signature", "Y5Q7SSxy2e+iQ2q5PdITFTJxnyY=" } }, 403, "nobody's" },
    { POLICY_2, { { NULL, NULL } }, 403, "none" },
};

static void policies_are_signed(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    stage.cloud->strict = true;
    for (size_t i = 0; i < COUNT(signed_forms); i++) {
        struct buf form = BUF_EMPTY;
        add_part(&form, "policy", str_of(signed_forms[i].policy));
        for (size_t field = 0; field < 4 && signed_forms[i].fields[field][0]; field++)
            add_part(&form, signed_forms[i].fields[field][0], str_of(signed_forms[i].fields[field][1]));
        buf_add_text(&form, PART("key", "k") FILE_PART("f", "x") END);
        send_form(&stage, buf_str(&form), 50);
        buf_release(&form);
        if (stage.reply.status != signed_forms[i].status)
            fail_msg("%s: %d %s", signed_forms[i].why, stage.reply.status, stage.reply.body.at);
    }
    strike_stage(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_taken),
        cmocka_unit_test(fields_become_members),
        cmocka_unit_test(forms_have_an_end),
        cmocka_unit_test(policies_are_signed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
