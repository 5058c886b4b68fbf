#include "aws/route.h"

#include "aws/payload.h"
#include "aws/query.h"
#include "aws/rest_route.h"
#include "aws/sigv4.h"

#define BODY_LIMIT ((size_t)2 * 1024 * 1024) /* where no operation says otherwise */

void wire_request_mark(struct wire_request *request)
{
    unsigned char *marks = arena_room(request->arena, request->header_count + 1);
    uint64_t all = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        marks[i] = str_mark_number(request->headers[i].name);
        all |= (uint64_t)1 << marks[i];
    }
    request->marks = marks;
    request->lacks = ~all;
}

static size_t next_marked(const struct wire_request *request, size_t from, unsigned char mark)
{
    if (!request->marks)
        return from;
    const unsigned char *found = memchr(request->marks + from, mark, request->header_count - from);
    return found ? (size_t)(found - request->marks) : request->header_count;
}

struct str request_header_marked(const struct wire_request *request, struct str name)
{
    unsigned char mark = str_mark_number(name);
    for (size_t i = next_marked(request, 0, mark); i < request->header_count; i = next_marked(request, i + 1, mark))
        if (str_equal_ignoring_case(request->headers[i].name, name))
            return str_trim(request->headers[i].value);
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
    if (!target.length)
        return NULL;
    for (const struct service *const *at = cloud->services; *at; at++)
        if ((*at)->model->target_prefix && str_is(prefix, (*at)->model->target_prefix))
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

/* ---- REST ---- */

static size_t index_of(const struct cloud *cloud, const struct service *service)
{
    size_t index = 0;
    while (cloud->services[index] != service)
        index++;
    return index;
}

static bool is_region_label(struct str label)
{
    return label.length && str_find_byte(label, '-') != SIZE_MAX && sigv4_region_is_sane(label);
}

/* "bucket" of "bucket.s3", "bucket.s3.us-east-1" and "bucket"; nothing of "s3", "s3.us-east-1" and other services' names. */
static struct str bucket_in(const struct cloud *cloud, struct str above)
{
    if (!above.length)
        return STR_NONE;
    struct str last, rest = above;
    size_t dot = rest.length;
    while (dot && rest.at[dot - 1] != '.')
        dot--;
    last = str_from(rest, dot);
    if (dot && is_region_label(last)) {
        rest = str_first(rest, dot - 1);
        if (!str_is(rest, "s3") && !str_ends(rest, STR(".s3")))
            return STR_NONE;
    }
    if (str_is(rest, "s3"))
        return STR_NONE;
    if (str_ends(rest, STR(".s3")))
        return str_first(rest, rest.length - 3);
    for (const struct service *const *at = cloud->services; *at; at++)
        if (str_equal_ignoring_case(rest, str_of((*at)->model->endpoint_prefix)))
            return STR_NONE;
    return rest;
}

/* Virtual-host style becomes path style: names of hosts have no case, buckets' are lower. */
static struct str path_of(struct call *call, const struct service *service, const struct wire_request *request)
{
    struct str bucket = service->model->protocol == PROTOCOL_REST_XML ? bucket_in(call->cloud, request->above_host)
                                                                      : STR_NONE;
    if (!bucket.length)
        return request->path;
    char *path = arena_printf(call->arena, "/%.*s%.*s", STR_ARG(bucket), STR_ARG(request->path));
    for (size_t i = 1; i <= bucket.length; i++)
        if (path[i] >= 'A' && path[i] <= 'Z')
            path[i] = (char)(path[i] - 'A' + 'a');
    return str_of(path);
}

static bool match(struct call *call, const struct service *service, const struct wire_request *request)
{
    const struct router *router = call->cloud->routers[index_of(call->cloud, service)];
    struct rest_match *found = ARENA_NEW(call->arena, struct rest_match);
    found->path = path_of(call, service, request);
    if (!router || !router_match(router, request, found->path, found))
        return false;
    call->match = found;
    return true;
}

/* AWS has no words for a REST JSON path that it does not know; S3 has. */
static enum outcome route_rest(struct call *call, const struct wire_request *request)
{
    if (match(call, call->service, request)) {
        call->operation = call->match->operation;
        return CALL_DONE;
    }
    if (call->protocol == PROTOCOL_REST_JSON)
        return call_fail_with(call, &ERROR_UNKNOWN_OPERATION, STR_NONE);
    call_fail(call, &ERROR_UNKNOWN_OPERATION, "The specified method is not allowed against this resource.");
    call_fail_more(call, "Method", request->method);
    return call_fail_more(call, "ResourceType", STR("SERVICE"));
}

/* Services may share a scope: "lex" is for building bots and for talking to them. X-Amz-Target parts those that have one; of
 * the others it is whose path this is. */
static const struct service *service_of_scope(struct call *call, const struct wire_request *request)
{
    const struct service *first = NULL;
    size_t sharing = 0;
    for (const struct service *const *at = call->cloud->services; *at; at++) {
        if (!str_is(call->signature->service, (*at)->model->signing_name))
            continue;
        first = first ? first : *at;
        sharing++;
    }
    for (const struct service *const *at = call->cloud->services; sharing > 1 && *at; at++)
        if (str_is(call->signature->service, (*at)->model->signing_name) && match(call, *at, request))
            return *at;
    return first;
}

/* What names no service is told by its path: Lambda's begin with a date, and what nobody claims is S3's. */
static const struct service *service_of_path(struct call *call, const struct wire_request *request)
{
    const struct service *otherwise = NULL;
    for (const struct service *const *at = call->cloud->services; *at; at++) {
        if (!match(call, *at, request))
            continue;
        if (call->match->begins_literally)
            return *at;
        otherwise = otherwise ? otherwise : *at;
    }
    return otherwise;
}

static bool is_rest(enum protocol protocol)
{
    return protocol == PROTOCOL_REST_JSON || protocol == PROTOCOL_REST_XML;
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
        service = service_of_scope(call, request);
    if (!service && !named)
        service = service_of_host(call->cloud, request->host);
    if (!service && !named && !body_tells && !query_action(call->arena, request->query).length)
        service = service_of_path(call, request);
    if (service)
        set_service(call, service);
    else if (!named && (body_tells || query_action(call->arena, request->query).length))
        call->protocol = PROTOCOL_QUERY;
    else
        return fail_without_service(call, request, target);
    if (call->protocol == PROTOCOL_JSON)
        return route_json(call, request, target);
    if (is_rest(call->protocol))
        return route_rest(call, request);
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
