#include "services/forecast/s3_source.h"

#include "aws/authorise.h"
#include <stdlib.h>

#include "aws/payload.h"
#include "aws/road.h"

#define FILES_MOST  10000 /* "imports all files up to the limit of 10,000 files" */
#define PIECE_BYTES ((size_t)512 * 1024)
#define READ_BYTES  ((size_t)64 * 1024)

enum { LISTING, LISTED, NEXT, OPENED, READING };

void s3_path_cut(struct str path, struct str *ret_bucket, struct str *ret_key)
{
    *ret_bucket = str_cut(str_from(path, strlen("s3://")), '/', ret_key);
}

void s3_source_open(struct s3_source *source, struct errand *errand, const cJSON *s3_config)
{
    source->path = arena_str(errand->arena, json_str(s3_config, "Path"));
    source->role = arena_str(errand->arena, json_str(s3_config, "RoleArn"));
    s3_path_cut(source->path, &source->bucket, &source->prefix);
    source->keys = cJSON_CreateArray();
    source->phase = LISTING;
}

void s3_source_release(struct s3_source *source)
{
    cJSON_Delete(source->keys);
    buf_release(&source->piece);
}

char *s3_source_url(const struct s3_source *source, struct errand *errand)
{
    return arena_printf(errand->arena, "s3://%.*s/%s", STR_ARG(source->bucket), json_string(source->at, "Key"));
}

static cJSON *list_input(struct str bucket, struct str prefix, struct str token)
{
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, "Bucket", bucket);
    json_set_str(input, "Prefix", prefix);
    if (token.at)
        json_set_str(input, "ContinuationToken", token);
    return input;
}

/* FAULTS FC24: what S3 says, in a sentence of ours. */
static enum errand_step fail_as_s3(const struct s3_source *source, struct errand *errand, const char *what)
{
    const struct api_error *error = &errand->call->error;
    return errand_fail(errand, "Amazon Forecast could not %s %.*s with the role %.*s: %s: %s", what,
                       STR_ARG(source->path), STR_ARG(source->role), error->kind->code,
                       error->message ? error->message : "");
}

/* ---- which files ---- */

static struct str name_of(struct str key)
{
    for (size_t slash; (slash = str_find_byte(key, '/')) != SIZE_MAX;)
        key = str_from(key, slash + 1);
    return key;
}

static bool is_numeric(struct str name)
{
    size_t dot = str_find_byte(name, '.');
    struct str stem = dot == SIZE_MAX ? name : str_first(name, dot);
    for (size_t i = 0; i < stem.length; i++)
        if (stem.at[i] < '0' || stem.at[i] > '9')
            return false;
    return stem.length > 0;
}

/* A path names a file, or a folder with or without its slash; markers of folders and of finished jobs are no data. */
static bool belongs(const struct s3_source *source, const cJSON *object)
{
    struct str key = json_str(object, "Key"), rest = str_from(key, source->prefix.length);
    bool under = !source->prefix.length || !rest.length || source->prefix.at[source->prefix.length - 1] == '/' ||
                 rest.at[0] == '/';
    struct str name = name_of(key);
    return under && name.length && !str_is(name, "_SUCCESS") && !str_is(name, "_CHECK") &&
           json_int64(object, "Size", 0) > 0;
}

/* The file of just that name alone, where there is one. */
static void keep_keys(struct s3_source *source, const cJSON *contents)
{
    const cJSON *object;
    cJSON_ArrayForEach(object, contents)
    {
        if (!belongs(source, object))
            continue;
        cJSON *kept = cJSON_CreateObject();
        json_set_str(kept, "Key", json_str(object, "Key"));
        json_add(source->keys, kept);
        source->total += (uint64_t)json_int64(object, "Size", 0);
    }
}

static enum errand_step check_keys(const struct s3_source *source, struct errand *errand)
{
    const cJSON *one;
    if (!source->keys->child)
        return errand_fail(errand, "No objects found in s3 path %.*s, please ensure the path is specified correctly.",
                           STR_ARG(source->path));
    cJSON_ArrayForEach(one, source->keys)
    {
        /* The guide: "numeric file names are not supported". */
        if (is_numeric(name_of(json_str(one, "Key"))))
            return errand_fail(errand,
                               "The file name %s in %.*s is numeric. Rename the file so that its name holds a letter.",
                               json_string(one, "Key"), STR_ARG(source->path));
    }
    return ERRAND_AGAIN;
}

static enum errand_step take_list(struct s3_source *source, struct errand *errand)
{
    if (errand->call->error.kind)
        return fail_as_s3(source, errand, "list the objects of");
    const cJSON *output = call_output(errand->call);
    keep_keys(source, json_get(output, "Contents"));
    if (cJSON_GetArraySize(source->keys) > FILES_MOST)
        return errand_fail(errand, "There are more than %d files under %.*s.", FILES_MOST, STR_ARG(source->path));
    if (json_bool(output, "IsTruncated", false))
        return errand_call(errand, source->role, "s3", "ListObjectsV2",
                           list_input(source->bucket, source->prefix, json_str(output, "NextContinuationToken")));
    source->phase = NEXT;
    source->at = NULL;
    return check_keys(source, errand);
}

/* ---- their bytes ---- */

static enum errand_step open_next(struct s3_source *source, struct errand *errand)
{
    source->at = source->at ? source->at->next : source->keys->child;
    if (!source->at) {
        source->ended = true;
        return ERRAND_DONE;
    }
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, "Bucket", source->bucket);
    json_set_str(input, "Key", json_str(source->at, "Key"));
    source->phase = OPENED;
    return errand_call(errand, source->role, "s3", "GetObject", input);
}

static enum errand_step read_piece(struct s3_source *source, struct errand *errand)
{
    uint64_t size = call_content_size(errand->call);
    buf_clear(&source->piece);
    buf_reserve(&source->piece, PIECE_BYTES);
    source->begins = source->offset == 0;
    while (source->piece.length + READ_BYTES <= PIECE_BYTES && source->offset < size) {
        int64_t got = call_content_piece(errand->call, source->offset, source->piece.at + source->piece.length,
                                         READ_BYTES);
        if (got <= 0)
            return errand_fail(errand, "The object %s could not be read.", s3_source_url(source, errand));
        source->piece.length += (size_t)got;
        source->offset += (uint64_t)got;
    }
    source->last = source->offset >= size;
    source->phase = source->last ? NEXT : READING;
    return ERRAND_DONE;
}

enum errand_step s3_source_step(struct s3_source *source, struct errand *errand)
{
    switch (source->phase) {
    case LISTING:
        if (!errand_may_use_role(errand, source->role))
            return ERRAND_FAILED;
        source->phase = LISTED;
        return errand_call(errand, source->role, "s3", "ListObjectsV2",
                           list_input(source->bucket, source->prefix, STR_NONE));
    case LISTED:
        return take_list(source, errand);
    case NEXT:
        return open_next(source, errand);
    case OPENED:
        if (errand->call->error.kind)
            return fail_as_s3(source, errand, "read an object of");
        source->offset = 0;
        source->phase = READING;
        return ERRAND_AGAIN;
    default:
        return read_piece(source, errand);
    }
}

/* ---- before a row is made ---- */

static void forget(struct call *call)
{
}

static void delete_tree(void *tree)
{
    cJSON_Delete(tree);
}

/* True: the role may list the path, and there is nothing. */
static bool is_empty(struct call *call, const cJSON *s3_config)
{
    const char *why;
    struct str bucket, prefix, role = json_str(s3_config, "RoleArn");
    if (call->cloud->enforce && !call->cloud->identities->trusts_service(call->world, role, "forecast.amazonaws.com"))
        return false;
    s3_path_cut(json_str(s3_config, "Path"), &bucket, &prefix);
    struct call *list = call_new(call->cloud, STR("s3"), STR("ListObjectsV2"), &why);
    cJSON *input = list_input(bucket, prefix, STR_NONE);
    json_set_int64(input, "MaxKeys", 1);
    arena_own(list->arena, delete_tree, input);
    list->input = input;
    list->caller = principal_of_role(list->arena, role, STR("AmazonForecast"));
    list->caller.account = call->caller.account;
    list->region = call->region;
    list->finished = forget;
    bool empty = road_run(list) == CALL_DONE && json_int64(call_output(list), "KeyCount", 1) == 0;
    call_free(list);
    return empty;
}

bool s3_config_check(struct call *call, const cJSON *s3_config, bool must_hold_objects)
{
    if (!s3_config)
        return true;
    if (!authorise_own_role(call, json_str(s3_config, "RoleArn")))
        return false;
    if (!must_hold_objects || !is_empty(call, s3_config))
        return true;
    call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
              "No objects found in s3 path %s, please ensure the path is specified correctly.",
              json_string(s3_config, "Path")); /* AWS's: FAULTS FC2 */
    return false;
}
