#include "services/sagemaker/fetch.h"

#include <inttypes.h>
#include <stdio.h>

#include "aws/payload.h"

#define PIECE_BYTES ((size_t)64 * 1024)
#define SPARE       64 /* keys that a list has room for at first */

static enum progress fail(struct fetch *fetch, const char *format, ...) __attribute__((format(printf, 2, 3)));

static enum progress fail(struct fetch *fetch, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(fetch->reason, sizeof fetch->reason, format, args);
    va_end(args);
    return PROGRESS_FAILED;
}

void fetch_begin(struct fetch *fetch)
{
    fetch->arena = arena_new();
    fetch->stage = FETCH_LIST;
}

void fetch_end(struct fetch *fetch)
{
    if (!fetch->arena)
        return;
    arena_free(fetch->arena);
    buf_release(&fetch->bytes);
    fetch->arena = NULL;
}

/* ---- which objects ---- */

static void add_key(struct fetch *fetch, struct str key)
{
    if (fetch->key_count == fetch->key_room) {
        size_t room = fetch->key_room ? 2 * fetch->key_room : SPARE;
        struct str *keys = ARENA_ARRAY(fetch->arena, struct str, room);
        if (fetch->key_count)
            memcpy(keys, fetch->keys, fetch->key_count * sizeof *keys);
        fetch->keys = keys;
        fetch->key_room = room;
    }
    fetch->keys[fetch->key_count++] = arena_str(fetch->arena, key);
}

static enum progress begin_list(struct fetch *fetch)
{
    if (!s3_url_parse(str_of(fetch->url), &fetch->bucket, &fetch->prefix))
        return fail(fetch, "ClientError: Data download failed:\"%s\" is no S3 URL", fetch->url);
    if (fetch->is_object) {
        add_key(fetch, fetch->prefix);
        fetch->stage = FETCH_OBJECT;
        return PROGRESS_AGAIN;
    }
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, "Bucket", fetch->bucket);
    json_set_str(input, "Prefix", fetch->prefix);
    if (fetch->token.at)
        json_set_str(input, "ContinuationToken", fetch->token);
    fetch->stage = FETCH_LISTED;
    return s3_access_call(fetch->access, "ListObjectsV2", input, STR_NONE) == CALL_PARKED ? PROGRESS_WAITS
                                                                                          : PROGRESS_AGAIN;
}

static enum progress take_list(struct fetch *fetch)
{
    const struct call *call = fetch->access->call;
    if (call->error.kind)
        return fail(fetch, "ClientError: Data download failed:Failed to list objects under %s (%s)", fetch->url,
                    s3_access_why(fetch->access));
    const cJSON *object;
    cJSON_ArrayForEach(object, json_get(call->output, "Contents"))
    {
        struct str key = json_str(object, "Key");
        if (key.length && key.at[key.length - 1] != '/') /* folders that the console makes */
            add_key(fetch, key);
        if (fetch->key_count > CONTAINER_MOST_FILES) /* ours */
            return fail(fetch, "ClientError: Data download failed:more than %d objects under %s", CONTAINER_MOST_FILES,
                        fetch->url);
    }
    struct str next = json_str(call->output, "NextContinuationToken");
    fetch->token = next.length ? arena_str(fetch->arena, next) : STR_NONE;
    fetch->stage = next.length ? FETCH_LIST : FETCH_OBJECT;
    if (!next.length && !fetch->key_count && !fetch->may_be_empty)
        return fail(fetch,
                    "ClientError: Data download failed:No S3 objects found under S3 URL \"%s\" given in input data "
                    "source.",
                    fetch->url);
    return PROGRESS_AGAIN;
}

/* ---- one object ---- */

static enum progress open_object(struct fetch *fetch)
{
    if (fetch->next == fetch->key_count)
        return PROGRESS_DONE;
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, "Bucket", fetch->bucket);
    json_set_str(input, "Key", fetch->keys[fetch->next]);
    fetch->stage = FETCH_OPENED;
    return s3_access_call(fetch->access, "GetObject", input, STR_NONE) == CALL_PARKED ? PROGRESS_WAITS : PROGRESS_AGAIN;
}

static enum progress take_object(struct fetch *fetch)
{
    struct call *call = fetch->access->call;
    struct str key = fetch->keys[fetch->next];
    if (call->error.kind)
        return fail(fetch, "ClientError: Data download failed:Unable to download object s3://%.*s/%.*s (%s)",
                    STR_ARG(fetch->bucket), STR_ARG(key), s3_access_why(fetch->access));
    fetch->size = call_content_size(call);
    if (fetch->size > CONTAINER_MOST_BYTES) /* ours */
        return fail(fetch,
                    "ClientError: Data download failed:s3://%.*s/%.*s is larger than the %d MiB of this practice cloud",
                    STR_ARG(fetch->bucket), STR_ARG(key), CONTAINER_MOST_BYTES >> 20);
    buf_reserve(&fetch->bytes, fetch->size);
    fetch->stage = FETCH_PIECES;
    return PROGRESS_AGAIN;
}

/* Below the prefix, where that names a folder or one object; else below the folder that it stands in. */
static struct str path_of(const struct fetch *fetch, struct str key)
{
    struct str prefix = fetch->prefix;
    if (str_starts(key, prefix) && key.length > prefix.length &&
        (prefix.length == 0 || prefix.at[prefix.length - 1] == '/'))
        return str_from(key, prefix.length);
    if (str_starts(key, prefix) && key.length > prefix.length && key.at[prefix.length] == '/')
        return str_from(key, prefix.length + 1);
    size_t start = 0;
    for (size_t i = 0; i < prefix.length && i < key.length; i++) {
        if (prefix.at[i] == '/')
            start = i + 1;
    }
    return str_from(key, start);
}

static enum progress keep_object(struct fetch *fetch)
{
    struct str key = fetch->keys[fetch->next], below = path_of(fetch, key);
    char *path = arena_printf(fetch->arena, "%s/%.*s", fetch->folder, STR_ARG(below));
    if (!container_path_is_fit(str_of(path)))
        return fail(fetch,
                    "ClientError: Data download failed:s3://%.*s/%.*s has an illegal char sub-sequence '//' in it",
                    STR_ARG(fetch->bucket), STR_ARG(key));
    container_give(fetch->container, str_of(path), &fetch->bytes);
    fetch->next++;
    fetch->stage = FETCH_OBJECT;
    return PROGRESS_AGAIN;
}

static enum progress take_piece(struct fetch *fetch)
{
    size_t had = fetch->bytes.length;
    if (had == fetch->size)
        return keep_object(fetch);
    size_t want = fetch->size - had < PIECE_BYTES ? fetch->size - had : PIECE_BYTES;
    buf_reserve(&fetch->bytes, want);
    int64_t got = call_content_piece(fetch->access->call, had, fetch->bytes.at + had, want);
    if (got <= 0)
        return fail(fetch, "InternalServerError: We encountered an internal error. Please try again.");
    fetch->bytes.length += (size_t)got;
    fetch->bytes.at[fetch->bytes.length] = '\0';
    return PROGRESS_AGAIN;
}

/* ---- a manifest: [{"prefix": "s3://bucket/"}, "one", "two"] ---- */

static bool is_bytes_left(const struct fetch *fetch)
{
    uint64_t total = 0;
    for (struct list *link = fetch->container->input.next; link != &fetch->container->input; link = link->next)
        total += LIST_ITEM(link, struct container_file, link)->bytes.length;
    return total <= CONTAINER_MOST_BYTES;
}

static enum progress read_manifest(struct fetch *fetch)
{
    struct str bucket, key;
    const cJSON *list = json_parse_in(fetch->arena, buf_str(&fetch->bytes), NULL);
    struct str prefix = json_str(list && list->child ? list->child : NULL, "prefix");
    if (!cJSON_IsArray(list) || !s3_url_parse(prefix, &bucket, &key))
        return fail(fetch, "ClientError: Data download failed:Manifest file %s is not in a correct format.",
                    fetch->url);
    fetch->bucket = arena_str(fetch->arena, bucket);
    fetch->prefix = arena_str(fetch->arena, key);
    fetch->key_count = fetch->next = 0;
    for (const cJSON *name = list->child->next; name; name = name->next)
        add_key(fetch, str_of(arena_printf(fetch->arena, "%.*s%.*s", STR_ARG(key), STR_ARG(json_value(name)))));
    buf_clear(&fetch->bytes);
    fetch->is_manifest = false;
    fetch->stage = FETCH_OBJECT;
    return PROGRESS_AGAIN;
}

enum progress fetch_step(struct fetch *fetch)
{
    if (fetch->access->waits)
        return PROGRESS_WAITS;
    switch (fetch->stage) {
    case FETCH_LIST:
        return begin_list(fetch);
    case FETCH_LISTED:
        return take_list(fetch);
    case FETCH_OBJECT:
        if (!is_bytes_left(fetch)) /* ours */
            return fail(fetch,
                        "ClientError: Data download failed:the data are larger than the %d MiB of this practice cloud",
                        CONTAINER_MOST_BYTES >> 20);
        return open_object(fetch);
    case FETCH_OPENED:
        return take_object(fetch);
    default:
        if (fetch->is_manifest && fetch->bytes.length == fetch->size)
            return read_manifest(fetch);
        return take_piece(fetch);
    }
}
