/* What a pipeline's steps leave in the lineage: for each job a trial component, artifacts for what it read and made, and the
 * associations between them. */
#ifndef SAGEMAKER_PIPELINE_LINEAGE_H
#define SAGEMAKER_PIPELINE_LINEAGE_H

struct step_run;

void pipeline_lineage_record(const struct step_run *step); /* its row holds the description in "outputs" */

#endif
