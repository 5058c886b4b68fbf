/* Operators with two sides. Faults name the operator. */
#include <math.h>

#include "services/stepfunctions/jsonata/function.h"

#define MOST_RANGE 1e7
/* What AWS has memory for: [1..873782] is accepted, [1..873783] is not (floci-io/floci issue 2737). */
#define MOST_RANGE_IN_STATES 873782

static _Noreturn void refuse(struct run *run, const struct node *node, const char *code, struct value value,
                             struct value value2)
{
    run_fail(run,
             (struct fault){
                 .code = code, .position = node->position, .token = node->text, .value = value, .value2 = value2 });
}

bool value_is_number(struct run *run, struct value value)
{
    if (value.kind != KIND_NUMBER || isnan(value.number))
        return false;
    if (isinf(value.number))
        run_fail(run, (struct fault){ .code = "D1001", .value = value });
    return true;
}

static void check_number(struct run *run, const struct node *node, struct value value, const char *code)
{
    if (!value_is_defined(value))
        return;
    if (value.kind != KIND_NUMBER || isnan(value.number))
        refuse(run, node, code, value, UNDEFINED);
    if (isinf(value.number))
        refuse(run, node, "D1001", value, UNDEFINED);
}

static struct value calculate(struct run *run, const struct node *node, struct value left, struct value right)
{
    check_number(run, node, left, "T2001");
    check_number(run, node, right, "T2002");
    if (!value_is_defined(left) || !value_is_defined(right))
        return UNDEFINED;
    double a = left.number, b = right.number;
    switch (node->operation) {
    case OP_ADD:
        return value_of_number(a + b);
    case OP_SUBTRACT:
        return value_of_number(a - b);
    case OP_MULTIPLY:
        return value_of_number(a * b);
    case OP_DIVIDE:
        return value_of_number(a / b);
    default:
        return value_of_number(fmod(a, b));
    }
}

static bool is_comparable(struct value value)
{
    return value.kind == KIND_UNDEFINED || value.kind == KIND_NUMBER || value.kind == KIND_STRING;
}

static struct value compare(struct run *run, const struct node *node, struct value left, struct value right)
{
    if (!is_comparable(left) || !is_comparable(right))
        refuse(run, node, "T2010", is_comparable(left) ? right : left, UNDEFINED);
    if (!value_is_defined(left) || !value_is_defined(right))
        return UNDEFINED;
    if (left.kind != right.kind)
        refuse(run, node, "T2009", left, right);
    double a = left.number, b = right.number;
    if (left.kind == KIND_STRING) {
        run_tick(run, left.length / 64);
        a = text_compare(value_text(left), value_text(right));
        b = 0;
    }
    switch (node->operation) {
    case OP_LESS:
        return value_of_bool(a < b);
    case OP_LESS_EQUAL:
        return value_of_bool(a <= b);
    case OP_GREATER:
        return value_of_bool(a > b);
    default:
        return value_of_bool(a >= b);
    }
}

static struct value concatenate(struct run *run, struct value left, struct value right)
{
    struct str a = value_text(value_to_string(run, left, false)), b = value_text(value_to_string(run, right, false));
    if (!value_is_defined(left))
        a = STR("");
    if (!value_is_defined(right))
        b = STR("");
    char *text = run_room(run, a.length + b.length + 1);
    if (a.length)
        memcpy(text, a.at, a.length);
    if (b.length)
        memcpy(text + a.length, b.at, b.length);
    return value_of_text((struct str){ text, a.length + b.length });
}

static bool is_integer(struct value value)
{
    return value.kind == KIND_NUMBER && isfinite(value.number) && value.number == floor(value.number);
}

static struct value range(struct run *run, const struct node *node, struct value left, struct value right)
{
    if (value_is_defined(left) && !is_integer(left))
        refuse(run, node, "T2003", left, UNDEFINED);
    if (value_is_defined(right) && !is_integer(right))
        refuse(run, node, "T2004", right, UNDEFINED);
    if (!value_is_defined(left) || !value_is_defined(right) || left.number > right.number)
        return UNDEFINED;
    double size = right.number - left.number + 1;
    if (size > MOST_RANGE)
        refuse(run, node, "D2014", value_of_number(size), UNDEFINED);
    if (run->scope->in_state_machine && size > MOST_RANGE_IN_STATES)
        run_fail_memory(run);
    run_tick(run, (size_t)size / 8);
    struct array *array = array_new(run, (size_t)size);
    array->sequence = true;
    for (double i = 0; i < size; i++)
        array->items[array->count++] = value_of_number(left.number + i);
    return value_of_array(array);
}

static bool equal(struct run *run, struct value left, struct value right)
{
    return value_is_defined(left) && value_is_defined(right) && value_equal(run, left, right);
}

/* By value, arrays and objects by who they are. */
static bool same(struct run *run, struct value a, struct value b)
{
    if (value_is_list(a) || value_is_map(a))
        return a.kind == b.kind && a.node == b.node;
    return value_equal(run, a, b);
}

static bool includes(struct run *run, struct value list, struct value value)
{
    struct value item;
    if (!value_is_defined(value) || !value_is_defined(list))
        return false;
    if (!value_is_list(list))
        return same(run, list, value);
    for (struct cursor cursor = list_open(list); list_next(&cursor, &item);) {
        run_tick(run, 1);
        if (same(run, item, value))
            return true;
    }
    return false;
}

struct value evaluate_binary(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    struct value left = evaluate(run, node->left, input, frame);
    if (node->operation == OP_AND || node->operation == OP_OR) {
        bool truth = value_truth(run, left);
        if (truth == (node->operation == OP_OR))
            return value_of_bool(truth);
        return value_of_bool(value_truth(run, evaluate(run, node->right, input, frame)));
    }
    struct value right = evaluate(run, node->right, input, frame);
    switch (node->operation) {
    case OP_EQUAL:
        return value_of_bool(equal(run, left, right));
    case OP_NOT_EQUAL:
        return value_of_bool(value_is_defined(left) && value_is_defined(right) && !value_equal(run, left, right));
    case OP_CONCATENATE:
        return concatenate(run, left, right);
    case OP_RANGE:
        return range(run, node, left, right);
    case OP_IN:
        return value_of_bool(includes(run, right, left));
    case OP_LESS:
    case OP_LESS_EQUAL:
    case OP_GREATER:
    case OP_GREATER_EQUAL:
        return compare(run, node, left, right);
    default:
        return calculate(run, node, left, right);
    }
}
