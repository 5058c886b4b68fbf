#include "services/stepfunctions/asl/join.h"

#include <stdlib.h>

#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/execution.h"

struct join *join_new(struct branch *parent, size_t count, size_t most)
{
    struct join *join = memory_alloc(sizeof *join);
    list_init(&join->running);
    join->count = count;
    join->most = most;
    if (!parent->state->distributed)
        join->children = memory_alloc(count * sizeof *join->children);
    join->first_unsaved = join->selecting = SIZE_MAX;
    parent->join = join;
    return join;
}

void join_free(struct join *join)
{
    while (!list_is_empty(&join->running))
        branch_free(LIST_ITEM(join->running.next, struct branch, sibling));
    for (size_t i = 0; join->children && i < join->count; i++)
        json_unref(join->children[i].output);
    json_unref(join->items_document);
    free(join->items);
    free(join->children);
    map_run_free(join->run);
    free(join);
}

/* ---- rows of ended children ---- */

static void print_child_key(const struct branch *parent, size_t index, struct buf *key)
{
    buf_add_text(key, parent->execution->arn);
    buf_add_byte(key, '/');
    branch_print_path(parent, key);
    if (parent->parent)
        buf_add_byte(key, '/');
    buf_add_int64(key, (int64_t)index);
}

static void save_child(struct branch *parent, size_t index)
{
    struct outcome_of_child *child = &parent->join->children[index];
    struct buf key = BUF_EMPTY, row = BUF_EMPTY;
    print_child_key(parent, index, &key);
    buf_add_str(&row, STR("{\"output\":"));
    json_print_string(&row, json_text(child->output));
    buf_add_byte(&row, '}');
    store_put(parent->execution->strand.world->store, parent->execution->scope, &branch_table, buf_str(&key),
              json_seal_text(&row));
    buf_release(&key);
    child->saved = true;
}

void join_save(struct branch *parent)
{
    struct join *join = parent->join;
    for (size_t i = join->first_unsaved; i < join->started; i++)
        if (join->children[i].output && !join->children[i].saved)
            save_child(parent, i);
    join->first_unsaved = SIZE_MAX;
}

void join_load_child(struct branch *parent, size_t index, struct str output)
{
    struct join *join = parent->join;
    struct outcome_of_child *child = &join->children[index];
    child->output = json_parse(output, NULL);
    child->ended = child->saved = true;
    join->ended++;
    if (join->started <= index)
        join->started = index + 1;
}

static void delete_child_rows(struct branch *parent)
{
    struct join *join = parent->join;
    struct buf key = BUF_EMPTY;
    for (size_t i = 0; i < join->started; i++) {
        if (!join->children[i].saved)
            continue;
        buf_clear(&key);
        print_child_key(parent, i, &key);
        store_delete(parent->execution->strand.world->store, parent->execution->scope, &branch_table, buf_str(&key));
    }
    buf_release(&key);
}

void join_end(struct branch *parent)
{
    while (!list_is_empty(&parent->join->running))
        branch_end(LIST_ITEM(parent->join->running.next, struct branch, sibling));
    if (parent->join->run)
        map_run_forget(parent);
    delete_child_rows(parent);
    join_free(parent->join);
    parent->join = NULL;
}

struct json *join_outputs(const struct join *join)
{
    struct buf text = BUF_EMPTY;
    buf_add_byte(&text, '[');
    for (size_t i = 0; i < join->count; i++) {
        if (!join->children[i].output)
            continue;
        if (text.length > 1)
            buf_add_byte(&text, ',');
        buf_add_str(&text, json_text(join->children[i].output));
    }
    buf_add_byte(&text, ']');
    return json_seal_text(&text);
}

/* ---- children that end ---- */

static void keep_output(struct branch *parent, size_t index, struct json *output_taken)
{
    struct join *join = parent->join;
    join->children[index].output = output_taken;
    join->children[index].ended = true;
    join->ended++;
    if (index < join->first_unsaved)
        join->first_unsaved = index;
    if (join->ended == join->count)
        branch_touch(parent); /* the state's last events follow an event that its row must name */
    else if (list_is_empty(&parent->dirty))
        list_append(&parent->execution->dirty, &parent->dirty);
}

static void write_iteration(struct branch *child, const char *type, const char *details, int64_t previous_id)
{
    struct branch *parent = child->parent;
    struct history *history = &parent->execution->history;
    int64_t id = history_open(history, type, previous_id, engine_now(parent->execution));
    history_details(history, details);
    history_string(history, "name", str_of(parent->state->name));
    history_integer(history, "index", child->index);
    history_close(history);
    parent->last_id = id;
}

void join_child_succeeded(struct branch *child, struct json *output_taken)
{
    struct branch *parent = child->parent;
    int64_t last_id = child->last_id;
    bool iteration = parent->state->type == STATE_MAP;
    if (iteration)
        write_iteration(child, "MapIterationSucceeded", "mapIterationSucceededEventDetails", last_id);
    else
        parent->last_id = last_id;
    keep_output(parent, child->index, output_taken);
    branch_end(child);
    if (parent->join->ended == parent->join->count)
        branch_wake(parent);
    else if (iteration)
        map_state_start_children(parent, last_id);
}

/* What follows the failure of a branch (a retry, or the state's own failure) follows the last event inside that branch. */
void join_child_failed(struct branch *child, const char *error_or_null, struct str cause_or_none)
{
    struct branch *parent = child->parent;
    int64_t last_id = child->last_id;
    if (parent->state->type == STATE_MAP)
        write_iteration(child, "MapIterationFailed", "mapIterationFailedEventDetails", last_id);
    child->failed = true;
    join_abort_running(parent);
    parent->last_id = last_id;
    branch_fail(parent, error_or_null, cause_or_none);
}

/* ---- breaking off ---- */

static const char *aborted_event(enum state_type type)
{
    switch (type) {
    case STATE_TASK:
        return "TaskStateAborted";
    case STATE_WAIT:
        return "WaitStateAborted";
    case STATE_PARALLEL:
        return "ParallelStateAborted";
    case STATE_MAP:
        return "MapStateAborted";
    default:
        return NULL;
    }
}

static void write_aborted(struct branch *branch)
{
    if (branch->join)
        join_abort_running(branch);
    if (branch->join && branch->join->run && !map_run_is_over(branch->join->run))
        branch->last_id = history_bare(&branch->execution->history, "MapRunAborted", branch->join->started_id,
                                       engine_now(branch->execution));
    const char *type = branch->phase == PHASE_ENTER ? NULL : aborted_event(branch->state->type);
    if (type)
        branch->last_id = history_bare(&branch->execution->history, type, branch->last_id,
                                       engine_now(branch->execution));
    if (branch->parent->state->type == STATE_MAP)
        write_iteration(branch, "MapIterationAborted", "mapIterationAbortedEventDetails", branch->last_id);
}

void join_abort_running(struct branch *parent)
{
    struct list *running = &parent->join->running;
    for (struct list *link = running->next; link != running; link = link->next) {
        struct branch *child = LIST_ITEM(link, struct branch, sibling);
        if (!child->failed)
            write_aborted(child);
    }
}

/* ---- the end ---- */

/* The state's own last events both follow the last event of its branches. */
static void write_succeeded(struct branch *parent)
{
    bool map = parent->state->type == STATE_MAP;
    history_bare(&parent->execution->history, map ? "MapStateSucceeded" : "ParallelStateSucceeded", parent->last_id,
                 engine_now(parent->execution));
}

static void finish(struct branch *parent)
{
    struct json *outputs = join_outputs(parent->join);
    write_succeeded(parent);
    join_end(parent);
    if (flow_fits(parent, json_text(outputs)))
        flow_finish(parent, value_of(outputs));
    json_unref(outputs);
}

void join_resume(struct branch *parent)
{
    struct join *join = parent->join;
    if (join->run)
        map_run_resume(parent);
    else if (join->ended == join->count)
        finish(parent);
    else if (parent->state->type == STATE_MAP)
        map_state_start_children(parent, parent->last_id);
}
