#include "aws/wire_fault.h"

#include <stdio.h>
#include <stdlib.h>

#include "aws/service.h"
#include "base/pattern.h"
#include "world/past.h"

const struct error_kind ERROR_NO_ANSWER = { "SdkClientException", "SdkClientException", 500, FAULT_RECEIVER };

/* How many calls may come, of one account and operation (or account). */
struct bucket {
    double tokens;
    int64_t at_ms;
};

struct wire_fault {
    struct world *world;
    struct hook hooks[2];
    size_t hook_count;
    uint64_t *hits;
    struct json *effect; /* keeps the texts */
    double chance;
    int64_t latency_ms, jitter_ms;
    double rate, burst; /* calls a second; 0: no throttling */
    bool by_operation;
    struct map *buckets; /* by account, and operation */
    const char *code, *message;
    int status;
    bool resets_before;
    struct manner manner;
    /* Of a life: */
    const char *from, *to, *reason;
    bool sticks;
};

/* ---- throttling ---- */

static bool is_throttling(const char *code)
{
    static const char *const codes[] = { "ThrottlingException", "TooManyRequestsException", "Throttling", "SlowDown" };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return false;
}

static const struct error_kind *throttling_of(const struct call *call)
{
    const struct error_kind *const *declared = call->operation->errors;
    for (; declared && *declared; declared++)
        if (is_throttling((*declared)->code))
            return *declared;
    return error_in_protocol(&ERROR_THROTTLING, call->service->model->protocol);
}

/* S3's sentence stands in its list of error responses, Lambda's in what its SDKs' users report. */
static const char *throttling_message(const struct error_kind *kind)
{
    if (strcmp(kind->code, "SlowDown") == 0)
        return "Please reduce your request rate.";
    return strcmp(kind->code, "TooManyRequestsException") == 0 ? "Rate Exceeded." : "Rate exceeded";
}

enum verdict wire_throttle(struct question *question)
{
    const struct error_kind *kind = throttling_of(question->subject);
    snprintf(question->code, sizeof question->code, "%s", kind->code);
    snprintf(question->message, sizeof question->message, "%s", throttling_message(kind));
    question->status = kind->status;
    return VERDICT_FAIL;
}

static struct bucket *bucket_for(struct wire_fault *fault, const struct question *question, int64_t now_ms)
{
    struct buf name = BUF_EMPTY;
    buf_add_text(&name, question->account);
    if (fault->by_operation)
        buf_printf(&name, "/%s:%s", question->service, question->operation);
    struct bucket *bucket = map_get(fault->buckets, buf_str(&name));
    if (!bucket) {
        bucket = memory_alloc(sizeof *bucket);
        *bucket = (struct bucket){ fault->burst, now_ms };
        map_put(fault->buckets, buf_str(&name), bucket);
    }
    buf_release(&name);
    return bucket;
}

/* Its tokens come back at the rate; a call takes one. */
static bool is_too_often(struct wire_fault *fault, const struct question *question)
{
    int64_t now_ms = clock_now(fault->world->clock);
    struct bucket *bucket = bucket_for(fault, question, now_ms);
    bucket->tokens += fault->rate * (double)(now_ms - bucket->at_ms) / 1000;
    bucket->at_ms = now_ms;
    if (bucket->tokens > fault->burst)
        bucket->tokens = fault->burst;
    if (bucket->tokens < 1)
        return true;
    bucket->tokens -= 1;
    return false;
}

/* ---- calls ---- */

static bool strikes(struct wire_fault *fault)
{
    return fault->chance >= 1 || random_unit(&fault->world->random) < fault->chance;
}

static int64_t draw_latency(struct wire_fault *fault)
{
    int64_t jitter_ms = fault->jitter_ms;
    if (jitter_ms <= 0)
        return fault->latency_ms;
    int64_t latency_ms = fault->latency_ms + random_between(&fault->world->random, -jitter_ms, jitter_ms);
    return latency_ms > 0 ? latency_ms : 0;
}

static bool does_more_than_throttle(const struct wire_fault *fault)
{
    return fault->code || fault->resets_before || fault->latency_ms || fault->manner.reset || fault->manner.lost > 0 ||
           fault->manner.slow_ms || fault->manner.stale_ms;
}

static enum verdict ask_wire(struct hook *hook, struct question *question)
{
    struct wire_fault *fault = hook->data;
    if (!strikes(fault))
        return VERDICT_PASS;
    bool throttled = fault->rate > 0 && is_too_often(fault, question);
    if (!throttled && !does_more_than_throttle(fault))
        return VERDICT_PASS;
    ++*fault->hits;
    question->delay_ms += draw_latency(fault);
    if (throttled)
        return wire_throttle(question);
    if (fault->code) {
        snprintf(question->code, sizeof question->code, "%s", fault->code);
        snprintf(question->message, sizeof question->message, "%s", fault->message);
        question->status = fault->status;
        return VERDICT_FAIL;
    }
    manner_add(&question->manner, &fault->manner);
    return fault->resets_before ? VERDICT_FAIL : VERDICT_PASS;
}

static enum verdict ask_skew(struct hook *hook, struct question *question)
{
    struct wire_fault *fault = hook->data;
    if (!strikes(fault))
        return VERDICT_PASS;
    ++*fault->hits;
    question->manner.skew_ms += fault->manner.skew_ms;
    return VERDICT_PASS;
}

/* ---- lives ---- */

static bool fits(const char *filter, const char *status)
{
    return !filter || wildcard_matches(str_of(filter), str_of(status), '\0', false);
}

/* What is about to end does so, unless the fault names that. */
static bool is_ending(const struct question *question)
{
    static const char *const words[] = { "Delet", "DELET", "Stopping", "STOPPING" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(question->from, words[i]))
            return true;
    return !question->to[0];
}

static enum verdict ask_life(struct hook *hook, struct question *question)
{
    struct wire_fault *fault = hook->data;
    bool named = fault->from || fault->to;
    if (!fits(fault->from, question->from) || !fits(fault->to, question->to) || (!named && is_ending(question)) ||
        !strikes(fault))
        return VERDICT_PASS;
    ++*fault->hits;
    question->stuck |= fault->sticks;
    question->delay_ms += fault->latency_ms;
    if (!fault->reason)
        return VERDICT_PASS;
    snprintf(question->message, sizeof question->message, "%s", fault->reason);
    return VERDICT_FAIL;
}

/* ---- arming ---- */

static struct wire_fault *fault_new(struct world *world, const cJSON *effect, const struct wire_place *place,
                                    uint64_t *hits)
{
    struct wire_fault *fault = memory_alloc(sizeof *fault);
    fault->world = world;
    fault->hits = hits;
    fault->effect = json_seal_copy(effect);
    fault->chance = json_number(effect, "chance", 1) * place->chance;
    return fault;
}

static void add_hook(struct wire_fault *fault, enum hook_point point, const struct wire_place *place,
                     enum verdict (*ask)(struct hook *hook, struct question *question))
{
    struct hook *hook = &fault->hooks[fault->hook_count++];
    *hook = (struct hook){ .point = point,
                           .order = place->order,
                           .pack = place->pack,
                           .account = place->account,
                           .region = place->region,
                           .service = place->service,
                           .operation = place->operation,
                           .role = place->role,
                           .resource = place->resource,
                           .chance = 1,
                           .ask = ask,
                           .data = fault };
    hook_add(fault->world->hooks, hook);
}

static void read_throttle(struct wire_fault *fault, const cJSON *throttle)
{
    fault->rate = json_number(throttle, "rate", 0);
    fault->burst = json_number(throttle, "burst", 1);
    fault->by_operation = !str_is(json_str(throttle, "by"), "team");
    fault->buckets = map_new();
}

static void read_failure(struct wire_fault *fault, const cJSON *failure)
{
    const char *message = json_string(failure, "message");
    fault->code = json_string(failure, "code");
    fault->message = message ? message : "";
    fault->status = (int)json_int64(failure, "status", 0);
}

static void read_manner(struct wire_fault *fault, const cJSON *effect)
{
    struct str reset = json_str(effect, "reset");
    fault->resets_before = str_is(reset, "before");
    fault->manner = (struct manner){ .reset = reset.length > 0,
                                     .lost = 1 - json_number(effect, "keep", 1),
                                     .slow_ms = json_int64(effect, "slow_ms", 0),
                                     .stale_ms = json_int64(effect, "stale_ms", 0),
                                     .skew_ms = json_int64(effect, "skew_ms", 0) };
}

struct wire_fault *wire_fault_arm(struct world *world, const cJSON *effect, const struct wire_place *place,
                                  uint64_t *hits)
{
    struct wire_fault *fault = fault_new(world, effect, place, hits);
    const cJSON *kept = json_root(fault->effect);
    fault->latency_ms = json_int64(kept, "latency_ms", 0);
    fault->jitter_ms = json_int64(kept, "jitter_ms", 0);
    if (json_get(kept, "throttle"))
        read_throttle(fault, json_get(kept, "throttle"));
    read_failure(fault, json_get(kept, "fail"));
    read_manner(fault, kept);
    if (fault->rate > 0 || does_more_than_throttle(fault))
        add_hook(fault, HOOK_BEFORE_CALL, place, ask_wire);
    if (fault->manner.skew_ms)
        add_hook(fault, HOOK_SIGNATURE, place, ask_skew);
    if (fault->manner.stale_ms)
        past_want(world);
    return fault;
}

struct wire_fault *life_fault_arm(struct world *world, const cJSON *effect, const struct wire_place *place,
                                  uint64_t *hits)
{
    struct wire_fault *fault = fault_new(world, effect, place, hits);
    const cJSON *kept = json_root(fault->effect);
    fault->from = json_string(kept, "from");
    fault->to = json_string(kept, "to");
    fault->reason = json_string(kept, "fails");
    fault->sticks = json_bool(kept, "stuck", false);
    fault->latency_ms = json_int64(kept, "delay_ms", 0);
    add_hook(fault, HOOK_LIFECYCLE, place, ask_life);
    return fault;
}

void wire_fault_disarm(struct wire_fault *fault)
{
    for (size_t i = 0; i < fault->hook_count; i++)
        hook_remove(fault->world->hooks, &fault->hooks[i]);
    if (fault->manner.stale_ms)
        past_unwant(fault->world);
    if (fault->buckets)
        map_free(fault->buckets, free);
    json_unref(fault->effect);
    free(fault);
}
