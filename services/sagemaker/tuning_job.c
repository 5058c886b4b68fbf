#include "services/sagemaker/tuning_job.h"

#include "services/sagemaker/listing.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/quota.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"
#include "services/sagemaker/training_job.h"
#include "services/sagemaker/tuning_choice.h"
#include "world/bus.h"

const struct table_def tuning_job_table = { .name = "sagemaker.tuning_job", .indexes = listing_indexes };

/* ---- definitions ---- */

const cJSON *tuning_definition(const cJSON *input, size_t index)
{
    const cJSON *one = json_get(input, "TrainingJobDefinition");
    if (one)
        return index == 0 ? one : NULL;
    return cJSON_GetArrayItem(json_get(input, "TrainingJobDefinitions"), (int)index);
}

const cJSON *tuning_objective(const cJSON *input, const cJSON *definition)
{
    const cJSON *own = json_get(definition, "TuningObjective");
    return own ? own : json_get(json_get(input, "HyperParameterTuningJobConfig"), "HyperParameterTuningJobObjective");
}

const cJSON *tuning_ranges(const cJSON *input, const cJSON *definition)
{
    const cJSON *own = json_get(definition, "HyperParameterRanges");
    return own ? own : json_get(json_get(input, "HyperParameterTuningJobConfig"), "ParameterRanges");
}

cJSON *tuning_training_input(const cJSON *input, const cJSON *definition, const char *name, cJSON *tuned_taken)
{
    static const char *const others[] = { "DefinitionName", "TuningObjective", "HyperParameterRanges",
                                          "StaticHyperParameters", "HyperParameterTuningResourceConfig" };
    cJSON *training = json_thaw(definition), *parameters = tuned_taken;
    const cJSON *fixed, *resources = json_get(definition, "HyperParameterTuningResourceConfig");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        json_set_string(training, others[i], NULL);
    cJSON_ArrayForEach(fixed, json_get(definition, "StaticHyperParameters"))
    {
        json_set_str(parameters, fixed->string, json_value(fixed));
    }
    json_set_str(parameters, "_tuning_objective_metric", json_str(tuning_objective(input, definition), "MetricName"));
    json_set_string(training, "TrainingJobName", name);
    json_set(training, "HyperParameters", parameters);
    if (resources && !json_get(training, "ResourceConfig"))
        json_set(training, "ResourceConfig", json_thaw(resources));
    return training;
}

/* ---- its training jobs ---- */

struct tuning_trial tuning_trial_of(const cJSON *row, const char *metric)
{
    struct str status = json_str(row, "status");
    const cJSON *entry;
    struct tuning_trial trial = { .row = row, .ended = !str_is(status, "InProgress") && !str_is(status, "Stopping") };
    cJSON_ArrayForEach(entry, json_get(row, "metrics"))
    {
        if (metric && str_is(json_str(entry, "MetricName"), metric)) {
            trial.measured = trial.ended;
            trial.value = json_number(entry, "Value", 0);
        }
    }
    return trial;
}

void tuning_each(struct world *world, struct scope scope, const cJSON *row,
                 bool (*visit)(void *data, const cJSON *training_row), void *data)
{
    struct arena *arena = arena_new();
    struct str key = sagemaker_key(arena, json_str(row, "name"));
    struct str prefix = str_of(arena_printf(arena, "%.*s-", STR_ARG(key)));
    struct cursor at = store_seek_from(world->store, scope, &training_job_table, NULL, prefix);
    while (store_next_within(&at, prefix)) {
        if (!str_equal(json_str(json_root(at.row), "tuning"), json_str(row, "arn")) || !visit(data, json_root(at.row)))
            continue;
        store_close(&at);
        break;
    }
    arena_free(arena);
}

/* ---- CreateHyperParameterTuningJob ---- */

/* Parents are tuning jobs that have ended ("Run a Warm Start Hyperparameter Tuning Job"). */
static const char *parents_fault(struct call *call, const cJSON *input)
{
    const cJSON *parent;
    cJSON_ArrayForEach(parent, json_get(json_get(input, "WarmStartConfig"), "ParentHyperParameterTuningJobs"))
    {
        struct str name = json_str(parent, "HyperParameterTuningJobName");
        struct json *row = store_get(call->world->store, call_scope(call), &tuning_job_table,
                                     sagemaker_key(call->arena, name));
        struct str status = row ? json_str(json_root(row), "status") : STR_NONE;
        if (!str_is(status, "Completed") && !str_is(status, "Stopped") && !str_is(status, "Failed"))
            return arena_printf(
                call->arena, "The parent hyperparameter tuning job %.*s does not exist or is not in a terminal state.",
                STR_ARG(name));
    }
    return NULL;
}

/* Sentences are ours, in AWS's shape. */
static const char *fault_of(struct call *call, const cJSON *input)
{
    const cJSON *config = json_get(input, "HyperParameterTuningJobConfig"), *definition;
    const char *strategy = json_string(config, "Strategy");
    bool one = json_get(input, "TrainingJobDefinition") != NULL,
         many = json_get(input, "TrainingJobDefinitions") != NULL;
    if (one == many)
        return "Exactly one of TrainingJobDefinition and TrainingJobDefinitions must be specified.";
    if (json_get(input, "Autotune"))
        return "This practice cloud has no Autotune.";
    if (strcmp(strategy, "Hyperband") == 0 && str_is(json_str(config, "TrainingJobEarlyStoppingType"), "Auto"))
        return "TrainingJobEarlyStoppingType must be Off for the Hyperband strategy, which stops early by itself.";
    const char *parents = parents_fault(call, input);
    if (parents)
        return parents;
    bool grid = strcmp(strategy, "Grid") == 0;
    int64_t jobs = json_int64(json_get(config, "ResourceLimits"), "MaxNumberOfTrainingJobs", 0);
    for (size_t i = 0; (definition = tuning_definition(input, i)); i++) {
        const char *why = tuning_choice_fault(call->arena, strategy, tuning_ranges(input, definition));
        if (why)
            return why;
        if (!tuning_objective(input, definition))
            return "HyperParameterTuningJobObjective is required.";
        if (!json_get(definition, "ResourceConfig") && !json_get(definition, "HyperParameterTuningResourceConfig"))
            return "ResourceConfig is required.";
        if (grid && jobs && jobs != tuning_choice_grid_size(tuning_ranges(input, definition)))
            return "For the Grid strategy MaxNumberOfTrainingJobs must equal the number of distinct categorical "
                   "combinations.";
    }
    return grid || jobs ? NULL : "MaxNumberOfTrainingJobs is required.";
}

/* The first definition's data, role and instances, as its training jobs would be asked for them. */
static enum outcome check_training(struct call *call)
{
    cJSON *training = tuning_training_input(call->input, tuning_definition(call->input, 0), "check",
                                            cJSON_CreateObject());
    struct str text = json_print_in(call->arena, training);
    cJSON_Delete(training);
    return training_check(call, json_parse_in(call->arena, text, NULL));
}

enum outcome create_hyper_parameter_tuning_job(struct call *call)
{
    struct str name = input_str(call, "HyperParameterTuningJobName"), key = sagemaker_key(call->arena, name);
    struct str arn = str_of(sagemaker_arn(call->arena, call_scope(call), "hyper-parameter-tuning-job", key));
    if (store_get(call->world->store, call_scope(call), &tuning_job_table, key))
        return call_fail(call, &SAGEMAKER_RESOURCE_IN_USE, /* as told in aws/amazon-sagemaker-examples, issue 2440 */
                         "A hyperparameter tuning job with the name, %.*s, already exists. Choose a different name.",
                         STR_ARG(name));
    const char *fault = fault_of(call, call->input);
    if (fault)
        return call_fail(call, &ERROR_VALIDATION, "%s", fault);
    enum outcome outcome = check_training(call);
    if (outcome != CALL_DONE || !sagemaker_tag_check(call, arn))
        return outcome == CALL_DONE ? CALL_FAILED : outcome;
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "name", name);
    json_set_str(row, "arn", arn);
    json_set_int64(row, "created", clock_now(call->world->clock));
    json_set(row, "input", sagemaker_kept_input(call));
    tuning_note(call->world, call_scope(call), key, row, "InProgress");
    sagemaker_tag_put(call, arn);
    tuning_start(call->world, call_scope(call), key);
    output_str(call, "HyperParameterTuningJobArn", arn);
    return CALL_DONE;
}

void tuning_note(struct world *world, struct scope scope, struct str key, cJSON *row_taken, const char *status)
{
    cJSON *detail = cJSON_CreateObject();
    json_set_string(row_taken, "status", status);
    json_set_int64(row_taken, "modified", clock_now(world->clock));
    struct json *row = json_seal(row_taken);
    store_put(world->store, scope, &tuning_job_table, key, row);
    json_set_string(detail, "status", status);
    bus_post(world->bus, TUNING_JOB_TOPIC, scope, json_str(json_root(row), "arn"), json_seal(detail));
}

/* ---- DescribeHyperParameterTuningJob ---- */

static struct json *job_of_call(struct call *call)
{
    const char *name = input_string(call, "HyperParameterTuningJobName");
    struct json *row = store_get(call->world->store, call_scope(call), &tuning_job_table,
                                 sagemaker_key(call->arena, str_of(name)));
    if (!row) /* AWS's as far as "a tuning job" (aws/amazon-sagemaker-operator-for-k8s knows it by that) */
        call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Amazon SageMaker can't find a tuning job with the name %s.",
                  name);
    return row;
}

struct tally {
    const char *metric;
    bool maximise;
    int64_t completed, active, failed, stopped, succeeded, pending, unmeasured;
    const cJSON *best;
    double best_value;
};

static bool count(void *data, const cJSON *row)
{
    struct tally *tally = data;
    struct tuning_trial trial = tuning_trial_of(row, tally->metric);
    struct str status = json_str(row, "status");
    tally->completed += str_is(status, "Completed");
    tally->failed += str_is(status, "Failed");
    tally->stopped += str_is(status, "Stopped");
    tally->active += !trial.ended;
    tally->pending += !trial.ended;
    tally->succeeded += trial.measured;
    tally->unmeasured += trial.ended && !trial.measured;
    bool better = !tally->best || (tally->maximise ? trial.value > tally->best_value : trial.value < tally->best_value);
    if (trial.measured && better) {
        tally->best = row;
        tally->best_value = trial.value;
    }
    return false;
}

static struct tally tally_of(struct call *call, const cJSON *row)
{
    const cJSON *input = json_get(row, "input"), *objective = tuning_objective(input, tuning_definition(input, 0));
    struct tally tally = { .metric = json_string(objective, "MetricName"),
                           .maximise = str_is(json_str(objective, "Type"), "Maximize") };
    tuning_each(call->world, call_scope(call), row, count, &tally);
    return tally;
}

static void set_counters(cJSON *to, const struct tally *tally)
{
    cJSON *jobs = cJSON_CreateObject(), *objectives = cJSON_CreateObject();
    json_set_int64(jobs, "Completed", tally->completed);
    json_set_int64(jobs, "InProgress", tally->active);
    json_set_int64(jobs, "RetryableError", 0);
    json_set_int64(jobs, "NonRetryableError", tally->failed);
    json_set_int64(jobs, "Stopped", tally->stopped);
    json_set_int64(objectives, "Succeeded", tally->succeeded);
    json_set_int64(objectives, "Pending", tally->pending);
    json_set_int64(objectives, "Failed", tally->unmeasured);
    json_set(to, "TrainingJobStatusCounters", jobs);
    json_set(to, "ObjectiveStatusCounters", objectives);
}

static cJSON *training_summary(const cJSON *tuning_row, const cJSON *row)
{
    const cJSON *input = json_get(tuning_row, "input"),
                *objective = tuning_objective(input, tuning_definition(input, 0));
    struct tuning_trial trial = tuning_trial_of(row, json_string(objective, "MetricName"));
    cJSON *item = cJSON_CreateObject();
    json_set_string(item, "TrainingJobDefinitionName", json_string(row, "definition"));
    json_set_str(item, "TrainingJobName", json_str(row, "name"));
    json_set_str(item, "TrainingJobArn", json_str(row, "arn"));
    sagemaker_set_time(item, "CreationTime", row, "created");
    sagemaker_set_time(item, "TrainingStartTime", row, "started");
    sagemaker_set_time(item, "TrainingEndTime", row, "ended");
    json_set_str(item, "TrainingJobStatus", json_str(row, "status"));
    json_set(item, "TunedHyperParameters", json_thaw(json_get(row, "tuned")));
    json_set_string(item, "FailureReason", json_string(row, "failure"));
    if (trial.measured) {
        cJSON *metric = json_thaw(objective);
        json_set_number(metric, "Value", trial.value);
        json_set(item, "FinalHyperParameterTuningJobObjectiveMetric", metric);
    }
    json_set_string(item, "ObjectiveStatus", trial.measured ? "Succeeded" : trial.ended ? "Failed" : "Pending");
    return item;
}

static void set_common(cJSON *to, const cJSON *row)
{
    json_set_str(to, "HyperParameterTuningJobName", json_str(row, "name"));
    json_set_str(to, "HyperParameterTuningJobArn", json_str(row, "arn"));
    json_set_str(to, "HyperParameterTuningJobStatus", json_str(row, "status"));
    sagemaker_set_time(to, "CreationTime", row, "created");
    sagemaker_set_time(to, "LastModifiedTime", row, "modified");
    sagemaker_set_time(to, "HyperParameterTuningEndTime", row, "ended");
}

enum outcome describe_hyper_parameter_tuning_job(struct call *call)
{
    struct json *kept = job_of_call(call);
    if (!kept)
        return CALL_FAILED;
    const cJSON *row = json_root(kept);
    struct tally tally = tally_of(call, row);
    sagemaker_output_members(call, json_get(row, "input"));
    set_common(call_output(call), row);
    set_counters(call_output(call), &tally);
    output_string(call, "FailureReason", json_string(row, "failure"));
    if (tally.best) {
        cJSON *best = training_summary(row, tally.best);
        output_json(call, "OverallBestTrainingJob", json_thaw(best));
        output_json(call, "BestTrainingJob", best);
    }
    return CALL_DONE;
}

/* ---- lists ---- */

static cJSON *summary(struct call *call, const cJSON *row)
{
    const cJSON *config = json_get(json_get(row, "input"), "HyperParameterTuningJobConfig");
    struct tally tally = tally_of(call, row);
    cJSON *item = cJSON_CreateObject();
    set_common(item, row);
    json_set_str(item, "Strategy", json_str(config, "Strategy"));
    set_counters(item, &tally);
    json_set(item, "ResourceLimits", json_thaw(json_get(config, "ResourceLimits")));
    return item;
}

enum outcome list_hyper_parameter_tuning_jobs(struct call *call)
{
    const struct listing listing = {
        .table = &tuning_job_table, .member = "HyperParameterTuningJobSummaries", .by_name = true, .item = summary
    };
    return sagemaker_list(call, &listing);
}

struct gathering {
    const cJSON *rows[TUNING_JOBS_MOST];
    struct str status;
    size_t count;
};

static bool gather(void *data, const cJSON *row)
{
    struct gathering *gathering = data;
    if (!gathering->status.length || str_equal(json_str(row, "status"), gathering->status))
        gathering->rows[gathering->count++] = row;
    return gathering->count == TUNING_JOBS_MOST;
}

/* In what order two of them stand; by name where nothing else was asked for. */
static int order(struct call *call, const char *metric, const cJSON *a, const cJSON *b)
{
    struct str by = input_str(call, "SortBy");
    int way = str_is(input_str(call, "SortOrder"), "Descending") ? -1 : 1, result = 0;
    if (str_is(by, "CreationTime")) {
        int64_t first = json_int64(a, "created", 0), second = json_int64(b, "created", 0);
        result = (first > second) - (first < second);
    } else if (str_is(by, "Status")) {
        result = str_compare(json_str(a, "status"), json_str(b, "status"));
    } else if (str_is(by, "FinalObjectiveMetricValue")) {
        struct tuning_trial first = tuning_trial_of(a, metric), second = tuning_trial_of(b, metric);
        if (first.measured != second.measured)
            return first.measured ? -1 : 1; /* those without a value are not told */
        result = (first.value > second.value) - (first.value < second.value);
    }
    return way * (result ? result : str_compare(json_str(a, "name"), json_str(b, "name")));
}

static void sort(struct call *call, struct gathering *gathering, const char *metric)
{
    for (size_t i = 1; i < gathering->count; i++) {
        const cJSON *row = gathering->rows[i];
        size_t at = i;
        for (; at > 0 && order(call, metric, gathering->rows[at - 1], row) > 0; at--)
            gathering->rows[at] = gathering->rows[at - 1];
        gathering->rows[at] = row;
    }
}

enum outcome list_training_jobs_for_hyper_parameter_tuning_job(struct call *call)
{
    struct json *kept = job_of_call(call);
    if (!kept)
        return CALL_FAILED;
    const cJSON *row = json_root(kept), *input = json_get(row, "input");
    const char *metric = json_string(tuning_objective(input, tuning_definition(input, 0)), "MetricName");
    struct gathering *gathering = ARENA_NEW(call->arena, struct gathering);
    gathering->status = input_str(call, "StatusEquals");
    tuning_each(call->world, call_scope(call), row, gather, gathering);
    sort(call, gathering, metric);
    cJSON *items = cJSON_CreateArray();
    bool measured = str_is(input_str(call, "SortBy"), "FinalObjectiveMetricValue");
    for (size_t i = 0; i < gathering->count; i++) {
        if (!measured || tuning_trial_of(gathering->rows[i], metric).measured)
            json_add(items, training_summary(row, gathering->rows[i]));
    }
    return sagemaker_list_array(call, "TrainingJobSummaries", items);
}

/* ---- stopping, deleting ---- */

static bool stop_one(void *data, const cJSON *row)
{
    struct call *call = data;
    if (str_is(json_str(row, "status"), "InProgress"))
        job_stop(call->world, call_scope(call), &training_job_kind, json_str(row, "name"));
    return false;
}

enum outcome stop_hyper_parameter_tuning_job(struct call *call)
{
    struct json *kept = job_of_call(call);
    if (!kept)
        return CALL_FAILED;
    if (!str_is(json_str(json_root(kept), "status"), "InProgress"))
        return CALL_DONE;
    json_ref(kept);
    tuning_note(call->world, call_scope(call),
                sagemaker_key(call->arena, input_str(call, "HyperParameterTuningJobName")), json_thaw(json_root(kept)),
                "Stopping");
    tuning_each(call->world, call_scope(call), json_root(kept), stop_one, call);
    json_unref(kept);
    return CALL_DONE;
}

enum outcome delete_hyper_parameter_tuning_job(struct call *call)
{
    struct json *kept = job_of_call(call);
    if (!kept)
        return CALL_FAILED;
    struct str status = json_str(json_root(kept), "status");
    if (str_is(status, "InProgress") || str_is(status, "Stopping"))
        return call_fail(call, &ERROR_VALIDATION, "The tuning job %s is in progress and cannot be deleted.",
                         input_string(call, "HyperParameterTuningJobName"));
    sagemaker_tag_drop(call->world, call_scope(call), arena_str(call->arena, json_str(json_root(kept), "arn")));
    store_delete(call->world->store, call_scope(call), &tuning_job_table,
                 sagemaker_key(call->arena, input_str(call, "HyperParameterTuningJobName")));
    return CALL_DONE;
}

static void restart(struct scope scope, struct str key, struct json *row, void *world)
{
    struct str status = json_str(json_root(row), "status");
    if (str_is(status, "InProgress") || str_is(status, "Stopping"))
        tuning_start(world, scope, key);
}

void tuning_job_recover(struct world *world)
{
    store_scan(world->store, &tuning_job_table, restart, world);
}
