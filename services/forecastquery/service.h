/* Amazon Forecast Query: reads what services/forecast computed. */
#ifndef FORECASTQUERY_SERVICE_H
#define FORECASTQUERY_SERVICE_H

#include "aws/service.h"

extern const struct service forecastquery_service;

#endif
