#include "game/score.h"

#include <stdlib.h>

#include "game/game_inner.h"
#include "game/news.h"

const struct table_def game_scores = { .name = "game.score", .append_only = true };

static const char *const kinds[] = {
    [SCORE_EARNED] = "earned",     [SCORE_MISSED] = "missed",       [SCORE_COST] = "cost",
    [SCORE_DETECTED] = "detected", [SCORE_RECOVERED] = "recovered", [SCORE_SOLVED] = "solved",
    [SCORE_HINT] = "hint",         [SCORE_BONUS] = "bonus",         [SCORE_PENALTY] = "penalty",
    [SCORE_OVERRIDE] = "override", [SCORE_REWOUND] = "rewound",
};

/* ---- the fold ---- */

static void add_point(struct ledger *ledger, int64_t after_ms, int64_t total)
{
    int64_t step = after_ms - after_ms % SERIES_STEP_MS;
    if (ledger->point_count && ledger->series[ledger->point_count - 1].after_ms == step) {
        ledger->series[ledger->point_count - 1].total = total;
        return;
    }
    if (ledger->point_count == ledger->point_room) {
        ledger->point_room = ledger->point_room ? 2 * ledger->point_room : 64;
        ledger->series = memory_resize(ledger->series, ledger->point_room * sizeof *ledger->series);
    }
    ledger->series[ledger->point_count++] = (struct point){ step, total };
}

static void add_earned(struct ledger *ledger, size_t challenge, int64_t points)
{
    if (challenge == OF_NO_CHALLENGE)
        return;
    if (challenge >= ledger->earned_count) {
        ledger->earned = memory_resize(ledger->earned, (challenge + 1) * sizeof *ledger->earned);
        memset(ledger->earned + ledger->earned_count, 0,
               (challenge + 1 - ledger->earned_count) * sizeof *ledger->earned);
        ledger->earned_count = challenge + 1;
    }
    ledger->earned[challenge] += points;
}

/* What was rewound counts no more. The curve's last step may hold some of it, so that is drawn again. */
static void take_back(struct ledger *ledger, uint64_t keep, int64_t started_ms)
{
    while (ledger->count && ledger->entries[ledger->count - 1].seq > keep) {
        const struct entry *taken = &ledger->entries[--ledger->count];
        add_earned(ledger, taken->challenge, -taken->points);
    }
    const struct entry *last = ledger->count ? &ledger->entries[ledger->count - 1] : NULL;
    while (ledger->point_count &&
           (!last || ledger->series[ledger->point_count - 1].after_ms > last->at_ms - started_ms))
        ledger->point_count--;
    if (last)
        add_point(ledger, last->at_ms - started_ms, last->total);
}

void ledger_fold(struct ledger *ledger, const cJSON *row, size_t challenge, int64_t started_ms)
{
    if (str_is(json_str(row, "kind"), kinds[SCORE_REWOUND])) {
        take_back(ledger, (uint64_t)json_int64(row, "keep", 0), started_ms);
        return;
    }
    if (ledger->count == ledger->room) {
        ledger->room = ledger->room ? 2 * ledger->room : 64;
        ledger->entries = memory_resize(ledger->entries, ledger->room * sizeof *ledger->entries);
    }
    int64_t points = json_int64(row, "points", 0), at_ms = json_int64(row, "at", 0);
    int64_t total = ledger_total(ledger) + points;
    ledger->entries[ledger->count++] = (struct entry){ (uint64_t)json_int64(row, "seq", 0), at_ms, points, total,
                                                       challenge };
    add_earned(ledger, challenge, points);
    add_point(ledger, at_ms > started_ms ? at_ms - started_ms : 0, total);
}

void ledger_release(struct ledger *ledger)
{
    free(ledger->entries);
    free(ledger->series);
    free(ledger->earned);
    *ledger = (struct ledger){ 0 };
}

int64_t ledger_total(const struct ledger *ledger)
{
    return ledger->count ? ledger->entries[ledger->count - 1].total : 0;
}

/* How many entries there were by then. */
static size_t count_at(const struct ledger *ledger, int64_t at_ms)
{
    size_t low = 0, high = ledger->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ledger->entries[middle].at_ms <= at_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t ledger_total_at(const struct ledger *ledger, int64_t at_ms)
{
    size_t count = count_at(ledger, at_ms);
    return count ? ledger->entries[count - 1].total : 0;
}

int64_t ledger_trend(const struct ledger *ledger, int64_t now_ms, int64_t window_ms)
{
    return ledger_total_at(ledger, now_ms) - ledger_total_at(ledger, now_ms - window_ms);
}

int64_t ledger_reached_at(const struct ledger *ledger, int64_t at_ms)
{
    size_t count = count_at(ledger, at_ms);
    while (count && ledger->entries[count - 1].points == 0)
        count--;
    return count ? ledger->entries[count - 1].at_ms : 0;
}

int64_t ledger_earned(const struct ledger *ledger, size_t challenge)
{
    return challenge < ledger->earned_count ? ledger->earned[challenge] : 0;
}

/* ---- the log ---- */

static cJSON *row_of(struct game *game, const struct score_note *note, int64_t total)
{
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "seq", (int64_t)++game->last_score);
    json_set_int64(row, "at", game_now(game));
    json_set_string(row, "kind", kinds[note->kind]);
    json_set_int64(row, "points", note->points);
    if (note->unscored)
        json_set_int64(row, "unscored", note->unscored);
    json_set_int64(row, "total", total);
    json_set(row, "reason", note->reason_taken);
    if (note->challenge != OF_NO_CHALLENGE)
        json_set_string(row, "challenge", game->scenario->challenges[note->challenge].id);
    json_set_string(row, "probe", note->probe);
    json_set_string(row, "by", note->by);
    if (note->error_taken)
        json_set(row, "error", note->error_taken);
    if (note->kind == SCORE_REWOUND)
        json_set_int64(row, "keep", (int64_t)note->keep);
    return row;
}

struct json *score_write(struct game *game, const char *account, const struct score_note *note, int64_t total)
{
    char key[ROW_KEY_ROOM];
    struct json *row = json_seal(row_of(game, note, total));
    snprintf(key, sizeof key, "%s/%012llu", account, (unsigned long long)game->last_score);
    store_put(game->world->store, game_house, &game_scores, str_of(key), row);
    return row;
}

static struct score_note as_counted(const struct team *team, const struct score_note *note)
{
    struct score_note counted = *note;
    if (note->kind == SCORE_OVERRIDE || phase_scores(team, note->challenge))
        return counted;
    counted.unscored = note->points;
    counted.points = 0;
    return counted;
}

/* What people talk about; what customers do every few seconds is in the feed. */
static bool is_told(enum score_kind kind)
{
    return kind != SCORE_EARNED && kind != SCORE_MISSED && kind != SCORE_COST;
}

static void tell(struct team *team, const struct score_note *note, const cJSON *row)
{
    if (is_told(note->kind))
        chronicle_add(team->game, "score", team, score_words(row));
    news_score(team, row);
    news_roster(team);
    game_score_moved(team);
}

void score_add(struct team *team, const struct score_note *note)
{
    struct game *game = team->game;
    struct score_note counted = as_counted(team, note);
    const cJSON *row = json_root(
        score_write(game, team->account, &counted, ledger_total(&team->ledger) + counted.points));
    ledger_fold(&team->ledger, row, note->challenge, game->phase.started_ms);
    tell(team, &counted, row);
    reaction_scored(team, counted.kind, counted.challenge);
}

/* As the page says it. */
static const char *korean_kind(struct str kind)
{
    static const char *const korean[] = {
        [SCORE_EARNED] = "획득",    [SCORE_MISSED] = "놓침",   [SCORE_COST] = "손실",      [SCORE_DETECTED] = "발견",
        [SCORE_RECOVERED] = "복구", [SCORE_SOLVED] = "해결",   [SCORE_HINT] = "힌트",      [SCORE_BONUS] = "보너스",
        [SCORE_PENALTY] = "벌점",   [SCORE_OVERRIDE] = "정정", [SCORE_REWOUND] = "되돌림",
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(kind, kinds[i]))
            return korean[i];
    return "";
}

/* "+60 recovered: The role lost its bucket", in the languages of the reason. */
cJSON *score_words(const cJSON *row)
{
    const cJSON *at;
    cJSON *words = cJSON_CreateObject();
    cJSON_ArrayForEach(at, json_get(row, "reason"))
    {
        struct buf text = BUF_EMPTY;
        bool is_korean = strcmp(at->string, "ko") == 0;
        buf_printf(&text, "%+lld %s: %s", (long long)json_int64(row, "points", 0),
                   is_korean ? korean_kind(json_str(row, "kind")) : json_string(row, "kind"), at->valuestring);
        json_set_string(words, at->string, text.at);
        buf_release(&text);
    }
    return words;
}

cJSON *score_view(const cJSON *row)
{
    static const char *const shown[] = { "seq",       "at",    "points", "total",    "kind", "reason",
                                         "challenge", "probe", "error",  "unscored", "by" };
    cJSON *view = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const cJSON *member = json_get(row, shown[i]);
        json_set(view, shown[i], member ? json_thaw(member) : cJSON_CreateNull());
    }
    struct str by = json_str(row, "by"); /* of the pack it is the callback's name, which may tell too much */
    if (by.length && !str_is(by, SCORE_BY_FACILITATOR))
        json_set_string(view, "by", "pack");
    return view;
}
