#include "engine_fixture.h"

/* TestState. Definitions, and the rest of the request, are JSON with ' for " (and ` for '). */

struct trial_case {
    const char *state;  /* the definition */
    const char *more;   /* further members of the request; the input is {"a":1} unless it says otherwise */
    const char *answer; /* "Code: message", or the answer with ' for " */
    const char *reason;
};

#define DEBUG           "'inspectionLevel':'DEBUG'"
#define INPUT           "'input':'{\\'a\\':1}'"
#define RESULT(text)    "'mock':{'result':'" text "'}"
#define ERROR_OUTPUT    "'mock':{'errorOutput':{'error':'E','cause':'C'}}"
#define TASK(more)      "{'Type':'Task','Resource':'arn:aws:states:::sqs:sendMessage'" more ",'Next':'N'}"
#define INVOKE(more)    "{'Type':'Task','Resource':'arn:aws:states:::lambda:invoke'" more ",'End':true}"
#define JSONATA         "'QueryLanguage':'JSONata'"
#define PROCESSOR       "'ItemProcessor':{'StartAt':'I','States':{'I':{'Type':'Pass','End':true}}}"
#define MAP(more)       "{'Type':'Map'," PROCESSOR more ",'Next':'N'}"
#define BRANCH(name)    "{'StartAt':'" name "','States':{'" name "':{'Type':'Pass','End':true}}}"
#define PARALLEL(more)  "{'Type':'Parallel','Branches':[" BRANCH("P") "," BRANCH("Q") "]" more ",'End':true}"
#define INVALID         "ValidationException: "
#define SCHEMA          INVALID "Mock result schema validation error: "
#define ONLY_INPUT      "'inspectionData':{'input':'{\\'a\\':1}'"
#define AFTER(step, of) ",'after" step "':'" of "'"

static const struct trial_case trial_cases[] = {
    /* what is told */
    { "{'Type':'Pass','Next':'N'}", "", "{'status':'SUCCEEDED','output':'{\\'a\\':1}','nextState':'N'}",
      "INFO is what is told unless asked; the next state need not be there" },
    { "{'Type':'Pass','InputPath':'$.a','ResultPath':'$.b','End':true}", DEBUG,
      "{'status':'SUCCEEDED','output':'{\\'a\\':1,\\'b\\':1}'," ONLY_INPUT AFTER("InputPath", "1")
          AFTER("Parameters", "1") AFTER("ResultSelector", "1") AFTER("ResultPath", "{\\'a\\':1,\\'b\\':1}") "}}",
      "recorded: every step of a Pass" },
    { "{'Type':'Pass','InputPath':'$.b','End':true}", DEBUG,
      "{'status':'FAILED','error':'States.Runtime','cause':'Invalid path `$.b` : No results for path: "
      "$[`b`]'," ONLY_INPUT "}}",
      "the cause without the state it happened in" },
    { "{'Type':'Wait','Seconds':5,'End':true}", DEBUG,
      "{'status':'SUCCEEDED','output':'{\\'a\\':1}'," ONLY_INPUT AFTER("InputPath", "{\\'a\\':1}") "}}", "Wait waits" },
    { "{'Type':'Wait','Seconds':500,'End':true}", "", "{'status':'FAILED','error':'States.Timeout'}",
      "but five minutes at most" },
    { "{'Type':'Choice','Choices':[{'Variable':'$.a','NumericEquals':1,'Next':'Y'}],'Default':'N'}", "",
      "{'status':'SUCCEEDED','output':'{\\'a\\':1}','nextState':'Y'}", "" },
    { "{'Type':'Fail','Error':'E','CausePath':'$.a'}", "", "{'status':'FAILED','error':'E','cause':'1'}", "" },
    { "{'Type':'Pass'," JSONATA ",'Assign':{'v':'{% $w + 1 %}'},'Output':'{% $w %}','End':true}",
      DEBUG ",'variables':'{\\'w\\':5,\\'x\\':0}'",
      "{'status':'SUCCEEDED','output':'5'," ONLY_INPUT ",'variables':'{\\'w\\':5,\\'x\\':0,\\'v\\':6}'}}",
      "variables given, and those there are afterwards" },
    { "{'Type':'Pass'," JSONATA ",'Output':'{% $no %}','End':true}", "",
      "{'status':'FAILED','error':'States.QueryEvaluationError','cause':'The JSONata expression `$no` specified for "
      "the "
      "field `Output` returned nothing (undefined).'}",
      "measured on AWS (floci-io/floci issue 2737)" },
    { "{'Type':'Pass'," JSONATA ",'Output':'{% [$states.context.State.Name, $keys($states.context.Execution), "
      "$states.context.Execution.RoleArn] %}','End':true}",
      "",
      "{'status':'SUCCEEDED','output':'[\\'StateName\\',\\'Id\\',\\'Input\\',\\'Name\\',\\'RoleArn\\',\\'StartTime\\'"
      ","
      "null]'}",
      "recorded: the context that is made up" },
    /* tasks */
    { "{'Type':'Task','Resource':'arn:aws:states:::aws-sdk:sfn:listStateMachines','Parameters':{},'ResultSelector':"
      "{'n.$':'States.ArrayLength($.StateMachines)'},'End':true}",
      "'roleArn':'" ROLE "'", "{'status':'SUCCEEDED','output':'{\\'n\\':0}'}", "without a mock the call is made" },
    { "{'Type':'Task','Resource':'arn:aws:states:::aws-sdk:sfn:describeExecution','Parameters':{'ExecutionArn':'" ARN(
          "execution:m:x") "'},'Retry':[{'ErrorEquals':['States.ALL']}],'End':true}",
      "'roleArn':'" ROLE "','inspectionLevel':'DEBUG','input':'{}'", NULL, "its error is one, too" },
    { TASK(",'Parameters':{'b.$':'$.a'},'ResultPath':'$.r'"), DEBUG "," RESULT("{\\'x\\': 2}"),
      "{'status':'SUCCEEDED','output':'{\\'a\\':1,\\'r\\':{\\'x\\':2}}','nextState':'N'," ONLY_INPUT AFTER(
          "InputPath", "{\\'a\\':1}")
          AFTER("Parameters", "{\\'b\\':1}") ",'result':'{\\'x\\': 2}'" AFTER("ResultSelector", "{\\'x\\': 2}")
              AFTER("ResultPath", "{\\'a\\':1,\\'r\\':{\\'x\\':2}}") "}}",
      "a mocked result goes the way of a result" },
    { TASK("," JSONATA ",'Arguments':{'b':'{% $states.input.a %}'},'Output':'{% $states.result.x %}'"),
      DEBUG "," RESULT("{\\'x\\': 2}"),
      "{'status':'SUCCEEDED','output':'2','nextState':'N'," ONLY_INPUT AFTER(
          "Arguments", "{\\'b\\':1}") ",'result':'{\\'x\\': 2}'}}",
      "in JSONata" },
    { TASK(""), DEBUG "," ERROR_OUTPUT,
      "{'status':'FAILED','error':'E','cause':'C'," ONLY_INPUT AFTER("InputPath", "{\\'a\\':1}")
          AFTER("Parameters", "{\\'a\\':1}") "}}",
      "a mocked error" },
    { TASK(",'Retry':[{'ErrorEquals':['X']},{'ErrorEquals':['E'],'IntervalSeconds':3,'BackoffRate':2,'MaxAttempts':2,"
           "'MaxDelaySeconds':5}],'Catch':[{'ErrorEquals':['States.ALL'],'ResultPath':'$.e','Next':'C'}]"),
      "'inspectionLevel':'TRACE'," ERROR_OUTPUT,
      "{'status':'RETRIABLE','error':'E','cause':'C'," ONLY_INPUT AFTER("InputPath", "{\\'a\\':1}")
          AFTER("Parameters", "{\\'a\\':1}") ",'errorDetails':{'retryIndex':1,'retryBackoffIntervalSeconds':3}}}",
      "the retrier that covers it, and when it would try" },
    { TASK(",'Retry':[{'ErrorEquals':['E'],'IntervalSeconds':3,'MaxDelaySeconds':5}]"),
      DEBUG "," ERROR_OUTPUT ",'stateConfiguration':{'retrierRetryCount':1},'input':'{}'",
      "{'status':'RETRIABLE','error':'E','cause':'C','inspectionData':{'input':'{}','afterInputPath':'{}',"
      "'afterParameters':'{}','errorDetails':{'retryIndex':0,'retryBackoffIntervalSeconds':5}}}",
      "MaxDelaySeconds" },
    { TASK(",'Retry':[{'ErrorEquals':['E'],'MaxAttempts':2}],'Catch':[{'ErrorEquals':['X'],'Next':'D'},{'ErrorEquals':["
           "'States.ALL'],'ResultPath':'$.e','Next':'C'}]"),
      DEBUG "," ERROR_OUTPUT ",'stateConfiguration':{'retrierRetryCount':2}",
      "{'status':'CAUGHT_ERROR','output':'{\\'a\\':1,\\'e\\':{\\'Error\\':\\'E\\',\\'Cause\\':\\'C\\'}}','error':'E',"
      "'cause':'C','nextState':'C'," ONLY_INPUT AFTER("InputPath", "{\\'a\\':1}")
          AFTER("Parameters", "{\\'a\\':1}") ",'errorDetails':{'catchIndex':1,'retryIndex':0}}}",
      "no attempt is left: caught" },
    { TASK("," JSONATA ",'Catch':[{'ErrorEquals':['E'],'Output':'{% $no %}','Next':'C'}]"), ERROR_OUTPUT,
      "{'status':'FAILED','error':'States.QueryEvaluationError','cause':'The JSONata expression `$no` specified for "
      "the "
      "field `Catch[0]/Output` returned nothing (undefined).'}",
      "a catcher that fails" },
    { "{'Type':'Task','Resource':'arn:aws:states:::sqs:sendMessage.waitForTaskToken','Parameters':{'t.$':"
      "'$$.Task.Token'},'ResultSelector':{'t.$':'$$.Task.Token'},'End':true}",
      "'context':'{\\'Task\\':{\\'Token\\':\\'T\\'}}'," RESULT("1"),
      "{'status':'SUCCEEDED','output':'{\\'t\\':\\'T\\'}'}", "the context that is given" },
    { "{'Type':'Task','Resource':'" ARN("activity:a") "','End':true}", RESULT("[1]"),
      "{'status':'SUCCEEDED','output':'[1]'}", "an activity with a mock" },
    /* what a mocked result must look like */
    { INVOKE(""), RESULT("{\\'StatusCode\\':\\'200\\'}"), SCHEMA "Field 'StatusCode' must be a number", "recorded" },
    { INVOKE(""), RESULT("{\\'Payload\\':1}"), SCHEMA "Field 'Payload' must be a string", "" },
    { INVOKE(""), RESULT("{\\'random\\':1,\\'StatusCode\\':null}"),
      "{'status':'SUCCEEDED','output':'{\\'random\\':1,\\'StatusCode\\':null}'}",
      "recorded: what is not known is let be" },
    { INVOKE(""), RESULT("[]"), SCHEMA "Field 'result' must be an object", "" },
    { "{'Type':'Task','Resource':'arn:aws:states:::states:startExecution','End':true}", RESULT("{}"),
      SCHEMA "Field 'ExecutionArn' is required", "STRICT is the default" },
    { "{'Type':'Task','Resource':'arn:aws:states:::states:startExecution','End':true}",
      "'mock':{'result':'{}','fieldValidationMode':'PRESENT'}", "{'status':'SUCCEEDED','output':'{}'}", "" },
    { "{'Type':'Task','Resource':'arn:aws:states:::states:startExecution.sync','End':true}",
      RESULT("{\\'StopDate\\':1}"), SCHEMA "Field 'StopDate' must be a string", "what is waited for is described" },
    { INVOKE(""), "'mock':{'result':'{\\'StatusCode\\':\\'200\\'}','fieldValidationMode':'NONE'}",
      "{'status':'SUCCEEDED','output':'{\\'StatusCode\\':\\'200\\'}'}", "" },
    { "{'Type':'Task','Resource':'arn:aws:states:::aws-sdk:dynamodb:getItem','End':true}",
      RESULT("{\\'Item\\':{\\'a\\':{\\'L\\':[{\\'BOOL\\':1}]}}}"), SCHEMA "Field 'BOOL' must be a boolean",
      "as deep as it goes" },
    { "{'Type':'Task','Resource':'arn:aws:states:::ecs:runTask','End':true}", RESULT("1"),
      "{'status':'SUCCEEDED','output':'1'}", "of a service that is not known" },
    /* Parallel and Map */
    { PARALLEL(",'ResultSelector':{'n.$':'$[1]'}"), DEBUG "," RESULT("[1, 2]"),
      "{'status':'SUCCEEDED','output':'{\\'n\\':2}'," ONLY_INPUT AFTER("ResultSelector", "{\\'n\\':2}")
          AFTER("ResultPath", "{\\'n\\':2}") "}}",
      "recorded: nothing of what comes before" },
    { PARALLEL(""), RESULT("[1]"),
      INVALID "Mocked result must contain the same number of items as number of Parallel branches.", "recorded" },
    { PARALLEL(""), RESULT("{}"), INVALID "Mocked result must be an array.", "recorded" },
    { MAP(",'ItemsPath':'$.l','ItemSelector':{'i.$':'$$.Map.Item.Index','v.$':'$$.Map.Item.Value'},'MaxConcurrency':3,"
          "'ToleratedFailureCount':1"),
      DEBUG "," RESULT("[0]") ",'input':'{\\'l\\':[5,6]}'",
      "{'status':'SUCCEEDED','output':'[0]','nextState':'N','inspectionData':{'input':'{\\'l\\':[5,6]}'" AFTER(
          "ResultSelector", "[0]") AFTER("ResultPath", "[0]") AFTER("ItemsPath", "[5,6]")
          AFTER("ItemSelector", "[{\\'v\\':5,\\'i\\':0},{\\'v\\':6,\\'i\\':1}]") ",'maxConcurrency':3,"
                                                                                 "'toleratedFailureCount':1}}",
      "what a Map makes of its input" },
    { MAP("," JSONATA ",'Items':'{% $states.input.l %}','ToleratedFailurePercentage':'{% 50 %}'"),
      DEBUG "," RESULT("[0]") ",'input':'{\\'l\\':[5,6]}','stateConfiguration':{'mapIterationFailureCount':1}",
      "{'status':'SUCCEEDED','output':'[0]','nextState':'N','inspectionData':{'input':'{\\'l\\':[5,6]}',"
      "'maxConcurrency':0,'toleratedFailurePercentage':50}}",
      "failures that are tolerated" },
    { MAP("," JSONATA ",'Items':'{% $states.input.l %}','Catch':[{'ErrorEquals':["
          "'States.ExceedToleratedFailureThreshold'],'Next':'C'}]"),
      RESULT("[0]") ",'input':'{\\'l\\':[5,6]}','stateConfiguration':{'mapIterationFailureCount':1}",
      "{'status':'CAUGHT_ERROR','output':'{\\'Error\\':\\'States.ExceedToleratedFailureThreshold\\',\\'Cause\\':\\'The "
      "specified tolerated failure threshold was exceeded\\'}','error':'States.ExceedToleratedFailureThreshold',"
      "'cause':'The specified tolerated failure threshold was exceeded','nextState':'C'}",
      "and such that are not" },
    { MAP(",'ItemsPath':'$.a'"), RESULT("[0]"),
      "{'status':'FAILED','error':'States.Runtime','cause':'Reference path \\'$.a\\' must point to array.'}", "" },
    { MAP("," JSONATA ",'Items':'{% [1] %}','ItemSelector':'{% $no %}'"), RESULT("[0]"),
      "{'status':'FAILED','error':'States.QueryEvaluationError','cause':'The JSONata expression `$no` specified for "
      "the "
      "field `ItemSelector` returned nothing (undefined).'}",
      "" },
    { "{'Type':'Map','ItemReader':{'Resource':'arn:aws:states:::s3:getObject'},'ItemSelector':{'v.$':"
      "'$$.Map.Item.Value'},'ItemProcessor':{'ProcessorConfig':{'Mode':'DISTRIBUTED','ExecutionType':'STANDARD'},"
      "'StartAt':'I','States':{'I':{'Type':'Pass','End':true}}},'End':true}",
      DEBUG "," RESULT("[0]") ",'stateConfiguration':{'mapItemReaderData':'[7]'}",
      "{'status':'SUCCEEDED','output':'[0]'," ONLY_INPUT AFTER("ResultSelector", "[0]") AFTER("ResultPath", "[0]")
          AFTER("ItemSelector", "[{\\'v\\':7}]") ",'maxConcurrency':0}}",
      "what is read is given" },
    { "{'Type':'Map','ItemReader':{'Resource':'arn:aws:states:::s3:getObject','ReaderConfig':{'InputType':'CSV',"
      "'CSVHeaderLocation':'FIRST_ROW'}},'ItemProcessor':{'ProcessorConfig':{'Mode':'DISTRIBUTED','ExecutionType':"
      "'STANDARD'},'StartAt':'I','States':{'I':{'Type':'Pass','End':true}}},'ItemBatcher':{'MaxItemsPerBatch':2},"
      "'ResultPath':null,'End':true}",
      DEBUG "," RESULT("[0]") ",'stateConfiguration':{'mapItemReaderData':'a\\n1\\n2\\n3'}",
      "{'status':'SUCCEEDED','output':'{\\'a\\':1}'," ONLY_INPUT AFTER("ResultSelector", "[0]") AFTER(
          "ResultPath", "{\\'a\\':1}") AFTER("ItemBatcher", "[{\\'Items\\':[{\\'a\\':\\'1\\'},{\\'a\\':\\'2\\'}]},{\\'"
                                                            "Items\\':[{\\'a\\':\\'3\\'}]}]") ",'maxConcurrency':0}}",
      "a file's rows, in batches" },
    { "{'Type':'Map','ItemReader':{'Resource':'arn:aws:states:::s3:getObject','ReaderConfig':{'InputType':'JSON',"
      "'ItemsPointer':'/l'}},'ItemProcessor':{'ProcessorConfig':{'Mode':'DISTRIBUTED','ExecutionType':"
      "'STANDARD'},'StartAt':'I','States':{'I':{'Type':'Pass','End':true}}},'ResultPath':null,'End':true}",
      DEBUG "," RESULT("[0]") ",'stateConfiguration':{'mapItemReaderData':'{\\'l\\':[1]}'}",
      "{'status':'SUCCEEDED','output':'{\\'a\\':1}'," ONLY_INPUT AFTER("ResultSelector", "[0]")
          AFTER("ResultPath", "{\\'a\\':1}") AFTER("ItemsPointer", "[1]") ",'maxConcurrency':0}}",
      "a pointer into it" },
    /* refusals */
    { "{'Type':'Pass','End':true}", "'mock':{'result':'1','errorOutput':{'error':'E'}}",
      INVALID "A test mock should have only one of the following fields: [result, errorOutput].", "recorded" },
    { "{'Type':'Pass','End':true}", RESULT("1"), INVALID "State type 'Pass' is not supported when a mock is specified",
      "recorded" },
    { TASK(""), RESULT("1") ",'revealSecrets':true",
      INVALID "TestState does not support RevealSecrets when a mock is specified.", "recorded" },
    { TASK(""), RESULT("no"), INVALID "Mocked result must be valid JSON", "recorded" },
    { TASK(""), "'mock':{}", INVALID "A test mock should have one of the following fields: [result, errorOutput].",
      "" },
    { TASK(""), "", INVALID "The roleArn is required to test a Task state without a mock", "" },
    { "{'Type':'Task','Resource':'" ARN("activity:a") "','End':true}", "'roleArn':'" ROLE "'",
      "InvalidDefinition: TestState API does not support Activity tasks and the '.sync' and '.waitForTaskToken' "
      "service "
      "integration patterns without a mock",
      "" },
    { MAP(""), "",
      "InvalidDefinition: TestState API does not support Map or Parallel states. Supported state types include: [Task, "
      "Wait, Pass, Succeed, Fail, Choice]",
      "recorded" },
    { TASK(""), RESULT("{}") ",'context':'{\\'Task\\':{}}'",
      INVALID "Invalid Context object provided: Context object contains 'Task' when state is not a Task state with a "
              "'.sync' or '.waitForTaskToken' service integration pattern",
      "recorded" },
    { TASK(""), RESULT("{}") ",'context':'[]'", INVALID "Invalid Context object provided: it is not a JSON object",
      "" },
    { "{'Type':'Pass','End':true}", "'context':'{}'",
      INVALID "A Context object can only be provided when a mock is specified", "" },
    { "{'Type':'Pass','End':true}", "'variables':'[]'", INVALID "The variables must be a JSON object", "" },
    { "{'Type':'Pass','End':true}", "'stateConfiguration':{'retrierRetryCount':1}",
      INVALID "The stateConfiguration field 'retrierRetryCount' requires a mock", "" },
    { "{'Type':'Pass','End':true}", "'stateConfiguration':{'mapItemReaderData':'{}'}",
      INVALID "The mapItemReaderData requires a Map state with an ItemReader", "" },
    { "{'Type':'Map','ItemReader':{'Resource':'arn:aws:states:::s3:getObject'},'ItemProcessor':{'ProcessorConfig':{"
      "'Mode':'DISTRIBUTED','ExecutionType':'STANDARD'},'StartAt':'I','States':{'I':{'Type':'Pass','End':true}}},"
      "'End':true}",
      RESULT("[0]") ",'stateConfiguration':{'mapItemReaderData':'[1'}",
      INVALID "The mapItemReaderData cannot be read: The file does not hold valid JSON.", "" },
    { "{'Type':'Pass','End':true}", "'input':'{'", NULL, "an input is JSON" },
    { "{'Type':'Pass','End':true}", "'stateName':'X'",
      "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: "
      "[States, StartAt] at /, SCHEMA_VALIDATION_FAILED: Field 'Type' is not supported at /, SCHEMA_VALIDATION_FAILED: "
      "Field 'End' is not supported at /'",
      "a name is one of a machine's states" },
    { "{'StartAt':'A','States':{'A':{'Type':'Succeed'}}}", "'stateName':'X'", INVALID "The definition has no state 'X'",
      "" },
    { "{'StartAt':'A','States':{'A':{'Type':'Pass','Next':'B'},'B':{'Type':'Pass','Result':2,'End':true}}}",
      "'stateName':'B'", "{'status':'SUCCEEDED','output':'2'}", "recorded: one state of a machine" },
    { "{'Type':'Parallel','Branches':[{'StartAt':'P','States':{'P':{'Type':'Pass','Next':'Z'}}}],'End':true}",
      RESULT("[1]"),
      "InvalidDefinition: Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: Z at "
      "/States/StateName/Branches[0]/States/P/Next, MISSING_END_STATE: Workflow has no terminal state at null'",
      "but inside a branch states are where they should be" },
};

/* \' stays: it is a quotation mark inside a text. */
static const char *with_quotes(const char *text)
{
    static char texts[4][8 * 1024];
    static int next;
    char *to = texts[next++ % 4], *at = to;
    for (; *text; text++)
        *at++ = *text == '\'' ? '"' : *text == '`' ? '\'' : *text;
    *at = '\0';
    return to;
}

static void answered(struct call *call)
{
    *(bool *)call->owner = true;
}

static struct call *try_state(struct game *game, const struct trial_case *row, bool *ret_answered)
{
    char input[16 * 1024];
    bool own_input = strstr(row->more, "'input':") != NULL;
    snprintf(input, sizeof input, "{\"definition\":%s%s%s%s%s}", quoted(with_quotes(row->state)), own_input ? "" : ",",
             own_input ? "" : with_quotes(INPUT), *row->more ? "," : "", with_quotes(row->more));
    struct call *call = new_call(game, "TestState", input);
    call->finished = answered;
    call->owner = ret_answered;
    *ret_answered = road_run(call) != CALL_PARKED;
    return call;
}

static void check_trial(const struct trial_case *row)
{
    struct game game = start_game(NULL);
    bool is_answered;
    struct call *call = try_state(&game, row, &is_answered);
    world_settle(game.world, 5 * 60 * 1000);
    assert_true(is_answered);
    const char *answer = answer_of(call);
    const char *expected = row->answer && row->answer[0] == '{' ? with_quotes(row->answer) : row->answer;
    if (expected && strcmp(answer, expected) != 0)
        fail_msg("%s %s: %s\n  expected %s\n  got      %s", row->state, row->more, row->reason, expected, answer);
    call_free(call);
    const struct scope scope = { ACCOUNT, REGION };
    for (size_t i = 0; game.tables[i]; i++)
        assert_int_equal(store_count(game.world->store, scope, game.tables[i]), 0);
    end_game(&game);
}

static void test_trials(void **state)
{
    for (size_t i = 0; i < sizeof trial_cases / sizeof *trial_cases; i++)
        check_trial(&trial_cases[i]);
}

/* A caller who goes away leaves the test alone, and the world may be emptied under one who waits. */
static void test_without_its_caller(void **state)
{
    static const struct trial_case slow = { "{'Type':'Wait','Seconds':60,'End':true}", "", NULL, "" };
    struct game game = start_game(NULL);
    for (int i = 0; i < 2; i++) {
        bool is_answered;
        struct call *call = try_state(&game, &slow, &is_answered);
        world_settle(game.world, 1000);
        assert_false(is_answered);
        if (i == 0) {
            call_free(call);
            world_settle(game.world, 60 * 1000);
        } else {
            world_reset(game.world);
            assert_true(is_answered);
            call_free(call);
        }
    }
    end_game(&game);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trials),
        cmocka_unit_test(test_without_its_caller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
