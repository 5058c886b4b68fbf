/* What containers wrote, in CloudWatch Logs: by internal calls, as the role. */
#ifndef SAGEMAKER_JOB_LOG_H
#define SAGEMAKER_JOB_LOG_H

#include "aws/call.h"

struct log_target {
    struct world *world;
    struct scope scope;
    const char *role_arn, *session, *group, *stream;
};

/* The group and the stream are made by the first who writes there. Nobody waits for it. */
void sagemaker_log(const struct log_target *target, struct str lines);
/* A few hundred lines of them, for who has many: what is left, "" at the end. */
struct str sagemaker_log_some(const struct log_target *target, struct str lines, bool first);

#endif
