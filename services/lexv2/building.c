#include "services/lexv2/building.h"

#include <stdlib.h>

#include "services/lexv2/build.h"
#include "services/lexv2/locale.h"
#include "services/lexv2/nlu/nlu.h"
#include "services/lexv2/record.h"
#include "world/fate.h"
#include "world/strand.h"
#include "world/work.h"

#define BUILD_MS (20 * 1000) /* about what AWS takes for a small bot */

/* Its end is a strand of its own, which asks whether hooks let the locale become Built. */
struct building {
    struct work work;
    struct strand strand;
    struct fate *fate;
    bool computed; /* the strand has it */
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

static struct json *row_under_way(const struct building *building)
{
    struct json *row = store_get(building->world->store, building->scope, &lexv2_locale_table, str_of(building->key));
    bool same = row && str_is(json_str(json_root(row), "botLocaleStatus"), "Building") &&
                json_int64(json_root(row), "buildDue", -1) == building->due_ms;
    return same ? row : NULL;
}

static void fate_is_ready(void *building)
{
    strand_wake(&((struct building *)building)->strand, WAKE_EVENT, NULL, NULL);
}

static enum fortune ask_fate(struct building *building)
{
    const struct passage passage = { .scope = building->scope,
                                     .service = lexv2_locale_lifecycle.service,
                                     .thing = lexv2_locale_lifecycle.thing,
                                     .resource = str_of(building->key),
                                     .from = "Building",
                                     .to = "Built" };
    return fate_ask(&building->fate, building->world, &passage, fate_is_ready, building);
}

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct building *building = LIST_ITEM(strand, struct building, strand);
    struct json *row = row_under_way(building);
    enum fortune fortune = row && building->model ? ask_fate(building) : FATE_GOES_ON;
    if (fortune == FATE_WAITS)
        return STRAND_PARKED;
    if (fortune == FATE_FAILS) {
        nlu_free(building->model);
        building->model = NULL;
        json_add(building->failures, json_new_string(str_of(fate_reason(building->fate))));
    }
    if (row)
        keep(building, json_thaw(json_root(row)));
    return STRAND_ENDED;
}

static void free_building(struct building *building)
{
    fate_end(&building->fate);
    cJSON_Delete(building->failures);
    nlu_free(building->model);
    json_unref(building->built);
    buf_release(&building->text);
    free(building->key);
    free(building);
}

static void release_strand(struct strand *strand)
{
    free_building(LIST_ITEM(strand, struct building, strand));
}

static void done(struct work *work)
{
    struct building *building = work->data;
    building->computed = true;
    building->strand = (struct strand){ .step = step, .release = release_strand };
    strand_start(building->world, &building->strand);
}

static void release(struct work *work)
{
    struct building *building = work->data;
    if (!building->computed)
        free_building(building);
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
