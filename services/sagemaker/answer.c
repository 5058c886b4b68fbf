#include "services/sagemaker/answer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct str bare_type(struct str type)
{
    struct str bare = str_trim(str_cut(type, ';', &(struct str){ 0 }));
    return bare.at ? bare : STR("");
}

static bool is_type(struct str type, const char *name)
{
    return str_equal_ignoring_case(bare_type(type), str_of(name));
}

void answer_fail(struct container *container, int status, const char *format, ...)
{
    va_list args;
    buf_clear(&container->reply);
    va_start(args, format);
    buf_vprintf(&container->reply, format, args);
    va_end(args);
    container->status = status;
    snprintf(container->reply_type, sizeof container->reply_type, "text/html; charset=utf-8"); /* Flask's */
    container_log(container, buf_str(&container->reply));
    container_log(container, STR("\n"));
    container_exit(container, 0);
}

bool answer_wants_json(const struct container *container)
{
    return is_type(container->accept, "application/json");
}

void answer_done(struct container *container)
{
    container->status = 200;
    snprintf(container->reply_type, sizeof container->reply_type, "%s",
             answer_wants_json(container) ? "application/json" : "text/csv; charset=utf-8");
    container_exit(container, 0);
}

/* ---- JSON requests: "Common data formats for inference" ---- */

static const cJSON *features_of(const cJSON *instance)
{
    const cJSON *features = json_get(instance, "features");
    if (!features)
        features = json_get(json_get(json_get(instance, "data"), "features"), "values");
    return features ? features : instance;
}

static bool read_instances(const cJSON *instances, struct table *table)
{
    size_t rows = (size_t)cJSON_GetArraySize(instances), row = 0;
    table->columns = instances && instances->child ? (size_t)cJSON_GetArraySize(features_of(instances->child)) : 0;
    if (!cJSON_IsArray(instances) || !table->columns || rows > TABLE_MOST_CELLS / table->columns)
        return false;
    table->cells = memory_alloc(rows * table->columns * sizeof *table->cells);
    for (const cJSON *instance = instances->child; instance; instance = instance->next, row++) {
        const cJSON *features = features_of(instance), *feature;
        size_t column = 0;
        if ((size_t)cJSON_GetArraySize(features) != table->columns)
            return false;
        cJSON_ArrayForEach(feature, features)
        {
            if (!cJSON_IsNumber(feature) && !cJSON_IsNull(feature))
                return false;
            table->cells[row * table->columns + column++] = cJSON_IsNull(feature) ? NAN
                                                                                  : (float)json_to_double(feature);
        }
    }
    table->rows = rows;
    return true;
}

static bool read_json(struct container *container, struct table *table)
{
    struct arena *arena = arena_new();
    const cJSON *root = json_parse_in(arena, container->body, NULL);
    bool good = read_instances(json_get(root, "instances"), table);
    arena_free(arena);
    if (!good)
        answer_fail(container, 400,
                    "Unable to evaluate payload provided: the JSON is no list of instances with features.");
    return good;
}

bool answer_read(struct container *container, struct table *table, enum table_format *ret_format)
{
    struct str type = container->content_type;
    bool csv = is_type(type, "text/csv") || is_type(type, "csv");
    bool libsvm = is_type(type, "text/libsvm") || is_type(type, "text/x-libsvm") || is_type(type, "libsvm");
    struct table_reading reading = { .format = csv ? TABLE_CSV : TABLE_LIBSVM, .file = "payload" };
    *ret_format = reading.format;
    if (is_type(type, "application/json")) {
        *ret_format = TABLE_CSV;
        if (read_json(container, table))
            return true;
    } else if (!csv && !libsvm) {
        answer_fail(container, 415, "Content-type %.*s is not supported.", STR_ARG(bare_type(type)));
    } else if (!table_read(table, container->body, &reading)) {
        answer_fail(container, 400, "Unable to evaluate payload provided: %s", table->why);
    } else if (!table->rows) {
        answer_fail(container, 400, "Unable to evaluate payload provided: there are no rows in it");
    } else {
        return true;
    }
    table_release(table);
    *table = (struct table){ 0 };
    return false;
}
