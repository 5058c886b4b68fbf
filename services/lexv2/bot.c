#include "services/lexv2/bot.h"

#include "services/lexv2/alias.h"
#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/record.h"
#include "services/lexv2/resource_policy.h"
#include "services/lexv2/tag.h"

const struct table_def lexv2_bot_table = { .name = "lexv2.bot" };

/* ---- its life ---- */

/* All that stands in a bot goes with it. */
static const char *arrive(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to)
{
    static const struct table_def *const within[] = {
        &lexv2_version_table, &lexv2_alias_table,     &lexv2_locale_table,     &lexv2_intent_table,
        &lexv2_slot_table,    &lexv2_slot_type_table, &lexv2_vocabulary_table, &lexv2_built_table,
    };
    (void)row;
    if (to)
        return NULL;
    for (size_t i = 0; i < sizeof within / sizeof *within; i++)
        lexv2_delete_within(world, scope, within[i], &(struct lexv2_key){ .bot = key });
    return NULL;
}

static const struct lifecycle_step steps[] = {
    { "Creating", "Available", 2000 },
    { "Importing", "Available", 2000 },
    { "Deleting", NULL, 2000 },
    { 0 },
};

const struct lifecycle_def lexv2_bot_lifecycle = { .table = &lexv2_bot_table,
                                                   .status = "botStatus",
                                                   .topic = "lexv2.bot",
                                                   .steps = steps,
                                                   .arrive = arrive,
                                                   .service = "lex",
                                                   .thing = "Bot",
                                                   .fail = lexv2_fail };

/* ---- what may be asked ---- */

/* Networks of bots are not here: said in our own words. */
static bool check_type(struct call *call)
{
    if (!str_is(input_str(call, "botType"), "BotNetwork") && !input_has(call, "botMembers"))
        return true;
    call_fail(call, &ERROR_NOT_IMPLEMENTED, "This practice cloud has no networks of bots: botType must be Bot.");
    return false;
}

static bool check_name(struct call *call, struct str id)
{
    struct str name = input_str(call, "botName");
    if (!lexv2_is_taken(call, &lexv2_bot_table, &(struct lexv2_key){ 0 }, "botName", name, id))
        return true;
    lexv2_fail_taken(call, "A bot", name);
    return false;
}

struct json *lexv2_bot_to_change(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "botId") };
    struct json *bot = lexv2_need(call, &lexv2_bot_table, &key);
    if (!bot || str_is(json_str(json_root(bot), "botStatus"), "Available"))
        return bot;
    call_fail(call, &LEXV2_CONFLICT_EXCEPTION, /* ours */
              "The bot %.*s is in the state %s. Wait until it is Available, then try your request again.",
              STR_ARG(key.bot), json_string(json_root(bot), "botStatus"));
    return NULL;
}

/* ---- the operations ---- */

static cJSON *record_of_bot(struct call *call, struct str id, const cJSON *before)
{
    cJSON *row = lexv2_record(call, before);
    json_set_str(row, "botId", id);
    json_set_string(row, "botStatus", before ? "Available" : "Creating");
    if (!json_get(row, "botType"))
        json_set_string(row, "botType", "Bot");
    if (json_get(before, "lastVersion"))
        json_set(row, "lastVersion", json_thaw(json_get(before, "lastVersion")));
    return row;
}

void lexv2_bot_begin(struct world *world, struct scope scope, struct str id, cJSON *row_taken)
{
    lexv2_put(world, scope, &lexv2_bot_table, &(struct lexv2_key){ .bot = id }, row_taken);
    lifecycle_begin(world, &lexv2_bot_lifecycle, scope, id);
    lexv2_alias_make_test(world, scope, id);
}

bool lexv2_bot_has_room(struct call *call)
{
    return lexv2_check_room(call, &lexv2_bot_table, &(struct lexv2_key){ 0 }, LEXV2_BOTS_MOST, "bots in this account");
}

enum outcome create_bot(struct call *call)
{
    if (!check_type(call) || !check_name(call, STR_NONE) || !lexv2_bot_has_room(call))
        return CALL_FAILED;
    struct str id = lexv2_new_id_of_call(call);
    if (!lexv2_tag_put(call, lexv2_bot_arn(call, id), json_get(call->input, "botTags")) ||
        !lexv2_tag_put(call, lexv2_alias_arn(call, id, STR(LEXV2_TEST_ALIAS)),
                       json_get(call->input, "testBotAliasTags")))
        return CALL_FAILED;
    cJSON *row = record_of_bot(call, id, NULL);
    lexv2_answer(call, row);
    lexv2_bot_begin(call->world, call_scope(call), id, row);
    return CALL_DONE;
}

enum outcome describe_bot(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "botId") };
    struct json *bot = lexv2_need(call, &lexv2_bot_table, &key);
    if (!bot)
        return CALL_FAILED;
    lexv2_answer(call, json_root(bot));
    return CALL_DONE;
}

enum outcome update_bot(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "botId") };
    struct json *bot = lexv2_bot_to_change(call);
    if (!bot || !check_type(call) || !check_name(call, key.bot))
        return CALL_FAILED;
    cJSON *row = record_of_bot(call, key.bot, json_root(bot));
    lexv2_answer(call, row);
    lexv2_put(call->world, call_scope(call), &lexv2_bot_table, &key, row);
    return CALL_DONE;
}

/* "If a bot has an alias, the DeleteBot operation returns a ResourceInUseException exception because the alias might be in
 * use" (API reference); the model declares 409 ConflictException in its place. The test alias does not count. */
static bool check_in_use(struct call *call, struct str id)
{
    struct lexv2_key within = { .bot = id };
    if (input_bool(call, "skipResourceInUseCheck", false) ||
        lexv2_count(call->world, call_scope(call), &lexv2_alias_table, &within, 2) < 2)
        return true;
    call_fail(call, &LEXV2_CONFLICT_EXCEPTION,
              "The bot %.*s has aliases that might be in use. Delete them first, or set skipResourceInUseCheck.",
              STR_ARG(id));
    return false;
}

static void drop_what_is_named_by_arn(struct call *call, struct str id)
{
    char prefix[LEXV2_KEY_BYTES];
    struct str within = lexv2_key_within(prefix, &(struct lexv2_key){ .bot = id });
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &lexv2_alias_table, NULL, within);
    while (store_next_within(&at, within))
        lexv2_forget_arn(call, lexv2_alias_arn(call, id, json_str(json_root(at.row), "botAliasId")));
    lexv2_forget_arn(call, lexv2_bot_arn(call, id));
}

enum outcome delete_bot(struct call *call)
{
    struct str id = input_str(call, "botId");
    if (!lexv2_bot_to_change(call) || !check_in_use(call, id))
        return CALL_FAILED;
    drop_what_is_named_by_arn(call, id);
    lifecycle_move(call->world, &lexv2_bot_lifecycle, call_scope(call), id, "Deleting");
    output_str(call, "botId", id);
    output_string(call, "botStatus", "Deleting");
    return CALL_DONE;
}

/* The latest numbered version is told only where there is one. */
static void add_latest_version(struct call *call, const cJSON *row, cJSON *told)
{
    struct str id = json_str(row, "botId");
    int64_t latest = lexv2_version_latest(call->world, call_scope(call), id);
    if (latest)
        json_set_string(told, "latestBotVersion", arena_printf(call->arena, "%lld", (long long)latest));
}

enum outcome list_bots(struct call *call)
{
    struct lexv2_listing bots = {
        .table = &lexv2_bot_table, .member = "botSummaries", .order = "botName", .adorn = add_latest_version
    };
    return lexv2_list(call, &bots);
}
