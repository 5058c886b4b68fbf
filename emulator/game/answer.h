/* Answer boxes: a text, a number, an ARN, or what the pack's Lua says is right. Row "game.answer" (account/challenge/id): tries, right. */
#ifndef GAME_ANSWER_H
#define GAME_ANSWER_H

#include "base/json.h"
#include "world/store.h"

struct team;

/* What was typed is right, or wrong, or cannot be taken; told once, now or later. `reason` is words or NULL, borrowed; `refusal` is
 * one sentence, NULL where it was taken. */
typedef void answer_told(void *data, bool right, const cJSON *reason, const char *refusal);

void answer_give(struct team *team, size_t challenge, const char *id_or_null, struct str text, answer_told *told,
                 void *data);
cJSON *answers_view(const struct team *team, size_t challenge);
bool answer_is_right(const struct team *team, size_t challenge, const char *id);
/* By itself: its `state` is as it should be (watch.h). */
void answer_found_right(struct team *team, size_t challenge, const char *id);
bool answers_are_right(const struct team *team, size_t challenge); /* all of them, and there are some */
/* How often one may still try; -1: as often as one likes. */
int64_t answer_tries_left(const struct team *team, size_t challenge, const char *id);

extern const struct table_def game_answers; /* "game.answer" */

#endif
