#include "services/stepfunctions/asl/gunzip.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/arena.h"

#define WINDOW_GZIP (15 + 16) /* zlib.h: the largest window, with gzip's own header */

struct gunzip {
    z_stream stream;
    bool whole, broken;
};

static void *allocate(void *opaque, unsigned count, unsigned size)
{
    return memory_alloc((size_t)count * size);
}

static void release(void *opaque, void *block)
{
    free(block);
}

struct gunzip *gunzip_new(void)
{
    struct gunzip *gunzip = memory_alloc(sizeof *gunzip);
    gunzip->stream = (z_stream){ .zalloc = allocate, .zfree = release };
    gunzip->broken = inflateInit2(&gunzip->stream, WINDOW_GZIP) != Z_OK;
    return gunzip;
}

void gunzip_free(struct gunzip *gunzip)
{
    if (!gunzip)
        return;
    inflateEnd(&gunzip->stream);
    free(gunzip);
}

/* A file may be several gzip files, one behind the other. */
static bool next_member(struct gunzip *gunzip)
{
    gunzip->whole = true;
    return inflateReset(&gunzip->stream) == Z_OK;
}

bool gunzip_feed(struct gunzip *gunzip, struct str bytes, bool (*take)(void *data, struct str bytes), void *data)
{
    unsigned char piece[16 * 1024];
    z_stream *stream = &gunzip->stream;
    stream->next_in = (unsigned char *)bytes.at;
    stream->avail_in = (unsigned)bytes.length;
    bool full = false; /* what came out filled the piece: there may be more */
    while ((stream->avail_in || full) && !gunzip->broken) {
        stream->next_out = piece;
        stream->avail_out = sizeof piece;
        gunzip->whole = false;
        int result = inflate(stream, Z_NO_FLUSH);
        size_t length = sizeof piece - stream->avail_out;
        full = stream->avail_out == 0;
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            gunzip->broken = true;
        else if (result == Z_STREAM_END && !next_member(gunzip))
            gunzip->broken = true;
        if (length && !gunzip->broken && !take(data, (struct str){ (const char *)piece, length }))
            return false;
        if (result == Z_BUF_ERROR && !length)
            break;
        if (result == Z_STREAM_END)
            full = false;
    }
    return !gunzip->broken;
}

bool gunzip_is_whole(const struct gunzip *gunzip)
{
    return gunzip->whole;
}

bool gunzip_is_broken(const struct gunzip *gunzip)
{
    return gunzip->broken;
}
