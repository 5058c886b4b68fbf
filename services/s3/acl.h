/* Access control lists. What is kept, of a bucket and of an object, is {"Grants":[…]} as GetBucketAcl tells it; nothing is kept
 * where the owner alone may do everything. Buckets are made with ObjectOwnership BucketOwnerEnforced unless said otherwise, and
 * then take none. */
#ifndef S3_ACL_H
#define S3_ACL_H

#include "services/s3/bucket.h"

/* The ACL that the input's ACL and Grant… members say, NULL where they say none or the owner's own; false: a failed call.
 * `enforced`: the bucket takes none. */
bool acl_of_headers(struct call *call, const struct bucket *bucket, bool enforced, cJSON **ret_acl);
/* The same of an object that is to be in this bucket. */
bool acl_of_new_object(struct call *call, const struct bucket *bucket, cJSON **ret_acl);
bool acl_is_enforced(struct world *world, const struct bucket *bucket);
/* Does the ACL of the bucket, or of the object that is asked for, let anybody do what the call asks? */
bool acl_admits(struct call *call, const struct bucket *bucket);

enum outcome get_bucket_acl(struct call *call);
enum outcome put_bucket_acl(struct call *call);
enum outcome get_object_acl(struct call *call);
enum outcome put_object_acl(struct call *call);

#endif
