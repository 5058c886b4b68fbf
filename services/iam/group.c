#include "services/iam/group.h"

#include "services/iam/entity.h"
#include "services/iam/holder.h"
#include "services/iam/iam_model.h"
#include "services/iam/user.h"

const struct table_def iam_groups = { .name = "iam.group" };

#define GROUPS_MOST 10 /* of a user: quota of the user guide */

/* ---- membership ---- */

struct json *group_of_user(struct world *world, const char *account, const cJSON *element)
{
    return store_get(world->store, (struct scope){ account, "" }, &iam_groups, json_value(element));
}

/* -1: the user is not in it. */
static int place_in(const cJSON *user, struct str group_key)
{
    int place = 0;
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(user, "groups"))
    {
        if (str_equal(json_value(one), group_key))
            return place;
        place++;
    }
    return -1;
}

static struct str key_of_call(struct call *call)
{
    return entity_key(call->arena, input_str(call, "GroupName"));
}

static bool has_members(struct call *call, struct str group_key)
{
    struct cursor at = store_seek(call->world->store, call_scope(call), &iam_users, NULL, STR_NONE, false);
    while (store_next(&at)) {
        if (place_in(json_root(at.row), group_key) < 0)
            continue;
        store_close(&at);
        return true;
    }
    return false;
}

static void rename_in_users(struct call *call, struct str old_key, struct str new_key)
{
    struct cursor at = store_seek(call->world->store, call_scope(call), &iam_users, NULL, STR_NONE, false);
    while (store_next(&at)) {
        int place = place_in(json_root(at.row), old_key);
        if (place < 0)
            continue;
        cJSON *user = json_thaw(json_root(at.row));
        cJSON_ReplaceItemInArray(cJSON_GetObjectItemCaseSensitive(user, "groups"), place, json_new_string(new_key));
        holder_put(call, &holder_user, user);
    }
}

/* ---- operations ---- */

static cJSON *listed_group(struct call *call, const cJSON *row)
{
    return holder_output(&holder_group, row, false);
}

enum outcome create_group(struct call *call)
{
    enum outcome failed;
    cJSON *row = holder_new(call, &holder_group, &failed);
    if (!row)
        return failed;
    output_json(call, "Group", listed_group(call, row));
    holder_put(call, &holder_group, row);
    return CALL_DONE;
}

static bool add_member(struct call *call, cJSON *list, const cJSON *row, void *data)
{
    const struct str *group_key = data;
    if (place_in(row, *group_key) < 0)
        return false;
    json_add(list, holder_output(&holder_user, row, false));
    return true;
}

enum outcome get_group(struct call *call)
{
    enum outcome failed;
    struct json *row = holder_of_call(call, &holder_group, &failed);
    if (!row)
        return failed;
    struct str key = key_of_call(call);
    output_json(call, "Group", listed_group(call, json_root(row)));
    return entity_list(call, &(struct entity_listing){ &iam_users, "Users", key, add_member, &key });
}

enum outcome list_groups(struct call *call)
{
    return holder_list(call, &holder_group, "Groups", listed_group);
}

enum outcome update_group(struct call *call)
{
    enum outcome failed;
    struct json *row = holder_of_call(call, &holder_group, &failed);
    if (!row)
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    if (!holder_rename(call, &holder_group, changed, "NewGroupName", &failed)) {
        cJSON_Delete(changed);
        return failed;
    }
    struct str old_key = key_of_call(call), new_key = entity_key(call->arena, json_str(changed, "GroupName"));
    if (!str_equal(old_key, new_key))
        rename_in_users(call, old_key, new_key);
    holder_put(call, &holder_group, changed);
    return CALL_DONE;
}

enum outcome delete_group(struct call *call)
{
    enum outcome failed;
    struct json *row = holder_of_call(call, &holder_group, &failed);
    if (!row)
        return failed;
    if (has_members(call, key_of_call(call)))
        return call_fail(call, &IAM_DELETE_CONFLICT_EXCEPTION,
                         "Cannot delete entity, must remove users from group first.");
    if (!holder_is_bare(call, json_root(row), &failed))
        return failed;
    holder_delete(call, &holder_group, json_root(row));
    return CALL_DONE;
}

enum outcome add_user_to_group(struct call *call)
{
    enum outcome failed;
    if (!holder_of_call(call, &holder_group, &failed))
        return failed;
    struct json *row = holder_of_call(call, &holder_user, &failed);
    if (!row)
        return failed;
    if (place_in(json_root(row), key_of_call(call)) >= 0) /* adding twice does no harm */
        return CALL_DONE;
    if (cJSON_GetArraySize(json_get(json_root(row), "groups")) >= GROUPS_MOST)
        return call_fail(call, &IAM_LIMIT_EXCEEDED_EXCEPTION, "Cannot exceed quota for GroupsPerUser: %d", GROUPS_MOST);
    cJSON *changed = json_thaw(json_root(row));
    json_add(cJSON_GetObjectItemCaseSensitive(changed, "groups"), json_new_string(key_of_call(call)));
    holder_put(call, &holder_user, changed);
    return CALL_DONE;
}

enum outcome remove_user_from_group(struct call *call)
{
    enum outcome failed;
    if (!holder_of_call(call, &holder_group, &failed))
        return failed;
    struct json *row = holder_of_call(call, &holder_user, &failed);
    if (!row)
        return failed;
    int place = place_in(json_root(row), key_of_call(call));
    if (place < 0)
        return CALL_DONE;
    cJSON *changed = json_thaw(json_root(row));
    cJSON_DeleteItemFromArray(cJSON_GetObjectItemCaseSensitive(changed, "groups"), place);
    holder_put(call, &holder_user, changed);
    return CALL_DONE;
}

static cJSON *group_item(struct call *call, const cJSON *element)
{
    return listed_group(call, json_root(group_of_user(call->world, call->caller.account, element)));
}

enum outcome list_groups_for_user(struct call *call)
{
    enum outcome failed;
    struct json *row = holder_of_call(call, &holder_user, &failed);
    return row ? entity_list_array(call, "Groups", json_get(json_root(row), "groups"), group_item) : failed;
}
