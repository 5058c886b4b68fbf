#include "services/stepfunctions/asl/environment.h"

#include <stdio.h>

/* A payload is at most 256 KiB of text; this leaves room for many of them, as nodes, in one step of one state. */
#define BYTES_OF_MEMBER 64 /* that much text costs as much as a member looked at */
#define BYTES_READ      16 /* so much when they are compared */
#define ARENA_CEILING   ((size_t)64 * 1024 * 1024)

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

bool environment_afford(const struct environment *environment, const cJSON *value)
{
    if (!environment->budget)
        return true;
    size_t weight = json_weight(value, *environment->budget * BYTES_OF_MEMBER) / BYTES_OF_MEMBER;
    if (weight >= *environment->budget)
        return false;
    *environment->budget -= weight;
    return true;
}

bool environment_afford_text(const struct environment *environment, const cJSON *value_or_null)
{
    size_t *budget = environment->budget;
    if (!budget)
        return true;
    size_t cost = 1 + (value_is(value_or_null, cJSON_String) ? json_value(value_or_null).length / BYTES_READ : 0);
    bool affordable = *budget > cost;
    *budget -= affordable ? cost : *budget;
    return affordable;
}

struct str failure_sentence(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    size_t length = (size_t)vsnprintf(NULL, 0, format, args);
    char *text = arena_room(arena, length + 1);
    vsnprintf(text, length + 1, format, again);
    va_end(again);
    return (struct str){ text, length };
}

void failure_set(struct failure *failure, struct arena *arena, const char *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *failure = (struct failure){ .error = error, .cause = failure_sentence(arena, format, args) };
    va_end(args);
}
