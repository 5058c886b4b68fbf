#include "services/stepfunctions/asl/integrate.h"

#include <stdlib.h>

#include "aws/cloud.h"
#include "aws/road.h"
#include "aws/wire_fault.h"
#include "base/time.h"
#include "services/stepfunctions/asl/dialect.h"
#include "services/stepfunctions/asl/lambda_task.h"

/* The optimised integrations that this cloud serves. */
static const struct optimised {
    const char *service, *operation;
    const char *error_prefix; /* "StepFunctions.StateMachineDoesNotExistException" */
} optimised[] = {
    { "lambda", "invoke", "Lambda" },
    { "sagemaker", "createEndpoint", "SageMaker" },
    { "sagemaker", "createEndpointConfig", "SageMaker" },
    { "sagemaker", "createHyperParameterTuningJob", "SageMaker" },
    { "sagemaker", "createModel", "SageMaker" },
    { "sagemaker", "createProcessingJob", "SageMaker" },
    { "sagemaker", "createTrainingJob", "SageMaker" },
    { "sagemaker", "createTransformJob", "SageMaker" },
    { "sagemaker", "startPipelineExecution", "SageMaker" },
    { "sagemaker", "updateEndpoint", "SageMaker" },
    { "states", "startExecution", "StepFunctions" },
};

static const struct optimised *find_optimised(const struct resource *resource)
{
    for (size_t i = 0; i < sizeof optimised / sizeof *optimised; i++)
        if (strcmp(resource->service, optimised[i].service) == 0 &&
            strcmp(resource->operation, optimised[i].operation) == 0)
            return &optimised[i];
    return NULL;
}

const char *integrate_resource_type(const struct resource *resource, struct arena *arena)
{
    return resource->kind == RESOURCE_SDK ? arena_printf(arena, "aws-sdk:%s", resource->service) : resource->service;
}

const char *integrate_resource(const struct resource *resource, struct arena *arena)
{
    static const char *const suffixes[] = {
        [PATTERN_REQUEST] = "",
        [PATTERN_SYNC] = ".sync",
        [PATTERN_SYNC2] = ".sync:2",
        [PATTERN_TOKEN] = ".waitForTaskToken",
    };
    return arena_printf(arena, "%s%s", resource->operation, suffixes[resource->pattern]);
}

/* ---- the call ---- */

/* With open credentials a role may be made up, its account with it: then it acts where its machine stands. */
static bool is_made_up(const struct call *call)
{
    const struct identity_source *identities = call->cloud->identities;
    struct grants grants;
    return !identities || !identities->policies(call->world, &call->caller, call->arena, &grants);
}

struct call *integrate_service_call(struct world *world, struct scope scope, const char *role_arn, const char *session,
                                    const char *service, const char *operation, const char **reterr_why)
{
    struct buf name = BUF_EMPTY;
    buf_add_text(&name, operation);
    dialect_capitalise(&name);
    struct call *call = call_new(cloud_of(world), str_of(service), buf_str(&name), reterr_why);
    buf_release(&name);
    if (!call)
        return NULL;
    call->origin = ORIGIN_STATE_MACHINE;
    call->caller = principal_of_role(call->arena, str_of(role_arn), str_of(session));
    if (strcmp(call->caller.account, scope.account) != 0 && is_made_up(call))
        call->caller.account = scope.account;
    call->region = scope.region;
    return call;
}

static bool fill_input(struct call *call, const struct resource *resource, const cJSON *payload, struct arena *arena,
                       struct failure *ret_failure)
{
    struct buf problems = BUF_EMPTY;
    cJSON *input = dialect_input(call->arena, call->operation->input, payload, &problems);
    if (lambda_task_is(resource))
        lambda_task_encode_payload(input, payload, call->arena);
    call->input = input;
    if (problems.length)
        failure_set(ret_failure, arena, "States.Runtime",
                    "The Parameters '%.*s' could not be used to start the Task: [%.*s]",
                    STR_ARG(json_print_in(arena, payload)), STR_ARG(buf_str(&problems)));
    bool good = problems.length == 0;
    buf_release(&problems);
    return good;
}

/* Jobs that .sync waits for are tagged, which the role needs sagemaker:AddTags for ("Create and manage Amazon SageMaker AI
 * jobs with Step Functions" of the developer guide). */
static void add_tag(struct call *call, const struct resource *resource)
{
    struct arena *arena = call->arena;
    cJSON *tag = value_object(arena), *tags = value_array(arena);
    const cJSON *given;
    cJSON_ArrayForEach(given, json_get(call->input, "Tags"))
    {
        value_append(tags, value_share(arena, given));
    }
    value_set(arena, tag, STR("Key"), value_string(arena, STR("MANAGED_BY_AWS")));
    value_set(arena, tag, STR("Value"), value_string(arena, STR("STARTED_BY_STEP_FUNCTIONS")));
    value_append(tags, tag);
    cJSON *input = value_copy_level(arena, call->input);
    value_set(arena, input, STR("Tags"), tags);
    call->input = input;
}

static bool is_tagged(const struct call *call, const struct resource *resource)
{
    return resource->kind == RESOURCE_OPTIMISED && resource->pattern == PATTERN_SYNC &&
           strcmp(resource->service, "sagemaker") == 0 && shape_member(call->operation->input, STR("Tags"));
}

struct call *integrate_call(struct branch *branch, const cJSON *payload, const char *role_arn,
                            struct failure *ret_failure)
{
    struct execution *execution = branch->execution;
    struct arena *arena = engine_scratch(execution);
    const struct resource *resource = &branch->state->resource;
    const char *why = "This practice cloud has no such integration.";
    struct call *call = NULL;
    if (resource->kind == RESOURCE_FUNCTION)
        call = integrate_service_call(execution->strand.world, execution->scope, role_arn, execution->name, "lambda",
                                      "invoke", &why);
    else if (resource->kind == RESOURCE_SDK || find_optimised(resource))
        call = integrate_service_call(execution->strand.world, execution->scope, role_arn, execution->name,
                                      resource->service, resource->operation, &why);
    if (!call) {
        failure_set(ret_failure, arena, "States.TaskFailed", "The resource %.*s cannot be called: %s",
                    STR_ARG(resource->arn), why);
        return NULL;
    }
    if (resource->kind == RESOURCE_FUNCTION) {
        call->input = lambda_task_input(resource, payload, call->arena);
        return call;
    }
    if (!fill_input(call, resource, payload, arena, ret_failure)) {
        call_free(call);
        return NULL;
    }
    if (is_tagged(call, resource))
        add_tag(call, resource);
    return call;
}

/* ---- its answer ---- */

/* Java's SDK 1 hands its HTTP metadata on. */
static cJSON *http_metadata(const struct call *call, struct arena *arena)
{
    struct buf body = BUF_EMPTY;
    json_print(&body, call->output);
    char date[30];
    time_print_http(clock_now(call->world->clock), date);
    const struct {
        const char *name, *value;
    } headers[] = { { "x-amzn-RequestId", call->request_id },
                    { "connection", "keep-alive" },
                    { "Content-Length", arena_printf(arena, "%zu", body.length) },
                    { "Date", date },
                    { "Content-Type",
                      arena_printf(arena, "application/x-amz-json-%s", call->service->model->json_version) } };
    static const size_t plain_order[] = { 1, 2, 4, 3, 0 }; /* as AWS happens to print them */
    buf_release(&body);
    cJSON *all = value_object(arena), *plain = value_object(arena), *metadata = value_object(arena);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        cJSON *values = value_array(arena);
        value_append(values, value_string(arena, str_of(headers[i].value)));
        value_set(arena, all, str_of(headers[i].name), values);
        size_t j = plain_order[i];
        value_set(arena, plain, str_of(headers[j].name), value_string(arena, str_of(headers[j].value)));
    }
    value_set(arena, metadata, STR("AllHttpHeaders"), all);
    value_set(arena, metadata, STR("HttpHeaders"), plain);
    value_set(arena, metadata, STR("HttpStatusCode"), value_int64(arena, 200));
    return metadata;
}

const cJSON *integrate_result(const struct resource *resource, const struct call *call, struct arena *arena)
{
    if (lambda_task_is(resource))
        return lambda_task_result(resource, call, arena);
    enum dialect dialect = resource->kind == RESOURCE_SDK ? DIALECT_SDK : DIALECT_OPTIMISED;
    cJSON *result = dialect_output(arena, call->operation->output, call->output, dialect);
    if (dialect == DIALECT_SDK)
        return result;
    cJSON *response = value_object(arena);
    value_set(arena, response, STR("RequestId"), value_string(arena, str_of(call->request_id)));
    value_set(arena, result, STR("SdkHttpMetadata"), http_metadata(call, arena));
    value_set(arena, result, STR("SdkResponseMetadata"), response);
    return dialect_sorted(arena, result);
}

/* Errors that the operation's model names have a class of their own in Java's SDKs, all others the service's general one. */
static bool is_modelled(const struct call *call)
{
    for (const struct error_kind *const *error = call->operation->errors; *error; error++)
        if (strcmp((*error)->code, call->error.kind->code) == 0)
            return true;
    return false;
}

/* Java's SDK 2 has one list of exceptions a service: any of them may come of any operation (S3.NoSuchBucketException of
 * getObject). What every service may answer (AccessDenied) is none of them. */
static bool is_modelled_anywhere(const struct call *call)
{
    const struct model *model = call->service->model;
    for (size_t i = 0; i < model->operation_count; i++)
        for (const struct error_kind *const *error = model->operations[i].errors; *error; error++)
            if (*error == call->error.kind)
                return true;
    return is_modelled(call);
}

static const char *exception_class(struct arena *arena, const char *name)
{
    return arena_printf(arena, "%s%s", name, str_ends(str_of(name), STR("Exception")) ? "" : "Exception");
}

/* Java prints an absent message so. */
static const char *message_of(const struct call *call)
{
    return call->error.message ? call->error.message : "null";
}

struct failure integrate_sdk_failure(const struct call *call, struct arena *arena)
{
    const struct error_kind *kind = call->error.kind;
    const char *service = dialect_java_name(arena, call->service->model->sdk_id);
    const char *class = exception_class(arena, is_modelled_anywhere(call) ? kind->shape : service);
    return (struct failure){
        .error = arena_printf(arena, "%s.%s", service, class),
        .cause = str_of(arena_printf(arena, "%s (Service: %s, Status Code: %d, Request ID: %s) (SDK Attempt Count: 1)",
                                     message_of(call), service, kind->status, call->request_id)),
    };
}

static struct failure optimised_failure(const struct call *call, const char *prefix, struct arena *arena)
{
    const struct error_kind *kind = call->error.kind;
    const char *service = call->service->model->exception_name;
    const char *class = exception_class(arena, is_modelled(call) ? kind->shape : service);
    return (struct failure){
        .error = arena_printf(arena, "%s.%s", prefix, class),
        .cause = str_of(arena_printf(arena,
                                     "%s (Service: %s; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
                                     message_of(call), service, kind->status, kind->code, call->request_id)),
    };
}

/* The developer guide, "Error handling": Lambda.SdkClientException among those worth a Retry. No service has answered, so the
 * cause names no status and no request. */
static struct failure unanswered(const struct call *call, const char *prefix, struct arena *arena)
{
    return (struct failure){
        .error = arena_printf(arena, "%s.%s", prefix, call->error.kind->code),
        .cause = str_of(arena_printf(arena, "%s (SDK Attempt Count: 1)", message_of(call))),
    };
}

static const char *error_prefix(const struct resource *resource, const struct call *call, struct arena *arena)
{
    if (resource->kind == RESOURCE_SDK)
        return dialect_java_name(arena, call->service->model->sdk_id);
    return resource->kind == RESOURCE_FUNCTION ? "Lambda" : find_optimised(resource)->error_prefix;
}

struct failure integrate_failure(const struct resource *resource, const struct call *call, struct arena *arena)
{
    const char *prefix = error_prefix(resource, call, arena);
    if (call->error.kind == &ERROR_NO_ANSWER)
        return unanswered(call, prefix, arena);
    return resource->kind == RESOURCE_SDK ? integrate_sdk_failure(call, arena) : optimised_failure(call, prefix, arena);
}

/* ---- .sync ---- */

static struct str last_part(struct str arn)
{
    for (size_t i = arn.length; i > 0; i--)
        if (arn.at[i - 1] == '/')
            return str_from(arn, i);
    return arn;
}

struct call *integrate_child_call(struct world *world, struct scope scope, const char *role_arn, const char *session,
                                  const struct waited *waited, enum child_call which, const char *child_arn)
{
    const char *why;
    struct call *call = integrate_service_call(world, scope, role_arn, session, waited->service,
                                               which == CHILD_DESCRIBE ? waited->describe : waited->stop, &why);
    if (!call)
        return NULL;
    cJSON *input = value_object(call->arena);
    struct str named = waited->by_name ? last_part(str_of(child_arn)) : str_of(child_arn);
    value_set(call->arena, input, str_of(waited->member), value_string(call->arena, named));
    call->input = input;
    return call;
}

/* What .sync tells of an execution is older than what DescribeExecution answers today. */
static bool is_told(const char *name)
{
    static const char *const told[] = { "cause",  "error",    "executionArn",  "input",     "inputDetails",
                                        "name",   "output",   "outputDetails", "startDate", "stateMachineArn",
                                        "status", "stopDate", "traceHeader" };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (strcmp(name, told[i]) == 0)
            return true;
    return false;
}

static void parse_member(struct arena *arena, cJSON *object, const char *name)
{
    struct str text = json_str(object, name);
    const cJSON *parsed = text.at ? json_parse_in(arena, text, NULL) : NULL;
    if (parsed)
        value_set(arena, object, str_of(name), value_share(arena, parsed));
}

const cJSON *integrate_child_result(const struct call *call, bool parsed, struct arena *arena)
{
    if (strcmp(call->service->model->name, "stepfunctions") != 0)
        return dialect_output(arena, call->operation->output, call->output, DIALECT_OPTIMISED);
    cJSON *told = value_object(arena);
    const cJSON *member;
    cJSON_ArrayForEach(member, call->output) if (is_told(member->string))
        value_set(arena, told, str_of(member->string), value_share(arena, member));
    cJSON *result = dialect_output(arena, call->operation->output, told, DIALECT_OPTIMISED);
    if (parsed) {
        parse_member(arena, result, "Input");
        parse_member(arena, result, "Output");
    }
    return dialect_sorted(arena, result);
}
