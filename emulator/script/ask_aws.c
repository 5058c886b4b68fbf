/* AWS calls of a pack. They enter the road where all internal calls do, as the team's account or as one of its roles; what
 * Lua hands over is shaped by the model: text where bytes are wanted becomes base64, an empty table where a list is wanted a
 * list. */
#include "script/script_inner.h"

#include <stdlib.h>

#include "aws/arn.h"
#include "aws/aside.h"
#include "aws/payload.h"
#include "aws/road.h"
#include "base/digest.h"
#include "base/nearest.h"

#define ANSWER_MOST  ((size_t)3 << 20)
#define CONTENT_MOST ((size_t)2 << 20)
#define BYTES        "\1bytes"

/* ---- input ---- */

/* Of {"\u0001bytes":base64}; STR_NONE: it is something else. */
static struct str bytes_of(const cJSON *node)
{
    const cJSON *first = cJSON_IsObject(node) ? node->child : NULL;
    return first && strcmp(first->string, BYTES) == 0 ? json_value(first) : STR_NONE;
}

static void put_in_place(cJSON *node, cJSON *other_taken)
{
    const char *value = other_taken->valuestring; /* it may stand in the node itself */
    cJSON_Delete(node->child);
    if (!(node->type & cJSON_IsReference))
        free(node->valuestring);
    node->child = other_taken->child;
    node->valuestring = value ? memory_copy(str_of(value)) : NULL;
    node->type = (other_taken->type & 0xFF) | (node->type & cJSON_StringIsConst);
    other_taken->child = NULL;
    cJSON_Delete(other_taken);
}

static void put_base64(cJSON *node, struct str text)
{
    struct buf encoded = BUF_EMPTY;
    base64_encode(&encoded, text);
    put_in_place(node, json_new_string(buf_str(&encoded)));
    buf_release(&encoded);
}

/* A body is left as it is: it travels as its own bytes. */
static bool shape_blob(cJSON *node, bool is_body)
{
    struct str base64 = bytes_of(node);
    if (is_body)
        return !base64.at;
    if (base64.at)
        put_in_place(node, json_new_string(base64));
    else if (cJSON_IsString(node))
        put_base64(node, json_value(node));
    return true;
}

static bool shape_value(cJSON *node, const struct shape *shape, bool is_body, int depth);

static bool shape_members(cJSON *node, const struct shape *shape, int depth)
{
    cJSON *one;
    cJSON_ArrayForEach(one, node)
    {
        const struct member *member = shape_member(shape, str_of(one->string));
        if (member && !shape_value(one, member->shape, member->location == LOCATION_PAYLOAD, depth))
            return false;
    }
    return true;
}

static bool shape_elements(cJSON *node, const struct shape *shape, int depth)
{
    cJSON *one;
    cJSON_ArrayForEach(one, node) if (!shape_value(one, shape->element, false, depth)) return false;
    return true;
}

/* False: bytes that cannot stand there. What does not fit otherwise is left for the road to refuse. */
static bool shape_value(cJSON *node, const struct shape *shape, bool is_body, int depth)
{
    if (depth > JSON_MAX_DEPTH)
        return false;
    if (shape->kind == SHAPE_BLOB)
        return shape_blob(node, is_body);
    if (bytes_of(node).at)
        return false;
    if (shape->kind == SHAPE_LIST && cJSON_IsObject(node) && !node->child)
        node->type = (node->type & ~0xFF) | cJSON_Array;
    if (shape->kind == SHAPE_STRUCTURE && cJSON_IsObject(node))
        return shape_members(node, shape, depth + 1);
    if (shape->kind == SHAPE_LIST && cJSON_IsArray(node))
        return shape_elements(node, shape, depth + 1);
    if (shape->kind == SHAPE_MAP && cJSON_IsObject(node))
        return shape_elements(node, shape, depth + 1);
    return true;
}

/* ---- output ---- */

static void open_value(cJSON *node, const struct shape *shape, int depth);

/* base64 of the tree becomes what it stands for: text, or bytes in their envelope. */
static void open_blob(cJSON *node)
{
    struct buf bytes = BUF_EMPTY;
    struct str text = json_value(node);
    if (base64_decode(&bytes, text)) {
        struct str plain = buf_str(&bytes);
        bool is_text = str_is_utf8(plain) && str_find_byte(plain, '\0') == SIZE_MAX;
        cJSON *envelope = is_text ? json_new_string(plain) : cJSON_CreateObject();
        if (!is_text)
            json_set_str(envelope, BYTES, text);
        put_in_place(node, envelope);
    }
    buf_release(&bytes);
}

static void open_members(cJSON *node, const struct shape *shape, int depth)
{
    cJSON *one;
    cJSON_ArrayForEach(one, node)
    {
        const struct member *member = shape->kind == SHAPE_STRUCTURE ? shape_member(shape, str_of(one->string)) : NULL;
        if (member && member->location == LOCATION_PAYLOAD && member->shape->kind == SHAPE_BLOB)
            continue; /* its own bytes already */
        const struct shape *inner = shape->kind == SHAPE_STRUCTURE ? (member ? member->shape : NULL) : shape->element;
        if (inner)
            open_value(one, inner, depth);
    }
}

static void open_value(cJSON *node, const struct shape *shape, int depth)
{
    if (depth > JSON_MAX_DEPTH)
        return;
    if (shape->kind == SHAPE_BLOB && cJSON_IsString(node))
        open_blob(node);
    else if (cJSON_IsObject(node) || cJSON_IsArray(node))
        open_members(node, shape, depth + 1);
}

/* ---- names ---- */

/* sagemaker_runtime in Lua is "SageMaker Runtime" to the SDKs. */
static struct str without_underscores(struct arena *arena, struct str name)
{
    char *text = arena_copy(arena, name);
    size_t length = 0;
    for (size_t i = 0; i < name.length; i++)
        if (text[i] != '_')
            text[length++] = text[i];
    text[length] = '\0';
    return (struct str){ text, length };
}

static void raise_unknown_service(struct job *job, struct str name)
{
    struct nearest nearest = nearest_to(name);
    struct buf message = BUF_EMPTY;
    for (const struct service *const *at = job->script->cloud->services; *at; at++) {
        nearest_try(&nearest, str_of((*at)->model->signing_name));
        nearest_try(&nearest, str_of((*at)->model->name));
    }
    buf_printf(&message, "this practice cloud has no service '%.*s'", STR_ARG(name));
    job_raise_with(job, &(struct raised){ .message = message.at, .nearest = nearest.best.at, .word = name.at });
    buf_release(&message);
}

static void raise_unknown_operation(struct job *job, const struct model *model, struct str name)
{
    struct nearest nearest = nearest_to(name);
    struct buf message = BUF_EMPTY;
    for (size_t i = 0; i < model->operation_count; i++)
        nearest_try(&nearest, str_of(model->operations[i].name));
    buf_printf(&message, "%s has no operation '%.*s'", model->full_name, STR_ARG(name));
    job_raise_with(job, &(struct raised){ .message = message.at, .nearest = nearest.best.at, .word = name.at });
    buf_release(&message);
}

/* ---- the answer ---- */

static const char *name_operation(struct call *call)
{
    return arena_printf(call->arena, "%s:%s", call->service->model->iam_prefix, call->operation->name);
}

static void raise_error(struct job *job, struct call *call)
{
    struct raised raised = { .message = call->error.message ? call->error.message : call->error.kind->code,
                             .code = call->error.kind->code,
                             .operation = name_operation(call),
                             .resource = road_resource(call).at,
                             .status = call->error.kind->status };
    job_raise_with(job, &raised);
}

/* Content that is no text, or much, is not in the tree. */
static bool add_content(struct call *call)
{
    const struct member *member = payload_blob(call->operation->output);
    struct buf bytes = BUF_EMPTY, encoded = BUF_EMPTY;
    if (!member || !call_has_content(call) || json_get(call_output(call), member->name))
        return true;
    bool good = call_content_read(call, CONTENT_MOST, &bytes);
    if (good) {
        cJSON *envelope = cJSON_CreateObject();
        base64_encode(&encoded, buf_str(&bytes));
        json_set_str(envelope, BYTES, buf_str(&encoded));
        json_set(call_output(call), member->name, envelope);
    }
    buf_release(&encoded);
    buf_release(&bytes);
    return good;
}

static void answer(struct job *job, struct call *call)
{
    struct buf text = BUF_EMPTY;
    buf_init(&text, ANSWER_MOST);
    if (call->output && call->operation->output)
        open_value(call->output, call->operation->output, 0);
    bool whole = add_content(call);
    if (call->output)
        json_print(&text, call->output);
    if (text.overflow || !whole)
        job_raise(job, "the answer of %s is larger than a pack takes (2 MiB of content, 3 MiB of all)",
                  name_operation(call));
    else
        job_resume(job, text.length ? buf_str(&text) : STR("{}"));
    buf_release(&text);
}

static void end_call(struct job *job, enum outcome outcome)
{
    struct call *call = job->call;
    job->call = NULL; /* it must outlive what is told about it */
    if (outcome == CALL_DONE)
        answer(job, call);
    else
        raise_error(job, call);
    call_free(call);
}

static void call_finished(struct call *call)
{
    end_call(call->owner, call->error.kind ? CALL_FAILED : CALL_DONE);
}

/* ---- the call ---- */

/* Customers and players feel the faults of the cloud; what sets up, breaks and judges does not. */
static bool feels_faults(const struct job *job)
{
    static const char *const outsiders[] = { "probe/", "solution/", "play/", "lambda/", "image/" };
    for (size_t i = 0; i < sizeof outsiders / sizeof *outsiders; i++)
        if (strncmp(job->callback, outsiders[i], strlen(outsiders[i])) == 0)
            return true;
    return false;
}

static struct str role_arn(struct arena *arena, const struct job *job, struct str role)
{
    if (str_starts(role, STR("arn:")))
        return role;
    return str_of(arena_printf(arena, "arn:aws:iam::%s:role/%.*s", job->account, STR_ARG(role)));
}

static bool is_own_account(const struct job *job, struct str arn)
{
    struct arn parts;
    return arn_parse(arn, &parts) && str_is(parts.account, job->account);
}

/* A solution plays the team's own client, and so does who plays by hand. */
static enum origin origin_of(const struct job *job)
{
    if (str_starts(str_of(job->callback), STR("solution/")) || str_starts(str_of(job->callback), STR("play/")))
        return ORIGIN_CLIENT;
    bool function = str_starts(str_of(job->callback), STR("lambda/")) ||
                    str_starts(str_of(job->callback), STR("image/"));
    return function ? ORIGIN_FUNCTION : ORIGIN_PACK;
}

static void set_caller(struct call *call, const struct job *job, struct str role)
{
    call->caller = role.length ? principal_of_role(call->arena, role_arn(call->arena, job, role), str_of("pack"))
                               : principal_of_root(call->arena, str_of(job->account));
    call->origin = origin_of(job);
    call->made_by = feels_faults(job) ? "" : job->script->name;
    call->owner = (void *)(uintptr_t)job;
    call->finished = call_finished;
}

static void delete_tree(void *tree)
{
    cJSON_Delete(tree);
}

/* Bytes that no tree can hold go beside it. */
static bool give_body(struct call *call, cJSON *tree)
{
    const struct member *member = payload_blob(call->operation->input);
    struct str base64 = member ? bytes_of(json_get(tree, member->name)) : STR_NONE;
    struct buf bytes = BUF_EMPTY;
    bool good = true;
    if (base64.at) {
        good = base64_decode(&bytes, base64);
        call_give_body(call, buf_str(&bytes));
        json_set_string(tree, member->name, NULL);
    }
    buf_release(&bytes);
    return good;
}

static bool set_input(struct call *call, const cJSON *input)
{
    cJSON *tree = input && !(cJSON_IsArray(input) && !input->child) ? json_thaw(input) : cJSON_CreateObject();
    arena_own(call->arena, delete_tree, tree);
    call->input = tree;
    return give_body(call, tree) && (!call->operation->input || shape_value(tree, call->operation->input, false, 0));
}

static void run(struct job *job, struct call *call, const cJSON *with)
{
    struct str role = json_str(with, "role"), region = json_str(with, "region");
    job->call = call;
    if (role.length && !is_own_account(job, role_arn(call->arena, job, role))) {
        job_raise(job, "the role %.*s is not one of this team", STR_ARG(role));
        return;
    }
    set_caller(call, job, role);
    if (region.length)
        call->region = arena_copy(call->arena, region);
    if (!set_input(call, json_get(with, "input"))) {
        job_raise(job, "%s: bytes that are no text stand where this cloud takes only text", name_operation(call));
        return;
    }
    enum outcome outcome = road_run(call);
    if (outcome != CALL_PARKED)
        end_call(job, outcome);
}

void ask_aws(struct job *job, const cJSON *with)
{
    struct str service = json_str(with, "service"), operation = json_str(with, "operation");
    const char *why;
    struct arena *arena = arena_new();
    const struct service *found = cloud_service(job->script->cloud, without_underscores(arena, service));
    struct call *call = found ? call_new(job->script->cloud, str_of(found->model->name), operation, &why) : NULL;
    if (call)
        run(job, call, with);
    else if (found)
        raise_unknown_operation(job, found->model, operation);
    else
        raise_unknown_service(job, service);
    arena_free(arena);
}

/* ---- allows {"role":…,"action":…,"resource":…} ---- */

void ask_allows(struct job *job, const cJSON *with)
{
    struct cloud *cloud = job->script->cloud;
    struct arena *arena = arena_new();
    struct str arn = role_arn(arena, job, json_str(with, "role"));
    bool allowed = false;
    if (cloud->identities && is_own_account(job, arn)) {
        struct principal principal = principal_of_role(arena, arn, STR("pack"));
        struct permission_question question = { .principal = &principal,
                                                .action = json_str(with, "action"),
                                                .resource = json_str(with, "resource"),
                                                .now_ms = clock_now(job->script->world->clock),
                                                .region = cloud->region };
        allowed = policy_decide(cloud, arena, &question) == DECISION_ALLOW;
    }
    arena_free(arena);
    job_resume(job, allowed ? STR("true") : STR("false"));
}
