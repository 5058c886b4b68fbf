#include "aws/rest_json.h"

#include <assert.h>

#include "aws/json_rpc.h"
#include "aws/rest.h"
#include "aws/scalar.h"

/* ---- decoding ---- */

/* A member that is the whole body: bytes, text, or a JSON value. */
static bool decode_payload(struct call *call, const struct member *member, struct str body, cJSON *input,
                           char **reterr_message)
{
    cJSON *value = NULL;
    if (member->shape->kind == SHAPE_BLOB) {
        if (!call->body)
            payload_new(call, body, body.length > 0);
        return true;
    }
    if (!body.length)
        return true;
    if (member->shape->kind != SHAPE_STRING)
        value = json_rpc_decode_body(call->arena, member->shape, body, reterr_message);
    else if (str_is_utf8(body) && str_find_byte(body, '\0') == SIZE_MAX)
        value = scalar_string(call->arena, body);
    else
        *reterr_message = arena_copy(call->arena, STR("The body is not UTF-8"));
    if (value)
        scalar_add(call->arena, input, str_of(member->name), value);
    return value != NULL;
}

const cJSON *rest_json_decode(struct call *call, struct str body, char **reterr_message)
{
    const struct shape *shape = call->operation->input;
    const struct member *payload = rest_payload(shape);
    cJSON *input = NULL;
    if (!payload && body.length && rest_has_body_members(shape)) {
        input = json_rpc_decode_body(call->arena, shape, body, reterr_message);
        if (!input)
            return NULL;
    }
    if (!input || !cJSON_IsObject(input))
        input = scalar_node(call->arena, cJSON_Object);
    struct rest_flaw flaw = { 0 };
    if (payload && !decode_payload(call, payload, body, input, reterr_message))
        return NULL;
    if (rest_decode(call, input, &flaw))
        return input;
    *reterr_message = flaw.message;
    return NULL;
}

/* ---- encoding ---- */

/* {"Type":"User","Message":"Function not found: …"}; the code stands in a header. */
static void write_error(struct call *call, struct wire_reply *reply)
{
    const struct api_error *error = &call->error;
    wire_reply_add(reply, call->arena, STR("x-amzn-ErrorType"), str_of(error->kind->code));
    struct buf *body = &reply->body;
    buf_add_byte(body, '{');
    if (error->kind->says_type) {
        json_print_name(body, "Type");
        json_print_string(body, error->kind->fault == FAULT_SENDER ? STR("User") : STR("Service"));
    }
    if (error->message) {
        json_print_name(body, error->kind->says_message ? "Message" : "message");
        json_print_string(body, str_of(error->message));
    }
    json_rpc_print_extra(body, error);
    buf_add_byte(body, '}');
}

static void write_members(const struct call *call, struct buf *body)
{
    const struct shape *shape = call->operation->output;
    buf_add_byte(body, '{');
    for (const cJSON *child = call->output ? call->output->child : NULL; child; child = child->next) {
        const struct member *member = shape_member(shape, str_of(child->string));
        if (cJSON_IsNull(child) || (member && member->location != LOCATION_BODY))
            continue;
        json_print_name(body, child->string);
        json_print(body, child);
    }
    buf_add_byte(body, '}');
}

static void write_payload(struct call *call, const struct member *member, struct wire_reply *reply)
{
    const cJSON *value = json_get(call->output, member->name);
    if (member->shape->kind == SHAPE_BLOB)
        rest_encode_content(call, reply);
    else if (cJSON_IsString(value) && member->shape->kind == SHAPE_STRING)
        buf_add_str(&reply->body, json_value(value));
    else if (value)
        json_print(&reply->body, value);
}

void rest_json_encode(struct call *call, enum outcome outcome, struct wire_reply *reply)
{
    assert(outcome != CALL_PARKED);
    reply->content_type = "application/json";
    const struct shape *shape = outcome == CALL_DONE ? call->operation->output : NULL;
    const struct member *payload = rest_payload(shape);
    if (payload && payload->shape->kind == SHAPE_BLOB)
        reply->content_type = "application/octet-stream";
    else if (payload && payload->shape->kind == SHAPE_STRING)
        reply->content_type = "text/plain";
    rest_encode(call, outcome, reply);
    if (outcome == CALL_FAILED)
        write_error(call, reply);
    else if (payload)
        write_payload(call, payload, reply);
    else if (rest_has_body_members(shape))
        write_members(call, &reply->body);
    else
        reply->content_type = NULL;
}
