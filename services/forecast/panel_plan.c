#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "services/forecast/panel.h"
#include "services/forecast/table_read.h"

bool panel_refuse(struct panel *panel, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(&panel->why, format, args);
    va_end(args);
    return false;
}

size_t panel_column(const struct import_format *format, const char *name)
{
    for (size_t i = 0; i < format->count; i++)
        if (strcmp(format->attributes[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

/* ---- the data ---- */

static bool open_blobs(struct panel *panel, struct world *world, struct panel_data *data, const cJSON *imports)
{
    const cJSON *one;
    data->imports = ARENA_ARRAY(panel->arena, struct panel_import, (size_t)cJSON_GetArraySize(imports) + 1);
    cJSON_ArrayForEach(one, imports)
    {
        struct panel_import *import = &data->imports[data->import_count++];
        if (blob_open(world, json_str(one, "_data"), &import->data) != 0 ||
            blob_open(world, json_str(one, "_texts"), &import->texts) != 0)
            return panel_refuse(panel, "The data of the dataset import job %s could not be read.",
                                json_string(one, "Arn"));
    }
    return true;
}

static bool plan_data(struct panel *panel, struct world *world, struct panel_data *data, const cJSON *dataset)
{
    if (!dataset)
        return true;
    table_read_format(dataset_attributes(dataset), panel->arena, &data->format);
    return open_blobs(panel, world, data, json_get(dataset, "_imports"));
}

/* ---- what is asked of the data ---- */

static void plan_fill(const cJSON *transformations, const char *place, struct forecast_fill *fill)
{
    char name[40];
    const char *method = json_string(transformations, place);
    if (method && forecast_filling_parse(method, &fill->method) && fill->method == FORECAST_FILL_VALUE) {
        snprintf(name, sizeof name, "%s_value", place);
        const char *value = json_string(transformations, name);
        fill->value = value ? strtod(value, NULL) : 0;
    }
}

static void plan_features(const cJSON *transformations, struct forecast_featurization *features)
{
    const char *aggregation = json_string(transformations, "aggregation");
    if (aggregation)
        forecast_aggregation_parse(aggregation, &features->aggregation);
    plan_fill(transformations, "frontfill", &features->front);
    plan_fill(transformations, "middlefill", &features->middle);
    plan_fill(transformations, "backfill", &features->back);
    plan_fill(transformations, "futurefill", &features->future);
}

static void plan_attribute(struct panel *panel, const char *name, const cJSON *transformations)
{
    size_t column = panel_column(&panel->related.format, name);
    if (strcmp(name, panel->value) == 0)
        plan_features(transformations, &panel->target_features);
    else if (column != SIZE_MAX)
        plan_features(transformations, &panel->related_features[column]);
}

/* AutoPredictor's AttributeConfigs, or a legacy predictor's Featurizations. */
static void plan_transformations(struct panel *panel, const cJSON *predictor)
{
    const cJSON *one;
    panel->target_features = forecast_target_defaults;
    for (size_t i = 0; i < IMPORT_ATTRIBUTES; i++)
        panel->related_features[i] = forecast_related_defaults;
    cJSON_ArrayForEach(one, json_get(json_get(predictor, "DataConfig"), "AttributeConfigs"))
    {
        plan_attribute(panel, json_string(one, "AttributeName"), json_get(one, "Transformations"));
    }
    cJSON_ArrayForEach(one, json_get(json_get(predictor, "FeaturizationConfig"), "Featurizations"))
    {
        const cJSON *pipeline = json_get(one, "FeaturizationPipeline");
        plan_attribute(panel, json_string(one, "AttributeName"),
                       json_get(pipeline ? pipeline->child : NULL, "FeaturizationMethodParameters"));
    }
}

static int index_of(const char *text, const char *const *names)
{
    for (int i = 0; text && names[i]; i++)
        if (strcmp(text, names[i]) == 0)
            return i;
    return -1;
}

static void plan_boundary(struct forecast_frequency *frequency, const cJSON *boundary)
{
    static const char *const days[] = { "MONDAY", "TUESDAY",  "WEDNESDAY", "THURSDAY",
                                        "FRIDAY", "SATURDAY", "SUNDAY",    NULL };
    static const char *const months[] = { "JANUARY", "FEBRUARY",  "MARCH",   "APRIL",    "MAY",      "JUNE", "JULY",
                                          "AUGUST",  "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER", NULL };
    int day = index_of(json_string(boundary, "DayOfWeek"), days),
        month = index_of(json_string(boundary, "Month"), months);
    frequency->hour = (int)json_int64(boundary, "Hour", 0);
    frequency->day_of_week = day < 0 ? 0 : day;
    frequency->day_of_month = (int)json_int64(boundary, "DayOfMonth", 0);
    frequency->month = month + 1;
}

/* "p10" and its kin, ascending; the mean is always there. */
static int by_size(const void *a, const void *b)
{
    double mine = *(const double *)a, theirs = *(const double *)b;
    return mine < theirs ? -1 : mine > theirs;
}

static void plan_quantiles(struct panel *panel, const cJSON *types)
{
    const cJSON *type;
    cJSON_ArrayForEach(type, types)
    {
        if (!str_is(json_value(type), "mean") && panel->quantile_count < FORECAST_QUANTILES)
            panel->quantiles[panel->quantile_count++] = strtod(json_value(type).at, NULL);
    }
    qsort(panel->quantiles, panel->quantile_count, sizeof *panel->quantiles, by_size);
}

static void plan_dimensions(struct panel *panel, const cJSON *dimensions)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, dimensions)
    {
        if (!str_is(json_value(one), panel->item) && panel->dimension_count < PANEL_DIMENSIONS)
            panel->dimensions[panel->dimension_count++] = arena_copy(panel->arena, json_value(one));
    }
}

static const char *holiday_of(const cJSON *predictor)
{
    const cJSON *one, *legacy = json_get(json_get(predictor, "InputDataConfig"), "SupplementaryFeatures");
    cJSON_ArrayForEach(one, json_get(json_get(predictor, "DataConfig"), "AdditionalDatasets"))
    {
        const cJSON *codes = json_get(json_get(one, "Configuration"), "CountryCode");
        if (str_is(json_str(one, "Name"), "holiday") && codes && codes->child)
            return json_value(codes->child).at;
    }
    cJSON_ArrayForEach(one, legacy)
    {
        if (str_is(json_str(one, "Name"), "holiday"))
            return json_string(one, "Value");
    }
    return NULL;
}

static enum forecast_metric metric_of(const cJSON *predictor)
{
    static const char *const names[] = { "AverageWeightedQuantileLoss", "WAPE", "RMSE", "MASE", "MAPE", NULL };
    int metric = index_of(json_string(predictor, "OptimizationMetric"), names);
    return metric < 0 ? FORECAST_AVERAGE_WQL : (enum forecast_metric)metric;
}

static void plan_task(struct panel *panel, const cJSON *predictor)
{
    const char *holidays = holiday_of(predictor), *algorithm = json_string(predictor, "AlgorithmArn");
    const cJSON *evaluation = json_get(predictor, "EvaluationParameters"), *one,
                *parameters = json_get(predictor, "TrainingParameters");
    struct forecast_task *task = &panel->task;
    panel->algorithm = FORECAST_AUTO;
    panel->is_auto = json_bool(predictor, "IsAutoPredictor", false);
    if (algorithm && !json_bool(predictor, "PerformAutoML", false))
        forecast_algorithm_of_arn(algorithm, &panel->algorithm);
    bool global = panel->algorithm == FORECAST_CNN_QR || panel->algorithm == FORECAST_DEEP_AR_PLUS ||
                  panel->algorithm == FORECAST_AUTO;
    panel->horizon_share = json_get(predictor, "ReferencePredictorArn") ? 3 : panel->is_auto ? 4 : global ? 3 : 0;
    task->algorithm = panel->algorithm;
    task->all_algorithms = json_bool(predictor, "PerformAutoML", false);
    task->optimise = metric_of(predictor);
    task->windows = (int)json_int64(evaluation, "NumberOfBacktestWindows", 1);
    task->window_offset = (int)json_int64(evaluation, "BackTestWindowOffset", 0);
    task->holidays = holidays ? arena_copy(panel->arena, str_of(holidays)) : NULL;
    struct forecast_parameter *list = ARENA_ARRAY(panel->arena, struct forecast_parameter,
                                                  (size_t)cJSON_GetArraySize(parameters) + 1);
    cJSON_ArrayForEach(one, parameters)
    {
        list[task->parameter_count++] = (struct forecast_parameter){ arena_copy(panel->arena, str_of(one->string)),
                                                                     arena_copy(panel->arena, json_value(one)) };
    }
    task->parameters = list;
}

void panel_plan_calendar(struct panel *panel, const cJSON *predictor, struct arena *arena)
{
    const cJSON *legacy = json_get(predictor, "FeaturizationConfig");
    panel->arena = arena;
    forecast_frequency_parse(json_string(legacy ? legacy : predictor, "ForecastFrequency"), &panel->frequency);
    plan_boundary(&panel->frequency, json_get(predictor, "TimeAlignmentBoundary"));
}

bool panel_plan(struct panel *panel, struct world *world, struct scope scope, const cJSON *predictor,
                struct arena *arena)
{
    const cJSON *legacy = json_get(predictor, "FeaturizationConfig");
    const cJSON *group = resource_get(world, scope, &kind_dataset_group, json_str(predictor, "_group"));
    const cJSON *target = dataset_of_group(world, scope, group, "TARGET_TIME_SERIES");
    panel->arena = arena;
    if (!target || !json_get(target, "_imports") || !json_get(target, "_imports")->child)
        return panel_refuse(
            panel,
            "The dataset group %s has no target time series data. Import data into its TARGET_TIME_SERIES dataset.",
            json_string(predictor, "_group"));
    panel->item = arena_copy(arena, str_of(dataset_domain(target)->item));
    panel->value = arena_copy(arena, str_of(dataset_domain(target)->target));
    if (!plan_data(panel, world, &panel->target, target) ||
        !plan_data(panel, world, &panel->related, dataset_of_group(world, scope, group, "RELATED_TIME_SERIES")) ||
        !plan_data(panel, world, &panel->metadata, dataset_of_group(world, scope, group, "ITEM_METADATA")))
        return false;
    panel_plan_calendar(panel, predictor, arena);
    panel->horizon = (int)json_int64(predictor, "ForecastHorizon", 1);
    plan_dimensions(panel, json_get(legacy ? legacy : predictor, "ForecastDimensions"));
    plan_quantiles(panel, json_get(predictor, "ForecastTypes"));
    plan_transformations(panel, predictor);
    plan_task(panel, predictor);
    return true;
}

static void release_data(struct panel_data *data)
{
    for (size_t i = 0; i < data->import_count; i++) {
        blob_close(data->imports[i].data);
        blob_close(data->imports[i].texts);
        for (size_t k = 0; k < IMPORT_ATTRIBUTES; k++)
            dictionary_release(&data->imports[i].words[k]);
    }
}

void panel_release(struct panel *panel)
{
    release_data(&panel->target);
    release_data(&panel->related);
    release_data(&panel->metadata);
    dictionary_release(&panel->keys);
    dictionary_release(&panel->related_keys);
    buf_release(&panel->why);
    free(panel->series);
    free(panel->cells);
    free(panel->values);
    free(panel->related_values);
    free(panel->categories);
}
