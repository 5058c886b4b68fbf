#include "game/recent.h"

#include <stdlib.h>

#include "base/time.h"
#include "game/command.h"
#include "game/game_inner.h"
#include "game/news.h"
#include "game/record.h"

#define LONGEST_MESSAGE 1024
#define LONGEST_NAME    512
#define LONGEST_LINE    2048
#define TOLD_A_SECOND   20

/* ---- recent calls ---- */

static char *copy_first(const char *text, size_t most)
{
    struct str cut = str_first(str_of(text), most);
    while (cut.length && !str_is_utf8(cut))
        cut.length--;
    return memory_copy(cut);
}

static struct recent *next_of(struct recents *recents)
{
    if (!recents->ring)
        recents->ring = memory_alloc(RECENT_CALLS * sizeof *recents->ring);
    struct recent *recent = &recents->ring[++recents->last % RECENT_CALLS];
    free(recent->code);
    free(recent->message);
    *recent = (struct recent){ .seq = recents->last };
    return recent;
}

/* A page needs not see each of a thousand calls the moment it is made, however fast the game's clock runs. */
static bool may_tell(struct recents *recents)
{
    int64_t second = time_monotonic_ms() / 1000;
    if (recents->second != second)
        recents->told = 0;
    recents->second = second;
    return ++recents->told <= TOLD_A_SECOND;
}

void recent_add(struct team *team, const struct call *call, enum outcome outcome)
{
    const struct error_kind *kind = call->error.kind;
    int64_t now = game_now(team->game);
    struct recent *recent = next_of(&team->recents);
    recent->at_ms = now;
    recent->duration_ms = call->parked_ms ? now - call->parked_ms : 0;
    recent->service = call->service->model->iam_prefix;
    recent->operation = call->operation->name;
    recent->origin = call->origin;
    recent->status = outcome == CALL_FAILED ? kind->status : call->operation->success_status;
    if (outcome == CALL_FAILED) {
        recent->code = memory_copy(str_of(kind->code));
        recent->message = copy_first(call->error.message ? call->error.message : "", LONGEST_MESSAGE);
    }
    record_call(team, recent);
    if (may_tell(&team->recents))
        news_call(team, recent);
}

void recents_release(struct recents *recents)
{
    for (size_t i = 0; recents->ring && i < RECENT_CALLS; i++) {
        free(recents->ring[i].code);
        free(recents->ring[i].message);
    }
    free(recents->ring);
    *recents = (struct recents){ 0 };
}

const struct recent *recent_before(const struct recents *recents, uint64_t before)
{
    uint64_t seq = before && before <= recents->last ? before - 1 : recents->last;
    if (seq == 0 || seq + RECENT_CALLS <= recents->last)
        return NULL;
    return &recents->ring[seq % RECENT_CALLS];
}

cJSON *recent_view(const struct recent *recent)
{
    static const char *const by[] = { [ORIGIN_CLIENT] = "client",     [ORIGIN_STATE_MACHINE] = "state machine",
                                      [ORIGIN_PIPELINE] = "pipeline", [ORIGIN_FUNCTION] = "function",
                                      [ORIGIN_PACK] = "pack",         [ORIGIN_HOUSE] = "house" };
    cJSON *view = cJSON_CreateObject();
    json_set_int64(view, "seq", (int64_t)recent->seq);
    json_set_int64(view, "at", recent->at_ms);
    json_set_string(view, "service", recent->service);
    json_set_string(view, "operation", recent->operation);
    json_set_int64(view, "status", recent->status);
    json_set(view, "code", recent->code ? json_new_string(str_of(recent->code)) : cJSON_CreateNull());
    json_set(view, "message", recent->message ? json_new_string(str_of(recent->message)) : cJSON_CreateNull());
    json_set_string(view, "by", by[recent->origin]);
    json_set_int64(view, "duration_ms", recent->duration_ms);
    return view;
}

/* ---- what the pack's calls did lately ---- */

static void keep_failed(struct lately *lately, const char *operation, const struct call *call)
{
    struct buf line;
    size_t place = lately->next_failed++ % LATELY_FAILED;
    buf_init(&line, LONGEST_LINE);
    command_of_call(&line, call->service, call->operation, call->input);
    free((char *)lately->failed[place].operation);
    free(lately->failed[place].line);
    lately->failed[place].operation = memory_copy(str_of(operation));
    lately->failed[place].line = line.overflow ? NULL : buf_take(&line);
    buf_release(&line);
}

static void keep_name(struct lately *lately, const char *member, const char *value)
{
    size_t place = 0;
    while (place < LATELY_NAMED && lately->named[place].member && strcmp(lately->named[place].member, member) != 0)
        place++;
    if (place == LATELY_NAMED)
        place = lately->next_named++ % LATELY_NAMED;
    if (lately->named[place].value && strcmp(lately->named[place].value, value) == 0)
        return;
    free(lately->named[place].member);
    free(lately->named[place].value);
    lately->named[place].member = memory_copy(str_of(member));
    lately->named[place].value = memory_copy(str_of(value));
}

static void keep_names(struct lately *lately, const cJSON *members)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, members)
    {
        size_t length = cJSON_IsString(member) ? json_value(member).length : 0;
        if (length > 0 && length <= LONGEST_NAME && json_value(member).at[0] != '{')
            keep_name(lately, member->string, member->valuestring);
    }
}

void lately_hear(struct team *team, const struct call *call, enum outcome outcome)
{
    char operation[128];
    if (call->operation->reads_only && outcome == CALL_DONE)
        return;
    snprintf(operation, sizeof operation, "%s:%s", call->service->model->iam_prefix, call->operation->name);
    if (outcome == CALL_FAILED)
        keep_failed(&team->lately, operation, call);
    keep_names(&team->lately, call->input);
    keep_names(&team->lately, call->output);
}

void lately_release(struct lately *lately)
{
    for (size_t i = 0; i < LATELY_FAILED; i++) {
        free((char *)lately->failed[i].operation);
        free(lately->failed[i].line);
    }
    for (size_t i = 0; i < LATELY_NAMED; i++) {
        free(lately->named[i].member);
        free(lately->named[i].value);
    }
    *lately = (struct lately){ 0 };
}

const char *lately_failed(const struct lately *lately, const char *operation)
{
    for (size_t back = 1; back <= LATELY_FAILED && back <= lately->next_failed; back++) {
        size_t place = (lately->next_failed - back) % LATELY_FAILED;
        if (strcmp(lately->failed[place].operation, operation) == 0)
            return lately->failed[place].line;
    }
    return NULL;
}

static const char *value_lately(const void *data, const char *member)
{
    const struct lately *lately = data;
    for (size_t i = 0; i < LATELY_NAMED && lately->named[i].member; i++)
        if (strcmp(lately->named[i].member, member) == 0)
            return lately->named[i].value;
    return NULL;
}

/* What is not known is left to the reader. */
static char *fill_in(const struct lately *lately, struct str words)
{
    char member[LONGEST_NAME + 1];
    struct buf line = BUF_EMPTY;
    if (!str_starts(words, STR("aws ")))
        buf_add_text(&line, "aws ");
    while (words.length) {
        struct str rest, plain = str_cut(words, '{', &rest), name = STR_NONE;
        buf_add_str(&line, plain);
        if (plain.length < words.length)
            name = str_first(str_cut(rest, '}', &rest), LONGEST_NAME);
        words = rest;
        if (!name.length)
            continue;
        snprintf(member, sizeof member, "%.*s", STR_ARG(name));
        const char *value = value_lately(lately, member);
        buf_add_text(&line, value ? value : "…");
    }
    return buf_take(&line);
}

static char *look_by_operation(const struct team *team, const char *operation_name)
{
    struct str name, prefix = str_cut(str_of(operation_name), ':', &name);
    for (const struct service *const *at = team->game->cloud->services; *at; at++) {
        if (!str_is(prefix, (*at)->model->iam_prefix))
            continue;
        const struct operation *operation = model_operation((*at)->model, name);
        if (!operation)
            continue;
        struct buf line = BUF_EMPTY;
        command_of_operation(&line, *at, operation, value_lately, &team->lately);
        return buf_take(&line);
    }
    return NULL;
}

char *lately_look(const struct team *team, const char *operation_or_words)
{
    struct str words = str_of(operation_or_words);
    return str_find_byte(words, ' ') == SIZE_MAX ? look_by_operation(team, operation_or_words)
                                                 : fill_in(&team->lately, words);
}
