#include "world/past.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/list.h"
#include "world/blob.h"
#include "world/clock.h"
#include "world/world.h"

#define KEPT_MS    (10 * 60 * 1000)
#define KEPT_BYTES ((size_t)32 << 20)
#define SHOWN_MOST 4096 /* changes that one look goes back over: it is shorter where there were more */

/* How a row stood until `until_ms`. */
struct memory {
    struct list link; /* oldest first */
    int64_t until_ms;
    struct scope scope; /* interned */
    const struct table_def *table;
    struct json *row; /* NULL: there was none */
    size_t bytes, key_length;
    char key[];
};

/* A row that is shown as it was: what stands there now is put by. */
struct shown {
    const struct memory *memory;
    struct json *now;
    uint64_t number;
};

struct past {
    struct world *world;
    struct list memories;
    size_t wanted, bytes;
    struct shown *shown;
    size_t shown_count;
};

struct past *past_new(struct world *world)
{
    struct past *past = memory_alloc(sizeof *past);
    past->world = world;
    list_init(&past->memories);
    return past;
}

static struct memory *memory_at(struct list *link)
{
    return LIST_ITEM(link, struct memory, link);
}

/* The blobs that a row names stay as long as it is remembered. */
static void hold_blobs(struct past *past, const struct memory *memory, bool hold)
{
    const struct change change = { .number = store_last_change(past->world->store),
                                   .table = memory->table,
                                   .before = hold ? NULL : memory->row,
                                   .after = hold ? memory->row : NULL };
    blobs_hear(past->world->blobs, &change);
}

static void forget(struct past *past, struct memory *memory)
{
    hold_blobs(past, memory, false);
    past->bytes -= memory->bytes;
    list_remove(&memory->link);
    json_unref(memory->row);
    free(memory);
}

void past_forget(struct past *past)
{
    while (!list_is_empty(&past->memories))
        forget(past, memory_at(past->memories.next));
}

void past_free(struct past *past)
{
    past_forget(past);
    free(past);
}

void past_want(struct world *world)
{
    world->past->wanted++;
}

void past_unwant(struct world *world)
{
    assert(world->past->wanted);
    if (--world->past->wanted == 0)
        past_forget(world->past);
}

/* Nobody asks for what is older. */
static void trim(struct past *past, int64_t now_ms)
{
    while (!list_is_empty(&past->memories) &&
           (past->bytes > KEPT_BYTES || memory_at(past->memories.next)->until_ms < now_ms - KEPT_MS))
        forget(past, memory_at(past->memories.next));
}

void past_hear(struct past *past, const struct change *change)
{
    if (!past->wanted)
        return;
    int64_t now_ms = clock_now(past->world->clock);
    struct memory *memory = memory_alloc(sizeof *memory + change->key.length);
    memory->until_ms = now_ms;
    memory->scope = change->scope;
    memory->table = change->table;
    memory->row = json_ref(change->before);
    memory->key_length = change->key.length;
    if (change->key.length)
        memcpy(memory->key, change->key.at, change->key.length);
    memory->bytes = sizeof *memory + change->key.length + (change->before ? json_bytes(change->before) : 0);
    past->bytes += memory->bytes;
    list_append(&past->memories, &memory->link);
    hold_blobs(past, memory, true);
    trim(past, now_ms);
}

/* ---- looking back ---- */

struct look {
    const char *account;
    int64_t since_ms;
    bool (*wanted)(const struct table_def *table, const void *data);
    const void *data;
};

static struct str name_of(struct buf *buf, const struct memory *memory)
{
    buf_clear(buf);
    buf_add(buf, &memory->table, sizeof memory->table);
    buf_add(buf, &memory->scope.account, sizeof memory->scope.account); /* interned: the address is the scope */
    buf_add(buf, memory->key, memory->key_length);
    return buf_str(buf);
}

/* Of each row that has changed since, how it stood then: the oldest memory of it. */
static struct map *find_since(struct past *past, const struct look *look)
{
    struct map *found = map_new();
    struct buf name = BUF_EMPTY;
    size_t seen = 0;
    for (struct list *link = past->memories.previous; link != &past->memories; link = link->previous) {
        struct memory *memory = memory_at(link);
        if (memory->until_ms <= look->since_ms || seen >= SHOWN_MOST)
            break;
        if (strcmp(memory->scope.account, look->account) != 0 || !look->wanted(memory->table, look->data))
            continue;
        seen++;
        map_put(found, name_of(&name, memory), memory);
    }
    buf_release(&name);
    return found;
}

static void exchange(struct store *store, struct shown *shown)
{
    const struct memory *memory = shown->memory;
    store_exchange(store, memory->scope, memory->table, (struct str){ memory->key, memory->key_length }, &shown->now,
                   &shown->number);
}

void past_show(struct world *world, const char *account, int64_t ago_ms,
               bool (*wanted)(const struct table_def *table, const void *data), const void *data)
{
    struct past *past = world->past;
    assert(!past->shown);
    const struct look look = { account, clock_now(world->clock) - ago_ms, wanted, data };
    struct map *found = find_since(past, &look);
    past->shown = memory_alloc((map_count(found) + 1) * sizeof *past->shown);
    for (struct map_entry *entry = map_first(found); entry; entry = map_next(entry)) {
        struct shown *shown = &past->shown[past->shown_count++];
        *shown = (struct shown){ .memory = map_value(entry), .number = store_last_change(world->store) };
        shown->now = json_ref(shown->memory->row);
        exchange(world->store, shown);
    }
    map_free(found, NULL);
}

/* One that was written meanwhile is what was written. */
static bool stands_as_shown(struct store *store, const struct memory *memory)
{
    return store_get(store, memory->scope, memory->table, (struct str){ memory->key, memory->key_length }) ==
           memory->row;
}

void past_hide(struct world *world)
{
    struct past *past = world->past;
    for (size_t i = 0; i < past->shown_count; i++) {
        struct shown *shown = &past->shown[i];
        if (stands_as_shown(world->store, shown->memory))
            exchange(world->store, shown);
        json_unref(shown->now);
    }
    free(past->shown);
    past->shown = NULL;
    past->shown_count = 0;
}
