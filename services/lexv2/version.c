#include "services/lexv2/alias.h"
#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/record.h"

const struct table_def lexv2_version_table = { .name = "lexv2.version" };

#define VERSIONS_MOST 100 /* "Amazon Lex V2 quotas": versions of a bot */

/* What stands in a version of a locale, and is copied with it. */
static const struct table_def *const contents[] = {
    &lexv2_locale_table,    &lexv2_intent_table,     &lexv2_slot_table,
    &lexv2_slot_type_table, &lexv2_vocabulary_table, &lexv2_built_table,
};
#define CONTENTS (sizeof contents / sizeof *contents)

/* ---- its life ---- */

static const char *arrive(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to)
{
    struct lexv2_key within = { 0 };
    (void)row;
    within.bot = str_cut(key, '/', &within.version);
    for (size_t i = 0; !to && i < CONTENTS; i++)
        lexv2_delete_within(world, scope, contents[i], &within);
    return NULL;
}

static const struct lifecycle_step steps[] = { { "Creating", "Available", 5000 }, { "Deleting", NULL, 2000 }, { 0 } };

const struct lifecycle_def lexv2_version_lifecycle = { .table = &lexv2_version_table,
                                                       .status = "botStatus",
                                                       .topic = "lexv2.version",
                                                       .steps = steps,
                                                       .arrive = arrive,
                                                       .service = "lex",
                                                       .thing = "BotVersion",
                                                       .fail = lexv2_fail };

/* ---- numbers ---- */

int64_t lexv2_version_latest(struct world *world, struct scope scope, struct str bot_id)
{
    char prefix[LEXV2_KEY_BYTES];
    int64_t latest = 0, number;
    struct str within = lexv2_key_within(prefix, &(struct lexv2_key){ .bot = bot_id });
    struct cursor at = store_seek_from(world->store, scope, &lexv2_version_table, NULL, within);
    while (store_next_within(&at, within))
        if (str_to_int64(json_str(json_root(at.row), "botVersion"), &number) && number > latest)
            latest = number;
    return latest;
}

/* Numbers do not come again: the bot remembers the last one. */
static int64_t next_number(struct call *call, struct json *bot, const struct lexv2_key *key)
{
    int64_t number = json_int64(json_root(bot), "lastVersion", 0) + 1;
    cJSON *row = json_thaw(json_root(bot));
    json_set_int64(row, "lastVersion", number);
    lexv2_put(call->world, call_scope(call), &lexv2_bot_table, key, row);
    return number;
}

/* ---- copies ---- */

/* The rows of one locale under another version: the same documents. */
static void copy_rows(struct call *call, const struct table_def *table, const struct lexv2_key *from,
                      const struct lexv2_key *to)
{
    char source[LEXV2_KEY_BYTES], target[LEXV2_KEY_BYTES];
    struct scope scope = call_scope(call);
    struct str exact = lexv2_key(source, from), goal = lexv2_key(target, to);
    struct json *row = store_get(call->world->store, scope, table, exact);
    if (row)
        store_put(call->world->store, scope, table, goal, json_ref(row));
    struct str within = lexv2_key_within(source, from);
    struct cursor at = store_seek_from(call->world->store, scope, table, NULL, within);
    while (store_next_within(&at, within)) {
        struct str rest = str_from(at.key, within.length);
        char *key = arena_printf(call->arena, "%.*s/%.*s", STR_ARG(goal), STR_ARG(rest));
        store_put(call->world->store, scope, table, str_of(key), json_ref(at.row));
    }
}

static void copy_locale(struct call *call, const struct lexv2_key *from, const struct lexv2_key *to)
{
    struct json *locale = lexv2_get(call->world, call_scope(call), &lexv2_locale_table, from);
    bool built = str_is(json_str(json_root(locale), "botLocaleStatus"), "Built");
    for (size_t i = 0; i < CONTENTS; i++)
        if (built || contents[i] != &lexv2_built_table)
            copy_rows(call, contents[i], from, to);
}

/* ---- checks ---- */

static bool is_at_rest(struct str status)
{
    return str_is(status, "Built") || str_is(status, "NotBuilt") || str_is(status, "Failed");
}

static bool check_source(struct call *call, struct str bot_id, const cJSON *specification)
{
    struct lexv2_key key = { bot_id, json_str(specification, "sourceBotVersion"), str_of(specification->string),
                             STR_NONE, STR_NONE };
    struct json *locale = lexv2_need(call, &lexv2_locale_table, &key);
    if (!locale || is_at_rest(json_str(json_root(locale), "botLocaleStatus")))
        return locale;
    call_fail(call, &LEXV2_CONFLICT_EXCEPTION, /* ours */
              "The locale %s is in the state %s. Wait until that is over, then create the version.",
              specification->string, json_string(json_root(locale), "botLocaleStatus"));
    return false;
}

static bool check_sources(struct call *call, struct str bot_id)
{
    const cJSON *specification;
    cJSON_ArrayForEach(specification, json_get(call->input, "botVersionLocaleSpecification"))
    {
        if (!check_source(call, bot_id, specification))
            return false;
    }
    return true;
}

/* ---- the operations ---- */

/* The bot's settings as they are now. */
static cJSON *record_of_version(struct call *call, struct json *bot, struct str number)
{
    static const char *const kept[] = { "botName", "roleArn", "dataPrivacy", "idleSessionTTLInSeconds", "botType" };
    cJSON *row = lexv2_record(call, NULL);
    json_set_str(row, "botVersion", number);
    json_set_string(row, "botStatus", "Creating");
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (json_get(json_root(bot), kept[i]))
            json_set(row, kept[i], json_thaw(json_get(json_root(bot), kept[i])));
    return row;
}

/* A locale that was never built, or was changed since, is copied as it is (terraform's example of a version builds none); nobody
 * can talk to it there. */
enum outcome create_bot_version(struct call *call)
{
    char text[LEXV2_KEY_BYTES];
    struct lexv2_key key = { .bot = input_str(call, "botId") };
    struct json *bot = lexv2_bot_to_change(call);
    if (!bot || !check_sources(call, key.bot) ||
        !lexv2_check_room(call, &lexv2_version_table, &key, VERSIONS_MOST, "versions of a bot"))
        return CALL_FAILED;
    bot = json_ref(bot);
    int64_t number = next_number(call, bot, &key);
    struct lexv2_key version = { .bot = key.bot,
                                 .version = str_of(arena_printf(call->arena, "%lld", (long long)number)) };
    const cJSON *specification;
    cJSON_ArrayForEach(specification, json_get(call->input, "botVersionLocaleSpecification"))
    {
        struct str locale = str_of(specification->string);
        struct lexv2_key from = { key.bot, json_str(specification, "sourceBotVersion"), locale, STR_NONE, STR_NONE };
        copy_locale(call, &from, &(struct lexv2_key){ key.bot, version.version, locale, STR_NONE, STR_NONE });
    }
    cJSON *row = record_of_version(call, bot, version.version);
    json_unref(bot);
    lexv2_answer(call, row);
    lexv2_put(call->world, call_scope(call), &lexv2_version_table, &version, row);
    lifecycle_begin(call->world, &lexv2_version_lifecycle, call_scope(call), lexv2_key(text, &version));
    return CALL_DONE;
}

enum outcome describe_bot_version(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "botId"), .version = input_str(call, "botVersion") };
    struct json *version = lexv2_need(call, &lexv2_version_table, &key);
    if (!version)
        return CALL_FAILED;
    lexv2_answer(call, json_root(version));
    return CALL_DONE;
}

enum outcome delete_bot_version(struct call *call)
{
    char text[LEXV2_KEY_BYTES];
    struct lexv2_key key = { .bot = input_str(call, "botId"), .version = input_str(call, "botVersion") };
    if (!lexv2_bot_to_change(call) || !lexv2_need(call, &lexv2_version_table, &key))
        return CALL_FAILED;
    if (!input_bool(call, "skipResourceInUseCheck", false) &&
        lexv2_alias_leads_to(call->world, call_scope(call), key.bot, key.version))
        return call_fail(call, &LEXV2_CONFLICT_EXCEPTION, /* ours */
                         "The version %.*s is in use by an alias. Let the alias lead to another version, or set "
                         "skipResourceInUseCheck.",
                         STR_ARG(key.version));
    lifecycle_move(call->world, &lexv2_version_lifecycle, call_scope(call), lexv2_key(text, &key), "Deleting");
    output_str(call, "botId", key.bot);
    output_str(call, "botVersion", key.version);
    output_string(call, "botStatus", "Deleting");
    return CALL_DONE;
}

/* The draft is listed too, though DescribeBotVersion does not know it (former2 issue 351). */
enum outcome list_bot_versions(struct call *call)
{
    char prefix[LEXV2_KEY_BYTES];
    struct lexv2_key key = { .bot = input_str(call, "botId") };
    struct json *bot = lexv2_need(call, &lexv2_bot_table, &key);
    if (!bot)
        return CALL_FAILED;
    cJSON *draft = json_thaw(json_root(bot));
    json_set_string(draft, "botVersion", LEXV2_DRAFT);
    struct lexv2_listing versions = { .table = &lexv2_version_table,
                                      .prefix = arena_str(call->arena, lexv2_key_within(prefix, &key)),
                                      .member = "botVersionSummaries",
                                      .order = "botVersion",
                                      .first = draft };
    enum outcome outcome = lexv2_list(call, &versions);
    cJSON_Delete(draft);
    return outcome;
}
