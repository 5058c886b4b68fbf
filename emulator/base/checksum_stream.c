#include "base/checksum_stream.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/list.h"
#include "base/log.h"

#define QUEUE_BYTES ((size_t)512 * 1024)

struct checksum_stream {
    struct checksum_run *runs[CHECKSUM_STREAM_MOST]; /* the thread's while `pending` is not 0 */
    size_t count, pending;                           /* pending: pieces in the queue; under the lock */
};

struct piece {
    struct list link;
    struct checksum_stream *stream;
    size_t length;
    char bytes[];
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    struct list pieces;
    size_t bytes;
    bool has_thread;
} queue = { .lock = PTHREAD_MUTEX_INITIALIZER,
            .work = PTHREAD_COND_INITIALIZER,
            .done = PTHREAD_COND_INITIALIZER,
            .pieces = { &queue.pieces, &queue.pieces } };

/* ---- the thread ---- */

static void sum_up(const struct piece *piece)
{
    for (size_t i = 0; i < piece->stream->count; i++)
        if (piece->stream->runs[i])
            checksum_feed(piece->stream->runs[i], (struct str){ piece->bytes, piece->length });
}

static void *sum_all(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&queue.lock);
    for (;;) {
        while (list_is_empty(&queue.pieces))
            pthread_cond_wait(&queue.work, &queue.lock);
        struct piece *piece = LIST_ITEM(list_take_first(&queue.pieces), struct piece, link);
        pthread_mutex_unlock(&queue.lock);
        sum_up(piece);
        pthread_mutex_lock(&queue.lock);
        queue.bytes -= piece->length;
        piece->stream->pending--;
        free(piece);
        pthread_cond_signal(&queue.done); /* the loop's thread alone waits */
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

static void append(struct checksum_stream *stream, struct str bytes)
{
    struct piece *piece = memory_resize(NULL, sizeof *piece + bytes.length);
    piece->stream = stream;
    piece->length = bytes.length;
    memcpy(piece->bytes, bytes.at, bytes.length);
    pthread_mutex_lock(&queue.lock);
    while (queue.bytes && queue.bytes + bytes.length > QUEUE_BYTES)
        pthread_cond_wait(&queue.done, &queue.lock);
    queue.bytes += bytes.length;
    stream->pending++;
    list_append(&queue.pieces, &piece->link);
    pthread_cond_signal(&queue.work);
    pthread_mutex_unlock(&queue.lock);
}

void checksum_stream_feed(struct checksum_stream *stream, struct str bytes)
{
    while (bytes.length) {
        append(stream, str_first(bytes, QUEUE_BYTES / 8));
        bytes = str_from(bytes, QUEUE_BYTES / 8);
    }
}

static void settle(struct checksum_stream *stream)
{
    pthread_mutex_lock(&queue.lock);
    while (stream->pending)
        pthread_cond_wait(&queue.done, &queue.lock);
    pthread_mutex_unlock(&queue.lock);
}

void checksum_stream_end(struct checksum_stream *stream_taken, struct checksum *ret_sums)
{
    settle(stream_taken);
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
    settle(stream_taken_or_null);
    for (size_t i = 0; i < stream_taken_or_null->count; i++)
        checksum_drop(stream_taken_or_null->runs[i]);
    free(stream_taken_or_null);
}
