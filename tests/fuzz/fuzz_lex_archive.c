/* Whatever the bytes, an archive is read or refused with a sentence; and what is read can be written and read again. */
#include <stdlib.h>

#include "services/lexv2/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void write_it(const cJSON *archive)
{
    struct buf zip = BUF_EMPTY;
    archive_write(archive, 0, STR_NONE, &zip);
    buf_release(&zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *why = NULL;
    cJSON *archive = archive_read(arena, (struct str){ (const char *)data, size }, STR_NONE, &why);
    must(archive || why);
    if (archive)
        write_it(archive);
    cJSON_Delete(archive);
    arena_free(arena);
    return 0;
}
