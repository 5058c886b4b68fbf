#include "services/stepfunctions/asl/map_run.h"

#include <stdlib.h>

#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/start_execution.h"

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

void map_run_begin(struct branch *parent)
{
    struct history *history = &parent->execution->history;
    struct join *join = parent->join;
    join->map_run_arn = new_arn(parent);
    parent->last_id = history_open(history, "MapRunStarted", parent->last_id, engine_now(parent->execution));
    history_details(history, "mapRunStartedEventDetails");
    history_string(history, "mapRunArn", str_of(join->map_run_arn));
    history_close(history);
    join->started_id = parent->last_id;
}

static void start_children(struct branch *parent)
{
    struct join *join = parent->join;
    while (join->started < join->count && join->started - join->ended < join->most) {
        struct json *input = map_state_input(parent, join->started);
        if (!input)
            return;
        start_map_iteration(parent, join->started++, input);
        json_unref(input);
    }
}

/* ---- ending ---- */

/* Recorded: the state's exit follows MapRunSucceeded where the Map is the first state of all, else MapRunStarted. */
static void succeed(struct branch *parent)
{
    struct history *history = &parent->execution->history;
    int64_t now_ms = engine_now(parent->execution);
    int64_t started_id = parent->join->started_id;
    int64_t run_id = history_bare(history, "MapRunSucceeded", started_id, now_ms);
    history_bare(history, "MapStateSucceeded", run_id, now_ms);
    parent->last_id = parent->entered_id == 2 ? run_id : started_id;
    struct json *outputs = join_outputs(parent->join);
    join_end(parent);
    if (flow_fits(parent, json_text(outputs)))
        flow_finish(parent, value_of(outputs));
    json_unref(outputs);
}

static void fail(struct branch *parent)
{
    static const char error[] = MAP_THRESHOLD_ERROR, cause[] = MAP_THRESHOLD_CAUSE;
    struct history *history = &parent->execution->history;
    parent->last_id = history_open(history, "MapRunFailed", parent->join->started_id, engine_now(parent->execution));
    history_details(history, "mapRunFailedEventDetails");
    history_error(history, error, str_of(cause));
    history_close(history);
    join_end(parent);
    branch_fail(parent, error, str_of(cause));
}

void map_run_resume(struct branch *parent)
{
    struct join *join = parent->join;
    if (join->failed > join->tolerated)
        fail(parent);
    else if (join->ended == join->count)
        succeed(parent);
    else
        start_children(parent);
}

static void abort_iteration(struct world *world, struct str arn)
{
    struct execution *child = engine_find(world, arn);
    if (child)
        engine_abort(child, NULL, STR_NONE);
}

static struct buf place_prefix(const char *map_run_arn)
{
    struct buf prefix = BUF_EMPTY;
    buf_add_text(&prefix, map_run_arn);
    buf_add_byte(&prefix, '/');
    return prefix;
}

/* The run's rows from first to last; `visit` may change them. */
static void each_iteration(struct branch *parent,
                           void (*visit)(struct branch *parent, struct str arn, const cJSON *row))
{
    struct execution *execution = parent->execution;
    struct buf prefix = place_prefix(parent->join->map_run_arn);
    struct cursor at = store_seek_from(execution->strand.world->store, execution->scope, &execution_table,
                                       &execution_by_map_run, buf_str(&prefix));
    while (store_next_within(&at, buf_str(&prefix))) {
        visit(parent, at.key, json_root(at.row));
    }
    buf_release(&prefix);
}

static void stop_one(struct branch *parent, struct str arn, const cJSON *row)
{
    if (strcmp(json_string(row, "status"), EXECUTION_RUNNING) == 0)
        abort_iteration(parent->execution->strand.world, arn);
}

void map_run_stop(struct branch *parent)
{
    struct join *join = parent->join;
    parent->phase = PHASE_BEGIN; /* what it aborts has no parent to wake any more */
    if (join->ended < join->started)
        each_iteration(parent, stop_one);
}

/* ---- iterations ---- */

bool map_run_item(const struct execution *execution, int64_t *ret_index, const cJSON **ret_item)
{
    const cJSON *row = json_root(execution->row);
    *ret_item = json_get(row, "itemValue");
    *ret_index = json_int64(row, "item", 0);
    return *ret_item != NULL;
}

static void take_outcome(struct join *join, const cJSON *row)
{
    int64_t index = json_int64(row, "item", -1);
    if (index < 0 || (size_t)index >= join->count || join->children[index].ended)
        return;
    struct outcome_of_child *child = &join->children[index];
    struct str output = json_str(row, "output");
    child->ended = true;
    join->ended++;
    if (output.at)
        child->output = json_parse(output, NULL);
    else
        join->failed++;
}

void map_run_child_ended(struct execution *child)
{
    const cJSON *row = json_root(child->row);
    struct str parent_arn = json_str(row, "parent");
    struct execution *execution = parent_arn.at ? engine_find(child->strand.world, parent_arn) : NULL;
    struct branch *parent = execution ? branch_find(execution, json_str(row, "parentBranch")) : NULL;
    if (!parent || parent->phase != PHASE_JOIN || !parent->join || !parent->join->map_run_arn ||
        !str_is(json_str(row, "mapRunArn"), parent->join->map_run_arn))
        return;
    take_outcome(parent->join, row);
    branch_wake(parent);
}

static void load_iteration(struct branch *parent, struct str arn, const cJSON *row)
{
    struct join *join = parent->join;
    int64_t index = json_int64(row, "item", -1);
    if (index >= 0 && (size_t)index < join->count && join->started <= (size_t)index)
        join->started = (size_t)index + 1;
    if (strcmp(json_string(row, "status"), EXECUTION_RUNNING) != 0)
        take_outcome(join, row);
}

void map_run_load(struct branch *parent, struct str map_run_arn)
{
    parent->join->map_run_arn = memory_copy(map_run_arn);
    each_iteration(parent, load_iteration);
}
