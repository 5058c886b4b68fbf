#include "services/stepfunctions/asl/trial.h"

#include "services/stepfunctions/asl/task.h"

const char *const trial_step_names[TRIAL_STEPS] = {
    [TRIAL_AFTER_ARGUMENTS] = "afterArguments",
    [TRIAL_AFTER_INPUT_PATH] = "afterInputPath",
    [TRIAL_AFTER_PARAMETERS] = "afterParameters",
    [TRIAL_RESULT] = "result",
    [TRIAL_AFTER_RESULT_SELECTOR] = "afterResultSelector",
    [TRIAL_AFTER_RESULT_PATH] = "afterResultPath",
    [TRIAL_AFTER_ITEMS_PATH] = "afterItemsPath",
    [TRIAL_AFTER_ITEMS_POINTER] = "afterItemsPointer",
    [TRIAL_AFTER_ITEM_SELECTOR] = "afterItemSelector",
    [TRIAL_AFTER_ITEM_BATCHER] = "afterItemBatcher",
};

struct trial *trial_new(void)
{
    struct arena *arena = arena_new();
    struct trial *trial = ARENA_NEW(arena, struct trial);
    trial->arena = arena;
    trial->retrier = trial->catcher = -1;
    trial->backoff_s = -1;
    return trial;
}

void trial_free(struct trial *trial)
{
    if (!trial)
        return;
    for (size_t i = 0; i < TRIAL_STEPS; i++)
        json_unref(trial->steps[i]);
    json_unref(trial->mock_result);
    json_unref(trial->output);
    json_unref(trial->variables_after);
    arena_free(trial->arena);
}

/* ---- steps ---- */

#define STEP(step) (1u << TRIAL_##step)

/* As recorded: a Pass with a Result tells of nothing before it, a Parallel and a Map of nothing but theirs. */
static unsigned steps_told(const struct state *state)
{
    const unsigned behind = STEP(AFTER_RESULT_SELECTOR) | STEP(AFTER_RESULT_PATH);
    switch (state->type) {
    case STATE_PASS:
        if (state->jsonata)
            return 0;
        return behind | (state->result ? STEP(RESULT) : STEP(AFTER_INPUT_PATH) | STEP(AFTER_PARAMETERS));
    case STATE_TASK:
        if (state->jsonata)
            return STEP(AFTER_ARGUMENTS) | STEP(RESULT);
        return behind | STEP(AFTER_INPUT_PATH) | STEP(AFTER_PARAMETERS) | STEP(RESULT);
    case STATE_PARALLEL:
        return state->jsonata ? STEP(AFTER_ARGUMENTS) : behind;
    case STATE_MAP:
        return STEP(AFTER_ITEMS_POINTER) | STEP(AFTER_ITEM_SELECTOR) | STEP(AFTER_ITEM_BATCHER) |
               (state->jsonata ? 0 : behind | STEP(AFTER_ITEMS_PATH));
    default:
        return state->jsonata ? 0 : STEP(AFTER_INPUT_PATH);
    }
}

void trial_keep(struct branch *branch, enum trial_step step, struct value value)
{
    struct trial *trial = branch->execution->trial;
    if (!(steps_told(branch->state) & (1u << step)))
        return;
    json_unref(trial->steps[step]);
    trial->steps[step] = value_seal(value);
}

/* ---- the mock ---- */

static void answer_result(struct branch *branch)
{
    const struct trial *trial = branch->execution->trial;
    if (flow_fits(branch, json_text(trial->mock_result)))
        flow_finish(branch, value_of(trial->mock_result));
}

static void answer_error(struct branch *branch)
{
    const struct trial *trial = branch->execution->trial;
    branch_fail(branch, trial->mock_error.at, trial->mock_cause);
}

bool trial_answers(struct branch *branch)
{
    const struct trial *trial = branch->execution->trial;
    if (!trial || trial->mock == MOCK_NONE)
        return false;
    task_free(branch);
    if (trial->mock == MOCK_RESULT)
        answer_result(branch);
    else
        answer_error(branch);
    return true;
}

/* ---- the end ---- */

static void end(struct branch *branch, const char *status, const char *error, struct str cause)
{
    struct trial *trial = branch->execution->trial;
    trial->status = status;
    trial->error = error ? arena_copy(trial->arena, str_of(error)) : NULL;
    trial->cause = cause.at ? arena_str(trial->arena, cause) : STR_NONE;
}

/* The variables that there are afterwards. */
static void keep_variables(struct branch *branch, const cJSON *assigned)
{
    struct trial *trial = branch->execution->trial;
    if (assigned)
        trial->variables_after = state_merge_variables(branch, assigned);
    else if (branch->variables)
        trial->variables_after = json_ref(branch->variables);
}

void trial_exit(struct branch *branch, struct json *output_taken, const cJSON *assigned, const struct state *next)
{
    struct trial *trial = branch->execution->trial;
    trial->output = output_taken;
    trial->next = next ? next->name : NULL;
    keep_variables(branch, assigned);
    if (!trial->status) /* a caught error was told before */
        trial->status = "SUCCEEDED";
    engine_end(branch->execution, EXECUTION_SUCCEEDED, NULL, NULL, STR_NONE);
}

void trial_catch(struct branch *branch, size_t catcher, const char *error_or_null, struct str cause_or_none)
{
    branch->execution->trial->catcher = (int)catcher;
    end(branch, "CAUGHT_ERROR", error_or_null, cause_or_none);
}

void trial_retry(struct branch *branch, size_t retrier, int64_t backoff_s)
{
    struct trial *trial = branch->execution->trial;
    trial->retrier = (int)retrier;
    trial->backoff_s = backoff_s;
}

void trial_fail(struct branch *branch, const char *error_or_null, struct str cause_or_none)
{
    struct trial *trial = branch->execution->trial;
    keep_variables(branch, NULL);
    end(branch, trial->backoff_s >= 0 ? "RETRIABLE" : "FAILED", error_or_null, cause_or_none);
    engine_end(branch->execution, EXECUTION_FAILED, NULL, error_or_null, cause_or_none);
}
