#include "services/lexv2/build.h"

#include <limits.h>
#include <stdlib.h>

#include "services/lexv2/built.h"
#include "services/lexv2/record.h"

#define BUILT_MOST ((size_t)8 * 1024 * 1024)

const struct table_def lexv2_built_table = { .name = "lexv2.built" };

/* ---- gathering ---- */

static int64_t priority_of(const cJSON *intent, const cJSON *slot)
{
    const cJSON *priority;
    cJSON_ArrayForEach(priority, json_get(intent, "slotPriorities"))
    {
        if (str_equal(json_str(priority, "slotId"), json_str(slot, "slotId")))
            return json_int64(priority, "priority", INT64_MAX);
    }
    return INT64_MAX;
}

struct ranked {
    cJSON *slot;
    int64_t priority;
    int place;
};

static int compare_ranks(const void *one, const void *other)
{
    const struct ranked *a = one, *b = other;
    if (a->priority != b->priority)
        return a->priority < b->priority ? -1 : 1;
    return a->place - b->place;
}

/* In the order of their priorities, those without one last. */
static cJSON *in_order(const cJSON *intent, cJSON *slots_taken)
{
    int count = cJSON_GetArraySize(slots_taken);
    struct ranked *ranks = memory_alloc(sizeof *ranks * (size_t)(count + 1));
    for (int i = 0; i < count; i++) {
        cJSON *slot = cJSON_DetachItemFromArray(slots_taken, 0);
        ranks[i] = (struct ranked){ slot, priority_of(intent, slot), i };
    }
    qsort(ranks, (size_t)count, sizeof *ranks, compare_ranks);
    for (int i = 0; i < count; i++)
        json_add(slots_taken, ranks[i].slot);
    free(ranks);
    return slots_taken;
}

static cJSON *rows_within(struct world *world, struct scope scope, const struct table_def *table,
                          const struct lexv2_key *key)
{
    char prefix[LEXV2_KEY_BYTES];
    cJSON *rows = cJSON_CreateArray();
    struct str within = lexv2_key_within(prefix, key);
    struct cursor at = store_seek_from(world->store, scope, table, NULL, within);
    while (store_next_within(&at, within))
        json_add(rows, json_thaw(json_root(at.row)));
    return rows;
}

cJSON *lexv2_gather(struct world *world, struct scope scope, const struct lexv2_key *key, const cJSON *locale)
{
    cJSON *gathered = cJSON_CreateObject(), *intents = rows_within(world, scope, &lexv2_intent_table, key), *intent;
    cJSON_ArrayForEach(intent, intents)
    {
        struct lexv2_key part = *key;
        part.part = json_str(intent, "intentId");
        json_set(intent, "slots", in_order(intent, rows_within(world, scope, &lexv2_slot_table, &part)));
    }
    json_set(gathered, "locale", json_thaw(locale));
    json_set(gathered, "intents", intents);
    json_set(gathered, "slotTypes", rows_within(world, scope, &lexv2_slot_type_table, key));
    return gathered;
}

/* ---- what is built ---- */

/* Bytes of text of all rows below, which one document must hold. */
static size_t bytes_within(struct world *world, struct scope scope, const struct table_def *table,
                           const struct lexv2_key *key)
{
    char prefix[LEXV2_KEY_BYTES];
    size_t bytes = 0;
    struct str within = lexv2_key_within(prefix, key);
    struct cursor at = store_seek_from(world->store, scope, table, NULL, within);
    while (store_next_within(&at, within))
        bytes += json_text(at.row).length;
    return bytes;
}

static bool is_too_large(struct world *world, struct scope scope, const struct lexv2_key *key)
{
    return bytes_within(world, scope, &lexv2_intent_table, key) + bytes_within(world, scope, &lexv2_slot_table, key) +
               bytes_within(world, scope, &lexv2_slot_type_table, key) >
           BUILT_MOST;
}

/* In the place of a locale that is not gathered. */
static cJSON *too_large(void)
{
    cJSON *gathered = cJSON_CreateObject();
    json_set_bool(gathered, "tooLarge", true);
    return gathered;
}

void lexv2_build_text(struct world *world, struct scope scope, const struct lexv2_key *key, struct buf *ret_text)
{
    struct json *row = lexv2_get(world, scope, &lexv2_locale_table, key);
    cJSON *gathered = is_too_large(world, scope, key) ? too_large() : lexv2_gather(world, scope, key, json_root(row));
    json_set_int64(gathered, "revision", (int64_t)store_next_number(world->store));
    json_print(ret_text, gathered);
    cJSON_Delete(gathered);
}

/* ---- finding ---- */

/* The test alias answers for every locale that nobody has disabled in it. */
static bool is_enabled(const cJSON *settings, bool test)
{
    return settings ? json_bool(settings, "enabled", false) : test;
}

enum built_why built_find_version(struct world *world, struct scope scope, struct str bot_id, struct str version,
                                  struct str locale_id, struct built *ret_built)
{
    struct lexv2_key key = { bot_id, version, locale_id, STR_NONE, STR_NONE };
    struct lexv2_key settings = { .bot = bot_id, .version = version };
    bool draft = str_is(version, LEXV2_DRAFT);
    if (draft)
        settings.version = STR_NONE;
    struct json *bot = lexv2_get(world, scope, &lexv2_bot_table, &(struct lexv2_key){ .bot = bot_id });
    if (!bot)
        return BUILT_NO_BOT;
    ret_built->version = version;
    ret_built->bot = version.length
                         ? lexv2_get(world, scope, draft ? &lexv2_bot_table : &lexv2_version_table, &settings)
                         : NULL;
    if (!ret_built->bot)
        return BUILT_NO_VERSION;
    if (!lexv2_get(world, scope, &lexv2_locale_table, &key))
        return BUILT_NO_LOCALE;
    ret_built->document = lexv2_get(world, scope, &lexv2_built_table, &key);
    if (!ret_built->document)
        return BUILT_NOT_BUILT;
    ret_built->revision = json_int64(json_root(ret_built->document), "revision", 0);
    return BUILT_FOUND;
}

enum built_why built_find(struct world *world, struct scope scope, struct str bot_id, struct str alias_id,
                          struct str locale_id, struct built *ret_built)
{
    struct lexv2_key key = { .bot = bot_id };
    *ret_built = (struct built){ 0 };
    if (!bot_id.length || !lexv2_get(world, scope, &lexv2_bot_table, &key))
        return BUILT_NO_BOT;
    key.version = alias_id;
    struct json *alias = alias_id.length ? lexv2_get(world, scope, &lexv2_alias_table, &key) : NULL;
    if (!alias)
        return BUILT_NO_ALIAS;
    const cJSON *settings = json_get_str(json_get(json_root(alias), "botAliasLocaleSettings"), locale_id);
    ret_built->alias = alias;
    ret_built->code_hook = json_get(json_get(settings, "codeHookSpecification"), "lambdaCodeHook");
    enum built_why why = built_find_version(world, scope, bot_id, json_str(json_root(alias), "botVersion"), locale_id,
                                            ret_built);
    if ((why == BUILT_FOUND || why == BUILT_NOT_BUILT) && !is_enabled(settings, str_is(alias_id, LEXV2_TEST_ALIAS)))
        return BUILT_DISABLED;
    return why;
}
