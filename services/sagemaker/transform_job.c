#include "services/sagemaker/transform_job.h"

#include "services/sagemaker/listing.h"
#include "services/sagemaker/model.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/quota.h"
#include "services/sagemaker/record_filter.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

#define MOST_RUNTIME_S ((int64_t)5 * 86400)
#define TOGETHER_MOST  100 /* MiB of MaxConcurrentTransforms × MaxPayloadInMB */

const struct table_def transform_job_table = { .name = "sagemaker.transform_job", .indexes = listing_indexes };

/* ---- CreateTransformJob ---- */

static void resources_of(const cJSON *input, struct str *ret_type, int64_t *ret_count)
{
    const cJSON *resources = json_get(input, "TransformResources");
    *ret_type = json_str(resources, "InstanceType");
    *ret_count = json_int64(resources, "InstanceCount", 1);
}

/* Sentences are ours, in AWS's shape. */
static bool check_filters(struct call *call)
{
    const cJSON *processing = json_get(call->input, "DataProcessing");
    static const char *const members[] = { "InputFilter", "OutputFilter" };
    struct str type = json_str(json_get(call->input, "TransformInput"), "ContentType");
    for (size_t i = 0; i < 2; i++) {
        struct str filter = json_str(processing, members[i]);
        if (!filter.length ||
            (record_filter_is_fit(filter) && (str_is(filter, "$") || str_starts(type, STR("text/csv")))))
            continue;
        call_fail(call, &ERROR_VALIDATION,
                  "%s '%.*s' is not supported: this practice cloud filters columns of text/csv.", members[i],
                  STR_ARG(filter));
        return false;
    }
    bool joins = str_is(json_str(processing, "JoinSource"), "Input");
    if (!joins || str_is(json_str(json_get(call->input, "TransformInput"), "SplitType"), "Line"))
        return true;
    call_fail(call, &ERROR_VALIDATION, "JoinSource Input requires SplitType Line.");
    return false;
}

static bool check_shape(struct call *call)
{
    struct str bucket, key, split = json_str(json_get(call->input, "TransformInput"), "SplitType");
    struct str output = json_str(json_get(call->input, "TransformOutput"), "S3OutputPath");
    int64_t payload = input_int64(call, "MaxPayloadInMB", 6),
            transforms = input_int64(call, "MaxConcurrentTransforms", 1);
    if (!s3_url_parse(output, &bucket, &key))
        call_fail(call, &ERROR_VALIDATION, "S3 URI \"%.*s\" is not valid.", STR_ARG(output));
    else if (payload > TOGETHER_MOST || payload * (transforms > 0 ? transforms : 1) > TOGETHER_MOST)
        call_fail(call, &ERROR_VALIDATION,
                  "The value of MaxConcurrentTransforms * MaxPayloadInMB must not exceed %d MB.", TOGETHER_MOST);
    else if (str_is(split, "RecordIO") || str_is(split, "TFRecord"))
        call_fail(call, &ERROR_VALIDATION, "This practice cloud splits by Line, not by %.*s.", STR_ARG(split));
    else
        return check_filters(call);
    return false;
}

static enum outcome check(struct call *call, const cJSON *model)
{
    struct str type;
    int64_t count;
    const cJSON *source = json_get(json_get(json_get(call->input, "TransformInput"), "DataSource"), "S3DataSource");
    struct str role = json_str(json_get(model, "input"), "ExecutionRoleArn");
    if (!check_shape(call) || (role.at && !sagemaker_role_check(call, role)))
        return CALL_FAILED;
    resources_of(call->input, &type, &count);
    int64_t used = quota_used_by_jobs(call, &transform_job_table, type, resources_of);
    if (!quota_check(call, QUOTA_TRANSFORM, type, used, count))
        return CALL_FAILED;
    struct s3_wanted wanted = { .url = json_str(source, "S3Uri") };
    return s3_wanted_check(call, role.at ? role : STR(""), &wanted, 1);
}

enum outcome create_transform_job(struct call *call)
{
    struct str name = input_str(call, "TransformJobName");
    struct str arn = str_of(
        sagemaker_arn(call->arena, call_scope(call), "transform-job", sagemaker_key(call->arena, name)));
    if (job_get(call->world, call_scope(call), &transform_job_kind, name))
        return call_fail(
            call, &SAGEMAKER_RESOURCE_IN_USE, /* the processing job's sentence */
            "Job name must be unique within an AWS account and region, and a job with this name already exists "
            "(%.*s)",
            STR_ARG(arn));
    struct json *model = model_get(call->world, call_scope(call), input_str(call, "ModelName"));
    if (!model)
        return model_fail_not_found(call, input_str(call, "ModelName"));
    enum outcome outcome = check(call, json_root(model));
    if (outcome != CALL_DONE || !sagemaker_tag_check(call, arn))
        return outcome == CALL_DONE ? CALL_FAILED : outcome;
    job_create(call, &transform_job_kind, arn);
    output_str(call, "TransformJobArn", arn);
    return CALL_DONE;
}

/* ---- what runs ---- */

static void plan(struct job *job, const cJSON *input)
{
    static const char *const folders[] = { "/opt/ml/output", NULL };
    const cJSON *source = json_get(json_get(json_get(input, "TransformInput"), "DataSource"), "S3DataSource");
    struct json *model = model_get(job_world(job), job->scope, json_str(input, "ModelName"));
    struct str role = model ? json_str(json_get(json_root(model), "input"), "ExecutionRoleArn") : STR_NONE;
    job->plan.image = "";
    job->plan.role_arn = role.at ? job_text(job, role) : "";
    job->plan.most_runtime_s = MOST_RUNTIME_S;
    job->plan.sources = ARENA_NEW(job->arena, struct job_source);
    job->plan.sources[job->plan.source_count++] = (struct job_source){
        .url = json_string(source, "S3Uri"),
        .folder = "/opt/ml/input/data",
        .is_manifest = str_is(json_str(source, "S3DataType"), "ManifestFile"),
    };
    job->run->container.output_folders = folders;
}

static const char *url_of(void *data, struct arena *arena, const struct container_file *file)
{
    const struct job *job = data;
    struct str path = json_str(json_get(json_get(json_root(job->row), "input"), "TransformOutput"), "S3OutputPath");
    while (path.length && path.at[path.length - 1] == '/')
        path.length--;
    return arena_printf(arena, "%.*s%s", STR_ARG(path), file->path + strlen("/opt/ml/output"));
}

const struct job_kind transform_job_kind = {
    .type = "transform-job",
    .thing = "TransformJob",
    .name_member = "TransformJobName",
    .said = "Transform",
    .log_group = "/aws/sagemaker/TransformJobs",
    .topic = TRANSFORM_JOB_TOPIC,
    .table = &transform_job_table,
    .starting_s = 180,
    .fetching_s = 5,
    .delivering_s = 5,
    .plan = plan,
    .start = transform_run_start,
    .drop = transform_run_drop,
    .url = url_of,
};

/* ---- DescribeTransformJob and the others ---- */

static struct json *job_of_call(struct call *call)
{
    const char *name = input_string(call, "TransformJobName");
    struct json *row = job_get(call->world, call_scope(call), &transform_job_kind, str_of(name));
    if (!row) /* the processing job's sentence */
        call_fail(call, &ERROR_VALIDATION, "Could not find requested job with name: %s", name);
    return row;
}

static void set_common(cJSON *to, const cJSON *row)
{
    json_set_str(to, "TransformJobName", json_str(row, "name"));
    json_set_str(to, "TransformJobArn", json_str(row, "arn"));
    json_set_str(to, "TransformJobStatus", json_str(row, "status"));
    json_set_string(to, "FailureReason", json_string(row, "failure"));
    sagemaker_set_time(to, "CreationTime", row, "created");
    sagemaker_set_time(to, "TransformEndTime", row, "ended");
}

enum outcome describe_transform_job(struct call *call)
{
    struct json *kept = job_of_call(call);
    if (!kept)
        return CALL_FAILED;
    const cJSON *row = json_root(kept);
    sagemaker_output_members(call, json_get(row, "input"));
    set_common(call_output(call), row);
    sagemaker_set_time(call_output(call), "TransformStartTime", row, "started");
    return CALL_DONE;
}

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    set_common(item, row);
    sagemaker_set_time(item, "LastModifiedTime", row, "modified");
    return item;
}

enum outcome list_transform_jobs(struct call *call)
{
    const struct listing listing = {
        .table = &transform_job_table, .member = "TransformJobSummaries", .descending = true, .item = summary
    };
    return sagemaker_list(call, &listing);
}

enum outcome stop_transform_job(struct call *call)
{
    struct json *row = job_of_call(call);
    return row ? job_stop_call(call, &transform_job_kind, row) : CALL_FAILED;
}

void transform_job_recover(struct world *world)
{
    job_recover(world, &transform_job_kind);
}
