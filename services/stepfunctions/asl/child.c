#include "services/stepfunctions/asl/child.h"

#include <stdlib.h>

#include "aws/road.h"
#include "services/stepfunctions/asl/integrate.h"

struct stop {
    struct strand strand;
    struct scope scope;
    const struct waited *waited;
    char *role_arn, *session, *child_arn;
};

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct stop *stop = LIST_ITEM(strand, struct stop, strand);
    struct call *call = integrate_child_call(strand->world, stop->scope, stop->role_arn, stop->session, stop->waited,
                                             CHILD_STOP, stop->child_arn);
    if (call) {
        road_run(call);
        call_free(call); /* an answer that comes later interests nobody */
    }
    return STRAND_ENDED;
}

static void release(struct strand *strand)
{
    struct stop *stop = LIST_ITEM(strand, struct stop, strand);
    free(stop->role_arn);
    free(stop->session);
    free(stop->child_arn);
    free(stop);
}

void child_stop(struct execution *parent, const char *role_arn, const struct waited *waited, const char *child_arn)
{
    struct stop *stop = memory_alloc(sizeof *stop);
    stop->strand.step = step;
    stop->strand.release = release;
    stop->scope = parent->scope;
    stop->waited = waited;
    stop->role_arn = memory_copy(str_of(role_arn));
    stop->session = memory_copy(str_of(parent->name));
    stop->child_arn = memory_copy(str_of(child_arn));
    strand_start(parent->strand.world, &stop->strand);
}
