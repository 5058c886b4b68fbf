#include "game/team.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/random.h"
#include "game/game_inner.h"
#include "game/news.h"

#define LONGEST_TEAM_NAME 40
#define REFUSED_MOST      20
#define CODE_ALPHABET     "23456789ABCDEFGHJKMNPQRSTUVWXYZ" /* nothing that looks like another */

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
    json_set_string(row, "code", team->code);
    json_set_string(row, "name", team->chosen_name);
    json_set_string(row, "proposed", team->proposed_name);
    if (team->refused_names)
        json_set(row, "refused", json_thaw(team->refused_names));
    json_set_int64(row, "extra", team->extra_ms);
    store_put(team->game->world->store, game_house, &game_teams, str_of(team->account), json_seal(row));
}

static void make_token(struct team *team)
{
    unsigned char secret[TOKEN_HEX / 2];
    random_secret(secret, sizeof secret);
    hex_encode(secret, sizeof secret, team->token);
}

static void make_code(struct team *team)
{
    char letters[CODE_LETTERS + 1];
    random_secret_text(CODE_ALPHABET, CODE_LETTERS, letters);
    snprintf(team->code, sizeof team->code, "%.4s-%.4s", letters, letters + 4);
}

/* The list's, where it gives one. */
static void take_code(struct team *team)
{
    struct str listed = account_team_note(team->game->world, str_of(team->account), "code");
    if (listed.length)
        snprintf(team->code, sizeof team->code, "%.*s", STR_ARG(listed));
    else
        make_code(team);
}

static void keep_text(char **place, struct str text)
{
    free(*place);
    *place = text.length ? memory_copy(text) : NULL;
}

static void read_row(struct team *team, const cJSON *row)
{
    struct str token = json_str(row, "token"), code = json_str(row, "code");
    keep_text(&team->chosen_name, json_str(row, "name"));
    keep_text(&team->proposed_name, json_str(row, "proposed"));
    cJSON_Delete(team->refused_names);
    team->refused_names = json_get(row, "refused") ? json_thaw(json_get(row, "refused")) : NULL;
    team->extra_ms = json_int64(row, "extra", 0);
    if (token.length == TOKEN_HEX)
        memcpy(team->token, token.at, TOKEN_HEX);
    if (code.length && code.length < LONGEST_CODE)
        snprintf(team->code, sizeof team->code, "%.*s", STR_ARG(code));
}

/* Who it is stands in its row. One that was not here before gets its token now; after a reset it stays who it was. */
static void take_row(struct team *team)
{
    const cJSON *row = row_of(team);
    if (row)
        read_row(team, row);
    else
        team->extra_ms = 0;
    if (!team->token[0])
        make_token(team);
    bool has_code = team->code[0];
    if (!has_code)
        take_code(team);
    session_cookie(team->token, team->cookie);
    if (!row || !has_code)
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
    members_release(&team->members);
    cJSON_Delete(team->refused_names);
    free(team->chosen_name);
    free(team->proposed_name);
    free(team);
}

const char *team_name(const struct team *team)
{
    const struct account *account = account_get(team->game->world, str_of(team->account));
    return team->chosen_name ? team->chosen_name : account ? account->name : team->account;
}

static bool was_refused(const struct team *team, struct str name)
{
    const cJSON *at;
    cJSON_ArrayForEach(at, team->refused_names)
    {
        if (str_equal_ignoring_case(name, json_value(at)))
            return true;
    }
    return false;
}

/* A name that waits is taken, too: who came first gets it. */
static const char *why_not(const struct team *team, struct str name)
{
    const struct game *game = team->game;
    if (!name_is_fit(name, LONGEST_TEAM_NAME))
        return "A team's name is one line of 1 to 40 characters.";
    for (size_t i = 0; i < game->team_count; i++) {
        const struct team *other = game->teams[i];
        if (other != team && (str_equal_ignoring_case(name, str_of(team_name(other))) ||
                              (other->proposed_name && str_equal_ignoring_case(name, str_of(other->proposed_name)))))
            return "Another team has this name.";
    }
    return NULL;
}

static void named(struct team *team)
{
    save(team);
    chronicle_add(team->game, "team", team,
                  team->proposed_name ? words_in("The name \"%s\" waits for a yes", "이름 “%s”이(가) 승인을 기다립니다",
                                                 team->proposed_name)
                                      : words_in("The name is \"%s\"", "이름은 “%s”입니다", team_name(team)));
    game_told_again(team->game);
    news_board(team->game);
    news_roster(team);
    for (size_t i = 0; i < team->game->scenario->challenge_count; i++)
        if (team->game->scenario->challenges[i].solved_when == SOLVED_NAMED)
            challenge_consider(team, i);
    if (team->chosen_name)
        reaction_heard(team, REACT_NAMED, OF_NO_CHALLENGE);
}

const char *team_rename(struct team *team, struct str name)
{
    name = str_trim(name);
    const char *why = why_not(team, name);
    if (why)
        return why;
    if (was_refused(team, name))
        return "The facilitator has refused this name.";
    keep_text(team->game->names_are_approved ? &team->proposed_name : &team->chosen_name, name);
    named(team);
    return NULL;
}

const char *team_give_name(struct team *team, struct str name)
{
    name = str_trim(name);
    const char *why = why_not(team, name);
    if (why)
        return why;
    char *given = memory_copy(name); /* it may be the proposed one itself */
    keep_text(&team->proposed_name, STR_NONE);
    free(team->chosen_name);
    team->chosen_name = given;
    named(team);
    return NULL;
}

void team_refuse_name(struct team *team)
{
    char **refused = team->proposed_name ? &team->proposed_name : &team->chosen_name;
    if (!*refused)
        return;
    if (!team->refused_names)
        team->refused_names = cJSON_CreateArray();
    if (cJSON_GetArraySize(team->refused_names) >= REFUSED_MOST)
        cJSON_DeleteItemFromArray(team->refused_names, 0);
    json_add(team->refused_names, json_new_string(str_of(*refused)));
    keep_text(refused, STR_NONE);
    named(team);
}

void team_rotate(struct team *team)
{
    account_rotate_team_key(team->game->world, str_of(team->account));
    make_token(team);
    make_code(team);
    session_cookie(team->token, team->cookie);
    members_end_sessions(team);
    save(team);
    chronicle_add(team->game, "control", team, words_of("Its keys were rotated", "키를 교체했습니다"));
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
                    game->phase.started_ms);
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
    members_load(team);
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
    for (size_t i = 0; i < team->game->scenario->fault_count; i++) {
        cJSON_Delete(team->faults[i].touched);
        cJSON_Delete(team->faults[i].parameters);
        json_unref(team->faults[i].answer);
    }
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

bool team_plays(const struct team *team)
{
    return phase_is_running(team->game) && !team->is_over;
}

void team_consider(struct team *team)
{
    for (size_t i = 0; i < team->game->scenario->challenge_count; i++)
        challenge_consider(team, i);
}

static void team_is_prepared_now(struct team *team)
{
    if (phase_is_running(team->game))
        team_consider(team);
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
    if (team->game->phase.state == GAME_PREPARING) {
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
    row_watches_start(team);
    if (team_is_prepared(team))
        team_consider(team);
    else
        team_prepare(team);
}

void team_stop(struct team *team)
{
    for (size_t i = 0; i < team->game->scenario->fault_count; i++)
        fault_stop(team, i);
    for (size_t i = 0; i < team->game->scenario->probe_count; i++)
        probe_stop(team, i);
    for (size_t i = 0; i < team->game->scenario->challenge_count; i++)
        challenge_stop(team, i);
    watches_stop(team);
    row_watches_stop(team);
    if (team->call)
        script_cancel(team->game->script, team->call);
    team->call = 0;
}

void team_ends(struct team *team)
{
    team->is_over = true;
    team_stop(team);
    news_roster(team);
    for (size_t i = 0; i < team->game->scenario->challenge_count; i++)
        news_challenge(team, i);
}

/* One whose time was over may go on. */
void team_extend(struct team *team, int64_t ms)
{
    const struct phase *phase = &team->game->phase;
    team->extra_ms += ms;
    save(team);
    news_roster(team);
    if (!team->is_over || !phase_is_running(team->game) || game_now(team->game) >= phase->ends_ms + team->extra_ms)
        return;
    team->is_over = false;
    team_start(team);
}

/* ---- its place ---- */

/* Who reached the score first stands before. */
bool team_stands_before(const struct team *a, const struct team *b, int64_t at_ms)
{
    int64_t mine = ledger_total_at(&a->ledger, at_ms), theirs = ledger_total_at(&b->ledger, at_ms);
    if (mine != theirs)
        return mine > theirs;
    int64_t my_time = ledger_reached_at(&a->ledger, at_ms), their_time = ledger_reached_at(&b->ledger, at_ms);
    return my_time != their_time ? my_time < their_time : a->number < b->number;
}

size_t team_rank(const struct team *team, int64_t at_ms)
{
    size_t rank = 1;
    for (size_t i = 0; i < team->game->team_count; i++)
        rank += team->game->teams[i] != team && team_stands_before(team->game->teams[i], team, at_ms);
    return rank;
}
