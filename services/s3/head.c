#include "services/s3/head.h"

#include <ctype.h>

#include "base/digest.h"
#include "services/s3/acl.h"
#include "services/s3/configuration.h"
#include "services/s3/fault.h"
#include "services/s3/key.h"
#include "services/s3/lock.h"
#include "services/s3/tagging.h"

#define METADATA_MOST_BYTES 2048

bool key_is_good(struct call *call, struct str key)
{
    if (key.length <= KEY_MOST_BYTES)
        return true;
    s3_fail(call, &FAULT_KEY_TOO_LONG, "Size", arena_printf(call->arena, "%zu", key.length), "MaxSizeAllowed", "1024",
            NULL);
    return false;
}

/* ---- headers and metadata ---- */

static bool is_token(const char *text)
{
    if (!*text)
        return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr("!#$%&'*+-.^_`|~", *text))
            return false;
    return true;
}

static bool metadata_is_good(struct call *call, const cJSON *metadata)
{
    size_t size = 0;
    const cJSON *entry;
    cJSON_ArrayForEach(entry, metadata)
    {
        size += strlen(entry->string) + json_value(entry).length;
        if (is_token(entry->string))
            continue;
        /* Only internal calls can say one: a header with such a name is no header. The sentence is ours. */
        s3_fail_argument(call, "The name of a metadata entry must be a valid header name", "Metadata",
                         str_of(entry->string));
        return false;
    }
    if (size <= METADATA_MOST_BYTES)
        return true;
    s3_fail(call, &FAULT_METADATA_TOO_LARGE, "Size", arena_printf(call->arena, "%zu", size), "MaxSizeAllowed", "2048",
            NULL);
    return false;
}

/* How the body travelled is no property of the object. */
static void set_content_encoding(struct call *call, cJSON *headers)
{
    struct str rest = input_str(call, "ContentEncoding");
    struct buf kept = BUF_EMPTY;
    while (rest.length) {
        struct str one = str_trim(str_cut(rest, ',', &rest));
        if (!one.length || str_equal_ignoring_case(one, STR("aws-chunked")))
            continue;
        if (kept.length)
            buf_add_byte(&kept, ',');
        buf_add_str(&kept, one);
    }
    if (kept.length)
        json_set_str(headers, "ContentEncoding", buf_str(&kept));
    buf_release(&kept);
}

bool head_set_metadata(struct call *call, cJSON *head)
{
    static const char *const members[] = { "CacheControl", "ContentDisposition", "ContentLanguage",
                                           "Expires",      "ContentType",        "WebsiteRedirectLocation" };
    const cJSON *metadata = json_get(call->input, "Metadata");
    if (!metadata_is_good(call, metadata))
        return false;
    cJSON *headers = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const cJSON *value = json_get(call->input, members[i]);
        if (value)
            json_set(headers, members[i], json_thaw(value));
    }
    set_content_encoding(call, headers);
    if (!json_str(headers, "ContentType").length)
        json_set_string(headers, "ContentType", "binary/octet-stream");
    json_set(head, "headers", headers);
    cJSON_DeleteItemFromObjectCaseSensitive(head, "metadata");
    if (metadata && metadata->child)
        json_set(head, "metadata", json_thaw(metadata));
    return true;
}

/* ---- class and encryption ---- */

bool head_set_class(struct call *call, cJSON *head)
{
    static const char *const classes[] = { "STANDARD",     "REDUCED_REDUNDANCY",  "STANDARD_IA",
                                           "ONEZONE_IA",   "INTELLIGENT_TIERING", "GLACIER",
                                           "DEEP_ARCHIVE", "GLACIER_IR" };
    struct str class = input_str(call, "StorageClass");
    cJSON_DeleteItemFromObjectCaseSensitive(head, "class");
    if (!class.at || str_is(class, classes[0]))
        return true;
    for (size_t i = 1; i < sizeof classes / sizeof *classes; i++) {
        if (!str_is(class, classes[i]))
            continue;
        json_set_str(head, "class", class);
        return true;
    }
    s3_fail(call, &FAULT_INVALID_STORAGE_CLASS, "StorageClassRequested", class.at, NULL);
    return false;
}

/* The key that AWS would make for S3 in this account, the same each time. */
static const char *aws_managed_key(struct call *call, const struct bucket *bucket)
{
    char hex[2 * SHA256_BYTES + 1];
    digest_sha256_hex(str_of(arena_printf(call->arena, "aws/s3 %s", bucket->scope.account)), hex);
    return arena_printf(call->arena, "arn:aws:kms:%s:%s:key/%.8s-%.4s-4%.3s-a%.3s-%.12s", bucket_region(bucket),
                        bucket->scope.account, hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

static const char *key_arn(struct call *call, const struct bucket *bucket, struct str key)
{
    if (!key.length)
        return aws_managed_key(call, bucket);
    if (str_starts(key, STR("arn:")))
        return arena_copy(call->arena, key);
    const char *kind = str_starts(key, STR("alias/")) ? "" : "key/";
    return arena_printf(call->arena, "arn:aws:kms:%s:%s:%s%.*s", bucket_region(bucket), bucket->scope.account, kind,
                        STR_ARG(key));
}

static bool customer_key_is_absent(struct call *call)
{
    static const char *const members[] = { "SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5",
                                           "CopySourceSSECustomerAlgorithm" };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (!input_has(call, members[i]))
            continue;
        s3_fail(call, &FAULT_NOT_IMPLEMENTED_HEADER, "Header", "x-amz-server-side-encryption-customer-algorithm", NULL);
        return false;
    }
    return true;
}

/* The request's own encryption, else the bucket's default; S3's own keys are not written down. */
bool head_set_encryption(struct call *call, const struct bucket *bucket, cJSON *head)
{
    struct str method = input_str(call, "ServerSideEncryption"), key = input_str(call, "SSEKMSKeyId");
    bool bucket_key = input_bool(call, "BucketKeyEnabled", false);
    if (!customer_key_is_absent(call))
        return false;
    if (method.at && !str_is(method, "AES256") && !str_starts(method, STR("aws:kms"))) {
        s3_fail_argument(call, "The encryption method specified is not supported", "x-amz-server-side-encryption",
                         method);
        return false;
    }
    if (key.at && !str_starts(method, STR("aws:kms"))) {
        s3_fail_argument(call,
                         "Server Side Encryption with AWS KMS managed key requires HTTP header "
                         "x-amz-server-side-encryption : aws:kms",
                         "x-amz-server-side-encryption", method);
        return false;
    }
    if (!method.at) {
        const cJSON *rules = json_get(configuration_get(call->world, bucket, "encryption"), "Rules");
        const cJSON *rule = rules ? rules->child : NULL,
                    *by_default = json_get(rule, "ApplyServerSideEncryptionByDefault");
        method = json_str(by_default, "SSEAlgorithm");
        key = json_str(by_default, "KMSMasterKeyID");
        bucket_key = json_bool(rule, "BucketKeyEnabled", false);
    }
    cJSON_DeleteItemFromObjectCaseSensitive(head, "encryption");
    if (!str_starts(method, STR("aws:kms")))
        return true;
    cJSON *encryption = cJSON_CreateObject();
    json_set_str(encryption, "ServerSideEncryption", method);
    json_set_string(encryption, "SSEKMSKeyId", key_arn(call, bucket, key));
    if (bucket_key)
        json_set_bool(encryption, "BucketKeyEnabled", true);
    json_set(head, "encryption", encryption);
    return true;
}

/* ---- the whole ---- */

cJSON *head_of_input(struct call *call, const struct bucket *bucket)
{
    cJSON *head = cJSON_CreateObject(), *acl = NULL, *tags = NULL, *lock = NULL;
    bool good = head_set_metadata(call, head) && head_set_class(call, head) &&
                head_set_encryption(call, bucket, head) && lock_of_input(call, bucket, &lock);
    if (lock)
        json_set(head, "lock", lock);
    good = good && acl_of_new_object(call, bucket, &acl);
    if (acl)
        json_set(head, "acl", acl);
    good = good && tags_of_header(call, &tags);
    if (tags)
        json_set(head, "tags", tags);
    if (good)
        return head;
    cJSON_Delete(head);
    return NULL;
}

void head_set_content(const struct call *call, cJSON *head, const char *etag, int64_t size,
                      cJSON *checksum_taken_or_null)
{
    json_set_int64(head, "modified", now_in_seconds(call));
    json_set_string(head, "etag", etag);
    json_set_int64(head, "size", size);
    cJSON_DeleteItemFromObjectCaseSensitive(head, "checksum");
    if (checksum_taken_or_null)
        json_set(head, "checksum", checksum_taken_or_null);
}

cJSON *checksum_kept(struct arena *arena, const struct checksum *sum, const char *type)
{
    cJSON *kept = cJSON_CreateObject();
    json_set_string(kept, "algorithm", checksum_name(sum->algorithm));
    json_set_string(kept, "type", type);
    json_set_string(kept, "value", checksum_base64(arena, sum));
    return kept;
}

/* ---- telling ---- */

const char *checksum_member(struct arena *arena, const char *algorithm)
{
    return arena_join(arena, (const char *const[]){ "Checksum", algorithm, NULL });
}

void tell_checksum(struct arena *arena, cJSON *into, const cJSON *checksum_or_null)
{
    if (!checksum_or_null)
        return;
    json_set_str(into, checksum_member(arena, json_string(checksum_or_null, "algorithm")),
                 json_str(checksum_or_null, "value"));
    json_set_str(into, "ChecksumType", json_str(checksum_or_null, "type"));
}

void tell_encryption(struct call *call, const cJSON *head)
{
    const cJSON *encryption = json_get(head, "encryption"), *member;
    if (!encryption)
        output_string(call, "ServerSideEncryption", "AES256");
    cJSON_ArrayForEach(member, encryption) output_json(call, member->string, json_thaw(member));
}

void tell_version_id(struct call *call, const struct bucket *bucket, const struct object *object)
{
    if (bucket->versioning)
        output_str(call, "VersionId", object_version_id(object));
}
