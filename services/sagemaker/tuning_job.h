/* Hyperparameter tuning: training jobs with parameters out of ranges, several at once, the best told. A row each
 * ("sagemaker.tuning_job", key: the name in lower case): {"name", "arn", "status", "created", "modified", "ended", "failure",
 * "launched": how many jobs were begun, "input"}. What its training jobs came to is read from their own rows ("NAME-001-1f2e3d4c").
 *
 * Parameters of the n-th job follow from the seed, n and, with the Bayesian strategy, from what the jobs before came to (tuning_choice.h);
 * so recover() needs nothing but rows. At each change of status an event is posted: topic "sagemaker.tuning-job", key the ARN. */
#ifndef SAGEMAKER_TUNING_JOB_H
#define SAGEMAKER_TUNING_JOB_H

#include "aws/call.h"

#define TUNING_JOB_TOPIC "sagemaker.tuning-job"
#define TUNING_JOBS_MOST 1000 /* of one; "Amazon SageMaker AI endpoints and quotas": 750 */

extern const struct table_def tuning_job_table;

enum outcome create_hyper_parameter_tuning_job(struct call *call);
enum outcome describe_hyper_parameter_tuning_job(struct call *call);
enum outcome list_hyper_parameter_tuning_jobs(struct call *call);
enum outcome list_training_jobs_for_hyper_parameter_tuning_job(struct call *call);
enum outcome stop_hyper_parameter_tuning_job(struct call *call);
enum outcome delete_hyper_parameter_tuning_job(struct call *call);

void tuning_job_recover(struct world *world);

/* ---- shared by tuning_job.c and tuning_run.c ---- */

/* A tuning job's definitions, as many as it has, whether it was given one or a list. */
const cJSON *tuning_definition(const cJSON *input, size_t index); /* NULL: no more */
const cJSON *tuning_objective(const cJSON *input, const cJSON *definition);
const cJSON *tuning_ranges(const cJSON *input, const cJSON *definition);

/* One training job of a tuning job, as its row tells it. */
struct tuning_trial {
    const cJSON *row;
    bool ended, measured;
    double value;
};
struct tuning_trial tuning_trial_of(const cJSON *training_row, const char *metric);
/* Calls `visit` with each; true: stop. */
void tuning_each(struct world *world, struct scope scope, const cJSON *row,
                 bool (*visit)(void *data, const cJSON *training_row), void *data);
/* The input of a training job of a definition, with these parameters (taken) beside the static ones. */
cJSON *tuning_training_input(const cJSON *input, const cJSON *definition, const char *name, cJSON *tuned_taken);

void tuning_start(struct world *world, struct scope scope, struct str key);
/* Puts the row into a status and tells it. */
void tuning_note(struct world *world, struct scope scope, struct str key, cJSON *row_taken, const char *status);

#endif
