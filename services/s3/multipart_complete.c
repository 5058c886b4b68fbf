/* CompleteMultipartUpload: the parts named become an object. */
#include "base/digest.h"
#include "services/s3/condition.h"
#include "services/s3/fault.h"
#include "services/s3/head.h"
#include "services/s3/multipart.h"

#define MD5_BYTES 16

/* What the parts add up to. */
struct sum {
    struct call *call;
    const struct bucket *bucket;
    const struct upload *upload;
    int64_t size, count;
    struct buf md5s; /* of all parts, one behind the other */
    cJSON *pieces, *parts;
    int piece_count;
    enum checksum_algorithm algorithm; /* CHECKSUM_NONE: parts differ, or have none */
    bool full;
    struct checksum joined; /* FULL_OBJECT */
    struct buf checksums;   /* COMPOSITE: of all parts, one behind the other */
};

/* ---- one part ---- */

static bool refuse_part(struct sum *sum, const cJSON *named)
{
    struct call *call = sum->call;
    struct str etag = json_str(named, "ETag");
    s3_fail(call, &FAULT_INVALID_PART, NULL);
    call_fail_more(call, "UploadId", sum->upload->id);
    call_fail_more(call, "PartNumber", json_print_in(call->arena, json_get(named, "PartNumber")));
    call_fail_more(call, "ETag", etag.at ? etag : STR(""));
    return false;
}

/* The checksum that the request names for a part, in the upload's algorithm. */
static struct str checksum_named(struct sum *sum, const cJSON *named)
{
    if (sum->algorithm == CHECKSUM_NONE)
        return STR_NONE;
    return json_str(named, checksum_member(sum->call->arena, checksum_name(sum->algorithm)));
}

static bool checksum_is_named(struct sum *sum, const cJSON *named, const cJSON *row, int64_t number)
{
    struct str given = checksum_named(sum, named);
    if (given.at)
        return str_equal(given, json_str(row, "checksum")) || refuse_part(sum, named);
    if (sum->full || !json_get(sum->upload->row, "algorithm"))
        return true;
    char lower[16] = "";
    const char *name = checksum_name(sum->algorithm);
    for (size_t i = 0; name[i] && i < sizeof lower - 1; i++)
        lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
    s3_fail_saying(
        sum->call, &FAULT_INVALID_REQUEST,
        "The upload was created using a %s checksum. The complete request must include the checksum for each "
        "part. It was missing for part %lld in the request.",
        lower, (long long)number);
    return false;
}

static int hex_value(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

static void add_md5(struct sum *sum, const char *hex)
{
    for (int i = 0; i < MD5_BYTES; i++)
        buf_add_byte(&sum->md5s, (char)(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1])));
}

static void add_checksum(struct sum *sum, const cJSON *row)
{
    struct checksum one;
    if (sum->algorithm == CHECKSUM_NONE)
        return;
    if (checksum_by_name(json_str(row, "algorithm")) != sum->algorithm ||
        !checksum_parse(sum->algorithm, json_str(row, "checksum"), &one)) {
        sum->algorithm = CHECKSUM_NONE;
        return;
    }
    if (!sum->full)
        buf_add(&sum->checksums, one.value, checksum_length(sum->algorithm));
    else if (sum->count == 0)
        sum->joined = one;
    else
        checksum_join(&sum->joined, &one, (uint64_t)json_int64(row, "size", 0));
}

static void add_part(struct sum *sum, int64_t number, const cJSON *row)
{
    const cJSON *piece;
    cJSON *part = cJSON_CreateObject();
    add_md5(sum, json_string(row, "etag"));
    add_checksum(sum, row);
    cJSON_ArrayForEach(piece, json_get(row, "pieces"))
    {
        json_add(sum->pieces, json_thaw(piece));
        sum->piece_count++;
    }
    json_set_int64(part, "number", number);
    json_set_int64(part, "size", json_int64(row, "size", 0));
    if (json_get(row, "checksum"))
        json_set_str(part, "checksum", json_str(row, "checksum"));
    json_add(sum->parts, part);
    sum->size += json_int64(row, "size", 0);
    sum->count++;
}

static bool is_large_enough(struct sum *sum, const cJSON *row, int64_t number, bool last)
{
    struct call *call = sum->call;
    if (last || json_int64(row, "size", 0) >= PART_LEAST_BYTES)
        return true;
    s3_fail(call, &FAULT_ENTITY_TOO_SMALL, "ProposedSize",
            arena_printf(call->arena, "%lld", (long long)json_int64(row, "size", 0)), "MinSizeAllowed",
            arena_printf(call->arena, "%lld", (long long)PART_LEAST_BYTES), "PartNumber",
            arena_printf(call->arena, "%lld", (long long)number), "ETag", json_string(row, "etag"), NULL);
    return false;
}

/* COMPOSITE checksums want the parts to be numbered from 1 on. */
static bool number_is_good(struct sum *sum, int64_t number, int64_t previous)
{
    if (number <= previous) {
        s3_fail(sum->call, &FAULT_INVALID_PART_ORDER, NULL);
        call_fail_more(sum->call, "UploadId", sum->upload->id);
        return false;
    }
    if (number == previous + 1 || !str_is(json_str(sum->upload->row, "type"), "COMPOSITE"))
        return true;
    s3_fail_saying(
        sum->call, &FAULT_INVALID_REQUEST,
        "Part numbers must be consecutive, and begin with 1, where the upload has a checksum of type COMPOSITE");
    return false;
}

static bool order_is_good(struct sum *sum, const cJSON *named)
{
    int64_t previous = 0;
    for (const cJSON *one = named->child; one; one = one->next) {
        int64_t number = json_int64(one, "PartNumber", 0);
        if (!number_is_good(sum, number, previous))
            return false;
        previous = number;
    }
    return true;
}

static bool add_named(struct sum *sum, const cJSON *named)
{
    struct call *call = sum->call;
    int64_t number = json_int64(named, "PartNumber", 0);
    struct str row_key = part_row_key(call->arena, sum->upload, number);
    struct json *kept = number <= PARTS_MOST ? store_get(call->world->store, sum->bucket->scope, &s3_parts, row_key)
                                             : NULL;
    const cJSON *row = kept ? json_root(kept) : NULL;
    if (!row || !etag_matches(json_str(named, "ETag"), json_str(row, "etag")))
        return refuse_part(sum, named);
    if (!is_large_enough(sum, row, number, !named->next) || !checksum_is_named(sum, named, row, number))
        return false;
    add_part(sum, number, row);
    return true;
}

/* ---- all of them ---- */

/* The first part says what there is to join where nothing was asked for: the CRC that its client sends by itself. */
static void choose_checksum(struct sum *sum, const cJSON *named)
{
    const cJSON *row = sum->upload->row;
    sum->algorithm = checksum_by_name(json_str(row, "algorithm"));
    sum->full = str_is(json_str(row, "type"), "FULL_OBJECT");
    if (json_get(row, "algorithm"))
        return;
    struct call *call = sum->call;
    struct str first = part_row_key(call->arena, sum->upload, json_int64(named, "PartNumber", 0));
    struct json *part = store_get(call->world->store, sum->bucket->scope, &s3_parts, first);
    enum checksum_algorithm found = part ? checksum_by_name(json_str(json_root(part), "algorithm")) : CHECKSUM_NONE;
    bool joins = found == CHECKSUM_CRC32 || found == CHECKSUM_CRC32C || found == CHECKSUM_CRC64NVME;
    sum->algorithm = joins ? found : CHECKSUM_NONE;
    sum->full = true;
}

static bool add_up(struct sum *sum, const cJSON *named)
{
    int count = cJSON_GetArraySize(named);
    if (count < 1 || count > PARTS_MOST) {
        s3_fail(sum->call, &FAULT_MALFORMED_XML, NULL);
        return false;
    }
    choose_checksum(sum, named->child);
    if (!order_is_good(sum, named))
        return false;
    for (const cJSON *one = named->child; one; one = one->next)
        if (!add_named(sum, one))
            return false;
    if (sum->size <= OBJECT_MOST_BYTES && sum->piece_count <= PIECES_MOST)
        return true;
    s3_fail(sum->call, &FAULT_ENTITY_TOO_LARGE, "ProposedSize",
            arena_printf(sum->call->arena, "%lld", (long long)sum->size), NULL);
    return false;
}

static const char *etag_of_all(struct sum *sum)
{
    struct checksum md5;
    char hex[2 * MD5_BYTES + 1];
    checksum_of(CHECKSUM_MD5, buf_str(&sum->md5s), &md5);
    hex_encode(md5.value, MD5_BYTES, hex);
    return arena_printf(sum->call->arena, "%s-%lld", hex, (long long)sum->count);
}

static cJSON *checksum_of_all(struct sum *sum)
{
    if (sum->algorithm == CHECKSUM_NONE)
        return NULL;
    if (sum->full)
        return checksum_kept(sum->call->arena, &sum->joined, "FULL_OBJECT");
    struct checksum composite;
    checksum_of(sum->algorithm, buf_str(&sum->checksums), &composite);
    cJSON *kept = checksum_kept(sum->call->arena, &composite, "COMPOSITE");
    json_set_string(kept, "value",
                    arena_printf(sum->call->arena, "%s-%lld", json_string(kept, "value"), (long long)sum->count));
    return kept;
}

/* What the request says of the whole. */
static bool whole_is_as_said(struct sum *sum, const cJSON *kept)
{
    struct call *call = sum->call;
    int64_t said = input_int64(call, "MpuObjectSize", sum->size);
    if (said != sum->size) {
        s3_fail_saying(call, &FAULT_INVALID_REQUEST,
                       "The provided 'x-amz-mp-object-size' header value %lld does not match what was computed: %lld",
                       (long long)said, (long long)sum->size);
        return false;
    }
    if (!kept)
        return true;
    const char *algorithm = json_string(kept, "algorithm");
    struct str given = input_str(call, checksum_member(call->arena, algorithm));
    struct str value = json_str(kept, "value"), rest;
    if (!given.at || str_equal(given, value) || (!sum->full && str_equal(given, str_cut(value, '-', &rest))))
        return true;
    s3_fail_saying(call, &FAULT_BAD_DIGEST, "The %s you specified did not match the calculated checksum.", algorithm);
    return false;
}

static void tell_completed(struct call *call, const struct bucket *bucket, const struct object *object)
{
    struct str key = input_str(call, "Key");
    output_string(call, "Location",
                  arena_printf(call->arena, "https://%s.s3.%s.amazonaws.com/%.*s", bucket->name, bucket_region(bucket),
                               STR_ARG(key)));
    output_string(call, "Bucket", bucket->name);
    output_str(call, "Key", key);
    output_str(call, "ETag", object_etag(call->arena, object));
    tell_checksum(call->arena, call_output(call), json_get(object->head, "checksum"));
    tell_encryption(call, object->head);
    tell_version_id(call, bucket, object);
}

static enum outcome put_whole(struct sum *sum)
{
    struct call *call = sum->call;
    struct object object, current;
    cJSON *kept = checksum_of_all(sum);
    bool found = object_newest(call, sum->bucket, sum->upload->key, &current);
    if (!whole_is_as_said(sum, kept) || !conditions_of_writing(call, found ? &current : NULL)) {
        cJSON_Delete(kept);
        return CALL_FAILED;
    }
    cJSON *head = json_thaw(upload_head(sum->upload));
    head_set_content(call, head, etag_of_all(sum), sum->size, kept);
    json_set_int64(head, "parts", sum->count);
    json_set_str(head, "upload", sum->upload->id);
    struct object_content content = { .bytes = STR(""), .pieces = sum->pieces, .parts = sum->parts };
    object_put(call, sum->bucket, sum->upload->key, head, &content, &object);
    upload_delete(call, sum->bucket, sum->upload);
    tell_completed(call, sum->bucket, &object);
    return CALL_DONE;
}

/* The answer may have got lost: who completes again is told the same. */
static bool completed_before(struct call *call, const struct bucket *bucket)
{
    struct object object;
    struct str id = input_str(call, "UploadId");
    if (!object_newest(call, bucket, input_str(call, "Key"), &object) ||
        !str_equal(json_str(object.head, "upload"), id))
        return false;
    tell_completed(call, bucket, &object);
    return true;
}

enum outcome complete_multipart_upload(struct call *call)
{
    struct bucket bucket;
    struct upload upload;
    if (!bucket_of_call(call, &bucket))
        return CALL_FAILED;
    if (completed_before(call, &bucket))
        return CALL_DONE;
    if (!upload_of_call(call, &bucket, &upload))
        return CALL_FAILED;
    struct sum sum = {
        .call = call, .bucket = &bucket, .upload = &upload, .pieces = cJSON_CreateArray(), .parts = cJSON_CreateArray()
    };
    const cJSON *named = json_get(json_get(call->input, "MultipartUpload"), "Parts");
    enum outcome outcome = add_up(&sum, named) ? put_whole(&sum) : CALL_FAILED;
    buf_release(&sum.md5s);
    buf_release(&sum.checksums);
    cJSON_Delete(sum.pieces);
    cJSON_Delete(sum.parts);
    return outcome;
}
