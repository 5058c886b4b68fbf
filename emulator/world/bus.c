#include "world/bus.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/list.h"
#include "world/clock.h"
#include "world/world.h"

/* Listeners stand in a hash table by (topic, key), so that an event finds those of its own key however many others there
 * are. NULL is a value like any other there: an event looks up four places, and its finds are told in order of listening. */
struct node {
    struct list link;
    struct listener *listener;
    uint64_t hash, number;
    size_t told_at; /* its place in the delivery under way + 1, 0 outside */
    char key[];
};

struct queued {
    struct list link;
    struct event event;
    char text[]; /* key, account, region */
};

struct bus {
    struct world *world;
    struct list queue;
    struct list *buckets;
    size_t bucket_count, node_count;
    uint64_t next_number;
    struct node **told; /* the delivery under way; NULL where one stopped listening meanwhile */
    size_t told_count, told_capacity;
    bool delivering;
};

#define FIRST_BUCKETS 64

static struct list *new_buckets(size_t count)
{
    struct list *buckets = memory_alloc(count * sizeof *buckets);
    for (size_t i = 0; i < count; i++)
        list_init(&buckets[i]);
    return buckets;
}

struct bus *bus_new(struct world *world)
{
    struct bus *bus = memory_alloc(sizeof *bus);
    bus->world = world;
    list_init(&bus->queue);
    bus->bucket_count = FIRST_BUCKETS;
    bus->buckets = new_buckets(bus->bucket_count);
    return bus;
}

void bus_free(struct bus *bus)
{
    bus_drop_queued(bus);
    for (size_t i = 0; i < bus->bucket_count; i++) {
        struct list *link;
        while ((link = list_take_first(&bus->buckets[i])))
            free(LIST_ITEM(link, struct node, link));
    }
    free(bus->buckets);
    free(bus->told);
    free(bus);
}

static char *append_text(char **end, struct str text)
{
    char *start = *end;
    if (text.length > 0)
        memcpy(start, text.at, text.length);
    start[text.length] = '\0';
    *end += text.length + 1;
    return start;
}

void bus_post(struct bus *bus, const char *topic, struct scope scope, struct str key, struct json *detail_taken_or_null)
{
    struct str account = str_of(scope.account), region = str_of(scope.region);
    struct queued *queued = memory_alloc(sizeof *queued + key.length + account.length + region.length +
                                         3 * sizeof(char));
    char *end = queued->text;
    queued->event.topic = topic;
    queued->event.key = (struct str){ append_text(&end, key), key.length };
    queued->event.scope.account = append_text(&end, account);
    queued->event.scope.region = append_text(&end, region);
    queued->event.detail = detail_taken_or_null;
    queued->event.at_ms = clock_now(bus->world->clock);
    queued->event.change = store_last_change(bus->world->store);
    list_append(&bus->queue, &queued->link);
    world_nudge(bus->world);
}

static uint64_t hash_of(struct str text_or_none)
{
    return text_or_none.at ? str_hash(text_or_none) : 1;
}

static uint64_t mix(uint64_t of_topic, uint64_t of_key)
{
    return of_topic * 0x9E3779B97F4A7C15u ^ of_key;
}

static void append_to_bucket(struct bus *bus, struct node *node)
{
    list_append(&bus->buckets[node->hash & (bus->bucket_count - 1)], &node->link);
}

/* Keeps the order of listening within each (topic, key). */
static void double_buckets(struct bus *bus)
{
    struct list *old = bus->buckets;
    size_t old_count = bus->bucket_count;
    bus->bucket_count *= 2;
    bus->buckets = new_buckets(bus->bucket_count);
    for (size_t i = 0; i < old_count; i++) {
        struct list *link;
        while ((link = list_take_first(&old[i])))
            append_to_bucket(bus, LIST_ITEM(link, struct node, link));
    }
    free(old);
}

void bus_listen(struct bus *bus, struct listener *listener)
{
    assert(!listener->private.node);
    struct str key = str_of(listener->key);
    struct node *node = memory_alloc(sizeof *node + key.length + 1);
    if (key.at) {
        memcpy(node->key, key.at, key.length);
        listener->key = node->key;
    }
    node->listener = listener;
    node->hash = mix(hash_of(str_of(listener->topic)), hash_of(key));
    node->number = bus->next_number++;
    if (++bus->node_count > bus->bucket_count)
        double_buckets(bus);
    append_to_bucket(bus, node);
    listener->private.node = node;
}

void bus_unlisten(struct bus *bus, struct listener *listener)
{
    struct node *node = listener->private.node;
    if (!node)
        return;
    if (node->told_at > 0)
        bus->told[node->told_at - 1] = NULL;
    list_remove(&node->link);
    bus->node_count--;
    listener->private.node = NULL;
    listener->key = NULL;
    free(node);
}

static bool listens_to(const struct listener *listener, const char *topic, const char *key)
{
    return (listener->topic ? topic && strcmp(listener->topic, topic) == 0 : !topic) &&
           (listener->key ? key && strcmp(listener->key, key) == 0 : !key);
}

static void gather(struct bus *bus, uint64_t hash, const char *topic, const char *key)
{
    struct list *bucket = &bus->buckets[hash & (bus->bucket_count - 1)];
    for (struct list *link = bucket->next; link != bucket; link = link->next) {
        struct node *node = LIST_ITEM(link, struct node, link);
        if (node->hash != hash || !listens_to(node->listener, topic, key))
            continue;
        if (bus->told_count == bus->told_capacity) {
            bus->told_capacity = bus->told_capacity ? 2 * bus->told_capacity : 16;
            bus->told = memory_resize(bus->told, bus->told_capacity * sizeof *bus->told);
        }
        bus->told[bus->told_count++] = node;
    }
}

static int by_number(const void *a, const void *b)
{
    const struct node *left = *(struct node *const *)a, *right = *(struct node *const *)b;
    return left->number < right->number ? -1 : left->number > right->number;
}

static void gather_all(struct bus *bus, const struct event *event)
{
    const char *topic = event->topic, *key = event->key.at;
    uint64_t of_topic = hash_of(str_of(topic)), of_key = hash_of(event->key), of_none = hash_of(STR_NONE);
    bus->told_count = 0;
    gather(bus, mix(of_topic, of_key), topic, key);
    size_t of_this_key = bus->told_count;
    gather(bus, mix(of_topic, of_none), topic, NULL);
    gather(bus, mix(of_none, of_key), NULL, key);
    gather(bus, mix(of_none, of_none), NULL, NULL);
    if (bus->told_count > of_this_key)
        qsort(bus->told, bus->told_count, sizeof *bus->told, by_number);
    for (size_t i = 0; i < bus->told_count; i++)
        bus->told[i]->told_at = i + 1;
}

static void release_queued(struct queued *queued)
{
    json_unref(queued->event.detail);
    free(queued);
}

bool bus_deliver_next(struct bus *bus)
{
    assert(!bus->delivering);
    struct list *link = list_take_first(&bus->queue);
    if (!link)
        return false;
    struct queued *queued = LIST_ITEM(link, struct queued, link);
    bus->delivering = true;
    gather_all(bus, &queued->event);
    for (size_t i = 0; i < bus->told_count; i++) {
        struct node *node = bus->told[i];
        if (!node)
            continue;
        node->told_at = 0;
        node->listener->told(node->listener, &queued->event);
    }
    bus->delivering = false;
    release_queued(queued);
    return true;
}

bool bus_is_idle(const struct bus *bus)
{
    return list_is_empty(&bus->queue);
}

void bus_drop_queued(struct bus *bus)
{
    struct list *link;
    while ((link = list_take_first(&bus->queue)))
        release_queued(LIST_ITEM(link, struct queued, link));
}
