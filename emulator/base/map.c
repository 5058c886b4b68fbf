#include "base/map.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"

/* A PATRICIA trie (Morrison, 1968; Knuth 6.3) whose leaves are chained in order.
 *
 *          ┌──── bit 12 ────┐           a branch names the first bit in which the keys below it differ,
 *       bit 20           bit 31         so what keys have in common is never looked at
 *       ┌────┐           ┌────┐
 *       a ⇄  b     ⇄     c ⇄  d
 *
 * N keys have N - 1 branches, so each key but one has a node that is a branch as well: always one of those above it. A link
 * to a node whose bit is not behind that of the branch it comes from means its key, the leaf. Nodes stand close together in
 * an array and go by their number in it; the entries with the keys are looked at only where a search ends. Node 0 is the
 * head: its left child is the root, its neighbours are the ends of the chain.
 *
 * The depth is at most nine times a key's length, whatever keys somebody outside may choose. */

#define HEAD        0
#define FIRST_NODES 8
#define REMEMBERED  64 /* steps of a way */

struct node {
    uint32_t bit; /* 0: not a branch */
    uint32_t child[2];
    uint32_t previous, next; /* of the chain; next also of those that are free */
    struct map_entry *entry;
};

struct map_entry {
    const struct map *map;
    void *value;
    uint32_t node;
    uint32_t key_length;
    char key[];
};

struct map {
    size_t count;
    struct node *nodes; /* NULL: nothing was put yet */
    uint32_t capacity;
    uint32_t free; /* the first that is; 0: none */
};

struct map *map_new(void)
{
    return memory_alloc(sizeof(struct map));
}

void map_free(struct map *map_or_null, void (*release)(void *value))
{
    if (!map_or_null)
        return;
    for (struct map_entry *entry = map_first(map_or_null), *next; entry; entry = next) {
        next = map_next(entry);
        if (release)
            release(entry->value);
        free(entry);
    }
    free(map_or_null->nodes);
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

/* ---- bits ---- */

/* A byte counts nine bits, the first of which says that there is a byte: so what ends comes before what goes on, and NUL is a
 * byte like any other. The number of a bit is that of the byte times 16, and 1 to 9. */
#define BITS 9

static unsigned nine_bits(struct str key, size_t at)
{
    return at < key.length ? 0x100u | (unsigned char)key.at[at] : 0;
}

static unsigned bit_of(struct str key, uint32_t bit)
{
    return nine_bits(key, bit / 16) >> (BITS - bit % 16) & 1;
}

static size_t common_length(struct str a, struct str b)
{
    size_t most = a.length < b.length ? a.length : b.length, length = 0;
    for (uint64_t left, right; length + sizeof left <= most; length += sizeof left) {
        memcpy(&left, a.at + length, sizeof left);
        memcpy(&right, b.at + length, sizeof right);
        if (left != right)
            break;
    }
    while (length < most && a.at[length] == b.at[length])
        length++;
    return length;
}

/* The first bit in which they differ; 0: they are the same. */
static uint32_t first_difference(struct str a, struct str b)
{
    size_t at = common_length(a, b);
    unsigned differences = nine_bits(a, at) ^ nine_bits(b, at);
    if (!differences)
        return 0;
    unsigned highest = 31 - (unsigned)__builtin_clz(differences);
    return (uint32_t)at * 16 + BITS - highest;
}

/* ---- the trie ---- */

/* Where a key belongs: the link to the subtree of all that agrees with it before `bit`. */
struct place {
    uint32_t *link;
    uint32_t above; /* the bit of the branch that the link stands in; 0: the head */
    uint32_t bit;   /* 0: the link is to the key's own leaf */
    unsigned side;  /* of the key, in that bit */
};

/* The only entry that can have this key; the map is not empty. */
static struct map_entry *find_leaf(const struct map *map, struct str key)
{
    const struct node *node = &map->nodes[map->nodes[HEAD].child[0]];
    for (uint32_t above = 0; node->bit > above;) {
        above = node->bit;
        node = &map->nodes[node->child[bit_of(key, above)]];
    }
    return node->entry;
}

/* From the root. */
static struct place walk_to(const struct map *map, struct str key, uint32_t bit)
{
    struct place place = { .link = &map->nodes[HEAD].child[0], .bit = bit, .side = bit_of(key, bit) };
    uint32_t end = bit ? bit : UINT32_MAX;
    for (struct node *node; (node = &map->nodes[*place.link])->bit > place.above && node->bit < end;) {
        place.above = node->bit;
        place.link = &node->child[bit_of(key, place.above)];
    }
    return place;
}

/* On the way to the leaf, then back up to where the key goes apart from it: mostly a step or two. */
static struct place find_place(const struct map *map, struct str key)
{
    struct node *nodes = map->nodes;
    uint32_t *way[REMEMBERED], *link = &nodes[HEAD].child[0], above = 0;
    size_t depth = 0;
    for (const struct node *node; (node = &nodes[*link])->bit > above; depth++) {
        way[depth % REMEMBERED] = link;
        above = node->bit;
        link = &nodes[*link].child[bit_of(key, above)];
    }
    uint32_t bit = first_difference(key, map_key(nodes[*link].entry));
    size_t least = depth < REMEMBERED ? 0 : depth - REMEMBERED;
    while (bit && depth > least && nodes[*way[(depth - 1) % REMEMBERED]].bit >= bit)
        link = way[--depth % REMEMBERED];
    if (depth > 0 && depth == least)
        return walk_to(map, key, bit);
    return (struct place){ .link = link,
                           .above = depth ? nodes[*way[(depth - 1) % REMEMBERED]].bit : 0,
                           .bit = bit,
                           .side = bit_of(key, bit) };
}

/* The least (side 0) or greatest (side 1) below the place. */
static uint32_t outermost(const struct map *map, const struct place *place, unsigned side)
{
    uint32_t at = *place->link;
    for (uint32_t above = place->above; map->nodes[at].bit > above;) {
        above = map->nodes[at].bit;
        at = map->nodes[at].child[side];
    }
    return at;
}

/* The greatest before the key. */
static uint32_t node_before(const struct map *map, const struct place *place)
{
    if (!place->bit)
        return map->nodes[*place->link].previous;
    return place->side ? outermost(map, place, 1) : map->nodes[outermost(map, place, 0)].previous;
}

/* ---- putting ---- */

/* Sees to a free node. */
static void have_free_node(struct map *map)
{
    if (map->free)
        return;
    uint32_t old = map->capacity, capacity = old ? old * 2 : FIRST_NODES;
    assert(capacity > old);
    map->nodes = memory_resize(map->nodes, capacity * sizeof *map->nodes);
    if (!old)
        map->nodes[HEAD] = (struct node){ 0 };
    for (uint32_t i = old ? old : 1; i < capacity; i++)
        map->nodes[i] = (struct node){ .next = i + 1 < capacity ? i + 1 : 0 };
    map->capacity = capacity;
    map->free = old ? old : 1;
}

static struct map_entry *new_entry(struct map *map, struct str key, void *value)
{
    assert(value); /* NULL is what map_get() says of a key that is not there */
    assert(key.length < UINT32_MAX / 16);
    struct map_entry *entry = memory_alloc(sizeof *entry + key.length);
    if (key.length)
        memcpy(entry->key, key.at, key.length);
    entry->key_length = (uint32_t)key.length;
    entry->value = value;
    entry->map = map;
    entry->node = map->free;
    map->free = map->nodes[entry->node].next;
    map->count++;
    return entry;
}

static void chain(struct map *map, uint32_t at, uint32_t before)
{
    struct node *nodes = map->nodes;
    nodes[at].previous = before;
    nodes[at].next = nodes[before].next;
    nodes[nodes[at].next].previous = at;
    nodes[before].next = at;
}

static struct map_entry *add_first(struct map *map, struct map_entry *entry)
{
    map->nodes[entry->node] = (struct node){ .entry = entry };
    map->nodes[HEAD].child[0] = entry->node;
    chain(map, entry->node, HEAD);
    return entry;
}

static struct map_entry *add_at(struct map *map, struct map_entry *entry, const struct place *place)
{
    uint32_t at = entry->node;
    struct node *node = &map->nodes[at];
    uint32_t before = node_before(map, place);
    node->entry = entry;
    node->bit = place->bit;
    node->child[place->side] = at;
    node->child[!place->side] = *place->link;
    *place->link = at;
    chain(map, at, before);
    return entry;
}

struct map_entry *map_put_entry(struct map *map, struct str key, void *value, void **ret_old)
{
    *ret_old = NULL;
    have_free_node(map); /* before there are pointers to nodes */
    if (map->count == 0)
        return add_first(map, new_entry(map, key, value));
    struct place place = find_place(map, key);
    if (place.bit)
        return add_at(map, new_entry(map, key, value), &place);
    struct map_entry *there = map->nodes[*place.link].entry;
    assert(value);
    *ret_old = there->value;
    there->value = value;
    return there;
}

void *map_put(struct map *map, struct str key, void *value)
{
    void *old;
    map_put_entry(map, key, value, &old);
    return old;
}

/* ---- removing ---- */

/* Takes the leaf away and, with it, the branch that it hung from. The node of this branch then takes the place of the
 * leaf's own as a branch, for that goes on being needed. */
static void unlink_leaf(struct map *map, const struct map_entry *entry)
{
    struct node *nodes = map->nodes, *own = &nodes[entry->node];
    struct str key = map_key(entry);
    uint32_t *link = &nodes[HEAD].child[0], *to_parent = NULL, *to_own = NULL;
    for (uint32_t above = 0; nodes[*link].bit > above;) {
        if (*link == entry->node)
            to_own = link;
        to_parent = link;
        above = nodes[*link].bit;
        link = &nodes[*link].child[bit_of(key, above)];
    }
    assert(*link == entry->node);
    if (!to_parent)
        return; /* it was the last of all */
    uint32_t at = *to_parent;
    struct node *parent = &nodes[at];
    *to_parent = parent->child[link == &parent->child[0]];
    if (parent == own)
        return;
    parent->bit = own->bit;
    memcpy(parent->child, own->child, sizeof parent->child);
    if (to_own)
        *to_own = at;
}

void map_remove_entry(struct map *map, struct map_entry *entry)
{
    unlink_leaf(map, entry);
    struct node *nodes = map->nodes, *node = &nodes[entry->node];
    nodes[node->previous].next = node->next;
    nodes[node->next].previous = node->previous;
    *node = (struct node){ .next = map->free };
    map->free = entry->node;
    map->count--;
    free(entry);
}

/* ---- looking up ---- */

static struct map_entry *find(const struct map *map, struct str key)
{
    struct map_entry *leaf = map->count ? find_leaf(map, key) : NULL;
    return leaf && str_equal(map_key(leaf), key) ? leaf : NULL;
}

void *map_get(const struct map *map, struct str key)
{
    const struct map_entry *entry = find(map, key);
    return entry ? entry->value : NULL;
}

void *map_remove(struct map *map, struct str key)
{
    struct map_entry *entry = find(map, key);
    if (!entry)
        return NULL;
    void *value = entry->value;
    map_remove_entry(map, entry);
    return value;
}

struct map_entry *map_first(const struct map *map)
{
    return map->count ? map->nodes[map->nodes[HEAD].next].entry : NULL;
}

struct map_entry *map_last(const struct map *map)
{
    return map->count ? map->nodes[map->nodes[HEAD].previous].entry : NULL;
}

struct map_entry *map_before(const struct map *map, struct str key)
{
    if (map->count == 0)
        return NULL;
    struct place place = find_place(map, key);
    return map->nodes[node_before(map, &place)].entry; /* the head has none */
}

struct map_entry *map_at_or_after(const struct map *map, struct str key)
{
    const struct map_entry *before = map_before(map, key);
    return before ? map_next(before) : map_first(map);
}

struct map_entry *map_after(const struct map *map, struct str key)
{
    struct map_entry *entry = map_at_or_after(map, key);
    return entry && str_equal(map_key(entry), key) ? map_next(entry) : entry;
}

struct map_entry *map_next(const struct map_entry *entry)
{
    const struct node *nodes = entry->map->nodes;
    return nodes[nodes[entry->node].next].entry;
}

struct map_entry *map_previous(const struct map_entry *entry)
{
    const struct node *nodes = entry->map->nodes;
    return nodes[nodes[entry->node].previous].entry;
}
