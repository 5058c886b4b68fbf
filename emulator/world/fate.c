#include "world/fate.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "world/clock.h"
#include "world/hook.h"
#include "world/world.h"

#define STUCK_MS 5000 /* one that is stuck asks again so often whether it still is */

struct fate {
    struct question question;
    struct world *world;
    struct timer timer;
    enum { STANDS, ASKED, DELAYED, TOLD } state; /* TOLD: what it waited for is there */
    bool failing;
    void (*ready)(void *data);
    void *data;
    char *texts; /* role, resource, from, to */
};

static void become_ready(struct fate *fate)
{
    fate->state = TOLD;
    fate->ready(fate->data);
}

static void time_is_over(struct timer *timer, void *data)
{
    become_ready(data);
}

/* STANDS: it is asked anew then. */
static void ask_again(struct timer *timer, void *data)
{
    struct fate *fate = data;
    fate->state = STANDS;
    fate->ready(fate->data);
}

static void wait(struct fate *fate, int64_t ms, void (*fire)(struct timer *timer, void *data))
{
    struct clock *clock = fate->world->clock;
    fate->state = DELAYED;
    fate->timer.fire = fire;
    fate->timer.data = fate;
    timer_start(clock, &fate->timer, clock_now(clock) + ms);
}

/* True: it must wait. */
static bool heed(struct fate *fate, enum verdict verdict)
{
    const struct question *question = &fate->question;
    fate->failing = verdict == VERDICT_FAIL;
    if (verdict == VERDICT_PARKED)
        fate->state = ASKED;
    else if (question->stuck)
        wait(fate, STUCK_MS, ask_again);
    else if (question->delay_ms > 0)
        wait(fate, question->delay_ms, time_is_over);
    else
        return false;
    return true;
}

static void answered(struct question *question, enum verdict verdict)
{
    struct fate *fate = LIST_ITEM(question, struct fate, question);
    if (!heed(fate, verdict))
        become_ready(fate);
}

/* ---- asking ---- */

static char *put(char *at, const char **ret_text, struct str text)
{
    *ret_text = at;
    if (text.length)
        memcpy(at, text.at, text.length);
    at[text.length] = '\0';
    return at + text.length + 1;
}

static void copy_texts(struct fate *fate, const struct passage *passage)
{
    struct str role = str_of(passage->role ? passage->role : ""), from = str_of(passage->from),
               to = str_of(passage->to ? passage->to : "");
    free(fate->texts);
    fate->texts = memory_alloc(role.length + passage->resource.length + from.length + to.length + 4);
    char *at = put(fate->texts, &fate->question.role, role);
    at = put(at, &fate->question.resource, passage->resource);
    at = put(at, &fate->question.from, from);
    put(at, &fate->question.to, to);
}

static void set_question(struct fate *fate, const struct passage *passage)
{
    fate->question = (struct question){ .point = HOOK_LIFECYCLE,
                                        .account = passage->scope.account,
                                        .region = passage->scope.region,
                                        .service = passage->service,
                                        .operation = passage->thing,
                                        .made_by = "",
                                        .resumed = answered };
    copy_texts(fate, passage);
}

static bool concerns_nobody(struct world *world, const struct passage *passage)
{
    const struct question question = { .point = HOOK_LIFECYCLE,
                                       .account = passage->scope.account,
                                       .region = passage->scope.region,
                                       .service = passage->service,
                                       .operation = passage->thing };
    return !hook_may_concern(world->hooks, &question);
}

static enum fortune told(struct fate *fate)
{
    fate->state = STANDS;
    return fate->failing ? FATE_FAILS : FATE_GOES_ON;
}

enum fortune fate_ask(struct fate **place, struct world *world, const struct passage *passage,
                      void (*ready)(void *data), void *data)
{
    struct fate *fate = *place;
    if (fate && fate->state == TOLD)
        return told(fate);
    if (fate && fate->state != STANDS)
        return FATE_WAITS;
    if (concerns_nobody(world, passage))
        return FATE_GOES_ON;
    if (!fate)
        fate = *place = memory_alloc(sizeof *fate);
    fate->world = world;
    fate->ready = ready;
    fate->data = data;
    set_question(fate, passage);
    return heed(fate, hook_ask(world, &fate->question)) ? FATE_WAITS : told(fate);
}

const char *fate_reason(const struct fate *fate)
{
    return fate->question.message;
}

void fate_end(struct fate **place)
{
    struct fate *fate = *place;
    if (!fate)
        return;
    timer_stop(fate->world->clock, &fate->timer);
    if (fate->state == ASKED)
        hook_forget(fate->world, &fate->question);
    free(fate->texts);
    free(fate);
    *place = NULL;
}
