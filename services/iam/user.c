#include "services/iam/user.h"

#include "services/iam/entity.h"
#include "services/iam/holder.h"
#include "services/iam/iam_model.h"

const struct table_def iam_users = { .name = "iam.user" };

struct json *user_of_call(struct call *call, enum outcome *ret_failed)
{
    if (input_has(call, "UserName"))
        return holder_of_call(call, &holder_user, ret_failed);
    struct json *row = NULL;
    if (call->caller.kind == PRINCIPAL_USER)
        row = holder_get(call->world, call->caller.account, &holder_user, str_of(call->caller.arn));
    if (!row)
        *ret_failed = call_fail(call, &ERROR_VALIDATION,
                                "Must specify userName when calling with non-User credentials");
    return row;
}

static cJSON *listed_user(struct call *call, const cJSON *row)
{
    return holder_output(&holder_user, row, false);
}

enum outcome create_user(struct call *call)
{
    enum outcome failed;
    cJSON *row = holder_new(call, &holder_user, &failed);
    if (!row)
        return failed;
    json_set(row, "groups", cJSON_CreateArray());
    json_set(row, "keys", cJSON_CreateArray());
    output_json(call, "User", holder_output(&holder_user, row, true));
    holder_put(call, &holder_user, row);
    return CALL_DONE;
}

/* The account's root is told of itself: it has no name. */
static enum outcome get_root(struct call *call)
{
    cJSON *root = cJSON_CreateObject();
    json_set_string(root, "UserId", call->caller.account);
    json_set_string(root, "Arn", call->caller.arn);
    json_set(root, "CreateDate", json_new_time(0));
    output_json(call, "User", root);
    return CALL_DONE;
}

enum outcome get_user(struct call *call)
{
    enum outcome failed;
    if (!input_has(call, "UserName") && call->caller.kind == PRINCIPAL_ROOT)
        return get_root(call);
    struct json *row = user_of_call(call, &failed);
    if (!row)
        return failed;
    output_json(call, "User", holder_output(&holder_user, json_root(row), true));
    return CALL_DONE;
}

enum outcome list_users(struct call *call)
{
    return holder_list(call, &holder_user, "Users", listed_user);
}

enum outcome update_user(struct call *call)
{
    enum outcome failed;
    struct json *row = holder_of_call(call, &holder_user, &failed);
    if (!row)
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    if (!holder_rename(call, &holder_user, changed, "NewUserName", &failed)) {
        cJSON_Delete(changed);
        return failed;
    }
    access_keys_follow(call, changed);
    holder_put(call, &holder_user, changed);
    return CALL_DONE;
}

enum outcome delete_user(struct call *call)
{
    enum outcome failed;
    struct json *row = holder_of_call(call, &holder_user, &failed);
    if (!row)
        return failed;
    const cJSON *user = json_root(row), *keys = json_get(user, "keys"), *groups = json_get(user, "groups");
    if (keys && keys->child)
        return call_fail(call, &IAM_DELETE_CONFLICT_EXCEPTION, "Cannot delete entity, must delete access keys first.");
    if (!holder_is_bare(call, user, &failed))
        return failed;
    if (groups && groups->child)
        return call_fail(call, &IAM_DELETE_CONFLICT_EXCEPTION,
                         "Cannot delete entity, must remove users from group first.");
    holder_delete(call, &holder_user, user);
    return CALL_DONE;
}
