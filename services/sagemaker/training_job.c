#include "services/sagemaker/training_job.h"

#include <inttypes.h>
#include <stdio.h>

#include "services/sagemaker/archive.h"
#include "services/sagemaker/early_stopping.h"
#include "services/sagemaker/job_row.h"
#include "services/sagemaker/listing.h"
#include "services/sagemaker/metric.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/quota.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

#define OUTPUT_FOLDER "/opt/ml/output/data"
#define DAY_S         86400

const struct table_def training_job_table = { .name = "sagemaker.training_job", .indexes = listing_indexes };

/* ---- CreateTrainingJob: what is refused at once ---- */

static void resources_of(const cJSON *input, struct str *ret_type, int64_t *ret_count)
{
    const cJSON *resources = json_get(input, "ResourceConfig");
    *ret_type = json_str(resources, "InstanceType");
    *ret_count = json_int64(resources, "InstanceCount", 1);
}

static enum outcome refuse(struct call *call, const char *why)
{
    return call_fail(call, &ERROR_VALIDATION, "%s", why);
}

/* What this practice cloud has no use for is refused, rather than forgotten. Sentences are ours but for the first. */
static enum outcome check_shape(struct call *call, const cJSON *input)
{
    const cJSON *algorithm = json_get(input, "AlgorithmSpecification");
    const char *bad;
    if (!json_get(input, "ResourceConfig") || json_get(input, "ServerlessJobConfig"))
        return refuse(call,
                      "This practice cloud trains on instances: ResourceConfig and AlgorithmSpecification are needed.");
    if (!json_get(algorithm, "TrainingImage") == !json_get(algorithm, "AlgorithmName"))
        return refuse(call, "You must specify either a training image or an algorithm name, but not both.");
    if (!json_get(input, "StoppingCondition"))
        return refuse(call, "StoppingCondition is required.");
    if ((bad = metric_bad_regex(json_get(algorithm, "MetricDefinitions"))))
        return call_fail(call, &ERROR_VALIDATION, "The metric regular expression '%s' is not valid.", bad);
    return CALL_DONE;
}

static enum outcome check_channel(struct call *call, const cJSON *channel, struct s3_wanted *ret_wanted)
{
    const cJSON *source = json_get(json_get(channel, "DataSource"), "S3DataSource");
    struct str url = json_str(source, "S3Uri"), bucket, key;
    if (!source)
        return call_fail(call, &ERROR_VALIDATION,
                         "This practice cloud reads channels from S3: S3DataSource is required for channel \"%s\".",
                         json_string(channel, "ChannelName"));
    if (!s3_url_parse(url, &bucket, &key))
        return call_fail(call, &ERROR_VALIDATION, "S3 URI \"%.*s\" is not valid.", STR_ARG(url));
    *ret_wanted = (struct s3_wanted){ .url = url };
    return CALL_DONE;
}

static enum outcome check_channels(struct call *call, const cJSON *input)
{
    const cJSON *channels = json_get(input, "InputDataConfig"), *channel, *other;
    size_t count = 0;
    struct s3_wanted *wanted = ARENA_ARRAY(call->arena, struct s3_wanted, (size_t)cJSON_GetArraySize(channels) + 1);
    cJSON_ArrayForEach(channel, channels)
    {
        for (other = channel->next; other; other = other->next) {
            if (str_equal(json_str(channel, "ChannelName"), json_str(other, "ChannelName")))
                return call_fail(call, &ERROR_VALIDATION,
                                 "Channel names must be unique: \"%s\" is given more than once.",
                                 json_string(channel, "ChannelName"));
        }
        if (check_channel(call, channel, &wanted[count++]) != CALL_DONE)
            return CALL_FAILED;
    }
    return s3_wanted_check(call, json_str(input, "RoleArn"), wanted, count);
}

enum outcome training_check(struct call *call, const cJSON *input)
{
    struct str type, bucket, key;
    int64_t count;
    if (check_shape(call, input) != CALL_DONE || !sagemaker_role_check(call, json_str(input, "RoleArn")))
        return CALL_FAILED;
    struct str output = json_str(json_get(input, "OutputDataConfig"), "S3OutputPath");
    if (!s3_url_parse(output, &bucket, &key))
        return call_fail(call, &ERROR_VALIDATION, "S3 URI \"%.*s\" is not valid.", STR_ARG(output));
    resources_of(input, &type, &count);
    int64_t used = quota_used_by_jobs(call, &training_job_table, type, resources_of);
    if (!quota_check(call, QUOTA_TRAINING, type, used, count))
        return CALL_FAILED;
    return check_channels(call, input);
}

enum outcome create_training_job(struct call *call)
{
    struct str name = input_str(call, "TrainingJobName");
    struct str arn = str_of(
        sagemaker_arn(call->arena, call_scope(call), "training-job", sagemaker_key(call->arena, name)));
    if (job_get(call->world, call_scope(call), &training_job_kind, name))
        return call_fail(
            call, &SAGEMAKER_RESOURCE_IN_USE,
            "Training job names must be unique within an AWS account and region, and a training job with this "
            "name already exists (%.*s)",
            STR_ARG(arn));
    enum outcome outcome = training_check(call, call->input);
    if (outcome != CALL_DONE || !sagemaker_tag_check(call, arn))
        return outcome == CALL_DONE ? CALL_FAILED : outcome;
    job_create(call, &training_job_kind, arn);
    output_str(call, "TrainingJobArn", arn);
    return CALL_DONE;
}

/* ---- what the container finds ---- */

static void give_json(struct job *job, const char *path, const cJSON *tree_or_null)
{
    struct buf text = BUF_EMPTY;
    if (tree_or_null)
        json_print(&text, tree_or_null);
    else
        buf_add_text(&text, "{}");
    container_give(&job->run->container, str_of(path), &text);
}

static const char hosts[] = "{\"current_host\":\"algo-1\",\"hosts\":[\"algo-1\"],\"network_interface_name\":\"eth0\"}";

/* inputdataconfig.json: "How Amazon SageMaker AI provides training information". */
static cJSON *channel_configuration(const cJSON *channels)
{
    cJSON *all = cJSON_CreateObject();
    const cJSON *channel;
    cJSON_ArrayForEach(channel, channels)
    {
        cJSON *entry = cJSON_CreateObject();
        if (json_get(channel, "ContentType"))
            json_set_str(entry, "ContentType", json_str(channel, "ContentType"));
        json_set_string(entry, "TrainingInputMode", "File");
        json_set_string(entry, "S3DistributionType", "FullyReplicated");
        json_set_string(entry, "RecordWrapperType", "None");
        json_set(all, json_string(channel, "ChannelName"), entry);
    }
    return all;
}

static void give_configuration(struct job *job, const cJSON *input)
{
    struct buf resources = BUF_EMPTY;
    cJSON *channels = channel_configuration(json_get(input, "InputDataConfig"));
    give_json(job, "/opt/ml/input/config/hyperparameters.json", json_get(input, "HyperParameters"));
    give_json(job, "/opt/ml/input/config/inputdataconfig.json", channels);
    cJSON_Delete(channels);
    buf_add_text(&resources, hosts);
    container_give(&job->run->container, STR("/opt/ml/input/config/resourceconfig.json"), &resources);
}

static void plan_channels(struct job *job, const cJSON *channels)
{
    struct job_plan *plan = &job->plan;
    const cJSON *channel;
    plan->sources = ARENA_ARRAY(job->arena, struct job_source, (size_t)cJSON_GetArraySize(channels) + 2);
    cJSON_ArrayForEach(channel, channels)
    {
        const cJSON *source = json_get(json_get(channel, "DataSource"), "S3DataSource");
        plan->sources[plan->source_count++] = (struct job_source){
            .url = json_string(source, "S3Uri"),
            .folder = arena_printf(job->arena, DATA_FOLDER "/%s", json_string(channel, "ChannelName")),
            .is_manifest = str_is(json_str(source, "S3DataType"), "ManifestFile"),
        };
    }
}

/* The SDK writes hyperparameters as JSON: "\"s3://bucket/sourcedir.tar.gz\"". */
static void plan_source(struct job *job, const cJSON *parameters)
{
    struct str given = json_str(parameters, "sagemaker_submit_directory"), bucket, key;
    const cJSON *parsed = given.at ? json_parse_in(job->arena, given, NULL) : NULL;
    struct str url = cJSON_IsString(parsed) ? json_value(parsed) : given;
    if (url.at && s3_url_parse(url, &bucket, &key))
        job->plan.sources[job->plan.source_count++] = (struct job_source){ .url = job_text(job, url),
                                                                           .folder = "/opt/ml/code",
                                                                           .is_object = true };
}

static void plan(struct job *job, const cJSON *input)
{
    static const char *const folders[] = { MODEL_FOLDER, OUTPUT_FOLDER, NULL };
    const cJSON *algorithm = json_get(input, "AlgorithmSpecification");
    struct container *container = &job->run->container;
    const char *image = json_string(algorithm, "TrainingImage");
    job->plan.image = image ? image : json_string(algorithm, "AlgorithmName");
    job->plan.role_arn = json_string(input, "RoleArn");
    job->plan.most_runtime_s = json_int64(json_get(input, "StoppingCondition"), "MaxRuntimeInSeconds", DAY_S);
    struct image known = image_find(str_of(job->plan.image), job->scope.account);
    bool script = json_get(json_get(input, "HyperParameters"), "sagemaker_submit_directory") != NULL;
    job->run->algorithm = script ? NULL : known.algorithm;
    container->task = CONTAINER_TRAIN;
    container->interpreter = known.interpreter;
    container->entrypoint = json_get(algorithm, "ContainerEntrypoint");
    container->arguments = json_get(algorithm, "ContainerArguments");
    container->environment = json_get(input, "Environment");
    container->hyperparameters = json_get(input, "HyperParameters");
    container->channels = json_get(input, "InputDataConfig");
    container->output_folders = folders;
    const cJSON *definitions = json_get(algorithm, "MetricDefinitions");
    job->run->metric_definitions = definitions           ? json_thaw(definitions)
                                   : job->run->algorithm ? metric_definitions_of(job->run->algorithm)
                                                         : NULL;
    job->run->watched = json_string(json_get(json_root(job->row), "watched"), "MetricName");
    plan_channels(job, json_get(input, "InputDataConfig"));
    plan_source(job, json_get(input, "HyperParameters"));
    give_configuration(job, input);
}

/* ---- what it leaves ---- */

/* On a worker: the model's files become model.tar.gz, the others output.tar.gz. */
static void pack_folder(struct container *container, const char *folder, const char *archive, bool always)
{
    struct buf gzip = BUF_EMPTY;
    struct list others;
    bool any = false;
    list_init(&others);
    archive_pack(&container->output, folder, &gzip);
    for (struct list *link; (link = list_take_first(&container->output));) {
        struct container_file *file = LIST_ITEM(link, struct container_file, link);
        bool packed = str_starts(str_of(file->path), str_of(folder));
        any |= packed;
        list_append(packed ? &container->input : &others, link); /* input goes with the container */
    }
    for (struct list *link; (link = list_take_first(&others));)
        list_append(&container->output, link);
    if (any || always) {
        struct container_file *file = memory_alloc(sizeof *file);
        file->path = memory_copy(str_of(archive));
        file->bytes = gzip;
        list_append(&container->output, &file->link);
    } else {
        buf_release(&gzip);
    }
}

static void measure(struct container_run *run)
{
    struct str log = buf_str(&run->container.log);
    cJSON_Delete(run->metrics);
    run->metrics = metric_read(run->metric_definitions, log);
    if (run->watched && !run->course)
        run->course = metric_course(run->metric_definitions, str_of(run->watched), log, COURSE_MOST);
}

static void pack(struct container_run *run)
{
    measure(run);
    pack_folder(&run->container, OUTPUT_FOLDER, "/output.tar.gz", false);
    pack_folder(&run->container, MODEL_FOLDER, "/model.tar.gz", true);
}

/* "s3://bucket/path/JOB/output/model.tar.gz" */
static char *output_url(struct arena *arena, const cJSON *row, const char *file)
{
    struct str path = json_str(json_get(json_get(row, "input"), "OutputDataConfig"), "S3OutputPath");
    while (path.length && path.at[path.length - 1] == '/')
        path.length--;
    return arena_printf(arena, "%.*s/%s/output%s", STR_ARG(path), json_string(row, "name"), file);
}

static const char *url_of(void *data, struct arena *arena, const struct container_file *file)
{
    const struct job *job = data;
    return output_url(arena, json_root(job->row), file->path);
}

static void settle(struct job *job, cJSON *row)
{
    if (job->run && job->run->metrics && job->run->metrics->child)
        json_set(row, "metrics", json_thaw(job->run->metrics));
}

const struct job_kind training_job_kind = {
    .type = "training-job",
    .thing = "TrainingJob",
    .name_member = "TrainingJobName",
    .said = "Training",
    .log_group = "/aws/sagemaker/TrainingJobs",
    .topic = TRAINING_JOB_TOPIC,
    .table = &training_job_table,
    .starting_s = 75,
    .fetching_s = 15,
    .delivering_s = 10,
    .plan = plan,
    .measure = measure,
    .pack = pack,
    .url = url_of,
    .settle = settle,
};

/* ---- DescribeTrainingJob and the others ---- */

static struct json *job_of_call(struct call *call)
{
    struct json *row = job_get(call->world, call_scope(call), &training_job_kind, input_str(call, "TrainingJobName"));
    if (!row)
        call_fail(call, &ERROR_VALIDATION, "Requested resource not found.");
    return row;
}

static void output_metrics(struct call *call, const cJSON *row)
{
    const cJSON *kept;
    cJSON *list = cJSON_CreateArray();
    cJSON_ArrayForEach(kept, json_get(row, "metrics"))
    {
        cJSON *entry = json_thaw(kept);
        sagemaker_set_time(entry, "Timestamp", row, "ended");
        json_add(list, entry);
    }
    if (list->child)
        output_json(call, "FinalMetricDataList", list);
    else
        cJSON_Delete(list);
}

/* Of an algorithm of AWS's own it tells the metrics that nobody asked for, too. */
static void output_algorithm(struct call *call, const cJSON *row)
{
    const cJSON *given = json_get(json_get(row, "input"), "AlgorithmSpecification");
    struct image image = image_find(json_str(given, "TrainingImage"), call->caller.account);
    cJSON *algorithm = json_thaw(given);
    if (image.algorithm && !json_get(given, "MetricDefinitions"))
        json_set(algorithm, "MetricDefinitions", metric_definitions_of(image.algorithm));
    output_json(call, "AlgorithmSpecification", algorithm);
}

static void output_times(struct call *call, const cJSON *row)
{
    cJSON *output = call_output(call);
    int64_t started = json_int64(row, "started", 0), ended = json_int64(row, "ended", 0);
    sagemaker_set_time(output, "CreationTime", row, "created");
    sagemaker_set_time(output, "LastModifiedTime", row, "modified");
    sagemaker_set_time(output, "TrainingStartTime", row, "started");
    sagemaker_set_time(output, "TrainingEndTime", row, "ended");
    if (!started || !ended)
        return;
    int64_t seconds = (ended - started + 999) / 1000;
    output_int64(call, "TrainingTimeInSeconds", seconds > 0 ? seconds : 1);
    output_int64(call, "BillableTimeInSeconds", seconds > 0 ? seconds : 1);
}

enum outcome describe_training_job(struct call *call)
{
    struct json *kept = job_of_call(call);
    if (!kept)
        return CALL_FAILED;
    const cJSON *row = json_root(kept);
    cJSON *artifacts = cJSON_CreateObject();
    sagemaker_output_members(call, json_get(row, "input"));
    output_algorithm(call, row);
    output_str(call, "TrainingJobName", json_str(row, "name"));
    output_str(call, "TrainingJobArn", json_str(row, "arn"));
    output_str(call, "TrainingJobStatus", json_str(row, "status"));
    output_str(call, "SecondaryStatus", json_str(row, "secondary"));
    output_string(call, "FailureReason", json_string(row, "failure"));
    output_string(call, "TuningJobArn", json_string(row, "tuning"));
    json_set_string(artifacts, "S3ModelArtifacts", output_url(call->arena, row, "/model.tar.gz"));
    output_json(call, "ModelArtifacts", artifacts);
    output_json(call, "SecondaryStatusTransitions", job_row_transitions(row));
    output_metrics(call, row);
    output_times(call, row);
    return CALL_DONE;
}

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    json_set_str(item, "TrainingJobName", json_str(row, "name"));
    json_set_str(item, "TrainingJobArn", json_str(row, "arn"));
    sagemaker_set_time(item, "CreationTime", row, "created");
    sagemaker_set_time(item, "TrainingEndTime", row, "ended");
    sagemaker_set_time(item, "LastModifiedTime", row, "modified");
    json_set_str(item, "TrainingJobStatus", json_str(row, "status"));
    json_set_str(item, "SecondaryStatus", json_str(row, "secondary"));
    return item;
}

/* No job has a warm pool or a training plan. */
static bool is_plain(struct call *call, const cJSON *row)
{
    return !input_has(call, "WarmPoolStatusEquals") && !input_has(call, "TrainingPlanArnEquals");
}

enum outcome list_training_jobs(struct call *call)
{
    const struct listing listing = {
        .table = &training_job_table, .member = "TrainingJobSummaries", .item = summary, .wanted = is_plain
    };
    return sagemaker_list(call, &listing);
}

enum outcome stop_training_job(struct call *call)
{
    struct json *row = job_of_call(call);
    return row ? job_stop_call(call, &training_job_kind, row) : CALL_FAILED;
}

/* What can be changed of a job under way has no effect on what runs here: it is kept and told. */
enum outcome update_training_job(struct call *call)
{
    static const char *const members[] = { "ProfilerConfig", "ProfilerRuleConfigurations", "RemoteDebugConfig" };
    struct json *kept = job_of_call(call);
    if (!kept)
        return CALL_FAILED;
    if (!str_is(json_str(json_root(kept), "status"), "InProgress"))
        return call_fail(call, &ERROR_VALIDATION, "Training job %s is not in progress.",
                         input_string(call, "TrainingJobName"));
    cJSON *row = json_thaw(json_root(kept)), *input = cJSON_GetObjectItemCaseSensitive(row, "input");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (input_has(call, members[i]))
            json_set(input, members[i], json_thaw(json_get(call->input, members[i])));
    }
    json_set_int64(row, "modified", clock_now(call->world->clock));
    output_str(call, "TrainingJobArn", str_of(arena_copy(call->arena, json_str(row, "arn"))));
    store_put(call->world->store, call_scope(call), &training_job_table,
              sagemaker_key(call->arena, input_str(call, "TrainingJobName")), json_seal(row));
    return CALL_DONE;
}

enum outcome delete_training_job(struct call *call)
{
    struct json *row = job_of_call(call);
    return row ? job_delete(call, &training_job_kind, row) : CALL_FAILED;
}

void training_job_recover(struct world *world)
{
    job_recover(world, &training_job_kind);
}
