#include "game/mark.h"

#include <stdlib.h>

#include "game/game_inner.h"

const struct table_def game_marks = { .name = "game.mark" };

/* What outlives a rewind, while it goes on. */
struct kept {
    struct kept_row {
        const struct table_def *table;
        char *key;
        struct json *row;
    } * rows;
    size_t count, room;
    char *label;
    int64_t *totals; /* by team, before */
};

void mark_make(struct game *game, struct str label)
{
    char key[32];
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "mark", (int64_t)store_mark(game->world->store));
    json_set_int64(row, "at", game_now(game));
    json_set_str(row, "label", label);
    snprintf(key, sizeof key, "%012llu", (unsigned long long)++game->last_mark);
    store_put(game->world->store, game_house, &game_marks, str_of(key), json_seal(row));
}

static bool stands(const struct game *game, const cJSON *row)
{
    return store_moment(game->world->store, (uint64_t)json_int64(row, "mark", 0)) != NULL;
}

cJSON *marks_view(const struct game *game)
{
    cJSON *views = cJSON_CreateArray();
    struct cursor at = store_seek(game->world->store, game_house, &game_marks, NULL, STR_NONE, false);
    while (store_next(&at))
        if (stands(game, json_root(at.row)))
            json_add(views, json_thaw(json_root(at.row)));
    return views;
}

/* ---- going back ---- */

static void keep_row(struct kept *kept, const struct table_def *table, struct str key, struct json *row)
{
    if (kept->count == kept->room) {
        kept->room = kept->room ? 2 * kept->room : 64;
        kept->rows = memory_resize(kept->rows, kept->room * sizeof *kept->rows);
    }
    kept->rows[kept->count++] = (struct kept_row){ table, memory_copy(key), json_ref(row) };
}

static void keep_table(const struct game *game, struct kept *kept, const struct table_def *table)
{
    struct cursor at = store_seek(game->world->store, game_house, table, NULL, STR_NONE, false);
    while (store_next(&at))
        keep_row(kept, table, at.key, at.row);
}

static const cJSON *find_mark(const struct game *game, int64_t mark)
{
    const cJSON *found = NULL;
    struct cursor at = store_seek(game->world->store, game_house, &game_marks, NULL, STR_NONE, false);
    while (!found && store_next(&at))
        if (json_int64(json_root(at.row), "mark", 0) == mark && stands(game, json_root(at.row)))
            found = json_root(at.row);
    store_close(&at);
    return found;
}

static void release(struct kept *kept)
{
    for (size_t i = 0; i < kept->count; i++) {
        free(kept->rows[i].key);
        json_unref(kept->rows[i].row);
    }
    free(kept->rows);
    free(kept->totals);
    free(kept->label);
}

bool mark_rewind(struct game *game, int64_t mark)
{
    const cJSON *row = find_mark(game, mark);
    if (!row)
        return false;
    struct kept kept = { .label = memory_copy(json_str(row, "label")) };
    kept.totals = memory_alloc((game->team_count + 1) * sizeof *kept.totals);
    for (size_t i = 0; i < game->team_count; i++)
        kept.totals[i] = ledger_total(&game->teams[i]->ledger);
    keep_table(game, &kept, &game_scores);
    keep_table(game, &kept, &game_marks);
    game->kept = &kept;
    bool rewound = world_rewind(game->world, (uint64_t)mark);
    game->kept = NULL;
    release(&kept);
    return rewound;
}

/* ---- putting back ---- */

/* The team's last entry that was there at the mark; what comes behind it counts no more. */
static uint64_t last_entry(const struct game *game, const struct team *team, int64_t *ret_total)
{
    char prefix[32], behind[34];
    uint64_t last = 0;
    snprintf(prefix, sizeof prefix, "%s/", team->account);
    snprintf(behind, sizeof behind, "%s:", prefix); /* ':' stands behind every digit */
    struct cursor at = store_seek(game->world->store, game_house, &game_scores, NULL, str_of(behind), true);
    *ret_total = 0;
    if (store_next_within(&at, str_of(prefix))) {
        last = (uint64_t)json_int64(json_root(at.row), "seq", 0);
        *ret_total = json_int64(json_root(at.row), "total", 0);
        store_close(&at);
    }
    return last;
}

static void write_rewound(struct game *game, const struct team *team, uint64_t keep, int64_t total)
{
    char english[512], korean[512]; /* a label is 80 characters at most */
    snprintf(english, sizeof english, "Back to: %s", game->kept->label);
    snprintf(korean, sizeof korean, "되돌아간 곳: %s", game->kept->label);
    score_write(game, team->account,
                &(struct score_note){ .kind = SCORE_REWOUND,
                                      .points = total - game->kept->totals[team->number],
                                      .reason_taken = words_of(english, korean),
                                      .challenge = OF_NO_CHALLENGE,
                                      .keep = keep },
                total);
}

static void put_missing(struct game *game)
{
    struct store *store = game->world->store;
    for (size_t i = 0; i < game->kept->count; i++) {
        const struct kept_row *kept = &game->kept->rows[i];
        if (!store_get(store, game_house, kept->table, str_of(kept->key)))
            store_put(store, game_house, kept->table, str_of(kept->key), json_ref(kept->row));
    }
}

void mark_restore(struct game *game)
{
    if (!game->kept)
        return;
    for (size_t i = 0; i < game->team_count; i++) {
        int64_t total;
        uint64_t keep = last_entry(game, game->teams[i], &total);
        write_rewound(game, game->teams[i], keep, total);
    }
    put_missing(game);
}
