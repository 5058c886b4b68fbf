#include "services/stepfunctions/tag.h"

#include "services/stepfunctions/activity.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/state_machine.h"
#include "services/stepfunctions/stepfunctions_model.h"

const struct table_def tag_table = { .name = "stepfunctions.tag" };

#define TAGS_MOST 50

/* ---- rules ---- */

/* "Tags may only contain Unicode letters, digits, white space, or these symbols" (TagResource). What is not ASCII
 * passes. */
static bool has_tag_characters(struct str text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
        if (!letter && (c == 0 || !strchr(" \t\r\n_.:/=+-@", c)))
            return false;
    }
    return true;
}

static bool check_tag(struct call *call, const cJSON *tag)
{
    struct str key = json_str(tag, "key"), value = json_str(tag, "value");
    if (str_starts(key, STR("aws:"))) {
        call_fail(call, &ERROR_VALIDATION, "aws: prefixed tag key names are not allowed for external use.");
        return false;
    }
    if (key.length && has_tag_characters(key) && has_tag_characters(value))
        return true;
    call_fail(call, &ERROR_VALIDATION,
              "Tags may only contain Unicode letters, digits, white space, or these symbols: _ . : / = + - @.");
    return false;
}

/* ---- rows ---- */

static const cJSON *tags_of(struct world *world, struct scope scope, struct str arn)
{
    struct json *row = store_get(world->store, scope, &tag_table, arn);
    return row ? json_get(json_root(row), "tags") : NULL;
}

static cJSON *new_tags(const cJSON *old)
{
    return old ? json_thaw(old) : cJSON_CreateArray();
}

static cJSON *find_tag(cJSON *tags, struct str key)
{
    cJSON *tag;
    cJSON_ArrayForEach(tag, tags)
    {
        if (str_equal(json_str(tag, "key"), key))
            return tag;
    }
    return NULL;
}

static void set_tag(cJSON *tags, struct str key, struct str value)
{
    cJSON *tag = find_tag(tags, key);
    if (!tag) {
        tag = cJSON_CreateObject();
        json_set_str(tag, "key", key);
        json_add(tags, tag);
    }
    json_set_str(tag, "value", value.at ? value : STR(""));
}

/* What the resource's tags will be. The caller deletes it. */
static cJSON *tags_with_input(struct call *call, struct str arn)
{
    cJSON *tags = new_tags(tags_of(call->world, call_scope(call), arn));
    const cJSON *tag;
    cJSON_ArrayForEach(tag, json_get(call->input, "tags"))
    {
        set_tag(tags, json_str(tag, "key"), json_str(tag, "value"));
    }
    return tags;
}

static void keep_tags(struct world *world, struct scope scope, struct str arn, cJSON *tags_taken)
{
    if (!tags_taken->child) {
        cJSON_Delete(tags_taken);
        store_delete(world->store, scope, &tag_table, arn);
        return;
    }
    cJSON *row = cJSON_CreateObject();
    json_set(row, "tags", tags_taken);
    store_put(world->store, scope, &tag_table, arn, json_seal(row));
}

bool tag_check(struct call *call, struct str arn)
{
    const cJSON *tag;
    cJSON_ArrayForEach(tag, json_get(call->input, "tags"))
    {
        if (!check_tag(call, tag))
            return false;
    }
    cJSON *tags = tags_with_input(call, arn);
    int count = cJSON_GetArraySize(tags);
    cJSON_Delete(tags);
    if (count <= TAGS_MOST)
        return true;
    call_fail(call, &STEPFUNCTIONS_TOO_MANY_TAGS, "Too many tags: '%.*s' may have %d, but would have %d", STR_ARG(arn),
              TAGS_MOST, count);
    return false;
}

bool tag_put(struct call *call, struct str arn)
{
    if (!tag_check(call, arn))
        return false;
    const cJSON *given = json_get(call->input, "tags");
    if (given && given->child)
        keep_tags(call->world, call_scope(call), arn, tags_with_input(call, arn));
    return true;
}

void tag_drop(struct world *world, struct scope scope, struct str arn)
{
    store_delete(world->store, scope, &tag_table, arn);
}

/* ---- the operations ---- */

/* Versions and aliases have no tags: AWS answers that it does not find them. */
static bool check_resource(struct call *call, struct str arn_text)
{
    struct states_arn arn;
    if (!states_arn_check(call, arn_text, "stateMachine activity", &arn))
        return false;
    struct scope scope = call_scope(call);
    struct json *row = str_is(arn.type, "activity") ? activity_get(call->world, scope, arn_text)
                                                    : state_machine_get(call->world, scope, arn_text);
    if (row)
        return true;
    call_fail(call, &STEPFUNCTIONS_RESOURCE_NOT_FOUND, "Resource not found: '%.*s'", STR_ARG(arn_text));
    return false;
}

enum outcome tag_resource(struct call *call)
{
    struct str arn = input_str(call, "resourceArn");
    if (!check_resource(call, arn) || !tag_put(call, arn))
        return CALL_FAILED;
    return CALL_DONE;
}

enum outcome untag_resource(struct call *call)
{
    struct str arn = input_str(call, "resourceArn");
    if (!check_resource(call, arn))
        return CALL_FAILED;
    const cJSON *old = tags_of(call->world, call_scope(call), arn);
    if (!old)
        return CALL_DONE;
    cJSON *tags = new_tags(old);
    const cJSON *key;
    cJSON_ArrayForEach(key, json_get(call->input, "tagKeys"))
    {
        cJSON *tag = find_tag(tags, json_value(key));
        if (tag)
            cJSON_Delete(cJSON_DetachItemViaPointer(tags, tag));
    }
    keep_tags(call->world, call_scope(call), arn, tags);
    return CALL_DONE;
}

enum outcome list_tags_for_resource(struct call *call)
{
    struct str arn = input_str(call, "resourceArn");
    if (!check_resource(call, arn))
        return CALL_FAILED;
    output_json(call, "tags", new_tags(tags_of(call->world, call_scope(call), arn)));
    return CALL_DONE;
}
