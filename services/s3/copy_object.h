/* Objects copied: CopyObject, UploadPartCopy. Bytes are not: the copy names the same blobs. What has to be known of them and
 * is not (the MD5 of a part of an object, a checksum of another algorithm) is computed by a strand, while the call waits. */
#ifndef S3_COPY_OBJECT_H
#define S3_COPY_OBJECT_H

#include "aws/call.h"

enum outcome copy_object(struct call *call);
enum outcome upload_part_copy(struct call *call);

#endif
