/* The score: a log that only grows, and what it comes to. A row of "game.score" (key: account + "/" + twelve digits):
 *
 *      seq  at  kind  points  total  reason (words)  challenge?  probe?  error?  by?  keep?  unscored?
 *
 * What happens while scoring is closed (phase.h) is written down all the same, with no points; `unscored` is what it would have
 * come to. A decision of the facilitator (override) always counts.
 *
 * A ledger is a team's log folded entry by entry as they are written, so that a score, at any time, a trend and a curve cost a
 * look, not a walk. A 'rewound' entry says up to which entry (`keep`) the log counts from now on; what it takes back stays in
 * the log and is in no fold any more. */
#ifndef GAME_SCORE_H
#define GAME_SCORE_H

#include "base/json.h"
#include "world/store.h"

struct game;
struct team;

#define SERIES_STEP_MS       10000
#define SCORE_BY_FACILITATOR "facilitator"

enum score_kind {
    SCORE_EARNED,
    SCORE_MISSED,
    SCORE_COST,
    SCORE_DETECTED,
    SCORE_RECOVERED,
    SCORE_SOLVED,
    SCORE_HINT,
    SCORE_BONUS,
    SCORE_PENALTY,
    SCORE_OVERRIDE,
    SCORE_REWOUND,
};

struct ledger {
    struct entry {
        uint64_t seq;
        int64_t at_ms, points, total;
        size_t challenge; /* its place, SIZE_MAX: of none */
    } * entries;          /* those that count, in order of time */
    size_t count, room;
    struct point {
        int64_t after_ms, total; /* since the start, in whole steps; the score then */
    } * series;
    size_t point_count, point_room;
    int64_t *earned; /* by challenge */
    size_t earned_count;
};

/* The next entry of the log. `challenge` is its place in the scenario. */
void ledger_fold(struct ledger *ledger, const cJSON *row, size_t challenge, int64_t started_ms);
void ledger_release(struct ledger *ledger);
int64_t ledger_total(const struct ledger *ledger);
int64_t ledger_total_at(const struct ledger *ledger, int64_t at_ms);
int64_t ledger_trend(const struct ledger *ledger, int64_t now_ms, int64_t window_ms);
/* When the score that it is (or was then) was reached: who was first wins a tie. 0: nothing was scored. */
int64_t ledger_reached_at(const struct ledger *ledger, int64_t at_ms);
int64_t ledger_earned(const struct ledger *ledger, size_t challenge);

struct score_note {
    enum score_kind kind;
    int64_t points;
    cJSON *reason_taken;
    size_t challenge;  /* SIZE_MAX: of none */
    const char *probe; /* NULL: of none */
    const char *by;    /* who did it, where it was not the team or a probe; may be NULL */
    cJSON *error_taken;
    uint64_t keep;    /* rewound */
    int64_t unscored; /* what it would have come to: score_add() says */
};

/* Writes it down, folds it, tells the pages, and looks at what a score may set off. */
void score_add(struct team *team, const struct score_note *note);
/* Only writes it down; the row is the store's. */
struct json *score_write(struct game *game, const char *account, const struct score_note *note, int64_t total);
cJSON *score_words(const cJSON *row); /* an entry as one line */
/* An entry as pages see it; malloc'ed. */
cJSON *score_view(const cJSON *row);

extern const struct table_def game_scores; /* "game.score" */

#endif
