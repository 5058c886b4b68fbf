#include "engine_fixture.h"

#include "aws/invocation.h"
#include "base/digest.h"
#include "world/hook.h"

/* Functions, versions, aliases, permissions and invocations; tasks of state machines that run them. */

/* A ZIP with one file "a" that holds "a\n", as base64. */
#define ZIP                                                                                                            \
    "UEsDBBQAAAAAAAAAIQAHoerdAgAAAAIAAAABAAAAYWEKUEsBAhQDFAAAAAAAAAAhAAeh"                                             \
    "6t0CAAAAAgAAAAEAAAAAAAAAAAAAAIABAAAAAGFQSwUGAAAAAAEAAQAvAAAAIQAAAAAA"
#define FUNCTION(name) "arn:aws:lambda:" REGION ":" ACCOUNT ":function:" name
#define LAMBDA_ROLE    "arn:aws:iam::" ACCOUNT ":role/runner"

/* ---- a runner: its functions' handlers are the names of what they do ---- */

struct runner_hook {
    struct hook hook;
    struct question *parked;
    int forgotten, asked;
};

static enum verdict run_function(struct hook *hook, struct question *question)
{
    struct runner_hook *runner = hook->data;
    struct invocation *invocation = question->subject;
    struct str handler = str_of(invocation->handler);
    runner->asked++;
    if (strcmp(invocation->runtime, "provided.lua") != 0)
        return VERDICT_PASS;
    invocation_log(invocation, STR("hello from the handler"));
    if (str_is(handler, "echo")) {
        invocation_return(invocation, invocation->payload);
    } else if (str_is(handler, "raise")) {
        invocation_raise(invocation, STR("Boom"), STR("it broke"), "trace", NULL, false);
    } else if (str_is(handler, "wordless")) {
        invocation_raise_payload(invocation, STR("{\"errorMessage\":\"no type\"}"));
    } else if (str_is(handler, "hang")) {
        runner->parked = question;
        return VERDICT_PARKED;
    } else if (str_is(handler, "fault")) {
        snprintf(question->code, sizeof question->code, "ServiceException");
        snprintf(question->message, sizeof question->message, "out of order");
        return VERDICT_FAIL;
    } else {
        invocation_exit(invocation, "exit status 1");
    }
    return VERDICT_CHANGED;
}

static void forget_question(struct hook *hook, struct question *question)
{
    struct runner_hook *runner = hook->data;
    runner->forgotten++;
    runner->parked = NULL;
}

static struct runner_hook *add_runner(struct game *game)
{
    struct runner_hook *runner = memory_alloc(sizeof *runner);
    runner->hook = (struct hook){ .point = HOOK_INVOKE,
                                  .pack = "",
                                  .service = "lambda",
                                  .chance = 1,
                                  .ask = run_function,
                                  .forgotten = forget_question,
                                  .data = runner };
    hook_add(game->world->hooks, &runner->hook);
    return runner;
}

static void end_runner(struct game *game, struct runner_hook *runner)
{
    hook_remove(game->world->hooks, &runner->hook);
    free(runner);
    end_game(game);
}

/* ---- calls ---- */

static struct call *lambda_call(struct game *game, const char *operation, const char *input)
{
    return new_call_of(game, "lambda", operation, input);
}

__attribute__((format(printf, 3, 4))) static const char *lambda(struct game *game, const char *operation,
                                                                const char *format, ...)
{
    char input[16 * 1024];
    va_list args;
    va_start(args, format);
    vsnprintf(input, sizeof input, format, args);
    va_end(args);
    struct call *call = lambda_call(game, operation, input);
    assert_int_not_equal(road_run(call), CALL_PARKED);
    const char *answer = answer_of(call);
    call_free(call);
    return answer;
}

#define CREATE(more) "{\"FunctionName\":\"f\",\"Role\":\"" LAMBDA_ROLE "\",\"Code\":{\"ZipFile\":\"" ZIP "\"}" more "}"
#define LUA(handler) ",\"Runtime\":\"provided.lua\",\"Handler\":\"" handler "\""

static void create(struct game *game, const char *name, const char *handler)
{
    const char *answer = lambda(game, "CreateFunction",
                                "{\"FunctionName\":\"%s\",\"Role\":\"" LAMBDA_ROLE "\",\"Code\":{\"ZipFile\":\"" ZIP
                                "\"},\"Runtime\":\"provided.lua\",\"Handler\":\"%s\"}",
                                name, handler);
    assert_string_equal(member(answer, "State"), "Pending");
    pass_time(game, 5000);
}

/* ---- CreateFunction: what is refused ---- */

static const struct refusal_case {
    const char *operation, *input, *answer, *reason;
} refusal_cases[] = {
    { "CreateFunction", CREATE(""),
      "InvalidParameterValueException: Runtime and Handler are mandatory parameters for functions created with "
      "deployment "
      "packages.",
      "neither runtime nor handler" },
    { "CreateFunction", CREATE(",\"Runtime\":\"nodejs12.x\",\"Handler\":\"a.b\""),
      "InvalidParameterValueException: The runtime parameter of nodejs12.x is no longer supported for creating or "
      "updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.",
      "a runtime of old" },
    { "CreateFunction", CREATE(LUA("a") ",\"Timeout\":901"),
      "ValidationException: 1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member "
      "must have value less than or equal to 900",
      "a timeout of more than 15 minutes" },
    { "CreateFunction", CREATE(LUA("a") ",\"MemorySize\":64"),
      "ValidationException: 1 validation error detected: Value '64' at 'memorySize' failed to satisfy constraint: "
      "Member must have value greater than or equal to 128",
      "too little memory" },
    { "CreateFunction", CREATE(",\"PackageType\":\"Image\""),
      "NotImplemented: This practice cloud runs functions from ZIP files, not from images.", "an image" },
    { "CreateFunction", CREATE(LUA("a") ",\"Layers\":[\"arn:aws:lambda:us-east-1:111122223333:layer:l:1\"]"),
      "NotImplemented: This practice cloud's functions do not have Layers.", "layers" },
    { "CreateFunction", CREATE(LUA("a") ",\"Environment\":{\"Variables\":{\"AWS_REGION\":\"x\"}}"),
      "InvalidParameterValueException: Lambda was unable to configure your environment variables because the "
      "environment "
      "variables you have provided contains reserved keys that are currently not supported for modification. Reserved "
      "keys used in this request: AWS_REGION",
      "a reserved variable" },
    { "CreateFunction",
      "{\"FunctionName\":\"g\",\"Role\":\"" LAMBDA_ROLE "\",\"Code\":{\"ZipFile\":\"bm8gemlw\"}" LUA("a") "}",
      "InvalidParameterValueException: Could not unzip uploaded file. Please check your file, then try to upload "
      "again.",
      "no ZIP" },
    { "CreateFunction", "{\"FunctionName\":\"g\",\"Role\":\"" LAMBDA_ROLE "\",\"Code\":{}" LUA("a") "}",
      "InvalidParameterValueException: Please provide a source for function code.", "no code" },
    { "CreateFunction", CREATE(LUA("a")), "ResourceConflictException: Function already exist: f",
      "a name that is taken" },
    { "GetFunction", "{\"FunctionName\":\"none\"}", "ResourceNotFoundException: Function not found: " FUNCTION("none"),
      "no such function" },
    { "GetFunction", "{\"FunctionName\":\"f:7\"}", "ResourceNotFoundException: Function not found: " FUNCTION("f:7"),
      "no such version" },
    { "GetFunction", "{\"FunctionName\":\"f:7\",\"Qualifier\":\"8\"}",
      "InvalidParameterValueException: The derived qualifier from the function name does not match the specified "
      "qualifier.",
      "two qualifiers" },
    { "GetFunction", "{\"FunctionName\":\"arn:aws:lambda:us-west-2:" ACCOUNT ":function:f\"}",
      "ResourceNotFoundException: Functions from 'us-west-2' are not reachable in this region ('" REGION "')",
      "another region" },
    { "Invoke", "{\"FunctionName\":\"none\"}",
      "ResourceNotFoundException: Function not found: " FUNCTION("none:$LATEST"), "Invoke names the version" },
    { "Invoke", "{\"FunctionName\":\"f\",\"Payload\":\"{'a\"}",
      "InvalidRequestContentException: Could not parse request body into json: Could not parse payload into json: "
      "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
      "a payload that is no JSON" },
    { "DeleteFunction", "{\"FunctionName\":\"f\",\"Qualifier\":\"$LATEST\"}",
      "InvalidParameterValueException: $LATEST version cannot be deleted without deleting the function.",
      "only $LATEST" },
    { "UpdateFunctionConfiguration", "{\"FunctionName\":\"f\",\"RevisionId\":\"old\"}",
      "PreconditionFailedException: The Revision Id provided does not match the latest Revision Id. Call the "
      "GetFunction/GetAlias API to retrieve the latest Revision Id",
      "a revision of old" },
    { "CreateAlias", "{\"FunctionName\":\"f\",\"Name\":\"live\",\"FunctionVersion\":\"3\"}",
      "ResourceNotFoundException: Function not found: " FUNCTION("f:3"), "an alias of no version" },
    { "GetAlias", "{\"FunctionName\":\"f\",\"Name\":\"live\"}",
      "ResourceNotFoundException: Cannot find alias arn: " FUNCTION("f:live"), "no such alias" },
    { "GetPolicy", "{\"FunctionName\":\"f\"}", "ResourceNotFoundException: The resource you requested does not exist.",
      "no policy" },
    { "PutFunctionConcurrency", "{\"FunctionName\":\"f\",\"ReservedConcurrentExecutions\":901}",
      "InvalidParameterValueException: Specified ReservedConcurrentExecutions for function decreases account's "
      "UnreservedConcurrentExecution below its minimum value of [100].",
      "too much reserved" },
    { "PublishLayerVersion", "{\"LayerName\":\"l\",\"Content\":{}}",
      "NotImplemented: This practice cloud does not have PublishLayerVersion of AWS Lambda.", "layers are not there" },
};

static void refusals(void **state)
{
    struct game game = start_game(NULL);
    create(&game, "f", "echo");
    for (size_t i = 0; i < sizeof refusal_cases / sizeof *refusal_cases; i++) {
        const struct refusal_case *row = &refusal_cases[i];
        const char *answer = lambda(&game, row->operation, "%s", row->input);
        if (strcmp(answer, row->answer) != 0)
            fail_msg("%s:\n  expected %s\n  was      %s", row->reason, row->answer, answer);
    }
    assert_string_equal(member(lambda(&game, "GetAccountSettings", "{}"), "AccountUsage"),
                        "{\"TotalCodeSize\":102,\"FunctionCount\":1}");
    end_game(&game);
}

/* ---- invocations ---- */

static const struct invoke_case {
    const char *handler, *payload, *function_error, *answer, *reason;
} invoke_cases[] = {
    { "echo", "{\"a\": 1.0}", "", "{\"a\": 1.0}", "returned as it came" },
    { "echo", "", "", "{}", "no payload" },
    { "raise", "{}", "Unhandled", "{\"errorMessage\":\"it broke\",\"errorType\":\"Boom\"}", "raised" },
    { "exit", "{}", "Unhandled",
      "{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: ID Error: Runtime exited with error: exit "
      "status "
      "1\"}",
      "the process ended" },
};

/* With the call's request id as ID. */
static const char *without_id(const struct call *call, const char *text)
{
    static char copy[4096];
    snprintf(copy, sizeof copy, "%s", text);
    char *at = strstr(copy, call->request_id);
    if (at) {
        memmove(at + 2, at + 36, strlen(at + 36) + 1);
        memcpy(at, "ID", 2);
    }
    return copy;
}

static void invocations(void **state)
{
    struct game game = start_game(NULL);
    struct runner_hook *runner = add_runner(&game);
    for (size_t i = 0; i < sizeof invoke_cases / sizeof *invoke_cases; i++) {
        const struct invoke_case *row = &invoke_cases[i];
        create(&game, "f", row->handler);
        char input[512];
        snprintf(input, sizeof input, "{\"FunctionName\":\"f\",\"LogType\":\"Tail\",\"Payload\":%s}",
                 quoted(row->payload));
        struct call *call = lambda_call(&game, "Invoke", input);
        assert_int_equal(road_run(call), CALL_DONE);
        const char *answer = answer_of(call);
        assert_string_equal(member(answer, "FunctionError"), row->function_error);
        assert_string_equal(member(answer, "ExecutedVersion"), "$LATEST");
        assert_string_equal(without_id(call, member(answer, "Payload")), row->answer);
        struct buf log = BUF_EMPTY;
        assert_true(base64_decode(&log, str_of(member(answer, "LogResult"))));
        assert_non_null(strstr(log.at, "Version: $LATEST\nhello from the handler\nEND RequestId: "));
        assert_non_null(strstr(log.at, "\tMemory Size: 128 MB\t"));
        buf_release(&log);
        call_free(call);
        lambda(&game, "DeleteFunction", "{\"FunctionName\":\"f\"}");
    }
    create(&game, "f", "fault");
    assert_string_equal(lambda(&game, "Invoke", "{\"FunctionName\":\"f\"}"), "ServiceException: out of order");
    assert_string_equal(lambda(&game, "Invoke", "{\"FunctionName\":\"f\",\"InvocationType\":\"DryRun\"}"),
                        "{\"StatusCode\":204}");
    end_runner(&game, runner);
}

static struct call *parked;
static int finished_calls;

static void note_finished(struct call *call)
{
    finished_calls++;
}

static struct call *begin_hanging(struct game *game)
{
    parked = lambda_call(game, "Invoke", "{\"FunctionName\":\"f\"}");
    parked->finished = note_finished;
    assert_int_equal(road_run(parked), CALL_PARKED);
    return parked;
}

static void timeouts_and_concurrency(void **state)
{
    struct game game = start_game(NULL);
    struct runner_hook *runner = add_runner(&game);
    create(&game, "f", "hang");
    lambda(&game, "PutFunctionConcurrency", "{\"FunctionName\":\"f\",\"ReservedConcurrentExecutions\":1}");

    finished_calls = 0;
    struct call *call = begin_hanging(&game);
    assert_string_equal(lambda(&game, "Invoke", "{\"FunctionName\":\"f\"}"),
                        "TooManyRequestsException: Rate Exceeded.");
    pass_time(&game, 2999);
    assert_int_equal(finished_calls, 0);
    pass_time(&game, 1);
    assert_int_equal(finished_calls, 1);
    assert_int_equal(runner->forgotten, 1);
    assert_string_equal(
        without_id(call, member(answer_of(call), "Payload")),
        "{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: ID Error: Task timed out after "
        "3.00 seconds\"}");
    call_free(call);

    call = begin_hanging(&game); /* answered in time */
    invocation_return(runner->parked->subject, STR("7"));
    hook_answer(game.world, runner->parked, VERDICT_CHANGED);
    assert_int_equal(finished_calls, 2);
    assert_string_equal(member(answer_of(call), "Payload"), "7");
    call_free(call);

    call = begin_hanging(&game); /* the caller goes away */
    call_free(call);
    assert_int_equal(runner->forgotten, 2);

    call = begin_hanging(&game); /* the function goes away, the world is reset: neither disturbs */
    lambda(&game, "DeleteFunction", "{\"FunctionName\":\"f\"}");
    world_reset(game.world);
    assert_int_equal(runner->forgotten, 3);
    assert_int_equal(finished_calls, 3);
    call_free(call);
    end_runner(&game, runner);
}

/* Three attempts, at once, after a minute and two minutes after that; also over a restart. */
static void events_are_tried_again(void **state)
{
    struct game game = start_game(NULL);
    struct runner_hook *runner = add_runner(&game);
    create(&game, "f", "raise");
    assert_string_equal(lambda(&game, "Invoke", "{\"FunctionName\":\"f\",\"InvocationType\":\"Event\"}"),
                        "{\"StatusCode\":202}");
    pass_time(&game, 1);
    assert_int_equal(runner->asked, 1);
    pass_time(&game, 60000);
    assert_int_equal(runner->asked, 2);
    pass_time(&game, 119000);
    assert_int_equal(runner->asked, 2);
    pass_time(&game, 2000);
    assert_int_equal(runner->asked, 3);
    pass_time(&game, 7200 * 1000);
    assert_int_equal(runner->asked, 3);

    lambda(&game, "PutFunctionEventInvokeConfig", "{\"FunctionName\":\"f\",\"MaximumRetryAttempts\":0}");
    lambda(&game, "Invoke", "{\"FunctionName\":\"f\",\"InvocationType\":\"Event\"}");
    pass_time(&game, 600000);
    assert_int_equal(runner->asked, 4);
    end_runner(&game, runner);
}

static void events_outlive_a_restart(void **state)
{
    char *folder = make_folder();
    struct game game = start_game(folder);
    struct runner_hook *runner = add_runner(&game);
    create(&game, "f", "raise");
    lambda(&game, "Invoke", "{\"FunctionName\":\"f\",\"InvocationType\":\"Event\"}");
    pass_time(&game, 1);
    assert_int_equal(runner->asked, 1);
    hook_remove(game.world->hooks, &runner->hook);
    free(runner);
    restart(&game);
    runner = add_runner(&game);
    pass_time(&game, 59000);
    assert_int_equal(runner->asked, 0);
    pass_time(&game, 2000);
    assert_int_equal(runner->asked, 1);
    assert_string_equal(member(lambda(&game, "GetFunction", "{\"FunctionName\":\"f\"}"), "Code"),
                        "{\"RepositoryType\":\"S3\"}");
    end_runner(&game, runner);
    remove_folder(folder);
}

/* ---- versions and aliases ---- */

static void versions_and_aliases(void **state)
{
    struct game game = start_game(NULL);
    struct runner_hook *runner = add_runner(&game);
    create(&game, "f", "echo");
    assert_string_equal(member(lambda(&game, "PublishVersion", "{\"FunctionName\":\"f\"}"), "Version"), "1");
    assert_string_equal(member(lambda(&game, "PublishVersion", "{\"FunctionName\":\"f\"}"), "Version"), "1");
    lambda(&game, "UpdateFunctionConfiguration", "{\"FunctionName\":\"f\",\"Handler\":\"raise\"}");
    assert_string_equal(
        lambda(&game, "PublishVersion", "{\"FunctionName\":\"f\"}"),
        "ResourceConflictException: The operation cannot be performed at this time. An update is in progress for "
        "resource: " FUNCTION("f"));
    pass_time(&game, 5000);
    const char *second = lambda(&game, "PublishVersion", "{\"FunctionName\":\"f\",\"Description\":\"two\"}");
    assert_string_equal(member(second, "FunctionArn"), FUNCTION("f:2"));
    assert_string_equal(member(second, "Description"), "two");
    assert_string_equal(member(lambda(&game, "GetFunctionConfiguration", "{\"FunctionName\":\"f:1\"}"), "Handler"),
                        "echo");

    assert_string_equal(
        member(lambda(&game, "CreateAlias", "{\"FunctionName\":\"f\",\"Name\":\"live\",\"FunctionVersion\":\"1\"}"),
               "AliasArn"),
        FUNCTION("f:live"));
    assert_string_equal(
        member(lambda(&game, "Invoke", "{\"FunctionName\":\"f:live\",\"Payload\":\"1\"}"), "ExecutedVersion"), "1");
    assert_string_equal(
        lambda(&game, "DeleteFunction", "{\"FunctionName\":\"f\",\"Qualifier\":\"1\"}"),
        "ResourceConflictException: Unable to delete version because the following aliases reference it: "
        "[live]");
    lambda(&game, "UpdateAlias",
           "{\"FunctionName\":\"f\",\"Name\":\"live\",\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"2\":0.5}}}");
    int second_runs = 0;
    for (int i = 0; i < 100; i++)
        second_runs += strcmp(member(lambda(&game, "Invoke", "{\"FunctionName\":\"f:live\"}"), "ExecutedVersion"),
                              "2") == 0;
    assert_in_range(second_runs, 25, 75);

    const char *listed = lambda(&game, "ListVersionsByFunction", "{\"FunctionName\":\"f\",\"MaxItems\":2}");
    assert_non_null(strstr(member(listed, "Versions"), FUNCTION("f:$LATEST")));
    assert_non_null(strstr(member(listed, "Versions"), FUNCTION("f:1")));
    assert_null(strstr(member(listed, "Versions"), FUNCTION("f:2")));
    listed = lambda(&game, "ListVersionsByFunction", "{\"FunctionName\":\"f\",\"MaxItems\":2,\"Marker\":\"%s\"}",
                    member(listed, "NextMarker"));
    assert_non_null(strstr(member(listed, "Versions"), FUNCTION("f:2")));

    lambda(&game, "DeleteFunction", "{\"FunctionName\":\"f\"}");
    assert_string_equal(lambda(&game, "GetAlias", "{\"FunctionName\":\"f\",\"Name\":\"live\"}"),
                        "ResourceNotFoundException: Cannot find alias arn: " FUNCTION("f:live"));
    create(&game, "f", "echo"); /* numbers are not used again */
    assert_string_equal(member(lambda(&game, "PublishVersion", "{\"FunctionName\":\"f\"}"), "Version"), "3");
    end_runner(&game, runner);
}

static void permissions(void **state)
{
    struct game game = start_game(NULL);
    create(&game, "f", "echo");
    const char *statement = member(
        lambda(&game, "AddPermission",
               "{\"FunctionName\":\"f\",\"StatementId\":\"lex\",\"Action\":\"lambda:InvokeFunction\",\"Principal\":"
               "\"lexv2.amazonaws.com\",\"SourceArn\":\"arn:aws:lex:eu-west-1:111122223333:bot-alias/B1/"
               "A1\",\"SourceAccount\":\"111122223333\"}"),
        "Statement");
    assert_string_equal(
        statement,
        "{\"Sid\":\"lex\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"lexv2.amazonaws.com\"},\"Action\":"
        "\"lambda:InvokeFunction\",\"Resource\":\"" FUNCTION(
            "f") "\",\"Condition\":{\"StringEquals\":{\"AWS:SourceAccount\":\"111122223333\"},\"ArnLike\":{\"AWS:"
                 "SourceArn\":\"arn:aws:lex:eu-west-1:111122223333:bot-alias/B1/A1\"}}}");
    char policy[1024];
    snprintf(policy, sizeof policy, "{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[%s]}", statement);
    assert_string_equal(member(lambda(&game, "GetPolicy", "{\"FunctionName\":\"f\"}"), "Policy"), policy);
    lambda(&game, "RemovePermission", "{\"FunctionName\":\"f\",\"StatementId\":\"lex\"}");
    assert_string_equal(lambda(&game, "RemovePermission", "{\"FunctionName\":\"f\",\"StatementId\":\"lex\"}"),
                        "ResourceNotFoundException: No policy is associated with the given resource.");
    end_game(&game);
}

/* ---- tasks of state machines ---- */

#define TASK(resource, more)                                                                                           \
    "{\"StartAt\":\"T\",\"States\":{\"T\":{\"Type\":\"Task\",\"Resource\":\"" resource "\"" more ",\"End\":true}}}"
#define BARE(name)       TASK(FUNCTION(name), "")
#define INVOKED          "arn:aws:states:::lambda:invoke"
#define INVOKE(function) TASK(INVOKED, ",\"Parameters\":{\"FunctionName\":\"" function "\",\"Payload.$\":\"$\"}")

static const struct task_case {
    const char *definition, *ending, *history, *reason;
} task_cases[] = {
    { BARE("echo"), "SUCCEEDED {\"n\":1}",
      "TaskStateEntered<0 LambdaFunctionScheduled<2 LambdaFunctionStarted<3 LambdaFunctionSucceeded<4 "
      "TaskStateExited<5 "
      "ExecutionSucceeded<6",
      "a bare ARN: the result is what was returned" },
    { BARE("raise"), "FAILED Boom: {\"errorMessage\":\"it broke\",\"errorType\":\"Boom\"}",
      "TaskStateEntered<0 LambdaFunctionScheduled<2 LambdaFunctionStarted<3 LambdaFunctionFailed<4 ExecutionFailed<5",
      "the class that was raised is the error, the payload the cause" },
    { TASK(INVOKED, ",\"Parameters\":{\"FunctionName\":\"echo\",\"Payload.$\":\"$\"},\"OutputPath\":\"$.Payload\""),
      "SUCCEEDED {\"n\":1}",
      "TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 TaskSucceeded<4 TaskStateExited<5 ExecutionSucceeded<6",
      "lambda:invoke: the answer stands in Payload, parsed" },
    { TASK(INVOKED,
           ",\"Parameters\":{\"FunctionName\":\"echo\",\"Payload\":\"text\"},\"ResultSelector\":{\"p.$\":\"$.Payload\","
           "\"s.$\":\"$.StatusCode\",\"v.$\":\"$.ExecutedVersion\"}"),
      "SUCCEEDED {\"p\":\"text\",\"s\":200,\"v\":\"$LATEST\"}", NULL, "a text is sent as JSON" },
    { INVOKE("raise"), "FAILED Boom: {\"errorMessage\":\"it broke\",\"errorType\":\"Boom\"}",
      "TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 TaskFailed<4 ExecutionFailed<5", "raised" },
    { INVOKE("wordless"),
      "FAILED Lambda.Unknown: The cause could not be determined because Lambda did not return an error type. Returned "
      "payload: {\"errorMessage\":\"no type\"}",
      NULL, "an error without a type" },
    { INVOKE("none"),
      "FAILED Lambda.ResourceNotFoundException: Function not found: " FUNCTION(
          "none:$LATEST") " (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: "
                          "ID; "
                          "Proxy: null)",
      NULL, "no such function" },
    { BARE("none"),
      "FAILED Lambda.ResourceNotFoundException: Function not found: " FUNCTION(
          "none:$LATEST") " (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: "
                          "ID; "
                          "Proxy: null)",
      NULL, "no such function, a bare ARN" },
    { INVOKE("fault"),
      "FAILED Lambda.ServiceException: out of order (Service: AWSLambda; Status Code: 500; Error Code: "
      "ServiceException; "
      "Request ID: ID; Proxy: null)",
      NULL, "a fault of the service" },
    { TASK("arn:aws:states:::aws-sdk:lambda:invoke", ",\"Parameters\":{\"FunctionName\":\"raise\",\"Payload\":{\"a\":1}"
                                                     "},\"ResultSelector\":{\"p.$\":\"$.Payload\","
                                                     "\"e.$\":\"$.FunctionError\"}"),
      "SUCCEEDED {\"p\":\"{\\\"errorMessage\\\":\\\"it "
      "broke\\\",\\\"errorType\\\":\\\"Boom\\\"}\",\"e\":\"Unhandled\"}",
      NULL, "of the SDK: the answer as it is, its Payload a text" },
    { TASK(FUNCTION("hang"), ",\"TimeoutSeconds\":2"), "FAILED States.Timeout: ",
      "TaskStateEntered<0 LambdaFunctionScheduled<2 LambdaFunctionStarted<3 LambdaFunctionTimedOut<4 ExecutionFailed<5",
      "the task's timeout before the function's" },
    { INVOKE("hang"),
      "FAILED Sandbox.Timedout: {\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: ID Error: Task timed "
      "out "
      "after 3.00 seconds\"}",
      NULL, "the function's timeout" },
    { TASK(INVOKED,
           ",\"Retry\":[{\"ErrorEquals\":[\"Boom\"],\"MaxAttempts\":1}],\"Parameters\":{\"FunctionName\":\"raise\"}"),
      "FAILED Boom: {\"errorMessage\":\"it broke\",\"errorType\":\"Boom\"}",
      "TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 TaskFailed<4 TaskScheduled<5 TaskStarted<6 TaskFailed<7 "
      "ExecutionFailed<8",
      "a retrier that names the class" },
};

/* UUIDs as ID. */
static const char *without_uuids(const char *text)
{
    static char copy[8192];
    char *to = copy;
    for (const char *at = text; *at && to < copy + sizeof copy - 40;) {
        size_t digits = strspn(at, "0123456789abcdef-");
        if (digits == 36) {
            *to++ = 'I';
            *to++ = 'D';
        } else {
            digits += digits == 0;
            memcpy(to, at, digits);
            to += digits;
        }
        at += digits;
    }
    *to = '\0';
    return copy;
}

static void tasks(void **state)
{
    struct game game = start_game(NULL);
    struct runner_hook *runner = add_runner(&game);
    static const char *const functions[] = { "echo", "raise", "wordless", "fault", "hang" };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        create(&game, functions[i], functions[i]);
    for (size_t i = 0; i < sizeof task_cases / sizeof *task_cases; i++) {
        const struct task_case *row = &task_cases[i];
        char name[16];
        snprintf(name, sizeof name, "m%zu", i);
        make_machine(&game, name, "STANDARD", row->definition);
        const char *execution = start(&game, name, "x", "{\"n\":1}");
        pass_time(&game, 10000);
        const char *end = without_uuids(ending(&game, execution));
        if (strcmp(end, row->ending) != 0)
            fail_msg("%s:\n  expected %s\n  was      %s", row->reason, row->ending, end);
        if (row->history && strcmp(history(&game, execution), row->history) != 0)
            fail_msg("%s:\n  expected %s\n  was      %s", row->reason, row->history, history(&game, execution));
    }
    end_runner(&game, runner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals),
        cmocka_unit_test(invocations),
        cmocka_unit_test(timeouts_and_concurrency),
        cmocka_unit_test(events_are_tried_again),
        cmocka_unit_test(events_outlive_a_restart),
        cmocka_unit_test(versions_and_aliases),
        cmocka_unit_test(permissions),
        cmocka_unit_test(tasks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
