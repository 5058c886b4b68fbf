/* Both REST protocols on a toy model each: what requests mean, and what answers look like on the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/payload.h"
#include "toy_cloud.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* ---- shapes ---- */

static const struct shape string = { .name = "String", .kind = SHAPE_STRING };
static const struct shape key_shape = { .name = "Key", .kind = SHAPE_STRING, .has_min = true, .min = 1 };
static const struct shape integer = { .name = "Integer", .kind = SHAPE_INTEGER };
static const struct shape flag = { .name = "Flag", .kind = SHAPE_BOOLEAN };
static const struct shape when_http = { .name = "When", .kind = SHAPE_TIMESTAMP, .timestamp = TIMESTAMP_HTTP };
static const struct shape when_iso = { .name = "WhenIso", .kind = SHAPE_TIMESTAMP, .timestamp = TIMESTAMP_ISO_MILLIS };
static const struct shape when_epoch = { .name = "WhenEpoch", .kind = SHAPE_TIMESTAMP, .timestamp = TIMESTAMP_EPOCH };
static const struct shape blob = { .name = "Blob", .kind = SHAPE_BLOB };
static const struct shape strings = {
    .name = "Strings", .kind = SHAPE_LIST, .element = &string, .element_wire = "member"
};
static const struct shape meta = { .name = "Meta", .kind = SHAPE_MAP, .key = &string, .element = &string };
static const char *const colour_values[] = { "red", "green", NULL };
static const struct shape colour = { .name = "Colour", .kind = SHAPE_STRING, .values = colour_values };

static const struct member owner_members[] = {
    { .name = "Type", .wire = "xsi:type", .shape = &string, .xml_attribute = true },
    { .name = "ID", .wire = "ID", .shape = &string, .required = true },
};
static const struct shape owner = {
    .name = "Owner", .kind = SHAPE_STRUCTURE, .members = owner_members, .member_count = 2
};
static const struct shape owners = { .name = "Owners", .kind = SHAPE_LIST, .element = &owner, .element_wire = "Owner" };
static const struct member note_members[] = {
    { .name = "Colour", .wire = "Colour", .shape = &colour },
    { .name = "Count", .wire = "Count", .shape = &integer },
    { .name = "At", .wire = "At", .shape = &when_iso },
    { .name = "Tags", .wire = "Tag", .shape = &strings, .flattened = true },
    { .name = "Owners", .wire = "Owners", .shape = &owners },
};
static const struct shape note = {
    .name = "Note", .kind = SHAPE_STRUCTURE, .members = note_members, .member_count = 5
};

#define BUCKET                                                                                                         \
    {                                                                                                                  \
        .name = "Bucket", .wire = "Bucket", .shape = &string, .location = LOCATION_URI, .required = true               \
    }
#define KEY                                                                                                            \
    {                                                                                                                  \
        .name = "Key", .wire = "Key", .shape = &key_shape, .location = LOCATION_URI, .required = true                  \
    }
static const struct member thing_in[] = {
    BUCKET,
    KEY,
    { .name = "Max", .wire = "max-keys", .shape = &integer, .location = LOCATION_QUERY },
    { .name = "Names", .wire = "name", .shape = &strings, .location = LOCATION_QUERY },
    { .name = "Prefix", .wire = "prefix", .shape = &string, .location = LOCATION_QUERY },
    { .name = "Since", .wire = "If-Modified-Since", .shape = &when_http, .location = LOCATION_HEADER },
    { .name = "Until", .wire = "x-until", .shape = &when_iso, .location = LOCATION_HEADER },
    { .name = "Bypass", .wire = "x-bypass", .shape = &flag, .location = LOCATION_HEADER },
    { .name = "Colour", .wire = "x-colour", .shape = &colour, .location = LOCATION_HEADER },
    { .name = "Parts", .wire = "x-parts", .shape = &strings, .location = LOCATION_HEADER },
    { .name = "Meta", .wire = "x-amz-meta-", .shape = &meta, .location = LOCATION_HEADERS },
};
static const struct shape get_input = {
    .name = "GetIn", .kind = SHAPE_STRUCTURE, .members = thing_in, .member_count = 11
};
static const struct member bucket_in[] = {
    BUCKET, { .name = "Prefix", .wire = "prefix", .shape = &string, .location = LOCATION_QUERY }
};
static const struct shape list_input = {
    .name = "ListIn", .kind = SHAPE_STRUCTURE, .members = bucket_in, .member_count = 2
};
static const struct member note_in[] = {
    BUCKET, { .name = "Note", .wire = "Note", .shape = &note, .location = LOCATION_PAYLOAD, .required = true }
};
static const struct shape note_input = {
    .name = "NoteIn", .kind = SHAPE_STRUCTURE, .members = note_in, .member_count = 2
};
static const struct member part_in[] = {
    BUCKET,
    KEY,
    { .name = "UploadId", .wire = "uploadId", .shape = &string, .location = LOCATION_QUERY, .required = true },
    { .name = "Body", .wire = "Body", .shape = &blob, .location = LOCATION_PAYLOAD },
};
static const struct shape part_input = {
    .name = "PartIn", .kind = SHAPE_STRUCTURE, .members = part_in, .member_count = 4
};
static const struct member copy_in[] = {
    BUCKET,
    KEY,
    { .name = "Source", .wire = "x-amz-copy-source", .shape = &string, .location = LOCATION_HEADER, .required = true }
};
static const struct shape copy_input = {
    .name = "CopyIn", .kind = SHAPE_STRUCTURE, .members = copy_in, .member_count = 3
};
static const struct member put_in[] = {
    BUCKET, KEY, { .name = "Body", .wire = "Body", .shape = &blob, .location = LOCATION_PAYLOAD, .streaming = true }
};
static const struct shape put_input = {
    .name = "PutIn", .kind = SHAPE_STRUCTURE, .members = put_in, .member_count = 3
};

/* Every answer: where it stands depends on the operation's shape. */
static const struct member body_out[] = {
    { .name = "Input", .wire = "Input", .shape = &string },
    { .name = "Owners", .wire = "Owners", .shape = &owners },
    { .name = "At", .wire = "At", .shape = &when_iso },
    { .name = "ETag", .wire = "ETag", .shape = &string, .location = LOCATION_HEADER },
};
static const struct shape body_output = {
    .name = "BodyOut", .kind = SHAPE_STRUCTURE, .members = body_out, .member_count = 4
};
static const struct member get_out[] = {
    { .name = "Body", .wire = "Body", .shape = &blob, .location = LOCATION_PAYLOAD, .streaming = true },
    { .name = "ETag", .wire = "ETag", .shape = &string, .location = LOCATION_HEADER },
    { .name = "ContentLength", .wire = "Content-Length", .shape = &integer, .location = LOCATION_HEADER },
    { .name = "ContentType", .wire = "Content-Type", .shape = &string, .location = LOCATION_HEADER },
    { .name = "Modified", .wire = "Last-Modified", .shape = &when_http, .location = LOCATION_HEADER },
    { .name = "Meta", .wire = "x-amz-meta-", .shape = &meta, .location = LOCATION_HEADERS },
    { .name = "Status", .wire = "Status", .shape = &integer, .location = LOCATION_STATUS },
};
static const struct shape get_output = {
    .name = "GetOut", .kind = SHAPE_STRUCTURE, .members = get_out, .member_count = 7
};
static const struct member place_out[] = { { .name = "Place", .wire = "LocationConstraint", .shape = &string } };
static const struct shape place_output = {
    .name = "PlaceOut", .kind = SHAPE_STRUCTURE, .members = place_out, .member_count = 1
};
static const struct member note_out[] = {
    { .name = "Note", .wire = "Note", .shape = &note, .location = LOCATION_PAYLOAD }
};
static const struct shape note_output = {
    .name = "NoteOut", .kind = SHAPE_STRUCTURE, .members = note_out, .member_count = 1
};

/* ---- operations ---- */

enum {
    ABORT,
    COPY,
    DELETE_IT,
    GET,
    LIST,
    MARK,
    NOTE,
    PLACE,
    PUT,
    PUT_OLD,
    PUT_PART,
    READ_NOTE,
    REFUSE,
    ROOT,
    COUNT_OF_SHELF
};

#define REST(text, number, verb, template, in, out, ...)                                                               \
    {                                                                                                                  \
        .name = text, .index = number, .method = verb, .uri = template, .input = in, .output = out,                    \
        .success_status = 200, .body_limit = 1 << 20, __VA_ARGS__                                                      \
    }
static const struct operation shelf_operations[] = {
    REST("Abort", ABORT, "DELETE", "/{Bucket}/{Key+}", &part_input, NULL, .answer_root = NULL),
    REST("Copy", COPY, "PUT", "/{Bucket}/{Key+}", &copy_input, &body_output, .answer_root = "CopyResult"),
    REST("Delete", DELETE_IT, "DELETE", "/{Bucket}/{Key+}", &get_input, &body_output, .answer_root = NULL),
    REST("Get", GET, "GET", "/{Bucket}/{Key+}", &get_input, &get_output, .answer_root = NULL),
    REST("List", LIST, "GET", "/{Bucket}", &list_input, &body_output, .answer_root = "ListResult"),
    REST("Mark", MARK, "GET", "/{Bucket}/{Key+}?acl", &get_input, &body_output, .answer_root = NULL),
    REST("Note", NOTE, "PUT", "/{Bucket}?note", &note_input, &body_output, .answer_root = NULL),
    REST("Place", PLACE, "GET", "/{Bucket}?location", &list_input, &place_output, .answer_root = "LocationConstraint"),
    REST("Put", PUT, "PUT", "/{Bucket}/{Key+}", &put_input, &body_output, .answer_root = NULL),
    REST("PutOld", PUT_OLD, "PUT", "/{Bucket}/{Key+}", &put_input, &body_output, .deprecated = true),
    REST("PutPart", PUT_PART, "PUT", "/{Bucket}/{Key+}", &part_input, &body_output, .answer_root = NULL),
    REST("ReadNote", READ_NOTE, "GET", "/{Bucket}?note", &list_input, &note_output, .answer_root = NULL),
    REST("Refuse", REFUSE, "GET", "/{Bucket}?refuse", &list_input, &body_output, .answer_root = NULL),
    REST("Root", ROOT, "GET", "/", NULL, &body_output, .answer_root = "AllResult"),
};
static const struct model shelf = { .name = "shelf",
                                    .sdk_id = "Shelf",
                                    .full_name = "Rehearse Shelf",
                                    .signing_name = "s3",
                                    .iam_prefix = "shelf",
                                    .endpoint_prefix = "s3",
                                    .protocol = PROTOCOL_REST_XML,
                                    .xml_namespace = "http://shelf/",
                                    .api_version = "2006-03-01",
                                    .operations = shelf_operations,
                                    .operation_count = COUNT_OF_SHELF };

static const struct member desk_in[] = {
    { .name = "Name", .wire = "Name", .shape = &key_shape, .location = LOCATION_URI, .required = true },
    { .name = "Qualifier", .wire = "Qualifier", .shape = &string, .location = LOCATION_QUERY },
    { .name = "Count", .wire = "Count", .shape = &integer },
    { .name = "At", .wire = "At", .shape = &when_epoch },
};
static const struct shape desk_input = {
    .name = "DeskIn", .kind = SHAPE_STRUCTURE, .members = desk_in, .member_count = 4
};
static const struct member invoke_in[] = {
    { .name = "Name", .wire = "Name", .shape = &key_shape, .location = LOCATION_URI, .required = true },
    { .name = "Payload", .wire = "Payload", .shape = &blob, .location = LOCATION_PAYLOAD },
};
static const struct shape invoke_input = {
    .name = "InvokeIn", .kind = SHAPE_STRUCTURE, .members = invoke_in, .member_count = 2
};
enum { DESK_CREATE, DESK_INVOKE, DESK_LIST, DESK_REMOVE, COUNT_OF_DESK };
static const struct operation desk_operations[] = {
    REST("Create", DESK_CREATE, "POST", "/2015-03-31/desks/{Name}", &desk_input, &body_output, .answer_root = NULL),
    REST("Invoke", DESK_INVOKE, "POST", "/2015-03-31/desks/{Name}/invocations", &invoke_input, &get_output,
         .answer_root = NULL),
    REST("List", DESK_LIST, "GET", "/2015-03-31/desks/", NULL, &body_output, .answer_root = NULL),
    REST("Remove", DESK_REMOVE, "DELETE", "/2015-03-31/desks/{Name}", &desk_input, NULL, .answer_root = NULL),
};
static const struct model desk = { .name = "desk",
                                   .sdk_id = "Desk",
                                   .full_name = "Rehearse Desk",
                                   .signing_name = "desk",
                                   .iam_prefix = "desk",
                                   .endpoint_prefix = "desk",
                                   .protocol = PROTOCOL_REST_JSON,
                                   .json_version = "1.1",
                                   .api_version = "2015-03-31",
                                   .operations = desk_operations,
                                   .operation_count = COUNT_OF_DESK };

/* What came: the operation, its input, and its body. */
static enum outcome echo(struct call *call)
{
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "%s ", call->operation->name);
    json_print(&text, call->input);
    if (call->body)
        buf_printf(&text, " %s<%.*s>", call->body->given ? "" : "none ", STR_ARG(call->body->bytes));
    output_str(call, "Input", buf_str(&text));
    buf_release(&text);
    return CALL_DONE;
}

static enum outcome get(struct call *call)
{
    struct buf bytes = BUF_EMPTY;
    buf_add_text(&bytes, "0123456789");
    if (str_is(input_str(call, "Key"), "bytes"))
        buf_add_byte(&bytes, '\xFF');
    output_int64(call, "ContentLength", (int64_t)bytes.length);
    call_content_bytes(call, &bytes);
    output_string(call, "ETag", "\"e\"");
    output_time(call, "Modified", START_MS);
    output_string(call, "ContentType", "text/x-toy");
    cJSON *pairs = cJSON_CreateObject();
    json_set_string(pairs, "a", "1\r\nX: y");
    output_json(call, "Meta", pairs);
    if (str_is(input_str(call, "Key"), "part"))
        call_status(call, 206);
    return CALL_DONE;
}

static enum outcome tell_note(struct call *call)
{
    struct json *made = json_parse(
        STR("{\"Colour\":\"red\",\"Count\":2,\"At\":1893456000.000,\"Tags\":[\"a&b\",\"c\"],\"Owners\":"
            "[{\"Type\":\"Canonical\",\"ID\":\"i\"}]}"),
        NULL);
    output_json(call, "Note", json_thaw(json_root(made)));
    json_unref(made);
    return CALL_DONE;
}

static enum outcome tell_place(struct call *call)
{
    output_string(call, "Place", "eu-west-1");
    return CALL_DONE;
}

static const struct error_kind no_bucket = { "NoSuchBucket", "NoSuchBucket", 404, FAULT_SENDER };
static const struct error_kind no_desk = { "NoDesk",         "NoDesk", 404, FAULT_SENDER, .says_message = true,
                                           .says_type = true };

static enum outcome fail_shelf(struct call *call)
{
    call_header(call, "x-amz-bucket-region", STR("eu-west-1"));
    call_fail(call, &no_bucket, "The specified bucket does not exist");
    return call_fail_more(call, "BucketName", input_str(call, "Bucket"));
}

static enum outcome invoke(struct call *call)
{
    if (str_is(input_str(call, "Name"), "nobody"))
        return call_fail(call, &no_desk, "Desk not found: nobody");
    struct buf bytes = BUF_EMPTY;
    buf_printf(&bytes, "{\"got\":%zu}", (size_t)call->body->size);
    call_content_bytes(call, &bytes);
    output_int64(call, "Status", 202);
    return CALL_DONE;
}

static enum outcome remove_desk(struct call *call)
{
    return CALL_DONE;
}

static const operation_fn shelf_handlers[] = {
    [ABORT] = echo,    [COPY] = echo,           [DELETE_IT] = echo,    [GET] = get,  [LIST] = echo,
    [MARK] = echo,     [NOTE] = echo,           [PLACE] = tell_place,  [PUT] = echo, [PUT_OLD] = echo,
    [PUT_PART] = echo, [READ_NOTE] = tell_note, [REFUSE] = fail_shelf, [ROOT] = echo
};
static const operation_fn desk_handlers[] = { echo, invoke, echo, remove_desk };
static const struct service shelf_service = { .model = &shelf, .handlers = shelf_handlers };
static const struct service desk_service = { .model = &desk, .handlers = desk_handlers };
static const struct service *const rest_services[] = { &toy_service, &ask_service, &shelf_service, &desk_service,
                                                       NULL };

static void raise_rest(struct stage *stage)
{
    raise_stage(stage);
    cloud_free(stage->cloud);
    char *why = NULL;
    stage->cloud = cloud_new(stage->world, rest_services, &why);
    assert_non_null(stage->cloud);
    stage->cloud->identities = &identities;
}

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

static void set_target(struct stage *stage, const char *method, const char *target)
{
    stage->request.method = str_of(method);
    stage->request.path = str_cut(str_of(target), '?', &stage->request.query);
}

static void add_headers(struct stage *stage, const char *lines)
{
    struct str rest = str_of(lines);
    while (rest.length) {
        struct str value, name = str_cut(str_cut(rest, '\n', &rest), ':', &value);
        stage->headers[stage->request.header_count++] = (struct wire_header){ name, value };
    }
}

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
