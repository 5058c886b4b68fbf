#include "services/s3/copy_object.h"

#include "aws/authorise.h"
#include "base/digest.h"
#include "base/percent.h"
#include "services/s3/access.h"
#include "services/s3/acl.h"
#include "services/s3/condition.h"
#include "services/s3/fault.h"
#include "services/s3/head.h"
#include "services/s3/lock.h"
#include "services/s3/multipart.h"
#include "services/s3/survey.h"
#include "services/s3/tagging.h"
#include "services/s3/write_object.h"

#define COPY_MOST_BYTES ((int64_t)5 << 30)
#define MD5_BYTES       16

/* ---- the source ---- */

struct source {
    struct bucket bucket;
    struct str key, version_id; /* STR_NONE: the newest */
    struct object object;
};

static bool refuse_source(struct call *call, const char *sentence)
{
    s3_fail_argument(call, sentence, "x-amz-copy-source", input_str(call, "CopySource"));
    return false;
}

/* "bucket/key?versionId=ID", encoded; a slash may stand before it. */
static bool read_source(struct call *call, struct str *ret_bucket, struct source *source)
{
    struct str version, path = str_cut(input_str(call, "CopySource"), '?', &version), key;
    const struct str named = STR("versionId=");
    source->version_id = str_starts(version, named) ? str_from(version, named.length) : STR_NONE;
    if (!percent_decode(call->arena, path, false, &path) || !str_is_utf8(path) || str_find_byte(path, '\0') != SIZE_MAX)
        return refuse_source(call, "Invalid copy source encoding.");
    if (str_starts(path, STR("/")))
        path = str_from(path, 1);
    *ret_bucket = str_cut(path, '/', &key);
    source->key = arena_str(call->arena, key);
    if (source->version_id.at)
        source->version_id = arena_str(call->arena, source->version_id);
    if (ret_bucket->length && key.length)
        return true;
    return refuse_source(call, "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
}

static bool may_read(struct call *call, struct str bucket, struct source *source)
{
    const char *action = source->version_id.at ? "s3:GetObjectVersion" : "s3:GetObject";
    struct str arn = str_of(arena_printf(call->arena, "arn:aws:s3:::%.*s/%.*s", STR_ARG(bucket), STR_ARG(source->key)));
    if (!bucket_found(call, bucket, &source->bucket))
        return false;
    return authorise_also(call, action, arn) == CALL_DONE && access_to_is_open(call, &source->bucket, action, arn);
}

static bool find_source(struct call *call, struct source *source)
{
    bool found = source->version_id.at
                     ? object_of_version(call, &source->bucket, source->key, source->version_id, &source->object)
                     : object_newest(call, &source->bucket, source->key, &source->object);
    if (found && source->object.is_marker && source->version_id.at) {
        s3_fail_saying(call, &FAULT_INVALID_REQUEST,
                       "The source of a copy request may not specifically refer to a delete marker by version id.");
        return false;
    }
    if (found && !source->object.is_marker)
        return true;
    if (source->version_id.at)
        s3_fail(call, &FAULT_NO_SUCH_VERSION, "Key", source->key.at, "VersionId", source->version_id.at, NULL);
    else
        object_no_such_key(call, &source->bucket, source->key);
    return false;
}

static bool source_of_call(struct call *call, struct source *ret_source)
{
    struct str bucket, owner = input_str(call, "ExpectedSourceBucketOwner");
    if (!read_source(call, &bucket, ret_source) || !may_read(call, bucket, ret_source))
        return false;
    if (owner.at && !str_is(owner, ret_source->bucket.scope.account)) {
        s3_fail(call, &FAULT_ACCESS_DENIED, NULL);
        return false;
    }
    if (!find_source(call, ret_source) || !conditions_of_source(call, &ret_source->object))
        return false;
    struct str class = object_class(&ret_source->object);
    if (!str_is(class, "GLACIER") && !str_is(class, "DEEP_ARCHIVE"))
        return true;
    s3_fail(call, &FAULT_INVALID_OBJECT_STATE, "StorageClass", class.at, NULL);
    return false;
}

/* A copy goes on after its source was read: it must still be what it was. */
static bool is_as_before(struct call *call, const struct source *source, const struct source *before)
{
    if (str_equal(source->object.row_key, before->object.row_key) &&
        json_equal(source->object.head, before->object.head))
        return true;
    s3_fail(call, &FAULT_OPERATION_ABORTED, NULL);
    return false;
}

/* ---- CopyObject ---- */

static bool replaces(const struct call *call, const char *directive)
{
    return str_is(input_str(call, directive), "REPLACE");
}

static bool changes_anything(struct call *call, const struct bucket *bucket, const struct source *source)
{
    struct str key = input_str(call, "Key");
    bool itself = strcmp(bucket->name, source->bucket.name) == 0 && str_equal(key, source->key) &&
                  !source->version_id.at;
    if (!itself || replaces(call, "MetadataDirective") || input_has(call, "StorageClass") ||
        input_has(call, "WebsiteRedirectLocation") || input_has(call, "ServerSideEncryption"))
        return true;
    s3_fail_saying(call, &FAULT_INVALID_REQUEST,
                   "This copy request is illegal because it is trying to copy an object to itself without changing the "
                   "object's metadata, storage class, website redirect location or encryption attributes.");
    return false;
}

static bool set_tags(struct call *call, cJSON *head)
{
    cJSON *tags = NULL;
    if (!replaces(call, "TaggingDirective"))
        return true;
    cJSON_DeleteItemFromObjectCaseSensitive(head, "tags");
    if (!tags_of_header(call, &tags))
        return false;
    if (tags)
        json_set(head, "tags", tags);
    return true;
}

/* A redirect is not copied along; what the request says counts whatever is copied. */
static void set_redirect(struct call *call, cJSON *head)
{
    cJSON *headers = cJSON_GetObjectItemCaseSensitive(head, "headers");
    if (headers)
        json_set_string(headers, "WebsiteRedirectLocation", input_string(call, "WebsiteRedirectLocation"));
}

static cJSON *head_of_copy(struct call *call, const struct bucket *bucket, const struct source *source)
{
    static const char *const own[] = { "version", "acl", "lock", "parts", "upload" };
    cJSON *head = json_thaw(source->object.head), *acl = NULL, *lock = NULL;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(head, own[i]);
    bool good = !replaces(call, "MetadataDirective") || head_set_metadata(call, head);
    set_redirect(call, head);
    good = good && head_set_class(call, head) && head_set_encryption(call, bucket, head) && set_tags(call, head) &&
           lock_of_input(call, bucket, &lock);
    if (lock)
        json_set(head, "lock", lock);
    good = good && acl_of_new_object(call, bucket, &acl);
    if (acl)
        json_set(head, "acl", acl);
    if (good)
        return head;
    cJSON_Delete(head);
    return NULL;
}

/* The algorithm that the copy's checksum will have. */
static enum checksum_algorithm algorithm_of_copy(struct call *call, const struct source *source)
{
    struct str asked = input_str(call, "ChecksumAlgorithm"),
               kept = json_str(json_get(source->object.head, "checksum"), "algorithm");
    enum checksum_algorithm algorithm = checksum_by_name(asked.at ? asked : kept);
    return algorithm == CHECKSUM_NONE ? CHECKSUM_CRC64NVME : algorithm;
}

/* Is all that the copy tells of its bytes told by the source already? */
static bool is_known(struct call *call, const struct source *source)
{
    const cJSON *sum = json_get(source->object.head, "checksum");
    bool in_one_piece = str_find_byte(json_str(source->object.head, "etag"), '-') == SIZE_MAX;
    return in_one_piece && sum && str_is(json_str(sum, "type"), "FULL_OBJECT") &&
           checksum_by_name(json_str(sum, "algorithm")) == algorithm_of_copy(call, source);
}

/* survey NULL: as the source has it. */
static enum outcome put_copy(struct call *call, const struct bucket *bucket, const struct source *source,
                             const struct survey *survey)
{
    const cJSON *parts, *pieces = object_pieces(call, &source->bucket, &source->object, &parts);
    cJSON *head = head_of_copy(call, bucket, source), *sum = NULL;
    if (!head)
        return CALL_FAILED;
    char md5[2 * MD5_BYTES + 1];
    const char *etag = json_string(source->object.head, "etag");
    if (survey) {
        hex_encode(survey->md5.value, MD5_BYTES, md5);
        etag = md5;
        sum = checksum_kept(call->arena, &survey->sum, "FULL_OBJECT");
    }
    head_set_content(call, head, etag, object_size(&source->object),
                     sum ? sum : json_thaw(json_get(source->object.head, "checksum")));
    struct object_content content = { .bytes = STR(""), .pieces = pieces, .as_it_stands = source->object.content };
    struct object object;
    object_put(call, bucket, input_str(call, "Key"), head, &content, &object);

    cJSON *result = cJSON_CreateObject();
    json_set_str(result, "ETag", object_etag(call->arena, &object));
    json_set(result, "LastModified", json_new_time(json_int64(object.head, "modified", 0)));
    tell_checksum(call->arena, result, json_get(object.head, "checksum"));
    output_json(call, "CopyObjectResult", result);
    tell_encryption(call, object.head);
    tell_version_id(call, bucket, &object);
    if (source->bucket.versioning)
        output_str(call, "CopySourceVersionId", object_version_id(&source->object));
    return CALL_DONE;
}

static bool asked_copy(struct call *call, struct bucket *bucket, struct source *source)
{
    struct str key = input_str(call, "Key");
    struct object current;
    if (!bucket_of_call(call, bucket) || !key_is_good(call, key) || !source_of_call(call, source) ||
        !changes_anything(call, bucket, source))
        return false;
    if (object_size(&source->object) > COPY_MOST_BYTES) {
        s3_fail_saying(call, &FAULT_INVALID_REQUEST,
                       "The specified copy source is larger than the maximum allowable size for a copy source: %lld",
                       (long long)COPY_MOST_BYTES);
        return false;
    }
    if (!input_has(call, "IfMatch") && !input_has(call, "IfNoneMatch"))
        return true;
    return conditions_of_writing(call, object_newest(call, bucket, key, &current) ? &current : NULL);
}

static enum outcome copy_surveyed(struct call *call, const struct survey *survey, void *data)
{
    const struct source *before = data;
    struct bucket bucket;
    struct source source;
    if (!asked_copy(call, &bucket, &source) || !is_as_before(call, &source, before))
        return CALL_FAILED;
    return put_copy(call, &bucket, &source, survey);
}

enum outcome copy_object(struct call *call)
{
    struct bucket bucket;
    struct source *source = ARENA_NEW(call->arena, struct source);
    struct survey survey;
    if (!asked_copy(call, &bucket, source))
        return CALL_FAILED;
    if (is_known(call, source))
        return put_copy(call, &bucket, source, NULL);
    const cJSON *parts, *pieces = object_pieces(call, &source->bucket, &source->object, &parts);
    enum checksum_algorithm algorithm = algorithm_of_copy(call, source);
    if (pieces)
        return survey_pieces(call, pieces, algorithm, copy_surveyed, source);
    survey_bytes(object_bytes(call->arena, &source->object), algorithm, &survey);
    return put_copy(call, &bucket, source, &survey);
}

/* ---- UploadPartCopy ---- */

struct part_copy {
    struct bucket bucket;
    struct upload upload;
    struct source source;
    struct range range;
    int64_t number;
};

/* "bytes=0-9", whole and within the source: nothing else is taken. */
static bool range_of_copy(struct call *call, struct part_copy *copy)
{
    struct str asked = input_str(call, "CopySourceRange"), last, unit = STR("bytes=");
    int64_t size = object_size(&copy->source.object), from, to;
    copy->range = (struct range){ .length = size };
    if (!asked.at)
        return true;
    struct str first = str_cut(str_from(asked, unit.length), '-', &last);
    if (!str_starts(asked, unit) || !first.length || !last.length || !str_to_int64(first, &from) ||
        !str_to_int64(last, &to) || from < 0 || to < from) {
        s3_fail_argument(
            call,
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are "
            "the zero-based offsets of the first and last bytes to copy",
            "x-amz-copy-source-range", asked);
        return false;
    }
    if (to >= size) {
        s3_fail_argument(
            call,
            arena_printf(call->arena, "Range specified is not valid for source object of size: %lld", (long long)size),
            "x-amz-copy-source-range", asked);
        return false;
    }
    copy->range = (struct range){ from, to - from + 1, true };
    return true;
}

static bool asked_part_copy(struct call *call, struct part_copy *copy)
{
    if (!bucket_of_call(call, &copy->bucket) || !part_number_of_call(call, &copy->number) ||
        !upload_of_call(call, &copy->bucket, &copy->upload) || !source_of_call(call, &copy->source) ||
        !range_of_copy(call, copy))
        return false;
    if (copy->range.length <= PART_MOST_BYTES)
        return true;
    s3_fail_saying(call, &FAULT_INVALID_REQUEST,
                   "The specified copy source is larger than the maximum allowable size for a copy source: %lld",
                   (long long)PART_MOST_BYTES);
    return false;
}

/* What the parts of this upload are summed up with. */
static enum checksum_algorithm algorithm_of_part(const struct upload *upload)
{
    enum checksum_algorithm asked = checksum_by_name(json_str(upload->row, "algorithm"));
    return asked == CHECKSUM_NONE ? CHECKSUM_CRC64NVME : asked;
}

static enum outcome put_part(struct call *call, const struct part_copy *copy, const struct survey *survey,
                             const cJSON *pieces)
{
    char etag[2 * MD5_BYTES + 1];
    hex_encode(survey->md5.value, MD5_BYTES, etag);
    tell_encryption(call, upload_head(&copy->upload));
    if (copy->source.bucket.versioning)
        output_str(call, "CopySourceVersionId", object_version_id(&copy->source.object));
    cJSON *result = cJSON_CreateObject();
    json_set_string(result, "ETag", arena_printf(call->arena, "\"%s\"", etag));
    json_set(result, "LastModified", json_new_time(now_in_seconds(call)));
    if (json_get(copy->upload.row, "algorithm"))
        json_set_string(result, checksum_member(call->arena, checksum_name(survey->sum.algorithm)),
                        checksum_base64(call->arena, &survey->sum));
    output_json(call, "CopyPartResult", result);
    part_put(call, &copy->bucket, &copy->upload, copy->number, etag, copy->range.length, &survey->sum, pieces);
    return CALL_DONE;
}

static cJSON *pieces_of_copy(struct call *call, const struct part_copy *copy)
{
    const cJSON *parts, *pieces = object_pieces(call, &copy->source.bucket, &copy->source.object, &parts);
    return pieces ? pieces_of_range(pieces, copy->range.from, copy->range.length) : NULL;
}

static enum outcome part_surveyed(struct call *call, const struct survey *survey, void *data)
{
    const struct part_copy *before = data;
    struct part_copy copy;
    if (!asked_part_copy(call, &copy) || !is_as_before(call, &copy.source, &before->source))
        return CALL_FAILED;
    cJSON *pieces = pieces_of_copy(call, &copy);
    enum outcome outcome = put_part(call, &copy, survey, pieces);
    cJSON_Delete(pieces);
    return outcome;
}

enum outcome upload_part_copy(struct call *call)
{
    struct part_copy *copy = ARENA_NEW(call->arena, struct part_copy);
    struct survey survey;
    if (!asked_part_copy(call, copy))
        return CALL_FAILED;
    cJSON *pieces = pieces_of_copy(call, copy);
    enum checksum_algorithm algorithm = algorithm_of_part(&copy->upload);
    if (pieces) {
        enum outcome outcome = survey_pieces(call, pieces, algorithm, part_surveyed, copy);
        cJSON_Delete(pieces);
        return outcome;
    }
    struct str bytes = object_bytes(call->arena, &copy->source.object);
    bytes = str_first(str_from(bytes, (size_t)copy->range.from), (size_t)copy->range.length);
    survey_bytes(bytes, algorithm, &survey);
    const cJSON *kept;
    return content_in_blob(call, bytes, &kept) ? put_part(call, copy, &survey, kept) : CALL_FAILED;
}
