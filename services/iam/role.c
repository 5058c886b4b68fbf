#include "services/iam/role.h"

#include "aws/arn.h"
#include "services/iam/entity.h"
#include "services/iam/iam_model.h"
#include "world/clock.h"

const struct table_def iam_roles = { .name = "iam.role" };

/* IAM and STS quotas: "IAM and AWS STS quotas" of the user guide. */
#define ROLES_MOST 1000
#define TRUST_MOST 2048

struct json *role_get(struct world *world, const char *account, struct str arn_or_name)
{
    struct arn parts;
    struct str name = arn_or_name;
    if (arn_parse(arn_or_name, &parts)) {
        if (!str_is(parts.service, "iam") || !str_is(parts.account, account) ||
            !str_starts(parts.resource, STR("role/")))
            return NULL;
        name = str_from(parts.resource, 5);
        for (size_t slash; (slash = str_find_byte(name, '/')) != SIZE_MAX;)
            name = str_from(name, slash + 1);
    }
    char key[65];
    if (name.length == 0 || name.length >= sizeof key)
        return NULL;
    for (size_t i = 0; i < name.length; i++)
        key[i] = (char)(name.at[i] >= 'A' && name.at[i] <= 'Z' ? name.at[i] + 32 : name.at[i]);
    struct json *row = store_get(world->store, (struct scope){ account, "" }, &iam_roles,
                                 (struct str){ key, name.length });
    if (row && name.at != arn_or_name.at && !str_equal(json_str(json_root(row), "Arn"), arn_or_name))
        return NULL; /* the same name under another path */
    return row;
}

struct json *role_of_call(struct call *call, enum outcome *ret_failed)
{
    struct str name = input_str(call, "RoleName");
    struct json *row = role_get(call->world, call->caller.account, name);
    if (!row)
        *ret_failed = call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "The role with name %.*s cannot be found.",
                                STR_ARG(name));
    return row;
}

void role_put(struct call *call, cJSON *row_taken)
{
    struct str key = entity_key(call->arena, json_str(row_taken, "RoleName"));
    store_put(call->world->store, call_scope(call), &iam_roles, key, json_seal(row_taken));
}

static cJSON *role_output(struct call *call, const cJSON *row, bool whole)
{
    cJSON *role = cJSON_CreateObject();
    entity_copy(role, "Path", row);
    entity_copy(role, "RoleName", row);
    entity_copy(role, "RoleId", row);
    entity_copy(role, "Arn", row);
    entity_copy_time(role, "CreateDate", row);
    entity_set_document(call, role, "AssumeRolePolicyDocument", json_str(row, "AssumeRolePolicyDocument"));
    entity_copy(role, "Description", row);
    entity_copy(role, "MaxSessionDuration", row);
    if (!whole)
        return role;
    const cJSON *boundary = json_get(row, "PermissionsBoundary");
    if (boundary) {
        cJSON *attached = cJSON_CreateObject();
        json_set_string(attached, "PermissionsBoundaryType", "Policy");
        json_set_str(attached, "PermissionsBoundaryArn", json_value(boundary));
        json_set(role, "PermissionsBoundary", attached);
    }
    const cJSON *tags = json_get(row, "Tags");
    if (tags && tags->child)
        entity_copy(role, "Tags", row);
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
    const char *name = input_string(call, "RoleName");
    enum outcome failed;
    struct scope scope = call_scope(call);
    if (role_get(call->world, call->caller.account, str_of(name)))
        return call_fail(call, &IAM_ENTITY_ALREADY_EXISTS_EXCEPTION, "Role with name %s already exists.", name);
    if (!trust_is_good(call, input_str(call, "AssumeRolePolicyDocument"), &failed))
        return failed;
    if (store_count(call->world->store, scope, &iam_roles) >= ROLES_MOST)
        return call_fail(call, &IAM_LIMIT_EXCEEDED_EXCEPTION, "Cannot exceed quota for RolesPerAccount: %d",
                         ROLES_MOST);
    cJSON *tags = entity_tags_merged(call, NULL, json_get(call->input, "Tags"), &failed);
    if (!tags)
        return failed;

    const char *path = input_has(call, "Path") ? input_string(call, "Path") : "/";
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "RoleName", name);
    json_set_string(row, "Path", path);
    json_set_string(row, "RoleId", entity_id(call, "AROA"));
    json_set_string(row, "Arn", entity_arn(call, "role", path, name));
    json_set_int64(row, "CreateDate", clock_now(call->world->clock) / 1000 * 1000);
    json_set_str(row, "AssumeRolePolicyDocument", input_str(call, "AssumeRolePolicyDocument"));
    json_set_string(row, "Description", input_string(call, "Description"));
    json_set_int64(row, "MaxSessionDuration", input_int64(call, "MaxSessionDuration", 3600));
    json_set_string(row, "PermissionsBoundary", input_string(call, "PermissionsBoundary"));
    json_set(row, "Tags", tags);
    json_set(row, "inline", cJSON_CreateObject());
    json_set(row, "attached", cJSON_CreateArray());
    output_json(call, "Role", role_output(call, row, true));
    role_put(call, row);
    return CALL_DONE;
}

enum outcome get_role(struct call *call)
{
    enum outcome failed;
    struct json *row = role_of_call(call, &failed);
    if (!row)
        return failed;
    output_json(call, "Role", role_output(call, json_root(row), true));
    return CALL_DONE;
}

static bool add_role(struct call *call, cJSON *list, const cJSON *row, void *data)
{
    const struct str *prefix = data;
    if (!str_starts(json_str(row, "Path"), *prefix))
        return false;
    json_add(list, role_output(call, row, false));
    return true;
}

enum outcome list_roles(struct call *call)
{
    struct str prefix = input_has(call, "PathPrefix") ? input_str(call, "PathPrefix") : STR("/");
    return entity_list(call, &(struct entity_listing){ &iam_roles, "Roles", prefix, add_role, &prefix });
}

enum outcome update_role(struct call *call)
{
    enum outcome failed;
    struct json *row = role_of_call(call, &failed);
    if (!row)
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    if (input_has(call, "Description"))
        json_set_string(changed, "Description", input_string(call, "Description"));
    if (input_has(call, "MaxSessionDuration"))
        json_set_int64(changed, "MaxSessionDuration", input_int64(call, "MaxSessionDuration", 3600));
    role_put(call, changed);
    return CALL_DONE;
}

enum outcome update_role_description(struct call *call)
{
    enum outcome failed;
    struct json *row = role_of_call(call, &failed);
    if (!row)
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    json_set_string(changed, "Description", input_string(call, "Description"));
    output_json(call, "Role", role_output(call, changed, true));
    role_put(call, changed);
    return CALL_DONE;
}

enum outcome update_assume_role_policy(struct call *call)
{
    enum outcome failed;
    struct json *row = role_of_call(call, &failed);
    if (!row || !trust_is_good(call, input_str(call, "PolicyDocument"), &failed))
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    json_set_str(changed, "AssumeRolePolicyDocument", input_str(call, "PolicyDocument"));
    role_put(call, changed);
    return CALL_DONE;
}

enum outcome delete_role(struct call *call)
{
    enum outcome failed;
    struct json *row = role_of_call(call, &failed);
    if (!row)
        return failed;
    const cJSON *role = json_root(row), *attached = json_get(role, "attached"), *documents = json_get(role, "inline");
    if (attached && attached->child)
        return call_fail(call, &IAM_DELETE_CONFLICT_EXCEPTION, "Cannot delete entity, must detach all policies first.");
    if (documents && documents->child)
        return call_fail(call, &IAM_DELETE_CONFLICT_EXCEPTION, "Cannot delete entity, must delete policies first.");
    store_delete(call->world->store, call_scope(call), &iam_roles,
                 entity_key(call->arena, input_str(call, "RoleName")));
    return CALL_DONE;
}

enum outcome tag_role(struct call *call)
{
    enum outcome failed;
    struct json *row = role_of_call(call, &failed);
    cJSON *changed = row ? entity_tagged(call, json_root(row), &failed) : NULL;
    if (!changed)
        return failed;
    role_put(call, changed);
    return CALL_DONE;
}

enum outcome untag_role(struct call *call)
{
    enum outcome failed;
    struct json *row = role_of_call(call, &failed);
    if (!row)
        return failed;
    role_put(call, entity_untagged(call, json_root(row)));
    return CALL_DONE;
}

enum outcome list_role_tags(struct call *call)
{
    enum outcome failed;
    struct json *row = role_of_call(call, &failed);
    return row ? entity_list_tags(call, json_root(row)) : failed;
}

/* Terraform asks this before it deletes a role. No role is in an instance profile: this cloud keeps none. */
enum outcome list_instance_profiles_for_role(struct call *call)
{
    enum outcome failed;
    if (!role_of_call(call, &failed))
        return failed;
    output_json(call, "InstanceProfiles", cJSON_CreateArray());
    output_bool(call, "IsTruncated", false);
    return CALL_DONE;
}
