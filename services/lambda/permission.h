/* What others may do with a function: its resource policy. Table "lambda.policy", key = "FUNCTION:" or "FUNCTION:QUALIFIER":
 *     {"Policy": the document's text, "RevisionId"} */
#ifndef LAMBDA_PERMISSION_H
#define LAMBDA_PERMISSION_H

#include "aws/call.h"

extern const struct table_def permission_table;

/* The policy on a function or on one of its qualifiers; STR_NONE: it has none. Borrowed from the row. */
struct str permission_policy(struct world *world, struct scope scope, struct str function,
                             struct str qualifier_or_none);

#endif
