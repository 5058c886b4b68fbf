#include "engine_fixture.h"

/* Executions started as MACHINE_ARN#T with a mock configuration file: JSON here has ' for ". */

#define TASK(name, resource, more) "'" name "':{'Type':'Task','Resource':'" resource "'," more "}"
#define LAMBDA                     "arn:aws:states:::lambda:invoke"
#define INSIDE(cause)                                                                                                  \
    "FAILED States.Runtime: An error occurred while executing the state 'A' (entered at the event id #2). " cause
#define RETRY       "'Retry':[{'ErrorEquals':['E'],'IntervalSeconds':1,'MaxAttempts':3,'BackoffRate':1}]"
#define THROW(name) "{'Throw':{'Error':'" name "','Cause':'C'}}"
#define STARTED     "TaskStateEntered<0 TaskScheduled<2 TaskStarted<3 "

static const struct mock_case {
    const char *states;    /* the machine's, the first of them A */
    const char *test_case; /* {STATE: RESPONSE} */
    const char *responses;
    const char *history; /* NULL: not looked at */
    const char *ending;
    const char *reason;
} cases[] = {
    { TASK("A", LAMBDA, "'Parameters':{'x':1},'End':true"), "{'A':'R'}", "{'R':{'0':{'Return':{'Payload': 1.0}}}}",
      STARTED "TaskSucceeded<4 TaskStateExited<5 ExecutionSucceeded<6", "SUCCEEDED {\"Payload\":1.0}",
      "the answer comes for any parameters, with the events of a call" },
    { TASK("A", LAMBDA, "'End':true"), "{'A':'R'}", "{'R':{'0':{'Return':null}}}", NULL, "SUCCEEDED null",
      "any value can be returned" },
    { TASK("A", LAMBDA, "'End':true"), "{'A':'R'}", "{'R':{'0':" THROW("E") "}}",
      STARTED "TaskFailed<4 ExecutionFailed<5", "FAILED E: C", "Throw" },
    { TASK("A", LAMBDA, RETRY ",'End':true"), "{'A':'R'}",
      "{'R':{'0':" THROW("E") ",'1-2':" THROW("E") ",'3':{'Return':'third'}}}", NULL, "SUCCEEDED \"third\"",
      "retries are answered by their number, ranges count all that they hold" },
    { "'A':{'Type':'Map','ItemsPath':'$.n','ItemProcessor':{'StartAt':'B','States':{" TASK("B", LAMBDA,
                                                                                           RETRY
                                                                                           ",'End':"
                                                                                           "true") "}"
                                                                                                   "},'End':true}",
      "{'B':'R'}", "{'R':{'0':" THROW("E") ",'1':{'Return':1},'2':{'Return':2}}}", NULL, "SUCCEEDED [2,1]",
      "one count for all iterations; the first is retried when the second has been answered" },
    { "'A':{'Type':'Map','MaxConcurrency':1,'ItemsPath':'$.n','ItemProcessor':{'StartAt':'B','States':{" TASK(
          "B", LAMBDA, RETRY ",'End':true") "}},'End':true}",
      "{'B':'R'}", "{'R':{'0':" THROW("E") ",'1':{'Return':1},'2':{'Return':2}}}", NULL, "SUCCEEDED [1,2]",
      "in turn, as Step Functions Local wants it" },
    { TASK("A", LAMBDA, "'Next':'C'") ",'C':{'Type':'Choice','Choices':[{'Variable':'$','NumericEquals':2,'Next':'D'}],"
                                      "'Default':'A'},'D':{'Type':'Succeed'}",
      "{'A':'R'}", "{'R':{'0-1':{'Return':1},'2':{'Return':2}}}", NULL, "SUCCEEDED 2", "a loop goes through them" },
    { TASK("A", LAMBDA, "'Catch':[{'ErrorEquals':['States.ALL'],'Next':'D'}],'End':true") ",'D':{'Type':'Succeed'}",
      "{'A':'R'}", "{'R':{'1':{'Return':1}}}", STARTED "ExecutionFailed<4",
      INSIDE("The mocked response 'R' has nothing for call 0."), "nothing catches what is not configured" },
    { TASK("A", LAMBDA, "'End':true"), "{'A':'Gone'}", "{'R':{'x':1}}", NULL,
      INSIDE("The mocked response 'Gone' has nothing for call 0."), "no such response" },
    { TASK("A", LAMBDA, "'End':true"), "{'A':7}", "{'R':{}}", NULL,
      INSIDE("The mocked response '' has nothing for call 0."), "a name that is none" },
    { TASK("A", LAMBDA, "'End':true"), "{'A':'R'}", "{'R':{'0':{'Throw':{'Cause':'C'}}}}", NULL,
      INSIDE("The mocked response 'R' has neither a Return nor a Throw with an Error for call 0."), "half an error" },
    { "'A':{'Type':'Pass','Next':'D'},'D':{'Type':'Succeed'}", "{'A':'Gone','X':'Gone'}", "{}", NULL,
      "SUCCEEDED {\"n\":[1,2]}", "what is not reached, no task or not there at all is not looked at" },
    { TASK("A", "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "'Parameters':{'t.$':'$$.Task.Token'},'End':true"),
      "{'A':'R'}", "{'R':{'0':{'Return':{'a':1}}}}",
      STARTED "TaskSubmitted<4 TaskSucceeded<5 TaskStateExited<6 ExecutionSucceeded<7", "SUCCEEDED {\"a\":1}",
      "a token, which nobody needs to bring back" },
    { TASK("A", "arn:aws:lambda:eu-west-1:111122223333:function:f", "'End':true"), "{'A':'R'}",
      "{'R':{'0':{'Return':1}}}",
      "TaskStateEntered<0 LambdaFunctionScheduled<2 LambdaFunctionStarted<3 LambdaFunctionSucceeded<4 "
      "TaskStateExited<5 ExecutionSucceeded<6",
      "SUCCEEDED 1", "a function by its ARN" },
    { TASK("A", "arn:aws:states:eu-west-1:111122223333:activity:a", "'TimeoutSeconds':5,'End':true"), "{'A':'R'}",
      "{'R':{'0':{'Return':1}}}",
      "TaskStateEntered<0 ActivityScheduled<2 ActivityStarted<3 ActivitySucceeded<4 TaskStateExited<5 "
      "ExecutionSucceeded<6",
      "SUCCEEDED 1", "an activity that nobody made" },
    { TASK("A", LAMBDA, "'Next':'B'") "," TASK("B", "arn:aws:states:::aws-sdk:sfn:listActivities",
                                               "'Parameters':{},'End':true"),
      "{'A':'R'}", "{'R':{'0':{'Return':{}}}}", NULL, "SUCCEEDED {\"Activities\":[]}", "other tasks do their work" },
};

static char *folder;

static const char *with_quotes(const char *text)
{
    static char texts[4][8 * 1024];
    static int next;
    char *to = texts[next++ % 4];
    snprintf(to, sizeof texts[0], "%s", text);
    for (char *at = to; *at; at++)
        if (*at == '\'')
            *at = '"';
    return to;
}

static void write_file(const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/mocks.json", folder);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(with_quotes(text), file);
    fclose(file);
    setenv("SFN_MOCK_CONFIG", path, 1);
}

static void configure(const char *test_case, const char *responses)
{
    char text[4096];
    snprintf(text, sizeof text, "{'StateMachines':{'m':{'TestCases':{'T':%s}}},'MockedResponses':%s}", test_case,
             responses);
    write_file(text);
}

static void make(struct game *game, const char *type, const char *states)
{
    char text[4096];
    snprintf(text, sizeof text, "{'StartAt':'A','States':{%s}}", states);
    make_machine(game, "m", type, with_quotes(text));
}

static void check(const struct mock_case *row)
{
    struct game game = start_game(NULL);
    configure(row->test_case, row->responses);
    make(&game, "STANDARD", row->states);
    const char *arn = start(&game, "m#T", "x", "{\"n\":[1,2]}");
    pass_time(&game, 10000);
    if (strcmp(ending(&game, arn), row->ending) != 0)
        fail_msg("%s\n%s: %s", row->states, row->reason, ending(&game, arn));
    if (row->history && strcmp(history(&game, arn), row->history) != 0)
        fail_msg("%s\n%s: %s", row->states, row->reason, history(&game, arn));
    end_game(&game);
}

static void test_answers(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(&cases[i]);
}

static const struct {
    const char *file; /* NULL: there is none */
    const char *machine, *expected, *reason;
} bad_starts[] = {
    { "{'StateMachines':{'m':{'TestCases':{'T':{}}}}}", "m#U",
      "ValidationException: The mock configuration file has no test case 'U' of state machine 'm'", "no such case" },
    { "{'StateMachines':{'m':{'TestCases':{'T':[]}}}}", "m#T", "has no test case 'T' of state machine 'm'",
      "a case that is none" },
    { "{'StateMachines':{}}", "m#T", "has no test case 'T' of state machine 'm'", "no such machine in it" },
    { "[", "m#T", "mocks.json is no JSON: line 1, column 2: ", "no JSON" },
    { NULL, "m#T", "/nowhere/mocks.json cannot be used: No such file or directory", "no file" },
    { "{}", "none#T", "StateMachineDoesNotExist: ", "no such machine" },
};

static void test_bad_starts(void **state)
{
    struct game game = start_game(NULL);
    make(&game, "STANDARD", "'A':{'Type':'Succeed'}");
    for (size_t i = 0; i < sizeof bad_starts / sizeof *bad_starts; i++) {
        if (bad_starts[i].file)
            write_file(bad_starts[i].file);
        else
            setenv("SFN_MOCK_CONFIG", "/nowhere/mocks.json", 1);
        const char *answer = ask(&game, "StartExecution",
                                 "{\"stateMachineArn\":\"" ARN("stateMachine:%s") "\",\"name\":\"x\"}",
                                 bad_starts[i].machine);
        if (!strstr(answer, bad_starts[i].expected))
            fail_msg("%s: %s", bad_starts[i].reason, answer);
    }
    unsetenv("SFN_MOCK_CONFIG");
    assert_non_null(strstr(ask(&game, "StartExecution", "{\"stateMachineArn\":\"" ARN("stateMachine:m#T") "\"}"),
                           "StateMachineDoesNotExist: "));
    assert_string_equal(
        member(ask(&game, "ListExecutions", "{\"stateMachineArn\":\"" ARN("stateMachine:m") "\"}"), "executions"),
        "[]");
    end_game(&game);
}

static void note_nothing(struct call *call)
{
}

static void test_express_executions_are_answered_too(void **state)
{
    struct game game = start_game(NULL);
    configure("{'A':'R'}", "{'R':{'0':{'Return':[7]}}}");
    make(&game, "EXPRESS", TASK("A", LAMBDA, "'End':true"));
    struct call *call = new_call(&game, "StartSyncExecution", "{\"stateMachineArn\":\"" ARN("stateMachine:m#T") "\"}");
    call->finished = note_nothing;
    assert_int_equal(road_run(call), CALL_PARKED);
    world_settle(game.world, 1000);
    assert_string_equal(member(answer_of(call), "output"), "[7]");
    assert_string_equal(member(answer_of(call), "stateMachineArn"), ARN("stateMachine:m"));
    call_free(call);
    end_game(&game);
}

/* What was configured at the start holds to the end, and no call is counted twice or forgotten. */
static void test_counts_outlive_a_restart(void **state)
{
    char *data = make_folder();
    struct game game = start_game(data);
    configure("{'A':'R'}", "{'R':{'0-3':" THROW("E") ",'4':{'Return':'fifth'},'5':{'Return':'sixth'}}}");
    make(&game, "STANDARD",
         TASK("A", LAMBDA,
              "'Retry':[{'ErrorEquals':['E'],'IntervalSeconds':1,'MaxAttempts':9,"
              "'BackoffRate':1}],'End':true"));
    const char *arn = start(&game, "m#T", "x", "{}");
    configure("{'A':'Gone'}", "{}");
    for (int i = 0; i < 12; i++) {
        pass_time(&game, 500);
        restart(&game);
    }
    assert_string_equal(ending(&game, arn), "SUCCEEDED \"fifth\"");
    assert_int_equal(count_events(&game, arn, "TaskScheduled"), 5);
    end_game(&game);
    remove_folder(data);
}

/* Each execution of a distributed Map is answered by the same test case, from its first answer on. */
static void test_distributed_maps(void **state)
{
    struct game game = start_game(NULL);
    configure("{'B':'R'}", "{'R':{'0':{'Return':'first'},'1':{'Return':'second'}}}");
    make(&game, "STANDARD",
         "'A':{'Type':'Map','ItemsPath':'$.n','ItemProcessor':{'ProcessorConfig':{'Mode':'DISTRIBUTED',"
         "'ExecutionType':'STANDARD'},'StartAt':'B','States':{" TASK("B", LAMBDA, "'End':true") "}},'End':true}");
    const char *arn = start(&game, "m#T", "x", "{\"n\":[1,2]}");
    pass_time(&game, 10000);
    assert_string_equal(ending(&game, arn), "SUCCEEDED [\"first\",\"first\"]");
    end_game(&game);
}

static int make_place(void **state)
{
    folder = make_folder();
    return 0;
}

static int remove_place(void **state)
{
    unsetenv("SFN_MOCK_CONFIG");
    remove_folder(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_bad_starts),
        cmocka_unit_test(test_express_executions_are_answered_too),
        cmocka_unit_test(test_counts_outlive_a_restart),
        cmocka_unit_test(test_distributed_maps),
    };
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
