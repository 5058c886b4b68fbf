/* Model quality, as Model Monitor measures it: predictions against what was true ("Model quality metrics and Amazon CloudWatch
 * monitoring" of the developer guide), constraints suggested by it, and what later predictions violate. Any thread. */
#ifndef SAGEMAKER_MODEL_QUALITY_H
#define SAGEMAKER_MODEL_QUALITY_H

#include "base/json.h"
#include "services/sagemaker/analysis/dataset.h"

enum problem { PROBLEM_REGRESSION, PROBLEM_BINARY, PROBLEM_MULTICLASS };

struct judged {
    enum problem problem;
    size_t rows;
    double *truth, *predicted;                /* numbers; of classes NULL */
    struct str *true_class, *predicted_class; /* of regression NULL */
    double *score;                            /* of binary: of the positive class; or NULL */
};

struct judging_columns {
    enum problem problem;
    size_t truth, inference, probability; /* SIZE_MAX: none; one of the last two at least */
    double threshold;                     /* of the probability, where no label was predicted */
};

bool model_quality_problem(struct str name, enum problem *ret_problem); /* "BinaryClassification" */
/* False: dataset->why. */
bool model_quality_judge(struct arena *arena, struct dataset *dataset, const struct judging_columns *columns,
                         struct judged *ret_judged);

cJSON *model_quality_statistics(struct arena *arena, const struct judged *judged);
cJSON *model_quality_constraints(const cJSON *statistics);
cJSON *model_quality_violations(struct arena *arena, const cJSON *statistics, const cJSON *constraints);

#endif
