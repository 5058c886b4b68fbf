/* Durable state: SQLite in WAL mode with synchronous=FULL, written by one thread that owns the connection. The loop changes
 * rows in memory and appends the changes to the open turn; world_commit() ends the turn. The writer takes the turns that wait
 * (up to about 64 rows or 1 MiB, at least one whole turn) into one transaction, so commits group themselves: while one is
 * synced, the next gathers. "An answer known is not yet an answer sent": whatever leaves the process waits until
 * journal_synced() has reached the change it rests on.
 *
 *      loop:   change, change, change │ world_commit ─▶ queue of turns ─▶ │      journal_poll ─▶ told(synced)
 *      writer:                                                            └ BEGIN … COMMIT ─┘ ready()
 *
 * Each commit carries the clock's value, the state of the world's randomness and the last change's number. A failed commit
 * (disk full, I/O error) is told once: every answer that still waits is void and gets a 500, the world drops its memory and
 * loads what is durable. Numbers go on above those that were lost. */
#ifndef WORLD_JOURNAL_H
#define WORLD_JOURNAL_H

#include "base/list.h"
#include "world/store.h"

struct journal;
struct world;

/* Opens or makes the folder (0700) and the database, takes the lock. `fresh`: what was kept there is forgotten first, even if
 * nobody can read it any more. NULL: *reterr_why is one line, free() it. */
struct journal *journal_open(struct world *world, const char *folder, bool fresh, char **reterr_why);
/* Drops whatever is not written yet and loads every row into the store, which must be empty, and the world's randomness;
 * *ret_clock_ms is the clock of the last commit, 0 where there was none. False: *reterr_why is one line, free() it. */
bool journal_load(struct journal *journal, int64_t *ret_clock_ms, char **reterr_why);
void journal_close(struct journal *journal); /* commits what is open first; tells nobody */

void journal_add(struct journal *journal, const struct change *change); /* into the open turn */
void journal_submit(struct journal *journal);     /* ends the turn: its changes are one transaction, never split */
bool journal_wants_turn(struct journal *journal); /* the writer is at rest, and the open turn is worth a commit */
uint64_t journal_synced(const struct journal *journal); /* the last change that survives kill -9 */
bool journal_is_behind(const struct journal *journal);  /* more than 4 MiB are waiting: strands wait */
size_t journal_waiting_bytes(const struct journal *journal);

struct journal_tally {
    uint64_t commits, rows, bytes; /* written since the journal was opened; bytes of keys and bodies */
};
struct journal_tally journal_tally(struct journal *journal);

/* Called on the loop's thread, from world_commit(), journal_poll() or journal_flush(), when journal_synced() has moved or a
 * commit failed; then before the world is loaded anew. What waits for a change past journal_synced() then never gets it. */
struct journal_listener {
    struct list link; /* list_remove() ends it, but not while one is told */
    void (*told)(void *data, bool failed);
    void *data;
};
void journal_on_synced(struct journal *journal, struct journal_listener *listener);
/* Called on the writer's thread when there is something to poll for: the loop wakes itself (uv_async_send) and polls. What it
 * uses must stay until journal_close() is done. */
void journal_on_ready(struct journal *journal, void (*ready)(void *data), void *data);
void journal_poll(struct journal *journal);  /* once a turn is enough; never while a call or a strand is at work */
void journal_flush(struct journal *journal); /* blocks until all that was added is synced or lost: the end, and tests */

/* For world/: called before a turn ends, and may still change rows: they are of the same transaction. */
void journal_on_turn(struct journal *journal, void (*ending)(void *data), void *data);
/* For world/: how it loads itself anew after a failed commit. */
void journal_on_failure(struct journal *journal, void (*failed)(void *data), void *data);

#endif
