/* S3 as SageMaker uses it: by internal calls on the road, as a job's or a model's role, one call at a time. */
#ifndef SAGEMAKER_S3_ACCESS_H
#define SAGEMAKER_S3_ACCESS_H

#include "aws/call.h"

/* "s3://bucket/key": pieces are borrowed; the key may be empty. False: it is no such URL. */
bool s3_url_parse(struct str url, struct str *ret_bucket, struct str *ret_key);

struct s3_access {
    struct cloud *cloud;
    struct scope scope;
    const char *role_arn, *session; /* borrowed */
    enum origin origin;
    void (*ready)(struct s3_access *access); /* a call that parked has its answer */
    void *owner;
    struct call *call; /* the last one: read its output and content before the next; NULL: none yet */
    bool waits;
};

/* DONE, FAILED (access->call->error says why) or PARKED: then `ready` comes. The input is taken; STR_NONE: no body. */
enum outcome s3_access_call(struct s3_access *access, const char *operation, cJSON *input_taken, struct str body);
void s3_access_end(struct s3_access *access); /* forgets the last call, also one that waits */
/* What a call that failed said: "AccessDenied: Access Denied"; in the call's arena. */
const char *s3_access_why(const struct s3_access *access);

/* What an operation wants to find before it says yes. */
struct s3_wanted {
    struct str url;
    bool is_model; /* one object, and a model's; else a prefix with objects below it, and a job's */
};

/* For handlers: are they all there, and may the role see them? FAILED: the call was failed in AWS's words (FAULTS SM3, SM9).
 * PARKED: return it; the handler is called again from its beginning once more is known. */
enum outcome s3_wanted_check(struct call *call, struct str role_arn, const struct s3_wanted *wanted, size_t count);

#endif
