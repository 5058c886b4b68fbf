/* Dataset import jobs: S3 ─▶ records in a blob, which the dataset's row names (dataset.h), and FieldStatistics in the job's. */
#ifndef FORECAST_IMPORT_JOB_H
#define FORECAST_IMPORT_JOB_H

#include "services/forecast/errand.h"

extern const struct errand_def import_job;

enum outcome create_dataset_import_job(struct call *call);
/* The job is deleted, and its data with it. */
void forecast_import_forget(struct world *world, struct scope scope, const cJSON *errand);

#endif
