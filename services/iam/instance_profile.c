#include "services/iam/instance_profile.h"

#include "services/iam/entity.h"
#include "services/iam/holder.h"
#include "services/iam/iam_model.h"
#include "services/iam/role.h"
#include "world/clock.h"

const struct table_def iam_instance_profiles = { .name = "iam.instanceProfile" };

#define PROFILES_MOST 1000 /* quota of the user guide */

/* ---- rows ---- */

static struct str key_of_call(struct call *call)
{
    return entity_key(call->arena, input_str(call, "InstanceProfileName"));
}

static struct json *find_row(struct call *call)
{
    return store_get(call->world->store, call_scope(call), &iam_instance_profiles, key_of_call(call));
}

static struct json *row_of_call(struct call *call, enum outcome *ret_failed)
{
    struct json *row = find_row(call);
    if (!row)
        *ret_failed = call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "Instance Profile %s cannot be found.",
                                input_string(call, "InstanceProfileName"));
    return row;
}

static void put_row(struct call *call, cJSON *row_taken)
{
    store_put(call->world->store, call_scope(call), &iam_instance_profiles, key_of_call(call), json_seal(row_taken));
}

static struct str role_key_of_call(struct call *call)
{
    return entity_key(call->arena, input_str(call, "RoleName"));
}

/* ---- telling ---- */

static cJSON *profile_output(struct call *call, const cJSON *row)
{
    cJSON *profile = cJSON_CreateObject(), *roles = cJSON_CreateArray();
    entity_copy(profile, "Path", row);
    entity_copy(profile, "InstanceProfileName", row);
    entity_copy(profile, "InstanceProfileId", row);
    entity_copy(profile, "Arn", row);
    entity_copy_time(profile, "CreateDate", row);
    struct str role = json_str(row, "role");
    if (role.at)
        json_add(roles, role_listed(call, json_root(role_get(call->world, call->caller.account, role))));
    json_set(profile, "Roles", roles);
    const cJSON *tags = json_get(row, "Tags");
    if (tags && tags->child)
        entity_copy(profile, "Tags", row);
    return profile;
}

enum outcome get_instance_profile(struct call *call)
{
    enum outcome failed;
    struct json *row = row_of_call(call, &failed);
    if (!row)
        return failed;
    output_json(call, "InstanceProfile", profile_output(call, json_root(row)));
    return CALL_DONE;
}

static bool add_with_prefix(struct call *call, cJSON *list, const cJSON *row, void *data)
{
    const struct str *prefix = data;
    if (!str_starts(json_str(row, "Path"), *prefix))
        return false;
    json_add(list, profile_output(call, row));
    return true;
}

enum outcome list_instance_profiles(struct call *call)
{
    struct str prefix = input_has(call, "PathPrefix") ? input_str(call, "PathPrefix") : STR("/");
    return entity_list(
        call, &(struct entity_listing){ &iam_instance_profiles, "InstanceProfiles", prefix, add_with_prefix, &prefix });
}

static bool add_of_role(struct call *call, cJSON *list, const cJSON *row, void *data)
{
    const struct str *role_key = data;
    if (!str_equal(json_str(row, "role"), *role_key))
        return false;
    json_add(list, profile_output(call, row));
    return true;
}

/* Terraform asks this before it deletes a role. */
enum outcome list_instance_profiles_for_role(struct call *call)
{
    enum outcome failed;
    if (!holder_of_call(call, &holder_role, &failed))
        return failed;
    struct str role_key = role_key_of_call(call);
    return entity_list(
        call, &(struct entity_listing){ &iam_instance_profiles, "InstanceProfiles", role_key, add_of_role, &role_key });
}

cJSON *instance_profiles_of(struct call *call, struct str role_name)
{
    struct str role_key = entity_key(call->arena, role_name);
    cJSON *list = cJSON_CreateArray();
    struct cursor at = store_seek(call->world->store, call_scope(call), &iam_instance_profiles, NULL, STR_NONE, false);
    while (store_next(&at))
        add_of_role(call, list, json_root(at.row), &role_key);
    return list;
}

/* ---- changing ---- */

enum outcome create_instance_profile(struct call *call)
{
    enum outcome failed;
    const char *name = input_string(call, "InstanceProfileName"),
               *path = input_has(call, "Path") ? input_string(call, "Path") : "/";
    if (find_row(call))
        return call_fail(call, &IAM_ENTITY_ALREADY_EXISTS_EXCEPTION, "Instance Profile %s already exists.", name);
    if (store_count(call->world->store, call_scope(call), &iam_instance_profiles) >= PROFILES_MOST)
        return call_fail(call, &IAM_LIMIT_EXCEEDED_EXCEPTION, "Cannot exceed quota for InstanceProfilesPerAccount: %d",
                         PROFILES_MOST);
    cJSON *tags = entity_tags_merged(call, NULL, json_get(call->input, "Tags"), &failed);
    if (!tags)
        return failed;
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "InstanceProfileName", name);
    json_set_string(row, "Path", path);
    json_set_string(row, "InstanceProfileId", entity_id(call, "AIPA"));
    json_set_string(row, "Arn", entity_arn(call, "instance-profile", path, name));
    json_set_int64(row, "CreateDate", clock_now(call->world->clock) / 1000 * 1000);
    json_set(row, "Tags", tags);
    output_json(call, "InstanceProfile", profile_output(call, row));
    put_row(call, row);
    return CALL_DONE;
}

enum outcome delete_instance_profile(struct call *call)
{
    enum outcome failed;
    struct json *row = row_of_call(call, &failed);
    if (!row)
        return failed;
    if (json_get(json_root(row), "role"))
        return call_fail(call, &IAM_DELETE_CONFLICT_EXCEPTION,
                         "Cannot delete entity, must remove roles from instance profile first.");
    store_delete(call->world->store, call_scope(call), &iam_instance_profiles, key_of_call(call));
    return CALL_DONE;
}

enum outcome add_role_to_instance_profile(struct call *call)
{
    enum outcome failed;
    struct json *row = row_of_call(call, &failed);
    if (!row || !holder_of_call(call, &holder_role, &failed))
        return failed;
    if (json_get(json_root(row), "role"))
        return call_fail(call, &IAM_LIMIT_EXCEEDED_EXCEPTION,
                         "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    cJSON *changed = json_thaw(json_root(row));
    json_set_str(changed, "role", role_key_of_call(call));
    put_row(call, changed);
    return CALL_DONE;
}

enum outcome remove_role_from_instance_profile(struct call *call)
{
    enum outcome failed;
    struct json *row = row_of_call(call, &failed);
    if (!row || !holder_of_call(call, &holder_role, &failed))
        return failed;
    if (!str_equal(json_str(json_root(row), "role"), role_key_of_call(call)))
        return call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "The role with name %s cannot be found.",
                         input_string(call, "RoleName"));
    cJSON *changed = json_thaw(json_root(row));
    json_set_string(changed, "role", NULL);
    put_row(call, changed);
    return CALL_DONE;
}

/* ---- tags ---- */

enum outcome tag_instance_profile(struct call *call)
{
    enum outcome failed;
    struct json *row = row_of_call(call, &failed);
    cJSON *changed = row ? entity_tagged(call, json_root(row), &failed) : NULL;
    if (!changed)
        return failed;
    put_row(call, changed);
    return CALL_DONE;
}

enum outcome untag_instance_profile(struct call *call)
{
    enum outcome failed;
    struct json *row = row_of_call(call, &failed);
    if (!row)
        return failed;
    put_row(call, entity_untagged(call, json_root(row)));
    return CALL_DONE;
}

enum outcome list_instance_profile_tags(struct call *call)
{
    enum outcome failed;
    struct json *row = row_of_call(call, &failed);
    return row ? entity_list_tags(call, json_root(row)) : failed;
}
