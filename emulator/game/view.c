#include "game/view.h"

#include <stdlib.h>

#include "game/ask.h"
#include "game/game_inner.h"
#include "game/mark.h"
#include "game/message.h"
#include "game/question.h"

#define CALLS_SHOWN 50

/* ---- the game ---- */

cJSON *view_instant(int64_t at_ms)
{
    return at_ms ? json_new_int64(at_ms) : cJSON_CreateNull();
}

cJSON *view_trend(const struct team *team, int64_t at_ms)
{
    cJSON *view = cJSON_CreateObject();
    json_set_int64(view, "minute", ledger_trend(&team->ledger, at_ms, MINUTE_MS));
    json_set_int64(view, "five_minutes", ledger_trend(&team->ledger, at_ms, 5 * MINUTE_MS));
    return view;
}

static cJSON *names_of(const cJSON *object)
{
    const cJSON *at;
    cJSON *names = cJSON_CreateArray();
    cJSON_ArrayForEach(at, object)
    {
        json_add(names, json_new_string(str_of(at->string)));
    }
    return names;
}

cJSON *view_team_name(const struct team *team)
{
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "id", team->account);
    json_set_string(view, "name", team_name(team));
    return view;
}

cJSON *view_named(const struct team *team)
{
    cJSON *view = cJSON_CreateObject();
    json_set(view, "team", view_team_name(team));
    json_set(view, "name_proposed", text_or_null(team->proposed_name));
    return view;
}

static cJSON *challenge_defs(const struct scenario *scenario)
{
    cJSON *views = cJSON_CreateArray();
    for (size_t i = 0; i < scenario->challenge_count; i++) {
        const struct challenge_def *def = &scenario->challenges[i];
        cJSON *view = cJSON_CreateObject();
        json_set_string(view, "id", def->id);
        json_set(view, "title", json_thaw(def->title));
        json_set(view, "brief", def->brief ? json_thaw(def->brief) : cJSON_CreateNull());
        json_set(view, "guide", names_of(def->guide));
        json_set_int64(view, "points", def->points);
        json_add(views, view);
    }
    return views;
}

cJSON *view_game(const struct game *game)
{
    const struct scenario *scenario = game->scenario;
    const cJSON *brief = json_get(json_root(scenario->declaration), "brief");
    cJSON *view = cJSON_CreateObject(), *teams = cJSON_CreateArray();
    json_set_string(view, "pack", scenario->id);
    json_set(view, "title", json_thaw(scenario->title));
    json_set(view, "brief", brief ? json_thaw(brief) : cJSON_CreateNull());
    json_set_string(view, "currency", scenario->currency);
    json_set(view, "languages", names_of(scenario->title));
    json_set_int64(view, "duration_ms", scenario->duration_ms);
    json_set_bool(view, "solo", game->solo);
    json_set_string(view, "version", REHEARSE_VERSION);
    json_set_int64(view, "revision", (int64_t)game->revision);
    json_set(view, "challenges", challenge_defs(scenario));
    json_set(view, "guide", names_of(scenario->guide));
    for (size_t i = 0; i < game->team_count; i++)
        json_add(teams, view_team_name(game->teams[i]));
    json_set(view, "teams", teams);
    return view;
}

/* ---- a team ---- */

cJSON *view_series(const struct ledger *ledger)
{
    cJSON *series = cJSON_CreateArray(), *first = cJSON_CreateArray();
    json_add(first, json_new_int64(0));
    json_add(first, json_new_int64(0));
    if (!ledger->point_count || ledger->series[0].after_ms > 0)
        json_add(series, first);
    else
        cJSON_Delete(first);
    for (size_t i = 0; i < ledger->point_count; i++) {
        cJSON *point = cJSON_CreateArray();
        json_add(point, json_new_int64(ledger->series[i].after_ms / 1000));
        json_add(point, json_new_int64(ledger->series[i].total));
        json_add(series, point);
    }
    return series;
}

cJSON *view_feed(struct team *team, uint64_t before)
{
    char prefix[32], from[64];
    int shown = 0;
    cJSON *feed = cJSON_CreateArray();
    snprintf(prefix, sizeof prefix, "%s/", team->account);
    if (before)
        snprintf(from, sizeof from, "%s%012llu", prefix, (unsigned long long)before);
    else
        snprintf(from, sizeof from, "%s:", prefix); /* ':' stands behind every digit */
    struct cursor at = store_seek(team->game->world->store, game_house, &game_scores, NULL, str_of(from), true);
    while (shown < FEED_SHOWN && store_next_within(&at, str_of(prefix))) {
        json_add(feed, score_view(json_root(at.row)));
        shown++;
    }
    if (shown == FEED_SHOWN)
        store_close(&at);
    return feed;
}

static bool is_wanted(const struct recent *recent, bool errors, struct str service)
{
    return (!errors || recent->code) && (!service.length || str_is(service, recent->service));
}

cJSON *view_calls(const struct team *team, uint64_t before, bool errors, struct str service, size_t most)
{
    cJSON *calls = cJSON_CreateArray();
    const struct recent *recent;
    for (; most > 0 && (recent = recent_before(&team->recents, before)); before = recent->seq) {
        if (!is_wanted(recent, errors, service))
            continue;
        json_add(calls, recent_view(recent));
        most--;
    }
    return calls;
}

/* Whoever looks at the page by this host reaches the cloud by it too. */
cJSON *view_exports(const struct team *team, struct str host)
{
    const struct access_key *key = account_team_key(team->game->world, str_of(team->account));
    const char *region = team->game->cloud->region;
    struct buf endpoint = BUF_EMPTY, shell = BUF_EMPTY;
    cJSON *view = cJSON_CreateObject();
    buf_printf(&endpoint, "http://%.*s", STR_ARG(host));
    json_set_string(view, "endpoint", endpoint.at);
    json_set_string(view, "region", region);
    json_set_string(view, "account", team->account);
    json_set_string(view, "access_key_id", key ? key->id : "");
    json_set_string(view, "secret_access_key", key ? key->secret : "");
    buf_printf(&shell,
               "export AWS_ENDPOINT_URL=%s\nexport AWS_ACCESS_KEY_ID=%s\nexport AWS_SECRET_ACCESS_KEY=%s\n"
               "export AWS_DEFAULT_REGION=%s\nexport AWS_DISABLE_HOST_PREFIX_INJECTION=true\n",
               endpoint.at, key ? key->id : "", key ? key->secret : "", region);
    json_set_string(view, "shell", shell.at);
    buf_release(&endpoint);
    buf_release(&shell);
    return view;
}

static cJSON *challenges_view(struct team *team)
{
    cJSON *views = cJSON_CreateArray();
    for (size_t i = 0; i < team->game->scenario->challenge_count; i++)
        json_add(views, challenge_view(team, i));
    return views;
}

cJSON *view_team(struct team *team, struct str host, bool with_keys)
{
    struct game *game = team->game;
    char position[48] = "";
    cJSON *view = cJSON_CreateObject();
    if (game->feed.position)
        game->feed.position(game->feed.data, team->channel, position);
    json_set_string(view, "event", position);
    json_set(view, "clock", phase_view(game, team));
    json_set(view, "team", view_team_name(team));
    json_set_int64(view, "score", ledger_total(&team->ledger));
    json_set(view, "trend", view_trend(team, game_now(game)));
    json_set_int64(view, "rank", (int64_t)team_rank(team, phase_board_at(game)));
    json_set(view, "series", view_series(&team->ledger));
    json_set(view, "feed", view_feed(team, 0));
    json_set(view, "challenges", challenges_view(team));
    json_set(view, "messages", messages_view(game, team));
    json_set(view, "calls", view_calls(team, 0, false, STR_NONE, CALLS_SHOWN));
    json_set(view, "exports", with_keys ? view_exports(team, host) : cJSON_CreateNull());
    json_set(view, "marks", game->solo ? marks_view(game) : cJSON_CreateArray());
    json_set(view, "notices", game->solo ? notices_view(&game->notices) : cJSON_CreateArray());
    json_set(view, "name_proposed", text_or_null(team->proposed_name));
    json_set(view, "members", members_view(team));
    json_set(view, "questions", questions_view(game, team, 0));
    return view;
}

/* ---- the board ---- */

struct standing {
    const struct team *team;
    int64_t at_ms;
};

static int compare(const void *a, const void *b)
{
    const struct standing *mine = a, *theirs = b;
    return team_stands_before(mine->team, theirs->team, mine->at_ms) ? -1 : 1;
}

int64_t view_solved(const struct team *team, int64_t at_ms)
{
    int64_t solved = 0;
    for (size_t i = 0; i < team->game->scenario->challenge_count; i++)
        solved += team->challenges[i].solved_ms && team->challenges[i].solved_ms <= at_ms;
    return solved;
}

static cJSON *standing_view(const struct team *team, size_t rank, int64_t at_ms)
{
    cJSON *view = cJSON_CreateObject();
    json_set_int64(view, "rank", (int64_t)rank);
    json_set_string(view, "team", team->account);
    json_set_string(view, "name", team_name(team));
    json_set_int64(view, "score", ledger_total_at(&team->ledger, at_ms));
    json_set(view, "trend", view_trend(team, at_ms));
    json_set_int64(view, "solved", view_solved(team, at_ms));
    json_set(view, "reached_at", view_instant(ledger_reached_at(&team->ledger, at_ms)));
    return view;
}

const struct team **view_standings(const struct game *game, int64_t at_ms)
{
    struct standing *standings = memory_alloc((game->team_count + 1) * sizeof *standings);
    const struct team **teams = memory_alloc((game->team_count + 1) * sizeof *teams);
    for (size_t i = 0; i < game->team_count; i++)
        standings[i] = (struct standing){ game->teams[i], at_ms };
    qsort(standings, game->team_count, sizeof *standings, compare);
    for (size_t i = 0; i < game->team_count; i++)
        teams[i] = standings[i].team;
    free(standings);
    return teams;
}

cJSON *view_board_rows(const struct game *game, int64_t at_ms)
{
    const struct team **standings = view_standings(game, at_ms);
    cJSON *rows = cJSON_CreateArray();
    for (size_t i = 0; i < game->team_count; i++)
        json_add(rows, standing_view(standings[i], i + 1, at_ms));
    free(standings);
    return rows;
}

/* ---- guides ---- */

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

cJSON *view_guide(const struct game *game, struct str challenge, struct str language)
{
    const char *shown;
    struct buf text = BUF_EMPTY;
    cJSON *view = NULL;
    const cJSON *file = guide_file(game, challenge, language, &shown);
    if (file && script_read_file(game->script, file->valuestring, &text) && str_is_utf8(buf_str(&text))) {
        view = cJSON_CreateObject();
        json_set(view, "challenge", challenge.length ? json_new_string(challenge) : cJSON_CreateNull());
        json_set_string(view, "language", shown);
        json_set_str(view, "markdown", buf_str(&text));
    }
    buf_release(&text);
    return view;
}
