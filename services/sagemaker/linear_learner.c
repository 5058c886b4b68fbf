/* Linear Learner: a linear model by stochastic gradient descent (Adam) on normalised features, in plain C. The image of AWS's trains
 * many models at once and keeps the best on the validation channel; what it answers has the same shape. Channels are CSV with
 * the label in the first column. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/time.h"
#include "services/sagemaker/answer.h"

#define MODEL_FILE   MODEL_FOLDER "/model_algo-1"
#define CLASSES_MOST 1000
#define EPOCHS       15
#define BATCH        1000
#define ROWS_AT_ONCE 64 /* between two looks at the clock */

enum task { TASK_REGRESSION, TASK_BINARY, TASK_CLASSES };

struct predictor {
    enum task task;
    size_t columns, groups;
    float *weights; /* groups × (columns and the bias) */
};

struct quality { /* of a channel, as far as its rows were looked at */
    size_t row, right;
    double squares;
    bool validating;
};

struct learning {
    struct container *container;
    const struct work *work;
    struct predictor model;
    struct table train, validation;
    double *mean, *spread; /* of each column, and of the label behind them */
    double *gradient, *first, *second, *scores;
    double rate, decay, epochs, batch;
    struct random random;
    int64_t steps, epoch, row, left, until_ms; /* of this epoch, how many rows; since the last step, how many */
    struct quality quality;
    bool learned;
};

/* ---- hyperparameters: "Linear learner hyperparameters" ---- */

static const char *const known[] = {
    "predictor_type",
    "accuracy_top_k",
    "balance_multiclass_weights",
    "beta_1",
    "beta_2",
    "bias_lr_mult",
    "bias_wd_mult",
    "binary_classifier_model_selection_criteria",
    "early_stopping_patience",
    "early_stopping_tolerance",
    "epochs",
    "f_beta",
    "feature_dim",
    "huber_delta",
    "init_bias",
    "init_method",
    "init_scale",
    "init_sigma",
    "l1",
    "learning_rate",
    "loss",
    "loss_insensitivity",
    "lr_scheduler_factor",
    "lr_scheduler_minimum_lr",
    "lr_scheduler_step",
    "margin",
    "mini_batch_size",
    "momentum",
    "normalize_data",
    "normalize_label",
    "num_calibration_samples",
    "num_classes",
    "num_models",
    "num_point_for_scaler",
    "optimizer",
    "positive_example_weight_mult",
    "quantile",
    "target_precision",
    "target_recall",
    "unbias_data",
    "unbias_label",
    "use_bias",
    "use_lr_scheduler",
    "wd",
    "_tuning_objective_metric",
};

static bool check_names(struct container *container)
{
    const cJSON *given;
    cJSON_ArrayForEach(given, container->hyperparameters)
    {
        size_t i = 0;
        while (i < sizeof known / sizeof *known && strcmp(known[i], given->string) != 0)
            i++;
        if (i == sizeof known / sizeof *known) {
            algorithm_fail(container, "Additional properties are not allowed (u'%s' was unexpected)", given->string);
            return false;
        }
    }
    return true;
}

/* "auto" is what the image chooses. */
static bool read_number(struct container *container, const char *name, double otherwise, double least, double most,
                        double *ret_value)
{
    struct str given = hyperparameter(container, name);
    float value;
    *ret_value = otherwise;
    if (!given.length || str_is(given, "auto"))
        return true;
    bool good = table_parse_number(given, &value);
    *ret_value = good ? (double)value : 0;
    if (good && *ret_value >= least && *ret_value <= most)
        return true;
    algorithm_fail(container,
                   "u'%.*s' is not valid under any of the given schemas\n\nFailed validating u'oneOf' in "
                   "schema[u'properties'][u'%s']",
                   STR_ARG(given), name);
    return false;
}

static bool read_task(struct learning *learning)
{
    static const char *const tasks[] = { "regressor", "binary_classifier", "multiclass_classifier" };
    struct str type = hyperparameter(learning->container, "predictor_type");
    double classes;
    for (size_t i = 0; i < 3; i++) {
        if (!str_is(type, tasks[i]))
            continue;
        learning->model.task = (enum task)i;
        if (!read_number(learning->container, "num_classes", 0, 3, CLASSES_MOST, &classes))
            return false;
        learning->model.groups = i == TASK_CLASSES ? (size_t)classes : 1;
        if (learning->model.groups)
            return true;
        algorithm_fail(learning->container,
                       "No value(s) were specified for 'num_classes' which are required hyperparameter(s)");
        return false;
    }
    if (type.at)
        algorithm_fail(learning->container,
                       "u'%.*s' is not one of [u'binary_classifier', u'regressor', u'multiclass_classifier']",
                       STR_ARG(type));
    else
        algorithm_fail(learning->container,
                       "No value(s) were specified for 'predictor_type' which are required hyperparameter(s)");
    return false;
}

/* ---- data ---- */

static bool read_channel(struct learning *learning, const char *channel, struct table *table)
{
    struct container *container = learning->container;
    struct arena *arena = arena_new();
    size_t count;
    const struct container_file **files = channel_files(container, channel, arena, &count);
    struct str type = channel_content_type(container, channel);
    bool good = !count || str_equal_ignoring_case(type, STR("text/csv"));
    if (!good)
        algorithm_fail(container, "This practice cloud reads channels of Linear Learner as text/csv, not as \"%.*s\"",
                       STR_ARG(type));
    for (size_t i = 0; good && i < count; i++) {
        struct table_reading reading = { .has_label = true, .file = strrchr(files[i]->path, '/') + 1 };
        good = table_read(table, buf_str(&files[i]->bytes), &reading);
        if (!good)
            algorithm_fail(container, "%s", table->why);
    }
    arena_free(arena);
    return good;
}

static bool check_labels(struct learning *learning)
{
    const struct predictor *model = &learning->model;
    for (size_t i = 0; i < learning->train.rows; i++) {
        double label = learning->train.labels[i], most = model->task == TASK_BINARY ? 1 : (double)model->groups - 1;
        bool good = model->task == TASK_REGRESSION ? isfinite(label)
                                                   : label >= 0 && label <= most && label == floor(label);
        if (good)
            continue;
        algorithm_fail(learning->container, "The label of row %zu is %g: %s is expected", i + 1, label,
                       model->task == TASK_REGRESSION ? "a number"
                       : model->task == TASK_BINARY   ? "0 or 1"
                                                      : "an integer from 0 to num_classes - 1");
        return false;
    }
    return true;
}

static bool read_data(struct learning *learning)
{
    double dimension;
    if (!read_channel(learning, "train", &learning->train) ||
        !read_channel(learning, "validation", &learning->validation) ||
        !read_number(learning->container, "feature_dim", 0, 1, INT32_MAX, &dimension))
        return false;
    const struct table *train = &learning->train, *validation = &learning->validation;
    learning->model.columns = train->columns;
    if (!train->rows)
        algorithm_fail(learning->container, "Channel train is missing, or has no data in it");
    else if (dimension > 0 && (size_t)dimension != train->columns)
        algorithm_fail(learning->container, "The feature_dim %g does not match the %zu columns of the data", dimension,
                       train->columns);
    else if (validation->rows && validation->columns != train->columns)
        algorithm_fail(learning->container, "The train channel has %zu columns, the validation channel %zu",
                       train->columns, validation->columns);
    else
        return check_labels(learning);
    return false;
}

/* ---- learning ---- */

static double value_of(float cell)
{
    return isnan(cell) ? 0 : (double)cell;
}

static void measure(struct learning *learning)
{
    const struct table *train = &learning->train;
    size_t columns = train->columns;
    for (size_t column = 0; column <= columns; column++) {
        double sum = 0, squares = 0;
        for (size_t row = 0; row < train->rows; row++) {
            double value = column < columns ? value_of(train->cells[row * columns + column]) : train->labels[row];
            sum += value;
            squares += value * value;
        }
        double mean = sum / (double)train->rows, variance = squares / (double)train->rows - mean * mean;
        bool label = column == columns && learning->model.task != TASK_REGRESSION;
        learning->mean[column] = label ? 0 : mean;
        learning->spread[column] = label || variance <= 1e-18 ? 1 : sqrt(variance);
    }
}

/* What the loss says of each group's score; scores become errors. */
static void turn_to_errors(const struct learning *learning, double *scores, double label)
{
    const struct predictor *model = &learning->model;
    double most = scores[0], sum = 0;
    if (model->task == TASK_REGRESSION) {
        scores[0] -= (label - learning->mean[model->columns]) / learning->spread[model->columns];
        return;
    }
    if (model->task == TASK_BINARY) {
        scores[0] = 1 / (1 + exp(-scores[0])) - label;
        return;
    }
    for (size_t i = 1; i < model->groups; i++)
        most = scores[i] > most ? scores[i] : most;
    for (size_t i = 0; i < model->groups; i++)
        sum += scores[i] = exp(scores[i] - most);
    for (size_t i = 0; i < model->groups; i++)
        scores[i] = scores[i] / sum - ((double)i == label);
}

static void add_row(struct learning *learning, size_t row, double *scores)
{
    const struct predictor *model = &learning->model;
    size_t columns = model->columns;
    const float *cells = learning->train.cells + row * columns;
    for (size_t group = 0; group < model->groups; group++) {
        const float *weights = model->weights + group * (columns + 1);
        scores[group] = weights[columns];
        for (size_t i = 0; i < columns; i++)
            scores[group] += weights[i] * (value_of(cells[i]) - learning->mean[i]) / learning->spread[i];
    }
    turn_to_errors(learning, scores, learning->train.labels[row]);
    for (size_t group = 0; group < model->groups; group++) {
        double *gradient = learning->gradient + group * (columns + 1);
        gradient[columns] += scores[group];
        for (size_t i = 0; i < columns; i++)
            gradient[i] += scores[group] * (value_of(cells[i]) - learning->mean[i]) / learning->spread[i];
    }
}

static void descend(struct learning *learning, size_t rows)
{
    size_t count = learning->model.groups * (learning->model.columns + 1);
    learning->steps++;
    double correct_first = 1 - pow(0.9, (double)learning->steps),
           correct_second = 1 - pow(0.999, (double)learning->steps);
    for (size_t i = 0; i < count; i++) {
        double gradient = learning->gradient[i] / (double)rows + learning->decay * learning->model.weights[i];
        learning->first[i] = 0.9 * learning->first[i] + 0.1 * gradient;
        learning->second[i] = 0.999 * learning->second[i] + 0.001 * gradient * gradient;
        learning->model.weights[i] -= (float)(learning->rate * learning->first[i] / correct_first /
                                              (sqrt(learning->second[i] / correct_second) + 1e-8));
        learning->gradient[i] = 0;
    }
}

static bool is_turn_over(const struct learning *learning)
{
    return turn_is_over(learning->work, learning->until_ms);
}

static void learn_row(struct learning *learning)
{
    int64_t rows = (int64_t)learning->train.rows;
    add_row(learning, (size_t)random_between(&learning->random, 0, rows - 1), learning->scores);
    bool last = ++learning->row == rows;
    if (++learning->left == (int64_t)learning->batch || last) {
        descend(learning, (size_t)learning->left);
        learning->left = 0;
    }
    if (last) {
        learning->row = 0;
        learning->epoch++;
    }
}

/* A turn's worth. True: it has learned. */
static bool learn(struct learning *learning)
{
    while (learning->epoch < (int64_t)learning->epochs) {
        if (is_turn_over(learning))
            return false;
        for (int i = 0; i < ROWS_AT_ONCE && learning->epoch < (int64_t)learning->epochs; i++)
            learn_row(learning);
    }
    return true;
}

/* The weights of features and labels as they came. */
static void undo_normalising(struct learning *learning)
{
    struct predictor *model = &learning->model;
    size_t columns = model->columns;
    for (size_t group = 0; group < model->groups; group++) {
        float *weights = model->weights + group * (columns + 1);
        double bias = weights[columns];
        for (size_t i = 0; i < columns; i++) {
            bias -= weights[i] * learning->mean[i] / learning->spread[i];
            weights[i] = (float)(weights[i] / learning->spread[i] * learning->spread[columns]);
        }
        weights[columns] = (float)(bias * learning->spread[columns] + learning->mean[columns]);
    }
}

/* ---- what it tells ---- */

static size_t score_row(const struct predictor *model, const float *cells, double *ret_scores)
{
    size_t best = 0;
    for (size_t group = 0; group < model->groups; group++) {
        const float *weights = model->weights + group * (model->columns + 1);
        ret_scores[group] = weights[model->columns];
        for (size_t i = 0; i < model->columns; i++)
            ret_scores[group] += weights[i] * value_of(cells[i]);
        best = ret_scores[group] > ret_scores[best] ? group : best;
    }
    if (model->task == TASK_BINARY)
        ret_scores[0] = 1 / (1 + exp(-ret_scores[0]));
    if (model->task != TASK_CLASSES)
        return model->task == TASK_BINARY && ret_scores[0] > 0.5;
    double most = ret_scores[best], sum = 0;
    for (size_t i = 0; i < model->groups; i++)
        sum += ret_scores[i] = exp(ret_scores[i] - most);
    for (size_t i = 0; i < model->groups; i++)
        ret_scores[i] /= sum;
    return best;
}

static void look_at_row(struct learning *learning, const struct table *table)
{
    const struct predictor *model = &learning->model;
    struct quality *quality = &learning->quality;
    size_t row = quality->row++, label = score_row(model, table->cells + row * model->columns, learning->scores);
    double apart = learning->scores[0] - table->labels[row];
    quality->squares += apart * apart;
    quality->right += (double)label == table->labels[row];
}

static void tell_quality(struct learning *learning, const char *channel, const struct table *table)
{
    const struct quality *quality = &learning->quality;
    char line[160];
    if (learning->model.task == TASK_REGRESSION)
        snprintf(line, sizeof line, "#quality_metric: host=algo-1, %s mse <loss>=%.12g\n", channel,
                 quality->squares / (double)table->rows);
    else
        snprintf(line, sizeof line, "#quality_metric: host=algo-1, %s %s <score>=%.12g\n", channel,
                 learning->model.task == TASK_BINARY ? "binary_classification_accuracy" : "multiclass_accuracy",
                 (double)quality->right / (double)table->rows);
    container_log(learning->container, str_of(line));
}

/* A turn's worth of looking at both channels. True: both were. */
static bool assess(struct learning *learning)
{
    struct quality *quality = &learning->quality;
    for (;;) {
        const struct table *table = quality->validating ? &learning->validation : &learning->train;
        if (is_turn_over(learning))
            return false;
        for (int i = 0; i < ROWS_AT_ONCE && quality->row < table->rows; i++)
            look_at_row(learning, table);
        if (quality->row < table->rows)
            continue;
        tell_quality(learning, quality->validating ? "validation" : "train", table);
        if (quality->validating || !learning->validation.rows)
            return true;
        *quality = (struct quality){ .validating = true };
    }
}

static bool keep(struct learning *learning)
{
    struct buf text = BUF_EMPTY;
    const struct predictor *model = &learning->model;
    buf_printf(&text, "{\"task\":%d,\"columns\":%zu,\"groups\":%zu,\"weights\":[", (int)model->task, model->columns,
               model->groups);
    for (size_t i = 0; i < model->groups * (model->columns + 1); i++) {
        buf_add_text(&text, i ? "," : "");
        buf_printf(&text, "%.9g", isfinite(model->weights[i]) ? (double)model->weights[i] : 0.0);
    }
    buf_add_text(&text, "]}");
    return container_leave(learning->container, STR(MODEL_FILE), &text);
}

static void abandon(void *state)
{
    struct learning *learning = state;
    free(learning->mean);
    free(learning->spread);
    free(learning->gradient);
    free(learning->first);
    free(learning->second);
    free(learning->scores);
    free(learning->model.weights);
    table_release(&learning->train);
    table_release(&learning->validation);
    free(learning);
}

static void set_up(struct learning *learning)
{
    size_t columns = learning->model.columns, count = learning->model.groups * (columns + 1);
    learning->mean = memory_alloc((columns + 1) * sizeof(double));
    learning->spread = memory_alloc((columns + 1) * sizeof(double));
    learning->gradient = memory_alloc(count * sizeof(double));
    learning->first = memory_alloc(count * sizeof(double));
    learning->second = memory_alloc(count * sizeof(double));
    learning->scores = memory_alloc(learning->model.groups * sizeof(double));
    learning->model.weights = memory_alloc(count * sizeof(float));
    random_seed(&learning->random, 42);
    measure(learning);
}

/* NULL: it failed. */
static struct learning *begin(struct container *container)
{
    struct learning *learning = memory_alloc(sizeof *learning);
    learning->container = container;
    if (check_names(container) && read_task(learning) &&
        read_number(container, "epochs", EPOCHS, 1, 100000, &learning->epochs) &&
        read_number(container, "mini_batch_size", BATCH, 1, INT32_MAX, &learning->batch) &&
        read_number(container, "learning_rate", 0.05, 1e-12, 100, &learning->rate) &&
        read_number(container, "wd", 0, 0, 1e6, &learning->decay) && read_data(learning)) {
        set_up(learning);
        return learning;
    }
    abandon(learning);
    return NULL;
}

static bool is_learned(struct learning *learning)
{
    if (learning->learned)
        return true;
    if (!learn(learning))
        return false;
    undo_normalising(learning);
    learning->learned = true;
    return true;
}

static bool train(struct container *container, const struct work *work, void **state)
{
    int64_t until_ms = time_monotonic_ms() + TURN_MS;
    struct learning *learning = *state ? *state : begin(container);
    if (!learning)
        return true;
    learning->work = work;
    learning->until_ms = until_ms;
    *state = learning;
    if (!is_learned(learning) || !assess(learning))
        return false;
    if (keep(learning))
        container_exit(container, 0);
    else
        algorithm_fail(container, "The model is larger than this practice cloud takes.");
    abandon(learning);
    return true;
}

/* ---- the model ---- */

static struct predictor *read_model(const cJSON *root)
{
    const cJSON *list = json_get(root, "weights"), *weight;
    int64_t task = json_int64(root, "task", -1), columns = json_int64(root, "columns", 0),
            groups = json_int64(root, "groups", 0);
    size_t i = 0;
    if (task < TASK_REGRESSION || task > TASK_CLASSES || columns < 1 || columns > INT32_MAX || groups < 1 ||
        groups > CLASSES_MOST || (task != TASK_CLASSES && groups != 1) ||
        (int64_t)cJSON_GetArraySize(list) != groups * (columns + 1))
        return NULL;
    struct predictor *predictor = memory_alloc(sizeof *predictor);
    *predictor = (struct predictor){ (enum task)task, (size_t)columns, (size_t)groups, NULL };
    predictor->weights = memory_alloc((size_t)(groups * (columns + 1)) * sizeof *predictor->weights);
    cJSON_ArrayForEach(weight, list)
    {
        predictor->weights[i++] = (float)json_to_double(weight);
    }
    return predictor;
}

static struct predictor *load(struct container *container)
{
    const struct container_file *file = container_input(container, MODEL_FILE);
    struct arena *arena = arena_new();
    struct predictor *predictor = file ? read_model(model_document(arena, file)) : NULL;
    arena_free(arena);
    if (!predictor)
        snprintf(container->reason, sizeof container->reason, "Unable to load model: model_algo-1 holds no weights");
    return predictor;
}

static void drop(struct predictor *predictor)
{
    free(predictor->weights);
    free(predictor);
}

static void print_json(const struct predictor *model, const double *scores, size_t label, struct buf *reply)
{
    buf_add_text(reply, "{\"score\":");
    if (model->groups > 1)
        buf_add_byte(reply, '[');
    for (size_t i = 0; i < model->groups; i++) {
        buf_add_text(reply, i ? "," : "");
        table_print_number(reply, scores[i]);
    }
    if (model->groups > 1)
        buf_add_byte(reply, ']');
    if (model->task != TASK_REGRESSION)
        buf_printf(reply, ",\"predicted_label\":%zu", label);
    buf_add_byte(reply, '}');
}

/* "Linear learner response formats": JSON unless CSV was asked for. */
static void answer_rows(const struct predictor *model, const struct table *table, struct container *container)
{
    bool csv = str_starts(container->accept, STR("text/csv"));
    double *scores = memory_alloc(model->groups * sizeof *scores);
    buf_add_text(&container->reply, csv ? "" : "{\"predictions\":[");
    for (size_t row = 0; row < table->rows; row++) {
        size_t label = score_row(model, table->cells + row * table->columns, scores);
        buf_add_text(&container->reply, !row ? "" : csv ? "\n" : ",");
        if (!csv)
            print_json(model, scores, label, &container->reply);
        else if (model->task == TASK_REGRESSION)
            table_print_number(&container->reply, scores[0]);
        else
            table_print_number(&container->reply, (double)label);
    }
    buf_add_text(&container->reply, csv ? "" : "]}");
    free(scores);
    answer_done(container);
    if (!csv)
        snprintf(container->reply_type, sizeof container->reply_type, "application/json");
}

static void predict(const struct predictor *predictor, struct container *container)
{
    struct table table = { 0 };
    enum table_format format;
    if (!answer_read(container, &table, &format))
        return;
    if (table.columns == predictor->columns)
        answer_rows(predictor, &table, container);
    else
        answer_fail(container, 400, "customer error: the model wants %zu features, the request has %zu",
                    predictor->columns, table.columns);
    table_release(&table);
}

static const struct metric_definition metrics[] = {
    { "train:mse", "#quality_metric: host=\\S+, train mse <loss>=(\\S+)" },
    { "train:binary_classification_accuracy",
      "#quality_metric: host=\\S+, train binary_classification_accuracy <score>=(\\S+)" },
    { "train:multiclass_accuracy", "#quality_metric: host=\\S+, train multiclass_accuracy <score>=(\\S+)" },
    { "validation:mse", "#quality_metric: host=\\S+, validation mse <loss>=(\\S+)" },
    { "validation:binary_classification_accuracy",
      "#quality_metric: host=\\S+, validation binary_classification_accuracy <score>=(\\S+)" },
    { "validation:multiclass_accuracy", "#quality_metric: host=\\S+, validation multiclass_accuracy <score>=(\\S+)" },
    { NULL, NULL },
};

const struct algorithm linear_learner_algorithm = {
    .name = "linear-learner",
    .repository = "linear-learner",
    .rounds = "epochs",
    .metrics = metrics,
    .train = train,
    .abandon = abandon,
    .load = load,
    .predict = predict,
    .drop = drop,
};
