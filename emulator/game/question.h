/* Questions that teams ask, and the queue of those who answer. Row "game.question" (twelve digits): seq, at, team, by, text,
 * challenge?, state, taken_by?, published, answers.
 *
 *      open ─▶ taken ─▶ answered          (answered again adds an answer; published: to every team) */
#ifndef GAME_QUESTION_H
#define GAME_QUESTION_H

#include "base/json.h"
#include "world/store.h"

struct game;
struct team;

#define QUESTIONS_SHOWN    50
#define QUESTIONS_OPEN     10 /* of one team at a time */
#define ANSWERS_A_QUESTION 20
#define LONGEST_QUESTION   2000

/* Each returns the QUESTION's view (malloc'ed), or NULL and one sentence why not. */
cJSON *question_ask(struct team *team, const char *by_or_null, struct str text, struct str challenge,
                    const char **reterr_why);
cJSON *question_take(struct game *game, int64_t seq, struct str by, const char **reterr_why);
cJSON *question_answer(struct game *game, int64_t seq, struct str by, cJSON *words_taken, bool publish,
                       const char **reterr_why);
/* Newest first, behind `before` (0: from the last one). Of a team its own and the published; NULL: all. */
cJSON *questions_view(struct game *game, const struct team *team_or_null, uint64_t before);
int64_t questions_open(struct game *game, const struct team *team_or_null);

extern const struct table_def game_questions; /* "game.question" */

#endif
