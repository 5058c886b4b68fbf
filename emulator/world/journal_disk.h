/* The journal's SQLite side: one database in a locked folder. Used by one thread at a time: by the loop's while it opens,
 * loads and closes, else by the writer's; the journal sees to it.
 *
 *      meta    one row: last change, clock, randomness, how many rows and shelves there are
 *      shelf   id ─ table, account, region: what rows would otherwise repeat
 *      row     id ─ shelf, key, body: the id is the number of the change that made the row, so new rows go to the end
 *              of the tree and no second tree is needed to find one
 *
 * Each record has a checksum of its members, looked at when it is read: what a disk has damaged is told, never used. */
#ifndef WORLD_JOURNAL_DISK_H
#define WORLD_JOURNAL_DISK_H

#include "base/arena.h"
#include "base/json.h"
#include "base/list.h"
#include "base/random.h"
#include "world/journal.h"

struct disk;

struct moment_on_disk {
    uint64_t last_change;
    int64_t clock_ms;
    struct random random;
};

struct new_shelf {
    int64_t id;
    const char *table, *account, *region;
};

struct row_change {
    uint64_t row;
    int64_t shelf;
    struct str key, body;  /* body.at NULL: the row goes */
    struct json *document; /* holds the body or what it is printed of; NULL: the row goes */
    const cJSON *root;     /* the document's, which nobody changes: printed by the writer; NULL: the body is there */
    size_t bytes;          /* that the row takes in memory */
    bool made_here;        /* no earlier turn knows the row */
};

/* What changed between two calls of world_commit(). */
struct turn {
    struct list link;
    struct row_change *changes;
    size_t change_count, change_capacity;
    struct new_shelf *shelves;
    size_t shelf_count, shelf_capacity;
    unsigned *slots; /* hash table of changes by row: index + 1 */
    size_t slot_count;
    size_t bytes;
    uint64_t blobs; /* the ticket of those that are to be on the disk before (blob.h) */
    struct moment_on_disk moment;
    struct arena *arena; /* keys */
};

struct disk_reader { /* false: what was read is damaged */
    bool (*shelf)(void *data, const struct new_shelf *shelf);
    bool (*row)(void *data, uint64_t row, int64_t shelf, struct str key, struct str body);
    const char *(*table)(void *data, int64_t shelf); /* its name; NULL: there is no such shelf */
    void *data;
};

/* `fresh`: what was kept there is forgotten first. NULL: *reterr_why is one line that names the folder, free() it. */
struct disk *disk_open(const char *folder, bool fresh, char **reterr_why);
void disk_close(struct disk *disk, const struct moment_on_disk *last_or_null); /* NULL: it stays as it is */
bool disk_load(struct disk *disk, const struct disk_reader *reader, struct moment_on_disk *ret_moment,
               char **reterr_why);
/* All turns of the list in one transaction; false: none of them, disk_error() says why. */
bool disk_write(struct disk *disk, const struct list *turns);
struct journal_tally disk_tally(const struct disk *disk);
const char *disk_error(const struct disk *disk);
void disk_note_error(struct disk *disk, const char *what, int error_number); /* for disk_error() */
/* After a write: brings the log's pages home when it has grown, or at leisure; else sees to room in it for the next. */
void disk_tend_log(struct disk *disk, bool at_leisure);

#endif
