/* A call to S3 that a distributed Map makes as its execution's role: to read its items, to write its results. One at a time; the
 * branch takes its turn when it is answered. */
#ifndef ASL_MAP_CALL_H
#define ASL_MAP_CALL_H

#include "services/stepfunctions/asl/engine.h"

struct map_call { /* stays where it is while a call is under way */
    struct branch *branch;
    struct call *call; /* NULL: none */
    bool answered;
};

/* A call of S3's, without its input; NULL: this cloud does not serve S3 (*ret_failure). */
struct call *map_call_new(struct branch *branch, const char *operation, struct failure *ret_failure);
/* Sends it. The call before it, if any, is let go. */
void map_call_send(struct branch *branch, struct map_call *at, struct call *call_taken);
/* True: it was refused; *ret_failure has `error` and what S3 says. */
bool map_call_failed(struct branch *branch, const struct map_call *at, const char *error, struct failure *ret_failure);
void map_call_drop(struct map_call *at);

#endif
