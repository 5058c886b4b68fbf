#include "services/stepfunctions/execution_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "aws/arn.h"
#include "aws/cloud.h"
#include "aws/road.h"
#include "base/time.h"
#include "services/stepfunctions/stepfunctions_model.h"

/* One batch of PutLogEvents. */
#define BATCH_BYTES  1048576
#define BATCH_EVENTS 10000
#define EVENT_EXTRA  26
/* "If escaped input or escaped output sent to CloudWatch Logs exceeds 248KB, it will be truncated" ("Logging using CloudWatch
 * Logs" of the developer guide). */
#define DATA_MOST ((size_t)248 * 1024)
/* Of one execution, beside what tells its end: an endless Express one must not fill the cloud. A history has such an end too. */
#define LOGGED_EVENTS HISTORY_MAX_EVENTS
#define LOGGED_BYTES  ((size_t)64 * 1024 * 1024)
/* A delivery that was idle for so long ends; the next begins a stream of its own. AWS changes streams likewise, when it likes. */
#define IDLE_MS (15 * 60 * 1000)

/* The stream that vended logs leave in a group that they were set up for. */
#define VALIDATION_STREAM "log_stream_created_by_aws_to_validate_log_delivery_subscriptions"

enum level { LEVEL_FATAL, LEVEL_ERROR, LEVEL_ALL };

struct execution_log {
    enum level level;
    bool with_data;
    size_t events, bytes; /* that were logged of it */
    char *key;            /* the delivery's: the machine's ARN, a space, the group's name */
};

struct delivery {
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
static struct str group_of(const cJSON *configuration, struct arn *ret_arn)
{
    const cJSON *destination = json_get(configuration, "destinations")->child;
    struct str prefix = STR("log-group:");
    *ret_arn = (struct arn){ 0 };
    arn_parse(json_str(json_get(destination, "cloudWatchLogsLogGroup"), "logGroupArn"), ret_arn);
    struct str name = str_from(ret_arn->resource, prefix.length);
    return str_first(name, name.length - 2);
}

static bool is_off(const cJSON *configuration)
{
    struct str level = json_str(configuration, "level");
    return !level.at || str_is(level, "OFF");
}

struct execution_log *execution_log_new(struct execution *execution, const cJSON *configuration)
{
    if (is_off(configuration))
        return NULL;
    struct arn arn;
    struct str group = group_of(configuration, &arn), level = json_str(configuration, "level");
    struct execution_log *log = memory_alloc(sizeof *log);
    struct buf key = BUF_EMPTY;
    buf_printf(&key, "%s %.*s", execution->machine_arn, STR_ARG(group));
    log->key = buf_take(&key);
    log->level = str_is(level, "ALL") ? LEVEL_ALL : str_is(level, "ERROR") ? LEVEL_ERROR : LEVEL_FATAL;
    log->with_data = json_bool(configuration, "includeExecutionData", false);
    return log;
}

void execution_log_free(struct execution_log *log_or_null)
{
    if (!log_or_null)
        return;
    free(log_or_null->key);
    free(log_or_null);
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
bool execution_log_check(struct call *call, const cJSON *configuration)
{
    if (is_off(configuration))
        return true;
    struct arn arn;
    struct str group = group_of(configuration, &arn);
    if (str_is(arn.account, call->caller.account) && str_is(arn.region, call->region) && group_exists(call, group))
        return true;
    call_fail(call, &ERROR_ACCESS_DENIED, "The state machine IAM Role is not authorized to access the Log Destination");
    return false;
}

void execution_log_prepare(struct call *call, const cJSON *configuration)
{
    struct arn arn;
    if (!is_off(configuration))
        make_stream(call, group_of(configuration, &arn), VALIDATION_STREAM);
}

/* ---- deliveries ---- */

static void name_stream(struct delivery *delivery)
{
    struct world *world = delivery->strand.world;
    char now[32], id[9];
    time_print_iso(clock_now(world->clock), false, now);
    random_text(&world->random, "0123456789abcdef", 8, id);
    /* "states/NAME/2022-11-10-15-50/7851b2d9" */
    snprintf(delivery->stream, sizeof delivery->stream, "states/%s/%.10s-%.2s-%.2s/%s", delivery->machine, now,
             now + 11, now + 14, id);
}

static void forget_events(struct delivery *delivery)
{
    buf_clear(&delivery->events);
    delivery->count = delivery->bytes = 0;
}

static void hear_answer(struct call *call)
{
    struct delivery *delivery = call->owner;
    delivery->answered = true;
    strand_wake(&delivery->strand, WAKE_CALL, NULL, NULL);
}

/* The next call: the stream is made, then written into. NULL: there is nothing to be sent, or nowhere. */
static struct call *next_call(struct delivery *delivery)
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
static void note_answer(struct delivery *delivery, struct call *call_taken, enum outcome outcome)
{
    delivery->opened = outcome == CALL_DONE;
    if (!delivery->opened)
        forget_events(delivery);
    call_free(call_taken);
}

/* Sends what there is, as far as no call is held up. */
static void send(struct delivery *delivery)
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
    struct delivery *delivery = LIST_ITEM(strand, struct delivery, strand);
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
    struct delivery *delivery = LIST_ITEM(strand, struct delivery, strand);
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

static struct delivery *delivery_of(const struct execution *execution)
{
    struct map *deliveries = engine_log_deliveries(execution->engine);
    struct str key = str_of(execution->log->key);
    struct delivery *delivery = map_get(deliveries, key);
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
static void add_message(struct delivery *delivery, int64_t time_ms, struct str message)
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

/* ---- events ---- */

/* "Log levels for Step Functions execution events" of the developer guide: what fails, times out or is aborted is an error,
 * and so is entering a Fail state; it is fatal where it ends the execution. */
static bool is_logged(enum level level, struct str type)
{
    bool ends_badly = str_ends(type, STR("Failed")) || str_ends(type, STR("Aborted")) ||
                      str_ends(type, STR("TimedOut"));
    if (level == LEVEL_ALL)
        return true;
    if (level == LEVEL_FATAL)
        return ends_badly && str_starts(type, STR("Execution"));
    return ends_badly || str_is(type, "FailStateEntered");
}

/* An event's type, in the format that history.c writes: {"timestamp":…,"type":"…" */
static struct str type_of(struct str event)
{
    struct str rest = event;
    for (int quotes = 0; quotes < 5; quotes++)
        str_cut(rest, '"', &rest);
    return str_cut(rest, '"', &rest);
}

/* How much of a text fits escaped; whole characters. */
static size_t fitting(struct str text)
{
    size_t escaped = 0, length = 0;
    for (; length < text.length; length++) {
        unsigned char byte = (unsigned char)text.at[length];
        escaped += byte < ' ' ? 6 : byte == '"' || byte == '\\' ? 2 : 1;
        if (escaped > DATA_MOST)
            break;
    }
    while (length < text.length && length && ((unsigned char)text.at[length] & 0xc0) == 0x80)
        length--;
    return length;
}

static void cut_data(cJSON *details, const char *name, const char *details_name)
{
    struct str text = json_str(details, name);
    size_t length = fitting(text);
    if (length == text.length)
        return;
    json_set_str(details, name, str_first(text, length));
    cJSON *truncated = cJSON_CreateObject();
    json_set_bool(truncated, "truncated", true);
    json_set(details, details_name, truncated);
}

/* What includeExecutionData = false leaves out; that nothing tells of its truncation either is ours. */
static void drop_data(cJSON *details)
{
    history_drop_data(details);
    cJSON_DeleteItemFromObjectCaseSensitive(details, "inputDetails");
    cJSON_DeleteItemFromObjectCaseSensitive(details, "outputDetails");
}

static cJSON *details_of(const cJSON *event, bool with_data)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, event)
    {
        if (!str_ends(str_of(member->string), STR("EventDetails")))
            continue;
        cJSON *details = json_thaw(member);
        if (!with_data)
            drop_data(details);
        cut_data(details, "input", "inputDetails");
        cut_data(details, "output", "outputDetails");
        return details;
    }
    return cJSON_CreateObject();
}

static void print_text_member(struct buf *message, const char *name, int64_t value)
{
    json_print_name(message, name);
    buf_printf(message, "\"%" PRId64 "\"", value);
}

/* {"id":"1","type":"…","details":{…},"previous_event_id":"0","event_timestamp":"…","execution_arn":"…","redrive_count":"0"} */
static void print_message(struct buf *message, const struct execution *execution, const cJSON *event, int64_t time_ms)
{
    cJSON *details = details_of(event, execution->log->with_data);
    buf_printf(message, "{\"id\":\"%" PRId64 "\"", json_int64(event, "id", 0));
    json_print_name(message, "type");
    json_print_string(message, json_str(event, "type"));
    json_print_name(message, "details");
    json_print(message, details);
    print_text_member(message, "previous_event_id", json_int64(event, "previousEventId", 0));
    print_text_member(message, "event_timestamp", time_ms);
    json_print_name(message, "execution_arn");
    json_print_string(message, str_of(execution->arn));
    print_text_member(message, "redrive_count", json_int64(json_root(execution->row), "redriveCount", 0));
    buf_add_byte(message, '}');
    cJSON_Delete(details);
}

static bool is_too_much(const struct execution_log *log, struct str type)
{
    return (log->events >= LOGGED_EVENTS || log->bytes >= LOGGED_BYTES) && !str_starts(type, STR("Execution"));
}

static void take_event(struct delivery *delivery, const struct execution *execution, struct str line)
{
    struct json *event = json_parse(line, NULL);
    struct buf message = BUF_EMPTY;
    int64_t time_ms = json_to_time(json_get(json_root(event), "timestamp"));
    print_message(&message, execution, json_root(event), time_ms);
    add_message(delivery, time_ms, buf_str(&message));
    execution->log->events++;
    execution->log->bytes += message.length;
    buf_release(&message);
    json_unref(event);
}

void execution_log_take(struct execution *execution)
{
    struct delivery *delivery = NULL;
    struct str events = buf_str(&execution->history.text);
    while (events.length) {
        struct str line = history_cut_event(&events);
        struct str type = type_of(line);
        if (!is_logged(execution->log->level, type) || is_too_much(execution->log, type))
            continue;
        delivery = delivery ? delivery : delivery_of(execution);
        take_event(delivery, execution, line);
    }
    if (delivery)
        strand_wake(&delivery->strand, WAKE_EVENT, NULL, NULL);
}
