/* A monitoring schedule under way: a strand that sleeps until its expression fires, begins a processing job over the data since the time
 * before, and takes what that came to into the execution's row and the alert. */
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "services/sagemaker/endpoint.h"
#include "services/sagemaker/monitoring_schedule.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/processing_job.h"
#include "services/sagemaker/schedule_expression.h"
#include "world/strand.h"

#define PENDING_S      10
#define HOUR_MS        ((int64_t)3600 * 1000)
#define FOLDERS_MOST   1000 /* hours times variants that one execution reads */
#define CAPTURE_FOLDER "/opt/ml/processing/input/endpoint"
#define TRUTH_FOLDER   "/opt/ml/processing/groundtruth"
#define CONSTRAINTS    "/opt/ml/processing/baseline/constraints"
#define STATISTICS     "/opt/ml/processing/baseline/stats"
#define CONFIG_FOLDER  "/opt/ml/processing/input/analysis_config"

struct monitoring {
    struct strand strand;
    struct scope scope;
    char key[SAGEMAKER_KEY_MOST];
    struct listener jobs;
    struct list link;
};

static struct list all; /* of every world */

static struct json *row_of(const struct monitoring *monitoring)
{
    return store_get(monitoring->strand.world->store, monitoring->scope, &monitoring_schedule_table,
                     str_of(monitoring->key));
}

static void put_row(struct monitoring *monitoring, cJSON *row_taken)
{
    store_put(monitoring->strand.world->store, monitoring->scope, &monitoring_schedule_table, str_of(monitoring->key),
              json_seal(row_taken));
}

static char *key_at(struct arena *arena, const struct monitoring *monitoring, int64_t at_ms)
{
    return arena_printf(arena, "%s/%015lld", monitoring->key, (long long)at_ms);
}

/* ---- the job ---- */

struct planning {
    struct monitoring *monitoring;
    struct arena *arena;
    const cJSON *row;
    struct monitoring_plan plan;
    int64_t scheduled_ms, from_ms, until_ms;
    const char *endpoint, *job, *report;
    cJSON *input, *captured; /* of the job */
};

/* Since the time before, or as the offsets of the input say. */
static void find_window(struct planning *planning)
{
    struct schedule schedule;
    int64_t start, end;
    const cJSON *config = json_get(json_get(json_get(planning->row, "input"), "MonitoringScheduleConfig"),
                                   "ScheduleConfig");
    bool now = str_is(json_str(config, "ScheduleExpression"), "NOW");
    const cJSON *from = now ? config : planning->plan.endpoint;
    struct str first = json_str(from, now ? "DataAnalysisStartTime" : "StartTimeOffset"),
               last = json_str(from, now ? "DataAnalysisEndTime" : "EndTimeOffset");
    planning->until_ms = planning->scheduled_ms;
    schedule_read(json_str(config, "ScheduleExpression"), &schedule);
    planning->from_ms = schedule_previous(&schedule, planning->scheduled_ms);
    if (schedule_offset(first, &start))
        planning->from_ms = planning->scheduled_ms + start;
    if (schedule_offset(last, &end))
        planning->until_ms = planning->scheduled_ms + end;
    if (planning->from_ms < 0)
        planning->from_ms = planning->until_ms - HOUR_MS;
}

static void add_folder(struct planning *planning, const char *url, const char *folder)
{
    cJSON *source = cJSON_CreateObject();
    json_set_string(source, "url", url);
    json_set_string(source, "folder", folder);
    json_add(planning->captured, source);
}

/* "…/yyyy/mm/dd/hh/" of each hour in the window. */
static void add_hours(struct planning *planning, struct str base, const char *folder)
{
    while (base.length && base.at[base.length - 1] == '/')
        base.length--;
    for (int64_t hour = planning->from_ms / HOUR_MS; hour * HOUR_MS < planning->until_ms; hour++) {
        char at[32];
        time_print_iso(hour * HOUR_MS, false, at);
        if (cJSON_GetArraySize(planning->captured) == FOLDERS_MOST)
            return;
        add_folder(
            planning,
            arena_printf(planning->arena, "%.*s/%.4s/%.2s/%.2s/%.2s/", STR_ARG(base), at, at + 5, at + 8, at + 11),
            folder);
    }
}

/* Where the endpoint captures to, variant by variant; false: it does not. */
static bool add_captured(struct planning *planning)
{
    struct json *kept = endpoint_get(planning->monitoring->strand.world, planning->monitoring->scope,
                                     str_of(planning->endpoint));
    const cJSON *endpoint = kept ? json_root(kept) : NULL, *capture = json_get(endpoint, "capture"), *variant;
    struct str base = json_str(capture, "DestinationS3Uri"), truth = json_str(planning->plan.truth, "S3Uri");
    if (!base.length)
        return false;
    while (base.length && base.at[base.length - 1] == '/')
        base.length--;
    cJSON_ArrayForEach(variant, json_get(endpoint, "variants"))
    {
        char *place = arena_printf(planning->arena, "%.*s/%s/%s", STR_ARG(base), json_string(endpoint, "name"),
                                   json_string(variant, "VariantName"));
        add_hours(planning, str_of(place), CAPTURE_FOLDER);
    }
    if (truth.length)
        add_hours(planning, truth, TRUTH_FOLDER);
    return true;
}

static void add_input(struct planning *planning, const char *name, struct str url, const char *folder)
{
    cJSON *input = cJSON_CreateObject(), *source = cJSON_CreateObject();
    json_set_string(input, "InputName", name);
    json_set_str(source, "S3Uri", url);
    json_set_string(source, "LocalPath", folder);
    json_set_string(source, "S3DataType", "S3Prefix");
    json_set_string(source, "S3InputMode", "File");
    json_set(input, "S3Input", source);
    json_add(cJSON_GetObjectItemCaseSensitive(planning->input, "ProcessingInputs"), input);
}

static void set_environment(struct planning *planning, const char *name, struct str value)
{
    if (value.length)
        json_set_str(cJSON_GetObjectItemCaseSensitive(planning->input, "Environment"), name, value);
}

/* A baseline by its files, or by the job that made it. */
static struct str baseline_of(struct planning *planning, const char *member, const char *file)
{
    struct str url = json_str(json_get(planning->plan.baseline, member), "S3Uri"),
               job = json_str(planning->plan.baseline, "BaseliningJobName");
    struct json *kept = url.length || !job.length ? NULL
                                                  : job_get(planning->monitoring->strand.world,
                                                            planning->monitoring->scope, &processing_job_kind, job);
    const cJSON *outputs = kept ? json_get(json_get(json_get(json_root(kept), "input"), "ProcessingOutputConfig"),
                                           "Outputs")
                                : NULL;
    struct str place = json_str(json_get(outputs ? outputs->child : NULL, "S3Output"), "S3Uri");
    if (url.length || !place.length)
        return url;
    while (place.length && place.at[place.length - 1] == '/')
        place.length--;
    return str_of(arena_printf(planning->arena, "%.*s/%s", STR_ARG(place), file));
}

static void set_baseline(struct planning *planning, bool clarify)
{
    struct str constraints = baseline_of(planning, "ConstraintsResource",
                                         clarify ? "analysis.json" : "constraints.json");
    struct str statistics = baseline_of(planning, "StatisticsResource", "statistics.json");
    if (constraints.length) {
        add_input(planning, "constraints", constraints, CONSTRAINTS);
        set_environment(planning, "baseline_constraints", STR(CONSTRAINTS));
    }
    if (strcmp(planning->plan.type, "DataQuality") == 0 && statistics.length) {
        add_input(planning, "baseline", statistics, STATISTICS);
        set_environment(planning, "baseline_statistics", STR(STATISTICS));
    }
}

static void set_contract(struct planning *planning)
{
    char text[32];
    const cJSON *endpoint = planning->plan.endpoint, *own;
    bool quality = strcmp(planning->plan.type, "ModelQuality") == 0;
    cJSON_ArrayForEach(own, planning->plan.environment)
    {
        set_environment(planning, own->string, json_value(own));
    }
    set_environment(planning, "dataset_format",
                    STR("{\"sagemakerCaptureJson\":{\"captureIndexNames\":[\"endpointInput\",\"endpointOutput\"]}}"));
    set_environment(planning, "dataset_source", STR(CAPTURE_FOLDER));
    set_environment(planning, "output_path", STR("/opt/ml/processing/output"));
    set_environment(planning, "sagemaker_endpoint_name", str_of(planning->endpoint));
    set_environment(planning, "sagemaker_monitoring_schedule_name", json_str(planning->row, "name"));
    time_print_iso(planning->from_ms, false, text);
    set_environment(planning, "start_time", str_of(text));
    time_print_iso(planning->until_ms, false, text);
    set_environment(planning, "end_time", str_of(text));
    if (planning->plan.truth)
        set_environment(planning, "ground_truth_source", STR(TRUTH_FOLDER));
    if (!quality)
        return;
    set_environment(planning, "analysis_type", STR("MODEL_QUALITY"));
    set_environment(planning, "problem_type", planning->plan.problem);
    set_environment(planning, "inference_attribute", json_str(endpoint, "InferenceAttribute"));
    set_environment(planning, "probability_attribute", json_str(endpoint, "ProbabilityAttribute"));
    if (json_get(endpoint, "ProbabilityThresholdAttribute")) {
        snprintf(text, sizeof text, "%.9g", json_number(endpoint, "ProbabilityThresholdAttribute", 0.5));
        set_environment(planning, "probability_threshold_attribute", str_of(text));
    }
}

/* "OUTPUT/ENDPOINT/SCHEDULE/yyyy/mm/dd/hh" is where reports of an hour stand. */
static void set_output(struct planning *planning)
{
    char at[32];
    const cJSON *outputs = json_get(planning->plan.output, "MonitoringOutputs");
    struct str base = json_str(json_get(outputs ? outputs->child : NULL, "S3Output"), "S3Uri");
    cJSON *config = cJSON_CreateObject(), *list = cJSON_CreateArray(), *output = cJSON_CreateObject(),
          *place = cJSON_CreateObject();
    while (base.length && base.at[base.length - 1] == '/')
        base.length--;
    time_print_iso(planning->scheduled_ms, false, at);
    planning->report = arena_printf(planning->arena, "%.*s/%s/%s/%.4s/%.2s/%.2s/%.2s", STR_ARG(base),
                                    planning->endpoint, json_string(planning->row, "name"), at, at + 5, at + 8,
                                    at + 11);
    json_set_string(place, "S3Uri", planning->report);
    json_set_string(place, "LocalPath", "/opt/ml/processing/output");
    json_set_string(place, "S3UploadMode", "EndOfJob");
    json_set_string(output, "OutputName", "result");
    json_set(output, "S3Output", place);
    json_add(list, output);
    json_set(config, "Outputs", list);
    json_set(planning->input, "ProcessingOutputConfig", config);
}

static void make_input(struct planning *planning)
{
    const struct monitoring_plan *plan = &planning->plan;
    bool clarify = strcmp(plan->type, "ModelBias") == 0 || strcmp(plan->type, "ModelExplainability") == 0;
    cJSON *application = cJSON_CreateObject();
    planning->input = cJSON_CreateObject();
    json_set_str(application, "ImageUri", json_str(plan->application, "ImageUri"));
    json_set_string(planning->input, "ProcessingJobName", planning->job);
    json_set_str(planning->input, "RoleArn", plan->role);
    json_set(planning->input, "AppSpecification", application);
    json_set(planning->input, "ProcessingInputs", cJSON_CreateArray());
    json_set(planning->input, "Environment", cJSON_CreateObject());
    if (plan->resources)
        json_set(planning->input, "ProcessingResources", json_thaw(plan->resources));
    if (plan->stopping)
        json_set(planning->input, "StoppingCondition", json_thaw(plan->stopping));
    if (clarify)
        add_input(planning, "analysis_config", json_str(plan->application, "ConfigUri"), CONFIG_FOLDER);
    set_output(planning);
    set_contract(planning);
    set_baseline(planning, clarify);
}

/* ---- executions ---- */

static void tell(struct monitoring *monitoring, const char *topic, const char *status)
{
    struct arena *arena = arena_new();
    cJSON *detail = cJSON_CreateObject();
    json_set_string(detail, "status", status);
    char *arn = sagemaker_arn(arena, monitoring->scope, "monitoring-schedule", str_of(monitoring->key));
    bus_post(monitoring->strand.world->bus, topic, monitoring->scope, str_of(arn), json_seal(detail));
    arena_free(arena);
}

static void put_execution(struct planning *planning, const char *status, const char *failure)
{
    struct world *world = planning->monitoring->strand.world;
    cJSON *row = cJSON_CreateObject();
    int64_t now_ms = clock_now(world->clock);
    json_set_str(row, "name", json_str(planning->row, "name"));
    json_set_int64(row, "scheduled", planning->scheduled_ms);
    json_set_int64(row, "created", now_ms);
    json_set_int64(row, "modified", now_ms);
    json_set_string(row, "status", status);
    json_set_string(row, "failure", failure);
    json_set_str(row, "type", json_str(planning->row, "type"));
    json_set_string(row, "definition", json_string(planning->row, "definition"));
    json_set_str(row, "endpoint", json_str(planning->row, "endpoint"));
    if (!failure) {
        json_set_string(row, "job", planning->job);
        json_set_string(row, "jobArn",
                        sagemaker_arn(planning->arena, planning->monitoring->scope, "processing-job",
                                      sagemaker_key(planning->arena, str_of(planning->job))));
        json_set_string(row, "report", planning->report);
    }
    store_put(world->store, planning->monitoring->scope, &monitoring_execution_table,
              str_of(key_at(planning->arena, planning->monitoring, planning->scheduled_ms)), json_seal(row));
    tell(planning->monitoring, MONITORING_EXECUTION_TOPIC, status);
}

static void begin_execution(struct monitoring *monitoring, const cJSON *row, int64_t scheduled_ms)
{
    char at[32], id[25];
    struct world *world = monitoring->strand.world;
    struct planning planning = { .monitoring = monitoring,
                                 .arena = arena_new(),
                                 .row = row,
                                 .scheduled_ms = scheduled_ms,
                                 .endpoint = json_string(row, "endpoint") };
    const cJSON *config = json_get(json_get(row, "input"), "MonitoringScheduleConfig");
    time_print_iso(scheduled_ms, false, at);
    random_text(&world->random, "0123456789abcdef", 24, id);
    planning.job = arena_printf(planning.arena, "model-monitoring-%.4s%.2s%.2s%.2s%.2s-%s", at, at + 5, at + 8, at + 11,
                                at + 14, id);
    planning.captured = cJSON_CreateArray();
    if (!monitoring_schedule_plan(world, monitoring->scope, config, &planning.plan)) {
        put_execution(&planning, "Failed", "The monitoring job definition does not exist any more.");
        cJSON_Delete(planning.captured);
    } else {
        find_window(&planning);
        if (add_captured(&planning)) {
            cJSON *more = cJSON_CreateObject();
            make_input(&planning);
            json_set(more, "captured", planning.captured);
            json_set_str(more, "monitoring", json_str(row, "arn"));
            put_execution(&planning, "InProgress", NULL);
            job_begin(world, monitoring->scope, &processing_job_kind, str_of(planning.job), planning.input, more);
        } else {
            put_execution(&planning, "Failed", "The endpoint does not capture data, or does not exist any more.");
            cJSON_Delete(planning.captured);
        }
    }
    arena_free(planning.arena);
}

/* ---- alerts ---- */

/* Among the latest executions of the evaluation period, how many found violations? */
static int64_t count_violations(struct monitoring *monitoring, int64_t period)
{
    struct arena *arena = arena_new();
    struct str prefix = str_of(arena_printf(arena, "%s/", monitoring->key));
    struct str end = str_of(arena_printf(arena, "%s\xff", prefix.at));
    struct cursor at = store_seek(monitoring->strand.world->store, monitoring->scope, &monitoring_execution_table, NULL,
                                  end, true);
    int64_t looked = 0, found = 0;
    while (looked < period && store_next_within(&at, prefix)) {
        struct str status = json_str(json_root(at.row), "status");
        bool ended = str_is(status, "Completed") || str_is(status, "CompletedWithViolations");
        looked += ended;
        found += str_is(status, "CompletedWithViolations");
        if (looked == period)
            store_close(&at);
    }
    arena_free(arena);
    return found;
}

static void judge_alert(struct monitoring *monitoring)
{
    struct world *world = monitoring->strand.world;
    struct json *kept = row_of(monitoring);
    const cJSON *row = json_root(kept);
    bool alert = count_violations(monitoring, json_int64(row, "period", 1)) >= json_int64(row, "points", 1);
    const char *status = alert ? "InAlert" : "OK";
    if (str_is(json_str(row, "alert"), status))
        return;
    struct arena *arena = arena_new();
    cJSON *edited = json_thaw(row), *change = cJSON_CreateObject();
    json_set_str(change, "name", json_str(row, "name"));
    json_set_str(change, "type", json_str(row, "type"));
    json_set_int64(change, "created", clock_now(world->clock));
    json_set_string(change, "status", status);
    json_set_string(edited, "alert", status);
    json_set_int64(edited, "alertModified", clock_now(world->clock));
    store_put(world->store, monitoring->scope, &monitoring_alert_table,
              str_of(key_at(arena, monitoring, clock_now(world->clock))), json_seal(change));
    put_row(monitoring, edited);
    tell(monitoring, MONITORING_ALERT_TOPIC, status);
    arena_free(arena);
}

/* ---- what became of jobs ---- */

static const char *ended_as(const cJSON *job)
{
    struct str status = json_str(job, "status");
    if (!job || str_is(status, "Failed"))
        return "Failed";
    if (str_is(status, "Stopped"))
        return "Stopped";
    if (!str_is(status, "Completed"))
        return NULL;
    return str_starts(json_str(job, "exit"), STR("CompletedWithViolations")) ? "CompletedWithViolations" : "Completed";
}

/* Executions under way are among the last ones; true: one has ended. */
static bool take_jobs(struct monitoring *monitoring)
{
    bool any = false;
    struct world *world = monitoring->strand.world;
    struct arena *arena = arena_new();
    struct str prefix = str_of(arena_printf(arena, "%s/", monitoring->key));
    struct str end = str_of(arena_printf(arena, "%s\xff", prefix.at));
    struct cursor at = store_seek(world->store, monitoring->scope, &monitoring_execution_table, NULL, end, true);
    for (int looked = 0; store_next_within(&at, prefix); looked++) {
        const cJSON *row = json_root(at.row);
        if (looked == 10) {
            store_close(&at);
            break;
        }
        if (!str_is(json_str(row, "status"), "InProgress"))
            continue;
        struct json *job = job_get(world, monitoring->scope, &processing_job_kind, json_str(row, "job"));
        const char *status = ended_as(job ? json_root(job) : NULL);
        if (!status)
            continue;
        cJSON *edited = json_thaw(row);
        json_set_string(edited, "status", status);
        json_set_int64(edited, "modified", clock_now(world->clock));
        json_set_string(edited, "failure", json_string(job ? json_root(job) : NULL, "failure"));
        if (job && json_get(json_root(job), "findings"))
            json_set(edited, "findings", json_thaw(json_get(json_root(job), "findings")));
        store_put(world->store, monitoring->scope, &monitoring_execution_table, at.key, json_seal(edited));
        tell(monitoring, MONITORING_EXECUTION_TOPIC, status);
        any = true;
    }
    arena_free(arena);
    return any;
}

/* ---- the strand ---- */

static void settle(struct monitoring *monitoring, const cJSON *row)
{
    struct world *world = monitoring->strand.world;
    int64_t ready_ms = json_int64(row, "created", 0) + (int64_t)(PENDING_S * 1000 * world->duration_factor);
    if (ready_ms > clock_now(world->clock)) {
        strand_sleep(&monitoring->strand, ready_ms);
        return;
    }
    cJSON *edited = json_thaw(row);
    json_set_string(edited, "status", "Scheduled");
    put_row(monitoring, edited);
    strand_wake(&monitoring->strand, WAKE_AGAIN, NULL, NULL);
}

static void fire(struct monitoring *monitoring, struct json *kept)
{
    struct schedule schedule;
    const cJSON *row = json_root(kept);
    int64_t due_ms = json_int64(row, "next", INT64_MAX), now_ms = clock_now(monitoring->strand.world->clock);
    const cJSON *config = json_get(json_get(json_get(row, "input"), "MonitoringScheduleConfig"), "ScheduleConfig");
    if (due_ms > now_ms)
        return;
    schedule_read(json_str(config, "ScheduleExpression"), &schedule);
    json_ref(kept);
    begin_execution(monitoring, row, due_ms);
    cJSON *edited = json_thaw(json_root(row_of(monitoring)));
    int64_t next_ms = schedule_next(&schedule, schedule.kind == SCHEDULE_RATE ? due_ms : now_ms);
    json_set_int64(edited, "next", next_ms > now_ms ? next_ms : now_ms + 1);
    json_unref(kept);
    put_row(monitoring, edited);
}

static enum next step(struct strand *strand, const struct wake *why)
{
    struct monitoring *monitoring = LIST_ITEM(strand, struct monitoring, strand);
    struct json *kept = row_of(monitoring);
    if (!kept)
        return STRAND_ENDED;
    if (take_jobs(monitoring))
        judge_alert(monitoring);
    kept = row_of(monitoring);
    struct str status = json_str(json_root(kept), "status");
    if (str_is(status, "Pending")) {
        settle(monitoring, json_root(kept));
    } else if (str_is(status, "Scheduled")) {
        fire(monitoring, kept);
        int64_t next_ms = json_int64(json_root(row_of(monitoring)), "next", INT64_MAX);
        if (next_ms < INT64_MAX)
            strand_sleep(strand, next_ms);
    }
    return STRAND_PARKED;
}

static void told(struct listener *listener, const struct event *event)
{
    struct monitoring *monitoring = listener->data;
    if (str_find(event->key, STR(":processing-job/model-monitoring-")) != SIZE_MAX &&
        strcmp(event->scope.account, monitoring->scope.account) == 0)
        strand_wake(&monitoring->strand, WAKE_EVENT, NULL, NULL);
}

static void release(struct strand *strand)
{
    struct monitoring *monitoring = LIST_ITEM(strand, struct monitoring, strand);
    bus_unlisten(strand->world->bus, &monitoring->jobs);
    list_remove(&monitoring->link);
    free(monitoring);
}

static struct monitoring *find(struct world *world, struct scope scope, struct str key)
{
    for (struct list *link = all.next; link && link != &all; link = link->next) {
        struct monitoring *monitoring = LIST_ITEM(link, struct monitoring, link);
        if (monitoring->strand.world == world && str_is(key, monitoring->key) &&
            strcmp(monitoring->scope.account, scope.account) == 0 &&
            strcmp(monitoring->scope.region, scope.region) == 0)
            return monitoring;
    }
    return NULL;
}

void monitoring_start(struct world *world, struct scope scope, struct str key)
{
    struct monitoring *monitoring = memory_alloc(sizeof *monitoring);
    if (!all.next)
        list_init(&all);
    monitoring->scope = store_intern(world->store, scope);
    snprintf(monitoring->key, sizeof monitoring->key, "%.*s", STR_ARG(key));
    monitoring->jobs = (struct listener){ .topic = PROCESSING_JOB_TOPIC, .told = told, .data = monitoring };
    monitoring->strand.step = step;
    monitoring->strand.release = release;
    bus_listen(world->bus, &monitoring->jobs);
    list_append(&all, &monitoring->link);
    strand_start(world, &monitoring->strand);
}

void monitoring_stop(struct world *world, struct scope scope, struct str key)
{
    struct monitoring *monitoring = find(world, scope, key);
    if (monitoring)
        strand_kill(&monitoring->strand);
}

void monitoring_wake(struct world *world, struct scope scope, struct str key)
{
    struct monitoring *monitoring = find(world, scope, key);
    if (monitoring)
        strand_wake(&monitoring->strand, WAKE_EVENT, NULL, NULL);
}
