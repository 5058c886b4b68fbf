/* Data quality, as Model Monitor measures it: statistics of a dataset, constraints suggested by them, and what a later dataset violates.
 * The files are those of the developer guide ("Schema for Statistics", "… Constraints", "… Violations"). Any thread. */
#ifndef SAGEMAKER_DATA_QUALITY_H
#define SAGEMAKER_DATA_QUALITY_H

#include "services/sagemaker/analysis/profile.h"

struct data_profile {
    struct profile *columns;
    size_t count, rows;
};

struct data_profile data_quality_measure(struct arena *arena, const struct dataset *dataset);
cJSON *data_quality_statistics(struct arena *arena, const struct data_profile *profile);
cJSON *data_quality_constraints(struct arena *arena, const struct data_profile *profile);
/* The array of violations; the baseline's statistics are wanted for drift alone. */
cJSON *data_quality_violations(struct arena *arena, const struct data_profile *profile, const cJSON *constraints,
                               const cJSON *statistics_or_null);

/* How far each column is from its baseline, the farthest first: [{"feature", "distance", "threshold", "buckets": [{"from", "to", "before",
 * "now"}] or, of text, [{"value", "before", "now"}]: shares of the rows}], as many as a picture shows. */
cJSON *data_quality_drifts(struct arena *arena, const struct data_profile *profile, const cJSON *constraints,
                           const cJSON *statistics);

#endif
