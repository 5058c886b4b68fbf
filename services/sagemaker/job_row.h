/* How a job's row changes: statuses, the list of secondary ones, times; and the event that tells it. */
#ifndef SAGEMAKER_JOB_ROW_H
#define SAGEMAKER_JOB_ROW_H

#include "services/sagemaker/job.h"

/* `job` says what its end adds (a failure, kind.settle); NULL: nothing yet. */
void job_row_note(struct world *world, struct scope scope, const struct job_kind *kind, struct str key,
                  const struct job_news *news, struct job *job_or_null);

/* Puts run->course, spread over the time that the run is said to take, and tells of it. */
void job_row_course(struct job *job, int64_t from_ms);

/* SecondaryStatusTransitions as the wire has them; malloc'ed. */
cJSON *job_row_transitions(const cJSON *row);

#endif
