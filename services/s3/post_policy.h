/* The policy document of a POST form: what its signer lets a form hold ("Creating a POST policy"). */
#ifndef S3_POST_POLICY_H
#define S3_POST_POLICY_H

#include "services/s3/bucket.h"
#include "services/s3/form.h"

/* Does the form hold what this policy (decoded, JSON) wants, and nothing else? `size`: the file's. False: a failed call. */
bool post_policy_admits(struct call *call, const struct form *form, struct str policy, int64_t size);

#endif
