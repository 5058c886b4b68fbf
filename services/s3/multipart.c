#include "services/s3/multipart.h"

#include "base/digest.h"
#include "services/s3/fault.h"
#include "services/s3/head.h"
#include "services/s3/key.h"
#include "services/s3/write_object.h"

const struct table_def s3_uploads = { .name = "s3.upload" };
const struct table_def s3_parts = { .name = "s3.part", .blobs = object_tell_blobs };

#define PAGE_MOST 1000

/* ---- rows ---- */

static bool no_such_upload(struct call *call, struct str id)
{
    s3_fail(call, &FAULT_NO_SUCH_UPLOAD, NULL);
    call_fail_more(call, "UploadId", id);
    return false;
}

static struct str parts_of(struct arena *arena, struct str order)
{
    return str_of(arena_printf(arena, "%.*s/", STR_ARG(order)));
}

bool upload_of_call(struct call *call, const struct bucket *bucket, struct upload *ret_upload)
{
    struct str id = input_str(call, "UploadId"), key = input_str(call, "Key");
    uint64_t order;
    if (!id_read(id, &order))
        return no_such_upload(call, id);
    struct str hex = hex_of_order(call->arena, order), row_key = key_row(call->arena, str_of(bucket->name), key, hex);
    struct json *row = store_get(call->world->store, bucket->scope, &s3_uploads, row_key);
    if (!row || !str_equal(json_str(json_root(row), "id"), id))
        return no_such_upload(call, id);
    *ret_upload = (struct upload){ row_key, id, key, json_root(row), parts_of(call->arena, hex) };
    return true;
}

struct str part_row_key(struct arena *arena, const struct upload *upload, int64_t number)
{
    return str_of(arena_printf(arena, "%.*s%05lld", STR_ARG(upload->parts), (long long)number));
}

const cJSON *upload_head(const struct upload *upload)
{
    return json_get(upload->row, "head");
}

void upload_delete(struct call *call, const struct bucket *bucket, const struct upload *upload)
{
    struct store *store = call->world->store;
    struct cursor at = store_seek_from(store, bucket->scope, &s3_parts, NULL, upload->parts);
    while (store_next_within(&at, upload->parts))
        store_delete(store, bucket->scope, &s3_parts, at.key);
    store_delete(store, bucket->scope, &s3_uploads, upload->row_key);
}

void multipart_abort_all(struct call *call, const struct bucket *bucket)
{
    struct str place = key_place(call->arena, str_of(bucket->name), STR("")), order;
    struct cursor at = store_seek_from(call->world->store, bucket->scope, &s3_uploads, NULL, place);
    while (store_next_within(&at, place)) {
        key_of_row(call->arena, at.key, &order);
        struct upload upload = { .row_key = arena_str(call->arena, at.key), .parts = parts_of(call->arena, order) };
        upload_delete(call, bucket, &upload);
    }
}

void part_put(struct call *call, const struct bucket *bucket, const struct upload *upload, int64_t number,
              const char *etag, int64_t size, const struct checksum *sum_or_null, const cJSON *pieces)
{
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "size", size);
    json_set_string(row, "etag", etag);
    json_set_int64(row, "modified", now_in_seconds(call));
    if (sum_or_null) {
        json_set_string(row, "algorithm", checksum_name(sum_or_null->algorithm));
        json_set_string(row, "checksum", checksum_base64(call->arena, sum_or_null));
    }
    json_set(row, "pieces", json_thaw(pieces));
    store_put(call->world->store, bucket->scope, &s3_parts, part_row_key(call->arena, upload, number), json_seal(row));
}

/* ---- creating ---- */

/* Which checksum the whole will have. FULL_OBJECT is for those that can be joined, COMPOSITE for all but CRC64NVME. */
static bool checksum_asked(struct call *call, const char **ret_algorithm, const char **ret_type)
{
    struct str algorithm = input_str(call, "ChecksumAlgorithm"), type = input_str(call, "ChecksumType");
    *ret_algorithm = *ret_type = NULL;
    if (!algorithm.at && !type.at)
        return true;
    if (!algorithm.at) {
        s3_fail_saying(call, &FAULT_INVALID_REQUEST,
                       "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
        return false;
    }
    enum checksum_algorithm known = checksum_by_name(algorithm);
    if (known == CHECKSUM_NONE || known == CHECKSUM_MD5) {
        s3_fail_saying(call, &FAULT_INVALID_REQUEST,
                       "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                       "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
        return false;
    }
    bool joins = known == CHECKSUM_CRC32 || known == CHECKSUM_CRC32C || known == CHECKSUM_CRC64NVME;
    bool full = str_is(type, "FULL_OBJECT") || (!type.at && known == CHECKSUM_CRC64NVME);
    if (full ? !joins : known == CHECKSUM_CRC64NVME) {
        struct str name = str_of(checksum_name(known));
        char lower[16] = "";
        for (size_t i = 0; i < name.length && i < sizeof lower - 1; i++)
            lower[i] = (char)(name.at[i] >= 'A' && name.at[i] <= 'Z' ? name.at[i] + 32 : name.at[i]);
        s3_fail_saying(call, &FAULT_INVALID_REQUEST,
                       "The %s checksum type cannot be used with the %s checksum algorithm.",
                       full ? "FULL_OBJECT" : "COMPOSITE", lower);
        return false;
    }
    *ret_algorithm = checksum_name(known);
    *ret_type = full ? "FULL_OBJECT" : "COMPOSITE";
    return true;
}

enum outcome create_multipart_upload(struct call *call)
{
    struct bucket bucket;
    struct str key = input_str(call, "Key");
    const char *algorithm, *type;
    if (!bucket_of_call(call, &bucket) || !key_is_good(call, key) || !checksum_asked(call, &algorithm, &type))
        return CALL_FAILED;
    cJSON *head = head_of_input(call, &bucket);
    if (!head)
        return CALL_FAILED;
    uint64_t order = next_order(call);
    char *id = id_of_order(call, order);
    tell_encryption(call, head);
    cJSON *row = cJSON_CreateObject();
    json_set_string(row, "id", id);
    json_set_int64(row, "initiated", now_in_seconds(call));
    json_set_string(row, "initiator", call->caller.arn);
    json_set(row, "head", head);
    json_set_string(row, "algorithm", algorithm);
    json_set_string(row, "type", type);
    struct str row_key = key_row(call->arena, str_of(bucket.name), key, hex_of_order(call->arena, order));
    store_put(call->world->store, bucket.scope, &s3_uploads, row_key, json_seal(row));

    output_string(call, "Bucket", bucket.name);
    output_str(call, "Key", key);
    output_string(call, "UploadId", id);
    output_string(call, "ChecksumAlgorithm", algorithm);
    output_string(call, "ChecksumType", type);
    return CALL_DONE;
}

/* ---- parts ---- */

bool part_number_of_call(struct call *call, int64_t *ret_number)
{
    *ret_number = input_int64(call, "PartNumber", 0);
    if (*ret_number >= 1 && *ret_number <= PARTS_MOST)
        return true;
    s3_fail_argument(call, "Part number must be an integer between 1 and 10000, inclusive", "partNumber",
                     json_print_in(call->arena, json_get(call->input, "PartNumber")));
    return false;
}

/* An upload with an algorithm takes parts with that one. */
static bool checksum_fits(struct call *call, const struct upload *upload)
{
    const char *wanted = json_string(upload->row, "algorithm"), *got = checksum_name(call->body->checksum.algorithm);
    if (!wanted || strcmp(wanted, got) == 0)
        return true;
    s3_fail_saying(call, &FAULT_INVALID_REQUEST,
                   "Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s", wanted,
                   call->body->checksum_asked ? got : "null");
    return false;
}

enum outcome upload_part(struct call *call)
{
    struct bucket bucket;
    struct upload upload;
    struct object_content content;
    int64_t number;
    if (!bucket_of_call(call, &bucket) || !part_number_of_call(call, &number) ||
        !upload_of_call(call, &bucket, &upload) || !checksum_fits(call, &upload) ||
        !content_of_body(call, true, &content))
        return CALL_FAILED;
    char etag[2 * 16 + 1];
    const struct checksum *sum = &call->body->checksum;
    hex_encode(call->body->md5.value, 16, etag);
    tell_encryption(call, upload_head(&upload));
    part_put(call, &bucket, &upload, number, etag, (int64_t)call->body->size, sum, content.pieces);
    output_string(call, "ETag", arena_printf(call->arena, "\"%s\"", etag));
    output_string(call, checksum_member(call->arena, checksum_name(sum->algorithm)), checksum_base64(call->arena, sum));
    return CALL_DONE;
}

/* ---- telling ---- */

static cJSON *initiator_told(struct call *call, const char *arn)
{
    cJSON *told = cJSON_CreateObject();
    json_set_string(told, "ID", arn);
    return told;
}

cJSON *upload_told(struct call *call, const struct bucket *bucket, const cJSON *row)
{
    cJSON *told = cJSON_CreateObject();
    struct str class = json_str(json_get(row, "head"), "class");
    json_set_str(told, "UploadId", json_str(row, "id"));
    json_set(told, "Initiated", json_new_time(json_int64(row, "initiated", 0)));
    json_set_str(told, "StorageClass", class.at ? class : STR("STANDARD"));
    json_set(told, "Owner", owner_of_account(call, bucket->scope.account));
    json_set(told, "Initiator", initiator_told(call, json_string(row, "initiator")));
    json_set_string(told, "ChecksumAlgorithm", json_string(row, "algorithm"));
    json_set_string(told, "ChecksumType", json_string(row, "type"));
    return told;
}

static cJSON *part_told(struct call *call, struct str number, const cJSON *row)
{
    cJSON *told = cJSON_CreateObject();
    int64_t value = 0;
    str_to_int64(number, &value);
    json_set_int64(told, "PartNumber", value);
    json_set(told, "LastModified", json_new_time(json_int64(row, "modified", 0)));
    json_set_string(told, "ETag", arena_printf(call->arena, "\"%s\"", json_string(row, "etag")));
    json_set_int64(told, "Size", json_int64(row, "size", 0));
    if (json_get(row, "checksum"))
        json_set_str(told, checksum_member(call->arena, json_string(row, "algorithm")), json_str(row, "checksum"));
    return told;
}

enum outcome list_parts(struct call *call)
{
    struct bucket bucket;
    struct upload upload;
    int64_t most = input_int64(call, "MaxParts", PAGE_MOST), after = input_int64(call, "PartNumberMarker", 0),
            count = 0, last = 0;
    if (!bucket_of_call(call, &bucket) || !upload_of_call(call, &bucket, &upload))
        return CALL_FAILED;
    if (most < 0 || most > INT32_MAX)
        return s3_fail_argument(call, "Argument max-parts must be an integer between 0 and 2147483647", "max-parts",
                                json_print_in(call->arena, json_get(call->input, "MaxParts")));
    if (after < 0 || after > INT32_MAX)
        return s3_fail_argument(call, "Argument part-number-marker must be an integer between 0 and 2147483647",
                                "part-number-marker",
                                json_print_in(call->arena, json_get(call->input, "PartNumberMarker")));
    if (most > PAGE_MOST)
        most = PAGE_MOST;
    cJSON *parts = cJSON_CreateArray();
    bool more = false;
    struct str from = part_row_key(call->arena, &upload, after);
    struct cursor at = store_seek(call->world->store, bucket.scope, &s3_parts, NULL, from, false);
    while (most > 0 && store_next_within(&at, upload.parts)) {
        if (count == most) {
            more = true;
            store_close(&at);
            break;
        }
        struct str number = str_from(at.key, upload.parts.length);
        json_add(parts, part_told(call, number, json_root(at.row)));
        str_to_int64(number, &last);
        count++;
    }
    struct str class = json_str(upload_head(&upload), "class");
    output_string(call, "Bucket", bucket.name);
    output_str(call, "Key", upload.key);
    output_str(call, "UploadId", upload.id);
    output_int64(call, "PartNumberMarker", after);
    output_int64(call, "NextPartNumberMarker", last);
    output_int64(call, "MaxParts", most);
    output_bool(call, "IsTruncated", more);
    output_json(call, "Parts", parts);
    output_json(call, "Initiator", initiator_told(call, json_string(upload.row, "initiator")));
    output_json(call, "Owner", owner_of_account(call, bucket.scope.account));
    output_str(call, "StorageClass", class.at ? class : STR("STANDARD"));
    output_string(call, "ChecksumAlgorithm", json_string(upload.row, "algorithm"));
    output_string(call, "ChecksumType", json_string(upload.row, "type"));
    return CALL_DONE;
}

enum outcome abort_multipart_upload(struct call *call)
{
    struct bucket bucket;
    struct upload upload;
    if (!bucket_of_call(call, &bucket) || !upload_of_call(call, &bucket, &upload))
        return CALL_FAILED;
    upload_delete(call, &bucket, &upload);
    return CALL_DONE;
}
