#include "services/sagemaker/xgboost_parameters.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum kind { KIND_INTEGER, KIND_NUMBER, KIND_CHOICE, KIND_LIST };

static const char *const boosters[] = { "gbtree", "gblinear", "dart", NULL };
static const char *const tree_methods[] = { "auto", "exact", "approx", "hist", NULL };
static const char *const sample_types[] = { "uniform", "weighted", NULL };
static const char *const normalize_types[] = { "tree", "forest", NULL };
static const char *const grow_policies[] = { "depthwise", "lossguide", NULL };
static const char *const process_types[] = { "default", NULL }; /* "update" wants a model to begin with */
static const char *const switches[] = { "0", "1", NULL };
static const char *const objectives[] = {
    "aft_loss_distribution",
    "binary:logistic",
    "binary:logitraw",
    "binary:hinge",
    "count:poisson",
    "multi:softmax",
    "multi:softprob",
    "rank:pairwise",
    "rank:ndcg",
    "rank:map",
    "reg:linear",
    "reg:squarederror",
    "reg:logistic",
    "reg:gamma",
    "reg:squaredlogerror",
    "reg:tweedie",
    "reg:absoluteerror",
    "reg:pseudohubererror",
    "survival:aft",
    "survival:cox",
    NULL,
};
static const char *const metrics[] = {
    "accuracy",
    "auc",
    "aucpr",
    "aft-nloglik",
    "balanced_accuracy",
    "cox-nloglik",
    "error",
    "f1",
    "f1_binary",
    "f1_macro",
    "gamma-deviance",
    "gamma-nloglik",
    "interval-regression-accuracy",
    "logloss",
    "mae",
    "map",
    "mape",
    "merror",
    "mlogloss",
    "mphe",
    "mse",
    "ndcg",
    "poisson-nloglik",
    "precision",
    "precision_macro",
    "precision_micro",
    "r2",
    "recall",
    "recall_macro",
    "recall_micro",
    "rmse",
    "rmsle",
    "tweedie-nloglik",
    NULL,
};

/* Ends are included, but for `above`, which is not. */
static const struct schema {
    const char *name;
    enum kind kind;
    double least, most;
    const char *const *choices;
    bool above;
} schemas[] = {
    { "_kfold", KIND_INTEGER, 2, 1000 },
    { "_num_cv_round", KIND_INTEGER, 1, 1000 },
    { "_tuning_objective_metric", KIND_LIST, 0, 0, NULL },
    { "alpha", KIND_NUMBER, 0, INFINITY },
    { "base_score", KIND_NUMBER, -INFINITY, INFINITY },
    { "booster", KIND_CHOICE, 0, 0, boosters },
    { "colsample_bylevel", KIND_NUMBER, 0, 1, NULL, true },
    { "colsample_bynode", KIND_NUMBER, 0, 1, NULL, true },
    { "colsample_bytree", KIND_NUMBER, 0, 1, NULL, true },
    { "csv_weights", KIND_CHOICE, 0, 0, switches },
    { "deterministic_histogram", KIND_LIST, 0, 0, NULL },
    { "early_stopping_rounds", KIND_INTEGER, 1, INT32_MAX },
    { "eta", KIND_NUMBER, 0, 1 },
    { "eval_metric", KIND_LIST, 0, 0, metrics },
    { "gamma", KIND_NUMBER, 0, INFINITY },
    { "grow_policy", KIND_CHOICE, 0, 0, grow_policies },
    { "huber_slope", KIND_NUMBER, 0, INFINITY, NULL, true },
    { "lambda", KIND_NUMBER, 0, INFINITY },
    { "lambda_bias", KIND_NUMBER, 0, 1 },
    { "max_bin", KIND_INTEGER, 2, 4096 },
    { "max_delta_step", KIND_NUMBER, 0, INFINITY },
    { "max_depth", KIND_INTEGER, 0, 64 },
    { "max_leaves", KIND_INTEGER, 0, 1 << 20 },
    { "min_child_weight", KIND_NUMBER, 0, INFINITY },
    { "normalize_type", KIND_CHOICE, 0, 0, normalize_types },
    { "nthread", KIND_INTEGER, 1, INT32_MAX },
    { "num_class", KIND_INTEGER, 2, 1000 },
    { "num_parallel_tree", KIND_INTEGER, 1, 1000 },
    { "num_round", KIND_INTEGER, 1, 100000 },
    { "objective", KIND_CHOICE, 0, 0, objectives },
    { "one_drop", KIND_CHOICE, 0, 0, switches },
    { "process_type", KIND_CHOICE, 0, 0, process_types },
    { "rate_drop", KIND_NUMBER, 0, 1 },
    { "refresh_leaf", KIND_CHOICE, 0, 0, switches },
    { "sample_type", KIND_CHOICE, 0, 0, sample_types },
    { "save_model_on_termination", KIND_LIST, 0, 0, NULL },
    { "scale_pos_weight", KIND_NUMBER, -INFINITY, INFINITY },
    { "seed", KIND_INTEGER, INT32_MIN, INT32_MAX },
    { "seed_per_iteration", KIND_LIST, 0, 0, NULL },
    { "silent", KIND_CHOICE, 0, 0, switches },
    { "single_precision_histogram", KIND_LIST, 0, 0, NULL },
    { "sketch_eps", KIND_NUMBER, 0, 1, NULL, true },
    { "skip_drop", KIND_NUMBER, 0, 1 },
    { "subsample", KIND_NUMBER, 0, 1, NULL, true },
    { "tree_method", KIND_CHOICE, 0, 0, tree_methods },
    { "tweedie_variance_power", KIND_NUMBER, 1, 2, NULL, true },
    { "verbosity", KIND_INTEGER, 0, 3 },
};

static const struct schema *find(const char *name)
{
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
        if (strcmp(schemas[i].name, name) == 0)
            return &schemas[i];
    }
    return NULL;
}

bool xgboost_parameter_is_own(const char *name)
{
    static const char *const own[] = { "csv_weights",
                                       "deterministic_histogram",
                                       "early_stopping_rounds",
                                       "eval_metric",
                                       "huber_slope",
                                       "nthread",
                                       "num_round",
                                       "save_model_on_termination",
                                       "silent",
                                       "sketch_eps",
                                       "verbosity" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (strcmp(own[i], name) == 0)
            return true;
    }
    return name[0] == '_';
}

static bool is_choice(const struct schema *schema, struct str value)
{
    for (const char *const *choice = schema->choices; *choice; choice++) {
        if (str_is(value, *choice))
            return true;
    }
    return false;
}

static void fail_choice(struct container *container, const struct schema *schema, struct str value)
{
    struct buf list = BUF_EMPTY;
    for (const char *const *choice = schema->choices; *choice; choice++)
        buf_printf(&list, "%s'%s'", list.length ? ", " : "", *choice);
    algorithm_fail(container, "Hyperparameter %s: %.*s is not in [%s]", schema->name, STR_ARG(value), list.at);
    buf_release(&list);
}

static bool check_number(struct container *container, const struct schema *schema, struct str value)
{
    char text[64], *end;
    snprintf(text, sizeof text, "%.*s", STR_ARG(value));
    double number = strtod(text, &end);
    bool integer = schema->kind == KIND_INTEGER;
    if (end == text || *end || value.length >= sizeof text || !isfinite(number) ||
        (integer && number != floor(number))) {
        algorithm_fail(container, "Hyperparameter %s: could not parse value", schema->name);
        return false;
    }
    if (number >= schema->least && number <= schema->most && !(schema->above && number == schema->least))
        return true;
    struct buf range = BUF_EMPTY;
    buf_printf(&range, "%c%g, %g%c", schema->above ? '(' : '[', schema->least, schema->most,
               isinf(schema->most) ? ')' : ']');
    algorithm_fail(container, "Hyperparameter %s: %.*s is not in %s", schema->name, STR_ARG(value), range.at);
    buf_release(&range);
    return false;
}

/* "rmse,mae": each of the list; "error@0.7" and "ndcg@3-" are metrics with a threshold. */
static bool check_list(struct container *container, const struct schema *schema, struct str value)
{
    while (schema->choices && value.length) {
        struct str one = str_trim(str_cut(value, ',', &value));
        struct str bare = str_cut(one, '@', &(struct str){ 0 });
        if (is_choice(schema, bare))
            continue;
        fail_choice(container, schema, one);
        return false;
    }
    return true;
}

static bool check_one(struct container *container, const cJSON *given)
{
    const struct schema *schema = find(given->string);
    struct str value = json_value(given);
    if (!schema) {
        algorithm_fail(container, "Extraneous hyperparameter found: %s", given->string);
        return false;
    }
    if (schema->kind == KIND_LIST)
        return check_list(container, schema, value);
    if (schema->kind != KIND_CHOICE)
        return check_number(container, schema, value);
    if (is_choice(schema, value))
        return true;
    fail_choice(container, schema, value);
    return false;
}

bool xgboost_parameters_check(struct container *container)
{
    struct str objective = hyperparameter(container, "objective");
    const cJSON *given;
    if (!hyperparameter(container, "num_round").at) {
        algorithm_fail(container, "Missing required hyperparameter: num_round");
        return false;
    }
    cJSON_ArrayForEach(given, container->hyperparameters)
    {
        if (!check_one(container, given))
            return false;
    }
    if (str_starts(objective, STR("multi:")) && !hyperparameter(container, "num_class").at) {
        algorithm_fail(container, "Require input for parameter 'num_class' for multi-classification");
        return false;
    }
    return true;
}
