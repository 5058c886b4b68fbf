#include "services/sagemaker/feature_group.h"

#include "aws/arn.h"
#include "base/digest.h"
#include "services/sagemaker/feature_offline.h"
#include "services/sagemaker/listing.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/s3_access.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"

#define FEATURES_MOST   2500 /* "Quotas, naming rules and data types" of Feature Store */
#define DESCRIBED_MOST  2500
#define PARAMETERS_MOST 25

const struct table_def feature_group_table = { .name = "sagemaker.feature_group", .indexes = listing_indexes };
const struct table_def feature_record_table = { .name = "sagemaker.feature_record" };
const struct table_def feature_write_table = { .name = "sagemaker.feature_write" };

/* ---- its life ---- */

static void drop_rows(struct world *world, struct scope scope, const struct table_def *table, struct str prefix)
{
    struct cursor at = store_seek_from(world->store, scope, table, NULL, prefix);
    while (store_next_within(&at, prefix))
        store_delete(world->store, scope, table, at.key);
}

static const char *arrive(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to)
{
    if (to)
        return NULL;
    struct arena *arena = arena_new();
    struct str prefix = str_of(arena_printf(arena, "%.*s/", STR_ARG(key)));
    drop_rows(world, scope, &feature_record_table, prefix);
    drop_rows(world, scope, &feature_write_table, prefix);
    arena_free(arena);
    return NULL;
}

static const struct lifecycle_step steps[] = {
    { "Creating", "Created", 15 * 1000 },
    { "Deleting", NULL, 10 * 1000 },
    { 0 },
};
const struct lifecycle_def feature_group_lifecycle = {
    .table = &feature_group_table, .status = "status", .topic = FEATURE_GROUP_TOPIC, .steps = steps, .arrive = arrive
};

/* ---- which ---- */

static struct str key_of(struct arena *arena, struct str name_or_arn)
{
    struct arn arn;
    struct str name = name_or_arn;
    if (arn_parse(name_or_arn, &arn))
        str_cut(arn.resource, '/', &name);
    return sagemaker_key(arena, name);
}

struct json *feature_group_get(struct world *world, struct scope scope, struct str name_or_arn)
{
    struct arena *arena = arena_new_sized(512);
    struct json *row = store_get(world->store, scope, &feature_group_table, key_of(arena, name_or_arn));
    arena_free(arena);
    return row;
}

/* As GitHub's aws/sagemaker-python-sdk, issue 2606, tells it. */
char *feature_group_absent(struct call *call, struct str name_or_arn)
{
    return arena_printf(call->arena, "Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name %.*s",
                        STR_ARG(name_or_arn));
}

static struct json *group_of_call(struct call *call)
{
    struct str name = input_str(call, "FeatureGroupName");
    struct json *row = feature_group_get(call->world, call_scope(call), name);
    if (!row)
        call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "%s", feature_group_absent(call, name));
    return row;
}

const cJSON *feature_definition(const cJSON *group_row, struct str feature)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(group_row, "features"))
    {
        if (str_equal(json_str(one, "FeatureName"), feature))
            return one;
    }
    return NULL;
}

bool feature_group_is_online(const cJSON *group_row)
{
    return json_bool(json_get(json_get(group_row, "input"), "OnlineStoreConfig"), "EnableOnlineStore", false);
}

bool feature_group_is_offline(const cJSON *group_row)
{
    return json_get(json_get(group_row, "input"), "OfflineStoreConfig") != NULL;
}

struct str feature_record_key(struct arena *arena, const cJSON *group_row, struct str identifier)
{
    char hex[2 * SHA256_BYTES + 1];
    digest_sha256_hex(identifier, hex);
    return str_of(arena_printf(arena, "%s/%.32s", sagemaker_key(arena, json_str(group_row, "name")).at, hex));
}

/* ---- CreateFeatureGroup; sentences are ours, in AWS's shape ---- */

static const cJSON *find(const cJSON *definitions, struct str name)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, definitions)
    {
        if (str_equal(json_str(one, "FeatureName"), name))
            return one;
    }
    return NULL;
}

static bool check_names(struct call *call, const cJSON *definitions)
{
    static const char *const reserved[] = { "is_deleted", "write_time", "api_invocation_time" };
    const cJSON *one;
    cJSON_ArrayForEach(one, definitions)
    {
        struct str name = json_str(one, "FeatureName");
        bool taken = find(one->next, name) != NULL;
        for (size_t i = 0; i < 3; i++)
            taken = taken || str_equal_ignoring_case(name, str_of(reserved[i]));
        for (const cJSON *other = one->next; other && !taken; other = other->next)
            taken = str_equal(json_str(other, "FeatureName"), name);
        if (!taken)
            continue;
        call_fail(call, &ERROR_VALIDATION, "Validation Error: the feature name '%.*s' is reserved or given twice.",
                  STR_ARG(name));
        return false;
    }
    return true;
}

static bool check_features(struct call *call)
{
    const cJSON *definitions = json_get(call->input, "FeatureDefinitions");
    const cJSON *identifier = find(definitions, input_str(call, "RecordIdentifierFeatureName"));
    const cJSON *event = find(definitions, input_str(call, "EventTimeFeatureName"));
    if (!identifier)
        call_fail(call, &ERROR_VALIDATION,
                  "Validation Error: RecordIdentifierFeatureName '%s' is not among the FeatureDefinitions.",
                  input_string(call, "RecordIdentifierFeatureName"));
    else if (!event)
        call_fail(call, &ERROR_VALIDATION,
                  "Validation Error: EventTimeFeatureName '%s' is not among the FeatureDefinitions.",
                  input_string(call, "EventTimeFeatureName"));
    else if (str_is(json_str(event, "FeatureType"), "Integral"))
        call_fail(call, &ERROR_VALIDATION,
                  "Validation Error: the EventTime feature '%s' must be of type Fractional or String.",
                  input_string(call, "EventTimeFeatureName"));
    else
        return check_names(call, definitions);
    return false;
}

static bool check_stores(struct call *call)
{
    const cJSON *offline = json_get(call->input, "OfflineStoreConfig");
    bool online = json_bool(json_get(call->input, "OnlineStoreConfig"), "EnableOnlineStore", false);
    struct str bucket, key, url = json_str(json_get(offline, "S3StorageConfig"), "S3Uri");
    if (!online && !offline)
        call_fail(call, &ERROR_VALIDATION,
                  "Validation Error: at least one of OnlineStoreConfig and OfflineStoreConfig must be enabled.");
    else if (offline && !input_has(call, "RoleArn"))
        call_fail(call, &ERROR_VALIDATION,
                  "Validation Error: RoleArn is required when OfflineStoreConfig is provided.");
    else if (offline && !s3_url_parse(url, &bucket, &key))
        call_fail(call, &ERROR_VALIDATION, "Validation Error: S3 URI \"%.*s\" is not valid.", STR_ARG(url));
    else if (str_is(json_str(offline, "TableFormat"), "Iceberg"))
        call_fail(call, &ERROR_VALIDATION, "This practice cloud writes offline stores in the table format Glue alone.");
    else
        return !input_has(call, "RoleArn") || sagemaker_role_check(call, input_str(call, "RoleArn"));
    return false;
}

static void resolve_offline(struct call *call, cJSON *row, cJSON *input)
{
    cJSON *offline = cJSON_GetObjectItemCaseSensitive(input, "OfflineStoreConfig");
    struct str name = input_str(call, "FeatureGroupName");
    struct str url = json_str(json_get(offline, "S3StorageConfig"), "S3Uri");
    long long created_s = json_int64(row, "created", 0) / 1000;
    if (!offline)
        return;
    while (url.length && url.at[url.length - 1] == '/')
        url.length--;
    json_set_string(row, "resolved",
                    arena_printf(call->arena, "%.*s/%s/sagemaker/%s/offline-store/%.*s-%lld/data", STR_ARG(url),
                                 call->caller.account, call->region, STR_ARG(name), created_s));
    json_set_string(row, "offline", "Active");
    if (json_bool(offline, "DisableGlueTableCreation", false) || json_get(offline, "DataCatalogConfig"))
        return;
    cJSON *catalog = cJSON_CreateObject();
    char *table = arena_printf(call->arena, "%.*s_%lld", STR_ARG(name), created_s);
    for (char *at = table; *at; at++)
        *at = *at == '-' ? '_' : *at;
    json_set_string(catalog, "TableName", sagemaker_key(call->arena, str_of(table)).at);
    json_set_string(catalog, "Catalog", "AwsDataCatalog");
    json_set_string(catalog, "Database", "sagemaker_featurestore");
    json_set(offline, "DataCatalogConfig", catalog);
}

enum outcome create_feature_group(struct call *call)
{
    struct str name = input_str(call, "FeatureGroupName"), key = sagemaker_key(call->arena, name);
    struct str arn = str_of(sagemaker_arn(call->arena, call_scope(call), "feature-group", key));
    if (feature_group_get(call->world, call_scope(call), name))
        return call_fail(
            call, &SAGEMAKER_RESOURCE_IN_USE,
            "Resource Already Exists: FeatureGroup with name %.*s already exists. Choose a different name.",
            STR_ARG(name));
    if (!check_features(call) || !check_stores(call) || !sagemaker_tag_check(call, arn))
        return CALL_FAILED;
    int64_t now_ms = clock_now(call->world->clock);
    cJSON *row = cJSON_CreateObject(), *input = sagemaker_kept_input(call);
    json_set_str(row, "name", name);
    json_set_str(row, "arn", arn);
    json_set_int64(row, "created", now_ms);
    json_set_int64(row, "modified", now_ms);
    json_set_string(row, "status", "Creating");
    json_set(row, "features", json_thaw(json_get(input, "FeatureDefinitions")));
    resolve_offline(call, row, input);
    json_set(row, "input", input);
    store_put(call->world->store, call_scope(call), &feature_group_table, key, json_seal(row));
    lifecycle_begin(call->world, &feature_group_lifecycle, call_scope(call), key);
    sagemaker_tag_put(call, arn);
    output_str(call, "FeatureGroupArn", arn);
    return CALL_DONE;
}

/* ---- DescribeFeatureGroup ---- */

static cJSON *offline_status(const cJSON *row)
{
    cJSON *status = cJSON_CreateObject();
    json_set_str(status, "Status", json_str(row, "offline"));
    json_set_string(status, "BlockedReason", json_string(row, "blocked"));
    return status;
}

static void output_features(struct call *call, const cJSON *features)
{
    int64_t first = 0, at = 0;
    const cJSON *one;
    cJSON *page = cJSON_CreateArray();
    str_to_int64(input_str(call, "NextToken"), &first);
    cJSON_ArrayForEach(one, features)
    {
        if (at++ >= first && cJSON_GetArraySize(page) < DESCRIBED_MOST)
            json_add(page, json_thaw(one));
    }
    bool more = at > first + DESCRIBED_MOST;
    output_json(call, "FeatureDefinitions", page);
    output_string(call, "NextToken", more ? arena_printf(call->arena, "%lld", (long long)first + DESCRIBED_MOST) : "");
}

enum outcome describe_feature_group(struct call *call)
{
    struct json *kept = group_of_call(call);
    if (!kept)
        return CALL_FAILED;
    const cJSON *row = json_root(kept);
    sagemaker_output_members(call, json_get(row, "input"));
    output_str(call, "FeatureGroupArn", json_str(row, "arn"));
    output_str(call, "FeatureGroupStatus", json_str(row, "status"));
    sagemaker_set_time(call_output(call), "CreationTime", row, "created");
    sagemaker_set_time(call_output(call), "LastModifiedTime", row, "modified");
    if (json_get(row, "resolved")) {
        cJSON *storage = cJSON_GetObjectItemCaseSensitive(
            cJSON_GetObjectItemCaseSensitive(call_output(call), "OfflineStoreConfig"), "S3StorageConfig");
        json_set_str(storage, "ResolvedOutputS3Uri", json_str(row, "resolved"));
        output_json(call, "OfflineStoreStatus", offline_status(row));
    }
    if (json_get(row, "updated")) {
        cJSON *update = cJSON_CreateObject();
        json_set_string(update, "Status", "Successful");
        output_json(call, "LastUpdateStatus", update);
    }
    output_features(call, json_get(row, "features"));
    return CALL_DONE;
}

/* ---- UpdateFeatureGroup ---- */

static bool check_additions(struct call *call, const cJSON *row)
{
    const cJSON *additions = json_get(call->input, "FeatureAdditions"), *one;
    if (cJSON_GetArraySize(json_get(row, "features")) + cJSON_GetArraySize(additions) > FEATURES_MOST) {
        call_fail(call, &SAGEMAKER_RESOURCE_LIMIT_EXCEEDED, "A FeatureGroup has at most %d features.", FEATURES_MOST);
        return false;
    }
    cJSON_ArrayForEach(one, additions)
    {
        if (!find(json_get(row, "features"), json_str(one, "FeatureName")))
            continue;
        call_fail(call, &ERROR_VALIDATION, "Validation Error: the feature '%s' already exists in the FeatureGroup.",
                  json_string(one, "FeatureName"));
        return false;
    }
    return check_names(call, additions);
}

static void update_input(struct call *call, cJSON *row)
{
    cJSON *input = cJSON_GetObjectItemCaseSensitive(row, "input");
    const cJSON *ttl = json_get(json_get(call->input, "OnlineStoreConfig"), "TtlDuration");
    cJSON *online = cJSON_GetObjectItemCaseSensitive(input, "OnlineStoreConfig");
    if (ttl && online)
        json_set(online, "TtlDuration", json_thaw(ttl));
    if (input_has(call, "ThroughputConfig"))
        json_set(input, "ThroughputConfig", json_thaw(json_get(call->input, "ThroughputConfig")));
}

enum outcome update_feature_group(struct call *call)
{
    struct json *kept = group_of_call(call);
    if (!kept)
        return CALL_FAILED;
    if (!str_is(json_str(json_root(kept), "status"), "Created"))
        return call_fail(call, &ERROR_VALIDATION, "Validation Error: the FeatureGroup is in status %s.",
                         json_string(json_root(kept), "status"));
    if (!check_additions(call, json_root(kept)))
        return CALL_FAILED;
    cJSON *row = json_thaw(json_root(kept)), *features = cJSON_GetObjectItemCaseSensitive(row, "features");
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(call->input, "FeatureAdditions"))
    {
        json_add(features, json_thaw(one));
    }
    update_input(call, row);
    json_set_bool(row, "updated", true);
    json_set_int64(row, "modified", clock_now(call->world->clock));
    struct str arn = arena_str(call->arena, json_str(row, "arn")),
               key = sagemaker_key(call->arena, json_str(row, "name"));
    store_put(call->world->store, call_scope(call), &feature_group_table, key, json_seal(row));
    output_str(call, "FeatureGroupArn", arn);
    return CALL_DONE;
}

/* ---- DeleteFeatureGroup ---- */

enum outcome delete_feature_group(struct call *call)
{
    struct json *kept = group_of_call(call);
    if (!kept)
        return CALL_FAILED;
    struct str arn = arena_str(call->arena, json_str(json_root(kept), "arn")),
               key = sagemaker_key(call->arena, json_str(json_root(kept), "name"));
    if (str_is(json_str(json_root(kept), "status"), "Deleting"))
        return CALL_DONE;
    sagemaker_tag_drop(call->world, call_scope(call), arn);
    feature_offline_stop(call->world, call_scope(call), key);
    lifecycle_move(call->world, &feature_group_lifecycle, call_scope(call), key, "Deleting");
    return CALL_DONE;
}

/* ---- ListFeatureGroups ---- */

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    json_set_str(item, "FeatureGroupName", json_str(row, "name"));
    json_set_str(item, "FeatureGroupArn", json_str(row, "arn"));
    json_set_str(item, "FeatureGroupStatus", json_str(row, "status"));
    sagemaker_set_time(item, "CreationTime", row, "created");
    if (json_get(row, "offline"))
        json_set(item, "OfflineStoreStatus", offline_status(row));
    return item;
}

static bool is_wanted(struct call *call, const cJSON *row)
{
    struct str status = input_str(call, "FeatureGroupStatusEquals"),
               offline = input_str(call, "OfflineStoreStatusEquals");
    return (!status.length || str_equal(json_str(row, "status"), status)) &&
           (!offline.length || str_equal(json_str(row, "offline"), offline));
}

enum outcome list_feature_groups(struct call *call)
{
    const struct listing listing = {
        .table = &feature_group_table, .member = "FeatureGroupSummaries", .item = summary, .wanted = is_wanted
    };
    return sagemaker_list(call, &listing);
}

/* ---- metadata of a feature ---- */

static enum outcome feature_of_call(struct call *call, struct json **ret_group, const cJSON **ret_definition)
{
    *ret_group = group_of_call(call);
    if (!*ret_group)
        return CALL_FAILED;
    *ret_definition = feature_definition(json_root(*ret_group), input_str(call, "FeatureName"));
    if (*ret_definition)
        return CALL_DONE;
    return call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND,
                     "Resource Not Found: Amazon SageMaker can't find a feature with name %s in FeatureGroup %s",
                     input_string(call, "FeatureName"), json_string(json_root(*ret_group), "name"));
}

enum outcome describe_feature_metadata(struct call *call)
{
    struct json *kept;
    const cJSON *definition;
    if (feature_of_call(call, &kept, &definition) != CALL_DONE)
        return CALL_FAILED;
    const cJSON *row = json_root(kept),
                *metadata = json_get(json_get(row, "metadata"), input_string(call, "FeatureName"));
    const cJSON *parameters = json_get(metadata, "Parameters");
    output_str(call, "FeatureGroupArn", json_str(row, "arn"));
    output_str(call, "FeatureGroupName", json_str(row, "name"));
    output_str(call, "FeatureName", json_str(definition, "FeatureName"));
    output_str(call, "FeatureType", json_str(definition, "FeatureType"));
    sagemaker_set_time(call_output(call), "CreationTime", row, "created");
    sagemaker_set_time(call_output(call), "LastModifiedTime", metadata ? metadata : row,
                       metadata ? "modified" : "created");
    output_string(call, "Description", json_string(metadata, "Description"));
    output_json(call, "Parameters", parameters ? json_thaw(parameters) : cJSON_CreateArray());
    return CALL_DONE;
}

static bool is_removed(struct call *call, struct str key)
{
    const cJSON *name, *addition;
    cJSON_ArrayForEach(name, json_get(call->input, "ParameterRemovals"))
    {
        if (str_equal(json_value(name), key))
            return true;
    }
    cJSON_ArrayForEach(addition, json_get(call->input, "ParameterAdditions"))
    {
        if (str_equal(json_str(addition, "Key"), key))
            return true;
    }
    return false;
}

static cJSON *new_parameters(struct call *call, const cJSON *old)
{
    cJSON *parameters = cJSON_CreateArray();
    const cJSON *one;
    cJSON_ArrayForEach(one, old)
    {
        if (!is_removed(call, json_str(one, "Key")))
            json_add(parameters, json_thaw(one));
    }
    cJSON_ArrayForEach(one, json_get(call->input, "ParameterAdditions"))
    {
        json_add(parameters, json_thaw(one));
    }
    return parameters;
}

enum outcome update_feature_metadata(struct call *call)
{
    struct json *kept;
    const cJSON *definition;
    if (feature_of_call(call, &kept, &definition) != CALL_DONE)
        return CALL_FAILED;
    const char *name = input_string(call, "FeatureName");
    cJSON *row = json_thaw(json_root(kept)), *all = cJSON_GetObjectItemCaseSensitive(row, "metadata");
    if (!all) {
        all = cJSON_CreateObject();
        json_set(row, "metadata", all);
    }
    const cJSON *old = json_get(all, name);
    cJSON *metadata = old ? json_thaw(old) : cJSON_CreateObject();
    json_set(metadata, "Parameters", new_parameters(call, json_get(old, "Parameters")));
    bool many = cJSON_GetArraySize(json_get(metadata, "Parameters")) > PARAMETERS_MOST;
    if (input_has(call, "Description"))
        json_set_string(metadata, "Description", input_string(call, "Description"));
    json_set_int64(metadata, "modified", clock_now(call->world->clock));
    json_set(all, name, metadata);
    if (many) {
        cJSON_Delete(row);
        return call_fail(call, &ERROR_VALIDATION, "Validation Error: a feature has at most %d parameters.",
                         PARAMETERS_MOST);
    }
    store_put(call->world->store, call_scope(call), &feature_group_table,
              sagemaker_key(call->arena, json_str(json_root(kept), "name")), json_seal(row));
    return CALL_DONE;
}
