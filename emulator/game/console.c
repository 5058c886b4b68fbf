#include "game/console.h"

#include <stdlib.h>

#include "aws/road.h"
#include "base/time.h"
#include "game/ask.h"
#include "game/command.h"
#include "game/console_kinds.h"
#include "game/game_inner.h"
#include "game/view.h"

#define LONGEST_TEXT 2000 /* of a log event, in a list */
#define SEPARATOR    '\x1F'

static const struct console_kind *kind_of(struct str name)
{
    for (size_t i = 0; i < console_table_count; i++)
        if (str_is(name, console_table[i].kind))
            return &console_table[i];
    return NULL;
}

cJSON *console_kinds(void)
{
    cJSON *view = cJSON_CreateObject(), *rows = cJSON_CreateArray();
    for (size_t i = 0; i < console_table_count; i++) {
        cJSON *row = cJSON_CreateObject();
        json_set_string(row, "kind", console_table[i].kind);
        json_set(row, "title", words_of(console_table[i].english, console_table[i].korean));
        json_set_string(row, "service", console_table[i].service);
        json_set(row, "of", text_or_null(console_table[i].of));
        json_set_bool(row, "opens", console_table[i].describe != NULL);
        json_add(rows, row);
    }
    json_set(view, "kinds", rows);
    return view;
}

/* ---- one look ---- */

struct look {
    struct team *team;
    const struct console_query *query;
    const struct console_kind *kind;
    cJSON *view;   /* of the answer to the page */
    cJSON *output; /* AWS's, a copy; NULL: it failed */
};

static void forget(struct call *call)
{
}

static void delete_tree(void *tree)
{
    cJSON_Delete(tree);
}

static void note_error(struct look *look, const struct call *call)
{
    cJSON *error = cJSON_CreateObject();
    json_set_string(error, "code", call->error.kind ? call->error.kind->code : "Pending");
    json_set_string(error, "message", call->error.message ? call->error.message : "");
    json_set(look->view, "error", error);
}

static void run(struct look *look, struct call *call)
{
    struct buf line = BUF_EMPTY;
    command_of_call(&line, call->service, call->operation, call->input);
    json_set_str(look->view, "command", buf_str(&line));
    buf_release(&line);
    enum outcome outcome = road_run(call);
    if (outcome != CALL_DONE) {
        note_error(look, call);
        return;
    }
    look->output = json_thaw(call_output(call));
    if (look->query->detects && team_plays(look->team))
        fault_heard(look->team, call, outcome);
}

/* Only what reads is ever made, whatever the table says. */
static void ask(struct look *look, const char *operation, cJSON *input_taken)
{
    const char *why;
    struct team *team = look->team;
    struct call *call = call_new(team->game->cloud, str_of(look->kind->service), str_of(operation), &why);
    json_set(look->view, "command", cJSON_CreateNull());
    json_set(look->view, "error", cJSON_CreateNull());
    if (!call || !call->operation->reads_only) {
        cJSON_Delete(input_taken);
        if (call)
            call_free(call);
        return;
    }
    arena_own(call->arena, delete_tree, input_taken);
    call->input = input_taken;
    call->caller = principal_of_root(call->arena, str_of(team->account));
    call->origin = ORIGIN_HOUSE;
    call->made_by = script_maker(team->game->script);
    call->finished = forget;
    run(look, call);
    call_free(call);
}

/* ---- what is asked ---- */

static size_t depth_of(const struct console_kind *kind)
{
    size_t depth = 0;
    for (const char *of = kind->of; of; of = kind_of(str_of(of))->of)
        depth++;
    return depth;
}

/* The ancestors' ids into the inputs that want them. False: there are too few. */
static bool put_ancestors(const struct look *look, cJSON *input)
{
    struct str rest = look->query->of;
    for (size_t i = 0; i < depth_of(look->kind); i++) {
        struct str id = str_cut(rest, SEPARATOR, &rest);
        if (!id.length)
            return false;
        if (look->kind->in[i])
            json_set_str(input, look->kind->in[i], id);
    }
    return true;
}

static void put_fixed(const struct console_kind *kind, cJSON *input, struct arena *arena)
{
    const cJSON *fixed = kind->fixed ? json_parse_in(arena, str_of(kind->fixed), NULL) : NULL, *at;
    cJSON_ArrayForEach(at, fixed)
    {
        json_set(input, at->string, json_thaw(at));
    }
}

/* ---- what comes back ---- */

/* Times are seconds since 1970 with a fraction, milliseconds, or text, as the services like. */
static cJSON *instant_of(const cJSON *value)
{
    int64_t at_ms = 0;
    if (!value)
        return cJSON_CreateNull();
    if (cJSON_IsString(value))
        return time_parse_iso(json_value(value), &at_ms) ? json_new_int64(at_ms) : cJSON_CreateNull();
    if (!cJSON_IsNumber(value))
        return cJSON_CreateNull();
    double number = json_to_double(value);
    return json_new_int64((int64_t)(number < 1e11 ? number * 1000 : number));
}

static cJSON *text_of(const cJSON *value)
{
    if (cJSON_IsNumber(value)) {
        char digits[32];
        snprintf(digits, sizeof digits, "%lld", (long long)json_to_int64(value));
        return json_new_string(str_of(digits));
    }
    struct str text = str_first(json_value(value), LONGEST_TEXT);
    while (text.length && !str_is_utf8(text))
        text.length--;
    return cJSON_IsString(value) ? json_new_string(text) : cJSON_CreateNull();
}

static cJSON *member_text(const cJSON *item, const char *name)
{
    return name ? text_of(json_get(item, name)) : cJSON_CreateNull();
}

/* What a history event has beside its type is in the member of its details: "taskFailedEventDetails". */
static cJSON *details_of(const cJSON *item)
{
    const cJSON *at;
    cJSON_ArrayForEach(at, item)
    {
        if (!at->string || !str_ends(str_of(at->string), STR("EventDetails")))
            continue;
        struct buf text = BUF_EMPTY;
        json_print(&text, at);
        cJSON *node = json_new_string(str_first(buf_str(&text), LONGEST_TEXT));
        buf_release(&text);
        if (str_is_utf8(json_value(node)))
            return node;
        cJSON_Delete(node);
        break;
    }
    return cJSON_CreateNull();
}

static cJSON *item_view(const struct console_kind *kind, const cJSON *item)
{
    bool is_text = kind->id && !kind->id[0];
    cJSON *view = cJSON_CreateObject();
    json_set(view, "id", is_text ? text_of(item) : member_text(item, kind->id));
    cJSON *name = is_text ? text_of(item) : member_text(item, kind->name);
    json_set(view, "name", cJSON_IsNull(name) && kind->id ? json_thaw(json_get(view, "id")) : json_thaw(name));
    cJSON_Delete(name);
    json_set(view, "status", member_text(item, kind->status));
    json_set(view, "at", instant_of(kind->at ? json_get(item, kind->at) : NULL));
    json_set(view, "text", kind->text ? member_text(item, kind->text) : details_of(item));
    return view;
}

static void show_list(struct look *look)
{
    const struct console_kind *kind = look->kind;
    const cJSON *item;
    cJSON *items = cJSON_CreateArray();
    cJSON_ArrayForEach(item, json_get(look->output, kind->items))
    {
        json_add(items, item_view(kind, item));
    }
    json_set(look->view, "items", items);
    struct str next = json_str(look->output, kind->token_out);
    json_set(look->view, "next",
             next.length && !str_equal(next, look->query->next) && cJSON_GetArraySize(items) ? json_new_string(next)
                                                                                             : cJSON_CreateNull());
}

static void list(struct look *look, cJSON *input)
{
    struct arena *arena = arena_new();
    put_fixed(look->kind, input, arena);
    if (look->query->next.length)
        json_set_str(input, look->kind->token_in, look->query->next);
    ask(look, look->kind->list, input);
    show_list(look);
    arena_free(arena);
}

static cJSON *kinds_inside(const struct console_kind *kind)
{
    cJSON *inside = cJSON_CreateArray();
    for (size_t i = 0; i < console_table_count; i++)
        if (console_table[i].of && strcmp(console_table[i].of, kind->kind) == 0)
            json_add(inside, json_new_string(str_of(console_table[i].kind)));
    return inside;
}

/* Of the fixed members a Describe knows the version of a bot alone. */
static void describe(struct look *look, cJSON *input)
{
    const struct console_kind *kind = look->kind;
    json_set_str(look->view, "id", look->query->id);
    json_set(look->view, "inside", kinds_inside(kind));
    json_set_str(input, kind->with ? kind->with : "", look->query->id);
    if (kind->fixed && strstr(kind->fixed, "botVersion"))
        json_set_string(input, "botVersion", "DRAFT");
    if (kind->describe) {
        ask(look, kind->describe, input);
    } else {
        cJSON_Delete(input);
        json_set(look->view, "command", cJSON_CreateNull());
        json_set(look->view, "error", cJSON_CreateNull());
    }
    json_set(look->view, "detail", look->output ? json_thaw(look->output) : cJSON_CreateNull());
}

cJSON *console_look(struct team *team, const struct console_query *query, const char **reterr_why)
{
    const struct console_kind *kind = kind_of(query->kind);
    if (!kind)
        return NULL;
    struct look look = { .team = team, .query = query, .kind = kind };
    cJSON *input = cJSON_CreateObject();
    if (!put_ancestors(&look, input)) {
        cJSON_Delete(input);
        *reterr_why = "Say in which it stands: of=ID, outermost first.";
        return NULL;
    }
    look.view = cJSON_CreateObject();
    json_set_string(look.view, "kind", kind->kind);
    if (query->id.length)
        describe(&look, input);
    else
        list(&look, input);
    cJSON_Delete(look.output);
    return look.view;
}
