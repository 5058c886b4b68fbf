#include "services/stepfunctions/asl/map_run_inner.h"

#include <stdlib.h>

#include "services/stepfunctions/asl/item_reader.h"
#include "services/stepfunctions/asl/result_writer.h"
#include "services/stepfunctions/map_run.h"
#include "services/stepfunctions/start_execution.h"

static const char *const stage_names[] = {
    [RUN_CHECKING] = "check", [RUN_READING] = "read", [RUN_RUNNING] = "run", [RUN_WRITING] = "write"
};

struct map_run *map_run_new(struct branch *parent, char *arn_taken)
{
    struct map_run *run = memory_alloc(sizeof *run);
    run->arn = arn_taken;
    item_store_init(&run->store, map_run_store(parent), parent->execution->scope, run->arn);
    return run;
}

void map_run_free(struct map_run *run)
{
    if (!run)
        return;
    item_reader_free(run->reader);
    result_writer_free(run->writer);
    item_store_release(&run->store);
    batch_limits_release(&run->batches);
    json_unref(run->row);
    free(run->arn);
    free(run);
}

/* ---- the row ---- */

static void put_row(struct branch *parent, cJSON *tree_taken)
{
    struct map_run *run = map_run_of(parent);
    struct json *row = json_seal(tree_taken);
    json_unref(run->row);
    run->row = row;
    run->bucket = json_str(json_root(row), "bucket");
    run->prefix = json_str(json_root(row), "prefix");
    store_put(map_run_store(parent), parent->execution->scope, &map_run_table, str_of(run->arn), json_ref(row));
}

static void print_limits(cJSON *row, const struct run_limits *limits)
{
    json_set_int64(row, "maxConcurrency", limits->most);
    if (limits->has_count)
        json_set_int64(row, "toleratedFailureCount", limits->count);
    if (limits->has_percentage)
        json_set_number(row, "toleratedFailurePercentage", limits->percentage);
}

static cJSON *counts_object(const struct run_counts *counts)
{
    cJSON *object = cJSON_CreateObject();
    json_set_int64(object, "succeeded", counts->succeeded);
    json_set_int64(object, "failed", counts->failed);
    json_set_int64(object, "timedOut", counts->timed_out);
    json_set_int64(object, "aborted", counts->aborted);
    json_set_int64(object, "resultsWritten", counts->written);
    json_set_int64(object, "failuresNotRedrivable", counts->not_redrivable);
    return object;
}

void map_run_set_stage(struct branch *parent, enum run_stage stage)
{
    struct map_run *run = map_run_of(parent);
    cJSON *row = json_thaw(json_root(run->row));
    run->stage = stage;
    json_set_string(row, "stage", stage_names[stage]);
    if (stage >= RUN_RUNNING)
        json_set_int64(row, "itemCount", run->item_count);
    if (run->failing)
        json_set_bool(row, "failing", true);
    put_row(parent, row);
}

void map_run_put_ended(struct branch *parent, const char *status)
{
    struct map_run *run = map_run_of(parent);
    cJSON *row = json_thaw(json_root(run->row));
    run->over = true;
    run->redriven = false;
    json_set_string(row, "status", status);
    json_set_int64(row, "stopDate", engine_now(parent->execution));
    json_set(row, "executionCounts", counts_object(&run->executions));
    json_set(row, "itemCounts", counts_object(&run->items));
    if (run->stage >= RUN_RUNNING)
        json_set_int64(row, "pendingItems", run->item_count - run->next_item);
    else
        item_store_clear(&run->store); /* it is read again if the run is redriven */
    put_row(parent, row);
}

static void add_place(cJSON *row, const cJSON *place_or_null)
{
    struct str bucket = json_str(place_or_null, "Bucket"), prefix = json_str(place_or_null, "Prefix");
    if (!place_or_null)
        return;
    json_set_str(row, "bucket", bucket.at ? bucket : STR(""));
    json_set_str(row, "prefix", prefix.at ? prefix : STR(""));
}

void map_run_put_new(struct branch *parent, const cJSON *place_or_null)
{
    struct map_run *run = map_run_of(parent);
    struct execution *execution = parent->execution;
    struct buf text = BUF_EMPTY;
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "arn", run->arn);
    json_set_string(row, "executionArn", execution->arn);
    start_map_machine_arn(execution->scope, run->arn, &text);
    json_set_str(row, "stateMachineArn", buf_str(&text));
    buf_clear(&text);
    branch_print_path(parent, &text);
    json_set_str(row, "branch", buf_str(&text));
    json_set_string(row, "status", MAP_RUN_RUNNING);
    json_set_string(row, "stage", stage_names[run->stage]);
    json_set_int64(row, "startDate", engine_now(execution));
    print_limits(row, &run->limits);
    if (run->batches.items)
        json_set_int64(row, "batchItems", run->batches.items);
    if (run->batches.bytes)
        json_set_int64(row, "batchBytes", run->batches.bytes);
    if (run->batches.input)
        json_set_str(row, "batchInput", json_text(run->batches.input));
    add_place(row, place_or_null);
    put_row(parent, row);
    buf_release(&text);
}

void map_run_set_limits(struct branch *parent, const struct run_limits *limits)
{
    struct map_run *run = map_run_of(parent);
    cJSON *row = json_thaw(json_root(run->row));
    run->limits = *limits;
    print_limits(row, limits);
    put_row(parent, row);
    branch_wake(parent);
}

void map_run_put_redriven(struct branch *parent, int64_t redrives)
{
    struct map_run *run = map_run_of(parent);
    cJSON *row = json_thaw(json_root(run->row));
    static const char *const gone[] = { "stopDate", "executionCounts", "itemCounts", "pendingItems", "failing" };
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(row, gone[i]);
    json_set_string(row, "status", MAP_RUN_RUNNING);
    json_set_string(row, "stage", stage_names[run->stage]);
    json_set_int64(row, "redriveCount", redrives);
    json_set_int64(row, "redriveDate", engine_now(parent->execution));
    put_row(parent, row);
}

/* ---- loading ---- */

static enum run_stage stage_of(struct str name)
{
    for (size_t i = 0; i < sizeof stage_names / sizeof *stage_names; i++)
        if (str_is(name, stage_names[i]))
            return (enum run_stage)i;
    return RUN_RUNNING;
}

static struct run_limits limits_of(const cJSON *row)
{
    return (struct run_limits){
        .most = json_int64(row, "maxConcurrency", 0),
        .count = json_int64(row, "toleratedFailureCount", 0),
        .percentage = json_number(row, "toleratedFailurePercentage", 0),
        .has_count = json_get(row, "toleratedFailureCount") != NULL,
        .has_percentage = json_get(row, "toleratedFailurePercentage") != NULL,
    };
}

bool map_run_load(struct branch *parent, struct str map_run_arn)
{
    struct json *row = store_get(map_run_store(parent), parent->execution->scope, &map_run_table, map_run_arn);
    if (!row)
        return false;
    const cJSON *root = json_root(row);
    struct map_run *run = parent->join->run = map_run_new(parent, memory_copy(map_run_arn));
    struct str batch_input = json_str(root, "batchInput");
    run->row = json_ref(row);
    run->stage = stage_of(json_str(root, "stage"));
    run->limits = limits_of(root);
    run->batches.items = json_int64(root, "batchItems", 0);
    run->batches.bytes = json_int64(root, "batchBytes", 0);
    run->batches.input = batch_input.at ? json_parse(batch_input, NULL) : NULL;
    run->bucket = json_str(root, "bucket");
    run->prefix = json_str(root, "prefix");
    run->failing = json_bool(root, "failing", false);
    run->over = !str_is(json_str(root, "status"), MAP_RUN_RUNNING);
    run->item_count = json_int64(root, "itemCount", (int64_t)parent->join->count);
    run->store.count = parent->state->item_reader ? run->item_count : 0;
    map_run_count_all(parent);
    return true;
}
