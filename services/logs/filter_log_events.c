#include "services/logs/filter_log_events.h"

#include <stdlib.h>

#include "aws/page.h"
#include "services/logs/filter_pattern.h"
#include "services/logs/log_event.h"
#include "services/logs/log_group.h"
#include "services/logs/log_stream.h"
#include "services/logs/logs_model.h"

/* A page ends after so much looking, even with few events on it or none: AWS does so too, and clients go on with the token. */
#define LOOK_MOST    20000
#define PAGE_DEFAULT 10000
#define PAGE_BYTES   (1024 * 1024)
#define TIME_LENGTH  16

/* One stream's events between the two times, walked in order. */
struct source {
    struct str stream, prefix, place; /* place: "TIME:NUMBER" of the event it stands at */
    struct cursor at;
};

/* All of them together, in order of (time, stream, number): a heap of sources by the event that each stands at. */
struct search {
    struct call *call;
    struct str group, place; /* place: "TIME:NUMBER:STREAM", behind which a token says to go on; empty: none */
    int64_t since_ms, until_ms;
    struct filter_pattern *pattern;
    struct source **heap;
    size_t count;
};

/* ---- which streams ---- */

static bool names_stream(const cJSON *names, struct str stream)
{
    const cJSON *name;
    cJSON_ArrayForEach(name, names)
    {
        if (str_equal(json_value(name), stream))
            return true;
    }
    return names == NULL;
}

/* Sources that have ended stand in no heap; an event behind `until` ends one too. */
static bool advance(struct search *search, struct source *source)
{
    if (!store_next_within(&source->at, source->prefix))
        return false;
    if (json_int64(json_root(source->at.row), "t", 0) > search->until_ms) {
        store_close(&source->at);
        return false;
    }
    source->place = log_event_place(source->at.key);
    return true;
}

static struct cursor seek(const struct search *search, const struct source *source)
{
    struct call *call = search->call;
    struct store *store = call->world->store;
    struct str number, stream, from, time = str_cut(search->place, ':', &number);
    if (!search->place.length) {
        from = log_event_from(call->arena, search->group, source->stream, search->since_ms, 0);
        return store_seek_from(store, call_scope(call), &log_event_table, NULL, from);
    }
    /* At the token's own time, streams before its own are done with, and those behind it have not begun. */
    number = str_cut(number, ':', &stream);
    int order = str_compare(source->stream, stream);
    const char *tail = order < 0 ? ";" : order > 0 ? "" : arena_printf(call->arena, ":%.*s", STR_ARG(number));
    from = str_of(arena_printf(call->arena, "%.*s%.*s%s", STR_ARG(source->prefix), STR_ARG(time), tail));
    return store_seek(store, call_scope(call), &log_event_table, NULL, from, false);
}

static bool is_before(const struct source *a, const struct source *b)
{
    int order = memcmp(a->place.at, b->place.at, TIME_LENGTH);
    return order ? order < 0 : str_compare(a->stream, b->stream) < 0;
}

static void sift_down(struct search *search, size_t at)
{
    for (;;) {
        size_t least = at, left = 2 * at + 1;
        for (size_t child = left; child < left + 2 && child < search->count; child++)
            least = is_before(search->heap[child], search->heap[least]) ? child : least;
        if (least == at)
            return;
        struct source *moved = search->heap[at];
        search->heap[at] = search->heap[least];
        search->heap[least] = moved;
        at = least;
    }
}

static bool has_events_between(const struct search *search, const cJSON *stream)
{
    return json_get(stream, "firstEvent") && json_int64(stream, "firstEvent", 0) <= search->until_ms &&
           json_int64(stream, "lastEvent", 0) >= search->since_ms;
}

static void open_sources(struct search *search)
{
    struct call *call = search->call;
    const cJSON *names = json_get(call->input, "logStreamNames");
    struct str first = input_str(call, "logStreamNamePrefix");
    struct str group = log_stream_key(call->arena, search->group, STR(""));
    struct str prefix = log_stream_key(call->arena, search->group, first);
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &log_stream_table, NULL, prefix);
    size_t capacity = 0;
    while (store_next_within(&at, prefix)) {
        struct str stream = arena_str(call->arena, str_from(at.key, group.length));
        if (!names_stream(names, stream) || !has_events_between(search, json_root(at.row)))
            continue;
        struct source *source = ARENA_NEW(call->arena, struct source);
        source->stream = stream;
        source->prefix = log_event_prefix(call->arena, search->group, stream);
        source->at = seek(search, source);
        if (!advance(search, source))
            continue;
        if (search->count == capacity)
            search->heap = memory_resize(search->heap, (capacity = capacity * 2 + 16) * sizeof *search->heap);
        search->heap[search->count++] = source;
    }
    for (size_t i = search->count / 2; i-- > 0;)
        sift_down(search, i);
}

static void close_sources(struct search *search)
{
    for (size_t i = 0; i < search->count; i++)
        store_close(&search->heap[i]->at);
    free(search->heap);
}

/* The source of the event that was looked at goes on. */
static void next_event(struct search *search)
{
    if (!advance(search, search->heap[0]))
        search->heap[0] = search->heap[--search->count];
    sift_down(search, 0);
}

/* ---- the page ---- */

static cJSON *event_of(struct call *call, const struct source *source)
{
    const cJSON *row = json_root(source->at.row);
    cJSON *event = cJSON_CreateObject();
    json_set_str(event, "logStreamName", source->stream);
    json_set_int64(event, "timestamp", json_int64(row, "t", 0));
    json_set_str(event, "message", json_str(row, "m"));
    json_set_int64(event, "ingestionTime", json_int64(row, "i", 0));
    json_set_string(event, "eventId", log_event_id(call->arena, source->stream, source->place));
    return event;
}

static char *place_of(struct call *call, const struct source *source)
{
    return arena_printf(call->arena, "%.*s:%.*s", STR_ARG(source->place), STR_ARG(source->stream));
}

static void add_page(struct search *search, cJSON *events, struct str filter)
{
    struct call *call = search->call;
    int64_t room = input_int64(call, "limit", PAGE_DEFAULT);
    size_t bytes = 0;
    char *last = NULL;
    for (int looked = 0; search->count; looked++) {
        const struct source *source = search->heap[0];
        struct str message = json_str(json_root(source->at.row), "m");
        if (looked == LOOK_MOST || room == 0 || bytes > PAGE_BYTES) {
            output_string(call, "nextToken", page_token(call, str_of(last), filter));
            return;
        }
        if (filter_pattern_matches(search->pattern, message)) {
            json_add(events, event_of(call, source));
            bytes += message.length;
            room--;
        }
        last = room == 0 || looked + 1 == LOOK_MOST || bytes > PAGE_BYTES ? place_of(call, source) : NULL;
        next_event(search);
    }
}

/* ---- the operation ---- */

static bool read_times(struct search *search)
{
    struct call *call = search->call;
    int64_t kept_since_ms = log_group_kept_since(call->world, call_scope(call), search->group);
    search->since_ms = input_int64(call, "startTime", 0);
    search->since_ms = kept_since_ms > search->since_ms ? kept_since_ms : search->since_ms;
    search->until_ms = input_int64(call, "endTime", INT64_MAX);
    if (input_int64(call, "startTime", 0) <= search->until_ms)
        return true;
    call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION, "startTime must be less than or equal to endTime.");
    return false;
}

static bool read_pattern(struct search *search)
{
    const char *why;
    search->pattern = filter_pattern_read(search->call->arena, input_str(search->call, "filterPattern"), &why);
    if (search->pattern)
        return true;
    call_fail(search->call, &LOGS_INVALID_PARAMETER_EXCEPTION, "Invalid filter pattern: %s", why);
    return false;
}

enum outcome filter_log_events(struct call *call)
{
    struct search search = { .call = call, .group = log_group_named(call) };
    if (!search.group.at || !read_times(&search) || !read_pattern(&search))
        return CALL_FAILED;
    if (input_has(call, "logStreamNames") && input_has(call, "logStreamNamePrefix"))
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                         "logStreamNamePrefix and logStreamNames are mutually exclusive parameters.");
    struct str token = input_str(call, "nextToken");
    struct str filter = str_of(
        arena_printf(call->arena, "%.*s|%.*s", STR_ARG(search.group), STR_ARG(input_str(call, "filterPattern"))));
    if (token.at && !page_place(call, token, filter, &search.place))
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION, "The specified nextToken is invalid.");
    cJSON *events = cJSON_CreateArray();
    open_sources(&search);
    add_page(&search, events, filter);
    close_sources(&search);
    output_json(call, "events", events);
    output_json(call, "searchedLogStreams", cJSON_CreateArray()); /* "always empty" since 2019, says the reference */
    return CALL_DONE;
}

/* TestMetricFilter: the same patterns, over messages of the caller's. */
enum outcome test_metric_filter(struct call *call)
{
    const char *why;
    const cJSON *message;
    struct filter_pattern *pattern = filter_pattern_read(call->arena, input_str(call, "filterPattern"), &why);
    if (!pattern)
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION, "Invalid filter pattern: %s", why);
    cJSON *matches = cJSON_CreateArray();
    int64_t number = 0;
    cJSON_ArrayForEach(message, json_get(call->input, "logEventMessages"))
    {
        number++;
        if (!filter_pattern_matches(pattern, json_value(message)))
            continue;
        cJSON *match = cJSON_CreateObject();
        json_set_int64(match, "eventNumber", number);
        json_set_str(match, "eventMessage", json_value(message));
        json_set(match, "extractedValues", cJSON_CreateObject());
        json_add(matches, match);
    }
    output_json(call, "matches", matches);
    return CALL_DONE;
}
