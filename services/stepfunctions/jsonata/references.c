/* What an expression asks of a context: state machines give it none, so they refuse most of it when they are defined. */
#include "services/stepfunctions/jsonata/function.h"

struct walk {
    void (*visit)(enum jsonata_reference kind, struct str name, void *data);
    void *data;
};

/* `top`: the node's context is the one of the whole expression. */
static void walk_node(const struct walk *walk, const struct node *node, bool top);

static void walk_stages(const struct walk *walk, const struct stages *stages)
{
    for (uint32_t i = 0; i < stages->count; i++)
        walk_node(walk, stages->at[i].predicate, false);
}

static void walk_pairs(const struct walk *walk, const struct pair *pairs, uint32_t count, bool top)
{
    for (uint32_t i = 0; i < count; i++) {
        walk_node(walk, pairs[i].key, top);
        walk_node(walk, pairs[i].value, top);
    }
}

static void walk_variable(const struct walk *walk, const struct node *node, bool top)
{
    if (str_is(node->text, "$"))
        walk->visit(JSONATA_ROOT, STR("$$"), walk->data);
    else if (node->text.length == 0 && top)
        walk->visit(JSONATA_TOP, STR("$"), walk->data);
}

/* Only the first step is taken from the context; what follows is taken from what comes before. */
static void walk_path(const struct walk *walk, const struct node *path, bool top)
{
    const struct node *first = path->items[0];
    if (first->type == NODE_VARIABLE && str_is(first->text, "states") && path->count > 1 &&
        path->items[1]->type == NODE_NAME)
        walk->visit(JSONATA_STATES, path->items[1]->text, walk->data);
    for (uint32_t i = 0; i < path->count; i++)
        walk_node(walk, path->items[i], top && i == 0);
}

static void walk_parts(const struct walk *walk, const struct node *node, bool top)
{
    bool inner = top && node->type != NODE_TRANSFORM;
    walk_node(walk, node->left, inner);
    walk_node(walk, node->right, inner);
    walk_node(walk, node->third, inner);
    /* A lambda's items are its parameters. */
    for (uint32_t i = 0; node->items && node->type != NODE_LAMBDA && i < node->count; i++)
        walk_node(walk, node->items[i], inner);
    for (uint32_t i = 0; node->terms && i < node->count; i++)
        walk_node(walk, node->terms[i].expression, false);
    if (node->pairs)
        walk_pairs(walk, node->pairs, node->count, inner);
}

static void walk_node(const struct walk *walk, const struct node *node, bool top)
{
    if (!node)
        return;
    if (node->type == NODE_NAME && top)
        walk->visit(JSONATA_TOP, node->text, walk->data);
    else if (node->type == NODE_VARIABLE)
        walk_variable(walk, node, top);
    if (node->type == NODE_PATH)
        walk_path(walk, node, top);
    else
        walk_parts(walk, node, top);
    walk_stages(walk, &node->stages);
    walk_stages(walk, &node->predicates);
    if (node->group)
        walk_pairs(walk, node->group->pairs, node->group->count, false);
}

void jsonata_each_reference(const struct jsonata *expression,
                            void (*visit)(enum jsonata_reference kind, struct str name, void *data), void *data)
{
    struct walk walk = { visit, data };
    walk_node(&walk, expression->root, true);
}
