#include "game/reaction.h"

#include "game/game_inner.h"
#include "game/message.h"

const struct table_def game_reactions = { .name = "game.reaction" };

static const char *const names[] = {
    [REACT_DETECTED] = "detected", [REACT_RECOVERED] = "recovered", [REACT_SOLVED] = "solved",
    [REACT_HINT] = "hint",         [REACT_RIGHT] = "right",         [REACT_WRONG] = "wrong",
    [REACT_NAMED] = "named",       [REACT_FIRST] = "first",         [REACT_OVERTAKEN] = "overtaken",
    [REACT_RELAPSE] = "relapse",   [REACT_ASTRAY] = "astray",       [REACT_SILENCE] = "silence",
};

enum reaction_to reaction_named(struct str name)
{
    size_t i = 0;
    while (i < REACTIONS && !str_is(name, names[i]))
        i++;
    return (enum reaction_to)i;
}

/* ---- telling ---- */

static const cJSON *row_of(const struct team *team, const char *key)
{
    struct json *row = store_get(team->game->world->store, game_house, &game_reactions, str_of(key));
    return row ? json_root(row) : NULL;
}

static void tell(struct team *team, const struct reaction_def *def)
{
    struct game *game = team->game;
    char key[ROW_KEY_ROOM];
    snprintf(key, sizeof key, "%s/%s", team->account, def->id);
    const cJSON *row = row_of(team, key);
    int64_t told = json_int64(row, "told", 0), now = game_now(game);
    const cJSON *message = cJSON_GetArrayItem(def->messages, (int)told);
    if (!message || now < game->started_ms + def->from_ms || (row && now < json_int64(row, "at", 0) + def->pause_ms))
        return;
    cJSON *changed = cJSON_CreateObject();
    json_set_int64(changed, "told", told + 1);
    json_set_int64(changed, "at", now);
    store_put(game->world->store, game_house, &game_reactions, str_of(key), json_seal(changed));
    message_send(game, team, message);
}

static bool concerns(const struct reaction_def *def, enum reaction_to to, size_t challenge)
{
    return def->to == to && (def->challenge == OF_NO_CHALLENGE || def->challenge == challenge);
}

void reaction_heard(struct team *team, enum reaction_to to, size_t challenge)
{
    const struct scenario *scenario = team->game->scenario;
    if (!game_is_live(team->game))
        return;
    for (size_t i = 0; i < scenario->reaction_count; i++)
        if (concerns(&scenario->reactions[i], to, challenge))
            tell(team, &scenario->reactions[i]);
}

void reaction_scored(struct team *team, enum score_kind kind, size_t challenge)
{
    static const struct {
        enum score_kind kind;
        enum reaction_to to;
    } heard[] = { { SCORE_DETECTED, REACT_DETECTED },
                  { SCORE_RECOVERED, REACT_RECOVERED },
                  { SCORE_SOLVED, REACT_SOLVED },
                  { SCORE_HINT, REACT_HINT },
                  { SCORE_BONUS, REACT_RIGHT } };
    if (kind == SCORE_RECOVERED)
        team->doings.changes = 0;
    for (size_t i = 0; i < sizeof heard / sizeof *heard; i++)
        if (heard[i].kind == kind)
            reaction_heard(team, heard[i].to, challenge);
}

/* ---- going astray, and being silent ---- */

static bool anything_stands(const struct team *team)
{
    for (size_t i = 0; i < team->game->scenario->challenge_count; i++)
        if (fault_in_front(team, i) != SIZE_MAX)
            return true;
    return false;
}

void reaction_changed(struct team *team)
{
    const struct scenario *scenario = team->game->scenario;
    team->doings.moved_ms = game_now(team->game);
    if (!game_is_live(team->game) || !anything_stands(team))
        return;
    team->doings.changes++;
    for (size_t i = 0; i < scenario->reaction_count; i++)
        if (scenario->reactions[i].to == REACT_ASTRAY && team->doings.changes % scenario->reactions[i].count == 0)
            tell(team, &scenario->reactions[i]);
}

static void consider_silence(struct team *team)
{
    const struct scenario *scenario = team->game->scenario;
    int64_t now = game_now(team->game);
    if (!team->doings.moved_ms)
        team->doings.moved_ms = now;
    for (size_t i = 0; i < scenario->reaction_count; i++) {
        const struct reaction_def *def = &scenario->reactions[i];
        if (def->to == REACT_SILENCE && now >= team->doings.moved_ms + def->after_ms && anything_stands(team))
            tell(team, def);
    }
}

void reaction_ticked(struct game *game)
{
    for (size_t i = 0; game_is_live(game) && i < game->team_count; i++)
        consider_silence(game->teams[i]);
}

/* ---- who leads ---- */

static struct team *leader_of(const struct game *game)
{
    struct team *leader = game->teams[0];
    for (size_t i = 1; i < game->team_count; i++)
        if (team_stands_before(game->teams[i], leader, INT64_MAX))
            leader = game->teams[i];
    return leader;
}

/* Who led when the game was loaded has been told already. */
void reaction_led(struct game *game)
{
    struct team *before = game->leader, *leader = game->team_count > 1 ? leader_of(game) : NULL;
    game->leader = leader;
    if (!before || before == leader)
        return;
    reaction_heard(leader, REACT_FIRST, OF_NO_CHALLENGE);
    reaction_heard(before, REACT_OVERTAKEN, OF_NO_CHALLENGE);
}
