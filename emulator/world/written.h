/* Who is told that a row was written: once the change is made, inside of the write, by table and account, in the order of listening.
 * So who is told looks and takes notes; what he wants to do about it, rows too, he does later (a timer of this very moment).
 * Resets and rewinds write rows like everybody. Nobody who listens costs a look at a list. */
#ifndef WORLD_WRITTEN_H
#define WORLD_WRITTEN_H

#include "base/list.h"
#include "world/store.h"

struct world;

struct written { /* stays where it is while it listens */
    const char *account;
    const struct table_def *table;
    void (*told)(struct written *listener, const struct change *change);
    void *data;
    struct list link;
};

void written_listen(struct world *world, struct written *listener);
void written_unlisten(struct written *listener);

/* For world/. */
void written_tell(struct world *world, const struct change *change);

#endif
