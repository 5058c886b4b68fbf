#include "services/logs/log_group.h"

#include "aws/arn.h"
#include "aws/page.h"
#include "services/logs/log_stream.h"
#include "services/logs/logs_model.h"

const struct table_def log_group_table = { .name = "logs.group" };

#define PAGE_DEFAULT 50
#define TAGS_MOST    50
#define DAY_MS       (24 * 60 * 60 * 1000LL)

/* ---- names ---- */

char *log_group_arn(struct call *call, struct str name)
{
    return arn_make(call->arena, "logs", call->region, call_scope(call).account, "log-group:%.*s", STR_ARG(name));
}

static struct json *group_get(struct call *call, struct str name)
{
    return store_get(call->world->store, call_scope(call), &log_group_table, name);
}

bool log_group_exists(struct call *call, struct str name)
{
    if (group_get(call, name))
        return true;
    call_fail(call, &LOGS_RESOURCE_NOT_FOUND_EXCEPTION, "The specified log group does not exist.");
    return false;
}

static struct str name_in_arn(struct str resource)
{
    if (!str_starts(resource, STR("log-group:")))
        return STR_NONE;
    struct str name = str_from(resource, strlen("log-group:"));
    return str_ends(name, STR(":*")) ? str_first(name, name.length - 2) : name;
}

struct str log_group_of_identifier(struct call *call, struct str name_or_arn)
{
    struct arn arn;
    struct str name = name_or_arn;
    if (str_starts(name, STR("arn:"))) {
        bool ours = arn_parse(name_or_arn, &arn) && str_is(arn.service, "logs") && str_is(arn.region, call->region) &&
                    str_is(arn.account, call_scope(call).account);
        name = ours ? name_in_arn(arn.resource) : STR_NONE;
    }
    return name.length && log_group_exists(call, name) ? name
           : call->error.kind
               ? STR_NONE
               : (call_fail(call, &LOGS_RESOURCE_NOT_FOUND_EXCEPTION, "The specified log group does not exist."),
                  STR_NONE);
}

/* The API reference: "You must include either logGroupIdentifier or logGroupName, but not both." The sentences are ours. */
struct str log_group_named(struct call *call)
{
    struct str name = input_str(call, "logGroupName"), identifier = input_str(call, "logGroupIdentifier");
    if (name.at && identifier.at) {
        call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                  "LogGroup name and LogGroup ARN are mutually exclusive parameters.");
        return STR_NONE;
    }
    if (!name.at && !identifier.at) {
        call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                  "Either logGroupName or logGroupIdentifier must be specified.");
        return STR_NONE;
    }
    return log_group_of_identifier(call, name.at ? name : identifier);
}

int64_t log_group_kept_since(struct world *world, struct scope scope, struct str name)
{
    struct json *group = store_get(world->store, scope, &log_group_table, name);
    int64_t days = group ? json_int64(json_root(group), "retentionInDays", 0) : 0;
    return days ? clock_now(world->clock) - days * DAY_MS : INT64_MIN;
}

/* ---- tags ---- */

static enum outcome check_tags(struct call *call, const cJSON *old, const cJSON *added)
{
    int count = cJSON_GetArraySize(old);
    for (const cJSON *tag = added ? added->child : NULL; tag; tag = tag->next) {
        if (strncasecmp(tag->string, "aws:", 4) == 0)
            return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                             "aws: prefixed tag key names are not allowed for external use.");
        count += !json_get(old, tag->string);
    }
    return count <= TAGS_MOST ? CALL_DONE
                              : call_fail(call, &LOGS_TOO_MANY_TAGS_EXCEPTION,
                                          "The resource can have no more than %d tags.", TAGS_MOST);
}

static cJSON *tags_of(cJSON *group)
{
    cJSON *tags = cJSON_GetObjectItemCaseSensitive(group, "tags");
    if (!tags)
        json_set(group, "tags", tags = cJSON_CreateObject());
    return tags;
}

static enum outcome add_tags(struct call *call, struct str name)
{
    const cJSON *row = json_root(group_get(call, name)), *added = json_get(call->input, "tags");
    if (check_tags(call, json_get(row, "tags"), added) != CALL_DONE)
        return CALL_FAILED;
    cJSON *group = json_thaw(row), *tags = tags_of(group);
    for (const cJSON *tag = added->child; tag; tag = tag->next)
        json_set_str(tags, tag->string, json_value(tag));
    store_put(call->world->store, call_scope(call), &log_group_table, name, json_seal(group));
    return CALL_DONE;
}

static enum outcome remove_tags(struct call *call, struct str name, const char *member)
{
    cJSON *group = json_thaw(json_root(group_get(call, name))), *tags = tags_of(group);
    const cJSON *key;
    cJSON_ArrayForEach(key, json_get(call->input, member))
    {
        cJSON_DeleteItemFromObjectCaseSensitive(tags, json_value(key).at);
    }
    store_put(call->world->store, call_scope(call), &log_group_table, name, json_seal(group));
    return CALL_DONE;
}

static enum outcome answer_tags(struct call *call, struct str name)
{
    const cJSON *tags = json_get(json_root(group_get(call, name)), "tags");
    output_json(call, "tags", tags ? json_thaw(tags) : cJSON_CreateObject());
    return CALL_DONE;
}

enum outcome tag_log_group(struct call *call)
{
    struct str name = log_group_named(call);
    return name.at ? add_tags(call, name) : CALL_FAILED;
}

enum outcome untag_log_group(struct call *call)
{
    struct str name = log_group_named(call);
    return name.at ? remove_tags(call, name, "tags") : CALL_FAILED;
}

enum outcome list_tags_log_group(struct call *call)
{
    struct str name = log_group_named(call);
    return name.at ? answer_tags(call, name) : CALL_FAILED;
}

enum outcome logs_tag_resource(struct call *call)
{
    struct str name = log_group_of_identifier(call, input_str(call, "resourceArn"));
    return name.at ? add_tags(call, name) : CALL_FAILED;
}

enum outcome logs_untag_resource(struct call *call)
{
    struct str name = log_group_of_identifier(call, input_str(call, "resourceArn"));
    return name.at ? remove_tags(call, name, "tagKeys") : CALL_FAILED;
}

enum outcome logs_list_tags_for_resource(struct call *call)
{
    struct str name = log_group_of_identifier(call, input_str(call, "resourceArn"));
    return name.at ? answer_tags(call, name) : CALL_FAILED;
}

/* ---- creating and deleting ---- */

enum outcome create_log_group(struct call *call)
{
    struct str name = input_str(call, "logGroupName");
    if (group_get(call, name))
        return call_fail(call, &LOGS_RESOURCE_ALREADY_EXISTS_EXCEPTION, "The specified log group already exists");
    const cJSON *tags = json_get(call->input, "tags");
    if (check_tags(call, NULL, tags) != CALL_DONE)
        return CALL_FAILED;
    cJSON *group = cJSON_CreateObject();
    json_set_str(group, "name", name);
    json_set_int64(group, "creationTime", clock_now(call->world->clock));
    json_set_string(group, "kmsKeyId", input_string(call, "kmsKeyId"));
    json_set_string(group, "class",
                    input_has(call, "logGroupClass") ? input_string(call, "logGroupClass") : "STANDARD");
    json_set_bool(group, "deletionProtected", input_bool(call, "deletionProtectionEnabled", false));
    json_set(group, "tags", tags ? json_thaw(tags) : cJSON_CreateObject());
    store_put(call->world->store, call_scope(call), &log_group_table, name, json_seal(group));
    return CALL_DONE;
}

enum outcome delete_log_group(struct call *call)
{
    struct str name = log_group_named(call);
    if (!name.at)
        return CALL_FAILED;
    if (json_bool(json_root(group_get(call, name)), "deletionProtected", false))
        return call_fail(call, &ERROR_VALIDATION, "Log group '%.*s' has deletion protection enabled.", STR_ARG(name));
    log_streams_drop(call, name);
    store_delete(call->world->store, call_scope(call), &log_group_table, name);
    return CALL_DONE;
}

/* ---- retention ---- */

static void set_retention(struct call *call, struct str name, int64_t days)
{
    cJSON *group = json_thaw(json_root(group_get(call, name)));
    if (days)
        json_set_int64(group, "retentionInDays", days);
    else
        cJSON_DeleteItemFromObjectCaseSensitive(group, "retentionInDays");
    store_put(call->world->store, call_scope(call), &log_group_table, name, json_seal(group));
}

/* The API reference of PutRetentionPolicy lists what is possible. The sentence is ours. */
enum outcome put_retention_policy(struct call *call)
{
    static const int64_t possible[] = { 1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                                        365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 };
    struct str name = log_group_named(call);
    int64_t days = input_int64(call, "retentionInDays", 0);
    if (!name.at)
        return CALL_FAILED;
    for (size_t i = 0; i < sizeof possible / sizeof *possible; i++) {
        if (possible[i] != days)
            continue;
        set_retention(call, name, days);
        return CALL_DONE;
    }
    return call_fail(
        call, &LOGS_INVALID_PARAMETER_EXCEPTION,
        "1 validation error detected: Value '%lld' at 'retentionInDays' failed to satisfy constraint: Member "
        "must satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, "
        "1827, 2192, 2557, 2922, 3288, 3653]",
        (long long)days);
}

enum outcome delete_retention_policy(struct call *call)
{
    struct str name = log_group_named(call);
    if (!name.at)
        return CALL_FAILED;
    set_retention(call, name, 0);
    return CALL_DONE;
}

/* ---- listing ---- */

static cJSON *describe(struct call *call, const cJSON *row)
{
    cJSON *group = cJSON_CreateObject();
    struct str name = json_str(row, "name");
    char *arn = log_group_arn(call, name);
    json_set_str(group, "logGroupName", name);
    json_set_int64(group, "creationTime", json_int64(row, "creationTime", 0));
    if (json_get(row, "retentionInDays"))
        json_set_int64(group, "retentionInDays", json_int64(row, "retentionInDays", 0));
    json_set_int64(group, "metricFilterCount", 0);
    json_set_string(group, "arn", arena_printf(call->arena, "%s:*", arn));
    json_set_int64(group, "storedBytes", log_streams_bytes(call->world, call_scope(call), name));
    json_set_string(group, "kmsKeyId", json_string(row, "kmsKeyId"));
    json_set_string(group, "logGroupClass", json_string(row, "class"));
    json_set_string(group, "logGroupArn", arn);
    json_set_bool(group, "deletionProtectionEnabled", json_bool(row, "deletionProtected", false));
    return group;
}

struct wanted {
    struct str prefix, pattern, class; /* .at NULL: any */
};

/* "logGroupNamePattern … case-insensitive … substring". */
static bool is_wanted(struct call *call, const struct wanted *wanted, const cJSON *row)
{
    if (wanted->class.at && !str_equal(wanted->class, json_str(row, "class")))
        return false;
    if (!wanted->pattern.length)
        return true;
    struct str pattern = str_of(arena_printf(call->arena, "*%.*s*", STR_ARG(wanted->pattern)));
    return wildcard_matches(pattern, json_str(row, "name"), 0, true);
}

enum outcome describe_log_groups(struct call *call)
{
    struct wanted wanted = { .prefix = input_str(call, "logGroupNamePrefix"),
                             .pattern = input_str(call, "logGroupNamePattern"),
                             .class = input_str(call, "logGroupClass") };
    if (wanted.prefix.at && wanted.pattern.at)
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                         "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
    struct str filter = str_of(arena_printf(call->arena, "%.*s|%.*s", STR_ARG(wanted.prefix), STR_ARG(wanted.pattern)));
    struct str token = input_str(call, "nextToken"), place;
    if (token.at && !page_place(call, token, filter, &place))
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION, "The specified nextToken is invalid.");
    struct cursor at = token.at ? store_seek(call->world->store, call_scope(call), &log_group_table, NULL, place, false)
                                : store_seek_from(call->world->store, call_scope(call), &log_group_table, NULL,
                                                  wanted.prefix);
    int64_t room = input_int64(call, "limit", PAGE_DEFAULT);
    cJSON *groups = cJSON_CreateArray();
    struct str last = STR_NONE;
    while (store_next_within(&at, wanted.prefix)) {
        if (!is_wanted(call, &wanted, json_root(at.row)))
            continue;
        if (room-- == 0) {
            output_string(call, "nextToken", page_token(call, last, filter));
            store_close(&at);
            break;
        }
        json_add(groups, describe(call, json_root(at.row)));
        last = arena_str(call->arena, at.key);
    }
    output_json(call, "logGroups", groups);
    return CALL_DONE;
}
