#include "services/stepfunctions/version.h"

#include <stdlib.h>

#include <inttypes.h>
#include <stdlib.h>

#include "services/stepfunctions/alias.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/listing.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/revision.h"
#include "services/stepfunctions/state_machine.h"
#include "services/stepfunctions/stepfunctions_model.h"

#define VERSIONS_MOST 1000 /* of one state machine: "Service quotas" of the developer guide */

/* ---- orders ---- */

static bool revision_place(struct str row_key, const cJSON *row, struct buf *ret_place)
{
    buf_add_str(ret_place, json_str(row, "revision"));
    buf_add_byte(ret_place, '/');
    return true;
}

const struct index_def version_by_revision = { .name = "by_revision", .key = revision_place };

/* AWS lists the newest version first, so the number counts down. */
static bool newest_place(struct str row_key, const cJSON *row, struct buf *ret_place)
{
    buf_printf(ret_place, "%s:%019" PRId64, json_string(row, "stateMachineArn"),
               INT64_MAX - json_int64(row, "number", 0));
    return true;
}

static const struct index_def newest_first = { .name = "newest_first", .key = newest_place };
static const struct index_def *const indexes[] = { &version_by_revision, &newest_first, NULL };

const struct table_def version_table = { .name = "stepfunctions.version", .indexes = indexes };

/* ---- rows ---- */

struct json *version_get(struct world *world, struct scope scope, struct str arn)
{
    return store_get(world->store, scope, &version_table, arn);
}

static struct json *find_published(struct world *world, struct scope scope, struct str revision)
{
    struct buf prefix = BUF_EMPTY;
    buf_add_str(&prefix, revision);
    buf_add_byte(&prefix, '/');
    struct cursor at = store_seek_from(world->store, scope, &version_table, &version_by_revision, buf_str(&prefix));
    struct json *found = NULL;
    if (store_next(&at)) {
        found = str_starts(at.place, buf_str(&prefix)) ? at.row : NULL;
        store_close(&at);
    }
    buf_release(&prefix);
    return found;
}

static struct json *put_version(struct call *call, const cJSON *machine, int64_t number, struct str description)
{
    struct scope scope = call_scope(call);
    char *arn = arena_printf(call->arena, "%s:%" PRId64, json_string(machine, "arn"), number);
    cJSON *version = cJSON_CreateObject();
    json_set_string(version, "arn", arn);
    json_set_str(version, "stateMachineArn", json_str(machine, "arn"));
    json_set_int64(version, "number", number);
    json_set_str(version, "revision", json_str(machine, "revision"));
    if (description.length)
        json_set_str(version, "description", description);
    json_set_int64(version, "creationDate", clock_now(call->world->clock));
    store_put(call->world->store, scope, &version_table, str_of(arn), json_seal(version));
    return version_get(call->world, scope, str_of(arn));
}

/* Numbers are never given twice, so the machine remembers the last one. */
static void remember_number(struct call *call, const cJSON *machine, int64_t number)
{
    cJSON *changed = json_thaw(machine);
    json_set_int64(changed, "lastVersion", number);
    struct str arn = arena_str(call->arena, json_str(machine, "arn"));
    store_put(call->world->store, call_scope(call), &state_machine_table, arn, json_seal(changed));
}

struct json *version_publish(struct call *call, struct str machine_arn, struct str description)
{
    struct scope scope = call_scope(call);
    const cJSON *machine = json_root(state_machine_get(call->world, scope, machine_arn));
    struct json *published = find_published(call->world, scope, json_str(machine, "revision"));
    if (published)
        return published;
    int64_t number = json_int64(machine, "lastVersion", 0) + 1;
    struct json *version = put_version(call, machine, number, description);
    remember_number(call, machine, number);
    return version;
}

/* The keys of a machine's versions begin with its ARN and ':'. */
static struct cursor seek_versions(struct world *world, struct scope scope, struct str prefix)
{
    return store_seek_from(world->store, scope, &version_table, NULL, prefix);
}

bool version_check_room(struct call *call, struct str machine_arn)
{
    struct str prefix = str_of(arena_printf(call->arena, "%.*s:", STR_ARG(machine_arn)));
    struct cursor at = seek_versions(call->world, call_scope(call), prefix);
    size_t count = 0;
    while (store_next_within(&at, prefix))
        count++;
    if (count < VERSIONS_MOST)
        return true;
    call_fail(call, &STEPFUNCTIONS_SERVICE_QUOTA_EXCEEDED_EXCEPTION,
              "The maximum number of versions of a state machine has been reached: %d", VERSIONS_MOST);
    return false;
}

void version_drop_all(struct world *world, struct scope scope, struct str machine_arn)
{
    struct buf prefix = BUF_EMPTY;
    buf_add_str(&prefix, machine_arn);
    buf_add_byte(&prefix, ':');
    struct cursor at = seek_versions(world, scope, buf_str(&prefix));
    while (store_next_within(&at, buf_str(&prefix))) {
        char *revision = memory_copy(json_str(json_root(at.row), "revision"));
        store_delete(world->store, scope, &version_table, at.key);
        revision_prune(world, scope, str_of(revision));
        free(revision);
    }
    buf_release(&prefix);
}

/* ---- the operations ---- */

/* AWS calls the revision that a machine was created with INITIAL where it must name it. */
static bool check_revision(struct call *call, const cJSON *machine)
{
    const char *wanted = input_string(call, "revisionId"), *current = json_string(machine, "revisionId");
    current = current ? current : "INITIAL";
    if (!wanted || strcmp(wanted, current) == 0)
        return true;
    call_fail(call, &STEPFUNCTIONS_CONFLICT_EXCEPTION,
              "Failed to publish the State Machine version for revision %s. The current State Machine revision is %s.",
              wanted, current);
    return false;
}

enum outcome publish_state_machine_version(struct call *call)
{
    struct str arn = input_str(call, "stateMachineArn");
    struct json *machine = state_machine_of_call(call, arn);
    if (!machine || !check_revision(call, json_root(machine)) || !version_check_room(call, arn))
        return CALL_FAILED;
    struct json *version = version_publish(call, arn, input_str(call, "description"));
    output_time(call, "creationDate", json_int64(json_root(version), "creationDate", 0));
    output_str(call, "stateMachineVersionArn", json_str(json_root(version), "arn"));
    return CALL_DONE;
}

static bool is_number(struct str text)
{
    int64_t number;
    return str_to_int64(text, &number) && number > 0;
}

enum outcome delete_state_machine_version(struct call *call)
{
    struct str text = input_str(call, "stateMachineVersionArn");
    struct states_arn arn;
    if (!states_arn_check(call, text, "stateMachine", &arn))
        return CALL_FAILED;
    if (!is_number(arn.qualifier))
        return call_fail(call, &STEPFUNCTIONS_INVALID_ARN, "Invalid Arn: '%.*s'", STR_ARG(text));
    struct scope scope = call_scope(call);
    struct json *version = version_get(call->world, scope, text);
    if (!version)
        return CALL_DONE;
    char *aliases = alias_names_of_version(call, text);
    if (aliases)
        return call_fail(
            call, &STEPFUNCTIONS_CONFLICT_EXCEPTION,
            "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this "
            "version: [%s]",
            aliases);
    struct str revision = arena_str(call->arena, json_str(json_root(version), "revision"));
    store_delete(call->world->store, scope, &version_table, text);
    revision_prune(call->world, scope, revision);
    return CALL_DONE;
}

static cJSON *list_item(const cJSON *version)
{
    cJSON *item = cJSON_CreateObject();
    json_set(item, "creationDate", json_new_time(json_int64(version, "creationDate", 0)));
    json_set_str(item, "stateMachineVersionArn", json_str(version, "arn"));
    return item;
}

/* A machine that is not there has no versions: AWS answers an empty list. */
enum outcome list_state_machine_versions(struct call *call)
{
    struct str text = input_str(call, "stateMachineArn");
    struct states_arn arn;
    if (!states_arn_check(call, text, "stateMachine", &arn))
        return CALL_FAILED;
    struct listing versions = {
        .table = &version_table,
        .index = &newest_first,
        .prefix = str_of(arena_printf(call->arena, "%.*s:", STR_ARG(text))),
        .member = "stateMachineVersions",
        .item = list_item,
    };
    return listing_answer(call, &versions);
}
