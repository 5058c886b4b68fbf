#include "services/s3/configuration_check.h"

#include "aws/arn.h"
#include "aws/payload.h"
#include "services/s3/acl.h"
#include "services/s3/configuration.h"
#include "services/s3/fault.h"
#include "services/s3/tagging.h"

#define CORS_RULES_MOST 100

char *rule_id(struct call *call)
{
    char id[49];
    random_text(&call->world->random, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 48, id);
    return arena_copy(call->arena, str_of(id));
}

bool refuse_xml(struct call *call)
{
    s3_fail(call, &FAULT_MALFORMED_XML, NULL);
    return false;
}

__attribute__((format(printf, 2, 3))) static bool refuse(struct call *call, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct buf sentence = BUF_EMPTY;
    buf_vprintf(&sentence, format, args);
    va_end(args);
    call_fail_with(call, FAULT_INVALID_REQUEST.kind, buf_str(&sentence));
    buf_release(&sentence);
    return false;
}

/* ---- the small ones ---- */

bool accelerate_is_good(struct call *call, const struct bucket *bucket, cJSON *value)
{
    if (!json_get(value, "Status"))
        return refuse_xml(call);
    if (strchr(bucket->name, '.'))
        return refuse(call, "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names");
    return true;
}

bool bucket_tagging_is_good(struct call *call, const struct bucket *bucket, cJSON *value)
{
    return tags_are_good(call, json_get(value, "TagSet"), TAGS_OF_BUCKET);
}

bool ownership_is_good(struct call *call, const struct bucket *bucket, cJSON *value)
{
    const cJSON *rules = json_get(value, "Rules");
    if (cJSON_GetArraySize(rules) != 1)
        return refuse_xml(call);
    if (!str_is(json_str(rules->child, "ObjectOwnership"), "BucketOwnerEnforced") || !json_get(bucket->row, "acl"))
        return true;
    s3_fail(call, &FAULT_INVALID_BUCKET_ACL, NULL);
    return false;
}

bool public_access_block_is_good(struct call *call, const struct bucket *bucket, cJSON *value)
{
    static const char *const all[] = { "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy",
                                       "RestrictPublicBuckets" };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!json_get(value, all[i]))
            json_set_bool(value, all[i], false);
    return true;
}

bool encryption_is_good(struct call *call, const struct bucket *bucket, cJSON *value)
{
    cJSON *rules = cJSON_GetObjectItemCaseSensitive(value, "Rules");
    if (cJSON_GetArraySize(rules) != 1)
        return refuse_xml(call);
    const cJSON *by_default = json_get(rules->child, "ApplyServerSideEncryptionByDefault");
    struct str key = json_str(by_default, "KMSMasterKeyID");
    if (key.at && str_is(json_str(by_default, "SSEAlgorithm"), "AES256")) {
        s3_fail_argument(
            call, "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
            "ApplyServerSideEncryptionByDefault", key);
        return false;
    }
    if (!json_get(rules->child, "BucketKeyEnabled"))
        json_set_bool(rules->child, "BucketKeyEnabled", false);
    return true;
}

bool logging_is_good(struct call *call, const struct bucket *bucket, cJSON *value)
{
    const cJSON *enabled = json_get(value, "LoggingEnabled");
    struct bucket target;
    if (!enabled || (bucket_find(call->world, call->arena, json_str(enabled, "TargetBucket"), &target) &&
                     strcmp(target.scope.account, bucket->scope.account) == 0))
        return true;
    s3_fail(call, &FAULT_INVALID_TARGET_BUCKET, "TargetBucket", json_string(enabled, "TargetBucket"), NULL);
    return false;
}

bool website_is_good(struct call *call, const struct bucket *bucket, cJSON *value)
{
    const cJSON *redirect = json_get(value, "RedirectAllRequestsTo");
    struct str suffix = json_str(json_get(value, "IndexDocument"), "Suffix");
    if (!redirect && !suffix.length) {
        s3_fail_argument(call, "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
                         "IndexDocument", STR("null"));
        return false;
    }
    if (suffix.length && str_find_byte(suffix, '/') != SIZE_MAX) {
        s3_fail_argument(call, "The IndexDocument Suffix is not well formed", "IndexDocument", suffix);
        return false;
    }
    if (redirect && (suffix.at || json_get(value, "ErrorDocument") || json_get(value, "RoutingRules"))) {
        s3_fail_argument(call, "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
                         "RedirectAllRequestsTo", STR("null"));
        return false;
    }
    return true;
}

/* ---- CORS ---- */

static size_t stars_in(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += text.at[i] == '*';
    return count;
}

static bool one_star_each(struct call *call, const cJSON *texts, const char *what)
{
    const cJSON *text;
    cJSON_ArrayForEach(text, texts)
    {
        if (stars_in(json_value(text)) > 1)
            return refuse(call, "%s \"%.*s\" can not have more than one wildcard.", what, STR_ARG(json_value(text)));
    }
    return true;
}

static bool cors_rule_is_good(struct call *call, const cJSON *rule)
{
    static const char *const methods[] = { "GET", "PUT", "HEAD", "POST", "DELETE" };
    const cJSON *text;
    cJSON_ArrayForEach(text, json_get(rule, "AllowedMethods"))
    {
        size_t i = 0, count = sizeof methods / sizeof *methods;
        while (i < count && !str_is(json_value(text), methods[i]))
            i++;
        if (i == count)
            return refuse(call, "Found unsupported HTTP method in CORS config. Unsupported method is %.*s",
                          STR_ARG(json_value(text)));
    }
    cJSON_ArrayForEach(text, json_get(rule, "ExposeHeaders"))
    {
        if (stars_in(json_value(text)))
            return refuse(
                call, "ExposeHeader \"%.*s\" contains wildcard. We currently do not support wildcard for ExposeHeader.",
                STR_ARG(json_value(text)));
    }
    return one_star_each(call, json_get(rule, "AllowedOrigins"), "AllowedOrigin") &&
           one_star_each(call, json_get(rule, "AllowedHeaders"), "AllowedHeader");
}

bool cors_is_good(struct call *call, const struct bucket *bucket, cJSON *value)
{
    const cJSON *rules = json_get(value, "CORSRules"), *rule;
    int count = cJSON_GetArraySize(rules);
    if (count < 1 || count > CORS_RULES_MOST)
        return refuse_xml(call);
    cJSON_ArrayForEach(rule, rules)
    {
        if (!cJSON_GetArraySize(json_get(rule, "AllowedMethods")) ||
            !cJSON_GetArraySize(json_get(rule, "AllowedOrigins")))
            return refuse_xml(call);
        if (!cors_rule_is_good(call, rule))
            return false;
    }
    return true;
}

/* ---- notifications ---- */

static bool notified_is_good(struct call *call, cJSON *entries, const char *arn_member, const char *service)
{
    cJSON *entry;
    cJSON_ArrayForEach(entry, entries)
    {
        struct arn arn;
        struct str text = json_str(entry, arn_member);
        if (!arn_parse(text, &arn) || !str_is(arn.service, service)) {
            s3_fail_argument(call, "The ARN is not well formed", arn_member, text);
            return false;
        }
        if (!cJSON_GetArraySize(json_get(entry, "Events")))
            return refuse_xml(call);
        if (!json_str(entry, "Id").length)
            json_set_string(entry, "Id", rule_id(call));
    }
    return true;
}

bool notification_is_good(struct call *call, const struct bucket *bucket, cJSON *value)
{
    return notified_is_good(call, cJSON_GetObjectItemCaseSensitive(value, "TopicConfigurations"), "TopicArn", "sns") &&
           notified_is_good(call, cJSON_GetObjectItemCaseSensitive(value, "QueueConfigurations"), "QueueArn", "sqs") &&
           notified_is_good(call, cJSON_GetObjectItemCaseSensitive(value, "LambdaFunctionConfigurations"),
                            "LambdaFunctionArn", "lambda");
}

/* ---- what needs versions ---- */

bool object_lock_is_good(struct call *call, const struct bucket *bucket, cJSON *value)
{
    const cJSON *rule = json_get(value, "Rule"), *retention = json_get(rule, "DefaultRetention");
    if (bucket->versioning != VERSIONING_ENABLED) {
        s3_fail_saying(call, &FAULT_INVALID_BUCKET_STATE,
                       "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
        return false;
    }
    bool days = json_get(retention, "Days") != NULL, years = json_get(retention, "Years") != NULL;
    if (!json_get(value, "ObjectLockEnabled") || (rule && (!json_get(retention, "Mode") || days == years)))
        return refuse_xml(call);
    if (rule && json_int64(retention, days ? "Days" : "Years", 0) <= 0) {
        s3_fail(call, &FAULT_INVALID_RETENTION, NULL);
        return false;
    }
    cJSON *row = json_thaw(bucket->row);
    json_set_bool(row, "lock", true);
    bucket_change(call, bucket, row);
    return true;
}

static bool replication_rule_is_good(struct call *call, const struct bucket *bucket, cJSON *rule)
{
    struct str arn = json_str(json_get(rule, "Destination"), "Bucket"), wanted = STR("arn:aws:s3:::");
    struct bucket target;
    if (!str_starts(arn, wanted)) {
        s3_fail_argument(call, "Invalid bucket ARN.", "Bucket", arn);
        return false;
    }
    if (!bucket_find(call->world, call->arena, str_from(arn, wanted.length), &target))
        return refuse(call, "Destination bucket must exist.");
    if (target.versioning != VERSIONING_ENABLED)
        return refuse(call, "Destination bucket must have versioning enabled.");
    if (!json_str(rule, "ID").length)
        json_set_string(rule, "ID", rule_id(call));
    return true;
}

bool replication_is_good(struct call *call, const struct bucket *bucket, cJSON *value)
{
    cJSON *rules = cJSON_GetObjectItemCaseSensitive(value, "Rules"), *rule;
    if (bucket->versioning != VERSIONING_ENABLED)
        return refuse(call, "Versioning must be 'Enabled' on the bucket to apply a replication configuration");
    if (!cJSON_GetArraySize(rules))
        return refuse_xml(call);
    cJSON_ArrayForEach(rule, rules)
    {
        if (!replication_rule_is_good(call, bucket, rule))
            return false;
    }
    return true;
}
