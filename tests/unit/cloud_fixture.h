/* A stepped world with the whole cloud on it, which ends and comes back from its folder. Who includes this defines ACCOUNT and
 * REGION before. */
#ifndef TESTS_CLOUD_FIXTURE_H
#define TESTS_CLOUD_FIXTURE_H

#include "world_fixture.h"

#include "aws/policy.h"
#include "aws/road.h"
#include "services/registry.h"
#include "services/stepfunctions/asl/machine.h"

struct game {
    struct world *world;
    struct cloud *cloud;
    const struct table_def **tables;
    const char *folder; /* NULL: in memory */
    size_t documents;   /* that were alive before it: one failed test is not the next one's leak */
};

static inline struct game start_game_with(const char *folder, const struct service *const *services)
{
    machine_cache_clear();
    struct game game = { .tables = cloud_tables(services),
                         .folder = folder,
                         .documents = json_live_documents() };
    struct world_options options = { .seed = 7,
                                     .start_ms = START_MS,
                                     .stepped = true,
                                     .speed = 1,
                                     .duration_factor = 1,
                                     .data_folder = folder,
                                     .tables = game.tables,
                                     .recover = cloud_recover };
    char *why = NULL;
    game.world = world_new(&options, &why);
    if (!game.world)
        fail_msg("%s", why);
    game.cloud = cloud_new(game.world, services, &why);
    if (!game.cloud)
        fail_msg("%s", why);
    game.cloud->account = ACCOUNT;
    game.cloud->region = REGION;
    world_recover(game.world);
    return game;
}

static inline struct game start_game(const char *folder)
{
    return start_game_with(folder, services_registry);
}

static inline void end_game(struct game *game)
{
    policy_cache_clear();
    cloud_free(game->cloud);
    world_free(game->world);
    free(game->tables);
    machine_cache_clear();
    assert_int_equal(json_live_documents(), game->documents);
}

/* The process ends and starts again; the clock goes on from where it stood. */
static inline void restart(struct game *game)
{
    world_commit(game->world);
    journal_flush(game->world->journal);
    const char *folder = game->folder;
    end_game(game);
    *game = start_game(folder);
}

#endif
