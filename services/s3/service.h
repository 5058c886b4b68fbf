/* Amazon S3: buckets and what stands in them. Buckets' names are one space for all accounts; all else stands in the account of
 * a bucket's owner, in no region. Errors are fault.h's, rows are told in bucket.h, object.h, multipart.h, configuration.h. */
#ifndef S3_SERVICE_H
#define S3_SERVICE_H

#include "aws/service.h"

extern const struct service s3_service;

#endif
