#include "services/lambda/concurrency.h"

#include "services/lambda/function.h"
#include "services/lambda/handlers.h"
#include "services/lambda/lambda_model.h"

struct sums {
    int64_t functions, code_bytes, reserved;
};

static struct sums sum_up(struct world *world, struct scope scope, struct str but_for_name)
{
    struct sums sums = { 0 };
    struct cursor at = store_seek(world->store, scope, &function_table, NULL, STR_NONE, false);
    while (store_next(&at)) {
        const cJSON *row = json_root(at.row);
        sums.functions++;
        sums.code_bytes += json_int64(json_get(row, "configuration"), "CodeSize", 0);
        if (!str_equal(at.key, but_for_name))
            sums.reserved += json_int64(row, "reserved", 0);
    }
    return sums;
}

const char *concurrency_refusal(struct world *world, struct scope scope, const cJSON *function, size_t running,
                                size_t running_at_all)
{
    const cJSON *reserved = json_get(function, "reserved");
    if (reserved)
        return (int64_t)running < json_to_int64(reserved) ? NULL : "ReservedFunctionConcurrentInvocationLimitExceeded";
    /* Reservations are summed up only where it could matter. */
    if (running_at_all < CONCURRENCY_UNRESERVED)
        return NULL;
    int64_t left = CONCURRENCY_MOST - sum_up(world, scope, STR_NONE).reserved;
    return (int64_t)running_at_all < left ? NULL : "ConcurrentInvocationLimitExceeded";
}

/* ---- the operations ---- */

static void keep(struct call *call, struct str name, struct json *row, const int64_t *reserved_or_null)
{
    cJSON *changed = json_thaw(json_root(row));
    if (reserved_or_null)
        json_set_int64(changed, "reserved", *reserved_or_null);
    else
        cJSON_DeleteItemFromObjectCaseSensitive(changed, "reserved");
    store_put(call->world->store, call_scope(call), &function_table, name, json_seal(changed));
}

enum outcome put_function_concurrency(struct call *call)
{
    struct function_name name;
    struct json *row = function_of_call(call, &name);
    if (!row)
        return CALL_FAILED;
    int64_t wanted = input_int64(call, "ReservedConcurrentExecutions", 0);
    int64_t others = sum_up(call->world, call_scope(call), name.name).reserved;
    if (others + wanted > CONCURRENCY_MOST - CONCURRENCY_UNRESERVED)
        return call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                         "Specified ReservedConcurrentExecutions for function decreases account's "
                         "UnreservedConcurrentExecution below its minimum value of [%d].",
                         CONCURRENCY_UNRESERVED);
    keep(call, name.name, row, &wanted);
    output_int64(call, "ReservedConcurrentExecutions", wanted);
    return CALL_DONE;
}

enum outcome get_function_concurrency(struct call *call)
{
    struct function_name name;
    struct json *row = function_of_call(call, &name);
    if (!row)
        return CALL_FAILED;
    const cJSON *reserved = json_get(json_root(row), "reserved");
    if (reserved)
        output_json(call, "ReservedConcurrentExecutions", json_thaw(reserved));
    return CALL_DONE;
}

enum outcome delete_function_concurrency(struct call *call)
{
    struct function_name name;
    struct json *row = function_of_call(call, &name);
    if (!row)
        return CALL_FAILED;
    keep(call, name.name, row, NULL);
    return CALL_DONE;
}

enum outcome get_account_settings(struct call *call)
{
    struct sums sums = sum_up(call->world, call_scope(call), STR_NONE);
    cJSON *limit = cJSON_CreateObject(), *usage = cJSON_CreateObject();
    json_set_int64(limit, "TotalCodeSize", 80530636800);
    json_set_int64(limit, "CodeSizeUnzipped", 262144000);
    json_set_int64(limit, "CodeSizeZipped", 52428800);
    json_set_int64(limit, "ConcurrentExecutions", CONCURRENCY_MOST);
    json_set_int64(limit, "UnreservedConcurrentExecutions", CONCURRENCY_MOST - sums.reserved);
    json_set_int64(usage, "TotalCodeSize", sums.code_bytes);
    json_set_int64(usage, "FunctionCount", sums.functions);
    output_json(call, "AccountLimit", limit);
    output_json(call, "AccountUsage", usage);
    return CALL_DONE;
}
