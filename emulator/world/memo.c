#include "world/memo.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"

struct memo_entry {
    unsigned char key[SHA256_BYTES];
    struct memo_kept *kept; /* NULL: somebody computes it */
    struct list waiting;    /* memo_ask, while that is so */
    struct list link;       /* among those kept, the one that was asked for last behind the others */
};

struct memo {
    struct map *entries;
    struct list kept;
    size_t bytes, bytes_most;
};

struct memo *memo_new(size_t bytes_most)
{
    struct memo *memo = memory_alloc(sizeof *memo);
    memo->entries = map_new();
    memo->bytes_most = bytes_most;
    list_init(&memo->kept);
    return memo;
}

static struct str key_of(const struct memo_entry *entry)
{
    return (struct str){ (const char *)entry->key, SHA256_BYTES };
}

static void let_go(struct memo_kept *kept)
{
    if (--kept->holders == 0)
        kept->release(kept);
}

static void remove_entry(struct memo *memo, struct memo_entry *entry)
{
    map_remove(memo->entries, key_of(entry));
    list_remove(&entry->link);
    if (entry->kept) {
        memo->bytes -= entry->kept->bytes;
        let_go(entry->kept);
    }
    free(entry);
}

void memo_free(struct memo *memo_or_null)
{
    if (!memo_or_null)
        return;
    while (!list_is_empty(&memo_or_null->kept))
        remove_entry(memo_or_null, LIST_ITEM(memo_or_null->kept.next, struct memo_entry, link));
    assert(map_count(memo_or_null->entries) == 0);
    map_free(memo_or_null->entries, NULL);
    free(memo_or_null);
}

size_t memo_bytes(const struct memo *memo)
{
    return memo->bytes;
}

static struct memo_entry *add_entry(struct memo *memo, struct str key)
{
    struct memo_entry *entry = memory_alloc(sizeof *entry);
    memcpy(entry->key, key.at, sizeof entry->key);
    list_init(&entry->waiting);
    list_init(&entry->link);
    map_put(memo->entries, key, entry);
    return entry;
}

enum memo_answer memo_ask(struct memo *memo, struct memo_ask *ask, const unsigned char key[SHA256_BYTES])
{
    struct str text = { (const char *)key, SHA256_BYTES };
    struct memo_entry *entry = map_get(memo->entries, text);
    assert(!ask->entry && !ask->kept);
    list_init(&ask->link);
    if (!entry) {
        ask->entry = add_entry(memo, text);
        return MEMO_YOURS;
    }
    if (!entry->kept) {
        ask->entry = entry;
        list_append(&entry->waiting, &ask->link);
        return MEMO_WAITS;
    }
    list_remove(&entry->link);
    list_append(&memo->kept, &entry->link);
    ask->kept = entry->kept;
    ask->kept->holders++;
    return MEMO_FOUND;
}

/* Each asks again, and meanwhile the entry may be gone: so they are taken off it first. */
static void tell_waiting(struct list *waiting)
{
    struct list *link;
    while ((link = list_take_first(waiting))) {
        struct memo_ask *ask = LIST_ITEM(link, struct memo_ask, link);
        ask->ready(ask, ask->data);
    }
}

static void take_over(struct list *from, struct list *ret_list)
{
    struct list *link;
    list_init(ret_list);
    while ((link = list_take_first(from))) {
        LIST_ITEM(link, struct memo_ask, link)->entry = NULL;
        list_append(ret_list, link);
    }
}

static void make_room(struct memo *memo)
{
    while (memo->bytes > memo->bytes_most)
        remove_entry(memo, LIST_ITEM(memo->kept.next, struct memo_entry, link));
}

void memo_give(struct memo *memo, struct memo_ask *ask, struct memo_kept *kept_taken)
{
    struct memo_entry *entry = ask->entry;
    struct list waiting;
    assert(entry && !entry->kept && list_is_empty(&ask->link));
    take_over(&entry->waiting, &waiting);
    ask->entry = NULL;
    ask->kept = entry->kept = kept_taken;
    kept_taken->holders = 2;
    memo->bytes += kept_taken->bytes;
    list_append(&memo->kept, &entry->link);
    make_room(memo);
    tell_waiting(&waiting);
}

void memo_drop(struct memo *memo, struct memo_ask *ask)
{
    struct memo_entry *entry = ask->entry;
    struct memo_kept *kept = ask->kept;
    bool waits = ask->link.next && !list_is_empty(&ask->link);
    ask->entry = NULL;
    ask->kept = NULL;
    if (kept)
        let_go(kept);
    if (waits)
        list_remove(&ask->link);
    if (!entry || waits)
        return;
    struct list waiting;
    take_over(&entry->waiting, &waiting);
    remove_entry(memo, entry);
    tell_waiting(&waiting);
}
