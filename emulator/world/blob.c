#include "world/blob.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "world/blob_files.h"
#include "world/journal.h"
#include "world/store.h"
#include "world/world.h"

#define WRITE_BACK_BYTES  ((uint64_t)16 << 20)
#define CEILING_ON_DISK   ((uint64_t)64 << 30)
#define CEILING_IN_MEMORY ((uint64_t)2 << 30)

struct blob {
    char id[BLOB_ID_BYTES + 1];
    int file;        /* on the disk: open until it is published; else -1 */
    uint64_t start;  /* in the anonymous file */
    uint64_t length; /* bytes */
    uint64_t ticket; /* of its publishing */
    size_t names;    /* how often rows name it */
    size_t readers;
    uint64_t unnamed_since; /* the change since which no row does; 0: none ever did, or none that may come back */
    bool listed;            /* by a look into the folder */
    struct list link;       /* in blobs.unnamed while no row names it */
    struct list unpublished;
};

struct blob_writer {
    struct blobs *blobs;
    struct list link;
    int file;
    uint64_t part, start, written, written_back;
    int error;
};

struct reader {
    struct blob_reader seen; /* first: what others have of it */
    struct blobs *blobs;
    struct blob *blob;
};

struct blobs {
    struct world *world;
    struct blob_files *files;
    struct map *by_id;
    struct list unnamed, unpublished, writers;
    uint64_t bytes, ceiling, parts;
    uint64_t last_ticket;
};

/* ---- which there are ---- */

static struct blob *find_blob(const struct blobs *blobs, struct str id)
{
    return map_get(blobs->by_id, id);
}

static struct blob *add_blob(struct blobs *blobs, const char *id, uint64_t length)
{
    struct blob *blob = memory_alloc(sizeof *blob);
    snprintf(blob->id, sizeof blob->id, "%s", id);
    blob->file = -1;
    blob->length = length;
    list_init(&blob->link);
    list_init(&blob->unpublished);
    list_append(&blobs->unnamed, &blob->link);
    map_put(blobs->by_id, str_of(id), blob);
    return blob;
}

static void close_file(struct blob *blob)
{
    if (blob->file >= 0)
        close(blob->file);
    blob->file = -1;
    list_remove(&blob->unpublished);
}

static void free_blob(void *value)
{
    struct blob *blob = value;
    close_file(blob);
    list_remove(&blob->link);
    free(blob);
}

static void forget_blob(struct blobs *blobs, struct blob *blob)
{
    blobs->bytes -= blob->length;
    map_remove(blobs->by_id, str_of(blob->id));
    free_blob(blob);
}

static void remove_blob(struct blobs *blobs, struct blob *blob)
{
    if (blob_files_in_memory(blobs->files))
        blob_files_punch(blobs->files, blob->start, blob->length);
    else
        blob_files_remove(blobs->files, blob->id);
    forget_blob(blobs, blob);
}

uint64_t blobs_bytes(const struct world *world)
{
    return world->blobs->bytes;
}

/* ---- writing ---- */

int blob_begin(struct world *world, struct blob_writer **ret_writer)
{
    struct blobs *blobs = world->blobs;
    int file, error;
    uint64_t start;
    do
        error = blob_files_create(blobs->files, ++blobs->parts, &file, &start);
    while (error == -EEXIST); /* one that could not be swept */
    if (error)
        return error;
    struct blob_writer *writer = memory_alloc(sizeof *writer);
    *writer = (struct blob_writer){ .blobs = blobs, .file = file, .part = blobs->parts, .start = start };
    list_append(&blobs->writers, &writer->link);
    *ret_writer = writer;
    return 0;
}

/* How many of the bytes are there: all, unless *reterr_why. */
static size_t write_bytes(const struct blob_writer *writer, struct str bytes, int *reterr_why)
{
    size_t done = 0;
    *reterr_why = 0;
    while (done < bytes.length) {
        ssize_t now = pwrite(writer->file, bytes.at + done, bytes.length - done,
                             (off_t)(writer->start + writer->written + done));
        if (now < 0 && errno == EINTR)
            continue;
        if (now < 0) {
            *reterr_why = -errno;
            break;
        }
        done += (size_t)now;
    }
    return done;
}

static int refusal(const struct blob_writer *writer, size_t more)
{
    if (writer->error)
        return writer->error;
    if (more > BLOB_MOST_BYTES - writer->written)
        return -EFBIG;
    uint64_t bytes = writer->blobs->bytes, ceiling = writer->blobs->ceiling;
    return bytes > ceiling || more > ceiling - bytes ? -ENOSPC : 0;
}

int blob_append(struct blob_writer *writer, struct str bytes)
{
    writer->error = refusal(writer, bytes.length);
    if (writer->error)
        return writer->error;
    size_t written = write_bytes(writer, bytes, &writer->error);
    writer->written += written;
    writer->blobs->bytes += written;
    uint64_t fresh = writer->written - writer->written_back;
    if (fresh >= WRITE_BACK_BYTES) {
        blob_files_write_back(writer->blobs->files, writer->file, writer->written_back, fresh);
        writer->written_back = writer->written;
    }
    return writer->error;
}

uint64_t blob_written(const struct blob_writer *writer)
{
    return writer->written;
}

void blob_finish(struct blob_writer *writer_taken, char ret_id[BLOB_ID_BYTES + 1])
{
    struct blob_writer *writer = writer_taken;
    struct blobs *blobs = writer->blobs;
    assert(!writer->error);
    snprintf(ret_id, BLOB_ID_BYTES + 1, "%016llx", (unsigned long long)store_next_number(blobs->world->store));
    struct blob *blob = add_blob(blobs, ret_id, writer->written);
    blob->start = writer->start;
    if (!blob_files_in_memory(blobs->files)) {
        blob->file = writer->file;
        blobs->last_ticket = blob_files_publish(blobs->files, writer->file, writer->part, ret_id);
        blob->ticket = blobs->last_ticket;
        list_append(&blobs->unpublished, &blob->unpublished);
    }
    list_remove(&writer->link);
    free(writer);
}

void blob_abandon(struct blob_writer *writer_taken_or_null)
{
    struct blob_writer *writer = writer_taken_or_null;
    if (!writer)
        return;
    struct blobs *blobs = writer->blobs;
    if (blob_files_in_memory(blobs->files))
        blob_files_punch(blobs->files, writer->start, writer->written);
    else
        blob_files_remove_part(blobs->files, writer->part, writer->file);
    blobs->bytes -= writer->written;
    list_remove(&writer->link);
    free(writer);
}

/* ---- reading ---- */

static int file_of(struct blobs *blobs, const struct blob *blob)
{
    if (blob->file < 0)
        return blob_files_open(blobs->files, blob->id);
    int file = dup(blob->file);
    return file < 0 ? -errno : file;
}

/* The anonymous file stays open as long as the world does. */
static int open_file(struct blobs *blobs, const struct blob *blob)
{
    if (blob_files_in_memory(blobs->files))
        return blob_files_memory(blobs->files);
    struct stat status;
    int file = file_of(blobs, blob);
    if (file < 0 || (fstat(file, &status) == 0 && (uint64_t)status.st_size >= blob->length))
        return file;
    close(file);
    return -EIO;
}

int blob_open(struct world *world, struct str id, struct blob_reader **ret_reader)
{
    struct blobs *blobs = world->blobs;
    struct blob *blob = find_blob(blobs, id);
    if (!blob)
        return -ENOENT;
    int file = open_file(blobs, blob);
    if (file < 0)
        return file;
    struct reader *reader = memory_alloc(sizeof *reader);
    *reader = (struct reader){ { file, blob->start, blob->length }, blobs, blob };
    blob->readers++;
    *ret_reader = &reader->seen;
    return 0;
}

int64_t blob_read(const struct blob_reader *reader, uint64_t offset, void *ret_bytes, size_t length)
{
    if (offset >= reader->length)
        return 0;
    if (length > reader->length - offset)
        length = (size_t)(reader->length - offset);
    ssize_t done;
    do
        done = pread(reader->file, ret_bytes, length, (off_t)(reader->start + offset));
    while (done < 0 && errno == EINTR);
    return done < 0 ? -errno : done == 0 && length > 0 ? -EIO : done;
}

void blob_close(struct blob_reader *reader_taken_or_null)
{
    struct reader *reader = (struct reader *)reader_taken_or_null;
    if (!reader)
        return;
    reader->blob->readers--;
    if (!blob_files_in_memory(reader->blobs->files))
        close(reader->seen.file);
    free(reader);
}

/* ---- who names what ---- */

struct naming {
    struct blobs *blobs;
    uint64_t change;
    size_t missing; /* that are named and not there */
};

static void gain_name(void *data, struct str id)
{
    struct naming *naming = data;
    struct blob *blob = find_blob(naming->blobs, id);
    naming->missing += !blob;
    if (blob && blob->names++ == 0)
        list_remove(&blob->link);
}

static void lose_name(void *data, struct str id)
{
    struct naming *naming = data;
    struct blob *blob = find_blob(naming->blobs, id);
    if (!blob || blob->names == 0 || --blob->names > 0)
        return;
    blob->unnamed_since = naming->change;
    list_append(&naming->blobs->unnamed, &blob->link);
}

void blobs_hear(struct blobs *blobs, const struct change *change)
{
    if (!change->table->blobs)
        return;
    struct naming naming = { .blobs = blobs, .change = change->number };
    if (change->after)
        change->table->blobs(json_root(change->after), gain_name, &naming);
    if (change->before)
        change->table->blobs(json_root(change->before), lose_name, &naming);
}

/* ---- what goes ---- */

static bool can_come_back(const struct blobs *blobs, const struct blob *blob)
{
    const struct world *world = blobs->world;
    return (world->journal && journal_synced(world->journal) < blob->unnamed_since) ||
           store_oldest_mark(world->store) < blob->unnamed_since;
}

static void remove_unnamed(struct blobs *blobs, bool (*stays)(const struct blobs *blobs, const struct blob *blob))
{
    struct list *next;
    for (struct list *link = blobs->unnamed.next; link != &blobs->unnamed; link = next) {
        struct blob *blob = LIST_ITEM(link, struct blob, link);
        next = link->next;
        if (blob->readers == 0 && blob->file < 0 && !stays(blobs, blob))
            remove_blob(blobs, blob);
    }
}

static void close_published(struct blobs *blobs)
{
    if (list_is_empty(&blobs->unpublished))
        return;
    uint64_t published = blob_files_published(blobs->files);
    while (!list_is_empty(&blobs->unpublished)) {
        struct blob *blob = LIST_ITEM(blobs->unpublished.next, struct blob, unpublished);
        if (blob->ticket > published)
            return;
        close_file(blob);
    }
}

void blobs_collect(struct blobs *blobs)
{
    close_published(blobs);
    if (!list_is_empty(&blobs->unnamed))
        remove_unnamed(blobs, can_come_back);
}

uint64_t blobs_ticket(const struct blobs *blobs)
{
    return blobs->last_ticket;
}

bool blobs_wait(struct blobs *blobs, uint64_t ticket, int *reterr_why)
{
    return blob_files_wait(blobs->files, ticket, reterr_why);
}

/* ---- the start, and a start anew ---- */

static void note_listed(void *data, const char *id, uint64_t length)
{
    struct blobs *blobs = data;
    struct blob *blob = find_blob(blobs, str_of(id));
    if (!blob) {
        blob = add_blob(blobs, id, length);
        blobs->bytes += length;
    }
    blob->listed = true;
}

static bool is_being_written(const struct blobs *blobs, uint64_t part)
{
    for (const struct list *link = blobs->writers.next; link != &blobs->writers; link = link->next)
        if (LIST_ITEM(link, struct blob_writer, link)->part == part)
            return true;
    return false;
}

static void sweep_part(void *data, uint64_t part)
{
    struct blobs *blobs = data;
    if (!is_being_written(blobs, part))
        blob_files_remove_part(blobs->files, part, -1);
}

/* As nobody names it; and one that was never published is not there. */
static void look_anew(struct blobs *blobs)
{
    struct map_entry *next;
    for (struct map_entry *entry = map_first(blobs->by_id); entry; entry = next) {
        struct blob *blob = map_value(entry);
        next = map_next(entry);
        close_file(blob);
        list_remove(&blob->link);
        list_append(&blobs->unnamed, &blob->link);
        blob->names = 0;
        blob->unnamed_since = 0;
        blob->listed = blob_files_in_memory(blobs->files);
    }
    if (!blob_files_in_memory(blobs->files))
        blob_files_list(blobs->files, note_listed, sweep_part, blobs);
    for (struct map_entry *entry = map_first(blobs->by_id); entry; entry = next) {
        struct blob *blob = map_value(entry);
        next = map_next(entry);
        if (!blob->listed && blob->readers == 0)
            forget_blob(blobs, blob);
    }
}

struct counting {
    const struct table_def *table;
    struct arena *arena;
    struct naming naming;
};

/* Into an arena: the row's own tree would stay. */
static void count_names(struct scope scope, struct str key, struct json *row, void *data)
{
    struct counting *counting = data;
    arena_reset(counting->arena);
    const cJSON *root = json_parse_in(counting->arena, json_text(row), NULL);
    if (root)
        counting->table->blobs(root, gain_name, &counting->naming);
}

static bool stays_never(const struct blobs *blobs, const struct blob *blob)
{
    return false;
}

void blobs_recount(struct blobs *blobs, const struct table_def *const *tables)
{
    blob_files_settle(blobs->files);
    look_anew(blobs);
    struct counting counting = { .arena = arena_new(), .naming = { .blobs = blobs } };
    for (; *tables; tables++) {
        counting.table = *tables;
        if (counting.table->blobs)
            store_scan(blobs->world->store, counting.table, count_names, &counting);
    }
    arena_free(counting.arena);
    if (counting.naming.missing)
        log_warn("the contents of %zu stored objects are missing in the data folder", counting.naming.missing);
    remove_unnamed(blobs, stays_never);
    blob_files_settle(blobs->files); /* numbers may come again after a crash, and ids with them */
}

/* ---- life ---- */

struct blobs *blobs_new(struct world *world, const char *data_folder_or_null, uint64_t ceiling)
{
    struct blobs *blobs = memory_alloc(sizeof *blobs);
    blobs->world = world;
    blobs->files = blob_files_new(data_folder_or_null);
    blobs->by_id = map_new();
    blobs->ceiling = ceiling ? ceiling : data_folder_or_null ? CEILING_ON_DISK : CEILING_IN_MEMORY;
    list_init(&blobs->unnamed);
    list_init(&blobs->unpublished);
    list_init(&blobs->writers);
    return blobs;
}

void blobs_free(struct blobs *blobs_or_null)
{
    if (!blobs_or_null)
        return;
    assert(list_is_empty(&blobs_or_null->writers));
    blob_files_free(blobs_or_null->files);
    map_free(blobs_or_null->by_id, free_blob);
    free(blobs_or_null);
}
