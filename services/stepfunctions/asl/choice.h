/* Choice rules: And, Or, Not, the comparisons of the language (String…, Numeric…, Boolean…, Timestamp…, each with its …Path
 * form, StringMatches) and Is…; with AWS's typing: a comparison of another type is false, not an error. */
#ifndef ASL_CHOICE_H
#define ASL_CHOICE_H

#include "services/stepfunctions/asl/template.h"

struct rule;

/* A rule without its Next and Assign. NULL: *reterr (location relative to the rule). */
const struct rule *rule_compile(struct arena *arena, const cJSON *node, struct template_error *reterr);
enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_FAILED };
/* FAILED: *ret_failure ("Invalid path '$.x': The choice state's condition path references an invalid value."). */
enum truth rule_evaluate(const struct rule *rule, const struct environment *environment, struct failure *ret_failure);
void rule_each_path(const struct rule *rule, void (*visit)(const struct path *, void *), void *data);

#endif
