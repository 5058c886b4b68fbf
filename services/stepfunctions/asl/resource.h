/* What a Task's Resource means: an activity, a function, an optimised integration, an SDK's operation. */
#ifndef ASL_RESOURCE_H
#define ASL_RESOURCE_H

#include "services/stepfunctions/asl/machine.h"

/* False: *reterr_why is AWS's sentence, in the arena. */
bool resource_parse(struct arena *arena, struct str arn, struct resource *ret_resource, const char **reterr_why);

#endif
