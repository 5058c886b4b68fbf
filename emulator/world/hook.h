/* Hooks ask what shall happen: before it, in order, and may answer. This is how a scenario breaks a call, a transition, a
 * job, an authorisation. Filters are matched here, in C; only a match costs the hook's own work.
 *
 * A hook whose answer comes later returns VERDICT_PARKED, keeps the `struct question` that it was given (in its own memory)
 * and says hook_answer() once. The asker then gets `resumed`. The asker who goes away first says hook_forget().
 *
 *      ask ─▶ filter ─no match─▶ next ── end ─▶ PASS
 *                └─match─▶ hook.ask ─▶ PASS, DELAY: next · CHANGED: next, the subject was changed · FAIL: the end
 *                                      PARKED ······ hook_answer(verdict) ─▶ goes on as above, then question.resumed
 *
 * Delays of several hooks add up: who is asked waits once, at the end, and then goes on with what was said beside (CHANGED, FAIL).
 * So the asker's verdict is the gravest: FAIL (perhaps with a delay before it), DELAY (perhaps changed), CHANGED, PASS. */
#ifndef WORLD_HOOK_H
#define WORLD_HOOK_H

#include "base/list.h"
#include "world/store.h"

struct world;
struct hooks;
struct hook;

enum hook_point {
    HOOK_BEFORE_CALL,
    HOOK_AFTER_CALL,
    HOOK_TRANSITION,
    HOOK_INVOKE,
    HOOK_CONTAINER,
    HOOK_AUTHORISE,
    HOOK_LIFECYCLE, /* a thing is about to go from one status to the next: fate.h */
    HOOK_SIGNATURE, /* a request's signature is about to be judged, against which clock? */
    HOOK_POINTS
};
enum verdict { VERDICT_PASS, VERDICT_CHANGED, VERDICT_FAIL, VERDICT_DELAY, VERDICT_PARKED };

/* What becomes of a call beside its outcome: zeroes are as ever; of several hooks' the worst counts. */
struct manner {
    bool reset;       /* its connection ends without an answer (with FAIL: nothing was done before) */
    double lost;      /* such a share of its answer's bytes never comes: the connection ends before */
    int64_t slow_ms;  /* the bytes of its answer take so long */
    int64_t stale_ms; /* a read sees the rows of so long ago */
    int64_t skew_ms;  /* HOOK_SIGNATURE: the clock is so much ahead; those of several hooks add up */
};

/* What a hook is asked about. All text is borrowed from the asker. */
struct question {
    enum hook_point point;
    const char *account, *region;
    const char *service; /* "states", "sagemaker": the name that IAM's actions begin with */
    const char *
        operation; /* "CreateTrainingJob"; a state's name at HOOK_TRANSITION, a thing's at HOOK_LIFECYCLE ("Endpoint") */
    const char *role;      /* the caller's role name, "" where it is none */
    const char *resource;  /* ARN, "" where unknown */
    const char *made_by;   /* the pack whose hook made this call, "" else: that pack's own hooks are not asked */
    void *subject;         /* struct call * at the call's points; the point says what else */
    const char *from, *to; /* HOOK_LIFECYCLE: the statuses; `to` "" where it goes away */
    /* The hook's answer: hook_ask() empties it. FAIL: code, message and status; DELAY: what the hook has added to delay_ms. */
    char code[128];
    char message[1024];
    int status;
    int64_t delay_ms;
    struct manner manner;
    bool stuck; /* HOOK_LIFECYCLE: it stays where it is while the hook is there */
    void (*resumed)(struct question *question, enum verdict verdict); /* after a park; never PARKED */
    struct hook *asking; /* while parked: the hook whose answer is awaited */
    bool changed;        /* a hook so far said CHANGED */
    struct list link;
};

#define HOOK_ANY_PACK "*"

struct hook {
    enum hook_point point;
    int order; /* least first; equal ones in order of adding */
    const char
        *pack; /* whose it is, "" for the house's own; HOOK_ANY_PACK: asked about no call that any pack's hook made */
    /* Filters; NULL matches everything; '*' and '?' as wildcards. */
    const char *account, *region, *service, *operation, *role, *resource;
    double chance; /* 1: always; drawn from the world's randomness after the filters matched */
    enum verdict (*ask)(struct hook *hook, struct question *question);
    /* The asker of a question parked here went away: it must not be answered any more. May be NULL. */
    void (*forgotten)(struct hook *hook, struct question *question);
    void *data;
    /* Set by hook_add: */
    uint64_t number;
    bool is_of_account; /* the account has no wildcards: most hooks are another team's, which costs a comparison */
    struct list link;
};

void hook_add(struct hooks *hooks, struct hook *hook_kept_by_caller);
void hook_remove(struct hooks *hooks, struct hook *hook); /* questions parked at it go on as if it had said PASS */
enum verdict hook_ask(struct world *world, struct question *question);
void hook_answer(struct world *world, struct question *question, enum verdict verdict);
void hook_forget(struct world *world, struct question *question);
bool hook_any(const struct hooks *hooks, enum hook_point point); /* nothing registered: the asker skips all work */
/* Could any be asked this? As far as point, account, service, operation and made_by tell: so the asker need not find out who
 * and what it is about where they settle it. */
bool hook_may_concern(const struct hooks *hooks, const struct question *question);
void manner_add(struct manner *manner, const struct manner *more);

/* For world/. */
struct hooks *hooks_new(struct world *world);
void hooks_free(struct hooks *hooks);

#endif
