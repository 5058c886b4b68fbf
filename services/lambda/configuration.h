/* The configuration of a function: what CreateFunction and UpdateFunctionConfiguration take, in Lambda's rules and sentences. */
#ifndef LAMBDA_CONFIGURATION_H
#define LAMBDA_CONFIGURATION_H

#include "services/lambda/code.h"

/* Checks the call's members; false: it was failed. A new function must have some that a changed one may leave out. */
bool configuration_check(struct call *call, bool is_new);
bool configuration_check_role(struct call *call); /* Lambda can assume it */
cJSON *configuration_new(struct call *call, struct str name);
void configuration_apply(struct call *call, cJSON *configuration); /* the call's members over what stands there */
void configuration_set_code(struct call *call, cJSON *configuration, const struct code *code);
void configuration_touch(struct call *call, cJSON *configuration); /* LastModified */

#endif
