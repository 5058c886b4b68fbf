/* Rows: immutable JSON documents by table, account, region and key. A change is (before, after), and every change has a
 * number; undo, the journal, restart and diff are all lists of changes. What is not in a row does not exist.
 *
 * A row is borrowed from the store until it next changes; who needs it longer (over a park, over a put) takes json_ref().
 * Keys are text without NUL, up to 2 KiB. Tables may have indexes: further orders of the same rows, rebuilt in memory.
 *
 *      scope ─▶ table ─▶ rows by key ──▶ row ◀── rows by place, once per index
 */
#ifndef WORLD_STORE_H
#define WORLD_STORE_H

#include "base/json.h"
#include "base/map.h"
#include "base/random.h"

struct store;
struct world;

struct scope {
    const char *account; /* 12 digits */
    const char *region;  /* "" for global services (IAM, STS) */
};

struct index_def {
    const char *name;
    /* Adds this row's place in the index's order to *ret_key; false: the row is not in this index. Uniqueness is seen to:
     * the store appends a NUL and the row's key. */
    bool (*key)(struct str row_key, const cJSON *row, struct buf *ret_key);
    bool fixed; /* what it is made of never changes while the row stands: it is asked once */
};

struct table_def {
    const char *name;                       /* "stepfunctions.execution": stable, it is on disk */
    bool fleeting;                          /* never journalled, gone after a restart */
    bool timeless;                          /* neither a rewind nor a reset takes its rows back: undo.h */
    bool append_only;                       /* after a commit, memory may drop the row and read it back from disk */
    const struct index_def *const *indexes; /* NULL-terminated, or NULL */
    /* Tells the ids of the blobs (blob.h) that this row names, each as often as it stands there. NULL: its rows name none. */
    void (*blobs)(const cJSON *row, void (*tell)(void *data, struct str id), void *data);
};

struct change {
    uint64_t number;    /* grows with every change, not always by one; over restarts too */
    uint64_t row;       /* the number of the change that made this row: its name on disk */
    struct scope scope; /* interned: stays valid for the store's life */
    const struct table_def *table;
    struct str key;              /* valid during the callback, and as long as the change is remembered */
    struct json *before, *after; /* NULL: was not there; is gone */
    size_t bytes;                /* that the row takes now; 0: it is gone */
};

struct json *store_get(struct store *store, struct scope scope, const struct table_def *table, struct str key);
/* Takes the row. Over the ceiling of bytes the put still happens (an execution must be able to end); who lets clients
 * create things asks store_is_full() first, which the road does. */
void store_put(struct store *store, struct scope scope, const struct table_def *table, struct str key,
               struct json *row_taken);
bool store_delete(struct store *store, struct scope scope, const struct table_def *table,
                  struct str key); /* false: none */
bool store_is_full(const struct store *store);
size_t store_bytes(const struct store *store);
uint64_t store_last_change(const struct store *store);
size_t store_count(struct store *store, struct scope scope, const struct table_def *table);

/* A walk in key order; it stays good while rows come and go. index NULL: by the rows' own keys.
 *     struct cursor at = store_seek(store, scope, &executions, NULL, after_key, false);
 *     while (store_next(&at)) … at.key, at.row … */
struct cursor {
    struct str key;   /* the row's key */
    struct str place; /* the key within the index (the same as `key` without one): what a page token remembers */
    struct json *row;
    struct cursor_private {
        struct store *store;
        struct map *order;       /* NULL: no such row was ever there */
        struct map_entry *entry; /* where it stands, good while no row came or went: */
        uint64_t version;
        struct buf here; /* the place where it stands, for when one did */
        bool backwards, inclusive, indexed;
    } private;
};
/* Starts behind `after` (before it when backwards); an empty `after` starts at the end that the direction begins with. A walk
 * ends with store_next() or store_close(); key, place and row are good until the next of these. */
struct cursor store_seek(struct store *store, struct scope scope, const struct table_def *table,
                         const struct index_def *index, struct str after, bool backwards);
/* Starts at the first key ≥ `from`. */
struct cursor store_seek_from(struct store *store, struct scope scope, const struct table_def *table,
                              const struct index_def *index, struct str from);
bool store_next(struct cursor *cursor); /* false: the end; releases the cursor */
/* The same, but the walk ends, and the cursor is released, at the first place that does not begin with `prefix`. */
bool store_next_within(struct cursor *cursor, struct str prefix);
void store_close(struct cursor *cursor); /* when leaving before the end */

/* Every row of a table in every scope, for recover(): in order of account, region, key. `visit` may change rows. */
void store_scan(struct store *store, const struct table_def *table,
                void (*visit)(struct scope scope, struct str key, struct json *row, void *data), void *data);
/* Deletes every row of an account (all regions), as changes. Teams and keys are not among them: they are the house's
 * (account.h). */
void store_empty_account(struct store *store, const char *account);

/* Marks: changes are remembered since the oldest mark only, within 256 MiB (the oldest mark is dropped and told in the log).
 * They outlive a restart where the world does (undo.h). A mark is a number in the row of the changes' own, between those before and those after it. It stays when the store is
 * rewound to it or past it, so that one can go there again: a rewind is a change like others. */
uint64_t store_mark(struct store *store);
/* Writes the old rows as new changes; false: no such mark. The rows only: world_rewind() takes clock and seed along. */
bool store_rewind(struct store *store, uint64_t mark);
void store_unmark(struct store *store, uint64_t mark);
/* The remembered changes after `number` (of a change or a mark), oldest first. */
void store_changes_since(struct store *store, uint64_t number, void (*visit)(const struct change *, void *),
                         void *data);

uint64_t store_oldest_mark(const struct store *store); /* UINT64_MAX: there is none */

/* For world/: making one, loading it, feeding the journal. Tables that come twice count once. */
struct store *store_new(const struct table_def *const *tables, size_t ceiling);
void store_free(struct store *store);
void store_on_change(struct store *store, void (*heard)(const struct change *, void *), void *data);
/* Puts a row without making a change: only while loading. `number` is the row's (change.row). */
void store_load(struct store *store, struct scope scope, const struct table_def *table, struct str key, uint64_t number,
                struct json *row_taken);
uint64_t store_next_number(struct store *store); /* as a change would take it; for names that never come again */
void store_resume(struct store *store, uint64_t last_change); /* numbers go on from here, never backwards */
/* What stands there (NULL: nothing) and *row change places, the row's number too, without making a change: past.h. */
void store_exchange(struct store *store, struct scope scope, const struct table_def *table, struct str key,
                    struct json **row, uint64_t *number);
struct scope store_intern(struct store *store, struct scope scope);
void store_clear(struct store *store); /* forgets every row and mark without making changes: before a reload */
const struct table_def *store_table(struct store *store, const char *name); /* NULL: no such table */
/* Deletes every row, as changes, but those that `spared` wants to keep. */
void store_empty(struct store *store, bool (*spared)(const struct table_def *table, struct str key, struct json *row));
/* What a mark keeps beside the rows: `note` fills it in when one is made. */
struct moment {
    int64_t clock_ms;
    struct random random;
};
void store_on_mark(struct store *store, void (*note)(struct moment *ret_moment, void *data), void *data);
const struct moment *store_moment(const struct store *store, uint64_t mark); /* NULL: no such mark */

#endif
