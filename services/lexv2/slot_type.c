#include "services/lexv2/builtin.h"
#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/locale.h"
#include "services/lexv2/record.h"

const struct table_def lexv2_slot_type_table = { .name = "lexv2.slot_type" };

static struct lexv2_key locale_of(const struct lexv2_key *key)
{
    return (struct lexv2_key){ key->bot, key->version, key->locale, STR_NONE, STR_NONE };
}

/* In DeleteSlotType's and UpdateSlotType's paths, "slotTypeId"; it is the part of the key whatever else the input holds. */
static struct lexv2_key key_of(struct call *call)
{
    struct lexv2_key key = lexv2_key_of_call(call);
    key.part = input_str(call, "slotTypeId");
    key.slot = STR_NONE;
    return key;
}

/* ---- checks ---- */

static bool check_name(struct call *call, const struct lexv2_key *key)
{
    char text[LEXV2_KEY_BYTES];
    struct str name = input_str(call, "slotTypeName"), own = lexv2_key(text, key);
    struct lexv2_key locale = locale_of(key);
    if (!lexv2_is_taken(call, &lexv2_slot_type_table, &locale, "slotTypeName", name, key->part.length ? own : STR_NONE))
        return true;
    lexv2_fail_taken(call, "A slot type", name);
    return false;
}

/* "valueSelectionSetting: Determines the strategy that Amazon Lex uses to select a value"; a type of values needs one, and a
 * type of one's own has values, a parent, sub-slots or a grammar. The sentences are ours. */
static bool check_kind(struct call *call)
{
    struct str parent = input_str(call, "parentSlotTypeSignature");
    if (parent.length && !lexv2_builtin_slot_type(parent)) {
        call_fail(call, &ERROR_VALIDATION, "There is no built-in slot type %.*s.", STR_ARG(parent));
        return false;
    }
    if (parent.length || input_has(call, "externalSourceSetting") || input_has(call, "compositeSlotTypeSetting") ||
        input_has(call, "valueSelectionSetting"))
        return true;
    call_fail(call, &ERROR_VALIDATION,
              "A slot type without a parentSlotTypeSignature must have a valueSelectionSetting.");
    return false;
}

/* A pattern that no engine can read would never match anything. Ours. */
static bool check_pattern(struct call *call)
{
    const cJSON *filter = json_get(json_get(call->input, "valueSelectionSetting"), "regexFilter");
    struct str pattern = json_str(filter, "pattern");
    struct pattern *compiled = pattern.length ? pattern_compile(pattern) : NULL;
    if (!pattern.length || compiled) {
        pattern_free(compiled);
        return true;
    }
    call_fail(call, &ERROR_VALIDATION, "The regular expression '%.*s' can't be read.", STR_ARG(pattern));
    return false;
}

/* ---- the operations ---- */

static const char *category_of(const cJSON *row)
{
    if (json_get(row, "externalSourceSetting"))
        return "ExternalGrammar";
    if (json_get(row, "compositeSlotTypeSetting"))
        return "Composite";
    return json_get(row, "parentSlotTypeSignature") ? "Extended" : "Custom";
}

static void keep(struct call *call, const struct lexv2_key *key, cJSON *row_taken)
{
    json_set_str(row_taken, "slotTypeId", key->part);
    lexv2_answer(call, row_taken);
    lexv2_put(call->world, call_scope(call), &lexv2_slot_type_table, key, row_taken);
    lexv2_locale_touch(call->world, call_scope(call), key);
}

enum outcome create_slot_type(struct call *call)
{
    struct lexv2_key key = key_of(call), locale = locale_of(&key);
    if (!lexv2_locale_to_change(call) || !check_name(call, &key) || !check_kind(call) || !check_pattern(call) ||
        !lexv2_check_room(call, &lexv2_slot_type_table, &locale, LEXV2_SLOT_TYPES_MOST, "slot types of a locale"))
        return CALL_FAILED;
    key.part = lexv2_new_id_of_call(call);
    keep(call, &key, lexv2_record(call, NULL));
    return CALL_DONE;
}

enum outcome update_slot_type(struct call *call)
{
    struct lexv2_key key = key_of(call);
    struct json *type = lexv2_locale_to_change(call) ? lexv2_need(call, &lexv2_slot_type_table, &key) : NULL;
    if (!type || !check_name(call, &key) || !check_kind(call) || !check_pattern(call))
        return CALL_FAILED;
    keep(call, &key, lexv2_record(call, json_root(type)));
    return CALL_DONE;
}

enum outcome describe_slot_type(struct call *call)
{
    struct lexv2_key key = key_of(call);
    struct json *type = lexv2_need(call, &lexv2_slot_type_table, &key);
    if (!type)
        return CALL_FAILED;
    lexv2_answer(call, json_root(type));
    return CALL_DONE;
}

/* The first slot of the locale that has this type; STR_NONE: none has. */
static struct str slot_of_type(struct call *call, const struct lexv2_key *key)
{
    char prefix[LEXV2_KEY_BYTES];
    struct lexv2_key locale = locale_of(key);
    struct str within = lexv2_key_within(prefix, &locale);
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &lexv2_slot_table, NULL, within);
    while (store_next_within(&at, within)) {
        if (!str_equal(json_str(json_root(at.row), "slotTypeId"), key->part))
            continue;
        struct str name = arena_str(call->arena, json_str(json_root(at.row), "slotName"));
        store_close(&at);
        return name;
    }
    return STR_NONE;
}

/* "If a slot is using the slot type, you will receive a ResourceInUseException" (API reference): as with bots, 409 stands in its
 * place, which the model declares. */
enum outcome delete_slot_type(struct call *call)
{
    struct lexv2_key key = key_of(call);
    if (!lexv2_locale_to_change(call) || !lexv2_need(call, &lexv2_slot_type_table, &key))
        return CALL_FAILED;
    struct str user = input_bool(call, "skipResourceInUseCheck", false) ? STR_NONE : slot_of_type(call, &key);
    if (user.length)
        return call_fail(call, &LEXV2_CONFLICT_EXCEPTION,
                         "The slot type %.*s is in use by the slot %.*s. Remove it from the slot, or set "
                         "skipResourceInUseCheck.",
                         STR_ARG(key.part), STR_ARG(user));
    lexv2_delete(call->world, call_scope(call), &lexv2_slot_type_table, &key);
    lexv2_locale_touch(call->world, call_scope(call), &key);
    return CALL_DONE;
}

static void add_category(struct call *call, const cJSON *row, cJSON *told)
{
    (void)call;
    json_set_string(told, "slotTypeCategory", category_of(row));
}

enum outcome list_slot_types(struct call *call)
{
    char prefix[LEXV2_KEY_BYTES];
    struct lexv2_key key = key_of(call), locale = locale_of(&key);
    if (!lexv2_need(call, &lexv2_locale_table, &locale))
        return CALL_FAILED;
    struct lexv2_listing types = { .table = &lexv2_slot_type_table,
                                   .prefix = arena_str(call->arena, lexv2_key_within(prefix, &locale)),
                                   .member = "slotTypeSummaries",
                                   .order = "slotTypeName",
                                   .adorn = add_category };
    return lexv2_list(call, &types);
}
