#include "services/stepfunctions/asl/query.h"

#include <math.h>

#include "services/stepfunctions/jsonata/jsonata.h"

const char QUERY_EVALUATION_ERROR[] = "States.QueryEvaluationError";

/* AWS's bounds as they were measured in public (github.com/floci-io/floci/issues/2737): expressions nest about 100 deep; one
 * that holds some 7 MB is refused. Ours count what was ever taken, not what is held, so there is more of it. Time and steps
 * are ours: others wait meanwhile. */
#define MOST_DEPTH        100
#define MOST_MEMORY_BYTES ((size_t)64 * 1024 * 1024)
#define MOST_STEPS        ((uint64_t)4 * 1000 * 1000)
#define MOST_TIME_MS      1000

struct member;

struct query {
    enum { QUERY_CONSTANT, QUERY_EXPRESSION, QUERY_OBJECT, QUERY_LIST } kind;
    union {
        const cJSON *constant;
        const struct jsonata *expression; /* NULL: it was refused */
        const struct member *members;
    };
    size_t count;
    const char *field; /* of an expression, or of the whole: "Output/list[0]" */
};

struct member {
    const char *name; /* NULL: an element */
    struct query value;
};

/* ---- compiling ---- */

static struct str expression_text(const cJSON *node)
{
    struct str text = json_value(node);
    size_t start = 2, end = text.length - 2;
    while (start < end && strchr(" \t\r\n", text.at[start]))
        start++;
    while (end > start && strchr(" \t\r\n", text.at[end - 1]))
        end--;
    return str_first(str_from(text, start), end - start);
}

static bool opens(const cJSON *node)
{
    return value_is(node, cJSON_String) && str_starts(json_value(node), STR("{%"));
}

bool query_is_expression(const cJSON *node)
{
    return opens(node) && json_value(node).length >= 4 && str_ends(json_value(node), STR("%}"));
}

struct compiler {
    const struct query_reader *reader;
    struct buf *place; /* "Output/list[0]" */
};

static const char *place_of(const struct compiler *compiler)
{
    return arena_copy(compiler->reader->arena, buf_str(compiler->place));
}

__attribute__((format(printf, 4, 5))) static void refuse(const struct query_reader *reader, const char *place,
                                                         const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str message = failure_sentence(reader->arena, format, args);
    va_end(args);
    reader->refuse(reader->data, code, place, message.at);
}

/* What an expression says that AWS refuses, each thing once. */
struct references {
    const struct query_reader *reader;
    const char *place;
    struct str seen[16];
    size_t count;
};

static bool is_new(struct references *references, struct str name)
{
    size_t room = sizeof references->seen / sizeof *references->seen;
    for (size_t i = 0; i < references->count; i++)
        if (str_equal(references->seen[i], name))
            return false;
    if (references->count < room)
        references->seen[references->count++] = name;
    return true;
}

static bool is_offered(const struct query_reader *reader, struct str name)
{
    return str_is(name, "input") || str_is(name, "context") ||
           (str_is(name, "result") && (reader->offers & QUERY_RESULT)) ||
           (str_is(name, "errorOutput") && (reader->offers & QUERY_ERROR_OUTPUT));
}

/* "… at the top level …" was measured on AWS (floci-io/floci issue 2670), and so was "Field … does not exist."
 * (anomalyco/sst issue 6110). What is said of '$$' is ours, in their shape. */
static void check_reference(enum jsonata_reference kind, struct str name, void *data)
{
    static const char code[] = "UNSUPPORTED_JSONATA_EXPRESSION";
    struct references *references = data;
    const struct query_reader *reader = references->reader;
    if ((kind == JSONATA_STATES && is_offered(reader, name)) || !is_new(references, name))
        return;
    if (kind == JSONATA_TOP)
        refuse(reader, references->place, code, "Reference to '%.*s' at the top level is not supported.",
               STR_ARG(name));
    else if (kind == JSONATA_ROOT)
        refuse(reader, references->place, code, "Reference to '%.*s' is not supported.", STR_ARG(name));
    else
        refuse(reader, references->place, code, "Field '$states.%.*s' does not exist.", STR_ARG(name));
}

static void note_variable(struct str name, void *data)
{
    const struct query_reader *reader = data;
    if (!str_is(name, "states"))
        reader->note(name, reader->data);
}

static void compile_expression(const struct compiler *compiler, const cJSON *node, struct query *ret_query)
{
    const struct query_reader *reader = compiler->reader;
    struct jsonata_error error;
    *ret_query = (struct query){ .kind = QUERY_EXPRESSION, .field = place_of(compiler) };
    ret_query->expression = jsonata_compile(reader->arena, expression_text(node), &error);
    if (!ret_query->expression) {
        refuse(reader, ret_query->field, "INVALID_JSONATA_EXPRESSION", "%s", error.message);
        return;
    }
    struct references references = { .reader = reader, .place = ret_query->field };
    jsonata_each_reference(ret_query->expression, check_reference, &references);
    jsonata_each_variable(ret_query->expression, note_variable, (void *)(uintptr_t)reader);
}

static void compile(const struct compiler *compiler, const cJSON *node, struct query *ret_query);

static void compile_members(const struct compiler *compiler, const cJSON *node, struct query *ret_query)
{
    size_t count = value_count(node), i = 0, length = compiler->place->length;
    struct member *members = ARENA_ARRAY(compiler->reader->arena, struct member, count);
    bool computes = false;
    for (const cJSON *child = node->child; child; child = child->next, i++) {
        if (value_is(node, cJSON_Object))
            buf_printf(compiler->place, "/%s", child->string);
        else
            buf_printf(compiler->place, "[%zu]", i);
        members[i].name = child->string;
        compile(compiler, child, &members[i].value);
        computes = computes || members[i].value.kind != QUERY_CONSTANT;
        compiler->place->length = length;
    }
    if (computes)
        *ret_query = (struct query){ .kind = value_is(node, cJSON_Object) ? QUERY_OBJECT : QUERY_LIST,
                                     .members = members,
                                     .count = count };
}

/* As deep as the definition, which has a limit. */
static void compile(const struct compiler *compiler, const cJSON *node, struct query *ret_query)
{
    *ret_query = (struct query){ .kind = QUERY_CONSTANT, .constant = node };
    if (query_is_expression(node))
        compile_expression(compiler, node, ret_query);
    else if (opens(node)) /* the sentence is ours */
        refuse(compiler->reader, place_of(compiler), "INVALID_JSONATA_EXPRESSION",
               "The expression begins with '{%%' but does not end with '%%}'");
    else if (value_is_container(node))
        compile_members(compiler, node, ret_query);
}

const struct query *query_compile(const struct query_reader *reader, const cJSON *node, const char *field)
{
    struct query *query = ARENA_NEW(reader->arena, struct query);
    struct buf place = BUF_EMPTY;
    struct compiler compiler = { reader, &place };
    buf_add_text(&place, field);
    compile(&compiler, node, query);
    if (!query->field)
        query->field = arena_copy(reader->arena, str_of(field));
    buf_release(&place);
    return query;
}

const cJSON *query_constant(const struct query *query)
{
    return query->kind == QUERY_CONSTANT ? query->constant : NULL;
}

/* ---- failing ---- */

#define SHOWN_MOST ((size_t)16 * 1024) /* bytes of a value in a cause */

/* A value as causes show it: strings in quotes. */
static struct str quote(struct arena *arena, const cJSON *value)
{
    struct buf text;
    buf_init(&text, SHOWN_MOST);
    json_print(&text, value);
    struct str shown = text.overflow ? STR("…") : arena_str(arena, buf_str(&text));
    buf_release(&text);
    return shown;
}

/* "The JSONata expression '$x' specified for the field 'Output/a' …"; of a value without expressions: "The value specified
 * for …", which is ours: AWS refuses most of these with the definition. */
__attribute__((format(printf, 4, 5))) static void fail(const struct query *query, struct arena *arena,
                                                       struct failure *ret_failure, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str what = failure_sentence(arena, format, args);
    va_end(args);
    if (query->kind == QUERY_EXPRESSION)
        failure_set(ret_failure, arena, QUERY_EVALUATION_ERROR,
                    "The JSONata expression '%.*s' specified for the field '%s' %.*s",
                    STR_ARG(jsonata_text(query->expression)), query->field, STR_ARG(what));
    else
        failure_set(ret_failure, arena, QUERY_EVALUATION_ERROR, "The value specified for the field '%s' %.*s",
                    query->field, STR_ARG(what));
    ret_failure->location = query->field;
}

/* What is no error of JSONata itself has no code, but AWS's words (floci-io/floci issue 2737; the one of time is that of
 * JSONata's own sample of bounds, from which the other two come). */
static const char *bound_sentence(const char *code)
{
    if (strcmp(code, "D1011") == 0)
        return "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as "
               "tail-recursive.";
    if (strcmp(code, "D1012") == 0)
        return "Expression evaluation timeout: Check for infinite loop";
    if (strcmp(code, "D2015") == 0)
        return "Expression evaluation memory limit exceeded: Check for excessive memory usage";
    return NULL;
}

static void fail_with(const struct query *query, struct arena *arena, const struct jsonata_error *error,
                      struct failure *ret_failure)
{
    const char *bound = bound_sentence(error->code);
    if (bound)
        fail(query, arena, ret_failure, "threw an error during evaluation: %s", bound);
    else
        fail(query, arena, ret_failure, "threw an error during evaluation. %s: %s", error->code, error->message);
}

/* ---- evaluating ---- */

static const cJSON *find_variable(struct str name, void *data)
{
    const struct query_scope *scope = data;
    return str_is(name, "states") ? scope->states : variables_get(scope->variables, name);
}

static const cJSON *evaluate_expression(const struct query *query, const struct query_scope *scope,
                                        struct failure *ret_failure)
{
    const cJSON *value = NULL;
    struct jsonata_error error;
    const struct jsonata_scope seen = { .variable = find_variable,
                                        .data = (void *)(uintptr_t)scope,
                                        .random = scope->random,
                                        .now_ms = scope->now_ms,
                                        .in_state_machine = true,
                                        .depth = MOST_DEPTH,
                                        .steps = MOST_STEPS,
                                        .memory_bytes = MOST_MEMORY_BYTES,
                                        .time_ms = MOST_TIME_MS };
    switch (jsonata_evaluate(query->expression, scope->arena, &seen, &value, &error)) {
    case JSONATA_VALUE:
        return value;
    case JSONATA_UNDEFINED:
        fail(query, scope->arena, ret_failure, "returned nothing (undefined).");
        return NULL;
    case JSONATA_FUNCTION: /* the sentence is ours */
        fail(query, scope->arena, ret_failure, "returned a function, which is no JSON value.");
        return NULL;
    case JSONATA_ERROR:
        fail_with(query, scope->arena, &error, ret_failure);
        return NULL;
    }
    return NULL;
}

static const cJSON *evaluate(const struct query *query, const struct query_scope *scope, struct failure *ret_failure);

static const cJSON *evaluate_members(const struct query *query, const struct query_scope *scope,
                                     struct failure *ret_failure)
{
    bool object = query->kind == QUERY_OBJECT;
    cJSON *made = object ? value_object(scope->arena) : value_array(scope->arena);
    for (size_t i = 0; i < query->count; i++) {
        const cJSON *value = evaluate(&query->members[i].value, scope, ret_failure);
        if (!value)
            return NULL;
        if (object)
            value_add(made, query->members[i].name, value_share(scope->arena, value));
        else
            value_append(made, value_share(scope->arena, value));
    }
    return made;
}

static const cJSON *evaluate(const struct query *query, const struct query_scope *scope, struct failure *ret_failure)
{
    switch (query->kind) {
    case QUERY_CONSTANT:
        return query->constant;
    case QUERY_EXPRESSION:
        return evaluate_expression(query, scope, ret_failure);
    case QUERY_OBJECT:
    case QUERY_LIST:
        return evaluate_members(query, scope, ret_failure);
    }
    return NULL;
}

const cJSON *query_evaluate(const struct query *query, const struct query_scope *scope, struct failure *ret_failure)
{
    return evaluate(query, scope, ret_failure);
}

/* ---- types ---- */

static const char *type_name(const cJSON *value)
{
    switch (value_kind(value)) {
    case cJSON_Array:
        return "array";
    case cJSON_Object:
        return "object";
    case cJSON_Number:
        return "number";
    case cJSON_String:
        return "string";
    case cJSON_NULL:
        return "null";
    default:
        return "boolean";
    }
}

const cJSON *query_evaluate_typed(const struct query *query, const struct query_scope *scope, enum query_type type,
                                  struct failure *ret_failure)
{
    static const char *const names[] = {
        [QUERY_ARRAY] = "array", [QUERY_BOOLEAN] = "boolean", [QUERY_NUMBER] = "number", [QUERY_STRING] = "string"
    };
    const cJSON *value = evaluate(query, scope, ret_failure);
    if (!value || strcmp(type_name(value), names[type]) == 0)
        return value;
    fail(query, scope->arena, ret_failure,
         "returned an unexpected result type. Expected '%s', but was '%s' for value: %.*s", names[type],
         type_name(value), STR_ARG(quote(scope->arena, value)));
    return NULL;
}

bool query_integer(const cJSON *value, int64_t least, int64_t most, int64_t *ret_number)
{
    double number = json_to_double(value);
    if (number != floor(number) || !(number >= (double)least && number <= (double)most))
        return false;
    *ret_number = (int64_t)number;
    return true;
}

void query_refuse_value(const struct query *query, const cJSON *value, struct arena *arena, const char *what,
                        struct failure *ret_failure)
{
    fail(query, arena, ret_failure, "%s for value: %.*s", what, STR_ARG(quote(arena, value)));
}
