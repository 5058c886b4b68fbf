/* Steps whose work is done outside of SageMaker (EMR, EMRServerless) or by a notebook's image (NotebookJob): a pack's image runs in their
 * place, chosen by the JAR, the entry point or the image that the step names. Without one the step fails, and says so. */
#ifndef SAGEMAKER_PIPELINE_IMAGE_H
#define SAGEMAKER_PIPELINE_IMAGE_H

#include "services/sagemaker/pipeline_run.h"

void pipeline_image_begin(struct step_run *step, struct pipeline_scope *scope);
void pipeline_image_ran(struct step_run *step); /* its container has ended */

#endif
