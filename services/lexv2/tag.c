#include "services/lexv2/tag.h"

#include "aws/arn.h"
#include "services/lexv2/bot.h"
#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/record.h"
#include "services/lexv2/resource_policy.h"
#include "services/lexv2/test_set.h"

const struct table_def lexv2_tag_table = { .name = "lexv2.tag" };

#define TAGS_MOST 50 /* "Tagging resources": tags of a resource */

/* ---- ARNs ---- */

struct str lexv2_bot_arn(struct call *call, struct str bot_id)
{
    return str_of(arn_make(call->arena, "lex", call->region, call->caller.account, "bot/%.*s", STR_ARG(bot_id)));
}

struct str lexv2_alias_arn(struct call *call, struct str bot_id, struct str alias_id)
{
    return str_of(arn_make(call->arena, "lex", call->region, call->caller.account, "bot-alias/%.*s/%.*s",
                           STR_ARG(bot_id), STR_ARG(alias_id)));
}

struct str lexv2_test_set_arn(struct call *call, struct str id)
{
    return str_of(arn_make(call->arena, "lex", call->region, call->caller.account, "test-set/%.*s", STR_ARG(id)));
}

bool lexv2_arn_is_known(struct call *call, struct str text)
{
    struct arn arn;
    struct lexv2_key key = { 0 };
    if (!arn_parse(text, &arn) || !str_is(arn.service, "lex") || !str_is(arn.account, call->caller.account) ||
        !str_is(arn.region, call->region) || arn.resource.length >= LEXV2_KEY_BYTES)
        return false;
    struct str rest, kind = str_cut(arn.resource, '/', &rest);
    key.bot = str_cut(rest, '/', &key.version);
    if (!key.bot.length)
        return false;
    if (str_is(kind, "bot"))
        return !key.version.length && lexv2_get(call->world, call_scope(call), &lexv2_bot_table, &key);
    if (str_is(kind, "bot-alias"))
        return key.version.length && lexv2_get(call->world, call_scope(call), &lexv2_alias_table, &key);
    return str_is(kind, "test-set") && lexv2_get(call->world, call_scope(call), &lexv2_test_set_table, &key);
}

/* ---- rows ---- */

static const cJSON *tags_of(struct call *call, struct str arn)
{
    struct json *row = store_get(call->world->store, call_scope(call), &lexv2_tag_table, arn);
    return row ? json_get(json_root(row), "tags") : NULL;
}

static void keep(struct call *call, struct str arn, cJSON *tags_taken)
{
    cJSON *row = cJSON_CreateObject();
    bool none = !tags_taken->child;
    json_set(row, "tags", tags_taken);
    if (!none) {
        store_put(call->world->store, call_scope(call), &lexv2_tag_table, arn, json_seal(row));
        return;
    }
    cJSON_Delete(row);
    store_delete(call->world->store, call_scope(call), &lexv2_tag_table, arn);
}

/* Both sentences are ours. */
bool lexv2_tag_check(struct call *call, const cJSON *tags)
{
    const cJSON *tag;
    cJSON_ArrayForEach(tag, tags)
    {
        if (!str_starts(str_of(tag->string), STR("aws:")))
            continue;
        call_fail(call, &ERROR_VALIDATION, "Tag keys that begin with aws: are reserved for AWS.");
        return false;
    }
    if (cJSON_GetArraySize(tags) <= TAGS_MOST)
        return true;
    call_fail(call, &ERROR_VALIDATION, "A resource can have at most %d tags.", TAGS_MOST);
    return false;
}

bool lexv2_tag_put(struct call *call, struct str arn, const cJSON *tags_or_null)
{
    const cJSON *before = tags_of(call, arn), *tag;
    if (!tags_or_null || !tags_or_null->child)
        return true;
    cJSON *tags = before ? json_thaw(before) : cJSON_CreateObject();
    cJSON_ArrayForEach(tag, tags_or_null)
    {
        json_set(tags, tag->string, json_thaw(tag));
    }
    if (!lexv2_tag_check(call, tags)) {
        cJSON_Delete(tags);
        return false;
    }
    keep(call, arn, tags);
    return true;
}

void lexv2_tag_begin(struct world *world, struct scope scope, struct str arn, const cJSON *tags_or_null)
{
    if (!tags_or_null || !tags_or_null->child)
        return;
    cJSON *row = cJSON_CreateObject();
    json_set(row, "tags", json_thaw(tags_or_null));
    store_put(world->store, scope, &lexv2_tag_table, arn, json_seal(row));
}

void lexv2_forget_arn(struct call *call, struct str arn)
{
    store_delete(call->world->store, call_scope(call), &lexv2_tag_table, arn);
    store_delete(call->world->store, call_scope(call), &lexv2_policy_table, arn);
}

/* ---- the operations ---- */

static bool need_resource(struct call *call, struct str arn)
{
    if (lexv2_arn_is_known(call, arn))
        return true;
    lexv2_fail_missing(call);
    return false;
}

enum outcome lexv2_tag_resource(struct call *call)
{
    struct str arn = input_str(call, "resourceARN");
    return need_resource(call, arn) && lexv2_tag_put(call, arn, json_get(call->input, "tags")) ? CALL_DONE
                                                                                               : CALL_FAILED;
}

enum outcome lexv2_untag_resource(struct call *call)
{
    struct str arn = input_str(call, "resourceARN");
    if (!need_resource(call, arn))
        return CALL_FAILED;
    const cJSON *before = tags_of(call, arn), *key;
    cJSON *tags = before ? json_thaw(before) : NULL;
    cJSON_ArrayForEach(key, json_get(call->input, "tagKeys"))
    {
        cJSON_DeleteItemFromObjectCaseSensitive(tags, key->valuestring);
    }
    if (tags)
        keep(call, arn, tags);
    return CALL_DONE;
}

enum outcome lexv2_list_tags_for_resource(struct call *call)
{
    struct str arn = input_str(call, "resourceARN");
    if (!need_resource(call, arn))
        return CALL_FAILED;
    const cJSON *tags = tags_of(call, arn);
    output_json(call, "tags", tags ? json_thaw(tags) : cJSON_CreateObject());
    return CALL_DONE;
}
