#include "services/sagemaker/job.h"

#include <stdio.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "services/sagemaker/early_stopping.h"
#include "services/sagemaker/job_log.h"
#include "services/sagemaker/job_row.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

#define STOPPING_S 10
#define SCRIPT_S   20 /* how long a container that we know nothing of is said to run */

static struct list all_jobs; /* of every world */

struct world *job_world(const struct job *job)
{
    return job->strand.world;
}

char *job_text(struct job *job, struct str text)
{
    return arena_copy(job->arena, text);
}

/* ---- time ---- */

static int64_t scaled_ms(const struct job *job, int64_t seconds)
{
    return (int64_t)((double)seconds * 1000 * job_world(job)->duration_factor);
}

static void enter(struct job *job, enum job_stage stage, int64_t seconds)
{
    job->stage = stage;
    job->until_ms = clock_now(job_world(job)->clock) + scaled_ms(job, seconds);
}

/* True: the stage's time is not over; the strand sleeps. */
static bool must_wait(struct job *job)
{
    if (job->until_ms <= clock_now(job_world(job)->clock))
        return false;
    strand_sleep(&job->strand, job->until_ms);
    return true;
}

/* ---- the row ---- */

static void note(struct job *job, const char *status, const char *secondary, const char *message)
{
    struct job_news news = { .status = status, .secondary = secondary, .message = message };
    job_row_note(job_world(job), job->scope, job->kind, str_of(job->key), &news, job);
}

static char *message(struct job *job, const char *what)
{
    return arena_printf(job->arena, "%s job %s", job->kind->said, what);
}

/* ---- the end ---- */

static enum next end(struct job *job, const char *status, const char *secondary, const char *what)
{
    job->final = (struct job_news){ status, secondary, message(job, what) };
    job->log = job->run ? buf_str(&job->run->container.log) : STR("");
    job->stage = JOB_ENDING;
    return STRAND_AGAIN;
}

/* The log first, a little a turn: who hears of the end may read it. */
static enum next step_ending(struct job *job)
{
    if (!job->log.length) {
        note(job, job->final.status, job->final.secondary, job->final.message);
        return STRAND_ENDED;
    }
    const struct container *container = &job->run->container;
    int64_t created_s = json_int64(json_root(job->row), "created", 0) / 1000;
    const struct log_target target = {
        job_world(job),       job->scope,
        container->role_arn,  "SageMaker",
        job->kind->log_group, arena_printf(job->arena, "%s/algo-1-%lld", container->name, (long long)created_s),
    };
    job->log = sagemaker_log_some(&target, job->log, job->log.length == container->log.length);
    return STRAND_AGAIN;
}

static enum next fail(struct job *job, const char *reason)
{
    if (reason != job->reason)
        snprintf(job->reason, sizeof job->reason, "%s", reason);
    return end(job, "Failed", "Failed", "failed");
}

/* ---- its fate: what hooks say before it goes on ---- */

static void fate_is_ready(void *job)
{
    strand_wake(&((struct job *)job)->strand, WAKE_EVENT, NULL, NULL);
}

/* False: it may not go on to this secondary status now; *ret_next says what it does instead. */
static bool may_become(struct job *job, const char *secondary, enum next *ret_next)
{
    struct json *row = store_get(job_world(job)->store, job->scope, job->kind->table, str_of(job->key));
    struct str role = json_str(json_get(json_root(row), "input"), "RoleArn");
    size_t slash = str_find_byte(role, '/');
    const struct passage passage = { .scope = job->scope,
                                     .service = "sagemaker",
                                     .thing = job->kind->thing,
                                     .role = slash == SIZE_MAX ? "" : role.at + slash + 1,
                                     .resource = json_str(json_root(row), "arn"),
                                     .from = json_string(json_root(row), "secondary"),
                                     .to = secondary };
    enum fortune fortune = fate_ask(&job->fate, job_world(job), &passage, fate_is_ready, job);
    if (fortune == FATE_WAITS)
        *ret_next = STRAND_PARKED;
    else if (fortune == FATE_FAILS)
        *ret_next = fail(job, fate_reason(job->fate));
    return fortune == FATE_GOES_ON;
}

static void drop_work(struct job *job)
{
    if (job->started && job->kind->drop)
        job->kind->drop(job);
    job->started = false;
    s3_access_end(&job->access);
    fetch_end(&job->fetch);
    delivery_end(&job->delivery);
}

/* ---- stopping ---- */

static bool is_asked_to_stop(const struct job *job, const struct json *row)
{
    return job->stage != JOB_STOPPING && job->stage != JOB_ENDING &&
           str_is(json_str(json_root(row), "status"), "Stopping");
}

static void measure(struct job *job)
{
    job->measuring = true;
    job->run_over = false;
    container_run_compute(job->run, job->kind->measure, clock_now(job_world(job)->clock));
}

/* What a watched one would not have written yet was not; its metrics are those of the rounds before. */
static void cut_log(struct job *job)
{
    struct container_run *run = job->run;
    int64_t passed = course_passed(run->course, clock_now(job_world(job)->clock));
    if (passed >= json_int64(run->course, "rounds", 0))
        return;
    int64_t told = passed < COURSE_MOST ? passed : COURSE_MOST;
    const cJSON *last = cJSON_GetArrayItem(json_get(run->course, "values"), (int)told - 1);
    run->container.log.length = (size_t)json_int64(last, "ends", 0);
    measure(job);
}

static enum next begin_stopping(struct job *job)
{
    fate_end(&job->fate);
    drop_work(job);
    if (job->run && !job->run_over) {
        container_run_drop(job->run);
        job->run = NULL;
    }
    if (job->run && job->run->course && job->stage == JOB_RUNNING)
        cut_log(job);
    enter(job, JOB_STOPPING, STOPPING_S);
    return STRAND_AGAIN;
}

static enum next step_stopping(struct job *job)
{
    if ((job->run && job->measuring && !job->run_over) || must_wait(job))
        return STRAND_PARKED;
    if (job->over_time)
        return end(job, "Stopped", "MaxRuntimeExceeded", "runtime exceeded MaxRuntimeInSeconds provided");
    return end(job, "Stopped", "Stopped", "stopped");
}

/* ---- fetching ---- */

static void wake(struct s3_access *access)
{
    struct job *job = access->owner;
    strand_wake(&job->strand, WAKE_CALL, NULL, NULL);
}

static void open_run(struct job *job)
{
    const cJSON *row = json_root(job->row);
    job->run = container_run_new(job_world(job), job->row);
    struct container *container = &job->run->container;
    container->scope = job->scope;
    container->name = json_string(row, "name");
    container->arn = json_string(row, "arn");
    job->kind->plan(job, json_get(row, "input"));
    container->image = job->plan.image;
    container->role_arn = job->plan.role_arn;
    container->timeout_ms = job->plan.most_runtime_s * 1000;
    job->access = (struct s3_access){ .cloud = cloud_of(job_world(job)),
                                      .scope = job->scope,
                                      .role_arn = job->plan.role_arn,
                                      .session = "SageMaker",
                                      .origin = ORIGIN_HOUSE,
                                      .ready = wake,
                                      .owner = job };
}

static enum next step_starting(struct job *job)
{
    enum next next;
    if (must_wait(job))
        return STRAND_PARKED;
    if (!may_become(job, "Downloading", &next))
        return next;
    open_run(job);
    note(job, "InProgress", "Downloading", "Downloading input data");
    enter(job, JOB_FETCHING, job->kind->fetching_s);
    return STRAND_AGAIN;
}

static void begin_source(struct job *job)
{
    const struct job_source *source = &job->plan.sources[job->next_source];
    job->fetch = (struct fetch){ .access = &job->access,
                                 .container = &job->run->container,
                                 .url = source->url,
                                 .folder = source->folder,
                                 .is_manifest = source->is_manifest,
                                 .is_object = source->is_object || source->is_manifest,
                                 .may_be_empty = source->may_be_empty };
    fetch_begin(&job->fetch);
    job->fetching = true;
}

static int64_t estimate_s(const struct job *job);

static enum next fetched(struct job *job)
{
    s3_access_end(&job->access);
    enum next next;
    if (must_wait(job))
        return STRAND_PARKED;
    if (!may_become(job, "Training", &next))
        return next;
    if (job->kind->prepare && !job->kind->prepare(job))
        return fail(job, job->reason);
    note(job, "InProgress", "Training", "Training image download completed. Training in progress.");
    job->running_s = estimate_s(job);
    enter(job, JOB_RUNNING, job->running_s);
    return STRAND_AGAIN;
}

static enum next step_fetching(struct job *job)
{
    if (job->next_source == job->plan.source_count)
        return fetched(job);
    if (!job->fetching)
        begin_source(job);
    enum progress progress = fetch_step(&job->fetch);
    if (progress == PROGRESS_AGAIN)
        return STRAND_AGAIN;
    if (progress == PROGRESS_WAITS)
        return STRAND_PARKED;
    if (progress == PROGRESS_FAILED)
        return fail(job, job->fetch.reason);
    fetch_end(&job->fetch);
    job->fetching = false;
    job->next_source++;
    return STRAND_AGAIN;
}

/* ---- running ---- */

/* On an instance of AWS's, of whatever kind: for the clock of the emulated world, which a real one would not beat by much. */
static int64_t estimate_s(const struct job *job)
{
    const struct container_run *run = job->run;
    int64_t rounds = 1, bytes = 0;
    if (!run->algorithm)
        return SCRIPT_S;
    if (run->algorithm->rounds)
        str_to_int64(hyperparameter(&run->container, run->algorithm->rounds), &rounds);
    for (struct list *link = run->container.input.next; link != &run->container.input; link = link->next)
        bytes += (int64_t)LIST_ITEM(link, struct container_file, link)->bytes.length;
    double seconds = 30 + (double)bytes * (double)rounds / 50e6;
    return seconds < 5 * 86400 ? (int64_t)seconds : 5 * 86400;
}

static bool is_over_time(const struct job *job)
{
    return job->kind->fetching_s + job->running_s > job->plan.most_runtime_s;
}

static enum next run_out_of_time(struct job *job)
{
    job->over_time = true;
    note(job, "Stopping", "Stopping", message(job, "runtime exceeded MaxRuntimeInSeconds provided"));
    return begin_stopping(job);
}

void job_ran(struct job *job)
{
    job->run_over = true;
    strand_wake(&job->strand, WAKE_EVENT, NULL, NULL);
}

static void ended(struct container_run *run)
{
    job_ran(run->owner);
}

static enum next start_run(struct job *job)
{
    struct container_run *run = job->run;
    run->ended = ended;
    run->owner = job;
    if (is_over_time(job)) {
        int64_t left = job->plan.most_runtime_s - job->kind->fetching_s;
        enter(job, JOB_RUNNING, left > 0 ? left : 0);
        job->over_time = true;
        return STRAND_AGAIN;
    }
    job->started = job->kind->start && job->kind->start(job);
    if (job->started)
        return STRAND_PARKED;
    job->run_over = container_run_start(run, run->watched ? clock_now(job_world(job)->clock) : job->until_ms);
    return job->run_over ? STRAND_AGAIN : STRAND_PARKED;
}

/* What AWS says of containers that end badly (FAULTS SM7). */
static enum next container_failed(struct job *job)
{
    const struct container *container = &job->run->container;
    if (container->refused)
        return fail(job, container->reason);
    if (job->started && !job->kind->hides_exit)
        return fail(job, "ClientError: See job logs for more information");
    if (job->kind->hides_exit)
        return fail(job, "AlgorithmError: See job logs for more information");
    snprintf(job->reason, sizeof job->reason, "%s: %.900s, exit code: %d",
             job->run->algorithm ? "ClientError" : "AlgorithmError", container->reason, container->exit_code);
    return fail(job, job->reason);
}

/* True: it is too early to say how the run ends. However long the machine took, its time begins when its course is known. */
static bool is_watching(struct job *job)
{
    const struct container *container = &job->run->container;
    if (!job->run->watched || container->exit_code != 0 || container->refused || container->timed_out)
        return false;
    if (!job->measuring) {
        measure(job);
        return true;
    }
    if (job->run_over && json_get(job->run->course, "from") == NULL) {
        enter(job, JOB_RUNNING, job->running_s);
        job_row_course(job, clock_now(job_world(job)->clock));
    }
    return !job->run_over;
}

static enum next step_running(struct job *job)
{
    const struct container *container = &job->run->container;
    enum next next;
    if (job->over_time)
        return must_wait(job) ? STRAND_PARKED : run_out_of_time(job);
    if (!container->answered)
        return job->started || container_run_is_under_way(job->run) ? STRAND_PARKED : start_run(job);
    if (is_watching(job) || must_wait(job))
        return STRAND_PARKED;
    if (container->timed_out)
        return run_out_of_time(job);
    if (container->refused || container->exit_code != 0)
        return container_failed(job);
    if (!may_become(job, "Uploading", &next))
        return next;
    note(job, "InProgress", "Uploading", "Uploading generated training model");
    job->run_over = !job->kind->pack;
    enter(job, JOB_PACKING, job->kind->delivering_s);
    if (job->kind->pack)
        container_run_compute(job->run, job->kind->pack, clock_now(job_world(job)->clock));
    return job->kind->pack ? STRAND_PARKED : STRAND_AGAIN;
}

/* ---- delivering ---- */

static enum next step_packing(struct job *job)
{
    if (!job->run_over)
        return STRAND_PARKED;
    job->delivery = (struct delivery){
        .access = &job->access, .files = &job->run->container.output, .url = job->kind->url, .data = job
    };
    delivery_begin(&job->delivery);
    job->stage = JOB_DELIVERING;
    return STRAND_AGAIN;
}

static enum next step_delivering(struct job *job)
{
    enum next next;
    enum progress progress = delivery_step(&job->delivery);
    if (progress == PROGRESS_AGAIN)
        return STRAND_AGAIN;
    if (progress == PROGRESS_WAITS)
        return STRAND_PARKED;
    if (progress == PROGRESS_FAILED)
        return fail(job, job->delivery.reason);
    s3_access_end(&job->access);
    if (must_wait(job))
        return STRAND_PARKED;
    if (!may_become(job, "Completed", &next))
        return next;
    return end(job, "Completed", "Completed", "completed");
}

/* ---- the strand ---- */

static enum next step(struct strand *strand, const struct wake *why)
{
    struct job *job = LIST_ITEM(strand, struct job, strand);
    struct json *row = store_get(strand->world->store, job->scope, job->kind->table, str_of(job->key));
    if (!row)
        return STRAND_ENDED;
    if (is_asked_to_stop(job, row))
        return begin_stopping(job);
    switch (job->stage) {
    case JOB_STARTING:
        return step_starting(job);
    case JOB_FETCHING:
        return step_fetching(job);
    case JOB_RUNNING:
        return step_running(job);
    case JOB_PACKING:
        return step_packing(job);
    case JOB_DELIVERING:
        return step_delivering(job);
    case JOB_ENDING:
        return step_ending(job);
    default:
        return step_stopping(job);
    }
}

static void release(struct strand *strand)
{
    struct job *job = LIST_ITEM(strand, struct job, strand);
    fate_end(&job->fate);
    drop_work(job);
    container_run_drop(job->run);
    list_remove(&job->link);
    json_unref(job->row);
    arena_free(job->arena);
    free(job);
}

static struct job *start(struct world *world, struct scope scope, const struct job_kind *kind, struct str key,
                         struct json *row)
{
    struct job *job = memory_alloc(sizeof *job);
    if (!all_jobs.next)
        list_init(&all_jobs);
    job->kind = kind;
    job->scope = store_intern(world->store, scope);
    snprintf(job->key, sizeof job->key, "%.*s", STR_ARG(key));
    job->arena = arena_new();
    job->row = json_ref(row);
    job->stage = JOB_STARTING;
    job->until_ms = json_int64(json_root(row), "due", 0);
    job->strand.step = step;
    job->strand.release = release;
    list_append(&all_jobs, &job->link);
    strand_start(world, &job->strand);
    return job;
}

/* ---- operations ---- */

struct json *job_get(struct world *world, struct scope scope, const struct job_kind *kind, struct str name)
{
    struct arena *arena = arena_new();
    struct json *row = store_get(world->store, scope, kind->table, sagemaker_key(arena, name));
    arena_free(arena);
    return row;
}

enum outcome job_stop_call(struct call *call, const struct job_kind *kind, struct json *row)
{
    struct str status = json_str(json_root(row), "status"), rest;
    if (!str_is(status, "InProgress") && !str_is(status, "Stopping"))
        return call_fail(call, &ERROR_VALIDATION, "The request was rejected because the %.*s job is in status %.*s.",
                         STR_ARG(str_cut(str_of(kind->type), '-', &rest)), STR_ARG(status));
    job_stop(call->world, call_scope(call), kind, input_str(call, kind->name_member));
    return CALL_DONE;
}

enum outcome job_delete(struct call *call, const struct job_kind *kind, struct json *row)
{
    const char *name = input_string(call, kind->name_member);
    struct str status = json_str(json_root(row), "status");
    if (str_is(status, "InProgress") || str_is(status, "Stopping"))
        return call_fail(call, &SAGEMAKER_RESOURCE_IN_USE, "%s job %s is in progress and cannot be deleted.",
                         kind->said, name);
    sagemaker_tag_drop(call->world, call_scope(call), arena_str(call->arena, json_str(json_root(row), "arn")));
    store_delete(call->world->store, call_scope(call), kind->table, sagemaker_key(call->arena, str_of(name)));
    return CALL_DONE;
}

void job_begin(struct world *world, struct scope scope, const struct job_kind *kind, struct str name,
               cJSON *input_taken, cJSON *more_taken_or_null)
{
    struct arena *arena = arena_new();
    struct str key = sagemaker_key(arena, name);
    cJSON *row = more_taken_or_null ? more_taken_or_null : cJSON_CreateObject();
    int64_t now_ms = clock_now(world->clock);
    json_set_str(row, "name", name);
    json_set_string(row, "arn", sagemaker_arn(arena, scope, kind->type, key));
    json_set_int64(row, "created", now_ms);
    json_set_int64(row, "due", now_ms + (int64_t)((double)kind->starting_s * 1000 * world->duration_factor));
    json_set(row, "input", input_taken);
    store_put(world->store, scope, kind->table, key, json_seal(row));
    struct job_news news = { "InProgress", "Starting", "Starting the training job" };
    job_row_note(world, scope, kind, key, &news, NULL);
    start(world, scope, kind, key, store_get(world->store, scope, kind->table, key));
    arena_free(arena);
}

void job_create(struct call *call, const struct job_kind *kind, struct str arn)
{
    job_begin(call->world, call_scope(call), kind, input_str(call, kind->name_member), sagemaker_kept_input(call),
              NULL);
    sagemaker_tag_put(call, arn);
}

static struct job *find(struct world *world, struct scope scope, const struct job_kind *kind, struct str key)
{
    for (struct list *link = all_jobs.next; link && link != &all_jobs; link = link->next) {
        struct job *job = LIST_ITEM(link, struct job, link);
        if (job_world(job) == world && job->kind == kind && str_is(key, job->key) &&
            strcmp(job->scope.account, scope.account) == 0 && strcmp(job->scope.region, scope.region) == 0)
            return job;
    }
    return NULL;
}

void job_stop(struct world *world, struct scope scope, const struct job_kind *kind, struct str name)
{
    struct arena *arena = arena_new();
    struct str key = sagemaker_key(arena, name);
    struct job *job = find(world, scope, kind, key);
    struct json *row = store_get(world->store, scope, kind->table, key);
    if (job && row && str_is(json_str(json_root(row), "status"), "InProgress")) {
        note(job, "Stopping", "Stopping", "Stopping the training job");
        strand_wake(&job->strand, WAKE_EVENT, NULL, NULL);
    }
    arena_free(arena);
}

struct recovery {
    struct world *world;
    const struct job_kind *kind;
};

static void restart(struct scope scope, struct str key, struct json *row, void *data)
{
    const struct recovery *recovery = data;
    struct str status = json_str(json_root(row), "status");
    if (str_is(status, "InProgress") || str_is(status, "Stopping"))
        start(recovery->world, scope, recovery->kind, key, row);
}

void job_recover(struct world *world, const struct job_kind *kind)
{
    struct recovery recovery = { world, kind };
    store_scan(world->store, kind->table, restart, &recovery);
}
