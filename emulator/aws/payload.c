#include "aws/payload.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>

#include "aws/aside.h"
#include "aws/scalar.h"
#include "base/digest.h"
#include "world/blob.h"

/* ---- in ---- */

struct str call_blob(struct call *call, const cJSON *node)
{
    if (!cJSON_IsString(node))
        return STR_NONE;
    struct buf bytes = BUF_EMPTY;
    struct str decoded = base64_decode(&bytes, json_value(node)) ? arena_str(call->arena, buf_str(&bytes)) : STR_NONE;
    buf_release(&bytes);
    return decoded;
}

const struct member *payload_blob(const struct shape *shape_or_null)
{
    for (size_t i = 0; shape_or_null && i < shape_or_null->member_count; i++) {
        const struct member *member = &shape_or_null->members[i];
        if (member->location == LOCATION_PAYLOAD && member->shape->kind == SHAPE_BLOB)
            return member;
    }
    return NULL;
}

void payload_release(struct payload *payload_or_null)
{
    if (!payload_or_null)
        return;
    blob_abandon(payload_or_null->writer);
    payload_or_null->writer = NULL;
}

struct payload *payload_new(struct call *call, struct str bytes, bool given)
{
    payload_release(call->body);
    struct payload *payload = ARENA_NEW(call->arena, struct payload);
    payload->bytes = bytes.at ? bytes : STR("");
    payload->size = bytes.length;
    payload->given = given;
    return call->body = payload;
}

/* Which checksum an internal caller asks for: the SDKs' ChecksumAlgorithm. */
static void sum_up(struct call *call, struct payload *payload, const cJSON *tree)
{
    enum checksum_algorithm asked = checksum_by_name(json_str(tree, "ChecksumAlgorithm"));
    payload->checksum_asked = asked != CHECKSUM_NONE;
    checksum_of(CHECKSUM_MD5, payload->bytes, &payload->md5);
    checksum_of(payload->checksum_asked ? asked : CHECKSUM_CRC64NVME, payload->bytes, &payload->checksum);
}

void call_give_body(struct call *call, struct str bytes)
{
    const struct member *member = payload_blob(call->operation->input);
    struct payload *payload = payload_new(call, arena_str(call->arena, bytes), true);
    if (member && member->streaming)
        sum_up(call, payload, call->input);
}

const cJSON *payload_of_tree(struct call *call, const cJSON *tree)
{
    const struct member *member = payload_blob(call->operation->input);
    if (!member)
        return tree;
    const cJSON *node = json_get(tree, member->name);
    bool given = node && !cJSON_IsNull(node);
    if (!given && call->body)
        return tree;
    struct str bytes = given ? arena_str(call->arena, json_print_in(call->arena, node)) : STR("");
    struct payload *payload = payload_new(call, bytes, given);
    if (member->streaming)
        sum_up(call, payload, tree);
    return node ? scalar_copy_level(call->arena, tree, node) : tree;
}

/* ---- out ---- */

static struct aside *aside_of(struct call *call)
{
    if (!call->aside)
        call->aside = ARENA_NEW(call->arena, struct aside);
    return call->aside;
}

static void drop_content(struct content *content)
{
    buf_release(&content->bytes);
    for (size_t i = 0; i < content->piece_count; i++)
        blob_close(content->pieces[i].reader);
    *content = (struct content){ 0 };
}

void aside_release(struct aside *aside_or_null)
{
    if (!aside_or_null)
        return;
    drop_content(&aside_or_null->content);
    aside_or_null->has_content = false;
}

void call_content_bytes(struct call *call, struct buf *bytes_taken)
{
    struct aside *aside = aside_of(call);
    drop_content(&aside->content);
    aside->content.bytes = *bytes_taken;
    aside->content.size = bytes_taken->length;
    aside->has_content = true;
    *bytes_taken = BUF_EMPTY;
}

static void add_piece(struct call *call, struct content *content, struct content_piece piece)
{
    if (content->piece_count == content->piece_room) {
        content->piece_room = content->piece_room ? 2 * content->piece_room : 1;
        struct content_piece *grown = ARENA_ARRAY(call->arena, struct content_piece, content->piece_room);
        if (content->piece_count)
            memcpy(grown, content->pieces, content->piece_count * sizeof *grown);
        content->pieces = grown;
    }
    content->pieces[content->piece_count++] = piece;
    content->size += piece.length;
}

enum outcome call_content_blob(struct call *call, struct str blob_id, uint64_t offset, uint64_t length)
{
    struct aside *aside = aside_of(call);
    if (aside->content.bytes.at)
        drop_content(&aside->content);
    aside->has_content = true;
    if (!length)
        return CALL_DONE;
    struct content_piece piece = { .offset = offset, .length = length };
    int error = blob_open(call->world, blob_id, &piece.reader);
    bool there = !error && offset <= piece.reader->length && length <= piece.reader->length - offset;
    if (there) {
        add_piece(call, &aside->content, piece);
        return CALL_DONE;
    }
    blob_close(piece.reader);
    aside_release(aside);
    return call_fail(call, &ERROR_INTERNAL_FAILURE, "We encountered an internal error. Please try again.");
}

void call_status(struct call *call, int status)
{
    aside_of(call)->status = status;
}

void call_header(struct call *call, const char *name, struct str value)
{
    struct aside *aside = aside_of(call);
    if (aside->header_count == aside->header_room) {
        aside->header_room = aside->header_room ? 2 * aside->header_room : 4;
        struct wire_header *grown = ARENA_ARRAY(call->arena, struct wire_header, aside->header_room);
        if (aside->header_count)
            memcpy(grown, aside->headers, aside->header_count * sizeof *grown);
        aside->headers = grown;
    }
    aside->headers[aside->header_count++] = (struct wire_header){ arena_str(call->arena, str_of(name)),
                                                                  arena_str(call->arena, value) };
}

enum outcome call_fail_more(struct call *call, const char *name, struct str value)
{
    if (!call->error.extra)
        call->error.extra = cJSON_CreateObject();
    if (!call->error.extra)
        memory_exhausted();
    json_set_str(call->error.extra, name, value);
    return CALL_FAILED;
}

/* ---- reading what came out ---- */

bool call_has_content(const struct call *call)
{
    return call->aside && call->aside->has_content;
}

uint64_t call_content_size(const struct call *call)
{
    return call_has_content(call) ? call->aside->content.size : 0;
}

static int64_t read_bytes(struct str bytes, uint64_t offset, void *ret_bytes, size_t length)
{
    if (offset >= bytes.length)
        return 0;
    struct str part = str_first(str_from(bytes, (size_t)offset), length);
    memcpy(ret_bytes, part.at, part.length);
    return (int64_t)part.length;
}

/* What the page cache has is there at once. Where the file system cannot tell (EOPNOTSUPP) it counts as not there. */
static int64_t read_blob(const struct blob_reader *reader, uint64_t offset, void *ret_bytes, size_t length,
                         bool may_wait)
{
    struct iovec room = { ret_bytes, length };
    if (may_wait)
        return blob_read(reader, offset, ret_bytes, length);
    ssize_t got = preadv2(reader->file, &room, 1, (off_t)(reader->start + offset), RWF_NOWAIT);
    if (got >= 0)
        return got;
    if (errno == EOPNOTSUPP && fcntl(reader->file, F_GET_SEALS) >= 0) /* a file in memory */
        return blob_read(reader, offset, ret_bytes, length);
    return errno == EOPNOTSUPP || errno == EINTR ? -EAGAIN : -errno;
}

int64_t content_read(const struct content *content, uint64_t offset, void *ret_bytes, size_t length, bool may_wait)
{
    if (content->bytes.at)
        return read_bytes(buf_str(&content->bytes), offset, ret_bytes, length);
    for (size_t i = 0; i < content->piece_count; i++) {
        const struct content_piece *piece = &content->pieces[i];
        if (offset >= piece->length) {
            offset -= piece->length;
            continue;
        }
        uint64_t rest = piece->length - offset;
        return read_blob(piece->reader, piece->offset + offset, ret_bytes, length < rest ? length : (size_t)rest,
                         may_wait);
    }
    return 0;
}

int64_t call_content_piece(struct call *call, uint64_t offset, void *ret_bytes, size_t length)
{
    return call_has_content(call) ? content_read(&call->aside->content, offset, ret_bytes, length, true) : 0;
}

bool call_content_read(struct call *call, size_t most, struct buf *bytes)
{
    uint64_t size = call_content_size(call);
    size_t before = bytes->length;
    if (size > most || !buf_reserve(bytes, (size_t)size))
        return false;
    for (uint64_t offset = 0; offset < size;) {
        int64_t got = call_content_piece(call, offset, bytes->at + bytes->length, (size_t)(size - offset));
        if (got <= 0) {
            bytes->length = before;
            return false;
        }
        bytes->length += (size_t)got;
        offset += (uint64_t)got;
    }
    if (bytes->at)
        bytes->at[bytes->length] = '\0';
    return true;
}

void payload_to_tree(struct call *call)
{
    const struct member *member = payload_blob(call->operation->output);
    struct buf bytes = BUF_EMPTY;
    if (member && call_has_content(call) && call_content_read(call, PAYLOAD_IN_TREE, &bytes) &&
        str_is_utf8(buf_str(&bytes)) && str_find_byte(buf_str(&bytes), '\0') == SIZE_MAX)
        output_str(call, member->name, buf_str(&bytes));
    buf_release(&bytes);
}
