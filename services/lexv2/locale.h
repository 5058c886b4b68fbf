/* Locales of a bot's versions: a language with its intents and slot types.
 *
 *      create ─▶ Creating ─▶ NotBuilt ◀─ any change ─ Built           import ─▶ Importing ─▶ NotBuilt
 *                               └─ BuildBotLocale ─▶ Building ─▶ Built | Failed
 *
 * While one is under way its parts cannot be changed (409). What was built before goes on answering (built.h). */
#ifndef LEXV2_LOCALE_H
#define LEXV2_LOCALE_H

#include "services/lexv2/bot.h"

extern const struct lifecycle_def lexv2_locale_lifecycle;

#define LEXV2_FALLBACK_ID "FALLBCKINT" /* as AWS calls the intent that every locale is made with */

struct lexv2_key lexv2_locale_key(struct str row_key); /* its parts */
const char *lexv2_locale_name(struct str locale_id);   /* "English (US)"; NULL: Lex speaks no such language */
/* The locale that the input names, at rest; NULL: the call was failed (412 or 409). */
struct json *lexv2_locale_to_change(struct call *call);
/* Something in it has changed: it wants to be built anew. */
void lexv2_locale_touch(struct world *world, struct scope scope, const struct lexv2_key *key);
/* Puts the row and begins its status; the fallback intent is made with a new one. */
void lexv2_locale_begin(struct world *world, struct scope scope, const struct lexv2_key *key, cJSON *row_taken);
void lexv2_locale_make_fallback(struct world *world, struct scope scope, const struct lexv2_key *key);
/* All that stands in it goes, but not what was built, nor its own row. */
void lexv2_locale_empty(struct world *world, struct scope scope, const struct lexv2_key *key);

#endif
