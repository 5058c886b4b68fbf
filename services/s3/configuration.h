/* What a bucket is configured with, kept as it came and told as it was kept.
 *
 *     table "s3.configuration"    its bucket's owner's: key = BUCKET/KIND, BUCKET/KIND/ID where there may be many: {"value"}
 *
 * The kinds are told in configuration.c's table: which operations put, get and delete one, what is answered where none was
 * put, and what is looked at before one is kept. Of what they say only these have effects here: publicAccessBlock,
 * ownershipControls, policy, cors, encryption and objectLock's default retention. */
#ifndef S3_CONFIGURATION_H
#define S3_CONFIGURATION_H

#include "services/s3/bucket.h"

extern const struct table_def s3_configurations;

/* The kept value, borrowed from its row; NULL: none. */
const cJSON *configuration_get(struct world *world, const struct bucket *bucket, const char *kind);
void configuration_put(struct call *call, const struct bucket *bucket, const char *kind, cJSON *value_taken);
void configuration_delete(struct call *call, const struct bucket *bucket, const char *kind);
/* What a new bucket has: all public access blocked, and the ownership asked for (NULL: BucketOwnerEnforced). */
void configuration_begin(struct call *call, const struct bucket *bucket, const char *ownership);
void configuration_end(struct call *call, const struct bucket *bucket);
/* Does the public access block say so? */
bool configuration_blocks(struct world *world, const struct bucket *bucket, const char *what);

/* For every kind of the table; the operation says which. */
enum outcome put_configuration(struct call *call);
enum outcome get_configuration(struct call *call);
enum outcome delete_configuration(struct call *call);
enum outcome list_configurations(struct call *call);

#endif
