#include "services/stepfunctions/alias.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/listing.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/state_machine.h"
#include "services/stepfunctions/stepfunctions_model.h"
#include "services/stepfunctions/version.h"

static cJSON *item(const cJSON *row)
{
    static const char *const texts[] = { "stateMachineArn",      "name",     "status", "stateMachineVersionArn",
                                         "stateMachineAliasArn", "mapRunArn" };
    cJSON *item = cJSON_CreateObject();
    json_set_string(item, "executionArn", json_string(row, "arn"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_set_string(item, texts[i], json_string(row, texts[i]));
    json_set(item, "startDate", json_new_time(json_int64(row, "startDate", 0)));
    if (json_get(row, "stopDate"))
        json_set(item, "stopDate", json_new_time(json_int64(row, "stopDate", 0)));
    json_set_int64(item, "redriveCount", 0);
    return item;
}

static bool has_status(const cJSON *row, const void *data)
{
    return str_is(json_str(row, "status"), data);
}

/* The rows that start with this, by this index; a status is filtered where the index does not know it. */
static enum outcome answer(struct call *call, const struct index_def *index, struct str arn, const char *status_or_null)
{
    struct listing listing = {
        .table = &execution_table,
        .index = index,
        .member = "executions",
        .item = item,
    };
    char *prefix = arena_printf(call->arena, "%.*s/", STR_ARG(arn));
    if (status_or_null && index == &execution_by_machine) {
        listing.index = &execution_by_status;
        prefix = arena_printf(call->arena, "%s%s/", prefix, status_or_null);
    } else if (status_or_null) {
        listing.wanted = has_status;
        listing.data = status_or_null;
    }
    listing.prefix = str_of(prefix);
    return listing_answer(call, &listing);
}

/* Which index has the executions of this machine, version or alias; NULL: the call was failed. */
static const struct index_def *index_of(struct call *call, struct str arn)
{
    struct scope scope = call_scope(call);
    struct json *machine = state_machine_get(call->world, scope, arn);
    if (!machine && version_get(call->world, scope, arn))
        return &execution_by_version;
    if (!machine && alias_get(call->world, scope, arn))
        return &execution_by_alias;
    if (!machine) {
        call_fail(call, &STEPFUNCTIONS_STATE_MACHINE_DOES_NOT_EXIST, "State Machine Does Not Exist: '%.*s'",
                  STR_ARG(arn));
        return NULL;
    }
    if (str_is(json_str(json_root(machine), "type"), "EXPRESS")) {
        call_fail(call, &STEPFUNCTIONS_STATE_MACHINE_TYPE_NOT_SUPPORTED,
                  "This operation is not supported by this type of state machine");
        return NULL;
    }
    return &execution_by_machine;
}

enum outcome list_executions(struct call *call)
{
    struct str machine_arn = input_str(call, "stateMachineArn"), map_run_arn = input_str(call, "mapRunArn");
    struct states_arn parsed;
    if (!machine_arn.at == !map_run_arn.at)
        return call_fail(call, &ERROR_VALIDATION, "Must provide a stateMachineArn or a mapRunArn, but not both");
    if (!states_arn_check(call, machine_arn.at ? machine_arn : map_run_arn, machine_arn.at ? "stateMachine" : "mapRun",
                          &parsed))
        return CALL_FAILED;
    const struct index_def *index = machine_arn.at ? index_of(call, machine_arn) : &execution_by_map_run;
    if (!index)
        return CALL_FAILED;
    return answer(call, index, machine_arn.at ? machine_arn : map_run_arn, input_string(call, "statusFilter"));
}
