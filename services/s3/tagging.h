/* Tags of objects and buckets: lists of {Key, Value}. */
#ifndef S3_TAGGING_H
#define S3_TAGGING_H

#include "services/s3/bucket.h"

#define TAGS_OF_OBJECT 10
#define TAGS_OF_BUCKET 50

/* False: a failed call (InvalidTag, BadRequest where there are more than `most`). */
bool tags_are_good(struct call *call, const cJSON *tags, int most);
/* The tags that an x-amz-tagging header holds ("k=v&k2=v2", as in a query), NULL where it is absent; false: a failed call. */
bool tags_of_header(struct call *call, cJSON **ret_tags);

enum outcome get_object_tagging(struct call *call);
enum outcome put_object_tagging(struct call *call);
enum outcome delete_object_tagging(struct call *call);

#endif
