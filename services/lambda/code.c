#include "services/lambda/code.h"

#include "aws/cloud.h"
#include "aws/payload.h"
#include "aws/road.h"
#include "base/digest.h"
#include "services/lambda/lambda_model.h"
#include "services/lambda/names.h"
#include "services/lambda/zip_directory.h"
#include "world/blob.h"

#define IN_ROW_MOST 65536    /* bytes of a ZIP that stands in its row */
#define ZIP_MOST    52428800 /* "Lambda quotas": 50 MB, zipped, by the API; from S3 the unzipped size is what counts */
#define OBJECT_MOST 262144000

static void name_blobs(const cJSON *row, void (*tell)(void *data, struct str id), void *data)
{
    struct str id = json_str(row, "blob");
    if (id.length)
        tell(data, id);
}

const struct table_def code_table = { .name = "lambda.code", .blobs = name_blobs };

/* ---- looking into a ZIP ---- */

static bool check_zip(struct call *call, struct str bytes)
{
    struct zip_directory directory;
    bool empty = bytes.length == 0, whole = empty || zip_directory_read(bytes, &directory);
    if (!whole)
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                  "Could not unzip uploaded file. Please check your file, then try to upload again.");
    else if (empty || directory.entries == 0)
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION, "Uploaded file must be a non-empty zip");
    else if (directory.unzipped_bytes > CODE_MOST_UNZIPPED)
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION, "Unzipped size must be smaller than %d bytes",
                  CODE_MOST_UNZIPPED);
    else
        return true;
    return false;
}

static bool take_inline(struct call *call, struct str base64, struct str *ret_zip)
{
    if (base64.length / 4 * 3 > ZIP_MOST) {
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION, "Zipped size must be smaller than %d bytes",
                  ZIP_MOST);
        return false;
    }
    struct buf zip = BUF_EMPTY;
    bool good = base64_decode(&zip, base64);
    if (good)
        *ret_zip = arena_str(call->arena, buf_str(&zip));
    else
        call_fail(call, &ERROR_SERIALIZATION, "The ZIP file is no base64.");
    buf_release(&zip);
    return good;
}

/* ---- code that stands in S3 ---- */

/* An object on its way: the call that fetches it, remembered over the park in call->parked. */
struct fetch {
    struct call *call, *object;
};

static void object_is_there(struct call *object)
{
    struct fetch *fetch = object->owner;
    struct call *call = fetch->call;
    operation_fn handler = call->service->handlers[call->operation->index];
    call_resume(call, handler(call));
}

static void forget_object(struct call *call)
{
    struct fetch *fetch = call->parked;
    call_free(fetch->object);
    call->parked = NULL;
}

static cJSON *object_name(const cJSON *given)
{
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, "Bucket", json_str(given, "S3Bucket"));
    json_set_str(input, "Key", json_str(given, "S3Key"));
    if (json_get(given, "S3ObjectVersion"))
        json_set_str(input, "VersionId", json_str(given, "S3ObjectVersion"));
    return input;
}

static enum outcome begin_fetch(struct call *call, const cJSON *given, struct call **ret_object)
{
    const char *why;
    struct call *object = call_new(call->cloud, STR("s3"), STR("GetObject"), &why);
    struct fetch *fetch = ARENA_NEW(call->arena, struct fetch);
    if (!object)
        return call_fail(call, &ERROR_NOT_IMPLEMENTED, "Code cannot be taken from S3: %s", why);
    cJSON *input = object_name(given);
    struct str text = json_print_in(object->arena, input);
    cJSON_Delete(input);
    object->input = json_parse_in(object->arena, text, NULL);
    object->caller = call->caller;
    object->region = call->region;
    object->origin = call->origin;
    object->made_by = call->made_by;
    object->finished = object_is_there;
    object->owner = fetch;
    *fetch = (struct fetch){ call, object };
    *ret_object = object;
    if (road_run(object) != CALL_PARKED)
        return CALL_DONE;
    call->parked = fetch;
    call->abandoned = forget_object;
    return CALL_PARKED;
}

static enum outcome fail_as_s3(struct call *call, const struct call *object, const cJSON *given)
{
    const char *code = object->error.kind->code, *message = object->error.message ? object->error.message : "";
    if (object->error.kind->status == 403)
        return call_fail(
            call, &ERROR_ACCESS_DENIED,
            "Your access has been denied by S3, please make sure your request credentials have permission to "
            "GetObject for %s/%s. S3 Error Code: %s. S3 Error Message: %s",
            json_string(given, "S3Bucket"), json_string(given, "S3Key"), code, message);
    return call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                     "Error occurred while GetObject. S3 Error Code: %s. S3 Error Message: %s", code, message);
}

static enum outcome take_content(struct call *call, struct call *object, const cJSON *given, struct str *ret_zip)
{
    struct buf zip = BUF_EMPTY;
    if (object->error.kind)
        return fail_as_s3(call, object, given);
    if (call_content_size(object) > OBJECT_MOST)
        return call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION, "Unzipped size must be smaller than %d bytes",
                         CODE_MOST_UNZIPPED);
    bool good = call_content_read(object, OBJECT_MOST, &zip);
    if (good)
        *ret_zip = arena_str(call->arena, buf_str(&zip));
    buf_release(&zip);
    return good ? CALL_DONE : call_fail(call, &LAMBDA_SERVICE_EXCEPTION, "The object could not be read.");
}

static enum outcome take_object(struct call *call, const cJSON *given, struct str *ret_zip)
{
    const struct fetch *fetch = call->parked;
    struct call *object = fetch ? fetch->object : NULL;
    call->parked = NULL;
    enum outcome outcome = object ? CALL_DONE : begin_fetch(call, given, &object);
    if (outcome == CALL_DONE) {
        outcome = take_content(call, object, given, ret_zip);
        call_free(object);
    }
    return outcome;
}

/* ---- the code of a call ---- */

static void digest(struct code *code)
{
    unsigned char bytes[SHA256_BYTES];
    struct buf text = BUF_EMPTY;
    digest_sha256(code->zip, bytes);
    hex_encode(bytes, sizeof bytes, code->sha256_hex);
    base64_encode(&text, (struct str){ (const char *)bytes, sizeof bytes });
    memcpy(code->sha256, text.at, text.length + 1);
    buf_release(&text);
}

enum outcome code_of_call(struct call *call, const cJSON *given, struct code *ret_code)
{
    struct str base64 = json_str(given, "ZipFile");
    enum outcome outcome = CALL_DONE;
    if (json_get(given, "ImageUri"))
        return call_fail(call, &ERROR_NOT_IMPLEMENTED,
                         "This practice cloud runs functions from ZIP files, not from images.");
    if (json_get(given, "S3Bucket") && json_get(given, "S3Key"))
        outcome = take_object(call, given, &ret_code->zip);
    else if (!base64.at)
        return call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION, "Please provide a source for function code.");
    else if (!take_inline(call, base64, &ret_code->zip))
        return CALL_FAILED;
    if (outcome != CALL_DONE)
        return outcome;
    if (!check_zip(call, ret_code->zip))
        return CALL_FAILED;
    digest(ret_code);
    return CALL_DONE;
}

/* ---- rows ---- */

static struct str key_of(struct buf *buf, struct str function, struct str sha256_hex)
{
    buf_printf(buf, "%.*s/%.*s", STR_ARG(function), STR_ARG(sha256_hex));
    return buf_str(buf);
}

static bool write_blob(struct call *call, struct str zip, char ret_id[BLOB_ID_BYTES + 1])
{
    struct blob_writer *writer = NULL;
    int error = blob_begin(call->world, &writer);
    if (error == 0)
        error = blob_append(writer, zip);
    if (error == 0) {
        blob_finish(writer, ret_id);
        return true;
    }
    blob_abandon(writer);
    call_fail(call, &LAMBDA_CODE_STORAGE_EXCEEDED_EXCEPTION, "Code storage limit exceeded.");
    return false;
}

bool code_keep(struct call *call, struct str function, const struct code *code)
{
    struct buf key = BUF_EMPTY, text = BUF_EMPTY;
    char blob[BLOB_ID_BYTES + 1];
    bool is_large = code->zip.length > IN_ROW_MOST;
    if (is_large && !write_blob(call, code->zip, blob))
        return false;
    cJSON *row = cJSON_CreateObject();
    if (is_large) {
        json_set_string(row, "blob", blob);
        json_set_int64(row, "size", (int64_t)code->zip.length);
    } else {
        base64_encode(&text, code->zip);
        json_set_str(row, "zip", buf_str(&text));
    }
    key_of(&key, function, str_of(code->sha256_hex));
    store_put(call->world->store, call_scope(call), &code_table, buf_str(&key), json_seal(row));
    buf_release(&text);
    buf_release(&key);
    return true;
}

static bool read_blob(struct world *world, struct str id, struct buf *zip)
{
    struct blob_reader *reader;
    char block[65536];
    int64_t got;
    if (blob_open(world, id, &reader) != 0)
        return false;
    for (uint64_t at = 0; (got = blob_read(reader, at, block, sizeof block)) > 0; at += (uint64_t)got)
        buf_add(zip, block, (size_t)got);
    blob_close(reader);
    return got == 0;
}

bool code_read(struct world *world, struct scope scope, struct str function, struct str sha256_hex, struct buf *zip)
{
    struct buf key = BUF_EMPTY;
    struct json *row = store_get(world->store, scope, &code_table, key_of(&key, function, sha256_hex));
    buf_release(&key);
    if (!row)
        return false;
    struct str blob = json_str(json_root(row), "blob");
    return blob.length ? read_blob(world, blob, zip) : base64_decode(zip, json_str(json_root(row), "zip"));
}

enum outcome code_answer(struct call *call, struct str function, struct str sha256_hex)
{
    struct buf key = BUF_EMPTY, zip = BUF_EMPTY;
    struct json *row = store_get(call->world->store, call_scope(call), &code_table, key_of(&key, function, sha256_hex));
    buf_release(&key);
    struct str blob = json_str(json_root(row), "blob");
    if (blob.length)
        return call_content_blob(call, blob, 0, (uint64_t)json_int64(json_root(row), "size", 0));
    base64_decode(&zip, json_str(json_root(row), "zip"));
    call_content_bytes(call, &zip);
    return CALL_DONE;
}

void code_drop(struct world *world, struct scope scope, struct str function, struct str sha256_hex)
{
    struct buf key = BUF_EMPTY;
    store_delete(world->store, scope, &code_table, key_of(&key, function, sha256_hex));
    buf_release(&key);
}

void code_drop_all(struct world *world, struct scope scope, struct str function)
{
    struct buf key = BUF_EMPTY;
    struct str prefix = key_of(&key, function, STR(""));
    struct cursor at = store_seek_from(world->store, scope, &code_table, NULL, prefix);
    while (store_next_within(&at, prefix))
        store_delete(world->store, scope, &code_table, at.key);
    buf_release(&key);
}
