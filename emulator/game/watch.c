#include "game/watch.h"

#include <stdlib.h>

#include "game/answer.h"
#include "game/game_inner.h"

#define SETTLED_MS 500 /* after a change of the team's: it seldom comes alone */

static struct clock *clock_of(const struct watch *watch)
{
    return watch->team->game->world->clock;
}

static void sleep(struct watch *watch)
{
    timer_start(clock_of(watch), &watch->timer,
                clock_now(clock_of(watch)) + json_int64(watch->answer, "every_ms", 10000));
}

static void judged(void *data, struct json *verdict, const struct script_error *error)
{
    struct watch *watch = data;
    struct team *team = watch->team;
    watch->call = 0;
    if (error && !error->interrupted && !error->code[0]) { /* an AWS error says that it is not so yet */
        char *text = notice_of_error(error);
        notice_add(team->game, "error", "%s: %s", watch->callback, text);
        free(text);
    }
    if (verdict && json_bool(json_root(verdict), "right", false))
        answer_found_right(team, watch->challenge, json_string(watch->answer, "id"));
    else
        sleep(watch);
}

static void ask(struct timer *timer, void *data)
{
    struct watch *watch = data;
    struct team *team = watch->team;
    if (answer_is_right(team, watch->challenge, json_string(watch->answer, "id")))
        return;
    if (team_plays(team) && challenge_is_open(team, watch->challenge))
        watch->call = script_call(team->game->script, watch->callback, team->account, NULL, judged, watch);
    else
        sleep(watch);
}

/* ---- all of a team's ---- */

static void add(struct team *team, size_t challenge, const cJSON *answer)
{
    struct buf callback = BUF_EMPTY;
    struct watch *watch = &team->watches[team->watch_count++];
    buf_printf(&callback, "answer/%s/%s", team->game->scenario->challenges[challenge].id, json_string(answer, "id"));
    *watch = (struct watch){ .team = team, .challenge = challenge, .answer = answer, .callback = buf_take(&callback) };
    watch->timer = (struct timer){ .fire = ask, .data = watch };
    sleep(watch);
}

static size_t count_answers(const struct scenario *scenario)
{
    size_t count = 0;
    for (size_t i = 0; i < scenario->challenge_count; i++)
        count += (size_t)cJSON_GetArraySize(scenario->challenges[i].answers);
    return count;
}

void watches_start(struct team *team)
{
    const struct scenario *scenario = team->game->scenario;
    const cJSON *answer;
    team->watches = memory_alloc((count_answers(scenario) + 1) * sizeof *team->watches);
    for (size_t i = 0; i < scenario->challenge_count; i++) {
        cJSON_ArrayForEach(answer, scenario->challenges[i].answers)
        {
            if (str_is(json_str(answer, "kind"), "state"))
                add(team, i, answer);
        }
    }
}

void watches_stop(struct team *team)
{
    for (size_t i = 0; i < team->watch_count; i++) {
        struct watch *watch = &team->watches[i];
        timer_stop(clock_of(watch), &watch->timer);
        if (watch->call)
            script_cancel(team->game->script, watch->call);
        free(watch->callback);
    }
    free(team->watches);
    team->watches = NULL;
    team->watch_count = 0;
}

void watches_heard(struct team *team)
{
    for (size_t i = 0; i < team->watch_count; i++) {
        struct watch *watch = &team->watches[i];
        int64_t soon = clock_now(clock_of(watch)) + SETTLED_MS;
        if (timer_is_running(&watch->timer) && timer_deadline(&watch->timer) > soon)
            timer_start(clock_of(watch), &watch->timer, soon);
    }
}
