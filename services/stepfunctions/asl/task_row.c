#include <stdlib.h>

#include "services/stepfunctions/activity_task.h"
#include "services/stepfunctions/asl/task.h"

/* A task in its branch's row: {"payload", "role", "nonce", "child", "activity", "queued", "timeout", "heartbeat",
 * "heartbeatSeconds", "output", "failed", "error", "cause"}, each where there is something to say. */

static void add_name(struct buf *row, const char *name)
{
    if (row->at[row->length - 1] != '{')
        buf_add_byte(row, ',');
    json_print_string(row, str_of(name));
    buf_add_byte(row, ':');
}

static void add_text(struct buf *row, const char *name, const char *text_or_null)
{
    if (!text_or_null)
        return;
    add_name(row, name);
    json_print_string(row, str_of(text_or_null));
}

static void add_document(struct buf *row, const char *name, const struct json *document_or_null)
{
    if (!document_or_null)
        return;
    add_name(row, name);
    json_print_string(row, json_text(document_or_null));
}

static void add_integer(struct buf *row, const char *name, int64_t value)
{
    if (!value)
        return;
    add_name(row, name);
    buf_add_int64(row, value);
}

/* What is asked of others is needed again only while it has not reached them. */
static bool needs_payload(const struct branch *branch)
{
    return branch->phase == PHASE_CALL || branch->task->activity == ACTIVITY_WAITING;
}

void task_save(const struct branch *branch, struct buf *row)
{
    const struct task *task = branch->task;
    buf_add_str(row, STR(",\"task\":{"));
    if (needs_payload(branch))
        add_document(row, "payload", task->payload);
    add_text(row, "role", task->role_arn);
    add_text(row, "nonce", task->nonce[0] ? task->nonce : NULL);
    add_text(row, "child", task->child_arn);
    add_integer(row, "activity", task->activity);
    add_text(row, "queued", task->queued);
    add_integer(row, "timeout", task->timeout_ms);
    add_integer(row, "heartbeat", task->heartbeat_ms);
    add_integer(row, "heartbeatSeconds", task->heartbeat_s);
    add_document(row, "output", task->output);
    add_integer(row, "failed", task->answer == ANSWER_FAILURE);
    add_text(row, "error", task->error);
    add_text(row, "cause", task->cause);
    buf_add_byte(row, '}');
}

/* ---- loading ---- */

static char *load_text(const cJSON *row, const char *name)
{
    struct str text = json_str(row, name);
    return text.at ? memory_copy(text) : NULL;
}

static struct json *load_document(const cJSON *row, const char *name)
{
    struct str text = json_str(row, name);
    return text.at ? json_parse(text, NULL) : NULL;
}

static void load_answer(struct task *task, const cJSON *row)
{
    task->output = load_document(row, "output");
    task->error = load_text(row, "error");
    task->cause = load_text(row, "cause");
    if (task->output)
        task->answer = ANSWER_SUCCESS;
    else if (json_int64(row, "failed", 0))
        task->answer = ANSWER_FAILURE;
}

static int64_t nearest_deadline(const struct task *task)
{
    if (!task->timeout_ms || (task->heartbeat_ms && task->heartbeat_ms < task->timeout_ms))
        return task->heartbeat_ms;
    return task->timeout_ms;
}

/* A call that was under way is made again; a child may have ended meanwhile, so it is asked about at once. */
void task_load(struct branch *branch, const cJSON *branch_row)
{
    const cJSON *row = json_get(branch_row, "task");
    struct task *task = branch->task = memory_alloc(sizeof *task);
    struct str nonce = json_str(row, "nonce");
    if (nonce.length == TASK_NONCE_LENGTH)
        memcpy(task->nonce, nonce.at, TASK_NONCE_LENGTH);
    task->payload = load_document(row, "payload");
    task->role_arn = load_text(row, "role");
    task->child_arn = load_text(row, "child");
    task->activity = (enum activity_stage)json_int64(row, "activity", ACTIVITY_NONE);
    task->queued = load_text(row, "queued");
    task->timeout_ms = json_int64(row, "timeout", 0);
    task->heartbeat_ms = json_int64(row, "heartbeat", 0);
    task->heartbeat_s = json_int64(row, "heartbeatSeconds", 0);
    load_answer(task, row);
    if (task->queued)
        activity_task_restore(branch, str_of(task->queued));
    if (nearest_deadline(task))
        timer_start(branch->execution->strand.world->clock, &branch->timer, nearest_deadline(task));
    task->child_ended = task->child_arn != NULL;
    if (branch->phase == PHASE_CALL || task->child_ended || task->answer != ANSWER_NONE)
        branch_wake(branch);
}
