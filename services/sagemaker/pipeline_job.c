#include <stdio.h>

#include "aws/cloud.h"
#include "aws/road.h"
#include "services/sagemaker/pipeline_baseline.h"
#include "services/sagemaker/pipeline_execution.h"
#include "services/sagemaker/pipeline_kind.h"
#include "services/sagemaker/pipeline_lineage.h"
#include "services/sagemaker/pipeline_run.h"
#include "services/sagemaker/sagemaker_model.h"

#define NAME_MOST 63

static const char *role_of(const struct step_run *step)
{
    return json_string(json_root(step->run->row), "roleArn");
}

/* ---- what is created ---- */

static size_t longest_name(const struct step_kind *kind)
{
    const struct operation *operation = model_operation(&sagemaker_model, str_of(kind->create));
    const struct member *name = kind->name ? shape_member(operation->input, str_of(kind->name)) : NULL;
    return name && name->shape->has_max && name->shape->max < NAME_MOST ? (size_t)name->shape->max : NAME_MOST;
}

/* "pipelines-EXECUTION-STEP-SUFFIX", in the place of "pipelines" the name that the arguments give; as long as such names may be.
 * Those of tuning jobs are so short that there is no room for what stands in front. */
static void make_name(struct step_run *step, const cJSON *arguments, char ret_name[NAME_MOST + 1])
{
    char suffix[11];
    const struct step_kind *kind = step->step->kind;
    const char *id = json_string(json_root(step->run->row), "id");
    const char *prefix = kind->name ? json_string(arguments, kind->name) : NULL;
    struct str middle = step->step->name;
    pipeline_new_id(step->run->strand.world, 10, true, suffix);
    size_t most = longest_name(kind), room = most - strlen(id) - strlen(suffix) - 3;
    if (!prefix)
        prefix = "pipelines";
    struct str front = room > 16 ? str_first(str_of(prefix), room - 1) : STR("");
    middle = str_first(middle, room - front.length);
    int length = snprintf(ret_name, most + 1, "%.*s%s%s-%.*s-%s", STR_ARG(front), front.length ? "-" : "", id,
                          STR_ARG(middle), suffix);
    for (int i = 0; i < length; i++)
        if (ret_name[i] == '_' || ret_name[i] == '.')
            ret_name[i] = '-';
}

/* Every resource that a pipeline makes says so. */
static void print_tags(struct step_run *step, const cJSON *given, struct buf *input)
{
    const cJSON *tag;
    buf_add_text(input, "\"Tags\":[");
    cJSON_ArrayForEach(tag, given)
    {
        json_print(input, tag);
        buf_add_byte(input, ',');
    }
    buf_printf(input,
               "{\"Key\":\"sagemaker:pipeline-execution-arn\",\"Value\":\"%.*s\"},"
               "{\"Key\":\"sagemaker:pipeline-step-name\",\"Value\":\"%.*s\"}]}",
               STR_ARG(step_arn_of_execution(step)), STR_ARG(step->step->name));
}

static void print_input(struct step_run *step, const cJSON *arguments, const char *name, struct buf *input)
{
    const cJSON *member;
    const struct step_kind *kind = step->step->kind;
    buf_add_byte(input, '{');
    cJSON_ArrayForEach(member, arguments)
    {
        if ((kind->name && strcmp(member->string, kind->name) == 0) || strcmp(member->string, "Tags") == 0)
            continue;
        json_print_string(input, str_of(member->string));
        buf_add_byte(input, ':');
        json_print(input, member);
        buf_add_byte(input, ',');
    }
    if (kind->name)
        buf_printf(input, "\"%s\":\"%s\",", kind->name, name);
    print_tags(step, json_get(arguments, "Tags"), input);
}

/* ---- waiting ---- */

static void told(struct listener *listener, const struct event *event)
{
    struct step_run *step = listener->data;
    const struct scope here = step->run->scope;
    if (strcmp(event->scope.account, here.account) != 0 || strcmp(event->scope.region, here.region) != 0)
        return;
    step->told = true;
    strand_wake(&step->run->strand, WAKE_EVENT, NULL, NULL);
}

static void listen(struct step_run *step)
{
    bus_unlisten(step->run->strand.world->bus, &step->listener);
    step->listener = (struct listener){
        .topic = step->step->kind->topic, .key = json_string(json_root(step->row), "arn"), .told = told, .data = step
    };
    bus_listen(step->run->strand.world->bus, &step->listener);
}

/* ---- its description ---- */

static void set_metadata(struct step_run *step, cJSON *row, const char *arn)
{
    const struct step_kind *kind = step->step->kind;
    cJSON *metadata = cJSON_GetObjectItemCaseSensitive(row, "metadata");
    if (!kind->checks || !json_get(metadata, kind->metadata))
        json_set(metadata, kind->metadata, cJSON_CreateObject());
    json_set_string(cJSON_GetObjectItemCaseSensitive(metadata, kind->metadata), kind->checks ? "CheckJobArn" : "Arn",
                    arn);
}

void pipeline_job_succeed(struct step_run *step, cJSON *outputs_taken)
{
    cJSON *row = step_edit(step);
    json_set(row, "outputs", outputs_taken);
    step_succeed(step, row);
    pipeline_lineage_record(step);
}

/* Steps.NAME.TrainingJobSummaries[0] of a tuning step is its best training job; the list is another operation's. */
static void take_summaries(struct step_run *step)
{
    cJSON *outputs = json_thaw(json_get(json_root(step->row), "outputs"));
    const cJSON *summaries = step->call->error.kind ? NULL : json_get(step_answer(step), "TrainingJobSummaries");
    if (summaries)
        json_set(outputs, "TrainingJobSummaries", json_thaw(summaries));
    pipeline_job_succeed(step, outputs);
}

static void ask_for_summaries(struct step_run *step, const cJSON *description)
{
    struct buf input = BUF_EMPTY;
    cJSON *row = step_edit(step);
    json_set(row, "outputs", json_thaw(description));
    buf_printf(&input,
               "{\"HyperParameterTuningJobName\":\"%s\",\"SortBy\":\"FinalObjectiveMetricValue\","
               "\"SortOrder\":\"Descending\",\"StatusEquals\":\"Completed\",\"MaxResults\":50}",
               json_string(json_root(step->row), "job"));
    step_put(step, row);
    step_send(step, "sagemaker", "ListTrainingJobsForHyperParameterTuningJob", buf_str(&input), take_summaries);
    buf_release(&input);
}

/* Of what was made before a kill only the name was known. */
static void learn_arn(struct step_run *step, const cJSON *description)
{
    const char *arn = json_string(description, step->step->kind->arn);
    if (!arn || strcmp(arn, json_string(json_root(step->row), "arn")) == 0)
        return;
    cJSON *row = step_edit(step);
    json_set_string(row, "arn", arn);
    set_metadata(step, row, arn);
    step_put(step, row);
    if (step->step->kind->topic)
        listen(step);
}

static bool has_ended(struct str status)
{
    return str_is(status, "Completed") || str_is(status, "Failed") || str_is(status, "Stopped") ||
           str_is(status, "DeleteFailed");
}

static void take_description(struct step_run *step)
{
    const struct step_kind *kind = step->step->kind;
    const struct api_error *error = &step->call->error;
    if (error->kind) {
        struct str message = str_of(error->message ? error->message : error->kind->code);
        step_fail_or_retry(step, pipeline_retry_of_error(error), kind->describe, message);
        return;
    }
    const cJSON *description = step_answer(step);
    learn_arn(step, description);
    struct str status = kind->status ? json_str(description, kind->status) : STR("Completed");
    if (str_is(status, "Completed") && strcmp(kind->type, "Tuning") == 0) {
        ask_for_summaries(step, description);
    } else if (str_is(status, "Completed") && kind->checks) {
        pipeline_baseline_settle(step, description);
    } else if (str_is(status, "Completed")) {
        pipeline_job_succeed(step, json_thaw(description));
    } else if (str_is(status, "Stopped") && run_is(step->run, "Stopping")) {
        step_end(step, step_edit(step), "Stopped");
    } else if (has_ended(status)) {
        struct str reason = json_str(description, "FailureReason");
        struct buf text = BUF_EMPTY;
        if (reason.at)
            buf_add_str(&text, reason);
        else
            buf_printf(&text, "The job ended with the status %.*s.", STR_ARG(status));
        step_fail_or_retry(step, pipeline_retry_of_reason(buf_str(&text)), NULL, buf_str(&text));
        buf_release(&text);
    } else {
        step_drop_call(step);
        step->phase = STEP_JOB_RUNS;
    }
}

void pipeline_job_describe(struct step_run *step)
{
    const struct step_kind *kind = step->step->kind;
    struct buf input = BUF_EMPTY;
    step->told = false;
    if (kind->topic)
        listen(step);
    const char *job = json_string(json_root(step->row), "job"), *arn = json_string(json_root(step->row), "arn");
    buf_printf(&input, "{\"%s\":\"%s\"}", kind->asked, kind->name ? job : arn);
    step_send(step, "sagemaker", kind->describe, buf_str(&input), take_description);
    buf_release(&input);
}

/* ---- creating ---- */

static void take_created(struct step_run *step)
{
    const struct step_kind *kind = step->step->kind;
    const struct api_error *error = &step->call->error;
    /* after a kill between the call and its answer: it was made already */
    bool was_made = error->kind && strcmp(error->kind->code, "ResourceInUse") == 0;
    if (error->kind && !was_made) {
        struct str message = str_of(error->message ? error->message : error->kind->code);
        step_fail_or_retry(step, pipeline_retry_of_error(error), kind->create, message);
        return;
    }
    const char *arn = was_made ? json_string(json_root(step->row), "job") : json_string(step_answer(step), kind->arn);
    cJSON *row = step_edit(step);
    json_set_string(row, "arn", arn);
    set_metadata(step, row, arn);
    step_put(step, row);
    pipeline_job_describe(step);
}

static void create(struct step_run *step)
{
    struct str input = json_str(json_root(step->row), "input");
    step_send(step, "sagemaker", step->step->kind->create, input, take_created);
}

/* ---- a model package's group ---- */

static void take_group(struct step_run *step)
{
    create(step); /* whether or not it was made: CreateModelPackage says what is wrong */
}

static bool group_is_there(struct step_run *step, struct str name)
{
    const char *why;
    struct call *call = call_new(cloud_of(step->run->strand.world), STR("sagemaker"), STR("DescribeModelPackageGroup"),
                                 &why);
    if (!call)
        return true;
    struct buf input = BUF_EMPTY;
    buf_add_text(&input, "{\"ModelPackageGroupName\":");
    json_print_string(&input, name);
    buf_add_byte(&input, '}');
    call->input = json_parse_in(call->arena, buf_str(&input), NULL);
    buf_release(&input);
    call->caller = principal_of_root(call->arena, str_of(step->run->scope.account));
    call->region = step->run->scope.region;
    call->origin = ORIGIN_HOUSE;
    bool there = road_run(call) != CALL_FAILED;
    call_free(call);
    return there;
}

/* RegisterModel makes the group that it names where there is none, as the pipeline's role. */
static bool make_group(struct step_run *step, const cJSON *arguments)
{
    struct str name = json_str(arguments, "ModelPackageGroupName");
    if (strcmp(step->step->kind->create, "CreateModelPackage") != 0 || !name.length || str_starts(name, STR("arn:")) ||
        group_is_there(step, name))
        return false;
    struct buf input = BUF_EMPTY;
    buf_add_text(&input, "{\"ModelPackageGroupName\":");
    json_print_string(&input, name);
    buf_add_byte(&input, '}');
    step_send(step, "sagemaker", "CreateModelPackageGroup", buf_str(&input), take_group);
    buf_release(&input);
    return true;
}

/* ---- beginning ---- */

static bool may_be_assumed(struct step_run *step)
{
    struct cloud *cloud = cloud_of(step->run->strand.world);
    const char *role = role_of(step);
    if (!cloud->enforce ||
        cloud->identities->trusts_service(step->run->strand.world, str_of(role), "sagemaker.amazonaws.com"))
        return true;
    struct buf text = BUF_EMPTY;
    buf_printf(&text,
               "ClientError: Could not assume role %s. Please ensure that the role exists and allows principal "
               "'sagemaker.amazonaws.com' to assume the role.",
               role);
    step_fail(step, buf_str(&text));
    buf_release(&text);
    return false;
}

static void begin_with(struct step_run *step, const cJSON *arguments)
{
    char name[NAME_MOST + 1], digest[65];
    const struct pipeline_step *definition = step->step;
    if (definition->cache) {
        pipeline_cache_digest(definition, arguments, digest);
        if (pipeline_cache_take(step, digest))
            return;
    }
    struct buf input = BUF_EMPTY;
    cJSON *row = step_edit(step);
    const char *given = json_string(row, "job");
    if (given)
        snprintf(name, sizeof name, "%s", given);
    else
        make_name(step, arguments, name);
    print_input(step, arguments, name, &input);
    json_set_string(row, "job", name);
    json_set_str(row, "input", buf_str(&input));
    buf_release(&input);
    if (definition->cache)
        json_set_string(row, "digest", digest);
    cJSON_DeleteItemFromObjectCaseSensitive(row, "retryAt");
    step_put(step, row);
    if (may_be_assumed(step) && !make_group(step, arguments))
        create(step);
}

void pipeline_job_begin(struct step_run *step, struct pipeline_scope *scope)
{
    const struct operation *operation = model_operation(&sagemaker_model, str_of(step->step->kind->create));
    struct buf text = BUF_EMPTY;
    enum resolved state = pipeline_resolve(scope, operation->input, step->step->arguments, &text);
    const cJSON *arguments = state == RESOLVED ? json_parse_in(scope->arena, buf_str(&text), NULL) : NULL;
    if (state == RESOLVED && step->step->kind->checks)
        state = pipeline_baseline_prepare(step, scope, &arguments);
    if (state == RESOLVED)
        begin_with(step, arguments);
    else if (state == RESOLVE_FAILED)
        step_fail(step, str_of(scope->why));
    buf_release(&text);
}
