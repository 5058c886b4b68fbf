#include "game/player.h"

#include <stdlib.h>

#include "game/game_inner.h"

struct hand {
    struct player *player;
    size_t challenge;
    const cJSON *step;    /* the next one, or the one that runs; NULL: all are done */
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

/* The first step from here on that is this hand's. */
static const cJSON *next_of(const struct hand *hand, const cJSON *after_or_null)
{
    const cJSON *step;
    size_t challenge = OF_NO_CHALLENGE;
    bool behind = !after_or_null;
    cJSON_ArrayForEach(step, hand->player->steps)
    {
        challenge = challenge_of(hand->player, step, challenge);
        if (behind && challenge == hand->challenge)
            return step;
        behind = behind || step == after_or_null;
    }
    return NULL;
}

void player_open(struct player *player)
{
    player->hand_count = scenario_of(player)->challenge_count + 1;
    player->hands = memory_alloc(player->hand_count * sizeof *player->hands);
    for (size_t i = 0; i < player->hand_count; i++) {
        struct hand *hand = &player->hands[i];
        *hand = (struct hand){ .player = player, .challenge = i ? i - 1 : OF_NO_CHALLENGE };
        hand->step = next_of(hand, NULL);
    }
}

void player_close(struct player *player)
{
    for (size_t i = 0; i < player->hand_count; i++)
        if (player->hands[i].call)
            script_cancel(player->team->game->script, player->hands[i].call);
    free(player->hands);
    player->hands = NULL;
    player->hand_count = 0;
}

/* ---- playing ---- */

static void step_ran(void *data, struct json *answer, const struct script_error *error)
{
    struct hand *hand = data;
    hand->call = 0;
    if (error && error->interrupted)
        return; /* the pack was started anew: it is due again */
    if (error) {
        char *text = notice_of_error(error);
        say(hand->player, "the step %s failed: %s", json_string(hand->step, "id"), text);
        free(text);
    }
    hand->step = next_of(hand, hand->step);
    hand->step_over_ms = game_now(hand->player->team->game);
}

/* Behind the step before; one that mends something also behind its breaking, for which it waits. */
static bool is_due(const struct hand *hand)
{
    const struct team *team = hand->player->team;
    size_t fault = mends(hand->player, hand->step);
    int64_t from = hand->step_over_ms;
    if (fault != SIZE_MAX) {
        const struct trouble *trouble = &team->faults[fault];
        if (trouble->state != FAULT_STANDING)
            return trouble->state == FAULT_RECOVERED || trouble->state == FAULT_GONE;
        from = trouble->broken_ms > from ? trouble->broken_ms : from;
    }
    return game_now(team->game) >= from + json_int64(hand->step, "after_ms", 0);
}

static void run_step(struct hand *hand)
{
    const struct player *player = hand->player;
    const char *step = json_string(hand->step, "id");
    char callback[ROW_KEY_ROOM];
    size_t fault = mends(player, hand->step);
    if (!player->name && fault != SIZE_MAX && player->team->faults[fault].mended_ms)
        say(player, "%s was mended before the step %s", scenario_of(player)->faults[fault].id, step);
    player_callback(player->name, step, sizeof callback, callback);
    hand->call = script_call(player->team->game->script, callback, player->team->account, NULL, step_ran, hand);
}

void player_move(struct player *player)
{
    for (struct hand *hand = player->hands; hand < player->hands + player->hand_count; hand++)
        if (hand->step && !hand->call && is_due(hand))
            run_step(hand);
}

const char *player_left(const struct player *player)
{
    for (size_t i = 0; i < player->hand_count; i++)
        if (player->hands[i].step)
            return json_string(player->hands[i].step, "id");
    return NULL;
}
