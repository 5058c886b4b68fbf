#include "game/replay.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/random.h"
#include "game/review.h"
#include "game/tape.h"
#include "game/view.h"
#include "world/clock.h"
#include "world/world.h"

#define TOKEN_BYTES 32

struct replay {
    struct world *world;
    struct tape *tape;
    struct web_feed feed;
    struct web_site site;
    struct timer timer;
    char csrf[2 * TOKEN_BYTES + 1];
};

static const struct web_endpoint endpoints[];

/* ---- playing ---- */

static void tell(struct replay *replay, const struct told *told)
{
    char channel[64];
    struct buf text = BUF_EMPTY;
    snprintf(channel, sizeof channel, "%s%s", told->of_team ? "team/" : "", told->channel);
    json_print(&text, told->data);
    replay->feed.publish(replay->feed.data, channel, told->event, buf_str(&text));
    buf_release(&text);
}

static void arm(struct replay *replay)
{
    if (replay->tape->next)
        timer_start(replay->world->clock, &replay->timer, replay->tape->next_ms);
    else
        clock_pause(replay->world->clock);
}

/* A clock of the record's says when it was told; the page wants this one's. */
static cJSON *clock_view(const struct replay *replay, const cJSON *recorded)
{
    struct clock *clock = replay->world->clock;
    cJSON *view = recorded ? json_thaw(recorded) : cJSON_CreateObject();
    json_set_int64(view, "now", clock_now(clock));
    json_set_number(view, "speed", clock_speed(clock));
    json_set_bool(view, "running", !clock_is_paused(clock));
    return view;
}

static void play_on(struct timer *timer, void *data)
{
    struct replay *replay = data;
    struct told told;
    while (replay->tape->next && replay->tape->next_ms <= clock_now(replay->world->clock)) {
        tape_step(replay->tape, &told);
        if (!told.event || !replay->feed.publish)
            continue;
        cJSON *clock = strcmp(told.event, "clock") == 0 ? clock_view(replay, told.data) : NULL;
        if (clock)
            told.data = clock;
        tell(replay, &told);
        cJSON_Delete(clock);
    }
    arm(replay);
}

static void tell_clock(struct replay *replay)
{
    for (struct map_entry *at = map_first(replay->tape->teams); replay->feed.publish && at; at = map_next(at)) {
        char channel[64];
        snprintf(channel, sizeof channel, "team/%.*s", STR_ARG(map_key(at)));
        cJSON *view = clock_view(replay, json_get(map_value(at), "clock"));
        tell(replay, &(struct told){ channel, "clock", view, false });
        cJSON_Delete(view);
    }
    cJSON *view = clock_view(replay, json_get(replay->tape->board, "clock"));
    if (replay->feed.publish) {
        tell(replay, &(struct told){ "board", "clock", view, false });
        tell(replay, &(struct told){ "facilitator", "clock", view, false });
    }
    cJSON_Delete(view);
}

static void move_to(struct replay *replay, int64_t at_ms)
{
    const struct tape *tape = replay->tape;
    at_ms = at_ms < tape->from_ms ? tape->from_ms : at_ms > tape->to_ms ? tape->to_ms : at_ms;
    timer_stop(replay->world->clock, &replay->timer);
    clock_set(replay->world->clock, at_ms);
    tape_seek(replay->tape, at_ms);
    arm(replay);
    if (replay->feed.restart)
        replay->feed.restart(replay->feed.data);
}

/* ---- who asks ---- */

static bool is_here(const struct web_request *request, struct web_answer *answer)
{
    if (!request->from_loopback)
        web_refuse(answer, 401, "Unauthorized", "A replay is for this machine.");
    return request->from_loopback;
}

static bool may_change(const struct replay *replay, const struct web_request *request, struct web_answer *answer)
{
    struct str shown = request->header(request, "X-CSRF-Token");
    if (!is_here(request, answer))
        return false;
    if (shown.length == strlen(replay->csrf) && digest_equal(shown.at, replay->csrf, shown.length))
        return true;
    web_refuse(answer, 403, "Forbidden", "The header X-CSRF-Token is missing or not this session's.");
    return false;
}

static void serve_session(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    if (!is_here(request, answer))
        return;
    cJSON *view = cJSON_CreateObject(), *may = cJSON_CreateArray();
    json_add(may, json_new_string(STR("clock")));
    json_add(may, json_new_string(STR("seek")));
    json_set_string(view, "role", "facilitator");
    json_set_string(view, "csrf", replay->csrf);
    json_set(view, "team", cJSON_CreateNull());
    json_set_bool(view, "solo", false);
    json_set(view, "may", may);
    json_set(view, "member", cJSON_CreateNull());
    web_answer_json(answer, view);
}

static void serve_session_end(void *data, const struct web_request *request, struct web_answer *answer)
{
    if (may_change(data, request, answer))
        web_answer_json(answer, cJSON_CreateObject());
}

/* The team that is named, else the first of the game's. NULL: refused. */
static const cJSON *team_of(struct replay *replay, const struct web_request *request, struct web_answer *answer,
                            struct str *ret_account)
{
    struct str account = web_parameter(request, "team");
    if (!is_here(request, answer))
        return NULL;
    if (!account.length)
        account = json_str(json_get(replay->tape->game, "teams") ? json_get(replay->tape->game, "teams")->child : NULL,
                           "id");
    const cJSON *team = tape_team(replay->tape, account);
    *ret_account = account;
    if (!team)
        web_refuse(answer, 404, "NotFound", "There is no such team.");
    return team;
}

/* ---- reading ---- */

static void position_of(const struct replay *replay, const char *channel, cJSON *view)
{
    char position[48] = "";
    if (replay->feed.position)
        replay->feed.position(replay->feed.data, channel, position);
    json_set_string(view, "event", position);
}

static void get_game(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    if (!is_here(request, answer))
        return;
    cJSON *view = json_thaw(replay->tape->game), *span = cJSON_CreateObject();
    json_set_int64(span, "from", replay->tape->from_ms);
    json_set_int64(span, "to", replay->tape->to_ms);
    json_set(view, "replay", span);
    json_set_bool(view, "solo", false);
    web_answer_json(answer, view);
}

static cJSON *empty(const char *name)
{
    cJSON *view = cJSON_CreateObject();
    json_set(view, name, cJSON_CreateArray());
    return view;
}

static void get_team(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    struct str account;
    char channel[64];
    const cJSON *team = team_of(replay, request, answer, &account);
    if (!team)
        return;
    cJSON *view = json_thaw(team);
    const cJSON *calls = map_get(replay->tape->calls, account);
    snprintf(channel, sizeof channel, "team/%.*s", STR_ARG(account));
    position_of(replay, channel, view);
    json_set(view, "clock", clock_view(replay, json_get(team, "clock")));
    if (calls)
        json_set(view, "calls", json_thaw(calls));
    web_answer_json(answer, view);
}

static bool is_wanted(const cJSON *call, const struct web_request *request)
{
    struct str service = web_parameter(request, "service");
    if (str_is(web_parameter(request, "errors"), "true") && !cJSON_IsString(json_get(call, "code")))
        return false;
    return !service.length || str_equal(service, json_str(call, "service"));
}

static int64_t before_of(const struct web_request *request)
{
    int64_t before = 0;
    return str_to_int64(web_parameter(request, "before"), &before) && before > 0 ? before : INT64_MAX;
}

static void get_calls(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    struct str account;
    const cJSON *call;
    if (!team_of(replay, request, answer, &account))
        return;
    cJSON *view = empty("calls"), *calls = cJSON_GetObjectItemCaseSensitive(view, "calls");
    cJSON_ArrayForEach(call, (const cJSON *)map_get(replay->tape->calls, account))
    {
        if (json_int64(call, "seq", 0) < before_of(request) && is_wanted(call, request))
            json_add(calls, json_thaw(call));
    }
    web_answer_json(answer, view);
}

static void get_feed(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct str account;
    const cJSON *team = team_of(data, request, answer, &account), *entry;
    if (!team)
        return;
    cJSON *view = empty("feed"), *feed = cJSON_GetObjectItemCaseSensitive(view, "feed");
    cJSON_ArrayForEach(entry, json_get(team, "feed"))
    {
        if (json_int64(entry, "seq", 0) < before_of(request))
            json_add(feed, json_thaw(entry));
    }
    web_answer_json(answer, view);
}

static void get_board(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    if (!is_here(request, answer))
        return;
    cJSON *view = replay->tape->board ? json_thaw(replay->tape->board) : empty("rows");
    position_of(replay, "board", view);
    json_set_int64(view, "at", clock_now(replay->world->clock));
    json_set(view, "clock", clock_view(replay, json_get(replay->tape->board, "clock")));
    if (!json_get(view, "frozen_at"))
        json_set(view, "frozen_at", cJSON_CreateNull());
    web_answer_json(answer, view);
}

static void get_log(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    if (!is_here(request, answer))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "log", json_thaw(replay->tape->log));
    web_answer_json(answer, view);
}

static void get_questions(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct str account;
    const cJSON *team = team_of(data, request, answer, &account);
    if (!team)
        return;
    cJSON *view = empty("questions");
    if (json_get(team, "questions"))
        json_set(view, "questions", json_thaw(json_get(team, "questions")));
    web_answer_json(answer, view);
}

/* A row of the roster, as far as a record knows. */
static cJSON *roster_row(const cJSON *team)
{
    static const char *const copied[] = { "score", "trend", "rank", "members", "name_proposed" };
    int64_t solved = 0;
    const cJSON *at;
    cJSON *row = cJSON_CreateObject(), *troubles = cJSON_CreateArray();
    json_set(row, "team", json_thaw(json_get(json_get(team, "team"), "id")));
    json_set(row, "name", json_thaw(json_get(json_get(team, "team"), "name")));
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
        if (json_get(team, copied[i]))
            json_set(row, copied[i], json_thaw(json_get(team, copied[i])));
    cJSON_ArrayForEach(at, json_get(team, "challenges"))
    {
        solved += str_is(json_str(at, "state"), "solved");
        if (!cJSON_IsObject(json_get(at, "trouble")))
            continue;
        cJSON *trouble = json_thaw(json_get(at, "trouble"));
        json_set(trouble, "challenge", json_thaw(json_get(at, "id")));
        json_add(troubles, trouble);
    }
    json_set_int64(row, "solved", solved);
    json_set_int64(row, "hints", 0);
    json_set_int64(row, "extra_ms", json_int64(json_get(team, "clock"), "extra_ms", 0));
    json_set_int64(row, "pages", 0);
    json_set_string(row, "health", cJSON_GetArraySize(troubles) ? "trouble" : "unknown");
    json_set(row, "troubles", troubles);
    json_set(row, "faults", cJSON_CreateArray());
    json_set(row, "last_call", cJSON_CreateNull());
    json_set_int64(row, "questions", 0);
    return row;
}

static void get_roster(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    const cJSON *at;
    if (!is_here(request, answer))
        return;
    cJSON *view = empty("rows"), *rows = cJSON_GetObjectItemCaseSensitive(view, "rows");
    position_of(replay, "facilitator", view);
    json_set(view, "clock", clock_view(replay, json_get(replay->tape->board, "clock")));
    json_set_string(view, "names", "at once");
    cJSON_ArrayForEach(at, json_get(replay->tape->game, "teams"))
    {
        const cJSON *team = tape_team(replay->tape, json_str(at, "id"));
        if (team)
            json_add(rows, roster_row(team));
    }
    web_answer_json(answer, view);
}

static void get_review(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    if (!is_here(request, answer))
        return;
    if (replay->tape->review)
        web_answer_json(answer, json_thaw(replay->tape->review));
    else
        web_refuse(answer, 409, "Conflict", "This game was not played to its end: there is no review of it.");
}

/* The same as a file to keep. */
static void get_review_html(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    get_review(data, request, answer);
    if (answer->status != 200)
        return;
    buf_clear(&answer->body);
    review_html(replay->tape->review, web_parameter(request, "language"), &answer->body);
    answer->content_type = "text/html; charset=utf-8";
    web_add_header(answer, STR("Content-Disposition"), STR("attachment; filename=\"review.html\""));
}

/* ---- the services' pictures ---- */

static void get_list(struct replay *replay, const struct web_request *request, struct web_answer *answer,
                     const struct map *lists, const char *name)
{
    struct str account;
    if (!team_of(replay, request, answer, &account))
        return;
    cJSON *view = empty(name);
    const cJSON *list = map_get(lists, account);
    if (list)
        json_set(view, name, json_thaw(list));
    web_answer_json(answer, view);
}

static void get_executions(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    get_list(replay, request, answer, replay->tape->executions, "executions");
}

static void get_chats(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    get_list(replay, request, answer, replay->tape->chats, "turns");
}

/* "api/forecast?arn=…&key=…": what was answered to that then; a list that nothing was told of is empty. */
static void get_picture(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    struct str account, what = str_from(request->path, strlen("/_rehearse/api/")), key = web_parameter(request, "arn");
    bool is_item = str_is(what, "forecast"), is_list = !key.length;
    if (!team_of(replay, request, answer, &account))
        return;
    if (is_item)
        key = str_of(arena_printf(request->arena, "%.*s %.*s", STR_ARG(key), STR_ARG(web_parameter(request, "key"))));
    const char *name = arena_copy(request->arena, what);
    const cJSON *found = tape_picture(replay->tape, account, name, key);
    if (found || is_list)
        web_answer_json(answer, found ? json_thaw(found) : empty(name));
    else
        web_refuse(answer, 404, "NotFound", "The record does not have it.");
}

static void get_guide(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    struct str challenge = web_parameter(request, "challenge"), language = web_parameter(request, "language");
    if (!is_here(request, answer))
        return;
    const cJSON *found = NULL;
    const struct str languages[] = { language, STR("en") };
    for (size_t i = 0; i < sizeof languages / sizeof *languages && !found; i++)
        found = tape_picture(
            replay->tape, STR(""), "guide",
            str_of(arena_printf(request->arena, "%.*s %.*s", STR_ARG(challenge), STR_ARG(languages[i]))));
    if (found)
        web_answer_json(answer, json_thaw(found));
    else
        web_refuse(answer, 404, "NotFound", "There is no such guide.");
}

/* What only a running cloud could tell. */
static void get_nothing(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct str name = str_from(request->path, strlen("/_rehearse/api/"));
    if (is_here(request, answer))
        web_answer_json(answer, empty(str_is(name, "console") ? "kinds" : arena_copy(request->arena, name)));
}

static void get_events(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct str account, view = web_parameter(request, "view"), last = request->header(request, "Last-Event-ID");
    if (!is_here(request, answer))
        return;
    if (str_is(view, "board") || str_is(view, "facilitator") || str_is(view, "support"))
        answer->channel = arena_copy(request->arena, view);
    else if (team_of(data, request, answer, &account))
        answer->channel = arena_printf(request->arena, "team/%.*s", STR_ARG(account));
    answer->after = last.length ? last : web_parameter(request, "after");
    answer->unheld = true;
}

/* ---- doing ---- */

static const char *set_clock(struct replay *replay, const cJSON *input)
{
    struct clock *clock = replay->world->clock;
    const cJSON *paused = json_get(input, "paused"), *speed = json_get(input, "speed");
    if (cJSON_IsBool(paused) && cJSON_IsTrue(paused))
        clock_pause(clock);
    else if (cJSON_IsBool(paused) && replay->tape->next)
        clock_resume(clock);
    else if (speed && cJSON_IsNumber(speed) && json_to_double(speed) >= 0.1 && json_to_double(speed) <= 60)
        clock_set_speed(clock, json_to_double(speed));
    else
        return cJSON_IsBool(paused) ? "The record is at its end."
                                    : "Say one of paused (true, false), speed (0.1 to 60).";
    return NULL;
}

static void answer_clock(struct replay *replay, struct web_answer *answer)
{
    tell_clock(replay);
    web_answer_json(answer, clock_view(replay, json_get(replay->tape->board, "clock")));
}

static void post_clock(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    if (!may_change(replay, request, answer))
        return;
    const char *why = set_clock(replay, request->input);
    if (why)
        web_refuse(answer, 409, "Conflict", why);
    else
        answer_clock(replay, answer);
}

static void post_seek(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct replay *replay = data;
    const cJSON *at = json_get(request->input, "at");
    if (!may_change(replay, request, answer))
        return;
    if (!at || !json_is_integer(at)) {
        web_refuse(answer, 400, "BadRequest", "Say at: a moment of the record, in milliseconds.");
        return;
    }
    move_to(replay, json_to_int64(at));
    answer_clock(replay, answer);
}

static const struct web_endpoint endpoints[] = {
    { "POST", "/_rehearse/session", serve_session },
    { "GET", "/_rehearse/session", serve_session },
    { "POST", "/_rehearse/session/end", serve_session_end },
    { "GET", "/_rehearse/events", get_events },
    { "GET", "/_rehearse/api/game", get_game },
    { "GET", "/_rehearse/api/team", get_team },
    { "GET", "/_rehearse/api/feed", get_feed },
    { "GET", "/_rehearse/api/calls", get_calls },
    { "GET", "/_rehearse/api/board", get_board },
    { "GET", "/_rehearse/api/log", get_log },
    { "GET", "/_rehearse/api/roster", get_roster },
    { "GET", "/_rehearse/api/questions", get_questions },
    { "GET", "/_rehearse/api/review", get_review },
    { "GET", "/_rehearse/review.html", get_review_html },
    { "GET", "/_rehearse/api/guide", get_guide },
    { "GET", "/_rehearse/api/executions", get_executions },
    { "GET", "/_rehearse/api/execution", get_picture },
    { "GET", "/_rehearse/api/job", get_picture },
    { "GET", "/_rehearse/api/forecasts", get_picture },
    { "GET", "/_rehearse/api/forecast", get_picture },
    { "GET", "/_rehearse/api/monitors", get_picture },
    { "GET", "/_rehearse/api/chats", get_chats },
    { "GET", "/_rehearse/api/bots", get_nothing },
    { "GET", "/_rehearse/api/faults", get_nothing },
    { "GET", "/_rehearse/api/console", get_nothing },
    { "POST", "/_rehearse/api/clock", post_clock },
    { "POST", "/_rehearse/api/seek", post_seek },
    { 0 },
};

/* ---- making and ending ---- */

struct replay *replay_open(struct world *world, const char *path, int64_t after_ms, char **reterr_why)
{
    unsigned char secret[TOKEN_BYTES];
    struct tape *tape = tape_open(path, reterr_why);
    if (!tape)
        return NULL;
    struct replay *replay = memory_alloc(sizeof *replay);
    *replay = (struct replay){ .world = world, .tape = tape, .timer = { .fire = play_on, .data = replay } };
    replay->site = (struct web_site){ endpoints, replay };
    random_secret(secret, sizeof secret);
    hex_encode(secret, sizeof secret, replay->csrf);
    move_to(replay, tape->from_ms + after_ms);
    return replay;
}

void replay_close(struct replay *replay)
{
    if (!replay)
        return;
    timer_stop(replay->world->clock, &replay->timer);
    tape_close(replay->tape);
    free(replay);
}

void replay_set_feed(struct replay *replay, const struct web_feed *feed)
{
    replay->feed = *feed;
}

const struct web_site *replay_site(struct replay *replay)
{
    return &replay->site;
}

int64_t replay_length_ms(const struct replay *replay)
{
    return replay->tape->to_ms - replay->tape->from_ms;
}
