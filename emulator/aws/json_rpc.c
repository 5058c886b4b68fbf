#include "aws/json_rpc.h"

#include <assert.h>
#include <math.h>

#include "aws/scalar.h"

/* ---- decoding ---- */

/* Makes a tree fit a shape. A tree that is somebody else's (`may_edit` false) is only looked at; where it would have to
 * change, `must_edit` is set and the caller begins again with a copy. */
struct fitting {
    struct arena *arena;
    bool may_edit, must_edit;
    bool body_only; /* members that stand elsewhere in a request are dropped */
    char *why;      /* NULL: nothing is wrong */
};

static bool fit(struct fitting *fitting, const struct shape *shape, cJSON *node, unsigned depth);

static bool refuse(struct fitting *fitting, const char *sentence)
{
    fitting->why = arena_copy(fitting->arena, str_of(sentence));
    return false;
}

static bool wants_edit(struct fitting *fitting)
{
    fitting->must_edit |= !fitting->may_edit;
    return fitting->may_edit;
}

/* The sentences of AWS's JSON parser. */
static bool refuse_type(struct fitting *fitting, const struct shape *shape, const cJSON *node)
{
    if (cJSON_IsObject(node))
        return refuse(fitting, "Start of structure or map found where not expected.");
    if (cJSON_IsArray(node))
        return refuse(fitting, "Start of list found where not expected");
    if (shape->kind == SHAPE_LIST)
        return refuse(fitting, "Expected list or null");
    if (shape->kind == SHAPE_STRUCTURE || shape->kind == SHAPE_MAP)
        return refuse(fitting, "Expected null");
    fitting->why = scalar_refusal(fitting->arena, shape, node);
    return false;
}

/* The node takes the other's value and keeps its name and place. */
static void become(cJSON *node, const cJSON *other)
{
    node->type = (node->type & ~0xFF) | (other->type & 0xFF);
    node->valuestring = other->valuestring;
    node->valueint = other->valueint;
    node->valuedouble = other->valuedouble;
}

static bool fit_from_text(struct fitting *fitting, const struct shape *shape, cJSON *node, struct str text)
{
    if (!wants_edit(fitting))
        return false;
    cJSON *read = scalar_read(fitting->arena, shape, text, &fitting->why);
    if (read)
        become(node, read);
    return read != NULL;
}

/* 10.0 is 10 to AWS, and to Lua, whose numbers come like that. */
static bool fit_integer(struct fitting *fitting, const struct shape *shape, cJSON *node)
{
    if (!cJSON_IsNumber(node))
        return refuse_type(fitting, shape, node);
    double value = json_to_double(node);
    bool whole = json_is_integer(node) || (value == trunc(value) && fabs(value) <= 0x1p53);
    if (!whole || (shape->kind == SHAPE_INTEGER && (value < INT32_MIN || value > INT32_MAX)))
        return refuse_type(fitting, shape, node);
    if (json_is_integer(node))
        return true;
    return fit_from_text(fitting, shape, node, str_of(arena_printf(fitting->arena, "%.0f", value)));
}

static bool fit_scalar(struct fitting *fitting, const struct shape *shape, cJSON *node)
{
    switch (shape->kind) {
    case SHAPE_STRING:
        return cJSON_IsString(node) || refuse_type(fitting, shape, node);
    case SHAPE_BLOB:
        return cJSON_IsString(node) ? scalar_is_blob(fitting->arena, json_value(node), &fitting->why)
                                    : refuse_type(fitting, shape, node);
    case SHAPE_BOOLEAN:
        return cJSON_IsBool(node) || refuse_type(fitting, shape, node);
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        return fit_integer(fitting, shape, node);
    case SHAPE_TIMESTAMP:
        if (cJSON_IsString(node))
            return fit_from_text(fitting, shape, node, json_value(node));
        return cJSON_IsNumber(node) || refuse_type(fitting, shape, node);
    default:
        return cJSON_IsNumber(node) || refuse_type(fitting, shape, node);
    }
}

static bool fit_structure(struct fitting *fitting, const struct shape *shape, cJSON *node, unsigned depth)
{
    for (cJSON *child = node->child, *next; child; child = next) {
        next = child->next;
        const struct member *member = shape_member(shape, str_of(child->string));
        bool taken = member && (!fitting->body_only || member->location == LOCATION_BODY);
        if (taken && !cJSON_IsNull(child)) {
            if (!fit(fitting, member->shape, child, depth))
                return false;
            continue;
        }
        if (!wants_edit(fitting))
            return false;
        cJSON_DetachItemViaPointer(node, child);
    }
    return true;
}

/* A null in a list or a map stays: validation says what is wrong with it. */
static bool fit_elements(struct fitting *fitting, const struct shape *shape, cJSON *node, unsigned depth)
{
    for (cJSON *child = node->child; child; child = child->next) {
        if (!cJSON_IsNull(child) && !fit(fitting, shape->element, child, depth))
            return false;
    }
    return true;
}

static bool fit(struct fitting *fitting, const struct shape *shape, cJSON *node, unsigned depth)
{
    if (depth > JSON_MAX_DEPTH)
        return refuse(fitting, "Nested too deeply");
    if (cJSON_IsRaw(node))
        return wants_edit(fitting);
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        return cJSON_IsObject(node) ? fit_structure(fitting, shape, node, depth + 1)
                                    : refuse_type(fitting, shape, node);
    case SHAPE_MAP:
        return cJSON_IsObject(node) ? fit_elements(fitting, shape, node, depth + 1) : refuse_type(fitting, shape, node);
    case SHAPE_LIST:
        return cJSON_IsArray(node) ? fit_elements(fitting, shape, node, depth + 1) : refuse_type(fitting, shape, node);
    case SHAPE_DOCUMENT:
        return true;
    default:
        return fit_scalar(fitting, shape, node);
    }
}

static cJSON *parse(struct arena *arena, struct str text, char **reterr_message)
{
    struct json_error why;
    const cJSON *tree = json_parse_in(arena, text, &why);
    if (!tree)
        *reterr_message = arena_copy(arena, str_of(why.why));
    return (cJSON *)(uintptr_t)tree; /* of our own arena, and nobody else knows it yet */
}

const cJSON *json_rpc_decode(struct call *call, struct str body, char **reterr_message)
{
    const struct shape *shape = call->operation->input;
    cJSON *tree = body.length ? parse(call->arena, body, reterr_message) : scalar_node(call->arena, cJSON_Object);
    if (!tree)
        return NULL;
    if (!shape || cJSON_IsNull(tree))
        return scalar_node(call->arena, cJSON_Object);
    struct fitting fitting = { .arena = call->arena, .may_edit = true };
    if (fit(&fitting, shape, tree, 0))
        return tree;
    *reterr_message = fitting.why;
    return NULL;
}

cJSON *json_rpc_decode_body(struct arena *arena, const struct shape *shape, struct str body, char **reterr_message)
{
    cJSON *tree = parse(arena, body, reterr_message);
    struct fitting fitting = { .arena = arena, .may_edit = true, .body_only = true };
    if (!tree || cJSON_IsNull(tree) || fit(&fitting, shape, tree, 0))
        return tree;
    *reterr_message = fitting.why;
    return NULL;
}

const cJSON *json_rpc_coerce(struct call *call, const cJSON *tree, char **reterr_message)
{
    const struct shape *shape = call->operation->input;
    if (!shape || !tree)
        return scalar_node(call->arena, cJSON_Object);
    struct fitting fitting = { .arena = call->arena };
    if (fit(&fitting, shape, (cJSON *)(uintptr_t)tree, 0))
        return tree;
    *reterr_message = fitting.why;
    if (!fitting.must_edit)
        return NULL;
    struct buf text = BUF_EMPTY;
    json_print(&text, tree);
    const cJSON *fitted = json_rpc_decode(call, buf_str(&text), reterr_message);
    buf_release(&text);
    return fitted;
}

/* ---- encoding ---- */

void json_rpc_print_extra(struct buf *body, const struct api_error *error)
{
    for (const cJSON *member = error->extra ? error->extra->child : NULL; member; member = member->next) {
        json_print_name(body, member->string);
        json_print(body, member);
    }
}

/* {"__type":"ExecutionDoesNotExist","message":"…"}, then what else the error's structure has. */
static void print_error(struct buf *body, const struct api_error *error)
{
    buf_add_text(body, "{\"__type\":");
    json_print_string(body, str_of(error->kind->code));
    if (error->message) {
        buf_add_text(body, error->kind->says_message ? ",\"Message\":" : ",\"message\":");
        json_print_string(body, str_of(error->message));
    }
    json_rpc_print_extra(body, error);
    buf_add_byte(body, '}');
}

static const char *content_type(const struct call *call)
{
    const char *version = call->service ? call->service->model->json_version : NULL;
    return version && !strcmp(version, "1.0") ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
}

void json_rpc_encode(struct call *call, enum outcome outcome, struct wire_reply *reply)
{
    assert(outcome != CALL_PARKED);
    reply->content_type = content_type(call);
    if (outcome == CALL_FAILED) {
        reply->status = call->error.kind->status;
        print_error(&reply->body, &call->error);
        return;
    }
    reply->status = call->operation->success_status;
    if (call->answer)
        buf_add_str(&reply->body, json_text(call->answer));
    else if (call->output)
        json_print(&reply->body, call->output);
    else
        buf_add_text(&reply->body, "{}");
}
