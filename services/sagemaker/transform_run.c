/* A transform job's run: a model loaded, files cut into requests, replies put together again. */
#include <stdlib.h>

#include "services/sagemaker/inference.h"
#include "services/sagemaker/record_filter.h"
#include "services/sagemaker/transform_job.h"

#define INPUT_FOLDER      "/opt/ml/input/data"
#define OUTPUT_FOLDER     "/opt/ml/output"
#define PAYLOAD_DEFAULT   6 /* MiB */
#define TIMEOUT_DEFAULT_S 600

struct transform {
    struct job *job;
    const cJSON *input; /* the job's */
    struct model_use use;
    struct inference inference;
    struct timer timer; /* the next request, not from inside the answer to the last */
    struct list *file;  /* that is under way, among the container's input */
    struct str rest;    /* of it */
    struct buf request, records, output;
    size_t most_bytes;
    bool by_line, one_by_one, joins, assembles, inferring;
};

static struct container *container_of(struct transform *transform)
{
    return &transform->job->run->container;
}

static void finish(struct transform *transform, bool good)
{
    struct container *container = container_of(transform);
    container_exit(container, good ? 0 : 1);
    job_ran(transform->job);
}

static void fail(struct transform *transform, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "See job logs for more information" is all that AWS says of it in FailureReason. */
static void fail(struct transform *transform, const char *format, ...)
{
    struct buf line = BUF_EMPTY;
    const struct container_file *file = LIST_ITEM(transform->file, struct container_file, link);
    va_list args;
    va_start(args, format);
    buf_printf(&line, "[sagemaker logs]: %s: ", file->path + strlen(INPUT_FOLDER "/"));
    buf_vprintf(&line, format, args);
    buf_add_byte(&line, '\n');
    va_end(args);
    container_log(container_of(transform), buf_str(&line));
    buf_release(&line);
    finish(transform, false);
}

/* ---- requests ---- */

static struct str line_of(struct str *rest)
{
    struct str line = str_cut(*rest, '\n', rest);
    if (line.length && line.at[line.length - 1] == '\r')
        line.length--;
    return line;
}

static void add_record(struct transform *transform, struct str record)
{
    struct str filter = json_str(json_get(transform->input, "DataProcessing"), "InputFilter");
    if (transform->request.length)
        buf_add_byte(&transform->request, '\n');
    record_filter_apply(filter.at ? filter : STR(""), record, &transform->request);
    buf_add_str(&transform->records, record);
    buf_add_byte(&transform->records, '\n');
}

/* As many records as a request takes. */
static void fill_request(struct transform *transform)
{
    buf_clear(&transform->request);
    buf_clear(&transform->records);
    if (!transform->by_line) {
        buf_add_str(&transform->request, transform->rest);
        transform->rest = STR("");
        return;
    }
    while (transform->rest.length) {
        struct str rest = transform->rest, record = line_of(&rest);
        if (transform->request.length && transform->request.length + record.length + 1 > transform->most_bytes)
            return;
        transform->rest = rest;
        if (record.length)
            add_record(transform, record);
        if (transform->one_by_one && transform->request.length)
            return;
    }
}

/* ---- replies ---- */

static void add_line(struct transform *transform, struct str record, struct str reply)
{
    struct str filter = json_str(json_get(transform->input, "DataProcessing"), "OutputFilter");
    struct buf joined = BUF_EMPTY;
    if (transform->joins) {
        buf_add_str(&joined, record);
        buf_add_byte(&joined, ',');
    }
    buf_add_str(&joined, reply);
    record_filter_apply(filter.at ? filter : STR(""), buf_str(&joined), &transform->output);
    buf_add_byte(&transform->output, '\n');
    buf_release(&joined);
}

static void take_reply(struct transform *transform)
{
    struct str reply = buf_str(&transform->inference.run->container.reply), records = buf_str(&transform->records);
    bool filters = json_get(json_get(transform->input, "DataProcessing"), "OutputFilter") != NULL;
    if (!transform->joins && !filters) {
        buf_add_str(&transform->output, reply);
        if (transform->assembles && reply.length && reply.at[reply.length - 1] != '\n')
            buf_add_byte(&transform->output, '\n');
        return;
    }
    while (reply.length) {
        struct str line = line_of(&reply), record = line_of(&records);
        add_line(transform, record, line);
    }
}

static void keep_output(struct transform *transform)
{
    const struct container_file *file = LIST_ITEM(transform->file, struct container_file, link);
    struct buf path = BUF_EMPTY;
    buf_printf(&path, OUTPUT_FOLDER "/%s.out", file->path + strlen(INPUT_FOLDER "/"));
    container_leave(container_of(transform), buf_str(&path), &transform->output);
    buf_release(&path);
}

/* ---- one after the other ---- */

static void begin_file(struct transform *transform, struct list *link)
{
    transform->file = link;
    transform->output = BUF_EMPTY;
    transform->rest = link == &container_of(transform)->input
                          ? STR("")
                          : buf_str(&LIST_ITEM(link, struct container_file, link)->bytes);
}

static void ended(struct inference *inference);

static bool ask(struct transform *transform)
{
    const cJSON *input = transform->input;
    struct str type = json_str(json_get(input, "TransformInput"), "ContentType");
    struct str accept = json_str(json_get(input, "TransformOutput"), "Accept");
    const cJSON *client = json_get(input, "ModelClientConfig");
    transform->inference = (struct inference){
        .world = job_world(transform->job),
        .scope = transform->job->scope,
        .arn = container_of(transform)->arn,
        .name = container_of(transform)->name,
        .use = &transform->use,
        .body = buf_str(&transform->request),
        .content_type = type.at ? type : STR(""),
        .accept = accept.at ? accept : STR(""),
        .is_batch = true,
        .timeout_ms = json_int64(client, "InvocationsTimeoutInSeconds", TIMEOUT_DEFAULT_S) * 1000,
        .ended = ended,
        .owner = transform,
    };
    transform->inferring = inference_begin(&transform->inference);
    return transform->inferring;
}

static void go_on(struct transform *transform)
{
    struct list *end = &container_of(transform)->input;
    while (transform->file != end) {
        fill_request(transform);
        if (transform->request.length > transform->most_bytes) {
            fail(transform, "the payload is larger than MaxPayloadInMB");
            return;
        }
        if (transform->request.length) {
            if (!ask(transform))
                fail(transform, "the model has no container");
            return;
        }
        keep_output(transform);
        begin_file(transform, transform->file->next);
    }
    finish(transform, true);
}

static void next_request(struct timer *timer, void *data)
{
    go_on(data);
}

static void end_inference(struct transform *transform)
{
    if (transform->inferring)
        inference_end(&transform->inference);
    transform->inferring = false;
}

static void ended(struct inference *inference)
{
    struct transform *transform = inference->owner;
    struct world *world = job_world(transform->job);
    if (inference->log.length)
        container_log(container_of(transform), buf_str(&inference->log));
    bool good = inference->status == 200;
    if (good)
        take_reply(transform);
    else
        fail(transform, "Bad HTTP status received from algorithm: %d", inference->status);
    end_inference(transform);
    if (good)
        timer_start(world->clock, &transform->timer, clock_now(world->clock));
}

/* ---- beginning and ending ---- */

static void model_is_ready(struct model_use *use)
{
    struct transform *transform = use->owner;
    if (model_use_state(use) == MODEL_READY) {
        go_on(transform);
        return;
    }
    container_log(container_of(transform), STR("[sagemaker logs]: the model could not be loaded\n"));
    finish(transform, false);
}

bool transform_run_start(struct job *job)
{
    struct transform *transform = memory_alloc(sizeof *transform);
    const cJSON *input = json_get(json_root(job->row), "input"), *source = json_get(input, "TransformInput");
    transform->job = job;
    job->more = transform;
    transform->input = input;
    transform->most_bytes = (size_t)json_int64(input, "MaxPayloadInMB", PAYLOAD_DEFAULT) << 20;
    if (!transform->most_bytes) /* 0: no limit, for HTTP chunked encoding */
        transform->most_bytes = SIZE_MAX;
    transform->by_line = str_is(json_str(source, "SplitType"), "Line");
    transform->one_by_one = str_is(json_str(input, "BatchStrategy"), "SingleRecord");
    transform->joins = str_is(json_str(json_get(input, "DataProcessing"), "JoinSource"), "Input");
    transform->assembles = str_is(json_str(json_get(input, "TransformOutput"), "AssembleWith"), "Line");
    transform->timer.fire = next_request;
    transform->timer.data = transform;
    transform->use.ready = model_is_ready;
    transform->use.owner = transform;
    begin_file(transform, job->run->container.input.next);
    if (model_use_begin(job_world(job), job->scope, json_str(input, "ModelName"), &transform->use) != MODEL_LOADING)
        model_is_ready(&transform->use);
    return true;
}

void transform_run_drop(struct job *job)
{
    struct transform *transform = job->more;
    if (!transform)
        return;
    job->more = NULL;
    timer_stop(job_world(job)->clock, &transform->timer);
    end_inference(transform);
    model_use_end(&transform->use);
    buf_release(&transform->request);
    buf_release(&transform->records);
    buf_release(&transform->output);
    free(transform);
}
