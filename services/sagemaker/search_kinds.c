#include "services/sagemaker/endpoint.h"
#include "services/sagemaker/feature_group.h"
#include "services/sagemaker/kept_kinds.h"
#include "services/sagemaker/lineage.h"
#include "services/sagemaker/model.h"
#include "services/sagemaker/model_package.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/pipeline.h"
#include "services/sagemaker/pipeline_execution.h"
#include "services/sagemaker/pipeline_list.h"
#include "services/sagemaker/search.h"
#include "services/sagemaker/training_job.h"
#include "services/sagemaker/tuning_job.h"

static void tell_execution(struct call *call, struct str key, const cJSON *row, cJSON *record)
{
    if (json_get(row, "parameters"))
        json_set(record, "PipelineParameters", json_thaw(json_get(row, "parameters")));
}

/* Keyed by the pipeline's name and a number. */
static void tell_version(struct call *call, struct str key, const cJSON *row, cJSON *record)
{
    struct str rest, name = str_cut(key, '/', &rest);
    json_set_string(record, "PipelineArn", sagemaker_arn(call->arena, call_scope(call), "pipeline", name));
    json_set_int64(record, "PipelineVersionId", json_int64(row, "version", 1));
    pipeline_set_text(record, "PipelineVersionDisplayName", row, "displayName");
    pipeline_set_text(record, "PipelineVersionDescription", row, "description");
    pipeline_set_text(record, "LastExecutedPipelineExecutionArn", row, "lastRun");
    pipeline_set_time(record, "CreationTime", row, "created");
    pipeline_set_time(record, "LastModifiedTime", row, "modified");
    json_set(record, "CreatedBy", pipeline_user(json_get(row, "createdBy")));
    json_set(record, "LastModifiedBy", pipeline_user(json_get(row, "modifiedBy")));
}

const struct search_kind search_kinds[] = {
    { .resource = "Endpoint",
      .record = "Endpoint",
      .table = &endpoint_table,
      .describe = "DescribeEndpoint",
      .asked = "EndpointName",
      .from = "name" },
    { .resource = "Experiment",
      .record = "Experiment",
      .table = &lineage_table,
      .prefix = "experiment/",
      .describe = "DescribeExperiment",
      .asked = "ExperimentName",
      .from = "_name" },
    { .resource = "ExperimentTrial",
      .record = "Trial",
      .table = &lineage_table,
      .prefix = "experiment-trial/",
      .describe = "DescribeTrial",
      .asked = "TrialName",
      .from = "_name" },
    { .resource = "ExperimentTrialComponent",
      .record = "TrialComponent",
      .table = &lineage_table,
      .prefix = "experiment-trial-component/",
      .describe = "DescribeTrialComponent",
      .asked = "TrialComponentName",
      .from = "_name" },
    { .resource = "FeatureGroup",
      .record = "FeatureGroup",
      .table = &feature_group_table,
      .describe = "DescribeFeatureGroup",
      .asked = "FeatureGroupName",
      .from = "name" },
    { .resource = "FeatureMetadata",
      .record = "FeatureMetadata",
      .table = &feature_group_table,
      .describe = "DescribeFeatureMetadata",
      .asked = "FeatureGroupName",
      .from = "name",
      .parts = "features",
      .part = "FeatureName" },
    { .resource = "HyperParameterTuningJob",
      .record = "HyperParameterTuningJob",
      .table = &tuning_job_table,
      .describe = "DescribeHyperParameterTuningJob",
      .asked = "HyperParameterTuningJobName",
      .from = "name" },
    { .resource = "Image", .table = &kept_image_table, .describe = "DescribeImage" },
    { .resource = "ImageVersion", .table = &kept_image_version_table, .describe = "DescribeImageVersion" },
    { .resource = "Model",
      .record = "Model",
      .inside = "Model",
      .table = &model_table,
      .describe = "DescribeModel",
      .asked = "ModelName",
      .from = "name" },
    { .resource = "ModelCard",
      .record = "ModelCard",
      .table = &kept_model_card_table,
      .describe = "DescribeModelCard",
      .asked = "ModelCardName",
      .from = "ModelCardName" },
    { .resource = "ModelPackage",
      .record = "ModelPackage",
      .table = &model_package_table,
      .describe = "DescribeModelPackage",
      .asked = "ModelPackageName",
      .from = "arn" },
    { .resource = "ModelPackageGroup",
      .record = "ModelPackageGroup",
      .table = &model_package_group_table,
      .describe = "DescribeModelPackageGroup",
      .asked = "ModelPackageGroupName",
      .from = "name" },
    { .resource = "Pipeline",
      .record = "Pipeline",
      .table = &pipeline_table,
      .describe = "DescribePipeline",
      .asked = "PipelineName",
      .from = "name" },
    { .resource = "PipelineExecution",
      .record = "PipelineExecution",
      .table = &pipeline_execution_table,
      .describe = "DescribePipelineExecution",
      .asked = "PipelineExecutionArn",
      .from = "arn",
      .tell = tell_execution },
    { .resource = "PipelineVersion",
      .record = "PipelineVersion",
      .table = &pipeline_version_table,
      .tell = tell_version },
    { .resource = "Project", .record = "Project", .table = &kept_project_table, .describe = "DescribeProject" },
    { .resource = "TrainingJob",
      .record = "TrainingJob",
      .table = &training_job_table,
      .describe = "DescribeTrainingJob",
      .asked = "TrainingJobName",
      .from = "name" },
    { 0 },
};
