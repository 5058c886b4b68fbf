#include "services/stepfunctions/alias.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/listing.h"
#include "services/stepfunctions/map_run.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/state_machine.h"
#include "services/stepfunctions/stepfunctions_model.h"
#include "services/stepfunctions/version.h"

static cJSON *item(const cJSON *row)
{
    static const char *const texts[] = { "stateMachineArn", "name", "stateMachineVersionArn", "stateMachineAliasArn",
                                         "mapRunArn" };
    cJSON *item = cJSON_CreateObject();
    json_set_string(item, "executionArn", json_string(row, "arn"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_set_string(item, texts[i], json_string(row, texts[i]));
    json_set_string(item, "status", execution_status(row));
    json_set(item, "startDate", json_new_time(json_int64(row, "startDate", 0)));
    if (json_get(row, "stopDate"))
        json_set(item, "stopDate", json_new_time(json_int64(row, "stopDate", 0)));
    if (json_get(row, "mapRunArn"))
        json_set_int64(item, "itemCount", json_int64(row, "items", 1));
    json_set_int64(item, "redriveCount", json_int64(row, "redriveCount", 0));
    if (json_get(row, "redriveDate"))
        json_set(item, "redriveDate", json_new_time(json_int64(row, "redriveDate", 0)));
    return item;
}

struct filter {
    const char *status, *redrive; /* NULL: any */
};

static bool is_wanted(const cJSON *row, const void *data)
{
    const struct filter *filter = data;
    bool redriven = json_int64(row, "redriveCount", 0) > 0;
    return (!filter->status || strcmp(execution_status(row), filter->status) == 0) &&
           (!filter->redrive || redriven == (strcmp(filter->redrive, "REDRIVEN") == 0));
}

/* The rows that start with this, by this index; what the index does not know is filtered. */
static enum outcome answer(struct call *call, const struct index_def *index, struct str arn,
                           const struct filter *filter)
{
    struct listing listing = {
        .table = &execution_table,
        .index = index,
        .member = "executions",
        .item = item,
    };
    char *prefix = arena_printf(call->arena, "%.*s/", STR_ARG(arn));
    if (filter->status && index == &execution_by_machine) {
        listing.index = &execution_by_status;
        prefix = arena_printf(call->arena, "%s%s/", prefix, filter->status);
    } else if (filter->status || filter->redrive) {
        listing.wanted = is_wanted;
        listing.data = filter;
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

/* NULL: the call was failed. */
static const struct index_def *index_of_run(struct call *call, struct str arn)
{
    return map_run_get(call, arn) ? &execution_by_map_run : NULL;
}

/* Both belong to Map Runs ("ListExecutions" of the API reference); the sentences are ours. */
static bool check_filter(struct call *call, const struct filter *filter)
{
    bool pending = filter->status && strcmp(filter->status, "PENDING_REDRIVE") == 0;
    if (pending)
        call_fail(call, &ERROR_VALIDATION, "The statusFilter PENDING_REDRIVE is only supported with a mapRunArn");
    else if (filter->redrive)
        call_fail(call, &ERROR_VALIDATION, "The redriveFilter is only supported with a mapRunArn");
    return !pending && !filter->redrive;
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
    const struct filter filter = { input_string(call, "statusFilter"), input_string(call, "redriveFilter") };
    if (machine_arn.at && !check_filter(call, &filter))
        return CALL_FAILED;
    const struct index_def *index = machine_arn.at ? index_of(call, machine_arn) : index_of_run(call, map_run_arn);
    if (!index)
        return CALL_FAILED;
    return answer(call, index, machine_arn.at ? machine_arn : map_run_arn, &filter);
}
