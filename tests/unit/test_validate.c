#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "aws/validate.h"
#include "services/iam/iam_model.h"
#include "services/stepfunctions/stepfunctions_model.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* What is said of an input; NULL: it is valid. */
static void said(const struct shape *shape, const char *input, const char *wanted)
{
    struct arena *arena = arena_new();
    struct json_error why;
    const cJSON *tree = json_parse_in(arena, str_of(input), &why);
    if (!tree)
        fail_msg("%s: %s", input, why.why);
    const char *got = validate_input(arena, shape, tree);
    if ((got == NULL) != (wanted == NULL) || (got && strcmp(got, wanted) != 0))
        fail_msg("%s:\n  said   %s\n  wanted %s", input, got ? got : "nothing", wanted ? wanted : "nothing");
    arena_free(arena);
}

#define ONE "1 validation error detected: "
#define TWO "2 validation errors detected: "
#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void inputs_of_services_are_checked(void **state)
{
    static const struct {
        const struct model *model;
        const char *operation, *input, *wanted;
    } rows[] = {
        /* Recorded from AWS. */
        { &stepfunctions_model, "ListStateMachineAliases", "{\"stateMachineArn\":\"a\",\"maxResults\":1001}",
          ONE "Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to "
              "1000" },
        { &stepfunctions_model, "CreateStateMachineAlias",
          "{\"name\":\"a\",\"routingConfiguration\":[{\"stateMachineVersionArn\":\"v\",\"weight\":101}]}",
          ONE "Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: "
              "Member must have value less than or equal to 100" },
        { &stepfunctions_model, "CreateStateMachineAlias",
          "{\"name\":\"a\",\"routingConfiguration\":[{\"stateMachineVersionArn\":\"x:1\",\"weight\":50},"
          "{\"stateMachineVersionArn\":\"x:2\",\"weight\":30},{\"stateMachineVersionArn\":\"x:3\",\"weight\":20}]}",
          ONE "Value '[RoutingConfigurationListItem(stateMachineVersionArn=x:1, weight=50), "
              "RoutingConfigurationListItem(stateMachineVersionArn=x:2, weight=30), "
              "RoutingConfigurationListItem(stateMachineVersionArn=x:3, weight=20)]' at 'routingConfiguration' failed "
              "to satisfy "
              "constraint: Member must have length less than or equal to 2" },
        /* Recorded: the service itself answers InvalidName, InvalidArn, …DoesNotExist; validation lets these pass. */
        { &stepfunctions_model, "CreateActivity", "{\"name\":\"activity name\"}", NULL },
        { &stepfunctions_model, "CreateActivity", "{\"name\":\"activity\\\"name\"}", NULL },
        { &stepfunctions_model, "DescribeActivity", "{\"activityArn\":\"activity_arn\"}", NULL },
        { &stepfunctions_model, "ListExecutions", "{\"stateMachineArn\":\"invalid_state_machine_arn\"}", NULL },
        { &stepfunctions_model, "PublishStateMachineVersion", "{\"stateMachineArn\":\"invalid_arn\"}", NULL },
        { &stepfunctions_model, "UpdateStateMachine", "{\"stateMachineArn\":\"arn\"}", NULL },
        { &stepfunctions_model, "CreateStateMachine",
          "{\"name\":\"n\",\"definition\":\"x\",\"roleArn\":\"r\",\"versionDescription\":\"d\"}", NULL },

        /* What is missing, in the model's order; nothing sensitive is shown, not even that it is null. */
        { &stepfunctions_model, "StartExecution", "{}",
          ONE "Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null" },
        { &stepfunctions_model, "CreateStateMachine", "{\"name\":\"n\"}",
          TWO "Value at 'definition' failed to satisfy constraint: Member must not be null; "
              "Value null at 'roleArn' failed to satisfy constraint: Member must not be null" },
        { &iam_model, "CreateRole", "{\"RoleName\":\"r\"}",
          ONE "Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null" },
        { &iam_model, "CreateRole",
          "{\"RoleName\":\"r\",\"AssumeRolePolicyDocument\":\"{}\",\"Tags\":[{\"Key\":\"k\"}]}",
          ONE "Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null" },

        /* Strings: seen in answers of Step Functions and IAM. */
        { &stepfunctions_model, "StartExecution",
          "{\"stateMachineArn\":\"a\",\"name\":\"" A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
          ONE "Value '" A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' at 'name' failed to satisfy constraint: "
              "Member must have length less than or equal to 80" },
        { &stepfunctions_model, "SendTaskFailure", "{\"taskToken\":\"t\",\"error\":\"" A50 A50 A50 A50 A50 "aaaaaaa\"}",
          ONE "Value at 'error' failed to satisfy constraint: Member must have length less than or equal to 256" },
        { &stepfunctions_model, "CreateActivity", "{\"name\":\"\"}",
          ONE "Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1" },
        { &iam_model, "GetRole", "{\"RoleName\":\"" A50 "aaaaaaaaaaaaaaa\"}",
          ONE "Value '" A50 "aaaaaaaaaaaaaaa' at 'roleName' failed to satisfy constraint: Member must have length less "
              "than or equal to 64" },
        { &iam_model, "GetRole", "{\"RoleName\":\"" A50 "aaaaaaaaaaaaaa\"}", NULL },
        { &stepfunctions_model, "CreateActivity",
          "{\"name\":\"\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4" A50
          "aaaaaaaaaaaaaaaaaaaa\"}",
          NULL },
        { &iam_model, "GetRole", "{\"RoleName\":\"a b\"}",
          ONE "Value 'a b' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
              "[\\w+=,.@-]+" },
        { &iam_model, "GetRole", "{\"RoleName\":\"\"}",
          TWO
          "Value '' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
          "[\\w+=,.@-]+; "
          "Value '' at 'roleName' failed to satisfy constraint: Member must have length greater than or equal to 1" },
        { &stepfunctions_model, "CreateStateMachine", "{\"name\":\"n\",\"definition\":\"\",\"roleArn\":\"r\"}",
          ONE
          "Value at 'definition' failed to satisfy constraint: Member must have length greater than or equal to 1" },
        { &stepfunctions_model, "CreateStateMachine",
          "{\"name\":\"n\",\"definition\":\"{}\",\"roleArn\":\"r\",\"type\":\"FAST\"}",
          ONE "Value 'FAST' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, "
              "EXPRESS]" },
        { &stepfunctions_model, "CreateStateMachine",
          "{\"name\":\"n\",\"definition\":\"{}\",\"roleArn\":\"r\",\"loggingConfiguration\":{\"level\":\"all\"}}",
          ONE "Value 'all' at 'loggingConfiguration.level' failed to satisfy constraint: "
              "Member must satisfy enum value set: [ALL, ERROR, FATAL, OFF]" },

        /* Lists of scalars are told of as a whole, with all that an element must satisfy. */
        { &stepfunctions_model, "UntagResource", "{\"resourceArn\":\"a\",\"tagKeys\":[\"k\",\"\"]}",
          ONE
          "Value '[k, ]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: "
          "[Member must have length less than or equal to 128, Member must have length greater than or equal to 1]" },
        { &stepfunctions_model, "UntagResource", "{\"resourceArn\":\"a\",\"tagKeys\":[null]}",
          ONE
          "Value '[null]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have "
          "length "
          "less than or equal to 128, Member must have length greater than or equal to 1, Member must not be null]" },
        { &stepfunctions_model, "TagResource", "{\"resourceArn\":\"a\",\"tags\":[null]}",
          ONE "Value null at 'tags.1.member' failed to satisfy constraint: Member must not be null" },
        { &stepfunctions_model, "UntagResource", "{\"resourceArn\":\"a\",\"tagKeys\":[]}", NULL },

        /* Numbers. */
        { &stepfunctions_model, "ListActivities", "{\"maxResults\":-1}",
          ONE "Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal "
              "to 0" },
        { &stepfunctions_model, "ListActivities", "{\"maxResults\":1000}", NULL },
        { &stepfunctions_model, "UpdateMapRun", "{\"mapRunArn\":\"a\",\"toleratedFailurePercentage\":101}",
          ONE "Value '101.0' at 'toleratedFailurePercentage' failed to satisfy constraint: "
              "Member must have value less than or equal to 100" },

        /* Enough is enough. */
        { &stepfunctions_model, "TagResource",
          "{\"resourceArn\":\"a\",\"tags\":[null,null,null,null,null,null,null,null,null,null,null,null]}",
          "10 validation errors detected: "
          "Value null at 'tags.1.member' failed to satisfy constraint: Member must not be null; "
          "Value null at 'tags.2.member' failed to satisfy constraint: Member must not be null; "
          "Value null at 'tags.3.member' failed to satisfy constraint: Member must not be null; "
          "Value null at 'tags.4.member' failed to satisfy constraint: Member must not be null; "
          "Value null at 'tags.5.member' failed to satisfy constraint: Member must not be null; "
          "Value null at 'tags.6.member' failed to satisfy constraint: Member must not be null; "
          "Value null at 'tags.7.member' failed to satisfy constraint: Member must not be null; "
          "Value null at 'tags.8.member' failed to satisfy constraint: Member must not be null; "
          "Value null at 'tags.9.member' failed to satisfy constraint: Member must not be null; "
          "Value null at 'tags.10.member' failed to satisfy constraint: Member must not be null" },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        said(model_operation(rows[i].model, str_of(rows[i].operation))->input, rows[i].input, rows[i].wanted);
}

/* ---- kinds that these services have no input of ---- */

static const char *const colours[] = { "RED", "BLUE", NULL };
static const struct shape key = { .name = "Key", .kind = SHAPE_STRING, .has_max = true, .max = 2 };
static const struct shape colour = { .name = "Colour", .kind = SHAPE_STRING, .values = colours };
static const struct shape secret = { .name = "Secret", .kind = SHAPE_STRING, .sensitive = true };
static const struct shape blob = { .name = "Blob", .kind = SHAPE_BLOB, .has_max = true, .max = 3 };
static const struct shape cores = { .name = "Cores", .kind = SHAPE_DOUBLE, .has_min = true, .min = 0.25 };
static const struct shape flag = { .name = "Flag", .kind = SHAPE_BOOLEAN };
static const struct shape map = { .name = "Map", .kind = SHAPE_MAP, .key = &key, .element = &colour };
static const struct member thing_members[] = { { .name = "Cores", .shape = &cores },
                                               { .name = "Secret", .shape = &secret },
                                               { .name = "Flag", .shape = &flag } };
static const struct shape thing = {
    .name = "Thing", .kind = SHAPE_STRUCTURE, .members = thing_members, .member_count = 3
};
static const struct shape things = {
    .name = "Things", .kind = SHAPE_MAP, .key = &key, .element = &thing, .has_max = true, .max = 1
};
static const struct shape colour_list = { .name = "Colours", .kind = SHAPE_LIST, .element = &colour };
static const struct member members[] = { { .name = "Map", .shape = &map },
                                         { .name = "Blob", .shape = &blob },
                                         { .name = "Things", .shape = &things },
                                         { .name = "SAMLColours", .shape = &colour_list },
                                         { .name = "Hidden", .shape = &key, .sensitive = true } };
static const struct shape input = {
    .name = "Input", .kind = SHAPE_STRUCTURE, .members = members, .member_count = COUNT(members)
};

static void other_kinds_are_checked(void **state)
{
    static const struct {
        const char *input, *wanted;
    } rows[] = {
        { "{}", NULL },
        { "{\"Map\":{\"k\":\"RED\",\"l\":\"GREEN\"}}",
          ONE "Value '{k=RED, l=GREEN}' at 'map' failed to satisfy constraint: Map value must satisfy constraint: "
              "[Member must satisfy enum value set: [RED, BLUE]]" },
        { "{\"Map\":{\"long\":\"RED\"}}",
          ONE "Value '{long=RED}' at 'map' failed to satisfy constraint: Map keys must satisfy constraint: "
              "[Member must have length less than or equal to 2]" },
        { "{\"SAMLColours\":[\"RED\",\"PINK\"]}",
          ONE "Value '[RED, PINK]' at 'sAMLColours' failed to satisfy constraint: Member must satisfy constraint: "
              "[Member must satisfy enum value set: [RED, BLUE]]" },
        { "{\"Things\":{\"a\":{\"Cores\":0.125}}}",
          ONE "Value '0.125' at 'things.a.member.cores' failed to satisfy constraint: "
              "Member must have value greater than or equal to 0.25" },
        { "{\"Things\":{\"a\":{\"Cores\":1,\"Secret\":\"s\",\"Flag\":true},\"b\":{}}}", ONE
          "Value '{a=Thing(cores=1.0, secret=***Sensitive Data Redacted***, flag=true), b=Thing(cores=null, "
          "secret=null, "
          "flag=null)}' at 'things' failed to satisfy constraint: Member must have length less than or equal to 1" },
        { "{\"Blob\":\"QUJDRA==\"}",
          ONE "Value 'java.nio.HeapByteBuffer[pos=0 lim=4 cap=4]' at 'blob' failed to satisfy constraint: "
              "Member must have length less than or equal to 3" },
        { "{\"Blob\":\"QUJD\"}", NULL },
        { "{\"Hidden\":\"long\"}",
          ONE "Value at 'hidden' failed to satisfy constraint: Member must have length less than or equal to 2" },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        said(&input, rows[i].input, rows[i].wanted);
    said(NULL, "{\"anything\":1}", NULL); /* an operation without input */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_of_services_are_checked),
        cmocka_unit_test(other_kinds_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
