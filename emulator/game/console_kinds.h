/* The table of the console: one row a kind of thing that an account holds. */
#ifndef GAME_CONSOLE_KINDS_H
#define GAME_CONSOLE_KINDS_H

#include <stddef.h>

#define ANCESTORS_MOST 3

/* How one kind of thing is listed and looked at. `in` names the inputs that the ancestors' ids go into, outermost first. */
struct console_kind {
    const char *kind, *english, *korean, *service, *of;
    const char *list, *items; /* the operation, and where its output has them */
    const char *in[ANCESTORS_MOST];
    const char *id, *name, *status, *at, *text; /* members of an item; id "": the item is a text itself */
    const char *describe, *with;                /* NULL: it has no detail; its input for the id */
    const char *token_in, *token_out;
    const char *fixed; /* further members of the list's input, as JSON */
};

extern const struct console_kind console_table[];
extern const size_t console_table_count;

#endif
