/* Who calls S3. Its errors are its own: they name what was wrong in members of their own, and an unsigned request is nobody's,
 * not refused. Only headers are looked at, so this is known before a body of gigabytes comes; that the body is the one that
 * was signed is intake.h's. */
#ifndef AWS_AUTHENTICATE_S3_H
#define AWS_AUTHENTICATE_S3_H

#include "aws/road.h"

struct access_key;

/* An unflawed scope, a time within reach, a presigned request that has not expired: what does not need the key. Open mode
 * asks only whether a presigned request has expired. */
enum outcome s3_check_signature(struct call *call);
enum outcome s3_refuse_unknown_key(struct call *call);
enum outcome s3_refuse_token(struct call *call, bool expired);
enum outcome s3_verify_signature(struct call *call, struct str secret);

#endif
