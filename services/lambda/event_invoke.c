#include "services/lambda/event_invoke.h"

#include "services/lambda/function_version.h"
#include "services/lambda/handlers.h"
#include "services/lambda/lambda_model.h"
#include "services/lambda/listing.h"

const struct table_def event_invoke_table = { .name = "lambda.event_invoke" };

#define RETRIES_DEFAULT  2
#define MOST_AGE_DEFAULT 21600

/* ---- rows ---- */

/* What stands on $LATEST stands on the function that is named without a qualifier. */
static struct json *get_row(struct world *world, struct scope scope, struct str function, struct str qualifier)
{
    char key[FUNCTION_KEY_BYTES];
    if (str_is(qualifier, LATEST))
        qualifier = STR_NONE;
    return store_get(world->store, scope, &event_invoke_table, function_key(key, function, qualifier));
}

struct event_policy event_policy_of(struct world *world, struct scope scope, struct str function, struct str qualifier)
{
    struct json *row = get_row(world, scope, function, qualifier);
    const cJSON *policy = row ? json_root(row) : NULL;
    return (struct event_policy){ json_int64(policy, "MaximumRetryAttempts", RETRIES_DEFAULT),
                                  json_int64(policy, "MaximumEventAgeInSeconds", MOST_AGE_DEFAULT) };
}

/* ---- the operations ---- */

static cJSON *listed(struct call *call, const cJSON *row)
{
    cJSON *item = json_thaw(row);
    json_set(item, "LastModified", json_new_time(json_int64(row, "LastModified", 0)));
    return item;
}

static void answer(struct call *call, const cJSON *row)
{
    cJSON_Delete(call->output);
    call->output = listed(call, row);
}

static void set_destinations(cJSON *row, const cJSON *given_or_null)
{
    static const char *const outcomes[] = { "OnSuccess", "OnFailure" };
    cJSON *config = given_or_null ? json_thaw(given_or_null) : cJSON_CreateObject();
    for (size_t i = 0; i < 2; i++) {
        if (!json_get(config, outcomes[i]))
            json_set(config, outcomes[i], cJSON_CreateObject());
    }
    json_set(row, "DestinationConfig", config);
}

static void apply(struct call *call, cJSON *row)
{
    static const char *const numbers[] = { "MaximumRetryAttempts", "MaximumEventAgeInSeconds" };
    for (size_t i = 0; i < 2; i++) {
        if (input_has(call, numbers[i]))
            json_set(row, numbers[i], json_thaw(json_get(call->input, numbers[i])));
    }
    if (input_has(call, "DestinationConfig") || !json_get(row, "DestinationConfig"))
        set_destinations(row, json_get(call->input, "DestinationConfig"));
    json_set_int64(row, "LastModified", clock_now(call->world->clock));
}

static struct str qualifier_kept(const struct function_name *name)
{
    return str_is(name->qualifier, LATEST) ? STR_NONE : name->qualifier;
}

static enum outcome keep(struct call *call, const struct function_name *name, cJSON *row_taken)
{
    char key[FUNCTION_KEY_BYTES];
    apply(call, row_taken);
    answer(call, row_taken);
    store_put(call->world->store, call_scope(call), &event_invoke_table,
              function_key(key, name->name, qualifier_kept(name)), json_seal(row_taken));
    return CALL_DONE;
}

/* There are no queues and topics here; a destination would swallow in silence what it was given. */
static bool check_destinations(struct call *call)
{
    const cJSON *destination;
    cJSON_ArrayForEach(destination, json_get(call->input, "DestinationConfig"))
    {
        if (!json_str(destination, "Destination").length)
            continue;
        call_fail(call, &ERROR_NOT_IMPLEMENTED, "This practice cloud's functions do not have destinations.");
        return false;
    }
    return true;
}

enum outcome put_function_event_invoke_config(struct call *call)
{
    struct function_name name;
    if (!function_version_of_call(call, &name) || !check_destinations(call))
        return CALL_FAILED;
    struct str qualifier = qualifier_kept(&name);
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "FunctionArn",
                    function_arn(call->arena, call_scope(call), name.name, qualifier.length ? qualifier : STR(LATEST)));
    return keep(call, &name, row);
}

/* The row that a call is about; NULL: it was failed. */
static struct json *row_of_call(struct call *call, struct function_name *ret_name)
{
    if (!function_version_of_call(call, ret_name))
        return NULL;
    struct json *row = get_row(call->world, call_scope(call), ret_name->name, ret_name->qualifier);
    if (!row)
        call_fail(call, &LAMBDA_RESOURCE_NOT_FOUND_EXCEPTION, "The function %s doesn't have an EventInvokeConfig",
                  function_arn(call->arena, call_scope(call), ret_name->name,
                               ret_name->qualifier.length ? ret_name->qualifier : STR(LATEST)));
    return row;
}

enum outcome update_function_event_invoke_config(struct call *call)
{
    struct function_name name;
    struct json *row = row_of_call(call, &name);
    if (!row || !check_destinations(call))
        return CALL_FAILED;
    return keep(call, &name, json_thaw(json_root(row)));
}

enum outcome get_function_event_invoke_config(struct call *call)
{
    struct function_name name;
    struct json *row = row_of_call(call, &name);
    if (!row)
        return CALL_FAILED;
    answer(call, json_root(row));
    return CALL_DONE;
}

enum outcome delete_function_event_invoke_config(struct call *call)
{
    struct function_name name;
    char key[FUNCTION_KEY_BYTES];
    if (!row_of_call(call, &name))
        return CALL_FAILED;
    store_delete(call->world->store, call_scope(call), &event_invoke_table,
                 function_key(key, name.name, qualifier_kept(&name)));
    return CALL_DONE;
}

enum outcome list_function_event_invoke_configs(struct call *call)
{
    struct function_name name;
    char prefix[FUNCTION_KEY_BYTES];
    if (!function_of_call(call, &name))
        return CALL_FAILED;
    struct listing configs = { .table = &event_invoke_table,
                               .prefix = arena_str(call->arena, function_key(prefix, name.name, STR_NONE)),
                               .member = "FunctionEventInvokeConfigs",
                               .item = listed };
    return lambda_list(call, &configs);
}
