#include "services/stepfunctions/asl/diagnostics.h"

#include <stdarg.h>
#include <stdio.h>

/* A definition can hold names as long as itself, and as many findings as fields: both are cut. */
#define NAME_MOST    400  /* bytes of a name in a location: 80 characters fit */
#define MESSAGE_MOST 1024 /* bytes */

/* Not longer than `most` bytes, and no code point cut in two. */
static struct str cut_text(struct str text, size_t most)
{
    if (text.length <= most)
        return text;
    while (most > 0 && ((unsigned char)text.at[most] & 0xc0) == 0x80)
        most--;
    return str_first(text, most);
}

const char SCHEMA_VALIDATION_FAILED[] = "SCHEMA_VALIDATION_FAILED";

/* From behind `outer`; NULL: from the definition itself. */
static void print_spot(struct buf *text, const struct spot *spot, const struct spot *outer)
{
    if (spot == outer || !spot->name)
        return;
    print_spot(text, spot->outer, outer);
    buf_add_byte(text, '/');
    buf_add_str(text, cut_text(str_of(spot->name), NAME_MOST));
    if (spot->index >= 0)
        buf_printf(text, "[%d]", spot->index);
}

static char *location_of(struct arena *arena, const struct spot *spot, const char *tail)
{
    struct buf text = BUF_EMPTY;
    print_spot(&text, spot, NULL);
    buf_add_str(&text, cut_text(str_of(tail), NAME_MOST));
    if (text.length == 0)
        buf_add_byte(&text, '/');
    char *location = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return location;
}

char *spot_within(struct arena *arena, const struct spot *spot, const struct spot *outer)
{
    struct buf text = BUF_EMPTY;
    print_spot(&text, spot, outer);
    char *way = arena_copy(arena, str_from(buf_str(&text), 1));
    buf_release(&text);
    return way;
}

static bool is_wanted(size_t *count)
{
    return (*count)++ < DIAGNOSTICS_KEPT;
}

static void append(struct diagnostics *diagnostics, struct diagnostic *diagnostic)
{
    if (diagnostics->last)
        diagnostics->last->next = diagnostic;
    else
        diagnostics->first = diagnostic;
    diagnostics->last = diagnostic;
}

static void add(struct diagnostics *diagnostics, const char *severity, const char *code, char *location,
                struct str message)
{
    struct diagnostic *diagnostic = ARENA_NEW(diagnostics->arena, struct diagnostic);
    diagnostic->severity = severity;
    diagnostic->code = code;
    diagnostic->message = arena_copy(diagnostics->arena, cut_text(message, MESSAGE_MOST));
    diagnostic->location = location;
    append(diagnostics, diagnostic);
}

__attribute__((format(printf, 5, 0))) static void add_formatted(struct diagnostics *diagnostics, const char *severity,
                                                                const char *code, const struct spot *spot,
                                                                const char *format, va_list args)
{
    struct buf message = BUF_EMPTY;
    buf_vprintf(&message, format, args);
    add(diagnostics, severity, code, spot ? location_of(diagnostics->arena, spot, "") : NULL, buf_str(&message));
    buf_release(&message);
}

void diagnose(struct diagnostics *diagnostics, const struct spot *spot, const char *format, ...)
{
    if (!is_wanted(&diagnostics->errors))
        return;
    va_list args;
    va_start(args, format);
    add_formatted(diagnostics, "ERROR", SCHEMA_VALIDATION_FAILED, spot, format, args);
    va_end(args);
}

void diagnose_as(struct diagnostics *diagnostics, const char *code, const struct spot *spot, const char *format, ...)
{
    if (!is_wanted(&diagnostics->errors))
        return;
    va_list args;
    va_start(args, format);
    add_formatted(diagnostics, "ERROR", code, spot, format, args);
    va_end(args);
}

void diagnose_at(struct diagnostics *diagnostics, const char *code, const struct spot *spot, const char *tail,
                 const char *message)
{
    if (is_wanted(&diagnostics->errors))
        add(diagnostics, "ERROR", code, location_of(diagnostics->arena, spot, tail), str_of(message));
}

void diagnose_warning(struct diagnostics *diagnostics, const char *code, const struct spot *spot, const char *format,
                      ...)
{
    if (!is_wanted(&diagnostics->warnings))
        return;
    va_list args;
    va_start(args, format);
    add_formatted(diagnostics, "WARNING", code, spot, format, args);
    va_end(args);
}

void diagnose_text(struct diagnostics *diagnostics, const char *code, const char *location, const char *message)
{
    if (is_wanted(&diagnostics->errors))
        add(diagnostics, "ERROR", code, location ? arena_copy(diagnostics->arena, str_of(location)) : NULL,
            str_of(message));
}

void diagnostics_append(struct diagnostics *diagnostics, const struct diagnostics *more)
{
    if (!more->first)
        return;
    append(diagnostics, more->first);
    diagnostics->last = more->last;
    diagnostics->errors += more->errors;
    diagnostics->warnings += more->warnings;
}
