#include "world/store.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "world/store_inner.h"

#define DEFAULT_CEILING ((size_t)2 << 30)
#define RECENT_REALMS   64
#define ROW_OVERHEAD    128 /* what the maps hold for a row beside its key, about */

struct row {
    struct json *document;
    size_t bytes;
    uint64_t number;            /* of the change that made it */
    struct map_entry *entry;    /* in set.rows: holds its key */
    struct map_entry *places[]; /* in set.orders, each holds its place; NULL: not in that index */
};

/* The rows of one table in one scope. */
struct set {
    struct map *rows;
    struct map *orders[]; /* one per index; values are the same rows */
};

struct realm {
    struct scope scope;
    struct set **sets; /* by the table's number; NULL: no row was ever put */
    char text[];       /* account, NUL, region, NUL */
};

struct table {
    const struct table_def *def;
    size_t index_count;
};

struct store {
    struct table *tables;
    size_t table_count;
    unsigned *numbers; /* hash table of tables by their definition's address: number + 1 */
    size_t numbers_mask;
    struct map *realms; /* by account, NUL, region */
    struct realm *recent[RECENT_REALMS];
    uint64_t last_number; /* of changes and marks */
    uint64_t last_change;
    uint64_t version; /* grows when a row comes, goes or changes its place */
    size_t bytes, ceiling;
    struct buf place, key; /* scratch */
    struct marks marks;
    void (*heard)(const struct change *, void *);
    void *heard_data;
};

/* ---- tables ---- */

static size_t first_slot(const struct store *store, const struct table_def *def)
{
    uint64_t hash = (uint64_t)(uintptr_t)def * 0x9E3779B97F4A7C15u;
    return (size_t)(hash >> 32) & store->numbers_mask;
}

/* The slot of the table, or the free one where it would stand. */
static unsigned *slot_of(const struct store *store, const struct table_def *def)
{
    size_t at = first_slot(store, def);
    while (store->numbers[at] && store->tables[store->numbers[at] - 1].def != def)
        at = (at + 1) & store->numbers_mask;
    return &store->numbers[at];
}

static size_t table_number(const struct store *store, const struct table_def *def)
{
    unsigned number = *slot_of(store, def);
    assert(number); /* the table is missing in world_options.tables */
    return number - 1;
}

static size_t count_indexes(const struct table_def *def)
{
    size_t count = 0;
    while (def->indexes && def->indexes[count])
        count++;
    return count;
}

static size_t index_number(const struct table_def *def, const struct index_def *index)
{
    size_t number = 0;
    while (def->indexes[number] != index) {
        assert(def->indexes[number]);
        number++;
    }
    return number;
}

static void add_table(struct store *store, const struct table_def *def)
{
    unsigned *slot = slot_of(store, def);
    if (*slot)
        return;
    store->tables[store->table_count++] = (struct table){ def, count_indexes(def) };
    *slot = (unsigned)store->table_count;
}

struct store *store_new(const struct table_def *const *tables, size_t ceiling)
{
    size_t count = 0, slots = 16;
    while (tables && tables[count])
        count++;
    while (slots < 4 * count)
        slots *= 2;
    struct store *store = memory_alloc(sizeof *store);
    store->tables = memory_alloc((count + 1) * sizeof *store->tables);
    store->numbers = memory_alloc(slots * sizeof *store->numbers);
    store->numbers_mask = slots - 1;
    store->realms = map_new();
    store->ceiling = ceiling ? ceiling : DEFAULT_CEILING;
    for (size_t i = 0; i < count; i++)
        add_table(store, tables[i]);
    return store;
}

const struct table_def *store_table(struct store *store, const char *name)
{
    for (size_t i = 0; i < store->table_count; i++)
        if (strcmp(store->tables[i].def->name, name) == 0)
            return store->tables[i].def;
    return NULL;
}

/* ---- realms and sets ---- */

static struct realm **recent_slot(struct store *store, struct str account, struct str region)
{
    unsigned mix = (unsigned)(account.length + region.length);
    if (account.length >= 2)
        mix += 7u * (unsigned char)account.at[account.length - 1] + 31u * (unsigned char)account.at[account.length - 2];
    if (region.length >= 2)
        mix += 3u * (unsigned char)region.at[region.length - 1] + 13u * (unsigned char)region.at[0];
    return &store->recent[mix % RECENT_REALMS];
}

static struct str realm_name(struct buf *buf, struct str account, struct str region)
{
    buf_clear(buf);
    buf_add_str(buf, account);
    buf_add_byte(buf, '\0');
    buf_add_str(buf, region);
    return buf_str(buf);
}

static struct realm *find_realm(struct store *store, struct scope scope)
{
    struct str account = str_of(scope.account), region = str_of(scope.region);
    struct realm **recent = recent_slot(store, account, region);
    if (*recent && strcmp((*recent)->scope.account, scope.account) == 0 &&
        strcmp((*recent)->scope.region, scope.region) == 0)
        return *recent;
    struct realm *realm = map_get(store->realms, realm_name(&store->place, account, region));
    if (realm)
        *recent = realm;
    return realm;
}

static struct realm *realm_for(struct store *store, struct scope scope)
{
    struct realm *realm = find_realm(store, scope);
    if (realm)
        return realm;
    struct str name = realm_name(&store->place, str_of(scope.account), str_of(scope.region));
    realm = memory_alloc(sizeof *realm + name.length + 1);
    memcpy(realm->text, name.at, name.length);
    realm->scope.account = realm->text;
    realm->scope.region = realm->text + strlen(realm->text) + 1;
    realm->sets = memory_alloc((store->table_count + 1) * sizeof(struct set *));
    map_put(store->realms, name, realm);
    return realm;
}

struct scope store_intern(struct store *store, struct scope scope)
{
    return realm_for(store, scope)->scope;
}

static struct set *find_set(struct store *store, struct scope scope, const struct table_def *table)
{
    struct realm *realm = find_realm(store, scope);
    return realm ? realm->sets[table_number(store, table)] : NULL;
}

static struct set *set_for(struct store *store, struct realm *realm, size_t table_number)
{
    struct set **set = &realm->sets[table_number];
    if (*set)
        return *set;
    size_t indexes = store->tables[table_number].index_count;
    *set = memory_alloc(sizeof **set + indexes * sizeof(struct map *));
    (*set)->rows = map_new();
    for (size_t i = 0; i < indexes; i++)
        (*set)->orders[i] = map_new();
    return *set;
}

/* ---- rows ---- */

static void remove_place(struct set *set, struct row *row, size_t index)
{
    if (!row->places[index])
        return;
    map_remove_entry(set->orders[index], row->places[index]);
    row->places[index] = NULL;
}

/* Puts the row where its index wants it; most changes leave it where it is. */
static void place_in_index(struct store *store, struct set *set, struct row *row, const struct index_def *index,
                           size_t number)
{
    struct str key = map_key(row->entry);
    buf_clear(&store->place);
    if (!index->key(key, json_root(row->document), &store->place)) {
        store->version += row->places[number] != NULL;
        remove_place(set, row, number);
        return;
    }
    buf_add_byte(&store->place, '\0');
    buf_add_str(&store->place, key);
    struct str place = buf_str(&store->place);
    if (row->places[number] && str_equal(map_key(row->places[number]), place))
        return;
    remove_place(set, row, number);
    void *nobody;
    row->places[number] = map_put_entry(set->orders[number], place, row, &nobody);
    store->version++;
}

static void place_row(struct store *store, struct set *set, const struct table *table, struct row *row, bool is_new)
{
    for (size_t i = 0; i < table->index_count; i++)
        if (is_new || !table->def->indexes[i]->fixed)
            place_in_index(store, set, row, table->def->indexes[i], i);
}

static struct row *add_row(struct store *store, struct set *set, const struct table *table, struct str key,
                           uint64_t number)
{
    assert(!key.length || !memchr(key.at, '\0', key.length));
    struct row *row = memory_alloc(sizeof *row + table->index_count * sizeof(struct map_entry *));
    row->number = number;
    void *nobody;
    row->entry = map_put_entry(set->rows, key, row, &nobody);
    store->version++;
    return row;
}

static void fill_row(struct store *store, struct set *set, const struct table *table, struct row *row,
                     struct json *document_taken)
{
    bool is_new = !row->document;
    row->document = document_taken;
    place_row(store, set, table, row, is_new); /* indexes look into the document, which may then hold more */
    store->bytes -= row->bytes;
    row->bytes = json_bytes(document_taken) + map_key(row->entry).length + ROW_OVERHEAD;
    store->bytes += row->bytes;
}

static void drop_row(struct store *store, struct set *set, const struct table *table, struct row *row)
{
    for (size_t i = 0; i < table->index_count; i++)
        remove_place(set, row, i);
    map_remove_entry(set->rows, row->entry);
    store->bytes -= row->bytes;
    store->version++;
    free(row);
}

static void tell(struct store *store, const struct change *change)
{
    store->last_change = change->number;
    marks_remember(&store->marks, change);
    if (store->heard)
        store->heard(change, store->heard_data);
}

struct json *store_get(struct store *store, struct scope scope, const struct table_def *table, struct str key)
{
    struct set *set = find_set(store, scope, table);
    struct row *row = set ? map_get(set->rows, key) : NULL;
    return row ? row->document : NULL;
}

void store_put(struct store *store, struct scope scope, const struct table_def *table, struct str key,
               struct json *row_taken)
{
    struct realm *realm = realm_for(store, scope);
    size_t number = table_number(store, table);
    struct set *set = set_for(store, realm, number);
    struct row *row = map_get(set->rows, key);
    struct change change = { .number = store_next_number(store), .scope = realm->scope, .table = table };
    if (!row)
        row = add_row(store, set, &store->tables[number], key, change.number);
    change.row = row->number;
    change.key = map_key(row->entry);
    change.before = row->document;
    change.after = row_taken;
    fill_row(store, set, &store->tables[number], row, row_taken);
    change.bytes = row->bytes;
    tell(store, &change);
    json_unref(change.before);
}

bool store_delete(struct store *store, struct scope scope, const struct table_def *table, struct str key)
{
    struct realm *realm = find_realm(store, scope);
    size_t number = table_number(store, table);
    struct set *set = realm ? realm->sets[number] : NULL;
    struct row *row = set ? map_get(set->rows, key) : NULL;
    if (!row)
        return false;
    /* The caller's key may stand in the row itself. */
    buf_clear(&store->key);
    buf_add_str(&store->key, key);
    struct change change = { .number = store_next_number(store),
                             .row = row->number,
                             .scope = realm->scope,
                             .table = table,
                             .key = buf_str(&store->key),
                             .before = row->document };
    drop_row(store, set, &store->tables[number], row);
    tell(store, &change);
    json_unref(change.before);
    return true;
}

void store_load(struct store *store, struct scope scope, const struct table_def *table, struct str key, uint64_t number,
                struct json *row_taken)
{
    size_t of_table = table_number(store, table);
    struct set *set = set_for(store, realm_for(store, scope), of_table);
    struct row *row = map_get(set->rows, key);
    if (!row)
        row = add_row(store, set, &store->tables[of_table], key, number);
    json_unref(row->document);
    fill_row(store, set, &store->tables[of_table], row, row_taken);
}

/* A row that has indexes comes anew: one that was another then has another place in those that are fixed. */
void store_exchange(struct store *store, struct scope scope, const struct table_def *table, struct str key,
                    struct json **document, uint64_t *number)
{
    size_t of_table = table_number(store, table);
    struct set *set = set_for(store, realm_for(store, scope), of_table);
    struct row *row = map_get(set->rows, key);
    struct json *was = row ? row->document : NULL;
    uint64_t was_number = row ? row->number : *number;
    if (row && (!*document || store->tables[of_table].index_count)) {
        drop_row(store, set, &store->tables[of_table], row);
        row = NULL;
    }
    if (*document && !row)
        row = add_row(store, set, &store->tables[of_table], key, *number);
    if (*document) {
        row->number = *number;
        fill_row(store, set, &store->tables[of_table], row, *document);
    }
    *document = was;
    *number = was_number;
}

bool store_is_full(const struct store *store)
{
    return store->bytes >= store->ceiling;
}

size_t store_bytes(const struct store *store)
{
    return store->bytes;
}

uint64_t store_last_change(const struct store *store)
{
    return store->last_change;
}

size_t store_count(struct store *store, struct scope scope, const struct table_def *table)
{
    struct set *set = find_set(store, scope, table);
    return set ? map_count(set->rows) : 0;
}

uint64_t store_next_number(struct store *store)
{
    return ++store->last_number;
}

void store_resume(struct store *store, uint64_t last_change)
{
    if (last_change > store->last_number)
        store->last_number = last_change;
    store->last_change = store->last_number;
}

struct marks *store_marks(struct store *store)
{
    return &store->marks;
}

void store_on_change(struct store *store, void (*heard)(const struct change *, void *), void *data)
{
    store->heard = heard;
    store->heard_data = data;
}

/* ---- walks ---- */

static struct cursor walk(struct store *store, struct map *order_or_null, bool indexed, struct str from)
{
    struct cursor cursor = { .private = { .store = store, .order = order_or_null, .indexed = indexed } };
    buf_add_str(&cursor.private.here, from);
    return cursor;
}

static struct cursor walk_of(struct store *store, struct scope scope, const struct table_def *table,
                             const struct index_def *index, struct str from)
{
    struct set *set = find_set(store, scope, table);
    struct map *order = !set ? NULL : index ? set->orders[index_number(table, index)] : set->rows;
    return walk(store, order, index != NULL, from);
}

struct cursor store_seek(struct store *store, struct scope scope, const struct table_def *table,
                         const struct index_def *index, struct str after, bool backwards)
{
    struct cursor cursor = walk_of(store, scope, table, index, after);
    cursor.private.backwards = backwards;
    cursor.private.inclusive = after.length == 0;
    return cursor;
}

struct cursor store_seek_from(struct store *store, struct scope scope, const struct table_def *table,
                              const struct index_def *index, struct str from)
{
    struct cursor cursor = walk_of(store, scope, table, index, from);
    cursor.private.inclusive = true;
    return cursor;
}

static struct map_entry *next_entry(struct cursor_private *at)
{
    if (!at->order)
        return NULL;
    if (at->entry && at->version == at->store->version)
        return at->backwards ? map_previous(at->entry) : map_next(at->entry);
    struct str here = buf_str(&at->here);
    if (at->backwards)
        return at->inclusive ? map_last(at->order) : map_before(at->order, here);
    return at->inclusive ? map_at_or_after(at->order, here) : map_after(at->order, here);
}

bool store_next(struct cursor *cursor)
{
    struct cursor_private *at = &cursor->private;
    at->entry = next_entry(at);
    if (!at->entry) {
        store_close(cursor);
        return false;
    }
    at->version = at->store->version;
    at->inclusive = false;
    buf_clear(&at->here);
    buf_add_str(&at->here, map_key(at->entry));
    cursor->place = cursor->key = buf_str(&at->here);
    if (at->indexed) {
        const char *separator = memrchr(cursor->place.at, '\0', cursor->place.length);
        cursor->key = str_from(cursor->place, (size_t)(separator + 1 - cursor->place.at));
    }
    cursor->row = ((struct row *)map_value(at->entry))->document;
    return true;
}

bool store_next_within(struct cursor *cursor, struct str prefix)
{
    if (!store_next(cursor))
        return false;
    if (str_starts(cursor->place, prefix))
        return true;
    store_close(cursor);
    return false;
}

void store_close(struct cursor *cursor)
{
    buf_release(&cursor->private.here);
    *cursor = (struct cursor){ 0 };
}

static void scan_set(struct store *store, struct realm *realm, size_t table,
                     void (*visit)(struct scope scope, struct str key, struct json *row, void *data), void *data)
{
    if (!realm->sets[table])
        return;
    struct cursor at = walk(store, realm->sets[table]->rows, false, STR_NONE);
    at.private.inclusive = true;
    while (store_next(&at))
        visit(realm->scope, at.key, at.row, data);
}

void store_scan(struct store *store, const struct table_def *table,
                void (*visit)(struct scope scope, struct str key, struct json *row, void *data), void *data)
{
    size_t number = table_number(store, table);
    for (struct map_entry *entry = map_first(store->realms); entry; entry = map_next(entry))
        scan_set(store, map_value(entry), number, visit, data);
}

/* ---- many rows at once ---- */

struct emptying {
    struct store *store;
    const struct table_def *table;
    bool (*spared)(const struct table_def *table, struct str key, struct json *row);
};

static void delete_unless_spared(struct scope scope, struct str key, struct json *row, void *data)
{
    struct emptying *emptying = data;
    if (!emptying->spared || !emptying->spared(emptying->table, key, row))
        store_delete(emptying->store, scope, emptying->table, key);
}

static void empty_realm(struct store *store, struct realm *realm,
                        bool (*spared)(const struct table_def *table, struct str key, struct json *row))
{
    for (size_t i = 0; i < store->table_count; i++)
        if (!store->tables[i].def->timeless)
            scan_set(store, realm, i, delete_unless_spared, &(struct emptying){ store, store->tables[i].def, spared });
}

void store_empty_account(struct store *store, const char *account)
{
    for (struct map_entry *entry = map_first(store->realms); entry; entry = map_next(entry)) {
        struct realm *realm = map_value(entry);
        if (strcmp(realm->scope.account, account) == 0)
            empty_realm(store, realm, NULL);
    }
}

void store_empty(struct store *store, bool (*spared)(const struct table_def *table, struct str key, struct json *row))
{
    for (struct map_entry *entry = map_first(store->realms); entry; entry = map_next(entry))
        empty_realm(store, map_value(entry), spared);
}

static void release_row(void *value)
{
    struct row *row = value;
    json_unref(row->document);
    free(row);
}

static void release_set(struct set *set, size_t indexes)
{
    for (size_t i = 0; i < indexes; i++)
        map_free(set->orders[i], NULL);
    map_free(set->rows, release_row);
    free(set);
}

void store_clear(struct store *store)
{
    for (struct map_entry *entry = map_first(store->realms); entry; entry = map_next(entry)) {
        struct realm *realm = map_value(entry);
        for (size_t i = 0; i < store->table_count; i++) {
            if (realm->sets[i])
                release_set(realm->sets[i], store->tables[i].index_count);
            realm->sets[i] = NULL;
        }
    }
    store->bytes = 0;
    store->version++;
    marks_release(&store->marks);
}

static void release_realm(void *value)
{
    struct realm *realm = value;
    free(realm->sets);
    free(realm);
}

void store_free(struct store *store)
{
    store_clear(store);
    map_free(store->realms, release_realm);
    buf_release(&store->place);
    buf_release(&store->key);
    free(store->numbers);
    free(store->tables);
    free(store);
}
