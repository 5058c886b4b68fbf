/* Bots and what stands in them: rows, keys, and how they are told.
 *
 *      lexv2.bot          BOT                              one a bot: its draft's settings
 *      lexv2.version      BOT/VERSION                      a numbered version: the settings as they were
 *      lexv2.alias        BOT/ALIAS                        TSTALIASID, which leads to DRAFT, is made with the bot
 *      lexv2.locale       BOT/VERSION/LOCALE
 *      lexv2.intent       BOT/VERSION/LOCALE/INTENT
 *      lexv2.slot         BOT/VERSION/LOCALE/INTENT/SLOT   sub-slots stand in their slot's subSlotSetting
 *      lexv2.slot_type    BOT/VERSION/LOCALE/SLOT_TYPE
 *      lexv2.vocabulary   BOT/VERSION/LOCALE               custom vocabulary, all its items in one row
 *      lexv2.built        BOT/VERSION/LOCALE               what was built last (built.h)
 *
 * BOT, ALIAS, INTENT … are the ids, ten capital letters and digits; VERSION is "DRAFT" or a number. A row holds the members
 * of the noun's Describe… answer under AWS's names, but for those of the nouns it stands in (botId, botVersion, localeId, a
 * slot's intentId), which its key says, and with instants in milliseconds; its own id stands in it.
 * So a version's rows are the draft's own documents under other keys.
 *
 * Statuses move by lifecycles; each is a member of its row (botStatus, botLocaleStatus, botAliasStatus). */
#ifndef LEXV2_BOT_H
#define LEXV2_BOT_H

#include "aws/call.h"
#include "world/lifecycle.h"

extern const struct table_def lexv2_bot_table, lexv2_version_table, lexv2_alias_table, lexv2_locale_table,
    lexv2_intent_table, lexv2_slot_table, lexv2_slot_type_table, lexv2_vocabulary_table, lexv2_built_table;

#define LEXV2_DRAFT      "DRAFT"
#define LEXV2_TEST_ALIAS "TSTALIASID"
#define LEXV2_KEY_BYTES  128

/* Which row: as many ids as its table's key has, in the key's order; STR_NONE ends them. With `within` the key ends with a '/':
 * the prefix of all rows below. Written into the buffer. */
struct lexv2_key {
    struct str bot, version, locale, part, slot; /* an alias stands in `version`; an intent or a slot type in `part` */
};
struct str lexv2_key(char ret_key[LEXV2_KEY_BYTES], const struct lexv2_key *key);
struct str lexv2_key_within(char ret_prefix[LEXV2_KEY_BYTES], const struct lexv2_key *key);

struct json *lexv2_get(struct world *world, struct scope scope, const struct table_def *table,
                       const struct lexv2_key *key); /* borrowed; NULL: none */

extern const struct lifecycle_def lexv2_bot_lifecycle, lexv2_version_lifecycle;

/* The bot that the input names, at rest; NULL: the call was failed (412, 404 or 409). */
struct json *lexv2_bot_to_change(struct call *call);
/* A new bot's row, with its status; the test alias is made with it. */
void lexv2_bot_begin(struct world *world, struct scope scope, struct str id, cJSON *row_taken);
bool lexv2_bot_has_room(struct call *call); /* false: the call was failed */
int64_t lexv2_version_latest(struct world *world, struct scope scope, struct str bot_id); /* 0: only the draft */

#endif
