/* How S3 says what is wrong with an input: it has no "1 validation error detected", but MalformedXML for a body that its
 * schema does not know and InvalidArgument for headers. What handlers know better they say themselves. */
#ifndef S3_INPUT_H
#define S3_INPUT_H

#include "aws/call.h"

enum outcome s3_check_input(struct call *call); /* struct service.validate */

#endif
