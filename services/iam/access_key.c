#include "services/iam/entity.h"
#include "services/iam/holder.h"
#include "services/iam/iam_model.h"
#include "services/iam/user.h"
#include "world/account.h"
#include "world/clock.h"

#define KEYS_MOST 2 /* quota of the user guide */

static bool is_active(const cJSON *key)
{
    return str_is(json_str(key, "Status"), "Active");
}

/* Works from now on. */
static void open_key(struct call *call, const cJSON *user, const cJSON *key)
{
    account_put_key(call->world, &(struct access_key){ .id = json_string(key, "AccessKeyId"),
                                                       .secret = json_string(key, "secret"),
                                                       .account = call->caller.account,
                                                       .principal_arn = json_string(user, "Arn"),
                                                       .user_id = json_string(user, "UserId"),
                                                       .expires_ms = INT64_MAX });
}

void access_keys_follow(struct call *call, const cJSON *user)
{
    const cJSON *key;
    cJSON_ArrayForEach(key, json_get(user, "keys"))
    {
        if (is_active(key))
            open_key(call, user, key);
    }
}

static int place_of(const cJSON *user, struct str id)
{
    int place = 0;
    const cJSON *key;
    cJSON_ArrayForEach(key, json_get(user, "keys"))
    {
        if (str_equal(json_str(key, "AccessKeyId"), id))
            return place;
        place++;
    }
    return -1;
}

static enum outcome no_such_key(struct call *call)
{
    return call_fail(call, &IAM_NO_SUCH_ENTITY_EXCEPTION, "The Access Key with id %s cannot be found.",
                     input_string(call, "AccessKeyId"));
}

/* The user's row and the place of the call's key among its keys. */
static struct json *key_of_call(struct call *call, int *ret_place, enum outcome *ret_failed)
{
    struct json *row = user_of_call(call, ret_failed);
    if (!row)
        return NULL;
    *ret_place = place_of(json_root(row), input_str(call, "AccessKeyId"));
    if (*ret_place >= 0)
        return row;
    *ret_failed = no_such_key(call);
    return NULL;
}

static cJSON *key_output(const cJSON *user, const cJSON *key)
{
    cJSON *output = cJSON_CreateObject();
    entity_copy(output, "UserName", user);
    entity_copy(output, "AccessKeyId", key);
    entity_copy(output, "Status", key);
    entity_copy_time(output, "CreateDate", key);
    return output;
}

enum outcome create_access_key(struct call *call)
{
    enum outcome failed;
    struct json *row = user_of_call(call, &failed);
    if (!row)
        return failed;
    if (cJSON_GetArraySize(json_get(json_root(row), "keys")) >= KEYS_MOST)
        return call_fail(call, &IAM_LIMIT_EXCEEDED_EXCEPTION, "Cannot exceed quota for AccessKeysPerUser: %d",
                         KEYS_MOST);
    char id[21] = "AKIA", secret[41];
    random_secret_text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16, id + 4);
    random_secret_text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 40, secret);
    cJSON *changed = json_thaw(json_root(row)), *key = cJSON_CreateObject();
    json_set_string(key, "AccessKeyId", id);
    json_set_string(key, "Status", "Active");
    json_set_int64(key, "CreateDate", clock_now(call->world->clock) / 1000 * 1000);
    json_set_string(key, "secret", secret);
    open_key(call, changed, key);
    cJSON *output = key_output(changed, key);
    json_set_string(output, "SecretAccessKey", secret);
    output_json(call, "AccessKey", output);
    json_add(cJSON_GetObjectItemCaseSensitive(changed, "keys"), key);
    holder_put(call, &holder_user, changed);
    return CALL_DONE;
}

enum outcome delete_access_key(struct call *call)
{
    enum outcome failed;
    int place;
    struct json *row = key_of_call(call, &place, &failed);
    if (!row)
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    cJSON_DeleteItemFromArray(cJSON_GetObjectItemCaseSensitive(changed, "keys"), place);
    account_delete_key(call->world, input_str(call, "AccessKeyId"));
    account_forget_use(call->world, input_str(call, "AccessKeyId"));
    holder_put(call, &holder_user, changed);
    return CALL_DONE;
}

enum outcome update_access_key(struct call *call)
{
    enum outcome failed;
    int place;
    struct json *row = key_of_call(call, &place, &failed);
    if (!row)
        return failed;
    cJSON *changed = json_thaw(json_root(row));
    cJSON *key = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(changed, "keys"), place);
    json_set_str(key, "Status", input_str(call, "Status"));
    if (is_active(key))
        open_key(call, changed, key);
    else
        account_delete_key(call->world, input_str(call, "AccessKeyId"));
    holder_put(call, &holder_user, changed);
    return CALL_DONE;
}

enum outcome list_access_keys(struct call *call)
{
    enum outcome failed;
    struct json *row = user_of_call(call, &failed);
    if (!row)
        return failed;
    const cJSON *key;
    cJSON *list = cJSON_CreateArray();
    cJSON_ArrayForEach(key, json_get(json_root(row), "keys")) json_add(list, key_output(json_root(row), key));
    output_json(call, "AccessKeyMetadata", list);
    output_bool(call, "IsTruncated", false);
    return CALL_DONE;
}

static cJSON *use_output(const struct key_use *use)
{
    cJSON *used = cJSON_CreateObject();
    if (use)
        json_set(used, "LastUsedDate", json_new_time(use->at_ms / 1000 * 1000));
    json_set_string(used, "ServiceName", use ? use->service : "N/A");
    json_set_string(used, "Region", use ? use->region : "N/A");
    return used;
}

enum outcome get_access_key_last_used(struct call *call)
{
    struct str id = input_str(call, "AccessKeyId");
    struct cursor at = store_seek(call->world->store, call_scope(call), &iam_users, NULL, STR_NONE, false);
    struct key_use use;
    while (store_next(&at)) {
        const cJSON *user = json_root(at.row);
        if (place_of(user, id) < 0)
            continue;
        output_str(call, "UserName", json_str(user, "UserName"));
        output_json(call, "AccessKeyLastUsed", use_output(account_last_use(call->world, id, &use) ? &use : NULL));
        store_close(&at);
        return CALL_DONE;
    }
    return no_such_key(call);
}
