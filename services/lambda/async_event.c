#include "services/lambda/async_event.h"

#include <stdio.h>
#include <stdlib.h>

#include "services/lambda/event_invoke.h"
#include "services/lambda/function.h"
#include "services/lambda/function_version.h"
#include "services/lambda/lambda_model.h"
#include "services/lambda/run.h"
#include "world/strand.h"

const struct table_def async_event_table = { .name = "lambda.event" };

#define EVENTS_MOST 10000 /* that wait in an account: ours, AWS tells no limit */

/* One event: asleep until it is due, then a run, then gone or asleep again. */
struct async_event {
    struct strand strand;
    struct scope scope; /* interned */
    char request_id[37];
    struct json *row; /* held while it runs: the payload is borrowed from it */
    struct run run;
    bool ran;
};

/* ---- rows ---- */

static struct json *row_of(struct async_event *event)
{
    return store_get(event->strand.world->store, event->scope, &async_event_table, str_of(event->request_id));
}

static void forget(struct async_event *event)
{
    store_delete(event->strand.world->store, event->scope, &async_event_table, str_of(event->request_id));
}

/* ---- what follows a run ---- */

/* "Error handling for asynchronous invocation": of the function's own errors the second attempt comes after a minute, the third
 * two minutes after that; throttles and faults of the service are tried with growing pauses, from a second to five minutes,
 * for as long as the event may live. */
static int64_t pause_ms(enum run_state state, int64_t attempts, int64_t faults)
{
    if (state == RUN_ANSWERED)
        return attempts == 1 ? 60 * 1000 : 120 * 1000;
    int64_t pause = (int64_t)1000 << (faults < 9 ? faults : 9);
    return pause < 300 * 1000 ? pause : 300 * 1000;
}

static enum next try_again(struct async_event *event, enum run_state state)
{
    struct world *world = event->strand.world;
    cJSON *row = json_thaw(json_root(event->row));
    int64_t now_ms = clock_now(world->clock);
    int64_t attempts = json_int64(row, "attempts", 0) + (state == RUN_ANSWERED);
    int64_t faults = json_int64(row, "faults", 0) + (state != RUN_ANSWERED);
    struct event_policy policy = event_policy_of(world, event->scope, json_str(row, "function"),
                                                 json_str(row, "qualifier"));
    int64_t due_ms = now_ms + pause_ms(state, attempts, faults - 1);
    bool too_old = due_ms > json_int64(row, "born", 0) + policy.most_age_s * 1000;
    if (attempts > policy.retries || too_old) {
        cJSON_Delete(row);
        forget(event);
        return STRAND_ENDED;
    }
    json_set_int64(row, "attempts", attempts);
    json_set_int64(row, "faults", faults);
    json_set_int64(row, "due", due_ms);
    store_put(world->store, event->scope, &async_event_table, str_of(event->request_id), json_seal(row));
    strand_sleep(&event->strand, due_ms);
    return STRAND_PARKED;
}

static void drop_run(struct async_event *event)
{
    run_end(&event->run);
    json_unref(event->row);
    event->row = NULL;
    event->run = (struct run){ 0 };
    event->ran = false;
}

static enum next follow(struct async_event *event, enum run_state state)
{
    bool good = state == RUN_ANSWERED && !event->run.invocation.function_error;
    enum next next = STRAND_ENDED;
    if (good || state == RUN_NOBODY)
        forget(event);
    else
        next = try_again(event, state);
    drop_run(event);
    return next;
}

/* ---- the strand ---- */

static void finished(struct run *run)
{
    struct async_event *event = run->owner;
    event->ran = true;
    strand_wake(&event->strand, WAKE_EVENT, NULL, NULL);
}

/* The function, its alias or version may be gone by now: then the event goes too. */
static enum next start_run(struct async_event *event)
{
    struct world *world = event->strand.world;
    struct json *row = row_of(event);
    if (!row)
        return STRAND_ENDED;
    struct str function = json_str(json_root(row), "function"), qualifier = json_str(json_root(row), "qualifier");
    struct json *version = function_version_resolve(world, event->scope, function, qualifier, true);
    if (!version) {
        forget(event);
        return STRAND_ENDED;
    }
    event->row = json_ref(row);
    event->run.finished = finished;
    event->run.owner = event;
    enum run_state state = run_begin(world, event->scope, version, qualifier, event->request_id,
                                     json_str(json_root(event->row), "payload"),
                                     json_str(json_root(event->row), "context"), &event->run);
    return state == RUN_PARKED ? STRAND_PARKED : follow(event, state);
}

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct async_event *event = LIST_ITEM(strand, struct async_event, strand);
    if (event->ran)
        return follow(event, event->run.state);
    if (event->row) /* woken for nothing while it runs */
        return STRAND_PARKED;
    struct json *row = row_of(event);
    int64_t due_ms = row ? json_int64(json_root(row), "due", 0) : 0;
    if (due_ms <= clock_now(strand->world->clock))
        return start_run(event);
    strand_sleep(strand, due_ms);
    return STRAND_PARKED;
}

static void release(struct strand *strand)
{
    struct async_event *event = LIST_ITEM(strand, struct async_event, strand);
    run_end(&event->run);
    json_unref(event->row);
    free(event);
}

static void start(struct world *world, struct scope scope, struct str request_id)
{
    struct async_event *event = memory_alloc(sizeof *event);
    event->scope = store_intern(world->store, scope);
    snprintf(event->request_id, sizeof event->request_id, "%.*s", STR_ARG(request_id));
    event->strand.step = step;
    event->strand.release = release;
    strand_start(world, &event->strand);
}

bool async_event_add(struct call *call, const struct function_name *name, struct str payload, struct str client_context)
{
    struct scope scope = call_scope(call);
    if (store_count(call->world->store, scope, &async_event_table) >= EVENTS_MOST) {
        call_fail(call, &LAMBDA_TOO_MANY_REQUESTS_EXCEPTION, "Rate Exceeded.");
        return false;
    }
    int64_t now_ms = clock_now(call->world->clock);
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "function", name->name);
    if (name->qualifier.length)
        json_set_str(row, "qualifier", name->qualifier);
    json_set_str(row, "payload", payload);
    if (client_context.at)
        json_set_str(row, "context", client_context);
    json_set_int64(row, "born", now_ms);
    json_set_int64(row, "due", now_ms);
    store_put(call->world->store, scope, &async_event_table, str_of(call->request_id), json_seal(row));
    start(call->world, scope, str_of(call->request_id));
    return true;
}

static void restart(struct scope scope, struct str key, struct json *row, void *world)
{
    start(world, scope, key);
}

void async_event_recover(struct world *world)
{
    store_scan(world->store, &async_event_table, restart, world);
}
