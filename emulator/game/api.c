#include "game/api.h"

#include <stdlib.h>

#include "game/answer.h"
#include "game/chat.h"
#include "game/execution.h"
#include "game/forecast.h"
#include "game/game_inner.h"
#include "game/hint.h"
#include "game/mark.h"
#include "game/message.h"
#include "game/monitor.h"
#include "game/news.h"
#include "game/pipeline.h"
#include "game/view.h"

#define LONGEST_LABEL   80
#define CALLS_MOST      100
#define PAGES_A_CHANNEL 64 /* of one team */
#define LONGEST_STEP_MS (24 * 3600 * 1000)

/* ---- reading ---- */

bool api_reader(struct game *game, const struct web_request *request, struct web_answer *answer,
                struct session *session)
{
    if (!session_of(game, request, answer, session))
        return false;
    if (!session->team)
        web_refuse(answer, 400, "BadRequest", "Say which team: ?team=ACCOUNT.");
    return session->team != NULL;
}

uint64_t api_number(const struct web_request *request, const char *name)
{
    int64_t number;
    return str_to_int64(web_parameter(request, name), &number) && number > 0 ? (uint64_t)number : 0;
}

static void get_game(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (session_of(game, request, answer, &session))
        web_answer_json(answer, view_game(game));
}

static void get_team(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (api_reader(game, request, answer, &session))
        web_answer_json(answer, view_team(session.team, request->host, session_sees_keys(&session)));
}

static void get_feed(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_reader(game, request, answer, &session))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "feed", view_feed(session.team, api_number(request, "before")));
    web_answer_json(answer, view);
}

static void get_calls(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_reader(game, request, answer, &session))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "calls",
             view_calls(session.team, api_number(request, "before"), str_is(web_parameter(request, "errors"), "true"),
                        web_parameter(request, "service"), CALLS_MOST));
    web_answer_json(answer, view);
}

static void get_board(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    char position[48] = "";
    if (!session_of(game, request, answer, &session))
        return;
    bool is_public = !session.is_facilitator || str_is(web_parameter(request, "public"), "true");
    int64_t most_ms = is_public ? phase_board_at(game) : game_now(game), at_ms = (int64_t)api_number(request, "at");
    at_ms = at_ms && at_ms < most_ms ? at_ms : most_ms;
    if (game->feed.position)
        game->feed.position(game->feed.data, is_public ? BOARD_CHANNEL : STAFF_CHANNEL, position);
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "event", position);
    json_set_int64(view, "at", at_ms);
    json_set(view, "clock", phase_view(game, NULL));
    json_set(view, "frozen_at", view_instant(is_public ? game->phase.frozen_ms : 0));
    json_set(view, "rows", view_board_rows(game, at_ms));
    web_answer_json(answer, view);
}

static void get_guide(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    if (!session_of(game, request, answer, &session))
        return;
    cJSON *view = view_guide(game, web_parameter(request, "challenge"), web_parameter(request, "language"));
    if (view)
        web_answer_json(answer, view);
    else
        web_refuse(answer, 404, "NotFound", "There is no such guide.");
}

static void get_executions(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_reader(game, request, answer, &session))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "executions", executions_view(session.team));
    web_answer_json(answer, view);
}

static void get_execution(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_reader(game, request, answer, &session))
        return;
    cJSON *view = execution_view_one(session.team, web_parameter(request, "arn"));
    if (view)
        web_answer_json(answer, view);
    else
        web_refuse(answer, 404, "NotFound", "There is no such execution.");
}

static void get_job(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_reader(game, request, answer, &session))
        return;
    cJSON *view = pipeline_job_view(session.team, web_parameter(request, "arn"));
    if (view)
        web_answer_json(answer, view);
    else
        web_refuse(answer, 404, "NotFound", "There is no such job.");
}

static void get_forecasts(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_reader(game, request, answer, &session))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "forecasts", forecasts_view(session.team));
    web_answer_json(answer, view);
}

static void get_monitors(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_reader(game, request, answer, &session))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "monitors", monitors_view(session.team));
    web_answer_json(answer, view);
}

static void get_forecast(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_reader(game, request, answer, &session))
        return;
    cJSON *view = forecast_view_one(session.team, web_parameter(request, "arn"), web_parameter(request, "key"));
    if (view)
        web_answer_json(answer, view);
    else
        web_refuse(answer, 404, "NotFound", "There is no such forecast.");
}

static void get_bots(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_reader(game, request, answer, &session))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "bots", chat_bots_view(session.team));
    web_answer_json(answer, view);
}

/* Whose news; NULL: refused. */
static const char *channel_of(struct game *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    struct str view = web_parameter(request, "view");
    if (str_is(view, BOARD_CHANNEL))
        return session_of(game, request, answer, &session) ? BOARD_CHANNEL : NULL;
    if (!str_is(view, STAFF_CHANNEL) && !str_is(view, SUPPORT_CHANNEL))
        return api_reader(game, request, answer, &session) ? session.team->channel : NULL;
    if (!session_of(game, request, answer, &session))
        return NULL;
    bool is_support = str_is(view, SUPPORT_CHANNEL);
    if (session.is_facilitator || (is_support && session.is_supporter))
        return is_support ? SUPPORT_CHANNEL : STAFF_CHANNEL;
    web_refuse(answer, 403, "Forbidden", "This is for the event's staff.");
    return NULL;
}

/* By team, not by address: a whole workshop may sit behind one. */
static size_t game_pages_of(const struct game *game, const char *channel)
{
    bool is_team = strncmp(channel, "team/", strlen("team/")) == 0;
    return is_team && game->feed.readers ? game->feed.readers(game->feed.data, channel) : 0;
}

static void get_events(void *game, const struct web_request *request, struct web_answer *answer)
{
    const char *channel = channel_of(game, request, answer);
    if (!channel)
        return;
    if (game_pages_of(game, channel) >= PAGES_A_CHANNEL) {
        web_refuse(answer, 429, "TooManyRequests", "Too many pages of yours are open: close some.");
        return;
    }
    struct str last = request->header(request, "Last-Event-ID");
    answer->channel = channel;
    answer->after = last.length ? last : web_parameter(request, "after");
    answer->unheld = true;
    if (strcmp(channel, STAFF_CHANNEL) == 0)
        news_roster_wanted(game);
}

/* ---- doing ---- */

bool api_player(struct game *game, const struct web_request *request, struct web_answer *answer,
                struct session *session)
{
    if (!session_of_change(game, request, answer, session))
        return false;
    if (!session->may_play) {
        web_refuse(answer, 403, "Forbidden", "Who looks on changes nothing.");
        return false;
    }
    if (!session->team)
        web_refuse(answer, 400, "BadRequest", "Say which team: ?team=ACCOUNT.");
    return session->team != NULL;
}

bool api_facilitator(struct game *game, const struct web_request *request, struct web_answer *answer,
                     struct session *session, bool changes)
{
    if (changes ? !session_of_change(game, request, answer, session) : !session_of(game, request, answer, session))
        return false;
    if (session->is_facilitator)
        return true;
    web_refuse(answer, 403, "Forbidden", "This is the facilitator's.");
    return false;
}

bool api_team_named(struct game *game, const struct web_request *request, struct web_answer *answer,
                    struct team **ret_team)
{
    const cJSON *named = json_get(request->input, "team");
    *ret_team = cJSON_IsString(named) ? team_of(game, json_value(named)) : NULL;
    if (!named || cJSON_IsNull(named) || *ret_team)
        return true;
    web_refuse(answer, 404, "NotFound", "There is no such team.");
    return false;
}

void api_answer(struct web_answer *answer, const char *why_not, cJSON *view)
{
    if (!why_not) {
        web_answer_json(answer, view);
        return;
    }
    cJSON_Delete(view);
    web_refuse(answer, 409, "Conflict", why_not);
}

static bool controller(struct game *game, const struct web_request *request, struct web_answer *answer,
                       struct session *session, bool rewinds)
{
    if (!session_of_change(game, request, answer, session))
        return false;
    if (rewinds ? session->may_rewind : session->may_control)
        return true;
    web_refuse(answer, 403, "Forbidden", "Only the facilitator may do this.");
    return false;
}

static void post_hint(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    const char *why;
    if (!api_player(game, request, answer, &session))
        return;
    int64_t stage = json_int64(request->input, "stage", 0);
    size_t fault = fault_of_number(session.team, json_int64(request->input, "fault", 0));
    if (fault == SIZE_MAX) {
        web_refuse(answer, 404, "NotFound", "There is no such trouble.");
        return;
    }
    if (!hint_buy(session.team, fault, stage, &why)) {
        web_refuse(answer, 409, "Conflict", why);
        return;
    }
    cJSON *view = cJSON_CreateObject();
    json_set(view, "hint", hint_view(session.team, fault, (size_t)stage));
    json_set_int64(view, "score", ledger_total(&session.team->ledger));
    web_answer_json(answer, view);
}

/* A pack's Lua may need a while to judge: then its verdict comes as an event. */
struct answering {
    struct team *team;
    struct web_answer *answer; /* NULL: it has gone out */
    char *challenge, *id;
};

static cJSON *verdict_view(const struct answering *answering, bool right, const cJSON *reason, const char *refusal)
{
    struct team *team = answering->team;
    size_t challenge = scenario_challenge(team->game->scenario, str_of(answering->challenge));
    int64_t left = challenge == SIZE_MAX ? -1 : answer_tries_left(team, challenge, answering->id);
    cJSON *view = cJSON_CreateObject();
    json_set_bool(view, "right", right);
    json_set(view, "reason",
             reason && cJSON_IsObject(reason) ? json_thaw(reason)
             : refusal                        ? words_of(refusal, NULL)
                                              : cJSON_CreateNull());
    json_set(view, "tries_left", left < 0 ? cJSON_CreateNull() : json_new_int64(left));
    return view;
}

static void verdict(void *data, bool right, const cJSON *reason, const char *refusal)
{
    struct answering *answering = data;
    if (answering->answer && refusal) {
        web_refuse(answering->answer, 409, "Conflict", refusal);
    } else if (answering->answer) {
        answering->answer->status = 200;
        web_answer_json(answering->answer, verdict_view(answering, right, reason, NULL));
    } else {
        cJSON *view = verdict_view(answering, right, reason, refusal);
        json_set_string(view, "challenge", answering->challenge);
        json_set_string(view, "answer", answering->id);
        news_to_team(answering->team, "answer", view);
    }
    free(answering->challenge);
    free(answering->id);
    free(answering);
}

static void post_answer(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    if (!api_player(game, request, answer, &session))
        return;
    struct str name = json_str(request->input, "challenge");
    size_t challenge = scenario_challenge(game->scenario, name);
    if (challenge == SIZE_MAX) {
        web_refuse(answer, 404, "NotFound", "There is no such challenge.");
        return;
    }
    struct answering *answering = memory_alloc(sizeof *answering);
    *answering = (struct answering){ session.team, answer, memory_copy(name),
                                     memory_copy(json_str(request->input, "answer")) };
    answer->status = 202;
    answer_give(session.team, challenge, json_string(request->input, "answer"), json_str(request->input, "text"),
                verdict, answering);
    if (answer->status != 202)
        return; /* it has been judged */
    answering->answer = NULL;
    cJSON *view = cJSON_CreateObject();
    json_set_bool(view, "pending", true);
    web_answer_json(answer, view);
}

static void post_name(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_player(data, request, answer, &session))
        return;
    if (!session.may_name) {
        web_refuse(answer, 403, "Forbidden", "The team's captain gives it its name.");
        return;
    }
    const char *why = team_rename(session.team, json_str(request->input, "name"));
    api_answer(answer, why, view_named(session.team));
}

/* The way there takes its time: jobs run off the loop. The answer tells where the clock stands by then, an event where it ends. */
static void step_clock(struct game *game, int64_t ms)
{
    struct clock *clock = game->world->clock;
    int64_t from = timer_is_running(&game->stepped) ? timer_deadline(&game->stepped) : clock_now(clock);
    timer_start(clock, &game->stepped, from + ms);
    clock_step(clock, ms);
}

/* NULL: done. */
static const char *set_clock(struct game *game, const cJSON *input)
{
    struct clock *clock = game->world->clock;
    const cJSON *paused = json_get(input, "paused"), *speed = json_get(input, "speed"),
                *step = json_get(input, "step_ms");
    if (paused && cJSON_IsBool(paused)) {
        if (cJSON_IsTrue(paused))
            clock_pause(clock);
        else
            clock_resume(clock);
    } else if (speed && cJSON_IsNumber(speed) && json_to_double(speed) >= 0.1 && json_to_double(speed) <= 60) {
        clock_set_speed(clock, json_to_double(speed));
    } else if (step && json_is_integer(step) && json_to_int64(step) > 0 && json_to_int64(step) <= LONGEST_STEP_MS) {
        if (!clock_is_paused(clock))
            return "The clock can be stepped while it is paused.";
        step_clock(game, json_to_int64(step));
    } else {
        return "Say one of paused (true, false), speed (0.1 to 60), step_ms (up to a day).";
    }
    return NULL;
}

static void post_clock(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    if (!controller(game, request, answer, &session, false))
        return;
    const char *why = set_clock(game, request->input);
    if (why) {
        web_refuse(answer, 409, "Conflict", why);
        return;
    }
    game_save(game);
    news_clock(game);
    web_answer_json(answer, phase_view(game, session.is_facilitator ? NULL : session.team));
}

static void tell_marks(struct game *game, struct web_answer *answer)
{
    cJSON *view = cJSON_CreateObject();
    json_set(view, "marks", marks_view(game));
    news_to_all(game, "marks", json_thaw(view));
    web_answer_json(answer, view);
}

static void post_mark(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    struct str label = str_trim(json_str(request->input, "label"));
    if (!controller(game, request, answer, &session, true))
        return;
    if (!label.length || str_count_code_points(label) > LONGEST_LABEL) {
        web_refuse(answer, 400, "BadRequest", "A mark has a label of 1 to 80 characters.");
        return;
    }
    mark_make(game, label);
    tell_marks(game, answer);
}

static void post_rewind(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    if (!controller(game, request, answer, &session, true))
        return;
    if (!mark_rewind(game, json_int64(request->input, "mark", 0))) {
        web_refuse(answer, 409, "Conflict", "There is no such mark any more.");
        return;
    }
    cJSON *view = cJSON_CreateObject();
    json_set_bool(view, "rewound", true);
    web_answer_json(answer, view);
}

cJSON *api_words(const cJSON *text)
{
    size_t weight = json_weight(text, LONGEST_MESSAGE);
    if (weight > LONGEST_MESSAGE)
        return NULL;
    if (cJSON_IsString(text))
        return json_value(text).length ? words_of(text->valuestring, NULL) : NULL;
    return json_str(text, "en").length ? json_thaw(text) : NULL;
}

static bool is_level(struct str level)
{
    return str_is(level, "info") || str_is(level, "warning") || str_is(level, "good") || str_is(level, "bad");
}

static void post_chat(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_player(game, request, answer, &session))
        return;
    const char *why = chat_say(session.team, request->input);
    if (why) {
        web_refuse(answer, 409, "Conflict", why);
        return;
    }
    cJSON *view = cJSON_CreateObject();
    json_set_bool(view, "pending", true);
    answer->status = 202;
    web_answer_json(answer, view);
}

static cJSON *send_to(struct game *game, struct team *team_or_null, const cJSON *text, struct str level)
{
    return message_post(game, team_or_null, words_of("Facilitator", "진행자"), json_thaw(text),
                        level.at ? level.at : "info");
}

/* To all, to one, or to those that are named; all of them must be there. */
static cJSON *send_message(struct game *game, const cJSON *input, const cJSON *text)
{
    struct str level = json_str(input, "level"), to = json_str(input, "team");
    const cJSON *teams = json_get(input, "teams"), *at;
    cJSON *view = NULL;
    if (!cJSON_IsArray(teams))
        return to.at && !team_of(game, to) ? NULL : send_to(game, to.at ? team_of(game, to) : NULL, text, level);
    cJSON_ArrayForEach(at, teams)
    {
        if (!team_of(game, json_value(at)))
            return NULL;
    }
    cJSON_ArrayForEach(at, teams)
    {
        cJSON_Delete(view);
        view = send_to(game, team_of(game, json_value(at)), text, level);
    }
    return view;
}

static void post_message(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    struct str level = json_str(request->input, "level");
    if (!controller(game, request, answer, &session, false))
        return;
    cJSON *text = api_words(json_get(request->input, "text"));
    if (!text || (level.at && !is_level(level))) {
        cJSON_Delete(text);
        web_refuse(answer, 400, "BadRequest",
                   "A message has a text of 1 to 2,000 bytes and a level: info, warning, good or bad.");
        return;
    }
    cJSON *view = send_message(game, request->input, text);
    cJSON_Delete(text);
    if (view)
        web_answer_json(answer, view);
    else
        web_refuse(answer, 404, "NotFound", "There is no such team.");
}

const struct web_endpoint api_endpoints[] = {
    { "POST", "/_rehearse/session", serve_session_begin },
    { "GET", "/_rehearse/session", serve_session },
    { "POST", "/_rehearse/session/end", serve_session_end },
    { "GET", "/_rehearse/events", get_events },
    { "GET", "/_rehearse/api/game", get_game },
    { "GET", "/_rehearse/api/team", get_team },
    { "GET", "/_rehearse/api/feed", get_feed },
    { "GET", "/_rehearse/api/calls", get_calls },
    { "GET", "/_rehearse/api/board", get_board },
    { "GET", "/_rehearse/api/guide", get_guide },
    { "GET", "/_rehearse/api/executions", get_executions },
    { "GET", "/_rehearse/api/execution", get_execution },
    { "GET", "/_rehearse/api/job", get_job },
    { "GET", "/_rehearse/api/forecasts", get_forecasts },
    { "GET", "/_rehearse/api/forecast", get_forecast },
    { "GET", "/_rehearse/api/monitors", get_monitors },
    { "GET", "/_rehearse/api/bots", get_bots },
    { "POST", "/_rehearse/api/hint", post_hint },
    { "POST", "/_rehearse/api/answer", post_answer },
    { "POST", "/_rehearse/api/name", post_name },
    { "POST", "/_rehearse/api/clock", post_clock },
    { "POST", "/_rehearse/api/mark", post_mark },
    { "POST", "/_rehearse/api/rewind", post_rewind },
    { "POST", "/_rehearse/api/message", post_message },
    { "POST", "/_rehearse/api/chat", post_chat },
    { 0 },
};
