/* RedriveExecution: who may be redriven, what begins again and what does not, and that a restart changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine_fixture.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

/* ' stands for ". */
static const char *text(const char *quoted)
{
    static char texts[8][8 * 1024];
    static int next;
    char *to = texts[next++ % 8];
    snprintf(to, sizeof texts[0], "%s", quoted);
    for (char *at = to; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    return to;
}

/* A task that fails until the state machine that it starts is there: Fix makes it. */
#define FRAGILE(more)                                                                                                  \
    "{'Type':'Task','Resource':'arn:aws:states:::states:startExecution','Parameters':{'StateMachineArn':'" ARN(        \
        "stateMachine:late") "'},'ResultPath':null," more "}"
#define WAIT(seconds) "{'Type':'Wait','Seconds':" seconds ",'End':true}"
#define PASS          "{'Type':'Pass','End':true}"

static void fix(struct game *game)
{
    make_machine(game, "late", "STANDARD", text("{'StartAt':'P','States':{'P':" PASS "}}"));
}

static const char *redrive(struct game *game, const char *arn)
{
    return ask(game, "RedriveExecution", "{\"executionArn\":\"%s\"}", arn);
}

static bool was_refused(const char *answer)
{
    return strstr(answer, "ExecutionNotRedrivable") != NULL;
}

/* ---- what begins again ---- */

static const struct flow_case {
    const char *definition, *input;
    const char *history; /* the whole, after it was redriven once */
    const char *ending, *reason;
} flow_cases[] = {
    { "{'StartAt':'A','States':{'A':{'Type':'Pass','Next':'B'},'B':" FRAGILE("'Next':'C'") ",'C':" PASS "}}",
      "{ 'a' : 1 }",
      "PassStateEntered<0 PassStateExited<2 TaskStateEntered<3 TaskScheduled<4 TaskStarted<5 TaskFailed<6 "
      "ExecutionFailed<7 ExecutionRedriven<8 TaskScheduled<9 TaskStarted<10 TaskSucceeded<11 TaskStateExited<12 "
      "PassStateEntered<13 PassStateExited<14 ExecutionSucceeded<15",
      "SUCCEEDED { 'a' : 1 }", "a Task is scheduled again, what was before it is not run" },
    { "{'StartAt':'B','States':{'B':" FRAGILE("'Retry':[{'ErrorEquals':['States.ALL'],'IntervalSeconds':1,"
                                              "'MaxAttempts':1}],'End':true") "}}",
      "{}",
      "TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 TaskFailed<4 TaskScheduled<5 TaskStarted<6 TaskFailed<7 "
      "ExecutionFailed<8 ExecutionRedriven<9 TaskScheduled<10 TaskStarted<11 TaskSucceeded<12 TaskStateExited<13 "
      "ExecutionSucceeded<14",
      "SUCCEEDED {}", "after its retries" },
    { "{'StartAt':'V','States':{'V':{'Type':'Pass','Assign':{'v':[7]},'Next':'B'},'B':" FRAGILE(
          "'Next':'C'") ",'C':{'Type':'Pass','Parameters':{'v.$':'$v','n.$':'$$.Execution.RedriveCount'},'End':true}}}",
      "{}", NULL, "SUCCEEDED {'v':[7],'n':1}", "variables are kept; the context counts" },
    { "{'StartAt':'P','States':{'P':{'Type':'Parallel','Branches':[{'StartAt':'X','States':{'X':{'Type':'Pass',"
      "'Result':'kept','End':true}}},{'StartAt':'B','States':{'B':" FRAGILE("'End':true") "}}],'End':true}}}",
      "{}",
      "ParallelStateEntered<0 ParallelStateStarted<2 PassStateEntered<3 PassStateExited<4 TaskStateEntered<3 "
      "TaskScheduled<6 TaskStarted<7 TaskFailed<8 ParallelStateFailed<9 ExecutionFailed<10 ExecutionRedriven<11 "
      "TaskScheduled<12 TaskStarted<13 TaskSucceeded<14 TaskStateExited<15 ParallelStateSucceeded<16 "
      "ParallelStateExited<16 ExecutionSucceeded<18",
      "SUCCEEDED ['kept',{}]", "only the branch that failed" },
    { "{'StartAt':'P','States':{'P':{'Type':'Parallel','Branches':[{'StartAt':'W','States':{'W':" WAIT(
          "3") "}},{'StartAt':'B','States':{'B':" FRAGILE("'End':true") "}}],'End':true}}}",
      "{}", NULL, "SUCCEEDED [{},{}]", "and the branch that was broken off" },
    { "{'StartAt':'M','States':{'M':{'Type':'Map','MaxConcurrency':1,'ItemProcessor':{'StartAt':'C','States':{'C':{"
      "'Type':'Choice','Choices':[{'Variable':'$','NumericEquals':2,'Next':'B'}],'Default':'P'},'P':" PASS
      ",'B':" FRAGILE("'End':true") "}},'End':true}}}",
      "[1,2,3]",
      "MapStateEntered<0 MapStateStarted<2 MapIterationStarted<3 ChoiceStateEntered<4 ChoiceStateExited<5 "
      "PassStateEntered<6 PassStateExited<7 MapIterationSucceeded<8 MapIterationStarted<8 ChoiceStateEntered<10 "
      "ChoiceStateExited<11 TaskStateEntered<12 TaskScheduled<13 TaskStarted<14 TaskFailed<15 MapIterationFailed<16 "
      "MapStateFailed<16 ExecutionFailed<18 ExecutionRedriven<19 TaskScheduled<20 TaskStarted<21 TaskSucceeded<22 "
      "TaskStateExited<23 MapIterationSucceeded<24 MapIterationStarted<24 ChoiceStateEntered<26 ChoiceStateExited<27 "
      "PassStateEntered<28 PassStateExited<29 MapIterationSucceeded<30 MapStateSucceeded<31 MapStateExited<31 "
      "ExecutionSucceeded<33",
      "SUCCEEDED [1,2,3]", "the iteration that failed, and those that never began" },
    { "{'StartAt':'F','States':{'F':{'Type':'Fail','Error':'E'}}}", "{}",
      "FailStateEntered<0 ExecutionFailed<2 ExecutionRedriven<3 FailStateEntered<4 ExecutionFailed<5",
      "FAILED E: ", "a Fail state is entered again, and fails again" },
    { "{'StartAt':'M','States':{'M':{'Type':'Map','Label':'L','MaxConcurrency':1,'ItemProcessor':{'ProcessorConfig':{"
      "'Mode':'DISTRIBUTED','ExecutionType':'STANDARD'},'StartAt':'C','States':{'C':{'Type':'Choice','Choices':[{"
      "'Variable':'$','NumericEquals':2,'Next':'B'}],'Default':'P'},'P':" PASS
      ",'B':" FRAGILE("'End':true") "}},'End':true}}}",
      "[1,2,3]",
      "MapStateEntered<0 MapStateStarted<2 MapRunStarted<3 MapRunFailed<4 MapStateFailed<5 ExecutionFailed<6 "
      "ExecutionRedriven<7 MapRunRedriven<8 MapRunSucceeded<9 MapStateSucceeded<10 MapStateExited<10 "
      "ExecutionSucceeded<12",
      "SUCCEEDED [1,2,3]", "a Map Run" },
};

static void check_flow(const struct flow_case *row, const char *folder)
{
    struct game game = start_game(folder);
    make_machine(&game, "m", "STANDARD", text(row->definition));
    const char *arn = start(&game, "m", "x", text(row->input));
    pass_time(&game, 1500);
    assert_memory_equal(ending(&game, arn), "FAILED", 6);
    fix(&game);
    if (folder)
        restart(&game);
    if (was_refused(redrive(&game, arn)))
        fail_msg("%s: %s", row->reason, redrive(&game, arn));
    for (int i = 0; i < 20; i++) {
        if (folder)
            restart(&game);
        pass_time(&game, 250);
    }
    const char *got = ending(&game, arn), *wanted = text(row->ending);
    if (strcmp(got, wanted) != 0)
        fail_msg("%s\n  expected %s\n  got      %s\n  %s", row->reason, wanted, got, history(&game, arn));
    if (row->history && strcmp(history(&game, arn), row->history) != 0)
        fail_msg("%s\n  expected %s\n  got      %s", row->reason, row->history, history(&game, arn));
    end_game(&game);
}

static void test_flows(void **state)
{
    for (size_t i = 0; i < sizeof flow_cases / sizeof *flow_cases; i++)
        check_flow(&flow_cases[i], NULL);
}

static void test_restarts_change_nothing(void **state)
{
    for (size_t i = 0; i < sizeof flow_cases / sizeof *flow_cases; i++) {
        char *folder = make_folder();
        check_flow(&flow_cases[i], folder);
        remove_folder(folder);
    }
}

/* ---- who may be redriven ---- */

#define TASK_ALONE "{'StartAt':'B','States':{'B':" FRAGILE("'End':true") "}}"

static const char *reason_of(struct game *game, const char *arn)
{
    return member(describe(game, arn), "redriveStatusReason");
}

static void check_refused(struct game *game, const char *arn, const char *reason)
{
    char wanted[256];
    snprintf(wanted, sizeof wanted, "ExecutionNotRedrivable: %s", reason);
    assert_string_equal(member(describe(game, arn), "redriveStatus"), "NOT_REDRIVABLE");
    assert_string_equal(reason_of(game, arn), reason);
    assert_string_equal(redrive(game, arn), wanted);
}

static void test_who_may_not(void **state)
{
    struct game game = start_game(NULL);
    make_machine(&game, "m", "STANDARD", text(TASK_ALONE));
    make_machine(&game, "w", "STANDARD", text("{'StartAt':'W','States':{'W':" WAIT("5") "}}"));
    const char *failed = start(&game, "m", "x", "{}"), *other = start(&game, "m", "y", "{}");
    const char *waits = start(&game, "w", "x", "{}");
    pass_time(&game, 1000);
    check_refused(&game, waits, "Execution is RUNNING and cannot be redriven");
    pass_time(&game, 5000);
    check_refused(&game, waits, "Execution is SUCCEEDED and cannot be redriven");
    assert_string_equal(member(describe(&game, failed), "redriveStatus"), "REDRIVABLE");
    assert_string_equal(reason_of(&game, failed), "");
    pass_time(&game, 14 * DAY_MS - 10 * 1000);
    assert_false(was_refused(redrive(&game, failed))); /* fails again: fourteen days begin anew */
    pass_time(&game, 10 * 1000);
    check_refused(&game, other, "Execution redrivable period exceeded");
    assert_string_equal(member(describe(&game, failed), "redriveStatus"), "REDRIVABLE");
    assert_string_equal(member(describe(&game, failed), "redriveCount"), "1");
    ask(&game, "DeleteStateMachine", "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\"}");
    pass_time(&game, 1000);
    assert_non_null(strstr(redrive(&game, ARN("execution:m:none")), "ExecutionDoesNotExist"));
    assert_non_null(strstr(redrive(&game, ARN("express:m:none:1")), "InvalidArn"));
    end_game(&game);
}

/* 25,000 events leave no room. */
static void test_full_histories(void **state)
{
    struct game game = start_game(NULL);
    make_machine(
        &game, "m", "STANDARD",
        text("{'StartAt':'A','States':{'A':{'Type':'Choice','Choices':[{'Variable':'$.x','IsPresent':true,'Next':'E'}],"
             "'Default':'A'},'E':{'Type':'Succeed'}}}"));
    const char *arn = start(&game, "m", "x", "{}");
    pass_time(&game, 1000);
    check_refused(&game, arn, "Execution history event limit exceeded");
    end_game(&game);
}

/* ---- dates, counts and tokens ---- */

static void test_it_is_told(void **state)
{
    struct game game = start_game(NULL);
    make_machine(&game, "m", "STANDARD", text("{'TimeoutSeconds':10,'StartAt':'W','States':{'W':" WAIT("60") "}}"));
    const char *arn = start(&game, "m", "x", "{}");
    pass_time(&game, 10 * 1000);
    assert_memory_equal(ending(&game, arn), "TIMED_OUT", 9);
    assert_string_equal(member(describe(&game, arn), "redriveDate"), "");
    pass_time(&game, 5000);
    char first[256];
    snprintf(first, sizeof first, "%s",
             ask(&game, "RedriveExecution", "{\"executionArn\":\"%s\",\"clientToken\":\"t\"}", arn));
    assert_string_equal(member(describe(&game, arn), "redriveDate"), member(first, "redriveDate"));
    assert_string_equal(member(describe(&game, arn), "redriveCount"), "1");
    assert_string_equal(member(describe(&game, arn), "stopDate"), "");
    pass_time(&game, 9999); /* the machine's time begins anew, and so does the Wait */
    assert_string_equal(ending(&game, arn), "RUNNING");
    assert_string_equal(ask(&game, "RedriveExecution", "{\"executionArn\":\"%s\",\"clientToken\":\"t\"}", arn), first);
    pass_time(&game, 1);
    assert_memory_equal(ending(&game, arn), "TIMED_OUT", 9);
    assert_string_equal(history(&game, arn),
                        "WaitStateEntered<0 ExecutionTimedOut<0 ExecutionRedriven<3 ExecutionTimedOut<0");
    assert_string_equal(ask(&game, "RedriveExecution", "{\"executionArn\":\"%s\",\"clientToken\":\"t\"}", arn), first);
    pass_time(&game, 15 * 60 * 1000); /* the token is forgotten */
    assert_string_not_equal(ask(&game, "RedriveExecution", "{\"executionArn\":\"%s\",\"clientToken\":\"t\"}", arn),
                            first);
    assert_string_equal(member(describe(&game, arn), "redriveCount"), "2");
    const char *listed = ask(&game, "ListExecutions", "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\"}");
    assert_non_null(strstr(listed, "\"redriveCount\":2,\"redriveDate\":"));
    assert_non_null(strstr(ask(&game, "ListExecutions",
                               "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\",\"redriveFilter\":\"REDRIVEN\"}"),
                           "ValidationException: "));
    end_game(&game);
}

/* An execution that was stopped in the middle of a task goes on with a new token. */
static void test_stopped(void **state)
{
    struct game game = start_game(NULL);
    make_machine(&game, "m", "STANDARD",
                 text("{'StartAt':'T','States':{'T':{'Type':'Task','Resource':'arn:aws:states:::states:startExecution"
                      ".sync:2','Parameters':{'StateMachineArn':'" ARN(
                          "stateMachine:late") "'},'ResultSelector':{"
                                               "'s.$':'$.Status'},'TimeoutSeconds':5,'End':true}}}"));
    make_machine(&game, "late", "STANDARD", text("{'StartAt':'W','States':{'W':" WAIT("4") "}}"));
    const char *arn = start(&game, "m", "x", "{}");
    pass_time(&game, 3000);
    ask(&game, "StopExecution", "{\"executionArn\":\"%s\"}", arn);
    pass_time(&game, 1000);
    const char *children = ask(&game, "ListExecutions", "{\"stateMachineArn\":\"" ARN("stateMachine:late") "\"}");
    assert_non_null(strstr(children, "ABORTED"));
    redrive(&game, arn);
    pass_time(&game, 4500); /* the task's time begins anew */
    assert_string_equal(ending(&game, arn), "SUCCEEDED {\"s\":\"SUCCEEDED\"}");
    assert_string_equal(history(&game, arn),
                        "TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 TaskSubmitted<4 ExecutionAborted<0 "
                        "ExecutionRedriven<6 TaskScheduled<7 TaskStarted<8 TaskSubmitted<9 TaskSucceeded<10 "
                        "TaskStateExited<11 ExecutionSucceeded<12");
    end_game(&game);
}

/* ---- Map Runs ---- */

static void map_run_of(struct game *game, const char *arn, char ret_run[256])
{
    const char *answer = ask(game, "ListMapRuns", "{\"executionArn\":\"%s\"}", arn);
    const char *found = strstr(answer, "arn:aws:states:" REGION ":" ACCOUNT ":mapRun:");
    assert_non_null(found);
    snprintf(ret_run, 256, "%.*s", (int)strcspn(found, "\""), found);
}

static const char *told(struct game *game, const char *run, const char *which)
{
    return member(ask(game, "DescribeMapRun", "{\"mapRunArn\":\"%s\"}", run), which);
}

#define RUN_OF(type, concurrency)                                                                                      \
    "{'StartAt':'M','States':{'M':{'Type':'Map','Label':'L','MaxConcurrency':" concurrency                             \
    ",'ToleratedFailureCount':2,'ItemProcessor':{'ProcessorConfig':{'Mode':'DISTRIBUTED','ExecutionType':'" type       \
    "'},'StartAt':'C','States':{'C':{'Type':'Choice','Choices':[{'Variable':'$','NumericEquals':0,'Next':'P'}],"       \
    "'Default':'B'},'P':" PASS ",'B':" FRAGILE("'Next':'W'") ",'W':" WAIT("1") "}},'End':true}}}"

/* Children that failed are redriven as many at a time as may be; the others wait. */
static void test_children(void **state)
{
    struct game game = start_game(NULL);
    char run[256];
    make_machine(&game, "m", "STANDARD", text(RUN_OF("STANDARD", "2")));
    const char *arn = start(&game, "m", "x", "[0,1,2,3,4]");
    pass_time(&game, 1000);
    map_run_of(&game, arn, run);
    assert_string_equal(told(&game, run, "status"), "FAILED");
    const char *children = ask(&game, "ListExecutions", "{\"mapRunArn\":\"%s\",\"statusFilter\":\"FAILED\"}", run);
    const char *child = strstr(children, ARN("execution:m/L:"));
    char failed[256];
    snprintf(failed, sizeof failed, "%.*s", (int)strcspn(child, "\""), child);
    assert_string_equal(member(describe(&game, failed), "redriveStatus"), "REDRIVABLE_BY_MAP_RUN");
    assert_true(was_refused(redrive(&game, failed)));
    fix(&game);
    redrive(&game, arn);
    pass_time(&game, 500);
    assert_string_equal(told(&game, run, "status"), "RUNNING");
    assert_string_equal(told(&game, run, "redriveCount"), "1");
    assert_string_equal(member(told(&game, run, "executionCounts"), "pendingRedrive"), "1");
    assert_string_equal(member(told(&game, run, "executionCounts"), "running"), "2");
    assert_string_equal(member(told(&game, run, "executionCounts"), "pending"), "1");
    const char *pending = ask(&game, "ListExecutions", "{\"mapRunArn\":\"%s\",\"statusFilter\":\"PENDING_REDRIVE\"}",
                              run);
    assert_non_null(strstr(pending, "\"status\":\"PENDING_REDRIVE\""));
    pass_time(&game, 5000);
    assert_string_equal(ending(&game, arn), "SUCCEEDED [0,1,2,3,4]");
    assert_string_equal(member(told(&game, run, "executionCounts"), "succeeded"), "5");
    assert_string_equal(member(told(&game, run, "executionCounts"), "total"), "5");
    const char *redriven = ask(&game, "ListExecutions", "{\"mapRunArn\":\"%s\",\"redriveFilter\":\"REDRIVEN\"}", run);
    int count = 0;
    for (const char *at = redriven; (at = strstr(at, "\"redriveCount\":1")); at++)
        count++;
    assert_int_equal(count, 3);
    assert_string_equal(history(&game, failed),
                        "ChoiceStateEntered<0 ChoiceStateExited<2 TaskStateEntered<3 TaskScheduled<4 TaskStarted<5 "
                        "TaskFailed<6 ExecutionFailed<7 ExecutionRedriven<8 TaskScheduled<9 TaskStarted<10 "
                        "TaskSucceeded<11 TaskStateExited<12 WaitStateEntered<13 WaitStateExited<14 "
                        "ExecutionSucceeded<15");
    end_game(&game);
}

/* A child that closed more than fourteen days ago stays failed, whatever its parent's age; restarted or not. */
static void test_old_children(void **state)
{
    char *folder = make_folder(), run[256];
    struct game game = start_game(folder);
    make_machine(
        &game, "m", "STANDARD",
        text("{'StartAt':'P','States':{'P':{'Type':'Parallel','Branches':[{'StartAt':'W','States':{'W':{'Type':"
             "'Wait','Seconds':864000,'Next':'F'},'F':" FRAGILE(
                 "'End':true") "}},{'StartAt':'M','States':{'M':{'Type':'Map',"
                               "'Label':'L','ToleratedFailureCount':1,'ItemProcessor':{'ProcessorConfig':{'Mode':'"
                               "DISTRIBUTED',"
                               "'ExecutionType':'STANDARD'},'StartAt':'C','States':{'C':{'Type':'Choice','Choices':[{'"
                               "Variable':'$',"
                               "'NumericEquals':1,'Next':'B'}],'Default':'V'},'V':" WAIT("2000000") ",'B':" FRAGILE(
                                   "'End':true") "}},'End':true}}}],'End':true}}}"));
    const char *arn = start(&game, "m", "x", "[1,2]");
    pass_time(&game, 10 * DAY_MS + 1000); /* one child failed at once, the other was aborted with the run */
    map_run_of(&game, arn, run);
    assert_string_equal(told(&game, run, "status"), "ABORTED");
    pass_time(&game, 10 * DAY_MS);
    fix(&game);
    assert_false(was_refused(redrive(&game, arn)));
    for (int i = 0; i < 2; i++) {
        assert_string_equal(member(told(&game, run, "executionCounts"), "failuresNotRedrivable"), "1");
        assert_string_equal(member(told(&game, run, "executionCounts"), "failed"), "1");
        pass_time(&game, 1000);
        assert_string_equal(member(told(&game, run, "executionCounts"), "running"), "1");
        restart(&game);
    }
    end_game(&game);
    remove_folder(folder);
}

/* Express children begin from their start, under the ARN they had. */
static void test_express_children(void **state)
{
    struct game game = start_game(NULL);
    char run[256];
    make_machine(&game, "m", "STANDARD", text(RUN_OF("EXPRESS", "0")));
    const char *arn = start(&game, "m", "x", "[1,2,3]");
    pass_time(&game, 1000);
    map_run_of(&game, arn, run);
    fix(&game);
    redrive(&game, arn);
    pass_time(&game, 3000);
    assert_string_equal(ending(&game, arn), "SUCCEEDED [1,2,3]");
    assert_string_equal(member(told(&game, run, "executionCounts"), "total"), "3");
    end_game(&game);
}

/* A run whose items could not be read reads them when it is redriven. */
static void test_reading_again(void **state)
{
    struct game game = start_game(NULL);
    make_machine(&game, "m", "STANDARD",
                 text("{'StartAt':'M','States':{'M':{'Type':'Map','ItemReader':{'Resource':'arn:aws:states:::s3:"
                      "listObjectsV2','Parameters':{'Bucket':'late'}},'ItemProcessor':{'ProcessorConfig':{'Mode':"
                      "'DISTRIBUTED','ExecutionType':'STANDARD'},'StartAt':'P','States':{'P':" PASS
                      "}},'End':true}}}"));
    const char *arn = start(&game, "m", "x", "{}");
    pass_time(&game, 1000);
    assert_memory_equal(ending(&game, arn), "FAILED States.ItemReaderFailed", 30);
    struct call *call = new_call_of(
        &game, "s3", "CreateBucket",
        text("{'Bucket':'late','CreateBucketConfiguration':{'LocationConstraint':'" REGION "'}}"));
    assert_int_equal(road_run(call), CALL_DONE);
    call_free(call);
    redrive(&game, arn);
    pass_time(&game, 1000);
    assert_string_equal(ending(&game, arn), "SUCCEEDED []");
    assert_string_equal(history(&game, arn),
                        "MapStateEntered<0 MapStateStarted<2 MapRunStarted<3 MapRunFailed<4 MapStateFailed<5 "
                        "ExecutionFailed<6 ExecutionRedriven<7 MapRunRedriven<8 MapRunSucceeded<9 MapStateSucceeded<10 "
                        "MapStateExited<10 ExecutionSucceeded<12");
    end_game(&game);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flows),
        cmocka_unit_test(test_restarts_change_nothing),
        cmocka_unit_test(test_who_may_not),
        cmocka_unit_test(test_full_histories),
        cmocka_unit_test(test_it_is_told),
        cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_children),
        cmocka_unit_test(test_old_children),
        cmocka_unit_test(test_express_children),
        cmocka_unit_test(test_reading_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
