/* One node at a time. What needs more than a screen has a file of its own; operators are in operator.c, paths in path.c. */
#include "services/stepfunctions/jsonata/function.h"

static struct value evaluate_negation(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    struct value value = evaluate(run, node->left, input, frame);
    if (!value_is_defined(value))
        return value;
    if (value.kind != KIND_NUMBER)
        run_fail(run,
                 (struct fault){ .code = "D1002", .position = node->position, .token = node->text, .value = value });
    value_is_number(run, value);
    return value_of_number(-value.number);
}

/* [1..n] is the range itself, not a copy. */
static struct value evaluate_range(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    struct value range = evaluate(run, node->items[0], input, frame);
    struct array *array = range.kind == KIND_ARRAY ? range.array : array_new(run, 1);
    if (range.kind != KIND_ARRAY && value_is_defined(range))
        array_push(run, array, range); /* of one number */
    array->sequence = false;
    array->constructed = node->constructed;
    return value_of_array(array);
}

static struct value evaluate_array(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    if (node->count == 1 && node->items[0]->type == NODE_BINARY && node->items[0]->operation == OP_RANGE)
        return evaluate_range(run, node, input, frame);
    struct array *array = array_new(run, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        struct value item = evaluate(run, node->items[i], input, frame);
        if (!value_is_defined(item))
            continue;
        if (node->items[i]->type == NODE_ARRAY)
            array_push(run, array, item);
        else
            array_push_flat(run, array, item);
    }
    array->constructed = node->constructed;
    return value_of_array(array);
}

static struct value evaluate_block(struct run *run, const struct node *node, struct value input, struct frame *outer)
{
    struct value value = UNDEFINED;
    struct frame *frame = frame_open(run, outer);
    for (uint32_t i = 0; i < node->count; i++)
        value = evaluate(run, node->items[i], input, frame);
    frame_close(run, frame);
    return value;
}

static struct value evaluate_condition(struct run *run, const struct node *node, struct value input,
                                       struct frame *frame)
{
    if (value_truth(run, evaluate(run, node->left, input, frame)))
        return evaluate(run, node->right, input, frame);
    return node->third ? evaluate(run, node->third, input, frame) : UNDEFINED;
}

static struct value evaluate_otherwise(struct run *run, const struct node *node, struct value input,
                                       struct frame *frame)
{
    struct value value = evaluate(run, node->left, input, frame);
    if (node->type == NODE_DEFAULT ? value_truth(run, value) : value_is_defined(value))
        return value;
    return evaluate(run, node->right, input, frame);
}

static struct value evaluate_bind(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    struct value value = evaluate(run, node->right, input, frame);
    frame_bind(run, frame, node->left->text, value);
    return value;
}

/* As the reference: once one of the values was an array, what is found is an array and no sequence any more. */
static void wildcard_add(struct run *run, struct array *found, struct value value)
{
    run_tick(run, 1);
    if (value_is_list(value))
        found->sequence = false;
    array_push_flat(run, found, value_is_list(value) ? value_flatten(run, value) : value);
}

static struct value evaluate_wildcard(struct run *run, struct value input)
{
    struct array *found = sequence_new(run);
    struct str name;
    struct value value;
    if (input.kind == KIND_ARRAY && input.array->outer && input.array->count)
        input = input.array->items[0];
    for (struct cursor cursor = list_open(input); value_is_list(input) && list_next(&cursor, &value);)
        wildcard_add(run, found, value);
    for (struct member_cursor cursor = map_open(input); value_is_map(input) && map_next_member(&cursor, &name, &value);)
        wildcard_add(run, found, value);
    return value_of_array(found);
}

static void descend(struct run *run, struct array *found, struct value value)
{
    struct str name;
    struct value item;
    run_tick(run, 1);
    if (!value_is_list(value))
        array_push(run, found, value);
    run_enter(run);
    for (struct cursor cursor = list_open(value); value_is_list(value) && list_next(&cursor, &item);)
        descend(run, found, item);
    for (struct member_cursor cursor = map_open(value); value_is_map(value) && map_next_member(&cursor, &name, &item);)
        descend(run, found, item);
    run_leave(run);
}

static struct value evaluate_descendants(struct run *run, struct value input)
{
    struct array *found = sequence_new(run);
    if (value_is_defined(input))
        descend(run, found, input);
    return found->count == 1 ? found->items[0] : value_of_array(found);
}

struct value evaluate_variable(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    if (node->text.length == 0)
        return input.kind == KIND_ARRAY && input.array->outer ? input.array->items[0] : input;
    const struct value *bound = frame_find(frame, node->text);
    if (bound)
        return *bound;
    if (str_is(node->text, "$"))
        return run->root;
    const struct jsonata_scope *scope = run->scope;
    const cJSON *outside = scope->variable ? scope->variable(node->text, scope->data) : NULL;
    if (outside)
        return value_of_node(outside);
    if (!node->builtin || (node->builtin->plain_only && scope->in_state_machine))
        return UNDEFINED;
    return function_of_builtin(run, node->builtin);
}

static struct value evaluate_parent(const struct node *node, struct frame *frame)
{
    const struct value *bound = frame_find(frame, node->slot->label);
    return bound ? *bound : UNDEFINED;
}

static struct value evaluate_regex(struct run *run, const struct node *node)
{
    struct function *function = function_new(run, FUNCTION_REGEX);
    function->regex = node->regex;
    return value_of_function(function);
}

static struct value evaluate_object(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    struct group group = { node->pairs, node->count, node->position };
    return evaluate_group(run, &group, input, frame);
}

static struct value evaluate_known(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    switch ((enum node_type)node->type) {
    case NODE_STRING:
    case NODE_NUMBER:
    case NODE_LITERAL:
        return node->literal;
    case NODE_NAME:
        return value_lookup(run, input, node->text);
    case NODE_VARIABLE:
        return evaluate_variable(run, node, input, frame);
    case NODE_REGEX:
        return evaluate_regex(run, node);
    case NODE_WILDCARD:
        return evaluate_wildcard(run, input);
    case NODE_DESCENDANT:
        return evaluate_descendants(run, input);
    case NODE_PARENT:
        return evaluate_parent(node, frame);
    case NODE_PATH:
        return evaluate_path(run, node, input, frame);
    case NODE_BINARY:
        return evaluate_binary(run, node, input, frame);
    case NODE_NEGATE:
        return evaluate_negation(run, node, input, frame);
    case NODE_ARRAY:
        return evaluate_array(run, node, input, frame);
    case NODE_OBJECT:
        return evaluate_object(run, node, input, frame);
    case NODE_BLOCK:
        return evaluate_block(run, node, input, frame);
    case NODE_CONDITION:
        return evaluate_condition(run, node, input, frame);
    case NODE_DEFAULT:
    case NODE_COALESCE:
        return evaluate_otherwise(run, node, input, frame);
    case NODE_BIND:
        return evaluate_bind(run, node, input, frame);
    case NODE_CALL:
        return evaluate_call(run, node, input, frame);
    case NODE_PARTIAL:
        return evaluate_partial(run, node, input, frame);
    case NODE_LAMBDA:
        return evaluate_lambda(run, node, input, frame);
    case NODE_APPLY:
        return evaluate_apply(run, node, input, frame);
    case NODE_TRANSFORM:
        return evaluate_transform(run, node, input, frame);
    case NODE_SORT:
        return evaluate_sort(run, node, input, frame);
    case NODE_WORD:
    case NODE_PLACEHOLDER:
    case NODE_END:
        break;
    }
    return UNDEFINED;
}

struct value evaluate(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    run_tick(run, 1);
    run_enter(run);
    struct value value = evaluate_known(run, node, input, frame);
    for (uint32_t i = 0; i < node->predicates.count; i++)
        value = evaluate_filter(run, node->predicates.at[i].predicate, value, frame);
    if (node->group && node->type != NODE_PATH)
        value = evaluate_group(run, node->group, value, frame);
    run_leave(run);
    if (value.kind == KIND_ARRAY && value.array->sequence && !value.array->tuples) {
        if (node->keep_array)
            value.array->keep_singleton = true;
        return value_settle(value);
    }
    return value;
}
