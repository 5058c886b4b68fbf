#include "services/s3/bucket.h"

#include "aws/page.h"
#include "aws/payload.h"
#include "aws/service.h"
#include "base/digest.h"
#include "services/s3/access.h"
#include "services/s3/acl.h"
#include "services/s3/configuration.h"
#include "services/s3/fault.h"
#include "services/s3/key.h"
#include "services/s3/multipart.h"
#include "services/s3/object.h"

const struct table_def s3_names = { .name = "s3.name" };
const struct table_def s3_buckets = { .name = "s3.bucket" };

#define BUCKETS_MOST 10000 /* "General purpose bucket quota": by default, since 2024 */
#define NO_LOCATION  "us-east-1"

static const struct scope house = { "", "" };

/* ---- finding ---- */

static enum versioning versioning_of(const cJSON *row)
{
    struct str state = json_str(row, "versioning");
    return str_is(state, "Enabled")     ? VERSIONING_ENABLED
           : str_is(state, "Suspended") ? VERSIONING_SUSPENDED
                                        : VERSIONING_NEVER;
}

bool bucket_find(struct world *world, struct arena *arena, struct str name, struct bucket *ret_bucket)
{
    struct json *holder = store_get(world->store, house, &s3_names, name);
    if (!holder)
        return false;
    struct scope scope = { arena_copy(arena, json_str(json_root(holder), "account")), "" };
    struct json *row = store_get(world->store, scope, &s3_buckets, name);
    if (!row)
        return false;
    *ret_bucket = (struct bucket){ .name = arena_copy(arena, name),
                                   .scope = scope,
                                   .row = json_root(row),
                                   .versioning = versioning_of(json_root(row)) };
    return true;
}

const char *bucket_region(const struct bucket *bucket)
{
    return json_string(bucket->row, "region");
}

static bool name_is_good(struct call *call, struct str name)
{
    if (bucket_name_is_good(name))
        return true;
    s3_fail(call, &FAULT_INVALID_BUCKET_NAME, NULL);
    call_fail_more(call, "BucketName", name);
    return false;
}

bool bucket_found(struct call *call, struct str name, struct bucket *ret_bucket)
{
    if (!name_is_good(call, name))
        return false;
    if (!bucket_find(call->world, call->arena, name, ret_bucket)) {
        s3_fail(call, &FAULT_NO_SUCH_BUCKET, NULL);
        call_fail_more(call, "BucketName", name);
        return false;
    }
    return true;
}

bool bucket_of_call(struct call *call, struct bucket *ret_bucket)
{
    struct str owner = input_str(call, "ExpectedBucketOwner");
    if (!bucket_found(call, input_str(call, "Bucket"), ret_bucket) || !access_is_open(call, ret_bucket))
        return false;
    if (!owner.at || str_is(owner, ret_bucket->scope.account))
        return true;
    s3_fail(call, &FAULT_ACCESS_DENIED, NULL);
    return false;
}

void bucket_change(struct call *call, const struct bucket *bucket, cJSON *row_taken)
{
    store_put(call->world->store, bucket->scope, &s3_buckets, str_of(bucket->name), json_seal(row_taken));
}

char *canonical_id(struct arena *arena, const char *account)
{
    char hex[2 * SHA256_BYTES + 1];
    digest_sha256_hex(str_of(account), hex);
    return arena_copy(arena, str_of(hex));
}

/* DisplayName is not told any more (since November 2025). */
cJSON *owner_of_account(struct call *call, const char *account)
{
    cJSON *owner = cJSON_CreateObject();
    json_set_string(owner, "ID", canonical_id(call->arena, account));
    return owner;
}

/* ---- creating ---- */

/* "EU" is what eu-west-1 was called first. */
static const char *region_asked(struct call *call)
{
    const char *place = json_string(json_get(call->input, "CreateBucketConfiguration"), "LocationConstraint");
    if (!place || !*place)
        return NO_LOCATION;
    return strcmp(place, "EU") == 0 ? "eu-west-1" : place;
}

static bool looks_like_region(struct str text)
{
    size_t hyphens = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
        hyphens += c == '-';
    }
    return hyphens >= 2 && text.length <= 32;
}

/* The endpoint of us-east-1 takes every region but its own name; any other takes its own alone. */
static bool region_is_good(struct call *call, const char *region)
{
    const char *said = json_string(json_get(call->input, "CreateBucketConfiguration"), "LocationConstraint");
    bool at_first = strcmp(call->region, NO_LOCATION) == 0;
    if (!said && !at_first) {
        s3_fail(call, &FAULT_ILLEGAL_LOCATION, NULL);
        return false;
    }
    if (said && (!looks_like_region(str_of(region)) || strcmp(said, NO_LOCATION) == 0)) {
        s3_fail(call, &FAULT_INVALID_LOCATION, "LocationConstraint", said, NULL);
        return false;
    }
    if (at_first || strcmp(region, call->region) == 0)
        return true;
    s3_fail_saying(call, &FAULT_ILLEGAL_LOCATION,
                   "The %s location constraint is incompatible for the region specific endpoint this request was sent "
                   "to.",
                   said);
    return false;
}

/* Made again in us-east-1 one's own bucket answers 200, for the sake of old programs. */
static enum outcome made_before(struct call *call, const struct bucket *bucket)
{
    const struct s3_fault *fault = strcmp(bucket->scope.account, call->caller.account) != 0
                                       ? &FAULT_BUCKET_ALREADY_EXISTS
                                       : &FAULT_BUCKET_ALREADY_OWNED;
    bool again = fault == &FAULT_BUCKET_ALREADY_OWNED && strcmp(call->region, NO_LOCATION) == 0 &&
                 strcmp(bucket_region(bucket), NO_LOCATION) == 0;
    if (!again)
        return s3_fail(call, fault, "BucketName", bucket->name, NULL);
    return CALL_DONE;
}

static bool put_bucket(struct call *call, struct str name, const char *region)
{
    const char *ownership = input_string(call, "ObjectOwnership");
    bool lock = input_bool(call, "ObjectLockEnabledForBucket", false);
    cJSON *row = cJSON_CreateObject(), *acl = NULL;
    struct bucket bucket = { .name = arena_copy(call->arena, name), .scope = call_scope(call) };
    bool enforced = !ownership || strcmp(ownership, "BucketOwnerEnforced") == 0;
    if (!acl_of_headers(call, &bucket, enforced, &acl)) {
        cJSON_Delete(row);
        return false;
    }
    json_set_int64(row, "created", now_in_seconds(call));
    json_set_string(row, "region", region);
    if (acl)
        json_set(row, "acl", acl);
    if (lock) {
        json_set_bool(row, "lock", true);
        json_set_string(row, "versioning", "Enabled");
    }
    cJSON *holder = cJSON_CreateObject();
    json_set_string(holder, "account", call->caller.account);
    store_put(call->world->store, house, &s3_names, name, json_seal(holder));
    bucket_change(call, &bucket, row);
    configuration_begin(call, &bucket, ownership);
    return true;
}

enum outcome create_bucket(struct call *call)
{
    struct str name = input_str(call, "Bucket");
    const char *region = region_asked(call);
    struct bucket bucket;
    if (!name_is_good(call, name) || !region_is_good(call, region))
        return CALL_FAILED;
    if (bucket_find(call->world, call->arena, name, &bucket)) {
        enum outcome outcome = made_before(call, &bucket);
        if (outcome != CALL_DONE)
            return outcome;
    } else if (store_count(call->world->store, call_scope(call), &s3_buckets) >= BUCKETS_MOST) {
        return s3_fail(call, &FAULT_TOO_MANY_BUCKETS, NULL);
    } else if (!put_bucket(call, name, region)) {
        return CALL_FAILED;
    }
    bool first = strcmp(call->region, NO_LOCATION) == 0;
    output_string(call, "Location",
                  first ? arena_printf(call->arena, "/%.*s", STR_ARG(name))
                        : arena_printf(call->arena, "http://%.*s.s3.amazonaws.com/", STR_ARG(name)));
    output_string(call, "BucketArn", arena_printf(call->arena, "arn:aws:s3:::%.*s", STR_ARG(name)));
    return CALL_DONE;
}

/* ---- deleting ---- */

static bool has_any(struct call *call, const struct bucket *bucket, const struct table_def *table)
{
    struct str place = key_place(call->arena, str_of(bucket->name), STR(""));
    struct cursor at = store_seek_from(call->world->store, bucket->scope, table, NULL, place);
    bool any = store_next_within(&at, place);
    if (any)
        store_close(&at);
    return any;
}

enum outcome delete_bucket(struct call *call)
{
    struct bucket bucket;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    if (has_any(call, &bucket, &s3_objects)) {
        if (bucket.versioning)
            s3_fail_saying(call, &FAULT_BUCKET_NOT_EMPTY,
                           "The bucket you tried to delete is not empty. You must delete all versions in the bucket.");
        else
            s3_fail(call, &FAULT_BUCKET_NOT_EMPTY, NULL);
        return call_fail_more(call, "BucketName", str_of(bucket.name));
    }
    multipart_abort_all(call, &bucket);
    configuration_end(call, &bucket);
    store_delete(call->world->store, bucket.scope, &s3_buckets, str_of(bucket.name));
    store_delete(call->world->store, house, &s3_names, str_of(bucket.name));
    return CALL_DONE;
}

/* ---- reading ---- */

enum outcome head_bucket(struct call *call)
{
    struct bucket bucket;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    output_string(call, "BucketArn", arena_printf(call->arena, "arn:aws:s3:::%s", bucket.name));
    output_string(call, "BucketRegion", bucket_region(&bucket));
    output_bool(call, "AccessPointAlias", false);
    return CALL_DONE;
}

enum outcome get_bucket_location(struct call *call)
{
    struct bucket bucket;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    const char *region = bucket_region(&bucket);
    output_string(call, "LocationConstraint", strcmp(region, NO_LOCATION) == 0 ? NULL : region);
    return CALL_DONE;
}

static cJSON *bucket_told(struct call *call, struct str name, const cJSON *row)
{
    cJSON *bucket = cJSON_CreateObject();
    json_set_str(bucket, "Name", name);
    json_set(bucket, "CreationDate", json_new_time(json_int64(row, "created", 0)));
    json_set_str(bucket, "BucketRegion", json_str(row, "region"));
    json_set_string(bucket, "BucketArn", arena_printf(call->arena, "arn:aws:s3:::%.*s", STR_ARG(name)));
    return bucket;
}

/* Region and ARN are told to those who ask for a page, as AWS does: old programs know neither. */
static bool asks_for_page(const struct call *call)
{
    return input_has(call, "MaxBuckets") || input_has(call, "Prefix") || input_has(call, "BucketRegion") ||
           input_has(call, "ContinuationToken");
}

enum outcome list_buckets(struct call *call)
{
    struct str prefix = input_has(call, "Prefix") ? input_str(call, "Prefix") : STR(""), after = STR("");
    struct str region = input_str(call, "BucketRegion"), token = input_str(call, "ContinuationToken");
    if (token.at && !page_place(call, token, prefix, &after))
        return s3_fail_argument(call, "The continuation token provided is incorrect", "continuation-token", token);
    int64_t most = input_int64(call, "MaxBuckets", BUCKETS_MOST), count = 0;
    if (most < 1 || most > BUCKETS_MOST)
        return s3_fail_argument(call, "Argument max-buckets must be an integer between 1 and 10000", "max-buckets",
                                json_print_in(call->arena, json_get(call->input, "MaxBuckets")));
    bool whole = asks_for_page(call);
    cJSON *list = cJSON_CreateArray();
    struct store *store = call->world->store;
    struct cursor at = after.length ? store_seek(store, call_scope(call), &s3_buckets, NULL, after, false)
                                    : store_seek_from(store, call_scope(call), &s3_buckets, NULL, prefix);
    struct str last = STR("");
    while (store_next_within(&at, prefix)) {
        const cJSON *row = json_root(at.row);
        if (region.at && !str_equal(region, json_str(row, "region")))
            continue;
        if (count == most) {
            output_string(call, "ContinuationToken", page_token(call, last, prefix));
            store_close(&at);
            break;
        }
        cJSON *told = bucket_told(call, at.key, row);
        if (!whole) {
            json_set_string(told, "BucketRegion", NULL);
            json_set_string(told, "BucketArn", NULL);
        }
        json_add(list, told);
        last = arena_str(call->arena, at.key);
        count++;
    }
    output_json(call, "Buckets", list);
    output_json(call, "Owner", owner_of_account(call, call->caller.account));
    if (prefix.length)
        output_str(call, "Prefix", prefix);
    return CALL_DONE;
}

/* ---- versioning ---- */

enum outcome get_bucket_versioning(struct call *call)
{
    struct bucket bucket;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    output_string(call, "Status", json_string(bucket.row, "versioning"));
    return CALL_DONE;
}

enum outcome put_bucket_versioning(struct call *call)
{
    struct bucket bucket;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    const cJSON *asked = json_get(call->input, "VersioningConfiguration");
    struct str status = json_str(asked, "Status");
    if (!status.at)
        return s3_fail(call, &FAULT_ILLEGAL_VERSIONING, NULL);
    if (str_is(json_str(asked, "MFADelete"), "Enabled")) /* there are no devices here that could confirm a deletion */
        return s3_fail_saying(call, &FAULT_ACCESS_DENIED, "Mfa Authentication must be provided.");
    if (json_bool(bucket.row, "lock", false) && str_is(status, "Suspended"))
        return s3_fail_saying(call, &FAULT_INVALID_BUCKET_STATE,
                              "An Object Lock configuration is present on this bucket, so the versioning state cannot "
                              "be changed.");
    cJSON *row = json_thaw(bucket.row);
    json_set_str(row, "versioning", status);
    bucket_change(call, &bucket, row);
    return CALL_DONE;
}
