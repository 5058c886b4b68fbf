#include "services/s3/listing.h"

#include "aws/page.h"
#include "base/percent.h"
#include "services/s3/fault.h"
#include "services/s3/key.h"
#include "services/s3/multipart.h"
#include "services/s3/object.h"

#define PAGE_MOST    1000
#define SCANNED_MOST 20000 /* rows that a page may look at in vain (delete markers): then it ends early, as S3's may */

/* ---- a walk ---- */

struct listing {
    struct call *call;
    struct bucket bucket;
    const struct table_def *table;
    struct str prefix, delimiter, marker;
    struct str start_behind; /* a row's key; STR_NONE: the marker says where */
    int64_t most;
    bool encoded;
    bool newest_only; /* versions of a key after the first are stepped over */
    /* Adds a row to the answer; false: it is not told (a delete marker). */
    bool (*add)(struct listing *listing, struct str key, struct str row_key, struct json *row, bool newest);
    cJSON *prefixes;
    int64_t count;
    bool truncated;
    struct str last_key, last_row_key; /* told last; last_row_key STR_NONE: a common prefix */
    void *data;
};

static struct str encode(const struct listing *listing, struct str text)
{
    if (!listing->encoded)
        return text;
    struct buf out = BUF_EMPTY;
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == ' ')
            buf_add_byte(&out, '+');
        else if (text.at[i] == '~')
            buf_add_text(&out, "%7E"); /* Java's, who leaves none alone */
        else
            percent_encode(&out, (struct str){ text.at + i, 1 }, "/*");
    }
    struct str kept = arena_str(listing->call->arena, buf_str(&out));
    buf_release(&out);
    return kept;
}

/* The prefix that a key is rolled up into; STR_NONE: it stands for itself. */
static struct str rolled_up(const struct listing *listing, struct str key)
{
    if (!listing->delimiter.length || !str_starts(key, listing->prefix))
        return STR_NONE;
    size_t at = str_find(str_from(key, listing->prefix.length), listing->delimiter);
    return at == SIZE_MAX ? STR_NONE : str_first(key, listing->prefix.length + at + listing->delimiter.length);
}

static struct cursor seek(struct listing *listing, struct str from)
{
    return store_seek_from(listing->call->world->store, listing->bucket.scope, listing->table, NULL, from);
}

/* Behind the marker: a key and all its versions, or, where it is a prefix that was told, all that begins with it. */
static struct cursor begin(struct listing *listing)
{
    struct arena *arena = listing->call->arena;
    struct str name = str_of(listing->bucket.name), place = key_place(arena, name, listing->prefix);
    if (listing->start_behind.at)
        return store_seek(listing->call->world->store, listing->bucket.scope, listing->table, NULL,
                          listing->start_behind, false);
    if (!listing->marker.length || str_compare(listing->marker, listing->prefix) < 0)
        return seek(listing, place);
    bool is_prefix = str_equal(rolled_up(listing, listing->marker), listing->marker);
    struct str from = is_prefix ? key_behind_prefix(arena, name, listing->marker)
                                : key_behind(arena, name, listing->marker);
    return seek(listing, from);
}

static bool is_full(struct listing *listing)
{
    listing->truncated = listing->count >= listing->most;
    return listing->truncated;
}

static void add_prefix(struct listing *listing, struct str prefix)
{
    cJSON *told = cJSON_CreateObject();
    json_set_str(told, "Prefix", encode(listing, prefix));
    json_add(listing->prefixes, told);
    listing->count++;
    listing->last_key = arena_str(listing->call->arena, prefix);
    listing->last_row_key = STR_NONE;
}

/* A key whose newest version is told or not; `seen` is what all its versions begin with. */
struct position {
    struct str seen;
    bool newest;
};

static void note_position(struct listing *listing, struct str row_key, struct position *position)
{
    struct str versions = str_first(row_key, row_key.length - AGE_DIGITS);
    position->newest = !str_equal(versions, position->seen);
    if (position->newest)
        position->seen = arena_str(listing->call->arena, versions);
}

/* With a delimiter a delete marker alone does not make a common prefix. */
static bool tells_anything(struct listing *listing, const struct cursor *at)
{
    struct object object;
    if (!listing->newest_only || !listing->bucket.versioning)
        return true;
    object_read(listing->call->arena, at->key, at->row, &object);
    return !object.is_marker;
}

static void walk(struct listing *listing)
{
    struct arena *arena = listing->call->arena;
    struct str name = str_of(listing->bucket.name), place = key_place(arena, name, listing->prefix), age;
    struct position position = { .seen = listing->start_behind.at ? str_first(listing->start_behind,
                                                                              listing->start_behind.length - AGE_DIGITS)
                                                                  : STR("") };
    listing->prefixes = cJSON_CreateArray();
    if (listing->most == 0)
        return;
    struct cursor at = begin(listing);
    for (int64_t scanned = 0; store_next_within(&at, place); scanned++) {
        note_position(listing, at.key, &position);
        struct str key = key_of_row(arena, at.key, &age), prefix;
        if (listing->newest_only && !position.newest) {
            store_close(&at);
            at = seek(listing, key_behind(arena, name, key));
            continue;
        }
        if (scanned == SCANNED_MOST) {
            listing->truncated = true;
            listing->last_key = key;
            listing->last_row_key = arena_str(arena, at.key);
            store_close(&at);
            return;
        }
        prefix = rolled_up(listing, key);
        if (!tells_anything(listing, &at))
            continue;
        if (is_full(listing)) {
            store_close(&at);
            return;
        }
        if (prefix.at) {
            add_prefix(listing, prefix);
            store_close(&at);
            at = seek(listing, key_behind_prefix(arena, name, prefix));
            continue;
        }
        if (!listing->add(listing, key, at.key, at.row, position.newest))
            continue;
        listing->count++;
        listing->last_key = key;
        listing->last_row_key = arena_str(arena, at.key);
    }
}

/* ---- what all of them ask ---- */

static bool most_of(struct call *call, const char *member, const char *wire, int64_t *ret_most)
{
    int64_t most = input_int64(call, member, PAGE_MOST);
    if (most < 0 || most > INT32_MAX) {
        s3_fail_argument(call,
                         arena_printf(call->arena, "Argument %s must be an integer between 0 and 2147483647", wire),
                         wire, json_print_in(call->arena, json_get(call->input, member)));
        return false;
    }
    *ret_most = most < PAGE_MOST ? most : PAGE_MOST;
    return true;
}

static bool prepare(struct call *call, struct listing *ret_listing, const char *most_member, const char *most_wire)
{
    struct str prefix = input_str(call, "Prefix"), delimiter = input_str(call, "Delimiter"),
               encoding = input_str(call, "EncodingType");
    *ret_listing = (struct listing){ .call = call,
                                     .table = &s3_objects,
                                     .prefix = prefix.at ? prefix : STR(""),
                                     .delimiter = delimiter.at ? delimiter : STR(""),
                                     .encoded = encoding.length > 0 };
    if (!bucket_of_call(call, &ret_listing->bucket))
        return false;
    if (encoding.length && !str_is(encoding, "url")) {
        s3_fail_argument(call, "Invalid Encoding Method specified in Request", "encoding-type", encoding);
        return false;
    }
    return most_of(call, most_member, most_wire, &ret_listing->most);
}

static void tell_listing(struct listing *listing)
{
    struct call *call = listing->call;
    output_bool(call, "IsTruncated", listing->truncated);
    output_str(call, "Prefix", encode(listing, listing->prefix));
    if (listing->delimiter.length)
        output_str(call, "Delimiter", encode(listing, listing->delimiter));
    output_json(call, "CommonPrefixes", listing->prefixes);
    if (listing->encoded)
        output_string(call, "EncodingType", "url");
}

/* ---- objects ---- */

struct objects_told {
    cJSON *list;
    bool with_owner;
};

static cJSON *object_told(struct listing *listing, struct str key, const struct object *object)
{
    struct arena *arena = listing->call->arena;
    cJSON *told = cJSON_CreateObject();
    const cJSON *sum = json_get(object->head, "checksum");
    json_set_str(told, "Key", encode(listing, key));
    json_set(told, "LastModified", json_new_time(json_int64(object->head, "modified", 0)));
    if (object->is_marker)
        return told;
    json_set_str(told, "ETag", object_etag(arena, object));
    if (sum) {
        cJSON *algorithms = cJSON_CreateArray();
        json_add(algorithms, json_new_string(json_str(sum, "algorithm")));
        json_set(told, "ChecksumAlgorithm", algorithms);
        json_set_str(told, "ChecksumType", json_str(sum, "type"));
    }
    json_set_int64(told, "Size", object_size(object));
    json_set_str(told, "StorageClass", object_class(object));
    return told;
}

static bool add_object(struct listing *listing, struct str key, struct str row_key, struct json *row, bool newest)
{
    struct objects_told *told = listing->data;
    struct object object;
    object_read(listing->call->arena, row_key, row, &object);
    if (object.is_marker)
        return false;
    cJSON *one = object_told(listing, key, &object);
    if (told->with_owner)
        json_set(one, "Owner", owner_of_account(listing->call, listing->bucket.scope.account));
    json_add(told->list, one);
    return true;
}

static void walk_objects(struct listing *listing, bool with_owner)
{
    struct objects_told told = { cJSON_CreateArray(), with_owner };
    listing->newest_only = true;
    listing->add = add_object;
    listing->data = &told;
    walk(listing);
    output_string(listing->call, "Name", listing->bucket.name);
    output_int64(listing->call, "MaxKeys", listing->most);
    output_json(listing->call, "Contents", told.list);
    tell_listing(listing);
}

enum outcome list_objects(struct call *call)
{
    struct listing listing;
    struct str marker = input_str(call, "Marker");
    if (!prepare(call, &listing, "MaxKeys", "max-keys"))
        return CALL_FAILED;
    listing.marker = marker.at ? marker : STR("");
    walk_objects(&listing, true);
    output_str(call, "Marker", encode(&listing, listing.marker));
    if (listing.truncated && listing.delimiter.length)
        output_str(call, "NextMarker", encode(&listing, listing.last_key));
    return CALL_DONE;
}

enum outcome list_objects_v2(struct call *call)
{
    struct listing listing;
    struct str after = input_str(call, "StartAfter"), token = input_str(call, "ContinuationToken");
    if (!prepare(call, &listing, "MaxKeys", "max-keys"))
        return CALL_FAILED;
    struct str filter = str_of(arena_printf(call->arena, "%s %.*s", listing.bucket.name, STR_ARG(listing.prefix)));
    listing.marker = after.at ? after : STR("");
    if (token.at && !page_place(call, token, filter, &listing.marker))
        return s3_fail_argument(call, "The continuation token provided is incorrect", "continuation-token", token);
    walk_objects(&listing, input_bool(call, "FetchOwner", false));
    output_int64(call, "KeyCount", listing.count);
    if (token.at)
        output_str(call, "ContinuationToken", token);
    if (after.at)
        output_str(call, "StartAfter", encode(&listing, after));
    if (listing.truncated)
        output_string(call, "NextContinuationToken", page_token(call, listing.last_key, filter));
    return CALL_DONE;
}

/* ---- versions ---- */

struct versions_told {
    cJSON *versions, *markers;
};

static bool add_version(struct listing *listing, struct str key, struct str row_key, struct json *row, bool newest)
{
    struct versions_told *told = listing->data;
    struct object object;
    object_read(listing->call->arena, row_key, row, &object);
    cJSON *one = object_told(listing, key, &object);
    json_set_str(one, "VersionId", object_version_id(&object));
    json_set_bool(one, "IsLatest", newest);
    json_set(one, "Owner", owner_of_account(listing->call, listing->bucket.scope.account));
    json_add(object.is_marker ? told->markers : told->versions, one);
    return true;
}

/* Where the version stands that a page ended with, though it may be gone. */
static bool start_behind_version(struct listing *listing, struct str version_id)
{
    struct call *call = listing->call;
    struct str name = str_of(listing->bucket.name), key = listing->marker;
    struct object object;
    uint64_t order;
    if (!key.length) {
        s3_fail_argument(call, "A version-id marker cannot be specified without a key marker.", "version-id-marker",
                         version_id);
        return false;
    }
    if (str_is(version_id, "null")) {
        if (object_of_version(call, &listing->bucket, key, version_id, &object))
            listing->start_behind = object.row_key;
        return true;
    }
    if (!id_read(version_id, &order)) {
        s3_fail_argument(call, "Invalid version id specified", "version-id-marker", version_id);
        return false;
    }
    listing->start_behind = key_row(call->arena, name, key, hex_of_order(call->arena, UINT64_MAX - order));
    return true;
}

enum outcome list_object_versions(struct call *call)
{
    struct listing listing;
    struct str marker = input_str(call, "KeyMarker"), version_id = input_str(call, "VersionIdMarker");
    if (!prepare(call, &listing, "MaxKeys", "max-keys"))
        return CALL_FAILED;
    listing.marker = marker.at ? marker : STR("");
    if (version_id.length && !start_behind_version(&listing, version_id))
        return CALL_FAILED;
    struct versions_told told = { cJSON_CreateArray(), cJSON_CreateArray() };
    listing.add = add_version;
    listing.data = &told;
    walk(&listing);
    output_string(call, "Name", listing.bucket.name);
    output_int64(call, "MaxKeys", listing.most);
    output_str(call, "KeyMarker", encode(&listing, listing.marker));
    output_str(call, "VersionIdMarker", version_id.at ? version_id : STR(""));
    output_json(call, "Versions", told.versions);
    output_json(call, "DeleteMarkers", told.markers);
    tell_listing(&listing);
    if (!listing.truncated)
        return CALL_DONE;
    output_str(call, "NextKeyMarker", encode(&listing, listing.last_key));
    struct json *row = listing.last_row_key.at
                           ? store_get(call->world->store, listing.bucket.scope, &s3_objects, listing.last_row_key)
                           : NULL;
    struct object last;
    if (row) {
        object_read(call->arena, listing.last_row_key, row, &last);
        output_str(call, "NextVersionIdMarker", object_version_id(&last));
    }
    return CALL_DONE;
}

/* ---- uploads ---- */

static bool add_upload(struct listing *listing, struct str key, struct str row_key, struct json *row, bool newest)
{
    cJSON *told = upload_told(listing->call, &listing->bucket, json_root(row));
    json_set_str(told, "Key", encode(listing, key));
    json_add(listing->data, told);
    return true;
}

enum outcome list_multipart_uploads(struct call *call)
{
    struct listing listing;
    struct str marker = input_str(call, "KeyMarker"), upload_id = input_str(call, "UploadIdMarker");
    uint64_t order;
    if (!prepare(call, &listing, "MaxUploads", "max-uploads"))
        return CALL_FAILED;
    listing.table = &s3_uploads;
    listing.marker = marker.at ? marker : STR("");
    if (upload_id.length && listing.marker.length) {
        if (!id_read(upload_id, &order))
            return s3_fail_argument(call, "Invalid uploadId marker", "upload-id-marker", upload_id);
        listing.start_behind = key_row(call->arena, str_of(listing.bucket.name), listing.marker,
                                       hex_of_order(call->arena, order));
    }
    cJSON *uploads = cJSON_CreateArray();
    listing.add = add_upload;
    listing.data = uploads;
    walk(&listing);
    output_string(call, "Bucket", listing.bucket.name);
    output_int64(call, "MaxUploads", listing.most);
    output_str(call, "KeyMarker", encode(&listing, listing.marker));
    output_str(call, "UploadIdMarker", upload_id.at ? upload_id : STR(""));
    output_json(call, "Uploads", uploads);
    tell_listing(&listing);
    if (!listing.truncated)
        return CALL_DONE;
    output_str(call, "NextKeyMarker", encode(&listing, listing.last_key));
    struct json *row = listing.last_row_key.at
                           ? store_get(call->world->store, listing.bucket.scope, &s3_uploads, listing.last_row_key)
                           : NULL;
    if (row)
        output_str(call, "NextUploadIdMarker", json_str(json_root(row), "id"));
    return CALL_DONE;
}
