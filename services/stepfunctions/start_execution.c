#include "services/stepfunctions/start_execution.h"

#include <inttypes.h>

#include "aws/arn.h"
#include "aws/jackson.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/asl/value.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/mock_file.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/revision.h"
#include "services/stepfunctions/state_machine.h"
#include "services/stepfunctions/stepfunctions_model.h"

#define EXPRESS_MOST_MS  (5 * 60 * 1000) /* docs: quotas of Express Workflows */
#define BILLED_STEP_MS   100
#define BILLED_MEMORY_MB 64
#define ROW_BYTES        1600 /* of an execution's row, about, beside its input */

/* ---- what is asked ---- */

struct request {
    struct machine_target target;
    struct str type; /* "STANDARD", "EXPRESS" */
    struct str name;
    struct str input_text;
    struct json *input; /* owned */
    char *arn;
    struct str mocks; /* mock_file.h; empty: none */
};

static bool is_express(const struct request *request)
{
    return str_is(request->type, "EXPRESS");
}

static bool read_target(struct call *call, struct request *request)
{
    struct str arn, test_case;
    mock_file_split(input_str(call, "stateMachineArn"), &arn, &test_case);
    if (!state_machine_target(call, arn, &request->target))
        return false;
    const cJSON *revision = json_root(request->target.revision);
    request->type = json_str(revision, "type");
    return !test_case.at || mock_file_find(call, json_str(revision, "name"), test_case, &request->mocks);
}

static bool read_name(struct call *call, struct request *request)
{
    request->name = input_str(call, "name");
    if (request->name.at)
        return name_check(call, request->name);
    char *uuid = ARENA_ARRAY(call->arena, char, 37);
    random_uuid(&call->world->random, uuid);
    request->name = str_of(uuid);
    return true;
}

static bool read_input(struct call *call, struct request *request)
{
    struct json_error why;
    request->input_text = input_has(call, "input") ? input_str(call, "input") : STR("{}");
    if (request->input_text.length > ENGINE_MAX_DATA) { /* the model counts characters; the API reference says bytes */
        call_fail(call, &ERROR_VALIDATION,
                  "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length "
                  "less than or equal to %d",
                  ENGINE_MAX_DATA);
        return false;
    }
    request->input = json_parse(request->input_text, &why);
    if (request->input)
        return true;
    char *sentence = arena_printf(call->arena, "Invalid State Machine Execution Input: '%s'",
                                  jackson_sentence(call->arena, &why));
    call_fail_with(call, &STEPFUNCTIONS_INVALID_EXECUTION_INPUT, str_of(sentence));
    return false;
}

/* "…:execution:MACHINE:NAME", "…:express:MACHINE:NAME:UUID". */
static void make_arn(struct call *call, struct request *request)
{
    struct str machine = json_str(json_root(request->target.machine), "name");
    char uuid[37] = "";
    if (is_express(request))
        random_uuid(&call->world->random, uuid);
    request->arn = arn_make(call->arena, "states", call->region, call->caller.account, "%s:%.*s:%.*s%s%s",
                            is_express(request) ? "express" : "execution", STR_ARG(machine), STR_ARG(request->name),
                            *uuid ? ":" : "", uuid);
}

/* False: the call was failed. */
static bool read_request(struct call *call, struct request *request)
{
    *request = (struct request){ 0 };
    if (!read_target(call, request) || !read_name(call, request) || !read_input(call, request))
        return false;
    make_arn(call, request);
    return true;
}

/* ---- the row ---- */

static int64_t deadline_of(int64_t start_ms, int64_t timeout_seconds, bool express)
{
    int64_t most_ms = timeout_seconds * 1000;
    if (express && (most_ms == 0 || most_ms > EXPRESS_MOST_MS))
        most_ms = EXPRESS_MOST_MS;
    return most_ms ? start_ms + most_ms : 0;
}

static int64_t timeout_seconds(const struct request *request)
{
    struct machine *machine = machine_cached(json_str(json_root(request->target.revision), "definition"),
                                             is_express(request) ? MACHINE_EXPRESS : MACHINE_STANDARD);
    int64_t seconds = machine ? machine->timeout_seconds : 0;
    machine_unref(machine);
    return seconds;
}

static void add_text(struct arena *arena, cJSON *row, const char *name, struct str text_or_none)
{
    if (text_or_none.length)
        value_add(row, name, value_string(arena, text_or_none));
}

static struct json *make_row(struct call *call, const struct request *request)
{
    const cJSON *revision = json_root(request->target.revision);
    int64_t now_ms = clock_now(call->world->clock);
    struct arena *arena = arena_new_sized(ROW_BYTES + request->input_text.length);
    cJSON *row = value_object(arena);
    add_text(arena, row, "arn", str_of(request->arn));
    add_text(arena, row, "name", request->name);
    add_text(arena, row, "type", request->type);
    add_text(arena, row, "status", str_of(EXECUTION_RUNNING));
    add_text(arena, row, "stateMachineArn", request->target.machine_arn);
    add_text(arena, row, "stateMachineVersionArn", request->target.version_arn);
    add_text(arena, row, "stateMachineAliasArn", request->target.alias_arn);
    add_text(arena, row, "machineName", json_str(revision, "name"));
    add_text(arena, row, "revision", request->target.revision_key);
    add_text(arena, row, "roleArn", json_str(revision, "roleArn"));
    add_text(arena, row, "input", request->input_text);
    value_add(row, "startDate", value_int64(arena, now_ms));
    int64_t deadline_ms = deadline_of(now_ms, timeout_seconds(request), is_express(request));
    if (deadline_ms)
        value_add(row, "deadline", value_int64(arena, deadline_ms));
    add_text(arena, row, "traceHeader", input_str(call, "traceHeader"));
    add_text(arena, row, "mocks", request->mocks);
    return json_seal_arena(arena, row);
}

static struct execution *start(struct call *call, const struct request *request)
{
    struct scope scope = call_scope(call);
    struct json *row = make_row(call, request);
    struct execution *execution = engine_start(call->world, scope, str_of(request->arn), row, request->input);
    if (execution)
        store_put(call->world->store, scope, &execution_table, str_of(request->arn), row);
    else
        json_unref(row);
    return execution;
}

/* ---- StartExecution ---- */

static enum outcome answer_started(struct call *call, struct str arn, int64_t start_ms)
{
    output_str(call, "executionArn", arn);
    output_time(call, "startDate", start_ms);
    return CALL_DONE;
}

/* The same name again is the same execution while it runs with the same input; else the name is taken. */
static enum outcome answer_again(struct call *call, const struct request *request, const cJSON *row)
{
    if (str_is(json_str(row, "status"), EXECUTION_RUNNING) && str_equal(json_str(row, "input"), request->input_text))
        return answer_started(call, str_of(request->arn), json_int64(row, "startDate", 0));
    return call_fail(call, &STEPFUNCTIONS_EXECUTION_ALREADY_EXISTS, "Execution Already Exists: '%s'", request->arn);
}

static enum outcome fail_unreadable(struct call *call)
{
    return call_fail(call, &ERROR_INTERNAL_FAILURE, "The definition of this state machine cannot be read.");
}

enum outcome start_execution(struct call *call)
{
    struct request request;
    if (!read_request(call, &request))
        return CALL_FAILED;
    enum outcome outcome;
    struct json *old = execution_get(call->world, call_scope(call), str_of(request.arn));
    struct execution *execution;
    if (old)
        outcome = answer_again(call, &request, json_root(old));
    else if ((execution = start(call, &request)))
        outcome = answer_started(call, str_of(execution->arn), execution->start_ms);
    else
        outcome = fail_unreadable(call);
    json_unref(request.input);
    return outcome;
}

/* ---- StartSyncExecution ---- */

static void set_included(struct call *call, const char *name)
{
    cJSON *details = cJSON_CreateObject();
    json_set_bool(details, "included", true);
    output_json(call, name, details);
}

static void answer_billing(struct call *call, int64_t duration_ms)
{
    cJSON *billing = cJSON_CreateObject();
    int64_t billed_ms = (duration_ms + BILLED_STEP_MS - 1) / BILLED_STEP_MS * BILLED_STEP_MS;
    json_set_int64(billing, "billedMemoryUsedInMB", BILLED_MEMORY_MB);
    json_set_int64(billing, "billedDurationInMilliseconds", billed_ms ? billed_ms : BILLED_STEP_MS);
    output_json(call, "billingDetails", billing);
}

void start_sync_answer(struct execution *execution)
{
    static const char *const texts[] = { "stateMachineArn", "name", "status", "error", "cause", "traceHeader" };
    struct call *call = execution->caller;
    const cJSON *row = json_root(execution->row);
    int64_t start_ms = json_int64(row, "startDate", 0), stop_ms = json_int64(row, "stopDate", 0);
    bool whole = !str_is(input_str(call, "includedData"), "METADATA_ONLY");
    execution->caller = NULL;
    output_string(call, "executionArn", execution->arn);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        output_string(call, texts[i], json_string(row, texts[i]));
    output_time(call, "startDate", start_ms);
    output_time(call, "stopDate", stop_ms);
    if (whole) {
        output_string(call, "input", json_string(row, "input"));
        set_included(call, "inputDetails");
        output_string(call, "output", json_string(row, "output"));
        set_included(call, "outputDetails");
    }
    answer_billing(call, stop_ms - start_ms);
    call_resume(call, CALL_DONE);
}

/* The execution goes on; nobody hears of its end. */
static void forget_caller(struct call *call)
{
    struct execution *execution = call->parked;
    execution->caller = NULL;
}

enum outcome start_sync_execution(struct call *call)
{
    struct request request;
    if (!read_request(call, &request))
        return CALL_FAILED;
    enum outcome outcome = CALL_PARKED;
    if (!is_express(&request)) {
        outcome = call_fail(call, &STEPFUNCTIONS_STATE_MACHINE_TYPE_NOT_SUPPORTED,
                            "This operation is not supported by this type of state machine");
    } else {
        struct execution *execution = start(call, &request);
        if (execution) {
            execution->caller = call;
            call->parked = execution;
            call->abandoned = forget_caller;
        } else {
            outcome = fail_unreadable(call);
        }
    }
    json_unref(request.input);
    return outcome;
}

/* ---- iterations of a distributed Map ---- */

/* "MACHINE/LABEL" out of "…:mapRun:MACHINE/LABEL:UUID". */
static struct str labelled_machine(struct str map_run_arn)
{
    struct states_arn arn = { 0 };
    states_arn_parse(map_run_arn, &arn);
    return arn.name;
}

static cJSON *iteration_row(struct branch *parent, size_t index, struct json *input, struct str machine,
                            const char *name, bool express)
{
    struct execution *execution = parent->execution;
    const struct state *state = parent->state;
    struct buf text = BUF_EMPTY;
    int64_t now_ms = engine_now(execution);
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "name", name);
    json_set_string(row, "type", express ? "EXPRESS" : "STANDARD");
    json_set_string(row, "status", EXECUTION_RUNNING);
    buf_printf(&text, "arn:aws:states:%s:%s:stateMachine:%.*s", execution->scope.region, execution->scope.account,
               STR_ARG(machine));
    json_set_str(row, "stateMachineArn", buf_str(&text));
    json_set_string(row, "machineName", execution->machine_name);
    json_set_str(row, "revision", json_str(json_root(execution->row), "revision"));
    json_set_string(row, "roleArn", execution->role_arn);
    json_set_str(row, "input", json_text(input));
    json_set_int64(row, "startDate", now_ms);
    if (express)
        json_set_int64(row, "deadline", now_ms + EXPRESS_MOST_MS);
    json_set_string(row, "mocks", json_string(json_root(execution->row), "mocks"));
    json_set_string(row, "mapRunArn", parent->join->map_run_arn);
    json_set_int64(row, "mapState", state->index);
    json_set_string(row, "parent", execution->arn);
    buf_clear(&text);
    branch_print_path(parent, &text);
    json_set_str(row, "parentBranch", buf_str(&text));
    json_set_int64(row, "item", (int64_t)index);
    json_set(row, "itemValue", json_thaw(parent->join->items[index]));
    buf_release(&text);
    return row;
}

void start_map_iteration(struct branch *parent, size_t index, struct json *input)
{
    struct execution *execution = parent->execution;
    struct world *world = execution->strand.world;
    struct str machine = labelled_machine(str_of(parent->join->map_run_arn));
    char name[37], id[37];
    random_uuid(&world->random, name);
    random_uuid(&world->random, id);
    const char *type = parent->state->execution_type;
    bool express = type && strcmp(type, "EXPRESS") == 0;
    struct buf arn = BUF_EMPTY;
    buf_printf(&arn, "arn:aws:states:%s:%s:%s:%.*s:%s%s%s", execution->scope.region, execution->scope.account,
               express ? "express" : "execution", STR_ARG(machine), name, express ? ":" : "", express ? id : "");
    cJSON *tree = iteration_row(parent, index, input, machine, name, express);
    json_set_str(tree, "arn", buf_str(&arn));
    struct json *row = json_seal(tree);
    engine_start(world, execution->scope, buf_str(&arn), row, input);
    store_put(world->store, execution->scope, &execution_table, buf_str(&arn), row);
    buf_release(&arn);
}
