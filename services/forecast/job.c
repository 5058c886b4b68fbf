#include "services/forecast/job.h"

#include <stdarg.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "aws/payload.h"
#include "aws/road.h"

/* ---- its life ---- */

static void free_job(struct job *job)
{
    if (job->kind->job->release)
        job->kind->job->release(job);
    if (job->call)
        call_free(job->call);
    buf_release(&job->message);
    json_unref(job->row);
    arena_free(job->arena);
    free(job->data);
    free(job->arn);
    free(job);
}

/* A thread may still be at work for it. */
static void release(struct strand *strand)
{
    struct job *job = LIST_ITEM(strand, struct job, strand);
    if (!job->computing) {
        free_job(job);
        return;
    }
    job->orphaned = true;
    work_cancel(&job->work);
}

const cJSON *job_row(const struct job *job)
{
    return json_root(job->row);
}

static bool is_still_wanted(struct job *job)
{
    const cJSON *row = resource_get(job->strand.world, job->scope, job->kind, str_of(job->arn));
    return row && resource_is(row, "CREATE_IN_PROGRESS");
}

static enum next end(struct job *job)
{
    struct world *world = job->strand.world;
    cJSON *row = json_thaw(resource_get(world, job->scope, job->kind, str_of(job->arn)));
    if (job->failed)
        json_set_str(row, "Message", buf_str(&job->message));
    else
        job->kind->job->finish(job, row);
    json_set_int64(row, "LastModificationTime", clock_now(world->clock));
    store_put(world->store, job->scope, job->kind->table, str_of(job->arn), json_seal(row));
    lifecycle_move(world, job->kind->life, job->scope, str_of(job->arn), job->failed ? "CREATE_FAILED" : "ACTIVE");
    return STRAND_ENDED;
}

static enum next take_step(struct job *job)
{
    enum job_step step = job->kind->job->step(job);
    if (step == JOB_WAITS)
        return STRAND_PARKED;
    if (step == JOB_AGAIN)
        return STRAND_AGAIN;
    job->failed = step == JOB_FAILED;
    job->ended = true;
    strand_sleep(&job->strand, job->due_ms);
    return STRAND_PARKED;
}

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct job *job = LIST_ITEM(strand, struct job, strand);
    if (wake->reason == WAKE_CANCEL || !is_still_wanted(job))
        return STRAND_ENDED;
    return job->ended ? end(job) : take_step(job);
}

void job_start(struct world *world, struct scope scope, const struct resource_kind *kind, struct str arn, int64_t due_ms)
{
    struct json *row = store_get(world->store, scope, kind->table, arn);
    struct job *job = memory_alloc(sizeof *job);
    job->scope = store_intern(world->store, scope);
    job->kind = kind;
    job->arn = memory_copy(arn);
    job->row = json_ref(row);
    job->arena = arena_new();
    job->due_ms = due_ms;
    job->data = memory_alloc(kind->job->size);
    job->strand = (struct strand){ .step = step, .release = release };
    strand_start(world, &job->strand);
}

const char *job_arrive(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to)
{
    const struct resource_kind *kind = resource_kind_of(key);
    json_set_int64(row, "LastModificationTime", clock_now(world->clock));
    if (!to || strcmp(to, "CREATE_IN_PROGRESS") != 0)
        return NULL;
    int64_t due_ms = clock_now(world->clock) + (int64_t)((double)kind->job->duration_ms * world->duration_factor);
    json_set_int64(row, "_due", due_ms);
    job_start(world, scope, kind, key, due_ms);
    return NULL;
}

enum job_step job_fail(struct job *job, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_clear(&job->message);
    buf_vprintf(&job->message, format, args);
    va_end(args);
    return JOB_FAILED;
}

void job_keep_blob(cJSON *row, const char *member, struct blob_writer *writer_taken)
{
    char id[BLOB_ID_BYTES + 1];
    cJSON *blobs = cJSON_GetObjectItemCaseSensitive(row, "_blobs");
    if (!blobs)
        json_set(row, "_blobs", blobs = cJSON_CreateArray());
    blob_finish(writer_taken, id);
    json_add(blobs, json_new_string(str_of(id)));
    json_set_string(row, member, id);
}

/* ---- computing ---- */

static void compute(struct work *work)
{
    struct job *job = work->data;
    job->compute(job, job->subject);
}

static void computed(struct work *work)
{
    struct job *job = work->data;
    job->was_computed = true;
}

/* The last word of a work, cancelled or not. One that was cancelled while its job is there goes down with it: a reset. */
static void let_go(struct work *work)
{
    struct job *job = work->data;
    job->computing = false;
    if (job->orphaned)
        free_job(job);
    else
        strand_wake(&job->strand, job->was_computed ? WAKE_CALL : WAKE_CANCEL, NULL, NULL);
}

enum job_step job_compute(struct job *job, void (*function)(struct job *job, void *subject), void *subject)
{
    job->compute = function;
    job->subject = subject;
    job->computing = true;
    job->was_computed = false;
    job->work = (struct work){ .compute = compute, .done = computed, .release = let_go, .data = job };
    work_start(job->strand.world, &job->work, clock_now(job->strand.world->clock));
    return JOB_WAITS;
}

/* ---- calling ---- */

static void call_ended(struct call *call)
{
    struct job *job = call->owner;
    job->calling = false;
    strand_wake(&job->strand, WAKE_CALL, NULL, NULL);
}

static void delete_tree(void *tree)
{
    cJSON_Delete(tree);
}

enum job_step job_call_with(struct job *job, struct str role_arn, const char *service, const char *operation, cJSON *input_taken,
                            struct str body)
{
    const char *why;
    if (job->call)
        call_free(job->call);
    job->call = call_new(cloud_of(job->strand.world), str_of(service), str_of(operation), &why);
    if (!job->call) {
        cJSON_Delete(input_taken);
        return job_fail(job, "%s", why);
    }
    struct call *call = job->call;
    arena_own(call->arena, delete_tree, input_taken);
    call->input = input_taken;
    call->caller = principal_of_role(call->arena, role_arn, STR("AmazonForecast"));
    call->caller.account = job->scope.account; /* a role of another account cannot be passed: role_check() */
    call->region = job->scope.region;
    call->origin = ORIGIN_HOUSE;
    call->finished = call_ended;
    call->owner = job;
    if (body.at)
        call_give_body(call, body);
    job->calling = road_run(call) == CALL_PARKED;
    return job->calling ? JOB_WAITS : JOB_AGAIN;
}

enum job_step job_call(struct job *job, struct str role_arn, const char *service, const char *operation, cJSON *input_taken)
{
    return job_call_with(job, role_arn, service, operation, input_taken, STR_NONE);
}

/* The guide, "Set up permissions": the role's trust policy names forecast.amazonaws.com. The sentence is ours. */
bool job_may_use_role(struct job *job, struct str role_arn)
{
    struct cloud *cloud = cloud_of(job->strand.world);
    if (!cloud->enforce || cloud->identities->trusts_service(job->strand.world, role_arn, "forecast.amazonaws.com"))
        return true;
    job_fail(job,
             "Amazon Forecast is unable to assume the role %.*s. Ensure that the role exists and that its trust policy allows the "
             "service principal forecast.amazonaws.com to perform sts:AssumeRole.",
             STR_ARG(role_arn));
    return false;
}
