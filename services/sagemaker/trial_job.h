/* What jobs leave in experiments: a job that was created with an ExperimentConfig has a trial component "JOB-aws-training-job", which belongs
 * to the trial that it names, tells the job's status and, once it has ended, its metrics. */
#ifndef SAGEMAKER_TRIAL_JOB_H
#define SAGEMAKER_TRIAL_JOB_H

#include "services/sagemaker/job.h"

/* The job's row has changed; nothing happens to one without an ExperimentConfig. */
void trial_job_note(struct world *world, struct scope scope, const struct job_kind *kind, const cJSON *row);

#endif
