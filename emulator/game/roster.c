#include "game/roster.h"

#include "game/ask.h"
#include "game/game_inner.h"
#include "game/hint.h"
#include "game/news.h"
#include "game/question.h"
#include "game/view.h"

#define IDLE_MS (5 * MINUTE_MS)

/* ---- a row ---- */

static cJSON *troubles_view(struct team *team)
{
    static const char *const shown[] = { "since", "why", "call" };
    cJSON *views = cJSON_CreateArray();
    for (size_t i = 0; i < team->game->scenario->challenge_count; i++) {
        cJSON *trouble = challenge_is_open(team, i) ? probe_trouble(team, i) : NULL;
        if (trouble && cJSON_IsObject(trouble)) {
            cJSON *view = cJSON_CreateObject();
            json_set_string(view, "challenge", team->game->scenario->challenges[i].id);
            for (size_t m = 0; m < sizeof shown / sizeof *shown; m++)
                json_set(view, shown[m], json_thaw(json_get(trouble, shown[m])));
            json_add(views, view);
        }
        cJSON_Delete(trouble);
    }
    return views;
}

static cJSON *faults_view(const struct team *team)
{
    cJSON *views = cJSON_CreateArray();
    for (size_t i = 0; i < team->game->scenario->fault_count; i++) {
        const struct trouble *fault = &team->faults[i];
        if (!fault_stands(team, i))
            continue;
        cJSON *view = cJSON_CreateObject();
        json_set_string(view, "fault", team->game->scenario->faults[i].id);
        json_set(view, "title", json_thaw(team->game->scenario->faults[i].title));
        json_set_int64(view, "number", fault->number);
        json_set_int64(view, "since", fault->broken_ms);
        json_set(view, "detected_at", view_instant(fault->detected_ms));
        json_add(views, view);
    }
    return views;
}

static bool has_good_probe(const struct team *team)
{
    for (size_t i = 0; i < team->game->scenario->probe_count; i++)
        if (team->probes[i].state == PROBE_GOOD)
            return true;
    return false;
}

static const char *health_of(const struct team *team, const cJSON *troubles)
{
    const struct phase *phase = &team->game->phase;
    int64_t last = team->last_call_ms ? team->last_call_ms : phase->started_ms;
    if (cJSON_GetArraySize(troubles) > 0)
        return "trouble";
    if (team_plays(team) && phase->started_ms && game_now(team->game) - last > IDLE_MS)
        return "idle";
    return has_good_probe(team) ? "good" : "unknown";
}

static int64_t hints_of(const struct team *team)
{
    int64_t count = 0;
    for (size_t i = 0; i < team->game->scenario->fault_count; i++)
        count += (int64_t)hints_bought(team, i);
    return count;
}

static cJSON *last_call_of(const struct team *team)
{
    const struct recent *recent = recent_before(&team->recents, 0);
    while (recent && recent->origin != ORIGIN_CLIENT)
        recent = recent_before(&team->recents, recent->seq);
    return recent ? recent_view(recent) : cJSON_CreateNull();
}

cJSON *roster_row(struct team *team)
{
    struct game *game = team->game;
    const struct web_feed *feed = &game->feed;
    int64_t now = game_now(game);
    cJSON *view = cJSON_CreateObject(), *troubles = troubles_view(team);
    json_set_string(view, "team", team->account);
    json_set_string(view, "name", team_name(team));
    json_set(view, "name_proposed", text_or_null(team->proposed_name));
    json_set(view, "members", members_view(team));
    json_set_int64(view, "score", ledger_total(&team->ledger));
    json_set(view, "trend", view_trend(team, now));
    json_set_int64(view, "rank", (int64_t)team_rank(team, now));
    json_set_int64(view, "solved", view_solved(team, now));
    json_set_int64(view, "hints", hints_of(team));
    json_set_int64(view, "extra_ms", team->extra_ms);
    json_set_int64(view, "pages", feed->readers ? (int64_t)feed->readers(feed->data, team->channel) : 0);
    json_set_string(view, "health", health_of(team, troubles));
    json_set(view, "troubles", troubles);
    json_set(view, "faults", faults_view(team));
    json_set(view, "last_call", last_call_of(team));
    json_set_int64(view, "questions", questions_open(game, team));
    return view;
}

cJSON *roster_view(struct game *game)
{
    char position[48] = "";
    cJSON *view = cJSON_CreateObject(), *rows = cJSON_CreateArray();
    if (game->feed.position)
        game->feed.position(game->feed.data, STAFF_CHANNEL, position);
    json_set_string(view, "event", position);
    json_set(view, "clock", phase_view(game, NULL));
    json_set_string(view, "names", game->names_are_approved ? "approved" : "at once");
    for (size_t i = 0; i < game->team_count; i++)
        json_add(rows, roster_row(game->teams[i]));
    json_set(view, "rows", rows);
    json_set(view, "notices", notices_view(&game->notices));
    return view;
}

/* ---- the pack's faults ---- */

static cJSON *copy_or_null(const cJSON *node)
{
    return node ? json_thaw(node) : cJSON_CreateNull();
}

static cJSON *fault_row(const struct game *game, size_t place)
{
    const struct fault_def *def = &game->scenario->faults[place];
    cJSON *view = cJSON_CreateObject(), *standing = cJSON_CreateArray();
    json_set_string(view, "fault", def->id);
    json_set(view, "title", json_thaw(def->title));
    json_set(view, "brief", copy_or_null(def->brief));
    json_set(view, "challenge",
             def->challenge == OF_NO_CHALLENGE ? cJSON_CreateNull()
                                               : text_or_null(game->scenario->challenges[def->challenge].id));
    json_set_string(view, "kind", def->of_cloud ? "cloud" : "state");
    json_set(view, "learnt", copy_or_null(def->learnt));
    json_set(view, "takes", def->takes ? json_thaw(def->takes) : cJSON_CreateArray());
    for (size_t i = 0; i < game->team_count; i++)
        if (fault_stands(game->teams[i], place))
            json_add(standing, json_new_string(str_of(game->teams[i]->account)));
    json_set(view, "standing", standing);
    return view;
}

cJSON *roster_faults(struct game *game)
{
    cJSON *view = cJSON_CreateObject(), *rows = cJSON_CreateArray();
    for (size_t i = 0; i < game->scenario->fault_count; i++)
        json_add(rows, fault_row(game, i));
    json_set(view, "faults", rows);
    return view;
}

/* ---- credentials ---- */

cJSON *roster_sheet_row(const struct team *team, struct str host)
{
    char link[512];
    const struct access_key *key = account_team_key(team->game->world, str_of(team->account));
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "team", team->account);
    json_set_string(view, "name", team_name(team));
    json_set_string(view, "code", team->code);
    snprintf(link, sizeof link, "http://%.*s/_rehearse/#code=%s", (int)(host.length < 255 ? host.length : 255), host.at,
             team->code);
    json_set_string(view, "join", link);
    snprintf(link, sizeof link, "http://%.*s/_rehearse/#token=%s", (int)(host.length < 255 ? host.length : 255),
             host.at, team->token);
    json_set_string(view, "page", link);
    json_set_string(view, "account", team->account);
    json_set_string(view, "access_key_id", key ? key->id : "");
    json_set_string(view, "secret_access_key", key ? key->secret : "");
    json_set(view, "members", members_view(team));
    return view;
}

cJSON *roster_sheet(struct game *game, struct str host)
{
    char endpoint[300];
    cJSON *view = cJSON_CreateObject(), *rows = cJSON_CreateArray();
    snprintf(endpoint, sizeof endpoint, "http://%.*s", (int)(host.length < 255 ? host.length : 255), host.at);
    json_set_string(view, "endpoint", endpoint);
    json_set_string(view, "region", game->cloud->region);
    json_set(view, "title", json_thaw(game->scenario->title));
    for (size_t i = 0; i < game->team_count; i++)
        json_add(rows, roster_sheet_row(game->teams[i], host));
    json_set(view, "teams", rows);
    return view;
}
