#include "services/logs/log_event.h"

#include <stdlib.h>

#include "services/logs/log_group.h"
#include "services/logs/log_stream.h"
#include "services/logs/logs_model.h"

const struct table_def log_event_table = { .name = "logs.event", .append_only = true };

/* "The maximum batch size is 1,048,576 bytes. This size is calculated as the sum of all event messages in UTF-8, plus 26 bytes
 * for each log event." (PutLogEvents) */
#define BATCH_MOST   1048576
#define EVENT_EXTRA  26
#define HOUR_MS      (60 * 60 * 1000LL)
#define TOO_NEW_MS   (2 * HOUR_MS)
#define TOO_OLD_MS   (14 * 24 * HOUR_MS)
#define SPAN_MOST_MS (24 * HOUR_MS)

#define PAGE_DEFAULT 10000
#define PAGE_BYTES   (1024 * 1024) /* "up to 1 MB or 10,000 log events" */

/* ---- keys ---- */

struct str log_event_prefix(struct arena *arena, struct str group, struct str stream)
{
    return str_of(arena_printf(arena, "%.*s:%.*s:", STR_ARG(group), STR_ARG(stream)));
}

struct str log_event_from(struct arena *arena, struct str group, struct str stream, int64_t time_ms, uint64_t number)
{
    return str_of(arena_printf(arena, "%.*s:%.*s:%016lld:%012llu", STR_ARG(group), STR_ARG(stream),
                               (long long)(time_ms > 0 ? time_ms : 0), (unsigned long long)number));
}

struct str log_event_place(struct str key)
{
    return str_from(key, key.length - LOG_PLACE_LENGTH);
}

/* 56 digits as AWS's: time, stream, number. */
char *log_event_id(struct arena *arena, struct str stream, struct str place)
{
    uint32_t hash = 2166136261u; /* FNV-1a: the same in every process */
    for (size_t i = 0; i < stream.length; i++)
        hash = (hash ^ (unsigned char)stream.at[i]) * 16777619u;
    struct str number, time = str_cut(place, ':', &number);
    return arena_printf(arena, "3%.*s%027lu%.*s", STR_ARG(time), (unsigned long)hash, STR_ARG(number));
}

void log_events_drop(struct call *call, struct str group, struct str stream)
{
    struct str prefix = log_event_prefix(call->arena, group, stream);
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &log_event_table, NULL, prefix);
    struct buf key = BUF_EMPTY;
    while (store_next_within(&at, prefix)) {
        buf_clear(&key);
        buf_add_str(&key, at.key);
        store_delete(call->world->store, call_scope(call), &log_event_table, buf_str(&key));
    }
    buf_release(&key);
}

/* ---- writing ---- */

/* Which of a batch, in order of time, is taken: [from, to). */
struct taken {
    int64_t now_ms, kept_since_ms;
    int count, too_old, expired, from, to;
};

static enum outcome check_batch(struct call *call, const cJSON *events)
{
    int64_t size = 0, first = 0, last = 0;
    for (const cJSON *event = events->child; event; event = event->next) {
        int64_t time_ms = json_int64(event, "timestamp", 0);
        if (event != events->child && time_ms < last)
            return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                             "Log events in a single PutLogEvents request must be in chronological order.");
        first = event == events->child ? time_ms : first;
        last = time_ms;
        size += (int64_t)json_str(event, "message").length + EVENT_EXTRA;
    }
    if (size > BATCH_MOST)
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION, "Upload too large: %lld bytes exceeds limit of %d",
                         (long long)size, BATCH_MOST);
    if (last - first > SPAN_MOST_MS)
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                         "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
    return CALL_DONE;
}

static void sort_out(struct taken *taken, const cJSON *events)
{
    taken->to = -1;
    for (const cJSON *event = events->child; event; event = event->next, taken->count++) {
        int64_t time_ms = json_int64(event, "timestamp", 0);
        if (time_ms < taken->now_ms - TOO_OLD_MS)
            taken->too_old = taken->from = taken->count + 1;
        else if (time_ms < taken->kept_since_ms)
            taken->expired = taken->from = taken->count + 1;
        if (time_ms > taken->now_ms + TOO_NEW_MS && taken->to < 0)
            taken->to = taken->count;
    }
    if (taken->to < 0)
        taken->to = taken->count;
}

/* Indexes "end" behind the last one refused and "start" at the first. */
static void answer_rejected(struct call *call, const struct taken *taken)
{
    if (taken->from == 0 && taken->to == taken->count)
        return;
    cJSON *info = cJSON_CreateObject();
    if (taken->to < taken->count)
        json_set_int64(info, "tooNewLogEventStartIndex", taken->to);
    if (taken->too_old)
        json_set_int64(info, "tooOldLogEventEndIndex", taken->too_old);
    if (taken->expired)
        json_set_int64(info, "expiredLogEventEndIndex", taken->expired);
    output_json(call, "rejectedLogEventsInfo", info);
}

static void keep_event(struct call *call, struct str group, struct str stream, const cJSON *event, int64_t now_ms,
                       uint64_t number)
{
    int64_t time_ms = json_int64(event, "timestamp", 0);
    struct buf row = BUF_EMPTY; /* text is a third of a tree, and most events are never read */
    buf_add_text(&row, "{\"t\":");
    buf_add_int64(&row, time_ms);
    buf_add_text(&row, ",\"i\":");
    buf_add_int64(&row, now_ms);
    buf_add_text(&row, ",\"m\":");
    json_print_string(&row, json_str(event, "message"));
    buf_add_byte(&row, '}');
    store_put(call->world->store, call_scope(call), &log_event_table,
              log_event_from(call->arena, group, stream, time_ms, number), json_seal_text(&row));
}

/* A batch is in order of time: its first event and its last say what the stream's may be. */
struct kept {
    int64_t first_ms, last_ms, bytes, count;
};

static void note_in_stream(cJSON *stream, const struct kept *kept, int64_t now_ms)
{
    if (!kept->count)
        return;
    if (!json_get(stream, "firstEvent") || kept->first_ms < json_int64(stream, "firstEvent", 0))
        json_set_int64(stream, "firstEvent", kept->first_ms);
    if (kept->last_ms >= json_int64(stream, "lastEvent", 0))
        json_set_int64(stream, "lastEvent", kept->last_ms);
    json_set_int64(stream, "lastIngestion", now_ms);
    json_set_int64(stream, "bytes", json_int64(stream, "bytes", 0) + kept->bytes);
    json_set_int64(stream, "next", json_int64(stream, "next", 1) + kept->count);
}

enum outcome put_log_events(struct call *call)
{
    struct str group = input_str(call, "logGroupName"), name = input_str(call, "logStreamName");
    struct json *row = log_group_exists(call, group) ? log_stream_get(call, group, name) : NULL;
    const cJSON *events = json_get(call->input, "logEvents");
    if (!row || check_batch(call, events) != CALL_DONE)
        return CALL_FAILED;
    struct taken taken = { .now_ms = clock_now(call->world->clock),
                           .kept_since_ms = log_group_kept_since(call->world, call_scope(call), group) };
    sort_out(&taken, events);
    cJSON *stream = json_thaw(json_root(row));
    int64_t next = json_int64(stream, "next", 1);
    struct kept kept = { 0 };
    int i = 0;
    for (const cJSON *event = events->child; event; event = event->next, i++) {
        if (i < taken.from || i >= taken.to)
            continue;
        kept.last_ms = json_int64(event, "timestamp", 0);
        kept.first_ms = kept.count ? kept.first_ms : kept.last_ms;
        kept.bytes += (int64_t)json_str(event, "message").length + EVENT_EXTRA;
        keep_event(call, group, name, event, taken.now_ms, (uint64_t)(next + kept.count++));
    }
    note_in_stream(stream, &kept, taken.now_ms);
    store_put(call->world->store, call_scope(call), &log_stream_table, log_stream_key(call->arena, group, name),
              json_seal(stream));
    output_string(call, "nextSequenceToken", arena_printf(call->arena, "%056lld", (long long)(next + kept.count)));
    answer_rejected(call, &taken);
    return CALL_DONE;
}

/* ---- reading one stream ---- */

/* A walk through a stream between two times, from a token's place or an end. Tokens are "f/PLACE" and "b/PLACE": a page goes on
 * strictly behind or before the place, so at an end the same token comes back, which is how clients know that it is one. */
struct reading {
    struct str group, stream, prefix;
    int64_t since_ms, until_ms; /* [since, until) */
    bool forward;
    struct str place;       /* of the token; empty: none */
    struct str first, last; /* the page's own, in order of time */
};

static bool read_token(struct call *call, struct reading *reading)
{
    struct str token = input_str(call, "nextToken");
    reading->forward = input_bool(call, "startFromHead", false);
    if (!token.at)
        return true;
    bool good = token.length == 2 + LOG_PLACE_LENGTH && (str_starts(token, STR("f/")) || str_starts(token, STR("b/")));
    for (size_t i = 2; good && i < token.length; i++)
        good = i == 2 + 16 ? token.at[i] == ':' : token.at[i] >= '0' && token.at[i] <= '9';
    reading->forward = token.at[0] == 'f';
    reading->place = str_from(token, 2);
    if (!good)
        call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION, "The specified nextToken is invalid.");
    return good;
}

static struct cursor seek(struct call *call, const struct reading *reading)
{
    struct store *store = call->world->store;
    struct str from = log_event_from(call->arena, reading->group, reading->stream, reading->since_ms, 0);
    struct str until = str_of(arena_printf(call->arena, "%.*s\xff", STR_ARG(reading->prefix)));
    if (reading->until_ms != INT64_MAX)
        until = log_event_from(call->arena, reading->group, reading->stream, reading->until_ms, 0);
    struct str at = reading->place.length ? str_of(arena_printf(call->arena, "%.*s%.*s", STR_ARG(reading->prefix),
                                                                STR_ARG(reading->place)))
                                          : STR_NONE;
    if (!reading->forward)
        return store_seek(store, call_scope(call), &log_event_table, NULL,
                          at.at && str_compare(at, until) < 0 ? at : until, true);
    if (at.at && str_compare(at, from) >= 0)
        return store_seek(store, call_scope(call), &log_event_table, NULL, at, false);
    return store_seek_from(store, call_scope(call), &log_event_table, NULL, from);
}

static cJSON *event_of(const cJSON *row)
{
    cJSON *event = cJSON_CreateObject();
    json_set_int64(event, "timestamp", json_int64(row, "t", 0));
    json_set_str(event, "message", json_str(row, "m"));
    json_set_int64(event, "ingestionTime", json_int64(row, "i", 0));
    return event;
}

static void add_page(struct call *call, struct reading *reading, cJSON *events)
{
    struct cursor at = seek(call, reading);
    int64_t room = input_int64(call, "limit", PAGE_DEFAULT);
    size_t bytes = 0;
    while (store_next_within(&at, reading->prefix)) {
        const cJSON *row = json_root(at.row);
        int64_t time_ms = json_int64(row, "t", 0);
        bytes += json_str(row, "m").length + EVENT_EXTRA;
        bool beyond = reading->forward ? time_ms >= reading->until_ms : time_ms < reading->since_ms;
        if (beyond || room-- == 0 || (bytes > PAGE_BYTES && events->child)) {
            store_close(&at);
            return;
        }
        struct str place = arena_str(call->arena, log_event_place(at.key));
        if (reading->forward) {
            json_add(events, event_of(row));
            reading->last = place;
            reading->first = reading->first.at ? reading->first : place;
        } else {
            cJSON_InsertItemInArray(events, 0, event_of(row));
            reading->first = place;
            reading->last = reading->last.at ? reading->last : place;
        }
    }
}

/* Where nothing was found the page is empty and both tokens stand where the reading stood. */
static void answer_tokens(struct call *call, struct reading *reading)
{
    if (!reading->first.at) {
        struct str stand = reading->place;
        if (!stand.length)
            stand = log_event_place(log_event_from(call->arena, reading->group, reading->stream,
                                                   reading->forward                 ? reading->since_ms
                                                   : reading->until_ms == INT64_MAX ? clock_now(call->world->clock)
                                                                                    : reading->until_ms,
                                                   0));
        reading->first = reading->last = stand;
    }
    output_string(call, "nextForwardToken", arena_printf(call->arena, "f/%.*s", STR_ARG(reading->last)));
    output_string(call, "nextBackwardToken", arena_printf(call->arena, "b/%.*s", STR_ARG(reading->first)));
}

enum outcome get_log_events(struct call *call)
{
    struct reading reading = { .group = log_group_named(call), .stream = input_str(call, "logStreamName") };
    if (!reading.group.at || !log_stream_get(call, reading.group, reading.stream) || !read_token(call, &reading))
        return CALL_FAILED;
    int64_t kept_since_ms = log_group_kept_since(call->world, call_scope(call), reading.group);
    reading.prefix = log_event_prefix(call->arena, reading.group, reading.stream);
    reading.since_ms = input_int64(call, "startTime", 0);
    reading.since_ms = kept_since_ms > reading.since_ms ? kept_since_ms : reading.since_ms;
    reading.until_ms = input_int64(call, "endTime", INT64_MAX);
    cJSON *events = cJSON_CreateArray();
    add_page(call, &reading, events);
    output_json(call, "events", events);
    answer_tokens(call, &reading);
    return CALL_DONE;
}
