#include "services/iam/role.h"

#include "services/iam/entity.h"
#include "services/iam/holder.h"
#include "services/iam/iam_model.h"
#include "services/iam/instance_profile.h"

const struct table_def iam_roles = { .name = "iam.role" };

#define TRUST_MOST 2048 /* quota of the user guide */

struct json *role_get(struct world *world, const char *account, struct str arn_or_name)
{
    return holder_get(world, account, &holder_role, arn_or_name);
}

static cJSON *role_output(struct call *call, const cJSON *row, bool whole)
{
    cJSON *role = holder_output(&holder_role, row, whole);
    entity_set_document(call, role, "AssumeRolePolicyDocument", json_str(row, "AssumeRolePolicyDocument"));
    entity_copy(role, "Description", row);
    entity_copy(role, "MaxSessionDuration", row);
    if (whole)
        json_set(role, "RoleLastUsed", cJSON_CreateObject());
    return role;
}

static bool trust_is_good(struct call *call, struct str document, enum outcome *ret_failed)
{
    if (!document_is_good(call, document, POLICY_TRUST, ret_failed))
        return false;
    if (str_count_code_points(document) <= TRUST_MOST)
        return true;
    *ret_failed = call_fail(call, &IAM_LIMIT_EXCEEDED_EXCEPTION, "Cannot exceed quota for ACLSizePerRole: %d",
                            TRUST_MOST);
    return false;
}

enum outcome create_role(struct call *call)
{
    enum outcome failed;
    struct str trust = input_str(call, "AssumeRolePolicyDocument");
    cJSON *row = trust_is_good(call, trust, &failed) ? holder_new(call, &holder_role, &failed) : NULL;
    if (!row)
        return failed;
    json_set_str(row, "AssumeRolePolicyDocument", trust);
    json_set_string(row, "Description", input_string(call, "Description"));
    json_set_int64(row, "MaxSessionDuration", input_int64(call, "MaxSessionDuration", 3600));
    output_json(call, "Role", role_output(call, row, true));
    holder_put(call, &holder_role, row);
    return CALL_DONE;
}

enum outcome get_role(struct call *call)
{
    enum outcome failed;
    struct json *row = holder_of_call(call, &holder_role, &failed);
    if (!row)
        return failed;
    output_json(call, "Role", role_output(call, json_root(row), true));
    return CALL_DONE;
}

cJSON *role_listed(struct call *call, const cJSON *row)
{
    return role_output(call, row, false);
}

enum outcome list_roles(struct call *call)
{
    return holder_list(call, &holder_role, "Roles", role_listed);
}

enum outcome update_role(struct call *call)
{
    enum outcome failed;
    struct json *row = holder_of_call(call, &holder_role, &failed);
    if (!row)
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    if (input_has(call, "Description"))
        json_set_string(changed, "Description", input_string(call, "Description"));
    if (input_has(call, "MaxSessionDuration"))
        json_set_int64(changed, "MaxSessionDuration", input_int64(call, "MaxSessionDuration", 3600));
    holder_put(call, &holder_role, changed);
    return CALL_DONE;
}

enum outcome update_role_description(struct call *call)
{
    enum outcome failed;
    struct json *row = holder_of_call(call, &holder_role, &failed);
    if (!row)
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    json_set_string(changed, "Description", input_string(call, "Description"));
    output_json(call, "Role", role_output(call, changed, true));
    holder_put(call, &holder_role, changed);
    return CALL_DONE;
}

enum outcome update_assume_role_policy(struct call *call)
{
    enum outcome failed;
    struct json *row = holder_of_call(call, &holder_role, &failed);
    if (!row || !trust_is_good(call, input_str(call, "PolicyDocument"), &failed))
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    json_set_str(changed, "AssumeRolePolicyDocument", input_str(call, "PolicyDocument"));
    holder_put(call, &holder_role, changed);
    return CALL_DONE;
}

enum outcome delete_role(struct call *call)
{
    enum outcome failed;
    struct json *row = holder_of_call(call, &holder_role, &failed);
    if (!row || !holder_is_bare(call, json_root(row), &failed))
        return failed;
    cJSON *profiles = instance_profiles_of(call, json_str(json_root(row), "RoleName"));
    bool is_in_one = profiles->child;
    cJSON_Delete(profiles);
    if (is_in_one)
        return call_fail(call, &IAM_DELETE_CONFLICT_EXCEPTION,
                         "Cannot delete entity, must remove roles from instance profile first.");
    holder_delete(call, &holder_role, json_root(row));
    return CALL_DONE;
}
