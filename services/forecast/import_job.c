#include "services/forecast/import_job.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "services/forecast/dataset.h"
#include "services/forecast/evaluation.h"
#include "services/forecast/model/calendar.h"
#include "services/forecast/table_read.h"

/* ---- the request ---- */

static bool is_daily(const char *frequency)
{
    struct forecast_frequency parsed;
    return frequency && forecast_frequency_parse(frequency, &parsed) && parsed.unit >= FORECAST_DAY;
}

/* "yyyy-MM-dd" for Y, M, W and D, "yyyy-MM-dd HH:mm:ss" for all (CreateDatasetImportJob). The sentences are ours. */
static bool check_timestamps(struct call *call, const cJSON *dataset)
{
    struct str format = input_str(call, "TimestampFormat");
    bool day = str_is(format, "yyyy-MM-dd"), second = str_is(format, "yyyy-MM-dd HH:mm:ss");
    const char *frequency = json_string(dataset, "DataFrequency");
    if (format.at && !day && !second)
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "Invalid TimestampFormat: %s. The supported formats are yyyy-MM-dd and yyyy-MM-dd HH:mm:ss.",
                  format.at);
    else if (day && frequency && !is_daily(frequency))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "The TimestampFormat yyyy-MM-dd does not fit the DataFrequency %s of the dataset, which needs "
                  "yyyy-MM-dd HH:mm:ss.",
                  frequency);
    return !call->error.kind;
}

static bool has_geolocation(const cJSON *dataset)
{
    const cJSON *attribute;
    cJSON_ArrayForEach(attribute, dataset_attributes(dataset))
    {
        if (str_is(json_str(attribute, "AttributeType"), "geolocation"))
            return true;
    }
    return false;
}

static bool check_places(struct call *call, const cJSON *dataset)
{
    struct str format = input_str(call, "GeolocationFormat");
    bool by_place = input_bool(call, "UseGeolocationForTimeZone", false);
    if (format.at && !str_is(format, "LAT_LONG") && !str_is(format, "CC_POSTALCODE"))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "Invalid GeolocationFormat: %s. The supported formats are LAT_LONG and CC_POSTALCODE.", format.at);
    else if (has_geolocation(dataset) && !format.at)
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "GeolocationFormat is required for a dataset with a geolocation attribute.");
    else if (by_place && !has_geolocation(dataset))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "UseGeolocationForTimeZone needs a geolocation attribute in the schema.");
    else if (by_place && input_has(call, "TimeZone"))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "Specify either TimeZone or UseGeolocationForTimeZone, not both.");
    return !call->error.kind;
}

enum outcome create_dataset_import_job(struct call *call)
{
    const cJSON *dataset = resource_find(call, &kind_dataset, input_str(call, "DatasetArn"));
    if (!dataset || !resource_is_ready(call, &kind_dataset, dataset) || !check_timestamps(call, dataset) ||
        !check_places(call, dataset))
        return CALL_FAILED;
    if (str_is(input_str(call, "Format"), "PARQUET"))
        return call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                         "This practice cloud reads files of the format CSV only, not PARQUET.");
    if (!s3_config_check(call, json_get(json_get(call->input, "DataSource"), "S3Config"), true))
        return CALL_FAILED;
    cJSON *row = resource_new(call, &kind_import);
    if (!row)
        return CALL_FAILED;
    if (!input_has(call, "ImportMode"))
        json_set_string(row, "ImportMode", "FULL");
    if (!input_has(call, "Format"))
        json_set_string(row, "Format", "CSV");
    return resource_begin(call, &kind_import, row);
}

/* ---- the job ---- */

struct importing {
    struct table table;
    struct blob_writer *writer;
    bool begun;
};

static enum errand_step keep_records(struct errand *errand)
{
    struct importing *importing = errand->data;
    struct buf *records = &importing->table.import.records;
    bool kept = blob_append(importing->writer, buf_str(records)) == 0;
    buf_clear(records);
    return kept ? ERRAND_AGAIN : errand_fail(errand, "There is no room left for the data.");
}

static enum errand_step begin(struct errand *errand, struct importing *importing)
{
    const cJSON *row = errand_row(errand), *dataset = resource_get(errand->strand.world, errand->scope, &kind_dataset,
                                                                   json_str(row, "DatasetArn"));
    if (!dataset)
        return errand_fail(errand, "The dataset %s does not exist.", json_string(row, "DatasetArn"));
    struct import_format *format = &importing->table.import.format;
    struct str stamps = json_str(row, "TimestampFormat");
    table_read_format(dataset_attributes(dataset), errand->arena, format);
    format->days = is_daily(json_string(dataset, "DataFrequency")) && !str_is(stamps, "yyyy-MM-dd HH:mm:ss");
    format->seconds = !str_is(stamps, "yyyy-MM-dd");
    format->postal_codes = str_is(json_str(row, "GeolocationFormat"), "CC_POSTALCODE");
    format->unique = !str_is(json_str(dataset, "DatasetType"), "TARGET_TIME_SERIES");
    if (str_is(json_str(dataset, "DatasetType"), "ITEM_METADATA"))
        for (size_t i = 0; i < format->count; i++)
            format->attributes[i].needed = dataset_is_key(dataset, str_of(format->attributes[i].name));
    s3_source_open(&importing->table.source, errand, json_get(json_get(row, "DataSource"), "S3Config"));
    importing->table.take = keep_records;
    importing->begun = true;
    return blob_begin(errand->strand.world, &importing->writer) == 0
               ? ERRAND_AGAIN
               : errand_fail(errand, "There is no room left for the data.");
}

static enum errand_step step(struct errand *errand)
{
    struct importing *importing = errand->data;
    if (!importing->begun)
        return begin(errand, importing);
    enum errand_step next = table_read_step(&importing->table, errand);
    if (next == ERRAND_DONE && importing->table.import.rows == 0)
        return errand_fail(errand, "The files under %.*s hold no rows.", STR_ARG(importing->table.source.path));
    return next;
}

/* ---- its end ---- */

/* Numbers as Java prints them, which AWS's statistics show: 5.0, 2500.25. */
static void set_extreme(cJSON *told, const char *name, double value, bool integer)
{
    char text[40];
    if (integer)
        snprintf(text, sizeof text, "%.0f", value);
    else if (value == floor(value) && fabs(value) < 1e7)
        snprintf(text, sizeof text, "%.1f", value);
    else
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, value);
            if (strtod(text, NULL) == value)
                break;
        }
    json_set_string(told, name, text);
}

static void set_moment(cJSON *told, const char *name, int64_t seconds)
{
    char text[32];
    time_print_iso(seconds * 1000, false, text);
    json_set_string(told, name, text);
}

static void set_count(cJSON *told, const char *name, const char *long_name, uint64_t count)
{
    json_set_int64(told, name, (int64_t)(count > INT32_MAX ? INT32_MAX : count));
    json_set_int64(told, long_name, (int64_t)count);
}

static cJSON *tell_statistics(const struct import *import, size_t column)
{
    const struct import_statistics *statistics = &import->statistics[column];
    enum import_type type = import->format.attributes[column].type;
    bool number = type == IMPORT_FLOAT || type == IMPORT_INTEGER,
         text = type == IMPORT_STRING || type == IMPORT_GEOLOCATION;
    uint64_t counted = statistics->values - statistics->nans;
    const struct dictionary *texts = &import->texts[column];
    uint64_t distinct = text ? texts->count - (dictionary_find(texts, STR("")) != DICTIONARY_FULL)
                             : distinct_count(&statistics->distinct);
    cJSON *told = cJSON_CreateObject();
    set_count(told, "Count", "CountLong", statistics->values);
    set_count(told, "CountDistinct", "CountDistinctLong", distinct);
    set_count(told, "CountNull", "CountNullLong", statistics->nulls);
    if (number)
        set_count(told, "CountNan", "CountNanLong", statistics->nans);
    if (number && counted) {
        set_extreme(told, "Min", statistics->least, type == IMPORT_INTEGER);
        set_extreme(told, "Max", statistics->most, type == IMPORT_INTEGER);
        json_set_number(told, "Avg", statistics->mean);
        json_set_number(told, "Stddev", counted > 1 ? sqrt(statistics->squares / (double)(counted - 1)) : 0);
    }
    if (type == IMPORT_TIMESTAMP) {
        set_moment(told, "Min", statistics->first);
        set_moment(told, "Max", statistics->last);
    }
    return told;
}

struct arrival {
    const struct errand *errand;
    struct importing *importing;
    bool full;
};

static bool keep_texts(struct world *world, const struct import *import, cJSON *one)
{
    struct buf bytes = BUF_EMPTY;
    struct blob_writer *writer;
    for (size_t i = 0; i < import->format.count; i++)
        dictionary_write(&import->texts[i], &bytes);
    bool kept = blob_begin(world, &writer) == 0;
    if (kept && blob_append(writer, buf_str(&bytes)) == 0)
        errand_keep_blob(one, "_texts", writer);
    else if (kept)
        blob_abandon(writer);
    buf_release(&bytes);
    return kept && json_get(one, "_texts");
}

/* "_blobs" of the dataset's row: of all that its imports name. */
static void name_blobs(cJSON *dataset)
{
    cJSON *blobs = cJSON_CreateArray();
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(dataset, "_imports"))
    {
        json_add(blobs, json_new_string(json_str(one, "_data")));
        json_add(blobs, json_new_string(json_str(one, "_texts")));
    }
    json_set(dataset, "_blobs", blobs);
}

static void arrive(cJSON *dataset, const void *data)
{
    const struct arrival *arrival = data;
    struct importing *importing = arrival->importing;
    cJSON *one = cJSON_CreateObject(), *imports = cJSON_GetObjectItemCaseSensitive(dataset, "_imports");
    if (!imports || arrival->full)
        json_set(dataset, "_imports", imports = cJSON_CreateArray());
    json_set_string(one, "Arn", arrival->errand->arn);
    json_set_int64(one, "rows", (int64_t)importing->table.import.rows);
    errand_keep_blob(one, "_data", importing->writer);
    importing->writer = NULL;
    keep_texts(arrival->errand->strand.world, &importing->table.import, one);
    json_add(imports, one);
    name_blobs(dataset);
}

static void finish(struct errand *errand, cJSON *row)
{
    struct importing *importing = errand->data;
    const struct import *import = &importing->table.import;
    cJSON *statistics = cJSON_CreateObject();
    for (size_t i = 0; i < import->format.count; i++)
        json_set(statistics, import->format.attributes[i].name, tell_statistics(import, i));
    json_set(row, "FieldStatistics", statistics);
    json_set_number(row, "DataSize", (double)importing->table.source.total / (1024.0 * 1024 * 1024));
    struct arrival arrival = { errand, importing, !str_is(json_str(row, "ImportMode"), "INCREMENTAL") };
    resource_change(errand->strand.world, errand->scope, &kind_dataset, json_str(row, "DatasetArn"), arrive, &arrival);
    evaluation_begin_all(errand->strand.world, errand->scope, json_str(row, "DatasetArn"), errand->arn);
}

static void release(struct errand *errand)
{
    struct importing *importing = errand->data;
    table_read_release(&importing->table);
    blob_abandon(importing->writer);
}

const struct errand_def import_job = {
    .duration_ms = 180 * 1000, .size = sizeof(struct importing), .step = step, .finish = finish, .release = release
};

static void forget(cJSON *dataset, const void *arn)
{
    cJSON *imports = cJSON_GetObjectItemCaseSensitive(dataset, "_imports"), *next;
    for (cJSON *one = imports ? imports->child : NULL; one; one = next) {
        next = one->next;
        if (str_equal(json_str(one, "Arn"), *(const struct str *)arn))
            cJSON_Delete(cJSON_DetachItemViaPointer(imports, one));
    }
    name_blobs(dataset);
}

void forecast_import_forget(struct world *world, struct scope scope, const cJSON *errand)
{
    struct str arn = json_str(errand, "DatasetImportJobArn");
    resource_change(world, scope, &kind_dataset, json_str(errand, "DatasetArn"), forget, &arn);
}
