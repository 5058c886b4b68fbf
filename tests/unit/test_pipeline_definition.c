#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/sagemaker/pipeline_definition.h"

/* What CreatePipeline takes and refuses. ' stands for ". */

#define PIPELINE(steps)                                                                                                \
    "{'Version':'2020-12-01','Parameters':[{'Name':'P','Type':'String','DefaultValue':'x'}],'Steps':[" steps "]}"
#define FAIL(name) "{'Name':'" name "','Type':'Fail','Arguments':{'ErrorMessage':'no'}}"
#define TRAINING(more)                                                                                                 \
    "{'Name':'T','Type':'Training','Arguments':{'AlgorithmSpecification':{'TrainingImage':'i','TrainingInputMode':'"   \
    "File'}}" more "}"
#define CONDITION(condition)                                                                                           \
    "{'Name':'C','Type':'Condition','Arguments':{'Conditions':[" condition "],'IfSteps':[],'ElseSteps':[]}}"

static const struct {
    const char *definition;
    const char *wanted; /* a part of the sentence; NULL: it is good */
} cases[] = {
    { PIPELINE(FAIL("A")), NULL },
    { "{", "Unable to parse pipeline definition. " },
    { "[]", "Unable to parse pipeline definition. Expecting start of Json Object." },
    { "{'Steps':{}}", "Unable to parse pipeline definition. Expecting start of Json Array." },
    { "{'Steps':[]}", "at least one step" },
    { "{'Version':'2019-01-01','Steps':[" FAIL("A") "]}", "Unsupported version" },
    { "{'Stepz':[],'Steps':[" FAIL("A") "]}", "Cannot parse object, unknown property 'Stepz'." },
    { PIPELINE(FAIL("A") "," FAIL("A")), "Duplicate step name 'A'" },
    { PIPELINE(FAIL("A b")), "Invalid step name 'A b'" },
    { PIPELINE("{'Name':'A','Type':'Nothing','Arguments':{}}"), "Unknown step type 'Nothing'" },
    { PIPELINE("{'Name':'A','Type':'EMR','Arguments':{}}"), NULL },
    { PIPELINE("{'Name':'A','Type':'Fail','Arguments':{}}"), "has no ErrorMessage" },
    { PIPELINE("{'Name':'A','Type':'Fail','Expression':1,'Arguments':{'ErrorMessage':'x'}}"),
      "Cannot parse object, unknown property 'Expression'." },
    /* a step in a branch and at the top */
    { PIPELINE(FAIL("A") ",{'Name':'C','Type':'Condition','Arguments':{'Conditions':[],'IfSteps':[" FAIL("A") "]}}"),
      "Duplicate step name 'A'" },
    /* references */
    { PIPELINE("{'Name':'A','Type':'Fail','Arguments':{'ErrorMessage':{'Get':'Parameters.P'}}}"), NULL },
    { PIPELINE("{'Name':'A','Type':'Fail','Arguments':{'ErrorMessage':{'Get':'Parameters.Q'}}}"), "'Parameters.Q'" },
    { PIPELINE("{'Name':'A','Type':'Fail','Arguments':{'ErrorMessage':{'Get':'Steps.B.X'}}}"),
      "'B', which is not defined" },
    { PIPELINE("{'Name':'A','Type':'Fail','Arguments':{'ErrorMessage':{'Get':'Execution.StartDateTime'}}}"), NULL },
    { PIPELINE("{'Name':'A','Type':'Fail','Arguments':{'ErrorMessage':{'Get':'Execution.Mood'}}}"),
      "'Execution.Mood'" },
    { PIPELINE("{'Name':'A','Type':'Fail','DependsOn':['B'],'Arguments':{'ErrorMessage':'x'}}"),
      "'B', which is not defined" },
    { PIPELINE("{'Name':'A','Type':'Fail','DependsOn':['A'],'Arguments':{'ErrorMessage':'x'}}"), "depends on itself" },
    { PIPELINE("{'Name':'A','Type':'Fail','DependsOn':['B'],'Arguments':{'ErrorMessage':'x'}},"
               "{'Name':'B','Type':'Fail','DependsOn':['A'],'Arguments':{'ErrorMessage':'x'}}"),
      "Cycle detected" },
    { PIPELINE(TRAINING() "," CONDITION(
          "{'Type':'LessThan','RightValue':1,'LeftValue':{'Std:JsonGet':{'PropertyFile':{'Get':"
          "'Steps.T.PropertyFiles.Report'},'Path':'a'}}}")),
      "The property file 'Report' is not declared by the step 'T'." },
    /* arguments against the operation's input */
    { PIPELINE(TRAINING()), NULL },
    { PIPELINE("{'Name':'T','Type':'Training','Arguments':{'Mood':1}}"), "Unknown Argument member 'Mood'" },
    { PIPELINE("{'Name':'T','Type':'Training','Arguments':{'InputDataConfig':{'Get':'Parameters.P'}}}"),
      "Expecting start of Json Array." },
    { PIPELINE("{'Name':'T','Type':'Training','Arguments':{'OutputDataConfig':'x'}}"),
      "Expecting start of Json Object." },
    { PIPELINE("{'Name':'T','Type':'Training','Arguments':{'AlgorithmSpecification':{'TrainingInputMode':'Slow'}}}"),
      "Model Validation failed: Value 'Slow' for 'TrainingInputMode' failed to satisfy enum value set: [" },
    { PIPELINE("{'Name':'T','Type':'Training','Arguments':{'AlgorithmSpecification':{'TrainingInputMode':{'Get':'"
               "Parameters.P'}}}}"),
      NULL },
    /* retry policies */
    { PIPELINE(TRAINING(",'RetryPolicies':[{'ExceptionType':['Step.THROTTLING'],'MaxAttempts':3}]")), NULL },
    { PIPELINE(TRAINING(",'RetryPolicies':[{'ExceptionType':['Step.THROTTLING'],'MaxAttempts':3,'ExpireAfterMin':5}]")),
      "Only one of MaxAttempts and ExpireAfterMin" },
    { PIPELINE(TRAINING(",'RetryPolicies':[{'ExceptionType':['Step.THROTTLING'],'MaxAttempts':21}]")),
      "out of its limits" },
    { PIPELINE(TRAINING(",'RetryPolicies':[{'ExceptionType':['Step.THROTTLING'],'ExpireAfterMin':14401}]")),
      "out of its limits" },
    { PIPELINE(TRAINING(",'RetryPolicies':[{'ExceptionType':['Step.THROTTLING'],'IntervalSeconds':43201}]")),
      "out of its limits" },
    { PIPELINE(TRAINING(",'RetryPolicies':[{'ExceptionType':['Bad.LUCK']}]")), "Invalid exception type 'Bad.LUCK'" },
    { PIPELINE("{'Name':'A','Type':'Fail','Arguments':{'ErrorMessage':'x'},'RetryPolicies':[]}"),
      "RetryPolicies are not supported" },
    /* caches */
    { PIPELINE(TRAINING(",'CacheConfig':{'Enabled':true,'ExpireAfter':'P30d'}")), NULL },
    { PIPELINE(TRAINING(",'CacheConfig':{'Enabled':true,'ExpireAfter':'30dT5h'}")), NULL },
    { PIPELINE(TRAINING(",'CacheConfig':{'Enabled':true,'ExpireAfter':'soon'}")), "Invalid ExpireAfter 'soon'" },
    /* conditions */
    { PIPELINE(CONDITION(
          "{'Type':'Not','Expression':{'Type':'Or','Conditions':[{'Type':'Equals','LeftValue':1,'RightValue':1}]}}")),
      NULL },
    { PIPELINE(CONDITION("{'Type':'In','QueryValue':1,'Values':[1,2]}")), NULL },
    { PIPELINE(CONDITION("{'Type':'In','QueryValue':1,'Values':1}")), "Expecting start of Json Array." },
    { PIPELINE(CONDITION("{'Type':'Perhaps'}")), "Unknown condition type 'Perhaps'" },
    { PIPELINE(CONDITION("{'Type':'Equals','LeftValue':1}")), "A condition has no RightValue" },
    /* parameters */
    { "{'Parameters':[{'Name':'N','Type':'Integer','DefaultValue':'x'}],'Steps':[" FAIL("A") "]}",
      "not of the type Integer" },
    { "{'Parameters':[{'Name':'N','Type':'Date'}],'Steps':[" FAIL("A") "]}", "one of the types" },
    { "{'Parameters':[{'Name':'N','Type':'String'},{'Name':'N','Type':'String'}],'Steps':[" FAIL("A") "]}",
      "Duplicate parameter name 'N'" },
    { "{'Parameters':[{'Name':'N','Type':'String','DefaultValue':'c','EnumValues':['a','b']}],'Steps':[" FAIL("A") "]}",
      "enum values" },
};

static void definitions_are_taken_or_refused(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *why = NULL;
        struct arena *arena = arena_new();
        char *text = arena_copy(arena, str_of(cases[i].definition));
        for (char *c = text; *c; c++)
            *c = *c == '\'' ? '"' : *c;
        /* the sentences have ' of their own, the definitions none */
        bool good = pipeline_definition_read(arena, str_of(text), &why);
        if (!cases[i].wanted && !good)
            fail_msg("%zu: %s: %s", i, cases[i].definition, why);
        if (cases[i].wanted && (good || !strstr(why, cases[i].wanted)))
            fail_msg("%zu: %s: %s, wanted %s", i, cases[i].definition, good ? "taken" : why, cases[i].wanted);
        arena_free(arena);
    }
}

static void steps_know_what_they_need(void **state)
{
    char *why = NULL;
    struct arena *arena = arena_new();
    struct pipeline_definition *definition = pipeline_definition_read(
        arena,
        STR("{\"Steps\":[{\"Name\":\"A\",\"Type\":\"Callback\",\"SqsQueueUrl\":\"q\"},{\"Name\":\"C\",\"Type\":"
            "\"Condition\",\"Arguments\":{"
            "\"Conditions\":[{\"Type\":\"Equals\",\"LeftValue\":{\"Get\":\"Steps.A.OutputParameters['x']\"},"
            "\"RightValue\":1}],"
            "\"IfSteps\":[{\"Name\":\"B\",\"Type\":\"Fail\",\"DependsOn\":[\"A\"],\"Arguments\":{\"ErrorMessage\":"
            "\"x\"}}],"
            "\"ElseSteps\":[{\"Name\":\"D\",\"Type\":\"Fail\",\"Arguments\":{\"ErrorMessage\":\"x\"}}]}}]}"),
        &why);
    assert_non_null(definition);
    assert_int_equal(definition->step_count, 4);
    const struct pipeline_step *condition = &definition->steps[1], *inside = &definition->steps[2];
    assert_int_equal(condition->need_count, 1); /* A; not what stands inside of it */
    assert_int_equal(condition->needs[0], 0);
    assert_int_equal(inside->condition, 1);
    assert_false(inside->otherwise);
    assert_int_equal(inside->need_count, 1);
    assert_true(definition->steps[3].otherwise);
    arena_free(arena);
}

static void durations_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t ms; /* 0: refused */
    } durations[] = {
        { "P30d", 30 * 86400000LL },
        { "30d", 30 * 86400000LL },
        { "T16m", 16 * 60000 },
        { "30dT5h", (30 * 24 + 5) * 3600000LL },
        { "PT1H", 3600000 },
        { "5y", 5 * 365 * 86400000LL },
        { "1m", 30 * 86400000LL },
        { "P", 0 },
        { "", 0 },
        { "5", 0 },
        { "d", 0 },
        { "0d", 0 },
    };
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
        int64_t ms = 0;
        bool good = pipeline_read_duration(str_of(durations[i].text), &ms);
        if (good != (durations[i].ms != 0) || (good && ms != durations[i].ms))
            fail_msg("%s: %d %lld", durations[i].text, good, (long long)ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(definitions_are_taken_or_refused),
        cmocka_unit_test(steps_know_what_they_need),
        cmocka_unit_test(durations_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
