/* SageMaker: pipelines, jobs, models, endpoints and the registry. */
#ifndef SAGEMAKER_SERVICE_H
#define SAGEMAKER_SERVICE_H

#include "aws/service.h"

extern const struct service sagemaker_service;

#endif
