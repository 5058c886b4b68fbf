/* What a request asks for only if it is so, and which part of it. */
#ifndef S3_CONDITION_H
#define S3_CONDITION_H

#include "services/s3/object.h"

/* If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since of a GET or HEAD, in RFC 9110's order; false: a failed call
 * (412, 304). */
bool conditions_of_reading(struct call *call, const struct object *object);
/* The same of a copy's source, where all that does not hold is 412. */
bool conditions_of_source(struct call *call, const struct object *source);
/* If-Match and If-None-Match of what is about to be written; `current` NULL: there is none. */
bool conditions_of_writing(struct call *call, const struct object *current_or_null);
/* Is this the ETag that a request names, with or without its quotes? */
bool etag_matches(struct str named, struct str etag);

struct range {
    int64_t from, length;
    bool asked; /* else it is all of it */
};
/* "bytes=0-9", "bytes=5-", "bytes=-5". What is no range of one part is none at all, as HTTP wants. False: a failed call (416). */
bool range_of_header(struct call *call, struct str header, int64_t size, struct range *ret_range);

#endif
