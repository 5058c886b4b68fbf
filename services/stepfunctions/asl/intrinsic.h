/* Intrinsic functions: States.Format('…', $.x), nested at will; all eighteen, with AWS's argument rules and limits. */
#ifndef ASL_INTRINSIC_H
#define ASL_INTRINSIC_H

#include "services/stepfunctions/asl/path.h"

struct intrinsic;

const struct intrinsic *intrinsic_compile(struct arena *arena, struct str text,
                                          char **reterr_why); /* NULL: *reterr_why */
/* NULL: *ret_failure ("States.IntrinsicFailure", or "States.Runtime" where a path in it finds nothing): "The function
 * 'States.Array($.x)' had the following error: The JsonPath argument for the field '$.x' could not be found in the input '{}'". */
const cJSON *intrinsic_evaluate(const struct intrinsic *intrinsic, const struct environment *environment,
                                struct failure *ret_failure);
struct str intrinsic_text(const struct intrinsic *intrinsic);
/* Every path in it, for variable references and checks. */
void intrinsic_each_path(const struct intrinsic *intrinsic, void (*visit)(const struct path *, void *), void *data);

#endif
