#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdlib.h>

#include "aws/road.h"
#include "services/iam/identity.h"
#include "services/registry.h"
#include "services/stepfunctions/asl/machine.h"
#include "services/stepfunctions/revision.h"

/* State machines, versions, aliases, tags and activities by their operations, over the road that every call travels. */

#define MACHINE  "arn:aws:states:us-east-1:000000000000:stateMachine:M"
#define ROLE     "arn:aws:iam::000000000000:role/R"
#define ONE_TEXT "{\\\"StartAt\\\":\\\"A\\\",\\\"States\\\":{\\\"A\\\":{\\\"Type\\\":\\\"Pass\\\",\\\"End\\\":true}}}"
#define TWO_TEXT "{\\\"StartAt\\\":\\\"A\\\",\\\"States\\\":{\\\"A\\\":{\\\"Type\\\":\\\"Succeed\\\"}}}"
#define CREATE   "{\"name\":\"M\",\"roleArn\":\"" ROLE "\",\"definition\":\"" ONE_TEXT "\""
#define AT       "\"stateMachineArn\":\"" MACHINE "\""
/* The stepped clock stands. */
#define THEN    "1700000000.000"
#define CREATED "{\"creationDate\":" THEN "," AT
#define CONFIGURATIONS                                                                                                 \
    "\"loggingConfiguration\":{\"includeExecutionData\":false,\"level\":\"OFF\"},\"tracingConfiguration\":{"           \
    "\"enabled\":false},\"encryptionConfiguration\":{\"type\":\"AWS_OWNED_KEY\"}"
#define DESCRIBED(definition)                                                                                          \
    "{" AT ",\"type\":\"STANDARD\",\"status\":\"ACTIVE\",\"creationDate\":" THEN                                       \
    ",\"name\":\"M\",\"definition\":\"" definition "\",\"roleArn\":\"" ROLE "\"," CONFIGURATIONS

/* What an operation answers: its output, or "Code: message". Members in any order; a UUID is shown as <uuid>. */
struct step {
    const char *operation, *input, *answer;
};

static struct world *world;
static struct cloud *cloud;

static int open_cloud(void **state)
{
    const struct table_def **tables = cloud_tables(services_registry);
    struct world_options options = { .seed = 1,
                                     .start_ms = 1700000000000,
                                     .stepped = true,
                                     .speed = 1,
                                     .duration_factor = 1,
                                     .tables = tables,
                                     .recover = cloud_recover };
    char *why = NULL;
    world = world_new(&options, &why);
    assert_non_null(world);
    cloud = cloud_new(world, services_registry, &why);
    assert_non_null(cloud);
    world_recover(world);
    free(tables);
    return 0;
}

static int close_cloud(void **state)
{
    cloud_free(cloud);
    world_free(world);
    machine_cache_clear();
    assert_int_equal(json_live_documents(), 0);
    return 0;
}

static bool is_uuid(const char *at)
{
    for (int i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? at[i] != '-' : !isxdigit((unsigned char)at[i]))
            return false;
    }
    return true;
}

static char *hide_uuids(struct arena *arena, struct str text)
{
    struct buf hidden = BUF_EMPTY;
    for (size_t i = 0; i < text.length;) {
        bool uuid = i + 36 <= text.length && is_uuid(text.at + i);
        buf_add_str(&hidden, uuid ? STR("<uuid>") : (struct str){ text.at + i, 1 });
        i += uuid ? 36 : 1;
    }
    char *copy = arena_copy(arena, buf_str(&hidden));
    buf_release(&hidden);
    return copy;
}

/* The answer as text in the arena. */
static char *ask_of(const char *service, struct arena *arena, const char *operation, const char *input)
{
    const char *why = NULL;
    struct call *call = call_new(cloud, str_of(service), str_of(operation), &why);
    if (!call)
        fail_msg("%s: %s", operation, why);
    call->caller = principal_of_root(call->arena, STR("000000000000"));
    call->input = json_parse_in(call->arena, str_of(input), NULL);
    if (!call->input)
        fail_msg("%s", input);
    enum outcome outcome = road_run(call);
    assert_int_not_equal(outcome, CALL_PARKED);
    struct str answer = call->output ? json_print_in(arena, call->output) : STR("{}");
    if (outcome == CALL_FAILED)
        answer = str_of(arena_printf(arena, "%s: %s", call->error.kind->code, call->error.message));
    call_free(call);
    return hide_uuids(arena, answer);
}

static char *ask(struct arena *arena, const char *operation, const char *input)
{
    return ask_of("stepfunctions", arena, operation, input);
}

static bool is_answer(struct arena *arena, const char *got, const char *wanted)
{
    if (wanted[0] != '{' || got[0] != '{')
        return strcmp(got, wanted) == 0;
    const cJSON *a = json_parse_in(arena, str_of(got), NULL), *b = json_parse_in(arena, str_of(wanted), NULL);
    if (!b)
        fail_msg("%s", wanted);
    return json_equal(a, b);
}

static void run(const struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena *arena = arena_new();
        char *answer = ask(arena, steps[i].operation, steps[i].input);
        if (!is_answer(arena, answer, steps[i].answer))
            fail_msg("step %zu, %s\n got:    %s\n wanted: %s", i + 1, steps[i].operation, answer, steps[i].answer);
        arena_free(arena);
    }
}

#define RUN(steps) run(steps, sizeof(steps) / sizeof *(steps))

/* ---- creating ---- */

static void machines_are_created_once(void **state)
{
    static const struct step steps[] = {
        { "CreateStateMachine", CREATE "}", CREATED "}" },
        { "DescribeStateMachine", "{" AT "}", DESCRIBED(ONE_TEXT) "}" },
        { "CreateStateMachine", CREATE "}", CREATED "}" },
        { "CreateStateMachine", "{\"name\":\"M\",\"roleArn\":\"" ROLE "2\",\"definition\":\"" ONE_TEXT "\"}",
          CREATED "}" },
        { "CreateStateMachine", CREATE ",\"type\":\"EXPRESS\"}",
          "StateMachineAlreadyExists: State Machine Already Exists: '" MACHINE "'" },
        { "CreateStateMachine", CREATE ",\"tracingConfiguration\":{\"enabled\":true}}",
          "StateMachineAlreadyExists: State Machine Already Exists: '" MACHINE "'" },
        { "CreateStateMachine", "{\"name\":\"M\",\"roleArn\":\"" ROLE "\",\"definition\":\"" TWO_TEXT "\"}",
          "StateMachineAlreadyExists: State Machine Already Exists: '" MACHINE "'" },
        { "DescribeStateMachine", "{" AT ",\"includedData\":\"METADATA_ONLY\"}", DESCRIBED("{}") "}" },
        { "ListStateMachines", "{}",
          "{\"stateMachines\":[{\"creationDate\":" THEN ",\"name\":\"M\"," AT ",\"type\":\"STANDARD\"}]}" },
    };
    RUN(steps);
}

static void creation_is_checked(void **state)
{
    static const struct step steps[] = {
        { "CreateStateMachine", "{\"name\":\"a b\",\"roleArn\":\"" ROLE "\",\"definition\":\"{}\"}",
          "InvalidName: Invalid Name: 'a b'" },
        { "CreateStateMachine", "{\"name\":\"M\",\"roleArn\":\"" ROLE "\",\"definition\":\"{}\"}",
          "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: "
          "[States, "
          "StartAt] at /'" },
        { "CreateStateMachine", "{\"name\":\"M\",\"roleArn\":\"role\",\"definition\":\"" ONE_TEXT "\"}",
          "InvalidArn: Invalid Role Arn: 'role'" },
        { "CreateStateMachine", CREATE ",\"versionDescription\":\"HelloWorld!\"}",
          "ValidationException: Version description can only be set when publish is true" },
        { "CreateStateMachine", CREATE ",\"loggingConfiguration\":{\"level\":\"ALL\"}}",
          "InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination." },
        { "CreateStateMachine", CREATE ",\"loggingConfiguration\":{\"destinations\":[{},{}]}}",
          "InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination." },
        { "CreateStateMachine", CREATE ",\"encryptionConfiguration\":{\"type\":\"CUSTOMER_MANAGED_KMS_KEY\"}}",
          "InvalidEncryptionConfiguration: Invalid Encryption Configuration: kmsKeyId must be specified for "
          "CUSTOMER_MANAGED_KMS_KEY." },
        { "CreateStateMachine", CREATE ",\"tags\":[{\"key\":\"aws:x\",\"value\":\"\"}]}",
          "ValidationException: aws: prefixed tag key names are not allowed for external use." },
        { "DescribeStateMachine", "{" AT "}", "StateMachineDoesNotExist: State Machine Does Not Exist: '" MACHINE "'" },
        { "CreateStateMachine", CREATE ",\"loggingConfiguration\":{\"destinations\":[]}}", CREATED "}" },
        { "DescribeStateMachine", "{" AT "}",
          "{" AT ",\"type\":\"STANDARD\",\"status\":\"ACTIVE\",\"creationDate\":" THEN
          ",\"name\":\"M\",\"definition\":\"" ONE_TEXT "\",\"roleArn\":\"" ROLE
          "\",\"loggingConfiguration\":{\"destinations\":[],\"includeExecutionData\":false,\"level\":\"OFF\"},"
          "\"tracingConfiguration\":{\"enabled\":false},\"encryptionConfiguration\":{\"type\":\"AWS_OWNED_KEY\"}}" },
    };
    RUN(steps);
}

static void arns_are_checked(void **state)
{
    static const struct step steps[] = {
        { "DescribeStateMachine", "{\"stateMachineArn\":\"x\"}", "InvalidArn: Invalid Arn: 'Invalid ARN prefix: x'" },
        { "DescribeStateMachine", "{\"stateMachineArn\":\"arn:aws:states:us-east-1:000000000000:execution:M:x\"}",
          "InvalidArn: Invalid Arn: 'Resource type not valid in this context: execution'" },
        { "DeleteStateMachine", "{" AT "}", "{}" },
        { "UpdateStateMachine", "{" AT ",\"roleArn\":\"" ROLE "\"}",
          "StateMachineDoesNotExist: State Machine Does Not Exist: '" MACHINE "'" },
        { "PublishStateMachineVersion", "{\"stateMachineArn\":\"invalid_arn\"}",
          "InvalidArn: Invalid Arn: 'Invalid ARN prefix: invalid_arn'" },
        { "ListStateMachines", "{\"nextToken\":\"x\"}", "InvalidToken: Invalid Token: 'Invalid token'" },
    };
    RUN(steps);
}

/* ---- changing ---- */

static void revisions_are_told_from_the_first_change(void **state)
{
    static const struct step steps[] = {
        { "CreateStateMachine", CREATE "}", CREATED "}" },
        { "UpdateStateMachine", "{" AT "}",
          "MissingRequiredParameter: Either the definition, the role ARN, the LoggingConfiguration, or the "
          "TracingConfiguration "
          "must be specified" },
        { "UpdateStateMachine", "{" AT ",\"roleArn\":\"" ROLE "\"}", "{\"updateDate\":" THEN "}" },
        { "UpdateStateMachine", "{" AT ",\"definition\":\"" TWO_TEXT "\"}",
          "{\"updateDate\":" THEN ",\"revisionId\":\"<uuid>\"}" },
        { "UpdateStateMachine", "{" AT ",\"definition\":\"" TWO_TEXT "\"}",
          "{\"updateDate\":" THEN ",\"revisionId\":\"<uuid>\"}" },
        { "DescribeStateMachine", "{" AT "}", DESCRIBED(TWO_TEXT) ",\"revisionId\":\"<uuid>\"}" },
        { "UpdateStateMachine", "{" AT ",\"definition\":\"{}\"}",
          "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: "
          "[States, "
          "StartAt] at /'" },
        { "DescribeStateMachine", "{" AT "}", DESCRIBED(TWO_TEXT) ",\"revisionId\":\"<uuid>\"}" },
        { "DeleteStateMachine", "{" AT "}", "{}" },
        { "DescribeStateMachine", "{" AT "}", "StateMachineDoesNotExist: State Machine Does Not Exist: '" MACHINE "'" },
    };
    RUN(steps);
    assert_int_equal(store_bytes(world->store), 0); /* no revision is left behind */
}

static void variables_are_told(void **state)
{
    static const struct step steps[] = {
        { "CreateStateMachine",
          "{\"name\":\"M\",\"roleArn\":\"" ROLE
          "\",\"definition\":\"{\\\"StartAt\\\":\\\"A\\\",\\\"States\\\":{\\\"A\\\":{\\\"Type\\\":"
          "\\\"Pass\\\",\\\"OutputPath\\\":\\\"$v\\\",\\\"End\\\":true}}}\"}",
          CREATED "}" },
        { "DescribeStateMachine", "{" AT "}",
          DESCRIBED("{\\\"StartAt\\\":\\\"A\\\",\\\"States\\\":{\\\"A\\\":{\\\"Type\\\":\\\"Pass\\\","
                    "\\\"OutputPath\\\":\\\"$v\\\","
                    "\\\"End\\\":true}}}") ",\"variableReferences\":{\"A\":[\"v\"]}}" },
        { "UpdateStateMachine", "{" AT ",\"definition\":\"" ONE_TEXT "\"}",
          "{\"updateDate\":" THEN ",\"revisionId\":\"<uuid>\"}" },
        { "DescribeStateMachine", "{" AT "}", DESCRIBED(ONE_TEXT) ",\"revisionId\":\"<uuid>\"}" },
    };
    RUN(steps);
}

/* ---- deleting ---- */

#define WAITING                                                                                                        \
    "{\"name\":\"M\",\"roleArn\":\"" ROLE "\",\"definition\":\"{\\\"StartAt\\\":\\\"A\\\",\\\"States\\\":{\\\"A\\\":{" \
    "\\\"Type\\\":\\\"Wait\\\",\\\"Seconds\\\":60,\\\"End\\\":true}}}\"}"

static const char *status_of_machine(struct arena *arena)
{
    return json_string(json_parse_in(arena, str_of(ask(arena, "DescribeStateMachine", "{" AT "}")), NULL), "status");
}

static void deleted_when_the_last_execution_ends(void **state)
{
    static const struct step steps[] = {
        { "DeleteStateMachine", "{" AT "}", "{}" },
        { "DeleteStateMachine", "{" AT "}", "{}" },
        { "StartExecution", "{" AT "}", "StateMachineDeleting: State Machine Deleting: '" MACHINE "'" },
        { "CreateStateMachine", WAITING, "StateMachineDeleting: State Machine Deleting: '" MACHINE "'" },
        { "UpdateStateMachine", "{" AT ",\"roleArn\":\"" ROLE "\"}",
          "StateMachineDeleting: State Machine Deleting: '" MACHINE "'" },
    };
    struct arena *arena = arena_new();
    assert_string_equal(ask(arena, "CreateStateMachine", WAITING), CREATED "}");
    ask(arena, "StartExecution", "{" AT ",\"name\":\"a\"}");
    world_run(world, 0);
    RUN(steps);
    assert_string_equal(status_of_machine(arena), "DELETING");
    world_settle(world, 120 * 1000);
    assert_string_equal(ask(arena, "DescribeStateMachine", "{" AT "}"),
                        "StateMachineDoesNotExist: State Machine Does Not Exist: '" MACHINE "'");
    arena_free(arena);
}

/* An execution keeps the revision that it was started with; what nothing refers to any more goes. */
static void revisions_stay_while_they_are_referred_to(void **state)
{
    struct arena *arena = arena_new();
    struct scope scope = { "000000000000", "us-east-1" };
    ask(arena, "CreateStateMachine", WAITING);
    ask(arena, "StartExecution", "{" AT ",\"name\":\"a\"}");
    ask(arena, "UpdateStateMachine", "{" AT ",\"definition\":\"" ONE_TEXT "\"}");
    assert_int_equal(store_count(world->store, scope, &revision_table), 2);
    ask(arena, "UpdateStateMachine", "{" AT ",\"definition\":\"" TWO_TEXT "\"}");
    assert_int_equal(store_count(world->store, scope, &revision_table), 2);
    arena_free(arena);
}

/* ---- the role, where policies are enforced ---- */

#define TRUST(service)                                                                                                 \
    "\"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":{"       \
    "\\\"Service\\\":\\\"" service "\\\"},\\\"Action\\\":\\\"sts:AssumeRole\\\"}]}\""
#define MAY(action)                                                                                                    \
    "{\"RoleName\":\"R\",\"PolicyName\":\"P\",\"PolicyDocument\":\"{\\\"Version\\\":\\\"2012-10-17\\\","               \
    "\\\"Statement\\\":[{"                                                                                             \
    "\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"" action "\\\",\\\"Resource\\\":\\\"*\\\"}]}\"}"
#define SYNC                                                                                                           \
    "{\"name\":\"M\",\"roleArn\":\"" ROLE "\",\"definition\":\"{\\\"StartAt\\\":\\\"A\\\",\\\"States\\\":{\\\"A\\\":{" \
    "\\\"Type\\\":\\\"Task\\\",\\\"Resource\\\":\\\"arn:aws:states:::states:startExecution.sync\\\",\\\"End\\\":true}" \
    "}}\"}"

static void roles_are_asked_for_where_policies_count(void **state)
{
    static const char no_trust[] =
        "AccessDeniedException: Neither the global service principal states.amazonaws.com, nor the "
        "regional one is authorized to assume the provided role.";
    static const char log[] = CREATE
        ",\"loggingConfiguration\":{\"level\":\"ALL\",\"destinations\":[{\"cloudWatchLogsLogGroup\":"
        "{\"logGroupArn\":\"arn:aws:logs:us-east-1:000000000000:log-group:g:*\"}}]}}";
    struct arena *arena = arena_new();
    cloud->identities = &iam_identities;
    cloud->enforce = true;
    assert_string_equal(ask(arena, "CreateStateMachine", CREATE "}"), no_trust); /* there is no such role */
    ask_of("iam", arena, "CreateRole",
           "{\"RoleName\":\"R\",\"AssumeRolePolicyDocument\":" TRUST("lambda.amazonaws.com") "}");
    assert_string_equal(ask(arena, "CreateStateMachine", CREATE "}"), no_trust);
    ask_of("iam", arena, "UpdateAssumeRolePolicy",
           "{\"RoleName\":\"R\",\"PolicyDocument\":" TRUST("states.amazonaws.com") "}");
    assert_string_equal(ask(arena, "CreateStateMachine", SYNC),
                        "AccessDeniedException: '" ROLE "' is not authorized to create managed-rule.");
    assert_string_equal(
        ask(arena, "CreateStateMachine", log),
        "AccessDeniedException: The state machine IAM Role is not authorized to access the Log Destination");
    ask_of("iam", arena, "PutRolePolicy", MAY("events:*"));
    assert_string_equal(ask(arena, "CreateStateMachine", SYNC), CREATED "}");
    ask(arena, "DeleteStateMachine", "{" AT "}");
    ask_of("iam", arena, "PutRolePolicy", MAY("logs:*LogDelivery"));
    ask_of("logs", arena, "CreateLogGroup", "{\"logGroupName\":\"g\"}");
    assert_string_equal(ask(arena, "CreateStateMachine", log), CREATED "}");
    arena_free(arena);
}

/* A state machine acts in its role's account: with another team's role it would act there. */
static void roles_are_of_the_own_account_where_keys_are_checked(void **state)
{
    static const char foreign[] =
        "{\"name\":\"M\",\"roleArn\":\"arn:aws:iam::111111111111:role/R\",\"definition\":\"" ONE_TEXT "\"}";
    static const char denied[] = "AccessDeniedException: Cross-account pass role is not allowed.";
    struct arena *arena = arena_new();
    cloud->strict = true;
    assert_string_equal(ask(arena, "CreateStateMachine", foreign), denied);
    assert_string_equal(ask(arena, "CreateStateMachine", CREATE "}"), CREATED "}");
    assert_string_equal(ask(arena, "UpdateStateMachine", "{" AT ",\"roleArn\":\"arn:aws:iam::111111111111:role/R\"}"),
                        denied);
    ask(arena, "DeleteStateMachine", "{" AT "}");
    cloud->strict = false; /* anybody is anybody: roles are made up */
    assert_string_equal(ask(arena, "CreateStateMachine", foreign), CREATED "}");
    arena_free(arena);
}

/* ---- checking a definition ---- */

static void definitions_are_validated(void **state)
{
    static const struct step steps[] = {
        { "ValidateStateMachineDefinition", "{\"definition\":\"" ONE_TEXT "\"}",
          "{\"result\":\"OK\",\"diagnostics\":[],\"truncated\":false}" },
        { "ValidateStateMachineDefinition", "{\"definition\":\"{\\\"Foo\\\":1}\",\"maxResults\":1}",
          "{\"result\":\"FAIL\",\"diagnostics\":[{\"severity\":\"ERROR\",\"code\":\"SCHEMA_VALIDATION_FAILED\","
          "\"message\":\"These fields "
          "are required: [States, StartAt]\",\"location\":\"/\"}],\"truncated\":true}" },
        { "ValidateStateMachineDefinition",
          "{\"definition\":\"{\\\"StartAt\\\":\\\"A\\\",\\\"States\\\":{\\\"A\\\":{\\\"Type\\\":\\\"Pass\\\","
          "\\\"Next\\\":\\\"A\\\"}}}\"}",
          "{\"result\":\"FAIL\",\"diagnostics\":[{\"severity\":\"ERROR\",\"code\":\"MISSING_END_STATE\",\"message\":"
          "\"Workflow has no "
          "terminal state\"}],\"truncated\":false}" },
        { "ValidateStateMachineDefinition",
          "{\"definition\":\"{\\\"StartAt\\\":\\\"A\\\",\\\"States\\\":{\\\"A\\\":{\\\"Type\\\":\\\"Fail\\\","
          "\\\"Cause\\\":\\\"$.c\\\"}}}\"}",
          "{\"result\":\"OK\",\"diagnostics\":[],\"truncated\":false}" },
        { "ValidateStateMachineDefinition",
          "{\"severity\":\"WARNING\",\"definition\":\"{\\\"StartAt\\\":\\\"A\\\",\\\"States\\\":{\\\"A\\\":{"
          "\\\"Type\\\":\\\"Fail\\\","
          "\\\"Cause\\\":\\\"$.c\\\"}}}\"}",
          "{\"result\":\"OK\",\"diagnostics\":[{\"severity\":\"WARNING\",\"code\":\"NO_PATH\",\"message\":\"The value "
          "of 'Cause' looks like "
          "a path, but the field's name does not end with "
          "'Path'\",\"location\":\"/States/A/Cause\"}],\"truncated\":false}" },
    };
    RUN(steps);
}

/* ---- versions and aliases ---- */

static void versions_are_numbered_for_good(void **state)
{
    static const struct step steps[] = {
        { "CreateStateMachine", CREATE ",\"publish\":true,\"versionDescription\":\"HelloWorld!\"}",
          CREATED ",\"stateMachineVersionArn\":\"" MACHINE ":1\"}" },
        { "DescribeStateMachine", "{\"stateMachineArn\":\"" MACHINE ":1\"}",
          "{\"stateMachineArn\":\"" MACHINE ":1\",\"type\":\"STANDARD\",\"status\":\"ACTIVE\",\"creationDate\":" THEN
          ",\"name\":\"M\",\"description\":\"HelloWorld!\",\"definition\":\"" ONE_TEXT "\",\"roleArn\":\"" ROLE
          "\"," CONFIGURATIONS "}" },
        { "UpdateStateMachine", "{" AT ",\"definition\":\"" ONE_TEXT "\",\"publish\":true}",
          "{\"updateDate\":" THEN ",\"stateMachineVersionArn\":\"" MACHINE ":1\"}" },
        { "PublishStateMachineVersion", "{" AT ",\"revisionId\":\"INITIAL\"}",
          "{\"creationDate\":" THEN ",\"stateMachineVersionArn\":\"" MACHINE ":1\"}" },
        { "UpdateStateMachine", "{" AT ",\"definition\":\"" TWO_TEXT "\",\"publish\":true}",
          "{\"updateDate\":" THEN ",\"revisionId\":\"<uuid>\",\"stateMachineVersionArn\":\"" MACHINE ":2\"}" },
        { "ListStateMachineVersions", "{" AT "}",
          "{\"stateMachineVersions\":[{\"creationDate\":" THEN ",\"stateMachineVersionArn\":\"" MACHINE
          ":2\"},{\"creationDate\":" THEN ",\"stateMachineVersionArn\":\"" MACHINE ":1\"}]}" },
        { "DeleteStateMachineVersion", "{\"stateMachineVersionArn\":\"" MACHINE ":2\"}", "{}" },
        { "DeleteStateMachineVersion", "{\"stateMachineVersionArn\":\"" MACHINE ":2\"}", "{}" },
        { "DeleteStateMachineVersion", "{\"stateMachineVersionArn\":\"" MACHINE "\"}",
          "InvalidArn: Invalid Arn: '" MACHINE "'" },
        { "PublishStateMachineVersion", "{" AT "}",
          "{\"creationDate\":" THEN ",\"stateMachineVersionArn\":\"" MACHINE ":3\"}" },
        { "DescribeStateMachine", "{\"stateMachineArn\":\"" MACHINE ":2\"}",
          "StateMachineDoesNotExist: State Machine Does Not Exist: '" MACHINE ":2'" },
        { "PublishStateMachineVersion", "{" AT ",\"revisionId\":\"x\"}",
          "ConflictException: Failed to publish the State Machine version for revision x. The current State Machine "
          "revision is "
          "<uuid>." },
        { "TagResource", "{\"resourceArn\":\"" MACHINE ":1\",\"tags\":[]}",
          "ResourceNotFound: Resource not found: '" MACHINE ":1'" },
        { "DeleteStateMachine", "{" AT "}", "{}" },
        { "ListStateMachineVersions", "{" AT "}", "{\"stateMachineVersions\":[]}" },
    };
    RUN(steps);
    assert_int_equal(store_bytes(world->store), 0);
}

#define ROUTE(version, weight) "{\"stateMachineVersionArn\":\"" MACHINE version "\",\"weight\":" #weight "}"
#define ALIAS(routes)          "{\"name\":\"A\",\"routingConfiguration\":[" routes "]}"

static void aliases_lead_to_versions(void **state)
{
    static const struct step steps[] = {
        { "CreateStateMachine", CREATE ",\"publish\":true}", CREATED ",\"stateMachineVersionArn\":\"" MACHINE ":1\"}" },
        { "UpdateStateMachine", "{" AT ",\"definition\":\"" TWO_TEXT "\",\"publish\":true}",
          "{\"updateDate\":" THEN ",\"revisionId\":\"<uuid>\",\"stateMachineVersionArn\":\"" MACHINE ":2\"}" },
        { "CreateStateMachineAlias", ALIAS(ROUTE("", 70) "," ROUTE(":2", 30)),
          "ValidationException: Routing configuration must contain state machine version ARNs. Received: [" MACHINE
          ", " MACHINE ":2]" },
        { "CreateStateMachineAlias", ALIAS(ROUTE(":1", 50) "," ROUTE(":1", 50)),
          "ValidationException: Routing configuration must contain distinct state machine version ARNs. Received: "
          "[" MACHINE ":1, " MACHINE ":1]" },
        { "CreateStateMachineAlias", ALIAS(ROUTE(":1", 70) "," ROUTE(":2", 29)),
          "ValidationException: Sum of routing configuration weights must equal 100. Received: [70, 29]" },
        { "CreateStateMachineAlias", ALIAS(ROUTE(":9", 100)),
          "ResourceNotFound: Request references a resource that does not exist." },
        { "CreateStateMachineAlias", ALIAS(ROUTE(":1", 100)),
          "{\"creationDate\":" THEN ",\"stateMachineAliasArn\":\"" MACHINE ":A\"}" },
        { "CreateStateMachineAlias", ALIAS(ROUTE(":1", 100)),
          "{\"creationDate\":" THEN ",\"stateMachineAliasArn\":\"" MACHINE ":A\"}" },
        { "CreateStateMachineAlias", ALIAS(ROUTE(":2", 100)),
          "ConflictException: Failed to create alias because an alias with the same name and a different routing "
          "configuration "
          "already exists." },
        { "DeleteStateMachineVersion", "{\"stateMachineVersionArn\":\"" MACHINE ":1\"}",
          "ConflictException: Version to be deleted must not be referenced by an alias. Current list of aliases "
          "referencing this "
          "version: [A]" },
        { "UpdateStateMachineAlias",
          "{\"stateMachineAliasArn\":\"" MACHINE
          ":A\",\"description\":\"d\",\"routingConfiguration\":[" ROUTE(":2", 100) "]}",
          "{\"updateDate\":" THEN "}" },
        { "DescribeStateMachineAlias", "{\"stateMachineAliasArn\":\"" MACHINE ":A\"}",
          "{\"stateMachineAliasArn\":\"" MACHINE
          ":A\",\"name\":\"A\",\"description\":\"d\",\"routingConfiguration\":[" ROUTE(
              ":2", 100) "],\"creationDate\":" THEN ",\"updateDate\":" THEN "}" },
        { "ListStateMachineAliases", "{\"stateMachineArn\":\"" MACHINE ":1\"}", "{\"stateMachineAliases\":[]}" },
        { "ListStateMachineAliases", "{" AT "}",
          "{\"stateMachineAliases\":[{\"creationDate\":" THEN ",\"stateMachineAliasArn\":\"" MACHINE ":A\"}]}" },
        { "DeleteStateMachineAlias", "{\"stateMachineAliasArn\":\"" MACHINE ":A\"}", "{}" },
        { "DeleteStateMachineAlias", "{\"stateMachineAliasArn\":\"" MACHINE ":A\"}", "{}" },
        { "UpdateStateMachineAlias", "{\"stateMachineAliasArn\":\"" MACHINE ":A\",\"description\":\"d\"}",
          "ResourceNotFound: Request references a resource that does not exist." },
    };
    RUN(steps);
}

/* ---- tags ---- */

static void tags_are_kept_in_order(void **state)
{
    static const struct step steps[] = {
        { "CreateStateMachine", CREATE ",\"tags\":[{\"key\":\"b\",\"value\":\"1\"}]}", CREATED "}" },
        { "TagResource",
          "{\"resourceArn\":\"" MACHINE "\",\"tags\":[{\"key\":\"a\",\"value\":\"\"},{\"key\":\"b\",\"value\":\"2\"}]}",
          "{}" },
        { "ListTagsForResource", "{\"resourceArn\":\"" MACHINE "\"}",
          "{\"tags\":[{\"key\":\"b\",\"value\":\"2\"},{\"key\":\"a\",\"value\":\"\"}]}" },
        { "UntagResource", "{\"resourceArn\":\"" MACHINE "\",\"tagKeys\":[\"b\",\"c\"]}", "{}" },
        { "ListTagsForResource", "{\"resourceArn\":\"" MACHINE "\"}", "{\"tags\":[{\"key\":\"a\",\"value\":\"\"}]}" },
        { "UntagResource", "{\"resourceArn\":\"" MACHINE "\",\"tagKeys\":[\"a\"]}", "{}" },
        { "UntagResource", "{\"resourceArn\":\"" MACHINE "\",\"tagKeys\":[\"a\"]}", "{}" },
        { "ListTagsForResource", "{\"resourceArn\":\"" MACHINE "\"}", "{\"tags\":[]}" },
        { "TagResource", "{\"resourceArn\":\"" MACHINE "\",\"tags\":[{\"key\":\"a!\",\"value\":\"\"}]}",
          "ValidationException: Tags may only contain Unicode letters, digits, white space, or these symbols: _ . : / "
          "= + - @." },
        { "TagResource", "{\"resourceArn\":\"x\",\"tags\":[]}", "InvalidArn: Invalid Arn: 'Invalid ARN prefix: x'" },
    };
    RUN(steps);
}

static void tags_have_a_limit(void **state)
{
    static const struct step create[] = { { "CreateStateMachine", CREATE "}", CREATED "}" } };
    RUN(create);
    struct arena *arena = arena_new();
    struct buf input = BUF_EMPTY;
    buf_add_text(&input, "{\"resourceArn\":\"" MACHINE "\",\"tags\":[");
    for (int i = 0; i < 50; i++)
        buf_printf(&input, "%s{\"key\":\"k%d\",\"value\":\"v\"}", i ? "," : "", i);
    buf_add_text(&input, "]}");
    assert_string_equal(ask(arena, "TagResource", input.at), "{}");
    assert_string_equal(ask(arena, "TagResource", input.at), "{}"); /* the same ones again */
    assert_string_equal(
        ask(arena, "TagResource", "{\"resourceArn\":\"" MACHINE "\",\"tags\":[{\"key\":\"one\",\"value\":\"\"}]}"),
        "TooManyTags: Too many tags: '" MACHINE "' may have 50, but would have 51");
    buf_release(&input);
    arena_free(arena);
}

/* ---- activities ---- */

#define ACTIVITY "arn:aws:states:us-east-1:000000000000:activity:A"

static void activities(void **state)
{
    static const struct step steps[] = {
        { "CreateActivity", "{\"name\":\"activity*name\"}", "InvalidName: Invalid Name: 'activity*name'" },
        { "CreateActivity", "{\"name\":\"A\"}", "{\"activityArn\":\"" ACTIVITY "\",\"creationDate\":" THEN "}" },
        { "CreateActivity", "{\"name\":\"A\"}", "{\"activityArn\":\"" ACTIVITY "\",\"creationDate\":" THEN "}" },
        { "CreateActivity",
          "{\"name\":\"A\",\"encryptionConfiguration\":{\"type\":\"CUSTOMER_MANAGED_KMS_KEY\",\"kmsKeyId\":\"k\"}}",
          "ActivityAlreadyExists: Activity Already Exists: '" ACTIVITY "'" },
        { "DescribeActivity", "{\"activityArn\":\"" ACTIVITY "\"}",
          "{\"activityArn\":\"" ACTIVITY "\",\"creationDate\":" THEN
          ",\"encryptionConfiguration\":{\"type\":\"AWS_OWNED_KEY\"},\"name\":\"A\"}" },
        { "ListActivities", "{}",
          "{\"activities\":[{\"activityArn\":\"" ACTIVITY "\",\"creationDate\":" THEN ",\"name\":\"A\"}]}" },
        { "TagResource", "{\"resourceArn\":\"" ACTIVITY "\",\"tags\":[{\"key\":\"a\",\"value\":\"b\"}]}", "{}" },
        { "DeleteActivity", "{\"activityArn\":\"" ACTIVITY "\"}", "{}" },
        { "DeleteActivity", "{\"activityArn\":\"" ACTIVITY "\"}", "{}" },
        { "DescribeActivity", "{\"activityArn\":\"" ACTIVITY "\"}",
          "ActivityDoesNotExist: Activity Does Not Exist: '" ACTIVITY "'" },
        { "DescribeActivity", "{\"activityArn\":\"" MACHINE "\"}",
          "InvalidArn: Invalid Arn: 'Resource type not valid in this context: stateMachine'" },
    };
    RUN(steps);
    assert_int_equal(store_bytes(world->store), 0); /* the tags went with it */
}

static void lists_have_pages(void **state)
{
    struct arena *arena = arena_new();
    for (int i = 0; i < 5; i++)
        ask(arena, "CreateActivity", arena_printf(arena, "{\"name\":\"A%d\"}", i));
    struct buf names = BUF_EMPTY;
    char *token = NULL;
    int pages = 0;
    do {
        const char *input = token ? arena_printf(arena, "{\"maxResults\":2,\"nextToken\":\"%s\"}", token)
                                  : "{\"maxResults\":2}";
        const cJSON *page = json_parse_in(arena, str_of(ask(arena, "ListActivities", input)), NULL), *item;
        cJSON_ArrayForEach(item, json_get(page, "activities"))
        {
            buf_add_str(&names, json_str(item, "name"));
        }
        token = (char *)json_string(page, "nextToken");
        pages++;
    } while (token);
    assert_string_equal(names.at, "A0A1A2A3A4");
    assert_int_equal(pages, 3);
    buf_release(&names);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_cloud, close_cloud)
        TEST(machines_are_created_once),
        TEST(creation_is_checked),
        TEST(arns_are_checked),
        TEST(revisions_are_told_from_the_first_change),
        TEST(variables_are_told),
        TEST(deleted_when_the_last_execution_ends),
        TEST(revisions_stay_while_they_are_referred_to),
        TEST(roles_are_asked_for_where_policies_count),
        TEST(roles_are_of_the_own_account_where_keys_are_checked),
        TEST(definitions_are_validated),
        TEST(versions_are_numbered_for_good),
        TEST(aliases_lead_to_versions),
        TEST(tags_are_kept_in_order),
        TEST(tags_have_a_limit),
        TEST(activities),
        TEST(lists_have_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
