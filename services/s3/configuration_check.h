/* What is looked at before a configuration is kept. Each may complete the value as AWS does (ids of rules, what was left out);
 * false: a failed call. Their shapes were checked before. */
#ifndef S3_CONFIGURATION_CHECK_H
#define S3_CONFIGURATION_CHECK_H

#include "services/s3/bucket.h"

bool accelerate_is_good(struct call *call, const struct bucket *bucket, cJSON *value);
bool bucket_tagging_is_good(struct call *call, const struct bucket *bucket, cJSON *value);
bool cors_is_good(struct call *call, const struct bucket *bucket, cJSON *value);
bool encryption_is_good(struct call *call, const struct bucket *bucket, cJSON *value);
bool lifecycle_is_good(struct call *call, const struct bucket *bucket, cJSON *value); /* lifecycle.c */
bool logging_is_good(struct call *call, const struct bucket *bucket, cJSON *value);
bool notification_is_good(struct call *call, const struct bucket *bucket, cJSON *value);
bool object_lock_is_good(struct call *call, const struct bucket *bucket, cJSON *value);
bool ownership_is_good(struct call *call, const struct bucket *bucket, cJSON *value);
bool public_access_block_is_good(struct call *call, const struct bucket *bucket, cJSON *value);
bool replication_is_good(struct call *call, const struct bucket *bucket, cJSON *value);
bool website_is_good(struct call *call, const struct bucket *bucket, cJSON *value);

/* An id as S3 gives rules that come without one: 48 characters. */
char *rule_id(struct call *call);
bool refuse_xml(struct call *call); /* MalformedXML; false */

#endif
