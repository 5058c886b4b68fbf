/* What a search expression says of a record: a row an expression, with the reason why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "services/sagemaker/sagemaker_model.h"
#include "services/sagemaker/search_filter.h"

static const char record_text[] =
    "{\"TrainingJobName\":\"churn-7\",\"TrainingJobStatus\":\"Completed\",\"CreationTime\":1795338000.5,"
    "\"EnableManagedSpotTraining\":false,\"HyperParameters\":{\"eta\":\"0.35\",\"num_round\":\"12\",\"tree.method\":"
    "\"hist\"},"
    "\"FinalMetricDataList\":[{\"MetricName\":\"validation:rmse\",\"Value\":0.25},{\"MetricName\":\"train:rmse\","
    "\"Value\":0.125}],"
    "\"InputDataConfig\":[{\"ChannelName\":\"train\",\"DataSource\":{\"S3DataSource\":{\"S3Uri\":\"s3://one/"
    "catdata\"}}},"
    "{\"ChannelName\":\"test\",\"DataSource\":{\"S3DataSource\":{\"S3Uri\":\"s3://two/dogdata\"}}}],"
    "\"ResourceConfig\":{\"InstanceCount\":2},\"Tags\":[{\"Key\":\"team\",\"Value\":\"red\"},{\"Key\":\"a.b\","
    "\"Value\":\"c\"}]}";

#define F(name, operator, value) "{\"Name\":\"" name "\",\"Operator\":\"" operator"\",\"Value\":\"" value "\"}"
#define ONE(filter)              "{\"Filters\":[" filter "]}"

static const struct row {
    const char *expression;
    bool admits;
    const char *reason;
} rows[] = {
    { "{}", true, "no condition admits all" },
    { ONE("{\"Name\":\"TrainingJobName\",\"Value\":\"churn-7\"}"), true, "without an operator it is Equals" },
    { ONE(F("TrainingJobName", "Equals", "churn-8")), false, "another name" },
    { ONE(F("TrainingJobName", "NotEquals", "churn-8")), true, "not another name" },
    { ONE(F("FailureReason", "NotEquals", "x")), true, "what is not there equals nothing" },
    { ONE(F("TrainingJobName", "Contains", "URN")), true, "a part, in any case" },
    { ONE(F("TrainingJobName", "In", "churn-6, churn-7")), true, "one of a list" },
    { ONE(F("TrainingJobName", "In", "churn-6,churn")), false, "none of a list" },
    { ONE(F("TrainingJobName", "GreaterThan", "a")), false, "text has no order" },
    { ONE("{\"Name\":\"FailureReason\",\"Operator\":\"Exists\"}"), false, "is not there" },
    { ONE("{\"Name\":\"FailureReason\",\"Operator\":\"NotExists\"}"), true, "is not there" },
    { ONE("{\"Name\":\"ResourceConfig.InstanceCount\",\"Operator\":\"Exists\"}"), true, "is there" },
    { ONE(F("ResourceConfig.InstanceCount", "GreaterThanOrEqualTo", "2")), true, "numbers by value" },
    { ONE(F("ResourceConfig.InstanceCount", "LessThan", "2")), false, "numbers by value" },
    { ONE(F("ResourceConfig.InstanceCount", "Equals", "2.0")), true, "numbers by value, not as text" },
    { ONE(F("EnableManagedSpotTraining", "Equals", "false")), true, "a boolean is a word" },
    { ONE(F("HyperParameters.eta", "LessThan", "0.5")), true, "a decimal against a decimal" },
    { ONE(F("HyperParameters.eta", "Equals", "0")), true, "a decimal against an integer is one" },
    { ONE(F("HyperParameters.tree.method", "Equals", "hist")), true, "a key with a dot" },
    { ONE(F("Metrics.validation:rmse", "LessThan", "0.3")), true, "a metric by name" },
    { ONE(F("Metrics.train:rmse", "GreaterThan", "0.3")), false, "the other metric" },
    { ONE(F("Metrics.none", "GreaterThan", "0")), false, "no such metric" },
    { ONE(F("Tags.team", "Equals", "red")), true, "a tag" },
    { ONE(F("Tags.a.b", "Equals", "c")), true, "a tag with a dot" },
    { ONE("{\"Name\":\"Tags.none\",\"Operator\":\"NotExists\"}"), true, "no such tag" },
    { ONE(F("CreationTime", "GreaterThan", "2026-11-22T08:00:00Z")), true, "an instant" },
    { ONE(F("CreationTime", "GreaterThan", "2026-11-22T10:00:00")), false, "an instant without a zone is UTC's" },
    { ONE(F("InputDataConfig.ChannelName", "Equals", "test")), true, "any element of a list" },
    { "{\"Filters\":[" F("TrainingJobName", "Equals", "churn-7") "," F("TrainingJobStatus", "Equals", "Failed") "]}",
      false, "And unless said" },
    { "{\"Operator\":\"Or\",\"Filters\":[" F("TrainingJobName", "Equals", "x") "," F("TrainingJobStatus", "Equals",
                                                                                     "Completed") "]}",
      true, "Or" },
    { "{\"Operator\":\"Or\",\"Filters\":[" F("TrainingJobName", "Equals", "x") "]}", false, "Or of none" },
    { "{\"NestedFilters\":[{\"NestedPropertyName\":\"InputDataConfig\",\"Filters\":[" F(
          "InputDataConfig.ChannelName", "Equals", "train") "," F("InputDataConfig.DataSource.S3DataSource.S3Uri",
                                                                  "Contains", "one/cat") "]}]}",
      true, "one element has both" },
    { "{\"NestedFilters\":[{\"NestedPropertyName\":\"InputDataConfig\",\"Filters\":[" F(
          "InputDataConfig.ChannelName", "Equals", "train") "," F("InputDataConfig.DataSource.S3DataSource.S3Uri",
                                                                  "Contains", "two/dog") "]}]}",
      false, "each has one of them" },
    { "{\"SubExpressions\":[{\"Operator\":\"Or\",\"Filters\":[" F("Tags.team", "Equals", "blue") "," F(
          "Tags.team", "Equals", "red") "]},{\"Filters\":[" F("TrainingJobStatus", "Equals", "Completed") "]}]}",
      true, "both subexpressions" },
    { "{\"SubExpressions\":[{\"SubExpressions\":[{\"Filters\":[" F("Tags.team", "Equals", "blue") "]}]}]}", false,
      "as deep as they nest" },
};

static void expressions_admit_records(void **state)
{
    struct json *record = json_parse(str_of(record_text), NULL);
    unsigned wrong = 0;
    assert_non_null(record);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json *expression = json_parse(str_of(rows[i].expression), NULL);
        assert_non_null(expression);
        if (search_admits(json_root(expression), json_root(record)) != rows[i].admits) {
            print_error("%s: %s\n", rows[i].reason, rows[i].expression);
            wrong++;
        }
        json_unref(expression);
    }
    json_unref(record);
    assert_int_equal(wrong, 0);
}

static const struct shape *training_job(void)
{
    for (size_t i = 0; i < sagemaker_model.shape_count; i++)
        if (strcmp(sagemaker_model.shapes[i].name, "TrainingJob") == 0)
            return &sagemaker_model.shapes[i];
    fail_msg("the model has no TrainingJob");
    return NULL;
}

static void properties_are_those_of_the_record(void **state)
{
    static const struct {
        const char *property;
        bool known;
    } ways[] = {
        { "TrainingJobName", true },
        { "InputDataConfig.DataSource.S3DataSource.S3Uri", true },
        { "HyperParameters.anything", true },
        { "Metrics.anything", true },
        { "Tags.anything", true },
        { "TrainingJobNames", false },
        { "ResourceConfig.InstanceCount.Value", false },
        { "", true },
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (search_has_property(training_job(), str_of(ways[i].property)) != ways[i].known)
            fail_msg("%s", ways[i].property);
}

static void expressions_are_checked(void **state)
{
    static const struct {
        const char *expression, *why;
    } bad[] = {
        { ONE(F("None", "Equals", "x")), "Unknown property" },
        { ONE("{\"Name\":\"TrainingJobName\",\"Operator\":\"Equals\"}"), "A value is needed for property" },
        { ONE(F("TrainingJobName", "Exists", "x")), "No value is allowed with this operator for property" },
        { "{\"SubExpressions\":[{\"NestedFilters\":[{\"NestedPropertyName\":\"None\",\"Filters\":[]}]}]}",
          "Unknown property" },
        { ONE(F("TrainingJobName", "Equals", "x")), NULL },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct str name;
        struct json *expression = json_parse(str_of(bad[i].expression), NULL);
        const char *why = search_check(json_root(expression), training_job(), &name);
        assert_true(why ? bad[i].why && strcmp(why, bad[i].why) == 0 : !bad[i].why);
        json_unref(expression);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_admit_records),
        cmocka_unit_test(properties_are_those_of_the_record),
        cmocka_unit_test(expressions_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
