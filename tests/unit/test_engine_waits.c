#include "engine_fixture.h"

#include "services/stepfunctions/execution.h"

/* What takes time: waits, retries, timeouts, tokens, activities, children; and worlds that end in the middle of it. */

#define WAIT_THEN_PASS(seconds)                                                                                        \
    "{\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Seconds\":" seconds                                     \
    ",\"Next\":\"E\"},\"E\":{\"Type\":\"Pass\",\"End\":true}}}"
#define PASS "{\"StartAt\":\"P\",\"States\":{\"P\":{\"Type\":\"Pass\",\"End\":true}}}"
#define TASK(resource, more)                                                                                           \
    "{\"StartAt\":\"T\",\"States\":{\"T\":{\"Type\":\"Task\",\"Resource\":\"" resource "\"," more                      \
    "\"Next\":\"E\"},\"E\":{\"Type\":\"Pass\",\"End\":true}}}"
#define FAILING_TASK(more)                                                                                             \
    TASK("arn:aws:states:::aws-sdk:sfn:describeExecution",                                                             \
         "\"Parameters\":{\"ExecutionArn\":\"" ARN("execution:none:none") "\"}," more)
#define TOKEN_TASK(more)                                                                                               \
    TASK("arn:aws:states:::states:startExecution.waitForTaskToken",                                                    \
         "\"Parameters\":{\"StateMachineArn\":\"" ARN("stateMachine:pass") "\",\"Input\":{\"t.$\":"                    \
                                                                           "\"$$.Task.Token\"}}," more)
#define SYNC_TASK(pattern, more)                                                                                       \
    TASK("arn:aws:states:::states:startExecution" pattern,                                                             \
         "\"Parameters\":{\"StateMachineArn\":\"" ARN(                                                                 \
             "stateMachine:child") "\",\"Name\":\"kid\",\"Input\":{\"n\":1}}," more)
#define ACTIVITY_TASK(more) TASK(ARN("activity:act"), more)

/* ---- how long it takes ---- */

struct wait_case {
    const char *definition, *input;
    int64_t ends_ms; /* still RUNNING a little before */
    const char *ending, *reason;
};

static const struct wait_case wait_cases[] = {
    { WAIT_THEN_PASS("10"), "{}", 10000, "SUCCEEDED {}", "Seconds" },
    { "{\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"SecondsPath\":\"$.s\",\"End\":true}}}", "{\"s\":3}",
      3000, "SUCCEEDED {\"s\":3}", "SecondsPath" },
    { "{\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Timestamp\":\"2023-11-14T22:13:30Z\",\"End\":true}}}",
      "{}", 10000, "SUCCEEDED {}", "Timestamp: ten seconds behind the start" },
    { "{\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"TimestampPath\":\"$\",\"End\":true}}}",
      "\"2023-11-14T23:13:25+01:00\"", 5000, "SUCCEEDED \"2023-11-14T23:13:25+01:00\"",
      "TimestampPath, with an offset" },
    { "{\"TimeoutSeconds\":5,\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Seconds\":60,\"End\":true}}}",
      "{}", 5000, "TIMED_OUT", "the machine's own timeout" },
    { FAILING_TASK(
          "\"Retry\":[{\"ErrorEquals\":[\"States.ALL\"],\"IntervalSeconds\":2,\"BackoffRate\":3,\"MaxAttempts\":3,"
          "\"MaxDelaySeconds\":10}],\"Catch\":[{\"ErrorEquals\":[\"States.ALL\"],\"ResultPath\":null,\"Next\":\"E\"}]"
          ","),
      "{}", 18000, "SUCCEEDED {}", "retries after 2, 6 and, capped, 10 seconds" },
    { FAILING_TASK("\"Retry\":[{\"ErrorEquals\":[\"States.TaskFailed\"]}],\"Catch\":[{\"ErrorEquals\":[\"States.ALL\"],"
                   "\"ResultPath\":null,\"Next\":\"E\"}],"),
      "{}", 7000, "SUCCEEDED {}", "by default after 1, 2 and 4 seconds" },
    { "{\"StartAt\":\"M\",\"States\":{\"M\":{\"Type\":\"Map\",\"MaxConcurrency\":2,\"ItemProcessor\":" WAIT_THEN_PASS(
          "5") ",\"End\":true}}}",
      "[1,2,3]", 10000, "SUCCEEDED [1,2,3]", "two at a time" },
    { "{\"StartAt\":\"M\",\"States\":{\"M\":{\"Type\":\"Map\",\"MaxConcurrency\":2,\"ItemProcessor\":"
      "{\"ProcessorConfig\":{\"Mode\":\"DISTRIBUTED\",\"ExecutionType\":\"STANDARD\"},\"StartAt\":\"W\",\"States\":{"
      "\"W\":{\"Type\":"
      "\"Wait\",\"Seconds\":5,\"End\":true}}},\"End\":true}}}",
      "[1,2,3]", 10000, "SUCCEEDED [1,2,3]", "two child executions at a time" },
    { TOKEN_TASK("\"TimeoutSeconds\":8,\"HeartbeatSeconds\":7,\"Catch\":[{\"ErrorEquals\":[\"States.HeartbeatTimeout\"]"
                 ",\"Next\":"
                 "\"E\"}],"),
      "{}", 7000, "SUCCEEDED {\"Error\":\"States.HeartbeatTimeout\",\"Cause\":\"\"}", "no heartbeat" },
    { TOKEN_TASK("\"TimeoutSecondsPath\":\"$.t\",\"Catch\":[{\"ErrorEquals\":[\"States.Timeout\"],\"Next\":\"E\"}],"),
      "{\"t\":6}", 6000, "SUCCEEDED {\"Error\":\"States.Timeout\",\"Cause\":\"\"}",
      "no answer; the time is found by a path" },
    { SYNC_TASK(".sync:2", "\"ResultSelector\":{\"o.$\":\"$.Output\",\"i.$\":\"$.Input.n\",\"s.$\":\"$.Status\"},"),
      "{}", 4000, "SUCCEEDED {\"s\":\"SUCCEEDED\",\"i\":1,\"o\":{\"n\":1}}",
      ".sync:2 gives the child's output as JSON" },
    { SYNC_TASK(".sync", "\"ResultSelector\":{\"o.$\":\"$.Output\"},"), "{}", 4000,
      "SUCCEEDED {\"o\":\"{\\\"n\\\":1}\"}", ".sync gives it as text" },
    { SYNC_TASK(".sync", "\"TimeoutSeconds\":2,\"Catch\":[{\"ErrorEquals\":[\"States.Timeout\"],\"ResultPath\":null,"
                         "\"Next\":\"E\"}],"),
      "{}", 2000, "SUCCEEDED {}", "a child that takes too long" },
};

static struct game make_cast(const char *folder)
{
    struct game game = start_game(folder);
    make_machine(&game, "pass", "STANDARD", PASS);
    make_machine(&game, "child", "STANDARD", WAIT_THEN_PASS("4"));
    ask(&game, "CreateActivity", "{\"name\":\"act\"}");
    return game;
}

static void test_waits(void **state)
{
    for (size_t i = 0; i < sizeof wait_cases / sizeof *wait_cases; i++) {
        const struct wait_case *row = &wait_cases[i];
        struct game game = make_cast(NULL);
        make_machine(&game, "m", "STANDARD", row->definition);
        const char *arn = start(&game, "m", "x", row->input);
        pass_time(&game, row->ends_ms - 1);
        if (strcmp(ending(&game, arn), "RUNNING") != 0)
            fail_msg("%s, too early: %s", row->reason, ending(&game, arn));
        pass_time(&game, 1);
        if (strcmp(ending(&game, arn), row->ending) != 0)
            fail_msg("%s: %s", row->reason, ending(&game, arn));
        end_game(&game);
    }
}

static void test_jitter_stays_below_the_interval(void **state)
{
    struct game game = make_cast(NULL);
    make_machine(&game, "m", "STANDARD",
                 FAILING_TASK("\"Retry\":[{\"ErrorEquals\":[\"States.ALL\"],\"IntervalSeconds\":100,\"MaxAttempts\":1,"
                              "\"JitterStrategy\":\"FULL\"}],"));
    int early = 0;
    const char *arns[8];
    for (int i = 0; i < 8; i++)
        arns[i] = start(&game, "m", (char[]){ 'x', (char)('0' + i), 0 }, "{}");
    pass_time(&game, 50 * 1000);
    for (int i = 0; i < 8; i++)
        early += strncmp(ending(&game, arns[i]), "FAILED", 6) == 0;
    assert_in_range(early, 1, 7);
    pass_time(&game, 50 * 1000);
    for (int i = 0; i < 8; i++)
        assert_int_equal(strncmp(ending(&game, arns[i]), "FAILED", 6), 0);
    end_game(&game);
}

/* ---- children ---- */

static void test_a_child_is_stopped_with_its_parent(void **state)
{
    static const char *const ways[] = { "stopped", "timed out" };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct game game = make_cast(NULL);
        make_machine(&game, "m", "STANDARD", SYNC_TASK(".sync", "\"TimeoutSeconds\":3,"));
        const char *arn = start(&game, "m", "x", "{}");
        pass_time(&game, 1000);
        assert_string_equal(ending(&game, ARN("execution:child:kid")), "RUNNING");
        if (i == 0)
            ask(&game, "StopExecution", "{\"executionArn\":\"%s\"}", arn);
        pass_time(&game, 2000);
        assert_string_equal(ending(&game, ARN("execution:child:kid")), "ABORTED");
        end_game(&game);
    }
}

static void test_a_child_that_fails(void **state)
{
    struct game game = make_cast(NULL);
    ask(&game, "DeleteStateMachine", "{\"stateMachineArn\":\"" ARN("stateMachine:child") "\"}");
    make_machine(&game, "child", "STANDARD",
                 "{\"StartAt\":\"F\",\"States\":{\"F\":{\"Type\":\"Fail\",\"Error\":\"E\"}}}");
    make_machine(&game, "m", "STANDARD", SYNC_TASK(".sync", ""));
    const char *arn = start(&game, "m", "x", "{}");
    pass_time(&game, 1000);
    assert_string_equal(history(&game, arn),
                        "TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 TaskSubmitted<4 TaskFailed<5 "
                        "ExecutionFailed<6");
    const char *answer = describe(&game, arn);
    assert_string_equal(member(answer, "error"), "States.TaskFailed");
    assert_string_equal(member(member(answer, "cause"), "Status"), "FAILED");
    assert_string_equal(member(member(answer, "cause"), "Error"), "E");
    end_game(&game);
}

/* ---- tokens ---- */

static void token_of(struct game *game, const char *arn, char ret_token[2048])
{
    const char *page = ask(game, "GetExecutionHistory", "{\"executionArn\":\"%s\",\"reverseOrder\":true}", arn);
    struct json *document = json_parse(str_of(page), NULL);
    const cJSON *event;
    *ret_token = '\0';
    cJSON_ArrayForEach(event, json_get(json_root(document), "events"))
    {
        const char *parameters = json_string(json_get(event, "taskScheduledEventDetails"), "parameters");
        if (parameters) {
            snprintf(ret_token, 2048, "%s", member(member(parameters, "Input"), "t"));
            break;
        }
    }
    json_unref(document);
}

static const char GONE[] = "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'";

static void test_tokens(void **state)
{
    struct game game = make_cast(NULL);
    make_machine(&game, "m", "STANDARD", TOKEN_TASK("\"HeartbeatSeconds\":10,"));
    const char *good = start(&game, "m", "good", "{}"), *bad = start(&game, "m", "bad", "{}");
    pass_time(&game, 9000);
    char token[2048], other[2048];
    token_of(&game, good, token);
    token_of(&game, bad, other);
    assert_string_not_equal(token, other);
    assert_string_equal(ask(&game, "SendTaskHeartbeat", "{\"taskToken\":\"%s\"}", token), "{}");
    assert_string_equal(ask(&game, "SendTaskFailure", "{\"taskToken\":\"%s\",\"error\":\"E\",\"cause\":\"C\"}", other),
                        "{}");
    assert_string_equal(ask(&game, "SendTaskFailure", "{\"taskToken\":\"%s\"}", other), GONE);
    pass_time(&game, 9000);
    assert_string_equal(ending(&game, bad), "FAILED E: C");
    assert_string_equal(ending(&game, good), "RUNNING");
    assert_string_equal(
        ask(&game, "SendTaskSuccess", "{\"taskToken\":\"%s\",\"output\":\"{\"}", token),
        "InvalidOutput: Invalid Output: 'Unexpected end-of-input: expected close marker for Object (start marker at "
        "line: 1, column: 1)'");
    assert_string_equal(ask(&game, "SendTaskSuccess", "{\"taskToken\":\"%s\",\"output\":\"[ 1 ]\"}", token), "{}");
    pass_time(&game, 0);
    assert_string_equal(ending(&game, good), "SUCCEEDED [ 1 ]");
    assert_string_equal(ask(&game, "SendTaskHeartbeat", "{\"taskToken\":\"%s\"}", token), GONE);
    end_game(&game);
}

/* ---- activities ---- */

struct worker {
    struct call *call;
    bool answered;
};

static void worker_answered(struct call *call)
{
    ((struct worker *)call->owner)->answered = true;
}

static void poll(struct game *game, struct worker *worker)
{
    *worker = (struct worker){ .call = new_call(game, "GetActivityTask",
                                                "{\"activityArn\":\"" ARN("activity:act") "\",\"workerName\":\"w\"}") };
    worker->call->finished = worker_answered;
    worker->call->owner = worker;
    worker->answered = road_run(worker->call) != CALL_PARKED;
}

static const char *finish_poll(struct worker *worker)
{
    const char *answer = answer_of(worker->call);
    call_free(worker->call);
    return answer;
}

static void test_activity_tasks_wait_in_order(void **state)
{
    struct game game = make_cast(NULL);
    make_machine(&game, "m", "STANDARD", ACTIVITY_TASK(""));
    const char *arns[3] = { start(&game, "m", "a", "\"first\""), start(&game, "m", "b", "\"second\""),
                            start(&game, "m", "c", "\"third\"") };
    pass_time(&game, 1000);
    static const char *const inputs[] = { "\"first\"", "\"second\"", "\"third\"" };
    for (int i = 0; i < 3; i++) {
        struct worker worker;
        poll(&game, &worker);
        assert_true(worker.answered);
        const char *answer = finish_poll(&worker);
        assert_string_equal(member(answer, "input"), inputs[i]);
        ask(&game, "SendTaskSuccess", "{\"taskToken\":\"%s\",\"output\":\"%d\"}", member(answer, "taskToken"), i);
        pass_time(&game, 0);
    }
    assert_string_equal(ending(&game, arns[2]), "SUCCEEDED 2");
    assert_string_equal(history(&game, arns[0]),
                        "TaskStateEntered<0 ActivityScheduled<2 ActivityStarted<3 ActivitySucceeded<4 "
                        "TaskStateExited<5 PassStateEntered<6 PassStateExited<7 ExecutionSucceeded<8");
    end_game(&game);
}

static void test_polls_wait_in_order_and_give_up(void **state)
{
    struct game game = make_cast(NULL);
    make_machine(&game, "m", "STANDARD", ACTIVITY_TASK("\"HeartbeatSeconds\":5,"));
    struct worker gone, early, late;
    poll(&game, &gone);
    poll(&game, &early);
    call_free(gone.call); /* who went away swallows no task */
    pass_time(&game, 30 * 1000);
    poll(&game, &late);
    assert_false(early.answered || late.answered);
    const char *arn = start(&game, "m", "a", "{}");
    pass_time(&game, 0);
    assert_true(early.answered && !late.answered);
    assert_true(*member(finish_poll(&early), "taskToken"));
    pass_time(&game, 4999);
    assert_string_equal(ending(&game, arn), "RUNNING");
    pass_time(&game, 1);
    assert_string_equal(ending(&game, arn), "FAILED States.HeartbeatTimeout: "); /* counted from when it was taken */
    pass_time(&game, 55 * 1000);
    assert_true(late.answered);
    assert_string_equal(finish_poll(&late), "{}");
    end_game(&game);
}

/* ---- the world ends in the middle ---- */

struct restart_case {
    const char *definition, *input, *reason;
};

static const struct restart_case restart_cases[] = {
    { WAIT_THEN_PASS("3"), "{ \"a\" : 1 }", "a Wait" },
    { FAILING_TASK(
          "\"Retry\":[{\"ErrorEquals\":[\"States.ALL\"],\"IntervalSeconds\":1,\"BackoffRate\":1,\"MaxAttempts\":4}],"
          "\"Catch\":[{\"ErrorEquals\":[\"States.ALL\"],\"ResultPath\":null,\"Next\":\"E\"}],"),
      "{}", "retries" },
    { "{\"StartAt\":\"V\",\"States\":{\"V\":{\"Type\":\"Pass\",\"Assign\":{\"v\":[1]},\"Next\":\"M\"},\"M\":{\"Type\":"
      "\"Map\","
      "\"MaxConcurrency\":2,\"ItemProcessor\":{\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Seconds\":1,"
      "\"Next\":\"I\"},"
      "\"I\":{\"Type\":\"Pass\",\"Parameters\":{\"i.$\":\"$$.Map.Item.Index\",\"v.$\":\"$v\"},\"End\":true}}},\"End\":"
      "true}}}",
      "[1,2,3,4,5]", "a Map, with variables" },
    { "{\"StartAt\":\"P\",\"States\":{\"P\":{\"Type\":\"Parallel\",\"Branches\":[" WAIT_THEN_PASS(
          "2") ",{\"StartAt\":\"M\",\"States\":"
               "{\"M\":{\"Type\":\"Map\",\"ItemProcessor\":{\"StartAt\":\"X\",\"States\":{\"X\":{\"Type\":\"Wait\","
               "\"Seconds\":3,\"End\":true}}},"
               "\"End\":true}}}],\"End\":true}}}",
      "[1,2]", "a Map in a Parallel" },
    { SYNC_TASK(".sync:2", "\"ResultSelector\":{\"o.$\":\"$.Output\"},"), "{}", "a child execution" },
    { TOKEN_TASK("\"TimeoutSeconds\":3,\"Catch\":[{\"ErrorEquals\":[\"States.Timeout\"],\"Next\":\"E\"}],"), "{}",
      "a token" },
    { "{\"StartAt\":\"M\",\"States\":{\"M\":{\"Type\":\"Map\",\"MaxConcurrency\":1,\"ItemProcessor\":{"
      "\"ProcessorConfig\":{\"Mode\":"
      "\"DISTRIBUTED\",\"ExecutionType\":\"STANDARD\"},\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\","
      "\"Seconds\":1,\"End\":"
      "true}}},\"End\":true}}}",
      "[1,2,3]", "a Map Run" },
    { "{\"TimeoutSeconds\":2,\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Seconds\":60,\"End\":true}}}",
      "{}", "the machine's timeout" },
};

struct story {
    char history[16 * 1024], ending[4 * 1024];
};

/* From start to end, with a restart every so often (0: none). */
static void tell(const struct restart_case *row, int64_t every_ms, struct story *ret_story)
{
    char *folder = make_folder();
    struct game game = make_cast(folder);
    make_machine(&game, "m", "STANDARD", row->definition);
    const char *arn = start(&game, "m", "x", row->input);
    if (every_ms)
        restart(&game); /* before its first step */
    for (int64_t at_ms = 0; at_ms < 6000; at_ms += every_ms ? every_ms : 6000) {
        pass_time(&game, every_ms ? every_ms : 6000);
        if (every_ms)
            restart(&game);
    }
    snprintf(ret_story->history, sizeof ret_story->history, "%s", history(&game, arn));
    snprintf(ret_story->ending, sizeof ret_story->ending, "%s", ending(&game, arn));
    end_game(&game);
    remove_folder(folder);
}

static void test_restarts_change_nothing(void **state)
{
    static const int64_t every_ms[] = { 250, 1000, 1500 };
    static struct story whole, broken;
    for (size_t i = 0; i < sizeof restart_cases / sizeof *restart_cases; i++) {
        tell(&restart_cases[i], 0, &whole);
        assert_string_not_equal(whole.ending, "RUNNING");
        for (size_t j = 0; j < sizeof every_ms / sizeof *every_ms; j++) {
            tell(&restart_cases[i], every_ms[j], &broken);
            if (strcmp(broken.history, whole.history) != 0 || strcmp(broken.ending, whole.ending) != 0)
                fail_msg("%s, every %d ms\n  whole  %s %s\n  broken %s %s", restart_cases[i].reason, (int)every_ms[j],
                         whole.ending, whole.history, broken.ending, broken.history);
        }
    }
}

/* Tokens and tasks that were handed out before are good afterwards; the order of those that wait is kept. */
static void test_workers_outlive_a_restart(void **state)
{
    char *folder = make_folder();
    struct game game = make_cast(folder);
    make_machine(&game, "m", "STANDARD", ACTIVITY_TASK(""));
    const char *first = start(&game, "m", "a", "\"first\"");
    start(&game, "m", "b", "\"second\"");
    pass_time(&game, 1000);
    start(&game, "m", "c", "\"third\"");
    pass_time(&game, 1000);
    struct worker worker;
    poll(&game, &worker);
    char token[2048];
    snprintf(token, sizeof token, "%s", member(finish_poll(&worker), "taskToken"));
    restart(&game);
    assert_string_equal(ask(&game, "SendTaskSuccess", "{\"taskToken\":\"%s\",\"output\":\"1\"}", token), "{}");
    restart(&game); /* the answer was acknowledged, so it must not be lost */
    pass_time(&game, 0);
    assert_string_equal(ending(&game, first), "SUCCEEDED 1");
    poll(&game, &worker);
    assert_string_equal(member(finish_poll(&worker), "input"), "\"second\"");
    poll(&game, &worker);
    assert_string_equal(member(finish_poll(&worker), "input"), "\"third\"");
    end_game(&game);
    remove_folder(folder);
}

/* Whatever waits when the world is emptied or ends is let go of: end_game() finds leaks. */
static void test_everything_waits_while_the_world_ends(void **state)
{
    static const char *const machines[] = {
        WAIT_THEN_PASS("60"), TOKEN_TASK(""), SYNC_TASK(".sync", ""), ACTIVITY_TASK(""),
        "{\"StartAt\":\"M\",\"States\":{\"M\":{\"Type\":\"Map\",\"ItemProcessor\":" WAIT_THEN_PASS(
            "60") ",\"End\":true}}}"
    };
    for (int reset = 0; reset <= 1; reset++) {
        struct game game = make_cast(NULL);
        for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
            const char name[] = { 'm', (char)('0' + i), 0 };
            make_machine(&game, name, "STANDARD", machines[i]);
            start(&game, name, "x", "[1,2]");
        }
        pass_time(&game, 1000);
        if (reset) {
            world_reset(game.world);
            pass_time(&game, 90 * 1000);
        }
        end_game(&game);
    }
}

/* ---- a start is one row ---- */

static size_t rows_of(struct game *game, const struct table_def *table)
{
    return store_count(game->world->store, (struct scope){ ACCOUNT, REGION }, table);
}

static const char *page(struct game *game, const char *arn, const char *more)
{
    return member(ask(game, "GetExecutionHistory", "{\"executionArn\":\"%s\"%s}", arn, more), "events");
}

static void test_a_start_is_one_row(void **state)
{
    char *folder = make_folder();
    struct game game = make_cast(folder);
    make_machine(&game, "short", "STANDARD",
                 "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Wait\",\"Seconds\":10,\"Next\":\"B\"},"
                 "\"B\":{\"Type\":\"Wait\",\"Seconds\":10,\"End\":true}}}");
    const char *arn = start(&game, "short", "x", " {\"a\": 1} ");
    world_settle(game.world, 0);
    assert_int_equal(rows_of(&game, &execution_table), 1);
    assert_int_equal(rows_of(&game, &branch_table), 0);
    assert_int_equal(rows_of(&game, &history_table), 0);
    assert_string_equal(history(&game, arn), "WaitStateEntered<0");
    restart(&game);
    pass_time(&game, 10000);
    assert_int_equal(rows_of(&game, &branch_table), 1); /* the second park has rows of its own */
    assert_int_equal(rows_of(&game, &history_table), 1);
    restart(&game);
    const char *whole = "WaitStateEntered<0 WaitStateExited<2 WaitStateEntered<3";
    assert_string_equal(history(&game, arn), whole);
    pass_time(&game, 10000);
    assert_string_equal(ending(&game, arn), "SUCCEEDED  {\"a\": 1} ");
    assert_int_equal(rows_of(&game, &branch_table), 0);
    restart(&game);
    assert_int_equal(count_events(&game, arn, "ExecutionSucceeded"), 1);

    /* Pages cut the first events as they cut all others. */
    assert_non_null(strstr(page(&game, arn, ",\"maxResults\":1"), "\"ExecutionStarted\""));
    assert_null(strstr(page(&game, arn, ",\"maxResults\":1"), "WaitStateEntered"));
    assert_non_null(strstr(page(&game, arn, ",\"maxResults\":3"), "WaitStateExited"));
    assert_null(strstr(page(&game, arn, ",\"reverseOrder\":true,\"maxResults\":2"), "WaitStateEntered"));
    end_game(&game);
    remove_folder(folder);
}

static void test_a_start_with_much_to_say_has_rows(void **state)
{
    char *folder = make_folder();
    struct game game = make_cast(folder);
    char input[6000];
    memset(input, 'x', sizeof input);
    input[0] = input[sizeof input - 2] = '"';
    input[sizeof input - 1] = '\0';
    make_machine(&game, "long", "STANDARD",
                 "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Wait\",\"Seconds\":10,\"End\":true}}}");
    const char *arn = start(&game, "long", "x", input);
    world_settle(game.world, 0);
    assert_int_equal(rows_of(&game, &branch_table), 1);
    assert_int_equal(rows_of(&game, &history_table), 1);
    restart(&game);
    pass_time(&game, 10000);
    assert_int_equal(count_events(&game, arn, "ExecutionSucceeded"), 1);
    end_game(&game);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_jitter_stays_below_the_interval),
        cmocka_unit_test(test_a_child_is_stopped_with_its_parent),
        cmocka_unit_test(test_a_child_that_fails),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_activity_tasks_wait_in_order),
        cmocka_unit_test(test_polls_wait_in_order_and_give_up),
        cmocka_unit_test(test_a_start_is_one_row),
        cmocka_unit_test(test_a_start_with_much_to_say_has_rows),
        cmocka_unit_test(test_restarts_change_nothing),
        cmocka_unit_test(test_workers_outlive_a_restart),
        cmocka_unit_test(test_everything_waits_while_the_world_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
