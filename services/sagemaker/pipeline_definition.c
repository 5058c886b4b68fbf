#include "services/sagemaker/pipeline_definition.h"

#include <ctype.h>

#include "services/sagemaker/pipeline_kind.h"
#include "services/sagemaker/sagemaker_model.h"

#define UNREADABLE "Unable to parse pipeline definition. "

/* What is read of one definition. */
struct reading {
    struct arena *arena;
    struct pipeline_definition *definition;
    char **why;
};

__attribute__((format(printf, 2, 3))) static bool refuse(const struct reading *reading, const char *format, ...)
{
    struct buf text = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_add_text(&text, UNREADABLE);
    buf_vprintf(&text, format, args);
    va_end(args);
    *reading->why = arena_copy(reading->arena, buf_str(&text));
    buf_release(&text);
    return false;
}

/* AWS's sentences for what is not of the type that it must be. */
static bool want_array(const struct reading *reading, const cJSON *node)
{
    return cJSON_IsArray(node) || refuse(reading, "Expecting start of Json Array.");
}

static bool want_object(const struct reading *reading, const cJSON *node)
{
    return cJSON_IsObject(node) || refuse(reading, "Expecting start of Json Object.");
}

static bool is_listed(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

static bool check_members(const struct reading *reading, const cJSON *object, const char *const *names)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, object)
    {
        if (!is_listed(names, member->string))
            return refuse(reading, "Cannot parse object, unknown property '%s'.", member->string);
    }
    return true;
}

bool pipeline_read_duration(struct str text, int64_t *ret_ms)
{
    static const int64_t day_ms = 24 * 60 * 60 * 1000LL;
    bool time = false;
    int64_t total = 0;
    if (text.length && toupper((unsigned char)text.at[0]) == 'P')
        text = str_from(text, 1);
    if (!text.length)
        return false;
    while (text.length) {
        if (toupper((unsigned char)text.at[0]) == 'T') {
            time = true;
            text = str_from(text, 1);
            continue;
        }
        int64_t number = 0, unit;
        size_t digits = 0;
        while (digits < text.length && digits < 6 && isdigit((unsigned char)text.at[digits]))
            number = number * 10 + (text.at[digits++] - '0');
        if (!digits || digits == text.length)
            return false;
        switch (toupper((unsigned char)text.at[digits])) {
        case 'Y':
            unit = 365 * day_ms;
            break;
        case 'M':
            unit = time ? 60 * 1000 : 30 * day_ms;
            break;
        case 'W':
            unit = 7 * day_ms;
            break;
        case 'D':
            unit = day_ms;
            break;
        case 'H':
            unit = 60 * 60 * 1000;
            break;
        case 'S':
            unit = 1000;
            break;
        default:
            return false;
        }
        total += number * unit;
        text = str_from(text, digits + 1);
    }
    *ret_ms = total;
    return total > 0;
}

/* ---- parameters ---- */

static bool fits_type(const cJSON *value, struct str type)
{
    if (str_is(type, "String"))
        return cJSON_IsString(value);
    if (str_is(type, "Integer"))
        return json_is_integer(value);
    if (str_is(type, "Float"))
        return cJSON_IsNumber(value);
    return cJSON_IsBool(value);
}

static bool check_parameter(const struct reading *reading, const cJSON *parameter)
{
    static const char *const members[] = { "Name", "Type", "DefaultValue", "Description", "EnumValues", NULL };
    static const char *const types[] = { "String", "Integer", "Float", "Boolean", NULL };
    if (!want_object(reading, parameter) || !check_members(reading, parameter, members))
        return false;
    const char *name = json_string(parameter, "Name"), *type = json_string(parameter, "Type");
    if (!name || !*name)
        return refuse(reading, "A parameter has no Name.");
    if (!type || !is_listed(types, type))
        return refuse(reading, "The parameter '%s' must have one of the types [String, Integer, Float, Boolean].",
                      name);
    const cJSON *value = json_get(parameter, "DefaultValue"), *values = json_get(parameter, "EnumValues"), *one;
    if (value && !fits_type(value, str_of(type)))
        return refuse(reading, "The default value of the parameter '%s' is not of the type %s.", name, type);
    if (values && !want_array(reading, values))
        return false;
    cJSON_ArrayForEach(one, values)
    {
        if (!value || json_equal(one, value))
            return true;
    }
    return !values || !value ||
           refuse(reading, "The default value of the parameter '%s' is not among its enum values.", name);
}

/* The sentences of parameters are ours. */
static bool read_parameters(struct reading *reading)
{
    const cJSON *parameters = json_get(reading->definition->root, "Parameters"), *parameter;
    if (!parameters || cJSON_IsNull(parameters))
        return true;
    if (!want_array(reading, parameters))
        return false;
    reading->definition->parameters = parameters;
    cJSON_ArrayForEach(parameter, parameters)
    {
        if (!check_parameter(reading, parameter))
            return false;
        struct str name = json_str(parameter, "Name");
        if (pipeline_definition_parameter(reading->definition, name) != parameter)
            return refuse(reading, "Duplicate parameter name '%.*s'.", STR_ARG(name));
    }
    return true;
}

/* ---- steps ---- */

static bool read_policy(const struct reading *reading, const struct pipeline_step *step, const cJSON *node,
                        struct retry_policy *policy)
{
    static const char *const members[] = { "ExceptionType", "IntervalSeconds", "BackoffRate",
                                           "MaxAttempts",   "ExpireAfterMin",  NULL };
    const cJSON *types = json_get(node, "ExceptionType"), *type;
    if (!want_object(reading, node) || !check_members(reading, node, members) || !want_array(reading, types))
        return false;
    cJSON_ArrayForEach(type, types)
    {
        enum retry_type bit = pipeline_retry_type(json_value(type));
        if (bit == RETRY_NONE)
            return refuse(reading, "Invalid exception type '%.*s' in the retry policy of step '%.*s'.",
                          STR_ARG(json_value(type)), STR_ARG(step->name));
        policy->types |= bit;
    }
    if (json_get(node, "MaxAttempts") && json_get(node, "ExpireAfterMin"))
        return refuse(reading,
                      "Only one of MaxAttempts and ExpireAfterMin can be given in the retry policy of step '%.*s'.",
                      STR_ARG(step->name));
    policy->interval_s = json_int64(node, "IntervalSeconds", 1);
    policy->backoff_rate = json_number(node, "BackoffRate", 2);
    policy->expire_after_min = json_int64(node, "ExpireAfterMin", 0);
    policy->max_attempts = json_int64(node, "MaxAttempts", policy->expire_after_min ? 0 : 5);
    if (policy->interval_s < 1 || policy->interval_s > 43200 || !(policy->backoff_rate >= 1) ||
        policy->max_attempts < (policy->expire_after_min ? 0 : 1) || policy->max_attempts > 20 ||
        policy->expire_after_min < 0 || policy->expire_after_min > 14400)
        return refuse(
            reading,
            "The retry policy of step '%.*s' is out of its limits: IntervalSeconds 1 to 43200, BackoffRate at "
            "least 1, MaxAttempts 1 to 20, ExpireAfterMin 1 to 14400.",
            STR_ARG(step->name));
    return true;
}

/* "Retry policy for pipeline steps" of the developer guide has the limits; the sentences are ours. */
static bool read_policies(const struct reading *reading, struct pipeline_step *step)
{
    const cJSON *policies = json_get(step->node, "RetryPolicies"), *policy;
    if (!policies)
        return true;
    if (!step->kind->retries && step->kind->way != STEP_LACKING)
        return refuse(reading, "RetryPolicies are not supported by steps of type '%s'.", step->kind->type);
    if (!want_array(reading, policies))
        return false;
    step->policies = ARENA_ARRAY(reading->arena, struct retry_policy, (size_t)cJSON_GetArraySize(policies) + 1);
    cJSON_ArrayForEach(policy, policies)
    {
        if (!read_policy(reading, step, policy, &step->policies[step->policy_count++]))
            return false;
    }
    return true;
}

static bool read_cache(const struct reading *reading, struct pipeline_step *step)
{
    static const char *const members[] = { "Enabled", "ExpireAfter", NULL };
    const cJSON *cache = json_get(step->node, "CacheConfig");
    if (!cache)
        return true;
    if (!want_object(reading, cache) || !check_members(reading, cache, members))
        return false;
    struct str expire_after = json_str(cache, "ExpireAfter");
    if (expire_after.length && !pipeline_read_duration(expire_after, &step->cache_for_ms))
        return refuse(reading, "Invalid ExpireAfter '%.*s' in the CacheConfig of step '%.*s'.", STR_ARG(expire_after),
                      STR_ARG(step->name));
    step->cache = json_bool(cache, "Enabled", false) && step->kind->cached;
    return true;
}

static bool is_step_name(struct str name)
{
    for (size_t i = 0; i < name.length; i++)
        if (!isalnum((unsigned char)name.at[i]) && name.at[i] != '-' && name.at[i] != '_')
            return false;
    return name.length >= 1 && name.length <= 64;
}

static bool check_arguments(const struct reading *reading, const struct pipeline_step *step)
{
    char *why = NULL;
    const struct step_kind *kind = step->kind;
    if (!step->arguments && kind->way != STEP_LAMBDA && kind->way != STEP_CALLBACK && kind->way != STEP_LACKING)
        return refuse(reading, "Step '%.*s' has no Arguments.", STR_ARG(step->name));
    if (step->arguments && !want_object(reading, step->arguments))
        return false;
    bool good = true;
    if (kind->create)
        good = pipeline_check_arguments(reading->arena, model_operation(&sagemaker_model, str_of(kind->create))->input,
                                        step->arguments, &why);
    else if (kind->way == STEP_CONDITION)
        good = pipeline_check_conditions(reading->arena, json_get(step->arguments, "Conditions"), &why);
    else if (kind->way == STEP_FAIL && !json_get(step->arguments, "ErrorMessage"))
        return refuse(reading, "Step '%.*s' has no ErrorMessage.", STR_ARG(step->name));
    else if (kind->way == STEP_LAMBDA && !json_get(step->node, "FunctionArn"))
        return refuse(reading, "Step '%.*s' has no FunctionArn.", STR_ARG(step->name));
    else if (kind->way == STEP_CALLBACK && !json_get(step->node, "SqsQueueUrl"))
        return refuse(reading, "Step '%.*s' has no SqsQueueUrl.", STR_ARG(step->name));
    return good || refuse(reading, "%s", why);
}

static bool check_named(const struct reading *reading, const cJSON *node, const char *list, const char *member)
{
    const cJSON *items = json_get(node, list), *item;
    if (items && !want_array(reading, items))
        return false;
    cJSON_ArrayForEach(item, items)
    {
        if (!want_object(reading, item) ||
            (!json_str(item, member).length && !refuse(reading, "An item of %s has no %s.", list, member)))
            return false;
    }
    return true;
}

static bool read_steps(struct reading *reading, const cJSON *list, int condition, bool otherwise);

static bool read_step(struct reading *reading, const cJSON *node, int condition, bool otherwise)
{
    static const char *const members[] = { "Name",
                                           "Type",
                                           "DependsOn",
                                           "DisplayName",
                                           "Description",
                                           "Arguments",
                                           "CacheConfig",
                                           "RetryPolicies",
                                           "FunctionArn",
                                           "SqsQueueUrl",
                                           "PropertyFiles",
                                           "OutputParameters",
                                           "ClusterId",
                                           "StepConcurrencyLevel",
                                           "CheckType",
                                           "FailStepOnDrift",
                                           "FailOnViolation",
                                           "SkipCheck",
                                           "RegisterNewBaseline",
                                           "ModelPackageGroupName",
                                           "SuppliedBaselineConstraints",
                                           "SuppliedBaselineStatistics",
                                           "ExecutionRoleArn",
                                           NULL };
    struct pipeline_definition *definition = reading->definition;
    if (!want_object(reading, node) || !check_members(reading, node, members))
        return false;
    if (definition->step_count == PIPELINE_MOST_STEPS)
        return refuse(reading, "A pipeline can have at most %d steps.", PIPELINE_MOST_STEPS);
    struct str name = json_str(node, "Name"), type = json_str(node, "Type");
    const struct step_kind *kind = pipeline_kind(type);
    if (!is_step_name(name))
        return refuse(reading, "Invalid step name '%.*s'.", STR_ARG(name));
    if (pipeline_definition_step(definition, name) >= 0)
        return refuse(reading,
                      "Duplicate step name '%.*s'. Step names must be unique, within the branches of conditions too.",
                      STR_ARG(name));
    if (!kind)
        return refuse(reading, "Unknown step type '%.*s'.", STR_ARG(type));
    int index = (int)definition->step_count++;
    struct pipeline_step *step = &definition->steps[index];
    *step = (struct pipeline_step){ .name = name,
                                    .kind = kind,
                                    .node = node,
                                    .arguments = json_get(node, "Arguments"),
                                    .condition = condition,
                                    .otherwise = otherwise };
    if (!check_arguments(reading, step) || !read_policies(reading, step) || !read_cache(reading, step) ||
        !check_named(reading, node, "PropertyFiles", "PropertyFileName") ||
        !check_named(reading, node, "OutputParameters", "OutputName"))
        return false;
    return kind->way != STEP_CONDITION || (read_steps(reading, json_get(step->arguments, "IfSteps"), index, false) &&
                                           read_steps(reading, json_get(step->arguments, "ElseSteps"), index, true));
}

static bool read_steps(struct reading *reading, const cJSON *list, int condition, bool otherwise)
{
    const cJSON *node;
    if (!list || cJSON_IsNull(list))
        return true;
    if (!want_array(reading, list))
        return false;
    cJSON_ArrayForEach(node, list)
    {
        if (!read_step(reading, node, condition, otherwise))
            return false;
    }
    return true;
}

/* ---- the whole ---- */

int pipeline_definition_step(const struct pipeline_definition *definition, struct str name)
{
    for (unsigned i = 0; i < definition->step_count; i++)
        if (str_equal(definition->steps[i].name, name))
            return (int)i;
    return -1;
}

const cJSON *pipeline_definition_parameter(const struct pipeline_definition *definition, struct str name)
{
    const cJSON *parameter;
    cJSON_ArrayForEach(parameter, definition->parameters)
    {
        if (str_equal(json_str(parameter, "Name"), name))
            return parameter;
    }
    return NULL;
}

static bool read_all(struct reading *reading)
{
    static const char *const members[] = { "Version", "Metadata",     "Parameters", "PipelineExperimentConfig",
                                           "Steps",   "MlflowConfig", NULL };
    const cJSON *root = reading->definition->root;
    if (!want_object(reading, root) || !check_members(reading, root, members))
        return false;
    struct str version = json_str(root, "Version");
    if (version.length && !str_is(version, "2020-12-01"))
        return refuse(reading, "Unsupported version '%.*s'.", STR_ARG(version));
    if (!want_array(reading, json_get(root, "Steps")))
        return false;
    if (!read_parameters(reading) || !read_steps(reading, json_get(root, "Steps"), -1, false))
        return false;
    if (!reading->definition->step_count)
        return refuse(reading, "A pipeline must have at least one step.");
    char *why = NULL;
    return pipeline_link(reading->arena, reading->definition, &why) || refuse(reading, "%s", why);
}

struct pipeline_definition *pipeline_definition_read(struct arena *arena, struct str text, char **reterr_why)
{
    struct json_error error;
    struct reading reading = { arena, ARENA_NEW(arena, struct pipeline_definition), reterr_why };
    reading.definition->root = json_parse_in(arena, text, &error);
    reading.definition->steps = ARENA_ARRAY(arena, struct pipeline_step, PIPELINE_MOST_STEPS);
    if (!reading.definition->root)
        refuse(&reading, "%s", error.why);
    else if (read_all(&reading))
        return reading.definition;
    return NULL;
}
