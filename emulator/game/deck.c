#include "game/deck.h"

#include <stdlib.h>

#include "game/game_inner.h"

static const struct deck_def *def_of(const struct deck *deck)
{
    return &deck->game->scenario->decks[deck->place];
}

/* ---- rows ---- */

static struct str key_of(const struct deck *deck, char ret_key[ROW_KEY_ROOM])
{
    snprintf(ret_key, ROW_KEY_ROOM, "deck/%s", def_of(deck)->id);
    return str_of(ret_key);
}

/* NULL: it has not begun. */
static const cJSON *row_of(const struct deck *deck)
{
    char key[ROW_KEY_ROOM];
    struct json *row = store_get(deck->game->world->store, game_house, &game_beats, key_of(deck, key));
    return row ? json_root(row) : NULL;
}

static void save(const struct deck *deck, cJSON *row_taken)
{
    char key[ROW_KEY_ROOM];
    store_put(deck->game->world->store, game_house, &game_beats, key_of(deck, key), json_seal(row_taken));
}

/* ---- the order of the cards ---- */

static void shuffle(struct random *random, size_t *places, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)random_between(random, 0, (int64_t)i - 1), place = places[i - 1];
        places[i - 1] = places[other];
        places[other] = place;
    }
}

static void add_round(const struct deck *deck, cJSON *cards)
{
    size_t count = (size_t)cJSON_GetArraySize(def_of(deck)->cards);
    size_t *places = memory_alloc((count + 1) * sizeof *places);
    for (size_t i = 0; i < count; i++)
        places[i] = i;
    shuffle(&deck->game->world->random, places, count);
    for (size_t i = 0; i < count; i++)
        json_add(cards, json_new_int64((int64_t)places[i]));
    free(places);
}

/* Its card of that number, SIZE_MAX where it has none any more; the fault's place. */
static size_t card_at(const struct deck *deck, cJSON *row, size_t number)
{
    cJSON *cards = cJSON_GetObjectItemCaseSensitive(row, "cards");
    while (number >= (size_t)cJSON_GetArraySize(cards) && def_of(deck)->again && def_of(deck)->cards->child)
        add_round(deck, cards);
    const cJSON *place = cJSON_GetArrayItem(cards, (int)number);
    const cJSON *card = place ? cJSON_GetArrayItem(def_of(deck)->cards, (int)json_to_int64(place)) : NULL;
    return card ? scenario_fault(deck->game->scenario, json_value(card)) : SIZE_MAX;
}

/* ---- a draw ---- */

static int compare(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

static int64_t middle_of(const struct game *game)
{
    int64_t *totals = memory_alloc((game->team_count + 1) * sizeof *totals);
    for (size_t i = 0; i < game->team_count; i++)
        totals[i] = ledger_total(&game->teams[i]->ledger);
    qsort(totals, game->team_count, sizeof *totals, compare);
    int64_t middle = totals[(game->team_count - 1) / 2];
    free(totals);
    return middle;
}

static size_t cards_for(const struct deck *deck, const struct team *team, int64_t middle)
{
    const struct deck_def *def = def_of(deck);
    int64_t total = ledger_total(&team->ledger), count = 1;
    if (deck->game->team_count > 1 && total > middle && team_rank(team, INT64_MAX) == 1)
        count += def->leader;
    if (def->ahead > 0 && total > middle)
        count += (total - middle) / def->ahead;
    int64_t most = cJSON_GetArraySize(def->cards);
    return (size_t)(count < most ? count : most);
}

static bool may_play(const struct deck *deck, const struct team *team, size_t fault)
{
    size_t challenge = deck->game->scenario->faults[fault].challenge;
    return !def_of(deck)->solved || challenge == OF_NO_CHALLENGE ||
           (team->challenges[challenge].state == CHALLENGE_SOLVED && faults_are_over(team, challenge));
}

/* The first of those put aside that can be played by now; SIZE_MAX: none. */
static size_t take_back(const struct deck *deck, cJSON *row, struct team *team, cJSON *aside)
{
    for (int i = 0; i < cJSON_GetArraySize(aside); i++) {
        size_t fault = card_at(deck, row, (size_t)json_to_int64(cJSON_GetArrayItem(aside, i)));
        if (fault == SIZE_MAX || !may_play(deck, team, fault))
            continue;
        cJSON_DeleteItemFromArray(aside, i);
        return fault;
    }
    return SIZE_MAX;
}

static cJSON *aside_of(cJSON *row, const struct team *team)
{
    cJSON *all = cJSON_GetObjectItemCaseSensitive(row, "aside");
    if (!cJSON_GetObjectItemCaseSensitive(all, team->account))
        json_set(all, team->account, cJSON_CreateArray());
    return cJSON_GetObjectItemCaseSensitive(all, team->account);
}

/* One card for a team, SIZE_MAX: none that it can play. A round of cards is put aside at most. */
static size_t draw_one(const struct deck *deck, cJSON *row, struct team *team)
{
    cJSON *drawn = cJSON_GetObjectItemCaseSensitive(row, "drawn"), *aside = aside_of(row, team);
    size_t next = (size_t)json_int64(drawn, team->account, 0), fault = take_back(deck, row, team, aside);
    while (fault == SIZE_MAX && cJSON_GetArraySize(aside) <= cJSON_GetArraySize(def_of(deck)->cards) &&
           (fault = card_at(deck, row, next)) != SIZE_MAX) {
        if (!may_play(deck, team, fault)) {
            json_add(aside, json_new_int64((int64_t)next));
            fault = SIZE_MAX;
        }
        next++;
    }
    json_set_int64(drawn, team->account, (int64_t)next);
    return fault;
}

/* False: there was nothing left to draw. */
static bool draw_for(const struct deck *deck, cJSON *row, struct team *team, int64_t middle)
{
    for (size_t left = cards_for(deck, team, middle); left; left--) {
        size_t fault = draw_one(deck, row, team);
        if (fault == SIZE_MAX)
            return cJSON_GetArraySize(aside_of(row, team)) > 0;
        fault_break(team, fault);
    }
    return true;
}

static int64_t next_draw(const struct deck *deck, const cJSON *row, bool more)
{
    const struct deck_def *def = def_of(deck);
    struct random *random = &deck->game->world->random;
    int64_t window_ms = def->window_ms > 0 ? random_between(random, 0, def->window_ms) : 0;
    int64_t next_ms = timer_deadline(&deck->timer) + def->every_ms + window_ms;
    return more && def->every_ms > 0 && next_ms <= json_int64(row, "until", INT64_MAX) ? next_ms : 0;
}

static void draw(struct timer *timer, void *data)
{
    struct deck *deck = data;
    struct game *game = deck->game;
    cJSON *row = json_thaw(row_of(deck));
    int64_t middle = middle_of(game);
    bool more = false;
    for (size_t i = 0; i < game->team_count; i++)
        more |= draw_for(deck, row, game->teams[i], middle);
    int64_t next_ms = next_draw(deck, row, more);
    json_set(row, "next_at", next_ms ? json_new_int64(next_ms) : cJSON_CreateNull());
    save(deck, row);
    if (next_ms)
        timer_start(game->world->clock, timer, next_ms);
}

/* ---- beginning and going on ---- */

static struct deck *deck_called(struct game *game, const char *id)
{
    for (size_t i = 0; i < game->scenario->deck_count; i++)
        if (strcmp(game->scenario->decks[i].id, id) == 0)
            return &game->timeline.decks[i];
    return NULL;
}

void deck_begin(struct game *game, const char *id, int64_t until_ms)
{
    struct deck *deck = deck_called(game, id);
    if (!deck || timer_is_running(&deck->timer))
        return;
    cJSON *row = cJSON_CreateObject(), *cards = cJSON_CreateArray();
    add_round(deck, cards);
    json_set(row, "cards", cards);
    json_set(row, "drawn", cJSON_CreateObject());
    json_set(row, "aside", cJSON_CreateObject());
    json_set_int64(row, "until", until_ms);
    json_set_int64(row, "next_at", game_now(game));
    save(deck, row);
    timer_start(game->world->clock, &deck->timer, game_now(game));
}

void deck_begin_once(struct game *game, const char *id, int64_t until_ms)
{
    struct deck *deck = deck_called(game, id);
    if (deck && !row_of(deck))
        deck_begin(game, id, until_ms);
}

void decks_resume(struct game *game)
{
    game->timeline.decks = memory_alloc((game->scenario->deck_count + 1) * sizeof *game->timeline.decks);
    for (size_t i = 0; i < game->scenario->deck_count; i++) {
        struct deck *deck = &game->timeline.decks[i];
        *deck = (struct deck){ .game = game, .place = i, .timer = { .fire = draw, .data = deck } };
        int64_t next_ms = json_int64(row_of(deck), "next_at", 0);
        if (next_ms)
            timer_start(game->world->clock, &deck->timer, next_ms);
    }
}

void decks_stop(struct game *game)
{
    for (size_t i = 0; game->timeline.decks && i < game->scenario->deck_count; i++)
        timer_stop(game->world->clock, &game->timeline.decks[i].timer);
    free(game->timeline.decks);
    game->timeline.decks = NULL;
}
