#include "game/team.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/random.h"
#include "game/game_inner.h"
#include "game/news.h"

#define LONGEST_TEAM_NAME 40

const struct table_def game_teams = { .name = "game.team" };

/* ---- who ---- */

static const cJSON *row_of(const struct team *team)
{
    struct json *row = store_get(team->game->world->store, game_house, &game_teams, str_of(team->account));
    return row ? json_root(row) : NULL;
}

static void save(struct team *team)
{
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "token", team->token);
    json_set_string(row, "name", team->chosen_name);
    store_put(team->game->world->store, game_house, &game_teams, str_of(team->account), json_seal(row));
}

static void make_token(struct team *team)
{
    unsigned char secret[TOKEN_HEX / 2];
    random_secret(secret, sizeof secret);
    hex_encode(secret, sizeof secret, team->token);
}

static void read_row(struct team *team, const cJSON *row)
{
    struct str token = json_str(row, "token"), name = json_str(row, "name");
    free(team->chosen_name);
    team->chosen_name = name.length ? memory_copy(name) : NULL;
    if (token.length == TOKEN_HEX)
        memcpy(team->token, token.at, TOKEN_HEX);
}

/* Who it is stands in its row. One that was not here before gets its token now; after a reset it stays who it was. */
static void take_row(struct team *team)
{
    const cJSON *row = row_of(team);
    if (row)
        read_row(team, row);
    else if (!team->token[0])
        make_token(team);
    session_cookie(team->token, team->cookie);
    if (!row)
        save(team);
}

struct team *team_new(struct game *game, const struct account *account, size_t number)
{
    struct team *team = memory_alloc(sizeof *team);
    team->game = game;
    team->number = number;
    memcpy(team->account, account->id, sizeof team->account);
    snprintf(team->channel, sizeof team->channel, "team/%s", team->account);
    take_row(team);
    return team;
}

void team_free(struct team *team)
{
    team_unload(team);
    recents_release(&team->recents);
    lately_release(&team->lately);
    free(team->chosen_name);
    free(team);
}

const char *team_name(const struct team *team)
{
    const struct account *account = account_get(team->game->world, str_of(team->account));
    return team->chosen_name ? team->chosen_name : account ? account->name : team->account;
}

static bool is_one_line(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7F)
            return false;
    return true;
}

const char *team_rename(struct team *team, struct str name)
{
    struct game *game = team->game;
    name = str_trim(name);
    if (!name.length || str_count_code_points(name) > LONGEST_TEAM_NAME || !is_one_line(name))
        return "A team's name is one line of 1 to 40 characters.";
    for (size_t i = 0; i < game->team_count; i++)
        if (game->teams[i] != team && str_equal_ignoring_case(name, str_of(team_name(game->teams[i]))))
            return "Another team has this name.";
    free(team->chosen_name);
    team->chosen_name = memory_copy(name);
    save(team);
    game_told_again(game);
    news_board(game);
    for (size_t i = 0; i < game->scenario->challenge_count; i++)
        if (game->scenario->challenges[i].solved_when == SOLVED_NAMED)
            challenge_consider(team, i);
    reaction_heard(team, REACT_NAMED, OF_NO_CHALLENGE);
    return NULL;
}

/* Services write tags as a map, or as a list of Key and Value, large or small. */
static struct str tag_named(const cJSON *tags, const char *name)
{
    const cJSON *tag;
    cJSON_ArrayForEach(tag, tags)
    {
        struct str key = json_str(tag, "Key"), value = json_str(tag, "Value");
        if (cJSON_IsString(tag) && str_equal_ignoring_case(str_of(tag->string), str_of(name)))
            return json_value(tag);
        if (!key.length) {
            key = json_str(tag, "key");
            value = json_str(tag, "value");
        }
        if (str_equal_ignoring_case(key, str_of(name)))
            return value;
    }
    return STR_NONE;
}

void team_hear_tags(struct team *team, const struct call *call)
{
    const cJSON *places[] = { json_get(call->input, "Tags"), json_get(call->input, "tags"),
                              json_get(json_get(call->input, "Tagging"), "TagSet") };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct str name = tag_named(places[i], "TeamName");
        if (name.length && !str_is(name, team_name(team)))
            (void)team_rename(team, name);
    }
}

struct team *team_of(const struct game *game, struct str account)
{
    return map_get(game->by_account, account);
}

/* ---- state from rows ---- */

static void fold_log(struct team *team)
{
    struct game *game = team->game;
    char prefix[ACCOUNT_ID_LENGTH + 2];
    snprintf(prefix, sizeof prefix, "%s/", team->account);
    struct cursor at = store_seek_from(game->world->store, game_house, &game_scores, NULL, str_of(prefix));
    while (store_next_within(&at, str_of(prefix))) {
        const cJSON *row = json_root(at.row);
        uint64_t seq = (uint64_t)json_int64(row, "seq", 0);
        struct str challenge = json_str(row, "challenge");
        ledger_fold(&team->ledger, row,
                    challenge.length ? scenario_challenge(game->scenario, challenge) : OF_NO_CHALLENGE,
                    game->started_ms);
        if (game->last_score < seq)
            game->last_score = seq;
    }
}

void team_load(struct team *team)
{
    const struct scenario *scenario = team->game->scenario;
    team->challenges = memory_alloc((scenario->challenge_count + 1) * sizeof *team->challenges);
    team->probes = memory_alloc((scenario->probe_count + 1) * sizeof *team->probes);
    team->faults = memory_alloc((scenario->fault_count + 1) * sizeof *team->faults);
    team->faults_broken = 0;
    take_row(team);
    fold_log(team);
    for (size_t i = 0; i < scenario->challenge_count; i++)
        challenge_load(team, i);
    for (size_t i = 0; i < scenario->probe_count; i++)
        probe_load(team, i);
    for (size_t i = 0; i < scenario->fault_count; i++)
        fault_load(team, i);
}

void team_unload(struct team *team)
{
    if (!team->challenges)
        return;
    team_stop(team);
    for (size_t i = 0; i < team->game->scenario->fault_count; i++)
        cJSON_Delete(team->faults[i].touched);
    free(team->challenges);
    free(team->probes);
    free(team->faults);
    team->challenges = NULL;
    team->probes = NULL;
    team->faults = NULL;
    ledger_release(&team->ledger);
}

/* ---- setting up ---- */

static void prepare_next(struct team *team);

static void prepared(void *data, struct json *answer, const struct script_error *error)
{
    struct team *team = data;
    team->call = 0;
    if (error && error->interrupted) {
        team_prepare(team);
        return;
    }
    if (error) {
        char *text = notice_of_error(error);
        notice_add(team->game, "error", "%s: %s", team->game->scenario->challenges[team->preparing].setup, text);
        free(text);
        game_fail(team->game);
        return;
    }
    challenge_prepared(team, team->preparing);
    prepare_next(team);
}

static void consider_challenges(struct team *team)
{
    for (size_t i = 0; i < team->game->scenario->challenge_count; i++)
        challenge_consider(team, i);
}

static void team_is_prepared_now(struct team *team)
{
    if (team->game->state == GAME_LIVE)
        consider_challenges(team);
    else
        game_begin(team->game);
}

static void prepare_next(struct team *team)
{
    const struct scenario *scenario = team->game->scenario;
    for (; team->preparing < scenario->challenge_count; team->preparing++) {
        if (team->challenges[team->preparing].prepared)
            continue;
        if (scenario->challenges[team->preparing].setup)
            break;
        challenge_prepared(team, team->preparing);
    }
    if (team->preparing == scenario->challenge_count) {
        team_is_prepared_now(team);
        return;
    }
    team->call = script_call(team->game->script, scenario->challenges[team->preparing].setup, team->account, NULL,
                             prepared, team);
}

/* What a setup that was cut short has left behind goes first; but not under the feet of a team that plays already. */
void team_prepare(struct team *team)
{
    if (team->game->state != GAME_LIVE) {
        account_empty(team->game->world, team->account);
        for (size_t i = 0; i < team->game->scenario->challenge_count; i++)
            team->challenges[i].prepared = false;
    }
    team->preparing = 0;
    prepare_next(team);
}

bool team_is_prepared(const struct team *team)
{
    for (size_t i = 0; i < team->game->scenario->challenge_count; i++)
        if (!team->challenges[i].prepared)
            return false;
    return true;
}

/* ---- playing ---- */

/* A challenge that an edit has added since the game began is set up now. */
void team_start(struct team *team)
{
    const struct scenario *scenario = team->game->scenario;
    for (size_t i = 0; i < scenario->fault_count; i++)
        fault_resume(team, i);
    for (size_t i = 0; i < scenario->probe_count; i++)
        if (challenge_is_open(team, scenario->probes[i].challenge))
            probe_start(team, i);
    watches_start(team);
    if (team_is_prepared(team))
        consider_challenges(team);
    else
        team_prepare(team);
}

void team_stop(struct team *team)
{
    for (size_t i = 0; i < team->game->scenario->fault_count; i++)
        fault_stop(team, i);
    for (size_t i = 0; i < team->game->scenario->probe_count; i++)
        probe_stop(team, i);
    watches_stop(team);
    if (team->call)
        script_cancel(team->game->script, team->call);
    team->call = 0;
}

/* ---- its place and its limits ---- */

/* Who reached the score first stands before. */
bool team_stands_before(const struct team *a, const struct team *b, int64_t at_ms)
{
    int64_t mine = ledger_total_at(&a->ledger, at_ms), theirs = ledger_total_at(&b->ledger, at_ms);
    if (mine != theirs)
        return mine > theirs;
    int64_t my_time = ledger_reached_at(&a->ledger, at_ms), their_time = ledger_reached_at(&b->ledger, at_ms);
    return my_time != their_time ? my_time < their_time : a->number < b->number;
}

size_t team_rank(const struct team *team)
{
    size_t rank = 1;
    for (size_t i = 0; i < team->game->team_count; i++)
        rank += team->game->teams[i] != team && team_stands_before(team->game->teams[i], team, INT64_MAX);
    return rank;
}
