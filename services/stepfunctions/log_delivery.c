#include "services/stepfunctions/log_delivery.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "aws/road.h"
#include "base/time.h"
#include "services/stepfunctions/stepfunctions_model.h"

/* One batch of PutLogEvents. */
#define BATCH_BYTES  1048576
#define BATCH_EVENTS 10000
#define EVENT_EXTRA  26
/* A delivery that was idle for so long ends; the next begins a stream of its own. AWS changes streams likewise, when it likes. */
#define IDLE_MS (15 * 60 * 1000)

/* The stream that vended logs leave in a group that they were set up for. */
#define VALIDATION_STREAM "log_stream_created_by_aws_to_validate_log_delivery_subscriptions"

struct log_delivery {
    struct strand strand;
    struct engine *engine;
    struct scope scope; /* interned */
    char *key, *machine, *group;
    char stream[192];
    bool opened;       /* the stream was made */
    struct call *call; /* under way: it was held up; or NULL */
    bool answered;     /* it is no more */
    struct buf events; /* of the next PutLogEvents, as JSON, between its brackets */
    size_t count, bytes;
    int64_t last_ms;
};

/* ---- configuration ---- */

/* The name of the group of "arn:aws:logs:R:A:log-group:NAME:*". */
struct str log_delivery_group(const cJSON *configuration, struct arn *ret_arn)
{
    const cJSON *destination = json_get(configuration, "destinations")->child;
    struct str prefix = STR("log-group:");
    *ret_arn = (struct arn){ 0 };
    arn_parse(json_str(json_get(destination, "cloudWatchLogsLogGroup"), "logGroupArn"), ret_arn);
    struct str name = str_from(ret_arn->resource, prefix.length);
    return str_first(name, name.length - 2);
}

bool log_delivery_is_off(const cJSON *configuration)
{
    struct str level = json_str(configuration, "level");
    return !level.at || str_is(level, "OFF");
}

/* ---- calls ---- */

static struct call *logs_call(struct cloud *cloud, const char *operation, const char *account, const char *region,
                              struct str input)
{
    const char *why;
    struct call *call = call_new(cloud, STR("logs"), str_of(operation), &why);
    if (!call)
        return NULL;
    call->origin = ORIGIN_STATE_MACHINE;
    call->region = arena_copy(call->arena, str_of(region));
    call->caller = (struct principal){ .kind = PRINCIPAL_SERVICE,
                                       .account = arena_copy(call->arena, str_of(account)),
                                       .arn = "delivery.logs.amazonaws.com",
                                       .user_id = "",
                                       .role = "",
                                       .session_policy = "",
                                       .access_key_id = "" };
    call->input = json_parse_in(call->arena, input, NULL);
    return call;
}

static void print_place(struct buf *json, struct str group, const char *stream_or_null)
{
    buf_add_text(json, "{\"logGroupName\":");
    json_print_string(json, group);
    if (stream_or_null) {
        buf_add_text(json, ",\"logStreamName\":");
        json_print_string(json, str_of(stream_or_null));
    }
}

/* Makes the stream. True: there is one now; a call that is held up counts as done, since nobody waits for it. */
static bool make_stream(struct call *of, struct str group, const char *stream)
{
    struct buf input = BUF_EMPTY;
    print_place(&input, group, stream);
    buf_add_byte(&input, '}');
    struct call *call = logs_call(of->cloud, "CreateLogStream", of->caller.account, of->region, buf_str(&input));
    buf_release(&input);
    if (!call)
        return false;
    enum outcome outcome = road_run(call);
    bool made = outcome != CALL_FAILED || strcmp(call->error.kind->code, "ResourceAlreadyExistsException") == 0;
    call_free(call);
    return made;
}

/* ---- setting up ---- */

static bool lists_group(const struct call *call, struct str name)
{
    const cJSON *group;
    cJSON_ArrayForEach(group, json_get(call->output, "logGroups"))
    {
        if (str_equal(json_str(group, "logGroupName"), name))
            return true;
    }
    return false;
}

/* The group named in a prefix is the first in order of names. */
static bool group_exists(struct call *of, struct str name)
{
    struct buf input = BUF_EMPTY;
    buf_add_text(&input, "{\"limit\":1,\"logGroupNamePrefix\":");
    json_print_string(&input, name);
    buf_add_byte(&input, '}');
    struct call *call = logs_call(of->cloud, "DescribeLogGroups", of->caller.account, of->region, buf_str(&input));
    buf_release(&input);
    if (!call)
        return true; /* a cloud without the service: there is nothing to look into */
    bool exists = road_run(call) != CALL_DONE || lists_group(call, name);
    call_free(call);
    return exists;
}

/* Whoever lacks the permission hears this sentence; for a group that is not there we have no record, and take the same. */
bool log_delivery_check(struct call *call, const cJSON *configuration)
{
    if (log_delivery_is_off(configuration))
        return true;
    struct arn arn;
    struct str group = log_delivery_group(configuration, &arn);
    if (str_is(arn.account, call->caller.account) && str_is(arn.region, call->region) && group_exists(call, group))
        return true;
    call_fail(call, &ERROR_ACCESS_DENIED, "The state machine IAM Role is not authorized to access the Log Destination");
    return false;
}

void log_delivery_prepare(struct call *call, const cJSON *configuration)
{
    struct arn arn;
    if (!log_delivery_is_off(configuration))
        make_stream(call, log_delivery_group(configuration, &arn), VALIDATION_STREAM);
}

/* ---- deliveries ---- */

static void name_stream(struct log_delivery *delivery)
{
    struct world *world = delivery->strand.world;
    char now[32], id[9];
    time_print_iso(clock_now(world->clock), false, now);
    random_text(&world->random, "0123456789abcdef", 8, id);
    /* "states/NAME/2022-11-10-15-50/7851b2d9" */
    snprintf(delivery->stream, sizeof delivery->stream, "states/%s/%.10s-%.2s-%.2s/%s", delivery->machine, now,
             now + 11, now + 14, id);
}

static void forget_events(struct log_delivery *delivery)
{
    buf_clear(&delivery->events);
    delivery->count = delivery->bytes = 0;
}

static void hear_answer(struct call *call)
{
    struct log_delivery *delivery = call->owner;
    delivery->answered = true;
    strand_wake(&delivery->strand, WAKE_CALL, NULL, NULL);
}

/* The next call: the stream is made, then written into. NULL: there is nothing to be sent, or nowhere. */
static struct call *next_call(struct log_delivery *delivery)
{
    if (!delivery->count)
        return NULL;
    if (!delivery->opened)
        name_stream(delivery);
    struct buf input = BUF_EMPTY;
    print_place(&input, str_of(delivery->group), delivery->stream);
    if (delivery->opened) {
        buf_add_text(&input, ",\"logEvents\":[");
        buf_add_str(&input, buf_str(&delivery->events));
        buf_add_byte(&input, ']');
        forget_events(delivery);
    }
    buf_add_byte(&input, '}');
    struct call *call = logs_call(cloud_of(delivery->strand.world),
                                  delivery->opened ? "PutLogEvents" : "CreateLogStream", delivery->scope.account,
                                  delivery->scope.region, buf_str(&input));
    buf_release(&input);
    if (!call) {
        forget_events(delivery);
        return NULL;
    }
    call->finished = hear_answer;
    call->owner = delivery;
    return call;
}

/* A group that is gone takes nothing more; where it comes again, a new stream is begun. */
static void note_answer(struct log_delivery *delivery, struct call *call_taken, enum outcome outcome)
{
    delivery->opened = outcome == CALL_DONE;
    if (!delivery->opened)
        forget_events(delivery);
    call_free(call_taken);
}

/* Sends what there is, as far as no call is held up. */
static void send(struct log_delivery *delivery)
{
    struct call *call;
    while (!delivery->call && (call = next_call(delivery))) {
        enum outcome outcome = road_run(call);
        if (outcome == CALL_PARKED)
            delivery->call = call;
        else
            note_answer(delivery, call, outcome);
    }
}

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct log_delivery *delivery = LIST_ITEM(strand, struct log_delivery, strand);
    if (delivery->answered) {
        struct call *call = delivery->call;
        delivery->call = NULL;
        delivery->answered = false;
        note_answer(delivery, call, call->error.kind ? CALL_FAILED : CALL_DONE);
    }
    if (wake->reason == WAKE_TIME && !delivery->count && !delivery->call)
        return STRAND_ENDED;
    send(delivery);
    strand_sleep(strand, clock_now(strand->world->clock) + IDLE_MS);
    return STRAND_PARKED;
}

static void release(struct strand *strand)
{
    struct log_delivery *delivery = LIST_ITEM(strand, struct log_delivery, strand);
    map_remove(engine_log_deliveries(delivery->engine), str_of(delivery->key));
    if (delivery->call)
        call_free(delivery->call);
    engine_let_go(delivery->engine);
    buf_release(&delivery->events);
    free(delivery->key);
    free(delivery->machine);
    free(delivery->group);
    free(delivery);
}

struct log_delivery *log_delivery_of(const struct execution *execution, struct str key)
{
    struct map *deliveries = engine_log_deliveries(execution->engine);
    struct log_delivery *delivery = map_get(deliveries, key);
    if (delivery)
        return delivery;
    delivery = memory_alloc(sizeof *delivery);
    delivery->strand = (struct strand){ .step = step, .release = release };
    delivery->engine = execution->engine;
    engine_hold(execution->engine);
    delivery->scope = execution->scope;
    delivery->key = memory_copy(key);
    delivery->machine = memory_copy(str_of(execution->machine_name));
    delivery->group = memory_copy(str_from(key, strlen(execution->machine_arn) + 1));
    map_put(deliveries, key, delivery);
    strand_start(execution->strand.world, &delivery->strand);
    return delivery;
}

/* A batch is in order of time, though events of several executions come to it as each steps. */
void log_delivery_add(struct log_delivery *delivery, int64_t time_ms, struct str message)
{
    size_t bytes = message.length + EVENT_EXTRA;
    if (delivery->count == BATCH_EVENTS || delivery->bytes + bytes > BATCH_BYTES)
        send(delivery);
    if (delivery->count == BATCH_EVENTS || delivery->bytes + bytes > BATCH_BYTES)
        return;
    if (delivery->count && time_ms < delivery->last_ms)
        time_ms = delivery->last_ms;
    buf_printf(&delivery->events, "%s{\"timestamp\":%" PRId64 ",\"message\":", delivery->count ? "," : "", time_ms);
    json_print_string(&delivery->events, message);
    buf_add_byte(&delivery->events, '}');
    delivery->last_ms = time_ms;
    delivery->count++;
    delivery->bytes += bytes;
}

void log_delivery_send(struct log_delivery *delivery)
{
    strand_wake(&delivery->strand, WAKE_EVENT, NULL, NULL);
}
