#include "services/logs/log_stream.h"

#include "aws/page.h"
#include "services/logs/log_event.h"
#include "services/logs/log_group.h"
#include "services/logs/logs_model.h"

#define PAGE_DEFAULT 50

/* "GROUP:TIME": streams without events come first in time, as on AWS. */
static bool place_by_last_event(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    buf_add_str(ret_key, json_str(row, "group"));
    buf_add_byte(ret_key, ':');
    buf_add_digits(ret_key, (uint64_t)json_int64(row, "lastEvent", 0), 10, 16);
    return true;
}

static const struct index_def by_last_event = { "last_event", place_by_last_event };
static const struct index_def *const indexes[] = { &by_last_event, NULL };
const struct table_def log_stream_table = { .name = "logs.stream", .indexes = indexes };

struct str log_stream_key(struct arena *arena, struct str group, struct str stream)
{
    return str_of(arena_printf(arena, "%.*s:%.*s", STR_ARG(group), STR_ARG(stream)));
}

static struct json *find(struct call *call, struct str group, struct str stream)
{
    return store_get(call->world->store, call_scope(call), &log_stream_table,
                     log_stream_key(call->arena, group, stream));
}

struct json *log_stream_get(struct call *call, struct str group, struct str stream)
{
    struct json *row = find(call, group, stream);
    if (!row)
        call_fail(call, &LOGS_RESOURCE_NOT_FOUND_EXCEPTION, "The specified log stream does not exist.");
    return row;
}

int64_t log_streams_bytes(struct world *world, struct scope scope, struct str group)
{
    int64_t bytes = 0;
    struct arena *arena = arena_new();
    struct str prefix = log_stream_key(arena, group, STR(""));
    struct cursor at = store_seek_from(world->store, scope, &log_stream_table, NULL, prefix);
    while (store_next_within(&at, prefix))
        bytes += json_int64(json_root(at.row), "bytes", 0);
    arena_free(arena);
    return bytes;
}

static void drop(struct call *call, struct str group, struct str stream)
{
    log_events_drop(call, group, stream);
    store_delete(call->world->store, call_scope(call), &log_stream_table, log_stream_key(call->arena, group, stream));
}

void log_streams_drop(struct call *call, struct str group)
{
    struct str prefix = log_stream_key(call->arena, group, STR(""));
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &log_stream_table, NULL, prefix);
    while (store_next_within(&at, prefix))
        drop(call, group, arena_str(call->arena, str_from(at.key, prefix.length)));
}

enum outcome create_log_stream(struct call *call)
{
    struct str group = log_group_named(call), name = input_str(call, "logStreamName");
    if (!group.at)
        return CALL_FAILED;
    if (find(call, group, name))
        return call_fail(call, &LOGS_RESOURCE_ALREADY_EXISTS_EXCEPTION, "The specified log stream already exists");
    cJSON *stream = cJSON_CreateObject();
    json_set_str(stream, "group", group);
    json_set_str(stream, "name", name);
    json_set_int64(stream, "creationTime", clock_now(call->world->clock));
    json_set_int64(stream, "bytes", 0);
    json_set_int64(stream, "next", 1);
    store_put(call->world->store, call_scope(call), &log_stream_table, log_stream_key(call->arena, group, name),
              json_seal(stream));
    return CALL_DONE;
}

enum outcome delete_log_stream(struct call *call)
{
    struct str group = log_group_named(call), name = input_str(call, "logStreamName");
    if (!group.at || !log_stream_get(call, group, name))
        return CALL_FAILED;
    drop(call, group, name);
    return CALL_DONE;
}

/* ---- listing ---- */

static void copy_time(cJSON *to, const char *name, const cJSON *row, const char *member)
{
    if (json_get(row, member))
        json_set_int64(to, name, json_int64(row, member, 0));
}

/* Since 2017 a stream's storedBytes is 0 in AWS's answers; the group's is not. The token has no use any more either. */
static cJSON *describe(struct call *call, struct str group, const cJSON *row)
{
    cJSON *stream = cJSON_CreateObject();
    struct str name = json_str(row, "name");
    json_set_str(stream, "logStreamName", name);
    copy_time(stream, "creationTime", row, "creationTime");
    copy_time(stream, "firstEventTimestamp", row, "firstEvent");
    copy_time(stream, "lastEventTimestamp", row, "lastEvent");
    copy_time(stream, "lastIngestionTime", row, "lastIngestion");
    if (json_get(row, "lastIngestion"))
        json_set_string(stream, "uploadSequenceToken",
                        arena_printf(call->arena, "%056lld", (long long)json_int64(row, "next", 0)));
    json_set_string(stream, "arn",
                    arena_printf(call->arena, "%s:log-stream:%.*s", log_group_arn(call, group), STR_ARG(name)));
    json_set_int64(stream, "storedBytes", 0);
    return stream;
}

struct order {
    const struct index_def *index;
    struct str prefix; /* of places, all of the group's */
    bool backwards;
};

/* Before the first, or behind the last, of all places that begin with the prefix. */
static struct cursor seek_end(struct call *call, const struct order *order)
{
    struct store *store = call->world->store;
    if (!order->backwards)
        return store_seek_from(store, call_scope(call), &log_stream_table, order->index, order->prefix);
    struct str behind = str_of(arena_printf(call->arena, "%.*s\xff", STR_ARG(order->prefix)));
    return store_seek(store, call_scope(call), &log_stream_table, order->index, behind, true);
}

static enum outcome read_order(struct call *call, struct str group, struct order *ret_order)
{
    struct str prefix = input_str(call, "logStreamNamePrefix");
    bool by_time = str_is(input_str(call, "orderBy"), "LastEventTime");
    if (by_time && prefix.at)
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                         "Cannot order by LastEventTime with a logStreamNamePrefix.");
    ret_order->index = by_time ? &by_last_event : NULL;
    ret_order->prefix = log_stream_key(call->arena, group, prefix);
    ret_order->backwards = input_bool(call, "descending", false);
    return CALL_DONE;
}

enum outcome describe_log_streams(struct call *call)
{
    struct order order = { 0 };
    struct str group = log_group_named(call);
    if (!group.at || read_order(call, group, &order) != CALL_DONE)
        return CALL_FAILED;
    struct str filter = str_of(
        arena_printf(call->arena, "%.*s|%d|%d", STR_ARG(order.prefix), order.index != NULL, order.backwards));
    struct str token = input_str(call, "nextToken"), place, last = STR_NONE;
    if (token.at && !page_place(call, token, filter, &place))
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION, "The specified nextToken is invalid.");
    struct cursor at = token.at ? store_seek(call->world->store, call_scope(call), &log_stream_table, order.index,
                                             place, order.backwards)
                                : seek_end(call, &order);
    int64_t room = input_int64(call, "limit", PAGE_DEFAULT);
    cJSON *streams = cJSON_CreateArray();
    while (store_next_within(&at, order.prefix)) {
        if (room-- == 0) {
            output_string(call, "nextToken", page_token(call, last, filter));
            store_close(&at);
            break;
        }
        json_add(streams, describe(call, group, json_root(at.row)));
        last = arena_str(call->arena, at.place);
    }
    output_json(call, "logStreams", streams);
    return CALL_DONE;
}
