#include "aws/payload.h"
#include "services/lexv2/archive.h"
#include "services/lexv2/build.h"
#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/presign.h"
#include "services/lexv2/record.h"
#include "services/lexv2/transfer.h"
#include "world/blob.h"

#define EXPORTS_MOST 1000

static const struct transfer_kind kinds[] = {
    { "botExportSpecification", "Bot" },
    { "botLocaleExportSpecification", "BotLocale" },
    { "customVocabularyExportSpecification", "CustomVocabulary" },
    { 0 },
};

const struct transfer_kind *transfer_kind_of(const struct transfer_kind *list, const cJSON *specification)
{
    const struct transfer_kind *found = NULL;
    for (; list->member; list++)
        if (json_get(specification, list->member))
            found = found ? NULL : list;
    return found;
}

/* ---- gathering ---- */

static struct lexv2_key key_of(const cJSON *specification)
{
    return (struct lexv2_key){ json_str(specification, "botId"), json_str(specification, "botVersion"),
                               json_str(specification, "localeId"), STR_NONE, STR_NONE };
}

/* The settings of a version, the draft's are the bot's own. */
static struct json *settings_of(struct world *world, struct scope scope, const struct lexv2_key *key)
{
    bool draft = str_is(key->version, LEXV2_DRAFT);
    struct lexv2_key own = { .bot = key->bot, .version = draft ? STR_NONE : key->version };
    return lexv2_get(world, scope, draft ? &lexv2_bot_table : &lexv2_version_table, &own);
}

static void add_locale(struct world *world, struct scope scope, const struct lexv2_key *key, const cJSON *row,
                       cJSON *locales)
{
    cJSON *content = lexv2_gather(world, scope, key, row);
    struct json *vocabulary = lexv2_get(world, scope, &lexv2_vocabulary_table, key);
    const cJSON *items = vocabulary ? json_get(json_root(vocabulary), "items") : NULL;
    if (items)
        json_set(content, "vocabulary", json_thaw(items));
    json_add(locales, content);
}

static void add_locales(struct world *world, struct scope scope, const struct lexv2_key *version, cJSON *locales)
{
    char prefix[LEXV2_KEY_BYTES];
    struct lexv2_key key = *version;
    struct str within = lexv2_key_within(prefix, version);
    struct cursor at = store_seek_from(world->store, scope, &lexv2_locale_table, NULL, within);
    while (store_next_within(&at, within)) {
        key.locale = json_str(json_root(at.row), "localeId");
        add_locale(world, scope, &key, json_root(at.row), locales);
    }
}

/* NULL: what was to be exported has gone. */
static cJSON *gather(struct world *world, struct scope scope, const cJSON *export)
{
    struct lexv2_key key = key_of(json_get(export, "resourceSpecification")->child);
    struct json *settings = settings_of(world, scope, &key);
    struct json *locale = key.locale.length ? lexv2_get(world, scope, &lexv2_locale_table, &key) : NULL;
    if (!settings || (key.locale.length && !locale))
        return NULL;
    cJSON *archive = cJSON_CreateObject(), *locales = cJSON_CreateArray(), *bot = json_thaw(json_root(settings));
    json_set_str(bot, "botId", key.bot);
    json_set_str(bot, "botVersion", key.version);
    json_set_str(archive, "resourceType", json_str(export, "exportResourceType"));
    json_set(archive, "bot", bot);
    json_set(archive, "locales", locales);
    if (locale)
        add_locale(world, scope, &key, json_root(locale), locales);
    else
        add_locales(world, scope, &key, locales);
    return archive;
}

/* ---- its life ---- */

static const char *fail(cJSON *row, const char *why)
{
    cJSON *reasons = cJSON_CreateArray();
    json_add(reasons, json_new_string(str_of(why)));
    json_set(row, "failureReasons", reasons);
    return "Failed";
}

static const char *arrive(struct world *world, struct scope scope, struct str id, cJSON *row, const char *to)
{
    (void)id;
    if (!to)
        return NULL;
    char blob[BLOB_ID_BYTES + 1];
    struct buf zip = BUF_EMPTY;
    cJSON *archive = gather(world, scope, row);
    json_set_int64(row, "lastUpdatedDateTime", clock_now(world->clock));
    if (!archive)
        return fail(row, "What was to be exported doesn't exist any more.");
    bool good = archive_write(archive, clock_now(world->clock), json_str(row, "password"), &zip) &&
                lexv2_blob_keep(world, buf_str(&zip), blob);
    if (good)
        json_set_string(row, "blob", blob);
    cJSON_DeleteItemFromObjectCaseSensitive(row, "password");
    buf_release(&zip);
    cJSON_Delete(archive);
    return good ? NULL : fail(row, "The archive could not be made.");
}

static const struct lifecycle_step steps[] = { { "InProgress", "Completed", 5000 }, { "Deleting", NULL, 1000 }, { 0 } };

const struct lifecycle_def lexv2_export_lifecycle = { .table = &lexv2_export_table,
                                                      .status = "exportStatus",
                                                      .topic = "lexv2.export",
                                                      .steps = steps,
                                                      .arrive = arrive,
                                                      .service = "lex",
                                                      .thing = "Export",
                                                      .fail = lexv2_fail };

/* ---- the operations ---- */

static bool check_source(struct call *call, const cJSON *specification)
{
    struct lexv2_key key = key_of(specification);
    if (settings_of(call->world, call_scope(call), &key) &&
        (!key.locale.length || lexv2_get(call->world, call_scope(call), &lexv2_locale_table, &key)))
        return true;
    lexv2_fail_missing(call);
    return false;
}

static void begin(struct call *call, const struct lexv2_key *key, cJSON *row_taken)
{
    cJSON_DeleteItemFromObjectCaseSensitive(row_taken, "filePassword");
    json_set_string(row_taken, "password", input_string(call, "filePassword"));
    json_set_string(row_taken, "exportStatus", "InProgress");
    lexv2_answer(call, row_taken);
    lexv2_put(call->world, call_scope(call), &lexv2_export_table, key, row_taken);
    lifecycle_begin(call->world, &lexv2_export_lifecycle, call_scope(call), key->bot);
}

enum outcome create_export(struct call *call)
{
    const cJSON *specification = json_get(call->input, "resourceSpecification");
    const struct transfer_kind *kind = transfer_kind_of(kinds, specification);
    if (json_get(specification, "testSetExportSpecification"))
        return call_fail(call, &ERROR_NOT_IMPLEMENTED, "This practice cloud does not export test sets.");
    if (!kind) /* ours */
        return call_fail(call, &ERROR_VALIDATION, "The resourceSpecification must say exactly one thing to export.");
    if (!str_is(input_str(call, "fileFormat"), "LexJson"))
        return call_fail(call, &ERROR_NOT_IMPLEMENTED, "This practice cloud exports in the format LexJson alone.");
    if (!check_source(call, json_get(specification, kind->member)) ||
        !lexv2_check_room(call, &lexv2_export_table, &(struct lexv2_key){ 0 }, EXPORTS_MOST, "exports"))
        return CALL_FAILED;
    struct lexv2_key key = { .bot = lexv2_new_id_of_call(call) };
    cJSON *row = lexv2_record(call, NULL);
    json_set_str(row, "exportId", key.bot);
    json_set_string(row, "exportResourceType", kind->type);
    begin(call, &key, row);
    return CALL_DONE;
}

/* With another password: the archive is made anew. */
enum outcome update_export(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "exportId") };
    struct json *before = lexv2_need(call, &lexv2_export_table, &key);
    if (!before)
        return CALL_FAILED;
    if (!str_is(json_str(json_root(before), "exportStatus"), "Completed"))
        return call_fail(call, &LEXV2_CONFLICT_EXCEPTION, /* ours */
                         "The export %.*s is in the state %s.", STR_ARG(key.bot),
                         json_string(json_root(before), "exportStatus"));
    cJSON *row = json_thaw(json_root(before));
    json_set_int64(row, "lastUpdatedDateTime", clock_now(call->world->clock));
    begin(call, &key, row);
    return CALL_DONE;
}

enum outcome describe_export(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "exportId") };
    struct json *row = lexv2_need(call, &lexv2_export_table, &key);
    if (!row)
        return CALL_FAILED;
    lexv2_answer(call, json_root(row));
    if (str_is(json_str(json_root(row), "exportStatus"), "Completed"))
        output_str(call, "downloadUrl", lexv2_presign(call, "GET", key.bot, TRANSFER_URL_SECONDS));
    return CALL_DONE;
}

/* The other end of that URL. */
enum outcome get_archive(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "archiveId") };
    struct json *row = lexv2_get(call->world, call_scope(call), &lexv2_export_table, &key);
    struct str bytes = row ? lexv2_blob_bytes(call->world, call->arena, json_str(json_root(row), "blob")) : STR_NONE;
    struct buf content = BUF_EMPTY;
    if (!bytes.length)
        return lexv2_fail_missing(call);
    buf_add_str(&content, bytes);
    call_header(call, "Content-Type", STR("application/zip"));
    call_content_bytes(call, &content);
    return CALL_DONE;
}

enum outcome delete_export(struct call *call)
{
    struct lexv2_key key = { .bot = input_str(call, "exportId") };
    if (!lexv2_need(call, &lexv2_export_table, &key))
        return CALL_FAILED;
    lexv2_presign_end(call->world, key.bot);
    lifecycle_move(call->world, &lexv2_export_lifecycle, call_scope(call), key.bot, "Deleting");
    output_str(call, "exportId", key.bot);
    output_string(call, "exportStatus", "Deleting");
    return CALL_DONE;
}

static bool is_of_resource(struct call *call, const cJSON *row)
{
    static const char *const names[] = { "botId", "botVersion", "localeId" };
    const cJSON *specification = json_get(row, "resourceSpecification")->child;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (input_has(call, names[i]) && !str_equal(input_str(call, names[i]), json_str(specification, names[i])))
            return false;
    return true;
}

enum outcome list_exports(struct call *call)
{
    struct lexv2_listing exports = { .table = &lexv2_export_table,
                                     .member = "exportSummaries",
                                     .order = "lastUpdatedDateTime",
                                     .wanted = is_of_resource };
    return lexv2_list(call, &exports);
}
