#include "services/stepfunctions/history.h"

#include <inttypes.h>

#include "aws/page.h"
#include "base/time.h"
#include "services/stepfunctions/execution.h"
#include "services/stepfunctions/handlers.h"
#include "services/stepfunctions/stepfunctions_model.h"

#define MOST_SPARED ((size_t)16 << 10)

const struct table_def history_table = { .name = "stepfunctions.history", .append_only = true };

void history_init(struct history *history, bool fleeting, struct buf *spare)
{
    *history = (struct history){ .spare = spare, .fleeting = fleeting, .silent = fleeting, .now_ms = -1 };
}

void history_release(struct history *history)
{
    buf_release(&history->text);
}

void history_clear(struct history *history)
{
    if (history->spare->at || history->text.capacity > MOST_SPARED) {
        buf_release(&history->text);
        return;
    }
    buf_clear(&history->text);
    *history->spare = history->text;
    history->text = BUF_EMPTY;
}

/* ---- writing ---- */

static struct buf *text_of(struct history *history)
{
    if (!history->text.at) {
        history->text = *history->spare;
        *history->spare = BUF_EMPTY;
    }
    return &history->text;
}

/* Events of one moment share the text of their timestamp: seconds since 1970 with three decimals, as JSON has them. */
static struct str now_text(struct history *history, int64_t now_ms)
{
    if (now_ms != history->now_ms) {
        history->now_ms = now_ms;
        time_print_seconds(now_ms, history->now_text);
    }
    return str_of(history->now_text);
}

static int64_t open_event(struct history *history, const char *type, int64_t previous, int64_t now_ms)
{
    int64_t id = ++history->last;
    history->in_details = false;
    history->written = !history->silent;
    if (history->silent)
        return id;
    struct buf *text = text_of(history);
    if (text->length == 0)
        history->first = id;
    else
        buf_add_str(text, STR(",\n"));
    buf_add_str(text, STR("{\"timestamp\":"));
    buf_add_str(text, now_text(history, now_ms));
    buf_add_str(text, STR(",\"type\":\""));
    buf_add_text(text, type);
    buf_add_str(text, STR("\",\"id\":"));
    buf_add_int64(text, id);
    buf_add_str(text, STR(",\"previousEventId\":"));
    buf_add_int64(text, previous);
    return id;
}

int64_t history_open(struct history *history, const char *type, int64_t previous, int64_t now_ms)
{
    if (history->last < HISTORY_MAX_EVENTS - 1 || history->fleeting)
        return open_event(history, type, previous, now_ms);
    history->full = true;
    history->written = false;
    return history->last;
}

int64_t history_open_last(struct history *history, const char *type, int64_t previous, int64_t now_ms)
{
    return open_event(history, type, previous, now_ms);
}

void history_details(struct history *history, const char *name)
{
    if (!history->written)
        return;
    history->in_details = true;
    json_print_name(&history->text, name);
    buf_add_byte(&history->text, '{');
}

void history_string(struct history *history, const char *name, struct str value)
{
    if (!history->written)
        return;
    json_print_name(&history->text, name);
    json_print_string(&history->text, value);
}

void history_integer(struct history *history, const char *name, int64_t value)
{
    if (!history->written)
        return;
    json_print_name(&history->text, name);
    buf_add_int64(&history->text, value);
}

void history_boolean(struct history *history, const char *name, bool value)
{
    if (!history->written)
        return;
    json_print_name(&history->text, name);
    buf_add_text(&history->text, value ? "true" : "false");
}

void history_data(struct history *history, const char *name, struct str text)
{
    if (!history->written)
        return;
    history_string(history, name, text);
    buf_add_str(&history->text, STR(",\""));
    buf_add_text(&history->text, name);
    buf_add_str(&history->text, STR("Details\":{\"truncated\":false}"));
}

void history_error(struct history *history, const char *error_or_null, struct str cause_or_none)
{
    if (error_or_null)
        history_string(history, "error", str_of(error_or_null));
    if (cause_or_none.at)
        history_string(history, "cause", cause_or_none);
}

void history_object(struct history *history, const char *name)
{
    if (!history->written)
        return;
    json_print_name(&history->text, name);
    buf_add_byte(&history->text, '{');
}

void history_object_end(struct history *history)
{
    if (history->written)
        buf_add_byte(&history->text, '}');
}

void history_close(struct history *history)
{
    if (!history->written)
        return;
    if (history->in_details)
        buf_add_byte(&history->text, '}');
    buf_add_byte(&history->text, '}');
}

int64_t history_bare(struct history *history, const char *type, int64_t previous, int64_t now_ms)
{
    int64_t id = history_open(history, type, previous, now_ms);
    history_close(history);
    return id;
}

/* ---- rows ---- */

#define KEY_DIGITS 8

static void print_key(struct buf *key, struct str execution_arn, int64_t first)
{
    buf_add_str(key, execution_arn);
    buf_add_byte(key, '/');
    buf_add_digits(key, (uint64_t)first, 10, KEY_DIGITS);
}

/* A row is the events between brackets, one a line. */
void history_flush(struct history *history, struct world *world, struct scope scope, struct str execution_arn)
{
    if (history->text.length == 0)
        return;
    struct buf key = BUF_EMPTY, row = BUF_EMPTY;
    print_key(&key, execution_arn, history->first);
    buf_reserve(&row, history->text.length + 2);
    buf_add_byte(&row, '[');
    buf_add_str(&row, buf_str(&history->text));
    buf_add_byte(&row, ']');
    store_put(world->store, scope, &history_table, buf_str(&key), json_seal_text(&row));
    buf_release(&key);
    history_clear(history);
}

struct chunk {
    int64_t first;    /* the number of its first event */
    struct json *row; /* that they stand in, owned; NULL: there is no such chunk */
    struct str events;
};

/* The first events of a start stand in the execution's row (execution.h). */
static void find_first_chunk(struct chunk *chunk, struct world *world, struct scope scope, struct str execution_arn)
{
    struct json *row = execution_get(world, scope, execution_arn);
    struct str events = row ? json_str(json_root(row), "events") : STR_NONE;
    if (events.length)
        *chunk = (struct chunk){ 1, json_ref(row), events };
}

/* The chunk that event number `id` stands in: the last one that begins at or before it. */
static struct chunk find_chunk(struct world *world, struct scope scope, struct str execution_arn, int64_t id)
{
    struct chunk chunk = { 0 };
    struct buf key = BUF_EMPTY;
    print_key(&key, execution_arn, id + 1);
    struct cursor at = store_seek(world->store, scope, &history_table, NULL, buf_str(&key), true);
    if (store_next(&at)) {
        size_t prefix = execution_arn.length + 1;
        if (at.key.length > prefix && str_equal(str_first(at.key, prefix), str_first(buf_str(&key), prefix)) &&
            str_to_int64(str_from(at.key, prefix), &chunk.first)) {
            struct str text = json_text(at.row);
            chunk.row = json_ref(at.row);
            chunk.events = (struct str){ text.at + 1, text.length - 2 }; /* without the brackets */
        }
        store_close(&at);
    }
    buf_release(&key);
    if (!chunk.row)
        find_first_chunk(&chunk, world, scope, execution_arn);
    return chunk;
}

struct str history_cut_event(struct str *events)
{
    struct str line = str_cut(*events, '\n', events);
    if (line.length && line.at[line.length - 1] == ',')
        line.length--;
    return line;
}

void history_load(struct history *history, struct world *world, struct scope scope, struct str execution_arn)
{
    struct chunk chunk = find_chunk(world, scope, execution_arn, HISTORY_MAX_EVENTS);
    if (!chunk.row)
        return;
    history->last = chunk.first - 1;
    for (struct str events = chunk.events; events.length; history->last++)
        history_cut_event(&events);
    json_unref(chunk.row);
}

int64_t history_count(struct world *world, struct scope scope, struct str execution_arn)
{
    struct history kept = { 0 };
    history_load(&kept, world, scope, execution_arn);
    return kept.last;
}

/* ---- GetExecutionHistory ---- */

#define DEFAULT_PAGE 100

/* Events number low to high, oldest first, and the chunks they stand in. */
struct page {
    struct str *events;
    size_t count;
    struct json **chunks;
    size_t chunk_count;
};

static void read_page(struct page *page, struct call *call, struct str execution_arn, int64_t low, int64_t high)
{
    size_t most = (size_t)(high - low + 1);
    page->events = ARENA_ARRAY(call->arena, struct str, most);
    page->chunks = ARENA_ARRAY(call->arena, struct json *, most);
    while (page->count < most) {
        int64_t id = low + (int64_t)page->count;
        struct chunk chunk = find_chunk(call->world, call_scope(call), execution_arn, id);
        if (!chunk.row)
            return;
        page->chunks[page->chunk_count++] = chunk.row;
        struct str events = chunk.events;
        for (int64_t at = chunk.first; at < id && events.length; at++)
            history_cut_event(&events);
        if (!events.length)
            return;
        while (page->count < most && events.length)
            page->events[page->count++] = history_cut_event(&events);
    }
}

void history_drop_data(cJSON *details)
{
    static const char *const data[] = { "input", "output", "parameters", "assignedVariables" };
    for (size_t i = 0; i < sizeof data / sizeof *data; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(details, data[i]);
}

/* What includeExecutionData = false leaves out, wherever it stands in an event's details. */
static void print_without_data(struct buf *text, struct str event)
{
    struct json *document = json_parse(event, NULL);
    cJSON *tree = json_thaw(json_root(document));
    cJSON *details;
    cJSON_ArrayForEach(details, tree) history_drop_data(details);
    json_print(text, tree);
    cJSON_Delete(tree);
    json_unref(document);
}

static void output_events(struct call *call, const struct page *page, bool reverse)
{
    bool with_data = input_bool(call, "includeExecutionData", true);
    struct buf text = BUF_EMPTY;
    buf_add_byte(&text, '[');
    for (size_t i = 0; i < page->count; i++) {
        struct str event = page->events[reverse ? page->count - 1 - i : i];
        if (i)
            buf_add_byte(&text, ',');
        if (with_data)
            buf_add_str(&text, event);
        else
            print_without_data(&text, event);
    }
    buf_add_byte(&text, ']');
    output_json(call, "events", json_raw(buf_str(&text)));
    buf_release(&text);
}

enum outcome get_execution_history(struct call *call)
{
    if (!execution_of_call(call))
        return CALL_FAILED;
    struct str arn = input_str(call, "executionArn");
    bool reverse = input_bool(call, "reverseOrder", false);
    char *filter = arena_printf(call->arena, "%s%.*s", reverse ? "-" : "+", STR_ARG(arn));

    int64_t last = history_count(call->world, call_scope(call), arn);
    int64_t start = reverse ? last : 1;
    struct str token = input_str(call, "nextToken"), place;
    if (token.at && (!page_place(call, token, str_of(filter), &place) || !str_to_int64(place, &start)))
        return call_fail(call, &STEPFUNCTIONS_INVALID_TOKEN, "Invalid Token: 'Invalid token'");

    int64_t most = input_int64(call, "maxResults", 0);
    if (most == 0)
        most = DEFAULT_PAGE;
    int64_t low = reverse ? (start > most ? start - most + 1 : 1) : start;
    int64_t high = reverse ? start : start + most - 1;
    if (high > last)
        high = last;
    struct page page = { 0 };
    if (low >= 1 && low <= high)
        read_page(&page, call, arn, low, high);
    output_events(call, &page, reverse);
    if (reverse ? low > 1 : high < last) {
        char *next = arena_printf(call->arena, "%" PRId64, reverse ? low - 1 : high + 1);
        output_string(call, "nextToken", page_token(call, str_of(next), str_of(filter)));
    }
    for (size_t i = 0; i < page.chunk_count; i++)
        json_unref(page.chunks[i]);
    return CALL_DONE;
}
