#include "services/s3/write_object.h"

#include "base/digest.h"
#include "services/s3/condition.h"
#include "services/s3/fault.h"
#include "services/s3/head.h"
#include "world/blob.h"

static const cJSON *one_piece(struct call *call, const char *id, uint64_t size)
{
    return json_parse_in(
        call->arena,
        str_of(arena_printf(call->arena, "[{\"blob\":\"%s\",\"from\":0,\"size\":%llu}]", id, (unsigned long long)size)),
        NULL);
}

static bool no_room(struct call *call)
{
    call_fail(call, &ERROR_SERVICE_UNAVAILABLE,
              "The disk of this practice cloud is full, or its files are at their limit.");
    return false;
}

bool content_in_blob(struct call *call, struct str bytes, const cJSON **ret_pieces)
{
    struct blob_writer *writer;
    char id[BLOB_ID_BYTES + 1];
    if (blob_begin(call->world, &writer) != 0)
        return no_room(call);
    if (blob_append(writer, bytes) != 0) {
        blob_abandon(writer);
        return no_room(call);
    }
    blob_finish(writer, id);
    *ret_pieces = one_piece(call, id, bytes.length);
    return true;
}

bool content_of_body(struct call *call, bool in_blob, struct object_content *ret_content)
{
    struct payload *body = call->body;
    char id[BLOB_ID_BYTES + 1];
    *ret_content = (struct object_content){ .bytes = body->bytes };
    if (!body->writer) /* an internal call's may be of any size */
        return (!in_blob && body->size <= INLINE_MOST_BYTES) ||
               content_in_blob(call, body->bytes, &ret_content->pieces);
    blob_finish(body->writer, id);
    body->writer = NULL;
    ret_content->pieces = one_piece(call, id, body->size);
    return true;
}

enum outcome write_body(struct call *call, const struct bucket *bucket, struct str key, cJSON *head_taken)
{
    struct object_content content;
    struct object object;
    char etag[2 * 16 + 1];
    if (!content_of_body(call, false, &content)) {
        cJSON_Delete(head_taken);
        return CALL_FAILED;
    }
    cJSON *sum = checksum_kept(call->arena, &call->body->checksum, "FULL_OBJECT");
    hex_encode(call->body->md5.value, 16, etag);
    head_set_content(call, head_taken, etag, (int64_t)call->body->size, sum);
    object_put(call, bucket, key, head_taken, &content, &object);

    output_str(call, "ETag", object_etag(call->arena, &object));
    tell_checksum(call->arena, call_output(call), json_get(object.head, "checksum"));
    tell_encryption(call, object.head);
    tell_version_id(call, bucket, &object);
    return CALL_DONE;
}

/* Who says no condition is not held up by looking. */
static bool may_write(struct call *call, const struct bucket *bucket, struct str key)
{
    struct object current;
    if (!input_has(call, "IfMatch") && !input_has(call, "IfNoneMatch"))
        return true;
    return conditions_of_writing(call, object_newest(call, bucket, key, &current) ? &current : NULL);
}

enum outcome put_object(struct call *call)
{
    struct bucket bucket;
    struct str key = input_str(call, "Key");
    if (!bucket_of_call(call, &bucket) || !key_is_good(call, key))
        return CALL_FAILED;
    if (input_has(call, "WriteOffsetBytes"))
        return s3_fail(call, &FAULT_NOT_IMPLEMENTED_HEADER, "Header", "x-amz-write-offset-bytes", NULL);
    if (!may_write(call, &bucket, key))
        return CALL_FAILED;
    cJSON *head = head_of_input(call, &bucket);
    return head ? write_body(call, &bucket, key, head) : CALL_FAILED;
}
