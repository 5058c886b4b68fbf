/* A game of one team in the toy cloud, with a stepped clock and a pack written in the test. Facts that the test sets are what the
 * pack's probes and faults look at (team:recall). Include cmocka first; main() begins with become_pack_host(). */
#ifndef UNIT_GAME_FIXTURE_H
#define UNIT_GAME_FIXTURE_H

#include "toy_cloud.h"

#include "pack_fixture.h"

#include "game/game_inner.h"
#include "game/request.h"

#define TEAM "000000000001"

struct fixture {
    struct world *world;
    struct cloud *cloud;
    struct game *game;
    struct team *team; /* the first */
    char folder[64];
    uint64_t seed;
    size_t teams;
};

static inline void fact(struct fixture *fixture, const char *key, const char *json)
{
    char name[128];
    cJSON *row = cJSON_CreateObject();
    struct json *value = json_parse(str_of(json), NULL);
    assert_non_null(value);
    json_set(row, "value", json_thaw(json_root(value)));
    json_unref(value);
    snprintf(name, sizeof name, TEAM "/%s", key);
    store_put(fixture->world->store, game_house, &game_memories, str_of(name), json_seal(row));
}

static inline void nothing_happens(struct timer *timer, void *data)
{
}

/* So much later, with all that came meanwhile done. */
static inline void go(struct fixture *fixture, int64_t ms)
{
    struct timer goal = { .fire = nothing_happens };
    timer_start(fixture->world->clock, &goal, clock_now(fixture->world->clock) + ms);
    while (timer_is_running(&goal))
        world_settle(fixture->world, timer_deadline(&goal) - clock_now(fixture->world->clock));
    world_settle(fixture->world, 0);
}

static inline void open_game_world(struct fixture *fixture)
{
    const struct table_def **tables = cloud_tables(services);
    size_t count = 0, games = 0;
    while (tables[count])
        count++;
    while (game_tables[games])
        games++;
    tables = memory_resize(tables, (count + games + 1) * sizeof *tables);
    memcpy(tables + count, game_tables, (games + 1) * sizeof *tables);
    struct world_options options = { .seed = fixture->seed ? fixture->seed : 1,
                                     .start_ms = START_MS,
                                     .stepped = true,
                                     .tables = tables,
                                     .recover = cloud_recover };
    char *why = NULL;
    fixture->world = world_new(&options, &why);
    if (!fixture->world)
        fail_msg("%s", why);
    free(tables);
    fixture->cloud = cloud_new(fixture->world, services, &why);
    assert_non_null(fixture->cloud);
}

static inline void write_pack(struct fixture *fixture, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/pack.lua", fixture->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* fixture->seed and teams may be set before. The game is live when this returns. */
static inline void open_game(struct fixture *fixture, const char *pack)
{
    char *why = NULL;
    strcpy(fixture->folder, "/tmp/game-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    write_pack(fixture, pack);
    open_game_world(fixture);
    for (size_t i = 0; i < (fixture->teams ? fixture->teams : 1); i++) {
        char account[24], name[32];
        snprintf(account, sizeof account, "%012zu", i + 1);
        snprintf(name, sizeof name, "Team %zu", i + 1);
        account_add(fixture->world, str_of(account), str_of(name));
    }
    const struct game_options options = { .cloud = fixture->cloud,
                                          .pack = fixture->folder,
                                          .solo = fixture->teams < 2 };
    fixture->game = game_new(&options, &why);
    if (!fixture->game)
        fail_msg("%s", why);
    fixture->team = fixture->game->teams[0];
    world_recover(fixture->world);
    go(fixture, 0);
    assert_int_equal(fixture->game->phase.state, GAME_LIVE);
}

static inline void end_game(struct fixture *fixture)
{
    game_free(fixture->game);
    nftw(fixture->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    cloud_free(fixture->cloud);
    world_free(fixture->world);
    policy_cache_clear();
    assert_int_equal(json_live_documents(), 0);
}

/* The team's own client makes a call of the toy service. */
static inline void client_calls(struct fixture *fixture, const char *operation, const char *input)
{
    const char *why;
    struct call *call = call_new(fixture->cloud, STR("toybox"), str_of(operation), &why);
    assert_non_null(call);
    call->input = json_parse_in(call->arena, str_of(input), NULL);
    call->caller = principal_of_root(call->arena, STR(TEAM));
    call->origin = ORIGIN_CLIENT;
    assert_int_not_equal(road_run(call), CALL_PARKED);
    call_free(call);
}

/* The score log as "at kind points" lines, seconds since the start. */
static inline const char *log_of(struct fixture *fixture, struct arena *arena)
{
    struct buf text = BUF_EMPTY;
    struct cursor at = store_seek(fixture->world->store, game_house, &game_scores, NULL, STR_NONE, false);
    while (store_next(&at)) {
        const cJSON *row = json_root(at.row);
        buf_printf(&text, "%lld %s %lld\n", (long long)(json_int64(row, "at", 0) - fixture->game->phase.started_ms) / 1000,
                   json_string(row, "kind"), (long long)json_int64(row, "points", 0));
    }
    const char *copy = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

static inline void expect_log(struct fixture *fixture, const char *wanted)
{
    struct arena *arena = arena_new();
    const char *got = log_of(fixture, arena);
    if (strcmp(got, wanted) != 0)
        fail_msg("the log is\n%s--- but it should be\n%s", got, wanted);
    arena_free(arena);
}

#endif
