#include "services/forecast/dataset.h"

#include "aws/authorise.h"
#include "services/forecast/model/calendar.h"
#include "services/forecast/s3_source.h"

/* The guide's "Predefined dataset domains and dataset types". */
static const struct domain domains[] = {
    { "RETAIL", "item_id", "demand" },
    { "CUSTOM", "item_id", "target_value" },
    { "INVENTORY_PLANNING", "item_id", "demand" },
    { "EC2_CAPACITY", "instance_type", "number_of_instances" },
    { "WORK_FORCE", "workforce_type", "workforce_demand" },
    { "WEB_TRAFFIC", "item_id", "value" },
    { "METRICS", "metric_name", "metric_value" },
};

const struct domain *dataset_domain(const cJSON *row)
{
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
        if (str_is(json_str(row, "Domain"), domains[i].name))
            return &domains[i];
    return &domains[1]; /* the model has checked the name */
}

const cJSON *dataset_attributes(const cJSON *row)
{
    return json_get(json_get(row, "Schema"), "Attributes");
}

static bool is_type(const cJSON *row, const char *type)
{
    return str_is(json_str(row, "DatasetType"), type);
}

bool dataset_is_key(const cJSON *row, struct str attribute)
{
    return str_is(attribute, dataset_domain(row)->item) || str_is(attribute, "timestamp");
}

/* ---- the schema ---- */

/* "Guidelines and Quotas": columns of a dataset by its type. */
static int columns_most(const cJSON *input)
{
    return is_type(input, "TARGET_TIME_SERIES") ? 13 : is_type(input, "RELATED_TIME_SERIES") ? 25 : 10;
}

static const cJSON *find_attribute(const cJSON *attributes, struct str name)
{
    const cJSON *attribute;
    cJSON_ArrayForEach(attribute, attributes)
    {
        if (str_equal(json_str(attribute, "AttributeName"), name))
            return attribute;
    }
    return NULL;
}

/* The rules are the guide's, the sentences ours (FAULTS FC14). */
static bool check_required(struct call *call, const char *name, const char *types)
{
    const cJSON *attribute = find_attribute(dataset_attributes(call->input), str_of(name));
    if (!attribute)
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "The schema of a %s dataset in the %s domain must have the attribute %s of type %s.",
                  input_string(call, "DatasetType"), input_string(call, "Domain"), name, types);
    else if (!strstr(types, json_string(attribute, "AttributeType")))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "The attribute %s of a %s dataset in the %s domain must be of type %s, not %s.", name,
                  input_string(call, "DatasetType"), input_string(call, "Domain"), types,
                  json_string(attribute, "AttributeType"));
    return !call->error.kind;
}

static bool check_attribute(struct call *call, const cJSON *attributes, const cJSON *attribute)
{
    struct str name = json_str(attribute, "AttributeName"), type = json_str(attribute, "AttributeType");
    if (!name.at || !type.at)
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "Each attribute of the schema must have an AttributeName and an AttributeType.");
    else if (find_attribute(attributes, name) != attribute)
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "The attribute %.*s comes twice in the schema.",
                  STR_ARG(name));
    else if (str_is(type, "timestamp") && !str_is(name, "timestamp"))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "Only the attribute timestamp can be of type timestamp, not %.*s.", STR_ARG(name));
    else if (str_is(type, "geolocation") && !str_is(name, "location"))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "Only the attribute location can be of type geolocation, not %.*s.", STR_ARG(name));
    else if (is_type(call->input, "ITEM_METADATA") && !str_is(type, "string"))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "The attribute %.*s of an ITEM_METADATA dataset must be of type string.", STR_ARG(name));
    else if (is_type(call->input, "TARGET_TIME_SERIES") && !dataset_is_key(call->input, name) &&
             !str_is(name, dataset_domain(call->input)->target) && !str_is(type, "string") &&
             !str_is(type, "geolocation"))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "The attribute %.*s of a TARGET_TIME_SERIES dataset is a dimension and must be of type string.",
                  STR_ARG(name));
    return !call->error.kind;
}

static bool check_schema(struct call *call)
{
    const cJSON *attributes = dataset_attributes(call->input), *attribute;
    const struct domain *domain = dataset_domain(call->input);
    int count = cJSON_GetArraySize(attributes), most = columns_most(call->input);
    if (count > most) {
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "The schema of a %s dataset can have no more than %d attributes, and has %d.",
                  input_string(call, "DatasetType"), most, count);
        return false;
    }
    if (!check_required(call, domain->item, "string") ||
        (!is_type(call->input, "ITEM_METADATA") && !check_required(call, "timestamp", "timestamp")) ||
        (is_type(call->input, "TARGET_TIME_SERIES") && !check_required(call, domain->target, "float or integer")))
        return false;
    cJSON_ArrayForEach(attribute, attributes)
    {
        if (!check_attribute(call, attributes, attribute))
            return false;
    }
    return true;
}

/* "The frequency of data collection. This parameter is required for RELATED_TIME_SERIES datasets." */
static bool check_frequency(struct call *call)
{
    struct forecast_frequency frequency;
    const char *given = input_string(call, "DataFrequency");
    if (!given && is_type(call->input, "RELATED_TIME_SERIES"))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "DataFrequency is required for a RELATED_TIME_SERIES dataset.");
    else if (given && !forecast_frequency_parse(given, &frequency))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "Invalid DataFrequency: %s. Valid intervals are an integer followed by Y, M, W, D, H or min.", given);
    return !call->error.kind;
}

enum outcome create_dataset(struct call *call)
{
    if (!check_schema(call) || !check_frequency(call) ||
        !authorise_own_role(call, json_str(json_get(call->input, "EncryptionConfig"), "RoleArn")))
        return CALL_FAILED;
    cJSON *row = resource_new(call, &kind_dataset);
    return row ? resource_begin(call, &kind_dataset, row) : CALL_FAILED;
}

/* ---- groups ---- */

const cJSON *dataset_of_group(struct world *world, struct scope scope, const cJSON *group, const char *type)
{
    const cJSON *arn;
    cJSON_ArrayForEach(arn, json_get(group, "DatasetArns"))
    {
        const cJSON *row = resource_get(world, scope, &kind_dataset, json_value(arn));
        if (row && is_type(row, type))
            return row;
    }
    return NULL;
}

/* "The datasets … must be of the group's domain", and "one of each type". */
static bool check_datasets(struct call *call, const char *domain)
{
    const cJSON *arn;
    const char *seen = "";
    cJSON_ArrayForEach(arn, json_get(call->input, "DatasetArns"))
    {
        const cJSON *row = resource_find(call, &kind_dataset, json_value(arn));
        if (!row || !resource_is_ready(call, &kind_dataset, row))
            return false;
        const char *type = json_string(row, "DatasetType");
        if (!str_is(json_str(row, "Domain"), domain))
            call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                      "The dataset %s is of the domain %s, but the dataset group is of the domain %s.",
                      json_value(arn).at, json_string(row, "Domain"), domain);
        else if (strstr(seen, type))
            call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                      "A dataset group can have one dataset of the type %s only.", type);
        if (call->error.kind)
            return false;
        seen = arena_printf(call->arena, "%s %s", seen, type);
    }
    return true;
}

enum outcome create_dataset_group(struct call *call)
{
    if (!check_datasets(call, input_string(call, "Domain")))
        return CALL_FAILED;
    cJSON *row = resource_new(call, &kind_dataset_group);
    if (!row)
        return CALL_FAILED;
    if (!json_get(row, "DatasetArns"))
        json_set(row, "DatasetArns", cJSON_CreateArray());
    return resource_begin(call, &kind_dataset_group, row);
}

static void set_datasets(cJSON *row, const void *arns)
{
    json_set(row, "DatasetArns", json_thaw(arns));
}

enum outcome update_dataset_group(struct call *call)
{
    const cJSON *row = resource_find(call, &kind_dataset_group, input_str(call, "DatasetGroupArn"));
    if (!row || !resource_is_ready(call, &kind_dataset_group, row) || !check_datasets(call, json_string(row, "Domain")))
        return CALL_FAILED;
    resource_change(call->world, call_scope(call), &kind_dataset_group, input_str(call, "DatasetGroupArn"),
                    set_datasets, json_get(call->input, "DatasetArns"));
    return CALL_DONE;
}
