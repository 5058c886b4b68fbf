#include "world/written.h"

#include "world/world.h"

void written_listen(struct world *world, struct written *listener)
{
    list_append(&world->written, &listener->link);
}

void written_unlisten(struct written *listener)
{
    list_remove(&listener->link);
}

void written_tell(struct world *world, const struct change *change)
{
    for (struct list *link = world->written.next; link != &world->written; link = link->next) {
        struct written *listener = LIST_ITEM(link, struct written, link);
        if (listener->table == change->table && strcmp(listener->account, change->scope.account) == 0)
            listener->told(listener, change);
    }
}
