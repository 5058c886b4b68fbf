/* Kernel SHAP (Lundberg and Lee, 2017): how much each feature adds to what a model says of a row, against what it says of a baseline.
 * All subsets of features where there are few, else a sample of them, weighted by Shapley's kernel; exact sums by construction. Any thread. */
#ifndef SAGEMAKER_SHAP_H
#define SAGEMAKER_SHAP_H

#include "base/buf.h"
#include "services/sagemaker/analysis/dataset.h"

#define SHAP_MOST_PREDICTIONS 200000 /* of one explanation: fewer rows are explained where more would be asked */
#define SHAP_MOST_FEATURES    256

struct shap {
    size_t features;
    const struct str *baseline; /* a row's cells */
    size_t samples;             /* of subsets; 0: 2·features + 2048 */
    uint64_t seed;
    /* One number for each line of the CSV. False: the model refuses. */
    bool (*predict)(void *data, struct str csv, double *ret_values, size_t rows);
    bool (*is_wanted)(void *data); /* does anybody still wait? */
    void *data;
};

/* How many rows can be explained within the ceiling. */
size_t shap_rows(const struct shap *shap, size_t rows);
bool shap_expected(const struct shap *shap, double *ret_value); /* what is said of the baseline */
/* A row's cells; `features` values. False: refused, or nobody waits. */
bool shap_explain(const struct shap *shap, const struct str *row, double expected, double *ret_values);
/* A row as a line of CSV. */
void shap_print(struct buf *csv, const struct str *cells, size_t count);

#endif
