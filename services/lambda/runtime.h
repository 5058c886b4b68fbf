/* The runtimes that a function may name: AWS's, and "provided.lua", whose handler is a function of the pack that plays. */
#ifndef LAMBDA_RUNTIME_H
#define LAMBDA_RUNTIME_H

#include "aws/call.h"

bool runtime_check(struct call *call); /* the call's Runtime, where it has one; false: it was failed */
char *runtime_version_arn(struct call *call, struct str runtime); /* in the call's arena; made up, stable */

#endif
