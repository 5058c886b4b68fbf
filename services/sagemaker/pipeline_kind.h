/* The types of steps, and what their retry policies can be about. */
#ifndef SAGEMAKER_PIPELINE_KIND_H
#define SAGEMAKER_PIPELINE_KIND_H

#include "aws/error.h"
#include "services/sagemaker/pipeline_definition.h"

const struct step_kind *pipeline_kind(struct str type); /* NULL: AWS has none of that name */

enum retry_type
pipeline_retry_type(struct str exception_type);        /* "SageMaker.RESOURCE_LIMIT"; RETRY_NONE: no such type */
const char *pipeline_retry_told(enum retry_type type); /* as failure reasons call it: "SAGEMAKER_RESOURCE_LIMIT" */
enum retry_type pipeline_retry_of_error(const struct api_error *error); /* of a call that failed */
enum retry_type pipeline_retry_of_reason(struct str reason);            /* of a job's FailureReason */

#endif
