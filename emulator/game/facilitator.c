/* What is the facilitator's alone: README.md, section 6. */
#include <stdlib.h>

#include "game/api.h"
#include "game/chronicle.h"
#include "game/export.h"
#include "game/game_inner.h"
#include "game/news.h"
#include "game/review.h"
#include "game/roster.h"
#include "game/view.h"

#define OVERRIDE_MOST   100000
#define PARAMETERS_MOST 4096 /* bytes, about */

/* ---- reading ---- */

static void get_roster(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (api_facilitator(game, request, answer, &session, false))
        web_answer_json(answer, roster_view(game));
}

static void get_faults(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (api_facilitator(game, request, answer, &session, false))
        web_answer_json(answer, roster_faults(game));
}

static void get_log(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_facilitator(game, request, answer, &session, false))
        return;
    cJSON *view = cJSON_CreateObject();
    json_set(view, "log", chronicle_view(game, api_number(request, "before")));
    web_answer_json(answer, view);
}

static void get_sheet(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (api_facilitator(game, request, answer, &session, false))
        web_answer_json(answer, roster_sheet(game, request->host));
}

static void get_export(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (api_facilitator(game, request, answer, &session, false))
        export_serve(game, request, answer);
}

/* ---- the event ---- */

static void post_state(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_facilitator(game, request, answer, &session, true))
        return;
    const char *why = phase_change(game, json_str(request->input, "state"));
    api_answer(answer, why, phase_view(game, NULL));
}

static void post_schedule(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    if (!api_facilitator(game, request, answer, &session, true))
        return;
    const char *why = phase_schedule(game, request->input);
    api_answer(answer, why, phase_view(game, NULL));
}

static void post_extend(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    struct team *team;
    if (!api_facilitator(game, request, answer, &session, true) || !api_team_named(game, request, answer, &team))
        return;
    const char *why = phase_extend(game, team, json_int64(request->input, "ms", 0));
    api_answer(answer, why, phase_view(game, team));
}

static void post_freeze(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct session session;
    const cJSON *frozen = json_get(request->input, "frozen");
    if (!api_facilitator(game, request, answer, &session, true))
        return;
    const char *why = cJSON_IsBool(frozen) ? phase_freeze(game, cJSON_IsTrue(frozen)) : "Say frozen: true or false.";
    api_answer(answer, why, phase_view(game, NULL));
}

/* ---- challenges and faults, for one team or all ---- */

static bool challenge_named(struct game *game, const struct web_request *request, struct web_answer *answer,
                            size_t *ret_place)
{
    *ret_place = scenario_challenge(game->scenario, json_str(request->input, "challenge"));
    if (*ret_place == SIZE_MAX)
        web_refuse(answer, 404, "NotFound", "There is no such challenge.");
    return *ret_place != SIZE_MAX;
}

/* Asks each team, or the one; how many said that it changed something. */
static int64_t each_team(struct game *game, struct team *only, bool (*change)(struct team *, size_t, const cJSON *),
                         size_t place, const cJSON *with)
{
    int64_t changed = 0;
    for (size_t i = 0; i < game->team_count; i++)
        if (!only || only == game->teams[i])
            changed += change(game->teams[i], place, with);
    return changed;
}

static void answer_count(struct web_answer *answer, const char *name, int64_t count)
{
    cJSON *view = cJSON_CreateObject();
    json_set_int64(view, name, count);
    web_answer_json(answer, view);
}

static bool unlock(struct team *team, size_t place, const cJSON *with)
{
    if (!team_plays(team) || team->challenges[place].state != CHALLENGE_LOCKED)
        return false;
    challenge_open(team, place);
    return team->challenges[place].state == CHALLENGE_OPEN;
}

static bool solve(struct team *team, size_t place, const cJSON *with)
{
    if (!team_plays(team) || team->challenges[place].state != CHALLENGE_OPEN)
        return false;
    challenge_solve(team, place);
    return true;
}

static bool inject(struct team *team, size_t place, const cJSON *parameters)
{
    return team_plays(team) && fault_inject(team, place, parameters);
}

static bool withdraw(struct team *team, size_t place, const cJSON *with)
{
    if (!fault_stands(team, place))
        return false;
    fault_withdraw(team, place);
    return true;
}

static void change_challenge(struct game *game, const struct web_request *request, struct web_answer *answer,
                             bool (*change)(struct team *, size_t, const cJSON *), const char *counts)
{
    struct session session;
    struct team *team;
    size_t place;
    if (!api_facilitator(game, request, answer, &session, true) || !api_team_named(game, request, answer, &team) ||
        !challenge_named(game, request, answer, &place))
        return;
    int64_t changed = phase_is_running(game) ? each_team(game, team, change, place, NULL) : 0;
    if (phase_is_running(game))
        answer_count(answer, counts, changed);
    else
        web_refuse(answer, 409, "Conflict", "The event does not go on now.");
}

static void post_unlock(void *game, const struct web_request *request, struct web_answer *answer)
{
    change_challenge(game, request, answer, unlock, "unlocked");
}

static void post_solve(void *game, const struct web_request *request, struct web_answer *answer)
{
    change_challenge(game, request, answer, solve, "solved");
}

static const char *fault_refusal(const struct game *game, const cJSON *input, bool injects)
{
    const cJSON *parameters = json_get(input, "parameters");
    if (!injects && !str_is(json_str(input, "do"), "withdraw"))
        return "Say do: inject or withdraw.";
    if (parameters && (!cJSON_IsObject(parameters) || json_weight(parameters, PARAMETERS_MOST) > PARAMETERS_MOST))
        return "Parameters are an object of at most 4 KiB.";
    return phase_is_running(game) ? NULL : "The event does not go on now.";
}

static void post_fault(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    struct team *team;
    if (!api_facilitator(game, request, answer, &session, true) || !api_team_named(game, request, answer, &team))
        return;
    size_t place = scenario_fault(game->scenario, json_str(request->input, "fault"));
    bool injects = str_is(json_str(request->input, "do"), "inject");
    const char *why = fault_refusal(game, request->input, injects);
    if (place == SIZE_MAX)
        web_refuse(answer, 404, "NotFound", "There is no such fault.");
    else if (why)
        web_refuse(answer, 409, "Conflict", why);
    else
        answer_count(answer, "changed",
                     each_team(game, team, injects ? inject : withdraw, place, json_get(request->input, "parameters")));
}

/* ---- one team ---- */

/* False: refused; here a team must be named. */
static bool one_team(struct game *game, const struct web_request *request, struct web_answer *answer,
                     struct team **ret_team)
{
    struct session session;
    if (!api_facilitator(game, request, answer, &session, true) || !api_team_named(game, request, answer, ret_team))
        return false;
    if (!*ret_team)
        web_refuse(answer, 400, "BadRequest", "Say which team.");
    return *ret_team != NULL;
}

static void post_score(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct team *team;
    if (!one_team(game, request, answer, &team))
        return;
    const cJSON *points = json_get(request->input, "points");
    struct str challenge = json_str(request->input, "challenge");
    size_t place = challenge.at ? scenario_challenge(game->scenario, challenge) : OF_NO_CHALLENGE;
    cJSON *reason = api_words(json_get(request->input, "reason"));
    if (!reason || !points || !json_is_integer(points) || llabs(json_to_int64(points)) > OVERRIDE_MOST ||
        (challenge.at && place == SIZE_MAX)) {
        cJSON_Delete(reason);
        web_refuse(
            answer, 400, "BadRequest",
            "An override has points (a whole number, 100,000 at most), a reason, and a challenge of the game or none.");
        return;
    }
    score_add(team, &(struct score_note){ .kind = SCORE_OVERRIDE,
                                          .points = json_to_int64(points),
                                          .reason_taken = reason,
                                          .challenge = place,
                                          .by = SCORE_BY_FACILITATOR });
    answer_count(answer, "score", ledger_total(&team->ledger));
}

static void post_team(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct team *team;
    const char *why = NULL;
    if (!one_team(game, request, answer, &team))
        return;
    const cJSON *name = json_get(request->input, "name");
    if (name && cJSON_IsNull(name))
        team_refuse_name(team);
    else
        why = team_give_name(team, json_str(request->input, "name"));
    api_answer(answer, why, view_named(team));
}

static void post_names(void *data, const struct web_request *request, struct web_answer *answer)
{
    struct game *game = data;
    struct session session;
    struct str names = json_str(request->input, "names");
    if (!api_facilitator(game, request, answer, &session, true))
        return;
    bool approved = str_is(names, "approved");
    if (!approved && !str_is(names, "at once")) {
        web_refuse(answer, 400, "BadRequest", "Names count \"at once\", or when \"approved\".");
        return;
    }
    game->names_are_approved = approved;
    game_save(game);
    cJSON *view = cJSON_CreateObject();
    json_set_str(view, "names", names);
    web_answer_json(answer, view);
}

static void post_keys(void *game, const struct web_request *request, struct web_answer *answer)
{
    struct team *team;
    if (!one_team(game, request, answer, &team))
        return;
    team_rotate(team);
    web_answer_json(answer, roster_sheet_row(team, request->host));
}

const struct web_endpoint facilitator_endpoints[] = {
    { "GET", "/_rehearse/api/roster", get_roster },
    { "GET", "/_rehearse/api/faults", get_faults },
    { "GET", "/_rehearse/api/log", get_log },
    { "GET", "/_rehearse/api/sheet", get_sheet },
    { "GET", "/_rehearse/api/export", get_export },
    { "POST", "/_rehearse/api/state", post_state },
    { "POST", "/_rehearse/api/schedule", post_schedule },
    { "POST", "/_rehearse/api/extend", post_extend },
    { "POST", "/_rehearse/api/freeze", post_freeze },
    { "POST", "/_rehearse/api/unlock", post_unlock },
    { "POST", "/_rehearse/api/solve", post_solve },
    { "POST", "/_rehearse/api/fault", post_fault },
    { "POST", "/_rehearse/api/score", post_score },
    { "POST", "/_rehearse/api/team", post_team },
    { "POST", "/_rehearse/api/names", post_names },
    { "POST", "/_rehearse/api/keys", post_keys },
    { 0 },
};
