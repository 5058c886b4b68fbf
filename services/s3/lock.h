/* Object Lock: retention and legal holds, kept in a version's head and heeded when it is to be deleted. */
#ifndef S3_LOCK_H
#define S3_LOCK_H

#include "services/s3/object.h"

/* {"mode","until"(ms),"hold"} of the input's members, else of the bucket's default; NULL: none. False: a failed call. */
bool lock_of_input(struct call *call, const struct bucket *bucket, cJSON **ret_lock);
/* May this version be deleted now? `bypass`: the caller says x-amz-bypass-governance-retention. */
bool lock_lets_go(const struct call *call, const struct object *object, bool bypass);
void lock_tell(struct call *call, const cJSON *head); /* the headers of GetObject */

enum outcome get_object_retention(struct call *call);
enum outcome put_object_retention(struct call *call);
enum outcome get_object_legal_hold(struct call *call);
enum outcome put_object_legal_hold(struct call *call);

#endif
