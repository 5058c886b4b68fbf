#include "services/stepfunctions/activity_task.h"

#include <inttypes.h>
#include <stdlib.h>

#include "services/stepfunctions/activity.h"
#include "services/stepfunctions/asl/task.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/names.h"
#include "services/stepfunctions/stepfunctions_model.h"
#include "services/stepfunctions/task_token.h"

#define POLL_MS (60 * 1000) /* GetActivityTask's own limit */

/* ---- the queue ---- */

char *activity_task_enqueue(struct branch *branch, struct str activity_arn)
{
    struct engine *engine = branch->execution->engine;
    struct buf place = BUF_EMPTY;
    buf_printf(&place, "%.*s/%016" PRId64 "%016" PRIx64, STR_ARG(activity_arn), engine_now(branch->execution),
               engine_next_order(engine));
    map_put(engine_activity_queue(engine), buf_str(&place), branch);
    return buf_take(&place);
}

void activity_task_restore(struct branch *branch, struct str place)
{
    map_put(engine_activity_queue(branch->execution->engine), place, branch);
}

void activity_task_dequeue(struct branch *branch, struct str place)
{
    map_remove(engine_activity_queue(branch->execution->engine), place);
}

/* NULL: no task waits. A place begins with account and region: they are in the ARN. */
static struct branch *first_waiting(struct engine *engine, struct str activity_arn)
{
    struct buf prefix = BUF_EMPTY;
    buf_add_str(&prefix, activity_arn);
    buf_add_byte(&prefix, '/');
    struct map_entry *entry = map_at_or_after(engine_activity_queue(engine), buf_str(&prefix));
    bool found = entry && str_starts(map_key(entry), buf_str(&prefix));
    buf_release(&prefix);
    return found ? map_value(entry) : NULL;
}

static void answer_task(struct call *call, struct branch *branch)
{
    task_take_activity(branch, input_str(call, "workerName"));
    output_string(call, "taskToken", task_token_print(branch, call->arena));
    output_str(call, "input", json_text(branch->task->payload));
    engine_flush(branch->execution);
}

/* ---- polls ---- */

struct poll {
    struct list link; /* in engine_polls() */
    struct call *call;
    struct engine *engine;
    struct timer timer;
};

static void poll_free(struct poll *poll)
{
    timer_stop(poll->call->world->clock, &poll->timer);
    list_remove(&poll->link);
    poll->call->parked = NULL;
    poll->call->abandoned = NULL;
    engine_let_go(poll->engine);
    free(poll);
}

static void abandon(struct call *call)
{
    poll_free(call->parked);
}

/* AWS answers a poll that found nothing with a null token. */
static void give_up(struct timer *timer, void *data)
{
    struct poll *poll = data;
    struct call *call = poll->call;
    poll_free(poll);
    call_resume(call, CALL_DONE);
}

static enum outcome wait_for_task(struct call *call, struct engine *engine)
{
    struct poll *poll = memory_alloc(sizeof *poll);
    poll->call = call;
    poll->engine = engine;
    engine_hold(poll->engine);
    list_append(engine_polls(poll->engine), &poll->link);
    poll->timer = (struct timer){ .fire = give_up, .data = poll };
    timer_start(call->world->clock, &poll->timer, clock_now(call->world->clock) + POLL_MS);
    call->parked = poll;
    call->abandoned = abandon;
    return CALL_PARKED;
}

void activity_task_offer(struct engine *engine, struct str activity_arn)
{
    struct list *polls = engine_polls(engine);
    for (struct list *link = polls->next; link != polls; link = link->next) {
        struct poll *poll = LIST_ITEM(link, struct poll, link);
        struct call *call = poll->call;
        if (!str_equal(input_str(call, "activityArn"), activity_arn))
            continue;
        struct branch *branch = first_waiting(engine, activity_arn);
        if (!branch)
            return;
        poll_free(poll);
        answer_task(call, branch);
        call_resume(call, CALL_DONE);
        return;
    }
}

enum outcome get_activity_task(struct call *call)
{
    struct str arn = input_str(call, "activityArn");
    struct states_arn parsed;
    if (!states_arn_check(call, arn, "activity", &parsed))
        return CALL_FAILED;
    if (!activity_get(call->world, call_scope(call), arn))
        return call_fail(call, &STEPFUNCTIONS_ACTIVITY_DOES_NOT_EXIST, "Activity Does Not Exist: '%.*s'", STR_ARG(arn));
    struct engine *engine = engine_of(call->world);
    engine_hold(engine);
    struct branch *branch = first_waiting(engine, arn);
    enum outcome outcome = CALL_DONE;
    if (branch)
        answer_task(call, branch);
    else
        outcome = wait_for_task(call, engine);
    engine_let_go(engine);
    return outcome;
}
