/* What store.c, store_marks.c and undo.c share. Nobody else includes this.
 *
 * The marks remember every change since the oldest of them, in a ring of pointers, oldest first. */
#ifndef WORLD_STORE_INNER_H
#define WORLD_STORE_INNER_H

#include "world/store.h"

struct mark {
    uint64_t number;
    struct moment moment;
};

struct remembered {
    struct change change;
    size_t bytes; /* that live on only because they are remembered */
    char key[];
};

struct marks {
    struct mark *at; /* oldest first */
    size_t count, capacity;
    struct remembered **changes;
    size_t first, change_count, change_capacity;
    size_t bytes;
    void (*note)(struct moment *ret_moment, void *data);
    void *note_data;
};

struct marks *store_marks(struct store *store);

void marks_add(struct marks *marks, const struct mark *mark); /* the newest */
void marks_remember(struct marks *marks, const struct change *change);
void marks_release(struct marks *marks); /* forgets marks and changes, and the arrays with them */

#endif
