/* Published versions: table "lambda.version", key = "FUNCTION:0000000007", one row a version:
 *     {"configuration", "code"}, as a function's row has them, never changed.
 * Numbers are never used again, not even by a function of the same name that is made later: table "lambda.number", key = the
 * name: {"last"}. */
#ifndef LAMBDA_VERSION_H
#define LAMBDA_VERSION_H

#include "services/lambda/function.h"

extern const struct table_def function_version_table, function_version_number_table;

struct json *function_version_get(struct world *world, struct scope scope, struct str function, struct str number);
/* What runs for a qualifier: $LATEST (or none), a version, an alias' version (one of its two, drawn by their weights, with
 * `draw`). Borrowed; NULL: there is none. */
struct json *function_version_resolve(struct world *world, struct scope scope, struct str function,
                                      struct str qualifier, bool draw);
/* The same for reading, by FunctionName and Qualifier; NULL: the call was failed. */
struct json *function_version_of_call(struct call *call, struct function_name *ret_name);
/* Publishes $LATEST and answers with the version; the last one again where nothing changed since. */
enum outcome function_version_publish(struct call *call, struct str function, struct str description_or_none);
enum outcome function_version_delete(struct call *call, const struct function_name *name); /* leaves the output alone */
bool function_version_runs_code(struct call *call, struct str function, struct str sha256_hex);
enum outcome list_all_versions(struct call *call); /* ListFunctions with FunctionVersion ALL */

#endif
