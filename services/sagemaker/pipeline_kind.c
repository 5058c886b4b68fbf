#include "services/sagemaker/pipeline_kind.h"

/* "Default cache key attributes by pipeline step type" of the developer guide; what else a step says is not looked at, and
 * nothing of what stands in S3 is: new data under an old prefix are not seen. */
static const char *const processing_cached[] = { "AppSpecification", "Environment", "ProcessingInputs", NULL };
static const char *const training_cached[] = {
    "AlgorithmSpecification",
    "CheckpointConfig",
    "DebugHookConfig",
    "DebugRuleConfigurations",
    "Environment",
    "HyperParameters",
    "InputDataConfig",
    NULL,
};
static const char *const tuning_cached[] = { "HyperParameterTuningJobConfig", "TrainingJobDefinition",
                                             "TrainingJobDefinitions", NULL };
static const char *const transform_cached[] = { "DataProcessing", "Environment", "ModelName", "TransformInput", NULL };
static const char *const automl_cached[] = { "AutoMLJobConfig", "AutoMLJobObjective", "InputDataConfig", "ProblemType",
                                             NULL };
static const char *const all_cached[] = { NULL };

/* What runs as a processing job, whatever its step is called. */
#define PROCESSING_JOB                                                                                                 \
    .way = STEP_JOB, .create = "CreateProcessingJob", .describe = "DescribeProcessingJob",                             \
    .stop = "StopProcessingJob", .name = "ProcessingJobName", .asked = "ProcessingJobName", .arn = "ProcessingJobArn", \
    .status = "ProcessingJobStatus", .topic = "sagemaker.processing-job", .cached = processing_cached, .retries = true

static const struct step_kind kinds[] = {
    { PROCESSING_JOB, .type = "Processing", .metadata = "ProcessingJob" },
    { .type = "Training",
      .way = STEP_JOB,
      .create = "CreateTrainingJob",
      .describe = "DescribeTrainingJob",
      .stop = "StopTrainingJob",
      .name = "TrainingJobName",
      .asked = "TrainingJobName",
      .arn = "TrainingJobArn",
      .status = "TrainingJobStatus",
      .topic = "sagemaker.training-job",
      .metadata = "TrainingJob",
      .cached = training_cached,
      .retries = true },
    { .type = "Tuning",
      .way = STEP_JOB,
      .create = "CreateHyperParameterTuningJob",
      .describe = "DescribeHyperParameterTuningJob",
      .stop = "StopHyperParameterTuningJob",
      .name = "HyperParameterTuningJobName",
      .asked = "HyperParameterTuningJobName",
      .arn = "HyperParameterTuningJobArn",
      .status = "HyperParameterTuningJobStatus",
      .topic = "sagemaker.tuning-job",
      .metadata = "TuningJob",
      .cached = tuning_cached,
      .retries = true },
    { .type = "Transform",
      .way = STEP_JOB,
      .create = "CreateTransformJob",
      .describe = "DescribeTransformJob",
      .stop = "StopTransformJob",
      .name = "TransformJobName",
      .asked = "TransformJobName",
      .arn = "TransformJobArn",
      .status = "TransformJobStatus",
      .topic = "sagemaker.transform-job",
      .metadata = "TransformJob",
      .cached = transform_cached,
      .retries = true },
    { .type = "Model",
      .way = STEP_CALL,
      .create = "CreateModel",
      .describe = "DescribeModel",
      .name = "ModelName",
      .asked = "ModelName",
      .arn = "ModelArn",
      .metadata = "Model",
      .retries = true },
    { .type = "RegisterModel",
      .way = STEP_CALL,
      .create = "CreateModelPackage",
      .describe = "DescribeModelPackage",
      .asked = "ModelPackageName",
      .arn = "ModelPackageArn",
      .metadata = "RegisterModel",
      .retries = true },
    { .type = "Condition", .way = STEP_CONDITION, .metadata = "Condition" },
    { .type = "Fail", .way = STEP_FAIL, .metadata = "Fail" },
    { .type = "Lambda", .way = STEP_LAMBDA, .metadata = "Lambda", .cached = all_cached },
    { .type = "Callback", .way = STEP_CALLBACK, .metadata = "Callback", .cached = all_cached },
    { .type = "AutoML",
      .way = STEP_JOB,
      .create = "CreateAutoMLJob",
      .describe = "DescribeAutoMLJob",
      .stop = "StopAutoMLJob",
      .name = "AutoMLJobName",
      .asked = "AutoMLJobName",
      .arn = "AutoMLJobArn",
      .status = "AutoMLJobStatus",
      .topic = "sagemaker.automl-job",
      .metadata = "AutoMLJob",
      .cached = automl_cached,
      .retries = true },
    { PROCESSING_JOB, .type = "ClarifyCheck", .metadata = "ClarifyCheck", .checks = true },
    { PROCESSING_JOB, .type = "QualityCheck", .metadata = "QualityCheck", .checks = true },
    { .type = "EMR", .way = STEP_IMAGE, .metadata = "EMR" },
    { .type = "EMRServerless", .way = STEP_IMAGE },
    { .type = "NotebookJob", .way = STEP_IMAGE },
    { .type = "Endpoint", .way = STEP_LACKING },
    { .type = "EndpointConfig", .way = STEP_LACKING },
    { .type = "InferenceComponent", .way = STEP_LACKING },
    { .type = "Lineage", .way = STEP_LACKING },
};

const struct step_kind *pipeline_kind(struct str type)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(type, kinds[i].type))
            return &kinds[i];
    return NULL;
}

/* ---- retries ---- */

static const struct {
    const char *name, *told;
    enum retry_type type;
} retries[] = {
    { "Step.SERVICE_FAULT", "SERVICE_FAULT", RETRY_SERVICE_FAULT },
    { "Step.THROTTLING", "THROTTLING", RETRY_THROTTLING },
    { "SageMaker.JOB_INTERNAL_ERROR", "SAGEMAKER_JOB_INTERNAL_ERROR", RETRY_JOB_INTERNAL_ERROR },
    { "SageMaker.CAPACITY_ERROR", "SAGEMAKER_CAPACITY_ERROR", RETRY_CAPACITY_ERROR },
    { "SageMaker.RESOURCE_LIMIT", "SAGEMAKER_RESOURCE_LIMIT", RETRY_RESOURCE_LIMIT },
};

enum retry_type pipeline_retry_type(struct str name)
{
    for (size_t i = 0; i < sizeof retries / sizeof *retries; i++)
        if (str_is(name, retries[i].name))
            return retries[i].type;
    return RETRY_NONE;
}

const char *pipeline_retry_told(enum retry_type type)
{
    for (size_t i = 0; i < sizeof retries / sizeof *retries; i++)
        if (retries[i].type == type)
            return retries[i].told;
    return NULL;
}

enum retry_type pipeline_retry_of_error(const struct api_error *error)
{
    if (str_starts(str_of(error->kind->code), STR("Throttling")))
        return RETRY_THROTTLING;
    if (strcmp(error->kind->code, "ResourceLimitExceeded") == 0)
        return RETRY_RESOURCE_LIMIT;
    return error->kind->status >= 500 ? RETRY_SERVICE_FAULT : RETRY_NONE;
}

enum retry_type pipeline_retry_of_reason(struct str reason)
{
    if (str_starts(reason, STR("InternalServerError")))
        return RETRY_JOB_INTERNAL_ERROR;
    if (str_starts(reason, STR("CapacityError")))
        return RETRY_CAPACITY_ERROR;
    return str_starts(reason, STR("ResourceLimitExceeded")) ? RETRY_RESOURCE_LIMIT : RETRY_NONE;
}
