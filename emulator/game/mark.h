/* Marks: moments that a single player can go back to, with the whole world. Row "game.mark" (twelve digits): mark (the store's),
 * at, label. A rewind is written into the score log, which keeps what was taken back but counts it no more. Rows
 * whose mark the store has dropped show no more. */
#ifndef GAME_MARK_H
#define GAME_MARK_H

#include "base/json.h"
#include "world/store.h"

struct game;

void mark_make(struct game *game, struct str label);
/* False: there is no such mark any more. */
bool mark_rewind(struct game *game, int64_t mark);
/* For game_rebuild(): puts back what a rewind must not take: the log, and the marks. */
void mark_restore(struct game *game);
cJSON *marks_view(const struct game *game); /* oldest first */

extern const struct table_def game_marks; /* "game.mark" */

#endif
