#include "services/stepfunctions/revision.h"

#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/state_machine.h"
#include "services/stepfunctions/version.h"

const struct table_def revision_table = { .name = "stepfunctions.revision" };

struct json *revision_get(struct world *world, struct scope scope, struct str key)
{
    return store_get(world->store, scope, &revision_table, key);
}

void revision_put(struct world *world, struct scope scope, const cJSON *machine)
{
    static const char *const texts[] = { "name", "type", "roleArn", "definition" };
    static const char *const objects[] = { "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration",
                                           "variableReferences" };
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "stateMachineArn", json_str(machine, "arn"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_set_str(row, texts[i], json_str(machine, texts[i]));
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
        const cJSON *object = json_get(machine, objects[i]);
        if (object)
            json_set(row, objects[i], json_thaw(object));
    }
    json_set_string(row, "revisionId", json_string(machine, "revisionId"));
    json_set_int64(row, "updateDate", json_int64(machine, "updateDate", 0));
    store_put(world->store, scope, &revision_table, json_str(machine, "revision"), json_seal(row));
}

/* "arn:aws:states:…:stateMachine:NAME/uuid": names hold no '/'. */
static struct str machine_of(struct str key)
{
    struct str rest;
    return str_cut(key, '/', &rest);
}

static bool is_current(struct world *world, struct scope scope, struct str key)
{
    struct json *machine = state_machine_get(world, scope, machine_of(key));
    return machine && str_equal(json_str(json_root(machine), "revision"), key);
}

static bool is_referred_to(struct world *world, struct scope scope, const struct table_def *table,
                           const struct index_def *index, struct str key)
{
    struct buf prefix = BUF_EMPTY;
    buf_add_str(&prefix, key);
    buf_add_byte(&prefix, '/');
    struct cursor at = store_seek_from(world->store, scope, table, index, buf_str(&prefix));
    bool found = false;
    if (store_next(&at)) {
        found = str_starts(at.place, buf_str(&prefix));
        store_close(&at);
    }
    buf_release(&prefix);
    return found;
}

void revision_prune(struct world *world, struct scope scope, struct str key)
{
    if (is_current(world, scope, key) || is_referred_to(world, scope, &version_table, &version_by_revision, key) ||
        is_referred_to(world, scope, &execution_table, &execution_by_revision, key))
        return;
    store_delete(world->store, scope, &revision_table, key);
}

void revision_answer(struct call *call, const cJSON *row)
{
    static const char *const objects[] = { "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration" };
    /* With METADATA_ONLY "the returned definition will be {}", says DescribeStateMachine in the API reference. */
    bool whole = !str_is(input_str(call, "includedData"), "METADATA_ONLY");
    output_str(call, "name", json_str(row, "name"));
    output_str(call, "definition", whole ? json_str(row, "definition") : STR("{}"));
    output_str(call, "roleArn", json_str(row, "roleArn"));
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
        output_json(call, objects[i], json_thaw(json_get(row, objects[i])));
    output_string(call, "revisionId", json_string(row, "revisionId"));
    const cJSON *references = json_get(row, "variableReferences");
    if (references && whole)
        output_json(call, "variableReferences", json_thaw(references));
}
