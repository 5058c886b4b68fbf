#include "services/stepfunctions/asl/ask.h"
#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/asl/task.h"
#include "services/stepfunctions/asl/wait.h"

static const char *const entered_events[] = {
    [STATE_TASK] = "TaskStateEntered",         [STATE_WAIT] = "WaitStateEntered", [STATE_PASS] = "PassStateEntered",
    [STATE_SUCCEED] = "SucceedStateEntered",   [STATE_FAIL] = "FailStateEntered", [STATE_CHOICE] = "ChoiceStateEntered",
    [STATE_PARALLEL] = "ParallelStateEntered", [STATE_MAP] = "MapStateEntered",
};

static const char *const exited_events[] = {
    [STATE_TASK] = "TaskStateExited",         [STATE_WAIT] = "WaitStateExited", [STATE_PASS] = "PassStateExited",
    [STATE_SUCCEED] = "SucceedStateExited",   [STATE_FAIL] = "FailStateExited", [STATE_CHOICE] = "ChoiceStateExited",
    [STATE_PARALLEL] = "ParallelStateExited", [STATE_MAP] = "MapStateExited",
};

/* ---- the plain states ---- */

static void pass_begin(struct branch *branch)
{
    const struct state *state = branch->state;
    struct failure failure;
    struct value input, result;
    if (!flow_input(branch, &input, &failure) || !flow_parameters(branch, input, &result, &failure)) {
        branch_fail_inside(branch, &failure);
        return;
    }
    if (state->result)
        result = (struct value){ .node = state->result };
    flow_finish(branch, result);
}

static void succeed_begin(struct branch *branch)
{
    struct failure failure;
    struct value input, output;
    if (!flow_input(branch, &input, &failure) ||
        !flow_pick(branch, &branch->state->output_path, input, &output, &failure)) {
        branch_fail_inside(branch, &failure);
        return;
    }
    const cJSON *assigned;
    if (flow_assign(branch, branch->state->assign, input, &assigned, &failure))
        flow_exit(branch, output, assigned, NULL);
    else
        branch_fail_inside(branch, &failure);
}

static struct str text_of(struct arena *arena, const cJSON *node)
{
    return cJSON_IsString(node) ? json_value(node) : json_print_in(arena, node);
}

/* Error and Cause: a constant, a path or an intrinsic function. STR_NONE: the state has none. False: *ret_failure. */
static bool fail_text(struct branch *branch, const struct text_option *option, struct str *ret_text,
                      struct failure *ret_failure)
{
    *ret_text = str_of(option->text);
    if (!option->path && !option->intrinsic)
        return true;
    struct arena *arena = engine_scratch(branch->execution);
    struct environment environment = environment_of(branch, value_of(branch->input));
    const cJSON *found;
    char *why;
    if (option->intrinsic) {
        found = intrinsic_evaluate(option->intrinsic, &environment, ret_failure);
    } else {
        found = path_read(option->path, &environment, &why);
        if (!found)
            failure_set(ret_failure, arena, "States.Runtime", "Invalid path '%.*s' : %s",
                        STR_ARG(path_text(option->path)), why);
    }
    if (found)
        *ret_text = text_of(arena, found);
    return found != NULL;
}

static void fail_begin(struct branch *branch)
{
    struct failure failure;
    struct str error, cause;
    if (!fail_text(branch, &branch->state->error, &error, &failure) ||
        !fail_text(branch, &branch->state->cause, &cause, &failure)) {
        branch_fail_inside(branch, &failure);
        return;
    }
    flow_fail(branch, error.at ? arena_copy(engine_scratch(branch->execution), error) : NULL, cause);
}

/* The rule that holds; `otherwise` where none does. False: *ret_failure. */
static bool choose(struct branch *branch, struct value input, const struct choice *otherwise,
                   const struct choice **ret_choice, struct failure *ret_failure)
{
    const struct state *state = branch->state;
    size_t budget = ENVIRONMENT_BUDGET;
    struct environment environment = environment_of(branch, input);
    environment.budget = &budget;
    for (size_t i = 0; i < state->choice_count; i++) {
        *ret_choice = &state->choices[i];
        enum truth truth = rule_evaluate(state->choices[i].rule, &environment, ret_failure);
        if (truth != TRUTH_FALSE)
            return truth == TRUTH_TRUE;
    }
    *ret_choice = otherwise;
    return true;
}

/* The state's own Assign belongs to Default. The documentation names a state without a way out States.NoChoiceMatched;
 * recorded executions say States.Runtime. */
static void choice_begin(struct branch *branch)
{
    const struct state *state = branch->state;
    const struct choice otherwise = { .next = state->otherwise, .assign = state->assign }, *taken;
    struct failure failure;
    struct value input, output;
    const cJSON *assigned;
    if (!flow_input(branch, &input, &failure) || !choose(branch, input, &otherwise, &taken, &failure)) {
        branch_fail_inside(branch, &failure);
        return;
    }
    if (!taken->next) {
        branch_fail_saying(branch, "States.Runtime",
                           "Failed to transition out of the state. The state does not point to a next state.");
        return;
    }
    if (flow_pick(branch, &state->output_path, input, &output, &failure) &&
        flow_assign(branch, taken->assign, input, &assigned, &failure))
        flow_exit(branch, output, assigned, taken->next);
    else
        branch_fail_inside(branch, &failure);
}

/* ---- every state ---- */

void state_enter(struct branch *branch)
{
    struct history *history = &branch->execution->history;
    branch->entered_ms = engine_now(branch->execution);
    branch->entered_id = history_open(history, entered_events[branch->state->type], branch->last_id,
                                      branch->entered_ms);
    branch->last_id = branch->entered_id;
    history_details(history, "stateEnteredEventDetails");
    history_string(history, "name", str_of(branch->state->name));
    history_data(history, "input", json_text(branch->input));
    history_close(history);
    branch->phase = PHASE_BEGIN;
    branch_touch(branch);
    if (ask_transition(branch))
        state_begin(branch);
}

void state_begin(struct branch *branch)
{
    switch (branch->state->type) {
    case STATE_PASS:
        pass_begin(branch);
        return;
    case STATE_SUCCEED:
        succeed_begin(branch);
        return;
    case STATE_FAIL:
        fail_begin(branch);
        return;
    case STATE_CHOICE:
        choice_begin(branch);
        return;
    case STATE_WAIT:
        wait_state_begin(branch);
        return;
    case STATE_TASK:
        task_begin(branch);
        return;
    case STATE_PARALLEL:
        parallel_state_begin(branch);
        return;
    case STATE_MAP:
        map_state_begin(branch);
        return;
    }
}

static void resume_after_deadline(struct branch *branch)
{
    if (engine_now(branch->execution) < branch->deadline_ms)
        return;
    if (branch->phase == PHASE_SLEEP) {
        wait_state_end(branch);
        return;
    }
    branch->phase = PHASE_BEGIN;
    state_begin(branch);
}

void state_resume(struct branch *branch)
{
    switch (branch->phase) {
    case PHASE_ASK:
        ask_resume(branch);
        return;
    case PHASE_DELAY:
    case PHASE_SLEEP:
    case PHASE_BACKOFF:
        resume_after_deadline(branch);
        return;
    case PHASE_CALL:
    case PHASE_TASK:
        task_resume(branch);
        return;
    case PHASE_JOIN:
        join_resume(branch);
        return;
    case PHASE_ENTER:
    case PHASE_BEGIN:
        return;
    }
}

/* ---- leaving ---- */

/* Its own variables with the assigned ones over them. */
static struct json *merge_variables(struct branch *branch, const cJSON *assigned)
{
    struct arena *arena = engine_scratch(branch->execution);
    cJSON *merged = value_object(arena);
    const cJSON *variable;
    cJSON_ArrayForEach(variable, branch->scope.values)
        value_set(arena, merged, str_of(variable->string), value_share(arena, variable));
    cJSON_ArrayForEach(variable, assigned)
        value_set(arena, merged, str_of(variable->string), value_share(arena, variable));
    return value_seal_node(merged);
}

static void write_assigned(struct branch *branch, const cJSON *assigned)
{
    struct history *history = &branch->execution->history;
    struct buf text = BUF_EMPTY;
    const cJSON *variable;
    history_object(history, "assignedVariables");
    cJSON_ArrayForEach(variable, assigned)
    {
        buf_clear(&text);
        json_print(&text, variable);
        history_string(history, variable->string, buf_str(&text));
    }
    history_object_end(history);
    history_object(history, "assignedVariablesDetails");
    history_boolean(history, "truncated", false);
    history_object_end(history);
    buf_release(&text);
}

void state_exit(struct branch *branch, struct json *output_taken, const cJSON *assigned_or_null,
                const struct state *next)
{
    struct history *history = &branch->execution->history;
    branch->last_id = history_open(history, exited_events[branch->state->type], branch->last_id,
                                   engine_now(branch->execution));
    history_details(history, "stateExitedEventDetails");
    history_string(history, "name", str_of(branch->state->name));
    history_data(history, "output", json_text(output_taken));
    if (assigned_or_null) {
        write_assigned(branch, assigned_or_null);
        branch_set_variables(branch, merge_variables(branch, assigned_or_null));
    }
    history_close(history);
    if (next)
        branch_enter(branch, next, output_taken);
    else
        flow_succeed(branch, output_taken);
}

void flow_succeed(struct branch *branch, struct json *output_taken)
{
    if (branch->parent) {
        join_child_succeeded(branch, output_taken);
        return;
    }
    engine_end(branch->execution, EXECUTION_SUCCEEDED, output_taken, NULL, STR_NONE);
    json_unref(output_taken);
}

void flow_fail(struct branch *branch, const char *error_or_null, struct str cause_or_none)
{
    if (branch->parent)
        join_child_failed(branch, error_or_null, cause_or_none);
    else
        engine_end(branch->execution, EXECUTION_FAILED, NULL, error_or_null, cause_or_none);
}
