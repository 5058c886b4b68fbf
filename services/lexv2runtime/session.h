/* Sessions: what a bot remembers of a customer between two turns. Table "lexv2runtime.session", key = BOT/ALIAS/LOCALE/SESSION, one a
 * bot, alias, locale and session id:
 *
 *     {"until": when it is forgotten, on the virtual clock,
 *      "attempt": how often the present question was asked in vain,
 *      "sessionState": GetSession's, but that each active context has "until" beside its timeToLive,
 *      "interpretations": of the last turn, the first without its intent where that is the state's,
 *      "messages": of the last turn}
 *
 * A row keeps its text alone, so that thousands of idle sessions cost little; who reads one parses it. What has run out of time
 * counts as gone, and goes when a neighbour is written. */
#ifndef LEXV2RUNTIME_SESSION_H
#define LEXV2RUNTIME_SESSION_H

#include "aws/call.h"

extern const struct table_def lexv2_session_table;

/* "BOT/ALIAS/LOCALE/SESSION" of a call's input, in its arena. */
struct str session_key(struct call *call);
/* A copy to change, malloc'ed; NULL: there is none (any more). Contexts whose time has run out are not in it. */
cJSON *session_load(struct call *call, struct str key);
/* Writes it with so many seconds to live. */
void session_save(struct call *call, struct str key, const cJSON *session, int64_t ttl_seconds);
bool session_delete(struct call *call, struct str key);

/* A turn begins: contexts have one turn less to live. */
void session_count_turn(cJSON *state);
/* Adds a context, or takes the place of the one of its name. */
void session_activate(cJSON *state, cJSON *context_taken);
/* The session state as clients are shown it; malloc'ed. */
cJSON *session_shown(const cJSON *state);
bool session_has_context(const cJSON *state, struct str name);

#endif
