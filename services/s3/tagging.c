#include "services/s3/tagging.h"

#include "aws/payload.h"
#include "base/percent.h"
#include "services/s3/fault.h"
#include "services/s3/object.h"

#define TAG_KEY_MOST   128
#define TAG_VALUE_MOST 256

/* ---- rules ---- */

/* "letters, spaces, and numbers representable in UTF-8, and + - = . _ : / @"; what is not ASCII passes. */
static bool has_tag_characters(struct str text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
        if (!plain && (c == 0 || !strchr(" \t+-=._:/@", c)))
            return false;
    }
    return true;
}

static bool refuse(struct call *call, const char *sentence, const char *member, struct str text)
{
    s3_fail_saying(call, &FAULT_INVALID_TAG, "%s", sentence);
    if (text.at)
        call_fail_more(call, member, text);
    return false;
}

static bool tag_is_good(struct call *call, const cJSON *tag)
{
    struct str key = json_str(tag, "Key"), value = json_str(tag, "Value");
    if (str_starts(key, STR("aws:")))
        return refuse(call, "System tags cannot be added/updated by requester", NULL, STR_NONE);
    if (!key.length || str_count_code_points(key) > TAG_KEY_MOST || !has_tag_characters(key))
        return refuse(call, "The TagKey you have provided is invalid", "TagKey", key);
    if (str_count_code_points(value) > TAG_VALUE_MOST || !has_tag_characters(value))
        return refuse(call, "The TagValue you have provided is invalid", "TagValue", value);
    for (const cJSON *other = tag->next; other; other = other->next)
        if (str_equal(key, json_str(other, "Key")))
            return refuse(call, "Cannot provide multiple Tags with the same key", "TagKey", key);
    return true;
}

bool tags_are_good(struct call *call, const cJSON *tags, int most)
{
    if (cJSON_GetArraySize(tags) > most) {
        if (most == TAGS_OF_OBJECT)
            s3_fail_saying(call, &FAULT_BAD_REQUEST, "Object tags cannot be greater than %d", most);
        else
            s3_fail_saying(call, &FAULT_BAD_REQUEST, "Bucket tag count cannot be greater than %d", most);
        return false;
    }
    const cJSON *tag;
    cJSON_ArrayForEach(tag, tags)
    {
        if (!tag_is_good(call, tag))
            return false;
    }
    return true;
}

bool tags_of_header(struct call *call, cJSON **ret_tags)
{
    struct str rest = input_str(call, "Tagging");
    *ret_tags = NULL;
    if (!rest.length)
        return true;
    cJSON *tags = cJSON_CreateArray();
    bool good = true;
    while (rest.length && good) {
        struct str value, key = str_cut(str_cut(rest, '&', &rest), '=', &value);
        good = percent_decode(call->arena, key, true, &key) && percent_decode(call->arena, value, true, &value) &&
               str_is_utf8(key) && str_is_utf8(value);
        cJSON *tag = cJSON_CreateObject();
        json_set_str(tag, "Key", good ? key : STR(""));
        json_set_str(tag, "Value", good ? value : STR(""));
        json_add(tags, tag);
    }
    if (!good)
        s3_fail_argument(
            call,
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag "
            "name duplicates.",
            "x-amz-tagging", input_str(call, "Tagging"));
    if (good && tags_are_good(call, tags, TAGS_OF_OBJECT)) {
        *ret_tags = tags;
        return true;
    }
    cJSON_Delete(tags);
    return false;
}

/* ---- the operations ---- */

static bool asked_object(struct call *call, struct bucket *bucket, struct object *object)
{
    return bucket_of_call(call, bucket) && object_of_call(call, bucket, object);
}

static void tell_version(struct call *call, const struct bucket *bucket, const struct object *object)
{
    if (bucket->versioning)
        output_str(call, "VersionId", object_version_id(object));
}

enum outcome get_object_tagging(struct call *call)
{
    struct bucket bucket;
    struct object object;
    if (!asked_object(call, &bucket, &object))
        return CALL_FAILED;
    const cJSON *tags = json_get(object.head, "tags");
    output_json(call, "TagSet", tags ? json_thaw(tags) : cJSON_CreateArray());
    tell_version(call, &bucket, &object);
    return CALL_DONE;
}

static enum outcome change_tags(struct call *call, const cJSON *tags_or_null)
{
    struct bucket bucket;
    struct object object;
    if (!asked_object(call, &bucket, &object))
        return CALL_FAILED;
    cJSON *head = json_thaw(object.head);
    cJSON_DeleteItemFromObjectCaseSensitive(head, "tags");
    if (tags_or_null && tags_or_null->child)
        json_set(head, "tags", json_thaw(tags_or_null));
    tell_version(call, &bucket, &object);
    object_change(call, &bucket, &object, head);
    return CALL_DONE;
}

enum outcome put_object_tagging(struct call *call)
{
    const cJSON *tags = json_get(json_get(call->input, "Tagging"), "TagSet");
    if (!tags)
        return s3_fail(call, &FAULT_MALFORMED_XML, NULL);
    return tags_are_good(call, tags, TAGS_OF_OBJECT) ? change_tags(call, tags) : CALL_FAILED;
}

enum outcome delete_object_tagging(struct call *call)
{
    return change_tags(call, NULL);
}
