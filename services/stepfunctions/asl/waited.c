#include "services/stepfunctions/asl/waited.h"

#include "services/stepfunctions/execution.h"

#define JOB(operation, noun, topic)                                                                                    \
    {                                                                                                                  \
        "sagemaker", operation, noun "Arn", topic, "describe" noun, "stop" noun, noun "Name", true, noun "Status",     \
            "Completed",                                                                                               \
        {                                                                                                              \
            "InProgress", "Stopping"                                                                                   \
        }                                                                                                              \
    }

static const struct waited all[] = {
    { "states",
      "startExecution",
      "ExecutionArn",
      EXECUTION_ENDED,
      "describeExecution",
      "stopExecution",
      "executionArn",
      false,
      "status",
      "SUCCEEDED",
      { "RUNNING", "RUNNING" } },
    JOB("createProcessingJob", "ProcessingJob", "sagemaker.processing-job"),
    JOB("createTrainingJob", "TrainingJob", "sagemaker.training-job"),
    JOB("createTransformJob", "TransformJob", "sagemaker.transform-job"),
    JOB("createHyperParameterTuningJob", "HyperParameterTuningJob", "sagemaker.tuning-job"),
    { "sagemaker",
      "startPipelineExecution",
      "PipelineExecutionArn",
      "sagemaker.pipeline-execution",
      "describePipelineExecution",
      "stopPipelineExecution",
      "PipelineExecutionArn",
      false,
      "PipelineExecutionStatus",
      "Succeeded",
      { "Executing", "Stopping" } },
};

const struct waited *waited_for(const struct resource *resource)
{
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(resource->service, all[i].service) == 0 && strcmp(resource->operation, all[i].operation) == 0)
            return &all[i];
    return NULL;
}

enum waited_state waited_state(const struct waited *waited, const cJSON *description)
{
    struct str status = json_str(description, waited->status);
    if (str_is(status, waited->succeeded))
        return WAITED_SUCCEEDED;
    bool runs = str_is(status, waited->running[0]) || str_is(status, waited->running[1]);
    return runs ? WAITED_RUNS : WAITED_FAILED;
}
