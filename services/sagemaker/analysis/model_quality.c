#include "services/sagemaker/analysis/model_quality.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CLASSES_MOST 100
#define FOLDS        5 /* that standard deviations are taken over, where there are rows enough: the guide wants 200 */
#define ROWS_ENOUGH  200
#define CURVE_POINTS 100

static const struct {
    const char *name, *metrics, *constraints;
} problems[] = {
    { "Regression", "regression_metrics", "regression_constraints" },
    { "BinaryClassification", "binary_classification_metrics", "binary_classification_constraints" },
    { "MulticlassClassification", "multiclass_classification_metrics", "multiclass_classification_constraints" },
};

bool model_quality_problem(struct str name, enum problem *ret_problem)
{
    for (int i = 0; i < 3; i++) {
        if (!str_is(name, problems[i].name))
            continue;
        *ret_problem = (enum problem)i;
        return true;
    }
    return false;
}

/* ---- reading ---- */

static bool fail(struct dataset *dataset, size_t row, const char *what, struct str cell)
{
    snprintf(dataset->why, sizeof dataset->why, "The %s of row %zu is no number: '%.*s'.", what, row + 1,
             (int)(cell.length < 40 ? cell.length : 40), cell.at);
    return false;
}

/* 1 and 1.0 are the same class. */
static struct str class_of(struct arena *arena, struct str cell)
{
    double value;
    return dataset_number(cell, &value) ? str_of(arena_printf(arena, "%.15g", value)) : cell;
}

static bool judge_number(struct dataset *dataset, size_t row, size_t column, const char *what, double *ret_value)
{
    struct str cell = dataset_cell(dataset, row, column);
    return dataset_number(cell, ret_value) || fail(dataset, row, what, cell);
}

static bool judge_row(struct arena *arena, struct dataset *dataset, const struct judging_columns *columns, size_t row,
                      struct judged *judged)
{
    bool scored = columns->probability != SIZE_MAX, labelled = columns->inference != SIZE_MAX;
    if (scored && !judge_number(dataset, row, columns->probability, "probability", &judged->score[row]))
        return false;
    if (columns->problem == PROBLEM_REGRESSION)
        return judge_number(dataset, row, columns->truth, "label", &judged->truth[row]) &&
               judge_number(dataset, row, labelled ? columns->inference : columns->probability, "inference",
                            &judged->predicted[row]);
    judged->true_class[row] = class_of(arena, dataset_cell(dataset, row, columns->truth));
    judged->predicted_class[row] = labelled ? class_of(arena, dataset_cell(dataset, row, columns->inference))
                                            : str_of(judged->score[row] > columns->threshold ? "1" : "0");
    return true;
}

bool model_quality_judge(struct arena *arena, struct dataset *dataset, const struct judging_columns *columns,
                         struct judged *ret_judged)
{
    size_t rows = dataset->rows;
    *ret_judged = (struct judged){ .problem = columns->problem,
                                   .rows = rows,
                                   .truth = ARENA_ARRAY(arena, double, rows + 1),
                                   .predicted = ARENA_ARRAY(arena, double, rows + 1),
                                   .true_class = ARENA_ARRAY(arena, struct str, rows + 1),
                                   .predicted_class = ARENA_ARRAY(arena, struct str, rows + 1),
                                   .score = columns->probability == SIZE_MAX ? NULL
                                                                             : ARENA_ARRAY(arena, double, rows + 1) };
    for (size_t row = 0; row < rows; row++) {
        if (!judge_row(arena, dataset, columns, row, ret_judged))
            return false;
    }
    return true;
}

/* ---- regression ---- */

enum { MAE, MSE, RMSE, R2, REGRESSION_METRICS };
static const char *const regression_names[] = { "mae", "mse", "rmse", "r2" };

static void measure_regression(const struct judged *judged, size_t from, size_t until, double *ret_values)
{
    double count = (double)(until - from), absolute = 0, squared = 0, mean = 0, spread = 0;
    for (size_t i = from; i < until; i++) {
        double off = judged->predicted[i] - judged->truth[i];
        absolute += fabs(off);
        squared += off * off;
        mean += judged->truth[i] / count;
    }
    for (size_t i = from; i < until; i++)
        spread += (judged->truth[i] - mean) * (judged->truth[i] - mean);
    ret_values[MAE] = absolute / count;
    ret_values[MSE] = squared / count;
    ret_values[RMSE] = sqrt(squared / count);
    ret_values[R2] = 1 - squared / spread;
}

/* ---- binary ---- */

enum {
    RECALL,
    PRECISION,
    ACCURACY,
    RECALL_BEST,
    PRECISION_BEST,
    ACCURACY_BEST,
    TPR,
    TNR,
    FPR,
    FNR,
    AUC,
    F05,
    F1,
    F2,
    F05_BEST,
    F1_BEST,
    F2_BEST,
    BINARY_METRICS
};
static const char *const binary_names[] = { "recall",
                                            "precision",
                                            "accuracy",
                                            "recall_best_constant_classifier",
                                            "precision_best_constant_classifier",
                                            "accuracy_best_constant_classifier",
                                            "true_positive_rate",
                                            "true_negative_rate",
                                            "false_positive_rate",
                                            "false_negative_rate",
                                            "auc",
                                            "f0_5",
                                            "f1",
                                            "f2",
                                            "f0_5_best_constant_classifier",
                                            "f1_best_constant_classifier",
                                            "f2_best_constant_classifier" };

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

static double f_score(double precision, double recall, double beta)
{
    double square = beta * beta, below = square * precision + recall;
    return below > 0 ? (1 + square) * precision * recall / below : isnan(below) ? NAN : 0;
}

struct scored {
    double score;
    bool positive;
};

static int by_score(const void *a, const void *b)
{
    const struct scored *one = a, *other = b;
    return (one->score < other->score) - (one->score > other->score);
}

static bool is_positive(struct str class)
{
    return str_is(class, "1") || str_equal_ignoring_case(class, STR("true")) ||
           str_equal_ignoring_case(class, STR("yes"));
}

static struct scored *sort_scores(const struct judged *judged, size_t from, size_t until)
{
    struct scored *all = memory_alloc((until - from + 1) * sizeof *all);
    for (size_t i = from; i < until; i++) {
        bool guess = is_positive(judged->predicted_class[i]);
        all[i - from] = (struct scored){ judged->score ? judged->score[i] : guess, is_positive(judged->true_class[i]) };
    }
    qsort(all, until - from, sizeof *all, by_score);
    return all;
}

/* By ranks: the chance that a positive one scores above a negative one, ties count half. */
static double area_under_curve(const struct judged *judged, size_t from, size_t until)
{
    size_t count = until - from, at = 0;
    struct scored *all = sort_scores(judged, from, until);
    double above = 0, positives = 0, negatives = 0;
    while (at < count) {
        double tied_positives = 0, tied_negatives = 0;
        for (double score = all[at].score; at < count && all[at].score == score; at++) {
            tied_positives += all[at].positive;
            tied_negatives += !all[at].positive;
        }
        above += tied_negatives * (positives + tied_positives / 2);
        positives += tied_positives;
        negatives += tied_negatives;
    }
    free(all);
    return ratio(above, positives * negatives);
}

static void measure_binary(const struct judged *judged, size_t from, size_t until, double *ret_values)
{
    double tp = 0, tn = 0, fp = 0, fn = 0, count = (double)(until - from);
    for (size_t i = from; i < until; i++) {
        bool truth = is_positive(judged->true_class[i]), guess = is_positive(judged->predicted_class[i]);
        tp += truth && guess;
        tn += !truth && !guess;
        fp += !truth && guess;
        fn += truth && !guess;
    }
    bool mostly_positive = tp + fn > tn + fp;
    double *v = ret_values;
    v[RECALL] = v[TPR] = ratio(tp, tp + fn);
    v[PRECISION] = ratio(tp, tp + fp);
    v[ACCURACY] = ratio(tp + tn, count);
    v[TNR] = ratio(tn, tn + fp);
    v[FPR] = ratio(fp, tn + fp);
    v[FNR] = ratio(fn, tp + fn);
    v[AUC] = area_under_curve(judged, from, until);
    v[F05] = f_score(v[PRECISION], v[RECALL], 0.5);
    v[F1] = f_score(v[PRECISION], v[RECALL], 1);
    v[F2] = f_score(v[PRECISION], v[RECALL], 2);
    /* A classifier that always says the more frequent class. */
    v[RECALL_BEST] = mostly_positive;
    v[PRECISION_BEST] = mostly_positive ? ratio(tp + fn, count) : 0;
    v[ACCURACY_BEST] = ratio(mostly_positive ? tp + fn : tn + fp, count);
    v[F05_BEST] = f_score(v[PRECISION_BEST], v[RECALL_BEST], 0.5);
    v[F1_BEST] = f_score(v[PRECISION_BEST], v[RECALL_BEST], 1);
    v[F2_BEST] = f_score(v[PRECISION_BEST], v[RECALL_BEST], 2);
}

/* ---- many classes ---- */

enum {
    M_ACCURACY,
    M_RECALL,
    M_PRECISION,
    M_F05,
    M_F1,
    M_F2,
    M_ACCURACY_BEST,
    M_RECALL_BEST,
    M_PRECISION_BEST,
    MULTI_METRICS
};
static const char *const multi_names[] = { "accuracy",
                                           "weighted_recall",
                                           "weighted_precision",
                                           "weighted_f0_5",
                                           "weighted_f1",
                                           "weighted_f2",
                                           "accuracy_best_constant_classifier",
                                           "weighted_recall_best_constant_classifier",
                                           "weighted_precision_best_constant_classifier" };

static size_t find_class(const struct str *classes, size_t count, struct str name)
{
    size_t i = 0;
    while (i < count && !str_equal(classes[i], name))
        i++;
    return i;
}

static size_t add_class(struct str *classes, size_t count, struct str name)
{
    if (find_class(classes, count, name) < count || count == CLASSES_MOST)
        return count;
    classes[count] = name;
    return count + 1;
}

static size_t classes_of(const struct judged *judged, size_t from, size_t until, struct str classes[CLASSES_MOST])
{
    size_t count = 0;
    for (size_t i = from; i < until; i++)
        count = add_class(classes, count, judged->true_class[i]);
    for (size_t i = from; i < until; i++)
        count = add_class(classes, count, judged->predicted_class[i]);
    return count;
}

static void measure_multi(const struct judged *judged, size_t from, size_t until, double *ret_values)
{
    struct str classes[CLASSES_MOST];
    size_t count = classes_of(judged, from, until, classes);
    double rows = (double)(until - from), most = 0, *v = ret_values;
    for (int i = 0; i < MULTI_METRICS; i++)
        v[i] = 0;
    for (size_t c = 0; c < count; c++) {
        double tp = 0, truths = 0, guesses = 0;
        for (size_t i = from; i < until; i++) {
            bool truth = str_equal(judged->true_class[i], classes[c]);
            bool guess = str_equal(judged->predicted_class[i], classes[c]);
            tp += truth && guess;
            truths += truth;
            guesses += guess;
        }
        double recall = truths ? tp / truths : 0, precision = guesses ? tp / guesses : 0, share = truths / rows;
        v[M_ACCURACY] += tp / rows;
        v[M_RECALL] += share * recall;
        v[M_PRECISION] += share * precision;
        v[M_F05] += share * f_score(precision, recall, 0.5);
        v[M_F1] += share * f_score(precision, recall, 1);
        v[M_F2] += share * f_score(precision, recall, 2);
        most = fmax(most, share);
    }
    v[M_ACCURACY_BEST] = v[M_RECALL_BEST] = most;
    v[M_PRECISION_BEST] = most * most;
}

/* ---- statistics ---- */

static const struct measure {
    void (*take)(const struct judged *judged, size_t from, size_t until, double *ret_values);
    const char *const *names;
    int count;
} measures[] = {
    { measure_regression, regression_names, REGRESSION_METRICS },
    { measure_binary, binary_names, BINARY_METRICS },
    { measure_multi, multi_names, MULTI_METRICS },
};

static cJSON *number(double value)
{
    return isfinite(value) ? cJSON_CreateNumber(value) : json_new_string(STR("NaN"));
}

/* Over as many parts of the rows, one after the other. */
static void measure_deviations(const struct measure *measure, const struct judged *judged, double *ret_deviations)
{
    double all[FOLDS][BINARY_METRICS];
    for (int i = 0; i < measure->count; i++)
        ret_deviations[i] = NAN;
    if (judged->rows < ROWS_ENOUGH)
        return;
    for (size_t fold = 0; fold < FOLDS; fold++)
        measure->take(judged, judged->rows * fold / FOLDS, judged->rows * (fold + 1) / FOLDS, all[fold]);
    for (int i = 0; i < measure->count; i++) {
        double mean = 0, squares = 0;
        for (int fold = 0; fold < FOLDS; fold++)
            mean += all[fold][i] / FOLDS;
        for (int fold = 0; fold < FOLDS; fold++)
            squares += (all[fold][i] - mean) * (all[fold][i] - mean);
        ret_deviations[i] = sqrt(squares / (FOLDS - 1));
    }
}

static void set_named(cJSON *object, struct str name, cJSON *value_taken)
{
    char text[128];
    snprintf(text, sizeof text, "%.*s", STR_ARG(str_first(name, sizeof text - 1)));
    json_set(object, text, value_taken);
}

static cJSON *confusion_matrix(const struct judged *judged)
{
    struct str classes[CLASSES_MOST];
    size_t count = classes_of(judged, 0, judged->rows, classes);
    double(*cells)[CLASSES_MOST] = memory_alloc(CLASSES_MOST * sizeof *cells);
    cJSON *matrix = cJSON_CreateObject();
    for (size_t i = 0; i < judged->rows; i++) {
        size_t truth = find_class(classes, count, judged->true_class[i]);
        size_t guess = find_class(classes, count, judged->predicted_class[i]);
        if (truth < count && guess < count)
            cells[truth][guess]++;
    }
    for (size_t truth = 0; truth < count; truth++) {
        cJSON *line = cJSON_CreateObject();
        for (size_t guess = 0; guess < count; guess++)
            set_named(line, classes[guess], json_new_int64((int64_t)cells[truth][guess]));
        set_named(matrix, classes[truth], line);
    }
    free(cells);
    return matrix;
}

/* The receiver's curve and precision against recall, at as many places of the ranking as are worth drawing. */
static void set_curves(cJSON *metrics, const struct judged *judged)
{
    struct scored *all = sort_scores(judged, 0, judged->rows);
    cJSON *roc = cJSON_CreateObject(), *pr = cJSON_CreateObject(), *lists[4];
    double positives = 0, taken = 0, good = 0;
    size_t stride = judged->rows / CURVE_POINTS + 1;
    for (int i = 0; i < 4; i++)
        lists[i] = cJSON_CreateArray();
    for (size_t i = 0; i < judged->rows; i++)
        positives += all[i].positive;
    for (size_t i = 0; i < judged->rows; i++) {
        taken++;
        good += all[i].positive;
        bool tied = i + 1 < judged->rows && all[i + 1].score == all[i].score;
        if (tied || (i % stride && i + 1 < judged->rows))
            continue;
        json_add(lists[0], number(ratio(taken - good, (double)judged->rows - positives)));
        json_add(lists[1], number(ratio(good, positives)));
        json_add(lists[2], number(ratio(good, taken)));
        json_add(lists[3], number(ratio(good, positives)));
    }
    json_set(roc, "false_positive_rates", lists[0]);
    json_set(roc, "true_positive_rates", lists[1]);
    json_set(pr, "precisions", lists[2]);
    json_set(pr, "recalls", lists[3]);
    json_set(metrics, "receiver_operating_characteristic_curve", roc);
    json_set(metrics, "precision_recall_curve", pr);
    free(all);
}

cJSON *model_quality_statistics(struct arena *arena, const struct judged *judged)
{
    const struct measure *measure = &measures[judged->problem];
    double values[BINARY_METRICS], deviations[BINARY_METRICS];
    cJSON *statistics = cJSON_CreateObject(), *dataset = cJSON_CreateObject(), *metrics = cJSON_CreateObject();
    measure->take(judged, 0, judged->rows, values);
    measure_deviations(measure, judged, deviations);
    json_set_number(statistics, "version", 0);
    json_set_int64(dataset, "item_count", (int64_t)judged->rows);
    json_set(statistics, "dataset", dataset);
    if (judged->problem != PROBLEM_REGRESSION)
        json_set(metrics, "confusion_matrix", confusion_matrix(judged));
    for (int i = 0; i < measure->count; i++) {
        cJSON *metric = cJSON_CreateObject();
        json_set(metric, "value", number(values[i]));
        json_set(metric, "standard_deviation", number(deviations[i]));
        json_set(metrics, measure->names[i], metric);
    }
    if (judged->problem == PROBLEM_BINARY)
        set_curves(metrics, judged);
    json_set(statistics, problems[judged->problem].metrics, metrics);
    return statistics;
}

/* ---- constraints ---- */

static const cJSON *metrics_of(const cJSON *statistics, enum problem *ret_problem)
{
    for (int i = 0; i < 3; i++) {
        const cJSON *metrics = json_get(statistics, problems[i].metrics);
        *ret_problem = (enum problem)i;
        if (metrics)
            return metrics;
    }
    return NULL;
}

/* Of which more is worse. What a constant classifier does says nothing of the model. */
static bool is_error(const char *name)
{
    static const char *const errors[] = { "mae", "mse", "rmse", "false_positive_rate", "false_negative_rate" };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        if (strcmp(name, errors[i]) == 0)
            return true;
    }
    return false;
}

cJSON *model_quality_constraints(const cJSON *statistics)
{
    enum problem problem;
    const cJSON *metrics = metrics_of(statistics, &problem), *metric;
    cJSON *constraints = cJSON_CreateObject(), *all = cJSON_CreateObject();
    json_set_number(constraints, "version", 0);
    cJSON_ArrayForEach(metric, metrics)
    {
        const cJSON *value = json_get(metric, "value");
        if (!cJSON_IsNumber(value) || strstr(metric->string, "_best_constant_classifier"))
            continue;
        cJSON *constraint = cJSON_CreateObject();
        json_set(constraint, "threshold", json_thaw(value));
        json_set_string(constraint, "comparison_operator",
                        is_error(metric->string) ? "GreaterThanThreshold" : "LessThanThreshold");
        json_set(all, metric->string, constraint);
    }
    json_set(constraints, problems[problem].constraints, all);
    return constraints;
}

/* ---- violations ---- */

static bool is_violated(double value, const char *operator, double threshold)
{
    if (strcmp(operator, "LessThanThreshold") == 0)
        return value < threshold;
    if (strcmp(operator, "LessThanOrEqualToThreshold") == 0)
        return value <= threshold;
    if (strcmp(operator, "GreaterThanOrEqualToThreshold") == 0)
        return value >= threshold;
    return strcmp(operator, "GreaterThanThreshold") == 0 && value > threshold;
}

/* "Metric … was LessThanThreshold …" is how Model Monitor's own containers say it (aws-samples/…-monitoring-custom-metrics). */
cJSON *model_quality_violations(struct arena *arena, const cJSON *statistics, const cJSON *constraints)
{
    enum problem problem;
    const cJSON *metrics = metrics_of(statistics, &problem), *constraint;
    cJSON *violations = cJSON_CreateArray();
    cJSON_ArrayForEach(constraint, json_get(constraints, problems[problem].constraints))
    {
        const cJSON *metric = json_get(metrics, constraint->string), *value = json_get(metric, "value");
        const char *operator= json_string(constraint, "comparison_operator");
        double threshold = json_number(constraint, "threshold", NAN);
        if (!cJSON_IsNumber(value) || !operator|| !is_violated(json_to_double(value), operator, threshold))
            continue;
        cJSON *violation = cJSON_CreateObject();
        json_set_string(violation, "metric_name", constraint->string);
        json_set_string(violation, "constraint_check_type", operator);
        json_set_string(violation, "description",
                        arena_printf(arena, "Metric %s with %s was %s %s", constraint->string,
                                     dataset_print(arena, json_to_double(value)), operator,
                                     dataset_print(arena, threshold)));
        json_add(violations, violation);
    }
    return violations;
}
