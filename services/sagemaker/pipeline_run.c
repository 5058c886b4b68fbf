#include "services/sagemaker/pipeline_run.h"

#include <stdio.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "aws/payload.h"
#include "aws/road.h"
#include "services/sagemaker/pipeline.h"
#include "services/sagemaker/pipeline_execution.h"

#define FILE_MOST  ((size_t)1024 * 1024) /* bytes of a property file */
#define FILES_MOST 100                   /* that one execution reads */

static const char POKED[] = "sagemaker.pipeline-poked";

/* ---- rows ---- */

bool run_is(const struct pipeline_run *run, const char *status)
{
    return str_is(json_str(json_root(run->row), "status"), status);
}

static bool refresh(struct pipeline_run *run)
{
    struct json *row = store_get(run->strand.world->store, run->scope, &pipeline_execution_table, str_of(run->key));
    if (!row)
        return false;
    json_ref(row);
    json_unref(run->row);
    run->row = row;
    return true;
}

static bool is_active(const struct step_run *step)
{
    return step->phase != STEP_IDLE;
}

/* ---- files in S3 ---- */

static void file_answered(struct call *call)
{
    struct step_file *file = call->owner;
    file->answered = true;
    strand_wake(&file->run->strand, WAKE_CALL, NULL, NULL);
}

static void take_file(struct step_file *file)
{
    struct buf text = BUF_EMPTY;
    struct json_error error;
    const struct api_error *wrong = &file->call->error;
    if (wrong->kind)
        buf_printf(&text, "ClientError: Unable to read %s: %s (%s)", file->uri, wrong->message ? wrong->message : "",
                   wrong->kind->code);
    else if (!call_content_read(file->call, FILE_MOST, &text))
        buf_printf(&text, "Property file %s is too large.", file->uri);
    else if (!(file->document = json_parse(buf_str(&text), &error))) {
        buf_clear(&text);
        buf_printf(&text, "Contents of file %s are not in valid JSON format.", file->uri);
    }
    if (!file->document)
        file->why = memory_copy(buf_str(&text));
    buf_release(&text);
    call_free(file->call);
    file->call = NULL;
}

static struct step_file *fetch(struct step_run *step, struct str uri)
{
    struct pipeline_run *run = step->run;
    struct step_file *file = memory_alloc(sizeof *file);
    file->uri = memory_copy(uri);
    file->next = run->files;
    run->files = file;
    const char *why;
    if (run->file_count++ >= FILES_MOST) {
        file->why = memory_copy(STR("The pipeline reads too many property files."));
        return file;
    }
    struct str key, bucket = str_cut(str_from(uri, strlen("s3://")), '/', &key);
    file->call = str_starts(uri, STR("s3://"))
                     ? call_new(cloud_of(run->strand.world), STR("s3"), STR("GetObject"), &why)
                     : NULL;
    if (!file->call) {
        file->why = memory_copy(STR("A property file must stand in S3."));
        return file;
    }
    struct call *call = file->call;
    struct buf input = BUF_EMPTY;
    buf_add_text(&input, "{\"Bucket\":");
    json_print_string(&input, bucket);
    buf_add_text(&input, ",\"Key\":");
    json_print_string(&input, key);
    buf_add_byte(&input, '}');
    call->input = json_parse_in(call->arena, buf_str(&input), NULL);
    buf_release(&input);
    call->caller = principal_of_role(call->arena, json_str(json_root(run->row), "roleArn"), STR("sagemaker-pipeline"));
    call->region = run->scope.region;
    call->origin = ORIGIN_PIPELINE;
    call->finished = file_answered;
    call->owner = file;
    file->run = run;
    if (road_run(call) != CALL_PARKED)
        take_file(file);
    return file;
}

const cJSON *pipeline_run_file(void *data, struct str uri, const char **reterr_why)
{
    struct step_run *step = data;
    struct step_file *file = step->run->files;
    while (file && !str_is(uri, file->uri))
        file = file->next;
    if (!file)
        file = fetch(step, uri);
    *reterr_why = file->why;
    return file->document ? json_root(file->document) : NULL;
}

static bool files_came(struct pipeline_run *run)
{
    bool came = false;
    for (struct step_file *file = run->files; file; file = file->next) {
        if (!file->answered || !file->call)
            continue;
        take_file(file);
        came = true;
    }
    return came;
}

static void drop_files(struct pipeline_run *run)
{
    for (struct step_file *file; (file = run->files);) {
        run->files = file->next;
        if (file->call)
            call_free(file->call);
        json_unref(file->document);
        free(file->uri);
        free(file->why);
        free(file);
    }
}

/* ---- the end ---- */

static bool any_has(const struct pipeline_run *run, const char *status)
{
    for (unsigned i = 0; i < run->definition->step_count; i++)
        if (step_is(&run->steps[i], status))
            return true;
    return false;
}

static enum next end(struct pipeline_run *run)
{
    const char *status = run_is(run, "Stopping") ? "Stopped" : any_has(run, "Failed") ? "Failed" : "Succeeded";
    cJSON *row = json_thaw(json_root(run->row));
    json_set_string(row, "status", status);
    json_set_int64(row, "modified", clock_now(run->strand.world->clock));
    if (strcmp(status, "Failed") == 0)
        json_set_string(row, "failureReason", "Step failure: One or multiple steps failed.");
    store_put(run->strand.world->store, run->scope, &pipeline_execution_table, str_of(run->key), json_seal(row));
    cJSON *detail = cJSON_CreateObject();
    json_set_string(detail, "status", status);
    bus_post(run->strand.world->bus, PIPELINE_EXECUTION_CHANGED, run->scope, json_str(json_root(run->row), "arn"),
             json_seal(detail));
    return STRAND_ENDED;
}

/* ---- what is ready ---- */

static bool outcome_is(const struct step_run *condition, bool otherwise)
{
    struct str outcome = json_str(json_get(json_get(json_root(condition->row), "metadata"), "Condition"), "Outcome");
    return str_is(outcome, otherwise ? "False" : "True");
}

static bool is_ready(const struct step_run *step)
{
    const struct pipeline_run *run = step->run;
    if (step->row || step->left_out || step->phase != STEP_IDLE)
        return false;
    for (unsigned i = 0; i < step->step->need_count; i++)
        if (!step_is(&run->steps[step->step->needs[i]], "Succeeded"))
            return false;
    if (step->step->condition < 0)
        return true;
    const struct step_run *condition = &run->steps[step->step->condition];
    return step_is(condition, "Succeeded") && outcome_is(condition, step->step->otherwise);
}

static unsigned count_active(const struct pipeline_run *run)
{
    unsigned active = 0;
    for (unsigned i = 0; i < run->definition->step_count; i++)
        active += is_active(&run->steps[i]);
    return active;
}

/* A failed step ends the pipeline: what runs may end, nothing more begins. */
static bool begin_ready(struct pipeline_run *run)
{
    bool begun = false;
    if (!run_is(run, "Executing") || any_has(run, "Failed"))
        return false;
    int64_t most = json_int64(json_root(run->row), "parallelism", PIPELINE_MOST_STEPS);
    unsigned active = count_active(run);
    for (unsigned i = 0; i < run->definition->step_count && (int64_t)active < most; i++) {
        if (!is_ready(&run->steps[i]))
            continue;
        pipeline_step_begin(&run->steps[i]);
        active += is_active(&run->steps[i]);
        begun = true;
        if (any_has(run, "Failed"))
            break;
    }
    return begun;
}

/* ---- a turn ---- */

static bool is_due(const struct step_run *step)
{
    return step->phase == STEP_RETRIES &&
           json_int64(json_root(step->row), "retryAt", 0) <= clock_now(step->run->strand.world->clock);
}

/* True: something moved. */
static bool move(struct step_run *step, bool files)
{
    if (step->phase == STEP_CALLING && step->answered) {
        step->answered = false;
        step->then(step);
        return true;
    }
    if (step->phase == STEP_JOB_RUNS && step->told) {
        pipeline_job_describe(step);
        return true;
    }
    if ((step->phase == STEP_BEGINNING && files) || is_due(step)) {
        pipeline_step_begin(step);
        return true;
    }
    if (step->phase == STEP_CALLED && step->told) {
        pipeline_step_called_back(step);
        return true;
    }
    return false;
}

static void sleep_until_retry(struct pipeline_run *run)
{
    int64_t next_ms = INT64_MAX;
    for (unsigned i = 0; i < run->definition->step_count; i++) {
        const struct step_run *step = &run->steps[i];
        if (step->phase != STEP_RETRIES)
            continue;
        int64_t at_ms = json_int64(json_root(step->row), "retryAt", 0);
        next_ms = at_ms < next_ms ? at_ms : next_ms;
    }
    if (next_ms != INT64_MAX)
        strand_sleep(&run->strand, next_ms);
}

static enum next run_step(struct strand *strand, const struct wake *wake)
{
    struct pipeline_run *run = LIST_ITEM(strand, struct pipeline_run, strand);
    if (wake->reason == WAKE_CANCEL || !refresh(run))
        return STRAND_ENDED;
    bool moved = true;
    while (moved) {
        bool files = files_came(run);
        moved = false;
        for (unsigned i = 0; i < run->definition->step_count; i++) {
            if (run_is(run, "Stopping"))
                pipeline_step_stop(&run->steps[i]);
            moved = move(&run->steps[i], files) || moved;
        }
        if (!refresh(run)) /* a step's call may have ended it */
            return STRAND_ENDED;
        moved = begin_ready(run) || moved;
    }
    if (!count_active(run))
        return end(run);
    sleep_until_retry(run);
    return STRAND_PARKED;
}

/* ---- beginning ---- */

static void release(struct strand *strand)
{
    struct pipeline_run *run = LIST_ITEM(strand, struct pipeline_run, strand);
    bus_unlisten(strand->world->bus, &run->poked);
    for (unsigned i = 0; run->definition && i < run->definition->step_count; i++) {
        step_drop_call(&run->steps[i]);
        bus_unlisten(strand->world->bus, &run->steps[i].listener);
        json_unref(run->steps[i].row);
    }
    drop_files(run);
    json_unref(run->row);
    arena_free(run->arena);
    free(run->steps);
    free(run->key);
    free(run);
}

static bool is_here(const struct pipeline_run *run, const struct event *event)
{
    return strcmp(event->scope.account, run->scope.account) == 0 && strcmp(event->scope.region, run->scope.region) == 0;
}

/* A callback's answer, a stop: rows say which. */
static void poked(struct listener *listener, const struct event *event)
{
    struct pipeline_run *run = listener->data;
    if (!is_here(run, event))
        return;
    for (unsigned i = 0; i < run->definition->step_count; i++)
        run->steps[i].told = run->steps[i].told || run->steps[i].phase == STEP_CALLED;
    strand_wake(&run->strand, WAKE_EVENT, NULL, NULL);
}

void pipeline_run_poke(struct world *world, struct scope scope, struct str key)
{
    bus_post(world->bus, POKED, scope, key, NULL);
}

static bool is_selected(const cJSON *selective, struct str name)
{
    const cJSON *step;
    if (!selective)
        return true;
    cJSON_ArrayForEach(step, json_get(selective, "SelectedSteps"))
    {
        if (str_equal(json_str(step, "StepName"), name))
            return true;
    }
    return false;
}

static void load_steps(struct pipeline_run *run)
{
    struct buf prefix = BUF_EMPTY;
    buf_printf(&prefix, "%s/", run->key);
    struct cursor at = store_seek_from(run->strand.world->store, run->scope, &pipeline_step_table, NULL,
                                       buf_str(&prefix));
    while (store_next_within(&at, buf_str(&prefix))) {
        int index = pipeline_definition_step(run->definition, json_str(json_root(at.row), "name"));
        unsigned order = (unsigned)strtoul(at.key.at + prefix.length, NULL, 10);
        run->begun = order > run->begun ? order : run->begun;
        if (index < 0)
            continue;
        run->steps[index].row = json_ref(at.row);
        snprintf(run->steps[index].key, sizeof run->steps[index].key, "/%04u", order % 10000);
    }
    buf_release(&prefix);
}

static void make_steps(struct pipeline_run *run)
{
    const cJSON *selective = json_get(json_root(run->row), "selective");
    run->steps = memory_alloc(run->definition->step_count * sizeof *run->steps);
    for (unsigned i = 0; i < run->definition->step_count; i++) {
        run->steps[i].run = run;
        run->steps[i].index = i;
        run->steps[i].step = &run->definition->steps[i];
        run->steps[i].left_out = !is_selected(selective, run->definition->steps[i].name);
    }
    load_steps(run);
}

bool pipeline_run_start(struct world *world, struct scope scope, struct str key, struct json *row)
{
    char *why;
    struct arena *arena = arena_new();
    struct str text = pipeline_version_definition(world, scope, json_str(json_root(row), "pipelineName"),
                                                  json_int64(json_root(row), "version", 1));
    struct pipeline_definition *definition = text.at ? pipeline_definition_read(arena, text, &why) : NULL;
    if (!definition) {
        arena_free(arena);
        return false;
    }
    struct pipeline_run *run = memory_alloc(sizeof *run);
    run->strand = (struct strand){ .step = run_step, .release = release, .world = world };
    run->scope = store_intern(world->store, scope);
    run->key = memory_copy(key);
    run->arena = arena;
    run->definition = definition;
    run->row = json_ref(row);
    make_steps(run);
    run->poked = (struct listener){ .topic = POKED, .key = run->key, .told = poked, .data = run };
    bus_listen(world->bus, &run->poked);
    strand_start(world, &run->strand);
    for (unsigned i = 0; i < definition->step_count; i++)
        pipeline_step_resume(&run->steps[i]);
    return true;
}

static void recover_one(struct scope scope, struct str key, struct json *row, void *data)
{
    struct str status = json_str(json_root(row), "status");
    if (str_is(status, "Executing") || str_is(status, "Stopping"))
        pipeline_run_start(data, scope, key, row);
}

void pipeline_run_recover(struct world *world)
{
    store_scan(world->store, &pipeline_execution_table, recover_one, world);
}
