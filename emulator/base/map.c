#include "base/map.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"

/* Two indexes over the same entries: a hash table finds one key, a skip list knows the order.
 *
 *     slots   [ hash → entry ] …                       open addressing, linear probing, at most ¾ full
 *     level 2  head ─────────────────→ d ─────────→
 *     level 1  head ───────→ b ──────→ d ─────────→    every fourth entry reaches one level higher
 *     level 0  head → a ⇄ b ⇄ c ⇄ d ⇄ e
 *
 * An entry's height comes from its key's hash, which is keyed by process: nobody outside can build a bad list. */

#define MOST_LEVELS 12 /* 4^12: sixteen million keys */
#define FIRST_SLOTS 8

struct map_entry {
    void *value;
    uint64_t hash;
    const char *key; /* behind next[] */
    size_t key_length;
    struct map_entry *previous;
    size_t levels;
    struct map_entry *next[];
};

struct slot {
    uint64_t hash;
    struct map_entry *entry; /* NULL: free */
};

struct map {
    size_t count, slot_count; /* slot_count: a power of two, or 0 */
    struct slot *slots;
    struct map_entry *last;
    size_t levels; /* in use */
    struct map_entry *first[MOST_LEVELS];
};

struct map *map_new(void)
{
    return memory_alloc(sizeof(struct map));
}

void map_free(struct map *map_or_null, void (*release)(void *value))
{
    if (!map_or_null)
        return;
    for (struct map_entry *entry = map_or_null->first[0], *next; entry; entry = next) {
        next = entry->next[0];
        if (release)
            release(entry->value);
        free(entry);
    }
    free(map_or_null->slots);
    free(map_or_null);
}

size_t map_count(const struct map *map)
{
    return map->count;
}

struct str map_key(const struct map_entry *entry)
{
    return (struct str){ entry->key, entry->key_length };
}

void *map_value(const struct map_entry *entry)
{
    return entry->value;
}

/* ---- the hash table ---- */

/* The slot of the key, or the free one where it belongs. */
static struct slot *find_slot(const struct map *map, struct str key, uint64_t hash)
{
    size_t mask = map->slot_count - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct slot *slot = &map->slots[i];
        if (!slot->entry || (slot->hash == hash && str_equal(map_key(slot->entry), key)))
            return slot;
    }
}

static void grow_slots(struct map *map)
{
    size_t old_count = map->slot_count;
    struct slot *old = map->slots;
    map->slot_count = old_count ? old_count * 2 : FIRST_SLOTS;
    map->slots = memory_alloc(map->slot_count * sizeof *map->slots);
    size_t mask = map->slot_count - 1;
    for (size_t i = 0; i < old_count; i++) {
        if (!old[i].entry)
            continue;
        size_t to = old[i].hash & mask;
        while (map->slots[to].entry)
            to = (to + 1) & mask;
        map->slots[to] = old[i];
    }
    free(old);
}

/* Moves what was pushed along back into the gap, so that no tombstones pile up. */
static void clear_slot(struct map *map, struct slot *slot)
{
    size_t mask = map->slot_count - 1;
    size_t gap = (size_t)(slot - map->slots);
    for (size_t i = (gap + 1) & mask; map->slots[i].entry; i = (i + 1) & mask) {
        size_t home = map->slots[i].hash & mask;
        if (((i - home) & mask) >= ((i - gap) & mask)) {
            map->slots[gap] = map->slots[i];
            gap = i;
        }
    }
    map->slots[gap] = (struct slot){ 0 };
}

void *map_get(const struct map *map, struct str key)
{
    if (map->count == 0)
        return NULL;
    struct map_entry *entry = find_slot(map, key, str_hash(key))->entry;
    return entry ? entry->value : NULL;
}

/* ---- the skip list ---- */

/* One level for all, one more for every two zero bits at the hash's high end; the table uses the low end. */
static size_t levels_of(uint64_t hash)
{
    size_t levels = 1 + (size_t)__builtin_clzll(hash | 1) / 2;
    return levels < MOST_LEVELS ? levels : MOST_LEVELS;
}

/* The last entry before `key` (not after it, with `or_equal`), NULL for none. Where `ret_links` is given, its first
 * map->levels items become the links that lead past the place. */
static struct map_entry *find_before(const struct map *map, struct str key, bool or_equal,
                                     struct map_entry **ret_links[])
{
    struct map_entry *before = NULL;
    const struct map_entry *too_far = NULL;
    for (size_t level = map->levels; level-- > 0;) {
        struct map_entry *const *links = before ? before->next : map->first;
        struct map_entry *next = links[level];
        while (next && next != too_far && str_compare(map_key(next), key) < (or_equal ? 1 : 0)) {
            before = next;
            links = next->next;
            next = links[level];
        }
        too_far = next;
        if (ret_links)
            ret_links[level] = (struct map_entry **)(uintptr_t)&links[level];
    }
    return before;
}

static struct map_entry *new_entry(struct str key, uint64_t hash, void *value)
{
    size_t levels = levels_of(hash);
    struct map_entry *entry = memory_alloc(sizeof *entry + levels * sizeof entry->next[0] + key.length);
    char *copy = (char *)&entry->next[levels];
    if (key.length)
        memcpy(copy, key.at, key.length);
    entry->key = copy;
    entry->key_length = key.length;
    entry->value = value;
    entry->hash = hash;
    entry->levels = levels;
    return entry;
}

static void link_entry(struct map *map, struct map_entry *entry)
{
    struct map_entry **links[MOST_LEVELS];
    struct map_entry *before = find_before(map, map_key(entry), false, links);
    for (; map->levels < entry->levels; map->levels++)
        links[map->levels] = &map->first[map->levels];
    for (size_t level = 0; level < entry->levels; level++) {
        entry->next[level] = *links[level];
        *links[level] = entry;
    }
    entry->previous = before;
    if (entry->next[0])
        entry->next[0]->previous = entry;
    else
        map->last = entry;
}

static void unlink_entry(struct map *map, struct map_entry *entry)
{
    struct map_entry **links[MOST_LEVELS];
    find_before(map, map_key(entry), false, links);
    for (size_t level = 0; level < entry->levels; level++)
        *links[level] = entry->next[level];
    while (map->levels && !map->first[map->levels - 1])
        map->levels--;
    if (entry->next[0])
        entry->next[0]->previous = entry->previous;
    else
        map->last = entry->previous;
}

void *map_put(struct map *map, struct str key, void *value)
{
    assert(value); /* NULL is what map_get() says of a key that is not there */
    if ((map->count + 1) * 4 > map->slot_count * 3)
        grow_slots(map);
    uint64_t hash = str_hash(key);
    struct slot *slot = find_slot(map, key, hash);
    if (slot->entry) {
        void *old = slot->entry->value;
        slot->entry->value = value;
        return old;
    }
    struct map_entry *entry = new_entry(key, hash, value);
    *slot = (struct slot){ hash, entry };
    link_entry(map, entry);
    map->count++;
    return NULL;
}

void *map_remove(struct map *map, struct str key)
{
    if (map->count == 0)
        return NULL;
    struct slot *slot = find_slot(map, key, str_hash(key));
    struct map_entry *entry = slot->entry;
    if (!entry)
        return NULL;
    clear_slot(map, slot);
    unlink_entry(map, entry);
    map->count--;
    void *value = entry->value;
    free(entry);
    return value;
}

struct map_entry *map_first(const struct map *map)
{
    return map->first[0];
}

struct map_entry *map_last(const struct map *map)
{
    return map->last;
}

static struct map_entry *entry_behind(const struct map *map, const struct map_entry *before)
{
    return before ? before->next[0] : map->first[0];
}

struct map_entry *map_at_or_after(const struct map *map, struct str key)
{
    return entry_behind(map, find_before(map, key, false, NULL));
}

struct map_entry *map_after(const struct map *map, struct str key)
{
    return entry_behind(map, find_before(map, key, true, NULL));
}

struct map_entry *map_before(const struct map *map, struct str key)
{
    return find_before(map, key, false, NULL);
}

struct map_entry *map_next(const struct map_entry *entry)
{
    return entry->next[0];
}

struct map_entry *map_previous(const struct map_entry *entry)
{
    return entry->previous;
}
