#include "engine_fixture.h"

/* States in JSONata, run: definitions are JSON with ' for " (and expressions with ` for '). */

struct flow_case {
    const char *states; /* the machine's, the first of them A */
    const char *input;
    const char *history; /* NULL: not looked at */
    const char *ending;
    const char *reason;
};

#define PASS_B "'B':{'Type':'Pass','End':true}"
#define INSIDE(cause)                                                                                                  \
    "FAILED States.QueryEvaluationError: An error occurred while executing the state 'A' "                             \
    "(entered at the event id #2). " cause
#define SAID(text, field) "The JSONata expression '" text "' specified for the field '" field "' "
/* A task that fails with Sfn.ExecutionDoesNotExistException. */
#define FAILING_TASK(more)                                                                                             \
    "'A':{'Type':'Task','Resource':'arn:aws:states:::aws-sdk:sfn:describeExecution',"                                  \
    "'Arguments':{'ExecutionArn':'{% $states.input.arn %}'}," more "}"
#define NO_ARN "{\"arn\":\"" ARN("execution:none:none") "\"}"

static const struct flow_case flow_cases[] = {
    /* Pass, Succeed, Fail */
    { "'A':{'Type':'Pass','End':true}", "{ \"a\" : 1.0 }", "PassStateEntered<0 PassStateExited<2 ExecutionSucceeded<3",
      "SUCCEEDED { \"a\" : 1.0 }", "without Output the input goes on as it came" },
    { "'A':{'Type':'Pass','Output':{'v':'{% $states.input.a * 2 %}','w':1.0},'End':true}", "{\"a\":3}", NULL,
      "SUCCEEDED {\"v\":6,\"w\":1.0}", "Output" },
    { "'A':{'Type':'Pass','Assign':{'x':1,'y':'{% $states.context.State.Name %}'},'Next':'B'},"
      "'B':{'Type':'Pass','Assign':{'x':'{% $x + 1 %}','z':'{% $x %}'},'Output':'{% $x %}','Next':'C'},"
      "'C':{'Type':'Succeed','Output':'{% [$x, $y, $z] %}'}",
      "{}", NULL, "SUCCEEDED [2,\"A\",1]", "all of Assign, and Output, see the old values" },
    { "'A':{'Type':'Pass','Output':{'a':{'b':'{% $nope %}'}},'End':true}", "{}",
      "PassStateEntered<0 EvaluationFailed<2 ExecutionFailed<3",
      INSIDE(SAID("$nope", "Output/a/b") "returned nothing (undefined)."), "FAULTS SF25" },
    { "'A':{'Type':'Pass','Assign':{'x':['{% $nope() %}']},'End':true}", "{}", NULL,
      INSIDE(SAID("$nope()", "Assign/x[0]") "threw an error during evaluation. T1006: Attempted to invoke a "
                                            "non-function"),
      "FAULTS SF25" },
    { "'A':{'Type':'Fail','Error':'{% `E` & $states.input.n %}','Cause':'{% $states.input.c %}'}",
      "{\"n\":1,\"c\":\"C\"}", "FailStateEntered<0 ExecutionFailed<2", "FAILED E1: C", "Fail" },
    { "'A':{'Type':'Fail','Cause':'{% $states.input.n %}'}", "{\"n\":1}",
      "FailStateEntered<0 EvaluationFailed<2 ExecutionFailed<3",
      INSIDE(SAID("$states.input.n", "Cause") "returned an unexpected result type. Expected 'string', but was "
                                              "'number' for value: 1"),
      "texts are texts" },
    /* Choice */
    { "'A':{'Type':'Choice','Choices':[{'Condition':'{% $states.input.n > 5 %}','Next':'B'},"
      "{'Condition':'{% $states.input.n > 1 %}','Output':{'o':'{% $states.input.n %}'},'Assign':{'v':'rule'},"
      "'Next':'C'}],'Default':'B','Output':'default'}," PASS_B ",'C':{'Type':'Pass','Output':'{% [$states.input, $v] "
      "%}','End':true}",
      "{\"n\":2}", NULL, "SUCCEEDED [{\"o\":2},\"rule\"]", "the rule that holds says what goes out" },
    { "'A':{'Type':'Choice','Choices':[{'Condition':false,'Output':'rule','Next':'B'}],'Default':'B',"
      "'Output':'default'}," PASS_B,
      "1", NULL, "SUCCEEDED \"default\"", "the state's own Output is Default's" },
    { "'A':{'Type':'Choice','Choices':[{'Condition':false,'Next':'B'},{'Condition':'{% $states.input.x %}',"
      "'Next':'B'}],'Default':'B'}," PASS_B,
      "{}", "ChoiceStateEntered<0 EvaluationFailed<2 ExecutionFailed<3",
      INSIDE(SAID("$states.input.x", "Choices[1]/Condition") "returned nothing (undefined)."), "the rule's number" },
    { "'A':{'Type':'Choice','Choices':[{'Condition':'{% 1 %}','Next':'B'}]}," PASS_B, "{}", NULL,
      INSIDE(SAID("1", "Choices[0]/Condition") "returned an unexpected result type. Expected 'boolean', but was "
                                               "'number' for value: 1"),
      "a condition is true or false" },
    { "'A':{'Type':'Choice','Choices':[{'Condition':true,'Output':'{% $no %}','Next':'B'}]}," PASS_B, "{}", NULL,
      INSIDE(SAID("$no", "Choices[0]/Output") "returned nothing (undefined)."), "" },
    /* Wait */
    { "'A':{'Type':'Wait','Seconds':'{% $states.input %}','Output':'{% $states.input + 1 %}','End':true}", "2", NULL,
      "SUCCEEDED 3", "Wait, and what it says afterwards" },
    { "'A':{'Type':'Wait','Timestamp':'{% $fromMillis($millis() + 1000) %}','End':true}", "1", NULL, "SUCCEEDED 1",
      "until a moment" },
    { "'A':{'Type':'Wait','Seconds':'{% $states.input %}','End':true}", "\"2\"", NULL,
      INSIDE(SAID("$states.input", "Seconds") "returned an unexpected result type. Expected 'number', but was 'string' "
                                              "for value: \"2\""),
      "" },
    { "'A':{'Type':'Wait','Seconds':'{% -1 %}','End':true}", "{}", NULL,
      INSIDE(SAID("-1", "Seconds") "did not return an integer between 0 and 99999999 for value: -1"), "" },
    { "'A':{'Type':'Wait','Timestamp':'{% `soon` %}','End':true}", "{}", NULL,
      INSIDE(SAID("'soon'", "Timestamp") "did not return a valid ISO-8601 extended offset date-time format string for "
                                         "value: \"soon\""),
      "" },
    /* Task: Arguments, Catch, limits */
    { FAILING_TASK(
          "'Catch':[{'ErrorEquals':['States.ALL'],'Next':'B'}],'End':true") ",'B':{'Type':'Pass','Output':"
                                                                            "'{% [$keys($states.input), "
                                                                            "$states.input.Error] %}','End':true}",
      NO_ARN, NULL, "SUCCEEDED [\"Error\",\"Cause\",\"Sfn.ExecutionDoesNotExistException\"]",
      "without Output the error goes out" },
    { FAILING_TASK("'Catch':[{'ErrorEquals':['States.ALL'],'Output':{'e':'{% $states.errorOutput.Error %}',"
                   "'i':'{% $exists($states.input.arn) %}'},'Assign':{'was':'{% $states.errorOutput.Error %}'},"
                   "'Next':'B'}],'End':true") ",'B':{'Type':'Pass','Output':'{% $merge([$states.input, {`v`: $was}]) "
                                              "%}','End':true}",
      NO_ARN, NULL,
      "SUCCEEDED "
      "{\"e\":\"Sfn.ExecutionDoesNotExistException\",\"i\":true,\"v\":\"Sfn.ExecutionDoesNotExistException\"}",
      "Catch has $states.errorOutput" },
    { FAILING_TASK("'Catch':[{'ErrorEquals':['X'],'Next':'B'},{'ErrorEquals':['States.ALL'],'Output':'{% $no %}',"
                   "'Next':'B'}],'End':true") "," PASS_B,
      NO_ARN, "TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 TaskFailed<4 EvaluationFailed<5 ExecutionFailed<6",
      INSIDE(SAID("$no", "Catch[1]/Output") "returned nothing (undefined)."), "Catch can fail, too" },
    { FAILING_TASK("'Catch':[{'ErrorEquals':['States.QueryEvaluationError'],'Next':'B'}],'End':true") "," PASS_B, "{}",
      "TaskStateEntered<0 EvaluationFailed<2 TaskStateExited<3 PassStateEntered<4 PassStateExited<5 "
      "ExecutionSucceeded<6",
      NULL, "an evaluation's failure is caught" },
    { FAILING_TASK("'Retry':[{'ErrorEquals':['States.QueryEvaluationError'],'MaxAttempts':1}],'End':true"), "{}",
      "TaskStateEntered<0 EvaluationFailed<2 EvaluationFailed<3 ExecutionFailed<4", NULL, "and retried" },
    { "'A':{'Type':'Task','Resource':'arn:aws:states:::aws-sdk:sfn:listStateMachines','Arguments':{},"
      "'Output':'{% $states.result.StateMachines.Name %}','Assign':{'n':'{% $count($states.result.StateMachines) %}'},"
      "'Next':'B'},'B':{'Type':'Pass','Output':'{% [$states.input, $n] %}','End':true}",
      "{}", NULL, "SUCCEEDED [\"m\",1]", "$states.result" },
    { "'A':{'Type':'Task','Resource':'arn:aws:states:::aws-sdk:sfn:listStateMachines','TimeoutSeconds':'{% 0.5 "
      "%}','End':true}",
      "{}", NULL,
      INSIDE(SAID("0.5", "TimeoutSeconds") "did not return an integer between 1 and 99999999 for value: 0.5"), "" },
    /* Parallel and Map */
    { "'A':{'Type':'Parallel','Arguments':{'n':'{% $states.input.n %}'},'Assign':{'both':'{% $states.result %}'},"
      "'Branches':[{'StartAt':'P','States':{'P':{'Type':'Pass','Assign':{'v':'inner'},'Output':'{% $states.input.n %}',"
      "'End':true}}},{'StartAt':'Q','States':{'Q':{'Type':'Pass','Output':'{% $v %}','End':true}}}],'Output':'{% "
      "$sum($states.result) %}','Next':'B'}," PASS_B,
      "{\"n\":4}", NULL,
      "FAILED States.QueryEvaluationError: An error occurred while executing the state 'Q' (entered at the event id "
      "#6). " SAID("$v", "Output") "returned nothing (undefined).",
      "a branch does not see another's variables" },
    { "'A':{'Type':'Parallel','Arguments':{'n':'{% $states.input.n %}'},"
      "'Branches':[{'StartAt':'P','States':{'P':{'Type':'Pass','Output':'{% $states.input.n %}',"
      "'End':true}}}],'Output':'{% $states.result %}','End':true}",
      "{\"n\":4}", NULL, "SUCCEEDED [4]", "Parallel's Arguments and result" },
    { "'A':{'Type':'Pass','Assign':{'k':10},'Next':'M'},'M':{'Type':'Map','Items':'{% $states.input.list %}',"
      "'ItemSelector':{'i':'{% $states.context.Map.Item.Index %}','v':'{% $states.context.Map.Item.Value + $k %}',"
      "'all':'{% $count($states.input.list) %}'},'MaxConcurrency':'{% 1 %}','ItemProcessor':{'StartAt':'I','States':"
      "{'I':{'Type':'Pass','Assign':{'k':'{% $k + 1 %}'},'Next':'J'},'J':{'Type':'Pass','Output':"
      "'{% [$states.input.i, $states.input.v, $states.input.all, $k] %}','End':true}}},'Assign':{'r':'{% $k %}'},"
      "'Output':'{% $append($states.result, $k) %}','End':true}",
      "{\"list\":[5,6]}", NULL, "SUCCEEDED [[0,15,2,11],[1,16,2,11],10]",
      "items, what is selected of them, and variables of their own" },
    { "'A':{'Type':'Map','Items':[1,'{% $states.input %}'],'ItemProcessor':{'StartAt':'I','States':{'I':{'Type':"
      "'Pass','End':true}}},'End':true}",
      "7", NULL, "SUCCEEDED [1,7]", "Items with expressions in it" },
    { "'A':{'Type':'Map','ItemProcessor':{'StartAt':'I','States':{'I':{'Type':'Pass','End':true}}},'End':true}",
      "{ \"a\": 1}", "MapStateEntered<0 EvaluationFailed<0 MapStateFailed<3 ExecutionFailed<4",
      INSIDE("Map state input must be an array but was: { \"a\": 1}"), "recorded" },
    { "'A':{'Type':'Map','Items':[1,2],'MaxConcurrency':1,'ItemSelector':'{% $states.context.Map.Item.Value = 1 ? 1 : "
      "$no %}','ItemProcessor':{'StartAt':'I','States':{'I':{'Type':'Pass','End':true}}},'End':true}",
      "{}",
      "MapStateEntered<0 MapStateStarted<2 MapIterationStarted<3 PassStateEntered<4 PassStateExited<5 "
      "MapIterationSucceeded<6 EvaluationFailed<7 MapStateFailed<8 ExecutionFailed<9",
      NULL, "a selector may fail in the middle" },
    { "'A':{'Type':'Map','Items':[1],'ToleratedFailurePercentage':'{% 101 %}','ItemProcessor':{'StartAt':'I','States':"
      "{'I':{'Type':'Pass','End':true}}},'End':true}",
      "{}", NULL,
      INSIDE(SAID("101", "ToleratedFailurePercentage") "did not return a number in its range for value: 101"), "" },
};

/* ' is ", ` is '. */
static const char *definition_of(const char *states)
{
    static char text[8 * 1024];
    snprintf(text, sizeof text, "{'QueryLanguage':'JSONata','StartAt':'A','States':{%s}}", states);
    for (char *at = text; *at; at++)
        *at = *at == '\'' ? '"' : *at == '`' ? '\'' : *at;
    return text;
}

static void check_flow(const struct flow_case *row)
{
    struct game game = start_game(NULL);
    make_machine(&game, "m", "STANDARD", definition_of(row->states));
    const char *arn = start(&game, "m", "x", row->input);
    world_settle(game.world, 1000 * 1000);
    const char *events = history(&game, arn);
    if (row->history && strcmp(events, row->history) != 0)
        fail_msg("%s: %s\n  expected %s\n  got      %s", row->states, row->reason, row->history, events);
    const char *end = ending(&game, arn);
    if (row->ending && strcmp(end, row->ending) != 0)
        fail_msg("%s: %s\n  expected %s\n  got      %s", row->states, row->reason, row->ending, end);
    end_game(&game);
}

static void test_flows(void **state)
{
    for (size_t i = 0; i < sizeof flow_cases / sizeof *flow_cases; i++)
        check_flow(&flow_cases[i]);
}

/* ---- a language a state ---- */

static void test_languages_share_variables(void **state)
{
    struct game game = start_game(NULL);
    make_machine(&game, "m", "STANDARD",
                 "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Pass\",\"Assign\":{\"v.$\":\"$.n\"},\"Next\":\"B\"},"
                 "\"B\":{\"Type\":\"Pass\",\"QueryLanguage\":\"JSONata\",\"Assign\":{\"w\":\"{% $v * 2 %}\"},\"Next\":"
                 "\"C\"},\"C\":{\"Type\":\"Pass\",\"Parameters\":{\"v.$\":\"$v\",\"w.$\":\"$w\"},\"End\":true}}}");
    const char *arn = start(&game, "m", "x", "{\"n\":4}");
    world_settle(game.world, 1000);
    assert_string_equal(ending(&game, arn), "SUCCEEDED {\"v\":4,\"w\":8}");
    assert_string_equal(
        member(ask(&game, "DescribeStateMachine", "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\"}"),
               "variableReferences"),
        "{\"B\":[\"v\"],\"C\":[\"v\",\"w\"]}");
    end_game(&game);
}

/* ---- limits ---- */

static void test_variables_have_limits(void **state)
{
    static const char cause[] = "FAILED States.DataLimitExceeded: An error occurred while executing the state 'A' "
                                "(entered at the event id #2). The variables assigned by the state 'A' exceed the "
                                "maximum number of bytes service limit.";
    static const struct {
        const char *states, *ending;
    } rows[] = {
        { "'A':{'Type':'Pass','Assign':{'x':'{% $pad(``,262000,`x`) %}'},'Output':1,'End':true}", "SUCCEEDED 1" },
        { "'A':{'Type':'Pass','Assign':{'x':'{% $pad(``,131072,`x`) %}','y':'{% $pad(``,131072,`x`) %}'},'End':true}",
          cause },
        { "'A':{'Type':'Pass','Output':'{% $pad(``,262145,`x`) %}','End':true}",
          "FAILED States.DataLimitExceeded: The state/task 'A' returned a result with a size exceeding the maximum "
          "number of bytes service limit." },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct game game = start_game(NULL);
        make_machine(&game, "m", "STANDARD", definition_of(rows[i].states));
        const char *arn = start(&game, "m", "x", "{}");
        world_settle(game.world, 1000);
        assert_string_equal(ending(&game, arn), rows[i].ending);
        end_game(&game);
    }
}

#define HEAVY(name)                                                                                                    \
    "{'StartAt':'" name "','States':{'" name                                                                           \
    "':{'Type':'Pass','Output':'{% $count($map([1..20000], function($v){ $v * $v })) %}','End':true}}}"

/* Four heavy branches: one turn of the loop does not take them all. */
static void test_heavy_expressions_leave_the_loop_its_turns(void **state)
{
    struct game game = start_game(NULL);
    make_machine(&game, "m", "STANDARD",
                 definition_of("'A':{'Type':'Parallel','Branches':[" HEAVY("a") "," HEAVY("b") "," HEAVY("c") "," HEAVY(
                     "d") "],'End':true}"));
    const char *arn = start(&game, "m", "x", "{}");
    int turns = 1;
    while (world_run(game.world, 1) && turns < 1000)
        turns++;
    assert_true(turns >= 3); /* each is a turn's work, the first that of the start */
    world_settle(game.world, 1000);
    assert_string_equal(ending(&game, arn), "SUCCEEDED [20000,20000,20000,20000]");
    end_game(&game);
}

/* ---- the world ends in the middle ---- */

/* Items that were computed are kept: the clock goes on, but the items are those of the beginning. */
static void test_items_outlive_a_restart(void **state)
{
    char *folder = make_folder();
    struct game game = start_game(folder);
    make_machine(&game, "m", "STANDARD",
                 definition_of("'A':{'Type':'Map','Items':'{% [1..3].($millis()) %}','MaxConcurrency':'{% 1 %}',"
                               "'ItemProcessor':{'StartAt':'W','States':{'W':{'Type':'Wait','Seconds':1,'End':true}}},"
                               "'Output':'{% $count($distinct($states.result)) & ` of ` & $count($states.result) %}',"
                               "'End':true}"));
    const char *arn = start(&game, "m", "x", "{}");
    for (int i = 0; i < 8; i++) {
        pass_time(&game, 500);
        restart(&game);
    }
    assert_string_equal(ending(&game, arn), "SUCCEEDED \"1 of 3\"");
    assert_int_equal(count_events(&game, arn, "MapIterationStarted"), 3);
    end_game(&game);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flows),
        cmocka_unit_test(test_languages_share_variables),
        cmocka_unit_test(test_variables_have_limits),
        cmocka_unit_test(test_heavy_expressions_leave_the_loop_its_turns),
        cmocka_unit_test(test_items_outlive_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
