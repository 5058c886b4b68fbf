#include "services/forecast/predictor.h"

#include "aws/authorise.h"
#include <stdlib.h>

#include "services/forecast/dataset.h"
#include "services/forecast/model/forecast_model.h"
#include "services/forecast/s3_source.h"

/* The rules are the guide's and the API reference's. Sentences are ours unless said otherwise. */

#define HORIZON_MOST 500
#define TYPES_MOST   5

const char *predictor_frequency(const cJSON *row)
{
    const char *legacy = json_string(json_get(row, "FeaturizationConfig"), "ForecastFrequency");
    return legacy ? legacy : json_string(row, "ForecastFrequency");
}

static bool refuse(struct call *call, const char *sentence)
{
    call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "%s", sentence);
    return false;
}

/* ---- what both kinds are asked ---- */

static bool same_type(const cJSON *a, const cJSON *b)
{
    bool mean = str_is(json_value(a), "mean") || str_is(json_value(b), "mean");
    return mean ? str_equal(json_value(a), json_value(b))
                : strtod(json_value(a).at, NULL) == strtod(json_value(b).at, NULL);
}

bool forecast_types_check(struct call *call, const cJSON *types)
{
    const cJSON *type, *other;
    if (cJSON_GetArraySize(types) > TYPES_MOST)
        return refuse(call, "You can specify no more than five forecast types.");
    cJSON_ArrayForEach(type, types)
    {
        double quantile = strtod(json_value(type).at, NULL);
        if (!str_is(json_value(type), "mean") && (quantile < 0.01 || quantile > 0.99))
            return refuse(call, "A forecast type is mean or a quantile from 0.01 to 0.99.");
        for (other = type->next; other; other = other->next)
            if (same_type(type, other))
                return refuse(call, "The forecast types must differ from each other.");
    }
    return true;
}

static bool check_horizon(struct call *call)
{
    int64_t horizon = input_int64(call, "ForecastHorizon", 0);
    if (horizon >= 1 && horizon <= HORIZON_MOST)
        return true;
    call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "The forecast horizon must be between 1 and %d, and is %lld.",
              HORIZON_MOST, (long long)horizon);
    return false;
}

/* "The frequency must be … greater than or equal to the TARGET_TIME_SERIES dataset frequency. When a RELATED_TIME_SERIES
 * dataset is provided, the frequency must be equal to the RELATED_TIME_SERIES dataset frequency." */
static bool check_frequency(struct call *call, const char *name, const cJSON *target, const cJSON *related)
{
    struct forecast_frequency frequency, other;
    const char *of_target = json_string(target, "DataFrequency"), *of_related = json_string(related, "DataFrequency");
    if (!name || !forecast_frequency_parse(name, &frequency))
        return refuse(
            call,
            "The ForecastFrequency is not valid. Valid intervals are an integer followed by Y, M, W, D, H or min.");
    if (of_target && forecast_frequency_parse(of_target, &other) &&
        forecast_step_seconds(&other) > forecast_step_seconds(&frequency))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "The forecast frequency %s must be greater than or equal to the frequency %s of the "
                  "TARGET_TIME_SERIES dataset.",
                  name, of_target);
    else if (of_related && forecast_frequency_parse(of_related, &other) &&
             forecast_step_seconds(&other) != forecast_step_seconds(&frequency))
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "The forecast frequency %s must be equal to the frequency %s of the RELATED_TIME_SERIES dataset.",
                  name, of_related);
    return !call->error.kind;
}

static const char *type_in(const cJSON *dataset, struct str name)
{
    const cJSON *attribute;
    cJSON_ArrayForEach(attribute, dataset_attributes(dataset))
    {
        if (str_equal(json_str(attribute, "AttributeName"), name))
            return json_string(attribute, "AttributeType");
    }
    return NULL;
}

static bool is_listed(const cJSON *list, struct str text)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, list)
    {
        if (str_equal(json_value(one), text))
            return true;
    }
    return false;
}

static bool check_dimensions(struct call *call, const cJSON *dimensions, const cJSON *target)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, dimensions)
    {
        const char *type = type_in(target, json_value(one));
        if (type && strcmp(type, "string") == 0)
            continue;
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "The forecast dimension %s must be an attribute of type string of the TARGET_TIME_SERIES dataset.",
                  json_value(one).at);
        return false;
    }
    return true;
}

/* FAULTS FC1, AWS's own sentence; FC21: a dimension of the related series must be one of the forecast. */
static bool check_related(struct call *call, const cJSON *dimensions, const cJSON *related)
{
    struct buf names = BUF_EMPTY;
    const cJSON *attribute;
    cJSON_ArrayForEach(attribute, dataset_attributes(related))
    {
        struct str name = json_str(attribute, "AttributeName");
        if (str_is(json_str(attribute, "AttributeType"), "string") && !dataset_is_key(related, name) &&
            !is_listed(dimensions, name))
            buf_printf(&names, "%s%.*s", names.length ? ", " : "", STR_ARG(name));
    }
    if (names.length)
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                  "The attribute(s) [%s] present in the RELATED_TIME_SERIES schema should be of numeric type such as "
                  "`integer` or `float`, "
                  "or be added as a forecast dimension",
                  names.at);
    buf_release(&names);
    return !call->error.kind;
}

static bool is_importing(const cJSON *errand, void *data)
{
    return resource_is(errand, "CREATE_PENDING") || resource_is(errand, "CREATE_IN_PROGRESS");
}

static bool check_imports(struct call *call, const cJSON *group)
{
    const cJSON *arn;
    cJSON_ArrayForEach(arn, json_get(group, "DatasetArns"))
    {
        if (!resource_each(call->world, call_scope(call), &kind_import, "DatasetArn", json_value(arn), is_importing,
                           NULL))
            continue;
        call_fail(call, &FORECAST_RESOURCE_IN_USE_EXCEPTION,
                  "The dataset %s has a dataset import job that is not finished yet.", json_value(arn).at);
        return false;
    }
    return true;
}

static bool check_group(struct call *call, struct str group_arn, const char *frequency, const cJSON *dimensions)
{
    const cJSON *group = resource_find(call, &kind_dataset_group, group_arn);
    if (!group || !resource_is_ready(call, &kind_dataset_group, group) || !check_imports(call, group))
        return false;
    const cJSON *target = dataset_of_group(call->world, call_scope(call), group, "TARGET_TIME_SERIES");
    const cJSON *related = dataset_of_group(call->world, call_scope(call), group, "RELATED_TIME_SERIES");
    if (!target)
        return refuse(call, "The dataset group must have a dataset of the type TARGET_TIME_SERIES.");
    return check_frequency(call, frequency, target, related) && check_dimensions(call, dimensions, target) &&
           check_related(call, dimensions, related);
}

static bool check_transformation(struct call *call, const cJSON *one)
{
    enum forecast_aggregation aggregation;
    enum forecast_filling filling;
    const char *name = one->string, *value = json_value(one).at;
    bool known = strcmp(name, "aggregation") == 0 ? forecast_aggregation_parse(value, &aggregation)
                 : strcmp(name, "frontfill") == 0 || strcmp(name, "middlefill") == 0 || strcmp(name, "backfill") == 0 ||
                         strcmp(name, "futurefill") == 0
                     ? forecast_filling_parse(value, &filling)
                     : str_ends(str_of(name), STR("_value"));
    if (!known)
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "Invalid featurization parameter %s: %s.", name, value);
    return known;
}

static bool check_transformations(struct call *call, const cJSON *transformations)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, transformations)
    {
        if (!check_transformation(call, one))
            return false;
    }
    return true;
}

/* ---- CreatePredictor ---- */

/* FAULTS FC4: AWS's sentence, with the list that it prints. */
static bool check_algorithm(struct call *call)
{
    static const char options[] =
        "arn:aws:forecast:::algorithm/CNN-QR,arn:aws:forecast:::algorithm/Deep_AR_Plus,arn:aws:forecast:::algorithm/"
        "NPTS,"
        "arn:aws:forecast:::algorithm/ETS,arn:aws:forecast:::algorithm/ARIMA,arn:aws:forecast:::algorithm/Prophet";
    enum forecast_algorithm algorithm;
    const char *arn = input_string(call, "AlgorithmArn");
    bool automatic = input_bool(call, "PerformAutoML", false);
    if (!arn && !automatic)
        return refuse(call, "Specify an AlgorithmArn, or set PerformAutoML to true.");
    if (automatic && (arn || input_bool(call, "PerformHPO", false) || input_has(call, "HPOConfig") ||
                      input_has(call, "TrainingParameters")))
        return refuse(call, "When PerformAutoML is true, AlgorithmArn, PerformHPO, HPOConfig and TrainingParameters "
                            "cannot be specified.");
    if (!arn || forecast_algorithm_of_arn(arn, &algorithm))
        return true;
    call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "Invalid Algorithm ARN specified: %s. Options: %s", arn,
              options);
    return false;
}

static bool check_evaluation(struct call *call)
{
    const cJSON *evaluation = json_get(call->input, "EvaluationParameters");
    int64_t windows = json_int64(evaluation, "NumberOfBacktestWindows", 1),
            horizon = input_int64(call, "ForecastHorizon", 1);
    if (windows < 1 || windows > FORECAST_WINDOWS)
        return refuse(call, "NumberOfBacktestWindows must be between 1 and 5.");
    if (json_int64(evaluation, "BackTestWindowOffset", horizon) < horizon)
        return refuse(call, "BackTestWindowOffset must be greater than or equal to the forecast horizon.");
    return true;
}

static bool check_supplements(struct call *call, const cJSON *list)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, list)
    {
        if (str_is(json_str(one, "Name"), "weather"))
            return refuse(call, "This practice cloud has no weather index.");
        if (!str_is(json_str(one, "Name"), "holiday"))
            return refuse(call, "The additional dataset must be holiday or weather.");
        const cJSON *codes = json_get(json_get(one, "Configuration"), "CountryCode");
        const char *country = codes ? json_value(codes->child).at : json_string(one, "Value");
        if (country && !forecast_holiday_country(country)) {
            call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                      "This practice cloud has no holiday calendar of the country %s.", country);
            return false;
        }
    }
    return true;
}

static bool check_featurizations(struct call *call, const cJSON *featurizations)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, featurizations)
    {
        const cJSON *pipeline = json_get(one, "FeaturizationPipeline");
        if (pipeline && !check_transformations(call, json_get(pipeline->child, "FeaturizationMethodParameters")))
            return false;
    }
    return true;
}

static void set_default_types(cJSON *row)
{
    static const char *const types[] = { "0.1", "0.5", "0.9" };
    if (json_get(row, "ForecastTypes"))
        return;
    json_set(row, "ForecastTypes", cJSON_CreateStringArray(types, 3));
}

static void add_arn(cJSON *arns, const cJSON *dataset)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(dataset, "_imports"))
    {
        json_add(arns, json_new_string(json_str(one, "Arn")));
    }
}

/* "An array of the ARNs of the dataset import jobs used to import training data for the predictor." */
static void set_imports(struct call *call, cJSON *row)
{
    const cJSON *group = resource_get(call->world, call_scope(call), &kind_dataset_group, json_str(row, "_group")),
                *arn;
    cJSON *arns = cJSON_CreateArray();
    cJSON_ArrayForEach(arn, json_get(group, "DatasetArns"))
    {
        add_arn(arns, resource_get(call->world, call_scope(call), &kind_dataset, json_value(arn)));
    }
    json_set(row, "DatasetImportJobArns", arns);
}

enum outcome create_predictor(struct call *call)
{
    const cJSON *features = json_get(call->input, "FeaturizationConfig"),
                *input = json_get(call->input, "InputDataConfig");
    const cJSON *dimensions = json_get(features, "ForecastDimensions");
    if (!check_algorithm(call) || !check_horizon(call) ||
        !forecast_types_check(call, json_get(call->input, "ForecastTypes")) || !check_evaluation(call) ||
        !check_supplements(call, json_get(input, "SupplementaryFeatures")) ||
        !check_featurizations(call, json_get(features, "Featurizations")) ||
        !check_group(call, json_str(input, "DatasetGroupArn"), json_string(features, "ForecastFrequency"),
                     dimensions) ||
        !authorise_own_role(call, json_str(json_get(call->input, "EncryptionConfig"), "RoleArn")))
        return CALL_FAILED;
    cJSON *row = resource_new(call, &kind_predictor);
    if (!row)
        return CALL_FAILED;
    json_set_str(row, "_group", json_str(input, "DatasetGroupArn"));
    json_set_bool(row, "IsAutoPredictor", false);
    json_set_bool(row, "PerformAutoML", input_bool(call, "PerformAutoML", false));
    json_set_bool(row, "PerformHPO", input_bool(call, "PerformHPO", false));
    set_default_types(row);
    set_imports(call, row);
    return resource_begin(call, &kind_predictor, row);
}

/* ---- CreateAutoPredictor ---- */

/* "When upgrading or retraining a predictor, only specify values for the ReferencePredictorArn and PredictorName." */
static const cJSON *find_reference(struct call *call)
{
    static const char *const own[] = { "ForecastHorizon",   "ForecastTypes", "ForecastDimensions",
                                       "ForecastFrequency", "DataConfig",    "TimeAlignmentBoundary" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (input_has(call, own[i])) {
            refuse(call, "When ReferencePredictorArn is specified, the predictor's own configuration cannot be.");
            return NULL;
        }
    const cJSON *reference = resource_find(call, &kind_predictor, input_str(call, "ReferencePredictorArn"));
    return reference && resource_is_ready(call, &kind_predictor, reference) ? reference : NULL;
}

static void copy_member(cJSON *row, const cJSON *from, const char *name)
{
    if (json_get(from, name) && !json_get(row, name))
        json_set(row, name, json_thaw(json_get(from, name)));
}

/* A legacy predictor that is upgraded brings what it was asked, in the words of its successor. */
static void take_configuration(cJSON *row, const cJSON *reference)
{
    static const char *const same[] = { "ForecastHorizon",    "ForecastTypes",    "ForecastDimensions",
                                        "ForecastFrequency",  "DataConfig",       "TimeAlignmentBoundary",
                                        "OptimizationMetric", "EncryptionConfig", "_group" };
    const cJSON *legacy = json_get(reference, "FeaturizationConfig");
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        copy_member(row, reference, same[i]);
    copy_member(row, legacy, "ForecastDimensions");
    copy_member(row, legacy, "ForecastFrequency");
    if (legacy && !json_get(row, "DataConfig")) {
        cJSON *data = cJSON_CreateObject();
        json_set_str(data, "DatasetGroupArn", json_str(reference, "_group"));
        json_set(row, "DataConfig", data);
    }
    cJSON *summary = cJSON_CreateObject();
    json_set_str(summary, "Arn", json_str(reference, "PredictorArn"));
    json_set_string(summary, "State", "Active");
    json_set(row, "ReferencePredictorSummary", summary);
}

static bool check_new(struct call *call)
{
    const cJSON *data = json_get(call->input, "DataConfig"), *one;
    if (!data || !input_has(call, "ForecastHorizon") || !input_has(call, "ForecastFrequency"))
        return refuse(call,
                      "DataConfig, ForecastHorizon and ForecastFrequency are required to create a new predictor.");
    cJSON_ArrayForEach(one, json_get(data, "AttributeConfigs"))
    {
        if (!check_transformations(call, json_get(one, "Transformations")))
            return false;
    }
    return check_horizon(call) && forecast_types_check(call, json_get(call->input, "ForecastTypes")) &&
           check_supplements(call, json_get(data, "AdditionalDatasets")) &&
           check_group(call, json_str(data, "DatasetGroupArn"), input_string(call, "ForecastFrequency"),
                       json_get(call->input, "ForecastDimensions"));
}

enum outcome create_auto_predictor(struct call *call)
{
    const cJSON *reference = input_has(call, "ReferencePredictorArn") ? find_reference(call) : NULL;
    if (call->error.kind || (!reference && !check_new(call)) ||
        !authorise_own_role(call, json_str(json_get(call->input, "EncryptionConfig"), "RoleArn")))
        return CALL_FAILED;
    struct str group = reference ? json_str(reference, "_group")
                                 : json_str(json_get(call->input, "DataConfig"), "DatasetGroupArn");
    const cJSON *of = resource_find(call, &kind_dataset_group, group);
    cJSON *row = of && check_imports(call, of) ? resource_new(call, &kind_predictor) : NULL;
    if (!row)
        return CALL_FAILED;
    json_set_str(row, "_group", group);
    json_set_bool(row, "IsAutoPredictor", true);
    if (reference)
        take_configuration(row, reference);
    set_default_types(row);
    set_imports(call, row);
    return resource_begin(call, &kind_predictor, row);
}

/* ---- describing ---- */

static void tell_status(struct call *call, const char *member, const struct resource_kind *kind, const cJSON *row)
{
    cJSON *told = cJSON_CreateObject();
    json_set_str(told, kind->arn, json_str(row, kind->arn));
    json_set_str(told, "Status", json_str(row, "Status"));
    output_json(call, member, told);
}

struct finding {
    const cJSON *row;
};

static bool note_row(const cJSON *row, void *data)
{
    ((struct finding *)data)->row = row;
    return true;
}

static const cJSON *made_for(struct call *call, const struct resource_kind *kind, struct str arn)
{
    struct finding finding = { NULL };
    resource_each(call->world, call_scope(call), kind, "ResourceArn", arn, note_row, &finding);
    return finding.row;
}

enum outcome describe_auto_predictor(struct call *call)
{
    struct str arn = input_str(call, "PredictorArn");
    const cJSON *row = resource_find(call, &kind_predictor, arn);
    if (!row)
        return CALL_FAILED;
    if (!json_bool(row, "IsAutoPredictor", false))
        return call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                         "The predictor %.*s is a legacy predictor. Use DescribePredictor.", STR_ARG(arn));
    resource_tell(call, call->operation->output, row, call_output(call));
    const cJSON *reference = json_get(row, "ReferencePredictorSummary");
    if (reference && !resource_get(call->world, call_scope(call), &kind_predictor, json_str(reference, "Arn"))) {
        cJSON *summary = json_thaw(reference);
        json_set_string(summary, "State", "Deleted");
        json_set(call_output(call), "ReferencePredictorSummary", summary);
    }
    const cJSON *explained = made_for(call, &kind_explainability, arn), *monitor = made_for(call, &kind_monitor, arn);
    if (explained)
        tell_status(call, "ExplainabilityInfo", &kind_explainability, explained);
    if (monitor)
        tell_status(call, "MonitorInfo", &kind_monitor, monitor);
    return CALL_DONE;
}

enum outcome get_accuracy_metrics(struct call *call)
{
    const cJSON *row = resource_find(call, &kind_predictor, input_str(call, "PredictorArn"));
    if (!row || !resource_is_ready(call, &kind_predictor, row))
        return CALL_FAILED;
    output_json(call, "PredictorEvaluationResults", json_thaw(json_get(row, "_results")));
    output_bool(call, "IsAutoPredictor", json_bool(row, "IsAutoPredictor", false));
    output_string(call, "AutoMLOverrideStrategy", json_string(row, "AutoMLOverrideStrategy"));
    output_string(call, "OptimizationMetric",
                  json_get(row, "OptimizationMetric") ? json_string(row, "OptimizationMetric")
                                                      : "AverageWeightedQuantileLoss");
    return CALL_DONE;
}
