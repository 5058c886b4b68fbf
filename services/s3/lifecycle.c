/* Lifecycle rules: what PutBucketLifecycleConfiguration refuses, and with which sentence. */
#include "base/time.h"
#include "services/s3/configuration_check.h"
#include "services/s3/fault.h"

#define RULES_MOST    1000
#define RULE_ID_MOST  255
#define DAY_MS        ((int64_t)24 * 3600 * 1000)
#define IA_DAYS_LEAST 30

static bool refuse_argument(struct call *call, const char *sentence)
{
    call_fail_with(call, FAULT_INVALID_ARGUMENT.kind, str_of(sentence));
    return false;
}

static bool refuse_request(struct call *call, const char *sentence)
{
    call_fail_with(call, FAULT_INVALID_REQUEST.kind, str_of(sentence));
    return false;
}

/* "'Days' for Expiration action must be a positive integer" */
static bool days_are_positive(struct call *call, const cJSON *action, const char *member, const char *name)
{
    if (!json_get(action, member) || json_int64(action, member, 0) > 0)
        return true;
    return refuse_argument(call,
                           arena_printf(call->arena, "'%s' for %s action must be a positive integer", member, name));
}

static bool date_is_midnight(struct call *call, const cJSON *action)
{
    const cJSON *date = json_get(action, "Date");
    if (!date || json_to_time(date) % DAY_MS == 0)
        return true;
    return refuse_argument(call, "'Date' must be at midnight GMT");
}

/* ---- filters ---- */

static bool filter_is_good(struct call *call, const cJSON *rule)
{
    const cJSON *filter = json_get(rule, "Filter"), *prefix = json_get(rule, "Prefix"), *member;
    if (!filter == !prefix)
        return refuse_xml(call);
    int members = 0;
    cJSON_ArrayForEach(member, filter) members++;
    if (members > 1)
        return refuse_xml(call);
    const cJSON *all = json_get(filter, "And");
    if (!all)
        return true;
    int conditions = cJSON_GetArraySize(json_get(all, "Tags")) + (json_get(all, "Prefix") != NULL) +
                     (json_get(all, "ObjectSizeGreaterThan") != NULL) + (json_get(all, "ObjectSizeLessThan") != NULL);
    return conditions > 1 || refuse_xml(call);
}

static bool filters_by_tag(const cJSON *rule)
{
    const cJSON *filter = json_get(rule, "Filter");
    return json_get(filter, "Tag") || cJSON_GetArraySize(json_get(json_get(filter, "And"), "Tags")) > 0;
}

static bool filters_by_size(const cJSON *rule)
{
    const cJSON *filter = json_get(rule, "Filter"), *all = json_get(filter, "And");
    return json_get(filter, "ObjectSizeGreaterThan") || json_get(filter, "ObjectSizeLessThan") ||
           json_get(all, "ObjectSizeGreaterThan") || json_get(all, "ObjectSizeLessThan");
}

/* As S3's sentences name a rule: "(prefix=logs/)". */
static const char *filter_told(struct call *call, const cJSON *rule)
{
    struct str prefix = json_str(rule, "Prefix");
    const cJSON *filter = json_get(rule, "Filter");
    if (!prefix.at)
        prefix = json_str(filter, "Prefix");
    if (!prefix.at)
        prefix = json_str(json_get(filter, "And"), "Prefix");
    return arena_printf(call->arena, "(prefix=%.*s)", (int)prefix.length, prefix.at ? prefix.at : "");
}

/* ---- actions ---- */

static bool expiration_is_good(struct call *call, const cJSON *rule)
{
    const cJSON *expiration = json_get(rule, "Expiration"), *marker = json_get(expiration, "ExpiredObjectDeleteMarker");
    if (!expiration)
        return true;
    int said = (json_get(expiration, "Days") != NULL) + (json_get(expiration, "Date") != NULL) + (marker != NULL);
    if (said != 1)
        return refuse_xml(call);
    if (marker && filters_by_tag(rule))
        return refuse_request(call, "ExpiredObjectDeleteMarker cannot be specified with Tags.");
    return days_are_positive(call, expiration, "Days", "Expiration") && date_is_midnight(call, expiration);
}

static bool is_infrequent(struct str class)
{
    return str_is(class, "STANDARD_IA") || str_is(class, "ONEZONE_IA");
}

static bool transition_is_good(struct call *call, const cJSON *transition, const char *days, const char *name)
{
    struct str class = json_str(transition, "StorageClass");
    if (!class.at)
        return refuse_xml(call);
    int64_t after = json_int64(transition, days, IA_DAYS_LEAST);
    if (after < 0)
        return refuse_argument(call, arena_printf(call->arena, "'%s' in %s action must be nonnegative", days, name));
    if (is_infrequent(class) && after < IA_DAYS_LEAST)
        return refuse_argument(call,
                               arena_printf(call->arena,
                                            "'%s' in %s action must be greater than or equal to %d for storageClass "
                                            "'%.*s'",
                                            days, name, IA_DAYS_LEAST, STR_ARG(class)));
    return date_is_midnight(call, transition);
}

static bool transitions_are_good(struct call *call, const cJSON *rule)
{
    const cJSON *one, *expiration = json_get(rule, "Expiration");
    int64_t expires = json_int64(expiration, "Days", INT64_MAX);
    cJSON_ArrayForEach(one, json_get(rule, "Transitions"))
    {
        if (!json_get(one, "Days") == !json_get(one, "Date"))
            return refuse_xml(call);
        if (!transition_is_good(call, one, "Days", "Transition"))
            return false;
        if (json_get(one, "Days") && json_int64(one, "Days", 0) >= expires)
            return refuse_argument(call,
                                   arena_printf(call->arena,
                                                "'Days' in the Expiration action for filter '%s' must be greater than "
                                                "'Days' in the Transition action",
                                                filter_told(call, rule)));
    }
    cJSON_ArrayForEach(one, json_get(rule, "NoncurrentVersionTransitions"))
    {
        if (!json_get(one, "NoncurrentDays"))
            return refuse_xml(call);
        if (!transition_is_good(call, one, "NoncurrentDays", "NoncurrentVersionTransition"))
            return false;
    }
    return true;
}

static bool noncurrent_is_good(struct call *call, const cJSON *rule)
{
    const cJSON *expiration = json_get(rule, "NoncurrentVersionExpiration");
    int64_t newer = json_int64(expiration, "NewerNoncurrentVersions", 1);
    if (expiration && !json_get(expiration, "NoncurrentDays"))
        return refuse_xml(call);
    if (newer < 1 || newer > 100)
        return refuse_argument(call,
                               "'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be a positive "
                               "integer between 1 and 100");
    return days_are_positive(call, expiration, "NoncurrentDays", "NoncurrentVersionExpiration");
}

static bool abort_is_good(struct call *call, const cJSON *rule)
{
    const cJSON *abort = json_get(rule, "AbortIncompleteMultipartUpload");
    if (!abort)
        return true;
    if (!json_get(abort, "DaysAfterInitiation"))
        return refuse_xml(call);
    if (filters_by_tag(rule))
        return refuse_request(call, "AbortIncompleteMultipartUpload cannot be specified with Tags.");
    if (filters_by_size(rule))
        return refuse_request(call, "AbortIncompleteMultipartUpload cannot be specified with Object Size.");
    return days_are_positive(call, abort, "DaysAfterInitiation", "AbortIncompleteMultipartUpload");
}

static bool has_action(const cJSON *rule)
{
    return json_get(rule, "Expiration") || cJSON_GetArraySize(json_get(rule, "Transitions")) ||
           cJSON_GetArraySize(json_get(rule, "NoncurrentVersionTransitions")) ||
           json_get(rule, "NoncurrentVersionExpiration") || json_get(rule, "AbortIncompleteMultipartUpload");
}

/* ---- rules ---- */

static bool id_is_good(struct call *call, cJSON *rule)
{
    struct str id = json_str(rule, "ID");
    if (id.length > RULE_ID_MOST)
        return refuse_argument(call, "ID length should not exceed allowed limit of 255");
    for (const cJSON *other = rule->next; id.length && other; other = other->next)
        if (str_equal(id, json_str(other, "ID")))
            return refuse_argument(call, "Rule ID must be unique. Found same ID for more than one rule");
    if (!id.length)
        json_set_string(rule, "ID", rule_id(call));
    return true;
}

bool lifecycle_is_good(struct call *call, const struct bucket *bucket, cJSON *value)
{
    cJSON *rules = cJSON_GetObjectItemCaseSensitive(value, "Rules"), *rule;
    int count = cJSON_GetArraySize(rules);
    if (count < 1 || count > RULES_MOST)
        return refuse_xml(call);
    cJSON_ArrayForEach(rule, rules)
    {
        if (!id_is_good(call, rule) || !filter_is_good(call, rule))
            return false;
        if (!has_action(rule))
            return refuse_request(call, "At least one action needs to be specified in a rule");
        if (!expiration_is_good(call, rule) || !transitions_are_good(call, rule) || !noncurrent_is_good(call, rule) ||
            !abort_is_good(call, rule))
            return false;
    }
    struct str least = input_str(call, "TransitionDefaultMinimumObjectSize");
    json_set_str(value, "TransitionDefaultMinimumObjectSize", least.at ? least : STR("all_storage_classes_128K"));
    output_str(call, "TransitionDefaultMinimumObjectSize", least.at ? least : STR("all_storage_classes_128K"));
    return true;
}
