/* A trained model of XGBoost, read from the library's JSON ("Introduction to Model IO" of its documentation) and evaluated by us. The
 * text may be anybody's: every index is checked when it is read, so that no request can leave the arrays. */
#ifndef SAGEMAKER_XGBOOST_MODEL_H
#define SAGEMAKER_XGBOOST_MODEL_H

#include "services/sagemaker/algorithm.h"

struct predictor *xgboost_model_load(struct container *container);
void xgboost_model_predict(const struct predictor *predictor, struct container *container);
void xgboost_model_drop(struct predictor *predictor);

#endif
