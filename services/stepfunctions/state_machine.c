#include "services/stepfunctions/state_machine.h"

#include <stdlib.h>

#include "services/stepfunctions/alias.h"
#include "services/stepfunctions/asl/machine.h"
#include "services/stepfunctions/configuration.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/listing.h"
#include "services/stepfunctions/log_delivery.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/revision.h"
#include "services/stepfunctions/role_check.h"
#include "services/stepfunctions/stepfunctions_model.h"
#include "services/stepfunctions/tag.h"
#include "services/stepfunctions/version.h"

const struct table_def state_machine_table = { .name = "stepfunctions.state_machine" };

#define MACHINES_MOST 10000 /* "Service quotas" of the developer guide */

/* ---- finding one ---- */

struct json *state_machine_get(struct world *world, struct scope scope, struct str arn)
{
    return store_get(world->store, scope, &state_machine_table, arn);
}

static bool is_deleting(const struct json *machine)
{
    return str_is(json_str(json_root(machine), "status"), "DELETING");
}

static enum outcome fail_does_not_exist(struct call *call, struct str arn)
{
    return call_fail(call, &STEPFUNCTIONS_STATE_MACHINE_DOES_NOT_EXIST, "State Machine Does Not Exist: '%.*s'",
                     STR_ARG(arn));
}

static enum outcome fail_deleting(struct call *call, struct str arn)
{
    return call_fail(call, &STEPFUNCTIONS_STATE_MACHINE_DELETING, "State Machine Deleting: '%.*s'", STR_ARG(arn));
}

struct json *state_machine_of_call(struct call *call, struct str text)
{
    struct states_arn arn;
    if (!states_arn_check(call, text, "stateMachine", &arn))
        return NULL;
    struct json *machine = state_machine_get(call->world, call_scope(call), text);
    if (!machine)
        fail_does_not_exist(call, text);
    else if (is_deleting(machine))
        fail_deleting(call, text);
    else
        return machine;
    return NULL;
}

/* ---- what an ARN stands for ---- */

/* A version's ARN, or an alias's: then the version that is drawn. */
static struct json *find_version(struct call *call, struct str arn, struct str *ret_alias_arn)
{
    struct scope scope = call_scope(call);
    struct json *alias = alias_get(call->world, scope, arn);
    if (!alias)
        return version_get(call->world, scope, arn);
    *ret_alias_arn = json_str(json_root(alias), "arn");
    return version_get(call->world, scope, alias_draw_version(call->world, json_root(alias)));
}

static void find_target(struct call *call, struct str arn, struct machine_target *target)
{
    struct scope scope = call_scope(call);
    target->machine = state_machine_get(call->world, scope, arn);
    if (target->machine) {
        target->revision_key = json_str(json_root(target->machine), "revision");
        return;
    }
    struct json *version = find_version(call, arn, &target->alias_arn);
    if (!version)
        return;
    target->version_arn = json_str(json_root(version), "arn");
    target->revision_key = json_str(json_root(version), "revision");
    target->machine = state_machine_get(call->world, scope, json_str(json_root(version), "stateMachineArn"));
}

bool state_machine_target(struct call *call, struct str text, struct machine_target *ret_target)
{
    struct states_arn arn;
    if (!states_arn_check(call, text, "stateMachine", &arn))
        return false;
    struct machine_target target = { 0 };
    find_target(call, text, &target);
    if (!target.machine) {
        fail_does_not_exist(call, text);
        return false;
    }
    if (is_deleting(target.machine)) {
        fail_deleting(call, text);
        return false;
    }
    target.machine_arn = json_str(json_root(target.machine), "arn");
    target.revision = revision_get(call->world, call_scope(call), target.revision_key);
    *ret_target = target;
    return true;
}

/* ---- the definition ---- */

/* NULL: the call was failed with InvalidDefinition. Otherwise the caller unrefs it. */
static struct machine *read_definition(struct call *call, struct str definition, struct str type)
{
    const struct diagnostic *diagnostics;
    enum machine_kind kind = str_is(type, "EXPRESS") ? MACHINE_EXPRESS : MACHINE_STANDARD;
    struct machine *machine = machine_read(definition, kind, call->arena, &diagnostics);
    if (!machine)
        call_fail_with(call, &STEPFUNCTIONS_INVALID_DEFINITION, str_of(machine_sentence(call->arena, diagnostics)));
    return machine;
}

static void set_definition(struct arena *arena, cJSON *row, struct str definition, const struct machine *machine)
{
    json_set_str(row, "definition", definition);
    const cJSON *references = machine_variable_references(machine, arena);
    if (references)
        json_set(row, "variableReferences", json_thaw(references));
    else
        cJSON_Delete(cJSON_DetachItemFromObjectCaseSensitive(row, "variableReferences"));
}

/* A new revision of a row that is about to be put. */
static void set_revision(struct call *call, cJSON *row, int64_t now, char ret_id[37])
{
    random_uuid(&call->world->random, ret_id);
    json_set_string(row, "revision", arena_printf(call->arena, "%s/%s", json_string(row, "arn"), ret_id));
    json_set_int64(row, "updateDate", now);
}

static void keep(struct call *call, struct str arn, cJSON *row_taken)
{
    struct scope scope = call_scope(call);
    log_delivery_prepare(call, json_get(row_taken, "loggingConfiguration"));
    revision_put(call->world, scope, row_taken);
    store_put(call->world->store, scope, &state_machine_table, arn, json_seal(row_taken));
}

/* May the input publish what it makes? Asked before anything is changed. */
static bool check_publishing(struct call *call, struct str arn)
{
    if (input_bool(call, "publish", false))
        return version_check_room(call, arn);
    if (!input_has(call, "versionDescription"))
        return true;
    call_fail(call, &ERROR_VALIDATION, "Version description can only be set when publish is true");
    return false;
}

static enum outcome answer_published(struct call *call, struct str arn)
{
    if (!input_bool(call, "publish", false))
        return CALL_DONE;
    struct json *version = version_publish(call, arn, input_str(call, "versionDescription"));
    output_str(call, "stateMachineVersionArn", json_str(json_root(version), "arn"));
    return CALL_DONE;
}

/* Sets the configurations that the input gives, or all of them, defaults filled in; false: the call was failed. */
static bool set_configurations(struct call *call, cJSON *row, bool all)
{
    if (all || input_has(call, "loggingConfiguration")) {
        cJSON *logging = configuration_logging(call, json_get(call->input, "loggingConfiguration"));
        if (!logging)
            return false;
        json_set(row, "loggingConfiguration", logging);
    }
    if (all || input_has(call, "encryptionConfiguration")) {
        cJSON *encryption = configuration_encryption(call, json_get(call->input, "encryptionConfiguration"));
        if (!encryption)
            return false;
        json_set(row, "encryptionConfiguration", encryption);
    }
    if (all || input_has(call, "tracingConfiguration"))
        json_set(row, "tracingConfiguration", configuration_tracing(json_get(call->input, "tracingConfiguration")));
    return true;
}

/* What the input says of definition and configurations, into a row that has its type and role; false: the call was
 * failed. */
static bool set_contents(struct call *call, cJSON *row, struct str definition, bool all)
{
    struct machine *machine = read_definition(call, definition, json_str(row, "type"));
    if (!machine)
        return false;
    set_definition(call->arena, row, definition, machine);
    bool good = set_configurations(call, row, all) &&
                role_check(call, json_str(row, "roleArn"), machine, json_get(row, "loggingConfiguration")) &&
                (!input_has(call, "loggingConfiguration") ||
                 log_delivery_check(call, json_get(row, "loggingConfiguration")));
    machine_unref(machine);
    return good;
}

/* ---- CreateStateMachine ---- */

/* The row of the machine that the input describes, still without creation and revision; NULL: the call was failed. */
static cJSON *read_creation(struct call *call, struct str arn)
{
    struct str type = input_str(call, "type");
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "name", input_str(call, "name"));
    json_set_str(row, "arn", arn);
    json_set_str(row, "type", type.at ? type : STR("STANDARD"));
    json_set_str(row, "status", STR("ACTIVE"));
    json_set_str(row, "roleArn", input_str(call, "roleArn"));
    if (set_contents(call, row, input_str(call, "definition"), true) && tag_check(call, arn))
        return row;
    cJSON_Delete(row);
    return NULL;
}

/* CreateStateMachine is idempotent by name, definition, type and configurations; another role or other tags are
 * ignored, says the API reference. */
static bool is_same(const cJSON *old, const cJSON *row)
{
    static const char *const members[] = { "definition", "type", "loggingConfiguration", "tracingConfiguration",
                                           "encryptionConfiguration" };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (!json_equal(json_get(old, members[i]), json_get(row, members[i])))
            return false;
    }
    return true;
}

static enum outcome answer_again(struct call *call, struct json *old, const cJSON *row, struct str arn)
{
    if (is_deleting(old))
        return fail_deleting(call, arn);
    if (!is_same(json_root(old), row))
        return call_fail(call, &STEPFUNCTIONS_STATE_MACHINE_ALREADY_EXISTS, "State Machine Already Exists: '%.*s'",
                         STR_ARG(arn));
    output_time(call, "creationDate", json_int64(json_root(old), "creationDate", 0));
    output_str(call, "stateMachineArn", arn);
    return answer_published(call, arn);
}

static enum outcome create(struct call *call, struct str arn, cJSON *row_taken)
{
    int64_t now = clock_now(call->world->clock);
    char revision[37];
    json_set_int64(row_taken, "creationDate", now);
    set_revision(call, row_taken, now, revision);
    keep(call, arn, row_taken);
    tag_put(call, arn);
    output_time(call, "creationDate", now);
    output_str(call, "stateMachineArn", arn);
    return answer_published(call, arn);
}

enum outcome create_state_machine(struct call *call)
{
    struct str name = input_str(call, "name");
    if (!name_check(call, name))
        return CALL_FAILED;
    struct scope scope = call_scope(call);
    struct str arn = str_of(
        arn_make(call->arena, "states", call->region, scope.account, "stateMachine:%.*s", STR_ARG(name)));
    cJSON *row = check_publishing(call, arn) ? read_creation(call, arn) : NULL;
    if (!row)
        return CALL_FAILED;
    struct json *old = state_machine_get(call->world, scope, arn);
    if (!old && store_count(call->world->store, scope, &state_machine_table) < MACHINES_MOST)
        return create(call, arn, row);
    enum outcome outcome = old ? answer_again(call, old, row, arn)
                               : call_fail(call, &STEPFUNCTIONS_STATE_MACHINE_LIMIT_EXCEEDED,
                                           "State Machine Limit Exceeded: '%d'", MACHINES_MOST);
    cJSON_Delete(row);
    return outcome;
}

/* ---- UpdateStateMachine ---- */

static bool check_something_given(struct call *call)
{
    static const char *const members[] = { "definition", "roleArn", "loggingConfiguration", "tracingConfiguration",
                                           "encryptionConfiguration" };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (input_has(call, members[i]))
            return true;
    }
    call_fail(
        call, &STEPFUNCTIONS_MISSING_REQUIRED_PARAMETER,
        "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified");
    return false;
}

/* What changes nothing makes no revision: AWS answers with the one that stands. */
static void revise(struct call *call, struct str arn, const cJSON *old, cJSON *row_taken, int64_t now)
{
    if (json_equal(old, row_taken)) {
        cJSON_Delete(row_taken);
        return;
    }
    char revision[37];
    struct str old_revision = arena_str(call->arena, json_str(old, "revision"));
    set_revision(call, row_taken, now, revision);
    json_set_string(row_taken, "revisionId", revision);
    keep(call, arn, row_taken);
    revision_prune(call->world, call_scope(call), old_revision);
}

enum outcome update_state_machine(struct call *call)
{
    struct str arn = input_str(call, "stateMachineArn");
    struct json *old = state_machine_of_call(call, arn);
    if (!old || !check_something_given(call) || !check_publishing(call, arn))
        return CALL_FAILED;
    cJSON *row = json_thaw(json_root(old));
    if (input_has(call, "roleArn"))
        json_set_str(row, "roleArn", input_str(call, "roleArn"));
    struct str definition = json_str(input_has(call, "definition") ? call->input : json_root(old), "definition");
    if (!set_contents(call, row, definition, false)) {
        cJSON_Delete(row);
        return CALL_FAILED;
    }
    int64_t now = clock_now(call->world->clock);
    revise(call, arn, json_root(old), row, now);
    const cJSON *machine = json_root(state_machine_get(call->world, call_scope(call), arn));
    output_string(call, "revisionId", json_string(machine, "revisionId"));
    output_time(call, "updateDate", now);
    return answer_published(call, arn);
}

/* ---- DeleteStateMachine ---- */

static void finish_deletion(struct world *world, struct scope scope, struct str arn)
{
    char *revision = memory_copy(json_str(json_root(state_machine_get(world, scope, arn)), "revision"));
    alias_drop_all(world, scope, arn);
    tag_drop(world, scope, arn);
    store_delete(world->store, scope, &state_machine_table, arn);
    version_drop_all(world, scope, arn);
    revision_prune(world, scope, str_of(revision));
    free(revision);
}

void state_machine_execution_ended(struct world *world, struct scope scope, struct str machine_arn)
{
    struct json *machine = state_machine_get(world, scope, machine_arn);
    if (machine && is_deleting(machine) && !execution_any_running(world, scope, machine_arn))
        finish_deletion(world, scope, machine_arn);
}

/* Idempotent: a machine that is not there is deleted already. */
enum outcome delete_state_machine(struct call *call)
{
    struct str text = input_str(call, "stateMachineArn");
    struct states_arn arn;
    if (!states_arn_check(call, text, "stateMachine", &arn))
        return CALL_FAILED;
    struct scope scope = call_scope(call);
    struct json *machine = state_machine_get(call->world, scope, text);
    if (!machine || is_deleting(machine))
        return CALL_DONE;
    cJSON *row = json_thaw(json_root(machine));
    json_set_string(row, "status", "DELETING");
    store_put(call->world->store, scope, &state_machine_table, text, json_seal(row));
    state_machine_execution_ended(call->world, scope, text);
    return CALL_DONE;
}

struct deletion {
    struct deletion *next;
    struct scope scope;
    char *arn;
};

static void collect_deleting(struct scope scope, struct str key, struct json *row, void *data)
{
    struct deletion **list = data;
    if (!is_deleting(row))
        return;
    struct deletion *deletion = memory_alloc(sizeof *deletion);
    *deletion = (struct deletion){ *list, scope, memory_copy(key) };
    *list = deletion;
}

void state_machine_recover(struct world *world)
{
    struct deletion *list = NULL;
    store_scan(world->store, &state_machine_table, collect_deleting, &list);
    while (list) {
        struct deletion *deletion = list;
        list = deletion->next;
        state_machine_execution_ended(world, deletion->scope, str_of(deletion->arn));
        free(deletion->arn);
        free(deletion);
    }
}

/* ---- DescribeStateMachine, ListStateMachines ---- */

static enum outcome describe_version(struct call *call, struct str arn)
{
    struct scope scope = call_scope(call);
    struct json *version = version_get(call->world, scope, arn);
    if (!version)
        return fail_does_not_exist(call, arn);
    struct json *machine = state_machine_get(call->world, scope, json_str(json_root(version), "stateMachineArn"));
    struct json *revision = revision_get(call->world, scope, json_str(json_root(version), "revision"));
    output_str(call, "stateMachineArn", arn);
    output_str(call, "type", json_str(json_root(revision), "type"));
    output_str(call, "status", json_str(json_root(machine), "status"));
    output_time(call, "creationDate", json_int64(json_root(version), "creationDate", 0));
    output_string(call, "description", json_string(json_root(version), "description"));
    revision_answer(call, json_root(revision));
    return CALL_DONE;
}

static void describe(struct call *call, struct str arn, const cJSON *row)
{
    output_str(call, "stateMachineArn", arn);
    output_str(call, "type", json_str(row, "type"));
    output_str(call, "status", json_str(row, "status"));
    output_time(call, "creationDate", json_int64(row, "creationDate", 0));
    revision_answer(call, row);
}

/* The ARN is looked up as it stands: what is found needs no further check. A machine is described in full once for each of
 * its rows: the answer stays with the row until the next change. */
enum outcome describe_state_machine(struct call *call)
{
    struct str text = input_str(call, "stateMachineArn");
    struct json *machine = state_machine_get(call->world, call_scope(call), text);
    if (!machine) {
        struct states_arn arn;
        return states_arn_check(call, text, "stateMachine", &arn) ? describe_version(call, text) : CALL_FAILED;
    }
    if (!json_companion(machine) || input_has(call, "includedData")) {
        describe(call, text, json_root(machine));
        if (input_has(call, "includedData"))
            return CALL_DONE;
        json_give_companion(machine, json_seal_copy(call->output));
    }
    call_answer(call, json_companion(machine));
    return CALL_DONE;
}

static cJSON *list_item(const cJSON *machine)
{
    cJSON *item = cJSON_CreateObject();
    json_set(item, "creationDate", json_new_time(json_int64(machine, "creationDate", 0)));
    json_set_str(item, "name", json_str(machine, "name"));
    json_set_str(item, "stateMachineArn", json_str(machine, "arn"));
    json_set_str(item, "type", json_str(machine, "type"));
    return item;
}

enum outcome list_state_machines(struct call *call)
{
    struct listing machines = { .table = &state_machine_table, .member = "stateMachines", .item = list_item };
    return listing_answer(call, &machines);
}
