/* ES modules joined to one: a page whose first view is forty modules waits for forty answers. The modules stay files, run as they are
 * by whoever serves the folder, and are joined when they are compiled in: the entry takes in all that it imports, each in a
 * function of its own so that no two names meet, and what is imported later by import('…') stays apart and is led to the entry for
 * what stands there.
 *
 *     import { h } from './dom.js';      ▶   const { h } = app$dom;                                                    inside
 *     import { h } from '../app/dom.js'; ▶   import { app$dom } from '../app/main.js'; const { h } = app$dom;          outside
 *
 * That holds for modules written as ours are: imports of one line that name what they take, exports before a declaration that
 * never changes (const, function, class), no circles. Anything else is refused, and so is an import of what is not there. */
#ifndef TOOLS_BUNDLE_H
#define TOOLS_BUNDLE_H

#include "base/arena.h"

struct bundle_file {
    struct str path, bytes;
};

/* Puts the joined module in the entry's place, takes out what it contains and leads the other modules to it; false: reterr_why. */
bool bundle_join(struct arena *arena, struct bundle_file *files, size_t *count, struct str entry,
                 const char **reterr_why);

#endif
