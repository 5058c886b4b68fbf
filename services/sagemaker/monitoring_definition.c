#include "services/sagemaker/monitoring_definition.h"

#include "services/sagemaker/endpoint.h"
#include "services/sagemaker/listing.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/s3_access.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

const struct table_def monitoring_definition_table = { .name = "sagemaker.monitoring_definition",
                                                       .indexes = listing_indexes };

static const struct kind {
    const char *type, *arn_type; /* members of the input begin with the type: "DataQualityJobInput" */
} kinds[] = {
    { "DataQuality", "data-quality-job-definition" },
    { "ModelBias", "model-bias-job-definition" },
    { "ModelExplainability", "model-explainability-job-definition" },
    { "ModelQuality", "model-quality-job-definition" },
};

static const struct kind *find_kind(struct str type)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (str_is(type, kinds[i].type))
            return &kinds[i];
    }
    return NULL;
}

static struct str key_of(struct arena *arena, const struct kind *kind, struct str name)
{
    return str_of(arena_printf(arena, "%s/%s", kind->arn_type, sagemaker_key(arena, name).at));
}

struct json *monitoring_definition_get(struct world *world, struct scope scope, struct str type, struct str name)
{
    const struct kind *kind = find_kind(type);
    struct arena *arena = arena_new_sized(512);
    struct json *row = kind ? store_get(world->store, scope, &monitoring_definition_table, key_of(arena, kind, name))
                            : NULL;
    arena_free(arena);
    return row;
}

/* ---- what it says ---- */

static const cJSON *member(const cJSON *input, const char *type, const char *behind)
{
    const cJSON *one;
    size_t length = strlen(type);
    cJSON_ArrayForEach(one, input)
    {
        if (strncmp(one->string, type, length) == 0 && strcmp(one->string + length, behind) == 0)
            return one;
    }
    return NULL;
}

static void plan_inline(const cJSON *input, struct monitoring_plan *plan)
{
    const cJSON *inputs = json_get(input, "MonitoringInputs"), *outputs = json_get(input, "MonitoringOutputConfig");
    plan->endpoint = json_get(inputs ? inputs->child : NULL, "EndpointInput");
    plan->application = json_get(input, "MonitoringAppSpecification");
    plan->baseline = json_get(input, "BaselineConfig");
    plan->output = outputs;
    plan->resources = json_get(input, "MonitoringResources");
    plan->environment = json_get(input, "Environment");
}

bool monitoring_plan_of(struct str type, const cJSON *input, struct monitoring_plan *ret_plan)
{
    const struct kind *kind = find_kind(type);
    if (!kind)
        return false;
    *ret_plan = (struct monitoring_plan){ .type = kind->type,
                                          .role = json_str(input, "RoleArn"),
                                          .stopping = json_get(input, "StoppingCondition") };
    if (json_get(input, "MonitoringInputs")) {
        plan_inline(input, ret_plan);
        return true;
    }
    const cJSON *job = member(input, kind->type, "JobInput");
    ret_plan->endpoint = json_get(job, "EndpointInput");
    ret_plan->truth = json_get(job, "GroundTruthS3Input");
    ret_plan->application = member(input, kind->type, "AppSpecification");
    ret_plan->baseline = member(input, kind->type, "BaselineConfig");
    ret_plan->output = member(input, kind->type, "JobOutputConfig");
    ret_plan->resources = json_get(input, "JobResources");
    ret_plan->environment = json_get(ret_plan->application, "Environment");
    ret_plan->problem = json_str(ret_plan->application, "ProblemType");
    return true;
}

/* Sentences are ours, in AWS's shape. */
bool monitoring_plan_check(struct call *call, const struct monitoring_plan *plan)
{
    struct str bucket, key, endpoint = json_str(plan->endpoint, "EndpointName");
    const cJSON *outputs = json_get(plan->output, "MonitoringOutputs");
    struct str url = json_str(json_get(outputs ? outputs->child : NULL, "S3Output"), "S3Uri");
    if (!plan->endpoint)
        call_fail(call, &ERROR_VALIDATION, "This practice cloud monitors endpoints: an EndpointInput is required.");
    else if (!endpoint_get(call->world, call_scope(call), endpoint))
        call_fail(call, &ERROR_VALIDATION, "Could not find endpoint \"%s\".",
                  sagemaker_arn(call->arena, call_scope(call), "endpoint", sagemaker_key(call->arena, endpoint)));
    else if (!s3_url_parse(url, &bucket, &key))
        call_fail(call, &ERROR_VALIDATION, "S3 URI \"%.*s\" is not valid.", STR_ARG(url));
    else if (json_get(plan->application, "RecordPreprocessorSourceUri") ||
             json_get(plan->application, "PostAnalyticsProcessorSourceUri"))
        call_fail(call, &ERROR_VALIDATION,
                  "This practice cloud runs no pre- and postprocessing scripts of monitoring.");
    else
        return sagemaker_role_check(call, plan->role);
    return false;
}

/* ---- operations ---- */

static enum outcome create(struct call *call, const char *type)
{
    const struct kind *kind = find_kind(str_of(type));
    struct str name = input_str(call, "JobDefinitionName"), key = key_of(call->arena, kind, name);
    struct str arn = str_of(
        sagemaker_arn(call->arena, call_scope(call), kind->arn_type, sagemaker_key(call->arena, name)));
    struct monitoring_plan plan;
    if (store_get(call->world->store, call_scope(call), &monitoring_definition_table, key))
        return call_fail(call, &SAGEMAKER_RESOURCE_IN_USE,
                         "Job definition names must be unique within an AWS account and region: '%.*s' already exists.",
                         STR_ARG(arn));
    monitoring_plan_of(str_of(type), call->input, &plan);
    if (!monitoring_plan_check(call, &plan) || !sagemaker_tag_check(call, arn))
        return CALL_FAILED;
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "name", name);
    json_set_str(row, "arn", arn);
    json_set_string(row, "type", kind->type);
    json_set_str(row, "endpoint", json_str(plan.endpoint, "EndpointName"));
    json_set_int64(row, "created", clock_now(call->world->clock));
    json_set(row, "input", sagemaker_kept_input(call));
    store_put(call->world->store, call_scope(call), &monitoring_definition_table, key, json_seal(row));
    sagemaker_tag_put(call, arn);
    output_str(call, "JobDefinitionArn", arn);
    return CALL_DONE;
}

static struct json *definition_of_call(struct call *call, const char *type)
{
    struct str name = input_str(call, "JobDefinitionName");
    struct json *row = monitoring_definition_get(call->world, call_scope(call), str_of(type), name);
    if (!row) /* ours */
        call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Job definition '%.*s' does not exist.", STR_ARG(name));
    return row;
}

static enum outcome describe(struct call *call, const char *type)
{
    struct json *kept = definition_of_call(call, type);
    if (!kept)
        return CALL_FAILED;
    sagemaker_output_members(call, json_get(json_root(kept), "input"));
    output_str(call, "JobDefinitionArn", json_str(json_root(kept), "arn"));
    sagemaker_set_time(call_output(call), "CreationTime", json_root(kept), "created");
    return CALL_DONE;
}

static enum outcome remove_definition(struct call *call, const char *type)
{
    struct json *kept = definition_of_call(call, type);
    if (!kept)
        return CALL_FAILED;
    sagemaker_tag_drop(call->world, call_scope(call), arena_str(call->arena, json_str(json_root(kept), "arn")));
    store_delete(call->world->store, call_scope(call), &monitoring_definition_table,
                 key_of(call->arena, find_kind(str_of(type)), input_str(call, "JobDefinitionName")));
    return CALL_DONE;
}

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    json_set_str(item, "MonitoringJobDefinitionName", json_str(row, "name"));
    json_set_str(item, "MonitoringJobDefinitionArn", json_str(row, "arn"));
    json_set_str(item, "EndpointName", json_str(row, "endpoint"));
    sagemaker_set_time(item, "CreationTime", row, "created");
    return item;
}

static bool is_wanted(struct call *call, const cJSON *row)
{
    struct str operation = str_of(call->operation->name), type = json_str(row, "type");
    return str_starts(str_from(operation, strlen("List")), type) &&
           (!input_has(call, "EndpointName") ||
            str_equal_ignoring_case(json_str(row, "endpoint"), input_str(call, "EndpointName")));
}

static enum outcome list(struct call *call)
{
    const struct listing listing = { .table = &monitoring_definition_table,
                                     .member = "JobDefinitionSummaries",
                                     .descending = true,
                                     .item = summary,
                                     .wanted = is_wanted };
    return sagemaker_list(call, &listing);
}

enum outcome create_data_quality_job_definition(struct call *call)
{
    return create(call, "DataQuality");
}
enum outcome create_model_bias_job_definition(struct call *call)
{
    return create(call, "ModelBias");
}
enum outcome create_model_explainability_job_definition(struct call *call)
{
    return create(call, "ModelExplainability");
}
enum outcome create_model_quality_job_definition(struct call *call)
{
    return create(call, "ModelQuality");
}
enum outcome delete_data_quality_job_definition(struct call *call)
{
    return remove_definition(call, "DataQuality");
}
enum outcome delete_model_bias_job_definition(struct call *call)
{
    return remove_definition(call, "ModelBias");
}
enum outcome delete_model_explainability_job_definition(struct call *call)
{
    return remove_definition(call, "ModelExplainability");
}
enum outcome delete_model_quality_job_definition(struct call *call)
{
    return remove_definition(call, "ModelQuality");
}
enum outcome describe_data_quality_job_definition(struct call *call)
{
    return describe(call, "DataQuality");
}
enum outcome describe_model_bias_job_definition(struct call *call)
{
    return describe(call, "ModelBias");
}
enum outcome describe_model_explainability_job_definition(struct call *call)
{
    return describe(call, "ModelExplainability");
}
enum outcome describe_model_quality_job_definition(struct call *call)
{
    return describe(call, "ModelQuality");
}
enum outcome list_data_quality_job_definitions(struct call *call)
{
    return list(call);
}
enum outcome list_model_bias_job_definitions(struct call *call)
{
    return list(call);
}
enum outcome list_model_explainability_job_definitions(struct call *call)
{
    return list(call);
}
enum outcome list_model_quality_job_definitions(struct call *call)
{
    return list(call);
}
