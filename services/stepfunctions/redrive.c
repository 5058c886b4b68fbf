#include "services/stepfunctions/redrive.h"

#include "services/stepfunctions/asl/engine.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/execution_row.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/history.h"
#include "services/stepfunctions/state_machine.h"
#include "services/stepfunctions/stepfunctions_model.h"

#define DAY_MS        ((int64_t)24 * 60 * 60 * 1000)
#define REDRIVABLE_MS (14 * DAY_MS)
#define OPEN_MS       (365 * DAY_MS)
#define EVENTS_MOST   24999 /* as many or more leave no room for ExecutionRedriven and one more */
#define TOKENS_KEPT   10
#define TOKEN_MS      ((int64_t)15 * 60 * 1000)

/* ---- who can be redriven ---- */

static bool is_deleting(struct world *world, struct scope scope, const cJSON *row)
{
    struct json *machine = state_machine_get(world, scope, json_str(row, "stateMachineArn"));
    return !machine || str_is(json_str(json_root(machine), "status"), "DELETING");
}

/* The sentences are DescribeExecution's, in the API reference and as recorded; NULL: none holds. */
static const char *reason_against(struct world *world, struct scope scope, const cJSON *row)
{
    int64_t now_ms = clock_now(world->clock);
    const char *status = json_string(row, "status");
    if (strcmp(status, EXECUTION_RUNNING) == 0)
        return "Execution is RUNNING and cannot be redriven";
    if (strcmp(status, EXECUTION_SUCCEEDED) == 0)
        return "Execution is SUCCEEDED and cannot be redriven";
    if (str_is(json_str(row, "type"), "EXPRESS"))
        return NULL;
    if (!json_get(row, "mapRunArn") && is_deleting(world, scope, row))
        return "State machine is in DELETING status";
    if (history_count(world, scope, json_str(row, "arn")) >= EVENTS_MOST)
        return "Execution history event limit exceeded";
    if (now_ms - json_int64(row, "startDate", 0) > OPEN_MS)
        return "Execution has exceeded the max execution time";
    if (now_ms - json_int64(row, "stopDate", 0) > REDRIVABLE_MS)
        return "Execution redrivable period exceeded";
    return NULL;
}

const char *redrive_status(struct world *world, struct scope scope, const cJSON *row, const char **ret_reason)
{
    *ret_reason = reason_against(world, scope, row);
    if (*ret_reason)
        return "NOT_REDRIVABLE";
    return json_get(row, "mapRunArn") ? "REDRIVABLE_BY_MAP_RUN" : "REDRIVABLE";
}

/* ---- client tokens ---- */

/* "Idempotent responses for the last 10 client tokens …, valid for up to 15 minutes after they are first used" (API
 * reference). The date that was answered then; -1: it is new. */
static int64_t answered_before(const struct call *call, const cJSON *row)
{
    struct str token = input_str(call, "clientToken");
    const cJSON *used;
    cJSON_ArrayForEach(used, json_get(row, "redriveTokens"))
    {
        int64_t date_ms = json_int64(used, "date", 0);
        if (token.at && str_equal(json_str(used, "token"), token) && clock_now(call->world->clock) - date_ms < TOKEN_MS)
            return date_ms;
    }
    return -1;
}

static struct json *with_token(const struct call *call, const cJSON *row, int64_t date_ms)
{
    struct str token = input_str(call, "clientToken");
    const cJSON *before = json_get(row, "redriveTokens");
    cJSON *tokens = before ? json_thaw(before) : cJSON_CreateArray(), *used = cJSON_CreateObject();
    json_set_str(used, "token", token.at ? token : STR(""));
    json_set_int64(used, "date", date_ms);
    json_add(tokens, used);
    if (cJSON_GetArraySize(tokens) > TOKENS_KEPT)
        cJSON_DeleteItemFromArray(tokens, 0);
    const struct row_change change = ROW_NODE("redriveTokens", tokens);
    struct json *changed = execution_row_with(row, &change, 1);
    cJSON_Delete(tokens);
    return changed;
}

/* ---- RedriveExecution ---- */

enum outcome redrive_execution(struct call *call)
{
    struct json *found = execution_of_call(call);
    if (!found)
        return CALL_FAILED;
    const cJSON *row = json_root(found);
    const char *reason;
    int64_t date_ms = answered_before(call, row);
    if (date_ms >= 0) {
        output_time(call, "redriveDate", date_ms);
        return CALL_DONE;
    }
    const char *status = redrive_status(call->world, call_scope(call), row, &reason);
    if (!reason && strcmp(status, "REDRIVABLE") != 0)
        reason = "Execution can only be redriven by its Map Run"; /* ours */
    if (reason)
        return call_fail(call, &STEPFUNCTIONS_EXECUTION_NOT_REDRIVABLE, "%s", reason);
    date_ms = clock_now(call->world->clock); /* one date: the answer's, the row's and the token's */
    struct json *redriven = with_token(call, row, date_ms);
    struct execution *execution = engine_redrive(call->world, call_scope(call), input_str(call, "executionArn"),
                                                 redriven, date_ms);
    json_unref(redriven);
    if (!execution)
        return call_fail(call, &STEPFUNCTIONS_EXECUTION_NOT_REDRIVABLE,
                         "The definition of this execution cannot be read."); /* ours */
    output_time(call, "redriveDate", date_ms);
    return CALL_DONE;
}
