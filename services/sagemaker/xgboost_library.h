/* libxgboost, loaded when the first training asks for it: with the C++ and OpenMP that it brings along it would be a third of an
 * idle process' memory, in each of a game's processes, and most of them never train. Its functions by their own names, as
 * xgboost/c_api.h tells them. Any thread. */
#ifndef SAGEMAKER_XGBOOST_LIBRARY_H
#define SAGEMAKER_XGBOOST_LIBRARY_H

#include <xgboost/c_api.h>

#define XGBOOST_FUNCTIONS(FUNCTION)                                                                                    \
    FUNCTION(XGBGetLastError)                                                                                          \
    FUNCTION(XGDMatrixCreateFromMat_omp)                                                                               \
    FUNCTION(XGDMatrixSetFloatInfo)                                                                                    \
    FUNCTION(XGDMatrixFree)                                                                                            \
    FUNCTION(XGBoosterCreate)                                                                                          \
    FUNCTION(XGBoosterSetParam)                                                                                        \
    FUNCTION(XGBoosterUpdateOneIter)                                                                                   \
    FUNCTION(XGBoosterEvalOneIter)                                                                                     \
    FUNCTION(XGBoosterSaveModelToBuffer)                                                                               \
    FUNCTION(XGBoosterFree)

struct xgboost_library {
#define XGBOOST_MEMBER(name) __typeof__(name) *name;
    XGBOOST_FUNCTIONS(XGBOOST_MEMBER)
#undef XGBOOST_MEMBER
    const char *why; /* it cannot be used: the loader's words; NULL: it can */
};

const struct xgboost_library *xgboost_library(void); /* stays until the process ends */

#endif
