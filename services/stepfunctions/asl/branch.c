#include <inttypes.h>
#include <stdlib.h>

#include "services/stepfunctions/asl/ask.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/asl/task.h"
#include "services/stepfunctions/execution.h"

static void pass_deadline(struct timer *timer, void *data)
{
    branch_wake(data);
}

struct branch *branch_new(struct execution *execution, struct branch *parent, const struct flow *flow, unsigned index)
{
    struct branch *branch = memory_alloc(sizeof *branch);
    branch->execution = execution;
    branch->parent = parent;
    branch->flow = flow;
    branch->index = index;
    branch->scope.outer = parent ? &parent->scope : NULL;
    branch->timer = (struct timer){ .fire = pass_deadline, .data = branch };
    list_init(&branch->turn);
    list_init(&branch->dirty);
    list_init(&branch->sibling);
    if (parent)
        list_append(&parent->join->running, &branch->sibling);
    return branch;
}

/* What belongs to the state it is in. */
static void forget_state(struct branch *branch)
{
    timer_stop(branch->execution->strand.world->clock, &branch->timer);
    task_free(branch);
    ask_free(branch);
    free(branch->attempts);
    branch->attempts = NULL;
    branch->retry_count = 0;
}

void branch_free(struct branch *branch)
{
    forget_state(branch);
    if (branch->join)
        join_free(branch->join);
    list_remove(&branch->turn);
    list_remove(&branch->dirty);
    list_remove(&branch->sibling);
    json_unref(branch->input);
    json_unref(branch->variables);
    free(branch);
}

void branch_enter(struct branch *branch, const struct state *state, struct json *input_taken)
{
    forget_state(branch);
    json_unref(branch->input);
    branch->input = input_taken;
    branch->state = state;
    branch->phase = PHASE_ENTER;
    branch_touch(branch);
    branch_wake(branch);
}

void branch_wake(struct branch *branch)
{
    struct execution *execution = branch->execution;
    if (branch->over || !list_is_empty(&branch->turn))
        return;
    list_append(&execution->ready, &branch->turn);
    if (!execution->strand.stepping)
        strand_wake(&execution->strand, WAKE_EVENT, NULL, NULL);
}

void branch_sleep(struct branch *branch, enum phase phase, int64_t deadline_ms)
{
    branch->phase = phase;
    branch->deadline_ms = deadline_ms;
    timer_start(branch->execution->strand.world->clock, &branch->timer, deadline_ms);
    branch_touch(branch);
}

void branch_touch(struct branch *branch)
{
    if (branch->execution->trial)
        return;
    branch->unsaved_self = true;
    if (list_is_empty(&branch->dirty))
        list_append(&branch->execution->dirty, &branch->dirty);
}

void branch_set_variables(struct branch *branch, struct json *variables_taken)
{
    json_unref(branch->variables);
    branch->variables = variables_taken;
    branch->scope.values = json_root(variables_taken);
}

void branch_print_path(const struct branch *branch, struct buf *path)
{
    if (!branch->parent)
        return;
    if (branch->parent->parent) {
        branch_print_path(branch->parent, path);
        buf_add_byte(path, '/');
    }
    buf_add_int64(path, branch->index);
}

static struct branch *find_child(struct branch *parent, int64_t index)
{
    if (!parent->join)
        return NULL;
    for (struct list *link = parent->join->running.next; link != &parent->join->running; link = link->next) {
        struct branch *child = LIST_ITEM(link, struct branch, sibling);
        if (child->index == index)
            return child;
    }
    return NULL;
}

struct branch *branch_find(struct execution *execution, struct str path)
{
    struct branch *branch = execution->top;
    while (branch && path.length) {
        int64_t index;
        if (!str_to_int64(str_cut(path, '/', &path), &index))
            return NULL;
        branch = find_child(branch, index);
    }
    return branch;
}

static void delete_row(struct branch *branch)
{
    if (!branch->saved)
        return;
    struct buf key = BUF_EMPTY;
    buf_add_text(&key, branch->execution->arn);
    buf_add_byte(&key, '/');
    branch_print_path(branch, &key);
    store_delete(branch->execution->strand.world->store, branch->execution->scope, &branch_table, buf_str(&key));
    buf_release(&key);
    branch->saved = false;
}

/* Whatever it waits for is let go; it does nothing any more. */
void branch_stand_still(struct branch *branch)
{
    task_cancel(branch);
    forget_state(branch);
    branch->over = true;
    list_remove(&branch->dirty);
    list_remove(&branch->turn);
}

void branch_end(struct branch *branch)
{
    if (branch->join)
        join_end(branch);
    branch_stand_still(branch);
    delete_row(branch);
    list_remove(&branch->sibling);
    list_append(&branch->execution->ended, &branch->turn);
}
