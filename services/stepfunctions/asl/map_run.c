#include "services/stepfunctions/asl/map_run.h"

#include <stdlib.h>

#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/item_reader.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/asl/result_writer.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/execution_row.h"
#include "services/stepfunctions/map_run.h"
#include "services/stepfunctions/redrive.h"
#include "services/stepfunctions/start_execution.h"

const char MAP_RUN_RUNNING[] = "RUNNING", MAP_RUN_SUCCEEDED[] = "SUCCEEDED", MAP_RUN_FAILED[] = "FAILED",
           MAP_RUN_ABORTED[] = "ABORTED";

#define CHILDREN_A_TURN  8
#define DISTRIBUTED_MOST 10000 /* "runs 10,000 parallel child workflow executions" where nothing else is said */
#define REDRIVES_MOST    1000  /* "the hard limit of 1000 redrives of a given Map Run" */
#define INPUT_MOST       ENGINE_MAX_DATA

static const char *const stage_names[] = {
    [RUN_CHECKING] = "check", [RUN_READING] = "read", [RUN_RUNNING] = "run", [RUN_WRITING] = "write"
};

static struct map_run *run_of(const struct branch *parent)
{
    return parent->join->run;
}

void map_run_free(struct map_run *run)
{
    if (!run)
        return;
    item_reader_free(run->reader);
    result_writer_free(run->writer);
    item_store_release(&run->store);
    json_unref(run->batch_input);
    json_unref(run->row);
    free(run->arn);
    free(run);
}

/* ---- the row ---- */

static struct store *store_of(const struct branch *parent)
{
    return parent->execution->strand.world->store;
}

static void put_row(struct branch *parent, cJSON *tree_taken)
{
    struct map_run *run = run_of(parent);
    struct json *row = json_seal(tree_taken);
    json_unref(run->row);
    run->row = row;
    run->bucket = json_str(json_root(row), "bucket");
    run->prefix = json_str(json_root(row), "prefix");
    store_put(store_of(parent), parent->execution->scope, &map_run_table, str_of(run->arn), json_ref(row));
}

static void set_limits(cJSON *row, const struct run_limits *limits)
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

static void set_stage(struct branch *parent, enum run_stage stage)
{
    struct map_run *run = run_of(parent);
    cJSON *row = json_thaw(json_root(run->row));
    run->stage = stage;
    json_set_string(row, "stage", stage_names[stage]);
    if (stage >= RUN_RUNNING)
        json_set_int64(row, "itemCount", run->item_count);
    if (run->failing)
        json_set_bool(row, "failing", true);
    put_row(parent, row);
}

/* What is counted while it runs is told by the row once it has ended. */
static void put_ended(struct branch *parent, const char *status)
{
    struct map_run *run = run_of(parent);
    cJSON *row = json_thaw(json_root(run->row));
    run->over = true;
    run->redriven = false;
    json_set_string(row, "status", status);
    json_set_int64(row, "stopDate", engine_now(parent->execution));
    json_set(row, "executionCounts", counts_object(&run->executions));
    json_set(row, "itemCounts", counts_object(&run->items));
    if (run->stage >= RUN_RUNNING)
        json_set_int64(row, "pendingItems", run->item_count - run->next_item);
    put_row(parent, row);
}

/* ---- children ---- */

/* Places of children go from the last to the first (execution_by_map_run). */
void map_run_each_child(struct branch *parent, int64_t from,
                        bool (*visit)(struct branch *parent, struct str arn, const cJSON *row, void *data), void *data)
{
    struct str arn = str_of(run_of(parent)->arn);
    struct buf before = BUF_EMPTY;
    execution_map_run_place(arn, from - 1, &before);
    struct cursor at = store_seek(store_of(parent), parent->execution->scope, &execution_table, &execution_by_map_run,
                                  buf_str(&before), true);
    while (store_next(&at)) {
        if (str_starts(at.place, arn) && visit(parent, at.key, json_root(at.row), data))
            continue;
        store_close(&at);
        break;
    }
    buf_release(&before);
}

/* ---- counting ---- */

static int64_t *count_of(struct run_counts *counts, struct str status)
{
    if (str_is(status, EXECUTION_RUNNING))
        return &counts->running;
    if (str_is(status, EXECUTION_SUCCEEDED))
        return &counts->succeeded;
    if (str_is(status, EXECUTION_TIMED_OUT))
        return &counts->timed_out;
    return str_is(status, EXECUTION_ABORTED) ? &counts->aborted : &counts->failed;
}

static bool is_pending_redrive(const cJSON *row)
{
    return json_bool(row, "pendingRedrive", false);
}

static int64_t items_of(const cJSON *row)
{
    return json_int64(row, "items", 1);
}

/* By its row, with sign 1 or taken back with -1. */
static void count_child(struct map_run *run, const cJSON *row, int64_t sign)
{
    bool pending = is_pending_redrive(row);
    struct str status = json_str(row, "status");
    *(pending ? &run->executions.pending_redrive : count_of(&run->executions, status)) += sign;
    *(pending ? &run->items.pending_redrive : count_of(&run->items, status)) += sign * items_of(row);
}

static int64_t unsuccessful(const struct run_counts *counts)
{
    return counts->failed + counts->timed_out + counts->aborted;
}

static bool exceeds(const struct map_run *run)
{
    int64_t failed = unsuccessful(&run->items);
    const struct run_limits *limits = &run->limits;
    if (limits->has_count && failed > limits->count)
        return true;
    if (limits->has_percentage && (double)failed > (double)run->item_count * limits->percentage / 100)
        return true;
    return !limits->has_count && !limits->has_percentage && failed > 0;
}

/* ---- beginning ---- */

/* "…:mapRun:MACHINE/LABEL:UUID"; a Map without a label gets a UUID for one. */
static char *new_arn(struct branch *parent)
{
    struct execution *execution = parent->execution;
    struct random *random = &execution->strand.world->random;
    char label[37], id[37];
    random_uuid(random, label);
    random_uuid(random, id);
    struct buf arn = BUF_EMPTY;
    buf_printf(&arn, "arn:aws:states:%s:%s:mapRun:%s/%s:%s", execution->scope.region, execution->scope.account,
               execution->machine_name, parent->state->label ? parent->state->label : label, id);
    return buf_take(&arn);
}

static void write_started(struct branch *parent, const char *type, const char *details, int64_t redrives)
{
    struct history *history = &parent->execution->history;
    struct join *join = parent->join;
    parent->last_id = history_open(history, type, parent->last_id, engine_now(parent->execution));
    history_details(history, details);
    history_string(history, "mapRunArn", str_of(join->run->arn));
    if (redrives)
        history_integer(history, "redriveCount", redrives);
    history_close(history);
    join->started_id = parent->last_id;
}

static void add_place(cJSON *row, const cJSON *place_or_null)
{
    struct str bucket = json_str(place_or_null, "Bucket"), prefix = json_str(place_or_null, "Prefix");
    if (!place_or_null)
        return;
    json_set_str(row, "bucket", bucket.at ? bucket : STR(""));
    json_set_str(row, "prefix", prefix.at ? prefix : STR(""));
}

static cJSON *new_row(struct branch *parent)
{
    struct map_run *run = run_of(parent);
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
    set_limits(row, &run->limits);
    if (run->batch_items)
        json_set_int64(row, "batchItems", run->batch_items);
    if (run->batch_bytes)
        json_set_int64(row, "batchBytes", run->batch_bytes);
    if (run->batch_input)
        json_set_str(row, "batchInput", json_text(run->batch_input));
    buf_release(&text);
    return row;
}

static struct map_run *new_run(struct branch *parent, char *arn_taken)
{
    struct map_run *run = memory_alloc(sizeof *run);
    run->arn = arn_taken;
    item_store_init(&run->store, store_of(parent), parent->execution->scope, run->arn);
    return run;
}

static bool find_limits(struct branch *parent, struct value input, struct run_limits *ret_limits)
{
    const struct state *state = parent->state;
    double most, count, percentage;
    if (!map_state_number(parent, input, &state->max_concurrency, "MaxConcurrencyPath", INT32_MAX, &most) ||
        !map_state_number(parent, input, &state->tolerated_count, "ToleratedFailureCountPath", INT32_MAX, &count) ||
        !map_state_number(parent, input, &state->tolerated_percentage, "ToleratedFailurePercentagePath", 100,
                          &percentage))
        return false;
    *ret_limits = (struct run_limits){ .most = (int64_t)most,
                                       .count = (int64_t)count,
                                       .percentage = percentage,
                                       .has_count = number_is_there(&state->tolerated_count),
                                       .has_percentage = number_is_there(&state->tolerated_percentage) };
    return true;
}

static bool find_batches(struct branch *parent, struct value input, struct map_run *run)
{
    const struct batcher_option *batcher = parent->state->item_batcher;
    double items, bytes;
    if (!batcher)
        return true;
    if (!map_state_number(parent, input, &batcher->items, "MaxItemsPerBatchPath", INT32_MAX, &items) ||
        !map_state_number(parent, input, &batcher->bytes, "MaxInputBytesPerBatchPath", INPUT_MOST, &bytes))
        return false;
    run->batch_items = (int64_t)items;
    run->batch_bytes = (int64_t)bytes;
    if (!batcher->input.query && !batcher->input.template)
        return true;
    struct failure failure;
    const cJSON *payload;
    if (flow_fill(parent, &batcher->input, input, &payload, &failure)) {
        run->batch_input = value_seal_node(payload);
        return true;
    }
    branch_fail_inside(parent, &failure);
    return false;
}

/* Where results go: {"Bucket", "Prefix"}; *ret_place stays NULL where they go nowhere. */
static bool find_place(struct branch *parent, struct value input, const cJSON **ret_place)
{
    const struct writer_option *writer = parent->state->result_writer;
    struct failure failure;
    *ret_place = NULL;
    if (!writer || !writer->exports || (!writer->parameters.query && !writer->parameters.template) ||
        flow_fill(parent, &writer->parameters, input, ret_place, &failure))
        return true;
    branch_fail_inside(parent, &failure);
    return false;
}

static enum run_stage first_stage(const struct branch *parent)
{
    const struct writer_option *writer = parent->state->result_writer;
    if (writer && writer->exports)
        return RUN_CHECKING;
    return parent->state->item_reader ? RUN_READING : RUN_RUNNING;
}

/* The join knows the items that came with the input. What cannot be found fails the state as one in which nothing began. */
void map_run_begin(struct branch *parent, struct value input)
{
    struct join *join = parent->join;
    struct map_run *run = new_run(parent, new_arn(parent));
    const cJSON *place;
    parent->join = NULL;
    if (!find_limits(parent, input, &run->limits) || !find_batches(parent, input, run) ||
        !find_place(parent, input, &place)) {
        map_run_free(run);
        join_free(join);
        return;
    }
    run->item_count = (int64_t)join->count;
    run->stage = first_stage(parent);
    join->run = run;
    parent->join = join;
    parent->phase = PHASE_JOIN;
    map_state_write_started(parent);
    cJSON *row = new_row(parent);
    add_place(row, place);
    put_row(parent, row);
    write_started(parent, "MapRunStarted", "mapRunStartedEventDetails", 0);
    branch_touch(parent);
    branch_wake(parent); /* its turn starts the first children */
}

/* ---- ending ---- */

/* Recorded: the state's exit follows MapRunSucceeded where the Map is the first state of all, else MapRunStarted. */
static void succeed(struct branch *parent)
{
    struct history *history = &parent->execution->history;
    int64_t now_ms = engine_now(parent->execution);
    int64_t started_id = parent->join->started_id;
    struct json *outputs = run_of(parent)->bucket.at ? result_writer_result(parent) : result_writer_outputs(parent);
    int64_t run_id = history_bare(history, "MapRunSucceeded", started_id, now_ms);
    history_bare(history, "MapStateSucceeded", run_id, now_ms);
    parent->last_id = parent->entered_id == 2 ? run_id : started_id;
    put_ended(parent, MAP_RUN_SUCCEEDED);
    join_end(parent);
    if (flow_fits(parent, json_text(outputs)))
        flow_finish(parent, value_of(outputs));
    json_unref(outputs);
}

static void write_failed(struct branch *parent, const char *error, struct str cause)
{
    parent->last_id = history_open(&parent->execution->history, "MapRunFailed", parent->join->started_id,
                                   engine_now(parent->execution));
    history_details(&parent->execution->history, "mapRunFailedEventDetails");
    history_error(&parent->execution->history, error, cause);
    history_close(&parent->execution->history);
    put_ended(parent, MAP_RUN_FAILED);
}

static void fail(struct branch *parent, const char *error, struct str cause)
{
    write_failed(parent, error, cause);
    branch_fail(parent, error, cause);
}

static bool stop_child(struct branch *parent, struct str arn, const cJSON *row, void *data)
{
    struct execution *child = engine_find(parent->execution->strand.world, arn);
    if (child)
        engine_abort(child, NULL, STR_NONE);
    return true;
}

/* Its row changes, and so does what it is counted as. */
static void change_child(struct branch *parent, struct str arn, const cJSON *row, const struct row_change *change)
{
    struct json *changed = execution_row_with(row, change, 1);
    count_child(run_of(parent), row, -1);
    count_child(run_of(parent), json_root(changed), 1);
    store_put(store_of(parent), parent->execution->scope, &execution_table, arn, changed);
}

/* A child that waited to be redriven is what it was. */
static bool unmark_child(struct branch *parent, struct str arn, const cJSON *row, void *data)
{
    static const struct row_change unmarked = ROW_GONE("pendingRedrive");
    if (is_pending_redrive(row))
        change_child(parent, arn, row, &unmarked);
    return true;
}

static void stop_children(struct branch *parent)
{
    struct map_run *run = run_of(parent);
    if (run->executions.running)
        map_run_each_child(parent, 0, stop_child, NULL);
    if (run->executions.pending_redrive)
        map_run_each_child(parent, 0, unmark_child, NULL);
}

void map_run_stop(struct branch *parent)
{
    struct map_run *run = run_of(parent);
    if (run->over)
        return;
    stop_children(parent);
    item_reader_free(run->reader);
    result_writer_free(run->writer);
    run->reader = NULL;
    run->writer = NULL;
    put_ended(parent, MAP_RUN_ABORTED);
}

void map_run_forget(struct branch *parent)
{
    struct map_run *run = run_of(parent);
    map_run_stop(parent);
    if (run->store.count || run->stage == RUN_READING)
        item_store_clear(&run->store);
}

bool map_run_is_over(const struct map_run *run)
{
    return run->over;
}

/* What goes wrong in its expressions is worded as in any state; such a run is not redriven, but begun anew ("Map Run failed
 * because of the JSON data interpolation error"). */
static void fail_with(struct branch *parent, const struct failure *failure)
{
    bool own = strcmp(failure->error, ITEM_READER_FAILED) == 0 || strcmp(failure->error, RESULT_WRITER_FAILED) == 0;
    if (own) {
        fail(parent, failure->error, failure->cause);
        return;
    }
    stop_children(parent);
    write_failed(parent, failure->error, branch_cause_inside(parent, failure->cause));
    join_end(parent);
    branch_fail_inside(parent, failure);
}

/* ---- checking and reading ---- */

static void check(struct branch *parent)
{
    struct map_run *run = run_of(parent);
    struct failure failure;
    if (!run->writer)
        run->writer = result_writer_new(parent, true);
    switch (result_writer_step(run->writer, &failure)) {
    case WRITING_FAILED:
        fail_with(parent, &failure);
        return;
    case WRITING_DONE:
        result_writer_free(run->writer);
        run->writer = NULL;
        set_stage(parent, parent->state->item_reader ? RUN_READING : RUN_RUNNING);
        branch_wake(parent);
        return;
    case WRITING_GOES_ON:
        branch_wake(parent);
        return;
    case WRITING_WAITS:
        return;
    }
}

static void read_items(struct branch *parent)
{
    struct map_run *run = run_of(parent);
    struct failure failure;
    if (!run->reader) {
        item_store_clear(&run->store);
        run->reader = item_reader_new(parent, &run->store);
    }
    enum reading reading = item_reader_step(run->reader, &failure);
    run->item_count = run->store.count;
    switch (reading) {
    case READING_FAILED:
        item_reader_free(run->reader);
        run->reader = NULL;
        fail_with(parent, &failure);
        return;
    case READING_DONE:
        item_reader_free(run->reader);
        run->reader = NULL;
        set_stage(parent, RUN_RUNNING);
        branch_wake(parent);
        return;
    case READING_GOES_ON:
        branch_wake(parent);
        return;
    case READING_WAITS:
        return;
    }
}

/* ---- starting children ---- */

static bool find_item(struct branch *parent, int64_t index, struct map_item *ret_item)
{
    struct map_run *run = run_of(parent);
    if (parent->state->item_reader)
        return item_store_get(&run->store, index, ret_item);
    const cJSON *item = parent->join->items[index];
    *ret_item = (struct map_item){
        .index = index, .key = str_of(item->string), .value = item, .source = STR("STATE_DATA")
    };
    return true;
}

/* One item as ItemSelector makes it, or as it is; NULL: *ret_failure. */
static struct json *item_input(struct branch *parent, int64_t index, struct failure *ret_failure)
{
    struct map_run *run = run_of(parent);
    struct json *input;
    if (!find_item(parent, index, &run->selecting)) {
        failure_set(ret_failure, engine_scratch(parent->execution), "States.Runtime", "An item of the Map is gone.");
        return NULL;
    }
    input = map_state_select(parent, &run->selecting, ret_failure);
    run->selecting.value = NULL;
    return input;
}

static void open_batch(const struct map_run *run, struct buf *batch)
{
    buf_add_byte(batch, '{');
    if (run->batch_input) {
        buf_add_str(batch, STR("\"BatchInput\":"));
        buf_add_str(batch, json_text(run->batch_input));
        buf_add_byte(batch, ',');
    }
    buf_add_str(batch, STR("\"Items\":["));
}

/* As many items as fit, but always one. */
static struct json *batch_input(struct branch *parent, int64_t from, int64_t *ret_items, struct failure *ret_failure)
{
    const struct map_run *run = run_of(parent);
    size_t most = run->batch_bytes ? (size_t)run->batch_bytes : INPUT_MOST;
    struct buf batch = BUF_EMPTY;
    open_batch(run, &batch);
    for (*ret_items = 0; from + *ret_items < run->item_count; ++*ret_items) {
        if (run->batch_items && *ret_items == run->batch_items)
            break;
        struct json *item = item_input(parent, from + *ret_items, ret_failure);
        if (!item) {
            buf_release(&batch);
            return NULL;
        }
        bool fits = batch.length + json_text(item).length + 3 <= most;
        if (fits || *ret_items == 0) {
            buf_add_text(&batch, *ret_items ? "," : "");
            buf_add_str(&batch, json_text(item));
        }
        json_unref(item);
        if (!fits && *ret_items)
            break;
    }
    buf_add_str(&batch, STR("]}"));
    return json_seal_text(&batch);
}

struct json *map_run_input(struct branch *parent, int64_t from, int64_t *ret_items, struct failure *ret_failure)
{
    if (parent->state->item_batcher)
        return batch_input(parent, from, ret_items, ret_failure);
    *ret_items = 1;
    return item_input(parent, from, ret_failure);
}

/* The sentence is ours. */
static bool fits_child(struct branch *parent, struct json *input, struct failure *ret_failure)
{
    if (json_text(input).length <= INPUT_MOST)
        return true;
    failure_set(ret_failure, engine_scratch(parent->execution), "States.DataLimitExceeded",
                "The input of a child workflow execution exceeds the maximum number of bytes service limit.");
    return false;
}

/* False: the state was failed. */
static bool start_next(struct branch *parent)
{
    struct map_run *run = run_of(parent);
    struct failure failure;
    int64_t items;
    struct json *input = map_run_input(parent, run->next_item, &items, &failure);
    if (!input || !fits_child(parent, input, &failure)) {
        json_unref(input);
        fail_with(parent, &failure);
        return false;
    }
    struct map_item item = { 0 };
    bool selected = !parent->state->item_batcher && map_state_has_selector(parent->state) &&
                    find_item(parent, run->next_item, &item);
    struct iteration iteration = { .number = run->next_child,
                                   .first = run->next_item,
                                   .items = items,
                                   .batch = parent->state->item_batcher != NULL,
                                   .item = selected ? item.value : NULL };
    run->next_item += items;
    run->next_child++;
    run->executions.running++;
    run->items.running += items;
    start_map_iteration(parent, &iteration, input);
    json_unref(input);
    return true;
}

/* ---- redriving children ---- */

struct found_child {
    struct buf arn;
    bool found;
};

static bool find_pending(struct branch *parent, struct str arn, const cJSON *row, void *data)
{
    struct found_child *found = data;
    run_of(parent)->redrive_at = json_int64(row, "item", 0) + 1;
    if (!is_pending_redrive(row))
        return true;
    buf_add_str(&found->arn, arn);
    found->found = true;
    return false;
}

/* Standard children go on where they failed, Express ones from their start; both under the ARN that they have. */
static void redrive_child(struct branch *parent, struct str arn)
{
    struct map_run *run = run_of(parent);
    struct world *world = parent->execution->strand.world;
    struct json *row = json_ref(execution_get(world, parent->execution->scope, arn));
    count_child(run, json_root(row), -1);
    run->executions.running++;
    run->items.running += items_of(json_root(row));
    if (str_is(json_str(json_root(row), "type"), "EXPRESS"))
        start_map_iteration_again(world, parent->execution->scope, arn, row);
    else
        engine_redrive(world, parent->execution->scope, arn, row);
    json_unref(row);
}

/* False: none waits. */
static bool redrive_next(struct branch *parent)
{
    struct map_run *run = run_of(parent);
    struct found_child found = { BUF_EMPTY, false };
    if (run->redriven)
        map_run_each_child(parent, run->redrive_at, find_pending, &found);
    if (found.found)
        redrive_child(parent, buf_str(&found.arn));
    else
        run->redriven = false;
    buf_release(&found.arn);
    return found.found;
}

/* ---- running ---- */

static int64_t most_at_a_time(const struct map_run *run)
{
    return run->limits.most > 0 && run->limits.most < DISTRIBUTED_MOST ? run->limits.most : DISTRIBUTED_MOST;
}

static bool has_work(const struct map_run *run)
{
    return run->redriven || run->next_item < run->item_count;
}

static void end_running(struct branch *parent)
{
    struct map_run *run = run_of(parent);
    if (run->bucket.at) {
        set_stage(parent, RUN_WRITING);
        branch_wake(parent);
    } else if (run->failing) {
        fail(parent, MAP_THRESHOLD_ERROR, STR(MAP_THRESHOLD_CAUSE));
    } else {
        succeed(parent);
    }
}

static void run_children(struct branch *parent)
{
    struct map_run *run = run_of(parent);
    if (exceeds(run)) {
        run->failing = true;
        stop_children(parent);
        end_running(parent);
        return;
    }
    for (unsigned i = 0; i < CHILDREN_A_TURN && run->executions.running < most_at_a_time(run) && has_work(run); i++)
        if (!redrive_next(parent) && run->next_item < run->item_count && !start_next(parent))
            return;
    if (!has_work(run) && run->executions.running == 0)
        end_running(parent);
    else if (has_work(run) && run->executions.running < most_at_a_time(run))
        branch_wake(parent);
}

static void write_results(struct branch *parent)
{
    struct map_run *run = run_of(parent);
    struct failure failure;
    if (!run->writer)
        run->writer = result_writer_new(parent, false);
    switch (result_writer_step(run->writer, &failure)) {
    case WRITING_FAILED:
        result_writer_free(run->writer);
        run->writer = NULL;
        fail_with(parent, &failure);
        return;
    case WRITING_DONE:
        run->executions.written = run->executions.succeeded + unsuccessful(&run->executions);
        run->items.written = run->items.succeeded + unsuccessful(&run->items);
        result_writer_free(run->writer);
        run->writer = NULL;
        if (run->failing)
            fail(parent, MAP_THRESHOLD_ERROR, STR(MAP_THRESHOLD_CAUSE));
        else
            succeed(parent);
        return;
    case WRITING_GOES_ON:
        branch_wake(parent);
        return;
    case WRITING_WAITS:
        return;
    }
}

void map_run_resume(struct branch *parent)
{
    const struct map_run *run = run_of(parent);
    if (run->too_often) /* the sentence is ours */
        branch_fail_saying(parent, "States.Runtime", "The Map Run has been redriven %d times.", REDRIVES_MOST);
    if (run->over)
        return;
    switch (run->stage) {
    case RUN_CHECKING:
        check(parent);
        return;
    case RUN_READING:
        read_items(parent);
        return;
    case RUN_RUNNING:
        run_children(parent);
        return;
    case RUN_WRITING:
        write_results(parent);
        return;
    }
}

void map_run_set_limits(struct branch *parent, const struct run_limits *limits)
{
    struct map_run *run = run_of(parent);
    cJSON *row = json_thaw(json_root(run->row));
    run->limits = *limits;
    set_limits(row, limits);
    put_row(parent, row);
    branch_wake(parent);
}

/* ---- iterations ---- */

/* What was not selected is the input itself. */
bool map_run_item(const struct execution *execution, struct map_item *ret_item)
{
    const cJSON *row = json_root(execution->row);
    int64_t first = json_int64(row, "itemFirst", -1);
    if (first < 0)
        return false;
    const cJSON *value = json_get(row, "itemValue");
    *ret_item = (struct map_item){ .index = first, .value = value ? value : json_root(execution->input) };
    return true;
}

/* The branch of the Map that this execution is an iteration of; NULL: it is none, or nobody waits for it. */
static struct branch *parent_of(const struct execution *child)
{
    const cJSON *row = json_root(child->row);
    struct str parent_arn = json_str(row, "parent");
    struct execution *execution = parent_arn.at ? engine_find(child->strand.world, parent_arn) : NULL;
    struct branch *parent = execution ? branch_find(execution, json_str(row, "parentBranch")) : NULL;
    bool waits = parent && parent->join && parent->join->run && !parent->join->run->over &&
                 str_is(json_str(row, "mapRunArn"), parent->join->run->arn);
    return waits ? parent : NULL;
}

void map_run_child_ended(struct execution *child)
{
    struct branch *parent = parent_of(child);
    if (!parent)
        return;
    struct map_run *run = run_of(parent);
    const cJSON *row = json_root(child->row);
    run->executions.running--;
    run->items.running -= items_of(row);
    count_child(run, row, 1);
    branch_wake(parent);
}

/* ---- loading ---- */

static bool load_child(struct branch *parent, struct str arn, const cJSON *row, void *data)
{
    struct map_run *run = run_of(parent);
    count_child(run, row, 1);
    run->next_child = json_int64(row, "item", 0) + 1;
    run->next_item = json_int64(row, "itemFirst", json_int64(row, "batchFirst", 0)) + items_of(row);
    run->redriven = run->redriven || is_pending_redrive(row);
    return true;
}

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
    struct json *row = store_get(store_of(parent), parent->execution->scope, &map_run_table, map_run_arn);
    if (!row)
        return false;
    const cJSON *root = json_root(row);
    struct map_run *run = parent->join->run = new_run(parent, memory_copy(map_run_arn));
    struct str batch_input = json_str(root, "batchInput");
    run->row = json_ref(row);
    run->stage = stage_of(json_str(root, "stage"));
    run->limits = limits_of(root);
    run->batch_items = json_int64(root, "batchItems", 0);
    run->batch_bytes = json_int64(root, "batchBytes", 0);
    run->batch_input = batch_input.at ? json_parse(batch_input, NULL) : NULL;
    run->bucket = json_str(root, "bucket");
    run->prefix = json_str(root, "prefix");
    run->failing = json_bool(root, "failing", false);
    run->over = !str_is(json_str(root, "status"), MAP_RUN_RUNNING);
    run->item_count = json_int64(root, "itemCount", (int64_t)parent->join->count);
    run->store.count = parent->state->item_reader ? run->item_count : 0;
    map_run_each_child(parent, 0, load_child, NULL);
    return true;
}

/* ---- redriving ---- */

/* "If an execution isn't redrivable, it won't be attempted again": such a one stays failed. */
static bool mark_child(struct branch *parent, struct str arn, const cJSON *row, void *data)
{
    struct map_run *run = run_of(parent);
    struct execution *execution = parent->execution;
    static const struct row_change marked = ROW_TRUE("pendingRedrive");
    const char *reason;
    if (str_is(json_str(row, "status"), EXECUTION_SUCCEEDED))
        return true;
    redrive_status(execution->strand.world, execution->scope, row, &reason);
    if (reason) {
        run->executions.not_redrivable++;
        run->items.not_redrivable += items_of(row);
        return true;
    }
    change_child(parent, arn, row, &marked);
    run->redriven = true;
    return true;
}

static void put_redriven(struct branch *parent, int64_t redrives)
{
    struct map_run *run = run_of(parent);
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

/* One that had begun to run goes on with the items it had; else everything is tried from the start. */
void map_run_redrive(struct branch *parent, int64_t previous_id)
{
    struct map_run *run = run_of(parent);
    int64_t redrives = json_int64(json_root(run->row), "redriveCount", 0) + 1;
    parent->last_id = previous_id;
    branch_wake(parent);
    run->too_often = redrives > REDRIVES_MOST;
    if (run->too_often)
        return;
    run->over = run->failing = false;
    run->stage = run->stage < RUN_RUNNING ? first_stage(parent) : RUN_RUNNING;
    run->redrive_at = 0;
    map_run_each_child(parent, 0, mark_child, NULL);
    put_redriven(parent, redrives);
    write_started(parent, "MapRunRedriven", "mapRunRedrivenEventDetails", redrives);
    branch_touch(parent);
}
