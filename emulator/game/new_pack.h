/* rehearse new: a pack that plays at once, for its author to edit. Its files stand in lua/template, a pack of its own called my-pack,
 * and are compiled in; the new pack has its own name where that stands. */
#ifndef GAME_NEW_PACK_H
#define GAME_NEW_PACK_H

#include <stdbool.h>

/* NULL: a pack may be called so; else one sentence. */
const char *new_pack_refuses(const char *name);
/* Makes the folder NAME in `folder`, and its files. False: *reterr_why is one line, free() it; nothing was left behind, and what
 * stood there before was not touched. */
bool new_pack_write(const char *name, const char *folder, char **reterr_why);

#endif
