/* |where|update, delete|: a function that changes a copy of its argument. */
#include "services/stepfunctions/jsonata/function.h"

struct value evaluate_transform(struct run *run, const struct node *node, struct value input, struct frame *frame)
{
    struct function *function = function_new(run, FUNCTION_TRANSFORM);
    function->node = node;
    function->frame = frame;
    frame_keep(frame);
    return value_of_function(function);
}

static void update(struct run *run, const struct node *node, struct value match, struct frame *frame)
{
    struct str name;
    struct value value, changes = evaluate(run, node->right, match, frame);
    if (!value_is_defined(changes))
        return;
    if (!value_is_map(changes))
        run_fail(run, (struct fault){ .code = "T2011", .position = node->right->position, .value = changes });
    for (struct member_cursor cursor = map_open(changes); map_next_member(&cursor, &name, &value);)
        if (match.kind == KIND_OBJECT)
            object_set(run, match.object, name, value);
}

static void remove_one(struct run *run, const struct node *node, struct value match, struct value name,
                       struct value names)
{
    if (name.kind != KIND_STRING)
        run_fail(run, (struct fault){ .code = "T2012", .position = node->third->position, .value = names });
    if (match.kind == KIND_OBJECT)
        object_remove(match.object, value_text(name));
}

static void remove_all(struct run *run, const struct node *node, struct value match, struct frame *frame)
{
    struct value name, names = node->third ? evaluate(run, node->third, match, frame) : UNDEFINED;
    if (!value_is_defined(names))
        return;
    if (!value_is_list(names)) {
        remove_one(run, node, match, names, names);
        return;
    }
    for (struct cursor cursor = list_open(names); list_next(&cursor, &name);)
        remove_one(run, node, match, name, names);
}

static void change(struct run *run, const struct node *node, struct value match, struct frame *frame)
{
    update(run, node, match, frame);
    remove_all(run, node, match, frame);
}

/* $clone may be somebody's own; it must be a function. */
static struct value clone(struct run *run, struct value subject, struct frame *frame)
{
    const struct value *own = frame_find(frame, STR("clone"));
    if (!own)
        return value_clone(run, subject);
    if (own->kind != KIND_FUNCTION)
        run_fail(run, (struct fault){ .code = "T2013" });
    return apply(run, *own, &subject, 1, UNDEFINED, frame, NULL);
}

struct value transform_apply(struct run *run, const struct function *function, struct value subject)
{
    const struct node *node = function->node;
    struct value match;
    if (!value_is_defined(subject))
        return subject;
    if (!value_is_list(subject) && !value_is_map(subject))
        run_fail(run, (struct fault){ .code = "T0410", .value = subject, .index = 1 });
    struct value copy = clone(run, subject, function->frame);
    struct value matches = evaluate(run, node->left, copy, function->frame);
    if (!value_is_list(matches)) {
        if (value_is_defined(matches))
            change(run, node, matches, function->frame);
        return copy;
    }
    for (struct cursor cursor = list_open(matches); list_next(&cursor, &match);)
        change(run, node, match, function->frame);
    return copy;
}
