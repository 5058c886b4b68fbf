#include "services/lexv2runtime/session.h"

#define SWEPT 4 /* neighbours looked at for each row written */

const struct table_def lexv2_session_table = { .name = "lexv2runtime.session" };

struct str session_key(struct call *call)
{
    return str_of(arena_printf(call->arena, "%s/%s/%s/%s", input_string(call, "botId"),
                               input_string(call, "botAliasId"), input_string(call, "localeId"),
                               input_string(call, "sessionId")));
}

/* ---- contexts ---- */

static cJSON *contexts_of(const cJSON *state)
{
    return (cJSON *)json_get(state, "activeContexts");
}

static void drop_from(cJSON *array, const cJSON *item)
{
    cJSON_Delete(cJSON_DetachItemViaPointer(array, (cJSON *)item));
}

static void set_left(cJSON *context, int64_t seconds, int64_t turns)
{
    cJSON *left = cJSON_CreateObject();
    json_set_int64(left, "timeToLiveInSeconds", seconds);
    json_set_int64(left, "turnsToLive", turns);
    json_set(context, "timeToLive", left);
}

static int64_t turns_left(const cJSON *context)
{
    return json_int64(json_get(context, "timeToLive"), "turnsToLive", 1);
}

static int64_t seconds_left(const cJSON *context)
{
    return json_int64(json_get(context, "timeToLive"), "timeToLiveInSeconds", 0);
}

static void wake_contexts(cJSON *state, int64_t now_ms)
{
    cJSON *next, *contexts = contexts_of(state);
    for (cJSON *context = contexts ? contexts->child : NULL; context; context = next) {
        next = context->next;
        int64_t left = json_int64(context, "until", now_ms) - now_ms;
        if (left <= 0)
            drop_from(contexts, context);
        else
            set_left(context, (left + 999) / 1000, turns_left(context));
    }
}

/* Where a context says until when it lives, the row keeps that; a new one counts from now. */
static void lay_contexts(cJSON *state, int64_t now_ms)
{
    cJSON *context;
    cJSON_ArrayForEach(context, contexts_of(state))
    {
        if (!json_get(context, "until"))
            json_set_int64(context, "until", now_ms + seconds_left(context) * 1000);
    }
}

void session_count_turn(cJSON *state)
{
    cJSON *next, *contexts = contexts_of(state);
    for (cJSON *context = contexts ? contexts->child : NULL; context; context = next) {
        next = context->next;
        if (turns_left(context) <= 1)
            drop_from(contexts, context);
        else
            set_left(context, seconds_left(context), turns_left(context) - 1);
    }
}

static const cJSON *context_called(const cJSON *state, struct str name)
{
    const cJSON *context;
    cJSON_ArrayForEach(context, json_get(state, "activeContexts"))
    {
        if (str_equal(json_str(context, "name"), name))
            return context;
    }
    return NULL;
}

bool session_has_context(const cJSON *state, struct str name)
{
    return context_called(state, name) != NULL;
}

void session_activate(cJSON *state, cJSON *context_taken)
{
    const cJSON *old = context_called(state, json_str(context_taken, "name"));
    if (!contexts_of(state))
        json_set(state, "activeContexts", cJSON_CreateArray());
    if (old)
        drop_from(contexts_of(state), old);
    json_add(contexts_of(state), context_taken);
}

cJSON *session_shown(const cJSON *state)
{
    cJSON *context, *shown = json_thaw(state);
    cJSON_ArrayForEach(context, contexts_of(shown)) cJSON_DeleteItemFromObjectCaseSensitive(context, "until");
    return shown;
}

/* ---- rows ---- */

static bool is_over(struct str text, int64_t now_ms)
{
    /* "until" stands first in a row's text. */
    int64_t until;
    struct str rest, digits = str_cut(str_from(text, strlen("{\"until\":")), ',', &rest);
    return !str_to_int64(digits, &until) || until <= now_ms;
}

cJSON *session_load(struct call *call, struct str key)
{
    struct json *row = store_get(call->world->store, call_scope(call), &lexv2_session_table, key);
    int64_t now_ms = clock_now(call->world->clock);
    if (!row || is_over(json_text(row), now_ms))
        return NULL;
    const cJSON *root = json_parse_in(call->arena, json_text(row), NULL);
    cJSON *session = root ? json_thaw(root) : NULL;
    wake_contexts((cJSON *)json_get(session, "sessionState"), now_ms);
    return session;
}

static void sweep(struct call *call, struct str key)
{
    struct store *store = call->world->store;
    struct scope scope = call_scope(call);
    struct cursor at = store_seek(store, scope, &lexv2_session_table, NULL, key, false);
    for (int i = 0; i < SWEPT; i++) {
        if (!store_next(&at))
            return;
        if (is_over(json_text(at.row), clock_now(call->world->clock)))
            store_delete(store, scope, &lexv2_session_table, arena_str(call->arena, at.key));
    }
    store_close(&at);
}

static void print_member(struct buf *text, const cJSON *session, const char *name)
{
    const cJSON *member = json_get(session, name);
    if (!member)
        return;
    json_print_name(text, name);
    json_print(text, member);
}

void session_save(struct call *call, struct str key, const cJSON *session, int64_t ttl_seconds)
{
    int64_t now_ms = clock_now(call->world->clock);
    struct buf text = BUF_EMPTY, exact = BUF_EMPTY;
    lay_contexts((cJSON *)json_get(session, "sessionState"), now_ms);
    buf_printf(&text, "{\"until\":%lld", (long long)(now_ms + ttl_seconds * 1000));
    print_member(&text, session, "attempt");
    print_member(&text, session, "sessionState");
    print_member(&text, session, "interpretations");
    print_member(&text, session, "messages");
    buf_add_byte(&text, '}');
    buf_reserve(&exact, text.length);
    buf_add_str(&exact, buf_str(&text)); /* no more memory than it has bytes, about */
    buf_release(&text);
    store_put(call->world->store, call_scope(call), &lexv2_session_table, key, json_seal_text(&exact));
    sweep(call, key);
}

bool session_delete(struct call *call, struct str key)
{
    struct store *store = call->world->store;
    struct json *row = store_get(store, call_scope(call), &lexv2_session_table, key);
    bool there = row && !is_over(json_text(row), clock_now(call->world->clock));
    if (row)
        store_delete(store, call_scope(call), &lexv2_session_table, key);
    return there;
}
