#include "services/stepfunctions/asl/ask.h"
#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/asl/task.h"
#include "services/stepfunctions/asl/trial.h"
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
    if (state->jsonata) {
        flow_pass_on(branch, input, &(struct way_out){ state->output, &state->assign, state->next });
        return;
    }
    if (state->result)
        result = (struct value){ .node = state->result };
    flow_finish(branch, result);
}

static void succeed_begin(struct branch *branch)
{
    const struct state *state = branch->state;
    struct failure failure;
    struct value input;
    if (flow_input(branch, &input, &failure))
        flow_pass_on(branch, input, &(struct way_out){ state->output, &state->assign, NULL });
    else
        branch_fail_inside(branch, &failure);
}

static struct str text_of(struct arena *arena, const cJSON *node)
{
    return cJSON_IsString(node) ? json_value(node) : json_print_in(arena, node);
}

static bool fail_text_jsonata(struct branch *branch, const struct query *query, struct str *ret_text,
                              struct failure *ret_failure)
{
    struct query_scope scope = query_scope_of(branch, NULL, NULL);
    const cJSON *found = query_evaluate_typed(query, &scope, QUERY_STRING, ret_failure);
    if (found)
        *ret_text = json_value(found);
    return found != NULL;
}

/* Error and Cause: a constant, a path, an intrinsic function or an expression. STR_NONE: the state has none. False:
 * *ret_failure. */
static bool fail_text(struct branch *branch, const struct text_option *option, struct str *ret_text,
                      struct failure *ret_failure)
{
    *ret_text = str_of(option->text);
    if (option->query)
        return fail_text_jsonata(branch, option->query, ret_text, ret_failure);
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
    trial_note(branch, TRIAL_AFTER_INPUT_PATH, value_of(branch->input));
    if (!fail_text(branch, &branch->state->error, &error, &failure) ||
        !fail_text(branch, &branch->state->cause, &cause, &failure)) {
        branch_fail_inside(branch, &failure);
        return;
    }
    flow_fail(branch, error.at ? arena_copy(engine_scratch(branch->execution), error) : NULL, cause);
}

/* What the rules look at, in the state's language. */
struct choosing {
    struct environment environment;
    struct query_scope scope;
};

static struct choosing choosing_of(struct branch *branch, struct value input)
{
    struct choosing choosing;
    if (branch->state->jsonata)
        choosing.scope = query_scope_of(branch, NULL, NULL);
    else
        choosing.environment = environment_of(branch, input);
    return choosing;
}

static enum truth holds(const struct choice *choice, const struct choosing *choosing, struct failure *ret_failure)
{
    if (!choice->condition)
        return rule_evaluate(choice->rule, &choosing->environment, ret_failure);
    const cJSON *truth = query_evaluate_typed(choice->condition, &choosing->scope, QUERY_BOOLEAN, ret_failure);
    return !truth ? TRUTH_FAILED : cJSON_IsTrue(truth) ? TRUTH_TRUE : TRUTH_FALSE;
}

/* The rule that holds; `otherwise` where none does. False: *ret_failure. */
static bool choose(struct branch *branch, struct value input, const struct choice *otherwise,
                   const struct choice **ret_choice, struct failure *ret_failure)
{
    const struct state *state = branch->state;
    size_t budget = ENVIRONMENT_BUDGET;
    struct choosing choosing = choosing_of(branch, input);
    choosing.environment.budget = &budget;
    for (size_t i = 0; i < state->choice_count; i++) {
        *ret_choice = &state->choices[i];
        enum truth truth = holds(&state->choices[i], &choosing, ret_failure);
        if (truth != TRUTH_FALSE)
            return truth == TRUTH_TRUE;
    }
    *ret_choice = otherwise;
    return true;
}

/* The state's own Assign and Output belong to Default. The documentation names a state without a way out States.NoChoiceMatched;
 * recorded executions say States.Runtime. */
static void choice_begin(struct branch *branch)
{
    const struct state *state = branch->state;
    const struct choice otherwise = { .next = state->otherwise, .assign = state->assign, .output = state->output };
    const struct choice *taken;
    struct failure failure;
    struct value input;
    if (!flow_input(branch, &input, &failure) || !choose(branch, input, &otherwise, &taken, &failure)) {
        branch_fail_inside(branch, &failure);
        return;
    }
    if (!taken->next) {
        branch_fail_saying(branch, "States.Runtime",
                           "Failed to transition out of the state. The state does not point to a next state.");
        return;
    }
    flow_pass_on(branch, input, &(struct way_out){ taken->output, &taken->assign, taken->next });
}

/* ---- every state ---- */

void state_enter(struct branch *branch)
{
    struct history *history = &branch->execution->history;
    branch->entered_ms = engine_now(branch->execution);
    branch->before_id = branch->last_id;
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
        engine_stand(branch->execution);
        task_begin(branch);
        return;
    case STATE_PARALLEL:
        parallel_state_begin(branch);
        return;
    case STATE_MAP:
        engine_stand(branch->execution);
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

struct json *state_merge_variables(struct branch *branch, const cJSON *assigned)
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
    if (branch->execution->trial) {
        trial_exit(branch, output_taken, assigned_or_null, next);
        return;
    }
    branch->last_id = history_open(history, exited_events[branch->state->type], branch->last_id,
                                   engine_now(branch->execution));
    history_details(history, "stateExitedEventDetails");
    history_string(history, "name", str_of(branch->state->name));
    history_data(history, "output", json_text(output_taken));
    if (assigned_or_null) {
        write_assigned(branch, assigned_or_null);
        branch_set_variables(branch, state_merge_variables(branch, assigned_or_null));
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
    if (branch->execution->trial)
        trial_fail(branch, error_or_null, cause_or_none);
    else if (branch->parent)
        join_child_failed(branch, error_or_null, cause_or_none);
    else
        engine_end(branch->execution, EXECUTION_FAILED, NULL, error_or_null, cause_or_none);
}
