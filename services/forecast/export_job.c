#include "services/forecast/export_job.h"

#include <stdlib.h>

#include "base/time.h"
#include "services/forecast/export_csv.h"
#include "services/forecast/predictor.h"
#include "services/forecast/query.h"
#include "services/forecast/s3_source.h"

#define WHAT_IFS_MOST 50 /* the model's limit */

/* ---- the requests ---- */

static cJSON *check_and_make(struct call *call, const struct resource_kind *kind)
{
    if (str_is(input_str(call, "Format"), "PARQUET")) {
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "This practice cloud writes files of the format CSV only, not PARQUET.");
        return NULL;
    }
    if (!s3_config_check(call, json_get(json_get(call->input, "Destination"), "S3Config"), false))
        return NULL;
    cJSON *row = resource_new(call, kind);
    if (row && !json_get(row, "Format"))
        json_set_string(row, "Format", "CSV");
    return row;
}

static enum outcome create(struct call *call, const struct resource_kind *kind, const struct resource_kind *of)
{
    const cJSON *resource = resource_find(call, of, input_str(call, of->arn));
    if (!resource || !resource_is_ready(call, of, resource))
        return CALL_FAILED;
    cJSON *row = check_and_make(call, kind);
    if (!row)
        return CALL_FAILED;
    if (of == &kind_explainability)
        json_set_str(row, "ResourceArn", json_str(resource, "ResourceArn"));
    return resource_begin(call, kind, row);
}

enum outcome create_forecast_export_job(struct call *call)
{
    return create(call, &kind_forecast_export, &kind_forecast);
}

enum outcome create_predictor_backtest_export_job(struct call *call)
{
    return create(call, &kind_backtest_export, &kind_predictor);
}

enum outcome create_explainability_export(struct call *call)
{
    return create(call, &kind_explainability_export, &kind_explainability);
}

enum outcome create_what_if_forecast_export(struct call *call)
{
    const cJSON *arn;
    cJSON_ArrayForEach(arn, json_get(call->input, "WhatIfForecastArns"))
    {
        const cJSON *resource = resource_find(call, &kind_what_if, json_value(arn));
        if (!resource || !resource_is_ready(call, &kind_what_if, resource))
            return CALL_FAILED;
    }
    const cJSON *arns = json_get(call->input, "WhatIfForecastArns");
    cJSON *row = check_and_make(call, &kind_what_if_export);
    if (row)
        json_set_str(row, "_what_if", json_value(arns->child));
    return row ? resource_begin(call, &kind_what_if_export, row) : CALL_FAILED;
}

/* ---- the job ---- */

struct export_file {
    const char *folder;
    bool (*write)(struct export_table *table, struct buf *out);
    struct export_table table;
    struct buf text;
};

struct exporting {
    struct export_file files[2];
    size_t file_count, at;
    struct export_table what_ifs[WHAT_IFS_MOST];
    const char *what_if_names[WHAT_IFS_MOST];
    size_t what_if_count;
    struct str bucket, prefix, role;
    const char *moment;
    bool wrong;
};

enum { BEGIN, CHECKED, WRITTEN, PUT, ENDED };

static const char **copy_names(struct errand *errand, const cJSON *list, size_t *ret_count)
{
    const cJSON *one;
    const char **names = ARENA_ARRAY(errand->arena, const char *, (size_t)cJSON_GetArraySize(list) + 1);
    *ret_count = 0;
    cJSON_ArrayForEach(one, list)
    {
        names[(*ret_count)++] = arena_copy(errand->arena, json_value(one));
    }
    return names;
}

static bool open_table(struct errand *errand, struct export_table *table, const cJSON *row, const char *blob,
                       const cJSON *types)
{
    const cJSON *type;
    table->dimensions = copy_names(errand, json_get(row, "_dimensions"), &table->dimension_count);
    table->times = copy_names(errand, json_get(row, "_times"), &table->time_count);
    table->types = ARENA_ARRAY(errand->arena, const char *, (size_t)cJSON_GetArraySize(types) + 1);
    cJSON_ArrayForEach(type, types)
    {
        char *name = arena_alloc(errand->arena, 8);
        forecast_type_name(json_value(type), name);
        table->types[table->type_count++] = name;
    }
    if (predictions_open(errand->strand.world, json_str(row, blob), &table->values))
        return true;
    errand_fail(errand, "What is to be exported is not there any more.");
    return false;
}

static bool open_forecast(struct errand *errand, struct exporting *exporting)
{
    const cJSON *forecast = resource_get(errand->strand.world, errand->scope, &kind_forecast,
                                         json_str(errand_row(errand), "ForecastArn"));
    exporting->files[0] = (struct export_file){ .folder = "", .write = export_forecast };
    exporting->file_count = 1;
    return open_table(errand, &exporting->files[0].table, forecast, "_values", json_get(forecast, "ForecastTypes"));
}

static bool open_explainability(struct errand *errand, struct exporting *exporting)
{
    const cJSON *row = resource_get(errand->strand.world, errand->scope, &kind_explainability,
                                    json_str(errand_row(errand), "ExplainabilityArn"));
    struct export_table *table = &exporting->files[0].table;
    exporting->files[0] = (struct export_file){ .folder = "", .write = export_explainability };
    exporting->file_count = 1;
    bool good = open_table(errand, table, row, "_impacts", NULL);
    table->types = copy_names(errand, json_get(row, "_attributes"), &table->type_count);
    return good;
}

static bool write_what_ifs(struct export_table *first, struct buf *out)
{
    struct exporting *exporting = LIST_ITEM(first, struct exporting, files[0].table);
    return export_what_ifs(exporting->what_ifs, exporting->what_if_names, exporting->what_if_count, out);
}

static bool open_what_ifs(struct errand *errand, struct exporting *exporting)
{
    const cJSON *arn;
    bool good = true;
    exporting->files[0] = (struct export_file){ .folder = "", .write = write_what_ifs };
    exporting->file_count = 1;
    cJSON_ArrayForEach(arn, json_get(errand_row(errand), "WhatIfForecastArns"))
    {
        const cJSON *row = resource_get(errand->strand.world, errand->scope, &kind_what_if, json_value(arn));
        exporting->what_if_names[exporting->what_if_count] = arena_copy(errand->arena,
                                                                        json_str(row, "WhatIfForecastName"));
        good = good && open_table(errand, &exporting->what_ifs[exporting->what_if_count++], row, "_values",
                                  json_get(row, "ForecastTypes"));
    }
    return good;
}

/* Quantiles alone, ascending, as the blobs of a predictor have them. */
static const char **quantile_names(struct errand *errand, const cJSON *types, size_t *ret_count)
{
    double sorted[FORECAST_QUANTILES];
    size_t count = 0;
    const cJSON *type;
    cJSON_ArrayForEach(type, types)
    {
        double quantile = strtod(json_value(type).at, NULL);
        size_t at = count;
        if (str_is(json_value(type), "mean") || count == FORECAST_QUANTILES)
            continue;
        for (; at && sorted[at - 1] > quantile; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = quantile;
        count++;
    }
    const char **names = ARENA_ARRAY(errand->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        char *name = arena_alloc(errand->arena, 8);
        forecast_type_name(str_of(arena_printf(errand->arena, "%g", sorted[i])), name);
        names[i] = name;
    }
    *ret_count = count;
    return names;
}

static const char *moment_of(struct errand *errand, const struct forecast_frequency *frequency, int64_t step)
{
    char text[32];
    time_print_iso(forecast_step_start(frequency, step) * 1000, false, text);
    return arena_copy(errand->arena, str_first(str_of(text), 19));
}

static void tell_windows(struct errand *errand, struct export_table *table, const cJSON *predictor)
{
    struct panel panel = { 0 };
    panel_plan_calendar(&panel, predictor, errand->arena);
    const cJSON *windows = json_get(predictor, "_windows"), *window;
    size_t horizon = (size_t)json_int64(predictor, "ForecastHorizon", 1), count = (size_t)cJSON_GetArraySize(windows);
    table->window_starts = ARENA_ARRAY(errand->arena, const char *, count + 1);
    table->window_ends = ARENA_ARRAY(errand->arena, const char *, count + 1);
    table->times = ARENA_ARRAY(errand->arena, const char *, count *horizon + 1);
    cJSON_ArrayForEach(window, windows)
    {
        int64_t start = json_to_int64(window);
        for (size_t step = 0; step < horizon; step++)
            table->times[table->window_count * horizon + step] = moment_of(errand, &panel.frequency,
                                                                           start + (int64_t)step);
        table->window_starts[table->window_count] = moment_of(errand, &panel.frequency, start);
        table->window_ends[table->window_count++] = moment_of(errand, &panel.frequency, start + (int64_t)horizon);
    }
}

static bool open_backtests(struct errand *errand, struct exporting *exporting)
{
    static const char *const blobs[] = { "_backtests", "_item_metrics" };
    const cJSON *predictor = resource_get(errand->strand.world, errand->scope, &kind_predictor,
                                          json_str(errand_row(errand), "PredictorArn"));
    exporting->files[0] = (struct export_file){ .folder = "forecasted-values/", .write = export_backtests };
    exporting->files[1] = (struct export_file){ .folder = "accuracy-metrics-values/", .write = export_item_metrics };
    exporting->file_count = 2;
    for (size_t i = 0; i < 2; i++) {
        struct export_table *table = &exporting->files[i].table;
        if (!open_table(errand, table, predictor, blobs[i], NULL))
            return false;
        table->types = quantile_names(errand, json_get(predictor, "ForecastTypes"), &table->type_count);
        tell_windows(errand, table, predictor);
    }
    return true;
}

/* ---- writing ---- */

static void write_files(struct errand *errand, void *subject)
{
    struct exporting *exporting = subject;
    for (size_t i = 0; i < exporting->file_count && !exporting->wrong; i++)
        exporting->wrong = !exporting->files[i].write(&exporting->files[i].table, &exporting->files[i].text);
}

static enum errand_step put(struct errand *errand, struct exporting *exporting, const char *name, struct str body)
{
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, "Bucket", exporting->bucket);
    json_set_string(input, "Key", arena_printf(errand->arena, "%.*s%s", STR_ARG(exporting->prefix), name));
    return errand_call_with(errand, exporting->role, "s3", "PutObject", input, body);
}

/* FAULTS FC32; the sentence is ours. */
static enum errand_step check_put(struct errand *errand, const struct exporting *exporting)
{
    const struct api_error *error = &errand->call->error;
    if (!error->kind)
        return ERRAND_AGAIN;
    return errand_fail(errand, "Amazon Forecast could not write to s3://%.*s/%.*s with the role %.*s: %s: %s",
                       STR_ARG(exporting->bucket), STR_ARG(exporting->prefix), STR_ARG(exporting->role),
                       error->kind->code, error->message ? error->message : "");
}

static enum errand_step begin(struct errand *errand, struct exporting *exporting,
                              bool (*open)(struct errand *errand, struct exporting *exporting))
{
    const cJSON *config = json_get(json_get(errand_row(errand), "Destination"), "S3Config");
    char moment[32];
    s3_path_cut(arena_str(errand->arena, json_str(config, "Path")), &exporting->bucket, &exporting->prefix);
    if (exporting->prefix.length && !str_ends(exporting->prefix, STR("/")))
        exporting->prefix = str_of(arena_printf(errand->arena, "%.*s/", STR_ARG(exporting->prefix)));
    exporting->role = arena_str(errand->arena, json_str(config, "RoleArn"));
    time_print_iso(clock_now(errand->strand.world->clock), false, moment);
    moment[13] = moment[16] = '-'; /* "yyyy-MM-dd'T'HH-mm-ss'Z'" */
    exporting->moment = arena_copy(errand->arena, str_of(moment));
    if (!errand_may_use_role(errand, exporting->role) || !open(errand, exporting))
        return ERRAND_FAILED;
    errand->phase = CHECKED;
    return put(errand, exporting, "_CHECK", STR(""));
}

static enum errand_step put_next(struct errand *errand, struct exporting *exporting)
{
    if (exporting->at == exporting->file_count) {
        errand->phase = ENDED;
        return put(errand, exporting, "_SUCCESS", STR(""));
    }
    struct export_file *file = &exporting->files[exporting->at++];
    const char *name = arena_printf(errand->arena, "%s%s_%s_part0.csv", file->folder,
                                    json_string(errand_row(errand), errand->kind->name), exporting->moment);
    return put(errand, exporting, name, buf_str(&file->text));
}

static enum errand_step step(struct errand *errand, bool (*open)(struct errand *errand, struct exporting *exporting))
{
    struct exporting *exporting = errand->data;
    if (errand->phase == BEGIN)
        return begin(errand, exporting, open);
    if (errand->phase != WRITTEN && check_put(errand, exporting) == ERRAND_FAILED)
        return ERRAND_FAILED;
    switch (errand->phase) {
    case CHECKED:
        errand->phase = WRITTEN;
        return errand_compute(errand, write_files, exporting);
    case WRITTEN:
        if (exporting->wrong)
            return errand_fail(errand, "What is to be exported could not be read.");
        errand->phase = PUT;
        return put_next(errand, exporting);
    case PUT:
        return put_next(errand, exporting);
    default:
        return ERRAND_DONE;
    }
}

static enum errand_step step_forecast(struct errand *errand)
{
    return step(errand, open_forecast);
}

static enum errand_step step_backtests(struct errand *errand)
{
    return step(errand, open_backtests);
}

static enum errand_step step_explainability(struct errand *errand)
{
    return step(errand, open_explainability);
}

static enum errand_step step_what_ifs(struct errand *errand)
{
    return step(errand, open_what_ifs);
}

static void finish(struct errand *errand, cJSON *row)
{
}

static void release(struct errand *errand)
{
    struct exporting *exporting = errand->data;
    for (size_t i = 0; i < exporting->file_count; i++) {
        predictions_close(&exporting->files[i].table.values);
        buf_release(&exporting->files[i].text);
    }
    for (size_t i = 0; i < exporting->what_if_count; i++)
        predictions_close(&exporting->what_ifs[i].values);
}

#define EXPORT(name, its_step)                                                                                         \
    const struct errand_def name = { .duration_ms = 3 * 60 * 1000,                                                     \
                                     .size = sizeof(struct exporting),                                                 \
                                     .step = its_step,                                                                 \
                                     .finish = finish,                                                                 \
                                     .release = release }

EXPORT(forecast_export_job, step_forecast);
EXPORT(backtest_export_job, step_backtests);
EXPORT(explainability_export_job, step_explainability);
EXPORT(what_if_export_job, step_what_ifs);
