#include "services/sagemaker/model.h"

#include "services/sagemaker/listing.h"
#include "services/sagemaker/model_package.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

const struct table_def model_table = { .name = "sagemaker.model", .indexes = listing_indexes };

/* ---- containers ---- */

static const char *data_url_of(const cJSON *container)
{
    const cJSON *source = json_get(json_get(container, "ModelDataSource"), "S3DataSource");
    return source ? json_string(source, "S3Uri") : json_string(container, "ModelDataUrl");
}

/* The package's own container, where one is named. */
static const cJSON *resolved(struct world *world, struct scope scope, const cJSON *container)
{
    struct str package = json_str(container, "ModelPackageName");
    if (!package.at)
        return container;
    struct json *row = model_package_get(world, scope, package);
    const cJSON *containers = row ? json_get(json_get(json_get(json_root(row), "input"), "InferenceSpecification"),
                                             "Containers")
                                  : NULL;
    return containers ? containers->child : NULL;
}

struct model_container *model_containers(struct world *world, struct scope scope, struct arena *arena, const cJSON *row,
                                         size_t *ret_count)
{
    const cJSON *input = json_get(row, "input"), *list = json_get(input, "Containers"),
                *primary = json_get(input, "PrimaryContainer");
    size_t most = (size_t)cJSON_GetArraySize(list) + 1;
    struct model_container *containers = ARENA_ARRAY(arena, struct model_container, most);
    *ret_count = 0;
    for (const cJSON *given = primary ? primary
                              : list  ? list->child
                                      : NULL;
         given; given = primary ? NULL : given->next) {
        const cJSON *container = resolved(world, scope, given);
        const char *image = json_string(container, "Image"), *url = data_url_of(container);
        if (!image)
            return NULL;
        const cJSON *environment = json_get(given, "Environment");
        containers[(*ret_count)++] = (struct model_container){
            .image = arena_copy(arena, str_of(image)),
            .data_url = url ? arena_copy(arena, str_of(url)) : NULL,
            .hostname = json_string(given, "ContainerHostname"),
            .environment = environment ? environment : json_get(container, "Environment"),
        };
    }
    return containers;
}

bool model_is_direct(const cJSON *row)
{
    return str_is(json_str(json_get(json_get(row, "input"), "InferenceExecutionConfig"), "Mode"), "Direct");
}

/* ---- CreateModel ---- */

static bool check_container(struct call *call, const cJSON *container)
{
    struct str package = json_str(container, "ModelPackageName");
    if (!json_get(container, "Image") == !package.at)
        call_fail(call, &ERROR_VALIDATION,
                  "A container definition needs either an Image or a ModelPackageName."); /* ours */
    else if (str_is(json_str(container, "Mode"), "MultiModel"))
        call_fail(call, &ERROR_VALIDATION, "This practice cloud serves no multi-model containers.");
    else if (package.at && !model_package_get(call->world, call_scope(call), package))
        call_fail(call, &ERROR_VALIDATION, "Could not find model package \"%.*s\".", STR_ARG(package));
    else
        return true;
    return false;
}

/* Sentences are ours, in AWS's shape. */
static bool check_containers(struct call *call)
{
    const cJSON *primary = json_get(call->input, "PrimaryContainer"), *list = json_get(call->input, "Containers"), *one,
                *other;
    if (!primary == !(list && list->child)) {
        call_fail(call, &ERROR_VALIDATION, "Exactly one of PrimaryContainer and Containers must be specified.");
        return false;
    }
    if (primary)
        return check_container(call, primary);
    cJSON_ArrayForEach(one, list)
    {
        if (!check_container(call, one))
            return false;
        for (other = one->next; other; other = other->next) {
            struct str name = json_str(one, "ContainerHostname");
            if (!name.at || !str_equal(name, json_str(other, "ContainerHostname")))
                continue;
            call_fail(call, &ERROR_VALIDATION, "Container hostnames must be unique: \"%.*s\" is given more than once.",
                      STR_ARG(name));
            return false;
        }
    }
    return true;
}

/* Model packages' data were looked at when they were registered, if at all. */
static enum outcome check_data(struct call *call)
{
    const cJSON *primary = json_get(call->input, "PrimaryContainer"), *list = json_get(call->input, "Containers");
    struct s3_wanted *wanted = ARENA_ARRAY(call->arena, struct s3_wanted, (size_t)cJSON_GetArraySize(list) + 1);
    size_t count = 0;
    for (const cJSON *one = primary ? primary : list->child; one; one = primary ? NULL : one->next) {
        const char *url = data_url_of(one);
        const cJSON *source = json_get(json_get(one, "ModelDataSource"), "S3DataSource");
        bool prefix = str_is(json_str(source, "S3DataType"), "S3Prefix");
        if (url)
            wanted[count++] = (struct s3_wanted){ .url = str_of(url), .is_model = !prefix };
    }
    return input_has(call, "ExecutionRoleArn")
               ? s3_wanted_check(call, input_str(call, "ExecutionRoleArn"), wanted, count)
               : CALL_DONE;
}

enum outcome create_model(struct call *call)
{
    struct str name = input_str(call, "ModelName"), key = sagemaker_key(call->arena, name);
    struct str arn = str_of(sagemaker_arn(call->arena, call_scope(call), "model", key));
    if (model_get(call->world, call_scope(call), name))
        return call_fail(call, &ERROR_VALIDATION, "Cannot create already existing model \"%.*s\".", STR_ARG(arn));
    if (!check_containers(call) ||
        (input_has(call, "ExecutionRoleArn") && !sagemaker_role_check(call, input_str(call, "ExecutionRoleArn"))))
        return CALL_FAILED;
    enum outcome outcome = check_data(call);
    if (outcome != CALL_DONE || !sagemaker_tag_check(call, arn))
        return outcome == CALL_DONE ? CALL_FAILED : outcome;
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "name", name);
    json_set_str(row, "arn", arn);
    json_set_int64(row, "created", clock_now(call->world->clock));
    json_set(row, "input", sagemaker_kept_input(call));
    store_put(call->world->store, call_scope(call), &model_table, key, json_seal(row));
    sagemaker_tag_put(call, arn);
    output_str(call, "ModelArn", arn);
    return CALL_DONE;
}

/* ---- the others ---- */

struct json *model_get(struct world *world, struct scope scope, struct str name)
{
    struct arena *arena = arena_new();
    struct json *row = store_get(world->store, scope, &model_table, sagemaker_key(arena, name));
    arena_free(arena);
    return row;
}

enum outcome model_fail_not_found(struct call *call, struct str name)
{
    return call_fail(call, &ERROR_VALIDATION, "Could not find model \"%s\".",
                     sagemaker_arn(call->arena, call_scope(call), "model", sagemaker_key(call->arena, name)));
}

enum outcome describe_model(struct call *call)
{
    struct json *kept = model_get(call->world, call_scope(call), input_str(call, "ModelName"));
    if (!kept)
        return model_fail_not_found(call, input_str(call, "ModelName"));
    const cJSON *row = json_root(kept);
    sagemaker_output_members(call, json_get(row, "input"));
    output_str(call, "ModelArn", json_str(row, "arn"));
    output_time(call, "CreationTime", json_int64(row, "created", 0));
    if (!json_get(json_get(row, "input"), "EnableNetworkIsolation"))
        output_bool(call, "EnableNetworkIsolation", false);
    return CALL_DONE;
}

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    json_set_str(item, "ModelName", json_str(row, "name"));
    json_set_str(item, "ModelArn", json_str(row, "arn"));
    sagemaker_set_time(item, "CreationTime", row, "created");
    return item;
}

enum outcome list_models(struct call *call)
{
    const struct listing listing = { .table = &model_table, .member = "Models", .descending = true, .item = summary };
    return sagemaker_list(call, &listing);
}

enum outcome delete_model(struct call *call)
{
    struct str name = input_str(call, "ModelName"), key = sagemaker_key(call->arena, name);
    if (!model_get(call->world, call_scope(call), name))
        return model_fail_not_found(call, name);
    sagemaker_tag_drop(call->world, call_scope(call),
                       str_of(sagemaker_arn(call->arena, call_scope(call), "model", key)));
    store_delete(call->world->store, call_scope(call), &model_table, key);
    return CALL_DONE;
}
