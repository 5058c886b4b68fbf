/* Stopping what a .sync task waited for, when the task is broken off: AWS does it as well as it can, as the
 * parent's role. It happens in a strand of its own, after whatever broke the task off. */
#ifndef ASL_CHILD_H
#define ASL_CHILD_H

#include "services/stepfunctions/asl/engine.h"
#include "services/stepfunctions/asl/waited.h"

void child_stop(struct execution *parent, const char *role_arn, const struct waited *waited, const char *child_arn);

#endif
