/* Quotas: how many instances of a type an account may use at once, by purpose. The usual ones of a new account
 * ("Amazon SageMaker AI endpoints and quotas"): none of the types with accelerators, a few of the others. */
#ifndef SAGEMAKER_QUOTA_H
#define SAGEMAKER_QUOTA_H

#include "aws/call.h"

enum quota_purpose { QUOTA_TRAINING, QUOTA_PROCESSING, QUOTA_TRANSFORM, QUOTA_ENDPOINT, QUOTA_NOTEBOOK, QUOTA_CLUSTER };

/* May `wanted` more instances be used? `used` is what rows say now. False: the call was failed with ResourceLimitExceeded in
 * AWS's words (FAULTS SM1). */
bool quota_check(struct call *call, enum quota_purpose purpose, struct str instance_type, int64_t used, int64_t wanted);

/* Instances of that type that jobs of a table use which have not ended; `type` and `count` lead to the members in a row's
 * "input". */
int64_t quota_used_by_jobs(struct call *call, const struct table_def *table, struct str instance_type,
                           void (*resources)(const cJSON *input, struct str *ret_type, int64_t *ret_count));

#endif
