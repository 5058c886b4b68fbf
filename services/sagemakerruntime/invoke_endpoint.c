#include "services/sagemakerruntime/invoke_endpoint.h"

#include <stdio.h>
#include <stdlib.h>

#include "aws/arn.h"
#include "aws/cloud.h"
#include "aws/payload.h"
#include "services/sagemaker/endpoint.h"
#include "services/sagemaker/inference.h"
#include "services/sagemaker/job_log.h"
#include "services/sagemaker/kept_kinds.h"
#include "services/sagemakerruntime/capture.h"
#include "services/sagemakerruntime/sagemakerruntime_model.h"

#define TIMEOUT_MS (60 * 1000) /* "a model container has 60 seconds to respond" */

/* A request under way; it goes with its call. */
struct invocation_under_way {
    struct call *call;
    struct json *endpoint;
    const char *variant;
    struct model_use use;
    struct inference inference;
    bool begun;
};

static void end(struct invocation_under_way *under_way)
{
    if (under_way->begun)
        inference_end(&under_way->inference);
    model_use_end(&under_way->use);
    json_unref(under_way->endpoint);
    free(under_way);
}

static void abandoned(struct call *call)
{
    end(call->parked);
    call->parked = NULL;
}

/* ---- answers ---- */

static const char *name_of(const struct invocation_under_way *under_way)
{
    return json_string(json_root(under_way->endpoint), "name");
}

static void write_log(struct invocation_under_way *under_way)
{
    const struct inference *inference = &under_way->inference;
    struct call *call = under_way->call;
    if (!inference->log.length)
        return;
    char *group = arena_printf(call->arena, "/aws/sagemaker/Endpoints/%s", name_of(under_way));
    char *stream = arena_printf(call->arena, "%s/i-0%015llx", under_way->variant,
                                (unsigned long long)json_int64(json_root(under_way->endpoint), "created", 0));
    const struct log_target target = {
        call->world, call_scope(call), model_use_role(&under_way->use), "SageMaker", group, stream
    };
    sagemaker_log(&target, buf_str(&inference->log));
}

static enum outcome answer(struct invocation_under_way *under_way)
{
    struct call *call = under_way->call;
    struct container *container = &under_way->inference.run->container;
    output_string(call, "ContentType", container->reply_type);
    output_string(call, "InvokedProductionVariant", under_way->variant);
    output_string(call, "CustomAttributes", input_string(call, "CustomAttributes"));
    call_content_bytes(call, &container->reply);
    return CALL_DONE;
}

/* FAULTS SM15 and SM16. */
static enum outcome model_error(struct invocation_under_way *under_way)
{
    struct call *call = under_way->call;
    const struct inference *inference = &under_way->inference;
    struct str said = inference->run ? buf_str(&inference->run->container.reply) : STR("");
    if (!said.length && inference->run)
        said = str_of(inference->run->container.reason);
    int status = inference->status;
    if (!status)
        call_fail(
            call, &SAGEMAKERRUNTIME_MODEL_ERROR,
            "Received server error (0) from %s with message \"Your invocation timed out while waiting for a response "
            "from "
            "container %s. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and "
            "try again.\". See https://%s.console.aws.amazon.com/cloudwatch/home?region=%s#logEventViewer:group=/aws/"
            "sagemaker/Endpoints/%s in account %s for more information.",
            inference->container, inference->container, call->region, call->region, name_of(under_way),
            call->caller.account);
    else
        call_fail(call, &SAGEMAKERRUNTIME_MODEL_ERROR,
                  "Received %s error (%d) from %s with message \"%.*s\". See "
                  "https://%s.console.aws.amazon.com/cloudwatch/home?"
                  "region=%s#logEventViewer:group=/aws/sagemaker/Endpoints/%s in account %s for more information.",
                  status < 500 ? "client" : "server", status, inference->container, STR_ARG(said), call->region,
                  call->region, name_of(under_way), call->caller.account);
    char *log = arn_make(call->arena, "logs", call->region, call->caller.account,
                         "log-group:/aws/sagemaker/Endpoints/%s", name_of(under_way));
    call_fail_more(call, "OriginalMessage", said);
    call_fail_more(call, "LogStreamArn", str_of(log));
    json_set_int64(call->error.extra, "OriginalStatusCode", status);
    return CALL_FAILED;
}

static enum outcome settle(struct invocation_under_way *under_way)
{
    const struct inference *inference = &under_way->inference;
    write_log(under_way);
    if (inference->status != 200 || inference->run->container.timed_out)
        return model_error(under_way);
    capture(under_way->call, json_root(under_way->endpoint), under_way->variant, inference);
    return answer(under_way);
}

static void resume(struct invocation_under_way *under_way, enum outcome outcome)
{
    struct call *call = under_way->call;
    call->parked = NULL;
    call->abandoned = NULL;
    end(under_way);
    call_resume(call, outcome);
}

static void ended(struct inference *inference)
{
    struct invocation_under_way *under_way = inference->owner;
    resume(under_way, settle(under_way));
}

/* ---- the request ---- */

static enum outcome refuse(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

static enum outcome refuse(struct call *call, const char *format, ...)
{
    struct buf text = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    call_fail_with(call, &SAGEMAKERRUNTIME_VALIDATION_ERROR, arena_str(call->arena, buf_str(&text)));
    buf_release(&text);
    return CALL_FAILED;
}

/* By weight, where none was asked for by name; the dice are the world's. */
static const cJSON *choose_variant(struct call *call, const cJSON *variants)
{
    const cJSON *variant;
    struct str target = input_str(call, "TargetVariant");
    double sum = 0;
    cJSON_ArrayForEach(variant, variants)
    {
        if (target.length && str_equal(json_str(variant, "VariantName"), target))
            return variant;
        sum += json_number(variant, "weight", 1);
    }
    if (target.length || sum <= 0)
        return NULL;
    bool one = variants->child && !variants->child->next;
    double at = one ? 0 : random_unit(&call->world->random) * sum;
    const cJSON *last = NULL;
    cJSON_ArrayForEach(variant, variants)
    {
        double weight = json_number(variant, "weight", 1);
        if (weight <= 0)
            continue;
        last = variant;
        at -= weight;
        if (at < 0)
            break;
    }
    return last;
}

static enum outcome begin(struct invocation_under_way *under_way)
{
    struct call *call = under_way->call;
    struct inference *inference = &under_way->inference;
    const struct served_container *containers;
    bool direct;
    model_use_containers(&under_way->use, &containers, &direct);
    *inference = (struct inference){
        .world = call->world,
        .scope = call_scope(call),
        .arn = json_string(json_root(under_way->endpoint), "arn"),
        .name = name_of(under_way),
        .use = &under_way->use,
        .hostname = input_string(call, "TargetContainerHostname"),
        .body = call->body->bytes,
        .content_type = input_has(call, "ContentType") ? input_str(call, "ContentType") : STR(""),
        .accept = input_has(call, "Accept") ? input_str(call, "Accept") : STR(""),
        .timeout_ms = TIMEOUT_MS,
        .ended = ended,
        .owner = under_way,
    };
    if (direct && !inference->hostname)
        return refuse(call, "TargetContainerHostname is required: the model of endpoint %s is invoked directly.",
                      name_of(under_way));
    if (!inference_begin(inference))
        return refuse(call, "Could not find container \"%s\" of endpoint %s.", inference->hostname, name_of(under_way));
    under_way->begun = true;
    return CALL_PARKED;
}

static void model_is_ready(struct model_use *use)
{
    struct invocation_under_way *under_way = use->owner;
    enum outcome outcome = CALL_FAILED;
    if (model_use_state(use) == MODEL_READY)
        outcome = begin(under_way);
    else
        call_fail(under_way->call, &ERROR_INTERNAL_FAILURE, "The model of the endpoint could not be loaded.");
    if (outcome != CALL_PARKED)
        resume(under_way, outcome);
}

static enum outcome start(struct call *call, struct json *endpoint, const cJSON *variant, struct str model)
{
    struct invocation_under_way *under_way = memory_alloc(sizeof *under_way);
    under_way->call = call;
    under_way->endpoint = json_ref(endpoint);
    under_way->variant = json_string(variant, "VariantName");
    under_way->use.ready = model_is_ready;
    under_way->use.owner = under_way;
    call->parked = under_way;
    call->abandoned = abandoned;
    enum model_state state = model_use_begin(call->world, call_scope(call), model, &under_way->use);
    enum outcome outcome = state == MODEL_LOADING ? CALL_PARKED
                           : state == MODEL_READY ? begin(under_way)
                                                  : call_fail(call, &ERROR_INTERNAL_FAILURE,
                                                              "The model of the endpoint could not be loaded.");
    if (outcome == CALL_PARKED)
        return CALL_PARKED;
    call->parked = NULL;
    call->abandoned = NULL;
    end(under_way);
    return outcome;
}

/* The model of the inference component that is named. The sentences about a missing name are AWS's, the others ours. */
static struct str component_model(struct call *call, struct str endpoint)
{
    struct str name = input_str(call, "InferenceComponentName");
    struct json *kept = name.at ? inference_component_get(call->world, call_scope(call), name) : NULL;
    const cJSON *row = kept ? json_root(kept) : NULL;
    struct str model = json_str(json_get(row, "Specification"), "ModelName");
    if (!name.at)
        refuse(call, "Inference Component Name header is required for endpoints to which you plan to deploy inference "
                     "components. Please include Inference Component Name header or consider using SageMaker models.");
    else if (!row || !str_equal_ignoring_case(json_str(row, "EndpointName"), endpoint))
        refuse(call, "Inference Component %.*s of endpoint %.*s not found.", STR_ARG(name), STR_ARG(endpoint));
    else if (!str_is(json_str(row, "status"), "InService"))
        refuse(call, "Inference Component %.*s is not InService.", STR_ARG(name));
    else if (!model.at)
        refuse(call, "This practice cloud serves inference components that have a ModelName: %.*s has none.", STR_ARG(name));
    else
        return model;
    return STR_NONE;
}

enum outcome invoke_endpoint(struct call *call)
{
    struct str name = input_str(call, "EndpointName");
    struct json *endpoint = endpoint_get(call->world, call_scope(call), name);
    if (!endpoint || !endpoint_serves(json_root(endpoint)))
        return refuse(call, "Endpoint %.*s of account %s not found.", STR_ARG(name), call->caller.account);
    if (json_get(json_root(endpoint), "async")) /* ours */
        return refuse(call, "Endpoint %.*s of account %s is asynchronous: it is asked by InvokeEndpointAsync.",
                      STR_ARG(name), call->caller.account);
    if (input_has(call, "TargetModel"))
        return refuse(call, "Endpoint %.*s of account %s is not a multi-model endpoint.", STR_ARG(name),
                      call->caller.account);
    const cJSON *variant = choose_variant(call, json_get(json_root(endpoint), "variants"));
    if (!variant)
        return refuse(call, "Variant %.*s not found for Endpoint %.*s of account %s.",
                      STR_ARG(input_str(call, "TargetVariant")), STR_ARG(name), call->caller.account);
    struct str model = json_str(variant, "ModelName");
    if (!model.at) {
        model = component_model(call, name);
        return model.at ? start(call, endpoint, variant, model) : CALL_FAILED;
    }
    if (input_has(call, "InferenceComponentName"))
        return refuse(
            call, "Inference Component Name header is not allowed for endpoints to which you don't deploy inference "
                  "components.");
    return start(call, endpoint, variant, model);
}
