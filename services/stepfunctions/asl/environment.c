#include "services/stepfunctions/asl/environment.h"

#include <stdarg.h>
#include <stdio.h>

/* A payload is at most 256 KiB of text; this leaves room for many of them, as nodes, in one step of one state. */
#define ARENA_CEILING ((size_t)64 * 1024 * 1024)

const cJSON *variables_get(const struct variables *variables, struct str name)
{
    for (; variables; variables = variables->outer) {
        const cJSON *value = json_get_str(variables->values, name);
        if (value)
            return value;
    }
    return NULL;
}

struct str environment_input(const struct environment *environment)
{
    if (environment->input_text.at)
        return environment->input_text;
    struct buf text = BUF_EMPTY;
    if (environment->input)
        json_print(&text, environment->input);
    struct str kept = arena_str(environment->arena, buf_str(&text));
    buf_release(&text);
    return kept;
}

bool environment_is_full(const struct environment *environment)
{
    return arena_bytes(environment->arena) > ARENA_CEILING;
}

void failure_set(struct failure *failure, struct arena *arena, const char *error, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *cause = arena_room(arena, (size_t)length + 1);
    vsnprintf(cause, (size_t)length + 1, format, again);
    va_end(again);
    *failure = (struct failure){ .error = error, .cause = { cause, (size_t)length } };
}
