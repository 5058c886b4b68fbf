/* Training jobs: channels in, a model's archive out. Rows are job.h's; of a tuning job's there are further members: "tuning" (its
 * ARN), "definition" (its name, of several), "tuned" (the hyperparameters that it chose) and, where it may stop them early, "watched" (the
 * objective) and "course" (early_stopping.h). */
#ifndef SAGEMAKER_TRAINING_JOB_H
#define SAGEMAKER_TRAINING_JOB_H

#include "services/sagemaker/job.h"

extern const struct job_kind training_job_kind;
extern const struct table_def training_job_table;

#define TRAINING_JOB_TOPIC "sagemaker.training-job"

enum outcome create_training_job(struct call *call);
enum outcome describe_training_job(struct call *call);
enum outcome list_training_jobs(struct call *call);
enum outcome stop_training_job(struct call *call);
enum outcome update_training_job(struct call *call);
enum outcome delete_training_job(struct call *call);

/* What CreateTrainingJob asks of an input, for who makes training jobs otherwise: channels are there, the role may be taken on,
 * the instances are within the quota. FAILED or PARKED as s3_wanted_check() says. */
enum outcome training_check(struct call *call, const cJSON *input);

void training_job_recover(struct world *world);

#endif
