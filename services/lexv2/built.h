/* What BuildBotLocale made: a whole locale as it stood when it was built, so that what is edited afterwards waits for the next
 * build. Table "lexv2.built", key = BOT/VERSION/LOCALE (VERSION "DRAFT" or a number; a numbered version shares the document of
 * the version that it was made of), one sealed document a row:
 *
 *     {"revision": grows with every build anywhere, never comes twice: what a model made of this document is cached by,
 *      "locale":    DescribeBotLocale's members (localeId, nluIntentConfidenceThreshold, voiceSettings, …),
 *      "intents":   [ DescribeIntent's members (intentId, intentName, parentIntentSignature, sampleUtterances, slotPriorities, …)
 *                     and "slots": [ DescribeSlot's members (slotId, slotName, slotTypeId, valueElicitationSetting, …) ] ],
 *      "slotTypes": [ DescribeSlotType's members (slotTypeId, slotTypeName, slotTypeValues, valueSelectionSetting, …) ]}
 *
 * The names are AWS's own, as the API reference gives them, and absent members are absent; botId and botVersion stand in none of
 * them, instants are milliseconds. intents and slotTypes are in the order of their ids, slots in that of their priorities, those
 * without one (no build passes with them) last. A slot's slotTypeId is that of one of slotTypes, or a built-in's name ("AMAZON.Date"). */
#ifndef LEXV2_BUILT_H
#define LEXV2_BUILT_H

#include "services/lexv2/bot.h"

/* Why a client cannot talk to it. */
enum built_why {
    BUILT_FOUND,
    BUILT_NO_BOT,
    BUILT_NO_ALIAS,   /* the bot has no such alias */
    BUILT_NO_VERSION, /* the alias leads to no version, or to one that is gone */
    BUILT_NO_LOCALE,  /* the version has no such locale */
    BUILT_DISABLED, /* the alias' settings lack the locale, or do not enable it (of the test alias: say that it is disabled) */
    BUILT_NOT_BUILT, /* never built; one that failed or is being built anew still answers as it was built before */
};

struct built {
    struct json *document; /* as above */
    struct json *bot;      /* the version's settings: botName, idleSessionTTLInSeconds, dataPrivacy, roleArn */
    struct json
        *alias; /* botAliasName, sentimentAnalysisSettings, conversationLogSettings; NULL where asked by version */
    struct str version; /* "DRAFT" or a number; stands in the alias */
    const cJSON
        *code_hook; /* {"lambdaARN", "codeHookInterfaceVersion"} that the alias has for this locale; NULL: none */
    int64_t revision;
};

/* The locale that a client of this alias talks to. Rows are borrowed: who parks takes json_ref(). */
enum built_why built_find(struct world *world, struct scope scope, struct str bot_id, struct str alias_id,
                          struct str locale_id, struct built *ret_built);
/* The same by version, without an alias' settings. */
enum built_why built_find_version(struct world *world, struct scope scope, struct str bot_id, struct str version,
                                  struct str locale_id, struct built *ret_built);

#endif
