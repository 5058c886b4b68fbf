#include "services/forecast/table_read.h"

void table_release(struct table *table)
{
    source_release(&table->source);
    import_release(&table->import);
}

static void compute(struct job *job, void *subject)
{
    struct table *table = subject;
    table->good = import_feed(&table->import, buf_str(&table->source.piece), table->source.last);
}

static enum job_step take(struct table *table, struct job *job)
{
    table->computing = false;
    if (!table->good)
        return job_fail(job, "%s", table->import.why.at);
    if (table->take)
        return table->take(job);
    return table->import.records.length <= TABLE_KEPT ? JOB_AGAIN
                                                      : job_fail(job, "The data under %.*s are more than this practice cloud takes.",
                                                                 STR_ARG(table->source.path));
}

enum job_step table_step(struct table *table, struct job *job)
{
    if (table->computing)
        return take(table, job);
    enum job_step step = source_step(&table->source, job);
    if (step != JOB_DONE || table->source.ended)
        return step;
    if (table->source.begins) {
        table->import.row = 0;
        table->import.file = source_url(&table->source, job);
    }
    table->computing = true;
    return job_compute(job, compute, table);
}

static enum import_type type_of(struct str name)
{
    return str_is(name, "timestamp")     ? IMPORT_TIMESTAMP
           : str_is(name, "integer")     ? IMPORT_INTEGER
           : str_is(name, "float")       ? IMPORT_FLOAT
           : str_is(name, "geolocation") ? IMPORT_GEOLOCATION
                                         : IMPORT_STRING;
}

bool table_format(const cJSON *attributes, struct arena *arena, struct import_format *format)
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
