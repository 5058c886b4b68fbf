/* What a team's page shows of services is asked of them by the same operations as any client's, as the account's root. */
#ifndef GAME_ASK_H
#define GAME_ASK_H

#include "base/json.h"
#include "base/str.h"

struct team;

/* A copy of the answer, malloc'ed; NULL: it failed, or it does not come at once. Hooks of the pack are not asked: a page is no
 * client. */
cJSON *team_ask(struct team *team, const char *service, const char *operation, cJSON *input_taken);
cJSON *ask_with(const char *name, struct str value); /* an input of one member */
cJSON *text_or_null(const char *text);

#endif
