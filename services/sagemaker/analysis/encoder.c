#include "services/sagemaker/analysis/encoder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "services/sagemaker/analysis/profile.h"
#include "services/sagemaker/answer.h"
#include "services/sagemaker/archive.h"

#define ONE_HOT_MOST  10  /* values that get a column each */
#define CLASSES_MOST  100 /* of a target */
#define FEW_NUMBERS   10  /* whole numbers in a target that are classes rather than amounts */
#define ENCODER_FILE  MODEL_FOLDER "/encoder.json"
#define OUTPUT_FOLDER "/opt/ml/processing/output"

/* ---- fitting ---- */

static cJSON *fit_text(const struct profile *profile, size_t rows, cJSON *column)
{
    cJSON *values = cJSON_CreateObject();
    bool few = profile->category_count <= ONE_HOT_MOST, names = 2 * profile->category_count > rows;
    json_set_string(column, "kind", few ? "category" : names ? "none" : "frequency");
    for (size_t i = 0; i < profile->category_count && !(names && !few); i++) {
        char name[256];
        snprintf(name, sizeof name, "%.*s", STR_ARG(str_first(profile->categories[i].value, sizeof name - 1)));
        json_set_number(values, name, profile->categories[i].count / (double)rows);
    }
    json_set(column, "values", values);
    return column;
}

static cJSON *fit_column(struct arena *arena, const struct dataset *dataset, size_t index)
{
    struct profile profile;
    cJSON *column = cJSON_CreateObject();
    profile_measure(arena, dataset, index, &profile);
    json_set_str(column, "name", profile.name);
    if (profile.type == COLUMN_STRING)
        return fit_text(&profile, dataset->rows, column);
    json_set_string(column, "kind", profile.type == COLUMN_UNKNOWN ? "none" : "number");
    json_set_number(column, "mean", profile.value_count ? profile.mean : 0);
    return column;
}

static size_t distinct_of(const struct profile *profile)
{
    size_t distinct = profile->value_count > 0;
    for (size_t i = 1; i < profile->value_count; i++)
        distinct += profile->values[i] != profile->values[i - 1];
    return distinct + profile->category_count;
}

static const char *problem_of(const struct profile *target)
{
    size_t distinct = distinct_of(target);
    if (distinct == 2)
        return "BinaryClassification";
    return target->type == COLUMN_STRING || (target->type == COLUMN_INTEGRAL && distinct <= FEW_NUMBERS)
               ? "MulticlassClassification"
               : "Regression";
}

static cJSON *labels_of(struct arena *arena, const struct profile *target)
{
    cJSON *labels = cJSON_CreateArray();
    for (size_t i = 0; i < target->category_count; i++)
        json_add(labels, json_new_string(target->categories[i].value));
    for (size_t i = 0; i < target->value_count; i++) {
        if (i == 0 || target->values[i] != target->values[i - 1])
            json_add(labels, json_new_string(str_of(arena_printf(arena, "%.15g", target->values[i]))));
    }
    return labels;
}

/* Sentences are ours. */
static bool fail(struct dataset *dataset, const char *what)
{
    snprintf(dataset->why, sizeof dataset->why, "%s", what);
    return false;
}

static bool check_target(struct dataset *dataset, const struct profile *target, struct str problem)
{
    bool regression = str_is(problem, "Regression"), binary = str_is(problem, "BinaryClassification");
    size_t distinct = distinct_of(target);
    if (distinct < 2)
        return fail(dataset, "The target has fewer than two values.");
    if (regression && target->type == COLUMN_STRING)
        return fail(dataset, "The target of a regression has values that are no numbers.");
    if (binary && distinct != 2)
        return fail(dataset, "The target of a binary classification must have two values.");
    return regression || distinct <= CLASSES_MOST || fail(dataset, "The target has more than 100 classes.");
}

cJSON *encoder_fit(struct arena *arena, struct dataset *dataset, struct str target, struct str problem)
{
    struct profile profile;
    size_t index = dataset_column(dataset, target);
    if (index == SIZE_MAX) {
        snprintf(dataset->why, sizeof dataset->why, "The target attribute '%.*s' does not exist in the input data.",
                 (int)(target.length < 100 ? target.length : 100), target.at);
        return NULL;
    }
    profile_measure(arena, dataset, index, &profile);
    if (!problem.length)
        problem = str_of(problem_of(&profile));
    if (!check_target(dataset, &profile, problem))
        return NULL;
    cJSON *tree = cJSON_CreateObject(), *columns = cJSON_CreateArray();
    json_set_str(tree, "problem", problem);
    json_set_str(tree, "target", dataset->names[index]);
    if (!str_is(problem, "Regression"))
        json_set(tree, "labels", labels_of(arena, &profile));
    for (size_t i = 0; i < dataset->columns; i++) {
        if (i != index)
            json_add(columns, fit_column(arena, dataset, i));
    }
    json_set(tree, "columns", columns);
    return tree;
}

/* ---- encoding ---- */

static void add_number(struct buf *line, double value)
{
    if (line->length && line->at[line->length - 1] != '\n')
        buf_add_byte(line, ',');
    buf_printf(line, "%.9g", value);
}

static void encode(const cJSON *column, struct str cell, struct buf *line)
{
    struct str kind = json_str(column, "kind");
    const cJSON *values = json_get(column, "values"), *value;
    double number;
    if (str_is(kind, "number")) {
        bool good = dataset_number(cell, &number) && isfinite(number);
        add_number(line, good ? number : json_number(column, "mean", 0));
    } else if (str_is(kind, "frequency")) {
        add_number(line, json_to_double(json_get_str(values, cell)));
    } else if (str_is(kind, "category")) {
        cJSON_ArrayForEach(value, values)
        {
            add_number(line, str_is(cell, value->string));
        }
    }
}

static bool encode_label(const cJSON *tree, struct str cell, struct buf *line)
{
    const cJSON *labels = json_get(tree, "labels"), *label;
    double number, other;
    int index = 0;
    if (!labels) {
        if (!dataset_number(cell, &number) || !isfinite(number))
            return false;
        add_number(line, number);
        return true;
    }
    cJSON_ArrayForEach(label, labels)
    {
        bool same = str_equal(json_value(label), cell) ||
                    (dataset_number(cell, &number) && dataset_number(json_value(label), &other) && number == other);
        if (same)
            add_number(line, index);
        if (same)
            return true;
        index++;
    }
    return false;
}

bool encoder_row(const cJSON *tree, const struct str *cells, size_t label, struct buf *line)
{
    const cJSON *column;
    size_t at = 0;
    if (label != SIZE_MAX && !encode_label(tree, cells[label], line))
        return false;
    cJSON_ArrayForEach(column, json_get(tree, "columns"))
    {
        at += at == label;
        encode(column, cells[at++], line);
    }
    buf_add_byte(line, '\n');
    return true;
}

/* ---- the job ---- */

struct preparing {
    struct container *container;
    struct dataset *train, *validation; /* validation->rows 0: a share of train is taken */
    struct buf lines[2];
};

static bool read_channel(struct preparing *preparing, struct dataset *dataset, const char *folder)
{
    size_t count;
    const struct container_file **files = analysis_files(preparing->container, dataset->arena, str_of(folder), &count);
    for (size_t i = 0; i < count; i++) {
        if (dataset_read_csv(dataset, buf_str(&files[i]->bytes), true))
            continue;
        algorithm_fail(preparing->container, "%s", dataset->why);
        return false;
    }
    return true;
}

static void encode_rows(const struct dataset *dataset, const cJSON *tree, double share, struct buf *rest,
                        struct buf *taken)
{
    struct random random;
    size_t label = dataset_column(dataset, json_str(tree, "target"));
    random_seed(&random, 1);
    for (size_t row = 0; label != SIZE_MAX && row < dataset->rows; row++) {
        struct buf *to = random_unit(&random) < share ? taken : rest;
        size_t before = to->length;
        if (!encoder_row(tree, dataset->cells + row * dataset->columns, label, to))
            to->length = before; /* a row without a label teaches nothing */
    }
}

static void leave_encoder(struct container *container, const cJSON *tree)
{
    struct list files;
    struct container_file *file = memory_alloc(sizeof *file);
    struct buf gzip = BUF_EMPTY;
    list_init(&files);
    file->path = memory_copy(STR(ENCODER_FILE));
    json_print(&file->bytes, tree);
    list_append(&files, &file->link);
    if (archive_pack(&files, MODEL_FOLDER, &gzip))
        container_leave(container, STR(OUTPUT_FOLDER "/transformer/model.tar.gz"), &gzip);
    buf_release(&gzip);
    buf_release(&file->bytes);
    free(file->path);
    free(file);
}

/* The exit message tells what the service must know to go on. */
static void tell(struct container *container, const cJSON *tree)
{
    snprintf(container->reason, sizeof container->reason, "%s %d", json_string(tree, "problem"),
             cJSON_GetArraySize(json_get(tree, "labels")));
}

static void prepare(struct preparing *preparing)
{
    struct container *container = preparing->container;
    double share = 0.2;
    if (!read_channel(preparing, preparing->train, "/opt/ml/processing/input/training") ||
        !read_channel(preparing, preparing->validation, "/opt/ml/processing/input/validation"))
        return;
    dataset_number(analysis_setting(container, "AUTOML_VALIDATION_FRACTION"), &share);
    cJSON *tree = encoder_fit(preparing->train->arena, preparing->train, analysis_setting(container, "AUTOML_TARGET"),
                              analysis_setting(container, "AUTOML_PROBLEM"));
    if (!tree) {
        algorithm_fail(container, "%s", preparing->train->why);
        return;
    }
    bool given = preparing->validation->rows > 0;
    encode_rows(preparing->train, tree, given ? 0 : share, &preparing->lines[0], &preparing->lines[1]);
    if (given)
        encode_rows(preparing->validation, tree, 0, &preparing->lines[1], &preparing->lines[0]);
    if (!preparing->lines[0].length || !preparing->lines[1].length) {
        algorithm_fail(container, "There are too few rows to train and to validate.");
    } else {
        container_leave(container, STR(OUTPUT_FOLDER "/train/train.csv"), &preparing->lines[0]);
        container_leave(container, STR(OUTPUT_FOLDER "/validation/validation.csv"), &preparing->lines[1]);
        leave_encoder(container, tree);
        tell(container, tree);
        container_exit(container, 0);
    }
    cJSON_Delete(tree);
}

static void run(struct container_run *run)
{
    struct preparing preparing = { &run->container, dataset_new(), dataset_new(), { BUF_EMPTY, BUF_EMPTY } };
    prepare(&preparing);
    dataset_free(preparing.train);
    dataset_free(preparing.validation);
    buf_release(&preparing.lines[0]);
    buf_release(&preparing.lines[1]);
}

static const char *no_model(struct container_run *unused, bool *ret_is_endpoint)
{
    return NULL;
}

const struct analysis automl_analysis = { .repository = "sagemaker-sklearn-automl", .model = no_model, .run = run };

/* ---- behind an endpoint ---- */

struct predictor {
    struct arena *arena;
    const cJSON *tree;
};

static struct predictor *load(struct container *container)
{
    struct arena *arena = arena_new();
    const cJSON *tree = model_document(arena, container_input(container, ENCODER_FILE));
    if (!cJSON_IsArray(json_get(tree, "columns"))) {
        snprintf(container->reason, sizeof container->reason, "Unable to load model: encoder.json holds no columns");
        arena_free(arena);
        return NULL;
    }
    struct predictor *predictor = memory_alloc(sizeof *predictor);
    *predictor = (struct predictor){ arena, tree };
    return predictor;
}

static void drop(struct predictor *predictor)
{
    arena_free(predictor->arena);
    free(predictor);
}

static void encode_request(const cJSON *tree, const struct dataset *asked, struct container *container)
{
    size_t columns = (size_t)cJSON_GetArraySize(json_get(tree, "columns"));
    if (asked->columns != columns) {
        answer_fail(container, 400, "the model wants %zu columns, the request has %zu", columns, asked->columns);
        return;
    }
    for (size_t row = 0; row < asked->rows; row++)
        encoder_row(tree, asked->cells + row * columns, SIZE_MAX, &container->reply);
    answer_done(container);
}

/* A probability, or the number of a class, to the label. */
static void decode_request(const cJSON *tree, const struct dataset *asked, struct container *container)
{
    const cJSON *labels = json_get(tree, "labels");
    bool binary = cJSON_GetArraySize(labels) == 2;
    for (size_t i = 0; i < asked->rows * asked->columns; i++) {
        double number = 0;
        dataset_number(asked->cells[i], &number);
        const cJSON *label = cJSON_GetArrayItem(labels, binary ? number > 0.5 : (int)fmax(0, fmin(number, 1000)));
        buf_add_str(&container->reply, label ? json_value(label) : asked->cells[i]);
        buf_add_byte(&container->reply, '\n');
    }
    answer_done(container);
}

static void predict(const struct predictor *predictor, struct container *container)
{
    struct dataset *asked = dataset_new();
    bool decodes = str_is(analysis_setting(container, "AUTOML_TRANSFORM_MODE"), "inverse-label-transform");
    if (!dataset_read_csv(asked, container->body, false) || !asked->rows)
        answer_fail(container, 400, "Unable to evaluate payload provided: %s", asked->rows ? asked->why : "no rows");
    else if (decodes)
        decode_request(predictor->tree, asked, container);
    else
        encode_request(predictor->tree, asked, container);
    dataset_free(asked);
}

static bool train(struct container *container, const struct work *work, void **state)
{
    algorithm_fail(container, "This image prepares data of AutoML jobs; it is not trained by itself.");
    return true;
}

static void abandon(void *state)
{
}

static const struct metric_definition metrics[] = { { NULL, NULL } };

const struct algorithm automl_transformer_algorithm = {
    .name = "sagemaker-sklearn-automl",
    .repository = "sagemaker-sklearn-automl",
    .metrics = metrics,
    .train = train,
    .abandon = abandon,
    .load = load,
    .predict = predict,
    .drop = drop,
};
