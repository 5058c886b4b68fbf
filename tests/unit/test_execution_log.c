#include "engine_fixture.h"

/* What a machine's logging configuration brings into CloudWatch Logs. */

#define GROUP      "/aws/vendedlogs/states/m"
#define GROUP_ARN  "arn:aws:logs:" REGION ":" ACCOUNT ":log-group:" GROUP
#define STREAM     "states/m/2023-11-14-22-13/"
#define ONE(state) "{\"StartAt\":\"A\",\"States\":{\"A\":" state "}}"
#define TWO(a, b)  "{\"StartAt\":\"A\",\"States\":{\"A\":" a ",\"B\":" b "}}"
#define PASS       ONE("{\"Type\":\"Pass\",\"End\":true}")
#define FAIL       ONE("{\"Type\":\"Fail\",\"Error\":\"E\",\"Cause\":\"C\"}")
#define TASK(more)                                                                                                     \
    "{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::aws-sdk:sfn:describeExecution\","                              \
    "\"Parameters\":{\"ExecutionArn\":\"" ARN("execution:none:none") "\"}," more "}"
#define WAITING ONE("{\"Type\":\"Wait\",\"Seconds\":9,\"End\":true}")

static const char *ask_logs(struct game *game, const char *operation, const char *input)
{
    struct call *call = new_call_of(game, "logs", operation, input);
    assert_int_not_equal(road_run(call), CALL_PARKED);
    const char *answer = answer_of(call);
    call_free(call);
    return answer;
}

static const char *make_logged(struct game *game, const char *type, const char *definition, const char *level,
                               const char *with_data, const char *group_arn)
{
    return ask(game, "CreateStateMachine",
               "{\"name\":\"m\",\"type\":\"%s\",\"roleArn\":\"" ROLE "\",\"definition\":%s,\"loggingConfiguration\":{"
               "\"level\":\"%s\",\"includeExecutionData\":%s,\"destinations\":[{\"cloudWatchLogsLogGroup\":{"
               "\"logGroupArn\":\"%s\"}}]}}",
               type, quoted(definition), level, with_data, group_arn);
}

/* What the group holds, oldest first: messages as documents in an array, owned by the caller. */
static struct json *messages(struct game *game)
{
    struct call *call = new_call_of(game, "logs", "FilterLogEvents", "{\"logGroupName\":\"" GROUP "\"}");
    assert_int_equal(road_run(call), CALL_DONE);
    cJSON *all = cJSON_CreateArray();
    const cJSON *event;
    cJSON_ArrayForEach(event, json_get(call->output, "events"))
    {
        struct json *message = json_parse(json_str(event, "message"), NULL);
        assert_non_null(message);
        assert_true(str_starts(json_str(event, "logStreamName"), STR(STREAM)));
        json_add(all, json_thaw(json_root(message)));
        json_unref(message);
    }
    call_free(call);
    return json_seal(all);
}

/* "TypeOfEvent<previous …" */
static const char *logged(struct game *game)
{
    static char text[4096];
    struct json *all = messages(game);
    const cJSON *message;
    text[0] = '\0';
    cJSON_ArrayForEach(message, json_root(all))
    {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "%s%s<%s", length ? " " : "", json_string(message, "type"),
                 json_string(message, "previous_event_id"));
    }
    json_unref(all);
    return text;
}

/* ---- levels ---- */

static const struct level_case {
    const char *type, *definition, *level, *logged, *reason;
} level_cases[] = {
    { "STANDARD", PASS, "ALL", "ExecutionStarted<0 PassStateEntered<0 PassStateExited<2 ExecutionSucceeded<3",
      "ALL is every event" },
    { "EXPRESS", PASS, "ALL", "ExecutionStarted<0 PassStateEntered<0 PassStateExited<2 ExecutionSucceeded<3",
      "an Express execution has its history only here" },
    { "STANDARD", PASS, "ERROR", "", "what succeeds is no error" },
    { "STANDARD", FAIL, "ERROR", "FailStateEntered<0 ExecutionFailed<2", "entering a Fail state is an error" },
    { "EXPRESS", FAIL, "FATAL", "ExecutionFailed<2", "FATAL: what ends the execution" },
    { "STANDARD",
      TWO(TASK("\"Catch\":[{\"ErrorEquals\":[\"States.ALL\"],\"Next\":\"B\"}],\"Next\":\"B\""),
          "{\"Type\":\"Succeed\"}"),
      "ERROR", "TaskFailed<4", "an error that was caught is one" },
    { "STANDARD",
      TWO(TASK("\"Catch\":[{\"ErrorEquals\":[\"States.ALL\"],\"Next\":\"B\"}],\"Next\":\"B\""),
          "{\"Type\":\"Succeed\"}"),
      "FATAL", "", "but no fatal one" },
    { "STANDARD",
      "{\"TimeoutSeconds\":5,\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Wait\",\"Seconds\":9,\"End\":true}}}",
      "FATAL", "ExecutionTimedOut<0", "a timeout is" },
    { "STANDARD", FAIL, "OFF", "", "OFF is nothing" },
};

static void check_level(const struct level_case *row)
{
    struct game game = start_game(NULL);
    ask_logs(&game, "CreateLogGroup", "{\"logGroupName\":\"" GROUP "\"}");
    const char *made = make_logged(&game, row->type, row->definition, row->level, "true", GROUP_ARN ":*");
    if (!*member(made, "stateMachineArn"))
        fail_msg("%s: %s", row->reason, made);
    start(&game, "m", "x", "{}");
    world_settle(game.world, 60 * 1000);
    const char *found = logged(&game);
    if (strcmp(found, row->logged) != 0)
        fail_msg("%s\n  expected %s\n  got      %s", row->reason, row->logged, found);
    end_game(&game);
}

static void test_levels(void **state)
{
    for (size_t i = 0; i < sizeof level_cases / sizeof *level_cases; i++)
        check_level(&level_cases[i]);
}

/* ---- messages ---- */

/* The first message of an execution with this input, as text. */
static struct json *first_message(const char *with_data, const char *input)
{
    struct game game = start_game(NULL);
    ask_logs(&game, "CreateLogGroup", "{\"logGroupName\":\"" GROUP "\"}");
    make_logged(&game, "STANDARD", PASS, "ALL", with_data, GROUP_ARN ":*");
    cJSON *start_input = cJSON_CreateObject();
    json_set_string(start_input, "stateMachineArn", ARN("stateMachine:m"));
    json_set_string(start_input, "name", "x");
    json_set_string(start_input, "input", input);
    struct call *call = new_call(&game, "StartExecution", "{}");
    struct str text = json_print_in(call->arena, start_input);
    call->input = json_parse_in(call->arena, text, NULL);
    assert_int_equal(road_run(call), CALL_DONE);
    call_free(call);
    cJSON_Delete(start_input);
    world_settle(game.world, 1000);
    struct json *all = messages(&game);
    cJSON *first = json_thaw(json_root(all)->child);
    json_unref(all);
    game.documents++; /* what this returns */
    struct json *message = json_seal(first);
    end_game(&game);
    return message;
}

static void check_message(const char *with_data, const char *expected)
{
    struct json *message = first_message(with_data, "{\"secret\": 1}");
    struct str text = json_text(message);
    if (!str_is(text, expected))
        fail_msg("expected %s\ngot      %.*s", expected, STR_ARG(text));
    json_unref(message);
}

static void test_a_message(void **state)
{
    check_message(
        "true",
        "{\"id\":\"1\",\"type\":\"ExecutionStarted\",\"details\":{\"input\":\"{\\\"secret\\\": 1}\",\"inputDetails\":"
        "{\"truncated\":false},\"roleArn\":\"" ROLE "\"},\"previous_event_id\":\"0\",\"event_timestamp\":"
        "\"1700000000000\",\"execution_arn\":\"" ARN("execution:m:x") "\",\"redrive_count\":\"0\"}");
    check_message("false", "{\"id\":\"1\",\"type\":\"ExecutionStarted\",\"details\":{\"roleArn\":\"" ROLE
                           "\"},\"previous_event_id\":"
                           "\"0\",\"event_timestamp\":\"1700000000000\",\"execution_arn\":\"" ARN(
                               "execution:m:x") "\","
                                                "\"redrive_count\":\"0\"}");
}

/* 130,000 quotes are 260,000 bytes escaped: more than 248 KiB; the cut leaves whole characters. */
static void test_long_data_are_cut(void **state)
{
    struct buf input = BUF_EMPTY;
    buf_add_byte(&input, '"');
    for (int i = 0; i < 60000; i++)
        buf_add_text(&input, "\\\"\u00e9");
    buf_add_byte(&input, '"');
    struct json *message = first_message("true", input.at);
    const cJSON *details = json_get(json_root(message), "details");
    assert_true(json_bool(json_get(details, "inputDetails"), "truncated", false));
    struct str kept = json_str(details, "input");
    assert_true(kept.length < input.length && str_is_utf8(kept));
    assert_true(str_starts(buf_str(&input), kept));
    json_unref(message);
    buf_release(&input);
}

/* ---- destinations ---- */

static void test_destinations_are_checked(void **state)
{
    static const char no_star[] = "InvalidLoggingConfiguration: Invalid Logging Configuration: Log Group ARN must be "
                                  "provided with '*' qualifier.";
    static const char no_access[] =
        "AccessDeniedException: The state machine IAM Role is not authorized to access the Log Destination";
    static const struct {
        const char *arn, *answer;
    } cases[] = {
        { GROUP_ARN, no_star },
        { "arn:aws:s3:::bucket:*", no_star },
        { "group:*", no_star },
        { GROUP_ARN "2:*", no_access }, /* there is no such group, though one whose name begins so */
        { "arn:aws:logs:us-west-2:" ACCOUNT ":log-group:" GROUP ":*", no_access },
        { "arn:aws:logs:" REGION ":999999999999:log-group:" GROUP ":*", no_access },
    };
    struct game game = start_game(NULL);
    ask_logs(&game, "CreateLogGroup", "{\"logGroupName\":\"" GROUP "\"}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(make_logged(&game, "STANDARD", PASS, "ALL", "true", cases[i].arn), cases[i].answer);
    assert_string_equal(member(ask_logs(&game, "DescribeLogStreams", "{\"logGroupName\":\"" GROUP "\"}"), "logStreams"),
                        "[]");
    make_logged(&game, "STANDARD", PASS, "ALL", "true", GROUP_ARN ":*");
    assert_non_null(strstr(ask_logs(&game, "DescribeLogStreams", "{\"logGroupName\":\"" GROUP "\"}"),
                           "log_stream_created_by_aws_to_validate_log_delivery_subscriptions"));
    end_game(&game);
}

/* A group that goes away takes its logs along and nothing else; when it is back, so are the logs. */
static void test_a_group_that_goes_and_comes(void **state)
{
    struct game game = start_game(NULL);
    ask_logs(&game, "CreateLogGroup", "{\"logGroupName\":\"" GROUP "\"}");
    make_logged(&game, "STANDARD", PASS, "FATAL", "true", GROUP_ARN ":*");
    ask(&game, "UpdateStateMachine", "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\",\"definition\":%s}",
        quoted(FAIL));
    start(&game, "m", "a", "{}");
    world_settle(game.world, 1000);
    assert_string_equal(logged(&game), "ExecutionFailed<2");
    ask_logs(&game, "DeleteLogGroup", "{\"logGroupName\":\"" GROUP "\"}");
    const char *arn = start(&game, "m", "b", "{}");
    world_settle(game.world, 1000);
    assert_string_equal(ending(&game, arn), "FAILED E: C");
    ask_logs(&game, "CreateLogGroup", "{\"logGroupName\":\"" GROUP "\"}");
    start(&game, "m", "c", "{}");
    world_settle(game.world, 1000);
    assert_string_equal(logged(&game), "ExecutionFailed<2");
    end_game(&game);
}

/* An endless Express execution ends after five minutes; of its log the cloud keeps so much, and the end. */
static void test_an_endless_execution(void **state)
{
    struct game game = start_game(NULL);
    ask_logs(&game, "CreateLogGroup", "{\"logGroupName\":\"" GROUP "\"}");
    const char *made = make_logged(
        &game, "EXPRESS",
        TWO("{\"Type\":\"Choice\",\"Choices\":[{\"Variable\":\"$\",\"IsNull\":true,\"Next\":\"B\"}],"
            "\"Default\":\"A\"}",
            "{\"Type\":\"Succeed\"}"),
        "ALL", "false", GROUP_ARN ":*");
    assert_string_not_equal(member(made, "stateMachineArn"), "");
    start(&game, "m", "x", "{}");
    for (int i = 0; i < 1000; i++)
        world_run(game.world, 100);
    int64_t kept = (int64_t)store_count(game.world->store, (struct scope){ ACCOUNT, REGION },
                                        store_table(game.world->store, "logs.event"));
    assert_int_equal(kept, 25000);
    end_game(&game);
}

/* What was logged is in the rows of the same turn, and nothing is logged twice. */
static void test_a_restart_in_the_middle(void **state)
{
    char *folder = make_folder();
    struct game game = start_game(folder);
    ask_logs(&game, "CreateLogGroup", "{\"logGroupName\":\"" GROUP "\"}");
    make_logged(&game, "STANDARD", WAITING, "ALL", "true", GROUP_ARN ":*");
    start(&game, "m", "x", "{}");
    world_settle(game.world, 1000);
    assert_string_equal(logged(&game), "ExecutionStarted<0 WaitStateEntered<0");
    restart(&game);
    pass_time(&game, 60 * 1000);
    assert_string_equal(logged(&game), "ExecutionStarted<0 WaitStateEntered<0 WaitStateExited<2 ExecutionSucceeded<3");
    end_game(&game);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_a_message),
        cmocka_unit_test(test_long_data_are_cut),
        cmocka_unit_test(test_destinations_are_checked),
        cmocka_unit_test(test_a_group_that_goes_and_comes),
        cmocka_unit_test(test_an_endless_execution),
        cmocka_unit_test(test_a_restart_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
