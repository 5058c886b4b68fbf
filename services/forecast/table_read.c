#include "services/forecast/table_read.h"

void table_read_release(struct table *table)
{
    s3_source_release(&table->source);
    forecast_import_release(&table->import);
}

static void compute(struct errand *errand, void *subject)
{
    struct table *table = subject;
    table->good = forecast_import_feed(&table->import, buf_str(&table->source.piece), table->source.last);
}

static enum errand_step take(struct table *table, struct errand *errand)
{
    table->computing = false;
    if (!table->good)
        return errand_fail(errand, "%s", table->import.why.at);
    if (table->take)
        return table->take(errand);
    return table->import.records.length <= TABLE_KEPT
               ? ERRAND_AGAIN
               : errand_fail(errand, "The data under %.*s are more than this practice cloud takes.",
                             STR_ARG(table->source.path));
}

enum errand_step table_read_step(struct table *table, struct errand *errand)
{
    if (table->computing)
        return take(table, errand);
    enum errand_step step = s3_source_step(&table->source, errand);
    if (step != ERRAND_DONE || table->source.ended)
        return step;
    if (table->source.begins) {
        table->import.row = 0;
        table->import.file = s3_source_url(&table->source, errand);
    }
    table->computing = true;
    return errand_compute(errand, compute, table);
}

static enum import_type type_of(struct str name)
{
    return str_is(name, "timestamp")     ? IMPORT_TIMESTAMP
           : str_is(name, "integer")     ? IMPORT_INTEGER
           : str_is(name, "float")       ? IMPORT_FLOAT
           : str_is(name, "geolocation") ? IMPORT_GEOLOCATION
                                         : IMPORT_STRING;
}

bool table_read_format(const cJSON *attributes, struct arena *arena, struct import_format *format)
{
    const cJSON *attribute;
    cJSON_ArrayForEach(attribute, attributes)
    {
        if (format->count == IMPORT_ATTRIBUTES)
            return false;
        enum import_type type = type_of(json_str(attribute, "AttributeType"));
        format->attributes[format->count++] = (struct import_attribute){
            .name = arena_copy(arena, json_str(attribute, "AttributeName")),
            .type = type,
            .needed = type == IMPORT_STRING,
        };
    }
    return true;
}
