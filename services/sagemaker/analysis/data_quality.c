#include "services/sagemaker/analysis/data_quality.h"

#include <math.h>
#include <stdio.h>

#define DOMAIN_MOST 32 /* values that a suggested domain names: "for small cardinality" */

struct data_profile data_quality_measure(struct arena *arena, const struct dataset *dataset)
{
    struct data_profile profile = { ARENA_ARRAY(arena, struct profile, dataset->columns + 1), dataset->columns,
                                    dataset->rows };
    for (size_t i = 0; i < dataset->columns; i++)
        profile_measure(arena, dataset, i, &profile.columns[i]);
    return profile;
}

cJSON *data_quality_statistics(struct arena *arena, const struct data_profile *profile)
{
    cJSON *statistics = cJSON_CreateObject(), *dataset = cJSON_CreateObject(), *features = cJSON_CreateArray();
    json_set_number(statistics, "version", 0);
    json_set_int64(dataset, "item_count", (int64_t)profile->rows);
    json_set(statistics, "dataset", dataset);
    for (size_t i = 0; i < profile->count; i++)
        json_add(features, profile_to_json(arena, &profile->columns[i]));
    json_set(statistics, "features", features);
    return statistics;
}

/* ---- constraints ---- */

static double completeness_of(const struct profile *column)
{
    size_t all = column->present + column->missing;
    return all ? (double)column->present / (double)all : 1;
}

static cJSON *suggest(const struct profile *column)
{
    cJSON *feature = cJSON_CreateObject(), *inner = cJSON_CreateObject();
    json_set_str(feature, "name", column->name);
    json_set_string(feature, "inferred_type", profile_type_name(column->type));
    json_set_number(feature, "completeness", completeness_of(column));
    if (column->type == COLUMN_STRING && column->category_count <= DOMAIN_MOST) {
        cJSON *domains = cJSON_CreateArray();
        for (size_t i = 0; i < column->category_count; i++)
            json_add(domains, json_new_string(column->categories[i].value));
        json_set(inner, "domains", domains);
        json_set(feature, "string_constraints", inner);
    } else if (column->value_count) {
        json_set_bool(inner, "is_non_negative", column->least >= 0);
        json_set(feature, "num_constraints", inner);
    } else {
        cJSON_Delete(inner);
    }
    return feature;
}

/* With the thresholds that baselines of Model Monitor suggest: all must match. */
static cJSON *monitoring_config(void)
{
    cJSON *config = cJSON_CreateObject(), *distribution = cJSON_CreateObject();
    json_set_string(config, "evaluate_constraints", "Enabled");
    json_set_string(config, "emit_metrics", "Enabled");
    json_set_number(config, "datatype_check_threshold", 1);
    json_set_number(config, "domain_content_threshold", 1);
    json_set_string(distribution, "perform_comparison", "Enabled");
    json_set_number(distribution, "comparison_threshold", 0.1);
    json_set_string(distribution, "comparison_method", "Robust");
    json_set_number(distribution, "categorical_comparison_threshold", 0.1);
    json_set_string(distribution, "categorical_drift_method", "LInfinity");
    json_set(config, "distribution_constraints", distribution);
    return config;
}

cJSON *data_quality_constraints(struct arena *arena, const struct data_profile *profile)
{
    cJSON *constraints = cJSON_CreateObject(), *features = cJSON_CreateArray();
    json_set_number(constraints, "version", 0);
    for (size_t i = 0; i < profile->count; i++)
        json_add(features, suggest(&profile->columns[i]));
    json_set(constraints, "features", features);
    json_set(constraints, "monitoring_config", monitoring_config());
    return constraints;
}

/* ---- violations ---- */

struct checking {
    struct arena *arena;
    const struct data_profile *profile;
    const cJSON *constraints, *statistics;
    cJSON *violations;
};

static void add(struct checking *checking, struct str feature, const char *check, const char *description)
{
    cJSON *violation = cJSON_CreateObject();
    json_set_str(violation, "feature_name", feature);
    json_set_string(violation, "constraint_check_type", check);
    json_set_string(violation, "description", description);
    json_add(checking->violations, violation);
}

/* A feature's own monitoringConfigOverrides go before the config of all. */
static const cJSON *config_of(const struct checking *checking, const cJSON *feature, const char *within,
                              const char *name)
{
    const cJSON *own = json_get(feature, "monitoringConfigOverrides");
    const cJSON *common = json_get(checking->constraints, "monitoring_config");
    const cJSON *found = json_get(within ? json_get(own, within) : own, name);
    return found ? found : json_get(within ? json_get(common, within) : common, name);
}

static double threshold_of(const struct checking *checking, const cJSON *feature, const char *within, const char *name)
{
    const cJSON *threshold = config_of(checking, feature, within, name);
    return cJSON_IsNumber(threshold) ? json_to_double(threshold) : 0.1; /* the guide's default */
}

static bool is_enabled(const cJSON *node)
{
    return !node || !str_is(json_value(node), "Disabled");
}

/* As Python prints a float: 100.0, 99.71751412429379. */
static const char *percent(struct arena *arena, double share)
{
    char text[40];
    snprintf(text, sizeof text, "%.15g", share * 100);
    return arena_printf(arena, "%s%s", text, strchr(text, '.') || strchr(text, 'e') ? "" : ".0");
}

/* The sentence is AWS's, as many public notebooks show it. Whole numbers are fit for a fractional column. */
static void check_type(struct checking *checking, const cJSON *feature, const struct profile *column)
{
    enum column_type expected = profile_type_of(json_str(feature, "inferred_type"));
    double match = threshold_of(checking, feature, NULL, "datatype_check_threshold");
    if (expected == COLUMN_UNKNOWN || !column->present)
        return;
    size_t fitting = expected == COLUMN_STRING     ? column->present
                     : expected == COLUMN_INTEGRAL ? column->integral
                                                   : column->integral + column->fractional;
    double share = (double)fitting / (double)column->present;
    if (share >= match)
        return;
    const char *name = profile_type_name(expected);
    add(checking, column->name, "data_type_check",
        arena_printf(checking->arena,
                     "Data type match requirement is not met. Expected data type: %s, Expected match: %s%%. "
                     "Observed: Only %s%% of data is %s.",
                     name, percent(checking->arena, match), percent(checking->arena, share), name));
}

/* The sentences from here on are ours, in that one's shape. */
static void check_completeness(struct checking *checking, const cJSON *feature, const struct profile *column)
{
    double expected = json_number(feature, "completeness", 0), observed = completeness_of(column);
    if (observed + 1e-9 < expected)
        add(checking, column->name, "completeness_check",
            arena_printf(checking->arena,
                         "Data completeness requirement is not met. Expected: %s%%. Observed: Only %s%% of data is "
                         "present.",
                         percent(checking->arena, expected), percent(checking->arena, observed)));
}

static bool is_in_domain(const cJSON *domains, struct str value)
{
    const cJSON *known;
    cJSON_ArrayForEach(known, domains)
    {
        if (str_equal(json_value(known), value))
            return true;
    }
    return false;
}

static void check_domain(struct checking *checking, const cJSON *feature, const struct profile *column)
{
    const cJSON *domains = json_get(json_get(feature, "string_constraints"), "domains");
    double match = threshold_of(checking, feature, NULL, "domain_content_threshold"), known = 0;
    if (!domains || column->type != COLUMN_STRING || !column->present)
        return;
    for (size_t i = 0; i < column->category_count; i++)
        known += is_in_domain(domains, column->categories[i].value) ? column->categories[i].count : 0;
    double share = known / (double)column->present;
    if (share < match)
        add(checking, column->name, "categorical_values_check",
            arena_printf(checking->arena,
                         "Categorical values requirement is not met. Expected match: %s%%. Observed: Only %s%% of "
                         "values are among those of the baseline.",
                         percent(checking->arena, match), percent(checking->arena, share)));
}

static const cJSON *baseline_of(const struct checking *checking, struct str name)
{
    const cJSON *feature;
    cJSON_ArrayForEach(feature, json_get(checking->statistics, "features"))
    {
        if (str_equal(json_str(feature, "name"), name))
            return feature;
    }
    return NULL;
}

struct drift {
    struct profile baseline;
    const cJSON *kept; /* its entry of the baseline's statistics */
    double apart, threshold;
};

/* False: there is nothing to compare with, or nobody wants it. */
static bool measure_drift(struct checking *checking, const cJSON *feature, const struct profile *column,
                          struct drift *ret_drift)
{
    static const char within[] = "distribution_constraints";
    const cJSON *method = config_of(checking, feature, within, "comparison_method");
    bool text = column->type == COLUMN_STRING;
    ret_drift->threshold = threshold_of(checking, feature, within,
                                        text ? "categorical_comparison_threshold" : "comparison_threshold");
    if (!checking->statistics || !column->present ||
        !is_enabled(config_of(checking, feature, within, "perform_comparison")) ||
        !(ret_drift->kept = baseline_of(checking, column->name)) ||
        !profile_from_json(checking->arena, ret_drift->kept, &ret_drift->baseline) ||
        (ret_drift->baseline.type == COLUMN_STRING) != text)
        return false;
    ret_drift->apart = profile_distance(&ret_drift->baseline, column, !method || str_is(json_value(method), "Robust"));
    return true;
}

static void check_drift(struct checking *checking, const cJSON *feature, const struct profile *column)
{
    struct drift drift;
    if (measure_drift(checking, feature, column, &drift) && drift.apart > drift.threshold)
        add(checking, column->name, "baseline_drift_check",
            arena_printf(checking->arena, "Baseline drift distance: %s exceeds threshold: %s",
                         dataset_print(checking->arena, drift.apart), dataset_print(checking->arena, drift.threshold)));
}

static const struct profile *column_of(const struct checking *checking, struct str name)
{
    for (size_t i = 0; i < checking->profile->count; i++) {
        if (str_equal(checking->profile->columns[i].name, name))
            return &checking->profile->columns[i];
    }
    return NULL;
}

static void check_sign(struct checking *checking, const cJSON *feature, const struct profile *column)
{
    bool non_negative = json_bool(json_get(feature, "num_constraints"), "is_non_negative", false);
    if (non_negative && column->value_count && column->least < 0)
        add(checking, column->name, "data_type_check",
            "Numeric constraint is not met: values are expected to be non-negative.");
}

static void check_columns(struct checking *checking, const cJSON *features)
{
    size_t expected = (size_t)cJSON_GetArraySize(features), found = checking->profile->count;
    if (found == expected)
        return;
    bool missing = found < expected;
    add(checking, missing ? STR("Missing columns") : STR("Extra columns"),
        missing ? "missing_column_check" : "extra_column_check",
        arena_printf(checking->arena,
                     "There are %s columns in current dataset. Number of columns in current dataset: %zu, Number of "
                     "columns in baseline constraints: %zu",
                     missing ? "missing" : "extra", found, expected));
}

cJSON *data_quality_violations(struct arena *arena, const struct data_profile *profile, const cJSON *constraints,
                               const cJSON *statistics_or_null)
{
    struct checking checking = { arena, profile, constraints, statistics_or_null, cJSON_CreateArray() };
    const cJSON *features = json_get(constraints, "features"), *feature;
    if (!is_enabled(json_get(json_get(constraints, "monitoring_config"), "evaluate_constraints")))
        return checking.violations;
    check_columns(&checking, features);
    cJSON_ArrayForEach(feature, features)
    {
        const struct profile *column = column_of(&checking, json_str(feature, "name"));
        if (!column)
            continue;
        check_type(&checking, feature, column);
        check_completeness(&checking, feature, column);
        check_sign(&checking, feature, column);
        check_domain(&checking, feature, column);
        check_drift(&checking, feature, column);
    }
    return checking.violations;
}

/* ---- for a picture ---- */

#define DRIFTS_SHOWN 24
#define VALUES_SHOWN 8

static double share_below(const struct profile *column, double upper, bool last)
{
    size_t below = 0;
    while (below < column->value_count && (last || column->values[below] < upper))
        below++;
    return column->value_count ? (double)below / (double)column->value_count : 0;
}

/* The baseline's buckets, the outer two open: what is beyond them now is counted there. */
static cJSON *numeric_buckets(const struct drift *drift, const struct profile *column)
{
    cJSON *told = cJSON_CreateArray();
    const cJSON *buckets = json_get(
        json_get(json_get(json_get(drift->kept, "numerical_statistics"), "distribution"), "kll"), "buckets");
    const cJSON *bucket;
    double all = (double)drift->baseline.present, passed = 0;
    cJSON_ArrayForEach(bucket, buckets)
    {
        cJSON *one = cJSON_CreateObject();
        double below = share_below(column, json_number(bucket, "upper_bound", 0), !bucket->next);
        json_set_number(one, "from", json_number(bucket, "lower_bound", 0));
        json_set_number(one, "to", json_number(bucket, "upper_bound", 0));
        json_set_number(one, "before", all > 0 ? json_number(bucket, "count", 0) / all : 0);
        json_set_number(one, "now", below - passed);
        json_add(told, one);
        passed = below;
    }
    return told;
}

static double count_of(const struct profile *column, struct str value)
{
    for (size_t i = 0; i < column->category_count; i++) {
        if (str_equal(column->categories[i].value, value))
            return column->categories[i].count;
    }
    return 0;
}

static cJSON *text_buckets(const struct drift *drift, const struct profile *column)
{
    cJSON *told = cJSON_CreateArray();
    const cJSON *bucket;
    cJSON_ArrayForEach(
        bucket, json_get(json_get(json_get(json_get(drift->kept, "string_statistics"), "distribution"), "categorical"),
                         "buckets"))
    {
        cJSON *one = cJSON_CreateObject();
        struct str value = json_str(bucket, "value");
        if (cJSON_GetArraySize(told) == VALUES_SHOWN) {
            cJSON_Delete(one);
            break;
        }
        json_set_str(one, "value", value);
        json_set_number(one, "before", json_number(bucket, "count", 0) / fmax(1, (double)drift->baseline.present));
        json_set_number(one, "now", count_of(column, value) / fmax(1, (double)column->present));
        json_add(told, one);
    }
    return told;
}

static void insert(cJSON *list, cJSON *entry_taken)
{
    int at = 0;
    const cJSON *other;
    cJSON_ArrayForEach(other, list)
    {
        if (json_number(other, "distance", 0) < json_number(entry_taken, "distance", 0))
            break;
        at++;
    }
    cJSON_InsertItemInArray(list, at, entry_taken);
    if (cJSON_GetArraySize(list) > DRIFTS_SHOWN)
        cJSON_DeleteItemFromArray(list, DRIFTS_SHOWN);
}

cJSON *data_quality_drifts(struct arena *arena, const struct data_profile *profile, const cJSON *constraints,
                           const cJSON *statistics)
{
    struct checking checking = { arena, profile, constraints, statistics, NULL };
    cJSON *list = cJSON_CreateArray();
    const cJSON *feature;
    cJSON_ArrayForEach(feature, json_get(constraints, "features"))
    {
        struct drift drift;
        const struct profile *column = column_of(&checking, json_str(feature, "name"));
        if (!column || !measure_drift(&checking, feature, column, &drift))
            continue;
        cJSON *entry = cJSON_CreateObject();
        json_set_str(entry, "feature", column->name);
        json_set_number(entry, "distance", drift.apart);
        json_set_number(entry, "threshold", drift.threshold);
        json_set(entry, "buckets",
                 column->type == COLUMN_STRING ? text_buckets(&drift, column) : numeric_buckets(&drift, column));
        insert(list, entry);
    }
    return list;
}
