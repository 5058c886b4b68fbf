/* AWS Step Functions. */
#ifndef STEPFUNCTIONS_SERVICE_H
#define STEPFUNCTIONS_SERVICE_H

#include "aws/service.h"

extern const struct service stepfunctions_service;

#endif
