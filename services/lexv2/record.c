#include "services/lexv2/record.h"

#include <stdio.h>

#include "services/lexv2/lexv2_model.h"

/* ---- keys ---- */

static struct str join(char *at, const struct lexv2_key *key, bool within)
{
    const struct str parts[] = { key->bot, key->version, key->locale, key->part, key->slot };
    size_t length = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && parts[i].length; i++) {
        if (length + parts[i].length + 2 > LEXV2_KEY_BYTES)
            break; /* no id is that long: what has come in was checked against the model */
        if (length)
            at[length++] = '/';
        memcpy(at + length, parts[i].at, parts[i].length);
        length += parts[i].length;
    }
    if (within && length)
        at[length++] = '/';
    return (struct str){ at, length };
}

struct str lexv2_key(char ret_key[LEXV2_KEY_BYTES], const struct lexv2_key *key)
{
    return join(ret_key, key, false);
}

struct str lexv2_key_within(char ret_prefix[LEXV2_KEY_BYTES], const struct lexv2_key *key)
{
    return join(ret_prefix, key, true);
}

struct lexv2_key lexv2_key_of_call(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "botId"), .version = input_str(call, "botVersion") };
    key.locale = input_str(call, "localeId");
    key.part = input_str(call, input_has(call, "intentId") ? "intentId" : "slotTypeId");
    key.slot = input_str(call, "slotId");
    return key;
}

void lexv2_new_id(struct world *world, char ret_id[LEXV2_ID_LENGTH + 1])
{
    random_text(&world->random, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", LEXV2_ID_LENGTH, ret_id);
}

struct str lexv2_new_id_of_call(struct call *call)
{
    char id[LEXV2_ID_LENGTH + 1];
    lexv2_new_id(call->world, id);
    return arena_str(call->arena, str_of(id));
}

/* ---- rows ---- */

struct json *lexv2_get(struct world *world, struct scope scope, const struct table_def *table,
                       const struct lexv2_key *key)
{
    char text[LEXV2_KEY_BYTES];
    return store_get(world->store, scope, table, lexv2_key(text, key));
}

void lexv2_put(struct world *world, struct scope scope, const struct table_def *table, const struct lexv2_key *key,
               cJSON *row_taken)
{
    char text[LEXV2_KEY_BYTES];
    store_put(world->store, scope, table, lexv2_key(text, key), json_seal(row_taken));
}

bool lexv2_delete(struct world *world, struct scope scope, const struct table_def *table, const struct lexv2_key *key)
{
    char text[LEXV2_KEY_BYTES];
    return store_delete(world->store, scope, table, lexv2_key(text, key));
}

void lexv2_delete_within(struct world *world, struct scope scope, const struct table_def *table,
                         const struct lexv2_key *within)
{
    char text[LEXV2_KEY_BYTES];
    struct str prefix = lexv2_key_within(text, within);
    if (!prefix.length)
        return;
    struct cursor at = store_seek_from(world->store, scope, table, NULL, prefix);
    while (store_next_within(&at, prefix))
        store_delete(world->store, scope, table, at.key);
}

size_t lexv2_count(struct world *world, struct scope scope, const struct table_def *table,
                   const struct lexv2_key *within, size_t most)
{
    char text[LEXV2_KEY_BYTES];
    size_t count = 0;
    struct str prefix = lexv2_key_within(text, within);
    struct cursor at = store_seek_from(world->store, scope, table, NULL, prefix);
    while (store_next_within(&at, prefix)) {
        if (++count < most)
            continue;
        store_close(&at);
        break;
    }
    return count;
}

bool lexv2_check_room(struct call *call, const struct table_def *table, const struct lexv2_key *within, size_t most,
                      const char *noun)
{
    if (lexv2_count(call->world, call_scope(call), table, within, most) < most)
        return true;
    call_fail(call, &LEXV2_SERVICE_QUOTA_EXCEEDED_EXCEPTION, "You have reached your quota of %zu %s.", most, noun);
    return false;
}

/* ---- from input to row, from row to answer ---- */

static bool is_tags(const char *name)
{
    return strcmp(name, "tags") == 0 || strcmp(name, "botTags") == 0 || strcmp(name, "testBotAliasTags") == 0;
}

/* Absent and null are the same to AWS. */
static cJSON *thaw_without_nulls(const cJSON *node)
{
    if (!cJSON_IsArray(node) && !cJSON_IsObject(node))
        return json_thaw(node);
    cJSON *copy = cJSON_IsArray(node) ? cJSON_CreateArray() : cJSON_CreateObject();
    const cJSON *child;
    cJSON_ArrayForEach(child, node)
    {
        if (cJSON_IsNull(child))
            continue;
        if (cJSON_IsArray(node))
            json_add(copy, thaw_without_nulls(child));
        else
            json_set(copy, child->string, thaw_without_nulls(child));
    }
    return copy;
}

cJSON *lexv2_record(struct call *call, const cJSON *before_or_null)
{
    cJSON *row = cJSON_CreateObject();
    const struct shape *shape = call->operation->input;
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        const cJSON *given = json_get(call->input, member->name);
        if (member->location == LOCATION_BODY && given && !cJSON_IsNull(given) && !is_tags(member->name))
            json_set(row, member->name, thaw_without_nulls(given));
    }
    int64_t now = clock_now(call->world->clock);
    json_set_int64(row, "creationDateTime", json_int64(before_or_null, "creationDateTime", now));
    json_set_int64(row, "lastUpdatedDateTime", now);
    return row;
}

static cJSON *tell_structure(const cJSON *node, const struct shape *shape)
{
    cJSON *told = cJSON_CreateObject();
    for (size_t i = 0; i < shape->member_count; i++) {
        const cJSON *value = json_get(node, shape->members[i].name);
        if (value && !cJSON_IsNull(value))
            json_set(told, shape->members[i].name, lexv2_tell(value, shape->members[i].shape));
    }
    return told;
}

cJSON *lexv2_tell(const cJSON *node, const struct shape *shape)
{
    const cJSON *child;
    if (shape->kind == SHAPE_TIMESTAMP)
        return json_new_time(json_to_int64(node));
    if (shape->kind == SHAPE_STRUCTURE)
        return tell_structure(node, shape);
    if (shape->kind != SHAPE_LIST && shape->kind != SHAPE_MAP)
        return json_thaw(node);
    cJSON *told = shape->kind == SHAPE_LIST ? cJSON_CreateArray() : cJSON_CreateObject();
    cJSON_ArrayForEach(child, node)
    {
        if (shape->kind == SHAPE_LIST)
            json_add(told, lexv2_tell(child, shape->element));
        else
            json_set(told, child->string, lexv2_tell(child, shape->element));
    }
    return told;
}

void lexv2_answer(struct call *call, const cJSON *row)
{
    const struct shape *shape = call->operation->output;
    cJSON_Delete(call->output);
    call->output = lexv2_tell(row, shape);
    for (size_t i = 0; i < shape->member_count; i++) {
        const char *name = shape->members[i].name;
        const cJSON *given = json_get(call->input, name);
        if (!json_get(call->output, name) && (cJSON_IsString(given) || is_tags(name)) && given)
            json_set(call->output, name, json_thaw(given));
    }
}

/* ---- refusals ---- */

static bool declares(const struct call *call, const struct error_kind *kind)
{
    for (const struct error_kind *const *at = call->operation->errors; at && *at; at++)
        if (*at == kind)
            return true;
    return false;
}

/* "Failed to retrieve resource since it does not exist" is what DeleteBot says (terraform-provider-aws, pull request 38661).
 * Lists declare neither of the two errors that a missing resource has elsewhere. */
enum outcome lexv2_fail_missing(struct call *call)
{
    const struct error_kind *kind = &ERROR_VALIDATION;
    if (declares(call, &LEXV2_RESOURCE_NOT_FOUND_EXCEPTION))
        kind = &LEXV2_RESOURCE_NOT_FOUND_EXCEPTION;
    else if (declares(call, &LEXV2_PRECONDITION_FAILED_EXCEPTION))
        kind = &LEXV2_PRECONDITION_FAILED_EXCEPTION;
    return call_fail(call, kind, "Failed to retrieve resource since it does not exist");
}

struct json *lexv2_need(struct call *call, const struct table_def *table, const struct lexv2_key *key)
{
    struct json *row = lexv2_get(call->world, call_scope(call), table, key);
    if (!row)
        lexv2_fail_missing(call);
    return row;
}

bool lexv2_is_taken(struct call *call, const struct table_def *table, const struct lexv2_key *within,
                    const char *member, struct str text, struct str except_key)
{
    char key[LEXV2_KEY_BYTES];
    struct str prefix = lexv2_key_within(key, within);
    struct cursor at = store_seek_from(call->world->store, call_scope(call), table, NULL, prefix);
    while (store_next_within(&at, prefix)) {
        if (!str_equal(json_str(json_root(at.row), member), text) || str_equal(at.key, except_key))
            continue;
        store_close(&at);
        return true;
    }
    return false;
}

enum outcome lexv2_fail_taken(struct call *call, const char *noun, struct str name)
{
    return call_fail(call, &LEXV2_PRECONDITION_FAILED_EXCEPTION,
                     "%s with the name '%.*s' already exists. Choose another name and try your request again.", noun,
                     STR_ARG(name));
}

const char *lexv2_fail(cJSON *row, const char *reason)
{
    cJSON *reasons = cJSON_CreateArray();
    json_add(reasons, json_new_string(str_of(reason)));
    json_set(row, "failureReasons", reasons);
    return "Failed";
}
