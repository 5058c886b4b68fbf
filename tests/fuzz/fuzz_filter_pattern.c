/* The first line is a filter pattern, the rest is the message. */
#include <assert.h>

#include "services/logs/filter_pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str message, text = str_cut((struct str){ (const char *)data, size }, '\n', &message);
    if (!str_is_utf8((struct str){ (const char *)data, size }) || memchr(data, '\0', size))
        return 0;
    struct arena *arena = arena_new();
    const char *why = NULL;
    struct filter_pattern *pattern = filter_pattern_read(arena, arena_str(arena, text), &why);
    assert(!pattern == (why != NULL));
    if (pattern)
        filter_pattern_matches(pattern, arena_str(arena, message));
    arena_free(arena);
    return 0;
}
