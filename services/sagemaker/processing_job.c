#include "services/sagemaker/processing_job.h"

#include <stdio.h>

#include "services/sagemaker/analysis_run.h"
#include "services/sagemaker/listing.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/quota.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

#define DAY_S 86400

const struct table_def processing_job_table = { .name = "sagemaker.processing_job", .indexes = listing_indexes };

/* ---- CreateProcessingJob ---- */

static void resources_of(const cJSON *input, struct str *ret_type, int64_t *ret_count)
{
    const cJSON *cluster = json_get(json_get(input, "ProcessingResources"), "ClusterConfig");
    *ret_type = json_str(cluster, "InstanceType");
    *ret_count = json_int64(cluster, "InstanceCount", 1);
}

/* Both sentences are ours, in AWS's shape. */
static bool check_place(struct call *call, const cJSON *place, const char *name)
{
    struct str url = json_str(place, "S3Uri"), local = json_str(place, "LocalPath"), bucket, key;
    while (local.length > 1 && local.at[local.length - 1] == '/')
        local.length--;
    if (!s3_url_parse(url, &bucket, &key))
        call_fail(call, &ERROR_VALIDATION, "S3 URI \"%.*s\" of \"%s\" is not valid.", STR_ARG(url), name);
    else if (!str_starts(local, STR("/opt/ml/processing/")) || !container_path_is_fit(local))
        call_fail(call, &ERROR_VALIDATION,
                  "LocalPath \"%.*s\" of \"%s\" is not valid: it must be a folder below /opt/ml/processing.",
                  STR_ARG(local), name);
    else
        return true;
    return false;
}

static bool check_names(struct call *call, const cJSON *list, const char *member)
{
    const cJSON *one, *other;
    cJSON_ArrayForEach(one, list)
    {
        for (other = one->next; other; other = other->next) {
            if (!str_equal(json_str(one, member), json_str(other, member)))
                continue;
            call_fail(call, &ERROR_VALIDATION, "%s must be unique: \"%s\" is given more than once.", member,
                      json_string(one, member));
            return false;
        }
    }
    return true;
}

static enum outcome check_inputs(struct call *call)
{
    const cJSON *inputs = json_get(call->input, "ProcessingInputs"), *input;
    size_t count = 0;
    struct s3_wanted *wanted = ARENA_ARRAY(call->arena, struct s3_wanted, (size_t)cJSON_GetArraySize(inputs) + 1);
    cJSON_ArrayForEach(input, inputs)
    {
        const cJSON *source = json_get(input, "S3Input");
        if (!source)
            return call_fail(call, &ERROR_VALIDATION,
                             "This practice cloud reads inputs from S3: S3Input is required for \"%s\".",
                             json_string(input, "InputName"));
        if (!check_place(call, source, json_string(input, "InputName")))
            return CALL_FAILED;
        wanted[count++] = (struct s3_wanted){ .url = json_str(source, "S3Uri") };
    }
    return s3_wanted_check(call, input_str(call, "RoleArn"), wanted, count);
}

static bool check_outputs(struct call *call)
{
    const cJSON *outputs = json_get(json_get(call->input, "ProcessingOutputConfig"), "Outputs"), *output;
    if (!check_names(call, outputs, "OutputName") ||
        !check_names(call, json_get(call->input, "ProcessingInputs"), "InputName"))
        return false;
    cJSON_ArrayForEach(output, outputs)
    {
        const cJSON *place = json_get(output, "S3Output");
        if (place && !check_place(call, place, json_string(output, "OutputName")))
            return false;
    }
    return true;
}

static enum outcome check(struct call *call)
{
    struct str type;
    int64_t count;
    if (!sagemaker_role_check(call, input_str(call, "RoleArn")) || !check_outputs(call))
        return CALL_FAILED;
    resources_of(call->input, &type, &count);
    int64_t used = quota_used_by_jobs(call, &processing_job_table, type, resources_of);
    if (!quota_check(call, QUOTA_PROCESSING, type, used, count))
        return CALL_FAILED;
    return check_inputs(call);
}

enum outcome create_processing_job(struct call *call)
{
    struct str name = input_str(call, "ProcessingJobName");
    struct str arn = str_of(
        sagemaker_arn(call->arena, call_scope(call), "processing-job", sagemaker_key(call->arena, name)));
    if (job_get(call->world, call_scope(call), &processing_job_kind, name))
        return call_fail(
            call, &SAGEMAKER_RESOURCE_IN_USE, /* a processing job's, as several public logs tell it */
            "Job name must be unique within an AWS account and region, and a job with this name already exists "
            "(%.*s)",
            STR_ARG(arn));
    enum outcome outcome = check(call);
    if (outcome != CALL_DONE || !sagemaker_tag_check(call, arn))
        return outcome == CALL_DONE ? CALL_FAILED : outcome;
    job_create(call, &processing_job_kind, arn);
    output_str(call, "ProcessingJobArn", arn);
    return CALL_DONE;
}

/* ---- what runs ---- */

static const char *folder_of(struct job *job, const cJSON *place)
{
    struct str local = json_str(place, "LocalPath");
    while (local.length > 1 && local.at[local.length - 1] == '/')
        local.length--;
    return job_text(job, local);
}

static void plan_outputs(struct job *job, const cJSON *outputs)
{
    size_t count = 0;
    const char **folders = ARENA_ARRAY(job->arena, const char *, (size_t)cJSON_GetArraySize(outputs) + 1);
    const cJSON *output;
    cJSON_ArrayForEach(output, outputs)
    {
        if (json_get(output, "S3Output"))
            folders[count++] = folder_of(job, json_get(output, "S3Output"));
    }
    job->run->container.output_folders = folders;
}

static void plan_inputs(struct job *job, const cJSON *inputs)
{
    const cJSON *input, *captured = json_get(json_root(job->row), "captured");
    job->plan.sources = ARENA_ARRAY(job->arena, struct job_source,
                                    (size_t)(cJSON_GetArraySize(inputs) + cJSON_GetArraySize(captured)) + 1);
    cJSON_ArrayForEach(input, captured)
    {
        job->plan.sources[job->plan.source_count++] = (struct job_source){ .url = json_string(input, "url"),
                                                                           .folder = json_string(input, "folder"),
                                                                           .may_be_empty = true };
    }
    cJSON_ArrayForEach(input, inputs)
    {
        const cJSON *source = json_get(input, "S3Input");
        job->plan.sources[job->plan.source_count++] = (struct job_source){
            .url = json_string(source, "S3Uri"),
            .folder = folder_of(job, source),
            .is_manifest = str_is(json_str(source, "S3DataType"), "ManifestFile"),
        };
    }
}

/* "How Amazon SageMaker Processing configures your container". */
static void give_configuration(struct job *job, const cJSON *input)
{
    struct buf text = BUF_EMPTY, resources = BUF_EMPTY;
    json_print(&text, input);
    container_give(&job->run->container, STR("/opt/ml/config/processingjobconfig.json"), &text);
    buf_add_text(&resources, "{\"current_host\":\"algo-1\",\"hosts\":[\"algo-1\"]}");
    container_give(&job->run->container, STR("/opt/ml/config/resourceconfig.json"), &resources);
}

static void plan(struct job *job, const cJSON *input)
{
    struct container *container = &job->run->container;
    const cJSON *application = json_get(input, "AppSpecification");
    job->plan.image = json_string(application, "ImageUri");
    job->plan.role_arn = json_string(input, "RoleArn");
    job->plan.most_runtime_s = json_int64(json_get(input, "StoppingCondition"), "MaxRuntimeInSeconds", DAY_S);
    container->task = CONTAINER_PROCESS;
    container->interpreter = image_find(str_of(job->plan.image), job->scope.account).interpreter;
    container->entrypoint = json_get(application, "ContainerEntrypoint");
    container->arguments = json_get(application, "ContainerArguments");
    container->environment = json_get(input, "Environment");
    plan_inputs(job, json_get(input, "ProcessingInputs"));
    plan_outputs(job, json_get(json_get(input, "ProcessingOutputConfig"), "Outputs"));
    give_configuration(job, input);
}

/* What a monitoring execution came for must be there: the first of its folders is the endpoint's. */
static bool prepare(struct job *job)
{
    const cJSON *captured = json_get(json_root(job->row), "captured");
    struct str folder = json_str(captured ? captured->child : NULL, "folder");
    for (struct list *link = job->run->container.input.next; link != &job->run->container.input; link = link->next) {
        if (!captured || str_starts(str_of(LIST_ITEM(link, struct container_file, link)->path), folder))
            return true;
    }
    snprintf(job->reason, sizeof job->reason, "Job inputs had no data");
    return !captured;
}

static const char *url_of(void *data, struct arena *arena, const struct container_file *file)
{
    struct job *job = data;
    const cJSON *input = json_get(json_root(job->row), "input"), *output;
    cJSON_ArrayForEach(output, json_get(json_get(input, "ProcessingOutputConfig"), "Outputs"))
    {
        const cJSON *place = json_get(output, "S3Output");
        const char *folder = place ? folder_of(job, place) : "";
        size_t length = strlen(folder);
        if (!length || strncmp(file->path, folder, length) != 0 || file->path[length] != '/')
            continue;
        struct str url = json_str(place, "S3Uri");
        while (url.length && url.at[url.length - 1] == '/')
            url.length--;
        return arena_printf(arena, "%.*s%s", STR_ARG(url), file->path + length);
    }
    return NULL;
}

/* What a script wrote to /opt/ml/output/message. */
static void settle(struct job *job, cJSON *row)
{
    if (job->run && !job->run->container.refused && job->run->container.reason[0])
        json_set_string(row, "exit", job->run->container.reason);
    if (job->run && job->run->metrics)
        json_set(row, "findings", json_thaw(job->run->metrics));
}

const struct job_kind processing_job_kind = {
    .type = "processing-job",
    .name_member = "ProcessingJobName",
    .said = "Processing",
    .log_group = "/aws/sagemaker/ProcessingJobs",
    .topic = PROCESSING_JOB_TOPIC,
    .table = &processing_job_table,
    .hides_exit = true,
    .starting_s = 150,
    .fetching_s = 10,
    .delivering_s = 5,
    .plan = plan,
    .prepare = prepare,
    .start = analysis_run_start,
    .drop = analysis_run_drop,
    .url = url_of,
    .settle = settle,
};

/* ---- DescribeProcessingJob and the others ---- */

static struct json *job_of_call(struct call *call)
{
    const char *name = input_string(call, "ProcessingJobName");
    struct json *row = job_get(call->world, call_scope(call), &processing_job_kind, str_of(name));
    if (!row) /* AWS's as far as "requested job" (aws/amazon-sagemaker-operator-for-k8s knows it by that) */
        call_fail(call, &ERROR_VALIDATION, "Could not find requested job with name: %s", name);
    return row;
}

static void set_common(cJSON *to, const cJSON *row)
{
    json_set_str(to, "ProcessingJobName", json_str(row, "name"));
    json_set_str(to, "ProcessingJobArn", json_str(row, "arn"));
    json_set_str(to, "ProcessingJobStatus", json_str(row, "status"));
    json_set_string(to, "FailureReason", json_string(row, "failure"));
    json_set_string(to, "ExitMessage", json_string(row, "exit"));
    sagemaker_set_time(to, "CreationTime", row, "created");
    sagemaker_set_time(to, "LastModifiedTime", row, "modified");
    sagemaker_set_time(to, "ProcessingEndTime", row, "ended");
}

enum outcome describe_processing_job(struct call *call)
{
    struct json *kept = job_of_call(call);
    if (!kept)
        return CALL_FAILED;
    const cJSON *row = json_root(kept);
    sagemaker_output_members(call, json_get(row, "input"));
    set_common(call_output(call), row);
    sagemaker_set_time(call_output(call), "ProcessingStartTime", row, "started");
    output_string(call, "MonitoringScheduleArn", json_string(row, "monitoring"));
    return CALL_DONE;
}

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    set_common(item, row);
    return item;
}

enum outcome list_processing_jobs(struct call *call)
{
    const struct listing listing = { .table = &processing_job_table,
                                     .member = "ProcessingJobSummaries",
                                     .item = summary };
    return sagemaker_list(call, &listing);
}

enum outcome stop_processing_job(struct call *call)
{
    struct json *row = job_of_call(call);
    return row ? job_stop_call(call, &processing_job_kind, row) : CALL_FAILED;
}

enum outcome delete_processing_job(struct call *call)
{
    struct json *row = job_of_call(call);
    return row ? job_delete(call, &processing_job_kind, row) : CALL_FAILED;
}

void processing_job_recover(struct world *world)
{
    job_recover(world, &processing_job_kind);
}
