#include "services/s3/delete_object.h"

#include "aws/authorise.h"
#include "base/time.h"
#include "services/s3/condition.h"
#include "services/s3/fault.h"
#include "services/s3/head.h"
#include "services/s3/lock.h"

#define KEYS_MOST 1000

/* What a deletion did: nothing, the version named, or a marker put on top. */
struct deletion {
    struct str version_id; /* named or made; STR_NONE where the bucket has no versions */
    bool marker;           /* a marker was made, or the version deleted was one */
    bool made;
};

static bool delete_version(struct call *call, const struct bucket *bucket, struct str key, struct str version_id,
                           struct deletion *ret_deletion)
{
    struct object object;
    *ret_deletion = (struct deletion){ .version_id = version_id };
    if (!object_of_version(call, bucket, key, version_id, &object)) {
        uint64_t order;
        if (str_is(version_id, "null") || id_read(version_id, &order))
            return true; /* gone already */
        s3_fail_argument(call, "Invalid version id specified", "versionId", version_id);
        return false;
    }
    if (!lock_lets_go(call, &object, input_bool(call, "BypassGovernanceRetention", false))) {
        s3_fail_saying(call, &FAULT_ACCESS_DENIED, "Access Denied because object protected by object lock.");
        return false;
    }
    ret_deletion->marker = object.is_marker;
    object_delete(call, bucket, &object);
    return true;
}

static void delete_newest(struct call *call, const struct bucket *bucket, struct str key, struct deletion *ret_deletion)
{
    struct object object;
    *ret_deletion = (struct deletion){ .version_id = STR_NONE };
    if (!bucket->versioning) {
        if (object_newest(call, bucket, key, &object))
            object_delete(call, bucket, &object);
        return;
    }
    cJSON *head = cJSON_CreateObject();
    json_set_bool(head, "marker", true);
    json_set_int64(head, "modified", now_in_seconds(call));
    object_put(call, bucket, key, head, &(struct object_content){ .bytes = STR("") }, &object);
    *ret_deletion = (struct deletion){ object_version_id(&object), true, true };
}

static bool delete_one(struct call *call, const struct bucket *bucket, struct str key, struct str version_id,
                       struct deletion *ret_deletion)
{
    if (version_id.at)
        return delete_version(call, bucket, key, version_id, ret_deletion);
    delete_newest(call, bucket, key, ret_deletion);
    return true;
}

/* If-Match on a deletion; what is not there may well be deleted. */
static bool may_delete(struct call *call, const struct bucket *bucket, struct str key, struct str version_id,
                       struct str match)
{
    struct object object;
    if (!match.at)
        return true;
    bool found = version_id.at ? object_of_version(call, bucket, key, version_id, &object)
                               : object_newest(call, bucket, key, &object);
    if (found && !object.is_marker && !str_is(match, "*") && !etag_matches(match, json_str(object.head, "etag"))) {
        s3_fail(call, &FAULT_PRECONDITION_FAILED, "Condition", "If-Match", NULL);
        return false;
    }
    return true;
}

enum outcome delete_object(struct call *call)
{
    struct bucket bucket;
    struct deletion deletion;
    struct str key = input_str(call, "Key"), version_id = input_str(call, "VersionId");
    if (!bucket_of_call(call, &bucket) || !may_delete(call, &bucket, key, version_id, input_str(call, "IfMatch")) ||
        !delete_one(call, &bucket, key, version_id, &deletion))
        return CALL_FAILED;
    if (bucket.versioning && deletion.version_id.at)
        output_str(call, "VersionId", deletion.version_id);
    if (deletion.marker)
        output_bool(call, "DeleteMarker", true);
    return CALL_DONE;
}

/* ---- many ---- */

static bool may_delete_key(struct call *call, const struct bucket *bucket, struct str key, struct str version_id)
{
    const char *arn = arena_printf(call->arena, "arn:aws:s3:::%s/%.*s", bucket->name, STR_ARG(key));
    return authorise_also(call, version_id.at ? "s3:DeleteObjectVersion" : "s3:DeleteObject", str_of(arn)) == CALL_DONE;
}

static cJSON *named(struct str key, struct str version_id)
{
    cJSON *one = cJSON_CreateObject();
    json_set_str(one, "Key", key);
    if (version_id.at)
        json_set_str(one, "VersionId", version_id);
    return one;
}

/* The call's error becomes an entry of the answer. */
static void add_error(struct call *call, cJSON *errors, struct str key, struct str version_id)
{
    cJSON *error = named(key, version_id);
    json_set_string(error, "Code", call->error.kind->code);
    json_set_string(error, "Message", call->error.message ? call->error.message : "");
    json_add(errors, error);
    cJSON_Delete(call->error.extra);
    call->error = (struct api_error){ 0 };
}

static void add_deleted(cJSON *deleted, struct str key, struct str version_id, const struct deletion *deletion)
{
    cJSON *one = named(key, version_id);
    if (deletion->marker) {
        json_set_bool(one, "DeleteMarker", true);
        json_set_str(one, "DeleteMarkerVersionId", deletion->version_id);
    }
    json_add(deleted, one);
}

enum outcome delete_objects(struct call *call)
{
    struct bucket bucket;
    const cJSON *asked = json_get(call->input, "Delete"), *objects = json_get(asked, "Objects"), *object;
    int count = cJSON_GetArraySize(objects);
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    if (count < 1 || count > KEYS_MOST)
        return s3_fail(call, &FAULT_MALFORMED_XML, NULL);
    bool quiet = json_bool(asked, "Quiet", false);
    cJSON *deleted = cJSON_CreateArray(), *errors = cJSON_CreateArray();
    cJSON_ArrayForEach(object, objects)
    {
        struct str key = json_str(object, "Key"), version_id = json_str(object, "VersionId");
        struct deletion deletion;
        if (!may_delete_key(call, &bucket, key, version_id) ||
            !may_delete(call, &bucket, key, version_id, json_str(object, "ETag")) ||
            !delete_one(call, &bucket, key, version_id, &deletion))
            add_error(call, errors, key, version_id);
        else if (!quiet)
            add_deleted(deleted, key, version_id, &deletion);
    }
    output_json(call, "Deleted", deleted);
    output_json(call, "Errors", errors);
    return CALL_DONE;
}
