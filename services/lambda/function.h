/* Functions: table "lambda.function", key = the name, one row a function as $LATEST stands:
 *     {"phase": "Creating" | "Updating" | "Active",
 *      "configuration": FunctionConfiguration as the API answers it, without its State… and LastUpdate… members,
 *      "code": the ZIP's SHA-256 in hex (code.h), "tags": {}, "reserved": concurrency, absent: none,
 *      "published": {"revision", "version"} of the last version that was published, "recursion": "Terminate"}
 *
 *      create ─▶ Creating ──▶ Active ◀── Updating ◀─ update          (State Pending, Active; LastUpdateStatus InProgress …)
 */
#ifndef LAMBDA_FUNCTION_H
#define LAMBDA_FUNCTION_H

#include "services/lambda/names.h"
#include "world/lifecycle.h"

extern const struct table_def function_table;
extern const struct lifecycle_def function_lifecycle;

#define PHASE_CREATING "Creating"
#define PHASE_UPDATING "Updating"
#define PHASE_ACTIVE   "Active"

struct json *function_get(struct world *world, struct scope scope, struct str name); /* borrowed; NULL: none */
/* The function that a call names; NULL: the call was failed (404, with the qualifier in its sentence where one was named). */
struct json *function_of_call(struct call *call, struct function_name *ret_name);
/* The same where the operation changes the function: one that is being made or changed refuses (409), and so does a RevisionId
 * of another one. */
struct json *function_to_change(struct call *call, struct function_name *ret_name);
/* Keeps the row, which was thawed and changed; it is under way to Active from `phase`. */
void function_change(struct call *call, struct str name, cJSON *row_taken, const char *phase);
/* FunctionConfiguration of $LATEST or of a version's row, states among it; the ARN with a qualifier where one is given. */
cJSON *function_configuration(struct call *call, const cJSON *row, struct str qualifier_or_none);
void function_answer(struct call *call, const cJSON *row, struct str qualifier_or_none);
/* No row runs this code any more: it goes. */
void function_release_code(struct call *call, struct str name, struct str sha256_hex);
/* "Active", or what a caller is told that it is not: "Pending". */
const char *function_state(const cJSON *row);

#endif
