#include "services/stepfunctions/asl/intrinsic.h"

#include "services/stepfunctions/asl/intrinsic_inner.h"

#define MAX_NEST 10 /* AWS's guide: up to ten, one within another */

struct argument {
    enum { ARGUMENT_VALUE, ARGUMENT_PATH, ARGUMENT_CALL } kind;
    const cJSON *value;
    struct str written; /* a text between its quotes, escapes and all */
    const struct path *path;
    const struct invocation *call;
    struct argument *next;
};

struct invocation {
    const struct intrinsic_function *function;
    const struct argument *arguments;
    size_t count;
};

struct intrinsic {
    struct str text;
    const struct invocation *call;
};

/* ---- reading ---- */

struct intrinsic_reader {
    struct arena *arena;
    const char *start, *at, *end;
    unsigned nest;
    char *why;
};

static bool fail(struct intrinsic_reader *reader, const char *why)
{
    if (!reader->why)
        reader->why = arena_printf(reader->arena, "%s at position %zu", why, (size_t)(reader->at - reader->start));
    return false;
}

static char peek(const struct intrinsic_reader *reader)
{
    return reader->at < reader->end ? *reader->at : '\0';
}

static void skip_blank(struct intrinsic_reader *reader)
{
    while (reader->at < reader->end && strchr(" \t\r\n", *reader->at))
        reader->at++;
}

static bool take(struct intrinsic_reader *reader, char byte)
{
    skip_blank(reader);
    if (peek(reader) != byte)
        return false;
    reader->at++;
    return true;
}

/* \' \{ \} \\ are what they seem; no other escape is one: AWS refuses the definition. */
static bool read_text(struct intrinsic_reader *reader, struct argument *argument)
{
    const char *from = ++reader->at;
    for (; reader->at < reader->end && *reader->at != '\''; reader->at++) {
        if (*reader->at != '\\')
            continue;
        if (reader->at + 1 == reader->end || !strchr("'{}\\", reader->at[1]))
            return fail(reader, "An escape that is none");
        reader->at++;
    }
    if (reader->at == reader->end)
        return fail(reader, "A text that is not closed");
    argument->written = (struct str){ from, (size_t)(reader->at - from) };
    char *text = arena_room(reader->arena, argument->written.length + 1), *to = text;
    for (; from < reader->at; from++) {
        from += *from == '\\';
        *to++ = *from;
    }
    reader->at++;
    argument->value = value_string(reader->arena, (struct str){ text, (size_t)(to - text) });
    return true;
}

/* A number, true, false or null. */
static bool read_word(struct intrinsic_reader *reader, struct argument *argument)
{
    struct json_error error;
    const char *from = reader->at;
    while (reader->at < reader->end && !strchr(",) \t\r\n", *reader->at))
        reader->at++;
    struct str word = { from, (size_t)(reader->at - from) };
    argument->value = json_parse_in(reader->arena, word, &error);
    if (!argument->value || value_is_container(argument->value) || value_is(argument->value, cJSON_String))
        return fail(reader, "An argument that is neither a text, a number, a path nor a function");
    return true;
}

/* How far a path goes: to the comma or bracket that belongs to the function. */
static const char *path_end(const char *at, const char *end)
{
    size_t open = 0;
    char quote = '\0';
    for (; at < end; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        else if (quote)
            quote = *at == quote ? '\0' : quote;
        else if (open && (*at == '\'' || *at == '"'))
            quote = *at;
        else if (*at == '[' || *at == '(')
            open++;
        else if (open && (*at == ']' || *at == ')'))
            open--;
        else if (!open && (*at == ',' || *at == ')'))
            break;
    }
    return at;
}

static bool read_path(struct intrinsic_reader *reader, struct argument *argument)
{
    const char *end = path_end(reader->at, reader->end);
    struct str text = str_trim((struct str){ reader->at, (size_t)(end - reader->at) });
    char *why;
    argument->kind = ARGUMENT_PATH;
    argument->path = path_compile(reader->arena, text, &why);
    if (!argument->path)
        return fail(reader, why);
    reader->at = end;
    return true;
}

static const struct invocation *read_call(struct intrinsic_reader *reader);

static bool read_argument(struct intrinsic_reader *reader, struct argument *argument)
{
    skip_blank(reader);
    switch (peek(reader)) {
    case '\'':
        return read_text(reader, argument);
    case '$':
        return read_path(reader, argument);
    case 'S':
        argument->kind = ARGUMENT_CALL;
        argument->call = read_call(reader);
        return argument->call != NULL;
    default:
        return read_word(reader, argument);
    }
}

static bool read_arguments(struct intrinsic_reader *reader, struct invocation *call)
{
    struct argument *first = NULL, **tail = &first;
    if (take(reader, ')'))
        return true;
    do {
        *tail = ARENA_NEW(reader->arena, struct argument);
        if (!read_argument(reader, *tail))
            return false;
        tail = &(*tail)->next;
        call->count++;
    } while (take(reader, ','));
    call->arguments = first;
    return take(reader, ')') || fail(reader, "A function that is not closed");
}

static const struct invocation *read_call(struct intrinsic_reader *reader)
{
    struct invocation *call = ARENA_NEW(reader->arena, struct invocation);
    const char *open = memchr(reader->at, '(', (size_t)(reader->end - reader->at));
    if (open)
        call->function = intrinsic_function_find((struct str){ reader->at, (size_t)(open - reader->at) });
    if (!call->function)
        return fail(reader, "No such function"), NULL;
    if (reader->nest++ == MAX_NEST)
        return fail(reader, "Functions nested too deep"), NULL;
    reader->at = open + 1;
    if (!read_arguments(reader, call))
        return NULL;
    reader->nest--;
    if (call->count < call->function->least || call->count > call->function->most)
        return fail(reader, "Too many or too few arguments"), NULL;
    return call;
}

const struct intrinsic *intrinsic_compile(struct arena *arena, struct str text, char **reterr_why)
{
    struct intrinsic *intrinsic = ARENA_NEW(arena, struct intrinsic);
    intrinsic->text = arena_str(arena, text);
    struct intrinsic_reader reader = { .arena = arena, .start = intrinsic->text.at, .at = intrinsic->text.at };
    reader.end = reader.start + intrinsic->text.length;
    skip_blank(&reader);
    intrinsic->call = read_call(&reader);
    skip_blank(&reader);
    if (intrinsic->call && reader.at != reader.end)
        fail(&reader, "Something behind the function");
    if (!reader.why)
        return intrinsic;
    *reterr_why = reader.why;
    return NULL;
}

/* ---- evaluating ---- */

struct evaluation {
    const struct environment *environment;
    const char *error;
    char *why;
};

static const cJSON *call(struct evaluation *evaluation, const struct invocation *invocation);

static const cJSON *read(struct evaluation *evaluation, const struct path *path)
{
    const cJSON *value = path_read(path, evaluation->environment, NULL);
    if (value)
        return value;
    evaluation->error = "States.Runtime";
    evaluation->why = arena_printf(evaluation->environment->arena,
                                   "The JsonPath argument for the field '%.*s' could not be found in the input '%.*s'",
                                   STR_ARG(path_text(path)), STR_ARG(environment_input(evaluation->environment)));
    return NULL;
}

static const cJSON *value_of(struct evaluation *evaluation, const struct argument *argument)
{
    switch (argument->kind) {
    case ARGUMENT_PATH:
        return read(evaluation, argument->path);
    case ARGUMENT_CALL:
        return call(evaluation, argument->call);
    default:
        return argument->value;
    }
}

static const cJSON *refuse(struct evaluation *evaluation, const char *error, char *why)
{
    evaluation->error = error;
    evaluation->why = why;
    return NULL;
}

static const cJSON *apply(struct evaluation *evaluation, const struct invocation *invocation,
                          const cJSON *const *values)
{
    struct application application = {
        .function = invocation->function,
        .environment = evaluation->environment,
        .arena = evaluation->environment->arena,
        .values = values,
        .count = invocation->count,
    };
    if (invocation->count && invocation->arguments->written.at)
        application.pattern = invocation->arguments->written;
    else if (invocation->count && value_is(values[0], cJSON_String))
        application.pattern = json_value(values[0]);
    const cJSON *result = invocation->function->apply(&application);
    return result ? result : refuse(evaluation, "States.IntrinsicFailure", application.why);
}

static const cJSON *call(struct evaluation *evaluation, const struct invocation *invocation)
{
    struct arena *arena = evaluation->environment->arena;
    const cJSON **values = ARENA_ARRAY(arena, const cJSON *, invocation->count ? invocation->count : 1);
    size_t i = 0;
    for (const struct argument *argument = invocation->arguments; argument; argument = argument->next) {
        values[i] = value_of(evaluation, argument);
        if (!values[i++])
            return NULL;
    }
    bool affordable = !environment_is_full(evaluation->environment);
    for (i = 0; affordable && i < invocation->count; i++)
        affordable = environment_afford(evaluation->environment, values[i]);
    if (!affordable)
        return refuse(evaluation, "States.DataLimitExceeded",
                      arena_copy(arena, STR("The result exceeds the maximum number of bytes service limit.")));
    return apply(evaluation, invocation, values);
}

const cJSON *intrinsic_evaluate(const struct intrinsic *intrinsic, const struct environment *environment,
                                struct failure *ret_failure)
{
    struct evaluation evaluation = { .environment = environment };
    const cJSON *value = call(&evaluation, intrinsic->call);
    if (!value)
        failure_set(ret_failure, environment->arena, evaluation.error,
                    "The function '%.*s' had the following error: %s", STR_ARG(intrinsic->text), evaluation.why);
    return value;
}

struct str intrinsic_text(const struct intrinsic *intrinsic)
{
    return intrinsic->text;
}

static void each_path(const struct invocation *invocation, void (*visit)(const struct path *, void *), void *data)
{
    for (const struct argument *argument = invocation->arguments; argument; argument = argument->next) {
        if (argument->kind == ARGUMENT_PATH)
            visit(argument->path, data);
        else if (argument->kind == ARGUMENT_CALL)
            each_path(argument->call, visit, data);
    }
}

void intrinsic_each_path(const struct intrinsic *intrinsic, void (*visit)(const struct path *, void *), void *data)
{
    each_path(intrinsic->call, visit, data);
}
