/* Objects deleted: one, or a list of them. */
#ifndef S3_DELETE_OBJECT_H
#define S3_DELETE_OBJECT_H

#include "aws/call.h"

enum outcome delete_object(struct call *call);
enum outcome delete_objects(struct call *call);

#endif
