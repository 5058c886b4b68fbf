/* Blobs: bytes that are too large for rows (an object's content). A blob is written once, gets an id, and never changes. It
 * lives as long as a row names it: a table says which ids its rows name (table_def.blobs), so copying an object is another
 * row with the same id, and deleting is deleting the row. Nobody deletes a blob by hand.
 *
 *      blob_begin ─▶ blob_append… ─▶ blob_finish ─▶ id ─▶ store_put(a row that names it)   ─▶ commit
 *                          │              └─ the blobs' thread: fdatasync, rename, fsync of the folder ─┘ waits for it
 *                          └ every 16 MiB: the thread syncs what is there, so the end is short
 *
 * Order and durability: finish and the put of the row belong to one turn (one handler, no park between them); what no row
 * names at the end of the turn in which it was finished goes away again. Finishing does not wait: the id can be used at once.
 * The commit of that turn is what waits, on the journal's writer thread, until the blob is on the disk under its own name; so
 * an answer that waits for journal_synced() (all do) is told only when row and bytes survive kill -9. Where the bytes cannot
 * be synced the commit fails like any other.
 *
 * When the last row that names it goes, the file goes once that deletion is durable and no mark remembers the row; a rewind
 * or a failed commit brings back a row whose blob is still there. Files that no row names are swept at the start.
 *
 * Names of files are ids, made here: nothing of a key or a client is ever in a path. With --memory blobs live in one
 * anonymous file. A blob's bytes are never in this process' memory as a whole. All functions are for the loop's thread. */
#ifndef WORLD_BLOB_H
#define WORLD_BLOB_H

#include "base/str.h"

#define BLOB_ID_BYTES   16 /* hex digits */
#define BLOB_MOST_BYTES ((uint64_t)8 << 30)

struct world;
struct blob_writer;

/* Where the machine refuses something the answer is a negative UV_E… (a negative errno): UV_ENOSPC where the disk or the
 * ceiling of all blobs (world_options.blob_ceiling) is full, UV_EFBIG past BLOB_MOST_BYTES, UV_EMFILE. */
int blob_begin(struct world *world, struct blob_writer **ret_writer);
int blob_append(struct blob_writer *writer, struct str bytes); /* after a failure: blob_abandon() */
uint64_t blob_written(const struct blob_writer *writer);
/* The id, with a NUL: put a row that names it before the turn ends. The writer is gone. */
void blob_finish(struct blob_writer *writer_taken, char ret_id[BLOB_ID_BYTES + 1]);
/* The bytes go. Writers and readers end before world_free() does; a reset or a rewind leaves them be. */
void blob_abandon(struct blob_writer *writer_taken_or_null);

/* A blob opened for reading. It stays readable until it is closed, whatever becomes of the row. */
struct blob_reader {
    int file;        /* pread(), sendfile() or uv_fs_read() from `start` on; not yours to close */
    uint64_t start;  /* where the blob's first byte stands in the file (not 0 with --memory) */
    uint64_t length; /* in bytes: never read past start + length */
};
/* UV_ENOENT: no such blob, or no such id. From blob_finish() on. */
int blob_open(struct world *world, struct str id, struct blob_reader **ret_reader);
/* Up to `length` bytes from `offset` of the blob; how many, 0 at its end, or a negative UV_E…. Waits for the disk, as a page
 * fault would: keep `length` small (64 KiB). Where a blob on the disk is shorter than it was: UV_EIO. */
int64_t blob_read(const struct blob_reader *reader, uint64_t offset, void *ret_bytes, size_t length);
void blob_close(struct blob_reader *reader_taken_or_null);

uint64_t
blobs_bytes(const struct world *world); /* of all blobs, those being written and those about to go among them */

/* For world/: */
struct blobs;
struct change;
struct table_def;
struct blobs *blobs_new(struct world *world, const char *data_folder_or_null, uint64_t ceiling); /* 0: the usual one */
void blobs_free(struct blobs *blobs_or_null); /* behind the journal */
/* The rows were loaded, or loaded anew: counts who names what; whatever nobody names goes. Waits for the disk. */
void blobs_recount(struct blobs *blobs, const struct table_def *const *tables);
void blobs_hear(struct blobs *blobs, const struct change *change); /* what rows name now */
/* Between turns: what no row names goes, where nothing can bring it back. */
void blobs_collect(struct blobs *blobs);
/* What the commit of a turn that ends now has to wait for. */
uint64_t blobs_ticket(const struct blobs *blobs);
/* On the journal's writer thread: waits until all that was finished up to there is on the disk. False: it is not, *reterr_why
 * is a negative errno. */
bool blobs_wait(struct blobs *blobs, uint64_t ticket, int *reterr_why);

#endif
