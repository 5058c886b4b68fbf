/* "sagemaker-clarify-processing": bias metrics before and after training, and Kernel SHAP, as analysis_config.json says ("Analysis
 * Configuration Files" of the developer guide), into analysis.json. Data: CSV, or what an endpoint captured, with ground truth as labels. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "services/sagemaker/analysis/analysis.h"
#include "services/sagemaker/analysis/attribution.h"
#include "services/sagemaker/analysis/bias.h"
#include "services/sagemaker/analysis/profile.h"
#include "services/sagemaker/analysis/shap.h"

#define PREDICTED_TOGETHER 2000 /* rows of a request */
#define FACETS_MOST        32

/* ---- configuration ---- */

static const struct container_file *config_file(const struct container *container)
{
    for (struct list *link = container->input.next; link != &container->input; link = link->next) {
        const struct container_file *file = LIST_ITEM(link, struct container_file, link);
        if (str_ends(str_of(file->path), STR("/analysis_config.json")))
            return file;
    }
    return NULL;
}

/* Where an input or output of the job stands, by its name. */
static struct str place_of(const struct container *container, struct arena *arena, const char *list, const char *name,
                           struct str otherwise)
{
    const cJSON *job = model_document(arena, container_input(container, "/opt/ml/config/processingjobconfig.json"));
    bool output = strcmp(list, "Outputs") == 0;
    const cJSON *entry;
    cJSON_ArrayForEach(entry, json_get(output ? json_get(job, "ProcessingOutputConfig") : job, list))
    {
        struct str path = json_str(json_get(entry, output ? "S3Output" : "S3Input"), "LocalPath");
        if (path.at && (output || str_is(json_str(entry, "InputName"), name)))
            return path;
    }
    return otherwise;
}

static const char *model_of(struct container_run *run, bool *ret_is_endpoint)
{
    const cJSON *config = model_document(run->arena, config_file(&run->container));
    const cJSON *predictor = json_get(config, "predictor"), *methods = json_get(config, "methods");
    const char *endpoint = json_string(predictor, "endpoint_name"), *model = json_string(predictor, "model_name");
    *ret_is_endpoint = !model && endpoint;
    if (!json_get(methods, "post_training_bias") && !json_get(methods, "shap"))
        return NULL;
    if (json_get(json_parse_in(run->arena, analysis_setting(&run->container, "dataset_format"), NULL),
                 "sagemakerCaptureJson") &&
        !json_get(methods, "shap"))
        return NULL; /* what it predicted was captured */
    return model ? model : endpoint;
}

struct clarifying {
    struct container_run *run;
    struct container *container;
    struct dataset *dataset;
    struct arena *arena;
    const cJSON *config, *methods;
    size_t label, predicted; /* columns; SIZE_MAX: none */
    size_t *features, feature_count;
    double *scores; /* what the model says of each row; NULL: nobody asked it */
    struct str folder;
};

/* A column by the name or number that a node of the configuration gives. */
static size_t column_of(const struct clarifying *clarifying, const cJSON *node)
{
    if (cJSON_IsNumber(node))
        return (size_t)json_to_int64(node) < clarifying->dataset->columns ? (size_t)json_to_int64(node) : SIZE_MAX;
    return cJSON_IsString(node) ? dataset_column(clarifying->dataset, json_value(node)) : SIZE_MAX;
}

static bool is_excluded(const struct clarifying *clarifying, size_t column)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(clarifying->config, "excluded_columns"))
    {
        if (column_of(clarifying, one) == column)
            return true;
    }
    return column == clarifying->label || column == clarifying->predicted ||
           column == column_of(clarifying, json_get(clarifying->config, "joinsource_name_or_index"));
}

static void find_features(struct clarifying *clarifying)
{
    clarifying->features = ARENA_ARRAY(clarifying->arena, size_t, clarifying->dataset->columns + 1);
    for (size_t i = 0; i < clarifying->dataset->columns; i++) {
        if (!is_excluded(clarifying, i))
            clarifying->features[clarifying->feature_count++] = i;
    }
}

/* ---- the data ---- */

static void take_headers(struct clarifying *clarifying, const struct analysis_data *data)
{
    struct dataset *dataset = clarifying->dataset;
    const cJSON *headers = json_get(clarifying->config, "headers"), *header;
    struct str label = json_str(clarifying->config, "label");
    struct str *names = ARENA_ARRAY(clarifying->arena, struct str, DATASET_MOST_COLUMNS + 2);
    size_t count = 0;
    if (data->ret_labelled)
        names[count++] = label.at ? label : STR("label");
    if (data->ret_captured && data->outputs)
        names[count++] = STR("predicted_label");
    cJSON_ArrayForEach(header, headers)
    {
        bool other = !data->ret_captured || !str_equal(json_value(header), label);
        if (other && count < DATASET_MOST_COLUMNS)
            names[count++] = json_value(header);
    }
    if (headers)
        dataset_name(dataset, names, count);
}

static bool read_data(struct clarifying *clarifying)
{
    const struct container *container = clarifying->container;
    bool bias = json_get(clarifying->methods, "post_training_bias") ||
                json_get(clarifying->methods, "pre_training_bias");
    struct str source = analysis_setting(container, "dataset_source");
    struct analysis_data data = {
        .folder = source.length ? source
                                : place_of(container, clarifying->arena, "ProcessingInputs", "dataset",
                                           STR("/opt/ml/processing/input/data")),
        .inputs = true,
        .outputs = bias,
        .labelled = bias,
    };
    if (!analysis_setting(container, "dataset_format").length && !json_get(clarifying->config, "headers")) {
        size_t count; /* without headers the file has them */
        const struct container_file **files = analysis_files(container, clarifying->arena, data.folder, &count);
        for (size_t i = 0; i < count; i++) {
            if (dataset_read_csv(clarifying->dataset, buf_str(&files[i]->bytes), true))
                continue;
            algorithm_fail(clarifying->container, "Error: %s", clarifying->dataset->why);
            return false;
        }
        if (clarifying->dataset->rows)
            return true;
    }
    if (!analysis_read(clarifying->container, clarifying->dataset, &data))
        return false;
    take_headers(clarifying, &data);
    if (data.ret_captured && data.outputs)
        clarifying->predicted = data.ret_labelled ? 1 : 0;
    return true;
}

/* ---- predictions ---- */

static bool predict(void *data, struct str csv, double *ret_values, size_t rows)
{
    struct clarifying *clarifying = data;
    const cJSON *predictor = json_get(clarifying->config, "predictor");
    const cJSON *place = json_get(predictor, "probability") ? json_get(predictor, "probability")
                                                            : json_get(predictor, "label");
    size_t index = cJSON_IsNumber(place) && json_to_int64(place) > 0 ? (size_t)json_to_int64(place) : 0;
    bool good = analysis_predict(clarifying->run->box, csv, rows, index, ret_values);
    if (!good && !clarifying->container->answered)
        algorithm_fail(clarifying->container, "Error: the model does not answer with a number for each row");
    return good;
}

static bool is_wanted(void *data)
{
    return container_run_is_wanted(((struct clarifying *)data)->run);
}

static void take_row(const struct clarifying *clarifying, size_t row, struct str *ret_cells)
{
    for (size_t i = 0; i < clarifying->feature_count; i++)
        ret_cells[i] = dataset_cell(clarifying->dataset, row, clarifying->features[i]);
}

static bool score_all(struct clarifying *clarifying)
{
    size_t rows = clarifying->dataset->rows;
    struct str *cells = ARENA_ARRAY(clarifying->arena, struct str, clarifying->feature_count + 1);
    struct buf csv = BUF_EMPTY;
    bool good = true;
    clarifying->scores = ARENA_ARRAY(clarifying->arena, double, rows + 1);
    for (size_t from = 0; good && from < rows; from += PREDICTED_TOGETHER) {
        size_t until = from + PREDICTED_TOGETHER < rows ? from + PREDICTED_TOGETHER : rows;
        buf_clear(&csv);
        for (size_t row = from; row < until; row++) {
            take_row(clarifying, row, cells);
            shap_print(&csv, cells, clarifying->feature_count);
        }
        good = is_wanted(clarifying) && predict(clarifying, buf_str(&csv), clarifying->scores + from, until - from);
    }
    buf_release(&csv);
    return good;
}

/* ---- bias ---- */

/* Continuous: fractions, or whole numbers of which nearly each is another; then thresholds part it, else values. */
static bool is_continuous(const struct profile *profile)
{
    size_t distinct = profile->value_count > 0;
    for (size_t i = 1; i < profile->value_count; i++)
        distinct += profile->values[i] != profile->values[i - 1];
    return profile->type == COLUMN_FRACTIONAL || (profile->type == COLUMN_INTEGRAL && distinct > 10 &&
                                                  (double)distinct >= 0.05 * (double)profile->value_count);
}

static bool is_same(struct str cell, const cJSON *value)
{
    double number;
    if (cJSON_IsNumber(value))
        return dataset_number(cell, &number) && number == json_to_double(value);
    double other;
    return str_equal(cell, json_value(value)) ||
           (dataset_number(json_value(value), &other) && dataset_number(cell, &number) && number == other);
}

/* Is the cell among the values, or above the threshold? */
static bool is_among(struct str cell, const cJSON *values, bool continuous)
{
    const cJSON *value;
    double number;
    if (continuous && values && values->child) {
        double threshold = cJSON_IsNumber(values->child) ? json_to_double(values->child) : NAN;
        if (cJSON_IsString(values->child))
            dataset_number(json_value(values->child), &threshold);
        return dataset_number(cell, &number) && number > threshold;
    }
    cJSON_ArrayForEach(value, values)
    {
        if (is_same(cell, value))
            return true;
    }
    return false;
}

struct grouping {
    size_t *of, count;
};

static struct grouping group_by(struct clarifying *clarifying, size_t column)
{
    const struct dataset *dataset = clarifying->dataset;
    struct grouping grouping = { ARENA_ARRAY(clarifying->arena, size_t, dataset->rows + 1), 0 };
    struct map *known = map_new();
    for (size_t row = 0; row < dataset->rows; row++) {
        struct str cell = dataset_cell(dataset, row, column);
        size_t *index = map_get(known, cell);
        if (!index) {
            index = ARENA_NEW(clarifying->arena, size_t);
            *index = grouping.count++;
            map_put(known, cell, index);
        }
        grouping.of[row] = *index;
    }
    map_free(known, NULL);
    return grouping;
}

/* Features as numbers, each on its own scale, for nearest neighbours; text counts as its group. */
static double *matrix_of(struct clarifying *clarifying)
{
    size_t rows = clarifying->dataset->rows, count = clarifying->feature_count;
    if (!rows || count > SHAP_MOST_FEATURES || rows > DATASET_MOST_CELLS / (count + 1))
        return NULL;
    double *matrix = ARENA_ARRAY(clarifying->arena, double, rows *count + 1);
    for (size_t i = 0; i < count; i++) {
        struct profile profile;
        profile_measure(clarifying->arena, clarifying->dataset, clarifying->features[i], &profile);
        bool text = profile.type == COLUMN_STRING;
        struct grouping groups = text ? group_by(clarifying, clarifying->features[i]) : (struct grouping){ 0 };
        for (size_t row = 0; row < rows; row++) {
            double value = 0;
            if (text)
                value = (double)groups.of[row];
            else if (!dataset_number(dataset_cell(clarifying->dataset, row, clarifying->features[i]), &value) ||
                     isnan(value))
                value = profile.mean;
            matrix[row * count + i] = !text && profile.deviation > 0 ? value / profile.deviation : value;
        }
    }
    return matrix;
}

static bool predicts_positive(const struct clarifying *clarifying, size_t row, const cJSON *values, bool continuous)
{
    if (clarifying->predicted != SIZE_MAX) {
        struct str cell = dataset_cell(clarifying->dataset, row, clarifying->predicted);
        double number, threshold = json_number(clarifying->config, "probability_threshold", 0.5);
        if (json_get(clarifying->config, "probability_threshold") || !is_among(cell, values, continuous))
            return dataset_number(cell, &number) && !continuous && number > threshold && number <= 1;
        return true;
    }
    double score = clarifying->scores[row];
    bool labels = json_get(json_get(clarifying->config, "predictor"), "label") &&
                  !json_get(json_get(clarifying->config, "predictor"), "probability");
    if (continuous)
        return score > json_to_double(values->child);
    if (!labels)
        return score > json_number(clarifying->config, "probability_threshold", 0.5);
    char text[40];
    snprintf(text, sizeof text, "%.15g", score);
    return is_among(str_of(text), values, false);
}

static struct str join_values(struct arena *arena, const cJSON *values)
{
    struct buf text = BUF_EMPTY;
    const cJSON *value;
    cJSON_ArrayForEach(value, values)
    {
        if (text.length)
            buf_add_byte(&text, ',');
        buf_add_str(&text, json_print_in(arena, value));
    }
    struct str joined = arena_str(arena, buf_str(&text));
    buf_release(&text);
    return joined;
}

struct measured_bias {
    struct bias_data data;
    cJSON *before, *after; /* facets: an object of arrays */
};

static void measure_facet(struct clarifying *clarifying, struct measured_bias *measured, size_t column,
                          const cJSON *values, bool continuous)
{
    const struct dataset *dataset = clarifying->dataset;
    bool *facet = ARENA_ARRAY(clarifying->arena, bool, dataset->rows + 1);
    struct str told = join_values(clarifying->arena, values);
    cJSON *lists[2] = { measured->before, measured->after };
    char *name = arena_copy(clarifying->arena, dataset->names[column]);
    for (size_t row = 0; row < dataset->rows; row++)
        facet[row] = is_among(dataset_cell(dataset, row, column), values, continuous);
    measured->data.facet_d = facet;
    for (int i = 0; i < 2; i++) {
        const cJSON *wanted = json_get(json_get(clarifying->methods, i ? "post_training_bias" : "pre_training_bias"),
                                       "methods");
        if (!lists[i])
            continue;
        cJSON *entry = cJSON_CreateObject(), *list = cJSON_GetObjectItemCaseSensitive(lists[i], name);
        json_set_str(entry, "value_or_threshold", told);
        json_set(entry, "metrics", i ? bias_after(&measured->data, wanted) : bias_before(&measured->data, wanted));
        if (!list) {
            list = cJSON_CreateArray();
            json_set(lists[i], name, list);
        }
        json_add(list, entry);
    }
}

/* Each value of a facet by itself; without values, each that it has. */
static bool measure_facets(struct clarifying *clarifying, struct measured_bias *measured, const cJSON *facet)
{
    struct profile profile;
    size_t column = column_of(clarifying, json_get(facet, "name_or_index"));
    const cJSON *values = json_get(facet, "value_or_threshold"), *value;
    if (column == SIZE_MAX) {
        algorithm_fail(clarifying->container, "Error: the dataset has no column of the facet %.*s",
                       STR_ARG(json_print_in(clarifying->arena, json_get(facet, "name_or_index"))));
        return false;
    }
    profile_measure(clarifying->arena, clarifying->dataset, column, &profile);
    bool continuous = is_continuous(&profile);
    cJSON *made = cJSON_CreateArray();
    if (!values || !values->child) {
        struct grouping groups = group_by(clarifying, column);
        for (size_t group = 0; group < groups.count && group < FACETS_MOST; group++) {
            size_t row = 0;
            while (groups.of[row] != group)
                row++;
            json_add(made, json_new_string(dataset_cell(clarifying->dataset, row, column)));
        }
        values = made;
        continuous = false;
    }
    cJSON_ArrayForEach(value, values)
    {
        cJSON *one = cJSON_CreateArray();
        json_add(one, json_thaw(value));
        measure_facet(clarifying, measured, column, one, continuous);
        cJSON_Delete(one);
    }
    cJSON_Delete(made);
    return true;
}

static cJSON *part(const struct clarifying *clarifying, const cJSON *values, cJSON *facets_taken)
{
    cJSON *part = cJSON_CreateObject();
    json_set_str(part, "label", clarifying->dataset->names[clarifying->label]);
    json_set(part, "facets", facets_taken);
    json_set_str(part, "label_value_or_threshold", join_values(clarifying->arena, values));
    return part;
}

static bool measure_bias(struct clarifying *clarifying, cJSON *analysis)
{
    const struct dataset *dataset = clarifying->dataset;
    const cJSON *values = json_get(clarifying->config, "label_values_or_threshold"),
                *facets = json_get(clarifying->config, "facet"), *facet;
    bool after = json_get(clarifying->methods, "post_training_bias") != NULL;
    if (clarifying->label == SIZE_MAX || !values || !values->child || !facets) {
        algorithm_fail(clarifying->container,
                       "Error: bias wants label, label_values_or_threshold and facet in the analysis configuration");
        return false;
    }
    struct profile labels;
    profile_measure(clarifying->arena, dataset, clarifying->label, &labels);
    bool continuous = is_continuous(&labels), *observed = ARENA_ARRAY(clarifying->arena, bool, dataset->rows + 1);
    bool *predicted = ARENA_ARRAY(clarifying->arena, bool, dataset->rows + 1);
    size_t group = column_of(clarifying, json_get(clarifying->config, "group_variable"));
    struct grouping groups = group != SIZE_MAX ? group_by(clarifying, group) : (struct grouping){ 0 };
    struct grouping classes = group_by(clarifying, clarifying->label);
    for (size_t row = 0; row < dataset->rows; row++) {
        observed[row] = is_among(dataset_cell(dataset, row, clarifying->label), values, continuous);
        predicted[row] = after && predicts_positive(clarifying, row, values, continuous);
        if (continuous)
            classes.of[row] = observed[row];
    }
    struct measured_bias measured = {
        .data = { .rows = dataset->rows,
                  .observed = observed,
                  .predicted = after ? predicted : NULL,
                  .classes = classes.of,
                  .class_count = continuous ? 2 : classes.count,
                  .groups = groups.of,
                  .group_count = groups.count,
                  .features = after ? matrix_of(clarifying) : NULL,
                  .feature_count = clarifying->feature_count },
        .before = json_get(clarifying->methods, "pre_training_bias") ? cJSON_CreateObject() : NULL,
        .after = after ? cJSON_CreateObject() : NULL,
    };
    bool good = true;
    cJSON_ArrayForEach(facet, facets)
    {
        good = good && measure_facets(clarifying, &measured, facet);
    }
    if (measured.before)
        json_set(analysis, "pre_training_bias_metrics", part(clarifying, values, measured.before));
    if (measured.after)
        json_set(analysis, "post_training_bias_metrics", part(clarifying, values, measured.after));
    return good;
}

/* ---- SHAP ---- */

/* What the configuration gives (its first row), else the mean of each column, of text the most frequent value. */
static void make_baseline(struct clarifying *clarifying, const cJSON *given, struct str *ret_cells)
{
    const cJSON *row = cJSON_IsArray(given) ? given->child : NULL;
    for (size_t i = 0; i < clarifying->feature_count; i++) {
        struct profile profile;
        const cJSON *cell = cJSON_IsArray(row) ? cJSON_GetArrayItem(row, (int)i) : NULL;
        if (cell) {
            ret_cells[i] = json_print_in(clarifying->arena, cell);
            continue;
        }
        profile_measure(clarifying->arena, clarifying->dataset, clarifying->features[i], &profile);
        size_t best = 0;
        for (size_t k = 0; k < profile.category_count; k++)
            best = profile.categories[k].count > profile.categories[best].count ? k : best;
        ret_cells[i] = profile.category_count ? profile.categories[best].value
                                              : str_of(dataset_print(clarifying->arena, profile.mean));
    }
}

struct attribution {
    double *sums, *squares;
    size_t rows;
    struct buf local;
};

static bool explain_rows(struct clarifying *clarifying, const struct shap *shap, double expected,
                         struct attribution *attribution)
{
    size_t all = clarifying->dataset->rows, wanted = shap_rows(shap, all), count = clarifying->feature_count;
    struct str *row = ARENA_ARRAY(clarifying->arena, struct str, count + 1);
    double *values = ARENA_ARRAY(clarifying->arena, double, count + 1);
    for (size_t i = 0; i < wanted; i++) {
        take_row(clarifying, i * all / wanted, row);
        if (!shap_explain(shap, row, expected, values))
            return false;
        for (size_t k = 0; k < count; k++) {
            attribution->sums[k] += fabs(values[k]);
            attribution->squares[k] += values[k] * values[k];
            buf_printf(&attribution->local, "%s%.10g", k ? "," : "", values[k]);
        }
        buf_add_byte(&attribution->local, '\n');
        attribution->rows++;
    }
    return true;
}

static void leave_text(struct clarifying *clarifying, const char *name, struct buf *text_taken)
{
    struct buf path = BUF_EMPTY;
    buf_printf(&path, "%.*s/%s", STR_ARG(clarifying->folder), name);
    container_leave(clarifying->container, buf_str(&path), text_taken);
    buf_release(&path);
}

static const char *label_name(const struct clarifying *clarifying)
{
    const cJSON *headers = json_get(json_get(clarifying->config, "predictor"), "label_headers");
    const char *name = headers && cJSON_IsString(headers->child) ? headers->child->valuestring : NULL;
    return name ? name : "label0";
}

static void tell_attribution(struct clarifying *clarifying, const struct attribution *attribution, double expected,
                             bool by_squares, cJSON *analysis)
{
    cJSON *explanations = cJSON_CreateObject(), *kernel = cJSON_CreateObject(), *label = cJSON_CreateObject();
    cJSON *global = cJSON_CreateObject();
    for (size_t i = 0; i < clarifying->feature_count; i++) {
        double rows = (double)attribution->rows;
        char *name = arena_copy(clarifying->arena, clarifying->dataset->names[clarifying->features[i]]);
        json_set_number(global, name, by_squares ? attribution->squares[i] / rows : attribution->sums[i] / rows);
    }
    json_set(label, "global_shap_values", global);
    json_set_number(label, "expected_value", expected);
    json_set(kernel, label_name(clarifying), label);
    json_set(explanations, "kernel_shap", kernel);
    json_set(analysis, "explanations", explanations);
}

static bool explain_model(struct clarifying *clarifying, cJSON *analysis)
{
    const cJSON *config = json_get(clarifying->methods, "shap");
    size_t count = clarifying->feature_count;
    if (count < 2 || count > SHAP_MOST_FEATURES) {
        algorithm_fail(clarifying->container, "Error: SHAP explains models of 2 to %d features here, not of %zu",
                       SHAP_MOST_FEATURES, count);
        return false;
    }
    struct str *baseline = ARENA_ARRAY(clarifying->arena, struct str, count + 1);
    make_baseline(clarifying, json_get(config, "baseline"), baseline);
    int64_t samples = json_int64(config, "num_samples", 0);
    const struct shap shap = { .features = count,
                               .baseline = baseline,
                               .samples = samples > 0 && samples < SHAP_MOST_PREDICTIONS ? (size_t)samples : 0,
                               .seed = (uint64_t)json_int64(config, "seed", 1),
                               .predict = predict,
                               .is_wanted = is_wanted,
                               .data = clarifying };
    struct attribution attribution = { ARENA_ARRAY(clarifying->arena, double, count),
                                       ARENA_ARRAY(clarifying->arena, double, count), 0, BUF_EMPTY };
    double expected;
    struct buf text = BUF_EMPTY;
    for (size_t i = 0; i < count; i++)
        buf_printf(&attribution.local, "%s%.*s_%s", i ? "," : "",
                   STR_ARG(clarifying->dataset->names[clarifying->features[i]]), label_name(clarifying));
    buf_add_byte(&attribution.local, '\n');
    bool good = shap_expected(&shap, &expected) && explain_rows(clarifying, &shap, expected, &attribution);
    if (good) {
        tell_attribution(clarifying, &attribution, expected, str_is(json_str(config, "agg_method"), "mean_sq"),
                         analysis);
        shap_print(&text, baseline, count);
        leave_text(clarifying, "explanations_shap/baseline.csv", &text);
    }
    if (good && json_bool(config, "save_local_shap_values", true))
        leave_text(clarifying, "explanations_shap/out.csv", &attribution.local);
    buf_release(&attribution.local);
    return good;
}

static void check_drift(struct clarifying *clarifying, const cJSON *analysis)
{
    const cJSON *baseline = analysis_document(clarifying->container, clarifying->arena, "baseline_constraints"), *one;
    if (!baseline)
        return;
    cJSON *violations = bias_violations(clarifying->arena, analysis, baseline);
    cJSON *others = attribution_violations(clarifying->arena, analysis, baseline);
    cJSON_ArrayForEach(one, others)
    {
        json_add(violations, json_thaw(one));
    }
    cJSON_Delete(others);
    analysis_leave_violations(clarifying->run, clarifying->folder, "1.0", violations);
}

/* ---- all of it ---- */

static bool prepare(struct clarifying *clarifying)
{
    clarifying->config = model_document(clarifying->arena, config_file(clarifying->container));
    clarifying->methods = json_get(clarifying->config, "methods");
    if (!clarifying->methods) {
        algorithm_fail(clarifying->container, "Error: there is no analysis_config.json with methods");
        return false;
    }
    if (!read_data(clarifying))
        return false;
    clarifying->label = column_of(clarifying, json_get(clarifying->config, "label"));
    find_features(clarifying);
    bool asks = json_get(clarifying->methods, "shap") ||
                (json_get(clarifying->methods, "post_training_bias") && clarifying->predicted == SIZE_MAX);
    if (asks && !clarifying->run->box) {
        algorithm_fail(clarifying->container,
                       "Error: the predictor names no model that this practice cloud can ask from here");
        return false;
    }
    return true;
}

static void clarify(struct clarifying *clarifying)
{
    cJSON *analysis = cJSON_CreateObject();
    const cJSON *methods = clarifying->methods;
    bool bias = json_get(methods, "pre_training_bias") || json_get(methods, "post_training_bias"), good = true;
    json_set_string(analysis, "version", "1.0");
    if (json_get(methods, "post_training_bias") && clarifying->predicted == SIZE_MAX)
        good = score_all(clarifying);
    good = good && (!bias || measure_bias(clarifying, analysis));
    good = good && (!json_get(methods, "shap") || explain_model(clarifying, analysis));
    if (!good) {
        cJSON_Delete(analysis);
        return;
    }
    check_drift(clarifying, analysis);
    analysis_leave(clarifying->container, clarifying->folder, "analysis.json", analysis);
    container_exit(clarifying->container, 0);
}

static void run(struct container_run *run)
{
    struct dataset *dataset = dataset_new();
    struct clarifying clarifying = { .run = run,
                                     .container = &run->container,
                                     .dataset = dataset,
                                     .arena = dataset->arena,
                                     .label = SIZE_MAX,
                                     .predicted = SIZE_MAX,
                                     .folder = place_of(&run->container, dataset->arena, "Outputs", NULL,
                                                        STR("/opt/ml/processing/output")) };
    if (prepare(&clarifying))
        clarify(&clarifying);
    dataset_free(dataset);
    if (!run->container.answered) /* nobody waits any more */
        container_exit(&run->container, 1);
}

const struct analysis clarify_analysis = {
    .repository = "sagemaker-clarify-processing",
    .model = model_of,
    .run = run,
};
