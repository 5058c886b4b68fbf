#include "game/rehearsal.h"

#include "aws/road.h"
#include "game/game_inner.h"

#define FIRST_ACCOUNT UINT64_C(100000000001)
#define FIXED_START   INT64_C(1794301200000) /* 2026-11-10T09:00:00Z, until the pack has said another */

static void add_teams(struct rehearsal *rehearsal, size_t count)
{
    char account[24], name[32];
    for (size_t i = 0; i < count; i++) {
        snprintf(account, sizeof account, "%llu", (unsigned long long)(FIRST_ACCOUNT + i));
        snprintf(name, sizeof name, "Team %zu", i + 1);
        account_add(rehearsal->world, str_of(account), str_of(name));
    }
}

static bool open_world(struct rehearsal *rehearsal, const struct rehearsal_options *options, char **reterr_why)
{
    struct world_options wanted = { .seed = options->seed,
                                    .start_ms = FIXED_START,
                                    .stepped = true,
                                    .speed = 1,
                                    .duration_factor = 1,
                                    .tables = options->tables,
                                    .recover = cloud_recover };
    rehearsal->world = world_new(&wanted, reterr_why);
    if (!rehearsal->world)
        return false;
    rehearsal->cloud = cloud_new(rehearsal->world, options->services, reterr_why);
    if (!rehearsal->cloud)
        return false;
    rehearsal->cloud->enforce = true;
    rehearsal->cloud->identities = options->identities;
    add_teams(rehearsal, options->teams);
    return true;
}

bool rehearsal_open(struct rehearsal *rehearsal, const struct rehearsal_options *options, char **reterr_why)
{
    *rehearsal = (struct rehearsal){ 0 };
    if (!open_world(rehearsal, options, reterr_why))
        return false;
    const struct game_options wanted = { .cloud = rehearsal->cloud,
                                         .pack = options->pack,
                                         .solo = options->teams == 1 };
    rehearsal->game = game_new(&wanted, reterr_why);
    if (!rehearsal->game)
        return false;
    int64_t start_ms = rehearsal->game->scenario->start_ms;
    clock_set(rehearsal->world->clock, start_ms ? start_ms : FIXED_START);
    return true;
}

void rehearsal_begin(struct rehearsal *rehearsal)
{
    world_recover(rehearsal->world);
}

bool rehearsal_goes_on(const struct rehearsal *rehearsal)
{
    return rehearsal->game->state == GAME_PREPARING || rehearsal_is_live(rehearsal);
}

bool rehearsal_is_live(const struct rehearsal *rehearsal)
{
    return rehearsal->game->state == GAME_LIVE;
}

bool rehearsal_has_ended(const struct rehearsal *rehearsal)
{
    return rehearsal->game->state == GAME_ENDED;
}

int64_t rehearsal_elapsed_ms(const struct rehearsal *rehearsal, int64_t at_ms)
{
    int64_t started_ms = rehearsal->game->started_ms;
    return started_ms ? at_ms - started_ms : 0;
}

static void is_there(struct timer *timer, void *data)
{
}

/* A world that settles stops where something off the loop is waited for: then it goes on from there. */
void rehearsal_go(struct rehearsal *rehearsal, int64_t ms)
{
    struct clock *clock = rehearsal->world->clock;
    struct timer goal = { .fire = is_there };
    timer_start(clock, &goal, clock_now(clock) + ms);
    while (timer_is_running(&goal))
        world_settle(rehearsal->world, timer_deadline(&goal) - clock_now(clock));
    world_settle(rehearsal->world, 0);
}

static void keep_answer(void *data, struct json *answer, const struct script_error *error)
{
    cJSON **ret_answer = data;
    if (answer)
        *ret_answer = json_thaw(json_root(answer));
}

cJSON *rehearsal_lint(struct rehearsal *rehearsal)
{
    cJSON *answer = NULL;
    script_call(rehearsal->game->script, "pack/lint", rehearsal->game->teams[0]->account, NULL, keep_answer, &answer);
    rehearsal_go(rehearsal, 0);
    return answer;
}

void rehearsal_close(struct rehearsal *rehearsal)
{
    game_free(rehearsal->game);
    if (rehearsal->cloud)
        cloud_free(rehearsal->cloud);
    if (rehearsal->world)
        world_free(rehearsal->world);
    *rehearsal = (struct rehearsal){ 0 };
}
