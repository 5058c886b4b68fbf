#include "services/s3/object.h"

#include <stdlib.h>

#include "aws/authorise.h"
#include "base/digest.h"
#include "services/s3/access.h"
#include "services/s3/fault.h"
#include "services/s3/key.h"

void object_tell_blobs(const cJSON *row, void (*tell)(void *data, struct str id), void *data)
{
    const cJSON *piece;
    cJSON_ArrayForEach(piece, json_get(row, "pieces")) tell(data, json_str(piece, "blob"));
}

const struct table_def s3_objects = { .name = "s3.object" };
const struct table_def s3_contents = { .name = "s3.content", .blobs = object_tell_blobs };

/* ---- ids ---- */

static const char id_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
#define ID_DIGITS 11 /* of 6 bits each, behind as many that are random and hide them, and more */
#define ID_RANDOM (VERSION_ID_LENGTH - ID_DIGITS)

static unsigned digit_of(char c)
{
    const char *at = c ? strchr(id_alphabet, c) : NULL;
    return at ? (unsigned)(at - id_alphabet) : 64;
}

uint64_t next_order(const struct call *call)
{
    return store_last_change(call->world->store) + 1;
}

char *id_of_order(struct call *call, uint64_t order)
{
    char *id = arena_alloc(call->arena, VERSION_ID_LENGTH + 1);
    random_text(&call->world->random, id_alphabet, ID_RANDOM, id);
    for (unsigned i = 0; i < ID_DIGITS; i++)
        id[ID_RANDOM + i] = id_alphabet[((order >> (6 * i)) + digit_of(id[i])) & 63];
    return id;
}

bool id_read(struct str id, uint64_t *ret_order)
{
    if (id.length != VERSION_ID_LENGTH)
        return false;
    uint64_t order = 0;
    for (unsigned i = 0; i < ID_DIGITS; i++) {
        unsigned hidden = digit_of(id.at[ID_RANDOM + i]), by = digit_of(id.at[i]);
        if (hidden > 63 || by > 63)
            return false;
        order |= (uint64_t)((hidden - by) & 63) << (6 * i);
    }
    *ret_order = order;
    return true;
}

struct str hex_of_order(struct arena *arena, uint64_t order)
{
    return str_of(arena_printf(arena, "%016llx", (unsigned long long)order));
}

static struct str age_of(struct arena *arena, uint64_t order)
{
    return hex_of_order(arena, UINT64_MAX - order);
}

/* ---- reading ---- */

#define BEFORE_LENGTH STR("{\"length\":")
#define BEFORE_HEAD   STR(",\"head\":")
#define HEAD_USUALLY  500 /* bytes */

static struct object object_with(struct str row_key_kept, const cJSON *head)
{
    return (struct object){ .row_key = row_key_kept,
                            .head = head,
                            .version = json_get(head, "version"),
                            .is_marker = json_bool(head, "marker", false) };
}

void object_read(struct arena *arena, struct str row_key, struct json *row, struct object *ret_object)
{
    struct str text = json_text(row), rest = str_from(text, BEFORE_LENGTH.length);
    int64_t length = 0;
    str_to_int64(str_cut(rest, ',', &rest), &length);
    rest = str_from(rest, BEFORE_HEAD.length - 1);
    const cJSON *head = json_parse_in(arena, str_first(rest, (size_t)length), NULL);
    *ret_object = object_with(arena_str(arena, row_key), head);
    ret_object->content = str_from(rest, (size_t)length);
}

static bool read_at(struct call *call, const struct bucket *bucket, struct str row_key, struct object *ret_object)
{
    struct json *row = store_get(call->world->store, bucket->scope, &s3_objects, row_key);
    if (row)
        object_read(call->arena, row_key, row, ret_object);
    return row != NULL;
}

bool object_newest(struct call *call, const struct bucket *bucket, struct str key, struct object *ret_object)
{
    struct str name = str_of(bucket->name);
    if (!bucket->versioning)
        return read_at(call, bucket, key_row(call->arena, name, key, AGE_UNVERSIONED), ret_object);
    struct str place = key_versions(call->arena, name, key);
    struct cursor at = store_seek_from(call->world->store, bucket->scope, &s3_objects, NULL, place);
    if (!store_next_within(&at, place))
        return false;
    object_read(call->arena, at.key, at.row, ret_object);
    store_close(&at);
    return true;
}

/* It is the oldest or, as a rule, the newest; where versioning went on and off it may be anywhere between. */
static bool find_null(struct call *call, const struct bucket *bucket, struct str key, struct object *ret_object)
{
    struct str name = str_of(bucket->name), place = key_versions(call->arena, name, key);
    if (read_at(call, bucket, key_row(call->arena, name, key, AGE_UNVERSIONED), ret_object))
        return true;
    if (!bucket->versioning)
        return false;
    struct arena *scratch = arena_new();
    struct cursor at = store_seek_from(call->world->store, bucket->scope, &s3_objects, NULL, place);
    bool found = false;
    while (!found && store_next_within(&at, place)) {
        struct object one;
        object_read(scratch, at.key, at.row, &one);
        found = !one.version;
        if (found)
            object_read(call->arena, at.key, at.row, ret_object);
        arena_reset(scratch);
    }
    if (found)
        store_close(&at);
    arena_free(scratch);
    return found;
}

bool object_of_version(struct call *call, const struct bucket *bucket, struct str key, struct str version_id,
                       struct object *ret_object)
{
    if (str_is(version_id, "null"))
        return find_null(call, bucket, key, ret_object);
    uint64_t order;
    if (!id_read(version_id, &order))
        return false;
    struct str place = key_row(call->arena, str_of(bucket->name), key, age_of(call->arena, order));
    return read_at(call, bucket, place, ret_object) && str_equal(object_version_id(ret_object), version_id);
}

/* Who may not list the bucket is not told what is not in it. */
enum outcome object_no_such_key(struct call *call, const struct bucket *bucket, struct str key)
{
    struct str arn = str_of(arena_printf(call->arena, "arn:aws:s3:::%s", bucket->name));
    if (!authorise_allows(call, "s3:ListBucket", arn))
        return authorise_also(call, "s3:ListBucket", arn);
    if (!access_to_is_open(call, bucket, "s3:ListBucket", arn))
        return CALL_FAILED;
    s3_fail(call, &FAULT_NO_SUCH_KEY, NULL);
    return call_fail_more(call, "Key", key);
}

static enum outcome no_such_version(struct call *call, struct str key, struct str version_id)
{
    uint64_t order;
    if (!str_is(version_id, "null") && !id_read(version_id, &order))
        return s3_fail_argument(call, "Invalid version id specified", "versionId", version_id);
    s3_fail(call, &FAULT_NO_SUCH_VERSION, NULL);
    call_fail_more(call, "Key", key);
    return call_fail_more(call, "VersionId", version_id);
}

/* A delete marker is not there, and says that it is the reason; asked for by its id it is there, but has nothing to get. */
static void refuse_marker(struct call *call, const struct bucket *bucket, struct str key, const struct object *marker,
                          bool by_version)
{
    if (by_version)
        s3_fail(call, &FAULT_METHOD_NOT_ALLOWED, "Method", call->operation->method, "ResourceType", "DeleteMarker",
                NULL);
    else
        object_no_such_key(call, bucket, key);
    call_header(call, "x-amz-delete-marker", STR("true"));
    call_header(call, "x-amz-version-id", object_version_id(marker));
    if (by_version)
        call_header(call, "Allow", STR("DELETE"));
}

bool object_of_call(struct call *call, const struct bucket *bucket, struct object *ret_object)
{
    struct str key = input_str(call, "Key"), version_id = input_str(call, "VersionId");
    bool by_version = version_id.at != NULL;
    if (by_version && !object_of_version(call, bucket, key, version_id, ret_object)) {
        no_such_version(call, key, version_id);
        return false;
    }
    if (!by_version && !object_newest(call, bucket, key, ret_object)) {
        object_no_such_key(call, bucket, key);
        return false;
    }
    if (!ret_object->is_marker)
        return true;
    refuse_marker(call, bucket, key, ret_object, by_version);
    return false;
}

/* ---- writing ---- */

static void add_content(struct buf *text, const struct object_content *content)
{
    if (content->as_it_stands.at) {
        buf_add_str(text, content->as_it_stands);
        return;
    }
    struct str bytes = content->bytes;
    bool is_text = bytes.length && str_is_utf8(bytes) && !memchr(bytes.at, '\0', bytes.length);
    if (is_text) {
        buf_add_str(text, STR(",\"text\":"));
        json_print_string(text, bytes);
    } else if (bytes.length) {
        buf_add_str(text, STR(",\"base64\":\""));
        base64_encode(text, bytes);
        buf_add_byte(text, '"');
    }
    buf_add_byte(text, '}');
}

static struct json *row_of(const cJSON *head, const struct object_content *content)
{
    struct buf printed = BUF_EMPTY, text = BUF_EMPTY;
    buf_reserve(&printed, HEAD_USUALLY);
    json_print(&printed, head);
    buf_reserve(&text, printed.length + content->bytes.length + content->bytes.length / 2 + 64);
    buf_add_str(&text, BEFORE_LENGTH);
    buf_add_int64(&text, (int64_t)printed.length);
    buf_add_str(&text, BEFORE_HEAD);
    buf_add_str(&text, buf_str(&printed));
    add_content(&text, content);
    buf_release(&printed);
    return json_seal_text(&text);
}

/* NULL: it stands in the object's own row. */
static struct json *content_row(const struct object_content *content)
{
    if (!content->pieces)
        return NULL;
    cJSON *row = cJSON_CreateObject();
    json_set(row, "pieces", json_thaw(content->pieces));
    if (content->parts)
        json_set(row, "parts", json_thaw(content->parts));
    return json_seal(row);
}

static void delete_tree(void *tree)
{
    cJSON_Delete(tree);
}

/* Where a new version of this key goes; what must make room goes. */
static struct str make_room(struct call *call, const struct bucket *bucket, struct str key, cJSON *head)
{
    struct str name = str_of(bucket->name);
    if (!bucket->versioning)
        return key_row(call->arena, name, key, AGE_UNVERSIONED);
    struct object old;
    if (bucket->versioning == VERSIONING_SUSPENDED && find_null(call, bucket, key, &old))
        object_delete(call, bucket, &old);
    uint64_t order = next_order(call);
    if (bucket->versioning == VERSIONING_ENABLED)
        json_set_string(head, "version", id_of_order(call, order));
    return key_row(call->arena, name, key, age_of(call->arena, order));
}

void object_put(struct call *call, const struct bucket *bucket, struct str key, cJSON *head_taken,
                const struct object_content *content, struct object *ret_object)
{
    /* The content may be that of a row which now goes. */
    struct object_content kept = *content;
    struct json *pieces = content_row(content), *row;
    if (kept.as_it_stands.at)
        kept.as_it_stands = arena_str(call->arena, kept.as_it_stands);
    struct str row_key = make_room(call, bucket, key, head_taken);
    row = row_of(head_taken, &kept);
    arena_own(call->arena, delete_tree, head_taken);
    *ret_object = object_with(row_key, head_taken);
    store_put(call->world->store, bucket->scope, &s3_objects, row_key, row);
    if (pieces)
        store_put(call->world->store, bucket->scope, &s3_contents, row_key, pieces);
    else
        store_delete(call->world->store, bucket->scope, &s3_contents, row_key);
}

void object_change(struct call *call, const struct bucket *bucket, const struct object *object, cJSON *head_taken)
{
    struct json *row = row_of(head_taken, &(struct object_content){ .as_it_stands = object->content });
    cJSON_Delete(head_taken);
    store_put(call->world->store, bucket->scope, &s3_objects, object->row_key, row);
}

void object_delete(struct call *call, const struct bucket *bucket, const struct object *object)
{
    store_delete(call->world->store, bucket->scope, &s3_contents, object->row_key);
    store_delete(call->world->store, bucket->scope, &s3_objects, object->row_key);
}

/* ---- content ---- */

const cJSON *object_pieces(struct call *call, const struct bucket *bucket, const struct object *object,
                           const cJSON **ret_parts)
{
    struct json *row = store_get(call->world->store, bucket->scope, &s3_contents, object->row_key);
    const cJSON *root = row ? json_root(row) : NULL;
    *ret_parts = json_get(root, "parts");
    return json_get(root, "pieces");
}

struct str object_bytes(struct arena *arena, const struct object *object)
{
    const struct str text = STR(",\"text\":"), base64 = STR(",\"base64\":\"");
    if (str_starts(object->content, text)) {
        struct str quoted = str_from(object->content, text.length);
        return json_value(json_parse_in(arena, str_first(quoted, quoted.length - 1), NULL));
    }
    if (!str_starts(object->content, base64))
        return STR("");
    struct str encoded = str_from(object->content, base64.length);
    struct buf bytes = BUF_EMPTY;
    base64_decode(&bytes, str_first(encoded, encoded.length - 2));
    struct str copy = arena_str(arena, buf_str(&bytes));
    buf_release(&bytes);
    return copy;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

cJSON *pieces_of_range(const cJSON *pieces, int64_t from, int64_t length)
{
    cJSON *range = cJSON_CreateArray();
    const cJSON *piece;
    cJSON_ArrayForEach(piece, pieces)
    {
        int64_t size = json_int64(piece, "size", 0);
        if (from < size && length > 0) {
            int64_t taken = least(size - from, length);
            cJSON *part = cJSON_CreateObject();
            json_set_str(part, "blob", json_str(piece, "blob"));
            json_set_int64(part, "from", json_int64(piece, "from", 0) + from);
            json_set_int64(part, "size", taken);
            json_add(range, part);
            length -= taken;
            from = 0;
        } else {
            from -= least(from, size);
        }
    }
    return range;
}

/* ---- what a head says ---- */

struct str object_version_id(const struct object *object)
{
    return object->version ? json_value(object->version) : STR("null");
}

struct str object_etag(struct arena *arena, const struct object *object)
{
    return str_of(arena_join(arena, (const char *const[]){ "\"", json_string(object->head, "etag"), "\"", NULL }));
}

int64_t object_size(const struct object *object)
{
    return json_int64(object->head, "size", 0);
}

struct str object_class(const struct object *object)
{
    struct str class = json_str(object->head, "class");
    return class.at ? class : STR("STANDARD");
}

int64_t now_in_seconds(const struct call *call)
{
    return clock_now(call->world->clock) / 1000 * 1000;
}
