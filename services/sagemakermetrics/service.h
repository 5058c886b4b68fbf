/* SageMaker Metrics: values that users measure, put to trial components and read again. Rows are those of services/sagemaker
 * (trial_metric.h). */
#ifndef SAGEMAKERMETRICS_SERVICE_H
#define SAGEMAKERMETRICS_SERVICE_H

#include "aws/service.h"

extern const struct service sagemakermetrics_service;

#endif
