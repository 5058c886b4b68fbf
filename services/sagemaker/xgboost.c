/* The XGBoost image: training by libxgboost, one thread a job. What it learned is kept as the library's JSON, which
 * xgboost_model.c reads without the library: an archive may come from anybody. */
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "services/sagemaker/algorithm.h"
#include "services/sagemaker/table.h"
#include "services/sagemaker/xgboost_library.h"
#include "services/sagemaker/xgboost_model.h"
#include "services/sagemaker/xgboost_parameters.h"

#define MODEL_FILE MODEL_FOLDER "/xgboost-model"
#define ROUND_MOST 10000  /* trees of a round: nothing stops the library within one */
#define TREES_MOST 200000 /* each costs some KB until its job is over */

struct training {
    const struct xgboost_library *library;
    struct container *container;
    const struct work *work;
    struct table train, validation;
    DMatrixHandle matrices[2];
    BoosterHandle booster;
    int matrix_count;
    int64_t round, rounds, patience;
    double best; /* for early stopping */
    int64_t best_round;
};

/* ---- data ---- */

/* "text/libsvm" is what the image takes where a channel has no type. */
static bool read_format(struct container *container, const char *channel, enum table_format *ret_format)
{
    struct str type = channel_content_type(container, channel);
    bool csv = str_equal_ignoring_case(type, STR("text/csv")) || str_equal_ignoring_case(type, STR("csv"));
    bool libsvm = !type.length || str_equal_ignoring_case(type, STR("libsvm")) ||
                  str_equal_ignoring_case(type, STR("text/libsvm")) ||
                  str_equal_ignoring_case(type, STR("text/x-libsvm"));
    *ret_format = csv ? TABLE_CSV : TABLE_LIBSVM;
    if (csv || libsvm)
        return true;
    algorithm_fail(container, "%.*s is not an accepted ContentType: csv, libsvm, text/csv, text/libsvm, text/x-libsvm.",
                   STR_ARG(type));
    return false;
}

static bool read_channel(struct training *training, const char *channel, bool required, struct table *table)
{
    struct container *container = training->container;
    struct table_reading reading = { .has_label = true };
    struct arena *arena = arena_new();
    size_t count;
    const struct container_file **files = channel_files(container, channel, arena, &count);
    bool good = count > 0 || !required;
    if (!good)
        algorithm_fail(container, "Channel %s is missing, or has no data in it: " DATA_FOLDER "/%s", channel, channel);
    if (count)
        good = read_format(container, channel, &reading.format);
    reading.has_weight = reading.format == TABLE_CSV && str_is(hyperparameter(container, "csv_weights"), "1");
    if (good && count && reading.format == TABLE_CSV)
        container_log(container, STR("INFO: Determined delimiter of CSV input is ','\n"));
    for (size_t i = 0; good && i < count; i++) {
        reading.file = strrchr(files[i]->path, '/') + 1;
        good = table_read(table, buf_str(&files[i]->bytes), &reading);
        if (!good)
            algorithm_fail(container, "%s", table->why);
    }
    if (good && count && !table->rows) {
        algorithm_fail(container, "No data in channel %s: " DATA_FOLDER "/%s", channel, channel);
        good = false;
    }
    arena_free(arena);
    return good;
}

static void tell_matrix(struct container *container, const char *name, const struct table *table)
{
    char line[128];
    snprintf(line, sizeof line, "INFO: %s matrix has %zu rows and %zu columns\n", name, table->rows, table->columns);
    container_log(container, str_of(line));
}

/* Where both channels come as libsvm the narrower is widened: the library wants one width. */
static bool match_widths(struct training *training)
{
    struct table *train = &training->train, *validation = &training->validation;
    if (!validation->rows || train->columns == validation->columns)
        return true;
    algorithm_fail(training->container,
                   "feature_names mismatch: the train channel has %zu columns, the validation channel %zu",
                   train->columns, validation->columns);
    return false;
}

/* ---- the library ---- */

/* "[15:02:11] ./src/learner.cc:312: Check failed: … \nStack trace:\n…": the first line says it, without the machine's own time of
 * day, which would make two plays of one game differ. */
static bool fail_as_library(struct training *training)
{
    struct str rest, why = str_cut(str_of(training->library->XGBGetLastError()), '\n', &rest);
    size_t stamp = str_find(why, STR("] "));
    if (str_starts(why, STR("[")) && stamp != SIZE_MAX)
        why = str_from(why, stamp + 2);
    algorithm_fail(training->container, "XGB train call failed with exception:\n%.*s", STR_ARG(why));
    return false;
}

static bool make_matrix(struct training *training, struct table *table)
{
    DMatrixHandle matrix;
    if (training->library->XGDMatrixCreateFromMat_omp(table->cells, table->rows, table->columns, __builtin_nanf(""),
                                                      &matrix, 1) != 0)
        return fail_as_library(training);
    training->matrices[training->matrix_count++] = matrix;
    free(table->cells); /* the library has a copy */
    table->cells = NULL;
    if (training->library->XGDMatrixSetFloatInfo(matrix, "label", table->labels, table->rows) != 0 ||
        (table->weights &&
         training->library->XGDMatrixSetFloatInfo(matrix, "weight", table->weights, table->rows) != 0))
        return fail_as_library(training);
    return true;
}

static bool set(struct training *training, const char *name, const char *value)
{
    return training->library->XGBoosterSetParam(training->booster, name, value) == 0 || fail_as_library(training);
}

/* A tuning job's objective is measured too: "validation:rmse". */
static bool set_objective_metric(struct training *training)
{
    struct str name, channel = str_cut(hyperparameter(training->container, "_tuning_objective_metric"), ':', &name);
    char text[64];
    if (!channel.length || !name.length)
        return true;
    snprintf(text, sizeof text, "%.*s", STR_ARG(name));
    return set(training, "eval_metric", text);
}

static bool set_metrics(struct training *training)
{
    struct str rest = hyperparameter(training->container, "eval_metric");
    while (rest.length) {
        char name[64];
        struct str metric = str_trim(str_cut(rest, ',', &rest));
        snprintf(name, sizeof name, "%.*s", STR_ARG(metric));
        if (!set(training, "eval_metric", name))
            return false;
    }
    return true;
}

static bool set_up(struct training *training)
{
    const cJSON *given;
    if (training->library->XGBoosterCreate(training->matrices, (bst_ulong)training->matrix_count, &training->booster) !=
        0)
        return fail_as_library(training);
    if (!set(training, "nthread", "1") || !set(training, "verbosity", "0"))
        return false;
    cJSON_ArrayForEach(given, training->container->hyperparameters)
    {
        bool linear = strcmp(given->string, "objective") == 0 && str_is(json_value(given), "reg:linear");
        if (!xgboost_parameter_is_own(given->string) &&
            !set(training, given->string, linear ? "reg:squarederror" : given->valuestring))
            return false;
    }
    return set_metrics(training) && set_objective_metric(training);
}

/* "[0]\ttrain-rmse:8.10690\tvalidation-rmse:8.15": the image's log has #011 for the tabs. */
static void tell_round(struct container *container, const char *result)
{
    struct buf line = BUF_EMPTY;
    for (const char *at = result; *at; at++) {
        if (*at == '\t')
            buf_add_text(&line, "#011");
        else
            buf_add_byte(&line, *at);
    }
    buf_add_byte(&line, '\n');
    container_log(container, buf_str(&line));
    buf_release(&line);
}

/* The last metric of the last channel decides; those that are better when larger are few. */
static bool is_stuck(struct training *training, const char *result)
{
    static const char *const maximised[] = { "auc", "aucpr", "map", "ndcg" };
    const char *colon = strrchr(result, ':'), *dash = strrchr(result, '-');
    if (!colon || !dash || training->patience <= 0)
        return false;
    double value = strtod(colon + 1, NULL);
    bool larger = false;
    for (size_t i = 0; i < sizeof maximised / sizeof *maximised; i++)
        larger |= strncmp(dash + 1, maximised[i], strlen(maximised[i])) == 0;
    value = larger ? -value : value;
    if (training->round == 0 || value < training->best) {
        training->best = value;
        training->best_round = training->round;
    }
    return training->round - training->best_round >= training->patience;
}

static bool boost_once(struct training *training)
{
    static const char *names[] = { "train", "validation" };
    const char *result;
    int round = (int)training->round;
    if (training->library->XGBoosterUpdateOneIter(training->booster, round, training->matrices[0]) != 0 ||
        training->library->XGBoosterEvalOneIter(training->booster, round, training->matrices, names,
                                                (bst_ulong)training->matrix_count, &result) != 0)
        return fail_as_library(training);
    tell_round(training->container, result);
    if (is_stuck(training, result))
        training->rounds = training->round;
    training->round++;
    return true;
}

/* Rounds for about half a second; false: it failed. */
static bool boost(struct training *training)
{
    int64_t until_ms = time_monotonic_ms() + TURN_MS;
    while (training->round < training->rounds && !turn_is_over(training->work, until_ms)) {
        if (!boost_once(training))
            return false;
    }
    return true;
}

static bool keep_model(struct training *training)
{
    bst_ulong length;
    const char *bytes;
    struct buf model = BUF_EMPTY;
    if (training->library->XGBoosterSaveModelToBuffer(training->booster, "{\"format\":\"json\"}", &length, &bytes) != 0)
        return fail_as_library(training);
    buf_add(&model, bytes, length);
    if (container_leave(training->container, STR(MODEL_FILE), &model))
        return true;
    algorithm_fail(training->container, "The model is larger than this practice cloud takes.");
    return false;
}

static void abandon(void *state)
{
    struct training *training = state;
    if (training->booster)
        training->library->XGBoosterFree(training->booster);
    for (int i = 0; i < training->matrix_count; i++)
        training->library->XGDMatrixFree(training->matrices[i]);
    table_release(&training->train);
    table_release(&training->validation);
    free(training);
}

static bool read_data(struct training *training)
{
    if (!read_channel(training, "train", true, &training->train) ||
        !read_channel(training, "validation", false, &training->validation) || !match_widths(training))
        return false;
    tell_matrix(training->container, "Train", &training->train);
    if (training->validation.rows)
        tell_matrix(training->container, "Validation", &training->validation);
    return make_matrix(training, &training->train) &&
           (!training->validation.rows || make_matrix(training, &training->validation));
}

static int64_t count_of(const struct container *container, const char *name)
{
    int64_t count = 1;
    str_to_int64(hyperparameter(container, name), &count);
    return count;
}

/* Checked numbers, so their product is none to overflow. The sentence is ours. */
static bool check_trees(struct container *container)
{
    int64_t rounds = count_of(container, "num_round");
    int64_t trees = count_of(container, "num_class") * count_of(container, "num_parallel_tree");
    if (trees <= ROUND_MOST && rounds * trees <= TREES_MOST)
        return true;
    algorithm_fail(
        container,
        "num_round, num_class and num_parallel_tree ask for %lld trees in %lld rounds: this practice cloud grows "
        "%d a round and %d in all",
        (long long)(rounds * trees), (long long)rounds, ROUND_MOST, TREES_MOST);
    return false;
}

static bool is_loaded(const struct training *training)
{
    const char *why = training->library->why;
    if (why) /* ours */
        algorithm_fail(training->container, "libxgboost is not on this machine: %s", why);
    return !why;
}

static struct training *begin(struct container *container)
{
    struct training *training = memory_alloc(sizeof *training);
    training->container = container;
    training->library = xgboost_library();
    container_log(container, STR("INFO: Running XGBoost Sagemaker in algorithm mode\n"));
    if (is_loaded(training) && xgboost_parameters_check(container) && check_trees(container) && read_data(training) &&
        set_up(training)) {
        str_to_int64(hyperparameter(container, "num_round"), &training->rounds);
        str_to_int64(hyperparameter(container, "early_stopping_rounds"), &training->patience);
        return training;
    }
    abandon(training);
    return NULL;
}

static bool train(struct container *container, const struct work *work, void **state)
{
    struct training *training = *state ? *state : begin(container);
    if (!training)
        return true;
    training->work = work;
    bool good = boost(training);
    if (good && training->round < training->rounds) {
        *state = training;
        return false;
    }
    if (good && keep_model(training))
        container_exit(container, 0);
    abandon(training);
    return true;
}

/* ---- the algorithm ---- */

#define METRIC(channel, name)                                                                                          \
    {                                                                                                                  \
        channel ":" name, ".*\\[[0-9]+\\].*#011" channel "-" name ":([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*"     \
    }
#define BOTH(name) METRIC("train", name), METRIC("validation", name)

static const struct metric_definition metrics[] = {
    BOTH("auc"),      BOTH("error"), BOTH("logloss"), BOTH("mae"),  BOTH("map"),    BOTH("merror"),
    BOTH("mlogloss"), BOTH("mse"),   BOTH("ndcg"),    BOTH("rmse"), { NULL, NULL },
};

const struct algorithm xgboost_algorithm = {
    .name = "xgboost",
    .repository = "sagemaker-xgboost",
    .rounds = "num_round",
    .metrics = metrics,
    .train = train,
    .abandon = abandon,
    .load = xgboost_model_load,
    .predict = xgboost_model_predict,
    .drop = xgboost_model_drop,
};
