/* The contract of a service: its model, one handler per operation, the tables its rows stand in, the lifecycles of its
 * resources, and how it rebuilds timers and strands from rows. services/registry.c lists them all. */
#ifndef AWS_SERVICE_H
#define AWS_SERVICE_H

#include "aws/call.h"
#include "world/lifecycle.h"

typedef enum outcome (*operation_fn)(struct call *call);

struct permission_question;

/* What stands before a resource. */
struct resource_guard {
    const char *account; /* whose it is */
    struct str document; /* its policy; STR_NONE: none */
};

/* A condition key whose value stands in the input: "s3:prefix" in Prefix. */
struct context_member {
    const char *key, *member;
};

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
    /* Fills in who owns question.resource and its policy, in the arena or borrowed from rows; false: there is no such
     * resource, or none that has a policy. A service with guards asks by itself what the owner lets strangers do. NULL: nothing here has any. */
    bool (*guard)(struct world *world, struct arena *arena, const struct permission_question *question,
                  struct resource_guard *ret_guard);
    const struct context_member *context; /* ends with a NULL key; or NULL */
};

#endif
