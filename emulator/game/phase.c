#include "game/phase.h"

#include "game/chronicle.h"
#include "game/game_inner.h"
#include "game/news.h"
#include "game/view.h"

static const char *const names[] = {
    [GAME_PREPARING] = "preparing", [GAME_DRAFT] = "draft", [GAME_WARM_UP] = "warm-up", [GAME_LIVE] = "live",
    [GAME_LOCKED] = "locked",       [GAME_ENDED] = "ended", [GAME_FAILED] = "failed"
};

/* The schedule as rows and pages name it, in order of time. */
static const struct {
    const char *name;
    size_t offset;
} times[] = {
    { "warm_up_at", offsetof(struct phase, warm_up_ms) }, { "live_at", offsetof(struct phase, live_ms) },
    { "freeze_at", offsetof(struct phase, freeze_ms) },   { "lock_at", offsetof(struct phase, lock_ms) },
    { "ends_at", offsetof(struct phase, ends_ms) },
};
#define TIMES (sizeof times / sizeof *times)

static int64_t time_of(const struct phase *phase, size_t i)
{
    return *(const int64_t *)(const void *)((const char *)phase + times[i].offset);
}

static int64_t *place_of(struct phase *phase, size_t i)
{
    return (int64_t *)(void *)((char *)phase + times[i].offset);
}

/* ---- rows ---- */

void phase_save(const struct game *game, cJSON *row)
{
    const struct phase *phase = &game->phase;
    json_set_string(row, "state", names[phase->state]);
    json_set_int64(row, "started_at", phase->started_ms);
    for (size_t i = 0; i < TIMES; i++)
        json_set_int64(row, times[i].name, time_of(phase, i));
    json_set_int64(row, "frozen_at", phase->frozen_ms);
    json_set_bool(row, "locked_by_hand", phase->is_locked_by_hand);
}

static void due(struct timer *timer, void *data);

void phase_load(struct game *game, const cJSON *row)
{
    struct phase *phase = &game->phase;
    *phase = (struct phase){ .timer = { .fire = due, .data = game } };
    for (size_t i = 0; row && i < sizeof names / sizeof *names; i++)
        if (str_is(json_str(row, "state"), names[i]))
            phase->state = (enum game_state)i;
    phase->started_ms = json_int64(row, "started_at", 0);
    for (size_t i = 0; i < TIMES; i++)
        *place_of(phase, i) = json_int64(row, times[i].name, 0);
    phase->frozen_ms = json_int64(row, "frozen_at", 0);
    phase->is_locked_by_hand = json_bool(row, "locked_by_hand", false);
}

/* ---- asking ---- */

bool phase_is_running(const struct game *game)
{
    return game->phase.state == GAME_WARM_UP || game->phase.state == GAME_LIVE || game->phase.state == GAME_LOCKED;
}

static bool is_over_for(const struct team *team)
{
    const struct phase *phase = &team->game->phase;
    return phase->ends_ms && game_now(team->game) >= phase->ends_ms + team->extra_ms;
}

static bool is_locked_for(const struct team *team)
{
    const struct phase *phase = &team->game->phase;
    return phase->state == GAME_LOCKED &&
           (phase->is_locked_by_hand || game_now(team->game) >= phase->lock_ms + team->extra_ms);
}

enum game_state phase_of_team(const struct team *team)
{
    enum game_state state = team->game->phase.state;
    if (state != GAME_LIVE && state != GAME_LOCKED)
        return state;
    if (is_over_for(team))
        return GAME_ENDED;
    return is_locked_for(team) ? GAME_LOCKED : GAME_LIVE;
}

const char *phase_name(const struct game *game, const struct team *team)
{
    enum game_state state = team ? phase_of_team(team) : game->phase.state;
    bool pauses = state == GAME_WARM_UP || state == GAME_LIVE;
    return pauses && clock_is_paused(game->world->clock) ? "paused" : names[state];
}

/* A challenge's own deadline, which the team's extension moves too. */
static bool is_past(const struct team *team, int64_t after_ms)
{
    return after_ms && game_now(team->game) >= team->game->phase.started_ms + after_ms + team->extra_ms;
}

bool phase_scores(const struct team *team, size_t challenge)
{
    if (phase_of_team(team) != GAME_LIVE)
        return false;
    const struct challenge_def *def = challenge == OF_NO_CHALLENGE ? NULL
                                                                   : &team->game->scenario->challenges[challenge];
    return !def || (!is_past(team, def->scores_until_ms) && !is_past(team, def->expires_ms));
}

cJSON *phase_unscored(const struct team *team, size_t challenge)
{
    static const char *const why[][2] = {
        [GAME_PREPARING] = { "The game is being set up.", "게임을 준비하고 있습니다." },
        [GAME_DRAFT] = { "The event has not begun.", "행사가 아직 시작되지 않았습니다." },
        [GAME_WARM_UP] = { "This is the warm-up: nothing is scored yet.",
                           "준비 운동 시간입니다. 아직 점수에 반영되지 않습니다." },
        [GAME_LIVE] = { "The challenge's time for points is over.", "이 과제의 채점 시간이 끝났습니다." },
        [GAME_LOCKED] = { "Scoring is closed: points do not change any more.",
                          "채점이 마감되어 점수가 더 이상 바뀌지 않습니다." },
        [GAME_ENDED] = { "The event is over.", "행사가 끝났습니다." },
        [GAME_FAILED] = { "The game could not be set up.", "게임을 준비하지 못했습니다." },
    };
    if (phase_scores(team, challenge))
        return NULL;
    enum game_state state = phase_of_team(team);
    return words_of(why[state][0], why[state][1]);
}

int64_t phase_board_at(const struct game *game)
{
    return game->phase.frozen_ms ? game->phase.frozen_ms : game_now(game);
}

/* ---- moving on ---- */

static void told(struct game *game)
{
    game_save(game);
    news_clock(game);
}

static void enter(struct game *game, enum game_state state)
{
    game->phase.state = state;
    told(game);
    chronicle_add(game, "state", NULL, words_of(names[state], NULL));
}

static void freeze_now(struct game *game, int64_t at_ms)
{
    game->phase.freeze_ms = 0;
    game->phase.frozen_ms = at_ms;
    told(game);
    chronicle_add(game, "control", NULL,
                  at_ms ? words_of("The board is frozen", "순위표를 고정했습니다")
                        : words_of("The board is revealed", "순위표를 공개했습니다"));
    news_board_again(game);
}

static void go_live(struct game *game, int64_t at_ms)
{
    struct phase *phase = &game->phase;
    const struct scenario *scenario = game->scenario;
    bool was_warm = phase->state == GAME_WARM_UP;
    int64_t duration = game->plan.duration_ms >= 0 ? game->plan.duration_ms : scenario->duration_ms;
    int64_t lock = game->plan.lock_ms >= 0 ? game->plan.lock_ms : scenario->lock_ms;
    int64_t freeze = game->plan.freeze_ms >= 0 ? game->plan.freeze_ms : scenario->freeze_ms;
    phase->started_ms = phase->live_ms = at_ms;
    if (!phase->ends_ms)
        phase->ends_ms = at_ms + duration;
    if (!phase->lock_ms && lock > 0)
        phase->lock_ms = phase->ends_ms - lock;
    if (!phase->freeze_ms && freeze > 0 && !game->solo) /* who plays alone has nobody to be in suspense about */
        phase->freeze_ms = phase->ends_ms - freeze;
    enter(game, GAME_LIVE);
    if (was_warm)
        game_open_challenges(game);
    else
        game_run_teams(game);
    timeline_begin(game);
}

static void end(struct game *game)
{
    enter(game, GAME_ENDED);
    game_has_ended(game);
}

/* Teams whose own end has come; the last one ends the game. */
static void end_teams(struct game *game)
{
    size_t playing = 0;
    for (size_t i = 0; i < game->team_count; i++) {
        struct team *team = game->teams[i];
        if (is_over_for(team) && !team->is_over)
            team_ends(team);
        playing += !team->is_over;
    }
    if (!playing)
        end(game);
}

static void earlier(int64_t *first, int64_t at_ms)
{
    if (at_ms && at_ms < *first)
        *first = at_ms;
}

/* When something of the schedule is next; INT64_MAX: nothing is planned. */
static int64_t next_due(const struct game *game)
{
    const struct phase *phase = &game->phase;
    int64_t first = INT64_MAX;
    if (phase->state == GAME_DRAFT)
        earlier(&first, phase->warm_up_ms);
    if (phase->state == GAME_DRAFT || phase->state == GAME_WARM_UP)
        earlier(&first, phase->live_ms);
    if (phase->state == GAME_LIVE)
        earlier(&first, phase->lock_ms);
    if (phase_is_running(game))
        earlier(&first, phase->freeze_ms);
    for (size_t i = 0; (phase->state == GAME_LIVE || phase->state == GAME_LOCKED) && i < game->team_count; i++) {
        const struct team *team = game->teams[i];
        if (!team->is_over)
            earlier(&first, phase->ends_ms ? phase->ends_ms + team->extra_ms : 0);
        if (phase->state == GAME_LOCKED && !phase->is_locked_by_hand && team->extra_ms &&
            phase->lock_ms + team->extra_ms > game_now(game))
            earlier(&first, phase->lock_ms + team->extra_ms);
    }
    return first;
}

static void arm(struct game *game)
{
    int64_t next = next_due(game);
    if (next == INT64_MAX)
        timer_stop(game->world->clock, &game->phase.timer);
    else
        timer_start(game->world->clock, &game->phase.timer, next);
}

static bool has_come(const struct game *game, int64_t at_ms)
{
    return at_ms && at_ms <= game_now(game);
}

static void due(struct timer *timer, void *data)
{
    struct game *game = data;
    struct phase *phase = &game->phase;
    if (phase->state == GAME_DRAFT && has_come(game, phase->warm_up_ms)) {
        enter(game, GAME_WARM_UP);
        game_run_teams(game);
    }
    if ((phase->state == GAME_DRAFT || phase->state == GAME_WARM_UP) && has_come(game, phase->live_ms))
        go_live(game, phase->live_ms);
    if (phase_is_running(game) && has_come(game, phase->freeze_ms))
        freeze_now(game, phase->freeze_ms);
    if (phase->state == GAME_LIVE && has_come(game, phase->lock_ms)) {
        enter(game, GAME_LOCKED);
        game_tell_challenges(game);
    } else if (phase->state == GAME_LOCKED) {
        news_clock(game); /* a team's own deadline */
        game_tell_challenges(game);
    }
    if (phase->state == GAME_LIVE || phase->state == GAME_LOCKED)
        end_teams(game);
    arm(game);
}

/* The plan counts the machine's time from the start of the program; a clock that is faster gets there with it. */
static void plan_begin(struct game *game)
{
    struct phase *phase = &game->phase;
    int64_t warm_up = game->plan.warm_up_ms >= 0 ? game->plan.warm_up_ms : game->scenario->warm_up_ms;
    int64_t begins_in = (int64_t)((double)game->plan.begins_in_ms * clock_speed(game->world->clock));
    phase->live_ms = game_now(game) + (begins_in ? begins_in : warm_up);
    phase->warm_up_ms = warm_up > 0 ? phase->live_ms - warm_up : 0;
    game->plan.begins_in_ms = 0;
}

void phase_prepared(struct game *game)
{
    int64_t now = game_now(game);
    if (game->solo) {
        go_live(game, now);
    } else if (game->plan.begins_in_ms == BEGIN_BY_HAND) {
        enter(game, GAME_DRAFT);
    } else {
        plan_begin(game);
        if (game->phase.live_ms <= now)
            go_live(game, now);
        else
            enter(game, GAME_DRAFT);
        due(&game->phase.timer, game);
    }
    arm(game);
}

/* A program that was started anew before the event begins has the same appointment: game time stood while it was away. */
void phase_resume(struct game *game)
{
    if (game->phase.state == GAME_DRAFT && game->plan.begins_in_ms > 0)
        plan_begin(game);
    for (size_t i = 0; i < game->team_count; i++)
        game->teams[i]->is_over = game->phase.state == GAME_ENDED ||
                                  (game->phase.started_ms && is_over_for(game->teams[i]));
    arm(game);
}

void phase_stop(struct game *game)
{
    timer_stop(game->world->clock, &game->phase.timer);
}

/* ---- by hand ---- */

static bool may_follow(enum game_state from, enum game_state to)
{
    static const enum game_state ways[][2] = {
        { GAME_DRAFT, GAME_WARM_UP }, { GAME_DRAFT, GAME_LIVE },  { GAME_WARM_UP, GAME_LIVE },
        { GAME_LIVE, GAME_LOCKED },   { GAME_LOCKED, GAME_LIVE }, { GAME_LIVE, GAME_ENDED },
        { GAME_LOCKED, GAME_ENDED },
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i][0] == from && ways[i][1] == to)
            return true;
    return false;
}

static void end_by_hand(struct game *game)
{
    game->phase.ends_ms = game_now(game);
    for (size_t i = 0; i < game->team_count; i++)
        if (!game->teams[i]->is_over)
            team_ends(game->teams[i]);
    end(game);
}

static void move_to(struct game *game, enum game_state state)
{
    struct phase *phase = &game->phase;
    int64_t now = game_now(game);
    switch (state) {
    case GAME_WARM_UP:
        phase->warm_up_ms = now;
        enter(game, state);
        game_run_teams(game);
        break;
    case GAME_LIVE:
        if (phase->state == GAME_LOCKED) {
            phase->lock_ms = 0;
            phase->is_locked_by_hand = false;
            enter(game, state);
            game_tell_challenges(game);
        } else {
            go_live(game, now);
        }
        break;
    case GAME_LOCKED:
        phase->lock_ms = now;
        phase->is_locked_by_hand = true;
        enter(game, state);
        game_tell_challenges(game);
        break;
    case GAME_ENDED:
        end_by_hand(game);
        break;
    case GAME_PREPARING:
    case GAME_DRAFT:
    case GAME_FAILED:
        break;
    }
}

const char *phase_change(struct game *game, struct str wanted)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!str_is(wanted, names[i]))
            continue;
        if (!may_follow(game->phase.state, (enum game_state)i))
            return "The event cannot go from its state to that one.";
        move_to(game, (enum game_state)i);
        arm(game);
        return NULL;
    }
    return "There is no such state.";
}

/* Is that moment still to come? */
static bool is_open(const struct phase *phase, size_t i)
{
    enum game_state state = phase->state;
    if (times[i].offset == offsetof(struct phase, warm_up_ms))
        return state == GAME_DRAFT;
    if (times[i].offset == offsetof(struct phase, live_ms))
        return state == GAME_DRAFT || state == GAME_WARM_UP;
    if (times[i].offset == offsetof(struct phase, freeze_ms))
        return state != GAME_ENDED && !phase->frozen_ms;
    if (times[i].offset == offsetof(struct phase, lock_ms))
        return state != GAME_ENDED && state != GAME_LOCKED;
    return state != GAME_ENDED;
}

static const char *read_times(const struct game *game, const cJSON *input, struct phase *planned)
{
    for (size_t i = 0; i < TIMES; i++) {
        const cJSON *given = json_get(input, times[i].name);
        if (!given)
            continue;
        if (!cJSON_IsNull(given) && (!json_is_integer(given) || json_to_int64(given) <= game_now(game)))
            return "A time of the schedule is in milliseconds of game time, and still to come; or null.";
        if (!is_open(planned, i))
            return "That is past, and cannot be planned any more.";
        *place_of(planned, i) = cJSON_IsNull(given) ? 0 : json_to_int64(given);
    }
    return NULL;
}

const char *phase_schedule(struct game *game, const cJSON *input)
{
    struct phase planned = game->phase;
    const char *why = read_times(game, input, &planned);
    if (why)
        return why;
    if (!planned.ends_ms && phase_is_running(game) && planned.state != GAME_WARM_UP)
        return "A game that goes on has an end.";
    int64_t before = 0;
    for (size_t i = 0; i < TIMES; i++) {
        int64_t at = time_of(&planned, i);
        bool is_order_of_freeze = times[i].offset == offsetof(struct phase, freeze_ms);
        if (at && at < before)
            return "The schedule is not in order: warm-up, live, lock, end; the board is frozen behind live.";
        if (at && !is_order_of_freeze)
            before = at;
    }
    for (size_t i = 0; i < TIMES; i++)
        *place_of(&game->phase, i) = time_of(&planned, i);
    told(game);
    chronicle_add(game, "control", NULL, words_of("The schedule was changed", "일정을 바꾸었습니다"));
    arm(game);
    return NULL;
}

static void postpone(const struct game *game, int64_t *at_ms, int64_t ms)
{
    if (*at_ms > game_now(game))
        *at_ms += ms;
}

const char *phase_extend(struct game *game, struct team *team, int64_t ms)
{
    struct phase *phase = &game->phase;
    char english[96], korean[96];
    if (ms < -EXTENSION_MOST || ms > EXTENSION_MOST || !ms)
        return "An extension is in milliseconds, a week at most.";
    if (phase->state == GAME_ENDED || phase->state == GAME_FAILED)
        return "The event is over.";
    if (team && team->extra_ms + ms < 0)
        return "A team cannot have less time than the others.";
    if (!team && phase->ends_ms && phase->ends_ms + ms <= game_now(game))
        return "The end would be past.";
    if (team) {
        team_extend(team, ms);
    } else {
        postpone(game, &phase->freeze_ms, ms);
        postpone(game, &phase->lock_ms, ms);
        postpone(game, &phase->ends_ms, ms);
    }
    told(game);
    game_tell_challenges(game);
    snprintf(english, sizeof english, "%+lld s of time", (long long)ms / 1000);
    snprintf(korean, sizeof korean, "시간 %+lld초", (long long)ms / 1000);
    chronicle_add(game, "control", team, words_of(english, korean));
    arm(game);
    return NULL;
}

const char *phase_freeze(struct game *game, bool frozen)
{
    if (frozen == (game->phase.frozen_ms != 0))
        return frozen ? "The board is frozen already." : "The board is not frozen.";
    if (!game->phase.started_ms)
        return "There is nothing on the board yet.";
    freeze_now(game, frozen ? game_now(game) : 0);
    arm(game);
    return NULL;
}

/* ---- as pages see it ---- */

static cJSON *schedule_view(const struct phase *phase, int64_t extra_ms)
{
    cJSON *view = cJSON_CreateObject();
    for (size_t i = 0; i < TIMES; i++) {
        int64_t at = time_of(phase, i);
        bool moves = times[i].offset == offsetof(struct phase, lock_ms) ||
                     times[i].offset == offsetof(struct phase, ends_ms);
        json_set(view, times[i].name, view_instant(at && moves ? at + extra_ms : at));
    }
    return view;
}

cJSON *phase_view(const struct game *game, const struct team *team)
{
    const struct phase *phase = &game->phase;
    int64_t extra = team ? team->extra_ms : 0;
    bool is_paused = clock_is_paused(game->world->clock);
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "state", phase_name(game, team));
    json_set_int64(view, "now", game_now(game));
    json_set(view, "started_at", view_instant(phase->started_ms));
    json_set(view, "ends_at", view_instant(phase->ends_ms && phase->started_ms ? phase->ends_ms + extra : 0));
    json_set_number(view, "speed", clock_speed(game->world->clock));
    json_set_bool(view, "running", !is_paused);
    json_set_bool(view, "scoring",
                  team ? phase_scores(team, OF_NO_CHALLENGE) && !is_paused : phase->state == GAME_LIVE && !is_paused);
    json_set(view, "schedule", schedule_view(phase, extra));
    json_set(view, "frozen_at", view_instant(phase->frozen_ms));
    json_set_int64(view, "extra_ms", extra);
    return view;
}
