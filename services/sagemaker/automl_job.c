#include "services/sagemaker/automl_job.h"

#include <stdlib.h>

#include "services/sagemaker/automl_score.h"
#include "services/sagemaker/listing.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"
#include "services/sagemaker/training_job.h"
#include "world/bus.h"

#define CANDIDATES_DEFAULT 10
#define DAY_S              86400

const struct table_def automl_job_table = { .name = "sagemaker.automl_job", .indexes = listing_indexes };

/* ---- what was asked for ---- */

static struct automl_plan plan_of_v1(const cJSON *input)
{
    const cJSON *config = json_get(input, "AutoMLJobConfig"), *criteria = json_get(config, "CompletionCriteria");
    const cJSON *channels = json_get(input, "InputDataConfig");
    return (struct automl_plan){
        .target = json_str(channels ? channels->child : NULL, "TargetAttributeName"),
        .problem = json_str(input, "ProblemType"),
        .channels = channels,
        .candidates = json_int64(criteria, "MaxCandidates", CANDIDATES_DEFAULT),
        .job_runtime_s = json_int64(criteria, "MaxAutoMLJobRuntimeInSeconds", 0),
        .training_runtime_s = json_int64(criteria, "MaxRuntimePerTrainingJobInSeconds", DAY_S),
        .fraction = json_number(json_get(config, "DataSplitConfig"), "ValidationFraction", 0.2),
        .algorithms = json_get(json_get(config, "CandidateGenerationConfig"), "AlgorithmsConfig"),
    };
}

static struct automl_plan plan_of_v2(const cJSON *input)
{
    const cJSON *tabular = json_get(json_get(input, "AutoMLProblemTypeConfig"), "TabularJobConfig");
    const cJSON *criteria = json_get(tabular, "CompletionCriteria");
    return (struct automl_plan){
        .target = json_str(tabular, "TargetAttributeName"),
        .problem = json_str(tabular, "ProblemType"),
        .channels = json_get(input, "AutoMLJobInputDataConfig"),
        .candidates = json_int64(criteria, "MaxCandidates", CANDIDATES_DEFAULT),
        .job_runtime_s = json_int64(criteria, "MaxAutoMLJobRuntimeInSeconds", 0),
        .training_runtime_s = json_int64(criteria, "MaxRuntimePerTrainingJobInSeconds", DAY_S),
        .fraction = json_number(json_get(input, "DataSplitConfig"), "ValidationFraction", 0.2),
        .algorithms = json_get(json_get(tabular, "CandidateGenerationConfig"), "AlgorithmsConfig"),
    };
}

static struct automl_plan plan_of(const cJSON *input, bool second)
{
    struct automl_plan plan = second ? plan_of_v2(input) : plan_of_v1(input);
    plan.objective = json_str(json_get(input, "AutoMLJobObjective"), "MetricName");
    plan.role = json_str(input, "RoleArn");
    plan.output = json_str(json_get(input, "OutputDataConfig"), "S3OutputPath");
    if (plan.candidates > AUTOML_CANDIDATES_MOST)
        plan.candidates = AUTOML_CANDIDATES_MOST;
    return plan;
}

struct automl_plan automl_plan_of(const cJSON *row)
{
    return plan_of(json_get(row, "input"), json_int64(row, "version", 1) == 2);
}

char *automl_image(struct arena *arena, const char *region, enum automl_image image)
{
    static const char *const images[] = {
        "683313688378.dkr.ecr.%s.amazonaws.com/sagemaker-xgboost:1.7-1",
        "382416733822.dkr.ecr.%s.amazonaws.com/linear-learner:1",
        "683313688378.dkr.ecr.%s.amazonaws.com/sagemaker-sklearn-automl:2.5-1-cpu-py3"
    };
    struct str rest, before = str_cut(str_of(images[image]), '%', &rest);
    return arena_printf(arena, "%.*s%s%s", STR_ARG(before), region, rest.at + 1);
}

char *automl_place(struct arena *arena, const cJSON *row, const char *file)
{
    struct str output = automl_plan_of(row).output;
    while (output.length && output.at[output.length - 1] == '/')
        output.length--;
    return arena_printf(arena, "%.*s/%s/preprocessed-data/tuning_data/%s", STR_ARG(output), json_string(row, "name"),
                        file);
}

/* ---- Create ---- */

/* Sentences are ours, in AWS's shape. */
static enum outcome check_channels(struct call *call, const struct automl_plan *plan)
{
    size_t count = 0, training = 0;
    const cJSON *channel;
    struct s3_wanted *wanted = ARENA_ARRAY(call->arena, struct s3_wanted,
                                           (size_t)cJSON_GetArraySize(plan->channels) + 1);
    cJSON_ArrayForEach(channel, plan->channels)
    {
        struct str type = json_str(channel, "ContentType"), compression = json_str(channel, "CompressionType");
        const cJSON *source = json_get(json_get(channel, "DataSource"), "S3DataSource");
        if ((type.length && !str_is(type, "text/csv;header=present")) || str_is(compression, "Gzip"))
            return call_fail(call, &ERROR_VALIDATION,
                             "This practice cloud reads AutoML's data as text/csv;header=present without compression.");
        training += !str_is(json_str(channel, "ChannelType"), "validation");
        wanted[count++] = (struct s3_wanted){ .url = json_str(source, "S3Uri") };
    }
    if (training != 1 || count > 2)
        return call_fail(call, &ERROR_VALIDATION, "There must be one training channel and at most one for validation.");
    return s3_wanted_check(call, plan->role, wanted, count);
}

static enum outcome check(struct call *call, const struct automl_plan *plan, bool second)
{
    bool maximise;
    struct str bucket, key, problem = plan->problem.at ? plan->problem : STR("");
    if (!plan->target.length)
        return call_fail(call, &ERROR_VALIDATION,
                         second
                             ? "This practice cloud runs AutoML jobs of the tabular problem type: TabularJobConfig is "
                               "required."
                             : "TargetAttributeName is required.");
    if (!second && !plan->problem.at != !plan->objective.at)
        return call_fail(call, &ERROR_VALIDATION,
                         "Both ProblemType and AutoMLJobObjective must be provided, or neither of them.");
    if (plan->objective.at && !automl_metric_is_known(plan->objective, problem, &maximise))
        return call_fail(call, &ERROR_VALIDATION,
                         "This practice cloud does not measure candidates by the metric %.*s%s%.*s.",
                         STR_ARG(plan->objective), problem.length ? " for " : "", STR_ARG(problem));
    if (!s3_url_parse(plan->output, &bucket, &key))
        return call_fail(call, &ERROR_VALIDATION, "S3 URI \"%.*s\" is not valid.", STR_ARG(plan->output));
    if (plan->candidates < 1 || !sagemaker_role_check(call, plan->role))
        return call->error.kind ? CALL_FAILED : call_fail(call, &ERROR_VALIDATION, "MaxCandidates must be positive.");
    return check_channels(call, plan);
}

static enum outcome create(struct call *call, bool second)
{
    struct automl_plan plan = plan_of(call->input, second);
    struct str name = input_str(call, "AutoMLJobName"), key = sagemaker_key(call->arena, name);
    struct str arn = str_of(sagemaker_arn(call->arena, call_scope(call), "automl-job", key));
    if (store_get(call->world->store, call_scope(call), &automl_job_table, key))
        return call_fail(call, &SAGEMAKER_RESOURCE_IN_USE,
                         "AutoMLJob names must be unique within an AWS account and region, and a job with this name "
                         "already exists (%.*s)",
                         STR_ARG(arn));
    enum outcome outcome = check(call, &plan, second);
    if (outcome != CALL_DONE || !sagemaker_tag_check(call, arn))
        return outcome == CALL_DONE ? CALL_FAILED : outcome;
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "name", name);
    json_set_str(row, "arn", arn);
    json_set_int64(row, "version", second ? 2 : 1);
    json_set_int64(row, "created", clock_now(call->world->clock));
    json_set(row, "input", sagemaker_kept_input(call));
    json_set(row, "candidates", cJSON_CreateArray());
    automl_note(call->world, call_scope(call), key, row, "InProgress", "Starting");
    sagemaker_tag_put(call, arn);
    automl_start(call->world, call_scope(call), key);
    output_str(call, "AutoMLJobArn", arn);
    return CALL_DONE;
}

enum outcome create_auto_ml_job(struct call *call)
{
    return create(call, false);
}

enum outcome create_auto_ml_job_v2(struct call *call)
{
    return create(call, true);
}

void automl_note(struct world *world, struct scope scope, struct str key, cJSON *row_taken, const char *status,
                 const char *secondary)
{
    cJSON *detail = cJSON_CreateObject();
    json_set_string(row_taken, "status", status);
    json_set_string(row_taken, "secondary", secondary);
    json_set_int64(row_taken, "modified", clock_now(world->clock));
    struct json *row = json_seal(row_taken);
    store_put(world->store, scope, &automl_job_table, key, row);
    json_set_string(detail, "status", status);
    bus_post(world->bus, AUTOML_JOB_TOPIC, scope, json_str(json_root(row), "arn"), json_seal(detail));
}

/* ---- candidates ---- */

const cJSON *automl_best(const cJSON *row)
{
    bool maximise = true;
    const cJSON *best = NULL, *candidate;
    automl_metric_is_known(json_str(row, "objective"), json_str(row, "problem"), &maximise);
    cJSON_ArrayForEach(candidate, json_get(row, "candidates"))
    {
        double value = json_number(candidate, "value", 0), most = json_number(best, "value", 0);
        if (json_get(candidate, "value") && (!best || (maximise ? value > most : value < most)))
            best = candidate;
    }
    return best;
}

static void add_step(cJSON *steps, const char *type, const char *arn, const char *name)
{
    cJSON *step = cJSON_CreateObject();
    json_set_string(step, "CandidateStepType", type);
    json_set_string(step, "CandidateStepArn", arn);
    json_set_string(step, "CandidateStepName", name);
    json_add(steps, step);
}

static void add_container(cJSON *containers, const char *image, const char *data, const char *mode)
{
    cJSON *container = cJSON_CreateObject(), *environment = cJSON_CreateObject();
    json_set_string(container, "Image", image);
    json_set_string(container, "ModelDataUrl", data);
    json_set_string(environment, "AUTOML_TRANSFORM_MODE", mode);
    json_set(container, "Environment", environment);
    json_add(containers, container);
}

/* Rows as they came in, the model, and labels as they were. */
static cJSON *containers_of(struct call *call, const cJSON *row, const cJSON *candidate)
{
    cJSON *containers = cJSON_CreateArray();
    char *transformer = automl_image(call->arena, call->region, AUTOML_TRANSFORMER);
    char *data = automl_place(call->arena, row, "transformer/model.tar.gz");
    struct str output = automl_plan_of(row).output;
    while (output.length && output.at[output.length - 1] == '/')
        output.length--;
    enum automl_image image = str_is(json_str(candidate, "algorithm"), "xgboost") ? AUTOML_XGBOOST
                                                                                  : AUTOML_LINEAR_LEARNER;
    add_container(containers, transformer, data, "feature-transform");
    add_container(containers, automl_image(call->arena, call->region, image),
                  arena_printf(call->arena, "%.*s/%s/tuning/%s/output/model.tar.gz", STR_ARG(output),
                               json_string(row, "name"), json_string(candidate, "training")),
                  NULL);
    if (!str_is(json_str(row, "problem"), "Regression"))
        add_container(containers, transformer, data, "inverse-label-transform");
    return containers;
}

static cJSON *metric_of(const cJSON *row, const cJSON *candidate)
{
    bool maximise = true;
    cJSON *metric = cJSON_CreateObject();
    automl_metric_is_known(json_str(row, "objective"), json_str(row, "problem"), &maximise);
    json_set_string(metric, "Type", maximise ? "Maximize" : "Minimize");
    json_set_str(metric, "MetricName", json_str(row, "objective"));
    json_set_number(metric, "Value", json_number(candidate, "value", 0));
    json_set_str(metric, "StandardMetricName", json_str(row, "objective"));
    return metric;
}

static cJSON *properties_of(const cJSON *candidate)
{
    cJSON *properties = cJSON_CreateObject(), *list = cJSON_CreateArray();
    const cJSON *metric;
    cJSON_ArrayForEach(metric, json_get(candidate, "metrics"))
    {
        cJSON *datum = cJSON_CreateObject();
        json_set_string(datum, "MetricName", metric->string);
        json_set_string(datum, "StandardMetricName", metric->string);
        json_set(datum, "Value", json_thaw(metric));
        json_set_string(datum, "Set", "Validation");
        json_add(list, datum);
    }
    json_set(properties, "CandidateMetrics", list);
    return properties;
}

static cJSON *told(struct call *call, const cJSON *row, const cJSON *candidate)
{
    cJSON *item = cJSON_CreateObject(), *steps = cJSON_CreateArray();
    const char *preparing = json_string(row, "preparing"), *training = json_string(candidate, "training");
    struct scope scope = call_scope(call);
    bool scored = json_get(candidate, "value") != NULL;
    add_step(steps, "AWS::SageMaker::ProcessingJob",
             sagemaker_arn(call->arena, scope, "processing-job", sagemaker_key(call->arena, str_of(preparing))),
             preparing);
    add_step(steps, "AWS::SageMaker::TrainingJob",
             sagemaker_arn(call->arena, scope, "training-job", sagemaker_key(call->arena, str_of(training))), training);
    json_set_str(item, "CandidateName", json_str(candidate, "name"));
    if (scored)
        json_set(item, "FinalAutoMLJobObjectiveMetric", metric_of(row, candidate));
    json_set_string(item, "ObjectiveStatus",
                    scored                         ? "Succeeded"
                    : json_get(candidate, "ended") ? "Failed"
                                                   : "Pending");
    json_set(item, "CandidateSteps", steps);
    json_set_str(item, "CandidateStatus", json_str(candidate, "status"));
    if (scored) {
        json_set(item, "InferenceContainers", containers_of(call, row, candidate));
        json_set(item, "CandidateProperties", properties_of(candidate));
    }
    sagemaker_set_time(item, "CreationTime", candidate, "created");
    sagemaker_set_time(item, "EndTime", candidate, "ended");
    sagemaker_set_time(item, "LastModifiedTime", candidate, "modified");
    json_set_string(item, "FailureReason", json_string(candidate, "failure"));
    return item;
}

/* ---- Describe ---- */

static struct json *job_of_call(struct call *call)
{
    const char *name = input_string(call, "AutoMLJobName");
    struct json *row = store_get(call->world->store, call_scope(call), &automl_job_table,
                                 sagemaker_key(call->arena, str_of(name)));
    if (!row) /* ours, in the shape of the tuning job's */
        call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Could not find AutoML job with name %s.", name);
    return row;
}

static void set_common(cJSON *to, const cJSON *row)
{
    json_set_str(to, "AutoMLJobName", json_str(row, "name"));
    json_set_str(to, "AutoMLJobArn", json_str(row, "arn"));
    json_set_str(to, "AutoMLJobStatus", json_str(row, "status"));
    json_set_str(to, "AutoMLJobSecondaryStatus", json_str(row, "secondary"));
    json_set_string(to, "FailureReason", json_string(row, "failure"));
    sagemaker_set_time(to, "CreationTime", row, "created");
    sagemaker_set_time(to, "EndTime", row, "ended");
    sagemaker_set_time(to, "LastModifiedTime", row, "modified");
}

static cJSON *resolved_of(const cJSON *row, bool second)
{
    cJSON *resolved = cJSON_CreateObject(), *objective = cJSON_CreateObject(), *criteria = cJSON_CreateObject();
    struct automl_plan plan = automl_plan_of(row);
    json_set_str(objective, "MetricName", json_str(row, "objective"));
    json_set_int64(criteria, "MaxCandidates", plan.candidates);
    if (plan.job_runtime_s)
        json_set_int64(criteria, "MaxAutoMLJobRuntimeInSeconds", plan.job_runtime_s);
    json_set(resolved, "AutoMLJobObjective", objective);
    json_set(resolved, "CompletionCriteria", criteria);
    if (!second) {
        json_set_str(resolved, "ProblemType", json_str(row, "problem"));
        return resolved;
    }
    cJSON *problem = cJSON_CreateObject(), *tabular = cJSON_CreateObject();
    json_set_str(tabular, "ProblemType", json_str(row, "problem"));
    json_set(problem, "TabularResolvedAttributes", tabular);
    json_set(resolved, "AutoMLProblemTypeResolvedAttributes", problem);
    return resolved;
}

/* A job of either version is described by its own operation alone, as on AWS but for V2's, which describes both. */
static enum outcome describe(struct call *call, bool second)
{
    struct json *kept = job_of_call(call);
    if (!kept)
        return CALL_FAILED;
    const cJSON *row = json_root(kept), *best = automl_best(row);
    if (json_int64(row, "version", 1) == 2 && !second)
        return call_fail(call, &ERROR_VALIDATION,
                         "The AutoML job %s was created by CreateAutoMLJobV2: describe it by DescribeAutoMLJobV2.",
                         json_string(row, "name"));
    if (json_int64(row, "version", 1) == (second ? 2 : 1))
        sagemaker_output_members(call, json_get(row, "input"));
    set_common(call_output(call), row);
    if (second)
        output_string(call, "AutoMLProblemTypeConfigName", "Tabular");
    if (json_get(row, "problem"))
        output_json(call, "ResolvedAttributes", resolved_of(row, second));
    if (best)
        output_json(call, "BestCandidate", told(call, row, best));
    return CALL_DONE;
}

enum outcome describe_auto_ml_job(struct call *call)
{
    return describe(call, false);
}

enum outcome describe_auto_ml_job_v2(struct call *call)
{
    return describe(call, true);
}

/* ---- lists ---- */

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    set_common(item, row);
    return item;
}

enum outcome list_auto_ml_jobs(struct call *call)
{
    const struct listing listing = {
        .table = &automl_job_table, .member = "AutoMLJobSummaries", .by_name = true, .item = summary
    };
    return sagemaker_list(call, &listing);
}

/* The leaderboard: SortBy FinalObjectiveMetricValue. */
static int order(struct call *call, const cJSON *a, const cJSON *b)
{
    struct str by = input_str(call, "SortBy");
    int way = str_is(input_str(call, "SortOrder"), "Descending") ? -1 : 1, result = 0;
    if (str_is(by, "FinalObjectiveMetricValue")) {
        double one = json_number(a, "value", 0), other = json_number(b, "value", 0);
        result = (one > other) - (one < other);
    } else if (str_is(by, "Status")) {
        result = str_compare(json_str(a, "status"), json_str(b, "status"));
    } else {
        int64_t one = json_int64(a, "created", 0), other = json_int64(b, "created", 0);
        result = (one > other) - (one < other);
    }
    return way * (result ? result : str_compare(json_str(a, "name"), json_str(b, "name")));
}

static bool is_wanted(struct call *call, const cJSON *candidate)
{
    struct str status = input_str(call, "StatusEquals"), name = input_str(call, "CandidateNameEquals");
    return (!status.length || str_equal(json_str(candidate, "status"), status)) &&
           (!name.length || str_equal(json_str(candidate, "name"), name));
}

static size_t gather(struct call *call, const cJSON *row, const cJSON *ret_sorted[AUTOML_CANDIDATES_MOST])
{
    size_t count = 0;
    const cJSON *candidate;
    cJSON_ArrayForEach(candidate, json_get(row, "candidates"))
    {
        size_t at = count;
        if (!is_wanted(call, candidate) || count == AUTOML_CANDIDATES_MOST)
            continue;
        for (; at > 0 && order(call, ret_sorted[at - 1], candidate) > 0; at--)
            ret_sorted[at] = ret_sorted[at - 1];
        ret_sorted[at] = candidate;
        count++;
    }
    return count;
}

enum outcome list_candidates_for_auto_ml_job(struct call *call)
{
    const cJSON *sorted[AUTOML_CANDIDATES_MOST];
    struct json *kept = job_of_call(call);
    if (!kept)
        return CALL_FAILED;
    size_t count = gather(call, json_root(kept), sorted);
    cJSON *items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        json_add(items, told(call, json_root(kept), sorted[i]));
    return sagemaker_list_array(call, "Candidates", items);
}

/* ---- Stop ---- */

enum outcome stop_auto_ml_job(struct call *call)
{
    struct json *kept = job_of_call(call);
    if (!kept)
        return CALL_FAILED;
    if (str_is(json_str(json_root(kept), "status"), "InProgress"))
        automl_note(call->world, call_scope(call), sagemaker_key(call->arena, input_str(call, "AutoMLJobName")),
                    json_thaw(json_root(kept)), "Stopping", "Stopping");
    return CALL_DONE;
}

static void restart(struct scope scope, struct str key, struct json *row, void *world)
{
    struct str status = json_str(json_root(row), "status");
    if (str_is(status, "InProgress") || str_is(status, "Stopping"))
        automl_start(world, scope, key);
}

void automl_job_recover(struct world *world)
{
    store_scan(world->store, &automl_job_table, restart, world);
}
