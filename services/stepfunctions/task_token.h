/* Task tokens: opaque text that leads straight to a branch: base64 of the execution's ARN, the branch's path and a nonce
 * drawn anew for each attempt. */
#ifndef STEPFUNCTIONS_TASK_TOKEN_H
#define STEPFUNCTIONS_TASK_TOKEN_H

#include "services/stepfunctions/asl/engine.h"

char *task_token_print(const struct branch *branch, struct arena *arena);

#endif
