/* Who may come to a bucket: its owner's account; others, and those whom nobody knows, as far as its policy or its ACL lets
 * them and no public access block stands before it. What identity policies say was asked before, by the road. */
#ifndef S3_ACCESS_H
#define S3_ACCESS_H

#include "aws/service.h"
#include "services/s3/bucket.h"

/* service.guard: a bucket's policy stands before it and its objects. */
bool bucket_guard(struct world *world, struct arena *arena, const struct permission_question *question,
                  struct resource_guard *ret_guard);

/* For handlers: may the caller do what he asks? False: a failed call. */
bool access_is_open(struct call *call, const struct bucket *bucket);
/* The same of another action on another resource: a copy reads its source. */
bool access_to_is_open(struct call *call, const struct bucket *bucket, const char *action, struct str resource);

enum outcome put_bucket_policy(struct call *call);
enum outcome get_bucket_policy(struct call *call);
enum outcome delete_bucket_policy(struct call *call);
enum outcome get_bucket_policy_status(struct call *call);

#endif
