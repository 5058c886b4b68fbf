/* Which variables an expression wants from outside: DescribeStateMachine lists them. */
#include "services/stepfunctions/jsonata/function.h"

struct scope {
    const struct scope *outer;
    struct str *names;
    size_t count, capacity;
};

struct search {
    struct arena *arena;
    struct scope found;
};

static void scope_add(struct search *search, struct scope *scope, struct str name)
{
    if (scope->count == scope->capacity) {
        size_t capacity = scope->capacity ? scope->capacity * 2 : 4;
        struct str *wider = ARENA_ARRAY(search->arena, struct str, capacity);
        if (scope->count)
            memcpy(wider, scope->names, scope->count * sizeof *wider);
        scope->names = wider;
        scope->capacity = capacity;
    }
    scope->names[scope->count++] = name;
}

static bool scope_has(const struct scope *scope, struct str name)
{
    for (; scope; scope = scope->outer)
        for (size_t i = 0; i < scope->count; i++)
            if (str_equal(scope->names[i], name))
                return true;
    return false;
}

static void search_node(struct search *search, struct scope *scope, const struct node *node);

static void search_stages(struct search *search, struct scope *scope, const struct stages *stages)
{
    for (uint32_t i = 0; i < stages->count; i++) {
        if (stages->at[i].index.at)
            scope_add(search, scope, stages->at[i].index);
        search_node(search, scope, stages->at[i].predicate);
    }
}

static void search_pairs(struct search *search, struct scope *scope, const struct pair *pairs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        search_node(search, scope, pairs[i].key);
        search_node(search, scope, pairs[i].value);
    }
}

static void search_lambda(struct search *search, struct scope *scope, const struct node *node)
{
    struct scope inner = { .outer = scope };
    for (uint32_t i = 0; i < node->count; i++)
        scope_add(search, &inner, node->items[i]->text);
    search_node(search, &inner, node->left);
}

static void search_parts(struct search *search, struct scope *scope, const struct node *node)
{
    if (node->type == NODE_BIND) {
        /* The name is there for its own function: recursion. */
        scope_add(search, scope, node->left->text);
        search_node(search, scope, node->right);
        return;
    }
    search_node(search, scope, node->left);
    search_node(search, scope, node->right);
    search_node(search, scope, node->third);
    for (uint32_t i = 0; node->items && i < node->count; i++)
        search_node(search, scope, node->items[i]);
    for (uint32_t i = 0; node->terms && i < node->count; i++)
        search_node(search, scope, node->terms[i].expression);
    if (node->pairs)
        search_pairs(search, scope, node->pairs, node->count);
}

static void search_node(struct search *search, struct scope *scope, const struct node *node)
{
    struct scope inner = { .outer = scope };
    if (!node)
        return;
    if (node->type == NODE_VARIABLE && node->text.length && !str_is(node->text, "$") && !scope_has(scope, node->text) &&
        !node->builtin && !scope_has(&search->found, node->text))
        scope_add(search, &search->found, node->text);
    if (node->focus.at)
        scope_add(search, scope, node->focus);
    if (node->index.at)
        scope_add(search, scope, node->index);
    if (node->type == NODE_LAMBDA)
        search_lambda(search, scope, node);
    else
        search_parts(search, node->type == NODE_BLOCK || node->type == NODE_PATH ? &inner : scope, node);
    struct scope *of_path = node->type == NODE_PATH ? &inner : scope;
    search_stages(search, of_path, &node->stages);
    search_stages(search, of_path, &node->predicates);
    if (node->group)
        search_pairs(search, of_path, node->group->pairs, node->group->count);
}

void jsonata_each_variable(const struct jsonata *expression, void (*visit)(struct str name, void *data), void *data)
{
    struct search search = { .arena = arena_new() };
    struct scope outermost = { 0 };
    search_node(&search, &outermost, expression->root);
    for (size_t i = 0; i < search.found.count; i++)
        visit(search.found.names[i], data);
    arena_free(search.arena);
}
