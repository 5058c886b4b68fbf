/* Checksums of a long stream of bytes, made on a thread of their own beside the one that receives it: MD5, which an ETag is, takes
 * longer than all else that an upload costs.
 *
 *     checksum_stream_begin ─▶ feed… ─ copied to a piece of 64 KiB ─▶ queue (2 MiB over all; a feed waits while it is full) ─▶ the thread
 *                               end ◀─ waits for the little that is still queued ◀────────────────────────────────────┘
 *
 * One thread, started with the first stream, for all streams of the process; a stream belongs to whoever began it. Of several
 * streams that are fed at once (the parts of a large object) the thread takes a piece each and makes their MD5s together, eight in
 * little more than the time of one. */
#ifndef BASE_CHECKSUM_STREAM_H
#define BASE_CHECKSUM_STREAM_H

#include "base/checksum_run.h"

#define CHECKSUM_STREAM_MOST 4 /* checksums of one stream */

struct checksum_stream;
/* CHECKSUM_NONE among them stands for none. */
struct checksum_stream *checksum_stream_begin(const enum checksum_algorithm *algorithms, size_t count);
void checksum_stream_feed(struct checksum_stream *stream, struct str bytes);
/* In the order of the algorithms. */
void checksum_stream_end(struct checksum_stream *stream_taken, struct checksum *ret_sums);
void checksum_stream_drop(struct checksum_stream *stream_taken_or_null);

#endif
