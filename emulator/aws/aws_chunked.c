#include "aws/aws_chunked.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/checksum_run.h"
#include "base/percent.h"

/* What comes next: a chunk's line, its bytes, the line end behind them, and behind the last chunk's line the trailers. */
enum state { STATE_LINE, STATE_DATA, STATE_DATA_END, STATE_TRAILER, STATE_WHOLE };

struct aws_chunked {
    struct aws_chunked_signing *signing;
    void *owner;
    bool (*data)(void *owner, struct str bytes);
    bool (*trailer)(void *owner, struct str name, struct str value);
    enum state state;
    enum aws_chunked_flaw flaw;
    uint64_t left; /* of this chunk's bytes */
    char signature[2 * SHA256_BYTES];
    bool is_last; /* this chunk */
    struct checksum_run *digest;
    struct buf line, trailers; /* the line so far; the signed form of the trailers */
    size_t trailer_bytes;
    bool trailer_signed;
};

struct aws_chunked *aws_chunked_new(struct aws_chunked_signing *signing_or_null, void *owner,
                                    bool (*data)(void *owner, struct str bytes),
                                    bool (*trailer)(void *owner, struct str name, struct str value))
{
    struct aws_chunked *chunked = memory_alloc(sizeof *chunked);
    *chunked = (struct aws_chunked){ .signing = signing_or_null, .owner = owner, .data = data, .trailer = trailer };
    buf_init(&chunked->line, AWS_CHUNKED_LINE);
    buf_init(&chunked->trailers, AWS_CHUNKED_TRAILER);
    return chunked;
}

void aws_chunked_free(struct aws_chunked *chunked_or_null)
{
    if (!chunked_or_null)
        return;
    checksum_drop(chunked_or_null->digest);
    buf_release(&chunked_or_null->line);
    buf_release(&chunked_or_null->trailers);
    free(chunked_or_null);
}

static bool flawed(struct aws_chunked *chunked, enum aws_chunked_flaw flaw)
{
    chunked->flaw = flaw;
    return false;
}

/* ---- signatures ---- */

static bool signature_fits(struct aws_chunked_signing *signing, struct str text, struct str hex)
{
    unsigned char digest[SHA256_BYTES];
    char computed[2 * SHA256_BYTES + 1];
    hmac_key_sign(signing->key, text, digest);
    hex_encode(digest, sizeof digest, computed);
    memcpy(signing->previous, computed, sizeof computed);
    return hex.length == 2 * SHA256_BYTES && digest_equal(hex.at, computed, hex.length);
}

static void begin_text(const struct aws_chunked_signing *signing, const char *what, struct buf *text)
{
    buf_printf(text, "%s\n%.*s\n%.*s\n%s\n", what, STR_ARG(signing->amz_date), STR_ARG(signing->scope),
               signing->previous);
}

static bool check_chunk(struct aws_chunked *chunked)
{
    if (!chunked->signing)
        return true;
    static const char nothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    struct checksum sum;
    char hex[2 * SHA256_BYTES + 1];
    checksum_end(chunked->digest, &sum);
    chunked->digest = NULL;
    hex_encode(sum.value, SHA256_BYTES, hex);
    struct buf text = BUF_EMPTY;
    begin_text(chunked->signing, "AWS4-HMAC-SHA256-PAYLOAD", &text);
    buf_printf(&text, "%s\n%s", nothing, hex);
    bool good = signature_fits(chunked->signing, buf_str(&text),
                               (struct str){ chunked->signature, sizeof chunked->signature });
    buf_release(&text);
    return good || flawed(chunked, AWS_CHUNKED_SIGNATURE);
}

static bool check_trailer(struct aws_chunked *chunked, struct str hex)
{
    if (!chunked->signing)
        return true;
    char digest[2 * SHA256_BYTES + 1];
    digest_sha256_hex(buf_str(&chunked->trailers), digest);
    struct buf text = BUF_EMPTY;
    begin_text(chunked->signing, "AWS4-HMAC-SHA256-TRAILER", &text);
    buf_add_text(&text, digest);
    chunked->trailer_signed = signature_fits(chunked->signing, buf_str(&text), hex);
    buf_release(&text);
    return chunked->trailer_signed || flawed(chunked, AWS_CHUNKED_SIGNATURE);
}

/* ---- lines ---- */

static bool read_size(struct str text, uint64_t *ret_size)
{
    uint64_t size = 0;
    if (!text.length || text.length > 15)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        int digit = hex_digit(text.at[i]);
        if (digit < 0)
            return false;
        size = size << 4 | (uint64_t)digit;
    }
    *ret_size = size;
    return true;
}

/* "400" or "400;chunk-signature=<64 hex digits>". */
static bool take_chunk_line(struct aws_chunked *chunked, struct str line)
{
    struct str extension, size = str_cut(line, ';', &extension);
    const struct str name = STR("chunk-signature=");
    if (!read_size(size, &chunked->left))
        return flawed(chunked, AWS_CHUNKED_MALFORMED);
    if (chunked->signing) {
        struct str hex = str_from(extension, name.length);
        if (!str_starts(extension, name) || hex.length != sizeof chunked->signature)
            return flawed(chunked, AWS_CHUNKED_SIGNATURE);
        memcpy(chunked->signature, hex.at, hex.length);
        chunked->digest = checksum_begin(CHECKSUM_SHA256);
    }
    chunked->is_last = chunked->left == 0;
    chunked->state = chunked->is_last ? STATE_TRAILER : STATE_DATA;
    return !chunked->is_last || check_chunk(chunked);
}

/* The signed form of a trailer has its name in lower case and ends with a line feed. */
static void sign_later(struct buf *trailers, struct str name, struct str value)
{
    for (size_t i = 0; i < name.length; i++) {
        char byte = name.at[i];
        buf_add_byte(trailers, byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte);
    }
    buf_add_byte(trailers, ':');
    buf_add_str(trailers, value);
    buf_add_byte(trailers, '\n');
}

static bool take_trailer(struct aws_chunked *chunked, struct str line)
{
    struct str value, name = str_cut(line, ':', &value);
    if (!line.length) {
        bool lacks = chunked->signing && chunked->trailers.length && !chunked->trailer_signed;
        chunked->state = STATE_WHOLE;
        return !lacks || flawed(chunked, AWS_CHUNKED_SIGNATURE);
    }
    name = str_trim(name);
    value = str_trim(value);
    if (!name.length || name.length == line.length || chunked->trailer_signed)
        return flawed(chunked, AWS_CHUNKED_TRAILER_MALFORMED);
    if (str_equal_ignoring_case(name, STR("x-amz-trailer-signature")))
        return check_trailer(chunked, value);
    sign_later(&chunked->trailers, name, value);
    return chunked->trailer(chunked->owner, name, value);
}

static bool take_line(struct aws_chunked *chunked, struct str line)
{
    if (line.length && line.at[line.length - 1] == '\r')
        line.length--; /* some clients end trailers with a bare line feed */
    switch (chunked->state) {
    case STATE_LINE:
        return take_chunk_line(chunked, line);
    case STATE_DATA_END:
        chunked->state = STATE_LINE;
        return !line.length || flawed(chunked, AWS_CHUNKED_MALFORMED);
    default:
        return take_trailer(chunked, line);
    }
}

/* ---- bytes ---- */

static bool feed_line(struct aws_chunked *chunked, struct str *bytes)
{
    size_t end = str_find_byte(*bytes, '\n');
    struct str piece = str_first(*bytes, end);
    bool trailing = chunked->state == STATE_TRAILER;
    chunked->trailer_bytes += trailing ? piece.length + (end != SIZE_MAX) : 0;
    buf_add_str(&chunked->line, piece);
    if (chunked->line.overflow || chunked->trailer_bytes > AWS_CHUNKED_TRAILER)
        return flawed(chunked, trailing ? AWS_CHUNKED_TRAILER_MALFORMED : AWS_CHUNKED_MALFORMED);
    if (end == SIZE_MAX) {
        bytes->length = 0;
        return true;
    }
    *bytes = str_from(*bytes, end + 1);
    bool good = take_line(chunked, buf_str(&chunked->line));
    buf_clear(&chunked->line);
    return good;
}

static bool feed_data(struct aws_chunked *chunked, struct str *bytes)
{
    struct str piece = str_first(*bytes, chunked->left < bytes->length ? (size_t)chunked->left : bytes->length);
    *bytes = str_from(*bytes, piece.length);
    chunked->left -= piece.length;
    if (chunked->digest)
        checksum_feed(chunked->digest, piece);
    if (!chunked->data(chunked->owner, piece))
        return false;
    if (chunked->left)
        return true;
    chunked->state = STATE_DATA_END;
    return check_chunk(chunked);
}

bool aws_chunked_feed(struct aws_chunked *chunked, struct str bytes)
{
    while (bytes.length) {
        if (chunked->flaw || chunked->state == STATE_WHOLE)
            return flawed(chunked, chunked->flaw ? chunked->flaw : AWS_CHUNKED_TRAILER_MALFORMED);
        if (!(chunked->state == STATE_DATA ? feed_data : feed_line)(chunked, &bytes))
            return false;
    }
    return true;
}

/* A client may leave out the empty line behind the last chunk where no trailer was announced. */
bool aws_chunked_is_whole(const struct aws_chunked *chunked)
{
    bool bare = chunked->state == STATE_TRAILER && !chunked->trailer_bytes && !chunked->line.length;
    return !chunked->flaw && (chunked->state == STATE_WHOLE || bare);
}

enum aws_chunked_flaw aws_chunked_flaw(const struct aws_chunked *chunked)
{
    return chunked->flaw;
}
