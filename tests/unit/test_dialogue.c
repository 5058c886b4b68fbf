#include "engine_fixture.h"

#include "aws/invocation.h"
#include "services/iam/identity.h"
#include "services/lexv2/bot.h"
#include "world/hook.h"

/* Dialogues, one row a turn: what is said, and what comes of it: the dialog action with its slot, the intent with its state, the
 * messages. Rows that begin with '@' do something else between two turns. */

/* clang-format off */
#define SAY(text)    "{'messageGroups':[{'message':{'plainTextMessage':{'value':'" text "'}}}]}"
#define PROMPT(text) "{'maxRetries':1,'messageGroups':[{'message':{'plainTextMessage':{'value':'" text "'}}}]}"
#define SLOT(name, type, constraint, more)                                                                             \
    "{'slotId':'" name "','slotName':'" name "','slotTypeId':'" type "','valueElicitationSetting':{'slotConstraint':'" \
    constraint "','promptSpecification':" PROMPT(name "?") more "}}"
#define GO(type) "{'dialogAction':{'type':'" type "'}}"

static const char bot_document[] =
    "{'revision':1,'locale':{'localeId':'en_US','nluIntentConfidenceThreshold':0.4},'slotTypes':["
    "{'slotTypeId':'SIZES','slotTypeName':'Sizes','valueSelectionSetting':{'resolutionStrategy':'TopResolution'},"
    "'slotTypeValues':[{'sampleValue':{'value':'small'}},{'sampleValue':{'value':'large'},'synonyms':[{'value':'big'}]}]},"
    "{'slotTypeId':'PLACE','slotTypeName':'Place','compositeSlotTypeSetting':{'subSlots':[{'name':'Town','slotTypeId':'AMAZON.City'},"
    "{'name':'Code','slotTypeId':'CODES'}]}},"
    "{'slotTypeId':'CODES','slotTypeName':'Codes','parentSlotTypeSignature':'AMAZON.AlphaNumeric',"
    "'valueSelectionSetting':{'resolutionStrategy':'OriginalValue','regexFilter':{'pattern':'[A-Z]{2}[0-9]{3}'}}}],"
    "'intents':["
    /* Everything that a plain intent has. */
    "{'intentName':'Order','sampleUtterances':[{'utterance':'order a pizza'},{'utterance':'a {Size} pizza for {Day}'}],"
    "'outputContexts':[{'name':'ordered','timeToLiveInSeconds':60,'turnsToLive':2}],'slots':["
    SLOT("Size", "SIZES", "Required", "") ","
    SLOT("Day", "AMAZON.Date", "Required", "") ","
    SLOT("Note", "AMAZON.FreeFormInput", "Optional", "") "],"
    "'intentConfirmationSetting':{'promptSpecification':" PROMPT("A {Size} one on {Day}?") ",'declinationResponse':" SAY("Never mind.") "},"
    "'intentClosingSetting':{'closingResponse':" SAY("Bye.") "}},"
    /* Asks a function at every turn, and to fulfil. */
    "{'intentName':'Hooked','sampleUtterances':[{'utterance':'use the hook'}],'dialogCodeHook':{'enabled':true},"
    "'fulfillmentCodeHook':{'enabled':true,'postFulfillmentStatusSpecification':{'failureResponse':" SAY("It failed.")
    ",'timeoutResponse':" SAY("Too slow.") "}},'slots':[" SLOT("Count", "AMAZON.Number", "Required", "") "]},"
    /* Conditions, next steps, defaults, attributes. */
    "{'intentName':'Branch','sampleUtterances':[{'utterance':'branch out'}],'slots':["
    SLOT("Age", "AMAZON.Number", "Required",
         ",'slotCaptureSetting':{'captureConditional':{'active':true,'conditionalBranches':[{'name':'b','condition':"
         "{'expressionString':'{Age} >= 18 AND NOT [member] = \\\"no\\\"'},'response':" SAY("Grown up.")
         ",'nextStep':{'dialogAction':{'type':'ElicitSlot','slotToElicit':'Town'},'sessionAttributes':{'adult':'yes'}}}],"
         "'defaultBranch':{'response':" SAY("Too young.") ",'nextStep':" GO("CloseIntent") "}}}") ","
    SLOT("Town", "AMAZON.City", "Optional", ",'defaultValueSpecification':{'defaultValueList':[{'defaultValue':'[town]'}]}") "],"
    "'initialResponseSetting':{'initialResponse':" SAY("Welcome to {Town}.") "}},"
    /* Only while an order is fresh. */
    "{'intentName':'Again','sampleUtterances':[{'utterance':'the same again'}],'inputContexts':[{'name':'ordered'}],'slots':["
    SLOT("Size", "SIZES", "Optional", ",'defaultValueSpecification':{'defaultValueList':[{'defaultValue':'#ordered.Size'}]}") "],"
    "'intentClosingSetting':{'closingResponse':" SAY("Another {Size} one.") "}},"
    /* A composite slot. */
    "{'intentName':'Send','sampleUtterances':[{'utterance':'send it'},{'utterance':'send it to {Where.Town}'}],"
    "'slots':[{'slotId':'W','slotName':'Where','slotTypeId':'PLACE','valueElicitationSetting':{'slotConstraint':'Required'},"
    "'subSlotSetting':{'expression':'Town AND Code','slotSpecifications':{"
    "'Town':{'slotTypeId':'AMAZON.City','valueElicitationSetting':{'promptSpecification':" PROMPT("Town?") "}},"
    "'Code':{'slotTypeId':'CODES','valueElicitationSetting':{'promptSpecification':" PROMPT("Code?") "}}}}}],"
    "'intentClosingSetting':{'closingResponse':" SAY("To {Where.Town}, {Where.Code}.") "}},"
    "{'intentName':'Circle','sampleUtterances':[{'utterance':'run in circles'}],'slots':[],'initialResponseSetting':{'nextStep':"
    "{'dialogAction':{'type':'StartIntent'},'intent':{'name':'Circle'}}}},"
    "{'intentName':'FallbackIntent','parentIntentSignature':'AMAZON.FallbackIntent','slots':[],'intentClosingSetting':"
    "{'closingResponse':" SAY("Pardon?") "}}]}";
/* clang-format on */

#define BOT      "BOTBOTBOT1"
#define FUNCTION "arn:aws:lambda:" REGION ":" ACCOUNT ":function:f"
#define ZIP                                                                                                            \
    "UEsDBBQAAAAAAAAAIQAHoerdAgAAAAIAAAABAAAAYWEKUEsBAhQDFAAAAAAAAAAhAAeh"                                             \
    "6t0CAAAAAgAAAAEAAAAAAAAAAAAAAIABAAAAAGFQSwUGAAAAAAEAAQAvAAAAIQAAAAAA"

static char *plain(const char *text)
{
    static char texts[8][16 * 1024];
    static int next;
    char *to = texts[next++ % 8];
    size_t i = 0;
    for (; text[i]; i++)
        to[i] = text[i] == '\'' ? '"' : text[i];
    to[i] = '\0';
    return to;
}

/* ---- a bot, and a function that says what the test wants ---- */

static struct {
    struct hook hook;
    char reply[4096], event[32 * 1024];
    struct question *parked;
} function;

static enum verdict run_function(struct hook *hook, struct question *question)
{
    struct invocation *invocation = question->subject;
    snprintf(function.event, sizeof function.event, "%.*s", STR_ARG(invocation->payload));
    if (strcmp(function.reply, "park") == 0) {
        function.parked = question;
        return VERDICT_PARKED;
    }
    if (strcmp(function.reply, "raise") == 0)
        invocation_raise(invocation, STR("Boom"), STR("it broke"), "trace", NULL, false);
    else
        invocation_return(invocation, str_of(plain(function.reply)));
    return VERDICT_CHANGED;
}

static void forget(struct hook *hook, struct question *question)
{
    function.parked = NULL;
}

static void put_row(struct game *game, const struct table_def *table, const char *key, const char *text)
{
    struct json *row = json_parse(str_of(plain(text)), NULL);
    if (!row)
        fail_msg("%s: no JSON: %s", key, plain(text));
    store_put(game->world->store, here, table, str_of(key), row);
}

static struct game start_talking(void)
{
    struct game game = start_game(NULL);
    put_row(&game, &lexv2_bot_table, BOT,
            "{'botName':'Unicorn','idleSessionTTLInSeconds':300,'botStatus':'Available'}");
    put_row(&game, &lexv2_alias_table, BOT "/TSTALIASID",
            "{'botAliasName':'TestBotAlias','botVersion':'DRAFT','botAliasLocaleSettings':{'en_US':{'enabled':true,"
            "'codeHookSpecification':{'lambdaCodeHook':{'lambdaARN':'" FUNCTION
            "','codeHookInterfaceVersion':'1.0'}}}}}");
    put_row(&game, &lexv2_locale_table, BOT "/DRAFT/en_US", "{'localeId':'en_US','botLocaleStatus':'Built'}");
    put_row(&game, &lexv2_built_table, BOT "/DRAFT/en_US", bot_document);
    function.hook = (struct hook){
        .point = HOOK_INVOKE, .pack = "", .service = "lambda", .chance = 1, .ask = run_function, .forgotten = forget
    };
    hook_add(game.world->hooks, &function.hook);
    struct call *call = new_call_of(&game, "lambda", "CreateFunction",
                                    "{\"FunctionName\":\"f\",\"Role\":\"arn:aws:iam::" ACCOUNT
                                    ":role/r\",\"Runtime\":\"provided.lua\","
                                    "\"Handler\":\"h\",\"Code\":{\"ZipFile\":\"" ZIP "\"}}");
    assert_int_equal(road_run(call), CALL_DONE);
    call_free(call);
    pass_time(&game, 5000);
    return game;
}

static void stop_talking(struct game *game)
{
    hook_remove(game->world->hooks, &function.hook);
    end_game(game);
}

/* ---- turns ---- */

static struct call *turn_call(struct game *game, const char *session, const char *text, const char *more)
{
    char input[8192];
    snprintf(input, sizeof input,
             "{\"botId\":\"" BOT
             "\",\"botAliasId\":\"TSTALIASID\",\"localeId\":\"en_US\",\"sessionId\":\"%s\",\"text\":%s%s}",
             session, quoted(text), plain(more));
    return new_call_of(game, "lexv2runtime", "RecognizeText", input);
}

/* "ElicitSlot Size Order InProgress | Size?" or "Code: message". */
static const char *outcome_of(struct call *call)
{
    static char text[4096];
    const cJSON *state = json_get(call->output, "sessionState"), *action = json_get(state, "dialogAction"), *message;
    if (call->error.kind)
        return answer_of(call);
    int length = snprintf(
        text, sizeof text, "%s%s%s %s %s", json_string(action, "type") ? json_string(action, "type") : "-",
        json_string(action, "slotToElicit") ? " " : "",
        json_string(action, "slotToElicit") ? json_string(action, "slotToElicit") : "",
        json_string(json_get(state, "intent"), "name"), json_string(json_get(state, "intent"), "state"));
    cJSON_ArrayForEach(message, json_get(call->output, "messages"))
        length += snprintf(text + length, sizeof text - (size_t)length, " | %s", json_string(message, "content"));
    return text;
}

static const char *say(struct game *game, const char *text)
{
    struct call *call = turn_call(game, "someone", text, "");
    assert_int_not_equal(road_run(call), CALL_PARKED);
    const char *outcome = outcome_of(call);
    call_free(call);
    return outcome;
}

static const struct turn_case {
    const char *said, *wanted, *reason;
} turn_cases[] = {
    { "order a pizza", "ElicitSlot Size Order InProgress | Size?", "the first slot is asked" },
    { "big", "ElicitSlot Day Order InProgress | Day?", "a synonym fills it, the next is asked" },
    { "gibberish", "ElicitSlot Day Order InProgress | Day?", "asked again" },
    { "more gibberish", "Close FallbackIntent ReadyForFulfillment | Pardon?", "after its retry: the fallback" },
    { "a small pizza for tomorrow", "ConfirmIntent Order InProgress | A small one on 2023-11-15?",
      "both at once, and into the prompt" },
    { "no", "Close Order Failed | Never mind.", "declined" },
    { "a small pizza for tomorrow", "ConfirmIntent Order InProgress | A small one on 2023-11-15?", "anew" },
    { "a big pizza for today", "ConfirmIntent Order InProgress | A large one on 2023-11-14?",
      "changed while confirming" },
    { "yes", "Close Order ReadyForFulfillment | Bye.", "no function: the client fulfils" },
    { "the same again", "Close Again ReadyForFulfillment | Another large one.",
      "its input context is active, and carries the slot" },
    { "what is this", "Close FallbackIntent ReadyForFulfillment | Pardon?", "a turn goes by" },
    { "the same again", "Close FallbackIntent ReadyForFulfillment | Pardon?", "the context had two turns" },
    { "order a pizza", "ElicitSlot Size Order InProgress | Size?", "begun" },
    { "branch out", "ElicitSlot Age Branch InProgress | Welcome to . | Age?", "another intent barges in" },
    { "12", "Close Branch Fulfilled | Too young.", "the default branch" },
    { "@attribute town Oslo", "", "" },
    { "branch out", "ElicitSlot Age Branch InProgress | Welcome to Oslo. | Age?", "a default value from an attribute" },
    { "21", "ElicitSlot Town Branch InProgress | Grown up. | Town?", "the branch whose condition holds" },
    { "branch out", "ElicitSlot Town Branch InProgress | Town?", "a sample of the intent itself is no name of a town" },
    { "order a pizza", "ElicitSlot Size Order InProgress | Size?", "nor is another's" },
    { "@attribute member no", "", "" },
    { "branch out", "ElicitSlot Age Branch InProgress | Welcome to Oslo. | Age?", "again" },
    { "21", "Close Branch Fulfilled | Too young.", "both conditions must hold" },
    { "a small pizza for tomorrow", "ConfirmIntent Order InProgress | A small one on 2023-11-15?", "to be confirmed" },
    { "@wait 301", "", "" },
    { "yes", "Close FallbackIntent ReadyForFulfillment | Pardon?", "the session is forgotten after its time" },
    { "send it to Oslo", "ElicitSlot Where Send InProgress | Code?",
      "one part of a composite slot is there, the other is asked" },
    { "it is 12345", "ElicitSlot Where Send InProgress | Code?", "it does not fit its type's expression" },
    { "NO123", "Close Send ReadyForFulfillment | To Oslo, NO123.", "it does" },
    { "run in circles",
      "ValidationException: The conversation flow of intent Circle does not come to an end: its next steps lead in a "
      "circle.",
      "no answer, but an end" },
    { "order a pizza", "ElicitSlot Size Order InProgress | Size?", "a turn that failed has changed nothing" },
};

static void set_attribute(struct game *game, const char *name, const char *value)
{
    char more[200];
    snprintf(more, sizeof more, ",'sessionState':{'sessionAttributes':{'%s':'%s','town':'Oslo'}}", name, value);
    struct call *call = turn_call(game, "someone", "nothing of the kind", more);
    assert_int_equal(road_run(call), CALL_DONE);
    call_free(call);
}

static void run_turns(struct game *game, const struct turn_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *said = cases[i].said;
        char first[64], second[64];
        int seconds;
        if (sscanf(said, "@attribute %60s %60s", first, second) == 2) {
            set_attribute(game, first, second);
        } else if (sscanf(said, "@wait %d", &seconds) == 1) {
            pass_time(game, seconds * 1000);
        } else if (strncmp(said, "@reply ", 7) == 0) {
            snprintf(function.reply, sizeof function.reply, "%s", said + 7);
        } else if (strncmp(said, "@event ", 7) == 0) {
            if (!strstr(function.event, plain(said + 7)))
                fail_msg("row %zu (%s): the event lacks %s: %s", i, cases[i].reason, said + 7, function.event);
        } else {
            const char *got = say(game, said);
            if (strcmp(got, cases[i].wanted) != 0)
                fail_msg("row %zu '%s' (%s): %s", i, said, cases[i].reason, got);
        }
    }
}

static void test_turns(void **state)
{
    struct game game = start_talking();
    run_turns(&game, turn_cases, sizeof turn_cases / sizeof *turn_cases);
    stop_talking(&game);
}

/* ---- functions ---- */

#define STATE(action, more) "{'sessionState':{'dialogAction':" action more "}}"
#define REFUSED             "DependencyFailedException: Invalid Lambda Response: "

static const struct turn_case hook_cases[] = {
    { "@reply " STATE("{'type':'Delegate'}", ",'intent':{'name':'Hooked','slots':{'Count':null}}"), "", "" },
    { "use the hook", "ElicitSlot Count Hooked InProgress | Count?", "asked first, and it lets the bot go on" },
    { "@event 'messageVersion':'1.0','invocationSource':'DialogCodeHook','inputMode':'Text','responseContentType':"
      "'text/plain; charset=utf-8','sessionId':'someone','inputTranscript':'use the hook','bot':{'id':'" BOT
      "','name':'Unicorn','aliasId':'TSTALIASID','aliasName':'TestBotAlias','localeId':'en_US','version':'DRAFT'}",
      "", "the event's head" },
    { "@event 'proposedNextState':{'dialogAction':{'type':'ElicitSlot','slotToElicit':'Count'}", "",
      "what comes next by itself" },
    { "@event 'nluConfidence':1,", "", "a number in the event" },
    { "@event 'transcriptions':[{'transcription':'use the "
      "hook','transcriptionConfidence':1,'resolvedContext':{'intent':'Hooked'},'resolvedSlots':{}}]",
      "", "what was heard" },
    { "@reply " STATE("{'type':'ElicitSlot','slotToElicit':'Count'}",
                      ",'intent':{'name':'Hooked','slots':{'Count':null}}"),
      "", "" },
    { "500", "ElicitSlot Count Hooked InProgress | Count?", "the function throws the value out and asks again" },
    { "@event "
      "'slots':{'Count':{'shape':'Scalar','value':{'originalValue':'500','interpretedValue':'500','resolvedValues':['"
      "500']}}}",
      "", "the slot as it was heard" },
    { "@reply {'sessionState':{'dialogAction':{'type':'Close'},'intent':{'name':'Hooked','state':'Fulfilled'},"
      "'sessionAttributes':{'seen':'1'}},'messages':[{'contentType':'PlainText','content':'Done.'}]}",
      "", "" },
    { "5", "Close Hooked Fulfilled | Done.", "closed by the function with words of its own" },
    { "@reply raise", "", "" },
    { "use the hook", REFUSED "Received error response from Lambda: Unhandled", "it raised" },
    { "@reply {'sessionState':{'sessionAttributes':{},'dialogAction':{'type':'Close'},'intent':'Hooked'}}", "", "" },
    { "use the hook",
      REFUSED
      "Received invalid response from Lambda: Can not construct instance of AutoValue_Intent$Builder: no "
      "String-argument constructor/factory method to deserialize from String value ('Hooked') at [Source: "
      "{\"sessionState\":{\"sessionAttributes\":{},\"dialogAction\":{\"type\":\"Close\"},\"intent\":\"Hooked\"}}; "
      "line: 1, column: 82]",
      "the intent is a text" },
    { "@reply {'dialogAction':{'type':'Close','fulfillmentState':'Fulfilled'}}", "", "" },
    { "use the hook",
      REFUSED "Received invalid response from Lambda: Can not construct instance of IntentResponse, problem: The "
              "validated object is null at [Source: "
              "{\"dialogAction\":{\"type\":\"Close\",\"fulfillmentState\":\"Fulfilled\"}}; line: 1, column: 1]",
      "V1's shape" },
    { "@reply " STATE("{'type':'Jump'}", ""), "", "" },
    { "use the hook",
      REFUSED
      "Received invalid response from Lambda: dialogAction: type must be one of Close, ConfirmIntent, Delegate, "
      "ElicitIntent, ElicitSlot",
      "no such type" },
    { "@reply " STATE("{'type':'ElicitSlot'}", ""), "", "" },
    { "use the hook",
      REFUSED "Received invalid response from Lambda: dialogAction: slotToElicit must be a slot of the intent",
      "which slot?" },
    { "@reply " STATE("{'type':'ElicitIntent'}", ""), "", "" },
    { "use the hook", REFUSED "Received invalid response from Lambda: dialogAction: ElicitIntent needs messages",
      "with which words?" },
    { "@reply null", "", "" },
    { "use the hook",
      REFUSED "Received invalid response from Lambda: Can not construct instance of IntentResponse, problem: The "
              "validated object is null at [Source: null; line: 1, column: 1]",
      "nothing" },
    { "@reply " STATE("{'type':'Delegate'}", ",'intent':{'name':'Order','slots':{'Size':{'shape':'Scalar','value':{'"
                                             "originalValue':'s','interpretedValue':'small','resolvedValues':[]}}}}"),
      "", "" },
    { "use the hook", "ElicitSlot Day Order InProgress | Day?", "over to another intent, with a slot" },
};

static void test_hooks(void **state)
{
    struct game game = start_talking();
    run_turns(&game, hook_cases, sizeof hook_cases / sizeof *hook_cases);
    stop_talking(&game);
}

/* Fulfilment: the second invocation of a turn; what the bot says of failures. */
static void test_fulfilment(void **state)
{
    static const char delegate[] = "{'sessionState':{'dialogAction':{'type':'Delegate'},'intent':{'name':'Hooked'}}}";
    struct game game = start_talking();
    snprintf(function.reply, sizeof function.reply, "%s", delegate);
    assert_string_equal(say(&game, "use the hook"), "ElicitSlot Count Hooked InProgress | Count?");
    assert_string_equal(say(&game, "5"), "Close Hooked Fulfilled");
    assert_non_null(strstr(function.event, "\"invocationSource\":\"FulfillmentCodeHook\""));
    assert_null(strstr(function.event, "proposedNextState"));
    stop_talking(&game);
}

/* ---- several at once, and functions that take their time ---- */

static void note(struct call *call)
{
    *(bool *)call->owner = true;
}

static struct call *park(struct game *game, const char *session, bool *done)
{
    struct call *call = turn_call(game, session, "use the hook", "");
    call->finished = note;
    call->owner = done;
    *done = false;
    snprintf(function.reply, sizeof function.reply, "park");
    assert_int_equal(road_run(call), CALL_PARKED);
    return call;
}

static void test_at_once(void **state)
{
    struct game game = start_talking();
    bool first_done, second_done;
    struct call *first = park(&game, "first", &first_done);
    struct question *asked = function.parked;
    struct call *same = turn_call(&game, "first", "hello", "");
    assert_int_equal(road_run(same), CALL_FAILED);
    assert_string_equal(same->error.kind->code, "ConflictException");
    assert_int_equal(same->error.kind->status, 409);
    call_free(same);
    struct call *second = park(&game, "second", &second_done);
    struct call *third = turn_call(&game, "third", "hello", "");
    assert_int_equal(road_run(third), CALL_FAILED);
    assert_string_equal(third->error.kind->code, "ThrottlingException"); /* the test alias talks to two */
    assert_int_equal(third->error.kind->status, 429);
    call_free(third);
    invocation_return(asked->subject, str_of(plain("{'sessionState':{'dialogAction':{'type':'Delegate'}}}")));
    hook_answer(game.world, asked, VERDICT_CHANGED);
    assert_true(first_done);
    assert_string_equal(outcome_of(first), "ElicitSlot Count Hooked InProgress | Count?");
    pass_time(&game, 31000); /* Lambda's own limit is three seconds here */
    assert_true(second_done);
    assert_int_equal(second->error.kind->status, 424);
    call_free(first);
    call_free(second);
    struct call *left = park(&game, "left", &first_done);
    call_free(left); /* the client went away */
    assert_string_equal(say(&game, "order a pizza"), "ElicitSlot Size Order InProgress | Size?");
    stop_talking(&game);
}

/* ---- who may be asked ---- */

static void test_permission(void **state)
{
    struct game game = start_talking();
    game.cloud->enforce = true;
    game.cloud->identities = &iam_identities;
    snprintf(function.reply, sizeof function.reply, "{'sessionState':{'dialogAction':{'type':'Delegate'}}}");
    assert_string_equal(
        say(&game, "use the hook"),
        "DependencyFailedException: Invalid Bot Configuration: Access denied while invoking lambda function " FUNCTION
        " from arn:aws:lex:" REGION ":" ACCOUNT ":bot-alias/" BOT
        "/TSTALIASID. Please check the policy on this function.");
    static const struct {
        const char *arn, *wanted;
    } cases[] = {
        { "arn:aws:lex:" REGION ":" ACCOUNT ":bot-alias/" BOT "/OTHERALIAS", "DependencyFailedException" },
        { "arn:aws:lex:" REGION ":" ACCOUNT ":bot-alias/" BOT "/TSTALIASID", "ElicitSlot" },
    };
    for (size_t i = 0; i < 2; i++) {
        char input[600];
        snprintf(input, sizeof input,
                 "{\"FunctionName\":\"f\",\"StatementId\":\"s%zu\",\"Action\":\"lambda:InvokeFunction\",\"Principal\":"
                 "\"lexv2.amazonaws.com\",\"SourceArn\":\"%s\"}",
                 i, cases[i].arn);
        struct call *call = new_call_of(&game, "lambda", "AddPermission", input);
        assert_int_equal(road_run(call), CALL_DONE);
        call_free(call);
        if (strncmp(say(&game, "use the hook"), cases[i].wanted, strlen(cases[i].wanted)) != 0)
            fail_msg("a policy for %s: %s", cases[i].arn, say(&game, "use the hook"));
    }
    stop_talking(&game);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turns),   cmocka_unit_test(test_hooks),      cmocka_unit_test(test_fulfilment),
        cmocka_unit_test(test_at_once), cmocka_unit_test(test_permission),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
