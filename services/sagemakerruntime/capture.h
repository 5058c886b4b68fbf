/* Data capture: requests and replies of an endpoint as JSON lines in S3, a file each ("Data capture" of the developer guide). */
#ifndef SAGEMAKERRUNTIME_CAPTURE_H
#define SAGEMAKERRUNTIME_CAPTURE_H

#include "services/sagemaker/inference.h"

/* Where the endpoint captures and the dice say so. As the model's role; nobody waits for it. */
void capture(struct call *call, const cJSON *endpoint_row, const char *variant, const struct inference *inference);

#endif
