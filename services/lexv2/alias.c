#include "services/lexv2/alias.h"

#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/record.h"
#include "services/lexv2/resource_policy.h"
#include "services/lexv2/tag.h"

const struct table_def lexv2_alias_table = { .name = "lexv2.alias" };

#define ALIASES_MOST 100
#define HISTORY_MOST 100

static const struct lifecycle_step steps[] = { { "Creating", "Available", 1000 }, { "Deleting", NULL, 1000 }, { 0 } };

const struct lifecycle_def lexv2_alias_lifecycle = { .table = &lexv2_alias_table,
                                                     .status = "botAliasStatus",
                                                     .topic = "lexv2.alias",
                                                     .steps = steps,
                                                     .service = "lex",
                                                     .thing = "BotAlias",
                                                     .fail = lexv2_fail };

static struct lexv2_key key_of(struct call *call)
{
    return (struct lexv2_key){ .bot = input_str(call, "botId"), .version = input_str(call, "botAliasId") };
}

bool lexv2_alias_leads_to(struct world *world, struct scope scope, struct str bot_id, struct str version)
{
    char prefix[LEXV2_KEY_BYTES];
    struct str within = lexv2_key_within(prefix, &(struct lexv2_key){ .bot = bot_id });
    struct cursor at = store_seek_from(world->store, scope, &lexv2_alias_table, NULL, within);
    while (store_next_within(&at, within)) {
        if (!str_equal(json_str(json_root(at.row), "botVersion"), version))
            continue;
        store_close(&at);
        return true;
    }
    return false;
}

/* ---- where it led, and when ---- */

static void begin_history(cJSON *history, struct str version, int64_t now)
{
    if (!version.length)
        return;
    cJSON *event = cJSON_CreateObject();
    json_set_str(event, "botVersion", version);
    json_set_int64(event, "startDate", now);
    json_add(history, event);
    if (cJSON_GetArraySize(history) > HISTORY_MOST)
        cJSON_DeleteItemFromArray(history, 0);
}

static cJSON *new_history(const cJSON *before, struct str version, int64_t now)
{
    const cJSON *events = json_get(before, "botAliasHistoryEvents");
    cJSON *history = events ? json_thaw(events) : cJSON_CreateArray();
    if (before && str_equal(json_str(before, "botVersion"), version))
        return history;
    cJSON *last = cJSON_GetArrayItem(history, cJSON_GetArraySize(history) - 1);
    if (last && !json_get(last, "endDate"))
        json_set_int64(last, "endDate", now);
    begin_history(history, version, now);
    return history;
}

void lexv2_alias_make_test(struct world *world, struct scope scope, struct str bot_id)
{
    int64_t now = clock_now(world->clock);
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "botAliasId", LEXV2_TEST_ALIAS);
    json_set_string(row, "botAliasName", "TestBotAlias");
    json_set_string(row, "description", "test bot alias");
    json_set_string(row, "botVersion", LEXV2_DRAFT);
    json_set_string(row, "botAliasStatus", "Available");
    json_set_int64(row, "creationDateTime", now);
    json_set_int64(row, "lastUpdatedDateTime", now);
    json_set(row, "botAliasHistoryEvents", new_history(NULL, STR(LEXV2_DRAFT), now));
    struct lexv2_key key = { .bot = bot_id, .version = STR(LEXV2_TEST_ALIAS) };
    lexv2_put(world, scope, &lexv2_alias_table, &key, row);
}

/* ---- checks ---- */

/* The test alias leads to the draft and no other does. The sentences are ours. */
static bool check_version(struct call *call, const struct lexv2_key *key)
{
    struct str version = input_str(call, "botVersion");
    bool test = str_is(key->version, LEXV2_TEST_ALIAS), draft = str_is(version, LEXV2_DRAFT);
    if (!version.length || (test && draft))
        return true;
    if (test)
        call_fail(call, &ERROR_VALIDATION, "The alias TestBotAlias leads to the version DRAFT and to no other.");
    else if (draft)
        call_fail(call, &ERROR_VALIDATION,
                  "An alias can't lead to the version DRAFT. Create a version of the bot and use its number.");
    else
        return lexv2_need(call, &lexv2_version_table, &(struct lexv2_key){ .bot = key->bot, .version = version });
    return false;
}

static bool check_name(struct call *call, const struct lexv2_key *key)
{
    char text[LEXV2_KEY_BYTES];
    struct str name = input_str(call, "botAliasName"), own = lexv2_key(text, key);
    struct lexv2_key within = { .bot = key->bot };
    if (!lexv2_is_taken(call, &lexv2_alias_table, &within, "botAliasName", name, own))
        return true;
    lexv2_fail_taken(call, "An alias", name);
    return false;
}

/* ---- the operations ---- */

static cJSON *record_of_alias(struct call *call, const struct lexv2_key *key, const cJSON *before)
{
    cJSON *row = lexv2_record(call, before);
    json_set_str(row, "botAliasId", key->version);
    if (str_is(key->version, LEXV2_TEST_ALIAS))
        json_set_string(row, "botVersion", LEXV2_DRAFT);
    json_set_string(row, "botAliasStatus", before ? "Available" : "Creating");
    json_set(row, "botAliasHistoryEvents",
             new_history(before, json_str(row, "botVersion"), clock_now(call->world->clock)));
    return row;
}

static void begin(struct call *call, const struct lexv2_key *key, cJSON *row_taken)
{
    char text[LEXV2_KEY_BYTES];
    lexv2_put(call->world, call_scope(call), &lexv2_alias_table, key, row_taken);
    lifecycle_begin(call->world, &lexv2_alias_lifecycle, call_scope(call), lexv2_key(text, key));
}

enum outcome create_bot_alias(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "botId") };
    if (!lexv2_bot_to_change(call) || !check_version(call, &key) || !check_name(call, &key) ||
        !lexv2_check_room(call, &lexv2_alias_table, &key, ALIASES_MOST, "aliases of a bot"))
        return CALL_FAILED;
    key.version = lexv2_new_id_of_call(call);
    if (!lexv2_tag_put(call, lexv2_alias_arn(call, key.bot, key.version), json_get(call->input, "tags")))
        return CALL_FAILED;
    cJSON *row = record_of_alias(call, &key, NULL);
    lexv2_answer(call, row);
    begin(call, &key, row);
    return CALL_DONE;
}

static struct json *alias_to_change(struct call *call, const struct lexv2_key *key)
{
    struct json *alias = lexv2_bot_to_change(call) ? lexv2_need(call, &lexv2_alias_table, key) : NULL;
    if (!alias || str_is(json_str(json_root(alias), "botAliasStatus"), "Available"))
        return alias;
    call_fail(call, &LEXV2_CONFLICT_EXCEPTION, /* ours */
              "The alias %.*s is in the state %s. Wait until it is Available, then try your request again.",
              STR_ARG(key->version), json_string(json_root(alias), "botAliasStatus"));
    return NULL;
}

enum outcome update_bot_alias(struct call *call)
{
    struct lexv2_key key = key_of(call);
    struct json *alias = alias_to_change(call, &key);
    if (!alias || !check_version(call, &key) || !check_name(call, &key))
        return CALL_FAILED;
    cJSON *row = record_of_alias(call, &key, json_root(alias));
    lexv2_answer(call, row);
    lexv2_put(call->world, call_scope(call), &lexv2_alias_table, &key, row);
    return CALL_DONE;
}

enum outcome describe_bot_alias(struct call *call)
{
    struct lexv2_key key = key_of(call);
    struct json *alias = lexv2_need(call, &lexv2_alias_table, &key);
    if (!alias)
        return CALL_FAILED;
    lexv2_answer(call, json_root(alias));
    return CALL_DONE;
}

enum outcome delete_bot_alias(struct call *call)
{
    char text[LEXV2_KEY_BYTES];
    struct lexv2_key key = key_of(call);
    if (!alias_to_change(call, &key))
        return CALL_FAILED;
    if (str_is(key.version, LEXV2_TEST_ALIAS)) /* ours */
        return call_fail(call, &ERROR_VALIDATION, "The alias TestBotAlias can't be deleted.");
    lexv2_forget_arn(call, lexv2_alias_arn(call, key.bot, key.version));
    lifecycle_move(call->world, &lexv2_alias_lifecycle, call_scope(call), lexv2_key(text, &key), "Deleting");
    output_str(call, "botId", key.bot);
    output_str(call, "botAliasId", key.version);
    output_string(call, "botAliasStatus", "Deleting");
    return CALL_DONE;
}

enum outcome list_bot_aliases(struct call *call)
{
    char prefix[LEXV2_KEY_BYTES];
    struct lexv2_key bot = { .bot = input_str(call, "botId") };
    if (!lexv2_need(call, &lexv2_bot_table, &bot))
        return CALL_FAILED;
    struct lexv2_listing aliases = { .table = &lexv2_alias_table,
                                     .prefix = arena_str(call->arena, lexv2_key_within(prefix, &bot)),
                                     .member = "botAliasSummaries",
                                     .order = "botAliasName" };
    return lexv2_list(call, &aliases);
}
