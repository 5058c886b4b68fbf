/* The syntax tree. The parser builds it as it reads; resolve_tree() then makes paths out of dots and predicates, finds the
 * step that each % stands for and marks calls in tail position. After that it never changes. */
#ifndef JSONATA_SYNTAX_H
#define JSONATA_SYNTAX_H

#include "services/stepfunctions/jsonata/jsonata.h"
#include "services/stepfunctions/jsonata/value.h"

enum node_type {
    NODE_STRING,
    NODE_NUMBER,
    NODE_LITERAL, /* true, false, null */
    NODE_NAME,
    NODE_VARIABLE,
    NODE_REGEX,
    NODE_WILDCARD,
    NODE_DESCENDANT,
    NODE_PARENT,
    NODE_PATH,
    NODE_BINARY,
    NODE_NEGATE,
    NODE_ARRAY,
    NODE_OBJECT,
    NODE_BLOCK,
    NODE_CONDITION,
    NODE_DEFAULT,  /* ?: */
    NODE_COALESCE, /* ?? */
    NODE_BIND,
    NODE_CALL,
    NODE_PARTIAL,
    NODE_LAMBDA,
    NODE_APPLY, /* ~> */
    NODE_TRANSFORM,
    NODE_SORT,
    NODE_WORD,        /* and, or, in where a name stands */
    NODE_PLACEHOLDER, /* the ? of a partial application */
    NODE_END,
};

enum operation {
    OP_NONE,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_REMAINDER,
    OP_EQUAL,
    OP_NOT_EQUAL,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_GREATER,
    OP_GREATER_EQUAL,
    OP_CONCATENATE,
    OP_RANGE,
    OP_IN,
    OP_AND,
    OP_OR,
    /* gone once the tree is resolved */
    OP_DOT,
    OP_SUBSCRIPT,
    OP_GROUP,
    OP_ORDER,
    OP_FOCUS,
    OP_INDEX,
    OP_BIND,
    OP_APPLY,
};

struct node;
struct run;

/* What a % looks for: the context that `level` steps before it had. The steps that own one bind it under its label. */
struct slot {
    struct str label;
    int level;
};

struct slots {
    struct slot **at;
    uint32_t count;
    bool sought; /* there is a % below that no step has answered yet */
};

struct pair {
    struct node *key, *value;
};

struct group {
    struct pair *pairs;
    uint32_t count, position;
};

/* A predicate, or where `predicate` is NULL a # binding between predicates. */
struct stage {
    struct node *predicate;
    struct str index;
};

struct stages {
    struct stage *at;
    uint32_t count;
};

struct term {
    struct node *expression;
    bool descending;
};

struct node {
    uint8_t type, operation;
    bool keep_array;     /* [] */
    bool keep_singleton; /* of a path: one of its steps has [] */
    bool constructed;    /* an array constructor at a path's end: stays nested */
    bool tuple;          /* yields a tuple stream */
    bool tail;           /* a call in tail position */
    uint32_t position;   /* of the token's end, in bytes */
    uint16_t height;     /* of the tree below, itself included */
    struct str text;     /* name, string, or the token as it was written */
    struct value literal;
    struct node *left, *right, *third;
    struct node **items; /* steps, arguments, expressions, parameters */
    uint32_t count;
    struct pair *pairs;
    struct term *terms;
    struct stages predicates, stages; /* of the whole expression; of a step of a path */
    struct group *group;
    struct str focus, index; /* bound by @ and #; at NULL: not */
    struct slot *slot;       /* of a % */
    struct slot *ancestor;   /* the slot that this step fills */
    struct slots seeking;
    const struct signature *signature; /* NULL: any arguments do */
    const struct builtin *builtin;     /* of a variable that names one */
    const struct regex *regex;
};

struct jsonata {
    struct str text;
    const struct node *root;
};

/* Compiling leaves by longjmp too: what the parser's functions share. */
struct parser;
#define NO_POSITION SIZE_MAX
_Noreturn void parse_fail(struct parser *parser, const char *code, size_t position, struct str token, struct str value);
/* The same with a value that is JSON already. */
_Noreturn void parse_fail_json(struct parser *parser, const char *code, size_t position, struct str token,
                               struct str json);
struct arena *parser_arena(struct parser *parser);
struct node *node_new(struct parser *parser, enum node_type type, size_t position, struct str text);
void parser_enter(struct parser *parser, size_t position); /* refuses what nests too deep */
void parser_leave(struct parser *parser);

struct node *resolve_tree(struct parser *parser, struct node *root);

/* ---- tokens ---- */

enum token_type {
    TOKEN_END,
    TOKEN_NAME,
    TOKEN_VARIABLE,
    TOKEN_OPERATOR,
    TOKEN_STRING,
    TOKEN_NUMBER,
    TOKEN_LITERAL,
    TOKEN_REGEX
};

struct token {
    enum token_type type;
    struct str text;
    struct value literal;
    const struct regex *regex;
    size_t position; /* where it ends */
};

/* The token behind `*position`, which moves on. `infix`: a / divides, elsewhere it begins a regular expression. */
struct token lexer_next(struct parser *parser, struct str source, size_t *position, bool infix);

/* ---- signatures: <s-n?:s> ---- */

struct signature_error {
    const char *code;
    struct str value;
    size_t offset;
};

const struct signature *signature_parse(struct arena *arena, struct str text, struct signature_error *reterr);
/* How a function is called by whoever calls it; at NULL: it has no name. */
struct str node_callee_name(const struct node *call);

#endif
