#include "services/stepfunctions/jsonata/function.h"

static struct value function_map(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args, item;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    struct array *results = sequence_new(run);
    size_t index = 0;
    for (struct cursor cursor = list_open(args[0]); list_next(&cursor, &item); index++) {
        struct value given[3] = { item, value_of_number((double)index), args[0] };
        struct value result = apply_some(application, args[1], given, 3);
        if (value_is_defined(result))
            array_push(run, results, result);
    }
    return value_of_array(results);
}

static struct value function_filter(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args, item;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    struct array *results = sequence_new(run);
    size_t index = 0;
    for (struct cursor cursor = list_open(args[0]); list_next(&cursor, &item); index++) {
        struct value given[3] = { item, value_of_number((double)index), args[0] };
        if (value_truth(run, apply_some(application, args[1], given, 3)))
            array_push(run, results, item);
    }
    return value_of_array(results);
}

static struct value function_single(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args, item, found = UNDEFINED;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    size_t index = 0, count = 0;
    for (struct cursor cursor = list_open(args[0]); list_next(&cursor, &item); index++) {
        struct value given[3] = { item, value_of_number((double)index), args[0] };
        if (value_is_defined(args[1]) && !value_truth(run, apply_some(application, args[1], given, 3)))
            continue;
        if (count++)
            run_fail(run, (struct fault){ .code = "D3138", .index = (int)index });
        found = item;
    }
    if (!count)
        run_fail(run, (struct fault){ .code = "D3139" });
    return found;
}

static struct value function_reduce(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args, item, result = args[2];
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    size_t arity = function_arity(args[1]), index = 0;
    if (arity < 2)
        run_fail(run, (struct fault){ .code = "D3050", .index = 1 });
    struct cursor cursor = list_open(args[0]);
    if (!value_is_defined(result) && list_next(&cursor, &result))
        index = 1;
    for (; list_next(&cursor, &item); index++) {
        struct value given[4] = { result, item, value_of_number((double)index), args[0] };
        result = apply_some(application, args[1], given, 4);
    }
    return result;
}

struct builtin builtins_of_higher_order[] = {
    { "map", "<af>", 2, false, function_map, NULL },
    { "filter", "<af>", 2, false, function_filter, NULL },
    { "single", "<af?>", 2, false, function_single, NULL },
    { "reduce", "<afj?:j>", 3, false, function_reduce, NULL },
    { 0 },
};
