#include "services/lexv2/building.h"

#include <stdlib.h>

#include "services/lexv2/build.h"
#include "services/lexv2/locale.h"
#include "services/lexv2/nlu/nlu.h"
#include "services/lexv2/record.h"
#include "world/work.h"

#define BUILD_MS (20 * 1000) /* about what AWS takes for a small bot */

struct building {
    struct work work;
    struct world *world;
    struct scope scope; /* interned */
    char *key;          /* the locale's */
    int64_t due_ms;     /* tells this build from a later one of the same locale */
    struct buf text;    /* what is built */
    /* What came of it: */
    struct json *built;
    struct nlu_model *model;
    cJSON *failures;
};

/* On a worker thread: nothing here is anybody else's. */
static void compute(struct work *work)
{
    struct building *building = work->data;
    building->built = json_parse(buf_str(&building->text), NULL);
    building->failures = lexv2_build_failures(json_root(building->built));
    if (!building->failures->child && !work_is_cancelled(work))
        building->model = nlu_train(building->built);
}

static void keep(struct building *building, cJSON *row)
{
    struct world *world = building->world;
    struct str key = str_of(building->key);
    bool good = building->model != NULL;
    json_set_string(row, "buildDue", NULL);
    if (!good) {
        json_set(row, "failureReasons", building->failures);
        building->failures = NULL;
    }
    store_put(world->store, building->scope, &lexv2_locale_table, key, json_seal(row));
    if (good) {
        store_put(world->store, building->scope, &lexv2_built_table, key, json_ref(building->built));
        nlu_keep(building->model);
        building->model = NULL;
    }
    lifecycle_move(world, &lexv2_locale_lifecycle, building->scope, key, good ? "Built" : "Failed");
}

static void done(struct work *work)
{
    struct building *building = work->data;
    struct json *row = store_get(building->world->store, building->scope, &lexv2_locale_table, str_of(building->key));
    if (row && str_is(json_str(json_root(row), "botLocaleStatus"), "Building") &&
        json_int64(json_root(row), "buildDue", -1) == building->due_ms)
        keep(building, json_thaw(json_root(row)));
}

static void release(struct work *work)
{
    struct building *building = work->data;
    cJSON_Delete(building->failures);
    nlu_free(building->model);
    json_unref(building->built);
    buf_release(&building->text);
    free(building->key);
    free(building);
}

static void begin(struct world *world, struct scope scope, const struct lexv2_key *key, int64_t due_ms)
{
    char text[LEXV2_KEY_BYTES];
    struct building *building = memory_alloc(sizeof *building);
    building->work = (struct work){ .compute = compute, .done = done, .release = release, .data = building };
    building->world = world;
    building->scope = store_intern(world->store, scope);
    building->key = memory_copy(lexv2_key(text, key));
    building->due_ms = due_ms;
    lexv2_build_text(world, scope, key, &building->text);
    nlu_prepare();
    work_start(world, &building->work, due_ms);
}

void lexv2_building_begin(struct world *world, struct scope scope, const struct lexv2_key *key)
{
    int64_t now = clock_now(world->clock), due_ms = now + (int64_t)(BUILD_MS * world->duration_factor);
    cJSON *row = json_thaw(json_root(lexv2_get(world, scope, &lexv2_locale_table, key)));
    json_set_string(row, "botLocaleStatus", "Building");
    json_set_int64(row, "lastBuildSubmittedDateTime", now);
    json_set_int64(row, "buildDue", due_ms);
    json_set_string(row, "failureReasons", NULL);
    lexv2_put(world, scope, &lexv2_locale_table, key, row);
    begin(world, scope, key, due_ms);
}

static void take_up(struct scope scope, struct str row_key, struct json *row, void *data)
{
    int64_t due_ms = json_int64(json_root(row), "buildDue", -1);
    if (due_ms < 0 || !str_is(json_str(json_root(row), "botLocaleStatus"), "Building"))
        return;
    struct lexv2_key key = lexv2_locale_key(row_key);
    begin(data, scope, &key, due_ms);
}

void lexv2_building_recover(struct world *world)
{
    store_scan(world->store, &lexv2_locale_table, take_up, world);
}
