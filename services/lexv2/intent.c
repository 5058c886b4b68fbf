#include "services/lexv2/builtin.h"
#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/locale.h"
#include "services/lexv2/record.h"

const struct table_def lexv2_intent_table = { .name = "lexv2.intent" };

static struct lexv2_key locale_of(const struct lexv2_key *key)
{
    return (struct lexv2_key){ key->bot, key->version, key->locale, STR_NONE, STR_NONE };
}

/* ---- checks ---- */

/* The first sentence is AWS's (qnabot issue 658). An intent that extends a built-in one may have its name. */
static bool check_name(struct call *call, const struct lexv2_key *key)
{
    char text[LEXV2_KEY_BYTES];
    struct str name = input_str(call, "intentName"), own = lexv2_key(text, key);
    struct lexv2_key locale = locale_of(key);
    if (!input_has(call, "parentIntentSignature") && lexv2_is_builtin_intent_name(name)) {
        call_fail(call, &ERROR_VALIDATION,
                  "The specified intent name conflicts with a built-in intent name. Please use a different name.");
        return false;
    }
    if (!lexv2_is_taken(call, &lexv2_intent_table, &locale, "intentName", name, key->part.length ? own : STR_NONE))
        return true;
    lexv2_fail_taken(call, "An intent", name);
    return false;
}

/* Ours. */
static bool check_parent(struct call *call)
{
    struct str parent = input_str(call, "parentIntentSignature");
    if (!parent.length || lexv2_builtin_intent(parent))
        return true;
    call_fail(call, &ERROR_VALIDATION, "There is no built-in intent %.*s.", STR_ARG(parent));
    return false;
}

/* One locale has one fallback intent, and it stays. Ours. */
static bool check_fallback(struct call *call, const struct lexv2_key *key)
{
    bool fallback = str_is(input_str(call, "parentIntentSignature"), "AMAZON.FallbackIntent");
    if (fallback == str_is(key->part, LEXV2_FALLBACK_ID))
        return true;
    struct lexv2_key existing = locale_of(key);
    existing.part = STR(LEXV2_FALLBACK_ID);
    if (fallback && !lexv2_get(call->world, call_scope(call), &lexv2_intent_table, &existing))
        return true;
    call_fail(call, &ERROR_VALIDATION,
              fallback
                  ? "A locale has one intent with the signature AMAZON.FallbackIntent, and this one has it already."
                  : "The parentIntentSignature of the fallback intent is AMAZON.FallbackIntent.");
    return false;
}

/* ---- the operations ---- */

static void keep(struct call *call, const struct lexv2_key *key, cJSON *row_taken)
{
    json_set_str(row_taken, "intentId", key->part);
    lexv2_answer(call, row_taken);
    lexv2_put(call->world, call_scope(call), &lexv2_intent_table, key, row_taken);
    lexv2_locale_touch(call->world, call_scope(call), key);
}

enum outcome create_intent(struct call *call)
{
    struct lexv2_key key = lexv2_key_of_call(call), locale = locale_of(&key);
    key.part = key.slot = STR_NONE;
    if (!lexv2_locale_to_change(call) || !check_parent(call) || !check_name(call, &key) ||
        !check_fallback(call, &key) ||
        !lexv2_check_room(call, &lexv2_intent_table, &locale, LEXV2_INTENTS_MOST, "intents of a locale"))
        return CALL_FAILED;
    bool fallback = str_is(input_str(call, "parentIntentSignature"), "AMAZON.FallbackIntent");
    key.part = fallback ? STR(LEXV2_FALLBACK_ID) : lexv2_new_id_of_call(call);
    keep(call, &key, lexv2_record(call, NULL));
    return CALL_DONE;
}

enum outcome update_intent(struct call *call)
{
    struct lexv2_key key = lexv2_key_of_call(call);
    struct json *intent = lexv2_locale_to_change(call) ? lexv2_need(call, &lexv2_intent_table, &key) : NULL;
    if (!intent || !check_parent(call) || !check_name(call, &key) || !check_fallback(call, &key))
        return CALL_FAILED;
    keep(call, &key, lexv2_record(call, json_root(intent)));
    return CALL_DONE;
}

enum outcome describe_intent(struct call *call)
{
    struct lexv2_key key = lexv2_key_of_call(call);
    struct json *intent = lexv2_need(call, &lexv2_intent_table, &key);
    if (!intent)
        return CALL_FAILED;
    lexv2_answer(call, json_root(intent));
    return CALL_DONE;
}

enum outcome delete_intent(struct call *call)
{
    struct lexv2_key key = lexv2_key_of_call(call);
    if (!lexv2_locale_to_change(call) || !lexv2_need(call, &lexv2_intent_table, &key))
        return CALL_FAILED;
    if (str_is(key.part, LEXV2_FALLBACK_ID)) /* ours */
        return call_fail(call, &ERROR_VALIDATION, "The fallback intent of a locale can't be deleted.");
    lexv2_delete_within(call->world, call_scope(call), &lexv2_slot_table, &key);
    lexv2_delete(call->world, call_scope(call), &lexv2_intent_table, &key);
    lexv2_locale_touch(call->world, call_scope(call), &key);
    return CALL_DONE;
}

enum outcome list_intents(struct call *call)
{
    char prefix[LEXV2_KEY_BYTES];
    struct lexv2_key key = lexv2_key_of_call(call), locale = locale_of(&key);
    if (!lexv2_need(call, &lexv2_locale_table, &locale))
        return CALL_FAILED;
    struct lexv2_listing intents = { .table = &lexv2_intent_table,
                                     .prefix = arena_str(call->arena, lexv2_key_within(prefix, &locale)),
                                     .member = "intentSummaries",
                                     .order = "intentName" };
    return lexv2_list(call, &intents);
}
