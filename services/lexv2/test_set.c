#include "services/lexv2/test_set.h"

#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/record.h"
#include "services/lexv2/tag.h"

const struct table_def lexv2_test_set_table = { .name = "lexv2.test_set" };
const struct table_def lexv2_generation_table = { .name = "lexv2.test_set_generation" };

#define TEST_SETS_MOST 100

static const struct lifecycle_step test_set_steps[] = { { "Deleting", NULL, 1000 }, { 0 } };

const struct lifecycle_def lexv2_test_set_lifecycle = {
    .table = &lexv2_test_set_table, .status = "status", .topic = "lexv2.test_set", .steps = test_set_steps
};

/* ---- a generation makes a test set ---- */

static const char *arrive(struct world *world, struct scope scope, struct str id, cJSON *row, const char *to)
{
    static const char *const kept[] = { "testSetId",       "testSetName", "description",
                                        "storageLocation", "roleArn",     "creationDateTime" };
    (void)id;
    if (!to)
        return NULL;
    cJSON *made = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (json_get(row, kept[i]))
            json_set(made, kept[i], json_thaw(json_get(row, kept[i])));
    json_set_string(made, "modality", "Text");
    json_set_string(made, "status", "Ready");
    json_set_int64(made, "numTurns", 0);
    json_set_int64(made, "lastUpdatedDateTime", clock_now(world->clock));
    json_set_int64(row, "lastUpdatedDateTime", clock_now(world->clock));
    lexv2_put(world, scope, &lexv2_test_set_table, &(struct lexv2_key){ .bot = json_str(row, "testSetId") }, made);
    return NULL;
}

static const struct lifecycle_step generation_steps[] = { { "Generating", "Ready", 5000 }, { 0 } };

const struct lifecycle_def lexv2_generation_lifecycle = { .table = &lexv2_generation_table,
                                                          .status = "testSetGenerationStatus",
                                                          .topic = "lexv2.test_set_generation",
                                                          .steps = generation_steps,
                                                          .arrive = arrive };

enum outcome start_test_set_generation(struct call *call)
{
    struct lexv2_key all = { 0 };
    struct str name = input_str(call, "testSetName"), id = lexv2_new_id_of_call(call);
    if (lexv2_is_taken(call, &lexv2_generation_table, &all, "testSetName", name, STR_NONE))
        return call_fail(call, &LEXV2_CONFLICT_EXCEPTION, "A test set with the name '%.*s' already exists.", /* ours */
                         STR_ARG(name));
    if (!lexv2_check_room(call, &lexv2_generation_table, &all, TEST_SETS_MOST, "test sets") ||
        !lexv2_tag_put(call, lexv2_test_set_arn(call, id), json_get(call->input, "testSetTags")))
        return CALL_FAILED;
    struct lexv2_key key = { .bot = lexv2_new_id_of_call(call) };
    cJSON *row = lexv2_record(call, NULL);
    json_set_str(row, "testSetId", id);
    json_set_str(row, "testSetGenerationId", key.bot);
    json_set_string(row, "testSetGenerationStatus", "Generating");
    lexv2_answer(call, row);
    lexv2_put(call->world, call_scope(call), &lexv2_generation_table, &key, row);
    lifecycle_begin(call->world, &lexv2_generation_lifecycle, call_scope(call), key.bot);
    return CALL_DONE;
}

static enum outcome describe(struct call *call, const struct table_def *table, const char *id)
{
    struct lexv2_key key = { .bot = input_str(call, id) };
    struct json *row = lexv2_need(call, table, &key);
    if (!row)
        return CALL_FAILED;
    lexv2_answer(call, json_root(row));
    return CALL_DONE;
}

enum outcome describe_test_set_generation(struct call *call)
{
    return describe(call, &lexv2_generation_table, "testSetGenerationId");
}

/* ---- test sets ---- */

enum outcome describe_test_set(struct call *call)
{
    return describe(call, &lexv2_test_set_table, "testSetId");
}

enum outcome update_test_set(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "testSetId") };
    struct json *before = lexv2_need(call, &lexv2_test_set_table, &key);
    if (!before)
        return CALL_FAILED;
    cJSON *row = json_thaw(json_root(before));
    json_set_string(row, "testSetName", input_string(call, "testSetName"));
    json_set_string(row, "description", input_string(call, "description"));
    json_set_int64(row, "lastUpdatedDateTime", clock_now(call->world->clock));
    lexv2_answer(call, row);
    lexv2_put(call->world, call_scope(call), &lexv2_test_set_table, &key, row);
    return CALL_DONE;
}

enum outcome delete_test_set(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "testSetId") };
    if (!lexv2_need(call, &lexv2_test_set_table, &key))
        return CALL_FAILED;
    lexv2_forget_arn(call, lexv2_test_set_arn(call, key.bot));
    lifecycle_move(call->world, &lexv2_test_set_lifecycle, call_scope(call), key.bot, "Deleting");
    return CALL_DONE;
}

enum outcome list_test_sets(struct call *call)
{
    struct lexv2_listing sets = { .table = &lexv2_test_set_table, .member = "testSets", .order = "testSetName" };
    return lexv2_list(call, &sets);
}

enum outcome list_test_set_records(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "testSetId") };
    if (!lexv2_need(call, &lexv2_test_set_table, &key))
        return CALL_FAILED;
    return lexv2_list_items(call, NULL, "testSetRecords", "recordNumber");
}

enum outcome list_test_executions(struct call *call)
{
    return lexv2_list_items(call, NULL, "testExecutions", "testExecutionId");
}
