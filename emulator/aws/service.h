/* The contract of a service: its model, one handler per operation, the tables its rows stand in, the lifecycles of its
 * resources, and how it rebuilds timers and strands from rows. services/registry.c lists them all. */
#ifndef AWS_SERVICE_H
#define AWS_SERVICE_H

#include "aws/call.h"
#include "world/lifecycle.h"

typedef enum outcome (*operation_fn)(struct call *call);

struct service {
    const struct model *model;
    const operation_fn *handlers; /* by operation.index; an empty slot answers that this practice cloud lacks it */
    const struct table_def *const *tables;         /* NULL-terminated */
    const struct lifecycle_def *const *lifecycles; /* NULL-terminated, or NULL */
    void (*recover)(struct world *world);          /* or NULL */
    /* The resource that a call is about where a template over its members cannot say it (Lambda takes a function's name, part
     * of its ARN or all of it in one member); STR_NONE: as the template says. NULL: always as the template says. */
    struct str (*resource)(struct call *call);
    /* How inputs are checked by a service that has a way of its own of saying what is wrong (S3). NULL: as validate.h does. */
    enum outcome (*validate)(struct call *call);
    bool
        admits_nobody; /* unsigned calls come to its handlers, which ask whether resources are open to everybody (S3) */
};

#endif
