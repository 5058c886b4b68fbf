/* Where an event stands in time: its states, its schedule, who may go on longer, and when the board is frozen. All of it is in
 * the game's row, in time of the game's clock; a pause lets all of it wait.
 *
 *      preparing ─setups done─▶ draft ─▶ warm-up ─▶ live ◀──▶ locked ─▶ ended            (a setup that fails: failed)
 *                                 └─────────────────▲           ▲
 *      each arrow by its time in the schedule, or by the facilitator's hand; a solo game goes from preparing to live
 *
 * Scoring and playing end apart: from lock_at on nothing is scored, at ends_at everything stops. A team's extension moves both
 * for this team alone; the game has ended when its last team has. */
#ifndef GAME_PHASE_H
#define GAME_PHASE_H

#include "base/json.h"
#include "world/clock.h"

struct game;
struct team;

enum game_state { GAME_PREPARING, GAME_DRAFT, GAME_WARM_UP, GAME_LIVE, GAME_LOCKED, GAME_ENDED, GAME_FAILED };

#define BEGIN_BY_HAND  (-1)
#define EXTENSION_MOST ((int64_t)7 * 24 * 3600 * 1000)

struct phase {
    enum game_state state;
    int64_t started_ms; /* when it went live; 0: not yet */
    /* The schedule; 0: nothing is planned. */
    int64_t warm_up_ms, live_ms, lock_ms, freeze_ms, ends_ms;
    int64_t frozen_ms;      /* 0: the board is not */
    bool is_locked_by_hand; /* for teams with an extension, too */
    struct timer timer;
};

/* How it is to begin, where nothing is in rows yet. */
struct phase_plan {
    int64_t begins_in_ms;                                /* 0: when all is ready; BEGIN_BY_HAND */
    int64_t duration_ms, warm_up_ms, lock_ms, freeze_ms; /* -1: as the pack says */
};

void phase_load(struct game *game, const cJSON *row_or_null);
void phase_save(const struct game *game, cJSON *row);
void phase_prepared(struct game *game); /* every account is set up */
void phase_resume(struct game *game);   /* from rows: timers */
void phase_stop(struct game *game);

bool phase_is_running(const struct game *game); /* warm-up, live or locked: customers come, things break */
const char *phase_name(const struct game *game,
                       const struct team *team_or_null); /* with "paused"; as the team sees it */
enum game_state phase_of_team(const struct team *team);
/* Is what happens in this challenge worth points now? (OF_NO_CHALLENGE: to the team at all.) NULL: yes; else why not, as words. */
cJSON *phase_unscored(const struct team *team, size_t challenge);
bool phase_scores(const struct team *team, size_t challenge);
int64_t phase_board_at(const struct game *game); /* the moment that boards for teams show: now, or when it was frozen */

/* By the facilitator. NULL: done; else one sentence why not. */
const char *phase_change(struct game *game, struct str state);
const char *phase_schedule(struct game *game, const cJSON *times);
const char *phase_extend(struct game *game, struct team *team_or_null, int64_t ms);
const char *phase_freeze(struct game *game, bool frozen);

cJSON *phase_view(const struct game *game, const struct team *team_or_null); /* CLOCK */

#endif
