#include "services/stepfunctions/asl/lambda_task.h"

#include "aws/payload.h"
#include "base/time.h"
#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/dialect.h"

bool lambda_task_is(const struct resource *resource)
{
    return resource->kind == RESOURCE_FUNCTION ||
           (resource->kind == RESOURCE_OPTIMISED && strcmp(resource->service, "lambda") == 0);
}

/* ---- the call ---- */

static cJSON *as_text(struct arena *arena, const cJSON *value)
{
    struct buf text = BUF_EMPTY;
    json_print(&text, value);
    cJSON *node = value_string(arena, arena_str(arena, buf_str(&text)));
    buf_release(&text);
    return node;
}

cJSON *lambda_task_input(const struct resource *resource, const cJSON *payload, struct arena *arena)
{
    cJSON *input = value_object(arena);
    value_set(arena, input, STR("FunctionName"), value_string(arena, resource->arn));
    value_set(arena, input, STR("Payload"), as_text(arena, payload));
    return input;
}

void lambda_task_encode_payload(cJSON *input, const cJSON *parameters, struct arena *arena)
{
    const cJSON *payload = json_get(parameters, "Payload");
    if (payload && !cJSON_IsNull(payload))
        value_set(arena, input, STR("Payload"), as_text(arena, payload));
}

/* ---- its answer ---- */

static const cJSON *parse_payload(const struct call *call, struct arena *arena)
{
    return json_parse_in(arena, json_str(call->output, "Payload"), NULL);
}

/* The headers that AWS's answers show, in the two orders in which it happens to print them. */
static cJSON *http_metadata(const struct call *call, struct arena *arena)
{
    char date[30];
    time_print_http(clock_now(call->world->clock), date);
    const char *version = json_string(call->output, "ExecutedVersion");
    const struct {
        const char *name, *value;
    } headers[] = {
        { "X-Amz-Executed-Version", version ? version : "$LATEST" },
        { "x-amzn-Remapped-Content-Length", "0" },
        { "Connection", "keep-alive" },
        { "x-amzn-RequestId", call->request_id },
        { "Content-Length", arena_printf(arena, "%zu", json_str(call->output, "Payload").length) },
        { "Date", date },
        { "X-Amzn-Trace-Id", arena_printf(arena, "root=1-%08llx-%.8s%.4s%.4s%.8s;sampled=0",
                                          (unsigned long long)(clock_now(call->world->clock) / 1000), call->request_id,
                                          call->request_id + 9, call->request_id + 14, call->request_id + 24) },
        { "Content-Type", "application/json" },
    };
    static const size_t plain_order[] = { 2, 4, 7, 5, 0, 1, 3, 6 };
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
    value_set(arena, metadata, STR("HttpStatusCode"), value_int64(arena, json_int64(call->output, "StatusCode", 200)));
    return metadata;
}

const cJSON *lambda_task_result(const struct resource *resource, const struct call *call, struct arena *arena)
{
    const cJSON *payload = parse_payload(call, arena);
    if (resource->kind == RESOURCE_FUNCTION)
        return payload ? payload : value_null(arena);
    cJSON *result = dialect_output(arena, call->operation->output, call->output, DIALECT_OPTIMISED);
    cJSON *response = value_object(arena);
    if (payload)
        value_set(arena, result, STR("Payload"), value_share(arena, payload));
    value_set(arena, response, STR("RequestId"), value_string(arena, str_of(call->request_id)));
    value_set(arena, result, STR("SdkHttpMetadata"), http_metadata(call, arena));
    value_set(arena, result, STR("SdkResponseMetadata"), response);
    return dialect_sorted(arena, result);
}

/* What is too long to stand in the answer is too long for a state too. */
static bool is_too_large(const struct call *call)
{
    return call_content_size(call) > ENGINE_MAX_DATA && !json_str(call->output, "Payload").at;
}

/* The error is the class that was raised, the cause all that the function's runtime told of it. */
bool lambda_task_failed(const struct resource *resource, const struct call *call, struct arena *arena,
                        struct failure *ret_failure)
{
    if (!lambda_task_is(resource))
        return false;
    if (is_too_large(call)) {
        const char *called = resource->kind == RESOURCE_FUNCTION ? arena_copy(arena, resource->arn) : "lambda";
        *ret_failure = (struct failure){ "States.DataLimitExceeded", flow_limit_cause(arena, called) };
        return true;
    }
    if (!json_string(call->output, "FunctionError"))
        return false;
    struct str text = arena_str(arena, json_str(call->output, "Payload"));
    const char *type = json_string(parse_payload(call, arena), "errorType");
    if (type)
        *ret_failure = (struct failure){ .error = type, .cause = text };
    else
        *ret_failure = (struct failure){
            .error = "Lambda.Unknown",
            .cause = str_of(arena_printf(arena,
                                         "The cause could not be determined because Lambda did not return an error "
                                         "type. Returned payload: %.*s",
                                         STR_ARG(text))),
        };
    return true;
}
