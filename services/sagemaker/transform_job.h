/* Transform jobs: objects in S3 through a model, record by record, results back to S3. Rows are job.h's. */
#ifndef SAGEMAKER_TRANSFORM_JOB_H
#define SAGEMAKER_TRANSFORM_JOB_H

#include "services/sagemaker/job.h"

extern const struct job_kind transform_job_kind;
extern const struct table_def transform_job_table;

#define TRANSFORM_JOB_TOPIC "sagemaker.transform-job"

enum outcome create_transform_job(struct call *call);
enum outcome describe_transform_job(struct call *call);
enum outcome list_transform_jobs(struct call *call);
enum outcome stop_transform_job(struct call *call);

void transform_job_recover(struct world *world);

/* transform_run.c: the run itself, for the kind. */
bool transform_run_start(struct job *job);
void transform_run_drop(struct job *job);

#endif
