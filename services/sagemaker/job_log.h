/* What containers wrote, in CloudWatch Logs: by internal calls, as the role. */
#ifndef SAGEMAKER_JOB_LOG_H
#define SAGEMAKER_JOB_LOG_H

#include "aws/call.h"

/* The group and the stream are made by the first who writes there. Nobody waits for it. */
void sagemaker_log(struct world *world, struct scope scope, const char *role_arn, const char *session,
                   const char *group, const char *stream, struct str lines);

#endif
