#include "services/stepfunctions/activity.h"

#include "services/stepfunctions/configuration.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/listing.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/stepfunctions_model.h"
#include "services/stepfunctions/tag.h"

const struct table_def activity_table = { .name = "stepfunctions.activity" };

#define ACTIVITIES_MOST 10000 /* "Service quotas" of the developer guide */

struct json *activity_get(struct world *world, struct scope scope, struct str arn)
{
    return store_get(world->store, scope, &activity_table, arn);
}

static void answer_creation(struct call *call, const cJSON *activity)
{
    output_str(call, "activityArn", json_str(activity, "arn"));
    output_time(call, "creationDate", json_int64(activity, "creationDate", 0));
}

/* CreateActivity is idempotent by name, except that an activity's encryption cannot be changed. */
static enum outcome answer_again(struct call *call, const cJSON *activity, cJSON *encryption_taken)
{
    bool same = json_equal(json_get(activity, "encryptionConfiguration"), encryption_taken);
    cJSON_Delete(encryption_taken);
    if (!same)
        return call_fail(call, &STEPFUNCTIONS_ACTIVITY_ALREADY_EXISTS, "Activity Already Exists: '%s'",
                         json_string(activity, "arn"));
    answer_creation(call, activity);
    return CALL_DONE;
}

enum outcome create_activity(struct call *call)
{
    struct str name = input_str(call, "name");
    if (!name_check(call, name))
        return CALL_FAILED;
    cJSON *encryption = configuration_encryption(call, json_get(call->input, "encryptionConfiguration"));
    if (!encryption)
        return CALL_FAILED;
    struct scope scope = call_scope(call);
    struct str arn = str_of(
        arn_make(call->arena, "states", call->region, scope.account, "activity:%.*s", STR_ARG(name)));
    struct json *old = activity_get(call->world, scope, arn);
    if (old)
        return answer_again(call, json_root(old), encryption);
    if (!tag_check(call, arn)) {
        cJSON_Delete(encryption);
        return CALL_FAILED;
    }
    if (store_count(call->world->store, scope, &activity_table) >= ACTIVITIES_MOST) {
        cJSON_Delete(encryption);
        return call_fail(call, &STEPFUNCTIONS_ACTIVITY_LIMIT_EXCEEDED, "Activity Limit Exceeded: '%d'",
                         ACTIVITIES_MOST);
    }
    cJSON *activity = cJSON_CreateObject();
    json_set_str(activity, "name", name);
    json_set_str(activity, "arn", arn);
    json_set_int64(activity, "creationDate", clock_now(call->world->clock));
    json_set(activity, "encryptionConfiguration", encryption);
    answer_creation(call, activity);
    store_put(call->world->store, scope, &activity_table, arn, json_seal(activity));
    tag_put(call, arn);
    return CALL_DONE;
}

enum outcome delete_activity(struct call *call)
{
    struct str text = input_str(call, "activityArn");
    struct states_arn arn;
    if (!states_arn_check(call, text, "activity", &arn))
        return CALL_FAILED;
    struct scope scope = call_scope(call);
    store_delete(call->world->store, scope, &activity_table, text);
    tag_drop(call->world, scope, text);
    return CALL_DONE;
}

enum outcome describe_activity(struct call *call)
{
    struct str text = input_str(call, "activityArn");
    struct states_arn arn;
    if (!states_arn_check(call, text, "activity", &arn))
        return CALL_FAILED;
    struct json *activity = activity_get(call->world, call_scope(call), text);
    if (!activity)
        return call_fail(call, &STEPFUNCTIONS_ACTIVITY_DOES_NOT_EXIST, "Activity Does Not Exist: '%.*s'",
                         STR_ARG(text));
    const cJSON *row = json_root(activity);
    answer_creation(call, row);
    output_str(call, "name", json_str(row, "name"));
    output_json(call, "encryptionConfiguration", json_thaw(json_get(row, "encryptionConfiguration")));
    return CALL_DONE;
}

static cJSON *list_item(const cJSON *activity)
{
    cJSON *item = cJSON_CreateObject();
    json_set_str(item, "activityArn", json_str(activity, "arn"));
    json_set(item, "creationDate", json_new_time(json_int64(activity, "creationDate", 0)));
    json_set_str(item, "name", json_str(activity, "name"));
    return item;
}

enum outcome list_activities(struct call *call)
{
    struct listing activities = { .table = &activity_table, .member = "activities", .item = list_item };
    return listing_answer(call, &activities);
}
