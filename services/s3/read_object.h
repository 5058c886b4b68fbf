/* Objects read: GetObject, HeadObject, GetObjectAttributes. */
#ifndef S3_READ_OBJECT_H
#define S3_READ_OBJECT_H

#include "aws/call.h"

enum outcome get_object(struct call *call);
enum outcome head_object(struct call *call);
enum outcome get_object_attributes(struct call *call);

#endif
