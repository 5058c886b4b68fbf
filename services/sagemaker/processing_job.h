/* Processing jobs: S3 in, a container with a script, S3 out. Rows are job.h's, with "exit" (ExitMessage) when it said something. */
#ifndef SAGEMAKER_PROCESSING_JOB_H
#define SAGEMAKER_PROCESSING_JOB_H

#include "services/sagemaker/job.h"

extern const struct job_kind processing_job_kind;
extern const struct table_def processing_job_table;

#define PROCESSING_JOB_TOPIC "sagemaker.processing-job"

enum outcome create_processing_job(struct call *call);
enum outcome describe_processing_job(struct call *call);
enum outcome list_processing_jobs(struct call *call);
enum outcome stop_processing_job(struct call *call);
enum outcome delete_processing_job(struct call *call);

void processing_job_recover(struct world *world);

#endif
