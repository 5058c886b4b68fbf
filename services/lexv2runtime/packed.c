#include "services/lexv2runtime/packed.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/digest.h"

#define GZIP_WINDOW (15 + 16)

void packed_write(struct str text, struct buf *ret_base64)
{
    z_stream stream = { 0 };
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        memory_exhausted();
    size_t room = deflateBound(&stream, text.length);
    unsigned char *bytes = memory_alloc(room);
    stream.next_in = (unsigned char *)(uintptr_t)text.at;
    stream.avail_in = (unsigned)text.length;
    stream.next_out = bytes;
    stream.avail_out = (unsigned)room;
    deflate(&stream, Z_FINISH);
    base64_encode(ret_base64, (struct str){ (char *)bytes, room - stream.avail_out });
    deflateEnd(&stream);
    free(bytes);
}

static bool inflate_all(struct str bytes, size_t most, struct buf *ret_text)
{
    z_stream stream = { .next_in = (unsigned char *)(uintptr_t)bytes.at, .avail_in = (unsigned)bytes.length };
    unsigned char block[4096];
    int state = inflateInit2(&stream, GZIP_WINDOW);
    while (state == Z_OK) {
        stream.next_out = block;
        stream.avail_out = sizeof block;
        state = inflate(&stream, Z_NO_FLUSH);
        size_t made = sizeof block - stream.avail_out;
        if (ret_text->length + made > most || (state == Z_OK && made == 0))
            state = Z_DATA_ERROR;
        else
            buf_add(ret_text, block, made);
    }
    inflateEnd(&stream);
    return state == Z_STREAM_END;
}

bool packed_read(struct str base64, size_t most, struct buf *ret_text)
{
    struct buf bytes = BUF_EMPTY;
    bool read = base64_decode(&bytes, base64) && inflate_all(buf_str(&bytes), most, ret_text);
    buf_release(&bytes);
    return read;
}
