#include "services/sagemaker/endpoint.h"

#include "services/sagemaker/deployment.h"
#include "services/sagemaker/endpoint_config.h"
#include "services/sagemaker/listing.h"
#include "services/sagemaker/model.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/quota.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

const struct table_def endpoint_table = { .name = "sagemaker.endpoint", .indexes = listing_indexes };

struct json *endpoint_get(struct world *world, struct scope scope, struct str name)
{
    struct arena *arena = arena_new();
    struct json *row = store_get(world->store, scope, &endpoint_table, sagemaker_key(arena, name));
    arena_free(arena);
    return row;
}

static bool is_in(const cJSON *row, const char *status)
{
    return str_is(json_str(row, "status"), status);
}

bool endpoint_serves(const cJSON *row)
{
    return is_in(row, "InService") || is_in(row, "Updating") || is_in(row, "RollingBack");
}

static enum outcome fail_not_found(struct call *call, struct str name)
{
    return call_fail(call, &ERROR_VALIDATION, "Could not find endpoint \"%s\".",
                     sagemaker_arn(call->arena, call_scope(call), "endpoint", sagemaker_key(call->arena, name)));
}

/* ---- what is deployed ---- */

/* The configuration's variants, each with its weight and count of instances. */
static cJSON *new_variants(const cJSON *config)
{
    cJSON *variants = json_thaw(json_get(config, "ProductionVariants")), *variant;
    cJSON_ArrayForEach(variant, variants)
    {
        json_set_number(variant, "weight", json_number(variant, "InitialVariantWeight", 1));
        if (!json_get(variant, "ServerlessConfig"))
            json_set_int64(variant, "count", json_int64(variant, "InitialInstanceCount", 1));
    }
    return variants;
}

static void set_deployed(cJSON *row, const cJSON *config_row)
{
    const cJSON *config = json_get(config_row, "input"), *capture = json_get(config, "DataCaptureConfig");
    json_set_str(row, "next", json_str(config_row, "name"));
    json_set(row, "next_variants", new_variants(config));
    if (capture)
        json_set(row, "next_capture", json_thaw(capture));
    if (json_get(config, "AsyncInferenceConfig"))
        json_set(row, "next_async", json_thaw(json_get(config, "AsyncInferenceConfig")));
}

static int64_t instances_of(const cJSON *variants, struct str type)
{
    int64_t count = 0;
    const cJSON *variant;
    cJSON_ArrayForEach(variant, variants)
    {
        if (str_equal(json_str(variant, "InstanceType"), type))
            count += json_int64(variant, "count", json_int64(variant, "InitialInstanceCount", 0));
    }
    return count;
}

static int64_t used(struct call *call, struct str type)
{
    int64_t count = 0;
    struct cursor at = store_seek(call->world->store, call_scope(call), &endpoint_table, NULL, STR(""), false);
    while (store_next(&at)) {
        const cJSON *row = json_root(at.row);
        count += is_in(row, "Failed") ? 0 : instances_of(json_get(row, "variants"), type);
        count += instances_of(json_get(row, "next_variants"), type);
    }
    return count;
}

static bool check_quota(struct call *call, const cJSON *config_row)
{
    const cJSON *variants = json_get(json_get(config_row, "input"), "ProductionVariants"), *variant;
    cJSON_ArrayForEach(variant, variants)
    {
        struct str type = json_str(variant, "InstanceType");
        if (type.at && !quota_check(call, QUOTA_ENDPOINT, type, used(call, type), instances_of(variants, type)))
            return false;
    }
    return true;
}

/* Every model must still be there. */
static bool check_models(struct call *call, const cJSON *config_row)
{
    const cJSON *variant;
    cJSON_ArrayForEach(variant, json_get(json_get(config_row, "input"), "ProductionVariants"))
    {
        if (!json_get(variant, "ModelName") || model_get(call->world, call_scope(call), json_str(variant, "ModelName")))
            continue;
        model_fail_not_found(call, json_str(variant, "ModelName"));
        return false;
    }
    return true;
}

enum outcome create_endpoint(struct call *call)
{
    struct str name = input_str(call, "EndpointName"), key = sagemaker_key(call->arena, name);
    struct str arn = str_of(sagemaker_arn(call->arena, call_scope(call), "endpoint", key));
    if (endpoint_get(call->world, call_scope(call), name))
        return call_fail(call, &ERROR_VALIDATION, "Cannot create already existing endpoint \"%.*s\".", STR_ARG(arn));
    struct json *config = endpoint_config_get(call->world, call_scope(call), input_str(call, "EndpointConfigName"));
    if (!config)
        return endpoint_config_fail_not_found(call, input_str(call, "EndpointConfigName"));
    if (!check_models(call, json_root(config)) || !check_quota(call, json_root(config)) ||
        !sagemaker_tag_check(call, arn))
        return CALL_FAILED;
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "name", name);
    json_set_str(row, "arn", arn);
    json_set_int64(row, "created", clock_now(call->world->clock));
    if (input_has(call, "DeploymentConfig"))
        json_set(row, "deployment", json_thaw(json_get(call->input, "DeploymentConfig")));
    set_deployed(row, json_root(config));
    deployment_begin(call->world, call_scope(call), key, row, "Creating");
    sagemaker_tag_put(call, arn);
    output_str(call, "EndpointArn", arn);
    return CALL_DONE;
}

/* ---- DescribeEndpoint ---- */

static cJSON *deployed_images(struct call *call, const cJSON *variant, const cJSON *row)
{
    cJSON *images = cJSON_CreateArray();
    struct json *model = json_get(variant, "ModelName")
                             ? model_get(call->world, call_scope(call), json_str(variant, "ModelName"))
                             : NULL;
    size_t count = 0;
    struct model_container *containers = model ? model_containers(call->world, call_scope(call), call->arena,
                                                                  json_root(model), &count)
                                               : NULL;
    for (size_t i = 0; containers && i < count; i++) {
        cJSON *image = cJSON_CreateObject();
        json_set_string(image, "SpecifiedImage", containers[i].image);
        sagemaker_set_time(image, "ResolutionTime", row, "modified");
        json_add(images, image);
    }
    return images;
}

static cJSON *variant_summary(struct call *call, const cJSON *variant, const cJSON *row)
{
    cJSON *summary = cJSON_CreateObject();
    const cJSON *serverless = json_get(variant, "ServerlessConfig");
    double weight = json_number(variant, "weight", 1);
    json_set_str(summary, "VariantName", json_str(variant, "VariantName"));
    json_set(summary, "DeployedImages", deployed_images(call, variant, row));
    json_set_number(summary, "CurrentWeight", weight);
    json_set_number(summary, "DesiredWeight", json_number(variant, "desired_weight", weight));
    int64_t count = serverless ? 0 : json_int64(variant, "count", 1);
    json_set_int64(summary, "CurrentInstanceCount", count);
    if (serverless) {
        json_set(summary, "CurrentServerlessConfig", json_thaw(serverless));
        json_set(summary, "DesiredServerlessConfig", json_thaw(serverless));
    } else {
        json_set_int64(summary, "DesiredInstanceCount", json_int64(variant, "desired_count", count));
    }
    return summary;
}

static void output_capture(struct call *call, const cJSON *capture)
{
    cJSON *summary = cJSON_CreateObject();
    bool on = json_bool(capture, "EnableCapture", true);
    json_set_bool(summary, "EnableCapture", on);
    json_set_string(summary, "CaptureStatus", on ? "Started" : "Stopped");
    json_set_int64(summary, "CurrentSamplingPercentage", json_int64(capture, "InitialSamplingPercentage", 0));
    json_set_str(summary, "DestinationS3Uri", json_str(capture, "DestinationS3Uri"));
    json_set_string(summary, "KmsKeyId", json_get(capture, "KmsKeyId") ? json_string(capture, "KmsKeyId") : "");
    output_json(call, "DataCaptureConfig", summary);
}

static void output_variants(struct call *call, const cJSON *row)
{
    cJSON *list = cJSON_CreateArray();
    const cJSON *variant;
    cJSON_ArrayForEach(variant, json_get(row, "variants"))
    {
        json_add(list, variant_summary(call, variant, row));
    }
    if (list->child)
        output_json(call, "ProductionVariants", list);
    else
        cJSON_Delete(list); /* nothing is deployed yet */
}

enum outcome describe_endpoint(struct call *call)
{
    struct json *kept = endpoint_get(call->world, call_scope(call), input_str(call, "EndpointName"));
    if (!kept)
        return fail_not_found(call, input_str(call, "EndpointName"));
    const cJSON *row = json_root(kept);
    output_str(call, "EndpointName", json_str(row, "name"));
    output_str(call, "EndpointArn", json_str(row, "arn"));
    output_str(call, "EndpointConfigName", json_get(row, "config") ? json_str(row, "config") : json_str(row, "next"));
    output_str(call, "EndpointStatus", json_str(row, "status"));
    output_string(call, "FailureReason", json_string(row, "failure"));
    output_time(call, "CreationTime", json_int64(row, "created", 0));
    output_time(call, "LastModifiedTime", json_int64(row, "modified", 0));
    output_variants(call, row);
    if (json_get(row, "capture"))
        output_capture(call, json_get(row, "capture"));
    if (json_get(row, "async"))
        output_json(call, "AsyncInferenceConfig", json_thaw(json_get(row, "async")));
    if (json_get(row, "deployment"))
        output_json(call, "LastDeploymentConfig", json_thaw(json_get(row, "deployment")));
    return CALL_DONE;
}

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    json_set_str(item, "EndpointName", json_str(row, "name"));
    json_set_str(item, "EndpointArn", json_str(row, "arn"));
    sagemaker_set_time(item, "CreationTime", row, "created");
    sagemaker_set_time(item, "LastModifiedTime", row, "modified");
    json_set_str(item, "EndpointStatus", json_str(row, "status"));
    return item;
}

enum outcome list_endpoints(struct call *call)
{
    const struct listing listing = {
        .table = &endpoint_table, .member = "Endpoints", .descending = true, .item = summary
    };
    return sagemaker_list(call, &listing);
}

/* ---- changes ---- */

/* The endpoint of the call, in a status in which it may be changed. "Cannot update in-progress endpoint" is AWS's, of
 * DeleteEndpoint too (aws/amazon-sagemaker-operator-for-k8s knows it by that). */
static struct json *changeable(struct call *call)
{
    struct json *row = endpoint_get(call->world, call_scope(call), input_str(call, "EndpointName"));
    if (!row)
        fail_not_found(call, input_str(call, "EndpointName"));
    else if (!is_in(json_root(row), "InService") && !is_in(json_root(row), "Failed"))
        call_fail(call, &ERROR_VALIDATION, "Cannot update in-progress endpoint \"%s\".",
                  json_string(json_root(row), "arn"));
    else
        return row;
    return NULL;
}

/* RetainAllVariantProperties: what was scaled meanwhile stays, but for what is excluded from that. */
static bool is_retained(struct call *call, const char *property)
{
    const cJSON *excluded;
    cJSON_ArrayForEach(excluded, json_get(call->input, "ExcludeRetainedVariantProperties"))
    {
        if (str_is(json_str(excluded, "VariantPropertyType"), property))
            return false;
    }
    return input_bool(call, "RetainAllVariantProperties", false);
}

static const cJSON *find_variant(const cJSON *variants, struct str name)
{
    const cJSON *variant;
    cJSON_ArrayForEach(variant, variants)
    {
        if (str_equal(json_str(variant, "VariantName"), name))
            return variant;
    }
    return NULL;
}

static void retain(struct call *call, cJSON *row)
{
    cJSON *variant;
    cJSON_ArrayForEach(variant, cJSON_GetObjectItemCaseSensitive(row, "next_variants"))
    {
        const cJSON *old = find_variant(json_get(row, "variants"), json_str(variant, "VariantName"));
        if (old && is_retained(call, "DesiredWeight"))
            json_set_number(variant, "weight", json_number(old, "weight", 1));
        if (old && json_get(old, "count") && is_retained(call, "DesiredInstanceCount"))
            json_set_int64(variant, "count", json_int64(old, "count", 1));
    }
    if (json_get(row, "capture") && is_retained(call, "DataCaptureConfig"))
        json_set(row, "next_capture", json_thaw(json_get(row, "capture")));
}

enum outcome update_endpoint(struct call *call)
{
    struct json *kept = changeable(call);
    struct json *config = endpoint_config_get(call->world, call_scope(call), input_str(call, "EndpointConfigName"));
    if (!kept)
        return CALL_FAILED;
    if (!config)
        return endpoint_config_fail_not_found(call, input_str(call, "EndpointConfigName"));
    if (!check_models(call, json_root(config)) || !check_quota(call, json_root(config)))
        return CALL_FAILED;
    cJSON *row = json_thaw(json_root(kept));
    set_deployed(row, json_root(config));
    retain(call, row);
    if (input_has(call, "DeploymentConfig"))
        json_set(row, "deployment", json_thaw(json_get(call->input, "DeploymentConfig")));
    output_str(call, "EndpointArn", json_str(row, "arn"));
    deployment_begin(call->world, call_scope(call), sagemaker_key(call->arena, input_str(call, "EndpointName")), row,
                     "Updating");
    return CALL_DONE;
}

static bool set_desired(struct call *call, cJSON *row)
{
    const cJSON *wanted;
    cJSON_ArrayForEach(wanted, json_get(call->input, "DesiredWeightsAndCapacities"))
    {
        cJSON *variant = (cJSON *)(uintptr_t)find_variant(json_get(row, "variants"), json_str(wanted, "VariantName"));
        if (!variant) { /* ours */
            call_fail(call, &ERROR_VALIDATION, "Could not find variant \"%s\" of endpoint \"%s\".",
                      json_string(wanted, "VariantName"), json_string(row, "arn"));
            return false;
        }
        if (json_get(wanted, "DesiredWeight"))
            json_set_number(variant, "desired_weight", json_number(wanted, "DesiredWeight", 1));
        if (json_get(wanted, "DesiredInstanceCount"))
            json_set_int64(variant, "desired_count", json_int64(wanted, "DesiredInstanceCount", 1));
    }
    return true;
}

enum outcome update_endpoint_weights_and_capacities(struct call *call)
{
    struct json *kept = changeable(call);
    if (!kept)
        return CALL_FAILED;
    cJSON *row = json_thaw(json_root(kept));
    if (!set_desired(call, row)) {
        cJSON_Delete(row);
        return CALL_FAILED;
    }
    output_str(call, "EndpointArn", json_str(row, "arn"));
    deployment_begin(call->world, call_scope(call), sagemaker_key(call->arena, input_str(call, "EndpointName")), row,
                     "Updating");
    return CALL_DONE;
}

enum outcome delete_endpoint(struct call *call)
{
    struct str name = input_str(call, "EndpointName");
    struct json *kept = endpoint_get(call->world, call_scope(call), name);
    if (!kept)
        return fail_not_found(call, name);
    const cJSON *row = json_root(kept);
    if (is_in(row, "Creating") || is_in(row, "Updating") || is_in(row, "RollingBack"))
        return call_fail(call, &ERROR_VALIDATION, "Cannot update in-progress endpoint \"%s\".",
                         json_string(row, "arn"));
    if (!is_in(row, "Deleting"))
        deployment_begin(call->world, call_scope(call), sagemaker_key(call->arena, name), json_thaw(row), "Deleting");
    return CALL_DONE;
}
