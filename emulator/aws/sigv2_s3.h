/* Signature Version 2 in a query string (AWSAccessKeyId, Signature, Expires): what boto3 and older clients still presign S3's
 * URLs with in us-east-1. See "Signing and authenticating REST requests" in the Amazon S3 developer guide of 2006-03-01. */
#ifndef AWS_SIGV2_S3_H
#define AWS_SIGV2_S3_H

#include "aws/road.h"
#include "aws/sigv4.h"

/* Fills what such a query says: legacy, access_key_id, hex (which is base64 here), expires (seconds since 1970). */
void sigv2_read(const struct wire_request *request, struct signature *signature);
/* `path` is the one in path style, still encoded. The text that was signed is added to *ret_text. */
bool sigv2_matches(const struct wire_request *request, struct str path, const struct signature *signature,
                   struct str secret, struct buf *ret_text);

/* Is the signature this text's? */
bool sigv2_signs(struct str text, const struct signature *signature, struct str secret);

#endif
