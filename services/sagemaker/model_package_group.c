#include "aws/arn.h"
#include "aws/policy.h"
#include "services/sagemaker/listing.h"
#include "services/sagemaker/model_package.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

const struct table_def model_package_group_table = { .name = "sagemaker.model_package_group",
                                                     .indexes = listing_indexes };

/* ---- which ---- */

/* The name, of an ARN of this account and region too. */
static struct str name_of(struct scope scope, struct str name_or_arn)
{
    struct arn arn;
    struct str name;
    if (!arn_parse(name_or_arn, &arn))
        return name_or_arn;
    struct str type = str_cut(arn.resource, '/', &name);
    bool ours = str_is(arn.service, "sagemaker") && str_is(arn.account, scope.account) &&
                str_is(arn.region, scope.region);
    return ours && str_is(type, "model-package-group") ? name : STR("");
}

struct json *model_package_group_get(struct world *world, struct scope scope, struct str name_or_arn)
{
    struct arena *arena = arena_new();
    struct json *row = store_get(world->store, scope, &model_package_group_table,
                                 sagemaker_key(arena, name_of(scope, name_or_arn)));
    arena_free(arena);
    return row;
}

int64_t model_package_group_count(struct world *world, struct scope scope, struct str key)
{
    struct json *old = store_get(world->store, scope, &model_package_group_table, key);
    cJSON *row = json_thaw(json_root(old));
    int64_t version = json_int64(row, "last", 0) + 1;
    json_set_int64(row, "last", version);
    store_put(world->store, scope, &model_package_group_table, key, json_seal(row));
    return version;
}

/* AWS's sentence: the resource provider of CloudFormation knows it (AWS::SageMaker::ModelPackageGroup). */
void model_package_group_fail_absent(struct call *call, struct str name_or_arn)
{
    struct str key = sagemaker_key(call->arena, name_of(call_scope(call), name_or_arn));
    call_fail(call, &ERROR_VALIDATION, "ModelPackageGroup %s does not exist.",
              sagemaker_arn(call->arena, call_scope(call), "model-package-group", key));
}

static struct json *group_of_call(struct call *call)
{
    struct str name = input_str(call, "ModelPackageGroupName");
    struct json *row = model_package_group_get(call->world, call_scope(call), name);
    if (!row)
        model_package_group_fail_absent(call, name);
    return row;
}

static struct str key_of(struct call *call, const struct json *row)
{
    return sagemaker_key(call->arena, json_str(json_root(row), "name"));
}

cJSON *model_package_maker(struct call *call)
{
    cJSON *maker = cJSON_CreateObject(), *identity = cJSON_CreateObject();
    json_set_string(identity, "Arn", call->caller.arn);
    json_set_string(identity, "PrincipalId", call->caller.user_id);
    json_set(maker, "IamIdentity", identity);
    return maker;
}

/* ---- operations ---- */

enum outcome create_model_package_group(struct call *call)
{
    struct str name = input_str(call, "ModelPackageGroupName"), key = sagemaker_key(call->arena, name);
    struct str arn = str_of(sagemaker_arn(call->arena, call_scope(call), "model-package-group", key));
    if (store_get(call->world->store, call_scope(call), &model_package_group_table, key))
        return call_fail(call, &ERROR_VALIDATION, /* as CloudFormation's resource provider knows it */
                         "Model Package Group already exists: %.*s", STR_ARG(arn));
    if (!sagemaker_tag_check(call, arn))
        return CALL_FAILED;
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "name", name);
    json_set_str(row, "arn", arn);
    json_set_int64(row, "created", clock_now(call->world->clock));
    json_set(row, "by", model_package_maker(call));
    json_set(row, "input", sagemaker_kept_input(call));
    store_put(call->world->store, call_scope(call), &model_package_group_table, key, json_seal(row));
    sagemaker_tag_put(call, arn);
    output_str(call, "ModelPackageGroupArn", arn);
    return CALL_DONE;
}

static void set_common(cJSON *to, const cJSON *row)
{
    const cJSON *input = json_get(row, "input");
    json_set_str(to, "ModelPackageGroupName", json_str(row, "name"));
    json_set_str(to, "ModelPackageGroupArn", json_str(row, "arn"));
    json_set_string(to, "ModelPackageGroupDescription", json_string(input, "ModelPackageGroupDescription"));
    sagemaker_set_time(to, "CreationTime", row, "created");
    json_set_string(to, "ModelPackageGroupStatus", "Completed");
}

enum outcome describe_model_package_group(struct call *call)
{
    struct json *row = group_of_call(call);
    if (!row)
        return CALL_FAILED;
    set_common(call_output(call), json_root(row));
    output_json(call, "CreatedBy", json_thaw(json_get(json_root(row), "by")));
    return CALL_DONE;
}

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    set_common(item, row);
    return item;
}

/* No other account shares groups with this one. */
static bool is_asked_for(struct call *call, const cJSON *row)
{
    return !str_is(input_str(call, "CrossAccountFilterOption"), "CrossAccount");
}

enum outcome list_model_package_groups(struct call *call)
{
    const struct listing listing = { .table = &model_package_group_table,
                                     .member = "ModelPackageGroupSummaryList",
                                     .item = summary,
                                     .wanted = is_asked_for };
    return sagemaker_list(call, &listing);
}

enum outcome delete_model_package_group(struct call *call)
{
    struct json *row = group_of_call(call);
    if (!row)
        return CALL_FAILED;
    struct str key = key_of(call, row), arn = arena_str(call->arena, json_str(json_root(row), "arn"));
    if (model_package_group_has_packages(call->world, call_scope(call), key)) /* the sentence is ours */
        return call_fail(call, &ERROR_VALIDATION,
                         "Model Package Group cannot be deleted as it still contains Model Packages.");
    sagemaker_tag_drop(call->world, call_scope(call), arn);
    store_delete(call->world->store, call_scope(call), &model_package_group_table, key);
    return CALL_DONE;
}

/* ---- policies ---- */

static void keep_policy(struct call *call, const struct json *old, const char *policy_or_null)
{
    cJSON *row = json_thaw(json_root(old));
    json_set_string(row, "policy", policy_or_null);
    store_put(call->world->store, call_scope(call), &model_package_group_table, key_of(call, old), json_seal(row));
}

enum outcome put_model_package_group_policy(struct call *call)
{
    struct json *row = group_of_call(call);
    char *why = NULL;
    if (!row)
        return CALL_FAILED;
    const struct policy *policy = policy_parse(call->arena, input_str(call, "ResourcePolicy"), POLICY_RESOURCE, &why);
    if (!policy)
        return call_fail(call, &ERROR_VALIDATION, "Invalid policy: %s", why);
    policy_release(policy);
    output_str(call, "ModelPackageGroupArn", json_str(json_root(row), "arn"));
    keep_policy(call, row, input_string(call, "ResourcePolicy"));
    return CALL_DONE;
}

/* As CloudFormation's resource provider knows it. */
static enum outcome fail_no_policy(struct call *call, const struct json *row)
{
    return call_fail(call, &ERROR_VALIDATION, "Cannot find resource policy for: %s",
                     json_string(json_root(row), "arn"));
}

enum outcome get_model_package_group_policy(struct call *call)
{
    struct json *row = group_of_call(call);
    if (!row)
        return CALL_FAILED;
    if (!json_get(json_root(row), "policy"))
        return fail_no_policy(call, row);
    output_str(call, "ResourcePolicy", json_str(json_root(row), "policy"));
    return CALL_DONE;
}

enum outcome delete_model_package_group_policy(struct call *call)
{
    struct json *row = group_of_call(call);
    if (!row)
        return CALL_FAILED;
    if (!json_get(json_root(row), "policy"))
        return fail_no_policy(call, row);
    keep_policy(call, row, NULL);
    return CALL_DONE;
}
