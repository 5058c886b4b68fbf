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

#define LONGEST_MESSAGE 2000
#define LONGEST_LABEL   80
#define CALLS_MOST      100
#define LONGEST_STEP_MS (24 * 3600 * 1000)

/* ---- reading ---- */

/* The session's team. False: refused. */
static bool team_session(struct game *game, const struct web_request *request, struct web_answer *answer,
                         struct session *session)
{
    if (!session_of(game, request, answer, session))
        return false;
    if (!session->team)
        web_refuse(answer, 400, "BadRequest", "Say which team: ?team=ACCOUNT.");
    return session->team != NULL;
}

static uint64_t number_of(const struct web_request *request, const char *name)
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
    if (team_session(game, request, answer, &session))
        web_answer_json(answer, view_team(session.team, request->host));
}

static void get_feed(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!team_session(game, request, answer, &session))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "feed", view_feed(session.team, number_of(request, "before")));
    web_answer_json(answer, view);
}

static void get_calls(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!team_session(game, request, answer, &session))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "calls",
             view_calls(session.team, number_of(request, "before"), str_is(web_parameter(request, "errors"), "true"),
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
    int64_t at_ms = (int64_t)number_of(request, "at");
    at_ms = at_ms ? at_ms : game_now(game);
    if (game->feed.position)
        game->feed.position(game->feed.data, BOARD_CHANNEL, position);
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "event", position);
    json_set_int64(view, "at", at_ms);
    json_set(view, "clock", view_clock(game));
    json_set(view, "rows", view_board_rows(game, at_ms));
    web_answer_json(answer, view);
}

/* The guide in the language asked for, else in English; NULL: there is none. */
static const cJSON *guide_file(const struct game *game, struct str challenge, struct str language,
                               const char **ret_language)
{
    const cJSON *files = game->scenario->guide;
    if (challenge.length) {
        size_t place = scenario_challenge(game->scenario, challenge);
        files = place == SIZE_MAX ? NULL : game->scenario->challenges[place].guide;
    }
    const cJSON *file = language.length ? json_get_str(files, language) : NULL;
    file = file ? file : json_get(files, "en");
    *ret_language = file ? file->string : NULL;
    return file;
}

static void get_guide(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    const char *language;
    struct buf text = BUF_EMPTY;
    struct str challenge = web_parameter(request, "challenge");
    if (!session_of(game, request, answer, &session))
        return;
    const cJSON *file = guide_file(game, challenge, web_parameter(request, "language"), &language);
    if (file && script_read_file(game->script, file->valuestring, &text) && str_is_utf8(buf_str(&text))) {
        cJSON *view = cJSON_CreateObject();
        json_set(view, "challenge", challenge.length ? json_new_string(challenge) : cJSON_CreateNull());
        json_set_string(view, "language", language);
        json_set_str(view, "markdown", buf_str(&text));
        web_answer_json(answer, view);
    } else {
        web_refuse(answer, 404, "NotFound", "There is no such guide.");
    }
    buf_release(&text);
}

static void get_executions(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!team_session(game, request, answer, &session))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "executions", executions_view(session.team));
    web_answer_json(answer, view);
}

static void get_execution(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!team_session(game, request, answer, &session))
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
    if (!team_session(game, request, answer, &session))
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
    if (!team_session(game, request, answer, &session))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "forecasts", forecasts_view(session.team));
    web_answer_json(answer, view);
}

static void get_monitors(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!team_session(game, request, answer, &session))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "monitors", monitors_view(session.team));
    web_answer_json(answer, view);
}

static void get_forecast(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!team_session(game, request, answer, &session))
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
    if (!team_session(game, request, answer, &session))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "bots", chat_bots_view(session.team));
    web_answer_json(answer, view);
}

static void get_events(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    bool of_board = str_is(web_parameter(request, "view"), "board");
    if (of_board ? !session_of(game, request, answer, &session) : !team_session(game, request, answer, &session))
        return;
    struct str last = request->header(request, "Last-Event-ID");
    answer->channel = of_board ? BOARD_CHANNEL : session.team->channel;
    answer->after = last.length ? last : web_parameter(request, "after");
    answer->unheld = true;
}

/* ---- doing ---- */

static bool player(struct game *game, const struct web_request *request, struct web_answer *answer,
                   struct session *session)
{
    if (!session_of_change(game, request, answer, session))
        return false;
    if (!session->team)
        web_refuse(answer, 400, "BadRequest", "Say which team: ?team=ACCOUNT.");
    return session->team != NULL;
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
    if (!player(game, request, answer, &session))
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
    if (!player(game, request, answer, &session))
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
    if (!player(data, request, answer, &session))
        return;
    const char *why = team_rename(session.team, json_str(request->input, "name"));
    if (why) {
        web_refuse(answer, 409, "Conflict", why);
        return;
    }
    cJSON *view = cJSON_CreateObject(), *team = cJSON_CreateObject();
    json_set_string(team, "id", session.team->account);
    json_set_string(team, "name", team_name(session.team));
    json_set(view, "team", team);
    web_answer_json(answer, view);
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
        clock_step(clock, json_to_int64(step));
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
    web_answer_json(answer, view_clock(game));
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

/* Text as words, or plain; NULL: neither, or too long. */
static cJSON *words_given(const cJSON *text)
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
    if (!player(game, request, answer, &session))
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

static void post_message(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    const cJSON *to = json_get(request->input, "team");
    struct str level = json_str(request->input, "level");
    if (!controller(game, request, answer, &session, false))
        return;
    struct team *team = cJSON_IsString(to) ? team_of(game, json_value(to)) : NULL;
    if (cJSON_IsString(to) && !team) {
        web_refuse(answer, 404, "NotFound", "There is no such team.");
        return;
    }
    cJSON *text = words_given(json_get(request->input, "text"));
    if (!text || (level.at && !is_level(level))) {
        cJSON_Delete(text);
        web_refuse(answer, 400, "BadRequest",
                   "A message has a text of 1 to 2,000 bytes and a level: info, warning, good or bad.");
        return;
    }
    web_answer_json(answer,
                    message_post(game, team, words_of("Facilitator", "진행자"), text, level.at ? level.at : "info"));
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
