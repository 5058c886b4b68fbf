#include "aws/rest_xml.h"

#include <assert.h>

#include "aws/rest.h"
#include "aws/scalar.h"
#include "aws/validate.h"
#include "aws/xml.h"
#include "base/digest.h"

/* Codes and sentences: "Error responses" in the Amazon S3 API reference, and answers quoted in SDKs' issues. */
static const struct error_kind malformed_xml = { "MalformedXML", "MalformedXML", 400, FAULT_SENDER };
static const struct error_kind invalid_argument = { "InvalidArgument", "InvalidArgument", 400, FAULT_SENDER };
static const struct error_kind invalid_uri = { "InvalidURI", "InvalidURI", 400, FAULT_SENDER };
static const struct error_kind missing_body = { "MissingRequestBodyError", "MissingRequestBodyError", 400,
                                                FAULT_SENDER };

/* ---- decoding ---- */

static enum outcome refuse_xml(struct call *call)
{
    return call_fail(call, &malformed_xml,
                     "The XML you provided was not well-formed or did not validate against our published schema");
}

static enum outcome refuse_argument(struct call *call, const struct member *member, struct str text,
                                    const char *message)
{
    call_fail(call, &invalid_argument, "%s", message);
    call_fail_more(call, "ArgumentName", str_of(member->wire));
    return call_fail_more(call, "ArgumentValue", text);
}

static enum outcome refuse_flaw(struct call *call, const struct rest_flaw *flaw)
{
    enum shape_kind kind = flaw->member->shape->kind;
    if (flaw->member->location == LOCATION_URI || !str_is_utf8(flaw->text))
        return call_fail(call, &invalid_uri, "Couldn't parse the specified URI.");
    if (kind == SHAPE_INTEGER || kind == SHAPE_LONG)
        return refuse_argument(
            call, flaw->member, flaw->text,
            arena_printf(call->arena, "Provided %s not an integer or within integer range", flaw->member->wire));
    return refuse_argument(call, flaw->member, flaw->text, "Invalid Argument");
}

/* False: the call has failed. */
static bool decode_payload(struct call *call, const struct member *member, struct str body, cJSON *input)
{
    if (member->shape->kind == SHAPE_BLOB) {
        if (!call->body)
            payload_new(call, body, body.length > 0);
        return true;
    }
    if (!body.length && member->required) {
        call_fail(call, &missing_body, "Request Body is empty");
        return false;
    }
    if (!body.length)
        return true;
    cJSON *value = NULL;
    char *why = NULL;
    if (member->shape->kind == SHAPE_STRING) {
        if (str_is_utf8(body) && str_find_byte(body, '\0') == SIZE_MAX)
            value = scalar_string(call->arena, body);
    } else {
        const struct xml_node *root = xml_parse(call->arena, body);
        if (root && str_is(root->name, member->wire))
            value = xml_decode(call->arena, member->shape, root, &why);
    }
    if (!value) {
        refuse_xml(call);
        return false;
    }
    scalar_add(call->arena, input, str_of(member->name), value);
    return true;
}

const cJSON *rest_xml_decode(struct call *call, struct str body, char **reterr_message)
{
    const struct member *payload = rest_payload(call->operation->input);
    cJSON *input = scalar_node(call->arena, cJSON_Object);
    struct rest_flaw flaw = { 0 };
    if (!rest_decode(call, input, &flaw)) {
        refuse_flaw(call, &flaw);
        return NULL;
    }
    return !payload || decode_payload(call, payload, body, input) ? input : NULL;
}

/* The first member that offends says which error it is. */
enum outcome rest_xml_refuse(struct call *call, const char *message)
{
    const struct shape *shape = call->operation->input;
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        const cJSON *value = json_get(call->input, member->name);
        if (!validate_member(call->arena, member, value))
            continue;
        if (member->location == LOCATION_PAYLOAD)
            return refuse_xml(call);
        return refuse_argument(call, member, value ? json_print_in(call->arena, value) : STR(""), "Invalid Argument");
    }
    return call_fail(call, &invalid_argument, "%s", message);
}

/* ---- encoding ---- */

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

/* S3's ids are shorter than other services': sixteen capital letters and digits, and a text of base64. */
static struct str short_id(struct call *call)
{
    char id[17];
    size_t length = 0;
    for (const char *at = call->request_id; *at && length < 16; at++)
        if (*at != '-')
            id[length++] = *at >= 'a' && *at <= 'f' ? (char)(*at - 'a' + 'A') : *at;
    return arena_str(call->arena, (struct str){ id, length });
}

static struct str host_id(struct call *call)
{
    struct str id = str_of(call->request_id);
    char *text = arena_room(call->arena, base64_length(id.length) + 1), *end = base64_put(text, id);
    *end = '\0';
    return (struct str){ text, (size_t)(end - text) };
}

static void write_error(struct call *call, struct wire_reply *reply)
{
    const struct api_error *error = &call->error;
    struct buf *out = &reply->body;
    reply->content_type = "application/xml";
    buf_add_text(out, DECLARATION);
    xml_open(out, "Error");
    xml_element(out, "Code", str_of(error->kind->code));
    if (error->message)
        xml_element(out, "Message", str_of(error->message));
    for (const cJSON *member = error->extra ? error->extra->child : NULL; member; member = member->next)
        xml_element(out, member->string, json_print_in(call->arena, member));
    xml_element(out, "RequestId", short_id(call));
    xml_element(out, "HostId", host_id(call));
    xml_close(out, "Error");
}

/* The members under one root; where the root is named as one of them (LocationConstraint), that one's text. */
static void write_members(const struct call *call, struct wire_reply *reply)
{
    const struct shape *shape = call->operation->output;
    const char *root = call->operation->answer_root ? call->operation->answer_root : shape->name;
    const struct member *only = shape_member_on_wire(shape, str_of(root));
    reply->content_type = "application/xml";
    buf_add_text(&reply->body, DECLARATION);
    xml_open_root(&reply->body, root, call->service->model->xml_namespace);
    if (only && only->shape->kind != SHAPE_STRUCTURE)
        xml_text(&reply->body, json_str(call->output, only->name));
    else
        xml_members(&reply->body, shape, call->output);
    xml_close(&reply->body, root);
}

static void write_payload(struct call *call, const struct member *member, struct wire_reply *reply)
{
    const cJSON *value = json_get(call->output, member->name);
    if (member->shape->kind == SHAPE_BLOB) {
        rest_encode_content(call, reply);
        return;
    }
    if (!value)
        return;
    if (member->shape->kind == SHAPE_STRING) { /* a policy */
        reply->content_type = "application/json";
        buf_add_str(&reply->body, json_value(value));
        return;
    }
    reply->content_type = "application/xml";
    buf_add_text(&reply->body, DECLARATION);
    xml_open_root(&reply->body, member->wire, call->service->model->xml_namespace);
    if (member->shape->kind == SHAPE_STRUCTURE)
        xml_members(&reply->body, member->shape, value);
    xml_close(&reply->body, member->wire);
}

void rest_xml_encode(struct call *call, enum outcome outcome, struct wire_reply *reply)
{
    assert(outcome != CALL_PARKED);
    reply->request_id_name = "x-amz-request-id";
    struct str id = short_id(call);
    memcpy(reply->request_id, id.at, id.length + 1);
    wire_reply_add(reply, call->arena, STR("x-amz-id-2"), host_id(call));
    wire_reply_add(reply, call->arena, STR("Server"), STR("AmazonS3"));
    rest_encode(call, outcome, reply);
    const struct shape *shape = outcome == CALL_DONE ? call->operation->output : NULL;
    const struct member *payload = rest_payload(shape);
    bool bodiless = reply->status == 204 || reply->status == 304 ||
                    (call->request && str_is(call->request->method, "HEAD"));
    if (bodiless)
        return;
    if (outcome == CALL_FAILED)
        write_error(call, reply);
    else if (payload)
        write_payload(call, payload, reply);
    else if (rest_has_body_members(shape))
        write_members(call, reply);
}
