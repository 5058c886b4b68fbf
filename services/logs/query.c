#include "services/logs/query.h"

#include <stdio.h>
#include <stdlib.h>

#include "services/logs/insights.h"
#include "services/logs/log_event.h"
#include "services/logs/log_group.h"
#include "services/logs/log_stream.h"
#include "services/logs/logs_model.h"
#include "world/strand.h"

const struct table_def logs_query_table = { .name = "logs.query" };

#define LIMIT_DEFAULT 1000 /* "Default: 10,000" is of the console; the API's is 1,000 */
#define LIMIT_MOST    10000
#define GROUPS_MOST   50
#define EVENTS_A_STEP 500
#define RUNNING_MOST  30                          /* "concurrent Logs Insights queries per account" */
#define KEPT_MS       (7 * 24 * 60 * 60 * 1000LL) /* results are available for seven days */

/* ---- a query under way ---- */

struct running {
    struct strand strand;
    char account[16], region[32];
    char *id;
    struct arena *arena;
    struct insights *insights;
    struct json *row;         /* as it was when it began */
    const cJSON *group;       /* which is looked through; NULL: all are done */
    struct str stream, place; /* where in it: the stream and the last event's key; empty: at its beginning */
    int64_t scanned, matched_bytes;
};

static struct scope scope_of(const struct running *running)
{
    return (struct scope){ running->account, running->region };
}

static void keep_progress(struct running *running, const char *status, cJSON *results_or_null)
{
    struct json *now = store_get(running->strand.world->store, scope_of(running), &logs_query_table,
                                 str_of(running->id));
    if (!now)
        return;
    cJSON *row = json_thaw(json_root(now));
    json_set_string(row, "status", status);
    json_set_int64(row, "scanned", running->scanned);
    json_set_int64(row, "bytes", running->matched_bytes);
    if (results_or_null)
        json_set(row, "results", results_or_null);
    store_put(running->strand.world->store, scope_of(running), &logs_query_table, str_of(running->id), json_seal(row));
}

static bool feed(struct running *running, struct arena *arena, struct str key, const cJSON *row)
{
    struct str group = json_value(running->group);
    struct insights_event event = { .timestamp_ms = json_int64(row, "t", 0),
                                    .ingestion_ms = json_int64(row, "i", 0),
                                    .message = json_str(row, "m"),
                                    .stream = running->stream };
    event.log = str_of(arena_printf(arena, "%s:%.*s", running->account, STR_ARG(group)));
    event.pointer = str_of(log_event_id(arena, running->stream, log_event_place(key)));
    running->scanned++;
    running->matched_bytes += (int64_t)event.message.length;
    return insights_feed(running->insights, &event);
}

/* The stream behind the one that was looked through; false: the group has no more. */
static bool next_stream(struct running *running, struct arena *arena)
{
    struct str prefix = log_stream_key(arena, json_value(running->group), STR(""));
    struct str after = log_stream_key(arena, json_value(running->group),
                                      running->stream.at ? running->stream : STR(""));
    struct cursor at = store_seek(running->strand.world->store, scope_of(running), &log_stream_table, NULL, after,
                                  false);
    if (!store_next_within(&at, prefix))
        return false;
    running->stream = arena_str(running->arena, str_from(at.key, prefix.length));
    store_close(&at);
    return true;
}

/* Feeds at most `room` events of the stream; false: a limit was reached, nothing more is wanted. *room 0: not at its end yet. */
static bool look_through(struct running *running, struct arena *arena, int *room)
{
    struct str group = json_value(running->group), prefix = log_event_prefix(arena, group, running->stream);
    const cJSON *row = json_root(running->row);
    int64_t since_ms = json_int64(row, "since", 0) * 1000, until_ms = json_int64(row, "until", 0) * 1000 + 999;
    struct str from = log_event_from(arena, group, running->stream, since_ms, 0);
    struct store *store = running->strand.world->store;
    struct cursor at = running->place.length
                           ? store_seek(store, scope_of(running), &log_event_table, NULL, running->place, false)
                           : store_seek_from(store, scope_of(running), &log_event_table, NULL, from);
    bool goes_on = true;
    while (goes_on && *room > 0 && store_next_within(&at, prefix)) {
        if (json_int64(json_root(at.row), "t", 0) > until_ms) {
            store_close(&at);
            running->place = STR_NONE;
            return true;
        }
        running->place = arena_str(arena, at.key);
        goes_on = feed(running, arena, at.key, json_root(at.row));
        --*room;
    }
    bool ended = goes_on && *room > 0;
    if (!ended)
        store_close(&at);
    running->place = ended ? STR_NONE : arena_str(running->arena, running->place);
    return goes_on;
}

static enum next finish(struct running *running)
{
    keep_progress(running, "Complete", insights_results(running->insights));
    return STRAND_ENDED;
}

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct running *running = LIST_ITEM(strand, struct running, strand);
    int room = EVENTS_A_STEP;
    if (wake->reason == WAKE_CANCEL)
        return STRAND_ENDED;
    struct arena *arena = arena_new();
    bool goes_on = true;
    while (goes_on && room > 0 && running->group) {
        if (!running->place.length && !next_stream(running, arena)) {
            running->group = running->group->next;
            running->stream = STR_NONE;
            continue;
        }
        goes_on = look_through(running, arena, &room);
    }
    arena_free(arena);
    struct json *row = store_get(strand->world->store, scope_of(running), &logs_query_table, str_of(running->id));
    if (!row || !str_is(json_str(json_root(row), "status"), "Running"))
        return STRAND_ENDED; /* stopped, or emptied with its account */
    return goes_on && running->group ? STRAND_AGAIN : finish(running);
}

static void release(struct strand *strand)
{
    struct running *running = LIST_ITEM(strand, struct running, strand);
    insights_free(running->insights);
    json_unref(running->row);
    arena_free(running->arena);
    free(running->id);
    free(running);
}

static void run(struct world *world, struct scope scope, struct str id, struct json *row,
                struct insights *insights_taken)
{
    struct running *running = memory_alloc(sizeof *running);
    snprintf(running->account, sizeof running->account, "%s", scope.account);
    snprintf(running->region, sizeof running->region, "%s", scope.region);
    running->id = memory_copy(id);
    running->arena = arena_new_sized(256);
    running->insights = insights_taken;
    running->row = json_ref(row);
    running->group = json_get(json_root(row), "groups")->child;
    running->strand = (struct strand){ .step = step, .release = release };
    strand_start(world, &running->strand);
}

static void recover_one(struct scope scope, struct str key, struct json *row, void *data)
{
    struct insights_error why;
    if (!str_is(json_str(json_root(row), "status"), "Running"))
        return;
    struct insights *insights = insights_read(json_str(json_root(row), "query"),
                                              (size_t)json_int64(json_root(row), "limit", 1), &why);
    if (insights)
        run(data, scope, key, row, insights);
}

void logs_query_recover(struct world *world)
{
    store_scan(world->store, &logs_query_table, recover_one, world);
}

/* ---- the operations ---- */

static bool add_group(struct call *call, cJSON *groups, struct str identifier)
{
    struct str name = log_group_of_identifier(call, identifier);
    if (name.at)
        json_add(groups, json_new_string(name));
    return name.at;
}

static bool add_groups(struct call *call, cJSON *groups)
{
    static const char *const members[] = { "logGroupNames", "logGroupIdentifiers" };
    const cJSON *item;
    if (input_has(call, "logGroupName") && !add_group(call, groups, input_str(call, "logGroupName")))
        return false;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        cJSON_ArrayForEach(item, json_get(call->input, members[i]))
        {
            if (!add_group(call, groups, json_value(item)))
                return false;
        }
    }
    int count = cJSON_GetArraySize(groups);
    if (count > 0 && count <= GROUPS_MOST)
        return true;
    call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
              count ? "A query can name at most 50 log groups." : "The query must name at least one log group.");
    return false;
}

static enum outcome refuse_query(struct call *call, const struct insights_error *why)
{
    call_fail(call, &LOGS_MALFORMED_QUERY_EXCEPTION, "unexpected symbol found at line 1 and position %zu: %s",
              why->start + 1, why->message);
    cJSON *compile = cJSON_CreateObject(), *location = cJSON_CreateObject();
    json_set_int64(location, "startCharOffset", (int64_t)why->start);
    json_set_int64(location, "endCharOffset", (int64_t)why->end);
    json_set(compile, "location", location);
    json_set_string(compile, "message", why->message);
    call->error.extra = cJSON_CreateObject();
    json_set(call->error.extra, "queryCompileError", compile);
    return CALL_FAILED;
}

/* Old results go when there are new ones; the number that are under way comes back. */
static int sweep(struct call *call)
{
    int running = 0;
    struct store *store = call->world->store;
    struct cursor at = store_seek_from(store, call_scope(call), &logs_query_table, NULL, STR(""));
    while (store_next(&at)) {
        const cJSON *row = json_root(at.row);
        running += str_is(json_str(row, "status"), "Running");
        if (json_int64(row, "created", 0) < clock_now(call->world->clock) - KEPT_MS)
            store_delete(store, call_scope(call), &logs_query_table, arena_str(call->arena, at.key));
    }
    return running;
}

static cJSON *new_row(struct call *call, cJSON *groups_taken, size_t limit)
{
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "query", input_str(call, "queryString"));
    json_set(row, "groups", groups_taken);
    json_set_int64(row, "since", input_int64(call, "startTime", 0));
    json_set_int64(row, "until", input_int64(call, "endTime", 0));
    json_set_int64(row, "limit", (int64_t)limit);
    json_set_string(row, "status", "Running");
    json_set_int64(row, "created", clock_now(call->world->clock));
    return row;
}

enum outcome start_query(struct call *call)
{
    struct insights_error why;
    int64_t limit = input_int64(call, "limit", LIMIT_DEFAULT);
    if (input_has(call, "queryLanguage") && !str_is(input_str(call, "queryLanguage"), "CWLI"))
        return call_fail(call, &ERROR_NOT_IMPLEMENTED,
                         "This practice cloud speaks the query language CWLI, not SQL or PPL.");
    if (input_int64(call, "startTime", 0) > input_int64(call, "endTime", 0))
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION,
                         "End time should be greater than or equal to start time.");
    if (sweep(call) >= RUNNING_MOST)
        return call_fail(call, &LOGS_LIMIT_EXCEEDED_EXCEPTION,
                         "Account maximum query concurrency limit of [%d] reached.", RUNNING_MOST);
    cJSON *groups = cJSON_CreateArray();
    struct insights *insights = NULL;
    if (add_groups(call, groups)) {
        insights = insights_read(input_str(call, "queryString"), (size_t)(limit < LIMIT_MOST ? limit : LIMIT_MOST),
                                 &why);
        if (!insights)
            refuse_query(call, &why);
    }
    if (!insights) {
        cJSON_Delete(groups);
        return CALL_FAILED;
    }
    char id[37];
    random_uuid(&call->world->random, id);
    struct json *row = json_seal(new_row(call, groups, (size_t)(limit < LIMIT_MOST ? limit : LIMIT_MOST)));
    store_put(call->world->store, call_scope(call), &logs_query_table, str_of(id), row);
    run(call->world, call_scope(call), str_of(id), row, insights);
    output_string(call, "queryId", id);
    return CALL_DONE;
}

static struct json *query_get(struct call *call)
{
    struct json *row = store_get(call->world->store, call_scope(call), &logs_query_table, input_str(call, "queryId"));
    if (!row)
        call_fail(call, &LOGS_RESOURCE_NOT_FOUND_EXCEPTION, "Query does not exist.");
    return row;
}

enum outcome stop_query(struct call *call)
{
    struct json *row = query_get(call);
    if (!row)
        return CALL_FAILED;
    if (!str_is(json_str(json_root(row), "status"), "Running"))
        return call_fail(call, &LOGS_INVALID_PARAMETER_EXCEPTION, "Query has already ended with status %s.",
                         json_string(json_root(row), "status"));
    cJSON *stopped = json_thaw(json_root(row));
    json_set_string(stopped, "status", "Cancelled");
    store_put(call->world->store, call_scope(call), &logs_query_table, input_str(call, "queryId"), json_seal(stopped));
    output_bool(call, "success", true);
    return CALL_DONE;
}

enum outcome get_query_results(struct call *call)
{
    struct json *found = query_get(call);
    if (!found)
        return CALL_FAILED;
    const cJSON *row = json_root(found), *results = json_get(row, "results");
    cJSON *statistics = cJSON_CreateObject();
    json_set_number(statistics, "recordsMatched", results ? cJSON_GetArraySize(results) : 0);
    json_set_number(statistics, "recordsScanned", (double)json_int64(row, "scanned", 0));
    json_set_number(statistics, "bytesScanned", (double)json_int64(row, "bytes", 0));
    output_string(call, "queryLanguage", "CWLI");
    output_json(call, "results", results ? json_thaw(results) : cJSON_CreateArray());
    output_json(call, "statistics", statistics);
    output_string(call, "status", json_string(row, "status"));
    return CALL_DONE;
}

enum outcome describe_queries(struct call *call)
{
    struct str group = input_str(call, "logGroupName"), status = input_str(call, "status");
    int64_t room = input_int64(call, "maxResults", LIMIT_DEFAULT);
    cJSON *queries = cJSON_CreateArray();
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &logs_query_table, NULL, STR(""));
    while (room > 0 && store_next(&at)) {
        const cJSON *row = json_root(at.row), *first = json_get(row, "groups")->child;
        if ((group.at && !str_equal(group, json_value(first))) ||
            (status.at && !str_equal(status, json_str(row, "status"))))
            continue;
        cJSON *query = cJSON_CreateObject();
        json_set_string(query, "queryLanguage", "CWLI");
        json_set_str(query, "queryId", at.key);
        json_set_str(query, "queryString", json_str(row, "query"));
        json_set_str(query, "status", json_str(row, "status"));
        json_set_int64(query, "createTime", json_int64(row, "created", 0));
        json_set_str(query, "logGroupName", json_value(first));
        json_add(queries, query);
        if (--room == 0)
            store_close(&at);
    }
    output_json(call, "queries", queries);
    return CALL_DONE;
}
