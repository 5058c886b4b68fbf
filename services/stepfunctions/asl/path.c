#include "services/stepfunctions/asl/path.h"

#include "services/stepfunctions/asl/path_inner.h"

/* ---- the reader ---- */

bool reader_fail(struct reader *reader, const char *format, ...)
{
    if (reader->why)
        return false;
    va_list args;
    va_start(args, format);
    reader->why = (char *)(uintptr_t)failure_sentence(reader->arena, format, args).at;
    va_end(args);
    return false;
}

static size_t position(const struct reader *reader)
{
    return (size_t)(reader->at - reader->start);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void reader_skip_blank(struct reader *reader)
{
    while (reader->at < reader->end && is_blank(*reader->at))
        reader->at++;
}

bool reader_take(struct reader *reader, char byte)
{
    reader_skip_blank(reader);
    if (reader->at == reader->end || *reader->at != byte)
        return false;
    reader->at++;
    return true;
}

/* Copies the text up to `end` without the backslashes that `escapes` says are ones. */
static struct str copy_unescaped(struct reader *reader, const char *end, bool (*escapes)(char next, char quote),
                                 char quote)
{
    char *text = arena_room(reader->arena, (size_t)(end - reader->at) + 1), *to = text;
    for (; reader->at < end; reader->at++) {
        if (*reader->at == '\\' && reader->at + 1 < end && escapes(reader->at[1], quote))
            reader->at++;
        *to++ = *reader->at;
    }
    *to = '\0';
    return (struct str){ text, (size_t)(to - text) };
}

static bool escapes_in_quotes(char next, char quote)
{
    return next == quote || next == '\\';
}

/* Jayway unescapes more, AWS does not: $['Test\""Name"'] finds the key Test\""Name" (base_scenarios.escape_sequence_parsing). */
bool reader_quoted(struct reader *reader, struct str *ret_text)
{
    char quote = *reader->at++;
    const char *end = reader->at;
    while (end < reader->end && *end != quote)
        end += *end == '\\' && end + 1 < reader->end && escapes_in_quotes(end[1], quote) ? 2 : 1;
    if (end >= reader->end)
        return reader_fail(reader, "Property has not been closed - missing closing %c", quote);
    *ret_text = copy_unescaped(reader, end, escapes_in_quotes, quote);
    reader->at++;
    return true;
}

/* ---- steps ---- */

/* A step as it is read, in a list until their number is known. */
struct draft {
    struct step step;
    struct draft *next;
};

static struct str fragment(struct reader *reader, const char *from)
{
    return arena_str(reader->arena, (struct str){ from, (size_t)(reader->at - from) });
}

/* In dot notation everything goes that has no meaning of its own; a backslash takes it away (Amazon States Language,
 * Reference Paths: $.store\.book). */
static bool ends_name(const struct reader *reader, char c)
{
    if (c == '.' || c == '[' || c == '(')
        return true;
    return reader->inside && (is_blank(c) || strchr("=<>!~&|),", c) != NULL);
}

static bool escapes_in_dots(char next, char quote)
{
    (void)next, (void)quote;
    return true;
}

static bool read_dotted(struct reader *reader, struct str *ret_name)
{
    const char *end = reader->at;
    for (; end < reader->end && !ends_name(reader, *end); end++) {
        if (is_blank(*end))
            return reader_fail(
                reader, "Use bracket notion ['my prop'] if your property contains blank characters. position: %zu",
                position(reader));
        if (*end == '\\' && end + 1 < reader->end)
            end++;
    }
    if (end == reader->at)
        return reader_fail(reader, "Could not parse token starting at position %zu", position(reader));
    *ret_name = copy_unescaped(reader, end, escapes_in_dots, '\0');
    return true;
}

static bool read_name_or_function(struct reader *reader, struct step *step)
{
    struct str name;
    const char *from = reader->at;
    if (!read_dotted(reader, &name))
        return false;
    if (reader_peek(reader) != '(') {
        step->kind = STEP_NAME;
        step->name = name.at;
        step->fragment = str_of(arena_printf(reader->arena, "['%s']", name.at));
        return true;
    }
    reader->at++;
    step->kind = STEP_FUNCTION;
    step->function = function_read(reader, name);
    step->fragment = fragment(reader, from);
    return step->function != NULL;
}

#define MAX_LIST 256 /* names or indexes in one bracket */

static bool read_list_of_names(struct reader *reader, struct step *step, const char *names[MAX_LIST],
                               struct buf *fragment_text)
{
    struct str name;
    do {
        reader_skip_blank(reader);
        char quote = reader_peek(reader);
        if (quote != '\'' && quote != '"')
            return reader_fail(reader, "Found empty property at index %zu", position(reader));
        if (step->count == MAX_LIST)
            return reader_fail(reader, "A bracket has more than %d properties", MAX_LIST);
        if (!reader_quoted(reader, &name))
            return false;
        names[step->count++] = name.at;
        buf_printf(fragment_text, "%s'%s'", step->count > 1 ? "," : "[", name.at);
    } while (reader_take(reader, ','));
    buf_add_byte(fragment_text, ']');
    return true;
}

static bool read_names(struct reader *reader, struct step *step)
{
    const char *names[MAX_LIST];
    struct buf text = BUF_EMPTY;
    bool read = read_list_of_names(reader, step, names, &text);
    step->fragment = arena_str(reader->arena, buf_str(&text));
    buf_release(&text);
    if (!read)
        return false;
    step->kind = step->count == 1 ? STEP_NAME : STEP_NAMES;
    if (step->count == 1) {
        step->name = names[0];
        return true;
    }
    const char **kept = ARENA_ARRAY(reader->arena, const char *, step->count);
    memcpy(kept, names, step->count * sizeof *kept);
    step->names = kept;
    return true;
}

static bool read_integer(struct reader *reader, int64_t *ret_value)
{
    reader_skip_blank(reader);
    const char *from = reader->at;
    if (reader_peek(reader) == '-')
        reader->at++;
    while (reader_peek(reader) >= '0' && reader_peek(reader) <= '9')
        reader->at++;
    return str_to_int64((struct str){ from, (size_t)(reader->at - from) }, ret_value) && *ret_value >= INT32_MIN &&
           *ret_value <= INT32_MAX;
}

static bool read_slice(struct reader *reader, struct step *step)
{
    step->kind = STEP_SLICE;
    reader_skip_blank(reader);
    if (reader_peek(reader) != ']')
        step->slice.has_to = read_integer(reader, &step->slice.to);
    if (!step->slice.has_from && !step->slice.has_to)
        return reader_fail(reader, "Failed to parse SliceOperation: :");
    return true;
}

static bool read_indexes(struct reader *reader, struct step *step)
{
    int64_t indexes[MAX_LIST];
    if (reader_take(reader, ':'))
        return read_slice(reader, step);
    do {
        if (step->count == MAX_LIST || !read_integer(reader, &indexes[step->count]))
            return reader_fail(reader, "Could not parse token starting at position %zu. Expected ?, ', 0-9, * ",
                               position(reader));
        step->count++;
    } while (reader_take(reader, ','));
    if (step->count == 1 && reader_take(reader, ':')) {
        step->slice = (struct slice){ .from = indexes[0], .has_from = true };
        return read_slice(reader, step);
    }
    step->kind = step->count == 1 ? STEP_INDEX : STEP_INDEXES;
    if (step->count == 1) {
        step->index = indexes[0];
        return true;
    }
    int64_t *kept = ARENA_ARRAY(reader->arena, int64_t, step->count);
    memcpy(kept, indexes, step->count * sizeof *kept);
    step->indexes = kept;
    return true;
}

static bool read_bracket_content(struct reader *reader, struct step *step)
{
    reader_skip_blank(reader);
    char c = reader_peek(reader);
    if (c == '\'' || c == '"')
        return read_names(reader, step);
    if (c == '*') {
        reader->at++;
        step->kind = STEP_WILDCARD;
        return true;
    }
    return read_indexes(reader, step);
}

static bool read_bracket(struct reader *reader, struct step *step)
{
    const char *from = reader->at++;
    if (reader_take(reader, '?')) {
        step->kind = STEP_FILTER;
        step->filter = filter_read(reader);
        step->fragment = fragment(reader, from);
        return step->filter != NULL;
    }
    if (!read_bracket_content(reader, step))
        return false;
    if (!reader_take(reader, ']'))
        return reader_fail(reader,
                           step->kind == STEP_WILDCARD
                               ? "Expected wildcard token to end with ']' on position %zu"
                               : "Could not parse token starting at position %zu. Expected ?, ', 0-9, * ",
                           position(reader));
    if (!step->fragment.at)
        step->fragment = fragment(reader, from);
    return true;
}

/* What may follow a dot, or two of them: a name, a function, '*', or a bracket all the same ($.[0] is AWS's too). */
static bool read_after_dot(struct reader *reader, struct step *step)
{
    switch (reader_peek(reader)) {
    case '[':
        return read_bracket(reader, step);
    case '*':
        reader->at++;
        step->kind = STEP_WILDCARD;
        step->fragment = STR("[*]");
        return true;
    case '.':
        return reader_fail(reader, "Character '.' on position %zu is not valid.", position(reader));
    default:
        return read_name_or_function(reader, step);
    }
}

static struct draft *add_draft(struct reader *reader, struct draft ***tail)
{
    struct draft *draft = ARENA_NEW(reader->arena, struct draft);
    **tail = draft;
    *tail = &draft->next;
    return draft;
}

/* One step, or two where the first is "..". */
static bool read_step(struct reader *reader, struct draft ***tail)
{
    if (*reader->at == '[')
        return read_bracket(reader, &add_draft(reader, tail)->step);
    reader->at++;
    if (reader_peek(reader) == '.') {
        reader->at++;
        add_draft(reader, tail)->step = (struct step){ .kind = STEP_SCAN, .fragment = STR("..") };
    }
    if (reader->at == reader->end)
        return reader_fail(reader, "Path must not end with a '.' or '..'");
    return read_after_dot(reader, &add_draft(reader, tail)->step);
}

static bool is_definite(const struct step *step, bool last)
{
    switch (step->kind) {
    case STEP_NAME:
    case STEP_INDEX:
    case STEP_FUNCTION:
        return true;
    case STEP_NAMES: /* the last one merges what it finds into one object */
        return last;
    default:
        return false;
    }
}

static bool settle_steps(struct reader *reader, const struct draft *first, size_t count, struct steps *ret_steps)
{
    struct step *steps = ARENA_ARRAY(reader->arena, struct step, count ? count : 1);
    *ret_steps = (struct steps){ .at = steps, .count = count, .definite = true, .plain = true };
    size_t i = 0;
    for (const struct draft *draft = first; draft; draft = draft->next, i++) {
        steps[i] = draft->step;
        steps[i].upstream_definite = ret_steps->definite;
        ret_steps->definite = ret_steps->definite && is_definite(&steps[i], i + 1 == count);
        ret_steps->plain = ret_steps->plain && (steps[i].kind == STEP_NAME || steps[i].kind == STEP_INDEX);
        ret_steps->scans = ret_steps->scans || steps[i].kind == STEP_SCAN;
        ret_steps->has_function = steps[i].kind == STEP_FUNCTION;
        if (ret_steps->has_function && i + 1 != count)
            return reader_fail(reader, "A function ends a path: nothing may follow %.*s", STR_ARG(steps[i].fragment));
    }
    if (ret_steps->has_function && ret_steps->scans)
        ret_steps->definite = true; /* Jayway turns $..a.sum() into $.sum($..a) */
    return true;
}

bool steps_read(struct reader *reader, struct steps *ret_steps)
{
    struct draft *first = NULL, **tail = &first;
    size_t count = 0;
    while (reader_peek(reader) == '.' || reader_peek(reader) == '[') {
        struct draft **before = tail;
        if (!read_step(reader, &tail))
            return false;
        count += (*before)->next ? 2 : 1;
        if (count > PATH_MAX_STEPS)
            return reader_fail(reader, "A path has more than %d steps", PATH_MAX_STEPS);
    }
    return settle_steps(reader, first, count, ret_steps);
}

/* ---- the path ---- */

static bool is_name_byte(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80 ||
           (!first && c >= '0' && c <= '9');
}

/* "$", "$$" or "$name". */
static bool read_root(struct reader *reader, struct path *path)
{
    if (reader_peek(reader) != '$')
        return reader_fail(reader, "Path must start with '$' or '@'");
    const char *from = ++reader->at;
    if (reader_peek(reader) == '$') {
        reader->at++;
        path->root = PATH_CONTEXT;
        return true;
    }
    while (reader->at < reader->end && is_name_byte(*reader->at, reader->at == from))
        reader->at++;
    if (reader->at == from)
        return true;
    path->root = PATH_VARIABLE;
    path->variable = fragment(reader, from);
    if (str_is(path->variable, "states"))
        return reader_fail(reader, "The variable '$states' is reserved");
    return true;
}

static bool read_path(struct reader *reader, struct path *path)
{
    if (!read_root(reader, path))
        return false;
    if (reader->at < reader->end && *reader->at != '.' && *reader->at != '[')
        return reader_fail(reader, "Illegal character at position %zu expected '.' or '['", position(reader));
    if (!steps_read(reader, &path->steps))
        return false;
    return reader->at == reader->end ||
           reader_fail(reader, "Could not parse token starting at position %zu. Expected ?, ', 0-9, * ",
                       position(reader));
}

const struct path *path_compile(struct arena *arena, struct str text, char **reterr_why)
{
    struct path *path = ARENA_NEW(arena, struct path);
    path->text = arena_str(arena, text);
    struct reader reader = { .arena = arena, .start = path->text.at, .at = path->text.at };
    reader.end = reader.start + path->text.length;
    if (read_path(&reader, path))
        return path;
    *reterr_why = reader.why;
    return NULL;
}

static const struct path *refuse_reference(struct arena *arena, const char *why, char **reterr_why)
{
    *reterr_why = arena_printf(arena, "Value is not a Reference Path: %s", why);
    return NULL;
}

/* A bracket that holds neither a quoted name nor a number, as AWS's own parser of reference paths names it. */
static bool has_bare_bracket(struct str text)
{
    for (size_t i = 0; i + 1 < text.length; i++)
        if (text.at[i] == '[' && !strchr("'\"?*:-0123456789 ", text.at[i + 1]))
            return true;
    return false;
}

const struct path *path_compile_choice(struct arena *arena, struct str text, char **reterr_why)
{
    char *why;
    if (text.length == 0 || text.at[0] != '$')
        return refuse_reference(arena, "Reference path didn't start with '$'", reterr_why);
    const struct path *path = path_compile(arena, text, &why);
    if (!path)
        return refuse_reference(arena, has_bare_bracket(text) ? "'[' must be followed by ' or '['" : why, reterr_why);
    if (path->steps.has_function)
        return refuse_reference(arena, "Functions are not supported in a reference path", reterr_why);
    return path;
}

const struct path *path_compile_reference(struct arena *arena, struct str text, char **reterr_why)
{
    const struct path *path = path_compile_choice(arena, text, reterr_why);
    if (!path)
        return NULL;
    if (path->root != PATH_INPUT || !path->steps.plain)
        return refuse_reference(arena, "A reference path can only name a single node of the state's own data",
                                reterr_why);
    return path;
}

struct str path_text(const struct path *path)
{
    return path->text;
}

bool path_is_definite(const struct path *path)
{
    return path->steps.definite;
}

bool path_is_reference(const struct path *path)
{
    return path->steps.plain;
}

enum path_root path_root(const struct path *path)
{
    return path->root;
}

struct str path_variable(const struct path *path)
{
    return path->variable;
}
