/* How Lambda names things. A function is named by its name, part of its ARN ("A:function:f", "function:f") or all of it, each
 * with a qualifier (a version's number, an alias, $LATEST) or without:
 *
 *     f   f:7   123456789012:function:f   arn:aws:lambda:us-east-1:123456789012:function:f:live
 *
 * and most operations take a qualifier beside. */
#ifndef LAMBDA_NAMES_H
#define LAMBDA_NAMES_H

#include "aws/call.h"

#define LATEST "$LATEST"

struct function_name {
    struct str name;
    struct str qualifier;       /* STR_NONE: none */
    struct str account, region; /* STR_NONE: not said */
};

struct function_name function_name_parse(struct str text);
char *function_arn(struct arena *arena, struct scope scope, struct str name, struct str qualifier_or_none);
/* The key of rows that belong to a function, "FUNCTION:QUALIFIER"; without a qualifier what all of them begin with. */
#define FUNCTION_KEY_BYTES 400
struct str function_key(char ret_key[FUNCTION_KEY_BYTES], struct str function, struct str qualifier_or_none);
void function_drop_rows(struct world *world, struct scope scope, const struct table_def *table, struct str function);
bool qualifier_is_version(struct str qualifier); /* digits */
/* The function's name and qualifier that a call names by FunctionName and Qualifier; false: the call was failed. */
bool function_name_of_call(struct call *call, struct function_name *ret_name);
/* service.resource: the ARN, with its qualifier, of the function that a call names; STR_NONE where it names none. */
struct str function_resource(struct call *call);

enum outcome lambda_fail_not_found(struct call *call, const char *arn); /* "Function not found: ARN" */
char *lambda_revision(struct call *call);                               /* a new RevisionId, in the call's arena */
/* The call's RevisionId, where it has one, is the row's; else the call was failed. */
bool lambda_check_revision(struct call *call, const char *revision);

#endif
