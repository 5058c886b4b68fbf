#include "services/forecast/explainability.h"

#include <stdlib.h>

#include "services/forecast/forecast.h"
#include "services/forecast/forecasting.h"
#include "services/forecast/s3_source.h"

/* The rules are CreateExplainability's, the sentences ours. */
static bool check(struct call *call)
{
    const cJSON *config = json_get(call->input, "ExplainabilityConfig"), *source = json_get(call->input, "DataSource");
    bool items = str_is(json_str(config, "TimeSeriesGranularity"), "SPECIFIC"),
         times = str_is(json_str(config, "TimePointGranularity"), "SPECIFIC");
    const struct resource_kind *kind = resource_kind_of(input_str(call, "ResourceArn"));
    struct import_format format = { 0 };
    const char *why = NULL;
    if (kind != &kind_predictor && kind != &kind_forecast)
        why = "The ResourceArn must be that of a predictor or a forecast.";
    else if (kind == &kind_predictor && (items || times))
        why = "The explainability of a predictor needs a TimeSeriesGranularity and a TimePointGranularity of ALL.";
    else if (items != (source && json_get(json_get(call->input, "Schema"), "Attributes")))
        why = "A TimeSeriesGranularity of SPECIFIC needs a DataSource and a Schema, and ALL takes none.";
    else if (source &&
             !table_read_format(json_get(json_get(call->input, "Schema"), "Attributes"), call->arena, &format))
        why = "The schema has too many attributes.";
    else if (times != (input_has(call, "StartDateTime") && input_has(call, "EndDateTime")))
        why = "A TimePointGranularity of SPECIFIC needs StartDateTime and EndDateTime, and ALL takes none.";
    if (why)
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "%s", why);
    return !why;
}

enum outcome create_explainability(struct call *call)
{
    if (!check(call))
        return CALL_FAILED;
    const struct resource_kind *kind = resource_kind_of(input_str(call, "ResourceArn"));
    const cJSON *resource = resource_find(call, kind, input_str(call, "ResourceArn"));
    if (!resource || !resource_is_ready(call, kind, resource) ||
        !s3_config_check(call, json_get(json_get(call->input, "DataSource"), "S3Config"), true))
        return CALL_FAILED;
    const cJSON *predictor = kind == &kind_predictor ? resource
                                                     : resource_get(call->world, call_scope(call), &kind_predictor,
                                                                    json_str(resource, "PredictorArn"));
    if (!json_bool(predictor, "IsAutoPredictor", false))
        return call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                         "Explainability needs a predictor that was created by CreateAutoPredictor.");
    cJSON *row = resource_new(call, &kind_explainability);
    return row ? resource_begin(call, &kind_explainability, row) : CALL_FAILED;
}

void explainability_of_predictor(struct world *world, struct scope scope, const cJSON *predictor)
{
    struct arena *arena = arena_new();
    cJSON *row = cJSON_CreateObject(), *config = cJSON_CreateObject();
    struct str name = json_str(predictor, "PredictorName");
    json_set_str(row, "ExplainabilityName", name);
    json_set_string(row, "ExplainabilityArn",
                    arn_make(arena, "forecast", scope.region, scope.account, "explainability/%.*s", STR_ARG(name)));
    json_set_str(row, "ResourceArn", json_str(predictor, "PredictorArn"));
    json_set_string(config, "TimeSeriesGranularity", "ALL");
    json_set_string(config, "TimePointGranularity", "ALL");
    json_set(row, "ExplainabilityConfig", config);
    if (!resource_get(world, scope, &kind_explainability, json_str(row, "ExplainabilityArn")))
        resource_begin_row(world, scope, &kind_explainability, row);
    else
        cJSON_Delete(row);
    arena_free(arena);
}

/* ---- the job ---- */

struct explaining {
    struct forecasting forecasting; /* whose run, weights and selection serve here too */
    bool by_step;
};

static bool prepare(struct forecasting *forecasting, void *data)
{
    struct forecast_task *task = &forecasting->run.panel.task;
    task->explain = true;
    return task->related_count || task->category_count || task->holidays ||
           panel_refuse(&forecasting->run.panel, "The predictor was trained without related time series, item metadata "
                                                 "and holidays: there is no attribute to explain.");
}

static void harvest(struct model_run *run, const struct forecast_result *result)
{
    struct explaining *explaining = LIST_ITEM(run, struct explaining, forecasting.run);
    struct forecasting *forecasting = &explaining->forecasting;
    size_t count = result->impact_count, steps = explaining->by_step ? (size_t)run->panel.horizon : 1;
    struct dictionary kept = { 0 };
    double *values = memory_alloc((result->item_count * count * steps + 1) * sizeof *values), *at = values;
    for (uint32_t i = 0; i < result->item_count; i++) {
        struct str key = dictionary_text(&run->panel.keys, i);
        if (!selection_has(&forecasting->selection, &run->panel, key))
            continue;
        dictionary_add(&kept, key);
        for (size_t k = 0; k < count; k++)
            for (size_t step = 0; step < steps; step++)
                *at++ = explaining->by_step ? result->impact_of_step[(i * steps + step) * count + k]
                                            : result->impact_of_item[i * count + k];
    }
    if (kept.count)
        predictions_write(&forecasting->values, &kept, (uint32_t)count, (uint32_t)steps, values);
    dictionary_release(&kept);
    free(values);
}

static enum errand_step begin(struct explaining *explaining, struct errand *errand)
{
    struct world *world = errand->strand.world;
    struct forecasting *forecasting = &explaining->forecasting;
    const cJSON *row = errand_row(errand), *config = json_get(row, "ExplainabilityConfig");
    const struct resource_kind *kind = resource_kind_of(json_str(row, "ResourceArn"));
    const cJSON *resource = resource_get(world, errand->scope, kind, json_str(row, "ResourceArn"));
    const cJSON *predictor = kind == &kind_predictor ? resource
                                                     : resource_get(world, errand->scope, &kind_predictor,
                                                                    json_str(resource, "PredictorArn"));
    explaining->by_step = str_is(json_str(config, "TimePointGranularity"), "SPECIFIC");
    forecasting->alter = prepare;
    if (!forecasting_begin(forecasting, errand, predictor, resource, NULL))
        return ERRAND_FAILED;
    forecasting->run.harvest = harvest;
    selection_begin_with(&forecasting->selection, errand, json_get(row, "DataSource"), json_get(row, "Schema"));
    return ERRAND_AGAIN;
}

static enum errand_step step(struct errand *errand)
{
    struct explaining *explaining = errand->data;
    return explaining->forecasting.begun ? forecasting_step(&explaining->forecasting, errand)
                                         : begin(explaining, errand);
}

/* In the order of forecast_result's impacts: related series, metadata and dimensions, holidays. */
static cJSON *attributes_of(const struct panel *panel)
{
    cJSON *names = cJSON_CreateArray();
    for (size_t i = 0; i < panel->related_count; i++)
        json_add(names, cJSON_CreateString(panel->related_names[i]));
    for (size_t i = 0; panel->metadata.import_count && i < panel->metadata.format.count; i++)
        if (strcmp(panel->metadata.format.attributes[i].name, panel->item) != 0)
            json_add(names, cJSON_CreateString(panel->metadata.format.attributes[i].name));
    for (size_t i = 0; i < panel->dimension_count; i++)
        json_add(names, cJSON_CreateString(panel->dimensions[i]));
    if (panel->task.holidays)
        json_add(names, cJSON_CreateString("Holiday"));
    return names;
}

static void finish(struct errand *errand, cJSON *row)
{
    struct explaining *explaining = errand->data;
    const struct panel *panel = &explaining->forecasting.run.panel;
    json_set(row, "_attributes", attributes_of(panel));
    json_set(row, "_times", forecasting_times(&panel->task));
    json_set(row, "_dimensions", forecasting_dimensions(panel));
    errand_keep_blob(row, "_impacts", explaining->forecasting.writer);
    explaining->forecasting.writer = NULL;
}

static void release(struct errand *errand)
{
    struct explaining *explaining = errand->data;
    forecasting_release(&explaining->forecasting);
}

const struct errand_def explainability_job = {
    .duration_ms = 10 * 60 * 1000, .size = sizeof(struct explaining), .step = step, .finish = finish, .release = release
};
