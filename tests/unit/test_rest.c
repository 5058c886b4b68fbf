/* Both REST protocols on a toy model each: what requests mean, and what answers look like on the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy_rest.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* ---- requests ---- */

#define SIGNED                                                                                                         \
    "Authorization: AWS4-HMAC-SHA256 Credential=K/20300101/us-east-1/s3/aws4_request, SignedHeaders=host, "            \
    "Signature=0\n"

static const struct {
    const char *method, *target;
    const char *headers; /* "Name: value\n…", or NULL */
    const char *body;
    int status;
    const char *answer; /* what the echo says, or a part of the body */
    const char *why;
} requests[] = {
    { "GET", "/", NULL, "", 200, "Root {}", "the root" },
    { "GET", "/b", NULL, "", 200, "List {&quot;Bucket&quot;:&quot;b&quot;}", "a bucket" },
    { "GET", "/b/", NULL, "", 200, "List {&quot;Bucket&quot;:&quot;b&quot;}", "a slash behind it" },
    { "GET", "/b?location", NULL, "", 200, "<LocationConstraint xmlns=\"http://shelf/\">eu-west-1</LocationConstraint>",
      "a sub-resource" },
    { "GET", "/b?location=", NULL, "", 200, "eu-west-1</", "with an equals sign" },
    { "GET", "/b?prefix=a%2Fb+c&x-id=List", NULL, "", 200, "&quot;Prefix&quot;:&quot;a/b c&quot;", "decoded once" },
    { "GET", "/b?prefix=%2541", NULL, "", 200, "&quot;Prefix&quot;:&quot;%41&quot;", "and no more than once" },
    { "GET", "/b?prefix=", NULL, "", 200, "&quot;Prefix&quot;:&quot;&quot;", "an empty text is a text" },
    { "GET", "/b/k?acl", NULL, "", 200, "Mark {", "the literal parameter parts them" },
    { "GET", "/b//k/?acl", NULL, "", 200, "&quot;Key&quot;:&quot;/k/&quot;", "a key's slashes are its own" },
    { "GET", "/b/%C3%A4%20+?acl", NULL, "", 200, "&quot;Key&quot;:&quot;\xC3\xA4 +&quot;",
      "a plus in a path is a plus" },
    { "GET", "/b/%FF?acl", NULL, "", 400, "<Code>InvalidURI</Code>", "no UTF-8" },
    { "GET", "/b/%00?acl", NULL, "", 400, "<Code>InvalidURI</Code>", "NUL" },
    { "GET", "/b/%4?acl", NULL, "", 400, "<Code>InvalidURI</Code>", "half an escape" },
    { "GET", "/b/k?acl&max-keys=12", NULL, "", 200, "&quot;Max&quot;:12", "a number" },
    { "GET", "/b/k?acl&max-keys=", NULL, "", 200,
      "Mark {&quot;Bucket&quot;:&quot;b&quot;,&quot;Key&quot;:&quot;k&quot;}", "none" },
    { "GET", "/b/k?acl&max-keys=abc", NULL, "", 400,
      "<Error><Code>InvalidArgument</Code><Message>Provided max-keys not an integer or within integer range</Message>"
      "<ArgumentName>max-keys</ArgumentName><ArgumentValue>abc</ArgumentValue><RequestId>",
      "no number" },
    { "GET", "/b/k?acl&max-keys=99999999999", NULL, "", 400, "<Code>InvalidArgument</Code>", "too large a number" },
    { "GET", "/b/k?acl&name=a&name=b", NULL, "", 200, "&quot;Names&quot;:[&quot;a&quot;,&quot;b&quot;]", "a list" },
    { "GET", "/b/k?acl", "If-Modified-Since: Tue, 01 Jan 2030 00:00:00 GMT\n", "", 200,
      "&quot;Since&quot;:1893456000.000", "HTTP's date" },
    { "GET", "/b/k?acl", "If-Modified-Since: yesterday\n", "", 200,
      "Mark {&quot;Bucket&quot;:&quot;b&quot;,&quot;Key&quot;:&quot;k&quot;}", "a bad condition is none" },
    { "GET", "/b/k?acl", "x-until: 2030-01-01T00:00:00Z\n", "", 200, "&quot;Until&quot;:1893456000.000", "ISO's date" },
    { "GET", "/b/k?acl", "x-until: soon\n", "", 400, "<ArgumentName>x-until</ArgumentName>", "a bad date" },
    { "GET", "/b/k?acl", "X-Bypass: TRUE\n", "", 200, "&quot;Bypass&quot;:true", "a flag" },
    { "GET", "/b/k?acl", "x-parts: a, b,,c\n", "", 200, "&quot;Parts&quot;:[&quot;a&quot;,&quot;b&quot;,&quot;c&quot;]",
      "a list in a header" },
    { "GET", "/b/k?acl", "x-colour: blue\n", "", 400, "<Code>InvalidArgument</Code>", "no value of the enum" },
    { "GET", "/b/k?acl", "X-Amz-Meta-Name: v\nx-amz-meta-other: \xE4\nx-amz-meta-: w\nx-amz-meta-NAME: u\n", "", 200,
      "&quot;Meta&quot;:{&quot;name&quot;:&quot;v,u&quot;,&quot;other&quot;:&quot;\xC3\xA4&quot;}",
      "headers by their prefix" },
    { "PUT", "/b/k", NULL, "text", 200,
      "Put {&quot;Bucket&quot;:&quot;b&quot;,&quot;Key&quot;:&quot;k&quot;} &lt;text&gt;", "bytes" },
    { "PUT", "/b/k", NULL, "", 200, "none &lt;&gt;", "no bytes" },
    { "PUT", "/b/k?uploadId=u", NULL, "x", 200, "PutPart {", "a required parameter parts them" },
    { "PUT", "/b/k?uploadId=u&x-id=Put", NULL, "x", 200, "Put {", "x-id knows best" },
    { "PUT", "/b/k?x-id=Nonsense", NULL, "x", 200, "Put {", "unless it knows nothing" },
    { "PUT", "/b/k", "x-amz-copy-source: /a/b\n", "", 200, "<CopyResult xmlns=\"http://shelf/\"><Input>Copy {",
      "a required header does" },
    { "DELETE", "/b/k", NULL, "", 200, "Delete {", "what needs least" },
    { "DELETE", "/b/k?uploadId=u", NULL, "", 200, "", "no output, no body" },
    { "POST", "/b/k", SIGNED, "", 405, "<Code>MethodNotAllowed</Code>", "no operation takes it" },
    { "PUT", "/b?note", NULL,
      "<?xml version='1.0'?><Note xmlns='urn:x'><Colour>red</Colour><Count> 3 </Count><At>2030-01-01T00:00:00.000Z</At>"
      "<Tag>a&amp;b</Tag><Tag>c</Tag><Owners><Owner xmlns:x='urn:y' x:type='T'><ID>1</ID></Owner></Owners></Note>",
      200,
      "&quot;Note&quot;:{&quot;Colour&quot;:&quot;red&quot;,&quot;Count&quot;:3,&quot;At&quot;:1893456000.000,&quot;"
      "Tags&quot;:[&quot;a&amp;b"
      "&quot;,&quot;c&quot;],&quot;Owners&quot;:[{&quot;Type&quot;:&quot;T&quot;,&quot;ID&quot;:&quot;1&quot;}]}",
      "XML" },
    { "PUT", "/b?note", NULL, "<Note/>", 200, "&quot;Note&quot;:{}", "empty XML" },
    { "PUT", "/b?note", NULL, "", 400, "<Code>MissingRequestBodyError</Code><Message>Request Body is empty</Message>",
      "no XML" },
    { "PUT", "/b?note", NULL, "<Note>", 400,
      "<Code>MalformedXML</Code><Message>The XML you provided was not well-formed or did not validate against our "
      "published schema</Message>",
      "half a document" },
    { "PUT", "/b?note", NULL, "<Other/>", 400, "<Code>MalformedXML</Code>", "another root" },
    { "PUT", "/b?note", NULL, "<Note><Other/></Note>", 400, "<Code>MalformedXML</Code>",
      "an element that is not known" },
    { "PUT", "/b?note", NULL, "<Note><Count>x</Count></Note>", 400, "<Code>MalformedXML</Code>", "no number" },
    { "PUT", "/b?note", NULL, "<Note><Count>1</Count><Count>2</Count></Note>", 400, "<Code>MalformedXML</Code>",
      "one too many" },
    { "PUT", "/b?note", NULL, "<Note><Colour>blue</Colour></Note>", 400, "<Code>MalformedXML</Code>",
      "no value of the enum" },
    { "PUT", "/b?note", NULL, "<Note><Owners><Owner/></Owners></Note>", 400, "<Code>MalformedXML</Code>",
      "what is required lacks" },
    { "PUT", "/b?note", NULL, "<!DOCTYPE Note [<!ENTITY a 'b'>]><Note><Colour>&a;</Colour></Note>", 400,
      "<Code>MalformedXML</Code>", "a DTD" },
    { "PUT", "/b?note", NULL, "<!DOCTYPE Note><Note/>", 400, "<Code>MalformedXML</Code>", "any DTD" },
    { "GET", "/b?note", NULL, "", 200,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Note xmlns=\"http://shelf/\"><Colour>red</Colour><Count>2</Count>"
      "<At>2030-01-01T00:00:00.000Z</At><Tag>a&amp;b</Tag><Tag>c</Tag><Owners><Owner "
      "xmlns:xsi=\"http://www.w3.org/2001/"
      "XMLSchema-instance\" xsi:type=\"Canonical\"><ID>i</ID></Owner></Owners></Note>",
      "a payload of XML" },
    { "GET", "/b?refuse", NULL, "", 404,
      "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not "
      "exist</Message><BucketName>b</BucketName><RequestId>",
      "an error" },

    { "POST", "/2015-03-31/desks/d", NULL, "{\"Count\":1,\"At\":5,\"Name\":\"other\",\"Odd\":1}", 200,
      "{\"Input\":\"Create {\\\"Count\\\":1,\\\"At\\\":5,\\\"Name\\\":\\\"d\\\"}\"}", "the path's name counts" },
    { "POST", "/2015-03-31/desks/d?Qualifier=q", NULL, "{}", 200, "\\\"Qualifier\\\":\\\"q\\\"", "a parameter" },
    { "POST", "/2015-03-31/desks/d", NULL, "", 200, "Create {\\\"Name\\\":\\\"d\\\"}", "no body" },
    { "POST", "/2015-03-31/desks/arn%3Aaws%3Ad:1", NULL, "", 200, "arn:aws:d:1", "an ARN as a label" },
    { "POST", "/2015-03-31/desks/d", NULL, "{\"Count\":\"x\"}", 400,
      "{\"Message\":\"STRING_VALUE can not be converted to an Integer\"}", "no number" },
    { "POST", "/2015-03-31/desks/d", NULL, "{\"Count\":", 400, "{\"Message\":", "half an object" },
    { "GET", "/2015-03-31/desks", NULL, "", 200, "List {}", "without the template's slash" },
    { "GET", "/2015-03-31/desks/", NULL, "", 200, "List {}", "with it" },
    { "POST", "/2015-03-31/desks/d/invocations", NULL, "12345", 202, "{\"got\":5}",
      "bytes in and out, the status is a member" },
    { "POST", "/2015-03-31/desks/nobody/invocations", NULL, "", 404,
      "{\"Type\":\"User\",\"Message\":\"Desk not found: nobody\"}", "an error" },
    { "DELETE", "/2015-03-31/desks/d", NULL, "", 200, "", "nothing to say" },
};

static void requests_are_served(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    for (size_t i = 0; i < COUNT(requests); i++) {
        clear_call(&stage);
        set_target(&stage, requests[i].method, requests[i].target);
        if (requests[i].headers)
            add_headers(&stage, requests[i].headers);
        stage.request.body = str_of(requests[i].body);
        serve(&stage);
        struct str body = buf_str(&stage.reply.body);
        bool fits = requests[i].answer[0] ? str_find(body, str_of(requests[i].answer)) != SIZE_MAX : !body.length;
        if (stage.reply.status != requests[i].status || !fits)
            fail_msg("%s %s (%s):\n%d %s\n--- but it should be\n%d %s", requests[i].method, requests[i].target,
                     requests[i].why, stage.reply.status, stage.reply.body.at, requests[i].status, requests[i].answer);
    }
    strike_stage(&stage);
}

static const char *header_of(const struct stage *stage, const char *name)
{
    for (size_t i = 0; i < stage->reply.header_count; i++)
        if (str_equal_ignoring_case(stage->reply.headers[i].name, str_of(name)))
            return arena_copy(stage->arena, stage->reply.headers[i].value);
    return NULL;
}

static void ask_for(struct stage *stage, const char *method, const char *target)
{
    clear_call(stage);
    set_target(stage, method, target);
    serve(stage);
}

static void answers_have_headers(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    ask_for(&stage, "GET", "/b/k");
    assert_int_equal(stage.reply.status, 200);
    assert_string_equal(stage.reply.content_type, "text/x-toy");
    assert_string_equal(stage.reply.request_id_name, "x-amz-request-id");
    assert_int_equal(strlen(stage.reply.request_id), 16);
    assert_string_equal(header_of(&stage, "ETag"), "\"e\"");
    assert_string_equal(header_of(&stage, "Last-Modified"), "Tue, 01 Jan 2030 00:00:00 GMT");
    assert_string_equal(header_of(&stage, "x-amz-meta-a"), "1\r\nX: y"); /* the edge takes line ends out */
    assert_null(header_of(&stage, "Content-Length"));
    assert_int_equal(stage.reply.length_said, 10);
    assert_string_equal(stage.reply.body.at, "0123456789");
    ask_for(&stage, "GET", "/b/part");
    assert_int_equal(stage.reply.status, 206);
    ask_for(&stage, "GET", "/b?refuse");
    assert_string_equal(header_of(&stage, "x-amz-bucket-region"), "eu-west-1");
    assert_string_equal(stage.reply.content_type, "application/xml");
    ask_for(&stage, "POST", "/2015-03-31/desks/nobody/invocations");
    assert_string_equal(header_of(&stage, "x-amzn-ErrorType"), "NoDesk");
    assert_string_equal(stage.reply.request_id_name, "x-amzn-RequestId");
    strike_stage(&stage);
}

/* Buckets in host names, and who is meant when nothing names a service. */
static const struct {
    const char *above_host, *target, *answer;
} hosts[] = {
    { "", "/b", "List {&quot;Bucket&quot;:&quot;b&quot;}" },
    { "s3", "/b", "List {&quot;Bucket&quot;:&quot;b&quot;}" },
    { "s3.eu-west-1", "/b", "List {&quot;Bucket&quot;:&quot;b&quot;}" },
    { "Buck.et.s3", "/?prefix=x", "List {&quot;Bucket&quot;:&quot;buck.et&quot;,&quot;Prefix&quot;:&quot;x&quot;}" },
    { "buck.s3.us-east-1", "/k?acl", "&quot;Bucket&quot;:&quot;buck&quot;,&quot;Key&quot;:&quot;k&quot;" },
    { "buck", "/k/l?acl", "&quot;Bucket&quot;:&quot;buck&quot;,&quot;Key&quot;:&quot;k/l&quot;" },
    { "desk", "/b", "List {&quot;Bucket&quot;:&quot;b&quot;}" }, /* another service's name is no bucket */
};

static void buckets_stand_in_hosts(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    for (size_t i = 0; i < COUNT(hosts); i++) {
        clear_call(&stage);
        set_target(&stage, "GET", hosts[i].target);
        stage.request.above_host = str_of(hosts[i].above_host);
        serve(&stage);
        if (str_find(buf_str(&stage.reply.body), str_of(hosts[i].answer)) == SIZE_MAX)
            fail_msg("%s %s: %s", hosts[i].above_host, hosts[i].target, stage.reply.body.at);
    }
    strike_stage(&stage);
}

/* An internal caller puts the payload into the tree and finds it there. */
static const struct {
    const char *service, *operation, *input, *output;
    size_t content;
    const char *why;
} internals[] = {
    { "s3", "Put", "{\"Bucket\":\"b\",\"Key\":\"k\",\"Body\":\"text\"}",
      "{\"Input\":\"Put {\\\"Bucket\\\":\\\"b\\\",\\\"Key\\\":\\\"k\\\"} <text>\"}", 0, "a string is its own bytes" },
    { "s3", "Put", "{\"Bucket\":\"b\",\"Key\":\"k\",\"Body\":{\"a\":[1]}}",
      "{\"Input\":\"Put {\\\"Bucket\\\":\\\"b\\\",\\\"Key\\\":\\\"k\\\"} <{\\\"a\\\":[1]}>\"}", 0,
      "anything else is JSON" },
    { "s3", "Put", "{\"Bucket\":\"b\",\"Key\":\"k\"}",
      "{\"Input\":\"Put {\\\"Bucket\\\":\\\"b\\\",\\\"Key\\\":\\\"k\\\"} none <>\"}", 0, "none" },
    { "s3", "Get", "{\"Bucket\":\"b\",\"Key\":\"k\"}",
      "{\"ContentLength\":10,\"ETag\":\"\\\"e\\\"\",\"Modified\":1893456000.000,\"ContentType\":\"text/"
      "x-toy\",\"Meta\":{\"a\":\"1"
      "\\r\\nX: y\"},\"Body\":\"0123456789\"}",
      10, "text is a member" },
    { "s3", "Get", "{\"Bucket\":\"b\",\"Key\":\"bytes\"}",
      "{\"ContentLength\":11,\"ETag\":\"\\\"e\\\"\",\"Modified\":1893456000.000,\"ContentType\":\"text/"
      "x-toy\",\"Meta\":{\"a\":\"1"
      "\\r\\nX: y\"}}",
      11, "other bytes are not" },
    { "desk", "Invoke", "{\"Name\":\"d\",\"Payload\":{\"x\":1}}", "{\"Status\":202,\"Body\":\"{\\\"got\\\":7}\"}", 9,
      "a document" },
};

static void internal_calls_carry_payloads(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    for (size_t i = 0; i < COUNT(internals); i++) {
        const char *why = NULL;
        struct call *call = call_new(stage.cloud, str_of(internals[i].service), str_of(internals[i].operation), &why);
        assert_non_null(call);
        call->caller = principal_of_root(call->arena, STR("000000000001"));
        call->input = json_parse_in(call->arena, str_of(internals[i].input), NULL);
        assert_int_equal(road_run(call), CALL_DONE);
        struct buf text = BUF_EMPTY, content = BUF_EMPTY;
        json_print(&text, call->output);
        if (!str_is(buf_str(&text), internals[i].output))
            fail_msg("%s: %s", internals[i].why, text.at);
        assert_int_equal(call_content_size(call), internals[i].content);
        assert_true(call_content_read(call, 11, &content));
        assert_int_equal(content.length, internals[i].content);
        assert_true(internals[i].content == 0 || !call_content_read(call, internals[i].content - 1, &content));
        buf_release(&text);
        buf_release(&content);
        call_free(call);
    }
    strike_stage(&stage);
}

/* A streamed payload's sums, as an internal caller gets them. */
static void sums_are_made(void **state)
{
    struct stage stage;
    raise_rest(&stage);
    const char *why = NULL;
    struct call *call = call_new(stage.cloud, STR("s3"), STR("Put"), &why);
    call->caller = principal_of_root(call->arena, STR("000000000001"));
    call->input = json_parse_in(call->arena, STR("{\"Bucket\":\"b\",\"Key\":\"k\",\"Body\":\"123456789\"}"), NULL);
    assert_int_equal(road_run(call), CALL_DONE);
    assert_string_equal(checksum_base64(call->arena, &call->body->md5), "JfnnlDI7RTiF9RgfG2JNCw==");
    assert_string_equal(checksum_base64(call->arena, &call->body->checksum), "rosUhgp5mIg=");
    assert_false(call->body->checksum_asked);
    call_free(call);
    strike_stage(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_served),    cmocka_unit_test(answers_have_headers),
        cmocka_unit_test(buckets_stand_in_hosts), cmocka_unit_test(internal_calls_carry_payloads),
        cmocka_unit_test(sums_are_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
