/* What stands in a bucket, in pages. A page costs what it tells: whatever is rolled up into a common prefix, and all but the
 * newest version of a key, is stepped over by seeking. */
#ifndef S3_LISTING_H
#define S3_LISTING_H

#include "services/s3/bucket.h"

enum outcome list_objects(struct call *call);
enum outcome list_objects_v2(struct call *call);
enum outcome list_object_versions(struct call *call);
enum outcome list_multipart_uploads(struct call *call);

#endif
