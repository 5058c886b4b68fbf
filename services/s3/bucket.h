/* Buckets. Their names are one space for all accounts of this cloud, as on AWS.
 *
 *     table "s3.name"    the house's (no account): key = the name: {"account"}; one whose bucket is not there (the account
 *                        was emptied) is free
 *     table "s3.bucket"  its owner's, no region: key = the name:
 *         {"created"(ms),"region","versioning"("Enabled","Suspended", absent: never),"lock":true,"acl":…}
 *
 * What else is kept of a bucket is configuration.h's. */
#ifndef S3_BUCKET_H
#define S3_BUCKET_H

#include "aws/call.h"

extern const struct table_def s3_names, s3_buckets;

enum versioning { VERSIONING_NEVER, VERSIONING_ENABLED, VERSIONING_SUSPENDED };

struct bucket {
    const char *name;   /* in the arena */
    struct scope scope; /* its owner's: where everything of it stands */
    const cJSON *row;   /* borrowed from the store */
    enum versioning versioning;
};

bool bucket_find(struct world *world, struct arena *arena, struct str name, struct bucket *ret_bucket);
/* For handlers: the bucket that Bucket names, open to the caller; or a failed call. */
bool bucket_of_call(struct call *call, struct bucket *ret_bucket);
/* The bucket of another name, a copy's source, whoever it is open to; or a failed call. */
bool bucket_found(struct call *call, struct str name, struct bucket *ret_bucket);
const char *bucket_region(const struct bucket *bucket);
/* Puts a changed row in the place of the bucket's. */
void bucket_change(struct call *call, const struct bucket *bucket, cJSON *row_taken);
/* The id that S3 has for an account: 64 hex digits. */
char *canonical_id(struct arena *arena, const char *account);
cJSON *owner_of_account(struct call *call, const char *account); /* {ID} */

enum outcome create_bucket(struct call *call);
enum outcome delete_bucket(struct call *call);
enum outcome head_bucket(struct call *call);
enum outcome list_buckets(struct call *call);
enum outcome get_bucket_location(struct call *call);
enum outcome get_bucket_versioning(struct call *call);
enum outcome put_bucket_versioning(struct call *call);

#endif
