/* What an expression of the Amazon States Language sees while it is evaluated, and how it fails. Everything computed lives
 * in the arena; nodes of input, context and variables are borrowed and must outlive it. */
#ifndef ASL_ENVIRONMENT_H
#define ASL_ENVIRONMENT_H

#include <stdarg.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/random.h"
#include "services/stepfunctions/asl/value.h"

/* Variables by scope: an inner flow (a branch, an iteration) sees the outer ones, but never the other way round. */
struct variables {
    const struct variables *outer; /* NULL: the outermost */
    const cJSON *values;           /* an object; NULL: none yet */
};

struct environment {
    struct arena *arena;
    const cJSON *input;    /* $ */
    struct str input_text; /* $ as it came, white space and all, as AWS shows it in causes; at NULL: compact */
    const cJSON *context;  /* $$ */
    const struct variables *variables; /* $name; NULL: none */
    struct random *random;             /* States.MathRandom without a seed, States.UUID */
    size_t *budget;                    /* members that may still be looked at; NULL: each path and template its own */
};

#define ENVIRONMENT_BUDGET                                                                                             \
    ((size_t)16 * 1000 * 1000) /* members that one template, or all rules of a Choice, may look at */

/* An error as executions fail with it: "States.Runtime" and a cause, both in the environment's arena or static. */
struct failure {
    const char *error;
    struct str cause;
    const char *location; /* of a JSONata expression: "Output/a"; NULL: none */
};

/* Looks a variable up from the inside out; NULL: there is none. */
const cJSON *variables_get(const struct variables *variables, struct str name);
/* $ as causes show it. */
struct str environment_input(const struct environment *environment);
/* Values that one evaluation computes may not fill the machine: true where its arena holds enough. */
bool environment_is_full(const struct environment *environment);
/* Takes the weight of what is to be looked through from the budget; false: there is not as much. */
bool environment_afford(const struct environment *environment, const cJSON *value);

/* The same for the text of a value that is a string, read once. */
bool environment_afford_text(const struct environment *environment, const cJSON *value_or_null);

/* A sentence in the arena, whatever its length: cut texts are no UTF-8. */
__attribute__((format(printf, 2, 0))) struct str failure_sentence(struct arena *arena, const char *format,
                                                                  va_list args);
__attribute__((format(printf, 4, 5))) void failure_set(struct failure *failure, struct arena *arena, const char *error,
                                                       const char *format, ...);

#endif
