#include "services/s3/read_object.h"

#include "services/s3/condition.h"
#include "services/s3/fault.h"
#include "services/s3/head.h"
#include "services/s3/lock.h"

#define ATTRIBUTE_PARTS_MOST 1000

/* ---- which part ---- */

static bool refuse_part(struct call *call, int64_t number, int64_t parts)
{
    s3_fail(call, &FAULT_INVALID_PART_NUMBER, "PartNumberRequested",
            arena_printf(call->arena, "%lld", (long long)number), "ActualPartCount",
            arena_printf(call->arena, "%lld", (long long)parts), NULL);
    return false;
}

/* The bytes of one part of a multipart upload; whatever was put in one piece has one part. */
static bool range_of_part(struct call *call, const struct bucket *bucket, const struct object *object, int64_t number,
                          struct range *ret_range)
{
    const cJSON *parts, *part;
    object_pieces(call, bucket, object, &parts);
    *ret_range = (struct range){ .length = object_size(object), .asked = object_size(object) > 0 };
    if (!parts)
        return number == 1 || refuse_part(call, number, 1);
    int64_t from = 0, place = 0;
    cJSON_ArrayForEach(part, parts)
    {
        int64_t size = json_int64(part, "size", 0);
        if (++place == number) {
            *ret_range = (struct range){ from, size, size > 0 };
            return true;
        }
        from += size;
    }
    return refuse_part(call, number, place);
}

static bool range_asked(struct call *call, const struct bucket *bucket, const struct object *object,
                        struct range *ret_range)
{
    const cJSON *part = json_get(call->input, "PartNumber");
    if (!part)
        return range_of_header(call, input_str(call, "Range"), object_size(object), ret_range);
    if (input_has(call, "Range")) {
        s3_fail_saying(call, &FAULT_INVALID_REQUEST, "Cannot specify both Range header and partNumber query parameter");
        return false;
    }
    int64_t number = json_to_int64(part);
    if (number < 1 || number > 10000) {
        s3_fail_argument(call, "Part number must be an integer between 1 and 10000, inclusive", "partNumber",
                         json_print_in(call->arena, part));
        return false;
    }
    return range_of_part(call, bucket, object, number, ret_range);
}

/* ---- what is told ---- */

static void tell_overrides(struct call *call)
{
    static const struct {
        const char *asked, *told;
    } overrides[] = {
        { "ResponseCacheControl", "CacheControl" },       { "ResponseContentDisposition", "ContentDisposition" },
        { "ResponseContentEncoding", "ContentEncoding" }, { "ResponseContentLanguage", "ContentLanguage" },
        { "ResponseContentType", "ContentType" },         { "ResponseExpires", "Expires" }
    };
    for (size_t i = 0; i < sizeof overrides / sizeof *overrides; i++) {
        const cJSON *value = json_get(call->input, overrides[i].asked);
        if (value)
            output_json(call, overrides[i].told, json_thaw(value));
    }
}

static void tell_range(struct call *call, const struct object *object, const struct range *range)
{
    output_int64(call, "ContentLength", range->length);
    if (!range->asked)
        return;
    output_string(call, "ContentRange",
                  arena_printf(call->arena, "bytes %lld-%lld/%lld", (long long)range->from,
                               (long long)(range->from + range->length - 1), (long long)object_size(object)));
    call_status(call, 206);
}

/* A checksum is told of all the bytes it is of, for who asks. */
static void tell_checksum_asked(struct call *call, const struct object *object, const struct range *range)
{
    if (str_equal_ignoring_case(input_str(call, "ChecksumMode"), STR("ENABLED")) &&
        range->length == object_size(object))
        tell_checksum(call->arena, call_output(call), json_get(object->head, "checksum"));
}

static void tell_object(struct call *call, const struct bucket *bucket, const struct object *object,
                        const struct range *range)
{
    const cJSON *head = object->head, *member, *metadata = json_get(head, "metadata"), *tags = json_get(head, "tags");
    output_string(call, "AcceptRanges", "bytes");
    output_time(call, "LastModified", json_int64(head, "modified", 0));
    output_str(call, "ETag", object_etag(call->arena, object));
    cJSON_ArrayForEach(member, json_get(head, "headers")) output_json(call, member->string, json_thaw(member));
    tell_overrides(call);
    tell_range(call, object, range);
    tell_checksum_asked(call, object, range);
    tell_encryption(call, head);
    tell_version_id(call, bucket, object);
    lock_tell(call, head);
    if (metadata)
        output_json(call, "Metadata", json_thaw(metadata));
    if (tags)
        output_int64(call, "TagCount", cJSON_GetArraySize(tags));
    if (json_get(head, "class"))
        output_str(call, "StorageClass", object_class(object));
    if (input_has(call, "PartNumber") && json_get(head, "parts"))
        output_int64(call, "PartsCount", json_int64(head, "parts", 1));
}

/* ---- the operations ---- */

static bool asked_object(struct call *call, struct bucket *bucket, struct object *object, struct range *range)
{
    return bucket_of_call(call, bucket) && object_of_call(call, bucket, object) &&
           conditions_of_reading(call, object) && range_asked(call, bucket, object, range);
}

static enum outcome send_bytes(struct call *call, const struct object *object, const struct range *range)
{
    struct str bytes = object_bytes(call->arena, object);
    struct buf sent = BUF_EMPTY;
    buf_add(&sent, bytes.at + range->from, (size_t)range->length);
    call_content_bytes(call, &sent);
    return CALL_DONE;
}

static enum outcome send_pieces(struct call *call, const cJSON *pieces, const struct range *range)
{
    cJSON *wanted = pieces_of_range(pieces, range->from, range->length);
    enum outcome outcome = CALL_DONE;
    for (const cJSON *piece = wanted->child; piece && outcome == CALL_DONE; piece = piece->next)
        outcome = call_content_blob(call, json_str(piece, "blob"), (uint64_t)json_int64(piece, "from", 0),
                                    (uint64_t)json_int64(piece, "size", 0));
    cJSON_Delete(wanted);
    return outcome;
}

static bool overrides_are_allowed(struct call *call)
{
    static const char *const overrides[] = { "ResponseCacheControl",    "ResponseContentDisposition",
                                             "ResponseContentEncoding", "ResponseContentLanguage",
                                             "ResponseContentType",     "ResponseExpires" };
    for (size_t i = 0; i < sizeof overrides / sizeof *overrides; i++) {
        if (call->caller.kind != PRINCIPAL_ANONYMOUS || !input_has(call, overrides[i]))
            continue;
        s3_fail_saying(call, &FAULT_INVALID_REQUEST,
                       "Request specific response headers cannot be used for anonymous GET requests.");
        return false;
    }
    return true;
}

static bool is_archived(const struct object *object)
{
    struct str class = object_class(object);
    return str_is(class, "GLACIER") || str_is(class, "DEEP_ARCHIVE");
}

enum outcome get_object(struct call *call)
{
    struct bucket bucket;
    struct object object;
    struct range range;
    if (!overrides_are_allowed(call) || !asked_object(call, &bucket, &object, &range))
        return CALL_FAILED;
    if (is_archived(&object))
        return s3_fail(call, &FAULT_INVALID_OBJECT_STATE, "StorageClass", object_class(&object).at, NULL);
    const cJSON *parts, *pieces = object_pieces(call, &bucket, &object, &parts);
    tell_object(call, &bucket, &object, &range);
    return pieces ? send_pieces(call, pieces, &range) : send_bytes(call, &object, &range);
}

enum outcome head_object(struct call *call)
{
    struct bucket bucket;
    struct object object;
    struct range range;
    if (!asked_object(call, &bucket, &object, &range))
        return CALL_FAILED;
    tell_object(call, &bucket, &object, &range);
    return CALL_DONE;
}

/* ---- attributes ---- */

static bool asks_for(const struct call *call, const char *attribute)
{
    const cJSON *asked;
    cJSON_ArrayForEach(asked, json_get(call->input, "ObjectAttributes"))
    {
        if (str_is(json_value(asked), attribute))
            return true;
    }
    return false;
}

/* The parts themselves are told where each has a checksum that was asked for, as S3 does. */
static cJSON *parts_told(struct call *call, const struct object *object, const cJSON *parts)
{
    int64_t most = input_int64(call, "MaxParts", ATTRIBUTE_PARTS_MOST),
            after = input_int64(call, "PartNumberMarker", 0), last = after, number = 0;
    cJSON *told = cJSON_CreateObject(), *list = cJSON_CreateArray();
    const cJSON *part;
    bool more = false;
    if (most > ATTRIBUTE_PARTS_MOST)
        most = ATTRIBUTE_PARTS_MOST;
    cJSON_ArrayForEach(part, parts)
    {
        number = json_int64(part, "number", 0);
        if (number <= after)
            continue;
        if (cJSON_GetArraySize(list) >= most) {
            more = true;
            break;
        }
        cJSON *one = cJSON_CreateObject();
        json_set_int64(one, "PartNumber", number);
        json_set_int64(one, "Size", json_int64(part, "size", 0));
        struct str sum = json_str(part, "checksum");
        if (sum.at)
            json_set_str(
                one, checksum_member(call->arena, json_string(json_get(object->head, "checksum"), "algorithm")), sum);
        json_add(list, one);
        last = number;
    }
    json_set_int64(told, "TotalPartsCount", json_int64(object->head, "parts", 0));
    json_set_int64(told, "PartNumberMarker", after);
    json_set_int64(told, "NextPartNumberMarker", more ? last : 0);
    json_set_int64(told, "MaxParts", most);
    json_set_bool(told, "IsTruncated", more);
    json_set(told, "Parts", list);
    return told;
}

enum outcome get_object_attributes(struct call *call)
{
    struct bucket bucket;
    struct object object;
    if (!bucket_of_call(call, &bucket) || !object_of_call(call, &bucket, &object))
        return CALL_FAILED;
    const cJSON *parts, *sum = json_get(object.head, "checksum");
    object_pieces(call, &bucket, &object, &parts);
    output_time(call, "LastModified", json_int64(object.head, "modified", 0));
    tell_version_id(call, &bucket, &object);
    if (asks_for(call, "ETag"))
        output_str(call, "ETag", json_str(object.head, "etag")); /* here without quotes, as S3 has it */
    if (asks_for(call, "Checksum") && sum) {
        cJSON *told = cJSON_CreateObject();
        tell_checksum(call->arena, told, sum);
        output_json(call, "Checksum", told);
    }
    if (asks_for(call, "ObjectParts") && parts)
        output_json(call, "ObjectParts", parts_told(call, &object, parts));
    if (asks_for(call, "StorageClass"))
        output_str(call, "StorageClass", object_class(&object));
    if (asks_for(call, "ObjectSize"))
        output_int64(call, "ObjectSize", object_size(&object));
    return CALL_DONE;
}
