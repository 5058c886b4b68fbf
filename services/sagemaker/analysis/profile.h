/* What a column's values are like: how many, of which type, how they are distributed; and how far two distributions are apart. Model
 * Monitor measures by Deequ: its words, its types, its distances. Any thread. */
#ifndef SAGEMAKER_PROFILE_H
#define SAGEMAKER_PROFILE_H

#include "base/json.h"
#include "services/sagemaker/analysis/dataset.h"

#define CATEGORIES_MOST 100 /* that statistics tell of one column, the most frequent */
#define SKETCH_K        2048

enum column_type { COLUMN_UNKNOWN, COLUMN_INTEGRAL, COLUMN_FRACTIONAL, COLUMN_STRING };

struct category {
    struct str value;
    double count;
};

struct profile {
    struct str name;
    enum column_type type;
    size_t present, missing;
    size_t integral, fractional, text; /* of those present */
    /* Of numbers: in order, with their weights where they come from a sketch (NULL: one each). */
    double *values, *weights;
    size_t value_count;
    double sum, mean, deviation, least, most;
    /* Of text: in order of the values. */
    struct category *categories;
    size_t category_count;
};

const char *profile_type_name(enum column_type type);
enum column_type profile_type_of(struct str name); /* "Integral" */

/* Of a dataset's column; what it holds stands in the arena. */
void profile_measure(struct arena *arena, const struct dataset *dataset, size_t column, struct profile *ret_profile);

/* statistics.json's entry of it, and back ("Schema for Statistics" of the developer guide). False: it is none. */
cJSON *profile_to_json(struct arena *arena, const struct profile *profile);
bool profile_from_json(struct arena *arena, const cJSON *feature, struct profile *ret_profile);

/* L-infinity between their distributions, 0 … 1. The robust one takes off what chance explains: 1.8·√((n+m)/(n·m)). Columns of
 * different kinds are 1 apart. */
double profile_distance(const struct profile *one, const struct profile *other, bool robust);

#endif
