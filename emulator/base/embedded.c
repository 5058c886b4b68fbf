#include "base/embedded.h"

#include <stdlib.h>

static int compare(const void *key, const void *element)
{
    const struct str *path = key;
    const struct embedded_file *file = element;
    return str_compare(*path, str_of(file->path));
}

const struct embedded_file *embedded_find(const struct embedded *table, struct str path)
{
    return bsearch(&path, table->files, table->count, sizeof *table->files, compare);
}
