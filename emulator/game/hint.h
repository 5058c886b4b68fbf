/* Hints: three stages a fault, bought one after the other at a price that is shown before. Row "game.hint"
 * (account/fault/stage): at, price. */
#ifndef GAME_HINT_H
#define GAME_HINT_H

#include "base/json.h"
#include "world/store.h"

struct team;

/* False: it cannot be bought now (*reterr_why is one sentence). */
bool hint_buy(struct team *team, size_t fault, int64_t stage, const char **reterr_why);
/* What a challenge's team has bought, and what it can buy next. */
cJSON *hints_view(const struct team *team, size_t challenge);
size_t hints_bought(const struct team *team, size_t fault);
cJSON *hint_view(const struct team *team, size_t fault, size_t stage); /* stage from 1 */

extern const struct table_def game_hints; /* "game.hint" */

#endif
