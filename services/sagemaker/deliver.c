#include "services/sagemaker/deliver.h"

#include <stdio.h>
#include <stdlib.h>

#define PART_BYTES ((size_t)5 * 1024 * 1024) /* the least that S3 takes */

void delivery_begin(struct delivery *delivery)
{
    delivery->arena = arena_new();
    delivery->stage = DELIVER_NEXT;
}

static void drop_file(struct delivery *delivery)
{
    struct container_file *file = delivery->file;
    if (!file)
        return;
    list_remove(&file->link);
    buf_release(&file->bytes);
    free(file->path);
    free(file);
    delivery->file = NULL;
}

void delivery_end(struct delivery *delivery)
{
    if (!delivery->arena)
        return;
    cJSON_Delete(delivery->parts);
    delivery->parts = NULL;
    arena_free(delivery->arena);
    delivery->arena = NULL;
}

static enum progress fail(struct delivery *delivery, const char *why)
{
    snprintf(delivery->reason, sizeof delivery->reason, "ClientError: Artifact upload failed:%s", why);
    return PROGRESS_FAILED;
}

static cJSON *input_of(const struct delivery *delivery)
{
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, "Bucket", delivery->bucket);
    json_set_str(input, "Key", delivery->key);
    if (delivery->upload_id)
        json_set_string(input, "UploadId", delivery->upload_id);
    return input;
}

static enum progress call(struct delivery *delivery, int stage, const char *operation, cJSON *input_taken,
                          struct str body)
{
    delivery->stage = stage;
    return s3_access_call(delivery->access, operation, input_taken, body) == CALL_PARKED ? PROGRESS_WAITS
                                                                                         : PROGRESS_AGAIN;
}

static enum progress begin_file(struct delivery *delivery)
{
    if (list_is_empty(delivery->files))
        return PROGRESS_DONE;
    struct container_file *file = LIST_ITEM(delivery->files->next, struct container_file, link);
    const char *url = delivery->url(delivery->data, delivery->arena, file);
    delivery->file = file;
    delivery->upload_id = NULL;
    delivery->offset = 0;
    if (!url) {
        drop_file(delivery);
        return PROGRESS_AGAIN;
    }
    if (!s3_url_parse(str_of(url), &delivery->bucket, &delivery->key) || !delivery->key.length)
        return fail(delivery, arena_printf(delivery->arena, "\"%s\" is no S3 URL", url));
    if (file->bytes.length <= PART_BYTES)
        return call(delivery, DELIVER_PUT, "PutObject", input_of(delivery), buf_str(&file->bytes));
    delivery->parts = cJSON_CreateArray();
    return call(delivery, DELIVER_BEGUN, "CreateMultipartUpload", input_of(delivery), STR_NONE);
}

static enum progress next_part(struct delivery *delivery)
{
    struct str rest = str_from(buf_str(&delivery->file->bytes), delivery->offset), part = str_first(rest, PART_BYTES);
    cJSON *input = input_of(delivery);
    if (!part.length) {
        cJSON *upload = cJSON_CreateObject();
        json_set(upload, "Parts", delivery->parts);
        delivery->parts = NULL;
        json_set(input, "MultipartUpload", upload);
        return call(delivery, DELIVER_COMPLETED, "CompleteMultipartUpload", input, STR_NONE);
    }
    json_set_int64(input, "PartNumber", cJSON_GetArraySize(delivery->parts) + 1);
    delivery->offset += part.length;
    return call(delivery, DELIVER_PART, "UploadPart", input, part);
}

static enum progress take_part(struct delivery *delivery)
{
    cJSON *part = cJSON_CreateObject();
    json_set_int64(part, "PartNumber", cJSON_GetArraySize(delivery->parts) + 1);
    json_set_str(part, "ETag", json_str(delivery->access->call->output, "ETag"));
    json_add(delivery->parts, part);
    return next_part(delivery);
}

enum progress delivery_step(struct delivery *delivery)
{
    if (delivery->access->waits)
        return PROGRESS_WAITS;
    if (delivery->stage == DELIVER_NEXT)
        return begin_file(delivery);
    const struct call *done = delivery->access->call;
    if (done->error.kind)
        return fail(delivery,
                    arena_printf(delivery->arena, "Unable to upload s3://%.*s/%.*s (%s)", STR_ARG(delivery->bucket),
                                 STR_ARG(delivery->key), s3_access_why(delivery->access)));
    switch (delivery->stage) {
    case DELIVER_BEGUN:
        delivery->upload_id = arena_copy(delivery->arena, json_str(done->output, "UploadId"));
        return next_part(delivery);
    case DELIVER_PART:
        return take_part(delivery);
    default:
        drop_file(delivery);
        delivery->stage = DELIVER_NEXT;
        return PROGRESS_AGAIN;
    }
}
