/* A fate: what hooks say (HOOK_LIFECYCLE) when a thing is about to go from one status to the next: it goes on, it fails, it stays
 * where it is for a while, or as long as the hook is there. Lifecycles (lifecycle.h) ask by themselves; who moves a thing
 * otherwise (a job's strand) asks here, wherever its status is about to change:
 *
 *     switch (fate_ask(&job->fate, world, &passage, ready, job)) {
 *     case FATE_GOES_ON: …
 *     case FATE_FAILS:   … fate_reason(job->fate) …
 *     case FATE_WAITS:   return STRAND_PARKED;         ready(job) comes, then it asks again
 *     }
 *     fate_end(&job->fate);                            when the thing ends, asked or not
 *
 * It is made when something is to be waited for, so a thing without hooks costs nothing. A delay is not in a row: a thing whose
 * restart asks again may be delayed again. */
#ifndef WORLD_FATE_H
#define WORLD_FATE_H

#include "world/store.h"

struct fate;
struct world;

struct passage {           /* borrowed while it is asked; `from` and `to` are copied */
    struct scope scope;    /* good as long as the fate */
    const char *service;   /* "sagemaker": the name that IAM's actions begin with */
    const char *thing;     /* "TrainingJob" */
    const char *role;      /* the name of the role that it was given, "" where there is none */
    struct str resource;   /* its ARN, or its key */
    const char *from, *to; /* `to` NULL: it goes away */
};

enum fortune { FATE_GOES_ON, FATE_FAILS, FATE_WAITS };

/* *fate is NULL at first. FAILS: the reason is there until the next call. `ready` is never called from inside. */
enum fortune fate_ask(struct fate **fate, struct world *world, const struct passage *passage, void (*ready)(void *data),
                      void *data);
const char *fate_reason(const struct fate *fate);
void fate_end(struct fate **fate);

#endif
