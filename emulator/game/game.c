#include "game/game_inner.h"

#include <stdlib.h>

#include "game/answer.h"
#include "game/api.h"
#include "game/chat.h"
#include "game/execution.h"
#include "game/forecast.h"
#include "game/hint.h"
#include "game/mark.h"
#include "game/member.h"
#include "game/message.h"
#include "game/meter.h"
#include "game/monitor.h"
#include "game/news.h"
#include "game/pipeline.h"
#include "game/question.h"
#include "game/record.h"
#include "game/request.h"
#include "game/snapshot.h"
#include "game/trace.h"

#define TICK_MS          10000
#define EXECUTION_ENDED  "stepfunctions.execution.ended"
#define PIPELINE_CHANGED "sagemaker.pipeline-execution"
#define STEP_CHANGED     "sagemaker.pipeline-step"
#define BOT_TURN         "lexv2runtime.turn"

const struct scope game_house = { "", "" };
const struct table_def game_games = { .name = "game.game" };

const struct table_def *const game_tables[] = { &game_games,     &game_teams,   &game_challenges, &game_probes,
                                                &game_faults,    &game_scores,  &game_hints,      &game_messages,
                                                &game_answers,   &game_marks,   &game_beats,      &game_stories,
                                                &game_memories,  &game_members, &game_questions,  &game_traces,
                                                &game_reactions, NULL };

/* ---- its row ---- */

void game_save(struct game *game)
{
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "pack", game->scenario->id);
    phase_save(game, row);
    json_set_bool(row, "names_are_approved", game->names_are_approved);
    json_set_bool(row, "paused", clock_is_paused(game->world->clock));
    json_set_number(row, "speed", clock_speed(game->world->clock));
    store_put(game->world->store, game_house, &game_games, STR("game"), json_seal(row));
}

static uint64_t last_number(const struct game *game, const struct table_def *table)
{
    int64_t number = 0;
    struct cursor at = store_seek(game->world->store, game_house, table, NULL, STR_NONE, true);
    if (store_next(&at)) {
        str_to_int64(at.key, &number);
        store_close(&at);
    }
    return (uint64_t)number;
}

/* Another game's rows are none of this one's. */
static bool is_ours(const struct game *game, char **reterr_why)
{
    struct json *row = store_get(game->world->store, game_house, &game_games, STR("game"));
    struct str pack = row ? json_str(json_root(row), "pack") : str_of(game->scenario->id);
    if (str_is(pack, game->scenario->id))
        return true;
    struct buf why = BUF_EMPTY;
    buf_printf(&why,
               "the data are those of the game %.*s: forget them with --fresh, or keep these elsewhere with --data",
               STR_ARG(pack));
    *reterr_why = buf_take(&why);
    return false;
}

/* False: no game was begun here. */
static bool load(struct game *game)
{
    struct json *row = store_get(game->world->store, game_house, &game_games, STR("game"));
    phase_load(game, row ? json_root(row) : NULL);
    game->last_score = 0; /* the teams' logs say */
    game->last_message = last_number(game, &game_messages);
    game->last_question = last_number(game, &game_questions);
    game->last_mark = last_number(game, &game_marks);
    if (!row)
        return false;
    const cJSON *root = json_root(row);
    game->names_are_approved = json_bool(root, "names_are_approved", false);
    clock_set_speed(game->world->clock, json_number(root, "speed", 1));
    if (json_bool(root, "paused", false))
        clock_pause(game->world->clock);
    else
        clock_resume(game->world->clock);
    return true;
}

/* ---- its life ---- */

void game_run_teams(struct game *game)
{
    timer_start(game->world->clock, &game->tick, game_now(game) + TICK_MS);
    for (size_t i = 0; i < game->team_count; i++)
        if (!game->teams[i]->is_over)
            team_start(game->teams[i]);
}

void game_open_challenges(struct game *game)
{
    for (size_t i = 0; i < game->team_count; i++)
        team_consider(game->teams[i]);
}

void game_tell_challenges(struct game *game)
{
    for (size_t i = 0; i < game->team_count; i++)
        for (size_t place = 0; place < game->scenario->challenge_count; place++)
            news_challenge(game->teams[i], place);
}

void game_begin(struct game *game)
{
    if (game->phase.state != GAME_PREPARING)
        return;
    for (size_t i = 0; i < game->team_count; i++)
        if (!team_is_prepared(game->teams[i]))
            return;
    phase_prepared(game);
}

void game_fail(struct game *game)
{
    if (game->phase.state != GAME_PREPARING)
        return;
    game->phase.state = GAME_FAILED;
    game_save(game);
    news_clock(game);
}

static void stop_all(struct game *game)
{
    phase_stop(game);
    timer_stop(game->world->clock, &game->tick);
    timer_stop(game->world->clock, &game->board);
    timer_stop(game->world->clock, &game->roster);
    timer_stop(game->world->clock, &game->stepped);
    timeline_stop(game);
}

/* The cloud stays as it is: what was built can still be looked at. */
void game_has_ended(struct game *game)
{
    stop_all(game);
    news_board_again(game);
    record_review(game);
}

static void tick(struct timer *timer, void *data)
{
    struct game *game = data;
    double speed = clock_speed(game->world->clock);
    for (size_t i = 0; i < game->team_count; i++)
        news_trend(game->teams[i]);
    record_flush(game->record);
    reaction_ticked(game);
    timer_start(game->world->clock, timer, game_now(game) + (int64_t)(TICK_MS * (speed > 1 ? speed : 1)));
}

static void board_due(struct timer *timer, void *data)
{
    news_board_due(data);
}

static void step_ended(struct timer *timer, void *data)
{
    news_clock(data);
}

static void roster_due(struct timer *timer, void *data)
{
    news_roster_due(data);
}

void game_score_moved(struct team *team)
{
    struct game *game = team->game;
    news_board(game);
    if (!team_plays(team))
        return;
    for (size_t i = 0; i < game->scenario->challenge_count; i++)
        if (team->challenges[i].state == CHALLENGE_LOCKED && game->scenario->challenges[i].unlock == UNLOCK_SCORE)
            challenge_consider(team, i);
    timeline_score_moved(team);
    reaction_led(game);
}

/* ---- from rows ---- */

static void unload(struct game *game)
{
    stop_all(game);
    for (size_t i = 0; i < game->team_count; i++)
        team_unload(game->teams[i]);
}

static void set_durations(struct game *game)
{
    game->world->duration_factor = json_number(game->scenario->durations, "*", 1);
}

/* What was asked for at the start counts more than what was before. */
static void take_speed(struct game *game, bool begun)
{
    if (game->speed > 0)
        clock_set_speed(game->world->clock, game->speed);
    if (game->speed > 0 && begun)
        game_save(game);
    game->speed = 0;
}

static void resume(struct game *game)
{
    bool begun = load(game);
    set_durations(game);
    take_speed(game, begun);
    for (size_t i = 0; i < game->team_count; i++)
        team_load(game->teams[i]);
    game->leader = NULL;
    phase_resume(game);
    if (phase_is_running(game)) {
        game_run_teams(game);
        if (game->phase.state != GAME_WARM_UP)
            timeline_resume(game);
    } else if (game->phase.state == GAME_PREPARING || game->phase.state == GAME_FAILED) {
        game->phase.state = GAME_PREPARING;
        if (!begun)
            game_save(game);
        for (size_t i = 0; i < game->team_count; i++)
            team_prepare(game->teams[i]);
    }
}

void game_rebuild(struct game *game)
{
    unload(game);
    if (game->is_up)
        script_restart(game->script);
    game->is_up = true;
    mark_restore(game);
    resume(game);
    if (game->feed.restart)
        game->feed.restart(game->feed.data);
    record_views(game);
}

void game_told_again(struct game *game)
{
    cJSON *view = cJSON_CreateObject();
    json_set_int64(view, "revision", (int64_t)game->revision);
    news_to_support(game, "game", json_thaw(view));
    news_to_all(game, "game", view);
}

/* ---- the pack ---- */

/* The first time, or an edit that is played from now on: where everybody stands is in rows. */
static void pack_loaded(void *data, struct json *declaration)
{
    struct game *game = data;
    struct scenario *before = game->scenario;
    if (game->is_up)
        unload(game);
    game->scenario = scenario_new(declaration);
    game->revision++;
    scenario_free(before);
    if (!game->is_up)
        return;
    resume(game);
    game_told_again(game);
}

static void pack_refused(void *data, const struct script_error *error)
{
    struct game *game = data;
    char *text = notice_of_error(error);
    if (game->is_up)
        notice_add(game, "error", "The edited pack is not played: %s", text);
    free(game->why_refused);
    game->why_refused = text;
}

static void pack_noticed(void *data, enum script_notice kind, const char *subject, const char *text)
{
    static const struct {
        const char *level, *says;
    } kinds[] = { [NOTICE_LOG] = { "info", "" },
                  [NOTICE_RESTARTED] = { "warning", "The pack was started anew: " },
                  [NOTICE_DISABLED] = { "error", "Not called any more: " },
                  [NOTICE_RELOADED] = { "info", "The edited pack is played now." },
                  [NOTICE_KEPT] = { "info", "The pack as saved is the one that is played." } };
    struct game *game = data;
    bool has_subject = subject && subject[0];
    notice_add(game, kinds[kind].level, "%s%s%s%s", kinds[kind].says, has_subject ? subject : "",
               has_subject && text && text[0] ? ": " : "", text ? text : "");
}

/* ---- what it watches ---- */

static struct game *game_of(struct cloud_watcher *watcher)
{
    return LIST_ITEM(watcher, struct game, watcher);
}

static enum outcome watch_admits(struct cloud_watcher *watcher, struct call *call)
{
    struct team *team = team_of(game_of(watcher), str_of(call->caller.account));
    return team && call->origin != ORIGIN_HOUSE && call->origin != ORIGIN_PACK ? limit_admit(team, call) : CALL_DONE;
}

static bool is_started(const struct call *call)
{
    return strcmp(call->operation->name, "StartExecution") == 0 &&
           strcmp(call->service->model->iam_prefix, "states") == 0;
}

static void watch_players(struct team *team, struct call *call, enum outcome outcome)
{
    char operation[128];
    recent_add(team, call, outcome);
    if (outcome == CALL_DONE) {
        snprintf(operation, sizeof operation, "%s:%s", call->service->model->iam_prefix, call->operation->name);
        probe_heard(team, operation);
    }
    if (outcome == CALL_DONE && !call->operation->reads_only)
        watches_heard(team);
    if (call->origin != ORIGIN_CLIENT)
        return;
    team->last_call_ms = game_now(team->game);
    news_roster(team);
    fault_heard(team, call, outcome);
    if (outcome == CALL_DONE && !call->operation->reads_only) {
        reaction_changed(team);
        team_hear_tags(team, call);
    }
}

static void watch_answered(struct cloud_watcher *watcher, struct call *call)
{
    struct game *game = game_of(watcher);
    enum outcome outcome = call->error.kind ? CALL_FAILED : CALL_DONE;
    struct team *team;
    if (!call->operation || !call->caller.account || call->origin == ORIGIN_HOUSE ||
        !(team = team_of(game, str_of(call->caller.account))) || !team_plays(team))
        return;
    limit_hear(team, call, outcome);
    if (outcome == CALL_DONE && is_started(call) && game->feed.publish)
        execution_told(team, json_str(call_output(call), "executionArn"), "RUNNING");
    if (call->origin != ORIGIN_PACK) {
        watch_players(team, call, outcome);
        return;
    }
    fault_touched(team, call);
    lately_hear(team, call, outcome);
}

static void watch_recovered(struct cloud_watcher *watcher)
{
    game_rebuild(game_of(watcher));
}

/* ---- making and ending ---- */

static struct web_endpoint *all_endpoints(void)
{
    static const struct web_endpoint *const tables[] = { api_endpoints, contest_endpoints, facilitator_endpoints };
    size_t count = 0;
    struct web_endpoint *all = NULL;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct web_endpoint *at = tables[i]; at->path; at++) {
            all = memory_resize(all, (count + 2) * sizeof *all);
            all[count++] = *at;
        }
    all[count] = (struct web_endpoint){ 0 };
    return all;
}

static void make_teams(struct game *game)
{
    game->team_count = account_count(game->world);
    game->teams = memory_alloc((game->team_count + 1) * sizeof(struct team *));
    for (size_t i = 0; i < game->team_count; i++) {
        struct team *team = game->teams[i] = team_new(game, account_at(game->world, i), i);
        map_put(game->by_account, str_of(team->account), team);
    }
}

static bool open_pack(struct game *game, const struct game_options *options, char **reterr_why)
{
    const struct script_options wanted = { .pack = options->pack,
                                           .cloud = options->cloud,
                                           .loop = options->loop,
                                           .data = game,
                                           .loaded = pack_loaded,
                                           .refused = pack_refused,
                                           .notice = pack_noticed,
                                           .requests = game_requests };
    game->script = script_open(&wanted, reterr_why);
    if (!game->script)
        return false;
    if (script_await_load(game->script))
        return true;
    *reterr_why = game->why_refused ? game->why_refused : memory_copy(STR("the pack did not load in time"));
    game->why_refused = NULL;
    return false;
}

struct game *game_new(const struct game_options *options, char **reterr_why)
{
    struct game *game = memory_alloc(sizeof *game);
    game->cloud = options->cloud;
    game->world = options->cloud->world;
    game->solo = options->solo;
    game->speed = options->speed;
    game->by_account = map_new();
    game->plan = options->plan ? *options->plan : (struct phase_plan){ 0, -1, -1, -1, -1 };
    game->endpoints = all_endpoints();
    game->site = (struct web_site){ game->endpoints, game, game_measure, "game", game_health };
    game->tick = (struct timer){ .fire = tick, .data = game };
    game->board = (struct timer){ .fire = board_due, .data = game };
    game->roster = (struct timer){ .fire = roster_due, .data = game };
    game->stepped = (struct timer){ .fire = step_ended, .data = game };
    if (!open_pack(game, options, reterr_why) || !is_ours(game, reterr_why)) {
        game_free(game);
        return NULL;
    }
    make_teams(game);
    game->watcher = (struct cloud_watcher){ watch_admits, watch_answered, watch_recovered };
    game->cloud->watcher = &game->watcher;
    game->executions = (struct listener){ .topic = EXECUTION_ENDED, .told = execution_ended, .data = game };
    game->pipelines = (struct listener){ .topic = PIPELINE_CHANGED, .told = pipeline_told, .data = game };
    game->pipeline_steps = (struct listener){ .topic = STEP_CHANGED, .told = pipeline_told, .data = game };
    bus_listen(game->world->bus, &game->executions);
    bus_listen(game->world->bus, &game->pipelines);
    bus_listen(game->world->bus, &game->pipeline_steps);
    game->pictures = options->pictures;
    if (game->pictures) {
        game->forecasts = (struct listener){ .topic = game->pictures->forecast_topic,
                                             .told = forecast_moved,
                                             .data = game };
        game->monitors = (struct listener){ .topic = game->pictures->monitor_topic,
                                            .told = monitor_moved,
                                            .data = game };
        bus_listen(game->world->bus, &game->forecasts);
        bus_listen(game->world->bus, &game->monitors);
    }
    game->turns = (struct listener){ .topic = BOT_TURN, .told = chat_told, .data = game };
    bus_listen(game->world->bus, &game->turns);
    list_init(&game->chats);
    return game;
}

void game_free(struct game *game)
{
    if (!game)
        return;
    if (game->teams) {
        bus_unlisten(game->world->bus, &game->executions);
        bus_unlisten(game->world->bus, &game->pipelines);
        bus_unlisten(game->world->bus, &game->pipeline_steps);
        bus_unlisten(game->world->bus, &game->forecasts);
        bus_unlisten(game->world->bus, &game->monitors);
        bus_unlisten(game->world->bus, &game->turns);
        chat_forget_all(game);
        game->cloud->watcher = NULL;
        unload(game);
    }
    if (game->script)
        script_close(game->script);
    for (size_t i = 0; i < game->team_count; i++)
        team_free(game->teams[i]);
    free(game->teams);
    map_free(game->by_account, NULL);
    scenario_free(game->scenario);
    snapshots_free(game->snapshots);
    record_close(game->record);
    notices_release(&game->notices);
    chronicle_release(&game->chronicle);
    free(game->endpoints);
    free(game->why_refused);
    free(game);
}

void game_set_feed(struct game *game, const struct web_feed *feed)
{
    game->feed = *feed;
    if (game->feed.publish)
        record_views(game);
}

void game_set_token(struct game *game, const char *token)
{
    game->token = token;
    if (token)
        session_cookie(token, game->facilitator_cookie);
}

const struct web_site *game_site(struct game *game)
{
    return &game->site;
}

const char *game_pack(const struct game *game)
{
    return game->scenario->id;
}

bool game_is_over(const struct game *game)
{
    return game->phase.state == GAME_ENDED;
}

void game_set_support(struct game *game, const char *token)
{
    game->support_token = token;
    if (token)
        session_cookie(token, game->supporter_cookie);
}

bool game_record(struct game *game, const char *path, char **reterr_why)
{
    game->record = record_open(path, reterr_why);
    game->snapshots = game->record ? snapshots_new(game) : NULL;
    return game->record != NULL;
}

const char *game_join_code(const struct game *game, const char *account)
{
    const struct team *team = team_of(game, str_of(account));
    return team ? team->code : NULL;
}

const char *game_page_token(const struct game *game, const char *account)
{
    const struct team *team = team_of(game, str_of(account));
    return team ? team->token : NULL;
}
