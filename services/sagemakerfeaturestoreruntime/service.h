/* SageMaker Feature Store Runtime: records in and out. Groups, rows and the offline store are those of services/sagemaker. */
#ifndef SAGEMAKERFEATURESTORERUNTIME_SERVICE_H
#define SAGEMAKERFEATURESTORERUNTIME_SERVICE_H

#include "aws/service.h"

extern const struct service sagemakerfeaturestoreruntime_service;

#endif
