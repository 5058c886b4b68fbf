/* Two toy REST services for tests of the wire: a shelf that speaks REST XML as S3 does, and a desk that speaks REST JSON. Both
 * echo what they were asked. Include cmocka first. */
#ifndef UNIT_TOY_REST_H
#define UNIT_TOY_REST_H

#include "aws/payload.h"
#include "toy_cloud.h"

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
static inline enum outcome echo(struct call *call)
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

static inline enum outcome get(struct call *call)
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

static inline enum outcome tell_note(struct call *call)
{
    struct json *made = json_parse(
        STR("{\"Colour\":\"red\",\"Count\":2,\"At\":1893456000.000,\"Tags\":[\"a&b\",\"c\"],\"Owners\":"
            "[{\"Type\":\"Canonical\",\"ID\":\"i\"}]}"),
        NULL);
    output_json(call, "Note", json_thaw(json_root(made)));
    json_unref(made);
    return CALL_DONE;
}

static inline enum outcome tell_place(struct call *call)
{
    output_string(call, "Place", "eu-west-1");
    return CALL_DONE;
}

static const struct error_kind no_bucket = { "NoSuchBucket", "NoSuchBucket", 404, FAULT_SENDER };
static const struct error_kind no_desk = { "NoDesk",         "NoDesk", 404, FAULT_SENDER, .says_message = true,
                                           .says_type = true };

static inline enum outcome fail_shelf(struct call *call)
{
    call_header(call, "x-amz-bucket-region", STR("eu-west-1"));
    call_fail(call, &no_bucket, "The specified bucket does not exist");
    return call_fail_more(call, "BucketName", input_str(call, "Bucket"));
}

static inline enum outcome invoke(struct call *call)
{
    if (str_is(input_str(call, "Name"), "nobody"))
        return call_fail(call, &no_desk, "Desk not found: nobody");
    struct buf bytes = BUF_EMPTY;
    buf_printf(&bytes, "{\"got\":%zu}", (size_t)call->body->size);
    call_content_bytes(call, &bytes);
    output_int64(call, "Status", 202);
    return CALL_DONE;
}

static inline enum outcome remove_desk(struct call *call)
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

static inline void raise_rest(struct stage *stage)
{
    raise_stage(stage);
    cloud_free(stage->cloud);
    char *why = NULL;
    stage->cloud = cloud_new(stage->world, rest_services, &why);
    assert_non_null(stage->cloud);
    stage->cloud->identities = &identities;
}

static inline void set_target(struct stage *stage, const char *method, const char *target)
{
    stage->request.method = str_of(method);
    stage->request.path = str_cut(str_of(target), '?', &stage->request.query);
}

/* "Name: value\n…" */
static inline void add_headers(struct stage *stage, const char *lines)
{
    struct str rest = str_of(lines);
    while (rest.length) {
        struct str value, name = str_cut(str_cut(rest, '\n', &rest), ':', &value);
        stage->headers[stage->request.header_count++] = (struct wire_header){ name, value };
    }
}

#endif
