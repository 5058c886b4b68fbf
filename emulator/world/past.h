/* The past: rows as they were a little while ago, for a read that is not to be up to date. While somebody wants it, every change is
 * remembered for ten minutes, within 32 MiB, in memory only; while nobody does, nothing is. What was before the first want
 * is not known: a look at it shows the rows as they were then.
 *
 *     past_want(world); … past_show(world, account, 30000, wanted, data); … read … past_hide(world); … past_unwant(world);
 *
 * Between show and hide the store holds those rows of that account as they were: nothing may wait there, and a row that is written
 * there stays as it was written. */
#ifndef WORLD_PAST_H
#define WORLD_PAST_H

#include "world/store.h"

struct past;
struct world;

void past_want(struct world *world);
void past_unwant(struct world *world);
/* The rows of the account in the tables that are wanted. */
void past_show(struct world *world, const char *account, int64_t ago_ms,
               bool (*wanted)(const struct table_def *table, const void *data), const void *data);
void past_hide(struct world *world);

/* For world/. */
struct past *past_new(struct world *world);
void past_free(struct past *past);
void past_hear(struct past *past, const struct change *change);
void past_forget(struct past *past); /* the rows are about to be others */

#endif
