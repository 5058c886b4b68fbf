#include "services/stepfunctions/asl/wildcard.h"

/* "a*b*c": what stands before, between and behind the stars. */
struct wildcard {
    struct str *parts;
    size_t count; /* one more than there are stars */
};

static size_t count_parts(struct str pattern)
{
    size_t count = 1;
    for (size_t i = 0; i < pattern.length; i++) {
        if (pattern.at[i] == '\\')
            i++;
        else
            count += pattern.at[i] == '*';
    }
    return count;
}

struct wildcard *wildcard_compile(struct arena *arena, struct str pattern)
{
    struct wildcard *wildcard = ARENA_NEW(arena, struct wildcard);
    char *to = arena_room(arena, pattern.length + 1);
    wildcard->parts = ARENA_ARRAY(arena, struct str, count_parts(pattern));
    struct str *part = &wildcard->parts[wildcard->count++];
    *part = (struct str){ to, 0 };
    for (size_t i = 0; i < pattern.length; i++) {
        if (pattern.at[i] == '*') {
            part = &wildcard->parts[wildcard->count++];
            *part = (struct str){ to, 0 };
            continue;
        }
        if (pattern.at[i] == '\\' && i + 1 < pattern.length)
            i++;
        *to++ = pattern.at[i];
        part->length++;
    }
    return wildcard;
}

static bool ends_with(struct str text, struct str end)
{
    return text.length >= end.length && str_equal(str_from(text, text.length - end.length), end);
}

/* Each part where it comes first: a later place would leave less to those that follow. */
bool wildcard_fits(const struct wildcard *wildcard, struct str text)
{
    struct str first = wildcard->parts[0], last = wildcard->parts[wildcard->count - 1];
    if (wildcard->count == 1)
        return str_equal(text, first);
    if (!str_starts(text, first))
        return false;
    text = str_from(text, first.length);
    if (!ends_with(text, last))
        return false;
    text.length -= last.length;
    for (size_t i = 1; i + 1 < wildcard->count; i++) {
        struct str part = wildcard->parts[i];
        const char *found = part.length ? memmem(text.at, text.length, part.at, part.length) : text.at;
        if (!found)
            return false;
        text = str_from(text, (size_t)(found - text.at) + part.length);
    }
    return true;
}
