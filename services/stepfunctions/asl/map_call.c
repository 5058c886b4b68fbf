#include "services/stepfunctions/asl/map_call.h"

#include "aws/road.h"
#include "services/stepfunctions/asl/integrate.h"

struct call *map_call_new(struct branch *branch, const char *operation, struct failure *ret_failure)
{
    struct execution *execution = branch->execution;
    const char *why;
    struct call *call = integrate_service_call(execution->strand.world, execution->scope, execution->role_arn,
                                               execution->name, "s3", operation, &why);
    if (!call)
        failure_set(ret_failure, engine_scratch(execution), "States.Runtime", "%s", why);
    return call;
}

static void answered(struct call *call)
{
    struct map_call *at = call->owner;
    at->answered = true;
    branch_wake(at->branch);
}

void map_call_send(struct branch *branch, struct map_call *at, struct call *call)
{
    map_call_drop(at);
    *at = (struct map_call){ .branch = branch, .call = call };
    call->finished = answered;
    call->owner = at;
    if (road_run(call) == CALL_PARKED)
        return;
    at->answered = true;
    branch_wake(branch);
}

bool map_call_failed(struct branch *branch, const struct map_call *at, const char *error, struct failure *ret_failure)
{
    if (!at->call->error.kind)
        return false;
    *ret_failure = integrate_sdk_failure(at->call, engine_scratch(branch->execution));
    ret_failure->error = error;
    return true;
}

void map_call_drop(struct map_call *at)
{
    if (at->call)
        call_free(at->call);
    *at = (struct map_call){ 0 };
}
