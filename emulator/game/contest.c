/* What a contest adds to a team's page: members, questions, the console, the review. README.md, sections 5, 7 and 8. */
#include "game/api.h"
#include "game/console.h"
#include "game/game_inner.h"
#include "game/news.h"
#include "game/question.h"
#include "game/review.h"
#include "game/view.h"

/* ---- members ---- */

static void post_member(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_player(game, request, answer, &session))
        return;
    if (!session.may_name) {
        web_refuse(answer, 403, "Forbidden", "The team's captain does this.");
        return;
    }
    struct str id = json_str(request->input, "member");
    const char *why = json_bool(request->input, "remove", false)
                          ? member_remove(session.team, id)
                          : member_set_role(session.team, id, json_str(request->input, "role"));
    cJSON *view = cJSON_CreateObject();
    json_set(view, "members", members_view(session.team));
    api_answer(answer, why, view);
}

/* ---- questions ---- */

static bool is_staff(const struct session *session)
{
    return session->is_facilitator || session->is_supporter;
}

static void get_questions(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    char position[48] = "";
    if (!session_of(game, request, answer, &session))
        return;
    if (game->feed.position)
        game->feed.position(game->feed.data, is_staff(&session) ? SUPPORT_CHANNEL : session.team->channel, position);
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "event", position);
    json_set(view, "questions",
             questions_view(game, is_staff(&session) ? NULL : session.team, api_number(request, "before")));
    web_answer_json(answer, view);
}

static void post_question(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    const char *why;
    if (!api_player(game, request, answer, &session))
        return;
    cJSON *view = question_ask(session.team, session.member ? session.member->name : NULL,
                               json_str(request->input, "text"), json_str(request->input, "challenge"), &why);
    api_answer(answer, why, view);
}

static bool staff(struct game *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!session_of_change(game, request, answer, &session))
        return false;
    if (!is_staff(&session))
        web_refuse(answer, 403, "Forbidden", "This is for the event's staff.");
    return is_staff(&session);
}

static void post_take(void *game, const struct web_request *request, struct web_answer *answer)
{
    const char *why;
    if (!staff(game, request, answer))
        return;
    cJSON *view = question_take(game, json_int64(request->input, "question", 0), json_str(request->input, "by"), &why);
    api_answer(answer, why, view);
}

static void post_answer(void *game, const struct web_request *request, struct web_answer *answer)
{
    const char *why;
    if (!staff(game, request, answer))
        return;
    cJSON *view = question_answer(game, json_int64(request->input, "question", 0), json_str(request->input, "by"),
                                  api_words(json_get(request->input, "text")),
                                  json_bool(request->input, "publish", false), &why);
    api_answer(answer, why, view);
}

/* ---- the console ---- */

static void get_console(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_reader(game, request, answer, &session))
        return;
    const struct console_query query = { .kind = web_parameter(request, "kind"),
                                         .of = web_parameter(request, "of"),
                                         .id = web_parameter(request, "id"),
                                         .next = web_parameter(request, "next"),
                                         .detects = session_detects(&session) };
    const char *why = NULL;
    cJSON *view = query.kind.length ? console_look(session.team, &query, &why) : console_kinds();
    if (view)
        web_answer_json(answer, view);
    else
        web_refuse(answer, why ? 400 : 404, why ? "BadRequest" : "NotFound", why ? why : "There is no such kind.");
}

/* ---- the review ---- */

/* NULL: refused. To teams it is opened when nothing can be won by it any more. */
static cJSON *review_for(struct game *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!session_of(game, request, answer, &session))
        return NULL;
    if (session.is_facilitator || game->solo || (game->phase.state == GAME_ENDED && !game->phase.frozen_ms))
        return review_view(game);
    web_refuse(answer, 409, "Conflict", "The review is opened when the event is over and the board is revealed.");
    return NULL;
}

static void get_review(void *game, const struct web_request *request, struct web_answer *answer)
{
    cJSON *review = review_for(game, request, answer);
    if (review)
        web_answer_json(answer, review);
}

static void get_review_html(void *game, const struct web_request *request, struct web_answer *answer)
{
    cJSON *review = review_for(game, request, answer);
    if (!review)
        return;
    review_html(review, web_parameter(request, "language"), &answer->body);
    answer->content_type = "text/html; charset=utf-8";
    web_add_header(answer, STR("Content-Disposition"), STR("attachment; filename=\"review.html\""));
    cJSON_Delete(review);
}

const struct web_endpoint contest_endpoints[] = {
    { "POST", "/_rehearse/api/member", post_member },
    { "GET", "/_rehearse/api/questions", get_questions },
    { "POST", "/_rehearse/api/question", post_question },
    { "POST", "/_rehearse/api/question/take", post_take },
    { "POST", "/_rehearse/api/question/answer", post_answer },
    { "GET", "/_rehearse/api/console", get_console },
    { "GET", "/_rehearse/api/review", get_review },
    { "GET", "/_rehearse/review.html", get_review_html },
    { 0 },
};
