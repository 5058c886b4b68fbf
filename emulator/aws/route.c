#include "aws/route.h"

#include "aws/query.h"
#include "aws/sigv4.h"

#define BODY_LIMIT ((size_t)2 * 1024 * 1024) /* where no operation says otherwise */

struct str request_header(const struct wire_request *request, struct str name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        struct str other = request->headers[i].name;
        if (other.length == name.length && str_equal_ignoring_case(other, name))
            return str_trim(request->headers[i].value);
    }
    return STR_NONE;
}

/* "AWSStepFunctions.StartExecution"; a prefix may hold dots itself, an operation does not. */
static struct str cut_target(struct str target, struct str *ret_operation)
{
    size_t dot = target.length;
    while (dot && target.at[dot - 1] != '.')
        dot--;
    *ret_operation = str_from(target, dot);
    return str_first(target, dot ? dot - 1 : 0);
}

static const struct service *service_of_target(const struct cloud *cloud, struct str target)
{
    struct str operation, prefix = cut_target(target, &operation);
    for (const struct service *const *at = cloud->services; *at; at++)
        if ((*at)->model->target_prefix && str_is(prefix, (*at)->model->target_prefix))
            return *at;
    return NULL;
}

static const struct service *service_of_scope(const struct cloud *cloud, struct str name)
{
    for (const struct service *const *at = cloud->services; *at; at++)
        if (str_is(name, (*at)->model->signing_name))
            return *at;
    return NULL;
}

static bool host_begins(struct str host, struct str prefix)
{
    struct str rest = str_from(host, prefix.length);
    return prefix.length && str_equal_ignoring_case(str_first(host, prefix.length), prefix) && rest.length &&
           (rest.at[0] == '.' || rest.at[0] == ':');
}

/* "states.localhost:4566", and "sync-states.localhost:4566" for operations that SDKs give a host of their own. */
static bool is_host_of(const struct model *model, struct str host)
{
    struct str prefix = str_of(model->endpoint_prefix);
    if (host_begins(host, prefix))
        return true;
    for (size_t i = 0; i < model->operation_count; i++) {
        struct str before = str_of(model->operations[i].host_prefix);
        if (before.length && str_starts(host, before) && host_begins(str_from(host, before.length), prefix))
            return true;
    }
    return false;
}

static const struct service *service_of_host(const struct cloud *cloud, struct str host)
{
    for (const struct service *const *at = cloud->services; *at; at++)
        if (is_host_of((*at)->model, host))
            return *at;
    return NULL;
}

/* ---- forms ---- */

static bool is_form(const struct wire_request *request)
{
    struct str type = request_header(request, STR("Content-Type"));
    return str_is(request->method, "POST") &&
           str_equal_ignoring_case(str_trim(str_cut(type, ';', &type)), STR("application/x-www-form-urlencoded"));
}

struct str route_form(const struct wire_request *request)
{
    return request->body.length ? request->body : request->query;
}

/* Versions are dates: nothing in them is ever encoded. */
static struct str form_version(struct str form)
{
    while (form.length) {
        struct str value, name = str_cut(str_cut(form, '&', &form), '=', &value);
        if (str_is(name, "Version"))
            return value;
    }
    return STR_NONE;
}

/* An unsigned form names no service, but its version and its action do. */
static const struct service *service_of_form(const struct cloud *cloud, struct str action, struct str version)
{
    for (const struct service *const *at = cloud->services; *at; at++) {
        const struct model *model = (*at)->model;
        if (model->protocol != PROTOCOL_QUERY || !model_operation(model, action))
            continue;
        if (!version.length || str_is(version, model->api_version))
            return *at;
    }
    return NULL;
}

static void set_service(struct call *call, const struct service *service)
{
    call->service = service;
    call->protocol = service->model->protocol;
}

enum outcome route_by_form(struct call *call, const struct wire_request *request)
{
    struct str form = route_form(request);
    struct str action = query_action(call->arena, form), version = form_version(form);
    if (!action.length)
        return call_fail(call, &ERROR_MISSING_ACTION, "The request must contain the parameter Action.");
    const struct service *service = call->service ? call->service : service_of_form(call->cloud, action, version);
    if (service) {
        set_service(call, service);
        if (str_is(version, service->model->api_version))
            call->operation = model_operation(service->model, action);
    }
    if (call->operation)
        return CALL_DONE;
    if (!version.length)
        version = STR("NO_VERSION_SPECIFIED");
    return call_fail(call, &ERROR_UNKNOWN_OPERATION, "Could not find operation %.*s for version %.*s", STR_ARG(action),
                     STR_ARG(version));
}

/* ---- headers ---- */

static enum outcome fail_without_service(struct call *call, const struct wire_request *request, struct str target)
{
    struct str type = request_header(request, STR("Content-Type"));
    bool json = target.length || str_find(type, STR("json")) != SIZE_MAX;
    call->protocol = json ? PROTOCOL_JSON : PROTOCOL_QUERY;
    if (call->signature->service.length)
        return call_fail(call, &ERROR_NOT_IMPLEMENTED, "This practice cloud has no service '%.*s'.",
                         STR_ARG(call->signature->service));
    if (target.length)
        return call_fail(call, &ERROR_NOT_IMPLEMENTED, "This practice cloud has no service that takes '%.*s'.",
                         STR_ARG(target));
    return call_fail(call, &ERROR_NOT_IMPLEMENTED,
                     "Nothing in this request says which service it is for: no signature, no X-Amz-Target, no Action.");
}

/* AWS sends no message with it. */
static enum outcome route_json(struct call *call, const struct wire_request *request, struct str target)
{
    struct str operation, prefix = cut_target(target, &operation);
    if (str_is(request->method, "POST") && str_is(prefix, call->service->model->target_prefix))
        call->operation = model_operation(call->service->model, operation);
    return call->operation ? CALL_DONE : call_fail_with(call, &ERROR_UNKNOWN_OPERATION, STR_NONE);
}

enum outcome route_by_headers(struct call *call, const struct wire_request *request)
{
    /* The target comes before the scope: where they disagree, the service that is meant tells that the scope is wrong. */
    struct str target = request_header(request, STR("X-Amz-Target"));
    bool named = target.length || call->signature->service.length;
    bool body_tells = is_form(request);
    const struct service *service = service_of_target(call->cloud, target);
    if (!service)
        service = service_of_scope(call->cloud, call->signature->service);
    if (!service && !named)
        service = service_of_host(call->cloud, request->host);
    if (service)
        set_service(call, service);
    else if (!named && (body_tells || query_action(call->arena, request->query).length))
        call->protocol = PROTOCOL_QUERY;
    else
        return fail_without_service(call, request, target);
    if (call->protocol == PROTOCOL_JSON)
        return route_json(call, request, target);
    return body_tells ? CALL_DONE : route_by_form(call, request);
}

size_t route_body_limit(const struct call *call)
{
    if (call->operation && call->operation->body_limit)
        return call->operation->body_limit;
    size_t most = BODY_LIMIT;
    for (size_t i = 0; call->service && !call->operation && i < call->service->model->operation_count; i++)
        if (call->service->model->operations[i].body_limit > most)
            most = call->service->model->operations[i].body_limit;
    return most;
}
