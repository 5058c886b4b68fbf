/* What keeps a locale from being built, and how archives spell what the API spells otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "services/lexv2/archive.h"
#include "services/lexv2/archive_names.h"
#include "services/lexv2/build.h"
#include "services/lexv2/builtin.h"
#include "services/lexv2/lexv2_model.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define FALLBACK                                                                                                       \
    "{\"intentId\":\"F\",\"intentName\":\"FallbackIntent\",\"parentIntentSignature\":\"AMAZON.FallbackIntent\"}"
#define HELLO    "\"intentId\":\"A\",\"intentName\":\"Hello\",\"sampleUtterances\":[{\"utterance\":\"hello\"}]"
#define PROMPT   "\"promptSpecification\":{\"messageGroups\":[],\"maxRetries\":1}"
#define REQUIRED "\"valueElicitationSetting\":{\"slotConstraint\":\"Required\"," PROMPT "}"
#define WHO      "{\"slotId\":\"S\",\"slotName\":\"Who\",\"slotTypeId\":\"AMAZON.FirstName\"," REQUIRED "}"
#define FIRST    "\"slotPriorities\":[{\"priority\":1,\"slotId\":\"S\"}]"

static const struct build_case {
    const char *intents, *types;
    const char *reason; /* the only one; NULL: it is built */
    const char *why;
} build_cases[] = {
    { FALLBACK, "", "The locale has no intent but the fallback intent. Add at least one intent with sample utterances.",
      "nothing of one's own" },
    { "{" HELLO "}," FALLBACK, "", NULL, "the least there is" },
    { "{" HELLO "," FIRST ",\"slots\":[" WHO "]}", "", NULL, "a slot with priority and prompt" },
    { "{" HELLO ",\"slots\":[" WHO "]}", "",
      "Slot ids [Who] in intent Hello don't define a slot priority. Update the intent to add a priority to these "
      "slots.",
      "AWS's own sentence" },
    { "{" HELLO "," FIRST "}", "",
      "Slot ids [S] in the slot priorities of intent Hello don't exist. Update the intent to remove the priority of "
      "these "
      "slots.",
      "a priority of a slot that is gone" },
    { "{" HELLO "," FIRST ",\"slots\":[{\"slotId\":\"S\",\"slotName\":\"Who\",\"slotTypeId\":\"GONE\"," REQUIRED "}]}",
      "", "Slot Who in intent Hello uses the slot type GONE, which doesn't exist. Update the slot to use another.",
      "a type that is gone" },
    { "{" HELLO "," FIRST
      ",\"slots\":[{\"slotId\":\"S\",\"slotName\":\"Who\",\"slotTypeId\":\"AMAZON.Unicorn\"," REQUIRED "}]}",
      "",
      "Slot Who in intent Hello uses the slot type AMAZON.Unicorn, which doesn't exist. Update the slot to use "
      "another.",
      "a built-in type that Amazon Lex lacks" },
    { "{" HELLO "," FIRST ",\"slots\":[{\"slotId\":\"S\",\"slotName\":\"Who\",\"slotTypeId\":\"AMAZON.City\","
      "\"valueElicitationSetting\":{\"slotConstraint\":\"Required\"}}]}",
      "", "Slot Who in intent Hello is required but has no prompt. Update the slot to add a prompt.",
      "how to ask for it" },
    { "{" HELLO "," FIRST ",\"slots\":[{\"slotId\":\"S\",\"slotName\":\"Who\",\"slotTypeId\":\"AMAZON.City\","
      "\"valueElicitationSetting\":{\"slotConstraint\":\"Optional\"}}]}",
      "", NULL, "an optional slot need not be asked for" },
    { "{\"intentId\":\"A\",\"intentName\":\"Mute\"}", "",
      "Intent Mute has no sample utterances. Update the intent to add at least one.", "nobody comes to it" },
    { "{" HELLO ",\"initialResponseSetting\":{\"nextStep\":{\"dialogAction\":{\"type\":\"StartIntent\"},"
      "\"intent\":{\"name\":\"Mute\"}}}},{\"intentId\":\"B\",\"intentName\":\"Mute\"}",
      "", NULL, "another intent leads to it" },
    { "{" HELLO ",\"initialResponseSetting\":{\"nextStep\":{\"dialogAction\":{\"type\":\"StartIntent\"},"
      "\"intent\":{\"name\":\"Nowhere\"}}}}",
      "", "Intent Hello goes on to the intent Nowhere, which doesn't exist.", "a step into nothing" },
    { "{" HELLO ",\"initialResponseSetting\":{\"nextStep\":{\"dialogAction\":{\"type\":\"ElicitSlot\","
      "\"slotToElicit\":\"Whom\"}}}}",
      "", "Intent Hello goes on to elicit the slot Whom, which doesn't exist.", "a slot that nobody has" },
    { "{\"intentId\":\"A\",\"intentName\":\"Hello\",\"sampleUtterances\":[{\"utterance\":\"I am {Who}\"}]}", "",
      "Sample utterance 'I am {Who}' in intent Hello refers to the slot Who, which doesn't exist. Add the slot or "
      "change the "
      "utterance.",
      "an utterance with a slot of no intent" },
    { "{\"intentId\":\"A\",\"intentName\":\"Hello\",\"sampleUtterances\":[{\"utterance\":\"I am {Who\"}]}", "",
      "Sample utterance 'I am {Who' in intent Hello has a brace that isn't closed.", "an open brace" },
    { "{" HELLO "},{\"intentId\":\"B\",\"intentName\":\"Twin\",\"sampleUtterances\":[{\"utterance\":\"  HELLO \"}]}",
      "",
      "Sample utterance '  HELLO ' is in the intents Hello and Twin. Remove it from one of them, or give them "
      "different input "
      "contexts.",
      "one utterance, two intents" },
    { "{" HELLO "},{\"intentId\":\"B\",\"intentName\":\"Twin\",\"inputContexts\":[{\"name\":\"c\"}],"
      "\"sampleUtterances\":[{\"utterance\":\"hello\"}]}",
      "", NULL, "contexts tell the two apart" },
    { "{" HELLO "}",
      "{\"slotTypeId\":\"T\",\"slotTypeName\":\"Kinds\",\"valueSelectionSetting\":{\"resolutionStrategy\":"
      "\"TopResolution\"}}",
      "Slot type Kinds has no values. Update the slot type to add at least one value.", "nothing to recognise" },
    { "{" HELLO "}",
      "{\"slotTypeId\":\"T\",\"slotTypeName\":\"Code\",\"parentSlotTypeSignature\":\"AMAZON.AlphaNumeric\"}", NULL,
      "an extended type has its parent's" },
};

static void builds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(build_cases); i++) {
        const struct build_case *each = &build_cases[i];
        struct buf text = BUF_EMPTY;
        buf_printf(&text, "{\"locale\":{},\"intents\":[%s],\"slotTypes\":[%s]}", each->intents, each->types);
        struct json *gathered = json_parse(buf_str(&text), NULL);
        assert_non_null(gathered);
        cJSON *reasons = lexv2_build_failures(json_root(gathered));
        const char *first = reasons->child ? reasons->child->valuestring : NULL;
        if (cJSON_GetArraySize(reasons) != (each->reason ? 1 : 0) || (first && strcmp(first, each->reason) != 0))
            fail_msg("%s: %d reasons, the first: %s", each->why, cJSON_GetArraySize(reasons), first ? first : "none");
        cJSON_Delete(reasons);
        json_unref(gathered);
        buf_release(&text);
    }
}

static void utterances_have_a_ceiling(void **state)
{
    (void)state;
    for (int count = 4000; count <= 4001; count++) { /* of 50 characters each */
        struct buf text = BUF_EMPTY;
        buf_printf(&text, "{\"intents\":[{\"intentId\":\"A\",\"intentName\":\"Hello\",\"sampleUtterances\":[");
        for (int i = 0; i < count; i++)
            buf_printf(&text, "%s{\"utterance\":\"%050d\"}", i ? "," : "", i);
        buf_printf(&text, "]}],\"slotTypes\":[]}");
        struct json *gathered = json_parse(buf_str(&text), NULL);
        cJSON *reasons = lexv2_build_failures(json_root(gathered));
        assert_int_equal(cJSON_GetArraySize(reasons), count == 4001);
        cJSON_Delete(reasons);
        json_unref(gathered);
        buf_release(&text);
    }
}

static const struct spelling_case {
    const char *operation, *archive, *api, *why;
} spelling_cases[] = {
    { "DescribeSlotType", "{\"name\":\"A\",\"valueSelectionSetting\":{\"resolutionStrategy\":\"TOP_RESOLUTION\"}}",
      "{\"slotTypeName\":\"A\",\"valueSelectionSetting\":{\"resolutionStrategy\":\"TopResolution\"}}", "capitals" },
    { "DescribeIntent", "{\"name\":\"A\",\"description\":null,\"kendraConfiguration\":null}", "{\"intentName\":\"A\"}",
      "nulls are nothing" },
    { "DescribeIntent", "{\"intentClosingSetting\":{\"isActive\":true,\"closingResponse\":{\"messageGroupsList\":[]}}}",
      "{\"intentClosingSetting\":{\"closingResponse\":{\"messageGroups\":[]},\"active\":true}}", "as AWS exports it" },
    { "DescribeIntent", "{\"intentClosingSetting\":{\"closingResponse\":{\"messageGroupList\":[]}}}",
      "{\"intentClosingSetting\":{\"closingResponse\":{\"messageGroups\":[]}}}", "as the guide has it" },
    { "DescribeIntent", "{\"intentConfirmationSetting\":{\"confirmationPrompt\":{\"maxRetries\":2}}}",
      "{\"intentConfirmationSetting\":{\"promptSpecification\":{\"maxRetries\":2}}}", "the guide's confirmation" },
    { "DescribeIntent", "{\"bedrockAgentIntentConfiguration\":{\"a\":1},\"unicorn\":3}", "{}", "what no API knows" },
    { "DescribeBotLocale", "{\"nluConfidenceThreshold\":0.4}", "{\"nluIntentConfidenceThreshold\":0.4}",
      "the threshold" },
    { "DescribeSlot", "{\"multipleValuesSetting\":{\"allowMutlipleValues\":true}}",
      "{\"multipleValuesSetting\":{\"allowMultipleValues\":true}}", "AWS's own slip" },
};

static void spellings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(spelling_cases); i++) {
        const struct spelling_case *each = &spelling_cases[i];
        const struct shape *shape = model_operation(&lexv2_model, str_of(each->operation))->output;
        struct json *archive = json_parse(str_of(each->archive), NULL), *api = json_parse(str_of(each->api), NULL);
        cJSON *read = archive_to_api(json_root(archive), shape);
        cJSON *written = archive_from_api(json_root(api), shape), *again = archive_to_api(written, shape);
        if (!json_equal(read, json_root(api)))
            fail_msg("%s: read otherwise", each->why);
        if (!json_equal(again, json_root(api)))
            fail_msg("%s: what is written is not read back", each->why);
        cJSON_Delete(read);
        cJSON_Delete(written);
        cJSON_Delete(again);
        json_unref(archive);
        json_unref(api);
    }
}

static const struct name_case {
    const char *name;
    bool taken;
    const char *why;
} name_cases[] = {
    { "HelpIntent", true, "a built-in's" },      { "helpintent", true, "case does not count" },
    { "Help", false, "without the ending" },     { "QnaIntent", true, "as one product met it" },
    { "MyHelpIntent", false, "more before it" }, { "AMAZON.HelpIntent", false, "no name at all" },
};

static void builtin_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(name_cases); i++)
        if (lexv2_is_builtin_intent_name(str_of(name_cases[i].name)) != name_cases[i].taken)
            fail_msg("%s: %s", name_cases[i].name, name_cases[i].why);
}

static void a_written_archive_is_read(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const char *why = NULL;
    struct json *tree = json_parse(
        STR("{\"resourceType\":\"Bot\",\"bot\":{\"botName\":\"B\",\"botId\":\"ID\"},\"locales\":[{\"locale\":{"
            "\"localeId\":\"en_US\","
            "\"localeName\":\"English "
            "(US)\",\"nluIntentConfidenceThreshold\":0.4},\"intents\":[{\"intentId\":\"I\",\"intentName\":"
            "\"Hi\",\"slots\":[{\"slotId\":\"S\",\"slotName\":\"Who\",\"slotTypeId\":\"T\"}],\"slotPriorities\":[{"
            "\"priority\":1,"
            "\"slotId\":\"S\"}]}],\"slotTypes\":[{\"slotTypeId\":\"T\",\"slotTypeName\":\"Kinds\"}]}]}"),
        NULL);
    struct buf zip = BUF_EMPTY;
    assert_true(archive_write(json_root(tree), 1794000000000, STR_NONE, &zip));
    cJSON *archive = archive_read(arena, buf_str(&zip), STR_NONE, &why);
    assert_non_null(archive);
    const cJSON *intent = json_get(json_get(archive, "locales")->child, "intents")->child;
    assert_string_equal(json_string(intent, "intentName"), "Hi");
    assert_string_equal(json_string(json_get(intent, "slots")->child, "slotTypeId"), "Kinds");
    assert_string_equal(json_string(json_get(intent, "slotPriorities")->child, "slotName"), "Who");
    cJSON_Delete(archive);
    buf_release(&zip);
    json_unref(tree);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(builds), cmocka_unit_test(utterances_have_a_ceiling),
                                        cmocka_unit_test(spellings), cmocka_unit_test(builtin_names),
                                        cmocka_unit_test(a_written_archive_is_read) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
