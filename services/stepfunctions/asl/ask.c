#include "services/stepfunctions/asl/ask.h"

#include <stdlib.h>

#include "aws/arn.h"

struct ask {
    struct question question;
    struct branch *branch;
    enum verdict verdict; /* PARKED until there is one */
    char *role;
};

static char *role_name(struct str role_arn)
{
    struct arn arn = { 0 };
    arn_parse(role_arn, &arn);
    struct str name = arn.resource;
    while (str_find_byte(name, '/') != SIZE_MAX)
        str_cut(name, '/', &name);
    return memory_copy(name);
}

static void resumed(struct question *question, enum verdict verdict)
{
    struct ask *ask = LIST_ITEM(question, struct ask, question);
    ask->verdict = verdict;
    branch_wake(ask->branch);
}

static struct ask *ask_new(struct branch *branch)
{
    struct execution *execution = branch->execution;
    struct ask *ask = memory_alloc(sizeof *ask);
    ask->branch = branch;
    ask->role = role_name(str_of(execution->role_arn));
    ask->question = (struct question){
        .point = HOOK_TRANSITION,
        .account = execution->scope.account,
        .region = execution->scope.region,
        .service = "states",
        .operation = branch->state->name,
        .role = ask->role,
        .resource = execution->arn,
        .made_by = "",
        .resumed = resumed,
    };
    list_init(&ask->question.link);
    return ask;
}

void ask_free(struct branch *branch)
{
    struct ask *ask = branch->ask;
    if (!ask)
        return;
    if (ask->verdict == VERDICT_PARKED)
        hook_forget(branch->execution->strand.world, &ask->question);
    free(ask->role);
    free(ask);
    branch->ask = NULL;
}

static bool follow(struct branch *branch)
{
    struct ask *ask = branch->ask;
    const struct question *question = &ask->question;
    switch (ask->verdict) {
    case VERDICT_FAIL: {
        char *error = arena_copy(engine_scratch(branch->execution), str_of(question->code));
        char *cause = arena_copy(engine_scratch(branch->execution), str_of(question->message));
        ask_free(branch);
        branch_fail(branch, error, str_of(cause));
        return false;
    }
    case VERDICT_DELAY:
        branch_sleep(branch, PHASE_DELAY, engine_now(branch->execution) + question->delay_ms);
        ask_free(branch);
        return false;
    case VERDICT_PARKED:
        branch->phase = PHASE_ASK;
        branch_touch(branch);
        return false;
    default:
        ask_free(branch);
        return true;
    }
}

bool ask_transition(struct branch *branch)
{
    struct world *world = branch->execution->strand.world;
    if (!hook_any(world->hooks, HOOK_TRANSITION))
        return true;
    engine_stand(branch->execution);
    branch->ask = ask_new(branch);
    branch->ask->verdict = hook_ask(world, &branch->ask->question);
    return follow(branch);
}

void ask_resume(struct branch *branch)
{
    if (branch->ask->verdict != VERDICT_PARKED && follow(branch)) {
        branch->phase = PHASE_BEGIN;
        state_begin(branch);
    }
}
