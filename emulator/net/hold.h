/* "An answer known is not yet an answer sent": what leaves the process waits here until the change that it rests on is
 * durable. A world in memory keeps nobody waiting. */
#ifndef NET_HOLD_H
#define NET_HOLD_H

#include <stdint.h>

#include "base/list.h"
#include "world/journal.h"

struct world;

struct hold {
    struct list link;
    uint64_t seen;
    /* It may go out; or, when the commit failed, what it says is not true. The hold is over by then. */
    void (*over)(struct hold *hold, bool failed);
};

struct holds {
    struct world *world;
    struct list waiting; /* by what they have seen */
    struct journal_listener listener;
};

void holds_open(struct holds *holds, struct world *world);
void holds_close(struct holds *holds); /* nobody waits any more */
/* `over` is called before this returns where nothing needs to be waited for. */
void hold_begin(struct holds *holds, struct hold *hold, uint64_t seen, void (*over)(struct hold *hold, bool failed));
void hold_forget(struct hold *hold);

#endif
