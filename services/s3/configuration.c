#include "services/s3/configuration.h"

#include <stdio.h>

#include "aws/page.h"
#include "aws/payload.h"
#include "services/s3/configuration_check.h"
#include "services/s3/fault.h"
#include "services/s3/key.h"
#include "services/s3/s3_model.h"

const struct table_def s3_configurations = { .name = "s3.configuration" };

#define CONFIGURATIONS_MOST 1000 /* of a kind with ids: "maximum of 1,000 per bucket" */
#define LIST_PAGE           100

/* ---- the kinds ---- */

#define NONE (-1)

static const struct kind {
    const char *name;
    int put, get, delete, list;
    const char *member;             /* the input's; the output's too, where it is not told member by member */
    bool spread;                    /* the output has the members of the value, not the value */
    const char *answer;             /* where none was put: this value; NULL: … */
    const struct s3_fault *missing; /* … this fault */
    const char *listed;             /* with ids: the list's member */
    bool (*check)(struct call *call, const struct bucket *bucket, cJSON *value);
} kinds[] = {
    { "abac", S3_PUT_BUCKET_ABAC, S3_GET_BUCKET_ABAC, NONE, NONE, "AbacStatus", false, "{\"Status\":\"Disabled\"}",
      NULL, NULL, NULL },
    { "accelerate", S3_PUT_BUCKET_ACCELERATE_CONFIGURATION, S3_GET_BUCKET_ACCELERATE_CONFIGURATION, NONE, NONE,
      "AccelerateConfiguration", true, "{}", NULL, NULL, accelerate_is_good },
    { "analytics", S3_PUT_BUCKET_ANALYTICS_CONFIGURATION, S3_GET_BUCKET_ANALYTICS_CONFIGURATION,
      S3_DELETE_BUCKET_ANALYTICS_CONFIGURATION, S3_LIST_BUCKET_ANALYTICS_CONFIGURATIONS, "AnalyticsConfiguration",
      false, NULL, &FAULT_NO_SUCH_CONFIGURATION, "AnalyticsConfigurationList", NULL },
    { "cors", S3_PUT_BUCKET_CORS, S3_GET_BUCKET_CORS, S3_DELETE_BUCKET_CORS, NONE, "CORSConfiguration", true, NULL,
      &FAULT_NO_SUCH_CORS, NULL, cors_is_good },
    /* Every bucket is encrypted with S3's own keys unless it says otherwise, since January 2023. */
    { "encryption", S3_PUT_BUCKET_ENCRYPTION, S3_GET_BUCKET_ENCRYPTION, S3_DELETE_BUCKET_ENCRYPTION, NONE,
      "ServerSideEncryptionConfiguration", false,
      "{\"Rules\":[{\"ApplyServerSideEncryptionByDefault\":{\"SSEAlgorithm\":\"AES256\"},\"BucketKeyEnabled\":false}]}",
      NULL, NULL, encryption_is_good },
    { "intelligentTiering", S3_PUT_BUCKET_INTELLIGENT_TIERING_CONFIGURATION,
      S3_GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION, S3_DELETE_BUCKET_INTELLIGENT_TIERING_CONFIGURATION,
      S3_LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS, "IntelligentTieringConfiguration", false, NULL,
      &FAULT_NO_SUCH_CONFIGURATION, "IntelligentTieringConfigurationList", NULL },
    { "inventory", S3_PUT_BUCKET_INVENTORY_CONFIGURATION, S3_GET_BUCKET_INVENTORY_CONFIGURATION,
      S3_DELETE_BUCKET_INVENTORY_CONFIGURATION, S3_LIST_BUCKET_INVENTORY_CONFIGURATIONS, "InventoryConfiguration",
      false, NULL, &FAULT_NO_SUCH_CONFIGURATION, "InventoryConfigurationList", NULL },
    { "lifecycle", S3_PUT_BUCKET_LIFECYCLE_CONFIGURATION, S3_GET_BUCKET_LIFECYCLE_CONFIGURATION,
      S3_DELETE_BUCKET_LIFECYCLE, NONE, "LifecycleConfiguration", true, NULL, &FAULT_NO_SUCH_LIFECYCLE, NULL,
      lifecycle_is_good },
    { "logging", S3_PUT_BUCKET_LOGGING, S3_GET_BUCKET_LOGGING, NONE, NONE, "BucketLoggingStatus", true, "{}", NULL,
      NULL, logging_is_good },
    { "metrics", S3_PUT_BUCKET_METRICS_CONFIGURATION, S3_GET_BUCKET_METRICS_CONFIGURATION,
      S3_DELETE_BUCKET_METRICS_CONFIGURATION, S3_LIST_BUCKET_METRICS_CONFIGURATIONS, "MetricsConfiguration", false,
      NULL, &FAULT_NO_SUCH_CONFIGURATION, "MetricsConfigurationList", NULL },
    { "notification", S3_PUT_BUCKET_NOTIFICATION_CONFIGURATION, S3_GET_BUCKET_NOTIFICATION_CONFIGURATION, NONE, NONE,
      "NotificationConfiguration", true, "{}", NULL, NULL, notification_is_good },
    { "objectLock", S3_PUT_OBJECT_LOCK_CONFIGURATION, S3_GET_OBJECT_LOCK_CONFIGURATION, NONE, NONE,
      "ObjectLockConfiguration", false, NULL, &FAULT_NO_SUCH_BUCKET_LOCK, NULL, object_lock_is_good },
    { "ownershipControls", S3_PUT_BUCKET_OWNERSHIP_CONTROLS, S3_GET_BUCKET_OWNERSHIP_CONTROLS,
      S3_DELETE_BUCKET_OWNERSHIP_CONTROLS, NONE, "OwnershipControls", false, NULL, &FAULT_NO_SUCH_OWNERSHIP, NULL,
      ownership_is_good },
    { "publicAccessBlock", S3_PUT_PUBLIC_ACCESS_BLOCK, S3_GET_PUBLIC_ACCESS_BLOCK, S3_DELETE_PUBLIC_ACCESS_BLOCK, NONE,
      "PublicAccessBlockConfiguration", false, NULL, &FAULT_NO_SUCH_PUBLIC_ACCESS_BLOCK, NULL,
      public_access_block_is_good },
    { "replication", S3_PUT_BUCKET_REPLICATION, S3_GET_BUCKET_REPLICATION, S3_DELETE_BUCKET_REPLICATION, NONE,
      "ReplicationConfiguration", false, NULL, &FAULT_NO_SUCH_REPLICATION, NULL, replication_is_good },
    { "requestPayment", S3_PUT_BUCKET_REQUEST_PAYMENT, S3_GET_BUCKET_REQUEST_PAYMENT, NONE, NONE,
      "RequestPaymentConfiguration", true, "{\"Payer\":\"BucketOwner\"}", NULL, NULL, NULL },
    { "tagging", S3_PUT_BUCKET_TAGGING, S3_GET_BUCKET_TAGGING, S3_DELETE_BUCKET_TAGGING, NONE, "Tagging", true, NULL,
      &FAULT_NO_SUCH_TAG_SET, NULL, bucket_tagging_is_good },
    { "website", S3_PUT_BUCKET_WEBSITE, S3_GET_BUCKET_WEBSITE, S3_DELETE_BUCKET_WEBSITE, NONE, "WebsiteConfiguration",
      true, NULL, &FAULT_NO_SUCH_WEBSITE, NULL, website_is_good },
};

static const struct kind *kind_of_call(const struct call *call)
{
    int index = call->operation->index;
    const struct kind *kind = kinds;
    while (kind->put != index && kind->get != index && kind->delete != index && kind->list != index)
        kind++;
    return kind;
}

/* ---- rows ---- */

/* In `room`; a name that does not fit cannot be there. */
static struct str place_of(char *room, size_t size, const struct bucket *bucket, const char *kind, const char *id)
{
    const char *const pieces[] = { bucket->name, "/", kind, id ? "/" : "", id ? id : "" };
    size_t length = 0;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct str piece = str_first(str_of(pieces[i]), size - length);
        memcpy(room + length, piece.at, piece.length);
        length += piece.length;
    }
    return (struct str){ room, length };
}

static const cJSON *get_one(struct world *world, const struct bucket *bucket, const char *kind, const char *id)
{
    char room[512];
    struct str place = place_of(room, sizeof room, bucket, kind, id);
    struct json *row = store_get(world->store, bucket->scope, &s3_configurations, place);
    return row ? json_get(json_root(row), "value") : NULL;
}

static void put_one(struct call *call, const struct bucket *bucket, const char *kind, const char *id,
                    cJSON *value_taken)
{
    char room[512];
    cJSON *row = cJSON_CreateObject();
    json_set(row, "value", value_taken);
    struct str place = place_of(room, sizeof room, bucket, kind, id);
    store_put(call->world->store, bucket->scope, &s3_configurations, place, json_seal(row));
}

static bool delete_one(struct call *call, const struct bucket *bucket, const char *kind, const char *id)
{
    char room[512];
    struct str place = place_of(room, sizeof room, bucket, kind, id);
    return store_delete(call->world->store, bucket->scope, &s3_configurations, place);
}

const cJSON *configuration_get(struct world *world, const struct bucket *bucket, const char *kind)
{
    return get_one(world, bucket, kind, NULL);
}

void configuration_put(struct call *call, const struct bucket *bucket, const char *kind, cJSON *value_taken)
{
    put_one(call, bucket, kind, NULL, value_taken);
}

void configuration_delete(struct call *call, const struct bucket *bucket, const char *kind)
{
    delete_one(call, bucket, kind, NULL);
}

void configuration_begin(struct call *call, const struct bucket *bucket, const char *ownership)
{
    cJSON *block = cJSON_CreateObject(), *rule = cJSON_CreateObject(), *rules = cJSON_CreateArray(),
          *controls = cJSON_CreateObject();
    json_set_bool(block, "BlockPublicAcls", true);
    json_set_bool(block, "IgnorePublicAcls", true);
    json_set_bool(block, "BlockPublicPolicy", true);
    json_set_bool(block, "RestrictPublicBuckets", true);
    configuration_put(call, bucket, "publicAccessBlock", block);
    json_set_string(rule, "ObjectOwnership", ownership ? ownership : "BucketOwnerEnforced");
    json_add(rules, rule);
    json_set(controls, "Rules", rules);
    configuration_put(call, bucket, "ownershipControls", controls);
    if (!input_bool(call, "ObjectLockEnabledForBucket", false))
        return;
    cJSON *lock = cJSON_CreateObject();
    json_set_string(lock, "ObjectLockEnabled", "Enabled");
    configuration_put(call, bucket, "objectLock", lock);
}

void configuration_end(struct call *call, const struct bucket *bucket)
{
    struct str place = key_place(call->arena, str_of(bucket->name), STR(""));
    struct cursor at = store_seek_from(call->world->store, bucket->scope, &s3_configurations, NULL, place);
    while (store_next_within(&at, place))
        store_delete(call->world->store, bucket->scope, &s3_configurations, at.key);
}

bool configuration_blocks(struct world *world, const struct bucket *bucket, const char *what)
{
    return json_bool(configuration_get(world, bucket, "publicAccessBlock"), what, false);
}

/* ---- the operations ---- */

static bool id_is_good(struct call *call, const struct kind *kind, const char *id)
{
    if (!kind->listed || (*id && strlen(id) <= 64 && !strchr(id, '/')))
        return true;
    s3_fail_argument(call, "Invalid Id", "id", str_of(id));
    return false;
}

static size_t count_of(struct call *call, const struct bucket *bucket, const struct kind *kind)
{
    char room[512];
    struct str place = place_of(room, sizeof room, bucket, kind->name, "");
    struct cursor at = store_seek_from(call->world->store, bucket->scope, &s3_configurations, NULL, place);
    size_t count = 0;
    while (store_next_within(&at, place))
        count++;
    return count;
}

static bool is_one_too_many(struct call *call, const struct bucket *bucket, const struct kind *kind, const char *id)
{
    if (!kind->listed || get_one(call->world, bucket, kind->name, id) ||
        count_of(call, bucket, kind) < CONFIGURATIONS_MOST)
        return false;
    s3_fail(call, &FAULT_TOO_MANY_CONFIGURATIONS, NULL);
    return true;
}

enum outcome put_configuration(struct call *call)
{
    const struct kind *kind = kind_of_call(call);
    struct bucket bucket;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    const cJSON *given = json_get(call->input, kind->member);
    const char *id = kind->listed ? input_string(call, "Id") : NULL;
    if (!given)
        return s3_fail(call, &FAULT_MISSING_BODY, NULL);
    if (!id_is_good(call, kind, id) || is_one_too_many(call, &bucket, kind, id))
        return CALL_FAILED;
    if (id && !str_is(json_str(given, "Id"), id))
        return s3_fail(call, &FAULT_MALFORMED_XML, NULL);
    cJSON *value = json_thaw(given);
    if (kind->check && !kind->check(call, &bucket, value)) {
        cJSON_Delete(value);
        return CALL_FAILED;
    }
    put_one(call, &bucket, kind->name, id, value);
    return CALL_DONE;
}

enum outcome get_configuration(struct call *call)
{
    const struct kind *kind = kind_of_call(call);
    struct bucket bucket;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    const char *id = kind->listed ? input_string(call, "Id") : NULL;
    const cJSON *value = get_one(call->world, &bucket, kind->name, id);
    if (!value && !kind->answer)
        return s3_fail(call, kind->missing, "BucketName", bucket.name, NULL);
    if (!value)
        value = json_parse_in(call->arena, str_of(kind->answer), NULL);
    if (!kind->spread) {
        output_json(call, kind->member, json_thaw(value));
        return CALL_DONE;
    }
    const cJSON *member;
    call_output(call);
    cJSON_ArrayForEach(member, value) output_json(call, member->string, json_thaw(member));
    return CALL_DONE;
}

enum outcome delete_configuration(struct call *call)
{
    const struct kind *kind = kind_of_call(call);
    struct bucket bucket;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    bool was = delete_one(call, &bucket, kind->name, kind->listed ? input_string(call, "Id") : NULL);
    if (kind->listed && !was)
        return s3_fail(call, kind->missing, NULL);
    return CALL_DONE;
}

enum outcome list_configurations(struct call *call)
{
    const struct kind *kind = kind_of_call(call);
    struct bucket bucket;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    char room[512];
    struct str place = place_of(room, sizeof room, &bucket, kind->name, ""), after = place;
    struct str token = input_str(call, "ContinuationToken"), filter = str_of(bucket.name), last = place;
    if (token.at && !page_place(call, token, filter, &after))
        return s3_fail_argument(call, "The continuation token provided is incorrect", "continuation-token", token);
    cJSON *list = cJSON_CreateArray();
    struct cursor at = store_seek(call->world->store, bucket.scope, &s3_configurations, NULL, after, false);
    bool more = false;
    for (int count = 0; store_next_within(&at, place); count++) {
        if (count == LIST_PAGE) {
            more = true;
            store_close(&at);
            break;
        }
        json_add(list, json_thaw(json_get(json_root(at.row), "value")));
        last = arena_str(call->arena, at.key);
    }
    output_json(call, kind->listed, list);
    output_bool(call, "IsTruncated", more);
    if (token.at)
        output_str(call, "ContinuationToken", token);
    if (more)
        output_string(call, "NextContinuationToken", page_token(call, last, filter));
    return CALL_DONE;
}
