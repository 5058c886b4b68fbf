#include <stdlib.h>

#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/asl/mocked.h"
#include "services/stepfunctions/asl/task.h"
#include "services/stepfunctions/execution.h"

/* The row of a branch: phase, state (its name), input (text; absent: the execution's), last (number of the event that the next
 * one follows); once the state is entered: entered, before (events), enteredDate (ms); where they are: deadline (ms), retryCount,
 * attempts (by retrier), variables (object), task (task_row.c), mapRunArn, started (event), items (text), most; of the top branch: mocked (mocked.h). A child that has ended is only its
 * output (text), until its parent has taken it. */

/* By phase. A question to a hook is asked anew after a restart. */
static const char *const phase_names[] = {
    [PHASE_ENTER] = "enter", [PHASE_BEGIN] = "begin", [PHASE_ASK] = "ask",
    [PHASE_DELAY] = "delay", [PHASE_SLEEP] = "sleep", [PHASE_BACKOFF] = "backoff",
    [PHASE_CALL] = "call",   [PHASE_TASK] = "task",   [PHASE_JOIN] = "join",
};

/* ---- saving ---- */

static void print_attempts(const struct branch *branch, struct buf *row)
{
    if (!branch->attempts)
        return;
    buf_printf(row, ",\"retryCount\":%u,\"attempts\":[", branch->retry_count);
    for (size_t i = 0; i < branch->state->retrier_count; i++)
        buf_printf(row, "%s%u", i ? "," : "", branch->attempts[i]);
    buf_add_byte(row, ']');
}

static void print_integer(struct buf *row, const char *name, int64_t value)
{
    json_print_name(row, name);
    buf_add_int64(row, value);
}

/* What an expression found is not found again after a restart: it may have looked at the clock or rolled dice. */
static void print_join(const struct branch *branch, struct buf *row)
{
    const struct join *join = branch->join;
    print_integer(row, "started", join->started_id);
    if (join->run) {
        json_print_name(row, "mapRunArn");
        json_print_string(row, str_of(join->run->arn));
    }
    if (!branch->state->jsonata || branch->state->type != STATE_MAP || !join->items_document)
        return;
    json_print_name(row, "items");
    json_print_string(row, json_text(join->items_document));
    print_integer(row, "most", (int64_t)join->most);
}

void branch_print_row(const struct branch *branch, struct buf *row)
{
    buf_add_str(row, STR("{\"phase\":\""));
    buf_add_text(row, phase_names[branch->phase]);
    buf_add_byte(row, '"');
    json_print_name(row, "state");
    json_print_string(row, str_of(branch->state->name));
    if (branch->input != branch->execution->input) {
        json_print_name(row, "input");
        json_print_string(row, json_text(branch->input));
    }
    print_integer(row, "last", branch->last_id);
    if (branch->phase != PHASE_ENTER) {
        print_integer(row, "entered", branch->entered_id);
        print_integer(row, "enteredDate", branch->entered_ms);
        if (branch->state->jsonata && branch->state->type == STATE_MAP)
            print_integer(row, "before", branch->before_id);
    }
    if (branch->phase == PHASE_DELAY || branch->phase == PHASE_SLEEP || branch->phase == PHASE_BACKOFF)
        print_integer(row, "deadline", branch->deadline_ms);
    print_attempts(branch, row);
    if (branch->variables) {
        json_print_name(row, "variables");
        buf_add_str(row, json_text(branch->variables));
    }
    if (branch->task)
        task_save(branch, row);
    if (branch->join)
        print_join(branch, row);
    if (!branch->parent && branch->execution->mocked)
        mocked_save(branch->execution->mocked, row);
    buf_add_byte(row, '}');
}

static void print_key(const struct branch *branch, struct buf *key)
{
    buf_add_text(key, branch->execution->arn);
    buf_add_byte(key, '/');
    branch_print_path(branch, key);
}

void branch_save(struct branch *branch)
{
    if (branch->unsaved_self) {
        struct buf key = BUF_EMPTY, row = BUF_EMPTY;
        print_key(branch, &key);
        branch_print_row(branch, &row);
        store_put(branch->execution->strand.world->store, branch->execution->scope, &branch_table, buf_str(&key),
                  json_seal_text(&row));
        buf_release(&key);
        branch->saved = true;
        branch->unsaved_self = false;
    }
    if (branch->join)
        join_save(branch);
}

/* ---- keeping ---- */

/* Its state begins again where it did nothing but fail; a Fail state is entered again ("Reenters the Fail state and fails
 * again", says the developer guide), and branches that have joined are not run again. */
static void keep(struct branch *branch)
{
    branch_stand_still(branch);
    if (branch->join && branch->join->run)
        map_run_stop(branch);
    if (branch->phase != PHASE_ENTER && !branch->join)
        branch->phase = branch->state->type == STATE_FAIL ? PHASE_ENTER : PHASE_BEGIN;
    branch->unsaved_self = true;
    branch_save(branch);
    if (!branch->join)
        return;
    struct list *running = &branch->join->running;
    for (struct list *link = running->next; link != running; link = link->next)
        keep(LIST_ITEM(link, struct branch, sibling));
}

void branch_keep_all(struct execution *execution)
{
    keep(execution->top);
    list_append(&execution->ended, &execution->top->turn);
}

static void redrive(struct branch *branch, int64_t redriven_id)
{
    branch->last_id = redriven_id;
    branch_touch(branch);
    if (!branch->join)
        return;
    if (branch->join->run)
        map_run_redrive(branch, redriven_id);
    struct list *running = &branch->join->running;
    for (struct list *link = running->next; link != running; link = link->next)
        redrive(LIST_ITEM(link, struct branch, sibling), redriven_id);
}

void branch_redrive_all(struct execution *execution, int64_t redriven_id)
{
    redrive(execution->top, redriven_id);
}

/* ---- loading ---- */

static enum phase phase_of(const cJSON *row)
{
    struct str name = json_str(row, "phase");
    for (size_t i = 0; i < sizeof phase_names / sizeof *phase_names; i++)
        if (str_is(name, phase_names[i]))
            return (enum phase)i;
    return PHASE_BEGIN;
}

static const struct state *state_of(const struct flow *flow, struct str name)
{
    for (size_t i = 0; i < flow->state_count; i++)
        if (str_is(name, flow->states[i]->name))
            return flow->states[i];
    return NULL;
}

static void load_attempts(struct branch *branch, const cJSON *row)
{
    const cJSON *attempts = json_get(row, "attempts"), *count;
    if (!attempts)
        return;
    branch->retry_count = (unsigned)json_int64(row, "retryCount", 0);
    branch->attempts = memory_alloc(branch->state->retrier_count * sizeof *branch->attempts);
    size_t i = 0;
    cJSON_ArrayForEach(count, attempts) if (i < branch->state->retrier_count)
        branch->attempts[i++] = (unsigned)json_to_int64(count);
}

/* False: the row names a state that its flow does not have. */
static bool load_fields(struct branch *branch, const cJSON *row)
{
    branch->state = state_of(branch->flow, json_str(row, "state"));
    if (!branch->state)
        return false;
    branch->phase = phase_of(row);
    struct str input = json_str(row, "input");
    branch->input = input.at ? json_parse(input, NULL) : json_ref(branch->execution->input);
    branch->last_id = json_int64(row, "last", 0);
    branch->entered_id = json_int64(row, "entered", 0);
    branch->entered_ms = json_int64(row, "enteredDate", 0);
    branch->before_id = json_int64(row, "before", 0);
    branch->deadline_ms = json_int64(row, "deadline", 0);
    branch->saved = true;
    load_attempts(branch, row);
    const cJSON *variables = json_get(row, "variables");
    if (variables)
        branch_set_variables(branch, json_seal_copy(variables));
    return branch->input != NULL;
}

/* What the phase waits for is armed again. */
static void rearm(struct branch *branch, const cJSON *row)
{
    switch (branch->phase) {
    case PHASE_ENTER:
    case PHASE_BEGIN:
        branch_wake(branch);
        return;
    case PHASE_ASK:
        branch->phase = PHASE_BEGIN;
        branch_wake(branch);
        return;
    case PHASE_DELAY:
    case PHASE_SLEEP:
    case PHASE_BACKOFF:
        timer_start(branch->execution->strand.world->clock, &branch->timer, branch->deadline_ms);
        return;
    case PHASE_CALL:
    case PHASE_TASK:
        task_load(branch, row);
        return;
    case PHASE_JOIN:
        if (branch->state->type == STATE_PARALLEL)
            parallel_state_load(branch);
        else
            map_state_load(branch, row);
    }
}

/* The parent of the branch at `path`, and the branch's index in it; a row whose parent has no join is a leftover. */
static struct branch *parent_of(struct execution *execution, struct str path, int64_t *ret_index)
{
    size_t last = path.length;
    while (last && path.at[last - 1] != '/')
        last--;
    if (!str_to_int64(str_from(path, last), ret_index))
        return NULL;
    struct branch *parent = branch_find(execution, str_first(path, last ? last - 1 : 0));
    bool fits = parent && parent->join && *ret_index >= 0 && (size_t)*ret_index < parent->join->count;
    return fits ? parent : NULL;
}

static void load_one(struct execution *execution, struct str path, const cJSON *row)
{
    struct branch *parent = NULL;
    int64_t index = 0;
    if (path.length && !(parent = parent_of(execution, path, &index)))
        return;
    struct str output = json_str(row, "output");
    if (parent && output.at) {
        join_load_child(parent, (size_t)index, output);
        return;
    }
    const struct flow *flow = execution->flow;
    if (parent)
        flow = parent->state->branches[parent->state->type == STATE_MAP ? 0 : index];
    struct branch *branch = branch_new(execution, parent, flow, (unsigned)index);
    if (!load_fields(branch, row)) {
        branch_free(branch);
        return;
    }
    if (!parent) {
        execution->top = branch;
        if (execution->mocked)
            mocked_load(execution->mocked, row);
    } else if (parent->join->started <= (size_t)index) {
        parent->join->started = (size_t)index + 1;
    }
    if (execution->history.fleeting && execution->history.last < branch->last_id)
        execution->history.last = branch->last_id;
    rearm(branch, row);
}

static void resume_joins(struct branch *branch)
{
    if (!branch->join)
        return;
    for (struct list *link = branch->join->running.next; link != &branch->join->running; link = link->next)
        resume_joins(LIST_ITEM(link, struct branch, sibling));
    branch_wake(branch); /* its last branches may have ended, further ones may be to start */
}

/* Until the top has a row of its own the execution's speaks for it. */
static void load_begun(struct execution *execution, struct str key)
{
    if (store_get(execution->strand.world->store, execution->scope, &branch_table, key))
        return;
    struct json *row = json_parse(json_str(json_root(execution->row), "branch"), NULL);
    if (row)
        load_one(execution, STR_NONE, json_root(row));
    json_unref(row);
}

/* Keys are in order, so a branch comes before those below it. */
bool branch_load_all(struct execution *execution)
{
    struct buf prefix = BUF_EMPTY;
    buf_add_text(&prefix, execution->arn);
    buf_add_byte(&prefix, '/');
    struct store *store = execution->strand.world->store;
    load_begun(execution, buf_str(&prefix));
    struct cursor at = store_seek_from(store, execution->scope, &branch_table, NULL, buf_str(&prefix));
    while (store_next_within(&at, buf_str(&prefix))) {
        load_one(execution, str_from(at.key, prefix.length), json_root(at.row));
    }
    buf_release(&prefix);
    if (execution->top)
        resume_joins(execution->top);
    return execution->top != NULL;
}
