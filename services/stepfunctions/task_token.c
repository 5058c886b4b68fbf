#include "services/stepfunctions/task_token.h"

#include "aws/jackson.h"
#include "base/digest.h"
#include "services/stepfunctions/asl/task.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/stepfunctions_model.h"

char *task_token_print(const struct branch *branch, struct arena *arena)
{
    struct buf inside = BUF_EMPTY, token = BUF_EMPTY;
    buf_add_text(&inside, branch->execution->arn);
    buf_add_byte(&inside, '\n');
    branch_print_path(branch, &inside);
    buf_add_byte(&inside, '\n');
    buf_add_text(&inside, branch->task->nonce);
    base64_encode(&token, buf_str(&inside));
    char *text = arena_copy(arena, buf_str(&token));
    buf_release(&inside);
    buf_release(&token);
    return text;
}

/* ---- reading ---- */

struct token {
    struct str arn, path, nonce; /* in the call's arena */
};

static bool read_token(struct call *call, struct token *ret_token)
{
    struct buf bytes = BUF_EMPTY;
    bool decoded = base64_decode(&bytes, input_str(call, "taskToken"));
    struct str rest = decoded ? arena_str(call->arena, buf_str(&bytes)) : STR_NONE;
    buf_release(&bytes);
    ret_token->arn = str_cut(rest, '\n', &rest);
    ret_token->path = str_cut(rest, '\n', &rest);
    ret_token->nonce = rest;
    return ret_token->nonce.length == TASK_NONCE_LENGTH && str_is_utf8(ret_token->arn) &&
           str_find_byte(ret_token->arn, '\0') == SIZE_MAX;
}

static bool waits_for(const struct branch *branch, const struct token *token)
{
    const struct task *task = branch->task;
    return branch->phase == PHASE_TASK && task && task->answer == ANSWER_NONE && str_is(token->nonce, task->nonce) &&
           task->activity != ACTIVITY_WAITING;
}

/* NULL: the call was failed. A token that was good once is a task that has timed out, whatever became of it. */
static struct branch *find_task(struct call *call)
{
    struct token token;
    struct scope scope = call_scope(call);
    if (!read_token(call, &token) || !execution_get(call->world, scope, token.arn)) {
        call_fail(call, &STEPFUNCTIONS_INVALID_TOKEN, "Invalid Token: 'Invalid token'");
        return NULL;
    }
    struct execution *execution = engine_find(call->world, token.arn);
    struct branch *branch = execution ? branch_find(execution, token.path) : NULL;
    if (branch && waits_for(branch, &token))
        return branch;
    call_fail(call, &STEPFUNCTIONS_TASK_TIMED_OUT, "Task Timed Out: 'Provided task does not exist anymore'");
    return NULL;
}

/* ---- SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat ---- */

enum outcome send_task_success(struct call *call)
{
    struct json_error why;
    struct json *output = json_parse(input_str(call, "output"), &why);
    if (!output) {
        char *sentence = arena_printf(call->arena, "Invalid Output: '%s'", jackson_sentence(call->arena, &why));
        return call_fail_with(call, &STEPFUNCTIONS_INVALID_OUTPUT, str_of(sentence));
    }
    struct branch *branch = find_task(call);
    if (!branch) {
        json_unref(output);
        return CALL_FAILED;
    }
    task_answer_success(branch, output);
    engine_flush(branch->execution);
    return CALL_DONE;
}

enum outcome send_task_failure(struct call *call)
{
    struct branch *branch = find_task(call);
    if (!branch)
        return CALL_FAILED;
    task_answer_failure(branch, input_str(call, "error"), input_str(call, "cause"));
    engine_flush(branch->execution);
    return CALL_DONE;
}

enum outcome send_task_heartbeat(struct call *call)
{
    struct branch *branch = find_task(call);
    if (!branch)
        return CALL_FAILED;
    task_heartbeat(branch);
    engine_flush(branch->execution);
    return CALL_DONE;
}
