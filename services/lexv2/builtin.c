#include "services/lexv2/builtin.h"

#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/locale.h"

#define PREFIX "AMAZON."

struct builtin {
    const char *signature, *description;
};

/* "Built-in intents" and "Built-in slot types" of the developer guide; the descriptions are ours. */
static const struct builtin intents[] = {
    { "AMAZON.BedrockAgentIntent", "Hands the conversation to an agent of Amazon Bedrock." },
    { "AMAZON.CancelIntent", "The customer wants to cancel what is under way." },
    { "AMAZON.FallbackIntent", "Called when no other intent matches." },
    { "AMAZON.HelpIntent", "The customer asks for help." },
    { "AMAZON.KendraSearchIntent", "Searches an index of Amazon Kendra." },
    { "AMAZON.PauseIntent", "The customer wants to pause." },
    { "AMAZON.QInConnectIntent", "Answers by Amazon Q in Connect." },
    { "AMAZON.QnAIntent", "Answers questions from a knowledge store." },
    { "AMAZON.RepeatIntent", "The customer wants to hear that again." },
    { "AMAZON.ResumeIntent", "The customer wants to go on." },
    { "AMAZON.StartOverIntent", "The customer wants to start over." },
    { "AMAZON.StopIntent", "The customer wants to stop." },
};

static const struct builtin slot_types[] = {
    { "AMAZON.AlphaNumeric", "Letters and digits." },
    { "AMAZON.City", "Cities of the world." },
    { "AMAZON.Confirmation", "Yes, no, maybe or don't know." },
    { "AMAZON.Country", "Countries of the world." },
    { "AMAZON.Date", "Dates, also relative ones." },
    { "AMAZON.Duration", "Spans of time." },
    { "AMAZON.EmailAddress", "Addresses of electronic mail." },
    { "AMAZON.FirstName", "First names." },
    { "AMAZON.FreeFormInput", "Whatever the customer says." },
    { "AMAZON.LastName", "Last names." },
    { "AMAZON.Number", "Numbers, in digits or in words." },
    { "AMAZON.Percentage", "Numbers with a percent sign, or in words." },
    { "AMAZON.PhoneNumber", "Telephone numbers." },
    { "AMAZON.State", "Regions within a country." },
    { "AMAZON.StreetName", "Names of streets." },
    { "AMAZON.Time", "Times of day." },
    { "AMAZON.UKPostalCode", "Postal codes of the United Kingdom." },
};

#define COUNT(table) (sizeof table / sizeof *table)

static bool has(const struct builtin *table, size_t count, struct str signature)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(signature, table[i].signature))
            return true;
    return false;
}

bool lexv2_builtin_intent(struct str signature)
{
    return has(intents, COUNT(intents), signature);
}

bool lexv2_builtin_slot_type(struct str signature)
{
    return has(slot_types, COUNT(slot_types), signature);
}

bool lexv2_is_builtin_intent_name(struct str name)
{
    for (size_t i = 0; i < COUNT(intents); i++) {
        struct str taken = str_from(str_of(intents[i].signature), strlen(PREFIX));
        if (taken.length == name.length && str_equal_ignoring_case(taken, name))
            return true;
    }
    return false;
}

static enum outcome list(struct call *call, const struct builtin *table, size_t count, const char *member,
                         const char *key)
{
    struct str locale = input_str(call, "localeId");
    if (!lexv2_locale_name(locale)) /* ours */
        return call_fail(call, &ERROR_VALIDATION, "Amazon Lex doesn't support the locale %.*s.", STR_ARG(locale));
    cJSON *items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        cJSON *item = cJSON_CreateObject();
        json_set_string(item, key, table[i].signature);
        json_set_string(item, "description", table[i].description);
        json_add(items, item);
    }
    enum outcome outcome = lexv2_list_items(call, items, member, key);
    cJSON_Delete(items);
    return outcome;
}

enum outcome list_built_in_intents(struct call *call)
{
    return list(call, intents, COUNT(intents), "builtInIntentSummaries", "intentSignature");
}

enum outcome list_built_in_slot_types(struct call *call)
{
    return list(call, slot_types, COUNT(slot_types), "builtInSlotTypeSummaries", "slotTypeSignature");
}
