/* Payload templates: Parameters, ResultSelector, ItemSelector, Assign. Members whose name ends in ".$" hold a path or an
 * intrinsic function; everything else is taken as it stands. Compiled once. */
#ifndef ASL_TEMPLATE_H
#define ASL_TEMPLATE_H

#include "services/stepfunctions/asl/intrinsic.h"

struct template;

/* What is wrong with a template or a Choice rule: where, relative to it, in AWS's way ("/nested/list[0]", "" for the thing
 * itself), and AWS's sentence. AWS names the object that holds a bad ".$" member, not the member. */
struct template_error {
    char *location, *message;
};

/* `node` must outlive the template. NULL: *reterr. */
const struct template *template_compile(struct arena *arena, const cJSON *node, struct template_error *reterr);
/* NULL: *ret_failure, AWS's cause without the leading "An error occurred while executing the state …":
 * "The JSONPath '$.a' specified for the field 'value.$' could not be found in the input '{…}'". */
const cJSON *template_evaluate(const struct template *template, const struct environment *environment,
                               struct failure *ret_failure);
void template_each_path(const struct template *template, void (*visit)(const struct path *, void *), void *data);

#endif
