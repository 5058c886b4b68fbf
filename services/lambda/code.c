#include "services/lambda/code.h"

#include <zip.h>

#include "base/digest.h"
#include "services/lambda/lambda_model.h"
#include "services/lambda/names.h"

const struct table_def code_table = { .name = "lambda.code" };

/* ---- looking into a ZIP ---- */

static uint64_t unzipped_bytes(zip_t *archive)
{
    uint64_t sum = 0;
    zip_int64_t count = zip_get_num_entries(archive, 0);
    for (zip_int64_t i = 0; i < count; i++) {
        zip_stat_t entry;
        if (zip_stat_index(archive, (zip_uint64_t)i, 0, &entry) == 0 && (entry.valid & ZIP_STAT_SIZE))
            sum += entry.size;
    }
    return sum;
}

static zip_t *open_zip(struct str bytes)
{
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *source = zip_source_buffer_create(bytes.at, bytes.length, 0, &why);
    zip_t *archive = source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &why) : NULL;
    if (!archive && source)
        zip_source_free(source);
    zip_error_fini(&why);
    return archive;
}

static bool check_zip(struct call *call, struct str bytes)
{
    if (!bytes.length) {
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION, "Uploaded file must be a non-empty zip");
        return false;
    }
    zip_t *archive = open_zip(bytes);
    if (!archive) {
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                  "Could not unzip uploaded file. Please check your file, then try to upload again.");
        return false;
    }
    uint64_t unzipped = unzipped_bytes(archive);
    bool empty = zip_get_num_entries(archive, 0) == 0;
    zip_discard(archive);
    if (empty)
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION, "Uploaded file must be a non-empty zip");
    else if (unzipped > CODE_MOST_UNZIPPED)
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION, "Unzipped size must be smaller than %d bytes",
                  CODE_MOST_UNZIPPED);
    return !empty && unzipped <= CODE_MOST_UNZIPPED;
}

static bool take_inline(struct call *call, struct str base64, struct str *ret_zip)
{
    struct buf zip = BUF_EMPTY;
    bool good = base64_decode(&zip, base64);
    if (good)
        *ret_zip = arena_str(call->arena, buf_str(&zip));
    else
        call_fail(call, &ERROR_SERIALIZATION, "The ZIP file is no base64.");
    buf_release(&zip);
    return good;
}

bool code_of_call(struct call *call, const cJSON *given, struct code *ret_code)
{
    struct str base64 = json_str(given, "ZipFile");
    if (json_get(given, "ImageUri")) {
        call_fail(call, &ERROR_NOT_IMPLEMENTED, "This practice cloud runs functions from ZIP files, not from images.");
        return false;
    }
    if (json_get(given, "S3Bucket")) {
        call_fail(call, &ERROR_NOT_IMPLEMENTED, "This practice cloud takes code as ZipFile, not yet from S3.");
        return false;
    }
    if (!base64.at) {
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION, "Please provide a source for function code.");
        return false;
    }
    if (!take_inline(call, base64, &ret_code->zip) || !check_zip(call, ret_code->zip))
        return false;
    unsigned char digest[SHA256_BYTES];
    struct buf text = BUF_EMPTY;
    digest_sha256(ret_code->zip, digest);
    hex_encode(digest, sizeof digest, ret_code->sha256_hex);
    base64_encode(&text, (struct str){ (const char *)digest, sizeof digest });
    memcpy(ret_code->sha256, text.at, text.length + 1);
    buf_release(&text);
    return true;
}

/* ---- rows ---- */

static struct str key_of(struct buf *buf, struct str function, struct str sha256_hex)
{
    buf_printf(buf, "%.*s/%.*s", STR_ARG(function), STR_ARG(sha256_hex));
    return buf_str(buf);
}

void code_keep(struct call *call, struct str function, const struct code *code)
{
    struct buf key = BUF_EMPTY, text = BUF_EMPTY;
    key_of(&key, function, str_of(code->sha256_hex));
    base64_encode(&text, code->zip);
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "zip", buf_str(&text));
    store_put(call->world->store, call_scope(call), &code_table, buf_str(&key), json_seal(row));
    buf_release(&text);
    buf_release(&key);
}

bool code_read(struct world *world, struct scope scope, struct str function, struct str sha256_hex, struct buf *zip)
{
    struct buf key = BUF_EMPTY;
    struct json *row = store_get(world->store, scope, &code_table, key_of(&key, function, sha256_hex));
    buf_release(&key);
    return row && base64_decode(zip, json_str(json_root(row), "zip"));
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
