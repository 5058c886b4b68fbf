/* The page's API: endpoints under /_rehearse/ (README.md beside this is the contract), in three tables: what a team's page
 * asks and does, what a contest adds to that, and what is the facilitator's alone. */
#ifndef GAME_API_H
#define GAME_API_H

#include "base/web.h"

struct game;
struct session;
struct team;

extern const struct web_endpoint api_endpoints[];
extern const struct web_endpoint contest_endpoints[];     /* members, questions, console, review */
extern const struct web_endpoint facilitator_endpoints[]; /* every one of them refuses whoever is not */

#define LONGEST_MESSAGE 2000

/* Who asks. False: refused. */
bool api_reader(struct game *game, const struct web_request *request, struct web_answer *answer,
                struct session *session);
bool api_player(struct game *game, const struct web_request *request, struct web_answer *answer,
                struct session *session);
bool api_facilitator(struct game *game, const struct web_request *request, struct web_answer *answer,
                     struct session *session, bool changes);
/* The team that the body names by `team`; false: it was refused. *ret_team NULL: none is named, that is all of them. */
bool api_team_named(struct game *game, const struct web_request *request, struct web_answer *answer,
                    struct team **ret_team);
/* What is wanted of them; NULL: 200 and the view, else 409 and the sentence. The view is taken, and may be NULL in the second. */
void api_answer(struct web_answer *answer, const char *why_not, cJSON *view_taken);
uint64_t api_number(const struct web_request *request, const char *name); /* of the query; 0: none */
/* Text as words, or plain; NULL: neither, or too long. */
cJSON *api_words(const cJSON *text);

#endif
