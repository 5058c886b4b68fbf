/* aws-chunked: S3's frames inside a body, so that a client can sign or sum up what it does not have yet.
 *
 *     400;chunk-signature=0055…\r\n  <1024 bytes>\r\n  …  0;chunk-signature=b6c6…\r\n
 *     x-amz-checksum-crc32c:sOO8/Q==\r\n  x-amz-trailer-signature:63bd…\r\n  \r\n
 *
 * Bytes come in any pieces; nothing is kept but a line. Each signature signs the one before it and the chunk's digest; see
 * "Signature calculations for the authorization header: transferring payload in multiple chunks" in the S3 API reference. */
#ifndef AWS_AWS_CHUNKED_H
#define AWS_AWS_CHUNKED_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/str.h"

#define AWS_CHUNKED_LINE    1024 /* a chunk's line, its extension among it */
#define AWS_CHUNKED_TRAILER 4096 /* all trailers together */

enum aws_chunked_flaw {
    AWS_CHUNKED_GOOD,
    AWS_CHUNKED_MALFORMED,         /* no chunk, or its line is too long */
    AWS_CHUNKED_TRAILER_MALFORMED, /* no trailer, or too much of it */
    AWS_CHUNKED_SIGNATURE,         /* a chunk's or the trailer's does not match, or lacks */
};

struct aws_chunked_signing { /* NULL in its place: signatures are not looked at */
    struct hmac_key *key;
    struct str amz_date, scope; /* "20130524/us-east-1/s3/aws4_request" */
    char previous[2 * SHA256_BYTES + 1];
};

struct aws_chunked;

/* `data` gets the content in pieces; false from it ends the parsing (and aws_chunked_feed() says false, without a flaw).
 * `trailer` gets each trailer but the signature's. `signing` stands as long as this does. */
struct aws_chunked *aws_chunked_new(struct aws_chunked_signing *signing_or_null, void *owner,
                                    bool (*data)(void *owner, struct str bytes),
                                    bool (*trailer)(void *owner, struct str name, struct str value));
void aws_chunked_free(struct aws_chunked *chunked_or_null);
bool aws_chunked_feed(struct aws_chunked *chunked, struct str bytes); /* false: it ends here */
bool aws_chunked_is_whole(const struct aws_chunked *chunked); /* the last line has come, and nothing behind it */
enum aws_chunked_flaw aws_chunked_flaw(const struct aws_chunked *chunked);

#endif
