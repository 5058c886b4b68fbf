/* "sagemaker-model-monitor-analyzer": statistics, suggested constraints and violations of data and of predictions, as its environment
 * says ("Container Contract Inputs" of the developer guide). What a job of a monitoring schedule finds as ground truth stands in the folder
 * ground_truth_source, which is our own word: on AWS another job merges it before. */
#include "services/sagemaker/analysis/analysis.h"
#include "services/sagemaker/analysis/data_quality.h"
#include "services/sagemaker/analysis/model_quality.h"

static struct str output_folder(const struct container *container)
{
    struct str folder = analysis_setting(container, "output_path");
    return folder.length ? folder : STR("/opt/ml/processing/output");
}

static struct str data_folder(const struct container *container)
{
    struct str folder = analysis_setting(container, "dataset_source");
    return folder.length ? folder : STR("/opt/ml/processing/input/baseline_dataset_input");
}

/* Captured data have no names: those of the baseline are meant, in its order. */
static void take_names(struct dataset *dataset, const cJSON *constraints)
{
    const cJSON *features = json_get(constraints, "features"), *feature;
    struct str *names = ARENA_ARRAY(dataset->arena, struct str, (size_t)cJSON_GetArraySize(features) + 1);
    size_t count = 0;
    cJSON_ArrayForEach(feature, features)
    {
        if (json_str(feature, "name").length)
            names[count++] = json_str(feature, "name");
    }
    if (!dataset->named && count)
        dataset_name(dataset, names, count);
}

static void analyze_data(struct container_run *run, struct dataset *dataset)
{
    struct container *container = &run->container;
    struct arena *arena = dataset->arena;
    struct analysis_data data = { .folder = data_folder(container), .inputs = true, .outputs = true };
    const cJSON *constraints = analysis_document(container, arena, "baseline_constraints");
    const cJSON *statistics = analysis_document(container, arena, "baseline_statistics");
    if (!analysis_read(container, dataset, &data))
        return;
    take_names(dataset, constraints);
    struct data_profile profile = data_quality_measure(arena, dataset);
    struct str folder = output_folder(container);
    analysis_leave(container, folder, "statistics.json", data_quality_statistics(arena, &profile));
    analysis_leave(container, folder, "constraints.json", data_quality_constraints(arena, &profile));
    if (constraints)
        analysis_leave_violations(run, folder, NULL, data_quality_violations(arena, &profile, constraints, statistics));
    if (constraints && statistics)
        analysis_find(run, "drifts", data_quality_drifts(arena, &profile, constraints, statistics));
    container_exit(container, 0);
}

/* ---- model quality ---- */

/* An attribute's column: of captured data it is the index among the output's. */
static size_t attribute(const struct container *container, const struct dataset *dataset, const char *name,
                        bool captured)
{
    int64_t index;
    struct str text = analysis_setting(container, name);
    if (!text.length)
        return SIZE_MAX;
    if (captured)
        return str_to_int64(text, &index) && index >= 0 && (size_t)index + 1 < dataset->columns ? (size_t)index + 1
                                                                                                : SIZE_MAX;
    return dataset_column(dataset, text);
}

static bool find_columns(struct container *container, const struct dataset *dataset, bool captured,
                         struct judging_columns *columns)
{
    struct str problem = analysis_setting(container, "problem_type"),
               threshold = analysis_setting(container, "probability_threshold_attribute");
    columns->truth = captured ? 0 : attribute(container, dataset, "ground_truth_attribute", false);
    columns->inference = attribute(container, dataset, "inference_attribute", captured);
    columns->probability = attribute(container, dataset, "probability_attribute", captured);
    columns->threshold = 0.5;
    if (threshold.length && !dataset_number(threshold, &columns->threshold))
        algorithm_fail(container, "Error: probability_threshold_attribute is no number");
    else if (!model_quality_problem(problem, &columns->problem))
        algorithm_fail(container,
                       "Error: problem_type '%.*s' is not one of Regression, BinaryClassification, "
                       "MulticlassClassification",
                       STR_ARG(problem));
    else if (columns->truth == SIZE_MAX)
        algorithm_fail(container, "Error: the dataset has no column that ground_truth_attribute names");
    else if (columns->inference == SIZE_MAX && columns->probability == SIZE_MAX)
        algorithm_fail(container,
                       "Error: the dataset has no column that inference_attribute or probability_attribute names");
    else
        return true;
    return false;
}

static void analyze_model(struct container_run *run, struct dataset *dataset)
{
    struct container *container = &run->container;
    struct arena *arena = dataset->arena;
    struct analysis_data data = { .folder = data_folder(container), .outputs = true, .labelled = true };
    struct judging_columns columns;
    struct judged judged;
    if (!analysis_read(container, dataset, &data))
        return;
    if (data.ret_captured && !data.ret_labelled) {
        algorithm_fail(container, "Error: there is no ground truth for the captured data");
        return;
    }
    if (!find_columns(container, dataset, data.ret_captured, &columns))
        return;
    if (!model_quality_judge(arena, dataset, &columns, &judged)) {
        algorithm_fail(container, "Error: %s", dataset->why);
        return;
    }
    struct str folder = output_folder(container);
    cJSON *statistics = model_quality_statistics(arena, &judged);
    const cJSON *baseline = analysis_document(container, arena, "baseline_constraints");
    analysis_leave(container, folder, "constraints.json", model_quality_constraints(statistics));
    if (baseline)
        analysis_leave_violations(run, folder, NULL, model_quality_violations(arena, statistics, baseline));
    analysis_leave(container, folder, "statistics.json", statistics);
    container_exit(container, 0);
}

static void analyze(struct container_run *run)
{
    struct container *container = &run->container;
    struct dataset *dataset = dataset_new();
    if (str_is(analysis_setting(container, "analysis_type"), "MODEL_QUALITY"))
        analyze_model(run, dataset);
    else
        analyze_data(run, dataset);
    dataset_free(dataset);
}

static const char *no_model(struct container_run *run, bool *ret_is_endpoint)
{
    return NULL;
}

const struct analysis monitor_analysis = {
    .repository = "sagemaker-model-monitor-analyzer",
    .model = no_model,
    .run = analyze,
};
