#include "services/registry.h"

#include "services/forecast/service.h"
#include "services/forecastquery/service.h"
#include "services/iam/service.h"
#include "services/lambda/service.h"
#include "services/lexv2/service.h"
#include "services/lexv2runtime/service.h"
#include "services/logs/service.h"
#include "services/s3/service.h"
#include "services/sagemaker/service.h"
#include "services/sagemakerfeaturestoreruntime/service.h"
#include "services/sagemakermetrics/service.h"
#include "services/sagemakerruntime/service.h"
#include "services/stepfunctions/service.h"
#include "services/sts/service.h"

/* Where two share a name ("lex" in policies), the first is meant. */
const struct service *const services_registry[] = {
    &forecast_service,
    &forecastquery_service,
    &iam_service,
    &lambda_service,
    &lexv2_service,
    &lexv2runtime_service,
    &logs_service,
    &s3_service,
    &sagemaker_service,
    &sagemakerfeaturestoreruntime_service,
    &sagemakermetrics_service,
    &sagemakerruntime_service,
    &stepfunctions_service,
    &sts_service,
    NULL,
};
