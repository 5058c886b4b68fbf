#include "base/checksum_stream.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/list.h"
#include "base/log.h"

#define QUEUE_BYTES ((size_t)2 * 1024 * 1024)
#define PIECE_BYTES ((size_t)64 * 1024)
#define WORTH_BYTES ((size_t)512 * 1024) /* the thread gets up for so much, or when somebody waits for it */

struct checksum_stream {
    struct checksum_run *runs[CHECKSUM_STREAM_MOST]; /* the thread's while `pending` is not 0 */
    size_t count, pending;                           /* pending: pieces in the queue; under the lock */
    struct piece *begun;                             /* not in the queue yet; NULL: none */
};

struct piece {
    struct list link;
    struct checksum_stream *stream;
    size_t length;
    char bytes[PIECE_BYTES];
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    struct list pieces, spare; /* spare: to be filled again, so that the system is asked for memory once */
    size_t bytes, spare_count;
    bool awaited; /* a stream is to come to its end */
    bool has_thread;
} queue = { .lock = PTHREAD_MUTEX_INITIALIZER,
            .work = PTHREAD_COND_INITIALIZER,
            .done = PTHREAD_COND_INITIALIZER,
            .pieces = { &queue.pieces, &queue.pieces },
            .spare = { &queue.spare, &queue.spare } };

/* ---- pieces; under the lock ---- */

static struct piece *begin_piece(struct checksum_stream *stream)
{
    struct list *spare = list_take_first(&queue.spare);
    struct piece *piece = spare ? LIST_ITEM(spare, struct piece, link) : memory_resize(NULL, sizeof *piece);
    queue.spare_count -= spare != NULL;
    piece->stream = stream;
    piece->length = 0;
    return piece;
}

static void let_go(struct piece *piece_taken)
{
    if (queue.spare_count == QUEUE_BYTES / PIECE_BYTES) {
        free(piece_taken);
        return;
    }
    list_append(&queue.spare, &piece_taken->link);
    queue.spare_count++;
}

/* ---- the thread ---- */

struct pieces {
    struct piece *at[CHECKSUM_MOST_AT_ONCE];
    size_t count;
};

static bool holds(const struct pieces *pieces, const struct checksum_stream *stream)
{
    for (size_t i = 0; i < pieces->count; i++)
        if (pieces->at[i]->stream == stream)
            return true;
    return false;
}

/* Of each stream the first, if there is any. */
static struct pieces take_pieces(void)
{
    struct pieces taken = { 0 };
    for (struct list *link = queue.pieces.next, *next; link != &queue.pieces; link = next) {
        struct piece *piece = LIST_ITEM(link, struct piece, link);
        next = link->next;
        if (taken.count == CHECKSUM_MOST_AT_ONCE || holds(&taken, piece->stream))
            continue;
        list_remove(link);
        taken.at[taken.count++] = piece;
    }
    return taken;
}

/* The sums of one place in all streams together: clients of one kind ask for the same ones. */
static void sum_up(const struct pieces *pieces)
{
    for (size_t i = 0; i < CHECKSUM_STREAM_MOST; i++) {
        struct checksum_run *runs[CHECKSUM_MOST_AT_ONCE];
        struct str bytes[CHECKSUM_MOST_AT_ONCE];
        size_t count = 0;
        for (size_t k = 0; k < pieces->count; k++) {
            const struct piece *piece = pieces->at[k];
            if (!piece->stream->runs[i])
                continue;
            runs[count] = piece->stream->runs[i];
            bytes[count++] = (struct str){ piece->bytes, piece->length };
        }
        checksum_feed_all(runs, bytes, count);
    }
}

static void give_back(const struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++) {
        struct piece *piece = pieces->at[i];
        queue.bytes -= piece->length;
        piece->stream->pending--;
        let_go(piece);
    }
    pthread_cond_signal(&queue.done); /* the loop's thread alone waits */
}

static void *sum_all(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&queue.lock);
    for (;;) {
        while (queue.bytes < WORTH_BYTES && !(queue.awaited && queue.bytes))
            pthread_cond_wait(&queue.work, &queue.lock);
        while (!list_is_empty(&queue.pieces)) {
            struct pieces pieces = take_pieces();
            pthread_mutex_unlock(&queue.lock);
            sum_up(&pieces);
            pthread_mutex_lock(&queue.lock);
            give_back(&pieces);
        }
    }
    return NULL;
}

/* It lives as long as the process does, and takes none of its signals. */
static void start_thread(void)
{
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&thread, NULL, sum_all, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code != 0) {
        log_error("the thread for checksums does not start: %s", strerror(code));
        exit(1); /* as when memory ends */
    }
    pthread_detach(thread);
    queue.has_thread = true;
}

/* ---- the receiver's side ---- */

struct checksum_stream *checksum_stream_begin(const enum checksum_algorithm *algorithms, size_t count)
{
    struct checksum_stream *stream = memory_alloc(sizeof *stream);
    stream->count = count;
    for (size_t i = 0; i < count; i++)
        if (algorithms[i] != CHECKSUM_NONE)
            stream->runs[i] = checksum_begin(algorithms[i]);
    if (!queue.has_thread)
        start_thread();
    return stream;
}

static void append_begun(struct checksum_stream *stream)
{
    struct piece *piece = stream->begun;
    while (queue.bytes && queue.bytes + piece->length > QUEUE_BYTES)
        pthread_cond_wait(&queue.done, &queue.lock);
    queue.bytes += piece->length;
    stream->pending++;
    stream->begun = NULL;
    list_append(&queue.pieces, &piece->link);
    if (queue.bytes >= WORTH_BYTES)
        pthread_cond_signal(&queue.work);
}

void checksum_stream_feed(struct checksum_stream *stream, struct str bytes)
{
    while (bytes.length) {
        if (!stream->begun) {
            pthread_mutex_lock(&queue.lock);
            stream->begun = begin_piece(stream);
            pthread_mutex_unlock(&queue.lock);
        }
        struct piece *piece = stream->begun;
        struct str part = str_first(bytes, PIECE_BYTES - piece->length);
        memcpy(piece->bytes + piece->length, part.at, part.length);
        piece->length += part.length;
        bytes = str_from(bytes, part.length);
        if (piece->length < PIECE_BYTES)
            return;
        pthread_mutex_lock(&queue.lock);
        append_begun(stream);
        pthread_mutex_unlock(&queue.lock);
    }
}

/* What is left of it is summed up if anybody wants to know. */
static void settle(struct checksum_stream *stream, bool wanted)
{
    pthread_mutex_lock(&queue.lock);
    if (stream->begun && wanted)
        append_begun(stream);
    else if (stream->begun)
        let_go(stream->begun);
    queue.awaited = true;
    pthread_cond_signal(&queue.work);
    while (stream->pending)
        pthread_cond_wait(&queue.done, &queue.lock);
    queue.awaited = false;
    pthread_mutex_unlock(&queue.lock);
}

void checksum_stream_end(struct checksum_stream *stream_taken, struct checksum *ret_sums)
{
    settle(stream_taken, true);
    for (size_t i = 0; i < stream_taken->count; i++) {
        ret_sums[i] = (struct checksum){ 0 };
        if (stream_taken->runs[i])
            checksum_end(stream_taken->runs[i], &ret_sums[i]);
    }
    free(stream_taken);
}

void checksum_stream_drop(struct checksum_stream *stream_taken_or_null)
{
    if (!stream_taken_or_null)
        return;
    settle(stream_taken_or_null, false);
    for (size_t i = 0; i < stream_taken_or_null->count; i++)
        checksum_drop(stream_taken_or_null->runs[i]);
    free(stream_taken_or_null);
}
