/* PostObject: a browser's form puts an object. The whole form came as the body; the object is a part of it, and where that is
 * large the very blob it came in. */
#ifndef S3_POST_OBJECT_H
#define S3_POST_OBJECT_H

#include "aws/call.h"

enum outcome post_object(struct call *call);

#endif
