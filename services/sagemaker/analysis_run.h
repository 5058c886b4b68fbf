/* A processing job whose image is an analysis (analysis/analysis.h): its model is loaded, as an endpoint would, then it computes. */
#ifndef SAGEMAKER_ANALYSIS_RUN_H
#define SAGEMAKER_ANALYSIS_RUN_H

#include "services/sagemaker/job.h"

bool analysis_run_start(struct job *job); /* job_kind.start */
void analysis_run_drop(struct job *job);

#endif
