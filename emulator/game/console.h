/* The console of a team's page: what its account holds, read by the services' own List and Describe operations on the one road, as the
 * account's root. One row of a table a kind of thing; nothing here knows a service but by its names in that table, and only
 * operations that read are ever made. */
#ifndef GAME_CONSOLE_H
#define GAME_CONSOLE_H

#include "base/json.h"
#include "base/str.h"

struct team;

struct console_query {
    struct str kind, of, id, next; /* as the API's parameters: README.md, section 7 */
    bool detects;                  /* a look that counts as the team's own */
};

cJSON *console_kinds(void);
/* NULL: there is no such kind, or *reterr_why says what the query lacks. */
cJSON *console_look(struct team *team, const struct console_query *query, const char **reterr_why);

#endif
