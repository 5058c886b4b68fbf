/* Bias, as Clarify measures it: how a facet of the data fares beside the rest, before training (labels) and after (predictions). The
 * formulas are those of "Pre-training Bias Metrics" and "Post-training Data and Model Bias Metrics" of the developer guide; d is the
 * disadvantaged facet that the configuration names, a the rest. Any thread. */
#ifndef SAGEMAKER_BIAS_H
#define SAGEMAKER_BIAS_H

#include "base/json.h"
#include "services/sagemaker/analysis/dataset.h"

struct bias_data {
    size_t rows;
    const bool *facet_d, *observed, *predicted; /* positive labels; predicted NULL: before training */
    const size_t *classes;                      /* each row's label among class_count */
    size_t class_count;
    const size_t *groups; /* of the group variable; NULL: none is given */
    size_t group_count;
    const double *features; /* row by row, for FT; NULL: it is not measured */
    size_t feature_count;
};

/* [{"name", "description", "value"}], of those that `wanted` names (an array of strings, or the string "all"). A value that the data do not
 * give is null, with "error". */
cJSON *bias_before(const struct bias_data *data, const cJSON *wanted);
cJSON *bias_after(const struct bias_data *data, const cJSON *wanted);
/* What is farther from its ideal than the baseline's, of two analysis.json: "Violations for bias drift". */
cJSON *bias_violations(struct arena *arena, const cJSON *analysis, const cJSON *baseline);

#endif
