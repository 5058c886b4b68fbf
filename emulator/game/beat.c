#include "game/beat.h"

#include <stdlib.h>

#include "game/game_inner.h"

/* ---- rows ---- */

static struct str key_of(const struct beat_def *def, struct str account, char ret_key[ROW_KEY_ROOM])
{
    int length = snprintf(ret_key, ROW_KEY_ROOM, "%s%s%.*s", def->key, account.length ? "/" : "", STR_ARG(account));
    return (struct str){ ret_key, (size_t)length };
}

static struct json *row_of(const struct game *game, const struct beat_def *def, struct str account)
{
    char key[ROW_KEY_ROOM];
    return store_get(game->world->store, game_house, &game_beats, key_of(def, account, key));
}

static void save(struct game *game, const struct beat_def *def, struct str account, int64_t next_ms)
{
    char key[ROW_KEY_ROOM];
    cJSON *row = cJSON_CreateObject();
    json_set(row, "next_at", next_ms ? json_new_int64(next_ms) : cJSON_CreateNull());
    store_put(game->world->store, game_house, &game_beats, key_of(def, account, key), json_seal(row));
}

static struct str account_of(const struct team *team_or_null)
{
    return team_or_null ? str_of(team_or_null->account) : STR_NONE;
}

struct json *beat_row(const struct game *game, const struct beat_def *def, const struct team *team_or_null)
{
    return row_of(game, def, account_of(team_or_null));
}

void beat_save(struct game *game, const struct beat_def *def, const struct team *team_or_null, int64_t next_ms)
{
    save(game, def, account_of(team_or_null), next_ms);
}

int64_t beat_moment(struct game *game, const struct beat_def *def)
{
    int64_t later_ms = def->window_ms > 0 ? random_between(&game->world->random, 0, def->window_ms) : 0;
    return game->phase.started_ms + def->at + later_ms;
}

/* ---- after an edit ---- */

/* At once is the next millisecond: who plays the edit by hand sees it come. What comes again and again does not make up for the times
 * that have passed. 0: it is over. */
static int64_t moment_from_now(struct game *game, const struct beat_def *def)
{
    int64_t next_ms = beat_moment(game, def), late_ms = game_now(game) - next_ms;
    if (late_ms < 0)
        return next_ms;
    if (def->every_ms <= 0)
        return game_now(game) + 1;
    next_ms += (late_ms / def->every_ms + 1) * def->every_ms;
    return next_ms - game->phase.started_ms > def->until_ms ? 0 : next_ms;
}

static bool is_known(const struct scenario *scenario, struct str key)
{
    for (size_t i = 0; i < scenario->beat_count; i++)
        if (str_is(key, scenario->beats[i].key))
            return true;
    return false;
}

/* The first entry that does the same and of which nothing is known; NULL: it is gone. */
static const struct beat_def *heir_of(const struct game *game, struct str key, struct str account)
{
    struct str moment, deed = str_cut(key, '@', &moment);
    for (size_t i = 0; i < game->scenario->beat_count; i++) {
        const struct beat_def *def = &game->scenario->beats[i];
        if (str_starts(str_of(def->key), deed) && !row_of(game, def, account))
            return def;
    }
    return NULL;
}

static void hand_on(struct game *game, struct str row_key, bool is_over)
{
    struct str account, key = str_cut(row_key, '/', &account);
    const struct beat_def *heir = heir_of(game, key, account);
    if (heir)
        save(game, heir, account, is_over ? 0 : moment_from_now(game, heir));
    store_delete(game->world->store, game_house, &game_beats, row_key);
}

void beats_settle(struct game *game)
{
    struct cursor row = store_seek(game->world->store, game_house, &game_beats, NULL, STR_NONE, false);
    while (store_next(&row)) {
        struct str account, key = str_cut(row.key, '/', &account);
        if (str_is(key, "deck") || is_known(game->scenario, key))
            continue;
        char *row_key = memory_copy(row.key);
        hand_on(game, str_of(row_key), json_int64(json_root(row.row), "next_at", 0) == 0);
        free(row_key);
    }
}
