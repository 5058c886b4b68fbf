/* Deployments: endpoints on their way from one status to the next. Their models are loaded, which shows whether they can be. */
#ifndef SAGEMAKER_DEPLOYMENT_H
#define SAGEMAKER_DEPLOYMENT_H

#include "aws/call.h"

/* Puts the endpoint's row into `status` (Creating, Updating, Deleting) and sets out. */
void deployment_begin(struct world *world, struct scope scope, struct str key, cJSON *row_taken, const char *status);
void deployment_recover(struct world *world);

#endif
