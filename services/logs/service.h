/* Amazon CloudWatch Logs. */
#ifndef LOGS_SERVICE_H
#define LOGS_SERVICE_H

#include "aws/service.h"

extern const struct service logs_service;

#endif
