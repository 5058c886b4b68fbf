/* AWS Lambda. */
#ifndef LAMBDA_SERVICE_H
#define LAMBDA_SERVICE_H

#include "aws/service.h"

extern const struct service lambda_service;

#endif
