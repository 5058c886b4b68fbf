#include "services/stepfunctions/asl/mock_result.h"

#include "services/stepfunctions/asl/dialect.h"
#include "services/stepfunctions/dynamodb_results_model.h"
#include "services/stepfunctions/events_results_model.h"
#include "services/stepfunctions/kms_results_model.h"
#include "services/stepfunctions/secretsmanager_results_model.h"
#include "services/stepfunctions/sns_results_model.h"
#include "services/stepfunctions/sqs_results_model.h"

static const struct model *const results[] = {
    &dynamodb_results_model,       &events_results_model, &kms_results_model,
    &secretsmanager_results_model, &sns_results_model,    &sqs_results_model,
};

/* NULL: not known. */
static const struct model *find_model(const struct cloud *cloud, struct str name)
{
    const struct service *served = cloud_service(cloud, name);
    if (served)
        return served->model;
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        if (model_is_called(results[i], name))
            return results[i];
    return NULL;
}

/* What the task's result is the output of; NULL: nothing that is known. A token's result is whatever its holder says. */
static const struct shape *find_shape(const struct cloud *cloud, const struct resource *resource)
{
    bool calls = resource->kind == RESOURCE_OPTIMISED || resource->kind == RESOURCE_SDK;
    const struct model *model = calls ? find_model(cloud, str_of(resource->service)) : NULL;
    const char *name = resource->operation;
    if (!model || resource->pattern == PATTERN_TOKEN)
        return NULL;
    if (resource->pattern != PATTERN_REQUEST)
        name = strcmp(name, "startExecution") == 0 ? "describeExecution" : "";
    struct buf capital = BUF_EMPTY;
    buf_add_text(&capital, name);
    dialect_capitalise(&capital);
    const struct operation *operation = model_operation(model, buf_str(&capital));
    buf_release(&capital);
    return operation ? operation->output : NULL;
}

/* ---- checking; those sentences that are not recorded are ours, in the words of those that are ---- */

struct check {
    struct arena *arena;
    bool strict;
};

static const char *check_value(const struct check *check, const struct shape *shape, const cJSON *value,
                               const char *field);

static const char *complain(const struct check *check, const char *field, const char *what)
{
    return arena_printf(check->arena, "Field '%s' %s", field, what);
}

static const char *check_structure(const struct check *check, const struct shape *shape, const cJSON *value)
{
    const cJSON *given;
    cJSON_ArrayForEach(given, value)
    {
        const struct member *member = dialect_member(shape, given->string);
        const char *why = member && !cJSON_IsNull(given) ? check_value(check, member->shape, given, given->string)
                                                         : NULL;
        if (why)
            return why;
    }
    for (size_t i = 0; check->strict && i < shape->member_count; i++) {
        char *name = dialect_pascal(check->arena, shape->members[i].name);
        if (shape->members[i].required && !json_get(value, name))
            return complain(check, name, "is required");
    }
    return NULL;
}

static const char *check_elements(const struct check *check, const struct shape *shape, const cJSON *value,
                                  const char *field)
{
    const cJSON *element;
    cJSON_ArrayForEach(element, value)
    {
        const char *why = check_value(check, shape->element, element, field);
        if (why)
            return why;
    }
    return NULL;
}

static const char *check_number(const struct check *check, const struct shape *shape, const cJSON *value,
                                const char *field)
{
    double number = json_to_double(value);
    if (shape->has_max && number > shape->max)
        return complain(check, field, "exceeds the maximum value");
    if (shape->has_min && number < shape->min)
        return complain(check, field, "is less than the minimum value");
    return NULL;
}

static const char *check_text(const struct check *check, const struct shape *shape, const cJSON *value,
                              const char *field)
{
    double length = (double)str_count_code_points(json_value(value));
    if (shape->has_max && shape->kind == SHAPE_STRING && length > shape->max) /* a blob's is not that of its Base64 */
        return complain(check, field, "exceeds the maximum length");
    if (shape->has_min && length < shape->min)
        return complain(check, field, "is smaller than the minimum length");
    return NULL;
}

/* As deep as the result, which has a limit. */
static const char *check_value(const struct check *check, const struct shape *shape, const cJSON *value,
                               const char *field)
{
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        return cJSON_IsObject(value) ? check_structure(check, shape, value)
                                     : complain(check, field, "must be an object");
    case SHAPE_LIST:
        return cJSON_IsArray(value) ? check_elements(check, shape, value, field)
                                    : complain(check, field, "must be an array");
    case SHAPE_MAP:
        return cJSON_IsObject(value) ? check_elements(check, shape, value, field)
                                     : complain(check, field, "must be an object");
    case SHAPE_STRING:
    case SHAPE_BLOB:
    case SHAPE_TIMESTAMP:
        return cJSON_IsString(value) ? check_text(check, shape, value, field)
                                     : complain(check, field, "must be a string");
    case SHAPE_BOOLEAN:
        return cJSON_IsBool(value) ? NULL : complain(check, field, "must be a boolean");
    case SHAPE_INTEGER:
    case SHAPE_LONG:
    case SHAPE_FLOAT:
    case SHAPE_DOUBLE:
        return cJSON_IsNumber(value) ? check_number(check, shape, value, field)
                                     : complain(check, field, "must be a number");
    case SHAPE_DOCUMENT:
        break;
    }
    return NULL;
}

const char *mock_result_check(const struct cloud *cloud, const struct resource *resource, const cJSON *result,
                              bool strict, struct arena *arena)
{
    const struct shape *shape = find_shape(cloud, resource);
    struct check check = { arena, strict };
    return shape ? check_value(&check, shape, result, "result") : NULL;
}
