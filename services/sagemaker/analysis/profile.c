#include "services/sagemaker/analysis/profile.h"

#include <math.h>
#include <stdlib.h>

#define BUCKETS 10 /* of statistics.json */

static const char *const type_names[] = { "Unknown", "Integral", "Fractional", "String" };

const char *profile_type_name(enum column_type type)
{
    return type_names[type];
}

enum column_type profile_type_of(struct str name)
{
    for (int type = COLUMN_INTEGRAL; type <= COLUMN_STRING; type++) {
        if (str_is(name, type_names[type]))
            return (enum column_type)type;
    }
    return COLUMN_UNKNOWN;
}

/* ---- measuring ---- */

static bool is_integral(struct str cell)
{
    size_t start = cell.at[0] == '-' || cell.at[0] == '+';
    for (size_t i = start; i < cell.length; i++) {
        if (cell.at[i] < '0' || cell.at[i] > '9')
            return false;
    }
    return cell.length > start;
}

static bool is_missing(struct str cell, double *ret_value, bool *ret_number)
{
    *ret_number = dataset_number(cell, ret_value);
    return !cell.length || (*ret_number && isnan(*ret_value));
}

static void count_types(const struct dataset *dataset, size_t column, struct profile *profile)
{
    for (size_t row = 0; row < dataset->rows; row++) {
        double value;
        bool number;
        struct str cell = dataset_cell(dataset, row, column);
        if (is_missing(cell, &value, &number)) {
            profile->missing++;
            continue;
        }
        profile->present++;
        if (!number)
            profile->text++;
        else if (is_integral(cell))
            profile->integral++;
        else
            profile->fractional++;
    }
    profile->type = !profile->present     ? COLUMN_UNKNOWN
                    : profile->text       ? COLUMN_STRING
                    : profile->fractional ? COLUMN_FRACTIONAL
                                          : COLUMN_INTEGRAL;
}

static int by_value(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

static void measure_numbers(struct arena *arena, const struct dataset *dataset, size_t column, struct profile *profile)
{
    double squares = 0;
    profile->values = ARENA_ARRAY(arena, double, profile->present + 1);
    for (size_t row = 0; row < dataset->rows; row++) {
        double value;
        bool number;
        if (is_missing(dataset_cell(dataset, row, column), &value, &number) || !number)
            continue;
        profile->values[profile->value_count++] = value;
        profile->sum += value;
    }
    qsort(profile->values, profile->value_count, sizeof *profile->values, by_value);
    profile->least = profile->values[0];
    profile->most = profile->values[profile->value_count - 1];
    profile->mean = profile->sum / (double)profile->value_count;
    for (size_t i = 0; i < profile->value_count; i++)
        squares += (profile->values[i] - profile->mean) * (profile->values[i] - profile->mean);
    profile->deviation = sqrt(squares / (double)profile->value_count); /* Deequ's is the population's */
}

static int by_text(const void *a, const void *b)
{
    const struct category *one = a, *other = b;
    return str_compare(one->value, other->value);
}

static void measure_text(struct arena *arena, const struct dataset *dataset, size_t column, struct profile *profile)
{
    struct category *all = ARENA_ARRAY(arena, struct category, profile->present + 1);
    size_t count = 0, distinct = 0;
    for (size_t row = 0; row < dataset->rows; row++) {
        double value;
        bool number;
        struct str cell = dataset_cell(dataset, row, column);
        if (!is_missing(cell, &value, &number))
            all[count++] = (struct category){ cell, 1 };
    }
    qsort(all, count, sizeof *all, by_text);
    for (size_t i = 0; i < count; i++) {
        if (distinct && str_equal(all[distinct - 1].value, all[i].value))
            all[distinct - 1].count++;
        else
            all[distinct++] = all[i];
    }
    profile->categories = all;
    profile->category_count = distinct;
}

void profile_measure(struct arena *arena, const struct dataset *dataset, size_t column, struct profile *ret_profile)
{
    *ret_profile = (struct profile){ .name = dataset->names[column] };
    count_types(dataset, column, ret_profile);
    if (ret_profile->type == COLUMN_STRING)
        measure_text(arena, dataset, column, ret_profile);
    else if (ret_profile->present)
        measure_numbers(arena, dataset, column, ret_profile);
}

/* ---- distances ---- */

static double weight_of(const struct profile *profile, size_t index)
{
    return profile->weights ? profile->weights[index] : 1;
}

static double total_of(const struct profile *profile)
{
    double total = 0;
    for (size_t i = 0; i < profile->value_count; i++)
        total += weight_of(profile, i);
    for (size_t i = 0; i < profile->category_count; i++)
        total += profile->categories[i].count;
    return total;
}

/* Over all of one value at once: a value that stands many times is one step of the distribution. */
static double step_past(const struct profile *profile, size_t *at, double value)
{
    double weight = 0;
    while (*at < profile->value_count && profile->values[*at] <= value)
        weight += weight_of(profile, (*at)++);
    return weight;
}

static double number_distance(const struct profile *one, const struct profile *other, double n, double m)
{
    size_t i = 0, k = 0;
    double below_one = 0, below_other = 0, apart = 0;
    while (i < one->value_count || k < other->value_count) {
        double value = i >= one->value_count     ? other->values[k]
                       : k >= other->value_count ? one->values[i]
                                                 : fmin(one->values[i], other->values[k]);
        below_one += step_past(one, &i, value);
        below_other += step_past(other, &k, value);
        apart = fmax(apart, fabs(below_one / n - below_other / m));
    }
    return apart;
}

static double text_distance(const struct profile *one, const struct profile *other, double n, double m)
{
    size_t i = 0, k = 0;
    double apart = 0;
    while (i < one->category_count || k < other->category_count) {
        int order = i >= one->category_count     ? 1
                    : k >= other->category_count ? -1
                                                 : str_compare(one->categories[i].value, other->categories[k].value);
        double share_one = order <= 0 ? one->categories[i++].count / n : 0;
        double share_other = order >= 0 ? other->categories[k++].count / m : 0;
        apart = fmax(apart, fabs(share_one - share_other));
    }
    return apart;
}

double profile_distance(const struct profile *one, const struct profile *other, bool robust)
{
    double n = total_of(one), m = total_of(other);
    bool text = one->type == COLUMN_STRING;
    if (n <= 0 || m <= 0)
        return n == m ? 0 : 1;
    if (text != (other->type == COLUMN_STRING))
        return 1;
    double apart = text ? text_distance(one, other, n, m) : number_distance(one, other, n, m);
    return robust ? fmax(0, apart - 1.8 * sqrt((n + m) / (n * m))) : apart;
}

/* ---- statistics.json ---- */

static cJSON *number(double value)
{
    return isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull();
}

static void set_common(cJSON *statistics, const struct profile *profile)
{
    cJSON *common = cJSON_CreateObject();
    json_set_int64(common, "num_present", (int64_t)profile->present);
    json_set_int64(common, "num_missing", (int64_t)profile->missing);
    json_set(statistics, "common", common);
}

static cJSON *buckets_of(const struct profile *profile)
{
    cJSON *buckets = cJSON_CreateArray();
    double width = (profile->most - profile->least) / BUCKETS;
    size_t at = 0;
    for (int i = 0; i < BUCKETS; i++) {
        cJSON *bucket = cJSON_CreateObject();
        bool last = i == BUCKETS - 1;
        double lower = profile->least + i * width, upper = last ? profile->most : lower + width, count = 0;
        while (at < profile->value_count && (last || profile->values[at] < upper))
            count += weight_of(profile, at++);
        json_set(bucket, "lower_bound", number(lower));
        json_set(bucket, "upper_bound", number(upper));
        json_set_number(bucket, "count", count);
        json_add(buckets, bucket);
    }
    return buckets;
}

/* A KLL sketch's compactors: an entry of level i stands for 2^i values. Since all values are at hand, in order, the upper level holds
 * the middle of every 2^h of them, and each bit of what is left over one entry of a level below. */
static cJSON *sketch_of(const struct profile *profile)
{
    cJSON *levels = cJSON_CreateArray();
    int height = 0;
    while (profile->value_count >> height > SKETCH_K)
        height++;
    size_t stride = (size_t)1 << height, whole = profile->value_count / stride * stride, at = whole;
    for (int level = 0; level < height; level++) {
        cJSON *entries = cJSON_CreateArray();
        size_t share = (size_t)1 << level;
        if ((profile->value_count - whole) & share) {
            json_add(entries, number(profile->values[at + share / 2]));
            at += share;
        }
        json_add(levels, entries);
    }
    cJSON *top = cJSON_CreateArray();
    for (size_t i = 0; i < whole; i += stride)
        json_add(top, number(profile->values[i + stride / 2]));
    json_add(levels, top);
    return levels;
}

static cJSON *numbers_to_json(const struct profile *profile)
{
    cJSON *statistics = cJSON_CreateObject(), *distribution = cJSON_CreateObject(), *kll = cJSON_CreateObject();
    cJSON *sketch = cJSON_CreateObject(), *parameters = cJSON_CreateObject();
    set_common(statistics, profile);
    json_set(statistics, "mean", number(profile->mean));
    json_set(statistics, "sum", number(profile->sum));
    json_set(statistics, "std_dev", number(profile->deviation));
    json_set(statistics, "min", number(profile->least));
    json_set(statistics, "max", number(profile->most));
    json_set_number(parameters, "c", 0.64);
    json_set_number(parameters, "k", SKETCH_K);
    json_set(sketch, "parameters", parameters);
    json_set(sketch, "data", sketch_of(profile));
    json_set(kll, "buckets", buckets_of(profile));
    json_set(kll, "sketch", sketch);
    json_set(distribution, "kll", kll);
    json_set(statistics, "distribution", distribution);
    return statistics;
}

static int by_count(const void *a, const void *b)
{
    const struct category *one = a, *other = b;
    return one->count != other->count ? (one->count < other->count) - (one->count > other->count)
                                      : str_compare(one->value, other->value);
}

static cJSON *text_to_json(struct arena *arena, const struct profile *profile)
{
    cJSON *statistics = cJSON_CreateObject(), *distribution = cJSON_CreateObject(), *categorical = cJSON_CreateObject();
    cJSON *buckets = cJSON_CreateArray();
    struct category *order = ARENA_ARRAY(arena, struct category, profile->category_count + 1);
    memcpy(order, profile->categories, profile->category_count * sizeof *order);
    qsort(order, profile->category_count, sizeof *order, by_count);
    set_common(statistics, profile);
    json_set_int64(statistics, "distinct_count", (int64_t)profile->category_count);
    for (size_t i = 0; i < profile->category_count && i < CATEGORIES_MOST; i++) {
        cJSON *bucket = cJSON_CreateObject();
        json_set_str(bucket, "value", order[i].value);
        json_set_number(bucket, "count", order[i].count);
        json_add(buckets, bucket);
    }
    json_set(categorical, "buckets", buckets);
    json_set(distribution, "categorical", categorical);
    json_set(statistics, "distribution", distribution);
    return statistics;
}

cJSON *profile_to_json(struct arena *arena, const struct profile *profile)
{
    cJSON *feature = cJSON_CreateObject();
    json_set_str(feature, "name", profile->name);
    json_set_string(feature, "inferred_type", profile_type_name(profile->type));
    if (profile->type == COLUMN_STRING)
        json_set(feature, "string_statistics", text_to_json(arena, profile));
    else if (profile->value_count)
        json_set(feature, "numerical_statistics", numbers_to_json(profile));
    return feature;
}

/* ---- and back ---- */

struct weighed {
    double value, weight;
};

static int by_weighed_value(const void *a, const void *b)
{
    const struct weighed *one = a, *other = b;
    return by_value(&one->value, &other->value);
}

static void read_sketch(struct arena *arena, const cJSON *levels, struct profile *profile)
{
    const cJSON *level, *entry;
    size_t count = 0, at = 0;
    double weight = 1;
    cJSON_ArrayForEach(level, levels)
    {
        count += (size_t)cJSON_GetArraySize(level);
    }
    struct weighed *all = ARENA_ARRAY(arena, struct weighed, count + 1);
    cJSON_ArrayForEach(level, levels)
    {
        cJSON_ArrayForEach(entry, level)
        {
            if (cJSON_IsNumber(entry))
                all[at++] = (struct weighed){ json_to_double(entry), weight };
        }
        weight *= 2;
    }
    qsort(all, at, sizeof *all, by_weighed_value);
    profile->values = ARENA_ARRAY(arena, double, at + 1);
    profile->weights = ARENA_ARRAY(arena, double, at + 1);
    for (size_t i = 0; i < at; i++) {
        profile->values[i] = all[i].value;
        profile->weights[i] = all[i].weight;
    }
    profile->value_count = at;
}

static void read_categories(struct arena *arena, const cJSON *buckets, struct profile *profile)
{
    const cJSON *bucket;
    profile->categories = ARENA_ARRAY(arena, struct category, (size_t)cJSON_GetArraySize(buckets) + 1);
    cJSON_ArrayForEach(bucket, buckets)
    {
        struct str value = json_str(bucket, "value");
        if (value.at)
            profile->categories[profile->category_count++] = (struct category){ value,
                                                                                json_number(bucket, "count", 0) };
    }
    qsort(profile->categories, profile->category_count, sizeof *profile->categories, by_text);
}

static size_t count_in(const cJSON *common, const char *name)
{
    int64_t count = json_int64(common, name, 0);
    return count > 0 ? (size_t)count : 0;
}

bool profile_from_json(struct arena *arena, const cJSON *feature, struct profile *ret_profile)
{
    const cJSON *numbers = json_get(feature, "numerical_statistics"), *text = json_get(feature, "string_statistics");
    const cJSON *common = json_get(numbers ? numbers : text, "common");
    *ret_profile = (struct profile){ .name = json_str(feature, "name"),
                                     .type = profile_type_of(json_str(feature, "inferred_type")) };
    if (!ret_profile->name.at)
        return false;
    ret_profile->present = count_in(common, "num_present");
    ret_profile->missing = count_in(common, "num_missing");
    if (numbers)
        read_sketch(arena, json_get(json_get(json_get(json_get(numbers, "distribution"), "kll"), "sketch"), "data"),
                    ret_profile);
    if (text)
        read_categories(arena, json_get(json_get(json_get(text, "distribution"), "categorical"), "buckets"),
                        ret_profile);
    return true;
}
