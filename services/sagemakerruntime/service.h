/* SageMaker Runtime: asks endpoints. Rows and rules are those of services/sagemaker. */
#ifndef SAGEMAKERRUNTIME_SERVICE_H
#define SAGEMAKERRUNTIME_SERVICE_H

#include "aws/service.h"

extern const struct service sagemakerruntime_service;

#endif
