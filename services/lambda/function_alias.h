/* Aliases: table "lambda.alias", key = "FUNCTION:ALIAS", one row an alias:
 *     {"AliasArn", "Name", "FunctionVersion", "Description", "RoutingConfig": {"AdditionalVersionWeights": {"3": 0.1}}, "RevisionId"} */
#ifndef LAMBDA_ALIAS_H
#define LAMBDA_ALIAS_H

#include "aws/call.h"

extern const struct table_def function_alias_table;

struct json *function_alias_get(struct world *world, struct scope scope, struct str function,
                                struct str alias); /* NULL: none */
struct str function_alias_draw_version(struct world *world,
                                       const cJSON *alias); /* by its weights; borrowed from the row */
/* "live, beta": the aliases that lead to a version, in the call's arena; NULL: none. */
char *function_alias_names_of_version(struct call *call, struct str function, struct str number);

#endif
