#include "services/registry.h"

#include "services/iam/service.h"
#include "services/lambda/service.h"
#include "services/logs/service.h"
#include "services/s3/service.h"
#include "services/stepfunctions/service.h"
#include "services/sts/service.h"

const struct service *const services_registry[] = { &iam_service,           &lambda_service, &logs_service, &s3_service,
                                                    &stepfunctions_service, &sts_service,    NULL };
