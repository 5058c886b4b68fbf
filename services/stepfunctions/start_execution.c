#include "services/stepfunctions/start_execution.h"

#include <inttypes.h>

#include "aws/arn.h"
#include "aws/jackson.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/execution_row.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/mock_file.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/revision.h"
#include "services/stepfunctions/state_machine.h"
#include "services/stepfunctions/stepfunctions_model.h"

#define EXPRESS_MOST_MS  (5 * 60 * 1000) /* docs: quotas of Express Workflows */
#define BILLED_STEP_MS   100
#define BILLED_MEMORY_MB 64

/* ---- what is asked ---- */

struct request {
    struct machine_target target;
    struct str type; /* "STANDARD", "EXPRESS" */
    const char *name;
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
    request->name = input_string(call, "name");
    if (request->name)
        return name_check(call, str_of(request->name));
    char *uuid = ARENA_ARRAY(call->arena, char, 37);
    random_uuid(&call->world->random, uuid);
    request->name = uuid;
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
    const char *machine = json_string(json_root(request->target.machine), "name");
    bool express = is_express(request);
    char uuid[37] = "";
    if (express)
        random_uuid(&call->world->random, uuid);
    const char *const pieces[] = {
        express ? "express:" : "execution:", machine, ":", request->name, express ? ":" : "", uuid, NULL
    };
    request->arn = arn_join(call->arena, "states", call->region, call->caller.account, arena_join(call->arena, pieces));
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

static struct str unless_empty(struct str text)
{
    return text.length ? text : STR_NONE;
}

static struct json *make_row(struct call *call, const struct request *request, int64_t now_ms)
{
    const cJSON *revision = json_root(request->target.revision);
    int64_t deadline_ms = deadline_of(now_ms, timeout_seconds(request), is_express(request));
    const struct row_change changes[] = {
        ROW_TEXT("arn", str_of(request->arn)),
        ROW_TEXT("name", str_of(request->name)),
        ROW_TEXT("type", request->type),
        ROW_TEXT("status", str_of(EXECUTION_RUNNING)),
        ROW_TEXT("stateMachineArn", unless_empty(request->target.machine_arn)),
        ROW_TEXT("stateMachineVersionArn", unless_empty(request->target.version_arn)),
        ROW_TEXT("stateMachineAliasArn", unless_empty(request->target.alias_arn)),
        ROW_TEXT("machineName", json_str(revision, "name")),
        ROW_TEXT("revision", unless_empty(request->target.revision_key)),
        ROW_TEXT("roleArn", json_str(revision, "roleArn")),
        ROW_TEXT("input", request->input_text),
        ROW_NUMBER("startDate", now_ms),
        ROW_TEXT("traceHeader", unless_empty(input_str(call, "traceHeader"))),
        ROW_TEXT("mocks", unless_empty(request->mocks)),
        deadline_ms ? (struct row_change)ROW_NUMBER("deadline", deadline_ms) : (struct row_change)ROW_GONE("deadline"),
    };
    return execution_row_with(NULL, changes, sizeof changes / sizeof *changes);
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

static enum outcome start(struct call *call, const struct request *request)
{
    int64_t now_ms = clock_now(call->world->clock);
    struct str arn = str_of(request->arn);
    struct json *row = make_row(call, request, now_ms);
    bool started = engine_start_now(call->world, call_scope(call), arn, row, request->input);
    return started ? answer_started(call, arn, now_ms) : fail_unreadable(call);
}

enum outcome start_execution(struct call *call)
{
    struct request request;
    if (!read_request(call, &request))
        return CALL_FAILED;
    struct json *old = execution_get(call->world, call_scope(call), str_of(request.arn));
    enum outcome outcome = old ? answer_again(call, &request, json_root(old)) : start(call, &request);
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

/* Its first step comes in its turn, behind this call: the end must find somebody who waits for it. */
static enum outcome start_and_wait(struct call *call, const struct request *request)
{
    struct json *row = make_row(call, request, clock_now(call->world->clock));
    struct execution *execution = engine_start(call->world, call_scope(call), str_of(request->arn), row,
                                               request->input);
    if (!execution)
        return fail_unreadable(call);
    execution->caller = call;
    call->parked = execution;
    call->abandoned = forget_caller;
    return CALL_PARKED;
}

enum outcome start_sync_execution(struct call *call)
{
    struct request request;
    if (!read_request(call, &request))
        return CALL_FAILED;
    enum outcome outcome = is_express(&request)
                               ? start_and_wait(call, &request)
                               : call_fail(call, &STEPFUNCTIONS_STATE_MACHINE_TYPE_NOT_SUPPORTED,
                                           "This operation is not supported by this type of state machine");
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

void start_map_machine_arn(struct scope scope, const char *map_run_arn, struct buf *ret_arn)
{
    buf_printf(ret_arn, "arn:aws:states:%s:%s:stateMachine:%.*s", scope.region, scope.account,
               STR_ARG(labelled_machine(str_of(map_run_arn))));
}

static struct json *iteration_row(struct branch *parent, const struct iteration *iteration, struct json *input,
                                  struct str arn, const char *name, bool express)
{
    struct execution *execution = parent->execution;
    const cJSON *outer = json_root(execution->row);
    struct buf machine_arn = BUF_EMPTY, branch = BUF_EMPTY;
    int64_t now_ms = engine_now(execution);
    start_map_machine_arn(execution->scope, parent->join->run->arn, &machine_arn);
    branch_print_path(parent, &branch);
    struct row_change changes[] = {
        ROW_TEXT("arn", arn),
        ROW_TEXT("name", str_of(name)),
        ROW_TEXT("type", express ? STR("EXPRESS") : STR("STANDARD")),
        ROW_TEXT("status", str_of(EXECUTION_RUNNING)),
        ROW_TEXT("stateMachineArn", buf_str(&machine_arn)),
        ROW_TEXT("machineName", str_of(execution->machine_name)),
        ROW_TEXT("revision", json_str(outer, "revision")),
        ROW_TEXT("roleArn", str_of(execution->role_arn)),
        ROW_TEXT("input", json_text(input)),
        ROW_NUMBER("startDate", now_ms),
        ROW_TEXT("mocks", json_str(outer, "mocks")),
        ROW_TEXT("mapRunArn", str_of(parent->join->run->arn)),
        ROW_NUMBER("mapState", parent->state->index),
        ROW_TEXT("parent", str_of(execution->arn)),
        ROW_TEXT("parentBranch", buf_str(&branch)),
        ROW_NUMBER("item", iteration->number),
        ROW_NUMBER(iteration->batch ? "batchFirst" : "itemFirst", iteration->first),
        ROW_NUMBER("items", iteration->items),
        ROW_NODE("itemValue", iteration->item),
        express ? (struct row_change)ROW_NUMBER("deadline", now_ms + EXPRESS_MOST_MS)
                : (struct row_change)ROW_GONE("deadline"),
    };
    struct json *row = execution_row_with(NULL, changes, sizeof changes / sizeof *changes);
    buf_release(&machine_arn);
    buf_release(&branch);
    return row;
}

static bool runs_express(const struct state *map)
{
    return map->execution_type && strcmp(map->execution_type, "EXPRESS") == 0;
}

void start_map_iteration(struct branch *parent, const struct iteration *iteration, struct json *input)
{
    struct execution *execution = parent->execution;
    struct world *world = execution->strand.world;
    struct str machine = labelled_machine(str_of(parent->join->run->arn));
    char name[37], id[37];
    random_uuid(&world->random, name);
    random_uuid(&world->random, id);
    bool express = runs_express(parent->state);
    struct buf arn = BUF_EMPTY;
    buf_printf(&arn, "arn:aws:states:%s:%s:%s:%.*s:%s%s%s", execution->scope.region, execution->scope.account,
               express ? "express" : "execution", STR_ARG(machine), name, express ? ":" : "", express ? id : "");
    struct json *row = iteration_row(parent, iteration, input, buf_str(&arn), name, express);
    engine_start(world, execution->scope, buf_str(&arn), row, input);
    buf_release(&arn);
}

void start_map_iteration_again(struct world *world, struct scope scope, struct str arn, struct json *row)
{
    int64_t now_ms = clock_now(world->clock);
    const struct row_change changes[] = {
        ROW_TEXT("status", str_of(EXECUTION_RUNNING)),
        ROW_NUMBER("startDate", now_ms),
        ROW_NUMBER("deadline", now_ms + EXPRESS_MOST_MS),
        ROW_GONE("stopDate"),
        ROW_GONE("output"),
        ROW_GONE("error"),
        ROW_GONE("cause"),
        ROW_GONE("pendingRedrive"),
    };
    struct json *again = execution_row_with(json_root(row), changes, sizeof changes / sizeof *changes);
    struct json *input = json_parse(json_str(json_root(again), "input"), NULL);
    engine_start(world, scope, arn, again, input);
    json_unref(input);
}
