#include "net/hold.h"

#include "world/world.h"

static struct hold *first_of(struct holds *holds)
{
    return LIST_ITEM(holds->waiting.next, struct hold, link);
}

/* What one of them does when it is over may end others: so the first is asked for anew each time. */
static void on_synced(void *data, bool failed)
{
    struct holds *holds = data;
    uint64_t synced = journal_synced(holds->world->journal);
    while (!list_is_empty(&holds->waiting) && (failed || first_of(holds)->seen <= synced)) {
        struct hold *hold = first_of(holds);
        list_remove(&hold->link);
        hold->over(hold, failed);
    }
}

void holds_open(struct holds *holds, struct world *world)
{
    holds->world = world;
    list_init(&holds->waiting);
    holds->listener = (struct journal_listener){ .told = on_synced, .data = holds };
    list_init(&holds->listener.link);
    if (world->journal)
        journal_on_synced(world->journal, &holds->listener);
}

void holds_close(struct holds *holds)
{
    list_remove(&holds->listener.link);
}

/* Answers are given in the order of what they have seen, but for those of calls that were parked: the walk is short. */
static void insert(struct holds *holds, struct hold *hold)
{
    struct list *before = holds->waiting.previous;
    while (before != &holds->waiting && LIST_ITEM(before, struct hold, link)->seen > hold->seen)
        before = before->previous;
    hold->link.previous = before;
    hold->link.next = before->next;
    before->next->previous = &hold->link;
    before->next = &hold->link;
}

void hold_begin(struct holds *holds, struct hold *hold, uint64_t seen, void (*over)(struct hold *hold, bool failed))
{
    const struct journal *journal = holds->world->journal;
    hold->seen = seen;
    hold->over = over;
    list_init(&hold->link);
    if (!journal || seen <= journal_synced(journal))
        over(hold, false);
    else
        insert(holds, hold);
}

void hold_forget(struct hold *hold)
{
    list_remove(&hold->link);
}
