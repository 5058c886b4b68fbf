#include "services/lambda/function.h"

#include "aws/page.h"
#include "services/lambda/code.h"
#include "services/lambda/configuration.h"
#include "services/lambda/event_invoke.h"
#include "services/lambda/function_alias.h"
#include "services/lambda/function_code.h"
#include "services/lambda/function_version.h"
#include "services/lambda/handlers.h"
#include "services/lambda/lambda_model.h"
#include "services/lambda/listing.h"
#include "services/lambda/permission.h"

const struct table_def function_table = { .name = "lambda.function" };

/* What a function without a VPC takes on AWS, about. */
static const struct lifecycle_step steps[] = { { PHASE_CREATING, PHASE_ACTIVE, 2000 },
                                               { PHASE_UPDATING, PHASE_ACTIVE, 1500 },
                                               { 0 } };
const struct lifecycle_def function_lifecycle = {
    .table = &function_table, .status = "phase", .topic = "lambda.function.phase", .steps = steps, .service = "lambda", .thing = "Function"
};

#define NAME_MOST 64

/* ---- rows ---- */

struct json *function_get(struct world *world, struct scope scope, struct str name)
{
    return store_get(world->store, scope, &function_table, name);
}

struct json *function_of_call(struct call *call, struct function_name *ret_name)
{
    if (!function_name_of_call(call, ret_name))
        return NULL;
    struct json *row = function_get(call->world, call_scope(call), ret_name->name);
    if (!row)
        lambda_fail_not_found(call, function_arn(call->arena, call_scope(call), ret_name->name, ret_name->qualifier));
    return row;
}

static bool is_in_phase(const cJSON *row, const char *phase)
{
    return str_is(json_str(row, "phase"), phase);
}

const char *function_state(const cJSON *row)
{
    return is_in_phase(row, PHASE_CREATING) ? "Pending" : "Active";
}

static bool check_ready(struct call *call, const cJSON *row)
{
    const char *arn = json_string(json_get(row, "configuration"), "FunctionArn");
    if (is_in_phase(row, PHASE_CREATING))
        call_fail(call, &LAMBDA_RESOURCE_CONFLICT_EXCEPTION,
                  "The operation cannot be performed at this time. The function is currently in the following state: "
                  "Pending");
    else if (is_in_phase(row, PHASE_UPDATING))
        call_fail(call, &LAMBDA_RESOURCE_CONFLICT_EXCEPTION,
                  "The operation cannot be performed at this time. An update is in progress for resource: %s", arn);
    return is_in_phase(row, PHASE_ACTIVE);
}

struct json *function_to_change(struct call *call, struct function_name *ret_name)
{
    struct json *row = function_of_call(call, ret_name);
    if (!row || !check_ready(call, json_root(row)))
        return NULL;
    return lambda_check_revision(call, json_string(json_get(json_root(row), "configuration"), "RevisionId")) ? row
                                                                                                             : NULL;
}

void function_change(struct call *call, struct str name, cJSON *row_taken, const char *phase)
{
    cJSON *configuration = (cJSON *)json_get(row_taken, "configuration");
    json_set_string(configuration, "RevisionId", lambda_revision(call));
    configuration_touch(call, configuration);
    json_set_string(row_taken, "phase", phase);
    store_put(call->world->store, call_scope(call), &function_table, name, json_seal(row_taken));
    lifecycle_begin(call->world, &function_lifecycle, call_scope(call), name);
}

static bool runs_code(const cJSON *row, struct str sha256_hex)
{
    return str_equal(json_str(row, "code"), sha256_hex);
}

void function_release_code(struct call *call, struct str name, struct str sha256_hex)
{
    struct json *row = function_get(call->world, call_scope(call), name);
    if ((row && runs_code(json_root(row), sha256_hex)) || function_version_runs_code(call, name, sha256_hex))
        return;
    code_drop(call->world, call_scope(call), name, sha256_hex);
}

/* ---- answers ---- */

static void add_states(cJSON *configuration, const cJSON *row)
{
    json_set_string(configuration, "State", function_state(row));
    if (is_in_phase(row, PHASE_CREATING)) {
        json_set_string(configuration, "StateReason", "The function is being created.");
        json_set_string(configuration, "StateReasonCode", "Creating");
        return;
    }
    bool updating = is_in_phase(row, PHASE_UPDATING);
    json_set_string(configuration, "LastUpdateStatus", updating ? "InProgress" : "Successful");
    if (updating) {
        json_set_string(configuration, "LastUpdateStatusReason", "The function is being created.");
        json_set_string(configuration, "LastUpdateStatusReasonCode", "Creating");
    }
}

cJSON *function_configuration(struct call *call, const cJSON *row, struct str qualifier_or_none)
{
    cJSON *configuration = json_thaw(json_get(row, "configuration"));
    add_states(configuration, row);
    if (qualifier_or_none.length)
        json_set_string(
            configuration, "FunctionArn",
            function_arn(call->arena, call_scope(call), json_str(configuration, "FunctionName"), qualifier_or_none));
    return configuration;
}

void function_answer(struct call *call, const cJSON *row, struct str qualifier_or_none)
{
    cJSON_Delete(call->output);
    call->output = function_configuration(call, row, qualifier_or_none);
}

/* ---- CreateFunction ---- */

static bool check_new_name(struct call *call, struct function_name *ret_name)
{
    if (!function_name_of_call(call, ret_name))
        return false;
    if (ret_name->name.length > NAME_MOST) { /* the model's limit is an ARN's */
        call_fail(call, &ERROR_VALIDATION,
                  "1 validation error detected: Value '%.*s' at 'functionName' failed to satisfy constraint: Member "
                  "must have length less than or equal to %d",
                  STR_ARG(ret_name->name), NAME_MOST);
        return false;
    }
    return true;
}

static bool check_new(struct call *call, struct str name)
{
    if (!function_get(call->world, call_scope(call), name))
        return true;
    call_fail(call, &LAMBDA_RESOURCE_CONFLICT_EXCEPTION, "Function already exist: %.*s", STR_ARG(name));
    return false;
}

/* A version is published at once where the call says so. */
static enum outcome answer_change(struct call *call, struct str name)
{
    if (input_bool(call, "Publish", false))
        return function_version_publish(call, name, STR_NONE);
    function_answer(call, json_root(function_get(call->world, call_scope(call), name)), STR_NONE);
    return CALL_DONE;
}

enum outcome create_function(struct call *call)
{
    struct function_name name;
    struct code code;
    if (!check_new_name(call, &name) || !configuration_check(call, true))
        return CALL_FAILED;
    enum outcome outcome = code_of_call(call, json_get(call->input, "Code"), &code);
    if (outcome != CALL_DONE)
        return outcome;
    if (!configuration_check_role(call) || !check_new(call, name.name) || !code_keep(call, name.name, &code))
        return CALL_FAILED;
    cJSON *row = cJSON_CreateObject(), *configuration = configuration_new(call, name.name);
    configuration_set_code(call, configuration, &code);
    json_set(row, "configuration", configuration);
    json_set_string(row, "code", code.sha256_hex);
    if (input_has(call, "Tags"))
        json_set(row, "tags", json_thaw(json_get(call->input, "Tags")));
    function_change(call, name.name, row, PHASE_CREATING);
    return answer_change(call, name.name);
}

/* ---- updates ---- */

static enum outcome answer_dry_run(struct call *call, cJSON *row_taken)
{
    function_answer(call, row_taken, STR_NONE);
    cJSON_Delete(row_taken);
    return CALL_DONE;
}

enum outcome update_function_code(struct call *call)
{
    struct function_name name;
    struct code code;
    struct json *row = function_to_change(call, &name);
    enum outcome outcome = row ? code_of_call(call, call->input, &code) : CALL_FAILED;
    if (outcome != CALL_DONE)
        return outcome;
    cJSON *changed = json_thaw(json_root(row));
    configuration_set_code(call, (cJSON *)json_get(changed, "configuration"), &code);
    if (input_bool(call, "DryRun", false))
        return answer_dry_run(call, changed);
    struct str old = arena_str(call->arena, json_str(changed, "code"));
    json_set_string(changed, "code", code.sha256_hex);
    if (!code_keep(call, name.name, &code)) {
        cJSON_Delete(changed);
        return CALL_FAILED;
    }
    function_change(call, name.name, changed, PHASE_UPDATING);
    function_release_code(call, name.name, old);
    return answer_change(call, name.name);
}

enum outcome update_function_configuration(struct call *call)
{
    struct function_name name;
    struct json *row = function_to_change(call, &name);
    if (!row || !configuration_check(call, false) || !configuration_check_role(call))
        return CALL_FAILED;
    cJSON *changed = json_thaw(json_root(row));
    configuration_apply(call, (cJSON *)json_get(changed, "configuration"));
    function_change(call, name.name, changed, PHASE_UPDATING);
    function_answer(call, json_root(function_get(call->world, call_scope(call), name.name)), STR_NONE);
    return CALL_DONE;
}

/* ---- reading ---- */

enum outcome get_function_configuration(struct call *call)
{
    struct function_name name;
    struct json *row = function_version_of_call(call, &name);
    if (!row)
        return CALL_FAILED;
    function_answer(call, json_root(row), name.qualifier);
    return CALL_DONE;
}

enum outcome get_function(struct call *call)
{
    struct function_name name;
    struct json *row = function_version_of_call(call, &name);
    if (!row)
        return CALL_FAILED;
    const cJSON *latest = json_root(function_get(call->world, call_scope(call), name.name));
    output_json(call, "Configuration", function_configuration(call, json_root(row), name.qualifier));
    output_json(call, "Code", function_code_location(call, &name));
    const cJSON *tags = json_get(latest, "tags"), *reserved = json_get(latest, "reserved");
    if (tags && tags->child)
        output_json(call, "Tags", json_thaw(tags));
    if (reserved) {
        cJSON *concurrency = cJSON_CreateObject();
        json_set(concurrency, "ReservedConcurrentExecutions", json_thaw(reserved));
        output_json(call, "Concurrency", concurrency);
    }
    return CALL_DONE;
}

/* Lists show no states (ListFunctions: "a subset of the FunctionConfiguration fields"). */
static cJSON *listed(struct call *call, const cJSON *row)
{
    return json_thaw(json_get(row, "configuration"));
}

enum outcome list_functions(struct call *call)
{
    if (str_is(input_str(call, "FunctionVersion"), "ALL"))
        return list_all_versions(call);
    struct listing functions = { .table = &function_table, .member = "Functions", .item = listed };
    return lambda_list(call, &functions);
}

/* ---- DeleteFunction ---- */

/* The road of this operation says its status in a member, as it may be another one elsewhere. */
static enum outcome deleted(struct call *call)
{
    output_int64(call, "StatusCode", 204);
    return CALL_DONE;
}

enum outcome delete_function(struct call *call)
{
    static const struct table_def *const belonging[] = { &function_version_table, &function_alias_table,
                                                         &permission_table, &event_invoke_table };
    struct function_name name;
    if (!function_of_call(call, &name))
        return CALL_FAILED;
    struct scope scope = call_scope(call);
    if (name.qualifier.length)
        return function_version_delete(call, &name) == CALL_DONE ? deleted(call) : CALL_FAILED;
    for (size_t i = 0; i < sizeof belonging / sizeof *belonging; i++)
        function_drop_rows(call->world, scope, belonging[i], name.name);
    code_drop_all(call->world, scope, name.name);
    store_delete(call->world->store, scope, &function_table, name.name);
    return deleted(call);
}
