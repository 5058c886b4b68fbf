/* A Pratt parser: every token knows how tightly it binds what stands to its left (`power`), how it begins an expression
 * (`begin`) and how it goes on with one (`go_on`). */
#include <setjmp.h>

#include "services/stepfunctions/jsonata/function.h"

/* The tree is walked by calls of C: one expression in another counts, and so does one more operator in a row. */
#define MOST_HEIGHT 1000

struct parser {
    struct arena *arena;
    struct str source;
    size_t at;
    struct token token; /* the one that comes next */
    size_t depth;
    jmp_buf escape;
    struct fault fault;
    struct str value; /* of the fault, as JSON */
};

static struct node *expression(struct parser *parser, int power);

static _Noreturn void leave(struct parser *parser, const char *code, size_t position, struct str token)
{
    bool placed = position != NO_POSITION;
    parser->fault = (struct fault){ .code = code, .position = placed ? position : 0, .placed = placed, .token = token };
    longjmp(parser->escape, 1);
}

_Noreturn void parse_fail(struct parser *parser, const char *code, size_t position, struct str token, struct str value)
{
    struct buf quoted = BUF_EMPTY;
    parser->value = STR_NONE;
    if (value.at) {
        json_print_string(&quoted, value);
        parser->value = arena_str(parser->arena, buf_str(&quoted));
        buf_release(&quoted);
    }
    leave(parser, code, position, token);
}

_Noreturn void parse_fail_json(struct parser *parser, const char *code, size_t position, struct str token,
                               struct str json)
{
    parser->value = json;
    leave(parser, code, position, token);
}

struct arena *parser_arena(struct parser *parser)
{
    return parser->arena;
}

struct node *node_new(struct parser *parser, enum node_type type, size_t position, struct str text)
{
    struct node *node = ARENA_NEW(parser->arena, struct node);
    node->type = type;
    node->position = (uint32_t)position;
    node->text = text;
    node->height = 1;
    return node;
}

void parser_enter(struct parser *parser, size_t position)
{
    if (++parser->depth > JSONATA_MAX_NESTING)
        parse_fail(parser, "D1011", position, STR_NONE, STR_NONE);
}

void parser_leave(struct parser *parser)
{
    parser->depth--;
}

/* `child` as a part of `parent`. */
static struct node *adopt(struct parser *parser, struct node *parent, struct node *child)
{
    if (child->height >= parent->height)
        parent->height = child->height + 1;
    if (parent->height > MOST_HEIGHT)
        parse_fail(parser, "D1011", parent->position, STR_NONE, STR_NONE);
    return child;
}

/* ---- tokens ---- */

static bool next_is(const struct parser *parser, const char *operator)
{
    return parser->token.type == TOKEN_OPERATOR && str_is(parser->token.text, operator);
}

static void advance(struct parser *parser, bool infix)
{
    parser->token = lexer_next(parser, parser->source, &parser->at, infix);
}

static void expect(struct parser *parser, const char *operator, bool infix)
{
    if (!next_is(parser, operator))
        parse_fail(parser, parser->token.type == TOKEN_END ? "S0203" : "S0202", parser->token.position,
                   parser->token.text, str_of(operator));
    advance(parser, infix);
}

static bool skip(struct parser *parser, const char *operator)
{
    if (!next_is(parser, operator))
        return false;
    advance(parser, false);
    return true;
}

static struct node *node_of(struct parser *parser, enum node_type type, const struct token *token)
{
    return node_new(parser, type, token->position, token->text);
}

/* ---- lists that grow ---- */

static void append(struct parser *parser, struct node *node, struct node *item)
{
    if ((node->count & (node->count - 1)) == 0) { /* 0, 1, 2, 4 …: full */
        struct node **wider = ARENA_ARRAY(parser->arena, struct node *, node->count ? (size_t)node->count * 2 : 1);
        if (node->count)
            memcpy(wider, node->items, node->count * sizeof *wider);
        node->items = wider;
    }
    node->items[node->count++] = adopt(parser, node, item);
}

static void append_pair(struct parser *parser, struct node *node, struct node *key, struct node *value)
{
    if ((node->count & (node->count - 1)) == 0) {
        struct pair *wider = ARENA_ARRAY(parser->arena, struct pair, node->count ? (size_t)node->count * 2 : 1);
        if (node->count)
            memcpy(wider, node->pairs, node->count * sizeof *wider);
        node->pairs = wider;
    }
    node->pairs[node->count++] = (struct pair){ adopt(parser, node, key), adopt(parser, node, value) };
}

static void append_term(struct parser *parser, struct node *node, struct term term)
{
    if ((node->count & (node->count - 1)) == 0) {
        struct term *wider = ARENA_ARRAY(parser->arena, struct term, node->count ? (size_t)node->count * 2 : 1);
        if (node->count)
            memcpy(wider, node->terms, node->count * sizeof *wider);
        node->terms = wider;
    }
    adopt(parser, node, term.expression);
    node->terms[node->count++] = term;
}

/* ---- what begins an expression ---- */

static struct node *block(struct parser *parser, const struct token *token)
{
    struct node *node = node_of(parser, NODE_BLOCK, token);
    while (!next_is(parser, ")")) {
        append(parser, node, expression(parser, 0));
        if (!skip(parser, ";"))
            break;
    }
    expect(parser, ")", true);
    return node;
}

static struct node *array(struct parser *parser, const struct token *token)
{
    struct node *node = node_of(parser, NODE_ARRAY, token);
    while (!next_is(parser, "]")) {
        struct node *item = expression(parser, 0);
        if (next_is(parser, "..")) {
            struct node *range = node_of(parser, NODE_BINARY, &parser->token);
            advance(parser, false);
            range->operation = OP_RANGE;
            range->left = adopt(parser, range, item);
            range->right = adopt(parser, range, expression(parser, 0));
            item = range;
        }
        append(parser, node, item);
        if (!next_is(parser, ","))
            break;
        advance(parser, false);
    }
    expect(parser, "]", true);
    return node;
}

static void pairs(struct parser *parser, struct node *node)
{
    if (!next_is(parser, "}"))
        do {
            struct node *key = expression(parser, 0);
            expect(parser, ":", false);
            append_pair(parser, node, key, expression(parser, 0));
        } while (skip(parser, ","));
    expect(parser, "}", true);
}

static struct node *transformation(struct parser *parser, const struct token *token)
{
    struct node *node = node_of(parser, NODE_TRANSFORM, token);
    node->left = adopt(parser, node, expression(parser, 0));
    expect(parser, "|", false);
    node->right = adopt(parser, node, expression(parser, 0));
    if (skip(parser, ","))
        node->third = adopt(parser, node, expression(parser, 0));
    expect(parser, "|", true);
    return node;
}

static struct node *negation(struct parser *parser, const struct token *token)
{
    struct node *node = node_of(parser, NODE_NEGATE, token);
    node->left = adopt(parser, node, expression(parser, 70));
    return node;
}

static struct node *begin_operator(struct parser *parser, const struct token *token)
{
    struct str text = token->text;
    if (str_is(text, "("))
        return block(parser, token);
    if (str_is(text, "["))
        return array(parser, token);
    if (str_is(text, "{")) {
        struct node *node = node_of(parser, NODE_OBJECT, token);
        pairs(parser, node);
        return node;
    }
    if (str_is(text, "-"))
        return negation(parser, token);
    if (str_is(text, "|"))
        return transformation(parser, token);
    if (str_is(text, "*"))
        return node_of(parser, NODE_WILDCARD, token);
    if (str_is(text, "**"))
        return node_of(parser, NODE_DESCENDANT, token);
    if (str_is(text, "%"))
        return node_of(parser, NODE_PARENT, token);
    if (str_is(text, "and") || str_is(text, "or") || str_is(text, "in"))
        return node_of(parser, NODE_WORD, token);
    parse_fail(parser, str_is(text, "!") || str_is(text, "~") ? "S0204" : "S0211", token->position, text, STR_NONE);
}

static struct node *begin(struct parser *parser, const struct token *token)
{
    struct node *node;
    switch (token->type) {
    case TOKEN_OPERATOR:
        return begin_operator(parser, token);
    case TOKEN_NAME:
        return node_of(parser, NODE_NAME, token);
    case TOKEN_VARIABLE:
        node = node_of(parser, NODE_VARIABLE, token);
        node->builtin = builtin_find(token->text);
        return node;
    case TOKEN_STRING:
        node = node_of(parser, NODE_STRING, token);
        node->literal = value_of_text(token->text);
        return node;
    case TOKEN_NUMBER:
        node = node_of(parser, NODE_NUMBER, token);
        node->literal = token->literal;
        return node;
    case TOKEN_LITERAL:
        node = node_of(parser, NODE_LITERAL, token);
        node->literal = token->literal;
        return node;
    case TOKEN_REGEX:
        node = node_of(parser, NODE_REGEX, token);
        node->regex = token->regex;
        return node;
    case TOKEN_END:
    default:
        return node_of(parser, NODE_END, token);
    }
}

/* Behind these, a / divides. */
static bool is_operand(const struct token *token)
{
    return token->type != TOKEN_OPERATOR || str_is(token->text, "*") || str_is(token->text, "**") ||
           str_is(token->text, "%") || str_is(token->text, "and") || str_is(token->text, "or") ||
           str_is(token->text, "in");
}

/* ---- what goes on with one ---- */

static struct node *binary(struct parser *parser, const struct token *token, enum operation operation,
                           struct node *left)
{
    struct node *node = node_of(parser, NODE_BINARY, token);
    node->operation = operation;
    node->left = adopt(parser, node, left);
    return node;
}

/* function($a, $b)<s-n:s>{ … } */
static struct node *lambda(struct parser *parser, struct node *call)
{
    call->type = NODE_LAMBDA;
    for (uint32_t i = 0; i < call->count; i++)
        if (call->items[i]->type != NODE_VARIABLE)
            parse_fail_json(parser, "S0208", call->items[i]->position, call->items[i]->text,
                            str_of(arena_printf(parser->arena, "%u", i + 1)));
    if (next_is(parser, "<")) {
        struct signature_error error;
        size_t depth = 0, position = parser->token.position, start = position - 1, end;
        do {
            depth += next_is(parser, "<");
            depth -= next_is(parser, ">");
            end = parser->token.position;
            advance(parser, false);
        } while (depth > 0 && !next_is(parser, "{") && parser->token.type != TOKEN_END);
        if (depth > 0)
            expect(parser, ">", false);
        call->signature = signature_parse(parser->arena, str_first(str_from(parser->source, start), end - start),
                                          &error);
        if (!call->signature)
            parse_fail(parser, error.code, position + error.offset, STR_NONE, error.value);
    }
    expect(parser, "{", false);
    call->left = adopt(parser, call, expression(parser, 0));
    expect(parser, "}", true);
    return call;
}

static struct node *call(struct parser *parser, const struct token *token, struct node *left)
{
    struct node *node = node_of(parser, NODE_CALL, token);
    if (!next_is(parser, ")"))
        do {
            if (next_is(parser, "?")) {
                node->type = NODE_PARTIAL;
                append(parser, node, node_of(parser, NODE_PLACEHOLDER, &parser->token));
                advance(parser, true);
            } else {
                append(parser, node, expression(parser, 0));
            }
        } while (skip(parser, ","));
    expect(parser, ")", true);
    if (left->type == NODE_NAME && (str_is(left->text, "function") || str_is(left->text, "\xCE\xBB")))
        return lambda(parser, node);
    node->left = adopt(parser, node, left);
    return node;
}

static struct node *subscript(struct parser *parser, const struct token *token, struct node *left)
{
    if (next_is(parser, "]")) {
        struct node *step = left;
        while (step->type == NODE_BINARY && step->operation == OP_SUBSCRIPT)
            step = step->left;
        step->keep_array = true;
        advance(parser, true);
        return left;
    }
    struct node *node = binary(parser, token, OP_SUBSCRIPT, left);
    node->right = adopt(parser, node, expression(parser, 0));
    expect(parser, "]", true);
    return node;
}

static struct node *order(struct parser *parser, const struct token *token, struct node *left)
{
    struct node *node = binary(parser, token, OP_ORDER, left);
    expect(parser, "(", false);
    do {
        struct term term = { NULL, false };
        if (!skip(parser, "<"))
            term.descending = skip(parser, ">");
        term.expression = expression(parser, 0);
        append_term(parser, node, term);
    } while (skip(parser, ","));
    expect(parser, ")", true);
    return node;
}

static struct node *condition(struct parser *parser, const struct token *token, struct node *left)
{
    struct node *node = node_of(parser, NODE_CONDITION, token);
    node->left = adopt(parser, node, left);
    node->right = adopt(parser, node, expression(parser, 0));
    if (skip(parser, ":"))
        node->third = adopt(parser, node, expression(parser, 0));
    return node;
}

static struct node *bind(struct parser *parser, const struct token *token, struct node *left, enum operation operation)
{
    struct node *node = binary(parser, token, operation, left);
    if (operation == OP_BIND && left->type != NODE_VARIABLE)
        parse_fail(parser, "S0212", left->position, left->text, STR_NONE);
    node->right = adopt(parser, node, expression(parser, operation == OP_BIND ? 9 : 80));
    if (operation != OP_BIND && node->right->type != NODE_VARIABLE)
        parse_fail(parser, "S0214", node->right->position, token->text, STR_NONE);
    return node;
}

/* ---- how tightly operators bind ---- */

static const struct infix {
    char text[4];
    uint8_t power, operation;
} infixes[] = {
    { ".", 75, OP_DOT },         { "[", 80, OP_SUBSCRIPT },
    { "{", 70, OP_GROUP },       { "(", 80, OP_NONE },
    { "@", 80, OP_FOCUS },       { "#", 80, OP_INDEX },
    { "?", 20, OP_NONE },        { "+", 50, OP_ADD },
    { "-", 50, OP_SUBTRACT },    { "*", 60, OP_MULTIPLY },
    { "/", 60, OP_DIVIDE },      { "%", 60, OP_REMAINDER },
    { "=", 40, OP_EQUAL },       { "<", 40, OP_LESS },
    { ">", 40, OP_GREATER },     { "^", 40, OP_ORDER },
    { ":=", 10, OP_BIND },       { "!=", 40, OP_NOT_EQUAL },
    { "<=", 40, OP_LESS_EQUAL }, { ">=", 40, OP_GREATER_EQUAL },
    { "~>", 40, OP_APPLY },      { "and", 30, OP_AND },
    { "or", 25, OP_OR },         { "in", 40, OP_IN },
    { "&", 50, OP_CONCATENATE }, { "?:", 40, OP_NONE },
    { "??", 40, OP_NONE },
};

static const struct infix *infix_of(struct parser *parser)
{
    const struct token *token = &parser->token;
    if (token->type != TOKEN_OPERATOR)
        return NULL;
    for (size_t i = 0; i < sizeof infixes / sizeof *infixes; i++)
        if (str_is(token->text, infixes[i].text))
            return &infixes[i];
    if (str_is(token->text, "!") || str_is(token->text, "~"))
        parse_fail(parser, "S0204", token->position, token->text, STR_NONE);
    return NULL;
}

static struct node *go_on(struct parser *parser, const struct infix *infix, const struct token *token,
                          struct node *left)
{
    struct node *node;
    switch (infix->operation) {
    case OP_NONE:
        if (infix->text[0] == '(')
            return call(parser, token, left);
        if (infix->text[1] == '\0')
            return condition(parser, token, left);
        node = node_of(parser, infix->text[1] == ':' ? NODE_DEFAULT : NODE_COALESCE, token);
        node->left = adopt(parser, node, left);
        node->right = adopt(parser, node, expression(parser, infix->text[1] == ':' ? 0 : infix->power));
        return node;
    case OP_SUBSCRIPT:
        return subscript(parser, token, left);
    case OP_GROUP:
        node = node_of(parser, NODE_BINARY, token);
        node->operation = OP_GROUP;
        node->left = adopt(parser, node, left);
        pairs(parser, node);
        return node;
    case OP_ORDER:
        return order(parser, token, left);
    case OP_BIND:
    case OP_FOCUS:
    case OP_INDEX:
        return bind(parser, token, left, infix->operation);
    default:
        node = binary(parser, token, infix->operation, left);
        node->right = adopt(parser, node, expression(parser, infix->power));
        return node;
    }
}

static struct node *expression(struct parser *parser, int power)
{
    struct token token = parser->token;
    parser_enter(parser, token.position);
    advance(parser, is_operand(&token));
    struct node *left = begin(parser, &token);
    for (const struct infix *infix; (infix = infix_of(parser)) && infix->power > power;) {
        token = parser->token;
        advance(parser, false);
        left = go_on(parser, infix, &token, left);
    }
    parser_leave(parser);
    return left;
}

/* ---- the whole text ---- */

static const struct node *parse(struct parser *parser)
{
    if (parser->source.length > JSONATA_MAX_TEXT)
        parse_fail(parser, "D1011", NO_POSITION, STR_NONE, STR_NONE);
    advance(parser, false);
    struct node *root = expression(parser, 0);
    if (parser->token.type != TOKEN_END)
        parse_fail(parser, "S0201", parser->token.position, parser->token.text, STR_NONE);
    return resolve_tree(parser, root);
}

const struct jsonata *jsonata_compile(struct arena *arena, struct str text, struct jsonata_error *reterr)
{
    struct parser *parser = ARENA_NEW(arena, struct parser);
    struct jsonata *expression = ARENA_NEW(arena, struct jsonata);
    parser->arena = arena;
    parser->source = expression->text = arena_str(arena, text);
    if (setjmp(parser->escape)) {
        error_fill(arena, parser->source, &parser->fault, parser->value, STR_NONE, reterr);
        return NULL;
    }
    expression->root = parse(parser);
    return expression;
}

struct str jsonata_text(const struct jsonata *expression)
{
    return expression->text;
}
