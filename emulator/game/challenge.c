#include "game/challenge.h"

#include "game/answer.h"
#include "game/game_inner.h"
#include "game/hint.h"
#include "game/news.h"

const struct table_def game_challenges = { .name = "game.challenge" };

static const char *const states[] = { "locked", "open", "solved" };

static const struct challenge_def *def_of(const struct team *team, size_t place)
{
    return &team->game->scenario->challenges[place];
}

/* ---- rows ---- */

static void key_of(const struct team *team, size_t place, char ret_key[ROW_KEY_ROOM])
{
    snprintf(ret_key, ROW_KEY_ROOM, "%s/%s", team->account, def_of(team, place)->id);
}

void challenge_load(struct team *team, size_t place)
{
    char key[ROW_KEY_ROOM];
    struct challenge *challenge = &team->challenges[place];
    key_of(team, place, key);
    struct json *row = store_get(team->game->world->store, game_house, &game_challenges, str_of(key));
    *challenge = (struct challenge){ 0 };
    if (!row)
        return;
    const cJSON *root = json_root(row);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (str_is(json_str(root, "state"), states[i]))
            challenge->state = (enum challenge_state)i;
    challenge->opened_ms = json_int64(root, "opened_at", 0);
    challenge->solved_ms = json_int64(root, "solved_at", 0);
    challenge->prepared = json_bool(root, "prepared", false);
}

static void save(struct team *team, size_t place)
{
    char key[ROW_KEY_ROOM];
    const struct challenge *challenge = &team->challenges[place];
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "state", states[challenge->state]);
    json_set_int64(row, "opened_at", challenge->opened_ms);
    json_set_int64(row, "solved_at", challenge->solved_ms);
    json_set_bool(row, "prepared", challenge->prepared);
    key_of(team, place, key);
    store_put(team->game->world->store, game_house, &game_challenges, str_of(key), json_seal(row));
}

/* ---- its life ---- */

void challenge_prepared(struct team *team, size_t place)
{
    team->challenges[place].prepared = true;
    save(team, place);
}

bool challenge_is_open(const struct team *team, size_t place)
{
    return team->challenges[place].state != CHALLENGE_LOCKED;
}

/* Its customers come at once, and what is broken from the start is broken before the first of them. */
void challenge_open(struct team *team, size_t place)
{
    const struct scenario *scenario = team->game->scenario;
    struct challenge *challenge = &team->challenges[place];
    if (challenge->state != CHALLENGE_LOCKED)
        return;
    challenge->state = CHALLENGE_OPEN;
    challenge->opened_ms = game_now(team->game);
    save(team, place);
    for (size_t i = 0; i < scenario->fault_count; i++)
        if (scenario->faults[i].challenge == place && scenario->faults[i].from_start)
            fault_break(team, i);
    for (size_t i = 0; i < scenario->probe_count; i++)
        if (scenario->probes[i].challenge == place)
            probe_start(team, i);
    news_challenge(team, place);
}

static void consider_others(struct team *team)
{
    for (size_t i = 0; i < team->game->scenario->challenge_count; i++)
        if (team->challenges[i].state == CHALLENGE_LOCKED)
            challenge_consider(team, i);
}

void challenge_solve(struct team *team, size_t place)
{
    struct challenge *challenge = &team->challenges[place];
    if (challenge->state != CHALLENGE_OPEN || !game_is_live(team->game))
        return;
    challenge->state = CHALLENGE_SOLVED;
    challenge->solved_ms = game_now(team->game);
    save(team, place);
    score_add(team, &(struct score_note){ .kind = SCORE_SOLVED,
                                          .points = def_of(team, place)->points,
                                          .reason_taken = json_thaw(def_of(team, place)->title),
                                          .challenge = place });
    news_challenge(team, place);
    consider_others(team);
}

static bool others_are_solved(const struct team *team, const cJSON *ids)
{
    const cJSON *id;
    cJSON_ArrayForEach(id, ids)
    {
        size_t other = scenario_challenge(team->game->scenario, json_value(id));
        if (other != SIZE_MAX && team->challenges[other].state != CHALLENGE_SOLVED)
            return false;
    }
    return true;
}

static bool may_open(const struct team *team, size_t place)
{
    const struct challenge_def *def = def_of(team, place);
    switch (def->unlock) {
    case UNLOCK_START:
        return true;
    case UNLOCK_HAND:
        return false;
    case UNLOCK_AFTER:
        return others_are_solved(team, def->unlock_after);
    case UNLOCK_AT:
        return game_now(team->game) >= team->game->started_ms + def->unlock_at_ms;
    case UNLOCK_SCORE:
        return ledger_total(&team->ledger) >= def->unlock_score;
    }
    return false;
}

/* Every fault that came is over, and the customers are content. */
static bool is_solved(const struct team *team, size_t place)
{
    switch (def_of(team, place)->solved_when) {
    case SOLVED_FAULTS:
        return faults_are_over(team, place) && probes_are_good(team, place, 0);
    case SOLVED_ANSWERS:
        return answers_are_right(team, place);
    case SOLVED_NAMED:
        return team->chosen_name != NULL;
    case SOLVED_HAND:
        return false;
    }
    return false;
}

void challenge_consider(struct team *team, size_t place)
{
    if (!game_is_live(team->game) || !team->challenges[place].prepared)
        return;
    if (team->challenges[place].state == CHALLENGE_LOCKED && may_open(team, place))
        challenge_open(team, place);
    else if (team->challenges[place].state == CHALLENGE_OPEN && is_solved(team, place))
        challenge_solve(team, place);
}

/* ---- as pages see it ---- */

static cJSON *probes_view(const struct team *team, size_t place)
{
    cJSON *views = cJSON_CreateArray();
    for (size_t i = 0; i < team->game->scenario->probe_count; i++)
        if (team->game->scenario->probes[i].challenge == place)
            json_add(views, probe_view(team, i));
    return views;
}

/* Those that the team can know of, in order of breaking. */
static cJSON *faults_view(const struct team *team, size_t place)
{
    cJSON *views = cJSON_CreateArray();
    for (int64_t number = 1; number <= team->faults_broken; number++) {
        size_t fault = fault_of_number(team, number);
        if (fault != SIZE_MAX && team->game->scenario->faults[fault].challenge == place)
            json_add(views, fault_view(team, fault));
    }
    return views;
}

cJSON *challenge_view(struct team *team, size_t place)
{
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "id", def_of(team, place)->id);
    json_set_string(view, "state", states[team->challenges[place].state]);
    json_set_int64(view, "earned", ledger_earned(&team->ledger, place));
    json_set(view, "trouble", challenge_is_open(team, place) ? probe_trouble(team, place) : cJSON_CreateNull());
    json_set(view, "probes", probes_view(team, place));
    json_set(view, "faults", faults_view(team, place));
    json_set(view, "hints", hints_view(team, place));
    json_set(view, "answers", answers_view(team, place));
    return view;
}
