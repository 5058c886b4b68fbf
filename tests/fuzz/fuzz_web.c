/* Queries and cookies of the page's requests: whatever the bytes, a parameter is strict UTF-8 without NUL, or there is none. */
#include <stdlib.h>

#include "base/web.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str jar(const struct web_request *request, const char *name)
{
    return request->query;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct web_request request = { .query = { (const char *)data, size }, .arena = arena, .header = jar };
    struct str value = web_parameter(&request, "a"), cookie = web_cookie(&request, "a");
    if (!str_is_utf8(value) || (value.length && memchr(value.at, '\0', value.length)) || value.length > size)
        abort();
    if (cookie.length && (cookie.at < request.query.at || cookie.at + cookie.length > request.query.at + size))
        abort();
    arena_free(arena);
    return 0;
}
