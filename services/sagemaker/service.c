#include "services/sagemaker/service.h"

#include "services/sagemaker/processing_job.h"
#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/tag.h"
#include "services/sagemaker/training_job.h"

static const operation_fn handlers[SAGEMAKER_OPERATIONS] = {
    [SAGEMAKER_ADD_TAGS] = add_tags,
    [SAGEMAKER_CREATE_PROCESSING_JOB] = create_processing_job,
    [SAGEMAKER_CREATE_TRAINING_JOB] = create_training_job,
    [SAGEMAKER_DELETE_PROCESSING_JOB] = delete_processing_job,
    [SAGEMAKER_DELETE_TAGS] = delete_tags,
    [SAGEMAKER_DELETE_TRAINING_JOB] = delete_training_job,
    [SAGEMAKER_DESCRIBE_PROCESSING_JOB] = describe_processing_job,
    [SAGEMAKER_DESCRIBE_TRAINING_JOB] = describe_training_job,
    [SAGEMAKER_LIST_PROCESSING_JOBS] = list_processing_jobs,
    [SAGEMAKER_LIST_TAGS] = sagemaker_list_tags,
    [SAGEMAKER_LIST_TRAINING_JOBS] = list_training_jobs,
    [SAGEMAKER_STOP_PROCESSING_JOB] = stop_processing_job,
    [SAGEMAKER_STOP_TRAINING_JOB] = stop_training_job,
    [SAGEMAKER_UPDATE_TRAINING_JOB] = update_training_job,
};

static const struct table_def *const tables[] = {
    &processing_job_table,
    &sagemaker_tag_table,
    &training_job_table,
    NULL,
};

static void recover(struct world *world)
{
    processing_job_recover(world);
    training_job_recover(world);
}

const struct service sagemaker_service = {
    .model = &sagemaker_model,
    .handlers = handlers,
    .tables = tables,
    .recover = recover,
};
