/* What intrinsic.c and intrinsic_functions.c share. Nobody else includes this. */
#ifndef ASL_INTRINSIC_INNER_H
#define ASL_INTRINSIC_INNER_H

#include "services/stepfunctions/asl/intrinsic.h"

struct application;

struct intrinsic_function {
    struct str name;                                        /* "States.Format" */
    size_t least, most;                                     /* arguments */
    const cJSON *(*apply)(struct application *application); /* NULL: it has failed */
};

/* One function applied to the values of its arguments. */
struct application {
    const struct intrinsic_function *function;
    const struct environment *environment;
    struct arena *arena;
    const cJSON *const *values;
    size_t count;
    struct str pattern; /* States.Format's first argument with its escapes; at NULL: it is no text */
    char *why;
};

#define ANY_COUNT SIZE_MAX

const struct intrinsic_function *intrinsic_function_find(struct str name);

#endif
