/* A run's lines on their way to CloudWatch Logs: by calls of the logs API as the function's role, as on AWS: without the
 * permission, or without such a service in this cloud, nothing is written and nobody is told. */
#ifndef LAMBDA_FUNCTION_LOG_H
#define LAMBDA_FUNCTION_LOG_H

#include "services/lambda/run.h"

void function_log_write(const struct run *run);

#endif
