#include "services/lexv2/locale.h"

#include "services/lexv2/building.h"
#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/record.h"

const struct table_def lexv2_locale_table = { .name = "lexv2.locale" };

/* "Languages and locales supported by Amazon Lex V2" of the developer guide. */
static const struct language {
    const char *id, *name;
} languages[] = {
    { "ar_AE", "Gulf Arabic (United Arab Emirates)" },
    { "ca_ES", "Catalan (Spain)" },
    { "da_DK", "Danish (Denmark)" },
    { "de_AT", "German (Austria)" },
    { "de_DE", "German (Germany)" },
    { "en_AU", "English (Australia)" },
    { "en_GB", "English (UK)" },
    { "en_IN", "English (India)" },
    { "en_US", "English (US)" },
    { "en_ZA", "English (South Africa)" },
    { "es_419", "Spanish (Latin America)" },
    { "es_ES", "Spanish (Spain)" },
    { "es_US", "Spanish (US)" },
    { "fi_FI", "Finnish (Finland)" },
    { "fr_CA", "French (Canada)" },
    { "fr_FR", "French (France)" },
    { "hi_IN", "Hindi (India)" },
    { "it_IT", "Italian (Italy)" },
    { "ja_JP", "Japanese (Japan)" },
    { "ko_KR", "Korean (South Korea)" },
    { "nl_NL", "Dutch (The Netherlands)" },
    { "no_NO", "Norwegian (Norway)" },
    { "pl_PL", "Polish (Poland)" },
    { "pt_BR", "Portuguese (Brazil)" },
    { "pt_PT", "Portuguese (Portugal)" },
    { "sv_SE", "Swedish (Sweden)" },
    { "zh_CN", "Mandarin (PRC)" },
    { "zh_HK", "Cantonese (HK)" },
};

const char *lexv2_locale_name(struct str locale_id)
{
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (str_is(locale_id, languages[i].id))
            return languages[i].name;
    return NULL;
}

/* ---- its life ---- */

struct lexv2_key lexv2_locale_key(struct str key)
{
    struct lexv2_key parts = { 0 };
    parts.bot = str_cut(key, '/', &key);
    parts.version = str_cut(key, '/', &parts.locale);
    return parts;
}

static struct lexv2_key only_locale(struct call *call)
{
    struct lexv2_key key = lexv2_key_of_call(call);
    key.part = key.slot = STR_NONE;
    return key;
}

void lexv2_locale_empty(struct world *world, struct scope scope, const struct lexv2_key *key)
{
    lexv2_delete_within(world, scope, &lexv2_intent_table, key);
    lexv2_delete_within(world, scope, &lexv2_slot_table, key);
    lexv2_delete_within(world, scope, &lexv2_slot_type_table, key);
    lexv2_delete(world, scope, &lexv2_vocabulary_table, key);
}

static const char *arrive(struct world *world, struct scope scope, struct str row_key, cJSON *row, const char *to)
{
    struct lexv2_key key = lexv2_locale_key(row_key);
    if (!to) {
        lexv2_locale_empty(world, scope, &key);
        lexv2_delete(world, scope, &lexv2_built_table, &key);
    }
    return NULL;
}

/* Building ends by building.c. */
static const struct lifecycle_step steps[] = {
    { "Creating", "NotBuilt", 1000 },
    { "Importing", "NotBuilt", 2000 },
    { "Deleting", NULL, 2000 },
    { 0 },
};

const struct lifecycle_def lexv2_locale_lifecycle = { .table = &lexv2_locale_table,
                                                      .status = "botLocaleStatus",
                                                      .topic = "lexv2.locale",
                                                      .steps = steps,
                                                      .arrive = arrive,
                                                      .service = "lex",
                                                      .thing = "BotLocale",
                                                      .fail = lexv2_fail };

static bool is_at_rest(struct str status)
{
    return str_is(status, "NotBuilt") || str_is(status, "Built") || str_is(status, "Failed");
}

struct json *lexv2_locale_to_change(struct call *call)
{
    struct lexv2_key key = only_locale(call);
    struct json *locale = lexv2_need(call, &lexv2_locale_table, &key);
    if (!locale || is_at_rest(json_str(json_root(locale), "botLocaleStatus")))
        return locale;
    call_fail(call, &LEXV2_CONFLICT_EXCEPTION, /* ours */
              "The locale %.*s is in the state %s. Wait until that is over, then try your request again.",
              STR_ARG(key.locale), json_string(json_root(locale), "botLocaleStatus"));
    return NULL;
}

void lexv2_locale_touch(struct world *world, struct scope scope, const struct lexv2_key *key)
{
    struct lexv2_key locale = { key->bot, key->version, key->locale, STR_NONE, STR_NONE };
    struct json *row = lexv2_get(world, scope, &lexv2_locale_table, &locale);
    if (!row)
        return;
    cJSON *changed = json_thaw(json_root(row));
    json_set_int64(changed, "lastUpdatedDateTime", clock_now(world->clock));
    if (is_at_rest(json_str(changed, "botLocaleStatus")))
        json_set_string(changed, "botLocaleStatus", "NotBuilt");
    cJSON_DeleteItemFromObjectCaseSensitive(changed, "failureReasons");
    lexv2_put(world, scope, &lexv2_locale_table, &locale, changed);
}

void lexv2_locale_begin(struct world *world, struct scope scope, const struct lexv2_key *key, cJSON *row_taken)
{
    char text[LEXV2_KEY_BYTES];
    lexv2_put(world, scope, &lexv2_locale_table, key, row_taken);
    lifecycle_begin(world, &lexv2_locale_lifecycle, scope, lexv2_key(text, key));
}

void lexv2_locale_make_fallback(struct world *world, struct scope scope, const struct lexv2_key *key)
{
    struct lexv2_key intent = *key;
    cJSON *row = cJSON_CreateObject();
    intent.part = STR(LEXV2_FALLBACK_ID);
    json_set_string(row, "intentId", LEXV2_FALLBACK_ID);
    json_set_string(row, "intentName", "FallbackIntent");
    json_set_string(row, "description", "Default intent when no other intent matches");
    json_set_string(row, "parentIntentSignature", "AMAZON.FallbackIntent");
    json_set_int64(row, "creationDateTime", clock_now(world->clock));
    json_set_int64(row, "lastUpdatedDateTime", clock_now(world->clock));
    lexv2_put(world, scope, &lexv2_intent_table, &intent, row);
}

/* ---- the operations ---- */

static cJSON *record_of_locale(struct call *call, struct str locale_id, const cJSON *before)
{
    cJSON *row = lexv2_record(call, before);
    json_set_str(row, "localeId", locale_id);
    json_set_string(row, "localeName", lexv2_locale_name(locale_id));
    json_set_string(row, "botLocaleStatus", before ? "NotBuilt" : "Creating");
    if (json_get(before, "lastBuildSubmittedDateTime"))
        json_set(row, "lastBuildSubmittedDateTime", json_thaw(json_get(before, "lastBuildSubmittedDateTime")));
    return row;
}

enum outcome create_bot_locale(struct call *call)
{
    struct lexv2_key key = only_locale(call);
    if (!lexv2_bot_to_change(call))
        return CALL_FAILED;
    if (!lexv2_locale_name(key.locale)) /* ours */
        return call_fail(call, &ERROR_VALIDATION, "Amazon Lex doesn't support the locale %.*s.", STR_ARG(key.locale));
    if (lexv2_get(call->world, call_scope(call), &lexv2_locale_table, &key))
        return lexv2_fail_taken(call, "A locale", key.locale);
    cJSON *row = record_of_locale(call, key.locale, NULL);
    lexv2_answer(call, row);
    lexv2_locale_begin(call->world, call_scope(call), &key, row);
    lexv2_locale_make_fallback(call->world, call_scope(call), &key);
    return CALL_DONE;
}

enum outcome update_bot_locale(struct call *call)
{
    struct lexv2_key key = only_locale(call);
    struct json *locale = lexv2_locale_to_change(call);
    if (!locale)
        return CALL_FAILED;
    cJSON *row = record_of_locale(call, key.locale, json_root(locale));
    lexv2_answer(call, row);
    lexv2_put(call->world, call_scope(call), &lexv2_locale_table, &key, row);
    return CALL_DONE;
}

static size_t count(struct call *call, const struct table_def *table, const struct lexv2_key *within)
{
    return lexv2_count(call->world, call_scope(call), table, within, SIZE_MAX);
}

enum outcome describe_bot_locale(struct call *call)
{
    struct lexv2_key key = only_locale(call);
    struct json *locale = lexv2_need(call, &lexv2_locale_table, &key);
    if (!locale)
        return CALL_FAILED;
    lexv2_answer(call, json_root(locale));
    output_int64(call, "intentsCount", (int64_t)count(call, &lexv2_intent_table, &key));
    output_int64(call, "slotTypesCount", (int64_t)count(call, &lexv2_slot_type_table, &key));
    return CALL_DONE;
}

enum outcome delete_bot_locale(struct call *call)
{
    char text[LEXV2_KEY_BYTES];
    struct lexv2_key key = only_locale(call);
    if (!lexv2_locale_to_change(call))
        return CALL_FAILED;
    lifecycle_move(call->world, &lexv2_locale_lifecycle, call_scope(call), lexv2_key(text, &key), "Deleting");
    lexv2_answer(call, NULL);
    output_string(call, "botLocaleStatus", "Deleting");
    return CALL_DONE;
}

enum outcome build_bot_locale(struct call *call)
{
    struct lexv2_key key = only_locale(call);
    if (!lexv2_locale_to_change(call))
        return CALL_FAILED;
    lexv2_building_begin(call->world, call_scope(call), &key);
    lexv2_answer(call, json_root(lexv2_get(call->world, call_scope(call), &lexv2_locale_table, &key)));
    return CALL_DONE;
}

/* The version that a list looks into: the draft is there with its bot. */
static bool check_version(struct call *call, const struct lexv2_key *version)
{
    bool draft = str_is(version->version, LEXV2_DRAFT);
    struct lexv2_key bot = { .bot = version->bot };
    return lexv2_need(call, draft ? &lexv2_bot_table : &lexv2_version_table, draft ? &bot : version);
}

enum outcome list_bot_locales(struct call *call)
{
    char prefix[LEXV2_KEY_BYTES];
    struct lexv2_key version = { .bot = input_str(call, "botId"), .version = input_str(call, "botVersion") };
    if (!check_version(call, &version))
        return CALL_FAILED;
    struct lexv2_listing locales = { .table = &lexv2_locale_table,
                                     .prefix = arena_str(call->arena, lexv2_key_within(prefix, &version)),
                                     .member = "botLocaleSummaries",
                                     .order = "localeName" };
    return lexv2_list(call, &locales);
}
