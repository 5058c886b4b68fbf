/* QualityCheck and ClarifyCheck steps: a processing job of Model Monitor's or Clarify's image, and the baselines around it ("Baseline
 * calculation, drift detection and lifecycle with ClarifyCheck and QualityCheck steps" of the developer guide).
 *
 *     the baseline before: SuppliedBaseline…, else the DriftCheckBaselines of the group's latest approved model package
 *       not skipped ─▶ the job is given it as baseline_constraints and baseline_statistics; violations fail the step
 *     BaselineUsedForDriftCheck… tells that one; with RegisterNewBaseline the one that was just calculated */
#ifndef SAGEMAKER_PIPELINE_BASELINE_H
#define SAGEMAKER_PIPELINE_BASELINE_H

#include "services/sagemaker/pipeline_run.h"

/* What the job is to be created with, for the step's resolved arguments. RESOLVE_FAILED: scope->why; the row knows of the check then. */
enum resolved pipeline_baseline_prepare(struct step_run *step, struct pipeline_scope *scope, const cJSON **arguments);
/* The job has completed: the step ends, or fails with what was found. */
void pipeline_baseline_settle(struct step_run *step, const cJSON *description);

#endif
