/* What all nouns of Lex V2 share: a row made of an input, an answer made of a row, and how a resource that is not there, or
 * is under way, refuses. */
#ifndef LEXV2_RECORD_H
#define LEXV2_RECORD_H

#include "services/lexv2/bot.h"

#define LEXV2_ID_LENGTH 10

/* Ten capital letters and digits, and a NUL. */
void lexv2_new_id(struct world *world, char ret_id[LEXV2_ID_LENGTH + 1]);
struct str lexv2_new_id_of_call(struct call *call); /* in its arena */

/* A row of what the input's body holds (but for tags, which have rows of their own), under way from now: an update replaces all
 * of a resource but its creationDateTime, which comes from the row before. Delete or seal it. */
cJSON *lexv2_record(struct call *call, const cJSON *before_or_null);

/* `node` as `shape` tells it: members that the shape has, instants as seconds. */
cJSON *lexv2_tell(const cJSON *node, const struct shape *shape);
/* The operation's output, told from a row; what the input's path names (botId, localeId …) is said again. */
void lexv2_answer(struct call *call, const cJSON *row);

/* The bot, version, locale and part that the input names, as a key. */
struct lexv2_key lexv2_key_of_call(struct call *call);

/* The row of that key; NULL: the call was failed as its operation says it: 412 where it changes things, 404 where it reads. */
struct json *lexv2_need(struct call *call, const struct table_def *table, const struct lexv2_key *key);
enum outcome lexv2_fail_missing(struct call *call);
/* lifecycle_def.fail: "Failed", and why. */
const char *lexv2_fail(cJSON *row, const char *reason);

/* Is there a row below `within` whose `member` is this text, other than the row of `except`? */
bool lexv2_is_taken(struct call *call, const struct table_def *table, const struct lexv2_key *within,
                    const char *member, struct str text, struct str except_key);
/* 412: what the name of `noun` should be is another's. The sentence is ours. */
enum outcome lexv2_fail_taken(struct call *call, const char *noun, struct str name);
/* "Amazon Lex V2 quotas": bots of an account, intents and custom slot types of a locale, slots of an intent. */
#define LEXV2_BOTS_MOST       100
#define LEXV2_INTENTS_MOST    1000
#define LEXV2_SLOT_TYPES_MOST 250
#define LEXV2_SLOTS_MOST      100

/* How many rows there are below; counted no further than `most`. */
size_t lexv2_count(struct world *world, struct scope scope, const struct table_def *table,
                   const struct lexv2_key *within, size_t most);
/* 402 where there are `most` already; false: the call was failed. */
bool lexv2_check_room(struct call *call, const struct table_def *table, const struct lexv2_key *within, size_t most,
                      const char *noun);

void lexv2_put(struct world *world, struct scope scope, const struct table_def *table, const struct lexv2_key *key,
               cJSON *row_taken);
bool lexv2_delete(struct world *world, struct scope scope, const struct table_def *table, const struct lexv2_key *key);
/* Every row below goes; with `within` empty of ids nothing does. */
void lexv2_delete_within(struct world *world, struct scope scope, const struct table_def *table,
                         const struct lexv2_key *within);

#endif
