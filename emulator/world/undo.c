#include "world/undo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "world/store_inner.h"
#include "world/world.h"

#define KEY_BYTES 24 /* a number that sorts as text */

static const struct scope house = { "", "" };

struct undo {
    struct world *world;
    uint64_t newest;  /* of the marks that are kept; 0: none */
    size_t count;     /* of them */
    uint64_t written; /* changes up to this one are kept */
    uint64_t since;   /* the mark behind which these rows' first changes are kept: */
    struct map *seen;
};

static void tell_blobs(const cJSON *row, void (*tell)(void *data, struct str id), void *data)
{
    const cJSON *blob;
    cJSON_ArrayForEach(blob, json_get(row, "blobs"))
    {
        tell(data, json_value(blob));
    }
}

const struct table_def undo_marks = { .name = "world.mark", .timeless = true };
const struct table_def undo_rows = { .name = "world.undo", .timeless = true, .blobs = tell_blobs };

struct undo *undo_new(struct world *world)
{
    struct undo *undo = memory_alloc(sizeof *undo);
    undo->world = world;
    undo->seen = map_new();
    return undo;
}

void undo_free(struct undo *undo_or_null)
{
    if (!undo_or_null)
        return;
    map_free(undo_or_null->seen, NULL);
    free(undo_or_null);
}

static struct str key_of(uint64_t number, char ret_key[KEY_BYTES])
{
    int length = snprintf(ret_key, KEY_BYTES, "%020" PRIu64, number);
    return (struct str){ ret_key, (size_t)length };
}

static uint64_t number_of(struct str key)
{
    int64_t number = 0;
    return str_to_int64(key, &number) ? (uint64_t)number : 0;
}

/* ---- writing ---- */

static const char *const random_members[] = { "random_0", "random_1", "random_2", "random_3" };

static void write_mark(struct store *store, const struct mark *mark)
{
    char key[KEY_BYTES];
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "at", mark->moment.clock_ms);
    for (size_t i = 0; i < sizeof random_members / sizeof *random_members; i++)
        json_set_int64(row, random_members[i], (int64_t)mark->moment.random.state[i]);
    store_put(store, house, &undo_marks, key_of(mark->number, key), json_seal(row));
}

static void add_blob(void *blobs, struct str id)
{
    json_add(blobs, json_new_string(id));
}

static void write_change(struct store *store, const struct change *change)
{
    char key[KEY_BYTES];
    cJSON *row = cJSON_CreateObject(), *blobs = cJSON_CreateArray();
    json_set_string(row, "table", change->table->name);
    json_set_string(row, "account", change->scope.account);
    json_set_string(row, "region", change->scope.region);
    json_set_str(row, "key", change->key);
    if (change->before)
        json_set(row, "before", json_thaw(json_root(change->before)));
    if (change->before && change->table->blobs)
        change->table->blobs(json_root(change->before), add_blob, blobs);
    json_set(row, "blobs", blobs);
    store_put(store, house, &undo_rows, key_of(change->number, key), json_seal(row));
}

/* The last mark before a change. */
static uint64_t mark_before(const struct undo *undo, uint64_t change)
{
    const struct marks *marks = store_marks(undo->world->store);
    uint64_t before = 0;
    for (size_t i = 0; i < marks->count && marks->at[i].number < change; i++)
        before = marks->at[i].number;
    return before;
}

static void see_anew(struct undo *undo, uint64_t since)
{
    map_free(undo->seen, NULL);
    undo->seen = map_new();
    undo->since = since;
}

/* Is this the first change of its row after the mark before it? */
static bool is_first(struct undo *undo, const struct change *change)
{
    uint64_t mark = mark_before(undo, change->number);
    struct buf name = BUF_EMPTY;
    if (mark != undo->since)
        see_anew(undo, mark);
    buf_add(&name, &change->table, sizeof change->table);
    buf_add(&name, &change->scope.account, sizeof change->scope.account); /* interned: the address is the scope */
    buf_add_str(&name, change->key);
    bool first = !map_put(undo->seen, buf_str(&name), undo);
    buf_release(&name);
    return first;
}

static void visit(const struct change *change, void *data)
{
    struct undo *undo = data;
    if (!change->table->fleeting && is_first(undo, change))
        write_change(undo->world->store, change);
}

/* Marks that are gone, and rows of changes before the oldest that stands. What was kept since a mark in the middle is then the
 * earlier one's. */
static void forget(struct store *store, const struct table_def *table, uint64_t oldest)
{
    struct cursor at = store_seek(store, house, table, NULL, STR_NONE, false);
    while (store_next(&at)) {
        char key[KEY_BYTES];
        uint64_t number = number_of(at.key);
        if (table == &undo_marks ? !store_moment(store, number) : number < oldest)
            store_delete(store, house, table, key_of(number, key));
    }
}

static void write_marks(struct undo *undo)
{
    struct store *store = undo->world->store;
    const struct marks *marks = store_marks(store);
    for (size_t i = 0; i < marks->count; i++) {
        if (marks->at[i].number <= undo->newest)
            continue;
        undo->newest = marks->at[i].number;
        undo->count++;
        write_mark(store, &marks->at[i]);
    }
    if (undo->count == marks->count)
        return;
    forget(store, &undo_marks, 0);
    forget(store, &undo_rows, store_oldest_mark(store));
    undo->count = marks->count;
}

void undo_write(void *data)
{
    struct undo *undo = data;
    struct store *store = undo->world->store;
    write_marks(undo);
    if (undo->count)
        store_changes_since(store, undo->written, visit, undo);
    undo->written = store_last_change(store);
}

/* ---- loading ---- */

static void load_mark(struct undo *undo, struct str key, const cJSON *row)
{
    struct mark mark = { .number = number_of(key), .moment.clock_ms = json_int64(row, "at", 0) };
    for (size_t i = 0; i < sizeof random_members / sizeof *random_members; i++)
        mark.moment.random.state[i] = (uint64_t)json_int64(row, random_members[i], 0);
    marks_add(store_marks(undo->world->store), &mark);
    undo->newest = mark.number;
    undo->count++;
}

static void load_change(struct undo *undo, struct str key, const cJSON *row)
{
    struct store *store = undo->world->store;
    const cJSON *before = json_get(row, "before");
    struct change change = { .number = number_of(key),
                             .table = store_table(store, json_string(row, "table")),
                             .key = json_str(row, "key") };
    if (!change.table) /* of another version; the row itself is left alone likewise (journal.c) */
        return;
    change.scope = store_intern(store, (struct scope){ json_string(row, "account"), json_string(row, "region") });
    change.before = before ? json_seal(json_thaw(before)) : NULL;
    is_first(undo, &change);
    marks_remember(store_marks(store), &change);
    json_unref(change.before);
}

static void load_table(struct undo *undo, const struct table_def *table,
                       void (*load)(struct undo *undo, struct str key, const cJSON *row))
{
    struct cursor at = store_seek(undo->world->store, house, table, NULL, STR_NONE, false);
    while (store_next(&at))
        load(undo, at.key, json_root(at.row));
}

void undo_load(struct undo *undo)
{
    undo->newest = undo->count = 0;
    see_anew(undo, 0);
    load_table(undo, &undo_marks, load_mark);
    load_table(undo, &undo_rows, load_change);
    undo->written = store_last_change(undo->world->store);
}
