#include "game/player.h"

#include <stdlib.h>

#include "game/game_inner.h"

struct step {
    const char *id;
    size_t fault;     /* that it says it mends; SIZE_MAX: none */
    size_t challenge; /* one that mends nothing is done by who did the one before it */
    int64_t after_ms;
    int64_t played_ms; /* when it began last; 0: not yet */
};

struct hand {
    struct player *player;
    size_t challenge;
    struct step *step;    /* the one that runs, or ran last; NULL: none yet */
    uint64_t call;        /* it runs */
    int64_t step_over_ms; /* when the one before it ended */
};

void player_callback(const char *name, const char *step, size_t room, char *ret_callback)
{
    snprintf(ret_callback, room, "solution/%s%s%s", name ? name : "", name ? "/" : "", step);
}

__attribute__((format(printf, 2, 3))) static void say(const struct player *player, const char *format, ...)
{
    struct buf text = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    player->say(player->data, text.at);
    buf_release(&text);
}

static const struct scenario *scenario_of(const struct player *player)
{
    return player->team->game->scenario;
}

/* ---- whose step it is ---- */

static void read_steps(struct player *player, const cJSON *declared)
{
    const cJSON *at;
    size_t challenge = OF_NO_CHALLENGE;
    player->steps = memory_alloc(((size_t)cJSON_GetArraySize(declared) + 1) * sizeof *player->steps);
    cJSON_ArrayForEach(at, declared)
    {
        struct str mends = json_str(at, "mends");
        size_t fault = mends.length ? scenario_fault(scenario_of(player), mends) : SIZE_MAX;
        challenge = fault == SIZE_MAX ? challenge : scenario_of(player)->faults[fault].challenge;
        player->steps[player->step_count++] = (struct step){ .id = json_string(at, "id"),
                                                             .fault = fault,
                                                             .challenge = challenge,
                                                             .after_ms = json_int64(at, "after_ms", 0) };
    }
}

void player_open(struct player *player, const cJSON *steps)
{
    read_steps(player, steps);
    player->hand_count = scenario_of(player)->challenge_count + 1;
    player->hands = memory_alloc(player->hand_count * sizeof *player->hands);
    for (size_t i = 0; i < player->hand_count; i++) {
        struct hand *hand = &player->hands[i];
        *hand = (struct hand){ .player = player, .challenge = i ? i - 1 : OF_NO_CHALLENGE };
    }
}

void player_close(struct player *player)
{
    for (size_t i = 0; i < player->hand_count; i++)
        if (player->hands[i].call)
            script_cancel(player->team->game->script, player->hands[i].call);
    free(player->hands);
    free(player->steps);
    player->hands = NULL;
    player->steps = NULL;
    player->hand_count = player->step_count = 0;
}

/* ---- playing ---- */

static void step_ran(void *data, struct json *answer, const struct script_error *error)
{
    struct hand *hand = data;
    hand->call = 0;
    if (error && error->interrupted) { /* the pack was started anew: it is due again */
        hand->step->played_ms = 0;
        return;
    }
    if (error) {
        char *text = notice_of_error(error);
        say(hand->player, "the step %s failed: %s", hand->step->id, text);
        free(text);
    }
    hand->step_over_ms = game_now(hand->player->team->game);
}

static bool can_be_seen(const struct team *team, size_t fault)
{
    size_t challenge = team->game->scenario->faults[fault].challenge;
    return challenge == OF_NO_CHALLENGE || team->faults[fault].mended_ms || fault_in_front(team, challenge) == fault;
}

/* Behind the step before; one that mends something waits until that is what can be seen. */
static bool is_due(const struct hand *hand, const struct step *step)
{
    const struct team *team = hand->player->team;
    int64_t from = hand->step_over_ms ? hand->step_over_ms : team->game->phase.started_ms;
    if (step->fault != SIZE_MAX) {
        const struct trouble *trouble = &team->faults[step->fault];
        if (trouble->state != FAULT_STANDING)
            return trouble->state == FAULT_RECOVERED || trouble->state == FAULT_GONE;
        if (!can_be_seen(team, step->fault))
            return false;
        from = trouble->broken_ms > from ? trouble->broken_ms : from;
    }
    return game_now(team->game) >= from + step->after_ms;
}

/* What broke again is mended again. */
static bool is_played(const struct player *player, const struct step *step)
{
    return step->played_ms && (step->fault == SIZE_MAX || player->team->faults[step->fault].state != FAULT_STANDING ||
                               player->team->faults[step->fault].broken_ms <= step->played_ms);
}

/* The first that this hand can do now: what breaks by chance comes in another order in each game. One that mends nothing belongs
 * to the one before it, and waits for that. */
static struct step *due_step(const struct hand *hand)
{
    const struct player *player = hand->player;
    bool before_is_done = true;
    for (struct step *step = player->steps; step < player->steps + player->step_count; step++) {
        if (step->challenge != hand->challenge)
            continue;
        bool played = is_played(player, step);
        if (!played && (before_is_done || step->fault != SIZE_MAX) && is_due(hand, step))
            return step;
        before_is_done = played;
    }
    return NULL;
}

static void run_step(struct hand *hand)
{
    struct player *player = hand->player;
    struct step *step = hand->step;
    char callback[ROW_KEY_ROOM];
    if (!player->name && step->fault != SIZE_MAX && player->team->faults[step->fault].mended_ms)
        say(player, "%s was mended before the step %s", scenario_of(player)->faults[step->fault].id, step->id);
    step->played_ms = game_now(player->team->game);
    player_callback(player->name, step->id, sizeof callback, callback);
    hand->call = script_call(player->team->game->script, callback, player->team->account, NULL, step_ran, hand);
}

void player_move(struct player *player)
{
    for (struct hand *hand = player->hands; hand < player->hands + player->hand_count; hand++) {
        struct step *step = hand->call ? NULL : due_step(hand);
        if (!step)
            continue;
        hand->step = step;
        run_step(hand);
    }
}

const char *player_left(const struct player *player)
{
    for (const struct step *step = player->steps; step < player->steps + player->step_count; step++)
        if (!is_played(player, step) &&
            (step->fault == SIZE_MAX || player->team->faults[step->fault].state != FAULT_ASLEEP))
            return step->id;
    return NULL;
}
