/* What the world's tests share: cheap worlds, rows from text, folders that go away. */
#ifndef TESTS_WORLD_FIXTURE_H
#define TESTS_WORLD_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "world/clock.h"
#include "world/journal.h"
#include "world/store.h"
#include "world/world.h"

#define START_MS 1700000000000

static const struct scope here = { "111122223333", "eu-west-1" };
static const struct table_def things = { .name = "test.thing" };
static const struct table_def fleeting_things = { .name = "test.fleeting", .fleeting = true };
static const struct table_def *const test_tables[] = { &things, &fleeting_things, NULL };

/* A stepped world; folder NULL: in memory. */
static inline struct world *make_world(const char *folder)
{
    struct world_options options = { .seed = 7,
                                     .start_ms = START_MS,
                                     .stepped = true,
                                     .speed = 1,
                                     .duration_factor = 1,
                                     .data_folder = folder,
                                     .tables = test_tables };
    char *why = NULL;
    struct world *world = world_new(&options, &why);
    if (!world)
        fail_msg("%s", why);
    return world;
}

static inline void end_world(struct world *world)
{
    world_free(world);
    assert_int_equal(json_live_documents(), 0);
}

static inline struct json *row_of(const char *text)
{
    struct json *row = json_parse(str_of(text), NULL);
    assert_non_null(row);
    return row;
}

static inline void put(struct world *world, const char *key, const char *text)
{
    store_put(world->store, here, &things, str_of(key), row_of(text));
}

/* The row's text, "" where there is none. */
static inline const char *text_at(struct world *world, const char *key)
{
    static char text[4096];
    struct json *row = store_get(world->store, here, &things, str_of(key));
    struct str found = row ? json_text(row) : STR("");
    snprintf(text, sizeof text, "%.*s", STR_ARG(found));
    return text;
}

static inline char *make_folder(void)
{
    static char path[64];
    strcpy(path, "/tmp/rehearse-test-XXXXXX");
    assert_non_null(mkdtemp(path));
    return memory_copy(str_of(path));
}

static inline int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    return remove(path);
}

static inline void remove_folder(char *folder_taken)
{
    assert_int_equal(nftw(folder_taken, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    free(folder_taken);
}

#endif
