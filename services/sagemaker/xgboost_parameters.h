/* The hyperparameters of the XGBoost image: what it takes, what it says of what it does not. "XGBoost hyperparameters" of the
 * developer guide; the sentences are the image's own, as users have reported them. */
#ifndef SAGEMAKER_XGBOOST_PARAMETERS_H
#define SAGEMAKER_XGBOOST_PARAMETERS_H

#include "services/sagemaker/algorithm.h"

/* False: container_exit() was said, with the reason. */
bool xgboost_parameters_check(struct container *container);
/* Is this one the image's own rather than the library's? */
bool xgboost_parameter_is_own(const char *name);

#endif
