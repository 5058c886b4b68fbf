#include "services/stepfunctions/asl/map_run_inner.h"

#include "aws/cloud.h"
#include "aws/policy.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/execution_row.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/redrive.h"
#include "services/stepfunctions/start_execution.h"

/* ---- children ---- */

/* Places of children go from the last to the first (execution_by_map_run). */
void map_run_each_child(struct branch *parent, int64_t from,
                        bool (*visit)(struct branch *parent, struct str arn, const cJSON *row, void *data), void *data)
{
    struct str arn = str_of(map_run_of(parent)->arn);
    struct buf before = BUF_EMPTY;
    execution_map_run_place(arn, from - 1, &before);
    struct cursor at = store_seek(map_run_store(parent), parent->execution->scope, &execution_table,
                                  &execution_by_map_run, buf_str(&before), true);
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

/* "If an execution isn't redrivable, it won't be attempted again": such a one stays failed, and is counted. */
static bool can_redrive(struct branch *parent, const cJSON *row)
{
    struct map_run *run = map_run_of(parent);
    struct execution *execution = parent->execution;
    const char *reason;
    redrive_status(execution->strand.world, execution->scope, row, &reason);
    if (!reason)
        return true;
    run->executions.not_redrivable++;
    run->items.not_redrivable += items_of(row);
    return false;
}

static bool has_failed(const cJSON *row)
{
    struct str status = json_str(row, "status");
    return !str_is(status, EXECUTION_SUCCEEDED) && !str_is(status, EXECUTION_RUNNING);
}

static bool load_child(struct branch *parent, struct str arn, const cJSON *row, void *data)
{
    struct map_run *run = map_run_of(parent);
    count_child(run, row, 1);
    if (json_int64(json_root(run->row), "redriveCount", 0) && has_failed(row))
        can_redrive(parent, row);
    run->next_child = json_int64(row, "item", 0) + 1;
    run->next_item = json_int64(row, "itemFirst", json_int64(row, "batchFirst", 0)) + items_of(row);
    run->redriven = run->redriven || is_pending_redrive(row);
    return true;
}

void map_run_count_all(struct branch *parent)
{
    map_run_each_child(parent, 0, load_child, NULL);
}

int64_t run_unsuccessful(const struct run_counts *counts)
{
    return counts->failed + counts->timed_out + counts->aborted;
}

bool map_run_exceeds(const struct map_run *run)
{
    int64_t failed = run_unsuccessful(&run->items);
    const struct run_limits *limits = &run->limits;
    if (limits->has_count && failed > limits->count)
        return true;
    if (limits->has_percentage && (double)failed > (double)run->item_count * limits->percentage / 100)
        return true;
    return !limits->has_count && !limits->has_percentage && failed > 0;
}

/* ---- stopping ---- */

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
    count_child(map_run_of(parent), row, -1);
    count_child(map_run_of(parent), json_root(changed), 1);
    store_put(map_run_store(parent), parent->execution->scope, &execution_table, arn, changed);
}

/* A child that waited to be redriven is what it was. */
static bool unmark_child(struct branch *parent, struct str arn, const cJSON *row, void *data)
{
    static const struct row_change unmarked = ROW_GONE("pendingRedrive");
    if (is_pending_redrive(row))
        change_child(parent, arn, row, &unmarked);
    return true;
}

void map_run_stop_children(struct branch *parent)
{
    struct map_run *run = map_run_of(parent);
    if (run->executions.running)
        map_run_each_child(parent, 0, stop_child, NULL);
    if (run->executions.pending_redrive)
        map_run_each_child(parent, 0, unmark_child, NULL);
}

/* ---- may it? ---- */

static bool is_allowed(struct branch *parent, struct str action, const char *resource, struct failure *ret_failure)
{
    struct execution *execution = parent->execution;
    struct arena *arena = engine_scratch(execution);
    struct principal principal = principal_of_role(arena, str_of(execution->role_arn), str_of(execution->name));
    struct permission_question question = {
        .principal = &principal,
        .action = action,
        .resource = str_of(resource),
        .now_ms = engine_now(execution),
        .region = execution->scope.region,
    };
    enum decision decision = policy_decide(cloud_of(execution->strand.world), arena, &question);
    if (decision == DECISION_ALLOW)
        return true;
    *ret_failure = (struct failure){ .error = "States.Permissions",
                                     .cause = str_of(policy_sentence(arena, &question, decision)) };
    return false;
}

/* "IAM policies for using Distributed Map states" says what the machine's role needs; which error AWS ends with where it lacks
 * it is not public. */
bool map_run_may_start(struct branch *parent, struct failure *ret_failure)
{
    struct execution *execution = parent->execution;
    struct arena *arena = engine_scratch(execution);
    struct states_arn run;
    if (!cloud_of(execution->strand.world)->enforce)
        return true;
    states_arn_parse(str_of(map_run_of(parent)->arn), &run);
    const char *machine = arena_printf(arena, "arn:aws:states:%s:%s:stateMachine:%s", execution->scope.region,
                                       execution->scope.account, execution->machine_name);
    const char *children = arena_printf(arena, "arn:aws:states:%s:%s:execution:%.*s:*", execution->scope.region,
                                        execution->scope.account, STR_ARG(run.name));
    return map_run_of(parent)->redriven ? is_allowed(parent, STR("states:RedriveExecution"), children, ret_failure)
                                        : is_allowed(parent, STR("states:StartExecution"), machine, ret_failure);
}

/* ---- starting children ---- */

static bool find_item(struct branch *parent, int64_t index, struct map_item *ret_item)
{
    struct map_run *run = map_run_of(parent);
    if (parent->state->item_reader)
        return item_store_get(&run->store, index, ret_item);
    *ret_item = map_state_item_at(parent->join, (size_t)index);
    return true;
}

/* One item as ItemSelector makes it, or as it is; NULL: *ret_failure. */
static struct json *item_input(struct branch *parent, int64_t index, struct failure *ret_failure)
{
    struct map_run *run = map_run_of(parent);
    struct json *input;
    if (!find_item(parent, index, &run->selecting)) {
        failure_set(ret_failure, engine_scratch(parent->execution), "States.Runtime", "An item of the Map is gone.");
        return NULL;
    }
    input = map_state_select(parent, &run->selecting, ret_failure);
    run->selecting.value = NULL;
    return input;
}

struct json *map_run_input(struct branch *parent, int64_t from, int64_t *ret_items, struct failure *ret_failure)
{
    if (parent->state->item_batcher)
        return batch_make(parent, &map_run_of(parent)->batches, from, map_run_of(parent)->item_count, item_input,
                          ret_items, ret_failure);
    *ret_items = 1;
    return item_input(parent, from, ret_failure);
}

/* The sentence is ours. */
static bool fits_child(struct branch *parent, struct json *input, struct failure *ret_failure)
{
    if (json_text(input).length <= ENGINE_MAX_DATA)
        return true;
    failure_set(ret_failure, engine_scratch(parent->execution), "States.DataLimitExceeded",
                "The input of a child workflow execution exceeds the maximum number of bytes service limit.");
    return false;
}

bool map_run_start_next(struct branch *parent, struct failure *ret_failure)
{
    struct map_run *run = map_run_of(parent);
    int64_t items;
    struct json *input = map_run_input(parent, run->next_item, &items, ret_failure);
    if (!input || !fits_child(parent, input, ret_failure)) {
        json_unref(input);
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
    map_run_of(parent)->redrive_at = json_int64(row, "item", 0) + 1;
    if (!is_pending_redrive(row))
        return true;
    buf_add_str(&found->arn, arn);
    found->found = true;
    return false;
}

/* Standard children go on where they failed, Express ones from their start; both under the ARN that they have. */
static void redrive_child(struct branch *parent, struct str arn)
{
    struct map_run *run = map_run_of(parent);
    struct world *world = parent->execution->strand.world;
    struct json *row = json_ref(execution_get(world, parent->execution->scope, arn));
    count_child(run, json_root(row), -1);
    run->executions.running++;
    run->items.running += items_of(json_root(row));
    if (str_is(json_str(json_root(row), "type"), "EXPRESS"))
        start_map_iteration_again(world, parent->execution->scope, arn, row);
    else
        engine_redrive(world, parent->execution->scope, arn, row, engine_now(parent->execution));
    json_unref(row);
}

bool map_run_redrive_next(struct branch *parent)
{
    struct map_run *run = map_run_of(parent);
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
    struct map_run *run = map_run_of(parent);
    const cJSON *row = json_root(child->row);
    run->executions.running--;
    run->items.running -= items_of(row);
    count_child(run, row, 1);
    branch_wake(parent);
}

static bool mark_child(struct branch *parent, struct str arn, const cJSON *row, void *data)
{
    static const struct row_change marked = ROW_TRUE("pendingRedrive");
    if (!has_failed(row) || !can_redrive(parent, row))
        return true;
    change_child(parent, arn, row, &marked);
    map_run_of(parent)->redriven = true;
    return true;
}

void map_run_mark_all(struct branch *parent)
{
    struct map_run *run = map_run_of(parent);
    run->redrive_at = 0;
    run->executions.not_redrivable = run->items.not_redrivable = 0;
    map_run_each_child(parent, 0, mark_child, NULL);
}
