#include "services/sagemakerruntime/async_invocation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "services/sagemaker/endpoint.h"
#include "services/sagemaker/fetch.h"
#include "services/sagemaker/inference.h"
#include "services/sagemaker/model.h"
#include "services/sagemakerruntime/sagemakerruntime_model.h"
#include "world/strand.h"

#define TTL_DEFAULT_S     21600 /* six hours; the timeout: 15 minutes ("InvokeEndpointAsync" of the API reference) */
#define TIMEOUT_DEFAULT_S 900
#define WAITING_MOST      10000 /* of an account */
#define TOGETHER          4     /* that hold their input in memory; the others wait for their turn */

const struct table_def async_invocation_table = { .name = "sagemaker.async_invocation" };

struct invocation {
    struct strand strand;
    struct scope scope;
    char key[24];
    struct json *row;
    struct s3_access access;
    struct container_run *holder; /* of the input, once it was fetched */
    struct fetch fetch;
    struct model_use use;
    struct inference inference;
    enum { ASYNC_FETCH, ASYNC_MODEL, ASYNC_INFER, ASYNC_PUT } stage;
    bool admitted, fetching, using, inferring, answered, good;
    struct buf reply;
    struct list link; /* among those that wait */
};

static struct list waiting; /* of every world */
static size_t running;

/* ---- taking turns ---- */

static bool is_admitted(struct invocation *invocation)
{
    if (invocation->admitted)
        return true;
    if (running >= TOGETHER) {
        if (list_is_empty(&invocation->link))
            list_append(&waiting, &invocation->link);
        return false;
    }
    list_remove(&invocation->link);
    running++;
    invocation->admitted = true;
    return true;
}

static void wake_next(void)
{
    struct list *link = list_take_first(&waiting);
    if (link)
        strand_wake(&LIST_ITEM(link, struct invocation, link)->strand, WAKE_EVENT, NULL, NULL);
}

/* ---- the answer, into S3 ---- */

static enum next answer(struct invocation *invocation, bool good, struct str bytes)
{
    invocation->good = good;
    buf_clear(&invocation->reply);
    buf_add_str(&invocation->reply, bytes);
    invocation->stage = ASYNC_PUT;
    s3_access_end(&invocation->access);
    return STRAND_AGAIN;
}

static enum next step_put(struct invocation *invocation)
{
    struct str bucket, key;
    const char *url = json_string(json_root(invocation->row), invocation->good ? "output" : "failure");
    if (!invocation->access.call && url && s3_url_parse(str_of(url), &bucket, &key)) {
        cJSON *input = cJSON_CreateObject();
        json_set_str(input, "Bucket", bucket);
        json_set_str(input, "Key", key);
        if (s3_access_call(&invocation->access, "PutObject", input, buf_str(&invocation->reply)) == CALL_PARKED)
            return STRAND_PARKED;
    }
    if (invocation->access.waits)
        return STRAND_PARKED;
    store_delete(invocation->strand.world->store, invocation->scope, &async_invocation_table, str_of(invocation->key));
    wake_next();
    return STRAND_ENDED;
}

/* ---- the input ---- */

static void wake(struct s3_access *access)
{
    strand_wake(&((struct invocation *)access->owner)->strand, WAKE_CALL, NULL, NULL);
}

static enum next step_fetch(struct invocation *invocation)
{
    const cJSON *row = json_root(invocation->row);
    if (clock_now(invocation->strand.world->clock) > json_int64(row, "until", INT64_MAX))
        return answer(invocation, false, STR("The request expired before it was processed: RequestTTLSeconds."));
    if (!invocation->fetching) {
        invocation->holder = container_run_new(invocation->strand.world, invocation->row);
        invocation->fetch = (struct fetch){ .access = &invocation->access,
                                            .container = &invocation->holder->container,
                                            .url = json_string(row, "input"),
                                            .folder = "/input",
                                            .is_object = true };
        fetch_begin(&invocation->fetch);
        invocation->fetching = true;
    }
    enum progress progress = fetch_step(&invocation->fetch);
    if (progress == PROGRESS_FAILED)
        return answer(invocation, false, str_of(invocation->fetch.reason));
    if (progress == PROGRESS_DONE)
        invocation->stage = ASYNC_MODEL;
    return progress == PROGRESS_WAITS ? STRAND_PARKED : STRAND_AGAIN;
}

/* ---- the model ---- */

static void model_is_ready(struct model_use *use)
{
    strand_wake(&((struct invocation *)use->owner)->strand, WAKE_EVENT, NULL, NULL);
}

static void inferred(struct inference *inference)
{
    struct invocation *invocation = inference->owner;
    invocation->answered = true;
    strand_wake(&invocation->strand, WAKE_EVENT, NULL, NULL);
}

static enum next begin_inference(struct invocation *invocation)
{
    const cJSON *row = json_root(invocation->row);
    const struct list *input = &invocation->holder->container.input;
    struct str type = json_str(row, "contentType"), accept = json_str(row, "accept");
    invocation->inference = (struct inference){
        .world = invocation->strand.world,
        .scope = invocation->scope,
        .arn = json_string(row, "arn"),
        .name = json_string(row, "endpoint"),
        .use = &invocation->use,
        .body = list_is_empty(input) ? STR("") : buf_str(&LIST_ITEM(input->next, struct container_file, link)->bytes),
        .content_type = type.at ? type : STR(""),
        .accept = accept.at ? accept : STR(""),
        .timeout_ms = json_int64(row, "timeout", TIMEOUT_DEFAULT_S) * 1000,
        .ended = inferred,
        .owner = invocation,
    };
    invocation->stage = ASYNC_INFER;
    invocation->inferring = inference_begin(&invocation->inference);
    return invocation->inferring ? STRAND_PARKED : answer(invocation, false, STR("The model has no container."));
}

static enum next step_model(struct invocation *invocation)
{
    enum model_state state = MODEL_LOADING;
    if (!invocation->using) {
        invocation->using = true;
        invocation->use.ready = model_is_ready;
        invocation->use.owner = invocation;
        state = model_use_begin(invocation->strand.world, invocation->scope,
                                json_str(json_root(invocation->row), "model"), &invocation->use);
    } else {
        state = model_use_state(&invocation->use);
    }
    if (state == MODEL_LOADING)
        return STRAND_PARKED;
    if (state == MODEL_READY)
        return begin_inference(invocation);
    return answer(invocation, false, STR("The model of the endpoint could not be loaded."));
}

static enum next step_infer(struct invocation *invocation)
{
    const struct inference *inference = &invocation->inference;
    if (!invocation->answered)
        return STRAND_PARKED;
    const struct container *container = &inference->run->container;
    if (inference->status == 200 && !container->timed_out)
        return answer(invocation, true, buf_str(&container->reply));
    struct buf text = BUF_EMPTY;
    struct str said = container->reply.length ? buf_str(&container->reply) : str_of(container->reason);
    buf_printf(&text, "Received %s error (%d) from %s with message \"%.*s\".",
               inference->status >= 400 && inference->status < 500 ? "client" : "server", inference->status,
               inference->container, STR_ARG(said));
    enum next next = answer(invocation, false, buf_str(&text));
    buf_release(&text);
    return next;
}

static enum next step(struct strand *strand, const struct wake *why)
{
    struct invocation *invocation = LIST_ITEM(strand, struct invocation, strand);
    if (!is_admitted(invocation))
        return STRAND_PARKED;
    switch (invocation->stage) {
    case ASYNC_FETCH:
        return step_fetch(invocation);
    case ASYNC_MODEL:
        return step_model(invocation);
    case ASYNC_INFER:
        return step_infer(invocation);
    default:
        return step_put(invocation);
    }
}

static void release(struct strand *strand)
{
    struct invocation *invocation = LIST_ITEM(strand, struct invocation, strand);
    running -= invocation->admitted;
    list_remove(&invocation->link);
    if (invocation->inferring)
        inference_end(&invocation->inference);
    model_use_end(&invocation->use);
    s3_access_end(&invocation->access);
    fetch_end(&invocation->fetch);
    container_run_drop(invocation->holder);
    buf_release(&invocation->reply);
    json_unref(invocation->row);
    free(invocation);
}

static void start(struct scope scope, struct str key, struct json *row, void *data)
{
    struct world *world = data;
    struct invocation *invocation = memory_alloc(sizeof *invocation);
    if (!waiting.next)
        list_init(&waiting);
    list_init(&invocation->link);
    invocation->scope = store_intern(world->store, scope);
    snprintf(invocation->key, sizeof invocation->key, "%.*s", STR_ARG(key));
    invocation->row = json_ref(row);
    invocation->access = (struct s3_access){ .cloud = cloud_of(world),
                                             .scope = invocation->scope,
                                             .role_arn = json_string(json_root(row), "role"),
                                             .session = "SageMaker",
                                             .origin = ORIGIN_HOUSE,
                                             .ready = wake,
                                             .owner = invocation };
    invocation->strand.step = step;
    invocation->strand.release = release;
    strand_start(world, &invocation->strand);
}

void async_invocation_recover(struct world *world)
{
    store_scan(world->store, &async_invocation_table, start, world);
}

/* ---- the operation; but for the endpoint's, sentences are ours ---- */

__attribute__((format(printf, 2, 3))) static enum outcome refuse(struct call *call, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(call->arena, format, args);
    va_end(args);
    return call_fail_with(call, &SAGEMAKERRUNTIME_VALIDATION_ERROR, str_of(text));
}

static char *place(struct call *call, struct str folder, const char *id, const char *behind)
{
    while (folder.length && folder.at[folder.length - 1] == '/')
        folder.length--;
    return arena_printf(call->arena, "%.*s/%s%s", STR_ARG(folder), id, behind);
}

static cJSON *new_row(struct call *call, const cJSON *endpoint, const cJSON *variant, const char *role)
{
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "endpoint", json_str(endpoint, "name"));
    json_set_str(row, "arn", json_str(endpoint, "arn"));
    json_set_str(row, "model", json_str(variant, "ModelName"));
    json_set_string(row, "role", role);
    json_set_str(row, "input", input_str(call, "InputLocation"));
    json_set_string(row, "contentType", input_string(call, "ContentType"));
    json_set_string(row, "accept", input_string(call, "Accept"));
    json_set_int64(row, "timeout", input_int64(call, "InvocationTimeoutSeconds", TIMEOUT_DEFAULT_S));
    json_set_int64(row, "until",
                   clock_now(call->world->clock) + input_int64(call, "RequestTTLSeconds", TTL_DEFAULT_S) * 1000);
    return row;
}

enum outcome invoke_endpoint_async(struct call *call)
{
    char id[37];
    struct str name = input_str(call, "EndpointName"), bucket, key;
    struct json *kept = endpoint_get(call->world, call_scope(call), name);
    const cJSON *endpoint = kept ? json_root(kept) : NULL, *config = json_get(endpoint, "async");
    if (!kept || !endpoint_serves(endpoint))
        return refuse(call, "Endpoint %.*s of account %s not found.", STR_ARG(name), call->caller.account);
    if (!config)
        return refuse(call, "Endpoint %.*s of account %s is not an asynchronous endpoint.", STR_ARG(name),
                      call->caller.account);
    if (!s3_url_parse(input_str(call, "InputLocation"), &bucket, &key) || !key.length)
        return refuse(call, "InputLocation must be the S3 URI of an object.");
    if (store_count(call->world->store, call_scope(call), &async_invocation_table) >= WAITING_MOST)
        return call_fail(call, &ERROR_SERVICE_UNAVAILABLE, "Too many requests wait for their turn.");
    const cJSON *variants = json_get(endpoint, "variants"), *output = json_get(config, "OutputConfig");
    if (!json_get(variants->child, "ModelName"))
        return refuse(
            call, "This practice cloud asks inference components by InvokeEndpoint alone: endpoint %.*s has no model.",
            STR_ARG(name));
    struct json *model = model_get(call->world, call_scope(call), json_str(variants->child, "ModelName"));
    const char *role = model ? json_string(json_get(json_root(model), "input"), "ExecutionRoleArn") : NULL;
    struct str folder = json_str(output, "S3OutputPath"), failures = json_str(output, "S3FailurePath");
    if (!folder.length) /* beside the input */
        folder = str_of(
            arena_printf(call->arena, "s3://%.*s/async-endpoint-outputs/%.*s", STR_ARG(bucket), STR_ARG(name)));
    random_uuid(&call->world->random, id);
    cJSON *row = new_row(call, endpoint, variants->child, role ? role : "");
    char *place_good = place(call, folder, id, ".out");
    char *place_bad = failures.length ? place(call, failures, id, "-error.out") : NULL;
    json_set_string(row, "output", place_good);
    json_set_string(row, "failure", place_bad);
    char *number = arena_printf(call->arena, "%020llu", (unsigned long long)store_next_number(call->world->store));
    store_put(call->world->store, call_scope(call), &async_invocation_table, str_of(number), json_seal(row));
    start(call_scope(call), str_of(number),
          store_get(call->world->store, call_scope(call), &async_invocation_table, str_of(number)), call->world);
    output_string(call, "InferenceId", input_has(call, "InferenceId") ? input_string(call, "InferenceId") : id);
    output_string(call, "OutputLocation", place_good);
    output_string(call, "FailureLocation", place_bad);
    return CALL_DONE;
}
