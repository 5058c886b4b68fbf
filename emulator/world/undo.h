/* Marks outlive a restart. What the store remembers since the oldest of them (store.h) is kept in rows as well, written in the same
 * transaction as the changes themselves and put back into the store's memory when the world is loaded:
 *
 *      world.mark   a mark's number ─ clock, randomness
 *      world.undo   a change's number ─ how the row that it changed had stood; of each row the first change after each mark
 *
 * Both tables are timeless: no rewind takes them back. A world in memory has no need of them. */
#ifndef WORLD_UNDO_H
#define WORLD_UNDO_H

#include "world/store.h"

struct undo;

struct undo *undo_new(struct world *world);
void undo_free(struct undo *undo_or_null);
void undo_write(void *undo);       /* journal_on_turn(): what the turn that ends has changed */
void undo_load(struct undo *undo); /* after journal_load() */

extern const struct table_def undo_marks, undo_rows;

#endif
