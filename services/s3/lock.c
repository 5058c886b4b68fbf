#include "services/s3/lock.h"

#include "services/s3/configuration.h"
#include "services/s3/fault.h"

#define DAY_MS  ((int64_t)24 * 3600 * 1000)
#define YEAR_MS (365 * DAY_MS)

static bool is_lockable(struct call *call, const struct bucket *bucket)
{
    if (json_bool(bucket->row, "lock", false))
        return true;
    s3_fail_saying(call, &FAULT_INVALID_REQUEST, "Bucket is missing Object Lock Configuration");
    return false;
}

static bool until_is_good(struct call *call, int64_t until_ms)
{
    if (until_ms > clock_now(call->world->clock))
        return true;
    s3_fail_argument(call, "The retain until date must be in the future!", "x-amz-object-lock-retain-until-date",
                     STR_NONE);
    return false;
}

static cJSON *new_lock(struct str mode, int64_t until_ms)
{
    cJSON *lock = cJSON_CreateObject();
    json_set_str(lock, "mode", mode);
    json_set_int64(lock, "until", until_ms);
    return lock;
}

static cJSON *default_lock(struct call *call, const struct bucket *bucket)
{
    const cJSON *rule = json_get(configuration_get(call->world, bucket, "objectLock"), "Rule"),
                *retention = json_get(rule, "DefaultRetention");
    if (!retention)
        return NULL;
    int64_t length = json_int64(retention, "Days", 0) * DAY_MS + json_int64(retention, "Years", 0) * YEAR_MS;
    return new_lock(json_str(retention, "Mode"), clock_now(call->world->clock) + length);
}

bool lock_of_input(struct call *call, const struct bucket *bucket, cJSON **ret_lock)
{
    struct str mode = input_str(call, "ObjectLockMode"), hold = input_str(call, "ObjectLockLegalHoldStatus");
    const cJSON *until = json_get(call->input, "ObjectLockRetainUntilDate");
    *ret_lock = NULL;
    if ((mode.at || hold.at || until) && !is_lockable(call, bucket))
        return false;
    if (!mode.at != !until) {
        s3_fail_argument(call, "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
                         mode.at ? "x-amz-object-lock-retain-until-date" : "x-amz-object-lock-mode", STR_NONE);
        return false;
    }
    if (until && !until_is_good(call, json_to_time(until)))
        return false;
    if (mode.at)
        *ret_lock = new_lock(mode, json_to_time(until));
    else if (json_bool(bucket->row, "lock", false))
        *ret_lock = default_lock(call, bucket);
    if (!str_is(hold, "ON"))
        return true;
    if (!*ret_lock)
        *ret_lock = cJSON_CreateObject();
    json_set_bool(*ret_lock, "hold", true);
    return true;
}

bool lock_lets_go(const struct call *call, const struct object *object, bool bypass)
{
    const cJSON *lock = json_get(object->head, "lock");
    if (json_bool(lock, "hold", false))
        return false;
    if (json_int64(lock, "until", 0) <= clock_now(call->world->clock))
        return true;
    return bypass && str_is(json_str(lock, "mode"), "GOVERNANCE");
}

void lock_tell(struct call *call, const cJSON *head)
{
    const cJSON *lock = json_get(head, "lock");
    if (json_get(lock, "mode")) {
        output_str(call, "ObjectLockMode", json_str(lock, "mode"));
        output_time(call, "ObjectLockRetainUntilDate", json_int64(lock, "until", 0));
    }
    if (json_get(lock, "hold"))
        output_string(call, "ObjectLockLegalHoldStatus", json_bool(lock, "hold", false) ? "ON" : "OFF");
}

/* ---- the operations ---- */

static bool asked_object(struct call *call, struct bucket *bucket, struct object *object)
{
    return bucket_of_call(call, bucket) && is_lockable(call, bucket) && object_of_call(call, bucket, object);
}

static enum outcome no_lock(struct call *call)
{
    s3_fail(call, &FAULT_NO_SUCH_OBJECT_LOCK, NULL);
    return CALL_FAILED;
}

static cJSON *head_with_lock(const cJSON *head, cJSON **ret_lock)
{
    cJSON *changed = json_thaw(head);
    *ret_lock = cJSON_GetObjectItemCaseSensitive(changed, "lock");
    if (*ret_lock)
        return changed;
    json_set(changed, "lock", cJSON_CreateObject());
    *ret_lock = cJSON_GetObjectItemCaseSensitive(changed, "lock");
    return changed;
}

enum outcome get_object_retention(struct call *call)
{
    struct bucket bucket;
    struct object object;
    if (!asked_object(call, &bucket, &object))
        return CALL_FAILED;
    const cJSON *lock = json_get(object.head, "lock");
    if (!json_get(lock, "mode"))
        return no_lock(call);
    cJSON *retention = cJSON_CreateObject();
    json_set_str(retention, "Mode", json_str(lock, "mode"));
    json_set(retention, "RetainUntilDate", json_new_time(json_int64(lock, "until", 0)));
    output_json(call, "Retention", retention);
    return CALL_DONE;
}

/* It may always become stricter; weaker only in governance mode, for who says that he means it. */
static bool may_change(const struct call *call, const cJSON *lock, struct str mode, int64_t until_ms)
{
    bool runs = json_int64(lock, "until", 0) > clock_now(call->world->clock);
    bool stricter = until_ms >= json_int64(lock, "until", 0) &&
                    (str_equal(mode, json_str(lock, "mode")) || str_is(mode, "COMPLIANCE"));
    return !runs || stricter ||
           (str_is(json_str(lock, "mode"), "GOVERNANCE") && input_bool(call, "BypassGovernanceRetention", false));
}

enum outcome put_object_retention(struct call *call)
{
    struct bucket bucket;
    struct object object;
    if (!asked_object(call, &bucket, &object))
        return CALL_FAILED;
    const cJSON *retention = json_get(call->input, "Retention"), *until = json_get(retention, "RetainUntilDate");
    struct str mode = json_str(retention, "Mode");
    if (!mode.at != !until)
        return s3_fail(call, &FAULT_MALFORMED_XML, NULL);
    if (until && !until_is_good(call, json_to_time(until)))
        return CALL_FAILED;
    if (!may_change(call, json_get(object.head, "lock"), mode, until ? json_to_time(until) : 0))
        return s3_fail_saying(call, &FAULT_ACCESS_DENIED, "Access Denied because object protected by object lock.");
    cJSON *lock, *head = head_with_lock(object.head, &lock);
    json_set_string(lock, "mode", NULL);
    json_set_string(lock, "until", NULL);
    if (until) {
        json_set_str(lock, "mode", mode);
        json_set_int64(lock, "until", json_to_time(until));
    }
    object_change(call, &bucket, &object, head);
    return CALL_DONE;
}

enum outcome get_object_legal_hold(struct call *call)
{
    struct bucket bucket;
    struct object object;
    if (!asked_object(call, &bucket, &object))
        return CALL_FAILED;
    const cJSON *lock = json_get(object.head, "lock");
    if (!json_get(lock, "hold"))
        return no_lock(call);
    cJSON *hold = cJSON_CreateObject();
    json_set_string(hold, "Status", json_bool(lock, "hold", false) ? "ON" : "OFF");
    output_json(call, "LegalHold", hold);
    return CALL_DONE;
}

enum outcome put_object_legal_hold(struct call *call)
{
    struct bucket bucket;
    struct object object;
    if (!asked_object(call, &bucket, &object))
        return CALL_FAILED;
    struct str status = json_str(json_get(call->input, "LegalHold"), "Status");
    if (!status.at)
        return s3_fail(call, &FAULT_MALFORMED_XML, NULL);
    cJSON *lock, *head = head_with_lock(object.head, &lock);
    json_set_bool(lock, "hold", str_is(status, "ON"));
    object_change(call, &bucket, &object, head);
    return CALL_DONE;
}
