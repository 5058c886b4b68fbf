#include "services/stepfunctions/execution.h"

#include "services/stepfunctions/asl/engine.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/revision.h"
#include "services/stepfunctions/stepfunctions_model.h"

const char EXECUTION_ENDED[] = "stepfunctions.execution.ended";

/* ---- tables ---- */

static bool begin_with(const cJSON *row, const char *member, struct buf *ret_key)
{
    struct str text = json_str(row, member);
    if (!text.at)
        return false;
    buf_add_str(ret_key, text);
    buf_add_byte(ret_key, '/');
    return true;
}

/* Newest first: what is left until the end of time. */
static void add_age(const cJSON *row, struct buf *ret_key)
{
    buf_add_digits(ret_key, (uint64_t)(INT64_MAX - json_int64(row, "startDate", 0)), 16, 16);
    buf_add_byte(ret_key, '/');
}

static bool place_by(const cJSON *row, const char *member, struct buf *ret_key)
{
    if (!begin_with(row, member, ret_key))
        return false;
    add_age(row, ret_key);
    return true;
}

static bool by_machine(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    return place_by(row, "stateMachineArn", ret_key);
}

static bool by_status(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    if (!begin_with(row, "stateMachineArn", ret_key) || !begin_with(row, "status", ret_key))
        return false;
    add_age(row, ret_key);
    return true;
}

static bool by_version(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    return place_by(row, "stateMachineVersionArn", ret_key);
}

static bool by_alias(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    return place_by(row, "stateMachineAliasArn", ret_key);
}

static bool by_map_run(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    return place_by(row, "mapRunArn", ret_key);
}

static bool by_revision(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    return place_by(row, "revision", ret_key);
}

const struct index_def execution_by_machine = { "machine", by_machine, .fixed = true };
const struct index_def execution_by_status = { "status", by_status };
const struct index_def execution_by_version = { "version", by_version, .fixed = true };
const struct index_def execution_by_alias = { "alias", by_alias, .fixed = true };
const struct index_def execution_by_map_run = { "map_run", by_map_run, .fixed = true };
const struct index_def execution_by_revision = { "revision", by_revision, .fixed = true };

static const struct index_def *const indexes[] = { &execution_by_machine,
                                                   &execution_by_status,
                                                   &execution_by_version,
                                                   &execution_by_alias,
                                                   &execution_by_map_run,
                                                   &execution_by_revision,
                                                   NULL };

const struct table_def execution_table = { .name = "stepfunctions.execution", .indexes = indexes };
const struct table_def branch_table = { .name = "stepfunctions.branch" };

/* ---- looking up ---- */

struct json *execution_get(struct world *world, struct scope scope, struct str arn)
{
    return store_get(world->store, scope, &execution_table, arn);
}

/* What still stands only in memory is written first: a call sees all that has happened. */
struct json *execution_of_call(struct call *call)
{
    struct str arn = input_str(call, "executionArn");
    struct states_arn parsed;
    if (!states_arn_check(call, arn, "execution", &parsed))
        return NULL;
    struct execution *running = engine_find(call->world, arn);
    bool is_ours = execution_get(call->world, call_scope(call), arn) != NULL;
    if (running && is_ours)
        engine_flush(running);
    struct json *row = execution_get(call->world, call_scope(call), arn);
    if (!row)
        call_fail(call, &STEPFUNCTIONS_EXECUTION_DOES_NOT_EXIST, "Execution Does Not Exist: '%.*s'", STR_ARG(arn));
    return row;
}

bool execution_any_running(struct world *world, struct scope scope, struct str machine_arn)
{
    struct buf prefix = BUF_EMPTY;
    buf_printf(&prefix, "%.*s/%s/", STR_ARG(machine_arn), EXECUTION_RUNNING);
    struct cursor at = store_seek_from(world->store, scope, &execution_table, &execution_by_status, buf_str(&prefix));
    bool found = false;
    if (store_next(&at)) {
        found = str_starts(at.place, buf_str(&prefix));
        store_close(&at);
    }
    buf_release(&prefix);
    return found;
}

/* ---- StopExecution ---- */

enum outcome stop_execution(struct call *call)
{
    struct json *row = execution_of_call(call);
    if (!row)
        return CALL_FAILED;
    struct str arn = input_str(call, "executionArn"), cause = input_str(call, "cause");
    struct execution *running = engine_find(call->world, arn);
    if (running) {
        engine_abort(running, input_string(call, "error"), cause);
        row = execution_get(call->world, call_scope(call), arn);
    }
    /* One that has ended stays as it is, and AWS answers when that was. */
    output_time(call, "stopDate", json_int64(json_root(row), "stopDate", 0));
    return CALL_DONE;
}

/* ---- DescribeExecution ---- */

static void answer_data(struct call *call, const cJSON *row, const char *name, const char *details_name, bool included)
{
    if (!json_get(row, name))
        return;
    if (included)
        output_str(call, name, json_str(row, name));
    cJSON *details = cJSON_CreateObject();
    json_set_bool(details, "included", included);
    output_json(call, details_name, details);
}

static void answer_redrive(struct call *call, const cJSON *row)
{
    const char *status = json_string(row, "status");
    bool never = strcmp(status, EXECUTION_SUCCEEDED) == 0 || strcmp(status, EXECUTION_RUNNING) == 0;
    output_int64(call, "redriveCount", 0);
    output_string(call, "redriveStatus", never ? "NOT_REDRIVABLE" : "REDRIVABLE");
    if (never)
        output_string(call, "redriveStatusReason",
                      arena_printf(call->arena, "Execution is %s and cannot be redriven", status));
}

/* An ARN that is none does not exist either, says AWS here (recorded), other than everywhere else. */
static struct json *find_described(struct call *call)
{
    struct str arn = input_str(call, "executionArn");
    struct states_arn parsed;
    if (states_arn_parse(arn, &parsed))
        return execution_of_call(call);
    call_fail(call, &STEPFUNCTIONS_EXECUTION_DOES_NOT_EXIST, "Execution Does Not Exist: '%.*s'", STR_ARG(arn));
    return NULL;
}

enum outcome describe_execution(struct call *call)
{
    static const char *const texts[] = {
        "stateMachineArn",      "name",        "status",   "error", "cause", "stateMachineVersionArn",
        "stateMachineAliasArn", "traceHeader", "mapRunArn"
    };
    struct json *found = find_described(call);
    if (!found)
        return CALL_FAILED;
    const cJSON *row = json_root(found);
    bool whole = !str_is(input_str(call, "includedData"), "METADATA_ONLY");
    output_str(call, "executionArn", input_str(call, "executionArn"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        output_string(call, texts[i], json_string(row, texts[i]));
    output_time(call, "startDate", json_int64(row, "startDate", 0));
    if (json_get(row, "stopDate"))
        output_time(call, "stopDate", json_int64(row, "stopDate", 0));
    answer_data(call, row, "input", "inputDetails", whole);
    answer_data(call, row, "output", "outputDetails", whole);
    answer_redrive(call, row);
    return CALL_DONE;
}

/* ---- DescribeStateMachineForExecution ---- */

enum outcome describe_state_machine_for_execution(struct call *call)
{
    struct json *found = execution_of_call(call);
    if (!found)
        return CALL_FAILED;
    const cJSON *row = json_root(found);
    struct json *revision = revision_get(call->world, call_scope(call), json_str(row, "revision"));
    if (!revision)
        return call_fail(call, &STEPFUNCTIONS_EXECUTION_DOES_NOT_EXIST, "Execution Does Not Exist: '%s'",
                         input_string(call, "executionArn"));
    output_str(call, "stateMachineArn", json_str(row, "stateMachineArn"));
    output_string(call, "mapRunArn", json_string(row, "mapRunArn"));
    revision_answer(call, json_root(revision));
    output_time(call, "updateDate", json_int64(json_root(revision), "updateDate", 0));
    return CALL_DONE;
}
