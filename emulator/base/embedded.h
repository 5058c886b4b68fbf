/* Files that were compiled into the binary by tools/embed: a table sorted by path. No path of a file system is ever made of
 * what somebody asks for; what is not in the table is not there. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include "base/str.h"

struct embedded_file {
    const char *path; /* as it was named to embed: "app.js", "gameday/init.lua" */
    const char *type; /* for Content-Type */
    const char *etag; /* weak, with its quotes: of the content, whichever way it is sent */
    struct str bytes;
    struct str gzip; /* the same, packed; STR_NONE where that saves too little to pay */
};

struct embedded {
    const struct embedded_file *files;
    size_t count;
};

const struct embedded_file *embedded_find(const struct embedded *table, struct str path); /* NULL: none */

#endif
