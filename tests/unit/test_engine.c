#include "engine_fixture.h"

#include "world/hook.h"

/* ---- how executions run ---- */

struct flow_case {
    const char *definition, *input;
    const char *history; /* NULL: not looked at */
    const char *ending;
    const char *reason;
};

#define PASS_END            "{\"Type\":\"Pass\",\"End\":true}"
#define WAIT(seconds, more) "{\"Type\":\"Wait\",\"Seconds\":" seconds "," more "}"
/* A task that fails with Sfn.ExecutionDoesNotExistException. */
#define FAILING_TASK(more)                                                                                             \
    "{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::aws-sdk:sfn:describeExecution\","                              \
    "\"Parameters\":{\"ExecutionArn\":\"" ARN("execution:none:none") "\"}," more "}"
#define ONE(state) "{\"StartAt\":\"A\",\"States\":{\"A\":" state "}}"
#define TWO(a, b)  "{\"StartAt\":\"A\",\"States\":{\"A\":" a ",\"B\":" b "}}"
#define INSIDE(detail)                                                                                                 \
    "FAILED States.Runtime: An error occurred while executing the state 'A' (entered at the event id #2). " detail

static const struct flow_case flow_cases[] = {
    { ONE(PASS_END), "{ \"a\" : 1.0 }", "PassStateEntered<0 PassStateExited<2 ExecutionSucceeded<3",
      "SUCCEEDED { \"a\" : 1.0 }", "what nothing touches keeps its white space and digits" },
    { ONE("{\"Type\":\"Pass\",\"InputPath\":\"$\",\"OutputPath\":\"$\",\"End\":true}"), "[ 1 ]", NULL,
      "SUCCEEDED [ 1 ]", "$ written out is nothing touched" },
    { ONE("{\"Type\":\"Pass\",\"InputPath\":\"$.a\",\"End\":true}"), "{\"a\": [ 1 ]}", NULL, "SUCCEEDED [1]",
      "what was picked is compact" },
    { ONE("{\"Type\":\"Pass\",\"Result\":1,\"ResultPath\":\"$.x\",\"End\":true}"), "{ \"a\" : 1 }", NULL,
      "SUCCEEDED {\"a\":1,\"x\":1}", "ResultPath puts the result into the raw input" },
    { ONE("{\"Type\":\"Pass\",\"Result\":1,\"ResultPath\":null,\"End\":true}"), "{ \"a\" : 1 }", NULL,
      "SUCCEEDED { \"a\" : 1 }", "ResultPath null: the raw input goes on verbatim" },
    { ONE("{\"Type\":\"Pass\",\"OutputPath\":null,\"End\":true}"), "1", NULL, "SUCCEEDED {}", "OutputPath null is {}" },
    { ONE("{\"Type\":\"Succeed\"}"), "{}", "SucceedStateEntered<0 SucceedStateExited<2 ExecutionSucceeded<3",
      "SUCCEEDED {}", "Succeed has both events" },
    { ONE("{\"Type\":\"Fail\",\"Error\":\"E\",\"Cause\":\"C\"}"), "{}", "FailStateEntered<0 ExecutionFailed<2",
      "FAILED E: C", "Fail is entered only" },
    { ONE("{\"Type\":\"Fail\",\"ErrorPath\":\"$.e\",\"CausePath\":\"States.Format('{}!', $.c)\"}"),
      "{\"e\":\"E\",\"c\":\"C\"}", NULL, "FAILED E: C!", "Fail takes its texts from paths and functions" },
    { ONE("{\"Type\":\"Pass\",\"Parameters\":{\"v.$\":\"$.a\"},\"End\":true}"), "{\"b\": 1}",
      "PassStateEntered<0 ExecutionFailed<2",
      INSIDE("The JSONPath '$.a' specified for the field 'v.$' could not be found in the input '{\"b\": 1}'"),
      "FAULTS SF1: the cause quotes the input as it came" },
    { ONE("{\"Type\":\"Pass\",\"InputPath\":\"$.a\",\"End\":true}"), "{}", NULL,
      INSIDE("Invalid path '$.a' : No results for path: $['a']"), "FAULTS SF2" },
    { TWO("{\"Type\":\"Choice\",\"Choices\":[{\"Variable\":\"$.x\",\"NumericEquals\":1,\"Next\":\"B\"}]}", PASS_END),
      "{}", NULL, INSIDE("Invalid path '$.x': The choice state's condition path references an invalid value."),
      "FAULTS SF3" },
    { TWO("{\"Type\":\"Choice\",\"Choices\":[{\"Variable\":\"$.x\",\"NumericEquals\":1,\"Next\":\"B\"}]}", PASS_END),
      "{\"x\":2}", "ChoiceStateEntered<0 ExecutionFailed<2",
      INSIDE("Failed to transition out of the state. The state does not point to a next state."), "FAULTS SF4" },
    { ONE("{\"Type\":\"Wait\",\"SecondsPath\":\"$.s\",\"End\":true}"), "{\"s\":1.5}", NULL,
      INSIDE("The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5"), "FAULTS SF28" },
    { ONE("{\"Type\":\"Wait\",\"TimestampPath\":\"$.t\",\"End\":true}"), "{\"t\":\"soon\"}", NULL,
      INSIDE("The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: "
             "$.t == "
             "soon"),
      "FAULTS SF28" },
    /* Retry and Catch */
    { TWO(FAILING_TASK("\"Retry\":[{\"ErrorEquals\":[\"X\"]},{\"ErrorEquals\":[\"Sfn.ExecutionDoesNotExistException\"],"
                       "\"MaxAttempts\":1}],\"Catch\":[{\"ErrorEquals\":[\"States.TaskFailed\"],\"ResultPath\":\"$.e\","
                       "\"Next\":\"B\"}],\"End\":true"),
          "{\"Type\":\"Pass\",\"InputPath\":\"$.e.Error\",\"End\":true}"),
      "{}",
      "TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 TaskFailed<4 TaskScheduled<5 TaskStarted<6 TaskFailed<7 "
      "TaskStateExited<8 "
      "PassStateEntered<9 PassStateExited<10 ExecutionSucceeded<11",
      "SUCCEEDED \"Sfn.ExecutionDoesNotExistException\"", "the retrier that fits is used up, then the catcher" },
    { TWO(FAILING_TASK("\"Retry\":[{\"ErrorEquals\":[\"States.ALL\"],\"MaxAttempts\":0}],"
                       "\"Catch\":[{\"ErrorEquals\":[\"States.Timeout\"],\"Next\":\"B\"}],\"End\":true"),
          PASS_END),
      "{}", "TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 TaskFailed<4 ExecutionFailed<5", NULL,
      "MaxAttempts 0 is none; States.Timeout catches timeouts only" },
    { TWO("{\"Type\":\"Map\",\"ItemProcessor\":{\"StartAt\":\"I\",\"States\":{\"I\":{\"Type\":\"Pass\",\"InputPath\":"
          "\"$.x\","
          "\"End\":true}}},\"Catch\":[{\"ErrorEquals\":[\"States.ALL\"],\"Next\":\"B\"}],\"End\":true}",
          PASS_END),
      "[1]",
      "MapStateEntered<0 MapStateStarted<2 MapIterationStarted<3 PassStateEntered<4 MapIterationFailed<5 "
      "MapStateFailed<5 "
      "ExecutionFailed<7",
      NULL, "States.ALL does not catch States.Runtime" },
    { TWO("{\"Type\":\"Parallel\",\"Branches\":[{\"StartAt\":\"W\",\"States\":{\"W\":" WAIT(
              "9", "\"End\":true") "}},"
                                   "{\"StartAt\":\"P\",\"States\":{\"P\":{\"Type\":\"Pass\",\"Next\":\"F\"},\"F\":{"
                                   "\"Type\":\"Fail\",\"Error\":\"E\"}}}],"
                                   "\"Catch\":[{\"ErrorEquals\":[\"E\"],\"Assign\":{\"was.$\":\"$.Error\"},\"Next\":"
                                   "\"B\"}],\"End\":true}",
          "{\"Type\":\"Pass\",\"Parameters\":{\"was.$\":\"$was\"},\"End\":true}"),
      "{}",
      "ParallelStateEntered<0 ParallelStateStarted<2 WaitStateEntered<3 PassStateEntered<3 PassStateExited<5 "
      "FailStateEntered<6 "
      "WaitStateAborted<4 ParallelStateFailed<7 ParallelStateExited<9 PassStateEntered<10 PassStateExited<11 "
      "ExecutionSucceeded<12",
      "SUCCEEDED {\"was\":\"E\"}", "a branch that fails breaks its siblings off; Catch assigns" },
    /* Parallel and Map */
    { ONE("{\"Type\":\"Parallel\",\"Branches\":[{\"StartAt\":\"P\",\"States\":{\"P\":" PASS_END "}},{\"StartAt\":\"Q\","
          "\"States\":{\"Q\":{\"Type\":\"Pass\",\"Result\":{},\"End\":true}}}],\"End\":true}"),
      "[ 1 ]",
      "ParallelStateEntered<0 ParallelStateStarted<2 PassStateEntered<3 PassStateExited<4 PassStateEntered<3 "
      "PassStateExited<6 "
      "ParallelStateSucceeded<7 ParallelStateExited<7 ExecutionSucceeded<9",
      "SUCCEEDED [[ 1 ],{}]", "outputs are joined as they are" },
    { ONE("{\"Type\":\"Map\",\"MaxConcurrency\":1,\"ItemSelector\":{\"i.$\":\"$$.Map.Item.Index\",\"v.$\":\"$$.Map."
          "Item.Value\"},"
          "\"ItemProcessor\":{\"StartAt\":\"I\",\"States\":{\"I\":{\"Type\":\"Pass\",\"Parameters\":{\"v.$\":\"$.v\","
          "\"again.$\":"
          "\"$$.Map.Item.Value\"},\"End\":true}}},\"End\":true}"),
      "[5,6]",
      "MapStateEntered<0 MapStateStarted<2 MapIterationStarted<3 PassStateEntered<4 PassStateExited<5 "
      "MapIterationSucceeded<6 "
      "MapIterationStarted<6 PassStateEntered<8 PassStateExited<9 MapIterationSucceeded<10 MapStateSucceeded<11 "
      "MapStateExited<11 "
      "ExecutionSucceeded<13",
      "SUCCEEDED [{\"v\":5,\"again\":5},{\"v\":6,\"again\":6}]", "one after another; the item is seen inside too" },
    { ONE("{\"Type\":\"Map\",\"ItemProcessor\":{\"StartAt\":\"I\",\"States\":{\"I\":" PASS_END "}},\"End\":true}"),
      "[]", "MapStateEntered<0 MapStateStarted<2 MapStateSucceeded<3 MapStateExited<3 ExecutionSucceeded<5",
      "SUCCEEDED []", "no items, no iterations" },
    { ONE("{\"Type\":\"Map\",\"ItemProcessor\":{\"StartAt\":\"I\",\"States\":{\"I\":" PASS_END "}},\"End\":true}"),
      "{}", NULL, INSIDE("Reference path \"$\" must point to array."), "FAULTS SF27" },
    { ONE("{\"Type\":\"Map\",\"ItemProcessor\":{\"ProcessorConfig\":{\"Mode\":\"DISTRIBUTED\",\"ExecutionType\":"
          "\"STANDARD\"},"
          "\"StartAt\":\"I\",\"States\":{\"I\":{\"Type\":\"Pass\",\"Parameters\":{\"i.$\":\"$$.Map.Item.Index\"},"
          "\"End\":true}}},"
          "\"End\":true}"),
      "[7,8]",
      "MapStateEntered<0 MapStateStarted<2 MapRunStarted<3 MapRunSucceeded<4 MapStateSucceeded<5 MapStateExited<5 "
      "ExecutionSucceeded<7",
      "SUCCEEDED [{\"i\":0},{\"i\":1}]", "a distributed Map's iterations are executions of their own" },
    { ONE("{\"Type\":\"Map\",\"ToleratedFailureCount\":1,\"ResultPath\":null,\"ItemProcessor\":{\"ProcessorConfig\":{\"Mode\":"
          "\"DISTRIBUTED\","
          "\"ExecutionType\":\"STANDARD\"},\"StartAt\":\"I\",\"States\":{\"I\":{\"Type\":\"Choice\",\"Choices\":[{"
          "\"Variable\":\"$\","
          "\"NumericEquals\":1,\"Next\":\"P\"}],\"Default\":\"F\"},\"P\":" PASS_END
          ",\"F\":{\"Type\":\"Fail\"}}},\"End\":true}"),
      "[1,2]", NULL, "SUCCEEDED [1,2]", "one failure is tolerated" },
    { ONE("{\"Type\":\"Map\",\"ItemProcessor\":{\"ProcessorConfig\":{\"Mode\":\"DISTRIBUTED\",\"ExecutionType\":"
          "\"STANDARD\"},"
          "\"StartAt\":\"F\",\"States\":{\"F\":{\"Type\":\"Fail\"}}},\"End\":true}"),
      "[1]", "MapStateEntered<0 MapStateStarted<2 MapRunStarted<3 MapRunFailed<4 MapStateFailed<5 ExecutionFailed<6",
      "FAILED States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded",
      "FAULTS SF26" },
    /* Variables */
    { TWO("{\"Type\":\"Pass\",\"Assign\":{\"x\":1},\"Next\":\"B\"}",
          "{\"Type\":\"Parallel\",\"Branches\":[{\"StartAt\":\"P\",\"States\":{\"P\":{\"Type\":\"Pass\",\"Assign\":{"
          "\"y.$\":\"$x\"},"
          "\"Next\":\"Q\"},\"Q\":{\"Type\":\"Pass\",\"Parameters\":{\"sum.$\":\"States.MathAdd($x, "
          "$y)\"},\"End\":true}}}],"
          "\"End\":true}"),
      "{}", NULL, "SUCCEEDED [{\"sum\":2}]", "a branch sees the variables around it and its own" },
    { TWO("{\"Type\":\"Choice\",\"Choices\":[{\"Variable\":\"$.n\",\"NumericEquals\":1,\"Next\":\"B\"}],\"Default\":"
          "\"B\","
          "\"Assign\":{\"by\":\"default\"}}",
          "{\"Type\":\"Pass\",\"Parameters\":{\"by.$\":\"$by\"},\"End\":true}"),
      "{\"n\":2}", NULL, "SUCCEEDED {\"by\":\"default\"}", "Choice's own Assign belongs to Default" },
    /* Tasks */
    { ONE("{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::eks:call\",\"Parameters\":{},\"End\":true}"), "{}",
      "TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 TaskFailed<4 ExecutionFailed<5",
      "FAILED States.TaskFailed: The resource arn:aws:states:::eks:call cannot be called: This practice cloud has no "
      "such "
      "integration.",
      "what is not served says so" },
    { ONE("{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::aws-sdk:sfn:describeExecution\",\"Parameters\":{"
          "\"ExecutionArn\":5},"
          "\"End\":true}"),
      "{}", "TaskStateEntered<0 ExecutionFailed<2",
      INSIDE("The Parameters '{\"ExecutionArn\":5}' could not be used to start the Task: [The value for the field "
             "'ExecutionArn' must be a STRING]"),
      "parameters that do not fit schedule nothing" },
    { ONE("{\"Type\":\"Task\",\"Resource\":\"" ARN("activity:none") "\",\"End\":true}"), "{}",
      "TaskStateEntered<0 ActivityScheduleFailed<2 ExecutionFailed<3",
      "FAILED ActivityDoesNotExist: Activity Does Not Exist: '" ARN("activity:none") "'",
      "an activity that is not there" },
    { ONE("{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::aws-sdk:sfn:stopExecution\",\"Parameters\":{"
          "\"ExecutionArn.$\":"
          "\"$$.Execution.Id\",\"Error\":\"Self\"},\"End\":true}"),
      "{}", "TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 ExecutionAborted<0",
      "ABORTED Self: ", "an execution may stop itself in the middle of its own call" },
};

static void check_flow(const struct flow_case *row)
{
    struct game game = start_game(NULL);
    make_machine(&game, "m", "STANDARD", row->definition);
    const char *arn = start(&game, "m", "x", row->input);
    world_settle(game.world, 1000 * 1000);
    const char *events = history(&game, arn);
    if (row->history && strcmp(events, row->history) != 0)
        fail_msg("%s\n  expected %s\n  got      %s", row->reason, row->history, events);
    const char *end = ending(&game, arn);
    if (row->ending && strcmp(end, row->ending) != 0)
        fail_msg("%s\n  expected %s\n  got      %s", row->reason, row->ending, end);
    end_game(&game);
}

static void test_flows(void **state)
{
    for (size_t i = 0; i < sizeof flow_cases / sizeof *flow_cases; i++)
        check_flow(&flow_cases[i]);
}

/* ---- limits ---- */

static void test_history_ends_at_25000_events(void **state)
{
    struct game game = start_game(NULL);
    make_machine(
        &game, "loop", "STANDARD",
        TWO("{\"Type\":\"Choice\",\"Choices\":[{\"Variable\":\"$\",\"IsNull\":true,\"Next\":\"B\"}],\"Default\":\"A\"}",
            PASS_END));
    const char *arn = start(&game, "loop", "x", "{}");
    world_settle(game.world, 1000);
    assert_string_equal(ending(&game, arn),
                        "FAILED States.Runtime: The execution reached the maximum number of history events (25000).");
    const char *page = ask(&game, "GetExecutionHistory",
                           "{\"executionArn\":\"%s\",\"reverseOrder\":true,\"maxResults\":2}", arn);
    assert_non_null(strstr(page, "\"type\":\"ExecutionFailed\",\"id\":25000,\"previousEventId\":24999"));
    end_game(&game);
}

static void test_data_over_the_limit(void **state)
{
    struct game game = start_game(NULL);
    make_machine(
        &game, "double", "STANDARD",
        TWO("{\"Type\":\"Pass\",\"Parameters\":{\"d.$\":\"States.Array($, $, $, $, $, $, $, $)\"},\"Next\":\"B\"}",
            "{\"Type\":\"Choice\",\"Choices\":[{\"Variable\":\"$\",\"IsNull\":true,\"Next\":\"C\"}],\"Default\":\"A\"},"
            "\"C\":" PASS_END));
    const char *arn = start(&game, "double", "x", "\"0123456789\"");
    world_settle(game.world, 1000);
    assert_string_equal(ending(&game, arn),
                        "FAILED States.DataLimitExceeded: The state/task 'A' returned a result with a size "
                        "exceeding the maximum number of bytes service limit.");
    end_game(&game);
}

/* What the task asks for is more than a task may return: its own history, with the same large text twice. */
static void test_a_result_over_the_limit(void **state)
{
#define TIMES_8(name, next)                                                                                            \
    "\"" name                                                                                                          \
    "\":{\"Type\":\"Pass\",\"Parameters\":{\"d.$\":\"States.Array($, $, $, $, $, $, $, $)\"},\"Next\":\"" next "\"}"
    struct game game = start_game(NULL);
    make_machine(
        &game, "m", "STANDARD",
        "{\"StartAt\":\"A\",\"States\":{" TIMES_8("A", "B") "," TIMES_8("B", "C") "," TIMES_8("C", "D") "," TIMES_8(
            "D", "T") ",\"T\":{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::aws-sdk:sfn:getExecutionHistory\","
                      "\"Parameters\":"
                      "{\"ExecutionArn.$\":\"$$.Execution.Id\"},\"Catch\":[{\"ErrorEquals\":[\"States.ALL\"],\"Next\":"
                      "\"E\"}],\"Next\":\"E\"},"
                      "\"E\":" PASS_END "}}");
    const char *arn = start(&game, "m", "x", "\"0123456789012345678901234567890123\"");
    world_settle(game.world, 1000);
    assert_string_equal(ending(&game, arn),
                        "FAILED States.DataLimitExceeded: The state/task 'aws-sdk:sfn' returned a result with "
                        "a size exceeding the maximum number of bytes service limit.");
    assert_int_equal(count_events(&game, arn, "TaskFailed"), 1);
    end_game(&game);
}

/* ---- the API ---- */

static void test_start_is_idempotent_while_it_runs(void **state)
{
    struct game game = start_game(NULL);
    make_machine(&game, "m", "STANDARD", ONE(WAIT("60", "\"End\":true")));
    const char *arn = start(&game, "m", "x", "{\"a\":1}");
    world_settle(game.world, 1000);
    assert_string_equal(start(&game, "m", "x", "{\"a\":1}"), arn);
    const char *taken = "ExecutionAlreadyExists: Execution Already Exists: '" ARN("execution:m:x") "'";
    assert_string_equal(
        ask(&game, "StartExecution", "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\",\"name\":\"x\"}"), taken);
    world_settle(game.world, 60 * 1000);
    assert_string_equal(
        ask(&game, "StartExecution",
            "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\",\"name\":\"x\",\"input\":\"{\\\"a\\\":1}\"}"),
        taken);
    end_game(&game);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *operation, *input, *answer;
    } rows[] = {
        { "StartExecution", "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\",\"input\":\"not json\"}",
          "InvalidExecutionInput: Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting "
          "(JSON String, "
          "Number, Array, Object or token 'null', 'true' or 'false')'" },
        { "StartExecution", "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\",\"name\":\"a b\"}",
          "InvalidName: Invalid Name: 'a b'" },
        { "StartExecution", "{\"stateMachineArn\":\"" ARN("stateMachine:no") "\"}",
          "StateMachineDoesNotExist: State Machine Does Not Exist: '" ARN("stateMachine:no") "'" },
        { "DescribeExecution", "{\"executionArn\":\"nonsense\"}",
          "ExecutionDoesNotExist: Execution Does Not Exist: 'nonsense'" },
        { "GetExecutionHistory", "{\"executionArn\":\"nonsense\"}",
          "InvalidArn: Invalid Arn: 'Invalid ARN prefix: nonsense'" },
        { "StopExecution", "{\"executionArn\":\"" ARN("express:m:x:y") "\"}",
          "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'" },
        { "StartSyncExecution", "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\"}",
          "StateMachineTypeNotSupported: This operation is not supported by this type of state machine" },
        { "SendTaskSuccess", "{\"taskToken\":\"x\",\"output\":\"{}\"}",
          "InvalidToken: Invalid Token: 'Invalid token'" },
        { "GetActivityTask", "{\"activityArn\":\"" ARN("activity:no") "\"}",
          "ActivityDoesNotExist: Activity Does Not Exist: '" ARN("activity:no") "'" },
        { "ListExecutions", "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\",\"nextToken\":\"x\"}",
          "InvalidToken: Invalid Token: 'Invalid token'" },
    };
    struct game game = start_game(NULL);
    make_machine(&game, "m", "STANDARD", ONE(PASS_END));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(ask(&game, rows[i].operation, "%s", rows[i].input), rows[i].answer);
    end_game(&game);
}

static void test_stop(void **state)
{
    struct game game = start_game(NULL);
    make_machine(&game, "m", "STANDARD", ONE(WAIT("60", "\"End\":true")));
    const char *arn = start(&game, "m", "x", "{}");
    world_settle(game.world, 1000);
    ask(&game, "StopExecution", "{\"executionArn\":\"%s\",\"error\":\"E\",\"cause\":\"C\"}", arn);
    assert_string_equal(ending(&game, arn), "ABORTED E: C");
    assert_string_equal(history(&game, arn), "WaitStateEntered<0 ExecutionAborted<0");
    world_settle(game.world, 90 * 1000);
    assert_string_equal(history(&game, arn), "WaitStateEntered<0 ExecutionAborted<0");
    end_game(&game);
}

static void test_history_pages_both_ways(void **state)
{
    struct game game = start_game(NULL);
    make_machine(
        &game, "m", "STANDARD",
        ONE("{\"Type\":\"Map\",\"ItemProcessor\":{\"StartAt\":\"I\",\"States\":{\"I\":" PASS_END "}},\"End\":true}"));
    struct buf items = BUF_EMPTY;
    buf_add_byte(&items, '[');
    for (int i = 0; i < 300; i++)
        buf_printf(&items, "%s%d", i ? "," : "", i);
    buf_add_byte(&items, ']');
    const char *arn = start(&game, "m", "x", items.at);
    world_settle(game.world, 1000);
    for (int reverse = 0; reverse <= 1; reverse++) {
        int64_t seen = 0, last = 300 * 4 + 6;
        char token[512] = "";
        do {
            const char *page = ask(
                &game, "GetExecutionHistory", "{\"executionArn\":\"%s\",\"maxResults\":91,\"reverseOrder\":%s%s%s%s}",
                arn, reverse ? "true" : "false", *token ? ",\"nextToken\":\"" : "", token, *token ? "\"" : "");
            struct json *document = json_parse(str_of(page), NULL);
            assert_non_null(document);
            const cJSON *event;
            cJSON_ArrayForEach(event, json_get(json_root(document), "events"))
                assert_int_equal(json_int64(event, "id", 0), reverse ? last - seen++ : ++seen);
            snprintf(token, sizeof token, "%s", member(page, "nextToken"));
            json_unref(document);
        } while (*token);
        assert_int_equal(seen, last);
    }
    buf_release(&items);
    end_game(&game);
}

static void test_lists_newest_first(void **state)
{
    struct game game = start_game(NULL);
    make_machine(&game, "m", "STANDARD", ONE(WAIT("60", "\"End\":true")));
    for (int i = 0; i < 3; i++) {
        char name[8];
        snprintf(name, sizeof name, "x%d", i);
        start(&game, "m", name, "{}");
        world_settle(game.world, 1000);
        clock_step(game.world->clock, 1000);
    }
    ask(&game, "StopExecution", "{\"executionArn\":\"" ARN("execution:m:x1") "\"}");
    const char *all = ask(&game, "ListExecutions", "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\"}");
    const char *x2 = strstr(all, "\"name\":\"x2\""), *x1 = strstr(all, "\"name\":\"x1\""),
               *x0 = strstr(all, "\"name\":\"x0\"");
    assert_true(x2 && x1 && x0 && x2 < x1 && x1 < x0);
    const char *running = ask(&game, "ListExecutions",
                              "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\",\"statusFilter\":\"RUNNING\"}");
    assert_true(strstr(running, "\"x0\"") && strstr(running, "\"x2\"") && !strstr(running, "\"x1\""));
    end_game(&game);
}

static void answered(struct call *call)
{
    *(bool *)call->owner = true;
}

static void test_express_is_answered_and_leaves_nothing(void **state)
{
    struct game game = start_game(NULL);
    make_machine(&game, "e", "EXPRESS", ONE(WAIT("5", "\"End\":true")));
    struct call *call = new_call(&game, "StartSyncExecution",
                                 "{\"stateMachineArn\":\"" ARN("stateMachine:e") "\",\"input\":\"[ 1 ]\"}");
    bool is_answered = false;
    call->finished = answered;
    call->owner = &is_answered;
    assert_int_equal(road_run(call), CALL_PARKED);
    world_settle(game.world, 60 * 1000);
    assert_true(is_answered);
    const char *answer = answer_of(call);
    assert_string_equal(member(answer, "status"), "SUCCEEDED");
    assert_string_equal(member(answer, "output"), "[ 1 ]");
    assert_string_equal(member(answer, "billingDetails"),
                        "{\"billedMemoryUsedInMB\":64,\"billedDurationInMilliseconds\":5000}");
    call_free(call);
    make_machine(&game, "slow", "EXPRESS", ONE(WAIT("9999", "\"End\":true")));
    call = new_call(&game, "StartSyncExecution", "{\"stateMachineArn\":\"" ARN("stateMachine:slow") "\"}");
    call->finished = answered;
    call->owner = &is_answered;
    assert_int_equal(road_run(call), CALL_PARKED);
    world_settle(game.world, 5 * 60 * 1000);
    assert_string_equal(member(answer_of(call), "status"), "TIMED_OUT");
    call_free(call);
    const struct scope scope = { ACCOUNT, REGION };
    for (size_t i = 0; game.tables[i]; i++)
        if (strcmp(game.tables[i]->name, "stepfunctions.execution") == 0 ||
            strcmp(game.tables[i]->name, "stepfunctions.branch") == 0 ||
            strcmp(game.tables[i]->name, "stepfunctions.history") == 0)
            assert_int_equal(store_count(game.world->store, scope, game.tables[i]), 0);
    end_game(&game);
}

/* A caller who goes away does not take the execution with him, and the world may be emptied under a caller who waits. */
static void test_express_without_its_caller(void **state)
{
    struct game game = start_game(NULL);
    make_machine(&game, "e", "EXPRESS", ONE(WAIT("5", "\"End\":true")));
    bool is_answered = false;
    for (int i = 0; i < 2; i++) {
        struct call *call = new_call(&game, "StartSyncExecution",
                                     "{\"stateMachineArn\":\"" ARN("stateMachine:e") "\"}");
        call->finished = answered;
        call->owner = &is_answered;
        assert_int_equal(road_run(call), CALL_PARKED);
        world_settle(game.world, 1000);
        if (i == 0) {
            call_free(call);
            world_settle(game.world, 60 * 1000);
            assert_false(is_answered);
        } else {
            world_reset(game.world);
            assert_true(is_answered);
            call_free(call);
        }
    }
    end_game(&game);
}

/* ---- hooks ---- */

struct meddler {
    struct hook hook;
    enum verdict verdict;
    struct question *question;
};

static enum verdict meddle(struct hook *hook, struct question *question)
{
    struct meddler *meddler = hook->data;
    meddler->question = question;
    snprintf(question->code, sizeof question->code, "Broken");
    snprintf(question->message, sizeof question->message, "by a scenario");
    question->delay_ms += meddler->verdict == VERDICT_DELAY ? 5000 : 0;
    return meddler->verdict;
}

static void test_transitions_are_asked_about(void **state)
{
    static const struct {
        enum verdict first, then;
        const char *at_once, *at_last;
    } rows[] = {
        { VERDICT_FAIL, VERDICT_PASS, "FAILED Broken: by a scenario", "FAILED Broken: by a scenario" },
        { VERDICT_DELAY, VERDICT_PASS, "RUNNING", "SUCCEEDED {}" },
        { VERDICT_PARKED, VERDICT_PASS, "RUNNING", "SUCCEEDED {}" },
        { VERDICT_PARKED, VERDICT_FAIL, "RUNNING", "FAILED Broken: by a scenario" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct game game = start_game(NULL);
        struct meddler meddler = {
            .hook = { .point = HOOK_TRANSITION, .pack = "", .operation = "B", .chance = 1, .ask = meddle },
            .verdict = rows[i].first
        };
        meddler.hook.data = &meddler;
        hook_add(game.world->hooks, &meddler.hook);
        make_machine(&game, "m", "STANDARD", TWO("{\"Type\":\"Pass\",\"Next\":\"B\"}", PASS_END));
        const char *arn = start(&game, "m", "x", "{}");
        pass_time(&game, 4000);
        assert_string_equal(ending(&game, arn), rows[i].at_once);
        if (rows[i].first == VERDICT_PARKED)
            hook_answer(game.world, meddler.question, rows[i].then);
        pass_time(&game, 2000);
        assert_string_equal(ending(&game, arn), rows[i].at_last);
        hook_remove(game.world->hooks, &meddler.hook);
        end_game(&game);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flows),
        cmocka_unit_test(test_history_ends_at_25000_events),
        cmocka_unit_test(test_data_over_the_limit),
        cmocka_unit_test(test_a_result_over_the_limit),
        cmocka_unit_test(test_start_is_idempotent_while_it_runs),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_history_pages_both_ways),
        cmocka_unit_test(test_lists_newest_first),
        cmocka_unit_test(test_express_is_answered_and_leaves_nothing),
        cmocka_unit_test(test_express_without_its_caller),
        cmocka_unit_test(test_transitions_are_asked_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
