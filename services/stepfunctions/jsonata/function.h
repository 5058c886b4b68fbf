/* Functions as values, and the tables of those that are built in. */
#ifndef JSONATA_FUNCTION_H
#define JSONATA_FUNCTION_H

#include "services/stepfunctions/jsonata/run.h"

/* What a built-in function sees of its call. Arguments that were not given are undefined. */
struct application {
    struct run *run;
    const struct builtin *builtin;
    struct value *args;
    size_t count;
    struct value input;
    struct frame *frame; /* of the caller; NULL: none */
};

typedef struct value (*builtin_fn)(struct application *application);

struct builtin {
    const char *name;
    const char *signature;
    uint8_t arity;   /* how many arguments higher-order functions hand it, and how many it may look at */
    bool plain_only; /* not in state machines */
    builtin_fn apply;
    const struct signature *parsed; /* of `signature`, once the tables are in use */
};

#define MOST_ARGUMENTS 8 /* that a built-in function looks at, $zip apart */

enum function_kind {
    FUNCTION_LAMBDA,
    FUNCTION_BUILTIN,
    FUNCTION_BOUND,     /* a built-in one, partially applied */
    FUNCTION_REGEX,     /* a matcher */
    FUNCTION_NEXT,      /* a matcher's `next` */
    FUNCTION_TRANSFORM, /* |…|…| */
    FUNCTION_CHAIN,     /* f ~> g */
};

struct function {
    enum function_kind kind;
    const struct node *node; /* the lambda, the transformation */
    struct node *const *parameters;
    uint32_t parameter_count;
    const struct signature *signature;
    struct value input; /* where it was made */
    struct frame *frame;
    const struct builtin *builtin;
    struct value *bound; /* arguments; those still open have the kind KIND_TAIL */
    uint32_t bound_count;
    const struct regex *regex;
    struct str subject; /* of FUNCTION_NEXT */
    size_t offset;
    struct value first, second; /* of FUNCTION_CHAIN */
};

const struct builtin *builtin_find(struct str name);
extern struct builtin builtins_of_string[], builtins_of_match[], builtins_of_number[], builtins_of_picture[],
    builtins_of_array[], builtins_of_object[], builtins_of_higher_order[], builtins_of_time[], builtins_of_encoding[],
    builtins_of_states[], builtins_of_core[]; /* each ends with a NULL name */

struct function *function_new(struct run *run, enum function_kind kind);
struct value function_of_builtin(struct run *run, const struct builtin *builtin);
/* Calls whatever it is; `call`: the node that calls, NULL: a built-in function does. T1006 where it is no function. */
struct value apply(struct run *run, struct value function, struct value *args, size_t count, struct value input,
                   struct frame *frame, const struct node *call);
/* As higher-order functions do: with as many of the arguments as the function takes. */
struct value apply_some(struct application *application, struct value function, struct value *args, size_t count);
size_t function_arity(struct value function);
/* A transformation of its argument. */
struct value transform_apply(struct run *run, const struct function *function, struct value subject);

/* ---- signatures ---- */

/* The arguments as the function is to see them; fails with T0410 … T0412. They stand at *ret_args: there already if it is
 * room for MOST_ARGUMENTS and they are no more, else in the run's arena. Returns how many. */
size_t signature_apply(struct run *run, const struct signature *signature, const struct value *args, size_t count,
                       struct value input, struct value **ret_args);

/* ---- regular expressions ---- */

struct match {
    struct str text;
    size_t start, end; /* bytes of the subject */
    struct value *groups;
    uint32_t group_count;
    struct value next; /* of a matcher that is no regular expression */
};

/* NULL: *reterr_why. */
const struct regex *regex_compile(struct arena *arena, struct str pattern, struct str flags, struct str *reterr_why);
bool regex_match(struct run *run, const struct regex *regex, struct str subject, size_t offset,
                 struct match *ret_match);
/* The first match of a matcher, a regular expression or a function that answers as one, and the ones after it. */
bool matcher_first(struct application *application, struct value matcher, struct str subject, struct match *ret_match);
bool matcher_next(struct application *application, struct value matcher, struct str subject, struct match *match);
/* A match as expressions see it: { match, start, end, groups, next }. */
struct value regex_match_value(struct run *run, const struct regex *regex, struct str subject, size_t offset);

/* ---- text by code point; lone surrogates count as one ---- */

size_t character_length(const char *at, size_t available);
uint32_t character_at(const char *at, size_t length);
size_t character_count(struct str text);
size_t character_offset(struct str text, size_t characters); /* in bytes, at most the length */
size_t utf16_count(struct str text);
size_t utf16_offset(struct str text, double units);

/* ---- numbers ---- */

double number_round(double number, double precision);
bool number_parse(struct str text, double *ret_number); /* as $number */

#endif
