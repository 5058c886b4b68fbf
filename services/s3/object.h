/* An object's row, one for each version of each key; key.h says where it stands.
 *
 *     table "s3.object"    {"length":N,"head":{…},"text":"…"}      N: bytes of the head's text
 *         what is told of an object is its head; the content stands behind it, as text where it is UTF-8, else as
 *         "base64", where it is INLINE_MOST_BYTES or less. Rows are text, and only heads are parsed, for the call that asks.
 *     table "s3.content"   {"pieces":[{"blob","from","size"}],"parts":[{"number","size","checksum"}]}
 *         under the same key, for content that stands in blobs: pieces in their order; parts of a multipart upload
 *
 * A head has what is not as it always is:
 *     "version" its id (absent: the null version), "marker":true a delete marker, "modified" ms, "etag" without quotes,
 *     "size", "class" (absent: STANDARD), "headers" {ContentType, CacheControl, …: as GetObject's output has them},
 *     "metadata" {name: value}, "tags" [{Key, Value}], "checksum" {"algorithm", "type", "value"}, "encryption"
 *     {ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled} (absent: AES256), "acl" a canned one or grants, "lock"
 *     {"mode", "until" ms, "hold"}, "parts" how many a multipart upload had */
#ifndef S3_OBJECT_H
#define S3_OBJECT_H

#include "aws/payload.h"
#include "services/s3/bucket.h"

extern const struct table_def s3_objects, s3_contents;

#define INLINE_MOST_BYTES ((size_t)64 * 1024)
#define PIECES_MOST       20000 /* ours: what an object may be put together from */
#define OBJECT_MOST_BYTES ((int64_t)5 << 40)
#define VERSION_ID_LENGTH 32

struct object {
    struct str row_key; /* all in the arena */
    const cJSON *head;
    struct str content;   /* what follows the head in the row's text */
    const cJSON *version; /* NULL: the null version */
    bool is_marker;
};

/* What an object holds: bytes, or pieces (an array as in "s3.content") with the parts they came as. */
struct object_content {
    struct str bytes;
    const cJSON *pieces, *parts; /* NULL: bytes; none */
    struct str as_it_stands;     /* another row's object.content, in the place of bytes */
};

/* The row a walk stands on; the text of `content` is the row's. */
void object_read(struct arena *arena, struct str row_key, struct json *row, struct object *ret_object);
/* The newest version, which may be a delete marker; false: there is none. */
bool object_newest(struct call *call, const struct bucket *bucket, struct str key, struct object *ret_object);
/* By its version id, "null" too. */
bool object_of_version(struct call *call, const struct bucket *bucket, struct str key, struct str version_id,
                       struct object *ret_object);
/* For handlers: the object that Key and VersionId name, or a failed call: NoSuchKey, NoSuchVersion, MethodNotAllowed for a
 * delete marker, AccessDenied where the caller may not know that there is none. */
bool object_of_call(struct call *call, const struct bucket *bucket, struct object *ret_object);
enum outcome object_no_such_key(struct call *call, const struct bucket *bucket, struct str key);

/* A new version (or null version) of this key, in the place of what must make room; head and content as above, without
 * "version". What was put, for the answer, but for its content. */
void object_put(struct call *call, const struct bucket *bucket, struct str key, cJSON *head_taken,
                const struct object_content *content, struct object *ret_object);
/* Another head for the same object. */
void object_change(struct call *call, const struct bucket *bucket, const struct object *object, cJSON *head_taken);
void object_delete(struct call *call, const struct bucket *bucket, const struct object *object);

/* Its pieces; NULL: it stands in its row. Borrowed from a row. */
const cJSON *object_pieces(struct call *call, const struct bucket *bucket, const struct object *object,
                           const cJSON **ret_parts);
/* The bytes of one that stands in its row, in the arena. */
struct str object_bytes(struct arena *arena, const struct object *object);
/* The pieces that make up `length` bytes from `from` on, as a new array. */
cJSON *pieces_of_range(const cJSON *pieces, int64_t from, int64_t length);

struct str object_version_id(const struct object *object);                /* "null" too */
struct str object_etag(struct arena *arena, const struct object *object); /* with its quotes */
int64_t object_size(const struct object *object);
struct str object_class(const struct object *object);
int64_t now_in_seconds(const struct call *call); /* S3 keeps whole seconds; in ms */

/* The blobs that "pieces" of a row name: for table_def.blobs. */
void object_tell_blobs(const cJSON *row, void (*tell)(void *data, struct str id), void *data);

/* Opaque ids that lead to a place: of versions and uploads. `order` grows from one to the next. */
uint64_t next_order(const struct call *call);
char *id_of_order(struct call *call, uint64_t order);
bool id_read(struct str id, uint64_t *ret_order);
struct str hex_of_order(struct arena *arena, uint64_t order);

#endif
