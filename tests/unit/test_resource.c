#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/stepfunctions/asl/resource.h"

#define INVALID "Value is not a valid resource ARN"
#define UNKNOWN(arn)                                                                                                   \
    "The resource provided " arn " is not recognized. The value is not a valid resource ARN, or the resource is not "  \
    "available in this region."

static const struct resource_case {
    const char *arn, *meaning, *reason; /* "kind pattern service operation", or AWS's sentence */
} cases[] = {
    { "arn:aws:states:::lambda:invoke", "optimised request lambda invoke", "" },
    { "arn:aws:states:::lambda:invoke.waitForTaskToken", "optimised token lambda invoke", "" },
    { "arn:aws:states:::states:startExecution.sync", "optimised sync states startExecution", "" },
    { "arn:aws:states:::states:startExecution.sync:2", "optimised sync2 states startExecution", "" },
    { "arn:aws-cn:states:::sagemaker:createTrainingJob.sync", "optimised sync sagemaker createTrainingJob",
      "another partition" },
    { "arn:aws:states:::aws-sdk:s3:getObject", "sdk request s3 getObject", "" },
    { "arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken", "sdk token sfn startExecution", "" },
    { "arn:aws:lambda:us-east-1:000000000000:function:F:1", "function request lambda F:1", "" },
    { "arn:aws:states:us-east-1:000000000000:activity:A", "activity request states A", "" },
    { "create", INVALID, "no ARN" },
    { "", INVALID, "nothing" },
    { "arn:aws:s3:::bucket", INVALID, "another service" },
    { "arn:aws:lambda:us-east-1:000000000000:layer:L", INVALID, "another resource" },
    { "arn:aws:states:us-east-1:000000000000:stateMachine:M", INVALID, "no activity" },
    { "arn:aws:states:us-east-1:000000000000:activity:", INVALID, "no name" },
    { "arn:aws:states:::lambda:invoke.sync", UNKNOWN("arn:aws:states:::lambda:invoke.sync"),
      "a pattern it does not know" },
    { "arn:aws:states:::aws-sdk:s3:getObject.sync", UNKNOWN("arn:aws:states:::aws-sdk:s3:getObject.sync"),
      "SDKs know no .sync" },
    { "arn:aws:states:::lambda:Invoke", UNKNOWN("arn:aws:states:::lambda:Invoke"), "case counts" },
    { "arn:aws:states:::nosuch:thing", UNKNOWN("arn:aws:states:::nosuch:thing"), "no such service" },
    { "arn:aws:states:::aws-sdk:s3", UNKNOWN("arn:aws:states:::aws-sdk:s3"), "no operation" },
};

static void resources(void **state)
{
    static const char *const kinds[] = { "activity", "function", "optimised", "sdk" };
    static const char *const patterns[] = { "request", "sync", "sync2", "token" };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new();
        struct resource resource;
        const char *meaning;
        if (resource_parse(arena, str_of(cases[i].arn), &resource, &meaning))
            meaning = arena_printf(arena, "%s %s %s %s", kinds[resource.kind], patterns[resource.pattern],
                                   resource.service, resource.operation);
        if (strcmp(meaning, cases[i].meaning) != 0)
            fail_msg("%s (%s): %s", cases[i].arn, cases[i].reason, meaning);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(resources) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
