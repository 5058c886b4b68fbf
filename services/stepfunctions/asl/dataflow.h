/* Data on their way through a state: InputPath, Parameters, the state's result, ResultSelector, ResultPath, OutputPath,
 * Assign; in JSONata Arguments, the result, Output, Assign. A value is either a document as it came (and then its text goes on verbatim) or a node in the scratch arena. */
#ifndef ASL_DATAFLOW_H
#define ASL_DATAFLOW_H

#include "services/stepfunctions/asl/engine.h"

struct value {
    struct json *whole; /* borrowed; NULL: `node` it is */
    const cJSON *node;
};

static inline struct value value_of(struct json *whole)
{
    return (struct value){ .whole = whole };
}

const cJSON *value_root(struct value value);
struct json *value_seal_node(const cJSON *node);
struct json *value_seal(struct value value); /* a document of its own, or another reference to the whole one */

struct environment environment_of(struct branch *branch, struct value input);
/* What expressions in JSONata see; `result` and `error_output` where they are offered, else NULL. */
struct query_scope query_scope_of(struct branch *branch, const cJSON *result, const cJSON *error_output);
/* False in all of these: *ret_failure, in the words that follow "An error occurred while executing the state …". */
bool flow_input(struct branch *branch, struct value *ret_input, struct failure *ret_failure);
/* Parameters or Arguments, or the input where the state has none. */
bool flow_parameters(struct branch *branch, struct value input, struct value *ret_payload, struct failure *ret_failure);
/* Any other payload of the state, in the scratch arena; it has no place among TestState's steps. */
bool flow_fill(struct branch *branch, const struct payload_option *option, struct value input,
               const cJSON **ret_payload, struct failure *ret_failure);
/* An "XPath" or a place option as AWS words its failure. */
bool flow_pick(struct branch *branch, const struct place_option *option, struct value from, struct value *ret_value,
               struct failure *ret_failure);
/* From the state's result to its exit: ResultSelector, ResultPath, OutputPath, Assign. Fails the branch where it must. */
void flow_finish(struct branch *branch, struct value result);
/* The same for states that have no result but pass their input on, and for what a Choice rule says instead. */
struct way_out {
    const struct query *output; /* of a JSONata state; NULL: none */
    const struct payload_option *assign;
    const struct state *next;
};
void flow_pass_on(struct branch *branch, struct value input, const struct way_out *way);
/* In JSONata: `otherwise` where there is no Output. False: *ret_failure. */
bool flow_output(const struct query *output_or_null, const struct query_scope *scope, struct value otherwise,
                 struct value *ret_output, struct failure *ret_failure);
/* `result` put at ResultPath into the state's raw input. */
bool flow_place(struct branch *branch, const struct place_option *result_path, struct value result,
                struct value *ret_value, struct failure *ret_failure);
/* The object in the scratch arena; *ret_assigned stays NULL where nothing is assigned. `scope` is for JSONata states. */
bool flow_assign(struct branch *branch, const struct payload_option *assign, struct value input,
                 const struct query_scope *scope_or_null, const cJSON **ret_assigned, struct failure *ret_failure);
/* Leaves the state with this output; fails it where the output is too large. */
void flow_exit(struct branch *branch, struct value output, const cJSON *assigned_or_null, const struct state *next);
/* "The state/task 'WHO' returned a result with a size exceeding …" */
struct str flow_limit_cause(struct arena *arena, const char *who);
bool flow_fits(struct branch *branch, struct str text); /* false: failed with States.DataLimitExceeded */

/* context.c: $$ for this branch, in the scratch arena. */
const cJSON *context_of(struct branch *branch);

#endif
