/* What a trouble came to, kept for the review when it is over: rows "game.trace" (account/number, six digits): the review's FAULT,
 * with the team's calls around it, which the ring of recent calls soon forgets. */
#ifndef GAME_TRACE_H
#define GAME_TRACE_H

#include "base/json.h"
#include "world/store.h"

struct team;

#define TRACE_CALLS 60

void trace_keep(struct team *team, size_t fault);
/* Every trouble of the team so far, in order of breaking, those that still stand among them: FAULTs of the review. */
cJSON *traces_view(const struct team *team);

extern const struct table_def game_traces; /* "game.trace" */

#endif
