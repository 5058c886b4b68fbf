/* What is of no one type: $type, $boolean, $error, $eval and their like. */
#include "services/stepfunctions/jsonata/function.h"

static struct value function_type(struct application *application)
{
    switch (application->args[0].kind) {
    case KIND_UNDEFINED:
        return UNDEFINED;
    case KIND_NULL:
        return value_of_text(STR("null"));
    case KIND_BOOL:
        return value_of_text(STR("boolean"));
    case KIND_NUMBER:
        return value_of_text(STR("number"));
    case KIND_STRING:
        return value_of_text(STR("string"));
    case KIND_ARRAY:
    case KIND_NODES:
        return value_of_text(STR("array"));
    case KIND_FUNCTION:
        return value_of_text(STR("function"));
    default:
        return value_of_text(STR("object"));
    }
}

static struct value function_boolean(struct application *application)
{
    struct value value = application->args[0];
    return value_is_defined(value) ? value_of_bool(value_truth(application->run, value)) : value;
}

static struct value function_not(struct application *application)
{
    struct value value = application->args[0];
    return value_is_defined(value) ? value_of_bool(!value_truth(application->run, value)) : value;
}

static struct value function_exists(struct application *application)
{
    return value_of_bool(value_is_defined(application->args[0]));
}

static struct value function_error(struct application *application)
{
    struct value message = application->args[0];
    run_fail(application->run, (struct fault){ .code = "D3137",
                                               .text = value_is_defined(message) && message.length
                                                           ? value_text(message)
                                                           : STR("$error() function evaluated") });
}

static struct value function_assert(struct application *application)
{
    struct value *args = application->args;
    if (args[0].truth)
        return UNDEFINED;
    run_fail(application->run,
             (struct fault){ .code = "D3141",
                             .text = value_is_defined(args[1]) && args[1].length ? value_text(args[1])
                                                                                 : STR("$assert() statement failed") });
}

/* ---- $eval ---- */

static struct value try_evaluate(struct run *run, const struct jsonata *expression, struct value input,
                                 struct frame *frame, bool *ret_failed)
{
    jmp_buf escape, *outer = run->escape;
    struct value volatile value = UNDEFINED;
    uint32_t depth = run->depth;
    const struct node *call = run->call;
    run->escape = &escape;
    *ret_failed = setjmp(escape) != 0;
    if (!*ret_failed)
        value = evaluate(run, expression->root, input, frame);
    run->escape = outer;
    run->depth = depth;
    run->call = call;
    return value;
}

static bool is_budget(const char *code)
{
    return strcmp(code, "D1011") == 0 || strcmp(code, "D1012") == 0 || strcmp(code, "D2015") == 0;
}

static struct value function_eval(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args, input = value_is_defined(args[1]) ? args[1] : application->input;
    struct jsonata_error error;
    bool failed;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    if (value_is_list(input) && !value_is_sequence(input)) {
        struct array *wrapper = sequence_of(run, input);
        wrapper->outer = true;
        input = value_of_array(wrapper);
    }
    run_charge(run, (size_t)args[0].length * sizeof(struct node)); /* what the tree takes at most */
    const struct jsonata *expression = jsonata_compile(run->arena, value_text(args[0]), &error);
    if (!expression)
        run_fail(run, (struct fault){ .code = "D3120", .value = value_of_text(str_of(error.message)) });
    struct value value = try_evaluate(run, expression, input, application->frame, &failed);
    if (!failed)
        return value;
    struct fault fault = run->fault;
    if (is_budget(fault.code))
        run_fail(run, fault);
    struct text first = { .run = run }, second = { .run = run };
    print_value(&first, fault.value);
    print_value(&second, fault.value2);
    error_fill(run->arena, expression->text, &fault, value_text(text_value(&first)), value_text(text_value(&second)),
               &error);
    run_fail(run, (struct fault){ .code = "D3121", .value = value_of_text(str_of(error.message)) });
}

struct builtin builtins_of_core[] = {
    { "type", "<x:s>", 1, false, function_type, NULL },    { "boolean", "<x-:b>", 1, false, function_boolean, NULL },
    { "not", "<x-:b>", 1, false, function_not, NULL },     { "exists", "<x:b>", 1, false, function_exists, NULL },
    { "error", "<s?:x>", 1, false, function_error, NULL }, { "assert", "<bs?:x>", 2, false, function_assert, NULL },
    { "eval", "<sx?:x>", 2, true, function_eval, NULL },   { 0 },
};
