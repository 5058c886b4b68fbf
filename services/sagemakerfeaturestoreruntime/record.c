#include "services/sagemakerfeaturestoreruntime/record.h"

#include <math.h>

#include "base/time.h"
#include "services/sagemaker/analysis/dataset.h"
#include "services/sagemaker/feature_group.h"
#include "services/sagemaker/feature_offline.h"
#include "services/sagemakerfeaturestoreruntime/sagemakerfeaturestoreruntime_model.h"

/* A record's values: "Quotas, naming rules and data types" says 350 KB. */
#define RECORD_MOST ((size_t)350 * 1024)

__attribute__((format(printf, 2, 3))) static enum outcome refuse(struct call *call, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(call->arena, format, args);
    va_end(args);
    return call_fail_with(call, &SAGEMAKERFEATURESTORERUNTIME_VALIDATION_ERROR, str_of(text));
}

/* ---- which group; sentences are ours but for that of an absent one ---- */

static struct json *group_of_call(struct call *call)
{
    struct str name = input_str(call, "FeatureGroupName");
    struct json *group = feature_group_get(call->world, call_scope(call), name);
    struct str status = group ? json_str(json_root(group), "status") : STR_NONE;
    bool reads = strcmp(call->operation->name, "GetRecord") == 0;
    if (!group)
        call_fail(call,
                  reads ? &SAGEMAKERFEATURESTORERUNTIME_RESOURCE_NOT_FOUND
                        : &SAGEMAKERFEATURESTORERUNTIME_VALIDATION_ERROR,
                  "%s", feature_group_absent(call, name));
    else if (!str_is(status, "Created"))
        refuse(call, "Validation Error: FeatureGroup %.*s is in status %.*s.", STR_ARG(name), STR_ARG(status));
    else
        return group;
    return NULL;
}

static bool is_wanted_store(const struct call *call, const char *name)
{
    const cJSON *one, *stores = json_get(call->input, "TargetStores");
    cJSON_ArrayForEach(one, stores)
    {
        if (str_is(json_value(one), name))
            return true;
    }
    return !stores || !stores->child;
}

struct target {
    bool online, offline;
};

static bool find_target(struct call *call, const cJSON *group, struct target *ret_target)
{
    bool has_online = feature_group_is_online(group), has_offline = feature_group_is_offline(group);
    bool named = json_get(call->input, "TargetStores") != NULL;
    *ret_target = (struct target){ is_wanted_store(call, "OnlineStore"), is_wanted_store(call, "OfflineStore") };
    if (named && ((ret_target->online && !has_online) || (ret_target->offline && !has_offline))) {
        refuse(call, "Validation Error: the FeatureGroup has no %s, which TargetStores names.",
               ret_target->online && !has_online ? "OnlineStore" : "OfflineStore");
        return false;
    }
    ret_target->online = ret_target->online && has_online;
    ret_target->offline = ret_target->offline && has_offline;
    return true;
}

/* ---- event times ---- */

/* Seconds since 1970 of a Fractional feature, ISO-8601 of a String one: "yyyy-MM-dd'T'HH:mm:ssZ", also with milliseconds. */
static bool read_event_time(struct call *call, const cJSON *group, struct str text, int64_t *ret_ms)
{
    struct str name = json_str(json_get(group, "input"), "EventTimeFeatureName");
    bool fractional = str_is(json_str(feature_definition(group, name), "FeatureType"), "Fractional");
    double seconds;
    if (fractional && dataset_number(text, &seconds) && isfinite(seconds) && fabs(seconds) < 1e11) {
        *ret_ms = (int64_t)(seconds * 1000);
        return true;
    }
    if (!fractional && time_parse_iso(text, ret_ms))
        return true;
    refuse(call, "Validation Error: the EventTime '%.*s' of feature %.*s is not %s.", STR_ARG(text), STR_ARG(name),
           fractional ? "a number of seconds since 1970" : "an ISO-8601 time as yyyy-MM-dd'T'HH:mm:ssZ");
    return false;
}

static int64_t expiry_ms(const cJSON *ttl, int64_t event_ms)
{
    static const struct {
        const char *unit;
        int64_t seconds;
    } units[] = { { "Seconds", 1 }, { "Minutes", 60 }, { "Hours", 3600 }, { "Days", 86400 }, { "Weeks", 604800 } };
    for (size_t i = 0; ttl && i < sizeof units / sizeof *units; i++) {
        if (str_is(json_str(ttl, "Unit"), units[i].unit))
            return event_ms + json_int64(ttl, "Value", 0) * units[i].seconds * 1000;
    }
    return 0;
}

/* ---- PutRecord ---- */

static bool check_value(struct call *call, const cJSON *group, const cJSON *value)
{
    struct str name = json_str(value, "FeatureName"), text = json_str(value, "ValueAsString");
    const cJSON *definition = feature_definition(group, name);
    struct str type = json_str(definition, "FeatureType");
    int64_t integer;
    double number;
    if (!definition)
        refuse(call, "Validation Error: FeatureName [%.*s] is not in the FeatureGroup.", STR_ARG(name));
    else if (!json_get(definition, "CollectionType") != !json_get(value, "ValueAsStringList"))
        refuse(call, "Validation Error: feature [%.*s] wants %s.", STR_ARG(name),
               json_get(definition, "CollectionType") ? "ValueAsStringList" : "ValueAsString");
    else if ((str_is(type, "Integral") && text.at && !str_to_int64(text, &integer)) ||
             (str_is(type, "Fractional") && text.at && !dataset_number(text, &number)))
        refuse(call, "Validation Error: the value of feature [%.*s] is not of type %.*s.", STR_ARG(name),
               STR_ARG(type));
    else
        return true;
    return false;
}

static const cJSON *value_of(const cJSON *record, struct str feature)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, record)
    {
        if (str_equal(json_str(one, "FeatureName"), feature))
            return one;
    }
    return NULL;
}

static bool check_record(struct call *call, const cJSON *group, const cJSON *record)
{
    const cJSON *one, *input = json_get(group, "input");
    size_t bytes = 0;
    static const char *const needed[] = { "RecordIdentifierFeatureName", "EventTimeFeatureName" };
    cJSON_ArrayForEach(one, record)
    {
        bytes += json_str(one, "ValueAsString").length;
        if (!check_value(call, group, one))
            return false;
        for (const cJSON *other = one->next; other; other = other->next) {
            if (!str_equal(json_str(other, "FeatureName"), json_str(one, "FeatureName")))
                continue;
            refuse(call, "Validation Error: FeatureName [%s] is given twice.", json_string(one, "FeatureName"));
            return false;
        }
    }
    for (size_t i = 0; i < 2; i++) {
        if (json_str(value_of(record, json_str(input, needed[i])), "ValueAsString").length)
            continue;
        refuse(call, "Validation Error: the record has no value of the %s feature [%s].",
               i == 0 ? "record identifier" : "event time", json_string(input, needed[i]));
        return false;
    }
    if (bytes <= RECORD_MOST)
        return true;
    refuse(call, "Validation Error: the record is larger than %zu bytes.", RECORD_MOST);
    return false;
}

/* Who comes with an older event time does not take the place of a newer one ("Ingesting out of order"). */
static bool is_newest(struct call *call, struct str key, int64_t event_ms)
{
    struct json *old = store_get(call->world->store, call_scope(call), &feature_record_table, key);
    return !old || json_int64(json_root(old), "at", 0) <= event_ms;
}

static void put_online(struct call *call, struct str key, int64_t event_ms, int64_t expires_ms,
                       cJSON *record_taken_or_null)
{
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "at", event_ms);
    if (expires_ms)
        json_set_int64(row, "expires", expires_ms);
    if (record_taken_or_null)
        json_set(row, "record", record_taken_or_null);
    else
        json_set_bool(row, "deleted", true);
    store_put(call->world->store, call_scope(call), &feature_record_table, key, json_seal(row));
}

enum outcome put_record(struct call *call)
{
    struct json *kept = group_of_call(call);
    struct target target;
    int64_t event_ms;
    if (!kept)
        return CALL_FAILED;
    const cJSON *group = json_root(kept), *input = json_get(group, "input"), *record = json_get(call->input, "Record");
    if (!find_target(call, group, &target) || !check_record(call, group, record))
        return CALL_FAILED;
    struct str identifier = json_str(value_of(record, json_str(input, "RecordIdentifierFeatureName")), "ValueAsString");
    struct str event = json_str(value_of(record, json_str(input, "EventTimeFeatureName")), "ValueAsString");
    if (!read_event_time(call, group, event, &event_ms))
        return CALL_FAILED;
    const cJSON *own = json_get(call->input, "TtlDuration"),
                *ttl = own ? own : json_get(json_get(input, "OnlineStoreConfig"), "TtlDuration");
    struct str key = feature_record_key(call->arena, group, identifier);
    if (target.online && is_newest(call, key, event_ms))
        put_online(call, key, event_ms, expiry_ms(ttl, event_ms), json_thaw(record));
    if (target.offline)
        feature_offline_add(call->world, call_scope(call), group, event_ms, false, json_thaw(record));
    return CALL_DONE;
}

/* ---- GetRecord, BatchGetRecord ---- */

static const cJSON *live_record(struct call *call, const cJSON *group, struct str identifier, const cJSON **ret_row)
{
    struct json *kept = store_get(call->world->store, call_scope(call), &feature_record_table,
                                  feature_record_key(call->arena, group, identifier));
    const cJSON *row = kept ? json_root(kept) : NULL;
    int64_t expires_ms = json_int64(row, "expires", 0);
    *ret_row = row;
    if (expires_ms && expires_ms <= clock_now(call->world->clock))
        return NULL;
    return json_get(row, "record");
}

static bool is_asked_for(const cJSON *names, struct str feature)
{
    const cJSON *name;
    cJSON_ArrayForEach(name, names)
    {
        if (str_equal(json_value(name), feature))
            return true;
    }
    return !names || !names->child;
}

static cJSON *chosen(const cJSON *record, const cJSON *names)
{
    cJSON *list = cJSON_CreateArray();
    const cJSON *one;
    cJSON_ArrayForEach(one, record)
    {
        if (is_asked_for(names, json_str(one, "FeatureName")))
            json_add(list, json_thaw(one));
    }
    return list;
}

static void set_expiry(struct call *call, cJSON *to, const cJSON *row)
{
    char text[32];
    if (!str_is(input_str(call, "ExpirationTimeResponse"), "Enabled") || !json_get(row, "expires"))
        return;
    time_print_iso(json_int64(row, "expires", 0), false, text);
    json_set_string(to, "ExpiresAt", text);
}

enum outcome get_record(struct call *call)
{
    struct json *kept = group_of_call(call);
    const cJSON *row, *names = json_get(call->input, "FeatureNames"), *name;
    if (!kept)
        return CALL_FAILED;
    const cJSON *group = json_root(kept);
    if (!feature_group_is_online(group))
        return refuse(call, "Validation Error: the FeatureGroup has no OnlineStore.");
    cJSON_ArrayForEach(name, names)
    {
        if (!feature_definition(group, json_value(name)))
            return refuse(call, "Validation Error: FeatureName [%s] is not in the FeatureGroup.", name->valuestring);
    }
    const cJSON *record = live_record(call, group, input_str(call, "RecordIdentifierValueAsString"), &row);
    if (!record)
        return CALL_DONE;
    output_json(call, "Record", chosen(record, names));
    set_expiry(call, call_output(call), row);
    return CALL_DONE;
}

static void add_error(cJSON *errors, struct str group, struct str identifier, const char *code, const char *message)
{
    cJSON *error = cJSON_CreateObject();
    json_set_str(error, "FeatureGroupName", group);
    json_set_str(error, "RecordIdentifierValueAsString", identifier);
    json_set_string(error, "ErrorCode", code);
    json_set_string(error, "ErrorMessage", message);
    json_add(errors, error);
}

static void get_one(struct call *call, const cJSON *asked, struct str identifier, cJSON *records, cJSON *errors)
{
    const cJSON *row, *record;
    struct str name = json_str(asked, "FeatureGroupName");
    struct json *kept = feature_group_get(call->world, call_scope(call), name);
    if (!kept) {
        add_error(errors, name, identifier, "ResourceNotFound", feature_group_absent(call, name));
        return;
    }
    if (!feature_group_is_online(json_root(kept))) {
        add_error(errors, name, identifier, "ValidationError",
                  "Validation Error: the FeatureGroup has no OnlineStore.");
        return;
    }
    if (!(record = live_record(call, json_root(kept), identifier, &row)))
        return;
    cJSON *item = cJSON_CreateObject();
    json_set_str(item, "FeatureGroupName", name);
    json_set_str(item, "RecordIdentifierValueAsString", identifier);
    json_set(item, "Record", chosen(record, json_get(asked, "FeatureNames")));
    set_expiry(call, item, row);
    json_add(records, item);
}

enum outcome batch_get_record(struct call *call)
{
    const cJSON *asked, *identifier;
    cJSON *records = cJSON_CreateArray(), *errors = cJSON_CreateArray();
    cJSON_ArrayForEach(asked, json_get(call->input, "Identifiers"))
    {
        cJSON_ArrayForEach(identifier, json_get(asked, "RecordIdentifiersValueAsString"))
        {
            get_one(call, asked, json_value(identifier), records, errors);
        }
    }
    output_json(call, "Records", records);
    output_json(call, "Errors", errors);
    output_json(call, "UnprocessedIdentifiers", cJSON_CreateArray());
    return CALL_DONE;
}

/* ---- DeleteRecord ---- */

/* The offline store is told of it with the identifier and the time alone. */
static cJSON *deletion(const cJSON *group, struct str identifier, struct str event)
{
    const cJSON *input = json_get(group, "input");
    cJSON *record = cJSON_CreateArray();
    const struct {
        const char *member;
        struct str value;
    } values[] = { { "RecordIdentifierFeatureName", identifier }, { "EventTimeFeatureName", event } };
    for (size_t i = 0; i < 2; i++) {
        cJSON *value = cJSON_CreateObject();
        json_set_str(value, "FeatureName", json_str(input, values[i].member));
        json_set_str(value, "ValueAsString", values[i].value);
        json_add(record, value);
    }
    return record;
}

/* A soft deletion leaves its event time, so that older records do not come back; a hard one nothing. */
enum outcome delete_record(struct call *call)
{
    struct json *kept = group_of_call(call);
    struct target target;
    int64_t event_ms;
    if (!kept)
        return CALL_FAILED;
    const cJSON *group = json_root(kept);
    struct str identifier = input_str(call, "RecordIdentifierValueAsString"), event = input_str(call, "EventTime");
    bool hard = str_is(input_str(call, "DeletionMode"), "HardDelete");
    if (!find_target(call, group, &target) || !read_event_time(call, group, event, &event_ms))
        return CALL_FAILED;
    struct str key = feature_record_key(call->arena, group, identifier);
    if (target.online && is_newest(call, key, event_ms)) {
        if (hard)
            store_delete(call->world->store, call_scope(call), &feature_record_table, key);
        else
            put_online(call, key, event_ms, 0, NULL);
    }
    if (target.offline)
        feature_offline_add(call->world, call_scope(call), group, event_ms, true, deletion(group, identifier, event));
    return CALL_DONE;
}
