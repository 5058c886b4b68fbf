/* What others may do with a function: its resource policy. Table "lambda.policy", key = "FUNCTION:" or "FUNCTION:QUALIFIER":
 *     {"Policy": the document's text, "RevisionId"} */
#ifndef LAMBDA_PERMISSION_H
#define LAMBDA_PERMISSION_H

#include "aws/service.h"

extern const struct table_def permission_table;

/* service.guard: a function's policy, or its qualifier's, stands before it. */
bool permission_guard(struct world *world, struct arena *arena, const struct permission_question *question,
                      struct resource_guard *ret_guard);
/* The policy on a function or on one of its qualifiers; STR_NONE: it has none. Borrowed from the row. */
struct str permission_policy(struct world *world, struct scope scope, struct str function,
                             struct str qualifier_or_none);

#endif
