/* Jayway's functions at a path's end: $.prices.max(), $.a.concat($.b, "x"). */
#include <math.h>

#include "services/stepfunctions/asl/java.h"
#include "services/stepfunctions/asl/path_inner.h"

enum function_kind {
    FUNCTION_MIN,
    FUNCTION_MAX,
    FUNCTION_AVG,
    FUNCTION_STDDEV,
    FUNCTION_SUM,
    FUNCTION_LENGTH,
    FUNCTION_KEYS,
    FUNCTION_CONCAT,
    FUNCTION_APPEND,
};

struct parameter {
    bool is_path, from_here; /* @…; else $… */
    struct steps steps;
    const cJSON *value;
    const struct parameter *next;
};

struct path_function {
    enum function_kind kind;
    const struct parameter *parameters;
};

static const struct {
    const char *name;
    enum function_kind kind;
} functions[] = {
    { "min", FUNCTION_MIN },       { "max", FUNCTION_MAX },   { "avg", FUNCTION_AVG },
    { "stddev", FUNCTION_STDDEV }, { "sum", FUNCTION_SUM },   { "length", FUNCTION_LENGTH },
    { "size", FUNCTION_LENGTH },   { "keys", FUNCTION_KEYS }, { "concat", FUNCTION_CONCAT },
    { "append", FUNCTION_APPEND },
};

/* ---- reading ---- */

static bool find_function(struct reader *reader, struct str name, enum function_kind *ret_kind)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (str_is(name, functions[i].name)) {
            *ret_kind = functions[i].kind;
            return true;
        }
    }
    return reader_fail(reader, "Function with name: %.*s does not exist.", STR_ARG(name));
}

static bool read_parameter(struct reader *reader, struct parameter *parameter)
{
    reader_skip_blank(reader);
    char c = reader_peek(reader);
    if (c == '$' || c == '@') {
        reader->at++;
        parameter->is_path = true;
        parameter->from_here = c == '@';
        return steps_read(reader, &parameter->steps);
    }
    parameter->value = literal_read(reader);
    return parameter->value != NULL;
}

static bool read_parameters(struct reader *reader, struct path_function *function)
{
    const struct parameter **tail = &function->parameters;
    if (reader_take(reader, ')'))
        return true;
    do {
        struct parameter *parameter = ARENA_NEW(reader->arena, struct parameter);
        if (!read_parameter(reader, parameter))
            return false;
        *tail = parameter;
        tail = &parameter->next;
    } while (reader_take(reader, ','));
    return reader_take(reader, ')') || reader_fail(reader, "Arguments to a function are not closed properly.");
}

const struct path_function *function_read(struct reader *reader, struct str name)
{
    struct path_function *function = ARENA_NEW(reader->arena, struct path_function);
    bool was_inside = reader->inside;
    if (!find_function(reader, name, &function->kind))
        return NULL;
    if (reader->nest++ == PATH_MAX_NEST) {
        reader_fail(reader, "A path nests deeper than %d levels", PATH_MAX_NEST);
        return NULL;
    }
    reader->inside = true;
    bool read = read_parameters(reader, function);
    reader->inside = was_inside;
    reader->nest--;
    return read ? function : NULL;
}

/* ---- applying ---- */

static const cJSON *parameter_value(struct search *search, const struct parameter *parameter, const cJSON *argument)
{
    if (!parameter->is_path)
        return parameter->value;
    return steps_find(search, &parameter->steps, parameter->from_here ? argument : search->root);
}

struct statistics {
    size_t count;
    double min, max, sum, sum_of_squares;
};

static void take_number(struct statistics *seen, const cJSON *value)
{
    if (!value_is(value, cJSON_Number))
        return;
    double number = value->valuedouble;
    seen->min = seen->count == 0 || number < seen->min ? number : seen->min;
    seen->max = seen->count == 0 || number > seen->max ? number : seen->max;
    seen->sum += number;
    seen->sum_of_squares += number * number;
    seen->count++;
}

static void take_numbers(struct search *search, struct statistics *seen, const cJSON *value)
{
    if (!value_is(value, cJSON_Array)) {
        take_number(seen, value);
        return;
    }
    for (const cJSON *element = value->child; element && search_charge(search, 1); element = element->next)
        take_number(seen, element);
}

static double statistic(enum function_kind kind, const struct statistics *seen)
{
    double count = (double)seen->count;
    switch (kind) {
    case FUNCTION_MIN:
        return seen->min;
    case FUNCTION_MAX:
        return seen->max;
    case FUNCTION_SUM:
        return seen->sum;
    case FUNCTION_AVG:
        return seen->sum / count;
    default:
        return sqrt(fmax(0, seen->sum_of_squares / count - seen->sum * seen->sum / count / count));
    }
}

static const cJSON *aggregate(struct search *search, const struct path_function *function, const cJSON *argument)
{
    struct statistics seen = { 0 };
    char digits[JAVA_DOUBLE_ROOM];
    if (value_is(argument, cJSON_Array))
        take_numbers(search, &seen, argument);
    for (const struct parameter *one = function->parameters; one; one = one->next)
        take_numbers(search, &seen, parameter_value(search, one, argument));
    if (seen.count == 0) {
        search->why = arena_copy(search->arena,
                                 STR("Aggregation function attempted to calculate value using empty array"));
        return NULL;
    }
    double result = statistic(function->kind, &seen);
    if (!isfinite(result))
        return value_null(search->arena);
    java_print_double(result, digits); /* Jayway computes with doubles: 6.0 */
    return value_digits(search->arena, str_of(digits));
}

static const cJSON *length(struct search *search, const struct path_function *function, const cJSON *argument)
{
    if (function->parameters)
        argument = parameter_value(search, function->parameters, argument);
    if (!value_is_container(argument))
        return value_null(search->arena);
    return value_int64(search->arena, (int64_t)value_count(argument));
}

static const cJSON *keys(struct search *search, const cJSON *argument)
{
    if (!value_is(argument, cJSON_Object))
        return value_null(search->arena);
    cJSON *names = value_array(search->arena);
    for (const cJSON *member = argument->child; member && search_charge(search, 1); member = member->next)
        value_append(names, value_string(search->arena, str_of(member->string)));
    return names;
}

static void add_texts(struct buf *buf, const cJSON *value)
{
    if (value_is(value, cJSON_String))
        buf_add_str(buf, json_value(value));
    if (!value_is(value, cJSON_Array))
        return;
    for (const cJSON *element = value->child; element; element = element->next)
        if (value_is(element, cJSON_String))
            buf_add_str(buf, json_value(element));
}

#define TEXT_CEILING (1024 * 1024)

static const cJSON *concatenate(struct search *search, const struct path_function *function, const cJSON *argument)
{
    struct buf text;
    buf_init(&text, TEXT_CEILING);
    if (value_is(argument, cJSON_Array))
        add_texts(&text, argument);
    for (const struct parameter *one = function->parameters; one; one = one->next)
        add_texts(&text, parameter_value(search, one, argument));
    const cJSON *result = text.overflow ? NULL : value_string(search->arena, buf_str(&text));
    if (!result)
        search->why = arena_copy(search->arena, STR("A path computes more text than a state can hold"));
    buf_release(&text);
    return result;
}

static const cJSON *append(struct search *search, const struct path_function *function, const cJSON *argument)
{
    if (!value_is(argument, cJSON_Array))
        return argument ? argument : value_null(search->arena);
    cJSON *longer = value_copy_level(search->arena, argument);
    for (const struct parameter *one = function->parameters; one; one = one->next) {
        const cJSON *value = parameter_value(search, one, argument);
        if (value)
            value_append(longer, value_share(search->arena, value));
    }
    return longer;
}

const cJSON *function_apply(struct search *search, const struct path_function *function, const cJSON *argument)
{
    switch (function->kind) {
    case FUNCTION_LENGTH:
        return length(search, function, argument);
    case FUNCTION_KEYS:
        return keys(search, argument);
    case FUNCTION_CONCAT:
        return concatenate(search, function, argument);
    case FUNCTION_APPEND:
        return append(search, function, argument);
    default:
        return aggregate(search, function, argument);
    }
}
