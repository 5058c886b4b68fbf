/* AutoML jobs over tables: data are made numbers, several models are trained, the best is told. CreateAutoMLJob and CreateAutoMLJobV2 (of
 * its problem types the tabular one) make the same rows, "sagemaker.automl_job", key: the name in lower case:
 *
 *     {"name", "arn", "status", "secondary", "created", "modified", "ended", "failure", "version": 1 or 2, "input",
 *      "preparing": its processing job, "problem", "objective", "classes",
 *      "candidates": [{"name", "algorithm", "training": its training job, "created", "modified", "ended", "status", "failure",
 *                      "value", "metrics": {…}}]}
 *
 *     Starting ─▶ AnalyzingData (a processing job) ─▶ ModelTuning (training jobs, two at once, each then scored) ─▶ Completed
 *
 * Jobs are real ones under names of their own, so a restart finds them by their rows. At each change of status an event is posted: topic
 * "sagemaker.automl-job", key the ARN. */
#ifndef SAGEMAKER_AUTOML_JOB_H
#define SAGEMAKER_AUTOML_JOB_H

#include "aws/call.h"

#define AUTOML_JOB_TOPIC       "sagemaker.automl-job"
#define AUTOML_CANDIDATES_MOST 20 /* of one job; AWS's default is 250 */

extern const struct table_def automl_job_table;

enum outcome create_auto_ml_job(struct call *call);
enum outcome create_auto_ml_job_v2(struct call *call);
enum outcome describe_auto_ml_job(struct call *call);
enum outcome describe_auto_ml_job_v2(struct call *call);
enum outcome list_auto_ml_jobs(struct call *call);
enum outcome list_candidates_for_auto_ml_job(struct call *call);
enum outcome stop_auto_ml_job(struct call *call);

void automl_job_recover(struct world *world);

/* ---- shared by automl_job.c and automl_run.c ---- */

/* What either version of the operation says, out of its input; borrowed. */
struct automl_plan {
    struct str target, problem, objective, role; /* problem, objective: .at NULL where it is for the job to find out */
    const cJSON *channels;                       /* InputDataConfig */
    struct str output;                           /* S3OutputPath */
    int64_t candidates, job_runtime_s, training_runtime_s;
    double fraction; /* of the data for validation, where no channel is */
    const cJSON *algorithms;
};
struct automl_plan automl_plan_of(const cJSON *row);

void automl_start(struct world *world, struct scope scope, struct str key);
void automl_note(struct world *world, struct scope scope, struct str key, cJSON *row_taken, const char *status,
                 const char *secondary);
/* The ECR URI of an image of ours in this region, in the arena. */
enum automl_image { AUTOML_XGBOOST, AUTOML_LINEAR_LEARNER, AUTOML_TRANSFORMER };
char *automl_image(struct arena *arena, const char *region, enum automl_image image);
/* Where its processing job leaves a file: "train", "validation/validation.csv", …; in the arena. */
char *automl_place(struct arena *arena, const cJSON *row, const char *file);
/* The best of its candidates; NULL: none was scored. */
const cJSON *automl_best(const cJSON *row);

#endif
