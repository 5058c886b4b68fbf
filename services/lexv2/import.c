#include "services/lexv2/transfer.h"

#include "aws/payload.h"
#include "services/lexv2/archive.h"
#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/presign.h"
#include "services/lexv2/record.h"
#include "services/lexv2/tag.h"
#include "world/blob.h"

static void tell_blob(const cJSON *row, void (*tell)(void *data, struct str id), void *data)
{
    struct str id = json_str(row, "blob");
    if (id.length)
        tell(data, id);
}

const struct table_def lexv2_upload_table = { .name = "lexv2.upload", .blobs = tell_blob };
const struct table_def lexv2_import_table = { .name = "lexv2.import" };
const struct table_def lexv2_export_table = { .name = "lexv2.export", .blobs = tell_blob };

#define UPLOADS_MOST   100
#define UPLOAD_KEPT_MS (60 * 60 * 1000)
#define IMPORTS_MOST   1000
#define REASON_MOST    1024

/* ---- blobs ---- */

struct str lexv2_blob_bytes(struct world *world, struct arena *arena, struct str id)
{
    struct blob_reader *reader;
    if (!id.length || blob_open(world, id, &reader) != 0)
        return STR_NONE;
    struct str bytes = STR_NONE;
    if (reader->length && reader->length <= ARCHIVE_MOST) {
        char *at = arena_room(arena, reader->length);
        int64_t got = 0, piece = 1;
        while (piece > 0 && (uint64_t)got < reader->length) {
            size_t length = reader->length - (uint64_t)got < 65536 ? reader->length - (uint64_t)got : 65536;
            piece = blob_read(reader, (uint64_t)got, at + got, length);
            got += piece > 0 ? piece : 0;
        }
        if ((uint64_t)got == reader->length)
            bytes = (struct str){ at, (size_t)got };
    }
    blob_close(reader);
    return bytes;
}

bool lexv2_blob_keep(struct world *world, struct str bytes, char ret_id[17])
{
    struct blob_writer *writer;
    if (blob_begin(world, &writer) != 0)
        return false;
    if (blob_append(writer, bytes) != 0) {
        blob_abandon(writer);
        return false;
    }
    blob_finish(writer, ret_id);
    return true;
}

/* ---- what is uploaded ---- */

/* Uploads that nobody imported; their URLs are long over. */
static void sweep_uploads(struct call *call)
{
    int64_t oldest = clock_now(call->world->clock) - UPLOAD_KEPT_MS;
    struct cursor at = store_seek(call->world->store, call_scope(call), &lexv2_upload_table, NULL, STR_NONE, false);
    while (store_next(&at)) {
        if (json_int64(json_root(at.row), "creationDateTime", 0) > oldest)
            continue;
        lexv2_presign_end(call->world, at.key);
        store_delete(call->world->store, call_scope(call), &lexv2_upload_table, at.key);
    }
}

enum outcome create_upload_url(struct call *call)
{
    sweep_uploads(call);
    if (!lexv2_check_room(call, &lexv2_upload_table, &(struct lexv2_key){ 0 }, UPLOADS_MOST, "uploads under way"))
        return CALL_FAILED;
    struct str id = lexv2_new_id_of_call(call);
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "creationDateTime", clock_now(call->world->clock));
    lexv2_put(call->world, call_scope(call), &lexv2_upload_table, &(struct lexv2_key){ .bot = id }, row);
    output_str(call, "importId", id);
    output_str(call, "uploadUrl", lexv2_presign(call, "PUT", id, TRANSFER_URL_SECONDS));
    return CALL_DONE;
}

/* The other end of that URL. */
enum outcome put_archive(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "archiveId") };
    struct json *upload = lexv2_get(call->world, call_scope(call), &lexv2_upload_table, &key);
    char blob[BLOB_ID_BYTES + 1];
    if (!upload)
        return lexv2_fail_missing(call);
    if (!call->body || call->body->size == 0 || call->body->size > ARCHIVE_MOST || !call->body->bytes.at)
        return call_fail(call, &ERROR_VALIDATION, "An archive has between 1 and %zu bytes.", ARCHIVE_MOST);
    if (!lexv2_blob_keep(call->world, call->body->bytes, blob))
        return call_fail(call, &LEXV2_INTERNAL_SERVER_EXCEPTION, "The archive could not be kept.");
    cJSON *row = json_thaw(json_root(upload));
    json_set_string(row, "blob", blob);
    lexv2_put(call->world, call_scope(call), &lexv2_upload_table, &key, row);
    return CALL_DONE;
}

/* ---- the life of an import ---- */

/* An archive's names, which reasons tell, may be of any length. */
static struct str start_of(struct str why)
{
    size_t length = why.length > REASON_MOST ? REASON_MOST : why.length;
    while (length < why.length && (why.at[length] & 0xC0) == 0x80) /* not within a character */
        length--;
    return str_first(why, length);
}

static const char *finish(cJSON *row, const char *why)
{
    cJSON_DeleteItemFromObjectCaseSensitive(row, "password");
    if (!why)
        return NULL;
    cJSON *reasons = cJSON_CreateArray();
    json_add(reasons, json_new_string(start_of(str_of(why))));
    json_set(row, "failureReasons", reasons);
    return "Failed";
}

static const char *arrive(struct world *world, struct scope scope, struct str id, cJSON *row, const char *to)
{
    struct lexv2_key key = { .bot = id };
    const char *why = NULL;
    if (!to)
        return NULL;
    struct arena *arena = arena_new();
    struct json *upload = lexv2_get(world, scope, &lexv2_upload_table, &key);
    struct str bytes = upload ? lexv2_blob_bytes(world, arena, json_str(json_root(upload), "blob")) : STR_NONE;
    cJSON *archive = NULL;
    if (!bytes.length)
        why = "The archive could not be read.";
    else
        archive = archive_read(arena, bytes, json_str(row, "password"), &why);
    if (archive && lexv2_import_apply(world, scope, row, archive, arena, &why))
        why = NULL;
    json_set_int64(row, "lastUpdatedDateTime", clock_now(world->clock));
    const char *status = finish(row, why);
    lexv2_delete(world, scope, &lexv2_upload_table, &key);
    lexv2_presign_end(world, id);
    cJSON_Delete(archive);
    arena_free(arena);
    return status;
}

static const struct lifecycle_step steps[] = { { "InProgress", "Completed", 5000 }, { "Deleting", NULL, 1000 }, { 0 } };

const struct lifecycle_def lexv2_import_lifecycle = { .table = &lexv2_import_table,
                                                      .status = "importStatus",
                                                      .topic = "lexv2.import",
                                                      .steps = steps,
                                                      .arrive = arrive,
                                                      .service = "lex",
                                                      .thing = "Import",
                                                      .fail = lexv2_fail };

/* ---- the operations ---- */

static const struct transfer_kind kinds[] = {
    { "botImportSpecification", "Bot" },
    { "botLocaleImportSpecification", "BotLocale" },
    { "customVocabularyImportSpecification", "CustomVocabulary" },
    { 0 },
};

static const char *imported_name(const cJSON *specification, const struct transfer_kind *kind)
{
    const cJSON *inner = json_get(specification, kind->member);
    return json_string(inner, strcmp(kind->type, "Bot") == 0 ? "botName" : "localeId");
}

enum outcome start_import(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "importId") };
    const cJSON *specification = json_get(call->input, "resourceSpecification");
    struct json *upload = lexv2_need(call, &lexv2_upload_table, &key);
    if (!upload)
        return CALL_FAILED;
    if (json_get(specification, "testSetImportResourceSpecification"))
        return call_fail(call, &ERROR_NOT_IMPLEMENTED, "This practice cloud does not import test sets.");
    const struct transfer_kind *kind = transfer_kind_of(kinds, specification);
    if (!kind) /* ours */
        return call_fail(call, &ERROR_VALIDATION, "The resourceSpecification must say exactly one thing to import.");
    if (!json_get(json_root(upload), "blob")) /* ours */
        return call_fail(call, &ERROR_VALIDATION, "Nothing was uploaded to the URL of the import %.*s.",
                         STR_ARG(key.bot));
    if (lexv2_get(call->world, call_scope(call), &lexv2_import_table, &key))
        return call_fail(call, &LEXV2_CONFLICT_EXCEPTION, "The import %.*s was started already.", STR_ARG(key.bot));
    if (!lexv2_tag_check(call, json_get(json_get(specification, kind->member), "botTags")) ||
        !lexv2_check_room(call, &lexv2_import_table, &(struct lexv2_key){ 0 }, IMPORTS_MOST, "imports"))
        return CALL_FAILED;
    cJSON *row = lexv2_record(call, NULL);
    cJSON_DeleteItemFromObjectCaseSensitive(row, "filePassword");
    json_set_string(row, "password", input_string(call, "filePassword"));
    json_set_string(row, "importStatus", "InProgress");
    json_set_string(row, "importedResourceType", kind->type);
    json_set_string(row, "importResourceType", kind->type);
    json_set_string(row, "importedResourceName", imported_name(specification, kind));
    lexv2_answer(call, row);
    lexv2_put(call->world, call_scope(call), &lexv2_import_table, &key, row);
    lifecycle_begin(call->world, &lexv2_import_lifecycle, call_scope(call), key.bot);
    return CALL_DONE;
}

enum outcome describe_import(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "importId") };
    struct json *row = lexv2_need(call, &lexv2_import_table, &key);
    if (!row)
        return CALL_FAILED;
    lexv2_answer(call, json_root(row));
    return CALL_DONE;
}

enum outcome delete_import(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "importId") };
    struct json *row = lexv2_need(call, &lexv2_import_table, &key);
    if (!row)
        return CALL_FAILED;
    if (str_is(json_str(json_root(row), "importStatus"), "InProgress"))
        return call_fail(call, &ERROR_VALIDATION, "The import %.*s is in progress.", STR_ARG(key.bot)); /* ours */
    lifecycle_move(call->world, &lexv2_import_lifecycle, call_scope(call), key.bot, "Deleting");
    output_str(call, "importId", key.bot);
    output_string(call, "importStatus", "Deleting");
    return CALL_DONE;
}

/* Of one bot, version or locale where the input names them; a bot's own imports name only what they made. */
static bool is_of_resource(struct call *call, const cJSON *row)
{
    static const char *const names[] = { "botId", "botVersion", "localeId" };
    struct str type = json_str(row, "importedResourceType"), bot = input_str(call, "botId");
    const cJSON *specification = json_get(row, "resourceSpecification");
    const cJSON *inner = specification ? specification->child : NULL;
    if (bot.length && str_is(type, "Bot"))
        return str_equal(bot, json_str(row, "importedResourceId"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (input_has(call, names[i]) && !str_equal(input_str(call, names[i]), json_str(inner, names[i])))
            return false;
    return true;
}

enum outcome list_imports(struct call *call)
{
    struct lexv2_listing imports = { .table = &lexv2_import_table,
                                     .member = "importSummaries",
                                     .order = "lastUpdatedDateTime",
                                     .wanted = is_of_resource };
    return lexv2_list(call, &imports);
}
