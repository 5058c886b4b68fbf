#include "services/stepfunctions/map_run.h"

#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/listing.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/stepfunctions_model.h"

/* ---- the table ---- */

/* Newest first, as executions are. */
static bool by_execution(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    buf_add_str(ret_key, json_str(row, "executionArn"));
    buf_add_byte(ret_key, '/');
    buf_add_digits(ret_key, (uint64_t)(INT64_MAX - json_int64(row, "startDate", 0)), 16, 16);
    buf_add_byte(ret_key, '/');
    return true;
}

static const struct index_def map_run_by_execution = { "execution", by_execution, .fixed = true };
static const struct index_def *const indexes[] = { &map_run_by_execution, NULL };
const struct table_def map_run_table = { .name = "stepfunctions.map_run", .indexes = indexes };

struct json *map_run_get(struct call *call, struct str arn)
{
    struct json *row = store_get(call->world->store, call_scope(call), &map_run_table, arn);
    if (!row) /* the sentence is ours, in the shape of the service's others */
        call_fail(call, &STEPFUNCTIONS_RESOURCE_NOT_FOUND, "Map Run Does Not Exist: '%.*s'", STR_ARG(arn));
    return row;
}

/* The same for the operations on one. */
static struct json *run_of_call(struct call *call)
{
    struct states_arn parsed;
    struct str arn = input_str(call, "mapRunArn");
    return states_arn_check(call, arn, "mapRun", &parsed) ? map_run_get(call, arn) : NULL;
}

/* The branch that waits for the run; NULL: it has ended. */
static struct branch *running_of(struct world *world, const cJSON *row)
{
    struct execution *execution = engine_find(world, json_str(row, "executionArn"));
    struct branch *branch = execution ? branch_find(execution, json_str(row, "branch")) : NULL;
    bool runs = branch && branch->join && branch->join->run && !map_run_is_over(branch->join->run) &&
                str_is(json_str(row, "arn"), branch->join->run->arn);
    return runs ? branch : NULL;
}

/* ---- DescribeMapRun ---- */

struct told_counts {
    struct run_counts counts;
    int64_t pending;
};

static int64_t ended(const struct run_counts *counts)
{
    return counts->succeeded + counts->failed + counts->timed_out + counts->aborted;
}

static cJSON *counts_object(const struct told_counts *told)
{
    const struct run_counts *counts = &told->counts;
    cJSON *object = cJSON_CreateObject();
    json_set_int64(object, "pending", told->pending);
    json_set_int64(object, "running", counts->running);
    json_set_int64(object, "succeeded", counts->succeeded);
    json_set_int64(object, "failed", counts->failed);
    json_set_int64(object, "timedOut", counts->timed_out);
    json_set_int64(object, "aborted", counts->aborted);
    json_set_int64(object, "total", told->pending + counts->running + ended(counts) + counts->pending_redrive);
    json_set_int64(object, "resultsWritten", counts->written);
    json_set_int64(object, "failuresNotRedrivable", counts->not_redrivable);
    json_set_int64(object, "pendingRedrive", counts->pending_redrive);
    return object;
}

/* How many children the items that none has yet will need; with a limit of bytes alone nobody knows. */
static int64_t children_for(int64_t items, int64_t batch_items)
{
    int64_t each = batch_items ? batch_items : 1;
    return (items + each - 1) / each;
}

static struct run_counts counts_of(const cJSON *object)
{
    return (struct run_counts){
        .succeeded = json_int64(object, "succeeded", 0),
        .failed = json_int64(object, "failed", 0),
        .timed_out = json_int64(object, "timedOut", 0),
        .aborted = json_int64(object, "aborted", 0),
        .written = json_int64(object, "resultsWritten", 0),
        .not_redrivable = json_int64(object, "failuresNotRedrivable", 0),
    };
}

static void answer_counts(struct call *call, const cJSON *row)
{
    struct branch *branch = running_of(call->world, row);
    struct told_counts executions = { 0 }, items = { 0 };
    if (branch) {
        const struct map_run *run = branch->join->run;
        executions.counts = run->executions;
        items = (struct told_counts){ run->items, run->item_count - run->next_item };
    } else {
        executions.counts = counts_of(json_get(row, "executionCounts"));
        items = (struct told_counts){ counts_of(json_get(row, "itemCounts")), json_int64(row, "pendingItems", 0) };
    }
    executions.pending = children_for(items.pending, json_int64(row, "batchItems", 0));
    output_json(call, "itemCounts", counts_object(&items));
    output_json(call, "executionCounts", counts_object(&executions));
}

enum outcome describe_map_run(struct call *call)
{
    struct json *found = run_of_call(call);
    if (!found)
        return CALL_FAILED;
    const cJSON *row = json_root(found);
    output_str(call, "mapRunArn", json_str(row, "arn"));
    output_str(call, "executionArn", json_str(row, "executionArn"));
    output_str(call, "status", json_str(row, "status"));
    output_time(call, "startDate", json_int64(row, "startDate", 0));
    if (json_get(row, "stopDate"))
        output_time(call, "stopDate", json_int64(row, "stopDate", 0));
    output_int64(call, "maxConcurrency", json_int64(row, "maxConcurrency", 0));
    json_set_number(call_output(call), "toleratedFailurePercentage", json_number(row, "toleratedFailurePercentage", 0));
    output_int64(call, "toleratedFailureCount", json_int64(row, "toleratedFailureCount", 0));
    answer_counts(call, row);
    output_int64(call, "redriveCount", json_int64(row, "redriveCount", 0));
    if (json_get(row, "redriveDate"))
        output_time(call, "redriveDate", json_int64(row, "redriveDate", 0));
    return CALL_DONE;
}

/* ---- ListMapRuns ---- */

static cJSON *item(const cJSON *row)
{
    static const char *const texts[] = { "executionArn", "stateMachineArn" };
    cJSON *item = cJSON_CreateObject();
    json_set_string(item, "mapRunArn", json_string(row, "arn"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_set_string(item, texts[i], json_string(row, texts[i]));
    json_set(item, "startDate", json_new_time(json_int64(row, "startDate", 0)));
    if (json_get(row, "stopDate"))
        json_set(item, "stopDate", json_new_time(json_int64(row, "stopDate", 0)));
    return item;
}

enum outcome list_map_runs(struct call *call)
{
    if (!execution_of_call(call))
        return CALL_FAILED;
    char *prefix = arena_printf(call->arena, "%s/", input_string(call, "executionArn"));
    struct listing listing = {
        .table = &map_run_table,
        .index = &map_run_by_execution,
        .prefix = str_of(prefix),
        .member = "mapRuns",
        .item = item,
    };
    return listing_answer(call, &listing);
}

/* ---- UpdateMapRun ---- */

enum outcome update_map_run(struct call *call)
{
    struct json *found = run_of_call(call);
    if (!found)
        return CALL_FAILED;
    struct branch *branch = running_of(call->world, json_root(found));
    if (!branch) /* the sentence is ours */
        return call_fail(call, &ERROR_VALIDATION, "Map Run is %s and cannot be updated",
                         json_string(json_root(found), "status"));
    struct run_limits limits = branch->join->run->limits;
    limits.most = input_int64(call, "maxConcurrency", limits.most);
    limits.count = input_int64(call, "toleratedFailureCount", limits.count);
    limits.percentage = json_number(call->input, "toleratedFailurePercentage", limits.percentage);
    limits.has_count = limits.has_count || input_has(call, "toleratedFailureCount");
    limits.has_percentage = limits.has_percentage || input_has(call, "toleratedFailurePercentage");
    map_run_set_limits(branch, &limits);
    return CALL_DONE;
}
