/* Which pages of other origins may come to a bucket: its CORS configuration, asked before (OPTIONS) and with each request. */
#ifndef S3_CORS_H
#define S3_CORS_H

#include "services/s3/bucket.h"

/* The headers that a browser wants to see with the answer, whatever it is. Nothing where the request names no Origin. */
void cors_answer(struct call *call);

enum outcome options_bucket(struct call *call);
enum outcome options_object(struct call *call);

#endif
