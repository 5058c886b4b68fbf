#include "game/timeline.h"

#include <stdlib.h>

#include "game/beat.h"
#include "game/deck.h"
#include "game/game_inner.h"
#include "game/message.h"

const struct table_def game_beats = { .name = "game.beat" };
const struct table_def game_stories = { .name = "game.story" };

static void step_due(struct timer *timer, void *data);

/* ---- beats ---- */

static const struct beat_def *def_of(const struct beat *beat)
{
    return &beat->game->scenario->beats[beat->place];
}

static void do_to_team(struct team *team, const struct beat_def *def)
{
    const struct scenario *scenario = team->game->scenario;
    size_t place;
    if (def->unlock && (place = scenario_challenge(scenario, str_of(def->unlock))) != SIZE_MAX)
        challenge_open(team, place);
    if (def->mend && (place = scenario_fault(scenario, str_of(def->mend))) != SIZE_MAX)
        fault_withdraw(team, place);
    if (def->break_ && (place = scenario_fault(scenario, str_of(def->break_))) != SIZE_MAX)
        fault_break(team, place);
}

static int64_t until_of(const struct game *game, const struct beat_def *def)
{
    return def->until_ms == INT64_MAX ? INT64_MAX : game->phase.started_ms + def->until_ms;
}

static void strike(struct beat *beat)
{
    struct game *game = beat->game;
    const struct beat_def *def = def_of(beat);
    if (def->chance < 1 && random_unit(&game->world->random) >= def->chance)
        return;
    for (size_t i = 0; i < game->team_count; i++)
        do_to_team(game->teams[i], def);
    if (def->message)
        message_send(game, NULL, def->message);
    if (def->story)
        story_tell(game, def->story);
    if (def->deck)
        deck_begin(game, def->deck, until_of(game, def));
}

/* When it comes again; 0: never. */
static int64_t next_after(const struct beat *beat, int64_t at_ms)
{
    const struct beat_def *def = def_of(beat);
    if (def->every_ms <= 0 || at_ms + def->every_ms - beat->game->phase.started_ms > def->until_ms)
        return 0;
    return at_ms + def->every_ms;
}

static void beat_due(struct timer *timer, void *data)
{
    struct beat *beat = data;
    int64_t next = next_after(beat, timer_deadline(timer));
    beat_save(beat->game, def_of(beat), NULL, next);
    if (next)
        timer_start(beat->game->world->clock, timer, next);
    strike(beat);
}

/* Each team comes to a score in its own time. */
void timeline_score_moved(struct team *team)
{
    struct game *game = team->game;
    for (size_t i = 0; i < game->scenario->beat_count; i++) {
        const struct beat_def *def = &game->scenario->beats[i];
        if (!def->at_score || ledger_total(&team->ledger) < def->at || beat_row(game, def, team))
            continue;
        beat_save(game, def, team, 0);
        do_to_team(team, def);
        if (def->message)
            message_send(game, team, def->message);
        if (def->story)
            story_tell(game, def->story);
        if (def->deck)
            deck_begin_once(game, def->deck, until_of(game, def));
    }
}

/* ---- challenges that open at a time ---- */

static void opening_due(struct timer *timer, void *data)
{
    struct opening *opening = data;
    for (size_t i = 0; i < opening->game->team_count; i++)
        challenge_consider(opening->game->teams[i], opening->challenge);
}

/* What is past has been looked at already, when the teams started. */
static void resume_opening(struct game *game, size_t challenge)
{
    const struct challenge_def *def = &game->scenario->challenges[challenge];
    struct opening *opening = &game->timeline.openings[challenge];
    *opening = (struct opening){ game, challenge, { .fire = opening_due, .data = opening } };
    if (def->unlock == UNLOCK_AT && game->phase.started_ms + def->unlock_at_ms > game_now(game))
        timer_start(game->world->clock, &opening->timer, game->phase.started_ms + def->unlock_at_ms);
}

/* ---- stories ---- */

static const struct story_def *story_of(const struct telling *telling)
{
    return &telling->game->scenario->stories[telling->story];
}

static const struct step_def *step_of(const struct telling *telling)
{
    return &story_of(telling)->steps[telling->step];
}

static void save_story(const struct telling *telling, int64_t due_ms)
{
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "step", (int64_t)telling->step);
    json_set(row, "due_at", due_ms ? json_new_int64(due_ms) : cJSON_CreateNull());
    store_put(telling->game->world->store, game_house, &game_stories, str_of(story_of(telling)->id), json_seal(row));
}

/* The step that is next has its time; or the story is told. */
static void go_on(struct telling *telling)
{
    if (telling->step >= story_of(telling)->step_count) {
        save_story(telling, 0);
        return;
    }
    int64_t due = game_now(telling->game) + step_of(telling)->after_ms;
    save_story(telling, due);
    timer_start(telling->game->world->clock, &telling->timer, due);
}

static void run_step(struct step_call *call);

static void step_ran(void *data, struct json *answer, const struct script_error *error)
{
    struct step_call *call = data;
    struct telling *telling = call->telling;
    call->number = 0;
    if (error && error->interrupted) {
        run_step(call);
        return;
    }
    if (error) {
        char *text = notice_of_error(error);
        notice_add(telling->game, "error", "%s: %s", step_of(telling)->callback, text);
        free(text);
    }
    if (--telling->waiting > 0)
        return;
    telling->step++;
    go_on(telling);
}

static void run_step(struct step_call *call)
{
    struct game *game = call->telling->game;
    call->number = script_call(game->script, step_of(call->telling)->callback, call->team->account, NULL, step_ran,
                               call);
}

/* The step stays the row's until it has run for every team: after a crash it runs again, which does no harm. */
static void step_due(struct timer *timer, void *data)
{
    struct telling *telling = data;
    struct game *game = telling->game;
    const struct step_def *step = step_of(telling);
    if (step->message)
        message_send(game, NULL, step->message);
    if (!step->callback) {
        telling->step++;
        go_on(telling);
        return;
    }
    telling->waiting = game->team_count;
    for (size_t i = 0; i < game->team_count; i++)
        run_step(&telling->calls[i]);
}

static void stop_telling(struct telling *telling)
{
    timer_stop(telling->game->world->clock, &telling->timer);
    for (size_t i = 0; i < telling->game->team_count; i++) {
        if (telling->calls[i].number)
            script_cancel(telling->game->script, telling->calls[i].number);
        telling->calls[i].number = 0;
    }
}

void story_tell(struct game *game, const char *id)
{
    const struct story_def *story = scenario_story(game->scenario, str_of(id));
    if (!story)
        return;
    struct telling *telling = &game->timeline.stories[story - game->scenario->stories];
    stop_telling(telling);
    telling->step = 0;
    go_on(telling);
}

static void resume_story(struct telling *telling)
{
    struct game *game = telling->game;
    struct json *row = store_get(game->world->store, game_house, &game_stories, str_of(story_of(telling)->id));
    const cJSON *due = row ? json_get(json_root(row), "due_at") : NULL;
    if (!due || cJSON_IsNull(due))
        return;
    telling->step = (size_t)json_int64(json_root(row), "step", 0);
    if (telling->step < story_of(telling)->step_count)
        timer_start(game->world->clock, &telling->timer, json_to_int64(due));
}

/* ---- the whole ---- */

void timeline_begin(struct game *game)
{
    const cJSON *id;
    for (size_t i = 0; i < game->scenario->beat_count; i++) {
        const struct beat_def *def = &game->scenario->beats[i];
        if (!def->at_score)
            beat_save(game, def, NULL, beat_moment(game, def));
    }
    timeline_resume(game);
    cJSON_ArrayForEach(id, game->scenario->opening)
    {
        story_tell(game, id->valuestring);
    }
}

/* What an edit has added in what is past by now is left out; what is still to come comes. */
static void resume_beat(struct beat *beat)
{
    struct game *game = beat->game;
    const struct beat_def *def = def_of(beat);
    if (!beat_row(game, def, NULL) && game->phase.started_ms + def->at > game_now(game))
        beat_save(game, def, NULL, beat_moment(game, def));
    struct json *row = beat_row(game, def, NULL);
    int64_t next = row ? json_int64(json_root(row), "next_at", 0) : 0;
    if (next)
        timer_start(game->world->clock, &beat->timer, next);
}

void timeline_resume(struct game *game)
{
    const struct scenario *scenario = game->scenario;
    timeline_stop(game);
    beats_settle(game);
    decks_resume(game);
    game->timeline.openings = memory_alloc((scenario->challenge_count + 1) * sizeof *game->timeline.openings);
    for (size_t i = 0; i < scenario->challenge_count; i++)
        resume_opening(game, i);
    game->timeline.beats = memory_alloc((scenario->beat_count + 1) * sizeof *game->timeline.beats);
    game->timeline.stories = memory_alloc((scenario->story_count + 1) * sizeof *game->timeline.stories);
    for (size_t i = 0; i < scenario->beat_count; i++) {
        struct beat *beat = &game->timeline.beats[i];
        *beat = (struct beat){ .game = game, .place = i, .timer = { .fire = beat_due, .data = beat } };
        if (!scenario->beats[i].at_score)
            resume_beat(beat);
    }
    for (size_t i = 0; i < scenario->story_count; i++) {
        struct telling *telling = &game->timeline.stories[i];
        *telling = (struct telling){ .game = game, .story = i, .timer = { .fire = step_due, .data = telling } };
        telling->calls = memory_alloc((game->team_count + 1) * sizeof *telling->calls);
        for (size_t team = 0; team < game->team_count; team++)
            telling->calls[team] = (struct step_call){ telling, game->teams[team], 0 };
        resume_story(telling);
    }
}

void timeline_stop(struct game *game)
{
    struct timeline *timeline = &game->timeline;
    decks_stop(game);
    for (size_t i = 0; timeline->openings && i < game->scenario->challenge_count; i++)
        timer_stop(game->world->clock, &timeline->openings[i].timer);
    for (size_t i = 0; timeline->beats && i < game->scenario->beat_count; i++)
        timer_stop(game->world->clock, &timeline->beats[i].timer);
    for (size_t i = 0; timeline->stories && i < game->scenario->story_count; i++) {
        stop_telling(&timeline->stories[i]);
        free(timeline->stories[i].calls);
    }
    free(timeline->openings);
    free(timeline->beats);
    free(timeline->stories);
    *timeline = (struct timeline){ 0 };
}
