/* Functions and their calls. A call in tail position is not made where it stands: it waits in the run until the function
 * around it has ended, and is made then, in that one's place. */
#include "services/stepfunctions/jsonata/function.h"

#define FEW_ARGUMENTS 6 /* without room of their own */

struct function *function_new(struct run *run, enum function_kind kind)
{
    struct function *function = run_room(run, sizeof *function);
    *function = (struct function){ .kind = kind };
    return function;
}

struct value function_of_builtin(struct run *run, const struct builtin *builtin)
{
    struct function *function = function_new(run, FUNCTION_BUILTIN);
    function->builtin = builtin;
    return value_of_function(function);
}

struct value evaluate_lambda(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    struct function *function = function_new(run, FUNCTION_LAMBDA);
    function->node = node;
    function->parameters = node->items;
    function->parameter_count = node->count;
    function->signature = node->signature;
    function->input = input;
    function->frame = frame;
    frame_keep(frame);
    return value_of_function(function);
}

size_t function_arity(struct value value)
{
    size_t open = 0;
    const struct function *function = value.function;
    if (value.kind != KIND_FUNCTION)
        return 1; /* which the call will refuse */
    switch (function->kind) {
    case FUNCTION_LAMBDA:
        return function->parameter_count;
    case FUNCTION_BUILTIN:
        return function->builtin->arity;
    case FUNCTION_BOUND:
        for (uint32_t i = 0; i < function->bound_count; i++)
            open += function->bound[i].kind == KIND_TAIL;
        return open;
    case FUNCTION_NEXT:
        return 0;
    default:
        return 1;
    }
}

/* ---- one call, without what it may leave waiting ---- */

static struct value apply_lambda(struct run *run, const struct function *function, const struct value *args,
                                 size_t count)
{
    struct frame *frame = frame_open(run, function->frame);
    for (uint32_t i = 0; i < function->parameter_count; i++)
        frame_bind(run, frame, function->parameters[i]->text, i < count ? args[i] : UNDEFINED);
    struct value value = evaluate(run, function->node->left, function->input, frame);
    frame_close(run, frame);
    return value;
}

static struct value apply_builtin(struct run *run, const struct builtin *builtin, const struct value *args,
                                  size_t count, struct value input, struct frame *frame)
{
    struct value own[MOST_ARGUMENTS + 1];
    struct application application = { run, builtin, own, 0, input, frame };
    for (size_t i = 0; i < count; i++)
        if (args[i].kind == KIND_STRING)
            run_tick(run, args[i].length / 32); /* most functions look at all of a text */
    application.count = signature_apply(run, builtin->parsed, args, count, input, &application.args);
    /* Whoever wants an argument that was not given finds it undefined. */
    if (application.count < MOST_ARGUMENTS && application.args != own) {
        memcpy(own, application.args, application.count * sizeof *own);
        application.args = own;
    }
    for (size_t i = application.count; i < MOST_ARGUMENTS; i++)
        application.args[i] = UNDEFINED;
    return builtin->apply(&application);
}

static struct value apply_bound(struct run *run, const struct function *function, const struct value *args,
                                size_t count, struct value input, struct frame *frame)
{
    struct value all[MOST_ARGUMENTS];
    size_t next = 0;
    uint32_t bound = function->bound_count < MOST_ARGUMENTS ? function->bound_count : MOST_ARGUMENTS;
    for (uint32_t i = 0; i < bound; i++) {
        all[i] = function->bound[i];
        if (all[i].kind == KIND_TAIL)
            all[i] = next < count ? args[next++] : UNDEFINED;
    }
    if (function->first.kind == KIND_FUNCTION)
        return apply(run, function->first, all, bound, input, frame, NULL);
    return apply_builtin(run, function->builtin, all, bound, input, frame);
}

static struct value text_argument(struct run *run, const struct value *args, size_t count)
{
    if (count == 0 || args[0].kind != KIND_STRING)
        run_fail(run, (struct fault){ .code = "T0410", .index = 1 });
    return args[0];
}

static struct value apply_once(struct run *run, struct value value, struct value *args, size_t count,
                               struct value input, struct frame *frame)
{
    struct value *checked = args;
    if (value.kind != KIND_FUNCTION)
        run_fail(run, (struct fault){ .code = "T1006" });
    const struct function *function = value.function;
    switch (function->kind) {
    case FUNCTION_LAMBDA:
        if (!function->signature)
            return apply_lambda(run, function, args, count);
        checked = NULL;
        count = signature_apply(run, function->signature, args, count, input, &checked);
        return apply_lambda(run, function, checked, count);
    case FUNCTION_BUILTIN:
        return apply_builtin(run, function->builtin, args, count, input, frame);
    case FUNCTION_BOUND:
        return apply_bound(run, function, args, count, input, frame);
    case FUNCTION_REGEX:
        return regex_match_value(run, function->regex, value_text(text_argument(run, args, count)), 0);
    case FUNCTION_NEXT:
        return regex_match_value(run, function->regex, function->subject, function->offset);
    case FUNCTION_TRANSFORM:
        return transform_apply(run, function, count ? args[0] : input);
    case FUNCTION_CHAIN:
    default: {
        struct value between = apply(run, function->first, args, count ? 1 : 0, input, frame, NULL);
        return apply(run, function->second, &between, 1, input, frame, NULL);
    }
    }
}

struct value apply(struct run *run, struct value function, struct value *args, size_t count, struct value input,
                   struct frame *frame, const struct node *call)
{
    const struct node *before = run->call;
    const char *callee = run->callee;
    bool builtin = function.kind == KIND_FUNCTION && function.function->kind == FUNCTION_BUILTIN;
    run->callee = !call && builtin ? function.function->builtin->name : NULL;
    if (call)
        run->call = call;
    run_check_stack(run);
    struct value value = apply_once(run, function, args, count, input, frame);
    while (value.kind == KIND_TAIL) {
        struct value again[FEW_ARGUMENTS];
        struct value *these = run->tail.args;
        if (run->tail.count <= FEW_ARGUMENTS) {
            memcpy(again, run->tail.args, run->tail.count * sizeof *again);
            these = again;
        }
        run->call = run->tail.node;
        run->callee = NULL;
        value = apply_once(run, run->tail.function, these, run->tail.count, input, frame);
    }
    run->call = before;
    run->callee = callee;
    return value;
}

struct value apply_some(struct application *application, struct value function, struct value *args, size_t count)
{
    size_t arity = function_arity(function);
    size_t given = arity < 1 ? 1 : arity < count ? arity : count;
    return apply(application->run, function, args, given, (struct value){ .kind = KIND_NULL }, application->frame,
                 NULL);
}

/* ---- calls as they are written ---- */

static bool is_bound_name(const struct run *run, struct frame *frame, struct str name)
{
    const cJSON *(*outside)(struct str, void *) = run->scope->variable;
    return frame_find(frame, name) || builtin_find(name) || (outside && outside(name, run->scope->data));
}

struct str node_callee_name(const struct node *call)
{
    const struct node *procedure = call->left;
    if (procedure->type == NODE_PATH)
        return procedure->items[0]->text;
    return procedure->type == NODE_LAMBDA ? STR_NONE : procedure->text;
}

/* sum(x) where $sum(x) is meant */
static void check_function(struct run *run, const struct node *node, struct value function, struct frame *frame,
                           const char *code)
{
    const struct node *procedure = node->left;
    if (value_is_defined(function) || procedure->type != NODE_PATH ||
        !is_bound_name(run, frame, procedure->items[0]->text))
        return;
    run_fail(run, (struct fault){ .code = code, .position = node->position, .token = node_callee_name(node) });
}

static struct value procedure_of(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    struct value function = evaluate(run, node->left, input, frame);
    check_function(run, node, function, frame, "T1005");
    return function;
}

static struct value leave_waiting(struct run *run, const struct node *node, struct value function,
                                  const struct value *args, size_t count)
{
    size_t few = sizeof run->tail.own / sizeof *run->tail.own;
    run->tail.args = count <= few ? run->tail.own : run_room(run, count * sizeof *args);
    memcpy(run->tail.args, args, count * sizeof *args);
    run->tail.count = count;
    run->tail.function = function;
    run->tail.node = node;
    return (struct value){ .kind = KIND_TAIL };
}

static struct value call_with(struct run *run, const struct node *node, const struct value *first_or_null,
                              struct value input, struct frame *frame)
{
    struct value own[FEW_ARGUMENTS], *args = own;
    size_t count = 0, room = node->count + (first_or_null != NULL);
    if (room > FEW_ARGUMENTS)
        args = run_room(run, room * sizeof *args);
    struct value function = procedure_of(run, node, input, frame);
    if (first_or_null)
        args[count++] = *first_or_null;
    for (uint32_t i = 0; i < node->count; i++)
        args[count++] = evaluate(run, node->items[i], input, frame);
    if (node->tail && !first_or_null)
        return leave_waiting(run, node, function, args, count);
    return apply(run, function, args, count, input, frame, node);
}

struct value evaluate_call(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    return call_with(run, node, NULL, input, frame);
}

/* ---- f(?, 1) ---- */

static struct value bind_lambda(struct run *run, const struct function *lambda, const struct value *args,
                                uint32_t count)
{
    struct function *function = function_new(run, FUNCTION_LAMBDA);
    struct node **open = run_room(run, (lambda->parameter_count + 1) * sizeof *open);
    *function = *lambda;
    function->signature = NULL;
    function->frame = frame_open(run, lambda->frame);
    function->parameters = open;
    function->parameter_count = 0;
    for (uint32_t i = 0; i < lambda->parameter_count; i++) {
        if (i < count && args[i].kind == KIND_TAIL)
            open[function->parameter_count++] = lambda->parameters[i];
        else
            frame_bind(run, function->frame, lambda->parameters[i]->text, i < count ? args[i] : UNDEFINED);
    }
    frame_keep(function->frame);
    return value_of_function(function);
}

static struct value bind_other(struct run *run, struct value of, struct value *args, uint32_t count)
{
    struct function *function = function_new(run, FUNCTION_BOUND);
    function->bound = args;
    function->bound_count = count;
    function->builtin = of.function->builtin;
    if (of.function->kind != FUNCTION_BUILTIN)
        function->first = of;
    return value_of_function(function);
}

struct value evaluate_partial(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    struct value *args = run_room(run, node->count * sizeof *args);
    for (uint32_t i = 0; i < node->count; i++)
        args[i] = node->items[i]->type == NODE_PLACEHOLDER ? (struct value){ .kind = KIND_TAIL }
                                                           : evaluate(run, node->items[i], input, frame);
    struct value function = evaluate(run, node->left, input, frame);
    check_function(run, node, function, frame, "T1007");
    if (function.kind != KIND_FUNCTION)
        run_fail(run, (struct fault){ .code = "T1008", .position = node->position, .token = node_callee_name(node) });
    if (function.function->kind == FUNCTION_LAMBDA)
        return bind_lambda(run, function.function, args, node->count);
    return bind_other(run, function, args, node->count);
}

/* ---- x ~> f ---- */

struct value evaluate_apply(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    struct value left = evaluate(run, node->left, input, frame);
    if (node->right->type == NODE_CALL && !node->right->predicates.count && !node->right->group)
        return call_with(run, node->right, &left, input, frame);
    struct value function = evaluate(run, node->right, input, frame);
    if (function.kind != KIND_FUNCTION)
        run_fail(run, (struct fault){ .code = "T2006", .position = node->position, .value = function });
    if (left.kind != KIND_FUNCTION)
        return apply(run, function, &left, 1, UNDEFINED, frame, NULL);
    struct function *chain = function_new(run, FUNCTION_CHAIN);
    chain->first = left;
    chain->second = function;
    return value_of_function(chain);
}
