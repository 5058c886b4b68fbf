#include "game/session.h"

#include "base/digest.h"
#include "base/time.h"
#include "game/game_inner.h"
#include "game/view.h"

#define COOKIE            "rehearse"
#define MINUTE_ON_WALL_MS 60000
#define WRONG_A_MINUTE    10

/* ---- what is made of a token ---- */

static void derive(const char *what, const char *token, char ret_hex[65])
{
    char text[128];
    snprintf(text, sizeof text, "rehearse %s %s", what, token);
    digest_sha256_hex(str_of(text), ret_hex);
}

void session_cookie(const char *token, char ret_cookie[65])
{
    derive("cookie", token, ret_cookie);
}

static bool is_cookie(struct str shown, const char cookie[TOKEN_HEX + 1])
{
    return shown.length == TOKEN_HEX && digest_equal(shown.at, cookie, TOKEN_HEX);
}

/* ---- whose session ---- */

static void become_team(struct game *game, struct team *team, bool from_loopback, struct session *ret_session)
{
    *ret_session = (struct session){ .team = team, .may_play = true, .may_name = true };
    ret_session->may_control = ret_session->may_rewind = game->solo && from_loopback;
    derive("csrf", team->token, ret_session->csrf);
}

static void become_member(struct team *team, const struct person *member, struct session *ret_session)
{
    *ret_session = (struct session){ .team = team,
                                     .member = member,
                                     .may_play = member->role != ROLE_OBSERVER,
                                     .may_name = member->role == ROLE_CAPTAIN };
    derive("csrf", member->token, ret_session->csrf);
}

static void become_supporter(struct game *game, struct session *ret_session)
{
    *ret_session = (struct session){ .is_supporter = true };
    derive("csrf", game->support_token, ret_session->csrf);
}

static void become_facilitator(struct game *game, struct session *ret_session)
{
    *ret_session = (struct session){ .is_facilitator = true,
                                     .team = game->team_count == 1 ? game->teams[0] : NULL,
                                     .may_control = true,
                                     .may_play = true,
                                     .may_name = true,
                                     .may_rewind = game->solo };
    derive("csrf", game->token, ret_session->csrf);
}

static bool find_by_cookie(struct game *game, const struct web_request *request, struct session *ret_session)
{
    struct str shown = web_cookie(request, COOKIE);
    if (game->token && is_cookie(shown, game->facilitator_cookie)) {
        become_facilitator(game, ret_session);
        return true;
    }
    if (game->support_token && is_cookie(shown, game->supporter_cookie)) {
        become_supporter(game, ret_session);
        return true;
    }
    for (size_t i = 0; i < game->team_count; i++) {
        struct team *team = game->teams[i];
        if (is_cookie(shown, team->cookie)) {
            become_team(game, team, request->from_loopback, ret_session);
            return true;
        }
        for (size_t place = 0; place < team->members.count; place++) {
            if (!is_cookie(shown, team->members.list[place].cookie))
                continue;
            become_member(team, &team->members.list[place], ret_session);
            return true;
        }
    }
    return false;
}

bool session_sees_keys(const struct session *session)
{
    return !session->is_supporter && (!session->member || session->may_play);
}

bool session_detects(const struct session *session)
{
    return !session->is_facilitator && session->may_play;
}

static bool choose_team(struct game *game, const struct web_request *request, struct web_answer *answer,
                        struct session *session)
{
    struct str wanted = web_parameter(request, "team");
    if ((!session->is_facilitator && !session->is_supporter) || !wanted.length)
        return true;
    session->team = team_of(game, wanted);
    if (!session->team)
        web_refuse(answer, 404, "NotFound", "There is no such team.");
    return session->team != NULL;
}

bool session_of(struct game *game, const struct web_request *request, struct web_answer *answer,
                struct session *ret_session)
{
    if (find_by_cookie(game, request, ret_session))
        return choose_team(game, request, answer, ret_session);
    web_refuse(answer, 401, "Unauthorized", "This wants a session: open the page by its link, or give its token.");
    return false;
}

bool session_of_change(struct game *game, const struct web_request *request, struct web_answer *answer,
                       struct session *ret_session)
{
    if (!session_of(game, request, answer, ret_session))
        return false;
    struct str shown = request->header(request, "X-CSRF-Token");
    if (shown.length == TOKEN_HEX && digest_equal(shown.at, ret_session->csrf, TOKEN_HEX))
        return true;
    web_refuse(answer, 403, "Forbidden", "The header X-CSRF-Token is missing or not this session's.");
    return false;
}

/* ---- wrong tokens ---- */

static struct attempt *attempt_of(struct game *game, const char *peer)
{
    struct attempts *attempts = &game->attempts;
    for (size_t i = 0; i < ATTEMPTS_REMEMBERED; i++)
        if (strcmp(attempts->kept[i].peer, peer) == 0)
            return &attempts->kept[i];
    struct attempt *attempt = &attempts->kept[attempts->next++ % ATTEMPTS_REMEMBERED];
    *attempt = (struct attempt){ .since_ms = time_monotonic_ms() };
    snprintf(attempt->peer, sizeof attempt->peer, "%s", peer);
    return attempt;
}

static bool tries_too_often(struct game *game, const struct web_request *request)
{
    struct attempt *attempt = attempt_of(game, request->peer);
    if (time_monotonic_ms() - attempt->since_ms > MINUTE_ON_WALL_MS)
        *attempt = (struct attempt){ .since_ms = time_monotonic_ms() };
    snprintf(attempt->peer, sizeof attempt->peer, "%s", request->peer);
    return attempt->count >= WRONG_A_MINUTE;
}

/* ---- endpoints ---- */

static void add_may(cJSON *may, const char *what, bool allowed)
{
    if (allowed)
        json_add(may, json_new_string(str_of(what)));
}

/* ?first=true: what a team's page shows first comes with the session, so that it waits for one answer, not for one behind another. */
static void add_first_view(const struct game *game, const struct session *session, const struct web_request *request,
                           cJSON *view)
{
    if (session->is_facilitator || session->is_supporter || !str_is(web_parameter(request, "first"), "true"))
        return;
    cJSON *first = cJSON_CreateObject();
    json_set(first, "game", view_game(game));
    json_set(first, "team", view_team(session->team, request->host, session_sees_keys(session)));
    json_set(view, "first", first);
}

static void tell(const struct game *game, const struct session *session, const struct web_request *request,
                 struct web_answer *answer)
{
    cJSON *view = cJSON_CreateObject(), *may = cJSON_CreateArray();
    json_set_string(view, "role",
                    session->is_facilitator ? "facilitator"
                    : session->is_supporter ? "supporter"
                                            : "team");
    json_set_string(view, "csrf", session->csrf);
    json_set(view, "team", session->team ? json_new_string(str_of(session->team->account)) : cJSON_CreateNull());
    json_set_bool(view, "solo", game->solo);
    add_may(may, "clock", session->may_control);
    add_may(may, "message", session->may_control);
    add_may(may, "mark", session->may_rewind);
    add_may(may, "rewind", session->may_rewind);
    add_may(may, "play", session->may_play);
    add_may(may, "name", session->may_name);
    add_may(may, "members", session->may_name);
    add_may(may, "facilitate", session->is_facilitator);
    add_may(may, "support", session->is_facilitator || session->is_supporter);
    json_set(view, "may", may);
    json_set(view, "member", session->member ? member_view(session->member) : cJSON_CreateNull());
    add_first_view(game, session, request, view);
    web_answer_json(answer, view);
}

static bool find_by_token(struct game *game, const struct web_request *request, struct session *ret_session)
{
    struct str token = json_str(request->input, "token");
    if (!token.at && game->solo && request->from_loopback) {
        become_team(game, game->teams[0], true, ret_session);
        return true;
    }
    if (game->token && token.at && digest_same_secret(str_of(game->token), token)) {
        become_facilitator(game, ret_session);
        return true;
    }
    if (game->support_token && token.at && digest_same_secret(str_of(game->support_token), token)) {
        become_supporter(game, ret_session);
        return true;
    }
    for (size_t i = 0; token.at && i < game->team_count; i++) {
        if (!digest_same_secret(str_of(game->teams[i]->token), token))
            continue;
        become_team(game, game->teams[i], request->from_loopback, ret_session);
        return true;
    }
    return false;
}

static void set_cookie(const struct web_request *request, struct web_answer *answer, const char *value, bool ends)
{
    web_add_header(answer, STR("Set-Cookie"),
                   str_of(arena_printf(request->arena, COOKIE "=%s; HttpOnly; SameSite=Strict; Path=/_rehearse/%s",
                                       value, ends ? "; Max-Age=0" : "")));
}

static struct team *team_of_code(struct game *game, struct str code)
{
    struct team *found = NULL;
    for (size_t i = 0; i < game->team_count; i++)
        if (code_matches(game->teams[i]->code, code))
            found = game->teams[i];
    return found;
}

/* Who has the code may know who else is on the list: a name typed wrongly is soon typed right. */
static void refuse_member(const struct team *team, struct web_answer *answer, const char *why)
{
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "__type", "Conflict");
    json_set_string(view, "message", why);
    if (members_are_listed(team))
        json_set(view, "members", members_names(team));
    web_answer_json(answer, view);
    answer->status = 409;
}

static void join(struct game *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    const char *why = NULL;
    struct team *team = team_of_code(game, json_str(request->input, "code"));
    if (!team) {
        attempt_of(game, request->peer)->count++;
        web_refuse(answer, 401, "Unauthorized", "No team has this code.");
        return;
    }
    const struct person *member = member_join(team, json_str(request->input, "name"), &why);
    if (!member) {
        refuse_member(team, answer, why);
        return;
    }
    become_member(team, member, &session);
    set_cookie(request, answer, member->cookie, false);
    tell(game, &session, request, answer);
}

static const char *cookie_of(const struct game *game, const struct session *session)
{
    if (session->is_facilitator)
        return game->facilitator_cookie;
    return session->is_supporter ? game->supporter_cookie : session->team->cookie;
}

void serve_session_begin(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    if (tries_too_often(game, request)) {
        web_refuse(answer, 429, "TooManyRequests", "Too many wrong tokens. Try again in a minute.");
        return;
    }
    if (json_get(request->input, "code")) {
        join(game, request, answer);
        return;
    }
    if (!find_by_token(game, request, &session)) {
        attempt_of(game, request->peer)->count += json_get(request->input, "token") != NULL;
        web_refuse(answer, 401, "Unauthorized", "This is not the token of a team, nor the facilitator's.");
        return;
    }
    set_cookie(request, answer, cookie_of(game, &session), false);
    tell(game, &session, request, answer);
}

void serve_session(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (session_of(data, request, answer, &session))
        tell(data, &session, request, answer);
}

void serve_session_end(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!session_of_change(data, request, answer, &session))
        return;
    set_cookie(request, answer, "", true);
    web_answer_json(answer, cJSON_CreateObject());
}
