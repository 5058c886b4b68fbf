/* From what was read to what is evaluated: dots and predicates become paths of steps, each % is given to the step whose
 * context it means, calls in tail position are marked. In place: nodes of the one tree become nodes of the other. */
#include <stdio.h>

#include "services/stepfunctions/jsonata/function.h"

static struct node *resolve(struct parser *parser, struct node *node);

/* ---- lists ---- */

static void append_step(struct parser *parser, struct node *path, struct node *step)
{
    if ((path->count & (path->count - 1)) == 0) {
        struct node **wider = ARENA_ARRAY(parser_arena(parser), struct node *,
                                          path->count ? (size_t)path->count * 2 : 1);
        if (path->count)
            memcpy(wider, path->items, path->count * sizeof *wider);
        path->items = wider;
    }
    path->items[path->count++] = step;
}

static void append_stage(struct parser *parser, struct stages *stages, struct stage stage)
{
    if ((stages->count & (stages->count - 1)) == 0) {
        struct stage *wider = ARENA_ARRAY(parser_arena(parser), struct stage,
                                          stages->count ? (size_t)stages->count * 2 : 1);
        if (stages->count)
            memcpy(wider, stages->at, stages->count * sizeof *wider);
        stages->at = wider;
    }
    stages->at[stages->count++] = stage;
}

static void append_slot(struct parser *parser, struct slots *slots, struct slot *slot)
{
    if ((slots->count & (slots->count - 1)) == 0) {
        struct slot **wider = ARENA_ARRAY(parser_arena(parser), struct slot *,
                                          slots->count ? (size_t)slots->count * 2 : 1);
        if (slots->count)
            memcpy(wider, slots->at, slots->count * sizeof *wider);
        slots->at = wider;
    }
    slots->at[slots->count++] = slot;
    slots->sought = true;
}

static struct node *last_step(const struct node *path)
{
    return path->items[path->count - 1];
}

/* ---- % ---- */

/* As the reference calls what it cannot find a parent of. */
static const char *name_of(const struct node *node)
{
    static const char *const names[] = {
        [NODE_STRING] = "string",       [NODE_NUMBER] = "number",         [NODE_LITERAL] = "value",
        [NODE_NAME] = "name",           [NODE_VARIABLE] = "variable",     [NODE_REGEX] = "regex",
        [NODE_WILDCARD] = "wildcard",   [NODE_DESCENDANT] = "descendant", [NODE_PARENT] = "parent",
        [NODE_PATH] = "path",           [NODE_BINARY] = "binary",         [NODE_NEGATE] = "unary",
        [NODE_ARRAY] = "unary",         [NODE_OBJECT] = "unary",          [NODE_BLOCK] = "block",
        [NODE_CONDITION] = "condition", [NODE_DEFAULT] = "condition",     [NODE_COALESCE] = "condition",
        [NODE_BIND] = "bind",           [NODE_CALL] = "function",         [NODE_PARTIAL] = "partial",
        [NODE_LAMBDA] = "lambda",       [NODE_APPLY] = "apply",           [NODE_TRANSFORM] = "transform",
        [NODE_SORT] = "sort",           [NODE_WORD] = "operator",         [NODE_PLACEHOLDER] = "operator",
        [NODE_END] = "(end)",
    };
    return names[node->type];
}

static _Noreturn void refuse_parent(struct parser *parser, const struct node *node)
{
    bool placeless = node->type == NODE_PATH || node->type == NODE_PARENT;
    parse_fail(parser, "S0217", placeless ? NO_POSITION : node->position, str_of(name_of(node)), STR_NONE);
}

/* `node` is one step further back: is it the one? */
static void seek_parent(struct parser *parser, struct node *node, struct slot *slot)
{
    switch (node->type) {
    case NODE_NAME:
    case NODE_WILDCARD:
        if (--slot->level > 0)
            return;
        if (node->ancestor)
            slot->label = node->ancestor->label;
        node->ancestor = slot;
        node->tuple = true;
        return;
    case NODE_PARENT:
        slot->level++;
        return;
    case NODE_BLOCK:
        if (node->count == 0)
            return;
        node->tuple = true;
        parser_enter(parser, node->position);
        seek_parent(parser, last_step(node), slot);
        parser_leave(parser);
        return;
    case NODE_PATH:
        node->tuple = true;
        parser_enter(parser, node->position);
        for (uint32_t i = node->count; i-- > 0 && (slot->level > 0 || i + 1 == node->count);)
            seek_parent(parser, node->items[i], slot);
        parser_leave(parser);
        return;
    default:
        refuse_parent(parser, node);
    }
}

/* What `part` seeks, the whole seeks. */
static void pass_on(struct parser *parser, struct node *whole, const struct node *part)
{
    for (uint32_t i = 0; i < part->seeking.count; i++)
        append_slot(parser, &whole->seeking, part->seeking.at[i]);
    if (part->type == NODE_PARENT)
        append_slot(parser, &whole->seeking, part->slot);
    whole->seeking.sought |= part->seeking.sought;
}

static void seek_along(struct parser *parser, struct node *path, struct slot *slot)
{
    int64_t index = (int64_t)path->count - 2;
    while (slot->level > 0) {
        if (index < 0) {
            append_slot(parser, &path->seeking, slot);
            return;
        }
        struct node *step = path->items[index--];
        /* Steps in a row that bind their focus have one context between them. */
        while (index >= 0 && step->focus.at && path->items[index]->focus.at)
            step = path->items[index--];
        seek_parent(parser, step, slot);
    }
}

static void resolve_parents(struct parser *parser, struct node *path)
{
    const struct node *last = last_step(path);
    for (uint32_t i = 0; i < last->seeking.count; i++)
        seek_along(parser, path, last->seeking.at[i]);
    if (last->type == NODE_PARENT)
        seek_along(parser, path, last->slot);
}

/* ---- paths ---- */

static struct node *path_of(struct parser *parser, struct node *step)
{
    if (step->type == NODE_PATH)
        return step;
    struct node *path = node_new(parser, NODE_PATH, step->position, STR("path"));
    append_step(parser, path, step);
    if (step->type == NODE_PARENT)
        append_slot(parser, &path->seeking, step->slot);
    return path;
}

static void check_steps(struct parser *parser, struct node *path)
{
    for (uint32_t i = 0; i < path->count; i++) {
        struct node *step = path->items[i];
        if (step->type == NODE_NUMBER || step->type == NODE_LITERAL)
            parse_fail_json(parser, "S0213", step->position, STR_NONE, step->text);
        if (step->type == NODE_STRING)
            step->type = NODE_NAME;
        if (step->keep_array)
            path->keep_singleton = true;
    }
    if (path->items[0]->type == NODE_ARRAY)
        path->items[0]->constructed = true;
    if (last_step(path)->type == NODE_ARRAY)
        last_step(path)->constructed = true;
}

static struct node *resolve_dot(struct parser *parser, struct node *node)
{
    struct node *path = path_of(parser, resolve(parser, node->left));
    struct node *rest = resolve(parser, node->right);
    if (rest->type == NODE_PATH) {
        for (uint32_t i = 0; i < rest->count; i++)
            append_step(parser, path, rest->items[i]);
    } else {
        for (uint32_t i = 0; i < rest->predicates.count; i++)
            append_stage(parser, &rest->stages, rest->predicates.at[i]);
        rest->predicates = (struct stages){ 0 };
        append_step(parser, path, rest);
    }
    check_steps(parser, path);
    resolve_parents(parser, path);
    return path;
}

static struct node *resolve_subscript(struct parser *parser, struct node *node)
{
    struct node *whole = resolve(parser, node->left);
    struct node *step = whole->type == NODE_PATH ? last_step(whole) : whole;
    if (step->group)
        parse_fail(parser, "S0209", node->position, STR_NONE, STR_NONE);
    struct node *predicate = resolve(parser, node->right);
    for (uint32_t i = 0; i < predicate->seeking.count; i++) {
        struct slot *slot = predicate->seeking.at[i];
        if (slot->level == 1)
            seek_parent(parser, step, slot);
        else
            slot->level--;
    }
    if (predicate->seeking.count)
        pass_on(parser, step, predicate);
    append_stage(parser, whole->type == NODE_PATH ? &step->stages : &step->predicates,
                 (struct stage){ .predicate = predicate });
    return whole;
}

static void resolve_pairs(struct parser *parser, struct node *node)
{
    for (uint32_t i = 0; i < node->count; i++) {
        node->pairs[i].key = resolve(parser, node->pairs[i].key);
        node->pairs[i].value = resolve(parser, node->pairs[i].value);
    }
}

static struct node *resolve_group(struct parser *parser, struct node *node)
{
    struct node *whole = resolve(parser, node->left);
    if (whole->group)
        parse_fail(parser, "S0210", node->position, STR_NONE, STR_NONE);
    resolve_pairs(parser, node);
    whole->group = ARENA_NEW(parser_arena(parser), struct group);
    *whole->group = (struct group){ node->pairs, node->count, node->position };
    return whole;
}

static struct node *resolve_order(struct parser *parser, struct node *node)
{
    struct node *path = path_of(parser, resolve(parser, node->left));
    struct node *sort = node_new(parser, NODE_SORT, node->position, node->text);
    sort->terms = node->terms;
    sort->count = node->count;
    for (uint32_t i = 0; i < sort->count; i++) {
        sort->terms[i].expression = resolve(parser, sort->terms[i].expression);
        pass_on(parser, sort, sort->terms[i].expression);
    }
    append_step(parser, path, sort);
    resolve_parents(parser, path);
    return path;
}

static struct node *resolve_focus(struct parser *parser, struct node *node)
{
    struct node *whole = resolve(parser, node->left);
    struct node *step = whole->type == NODE_PATH ? last_step(whole) : whole;
    if (step->stages.count || step->predicates.count)
        parse_fail(parser, "S0215", node->position, STR_NONE, STR_NONE);
    if (step->type == NODE_SORT)
        parse_fail(parser, "S0216", node->position, STR_NONE, STR_NONE);
    step->keep_array |= node->keep_array;
    step->focus = node->right->text;
    step->tuple = true;
    return whole;
}

static struct node *resolve_index(struct parser *parser, struct node *node)
{
    struct node *whole = resolve(parser, node->left), *step = whole;
    if (whole->type == NODE_PATH) {
        step = last_step(whole);
    } else {
        whole = path_of(parser, whole);
        for (uint32_t i = 0; i < step->predicates.count; i++)
            append_stage(parser, &step->stages, step->predicates.at[i]);
        step->predicates = (struct stages){ 0 };
    }
    if (step->stages.count == 0)
        step->index = node->right->text;
    else
        append_stage(parser, &step->stages, (struct stage){ .index = node->right->text });
    step->tuple = true;
    return whole;
}

/* ---- the rest ---- */

static struct node *resolve_part(struct parser *parser, struct node *whole, struct node *part)
{
    if (!part)
        return NULL;
    part = resolve(parser, part);
    pass_on(parser, whole, part);
    return part;
}

static struct node *resolve_binary(struct parser *parser, struct node *node)
{
    switch (node->operation) {
    case OP_DOT:
        return resolve_dot(parser, node);
    case OP_SUBSCRIPT:
        return resolve_subscript(parser, node);
    case OP_GROUP:
        return resolve_group(parser, node);
    case OP_ORDER:
        return resolve_order(parser, node);
    case OP_FOCUS:
        return resolve_focus(parser, node);
    case OP_INDEX:
        return resolve_index(parser, node);
    case OP_BIND:
        node->type = NODE_BIND;
        node->right = resolve_part(parser, node, node->right);
        return node;
    case OP_APPLY:
        node->type = NODE_APPLY;
        node->left = resolve(parser, node->left);
        node->right = resolve(parser, node->right);
        node->keep_array = node->left->keep_array || node->right->keep_array;
        return node;
    default:
        node->left = resolve_part(parser, node, node->left);
        node->right = resolve_part(parser, node, node->right);
        return node;
    }
}

static void mark_tail(struct node *node)
{
    if (!node || node->predicates.count || node->group || node->keep_array)
        return;
    if (node->type == NODE_CALL)
        node->tail = true;
    else if (node->type == NODE_BLOCK && node->count)
        mark_tail(node->items[node->count - 1]);
    else if (node->type == NODE_CONDITION) {
        mark_tail(node->right);
        mark_tail(node->third);
    } else if (node->type == NODE_DEFAULT || node->type == NODE_COALESCE) {
        mark_tail(node->right);
    }
}

static struct node *resolve_block(struct parser *parser, struct node *node)
{
    for (uint32_t i = 0; i < node->count; i++) {
        const struct node *part = node->items[i] = resolve_part(parser, node, node->items[i]);
        if (part->constructed || (part->type == NODE_PATH && part->items[0]->constructed))
            node->constructed = true;
    }
    return node;
}

static struct node *resolve_name(struct parser *parser, struct node *node)
{
    node->type = NODE_NAME;
    struct node *path = node_new(parser, NODE_PATH, node->position, STR("path"));
    append_step(parser, path, node);
    path->keep_array = path->keep_singleton = node->keep_array;
    return path;
}

static struct node *resolve_parent(struct parser *parser, struct node *node)
{
    /* No variable has such a name. Where the token ends makes it this one's own. */
    node->slot = ARENA_NEW(parser_arena(parser), struct slot);
    node->slot->label = str_of(arena_printf(parser_arena(parser), "!%u", node->position));
    node->slot->level = 1;
    return node;
}

static struct node *resolve_known(struct parser *parser, struct node *node)
{
    switch (node->type) {
    case NODE_BINARY:
        return resolve_binary(parser, node);
    case NODE_NAME:
    case NODE_WORD:
        return resolve_name(parser, node);
    case NODE_PARENT:
        return resolve_parent(parser, node);
    case NODE_BLOCK:
        return resolve_block(parser, node);
    case NODE_OBJECT:
        resolve_pairs(parser, node);
        for (uint32_t i = 0; i < node->count; i++) {
            pass_on(parser, node, node->pairs[i].key);
            pass_on(parser, node, node->pairs[i].value);
        }
        return node;
    case NODE_CALL:
    case NODE_PARTIAL:
        for (uint32_t i = 0; i < node->count; i++)
            node->items[i] = resolve_part(parser, node, node->items[i]);
        node->left = resolve(parser, node->left);
        return node;
    case NODE_LAMBDA:
        node->left = resolve(parser, node->left);
        mark_tail(node->left);
        return node;
    case NODE_TRANSFORM:
        node->left = resolve(parser, node->left);
        node->right = resolve(parser, node->right);
        node->third = node->third ? resolve(parser, node->third) : NULL;
        return node;
    case NODE_ARRAY:
        for (uint32_t i = 0; i < node->count; i++)
            node->items[i] = resolve_part(parser, node, node->items[i]);
        return node;
    case NODE_NEGATE:
        node->left = resolve_part(parser, node, node->left);
        if (node->left->type != NODE_NUMBER)
            return node;
        node->left->literal.number = -node->left->literal.number;
        return node->left;
    case NODE_CONDITION:
    case NODE_DEFAULT:
    case NODE_COALESCE:
        node->left = resolve_part(parser, node, node->left);
        node->right = resolve_part(parser, node, node->right);
        node->third = resolve_part(parser, node, node->third);
        return node;
    case NODE_END:
        parse_fail(parser, "S0207", node->position, node->text, STR_NONE);
    default:
        return node;
    }
}

static struct node *resolve(struct parser *parser, struct node *node)
{
    bool keep_array = node->keep_array;
    struct node *resolved = resolve_known(parser, node);
    resolved->keep_array |= keep_array;
    return resolved;
}

struct node *resolve_tree(struct parser *parser, struct node *root)
{
    root = resolve(parser, root);
    if (root->type == NODE_PARENT || root->seeking.sought)
        refuse_parent(parser, root);
    return root;
}
