#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/asl/trial.h"

static void make_join(struct branch *branch)
{
    const struct state *state = branch->state;
    join_new(branch, state->branch_count, state->branch_count);
}

void parallel_state_begin(struct branch *branch)
{
    const struct state *state = branch->state;
    struct failure failure;
    struct value input, payload;
    if (!flow_input(branch, &input, &failure) || !flow_parameters(branch, input, &payload, &failure)) {
        branch_fail_inside(branch, &failure);
        return;
    }
    if (trial_answers(branch))
        return;
    struct json *document = value_seal(payload);
    int64_t started_id = history_bare(&branch->execution->history, "ParallelStateStarted", branch->last_id,
                                      engine_now(branch->execution));
    branch->phase = PHASE_JOIN;
    branch->last_id = started_id;
    make_join(branch);
    branch_touch(branch);
    for (size_t i = 0; i < state->branch_count; i++) {
        struct branch *child = branch_new(branch->execution, branch, state->branches[i], (unsigned)i);
        child->last_id = started_id;
        branch_enter(child, state->branches[i]->start, json_ref(document));
    }
    branch->join->started = state->branch_count;
    json_unref(document);
}

void parallel_state_load(struct branch *parent)
{
    make_join(parent);
}
