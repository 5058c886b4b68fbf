/* What a call carries beside its input and output trees: bytes that are no member of a tree.
 *
 * In. An operation whose input has a blob as its payload (PutObject's and UploadPart's Body, Invoke's Payload) gets the bytes in
 * call->body, never in the tree, whoever calls:
 *
 *     a client's request ─▶ streamed as it comes (a streaming payload of S3), or whole in memory (others) ─┐
 *     an internal call   ─▶ the member of the input tree: a string's own bytes (NOT base64), anything     ─┴▶ call->body
 *                           else as compact JSON; the road takes it out of the tree
 *
 * call->body is set for every such operation, also where nothing came (size 0, given false), and NULL for all others. What was
 * asked of the bytes has been verified before the handler runs: length, signature, chunk signatures, Content-MD5, checksums.
 *
 * A streaming payload of more than PAYLOAD_IN_MEMORY bytes stands in a blob writer (world/blob.h). The handler finishes it and
 * puts the row that names it in one turn (blob.h says why):
 *
 *     if (body->writer) { blob_finish(body->writer, id); body->writer = NULL; store_put(… a row that names id …); }
 *     else                put the bytes of body->bytes into the row
 *
 * What it leaves (it failed, it refused) is abandoned with the call. It stays as it is over a park.
 *
 * Out. A handler of an operation whose output has a blob as its payload (GetObject's Body, Invoke's Payload) says
 * call_content_bytes() or call_content_blob(), never sets the member, and sets ContentLength, ContentRange and the like as what
 * they are, members. A client gets the bytes streamed; an internal caller finds the member in its output as a string where the
 * bytes are UTF-8 and no more than PAYLOAD_IN_TREE, else no member, and may read the bytes with call_content_read() until
 * call_free(). Who calls internally and cares looks at call_content_size().
 *
 * Blobs inside a body (UpdateFunctionCode's ZipFile) are members of the tree and base64 there: call_blob(). */
#ifndef AWS_PAYLOAD_H
#define AWS_PAYLOAD_H

#include "aws/call.h"
#include "base/checksum_run.h"

#define PAYLOAD_IN_MEMORY ((size_t)64 * 1024)
#define PAYLOAD_IN_TREE   ((size_t)1024 * 1024)

struct blob_writer;

struct payload {
    bool given;                 /* a body came (an empty one: Content-Length: 0), or the member was there */
    uint64_t size;              /* decoded: without aws-chunked's frames */
    struct str bytes;           /* all of them, in the call's arena; STR_NONE where they are in `writer` */
    struct blob_writer *writer; /* else NULL; yours once you set it to NULL */
    /* Streaming payloads only: */
    struct checksum md5; /* an ETag's */
    struct checksum
        checksum; /* the one that the caller named (header, trailer, ChecksumAlgorithm); else CRC64NVME, S3's own */
    bool checksum_asked; /* the caller named it */
};

/* The bytes of a base64 member of the tree, in the call's arena; STR_NONE where it is absent (its base64 was checked). */
struct str call_blob(struct call *call, const cJSON *node);

/* The answer's bytes; the buffer is empty afterwards. In the place of content that was set before. */
void call_content_bytes(struct call *call, struct buf *bytes_taken);
/* So many bytes of a blob from `offset` on. It is opened now and stays readable whatever becomes of its row. Said again it
 * adds a piece behind the others (the parts of a multipart upload), and pieces of no length are none. CALL_FAILED, with the
 * call's error set: there is no such blob, or the machine refuses. */
enum outcome call_content_blob(struct call *call, struct str blob_id, uint64_t offset, uint64_t length);

/* ---- what an answer says beside its members (to clients on the wire; for internal callers they do nothing) ---- */
/* Instead of the operation's own status: 206 for a range. */
void call_status(struct call *call, int status);
/* One more header, whatever the outcome; text is copied. A failed call sends none of its output's members, so what belongs to
 * an error is said here: x-amz-delete-marker with a 404, ETag with a 304, x-amz-bucket-region with a 301. */
void call_header(struct call *call, const char *name, struct str value);
/* A further member of the error, after call_fail(): <BucketName>, <Key>, …; text is copied. Always CALL_FAILED. */
enum outcome call_fail_more(struct call *call, const char *name, struct str value);

/* ---- for who makes an internal call, with its input set and before it runs ---- */
/* The body's bytes, copied, where a member of the tree cannot carry them: text in a tree ends at a NUL. */
void call_give_body(struct call *call, struct str bytes);

/* ---- for who made an internal call, once it is DONE and until call_free() ---- */
bool call_has_content(const struct call *call);
uint64_t call_content_size(const struct call *call);
/* Adds all of it. False: it is more than `most`, or the disk refused; nothing is added. Waits for the disk as blob_read()
 * does: what is large is read with call_content_piece(), 64 KiB a turn. */
bool call_content_read(struct call *call, size_t most, struct buf *bytes);
/* Up to `length` bytes from `offset` on: how many, 0 at the end, or a negative UV_E…. */
int64_t call_content_piece(struct call *call, uint64_t offset, void *ret_bytes, size_t length);

#endif
