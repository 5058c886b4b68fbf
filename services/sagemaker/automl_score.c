#include "services/sagemaker/automl_score.h"

#include <stdio.h>
#include <stdlib.h>

#include "services/sagemaker/analysis/analysis.h"
#include "services/sagemaker/analysis/model_quality.h"
#include "services/sagemaker/archive.h"

#define ROWS_TOGETHER 2000

/* ---- metrics: AutoML's names for Model Monitor's ---- */

static const struct known {
    const char *name;
    enum problem problem;
    const char *as; /* the member of statistics; NULL: of the confusion matrix */
    bool less_is_better;
} known[] = {
    { "MSE", PROBLEM_REGRESSION, "mse", true },
    { "RMSE", PROBLEM_REGRESSION, "rmse", true },
    { "MAE", PROBLEM_REGRESSION, "mae", true },
    { "R2", PROBLEM_REGRESSION, "r2", false },
    { "F1", PROBLEM_BINARY, "f1", false },
    { "Accuracy", PROBLEM_BINARY, "accuracy", false },
    { "AUC", PROBLEM_BINARY, "auc", false },
    { "Precision", PROBLEM_BINARY, "precision", false },
    { "Recall", PROBLEM_BINARY, "recall", false },
    { "BalancedAccuracy", PROBLEM_BINARY, NULL, false },
    { "Accuracy", PROBLEM_MULTICLASS, "accuracy", false },
    { "F1macro", PROBLEM_MULTICLASS, NULL, false },
    { "PrecisionMacro", PROBLEM_MULTICLASS, NULL, false },
    { "RecallMacro", PROBLEM_MULTICLASS, NULL, false },
    { "BalancedAccuracy", PROBLEM_MULTICLASS, NULL, false },
};

bool automl_metric_is_known(struct str metric, struct str problem, bool *ret_maximise)
{
    enum problem wanted;
    bool any = !model_quality_problem(problem, &wanted);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!str_is(metric, known[i].name) || (!any && known[i].problem != wanted))
            continue;
        *ret_maximise = !known[i].less_is_better;
        return true;
    }
    return false;
}

struct macro {
    double f1, precision, recall;
};

/* Means over the classes, each counted alike. */
static struct macro macro_of(const cJSON *matrix)
{
    struct macro macro = { 0 };
    double classes = cJSON_GetArraySize(matrix);
    const cJSON *line, *other;
    cJSON_ArrayForEach(line, matrix)
    {
        double right = json_number(line, line->string, 0), truths = 0, guesses = 0;
        const cJSON *cell;
        cJSON_ArrayForEach(cell, line)
        {
            truths += json_to_double(cell);
        }
        cJSON_ArrayForEach(other, matrix)
        {
            guesses += json_number(other, line->string, 0);
        }
        double recall = truths > 0 ? right / truths : 0, precision = guesses > 0 ? right / guesses : 0;
        macro.recall += recall / classes;
        macro.precision += precision / classes;
        macro.f1 += recall + precision > 0 ? 2 * recall * precision / (recall + precision) / classes : 0;
    }
    return macro;
}

static cJSON *read_metrics(const cJSON *statistics, enum problem problem)
{
    static const char *const members[] = { "regression_metrics", "binary_classification_metrics",
                                           "multiclass_classification_metrics" };
    const cJSON *from = json_get(statistics, members[problem]);
    struct macro macro = macro_of(json_get(from, "confusion_matrix"));
    cJSON *metrics = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].problem != problem)
            continue;
        struct str name = str_of(known[i].name);
        double value = known[i].as                      ? json_number(json_get(from, known[i].as), "value", 0)
                       : str_is(name, "F1macro")        ? macro.f1
                       : str_is(name, "PrecisionMacro") ? macro.precision
                                                        : macro.recall;
        json_set_number(metrics, known[i].name, value);
    }
    return metrics;
}

/* ---- on a worker ---- */

static const struct container_file *file_below(const struct container *container, const char *folder)
{
    for (struct list *link = container->input.next; link != &container->input; link = link->next) {
        const struct container_file *file = LIST_ITEM(link, struct container_file, link);
        if (str_starts(str_of(file->path), str_of(folder)))
            return file;
    }
    return NULL;
}

static bool predict(struct container_run *run, struct str text, double *ret_values, size_t rows)
{
    bool good = true;
    struct buf csv = BUF_EMPTY;
    for (size_t from = 0; good && from < rows; from += ROWS_TOGETHER) {
        size_t count = rows - from < ROWS_TOGETHER ? rows - from : ROWS_TOGETHER;
        buf_clear(&csv);
        for (size_t i = 0; i < count; i++) {
            struct str line = str_cut(text, '\n', &text), features;
            str_cut(line, ',', &features);
            buf_add_str(&csv, features);
            buf_add_byte(&csv, '\n');
        }
        good = container_run_is_wanted(run) && analysis_predict(run->box, buf_str(&csv), count, 0, ret_values + from);
    }
    buf_release(&csv);
    return good;
}

static void judge(struct container_run *run, struct dataset *dataset, struct str text)
{
    enum problem problem;
    struct arena *arena = dataset->arena;
    double *values = ARENA_ARRAY(arena, double, dataset->rows + 1);
    struct judged judged;
    if (!model_quality_problem(analysis_setting(&run->container, "problem_type"), &problem) ||
        !predict(run, text, values, dataset->rows))
        return;
    /* The label is the first column already: the prediction takes the place of the second. */
    for (size_t row = 0; row < dataset->rows; row++)
        dataset->cells[row * dataset->columns + 1] = str_of(arena_printf(arena, "%.9g", values[row]));
    const struct judging_columns columns = { .problem = problem,
                                             .truth = 0,
                                             .inference = problem == PROBLEM_BINARY ? SIZE_MAX : 1,
                                             .probability = problem == PROBLEM_BINARY ? 1 : SIZE_MAX,
                                             .threshold = 0.5 };
    if (!model_quality_judge(arena, dataset, &columns, &judged))
        return;
    cJSON *statistics = model_quality_statistics(arena, &judged);
    run->metrics = read_metrics(statistics, problem);
    cJSON_Delete(statistics);
}

static void compute(struct container_run *run)
{
    struct container *container = &run->container;
    const char *why = "";
    const struct container_file *archive = file_below(container, "/archive/"), *data = file_below(container, "/data/");
    struct dataset *dataset = dataset_new();
    bool good = archive && data && archive_unpack(buf_str(&archive->bytes), MODEL_FOLDER, container, &why) &&
                dataset_read_csv(dataset, buf_str(&data->bytes), false) && dataset->rows && dataset->columns > 1;
    struct predictor *predictor = good ? run->algorithm->load(container) : NULL;
    if (predictor) {
        run->box = predictor_box_new(run->algorithm, predictor);
        judge(run, dataset, buf_str(&data->bytes));
    }
    dataset_free(dataset);
}

/* ---- its stages ---- */

static void ended(struct container_run *run)
{
    struct automl_score *score = run->owner;
    score->stage = SCORE_RAN;
    score->ready(score->owner);
}

static void begin_fetch(struct automl_score *score, const char *url, const char *folder)
{
    score->fetch = (struct fetch){
        .access = score->access, .container = &score->run->container, .url = url, .folder = folder, .is_object = true
    };
    fetch_begin(&score->fetch);
}

void automl_score_begin(struct automl_score *score)
{
    score->run = container_run_new(score->world, NULL);
    score->run->owner = score;
    score->run->ended = ended;
    score->run->algorithm = image_find(str_of(score->image), score->scope.account).algorithm;
    score->run->container.environment = json_parse_in(
        score->run->arena, str_of(arena_printf(score->run->arena, "{\"problem_type\":\"%s\"}", score->problem)), NULL);
    score->stage = SCORE_MODEL;
    begin_fetch(score, score->model_url, "/archive");
}

static enum progress fetched(struct automl_score *score)
{
    fetch_end(&score->fetch);
    s3_access_end(score->access);
    if (score->stage == SCORE_MODEL) {
        score->stage = SCORE_DATA;
        begin_fetch(score, score->validation_url, "/data");
        return PROGRESS_AGAIN;
    }
    score->stage = SCORE_RUNS;
    container_run_compute(score->run, compute, clock_now(score->world->clock));
    return PROGRESS_WAITS;
}

enum progress automl_score_step(struct automl_score *score)
{
    if (score->stage == SCORE_RUNS)
        return PROGRESS_WAITS;
    if (score->stage == SCORE_RAN) {
        score->metrics = score->run->metrics;
        score->run->metrics = NULL;
        snprintf(score->reason, sizeof score->reason, "The candidate's model does not predict the validation data.");
        return score->metrics ? PROGRESS_DONE : PROGRESS_FAILED;
    }
    enum progress progress = fetch_step(&score->fetch);
    if (progress == PROGRESS_FAILED)
        snprintf(score->reason, sizeof score->reason, "%s", score->fetch.reason);
    return progress == PROGRESS_DONE ? fetched(score) : progress;
}

void automl_score_end(struct automl_score *score)
{
    fetch_end(&score->fetch);
    container_run_drop(score->run);
    score->run = NULL;
    cJSON_Delete(score->metrics);
    score->metrics = NULL;
}
