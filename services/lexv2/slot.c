#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/locale.h"
#include "services/lexv2/record.h"

const struct table_def lexv2_slot_table = { .name = "lexv2.slot" };

static struct lexv2_key intent_of(const struct lexv2_key *key)
{
    return (struct lexv2_key){ key->bot, key->version, key->locale, key->part, STR_NONE };
}

static bool check_name(struct call *call, const struct lexv2_key *key)
{
    char text[LEXV2_KEY_BYTES];
    struct str name = input_str(call, "slotName"), own = lexv2_key(text, key);
    struct lexv2_key intent = intent_of(key);
    if (!lexv2_is_taken(call, &lexv2_slot_table, &intent, "slotName", name, key->slot.length ? own : STR_NONE))
        return true;
    lexv2_fail_taken(call, "A slot", name);
    return false;
}

static void keep(struct call *call, const struct lexv2_key *key, cJSON *row_taken)
{
    json_set_str(row_taken, "slotId", key->slot);
    lexv2_answer(call, row_taken);
    lexv2_put(call->world, call_scope(call), &lexv2_slot_table, key, row_taken);
    lexv2_locale_touch(call->world, call_scope(call), key);
}

/* Which slot comes when is the intent's to say (slotPriorities): a slot is made first, then the intent is updated. */
enum outcome create_slot(struct call *call)
{
    struct lexv2_key key = lexv2_key_of_call(call), intent = intent_of(&key);
    key.slot = STR_NONE;
    if (!lexv2_locale_to_change(call) || !lexv2_need(call, &lexv2_intent_table, &intent) || !check_name(call, &key) ||
        !lexv2_check_room(call, &lexv2_slot_table, &intent, LEXV2_SLOTS_MOST, "slots of an intent"))
        return CALL_FAILED;
    key.slot = lexv2_new_id_of_call(call);
    keep(call, &key, lexv2_record(call, NULL));
    return CALL_DONE;
}

enum outcome update_slot(struct call *call)
{
    struct lexv2_key key = lexv2_key_of_call(call);
    struct json *slot = lexv2_locale_to_change(call) ? lexv2_need(call, &lexv2_slot_table, &key) : NULL;
    if (!slot || !check_name(call, &key))
        return CALL_FAILED;
    keep(call, &key, lexv2_record(call, json_root(slot)));
    return CALL_DONE;
}

enum outcome describe_slot(struct call *call)
{
    struct lexv2_key key = lexv2_key_of_call(call);
    struct json *slot = lexv2_need(call, &lexv2_slot_table, &key);
    if (!slot)
        return CALL_FAILED;
    lexv2_answer(call, json_root(slot));
    return CALL_DONE;
}

/* The intent goes on naming it among its priorities until it is updated: the next build says so. */
enum outcome delete_slot(struct call *call)
{
    struct lexv2_key key = lexv2_key_of_call(call);
    if (!lexv2_locale_to_change(call) || !lexv2_need(call, &lexv2_slot_table, &key))
        return CALL_FAILED;
    lexv2_delete(call->world, call_scope(call), &lexv2_slot_table, &key);
    lexv2_locale_touch(call->world, call_scope(call), &key);
    return CALL_DONE;
}

static void add_elicitation(struct call *call, const cJSON *row, cJSON *told)
{
    (void)call;
    const cJSON *setting = json_get(row, "valueElicitationSetting"), *prompt = json_get(setting, "promptSpecification");
    json_set_string(told, "slotConstraint", json_string(setting, "slotConstraint"));
    if (prompt)
        json_set(told, "valueElicitationPromptSpecification", json_thaw(prompt));
}

enum outcome list_slots(struct call *call)
{
    char prefix[LEXV2_KEY_BYTES];
    struct lexv2_key key = lexv2_key_of_call(call), intent = intent_of(&key);
    if (!lexv2_need(call, &lexv2_intent_table, &intent))
        return CALL_FAILED;
    struct lexv2_listing slots = { .table = &lexv2_slot_table,
                                   .prefix = arena_str(call->arena, lexv2_key_within(prefix, &intent)),
                                   .member = "slotSummaries",
                                   .order = "slotName",
                                   .adorn = add_elicitation };
    return lexv2_list(call, &slots);
}
