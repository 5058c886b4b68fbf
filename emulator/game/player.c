#include "game/player.h"

#include <stdlib.h>

#include "game/game_inner.h"

struct hand {
    struct player *player;
    size_t challenge;
    const cJSON *step;    /* the one that runs, or ran last; NULL: none yet */
    size_t place;         /* its place */
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

/* The fault that a step says it mends; SIZE_MAX: none. */
static size_t mends(const struct player *player, const cJSON *step)
{
    struct str fault = json_str(step, "mends");
    return fault.length ? scenario_fault(scenario_of(player), fault) : SIZE_MAX;
}

/* A step that mends nothing is done by who did the one before it. */
static size_t challenge_of(const struct player *player, const cJSON *step, size_t before)
{
    size_t fault = mends(player, step);
    return fault == SIZE_MAX ? before : scenario_of(player)->faults[fault].challenge;
}

void player_open(struct player *player)
{
    player->hand_count = scenario_of(player)->challenge_count + 1;
    player->played_ms = memory_alloc(((size_t)cJSON_GetArraySize(player->steps) + 1) * sizeof *player->played_ms);
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
    free(player->played_ms);
    player->hands = NULL;
    player->played_ms = NULL;
    player->hand_count = 0;
}

/* ---- playing ---- */

static void step_ran(void *data, struct json *answer, const struct script_error *error)
{
    struct hand *hand = data;
    hand->call = 0;
    if (error && error->interrupted) { /* the pack was started anew: it is due again */
        hand->player->played_ms[hand->place] = 0;
        return;
    }
    if (error) {
        char *text = notice_of_error(error);
        say(hand->player, "the step %s failed: %s", json_string(hand->step, "id"), text);
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
static bool is_due(const struct hand *hand, const cJSON *step)
{
    const struct team *team = hand->player->team;
    size_t fault = mends(hand->player, step);
    int64_t from = hand->step_over_ms ? hand->step_over_ms : team->game->phase.started_ms;
    if (fault != SIZE_MAX) {
        const struct trouble *trouble = &team->faults[fault];
        if (trouble->state != FAULT_STANDING)
            return trouble->state == FAULT_RECOVERED || trouble->state == FAULT_GONE;
        if (!can_be_seen(team, fault))
            return false;
        from = trouble->broken_ms > from ? trouble->broken_ms : from;
    }
    return game_now(team->game) >= from + json_int64(step, "after_ms", 0);
}

/* What broke again is mended again. */
static bool is_played(const struct player *player, const cJSON *step, size_t place)
{
    size_t fault = mends(player, step);
    int64_t played_ms = player->played_ms[place];
    return played_ms && (fault == SIZE_MAX || player->team->faults[fault].state != FAULT_STANDING ||
                         player->team->faults[fault].broken_ms <= played_ms);
}

/* The first that this hand can do now: what breaks by chance comes in another order in each game. One that mends nothing belongs
 * to the one before it, and waits for that. */
static const cJSON *due_step(const struct hand *hand, size_t *ret_place)
{
    const struct player *player = hand->player;
    const cJSON *step;
    size_t challenge = OF_NO_CHALLENGE;
    bool before_is_done = true;
    *ret_place = 0;
    cJSON_ArrayForEach(step, player->steps)
    {
        bool played = is_played(player, step, *ret_place);
        challenge = challenge_of(player, step, challenge);
        if (challenge == hand->challenge) {
            if (!played && (before_is_done || mends(player, step) != SIZE_MAX) && is_due(hand, step))
                return step;
            before_is_done = played;
        }
        ++*ret_place;
    }
    return NULL;
}

static void run_step(struct hand *hand)
{
    struct player *player = hand->player;
    const char *step = json_string(hand->step, "id");
    char callback[ROW_KEY_ROOM];
    size_t fault = mends(player, hand->step);
    if (!player->name && fault != SIZE_MAX && player->team->faults[fault].mended_ms)
        say(player, "%s was mended before the step %s", scenario_of(player)->faults[fault].id, step);
    player->played_ms[hand->place] = game_now(player->team->game);
    player_callback(player->name, step, sizeof callback, callback);
    hand->call = script_call(player->team->game->script, callback, player->team->account, NULL, step_ran, hand);
}

void player_move(struct player *player)
{
    for (struct hand *hand = player->hands; hand < player->hands + player->hand_count; hand++) {
        const cJSON *step = hand->call ? NULL : due_step(hand, &hand->place);
        if (!step)
            continue;
        hand->step = step;
        run_step(hand);
    }
}

const char *player_left(const struct player *player)
{
    const cJSON *step;
    size_t place = 0;
    cJSON_ArrayForEach(step, player->steps)
    {
        size_t fault = mends(player, step);
        if (!is_played(player, step, place++) &&
            (fault == SIZE_MAX || player->team->faults[fault].state != FAULT_ASLEEP))
            return json_string(step, "id");
    }
    return NULL;
}
