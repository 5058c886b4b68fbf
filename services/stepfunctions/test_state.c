#include "services/stepfunctions/test_state.h"

#include "aws/arn.h"
#include "aws/cloud.h"
#include "aws/jackson.h"
#include "services/stepfunctions/asl/item_parser.h"
#include "services/stepfunctions/asl/mock_result.h"
#include "services/stepfunctions/asl/trial.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/role_check.h"
#include "services/stepfunctions/stepfunctions_model.h"

/* "The TestState API can run for up to five minutes.", says the API reference. */
#define TEST_MOST_MS (5 * 60 * 1000)

/* A request on its way to an execution. Sentences that are not recorded are ours, and marked. */
struct request {
    struct call *call;
    struct json *input;      /* owned */
    struct machine *machine; /* owned */
    const struct state *state;
    struct trial *trial; /* owned */
};

static bool refuse(struct request *request, const char *sentence)
{
    call_fail(request->call, &STEPFUNCTIONS_VALIDATION_EXCEPTION, "%s", sentence);
    return false;
}

static bool refuse_definition(struct request *request, const char *sentence)
{
    call_fail_with(request->call, &STEPFUNCTIONS_INVALID_DEFINITION, str_of(sentence));
    return false;
}

/* ---- the input and the state ---- */

static bool read_input(struct request *request)
{
    struct call *call = request->call;
    struct json_error why;
    request->input = json_parse(input_has(call, "input") ? input_str(call, "input") : STR("{}"), &why);
    if (request->input)
        return true;
    char *sentence = arena_printf(call->arena, "Invalid State Machine Execution Input: '%s'",
                                  jackson_sentence(call->arena, &why));
    call_fail_with(call, &STEPFUNCTIONS_INVALID_EXECUTION_INPUT, str_of(sentence));
    return false;
}

static const struct state *find_state(const struct machine *machine, struct str name)
{
    for (unsigned i = 0; i < machine->state_count; i++)
        if (str_is(name, machine->states[i]->name))
            return machine->states[i];
    return NULL;
}

/* With a name the definition is a whole machine's, else a single state's. */
static bool read_state(struct request *request)
{
    struct call *call = request->call;
    struct str definition = input_str(call, "definition"), name = input_str(call, "stateName");
    const struct diagnostic *diagnostics;
    request->machine = name.at ? machine_read(definition, MACHINE_STANDARD, call->arena, &diagnostics)
                               : machine_read_state(definition, call->arena, &diagnostics);
    if (!request->machine)
        return refuse_definition(request, machine_sentence(call->arena, diagnostics));
    request->state = name.at ? find_state(request->machine, name) : request->machine->flow->start;
    if (request->state)
        return true;
    return refuse(request, arena_printf(call->arena, "The definition has no state '%.*s'", STR_ARG(name))); /* ours */
}

/* ---- the mock ---- */

static const cJSON *mock_of(const struct request *request)
{
    return json_get(request->call->input, "mock");
}

static bool check_mock(struct request *request)
{
    const cJSON *mock = mock_of(request);
    if (!mock)
        return true;
    if (input_bool(request->call, "revealSecrets", false))
        return refuse(request, "TestState does not support RevealSecrets when a mock is specified.");
    if (json_get(mock, "result") && json_get(mock, "errorOutput"))
        return refuse(request, "A test mock should have only one of the following fields: [result, errorOutput].");
    return true;
}

static bool is_waiting_task(const struct state *state)
{
    return state->type == STATE_TASK &&
           (state->resource.kind == RESOURCE_ACTIVITY || state->resource.pattern != PATTERN_REQUEST);
}

/* Which states can do with a mock, and which cannot do without one. */
static bool check_type(struct request *request)
{
    static const char *const unmockable[] = {
        [STATE_WAIT] = "Wait", [STATE_PASS] = "Pass",     [STATE_SUCCEED] = "Succeed",
        [STATE_FAIL] = "Fail", [STATE_CHOICE] = "Choice", [STATE_MAP] = NULL
    };
    const struct state *state = request->state;
    bool many = state->type == STATE_PARALLEL || state->type == STATE_MAP;
    if (mock_of(request))
        return !unmockable[state->type] ||
               refuse(request,
                      arena_printf(request->call->arena, "State type '%s' is not supported when a mock is specified",
                                   unmockable[state->type]));
    if (many)
        return refuse_definition(
            request, "TestState API does not support Map or Parallel states. Supported state types include: "
                     "[Task, Wait, Pass, Succeed, Fail, Choice]");
    if (is_waiting_task(state)) /* ours */
        return refuse_definition(request, "TestState API does not support Activity tasks and the '.sync' and "
                                          "'.waitForTaskToken' service integration patterns without a mock");
    if (state->type == STATE_TASK && !input_has(request->call, "roleArn")) /* ours */
        return refuse(request, "The roleArn is required to test a Task state without a mock");
    return true;
}

/* What stands for branches and iterations has one element for each. */
static bool check_result_list(struct request *request, const cJSON *result)
{
    const struct state *state = request->state;
    if (state->type == STATE_MAP && state->result_writer)
        return cJSON_IsObject(result) || refuse(request, "Mocked result must be an object."); /* ours */
    if (!cJSON_IsArray(result))
        return refuse(request, "Mocked result must be an array.");
    if (state->type == STATE_PARALLEL && (size_t)cJSON_GetArraySize(result) != state->branch_count)
        return refuse(request, "Mocked result must contain the same number of items as number of Parallel branches.");
    return true;
}

static bool check_result_fields(struct request *request, const cJSON *result)
{
    struct call *call = request->call;
    struct str mode = json_str(mock_of(request), "fieldValidationMode");
    if (str_is(mode, "NONE"))
        return true;
    const char *why = mock_result_check(call->cloud, &request->state->resource, result, !str_is(mode, "PRESENT"),
                                        call->arena);
    return !why || refuse(request, arena_printf(call->arena, "Mock result schema validation error: %s", why));
}

static bool read_result(struct request *request, struct str text)
{
    struct trial *trial = request->trial;
    trial->mock = MOCK_RESULT;
    trial->mock_result = json_parse(text, NULL);
    if (!trial->mock_result)
        return refuse(request, "Mocked result must be valid JSON");
    const cJSON *result = json_root(trial->mock_result);
    return request->state->type == STATE_TASK ? check_result_fields(request, result)
                                              : check_result_list(request, result);
}

static bool read_mock(struct request *request)
{
    struct trial *trial = request->trial;
    const cJSON *mock = mock_of(request), *error = json_get(mock, "errorOutput");
    struct str result = json_str(mock, "result");
    if (!mock)
        return true;
    if (result.at)
        return read_result(request, result);
    if (!error) /* ours */
        return refuse(request, "A test mock should have one of the following fields: [result, errorOutput].");
    trial->mock = MOCK_ERROR;
    trial->mock_error = arena_str(trial->arena, json_str(error, "error"));
    trial->mock_cause = json_get(error, "cause") ? arena_str(trial->arena, json_str(error, "cause")) : STR_NONE;
    return true;
}

/* ---- context, variables, configuration ---- */

/* A text of JSON in the trial's arena; false where it is there but is no JSON, or no object where one is wanted. */
static bool read_json(struct request *request, struct str text, bool object, const char *refusal,
                      const cJSON **ret_json)
{
    *ret_json = NULL;
    if (!text.at)
        return true;
    *ret_json = json_parse_in(request->trial->arena, arena_str(request->trial->arena, text), NULL);
    return (*ret_json && (!object || cJSON_IsObject(*ret_json))) || refuse(request, refusal);
}

static bool read_context(struct request *request)
{
    struct trial *trial = request->trial;
    struct str text = input_str(request->call, "context");
    if (text.at && !mock_of(request)) /* ours */
        return refuse(request, "A Context object can only be provided when a mock is specified");
    if (!read_json(request, text, true, "Invalid Context object provided: it is not a JSON object", /* ours */
                   &trial->context))
        return false;
    bool waits = is_waiting_task(request->state) && request->state->resource.kind != RESOURCE_ACTIVITY;
    if (json_get(trial->context, "Task") && !waits)
        return refuse(request,
                      "Invalid Context object provided: Context object contains 'Task' when state is not a Task state "
                      "with a '.sync' or '.waitForTaskToken' service integration pattern");
    return true;
}

static bool read_variables(struct request *request)
{
    return read_json(request, input_str(request->call, "variables"), true,
                     "The variables must be a JSON object", /* ours */
                     &request->trial->variables);
}

static bool check_failures(struct request *request, const cJSON *configuration)
{
    static const char *const names[] = { "mapIterationFailureCount", "errorCausedByState", "retrierRetryCount" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (json_get(configuration, names[i]) && !mock_of(request)) /* ours */
            return refuse(request, arena_printf(request->call->arena,
                                                "The stateConfiguration field '%s' requires a mock", names[i]));
    }
    return true;
}

/* "The data read by ItemReader … as found in its original source": a file of the reader's type, or the list of what was
 * listed. */
static struct item_format format_of(const struct reader_option *reader, struct arena *arena)
{
    bool is_file = reader->input_type == INPUT_CSV || reader->input_type == INPUT_JSONL;
    struct item_format format = { .type = is_file ? reader->input_type : INPUT_JSON, .delimiter = reader->delimiter };
    if (reader->input_type == INPUT_JSON)
        format.pointer = reader->pointer;
    if (reader->csv_headers)
        format.headers = item_headers(reader->csv_headers, arena, &format.header_count);
    return format;
}

static bool take_item(void *data, struct str key, struct str text)
{
    struct buf *items = data;
    buf_add_byte(items, items->length ? ',' : key.at ? '{' : '[');
    if (key.at) {
        json_print_string(items, key);
        buf_add_byte(items, ':');
    }
    buf_add_str(items, text);
    return items->length <= ENGINE_MAX_DATA;
}

static bool read_items(struct request *request, struct str text)
{
    struct trial *trial = request->trial;
    const struct reader_option *reader = request->state->item_reader;
    struct buf items = BUF_EMPTY;
    struct item_format format = format_of(reader, trial->arena);
    struct item_parser *parser = item_parser_new(&format, (struct item_sink){ take_item, &items });
    bool whole = item_parser_feed(parser, text) && item_parser_end(parser);
    const char *why = item_parser_error(parser);
    if (items.length == 0)
        buf_add_byte(&items, '[');
    buf_add_byte(&items, items.at[0] == '{' ? '}' : ']');
    trial->item_data = json_parse_in(trial->arena, buf_str(&items), NULL);
    if (why)
        why = arena_printf(request->call->arena, "The mapItemReaderData cannot be read: %s", why); /* ours */
    item_parser_free(parser);
    buf_release(&items);
    return why ? refuse(request, why) : whole || refuse(request, "The mapItemReaderData is too large"); /* ours */
}

static bool read_configuration(struct request *request)
{
    struct trial *trial = request->trial;
    const cJSON *configuration = json_get(request->call->input, "stateConfiguration");
    struct str items = json_str(configuration, "mapItemReaderData");
    trial->retry_count = (unsigned)json_int64(configuration, "retrierRetryCount", 0);
    trial->failed_iterations = (size_t)json_int64(configuration, "mapIterationFailureCount", 0);
    if (!check_failures(request, configuration))
        return false;
    if (items.at && !request->state->item_reader) /* ours */
        return refuse(request, "The mapItemReaderData requires a Map state with an ItemReader");
    return !items.at || read_items(request, items);
}

/* ---- running ---- */

static bool read_request(struct request *request)
{
    struct call *call = request->call;
    request->trial = trial_new();
    return check_mock(request) && read_input(request) && read_state(request) && check_type(request) &&
           (!input_has(call, "roleArn") || role_check(call, input_str(call, "roleArn"), request->machine, NULL)) &&
           read_mock(request) && read_context(request) && read_variables(request) && read_configuration(request);
}

static struct json *make_row(struct request *request, const char *machine, const char *name, int64_t now_ms)
{
    const struct call *call = request->call;
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "name", name);
    json_set_string(row, "machineName", machine);
    json_set_string(row, "stateMachineArn",
                    arn_make(call->arena, "states", call->region, call->caller.account, "stateMachine:%s", machine));
    json_set_string(row, "type", "EXPRESS");
    json_set_string(row, "roleArn", input_string(call, "roleArn"));
    json_set_int64(row, "startDate", now_ms);
    json_set_int64(row, "deadline", now_ms + TEST_MOST_MS);
    return json_seal(row);
}

/* The test goes on; nobody hears of its end. */
static void forget_caller(struct call *call)
{
    struct execution *execution = call->parked;
    execution->caller = NULL;
}

static enum outcome run(struct request *request)
{
    struct call *call = request->call;
    char machine[37], name[37];
    random_uuid(&call->world->random, machine);
    random_uuid(&call->world->random, name);
    struct str arn = str_of(
        arn_make(call->arena, "states", call->region, call->caller.account, "express:%s:%s", machine, name));
    struct json *row = make_row(request, machine, name, clock_now(call->world->clock));
    struct execution *execution = engine_try(call->world, call_scope(call), arn, row, request->input, request->machine,
                                             request->state, request->trial);
    json_unref(row);
    request->machine = NULL;
    request->trial = NULL;
    execution->caller = call;
    call->parked = execution;
    call->abandoned = forget_caller;
    return CALL_PARKED;
}

enum outcome test_state(struct call *call)
{
    struct request request = { .call = call };
    enum outcome outcome = read_request(&request) ? run(&request) : CALL_FAILED;
    json_unref(request.input);
    machine_unref(request.machine);
    trial_free(request.trial);
    return outcome;
}

/* ---- the answer ---- */

static cJSON *error_details(const struct trial *trial)
{
    if (trial->retrier < 0 && trial->catcher < 0)
        return NULL;
    cJSON *details = cJSON_CreateObject();
    if (trial->catcher >= 0)
        json_set_int64(details, "catchIndex", trial->catcher);
    if (trial->retrier >= 0)
        json_set_int64(details, "retryIndex", trial->retrier);
    if (trial->backoff_s >= 0)
        json_set_int64(details, "retryBackoffIntervalSeconds", trial->backoff_s);
    return details;
}

static void add_thresholds(cJSON *data, const struct trial *trial, const struct state *state)
{
    if (state->type != STATE_MAP)
        return;
    json_set_int64(data, "maxConcurrency", (int64_t)trial->max_concurrency);
    if (trial->has_tolerated_count)
        json_set_int64(data, "toleratedFailureCount", (int64_t)trial->tolerated_count);
    if (trial->has_tolerated_percentage)
        json_set_number(data, "toleratedFailurePercentage", trial->tolerated_percentage);
}

static cJSON *inspection_data(const struct execution *execution, const struct state *state)
{
    const struct trial *trial = execution->trial;
    cJSON *data = cJSON_CreateObject(), *details = error_details(trial);
    json_set_str(data, "input", json_text(execution->input));
    for (size_t i = 0; i < TRIAL_STEPS; i++) {
        if (trial->steps[i])
            json_set_str(data, trial_step_names[i], json_text(trial->steps[i]));
    }
    add_thresholds(data, trial, state);
    if (trial->variables_after && json_root(trial->variables_after)->child)
        json_set_str(data, "variables", json_text(trial->variables_after));
    if (details)
        json_set(data, "errorDetails", details);
    return data;
}

void test_state_answer(struct execution *execution)
{
    struct call *call = execution->caller;
    const struct trial *trial = execution->trial;
    execution->caller = NULL;
    output_string(call, "status", trial->status);
    if (trial->output)
        output_str(call, "output", json_text(trial->output));
    output_string(call, "error", trial->error);
    if (trial->cause.at)
        output_str(call, "cause", trial->cause);
    output_string(call, "nextState", trial->next);
    if (input_has(call, "inspectionLevel") && !str_is(input_str(call, "inspectionLevel"), "INFO"))
        output_json(call, "inspectionData", inspection_data(execution, trial->state));
    call_resume(call, CALL_DONE);
}
