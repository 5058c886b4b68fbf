#include "services/sagemaker/endpoint_config.h"

#include "services/sagemaker/listing.h"
#include "services/sagemaker/model.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

const struct table_def endpoint_config_table = { .name = "sagemaker.endpoint_config", .indexes = listing_indexes };

struct json *endpoint_config_get(struct world *world, struct scope scope, struct str name)
{
    struct arena *arena = arena_new();
    struct json *row = store_get(world->store, scope, &endpoint_config_table, sagemaker_key(arena, name));
    arena_free(arena);
    return row;
}

enum outcome endpoint_config_fail_not_found(struct call *call, struct str name)
{
    return call_fail(call, &ERROR_VALIDATION, "Could not find endpoint configuration \"%s\".",
                     sagemaker_arn(call->arena, call_scope(call), "endpoint-config", sagemaker_key(call->arena, name)));
}

/* ---- CreateEndpointConfig; sentences but that of a model are ours, in AWS's shape ---- */

static bool check_serverless(struct call *call, const cJSON *variant)
{
    const cJSON *serverless = json_get(variant, "ServerlessConfig");
    int64_t memory = json_int64(serverless, "MemorySizeInMB", 0);
    bool instances = json_get(variant, "InstanceType") || json_get(variant, "InitialInstanceCount");
    if (serverless && instances)
        call_fail(call, &ERROR_VALIDATION,
                  "A serverless variant has no InstanceType and no InitialInstanceCount: \"%s\".",
                  json_string(variant, "VariantName"));
    else if (!serverless && !(json_get(variant, "InstanceType") && json_get(variant, "InitialInstanceCount")))
        call_fail(call, &ERROR_VALIDATION, "InstanceType and InitialInstanceCount are required for variant \"%s\".",
                  json_string(variant, "VariantName"));
    else if (serverless && memory % 1024 != 0)
        call_fail(call, &ERROR_VALIDATION,
                  "MemorySizeInMB must be one of 1024, 2048, 3072, 4096, 5120 and 6144 for variant \"%s\".",
                  json_string(variant, "VariantName"));
    else
        return true;
    return false;
}

static bool check_variant(struct call *call, const cJSON *variant)
{
    struct str model = json_str(variant, "ModelName");
    if (!model.at && !input_has(call, "ExecutionRoleArn")) { /* then inference components bring the models */
        call_fail(call, &ERROR_VALIDATION, "ExecutionRoleArn is required where variant \"%s\" has no ModelName.",
                  json_string(variant, "VariantName"));
        return false;
    }
    if (model.at && !model_get(call->world, call_scope(call), model)) {
        model_fail_not_found(call, model);
        return false;
    }
    for (const cJSON *other = variant->next; other; other = other->next) {
        if (!str_equal(json_str(variant, "VariantName"), json_str(other, "VariantName")))
            continue;
        call_fail(call, &ERROR_VALIDATION, "Variant names must be unique: \"%s\" is given more than once.",
                  json_string(variant, "VariantName"));
        return false;
    }
    return check_serverless(call, variant);
}

static bool check(struct call *call)
{
    const cJSON *variant;
    if (input_has(call, "ShadowProductionVariants")) {
        call_fail(call, &ERROR_VALIDATION, "This practice cloud has no shadow variants.");
        return false;
    }
    if (input_has(call, "ExecutionRoleArn") && !sagemaker_role_check(call, input_str(call, "ExecutionRoleArn")))
        return false;
    cJSON_ArrayForEach(variant, json_get(call->input, "ProductionVariants"))
    {
        if (!check_variant(call, variant))
            return false;
    }
    return true;
}

enum outcome create_endpoint_config(struct call *call)
{
    struct str name = input_str(call, "EndpointConfigName"), key = sagemaker_key(call->arena, name);
    struct str arn = str_of(sagemaker_arn(call->arena, call_scope(call), "endpoint-config", key));
    if (endpoint_config_get(call->world, call_scope(call), name))
        return call_fail(call, &ERROR_VALIDATION, "Cannot create already existing endpoint configuration \"%.*s\".",
                         STR_ARG(arn));
    if (!check(call) || !sagemaker_tag_check(call, arn))
        return CALL_FAILED;
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "name", name);
    json_set_str(row, "arn", arn);
    json_set_int64(row, "created", clock_now(call->world->clock));
    json_set(row, "input", sagemaker_kept_input(call));
    store_put(call->world->store, call_scope(call), &endpoint_config_table, key, json_seal(row));
    sagemaker_tag_put(call, arn);
    output_str(call, "EndpointConfigArn", arn);
    return CALL_DONE;
}

/* ---- the others ---- */

enum outcome describe_endpoint_config(struct call *call)
{
    struct json *kept = endpoint_config_get(call->world, call_scope(call), input_str(call, "EndpointConfigName"));
    if (!kept)
        return endpoint_config_fail_not_found(call, input_str(call, "EndpointConfigName"));
    const cJSON *row = json_root(kept);
    sagemaker_output_members(call, json_get(row, "input"));
    output_str(call, "EndpointConfigArn", json_str(row, "arn"));
    output_time(call, "CreationTime", json_int64(row, "created", 0));
    return CALL_DONE;
}

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    json_set_str(item, "EndpointConfigName", json_str(row, "name"));
    json_set_str(item, "EndpointConfigArn", json_str(row, "arn"));
    sagemaker_set_time(item, "CreationTime", row, "created");
    return item;
}

enum outcome list_endpoint_configs(struct call *call)
{
    const struct listing listing = {
        .table = &endpoint_config_table, .member = "EndpointConfigs", .descending = true, .item = summary
    };
    return sagemaker_list(call, &listing);
}

enum outcome delete_endpoint_config(struct call *call)
{
    struct str name = input_str(call, "EndpointConfigName"), key = sagemaker_key(call->arena, name);
    if (!endpoint_config_get(call->world, call_scope(call), name))
        return endpoint_config_fail_not_found(call, name);
    sagemaker_tag_drop(call->world, call_scope(call),
                       str_of(sagemaker_arn(call->arena, call_scope(call), "endpoint-config", key)));
    store_delete(call->world->store, call_scope(call), &endpoint_config_table, key);
    return CALL_DONE;
}
