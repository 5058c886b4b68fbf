/* Archives in Lex V2's own format, "LexJson": a ZIP with a manifest and a JSON file a noun. "JSON format for importing and
 * exporting" of the developer guide; what AWS really writes differs and is read as well.
 *
 *      Manifest.json                                       {"metaData": {"schemaVersion", "fileFormat", "resourceType"}}
 *      BOT/Bot.json                                        of a bot
 *      BOT/BotLocales/LOCALE/BotLocale.json                of a bot; LOCALE/… or BotLocales/LOCALE/… of a locale
 *                            Intents/X/Intent.json
 *                            Intents/X/Slots/Y/Slot.json
 *                            SlotTypes/Z/SlotType.json
 *                            CustomVocabulary/CustomVocabulary.json
 *
 * Here a whole archive is one tree, with the names of the API (DescribeIntent's and so on), whichever way it goes:
 *     {"resourceType": "Bot" | "BotLocale" | "CustomVocabulary", "bot": {…},
 *      "locales": [ {"locale": {…}, "intents": [ {…, "slots": [ … ]} ], "slotTypes": [ … ], "vocabulary": [ … ]} ]}
 * In it slots name their types, and intents their slots, by ids that hold within the archive alone. */
#ifndef LEXV2_ARCHIVE_H
#define LEXV2_ARCHIVE_H

#include "base/json.h"

#define ARCHIVE_MOST ((size_t)8 * 1024 * 1024) /* bytes, zipped */

/* NULL: it cannot be read, *reterr_why is one sentence for failureReasons, in the arena. Delete what comes back. */
cJSON *archive_read(struct arena *arena, struct str zip, struct str password_or_none, const char **reterr_why);
/* The ZIP into the buffer; false: it could not be made. */
bool archive_write(const cJSON *archive, int64_t now_ms, struct str password_or_none, struct buf *ret_zip);

#endif
