/* aws-chunked bodies: the first byte says how they are cut into pieces; whichever way, the same comes out. */
#include <assert.h>
#include <stdint.h>

#include "aws/aws_chunked.h"
#include "base/buf.h"

struct taken {
    struct buf data, trailers;
};

static bool take_data(void *owner, struct str bytes)
{
    buf_add_str(&((struct taken *)owner)->data, bytes);
    return true;
}

static bool take_trailer(void *owner, struct str name, struct str value)
{
    assert(name.length);
    buf_printf(&((struct taken *)owner)->trailers, "%.*s=%.*s;", STR_ARG(name), STR_ARG(value));
    return true;
}

static enum aws_chunked_flaw feed(struct str body, size_t piece, struct taken *taken, bool *ret_whole)
{
    struct aws_chunked *chunked = aws_chunked_new(NULL, taken, take_data, take_trailer);
    for (size_t at = 0; at < body.length; at += piece)
        if (!aws_chunked_feed(chunked, str_first(str_from(body, at), piece)))
            break;
    enum aws_chunked_flaw flaw = aws_chunked_flaw(chunked);
    *ret_whole = aws_chunked_is_whole(chunked);
    aws_chunked_free(chunked);
    return flaw;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    struct str body = { (const char *)data + 1, size - 1 };
    struct taken whole = { BUF_EMPTY, BUF_EMPTY }, cut = { BUF_EMPTY, BUF_EMPTY };
    bool is_whole, cut_is_whole;
    enum aws_chunked_flaw flaw = feed(body, size, &whole, &is_whole);
    enum aws_chunked_flaw cut_flaw = feed(body, 1 + data[0] % 64, &cut, &cut_is_whole);
    assert(flaw == cut_flaw && is_whole == cut_is_whole);
    assert(str_equal(buf_str(&whole.data), buf_str(&cut.data)));
    assert(str_equal(buf_str(&whole.trailers), buf_str(&cut.trailers)));
    assert(whole.data.length <= body.length && whole.trailers.length <= AWS_CHUNKED_TRAILER + AWS_CHUNKED_LINE);
    buf_release(&whole.data);
    buf_release(&whole.trailers);
    buf_release(&cut.data);
    buf_release(&cut.trailers);
    return 0;
}
