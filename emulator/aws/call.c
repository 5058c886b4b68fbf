#include "aws/call.h"

#include <math.h>
#include <stdarg.h>

#include "aws/arn.h"
#include "aws/aside.h"
#include "aws/cloud.h"
#include "aws/intake.h"
#include "base/time.h"

/* ---- making and ending ---- */

struct call *call_in(struct cloud *cloud, struct arena *arena)
{
    struct call *call = ARENA_NEW(arena, struct call);
    call->cloud = cloud;
    call->world = cloud->world;
    call->arena = arena;
    call->region = cloud->region;
    call->made_by = "";
    call->caller = (struct principal){ PRINCIPAL_ANONYMOUS, cloud->account, "", "", "", "", "" };
    random_uuid(&cloud->request_ids, call->request_id);
    list_init(&call->link);
    return call;
}

struct call *call_new(struct cloud *cloud, struct str service, struct str operation, const char **reterr_why)
{
    const struct service *found = cloud_service(cloud, service);
    if (!found) {
        *reterr_why = "This practice cloud has no such service.";
        return NULL;
    }
    const struct operation *known = model_operation(found->model, operation);
    if (!known) {
        *reterr_why = "The service has no such operation.";
        return NULL;
    }
    struct call *call = call_in(cloud, arena_new());
    call->owns_arena = true;
    call->origin = ORIGIN_HOUSE;
    call->service = found;
    call->operation = known;
    call->protocol = found->model->protocol;
    return call;
}

void call_free(struct call *call)
{
    call_abandon(call);
    cJSON_Delete(call->output);
    json_unref(call->answer);
    cJSON_Delete(call->error.extra);
    payload_release(call->body);
    intake_drop(call->intake);
    aside_release(call->aside);
    call->output = call->error.extra = NULL;
    call->answer = NULL;
    if (call->owns_arena)
        arena_free(call->arena); /* the call stands in it */
}

struct principal principal_of_root(struct arena *arena, struct str account)
{
    const char *id = arena_copy(arena, account);
    return (struct principal){ .kind = PRINCIPAL_ROOT,
                               .account = id,
                               .arn = arena_join(arena, (const char *const[]){ "arn:aws:iam::", id, ":root", NULL }),
                               .user_id = id,
                               .role = "",
                               .session_policy = "",
                               .access_key_id = "" };
}

/* The role's name is the last part of its resource: "role/path/of/NAME". */
struct principal principal_of_role(struct arena *arena, struct str role_arn, struct str session)
{
    struct arn arn = { 0 };
    arn_parse(role_arn, &arn);
    struct str name = arn.resource;
    while (str_find_byte(name, '/') != SIZE_MAX)
        str_cut(name, '/', &name);
    struct principal who = { .kind = PRINCIPAL_ROLE_SESSION, .session_policy = "", .access_key_id = "" };
    who.account = arena_copy(arena, arn.account);
    who.role = arena_copy(arena, name);
    who.arn = arn_make(arena, "sts", "", who.account, "assumed-role/%s/%.*s", who.role, STR_ARG(session));
    who.user_id = arena_printf(arena, "%s:%.*s", who.role, STR_ARG(session));
    return who;
}

/* ---- failing ---- */

enum outcome call_fail_with(struct call *call, const struct error_kind *kind, struct str message)
{
    cJSON_Delete(call->error.extra);
    call->error = (struct api_error){
        .kind = error_in_protocol(kind, call->protocol),
        .message = message.at ? arena_copy(call->arena, message) : NULL,
    };
    return CALL_FAILED;
}

enum outcome call_fail(struct call *call, const struct error_kind *kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct buf message = BUF_EMPTY;
    buf_vprintf(&message, format, args);
    va_end(args);
    call_fail_with(call, kind, buf_str(&message));
    buf_release(&message);
    return CALL_FAILED;
}

struct scope call_scope(const struct call *call)
{
    return (struct scope){ call->caller.account, call->service->model->global ? "" : call->region };
}

/* ---- input ---- */

const char *input_string(const struct call *call, const char *name)
{
    return json_string(call->input, name);
}

struct str input_str(const struct call *call, const char *name)
{
    return json_str(call->input, name);
}

int64_t input_int64(const struct call *call, const char *name, int64_t otherwise)
{
    return json_int64(call->input, name, otherwise);
}

bool input_bool(const struct call *call, const char *name, bool otherwise)
{
    return json_bool(call->input, name, otherwise);
}

bool input_has(const struct call *call, const char *name)
{
    return json_get(call->input, name) != NULL;
}

/* ---- output ---- */

cJSON *call_output(struct call *call)
{
    if (!call->output)
        call->output = call->answer ? json_thaw(json_root(call->answer)) : cJSON_CreateObject();
    if (!call->output)
        memory_exhausted();
    json_unref(call->answer);
    call->answer = NULL;
    return call->output;
}

void call_answer(struct call *call, struct json *answer)
{
    cJSON_Delete(call->output);
    call->output = NULL;
    call->answer = json_ref(answer);
}

void output_string(struct call *call, const char *name, const char *value_or_null)
{
    if (value_or_null)
        json_set_str(call_output(call), name, str_of(value_or_null));
}

void output_str(struct call *call, const char *name, struct str value)
{
    json_set_str(call_output(call), name, value);
}

void output_int64(struct call *call, const char *name, int64_t value)
{
    json_set_int64(call_output(call), name, value);
}

void output_bool(struct call *call, const char *name, bool value)
{
    json_set_bool(call_output(call), name, value);
}

void output_time(struct call *call, const char *name, int64_t instant_ms)
{
    output_json(call, name, json_new_time(instant_ms));
}

void output_json(struct call *call, const char *name, cJSON *value_taken)
{
    json_set(call_output(call), name, value_taken);
}

cJSON *json_new_time(int64_t instant_ms)
{
    char digits[24];
    size_t length = time_print_seconds(instant_ms, digits);
    cJSON *node = cJSON_CreateNumber((double)instant_ms / 1000);
    if (!node)
        memory_exhausted();
    node->valuestring = memory_copy((struct str){ digits, length });
    return node;
}

int64_t json_to_time(const cJSON *seconds)
{
    const double most = 9e15; /* further than any date that AWS takes, and exact */
    double ms = json_to_double(seconds) * 1000;
    if (!(ms > -most))
        return (int64_t)-most;
    return (int64_t)llround(ms < most ? ms : most);
}
