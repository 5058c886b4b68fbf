/* The memo: what pure computations came to, by a digest of all that they read. Twenty teams that import one file and train by it
 * pay for one training; what each of them gets is the same to the bit, whoever was first.
 *
 *     memo_ask(ask, key) ─┬─ MEMO_FOUND   ask->kept is the result, until memo_drop(ask)
 *                         ├─ MEMO_YOURS   nobody has it: compute it, then memo_give(ask, …), or memo_drop(ask): it will not come
 *                         └─ MEMO_WAITS   somebody computes it: ask->ready() comes when that is over, one way or the other; ask again
 *
 * Nothing here is durable, and nothing in a row rests on what is here: who finds nothing computes. Results are bounded in bytes, those
 * that were not asked for the longest go first; one that is held stays with its holders. All of it on the loop's thread; a result
 * never changes, so that works (work.h) may read one that their owner holds. */
#ifndef WORLD_MEMO_H
#define WORLD_MEMO_H

#include "base/digest.h"
#include "base/list.h"

struct memo;
struct memo_entry;

struct memo_kept { /* stands in what is kept */
    void (*release)(struct memo_kept *kept);
    size_t bytes;
    size_t holders; /* memo.c's */
};

struct memo_ask { /* zeroed but for these two; stays where it is until it was dropped */
    /* From inside of another's memo_give() or memo_drop(). May be NULL of who never gets MEMO_WAITS's word: he drops the ask then. */
    void (*ready)(struct memo_ask *ask, void *data);
    void *data;
    struct memo_kept *kept;
    struct list link; /* from here on memo.c's: among those who wait */
    struct memo_entry *entry;
};

enum memo_answer { MEMO_FOUND, MEMO_YOURS, MEMO_WAITS };

enum memo_answer memo_ask(struct memo *memo, struct memo_ask *ask, const unsigned char key[SHA256_BYTES]);
/* Of a key that is yours; who gives it holds it, too, as ask->kept. */
void memo_give(struct memo *memo, struct memo_ask *ask, struct memo_kept *kept_taken);
/* Whatever it was at; then it may ask again. */
void memo_drop(struct memo *memo, struct memo_ask *ask);

size_t memo_bytes(const struct memo *memo); /* of all that is kept */

/* For world/. All asks were dropped. */
struct memo *memo_new(size_t bytes_most);
void memo_free(struct memo *memo_or_null);

#endif
