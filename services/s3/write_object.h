/* Objects written in one piece. */
#ifndef S3_WRITE_OBJECT_H
#define S3_WRITE_OBJECT_H

#include "services/s3/object.h"

enum outcome put_object(struct call *call);

/* The bytes of call->body, from here on: the pieces of a blob that is finished now (the row that names it must be put in this
 * turn), or NULL where they are small and `bytes` has them. False: a failed call. `in_blob`: never NULL. */
bool content_of_body(struct call *call, bool in_blob, struct object_content *ret_content);
bool content_in_blob(struct call *call, struct str bytes, const cJSON **ret_pieces); /* the same of bytes */
/* Puts call->body as a new version of this key, with this head; what PutObject answers. */
enum outcome write_body(struct call *call, const struct bucket *bucket, struct str key, cJSON *head_taken);

#endif
