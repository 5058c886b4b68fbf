/* Values of JSONata states: any JSON whose texts "{% … %}" are expressions ("Transforming data with JSONata in Step
 * Functions" of the developer guide). Compiled once, with the machine; the expressions see $states and the variables, and
 * no context ($). AWS bounds each evaluation; so do we. */
#ifndef ASL_QUERY_H
#define ASL_QUERY_H

#include "services/stepfunctions/asl/environment.h"

struct query;

/* The error of whatever goes wrong in an evaluation. */
extern const char QUERY_EVALUATION_ERROR[];

/* What a field offers as $states.NAME beside input and context. */
enum { QUERY_RESULT = 1, QUERY_ERROR_OUTPUT = 2 };

/* Who compiles, and who is told of what is found. */
struct query_reader {
    struct arena *arena;
    unsigned offers;
    /* "INVALID_JSONATA_EXPRESSION", "Output/list[0]", the sentence. */
    void (*refuse)(void *data, const char *code, const char *place, const char *message);
    void (*note)(struct str variable, void *data); /* each variable that is read */
    void *data;
};

bool query_is_expression(const cJSON *node);
/* `node` must outlive the query; `field` is kept, as messages name it: "Output", "Choices[0]/Condition". Never NULL: what is
 * wrong was told. */
const struct query *query_compile(const struct query_reader *reader, const cJSON *node, const char *field);
/* The value of a query without expressions; NULL: it has some. */
const cJSON *query_constant(const struct query *query);

/* What expressions see; everything computed stands in the arena, everything else is borrowed. */
struct query_scope {
    struct arena *arena;
    const cJSON *states;               /* $states */
    const struct variables *variables; /* $name */
    struct random *random;
    int64_t now_ms;
};

/* NULL: *ret_failure: "The JSONata expression '$x' specified for the field 'Output/a' returned nothing (undefined)." */
const cJSON *query_evaluate(const struct query *query, const struct query_scope *scope, struct failure *ret_failure);

enum query_type { QUERY_ARRAY, QUERY_BOOLEAN, QUERY_NUMBER, QUERY_STRING };
/* The same where the field takes one type only. */
const cJSON *query_evaluate_typed(const struct query *query, const struct query_scope *scope, enum query_type type,
                                  struct failure *ret_failure);
/* An integer within bounds, however it was computed (2.0 is one). */
bool query_integer(const cJSON *value, int64_t least, int64_t most, int64_t *ret_number);
/* Says of a value of the right type what else is wrong with it: "The JSONata expression '-1' specified for the field
 * 'Seconds' WHAT for value: -1". */
void query_refuse_value(const struct query *query, const cJSON *value, struct arena *arena, const char *what,
                        struct failure *ret_failure);

#endif
