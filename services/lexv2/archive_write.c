/* An archive as it is exported. */
#include <stdlib.h>
#include <zip.h>

#include "services/lexv2/archive.h"
#include "services/lexv2/archive_names.h"
#include "services/lexv2/lexv2_model.h"

struct writing {
    zip_t *zip;
    struct arena *arena;
    int64_t now_ms;
    const char *password; /* NULL: none */
    bool failed;
};

static void add_file(struct writing *writing, const char *path, cJSON *root_taken)
{
    struct buf text = BUF_EMPTY;
    json_print(&text, root_taken);
    cJSON_Delete(root_taken);
    size_t length = text.length;
    char *bytes = buf_take(&text);
    zip_source_t *source = zip_source_buffer(writing->zip, bytes, length, 1);
    zip_int64_t index = source ? zip_file_add(writing->zip, path, source, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0) {
        if (source)
            zip_source_free(source);
        else
            free(bytes);
        writing->failed = true;
        return;
    }
    zip_file_set_mtime(writing->zip, (zip_uint64_t)index, writing->now_ms / 1000, 0);
    if (writing->password &&
        zip_file_set_encryption(writing->zip, (zip_uint64_t)index, ZIP_EM_AES_256, writing->password) != 0)
        writing->failed = true;
}

static cJSON *written(const cJSON *node, const char *operation, const char *id)
{
    cJSON *made = archive_from_api(node, model_operation(&lexv2_model, str_of(operation))->output);
    static const char *const left_out[] = { "creationDateTime",
                                            "lastUpdatedDateTime",
                                            "roleArn",
                                            "botId",
                                            "botStatus",
                                            "botLocaleStatus",
                                            "lastBuildSubmittedDateTime",
                                            "failureReasons",
                                            "localeName",
                                            "localeId",
                                            "intentId",
                                            "slotId",
                                            "botType",
                                            "slotPriorities",
                                            "botMembers",
                                            "errorLogSettings",
                                            "botLocaleHistoryEvents" };
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(made, left_out[i]);
    json_set_str(made, "identifier", json_str(node, id));
    return made;
}

static cJSON *find_by(const cJSON *items, const char *member, struct str text)
{
    cJSON *item;
    cJSON_ArrayForEach(item, items)
    {
        if (str_equal(json_str(item, member), text))
            return item;
    }
    return NULL;
}

static void write_slot(struct writing *writing, const char *folder, const cJSON *slot, const cJSON *types)
{
    cJSON *made = written(slot, "DescribeSlot", "slotId");
    struct str type = json_str(slot, "slotTypeId");
    const cJSON *custom = find_by(types, "slotTypeId", type);
    cJSON_DeleteItemFromObjectCaseSensitive(made, "slotTypeId");
    if (type.length)
        json_set_str(made, "slotTypeName", custom ? json_str(custom, "slotTypeName") : type);
    const char *path = arena_printf(writing->arena, "%s/Slots/%s/Slot.json", folder, json_string(slot, "slotName"));
    add_file(writing, path, made);
}

/* Slots are named in an archive, and have ids in the API. */
static cJSON *priorities_of(const cJSON *intent)
{
    cJSON *priorities = cJSON_CreateArray();
    const cJSON *each;
    cJSON_ArrayForEach(each, json_get(intent, "slotPriorities"))
    {
        const cJSON *slot = find_by(json_get(intent, "slots"), "slotId", json_str(each, "slotId"));
        if (!slot)
            continue;
        cJSON *priority = cJSON_CreateObject();
        json_set_str(priority, "slotName", json_str(slot, "slotName"));
        json_set_int64(priority, "priority", json_int64(each, "priority", 0));
        json_add(priorities, priority);
    }
    return priorities;
}

static void write_intent(struct writing *writing, const char *folder, const cJSON *intent, const cJSON *types)
{
    cJSON *made = written(intent, "DescribeIntent", "intentId");
    const cJSON *slot;
    json_set(made, "slotPriorities", priorities_of(intent));
    const char *own = arena_printf(writing->arena, "%s/Intents/%s", folder, json_string(intent, "intentName"));
    add_file(writing, arena_printf(writing->arena, "%s/Intent.json", own), made);
    cJSON_ArrayForEach(slot, json_get(intent, "slots"))
    {
        write_slot(writing, own, slot, types);
    }
}

static void write_slot_type(struct writing *writing, const char *folder, const cJSON *type)
{
    cJSON *made = written(type, "DescribeSlotType", "slotTypeId");
    cJSON_DeleteItemFromObjectCaseSensitive(made, "slotTypeId");
    add_file(writing,
             arena_printf(writing->arena, "%s/SlotTypes/%s/SlotType.json", folder, json_string(type, "slotTypeName")),
             made);
}

static void write_vocabulary(struct writing *writing, const char *folder, const cJSON *items)
{
    cJSON *made = cJSON_CreateObject(), *list = json_thaw(items), *item;
    if (!items || !items->child) {
        cJSON_Delete(made);
        cJSON_Delete(list);
        return;
    }
    cJSON_ArrayForEach(item, list)
    {
        cJSON_DeleteItemFromObjectCaseSensitive(item, "itemId");
    }
    json_set(made, "customVocabularyItems", list);
    add_file(writing, arena_printf(writing->arena, "%sCustomVocabulary/CustomVocabulary.json", folder), made);
}

static void write_locale(struct writing *writing, const char *above, const cJSON *content)
{
    const cJSON *locale = json_get(content, "locale"), *types = json_get(content, "slotTypes"), *each;
    const char *folder = arena_printf(writing->arena, "%s%s", above, json_string(locale, "localeId"));
    cJSON *made = written(locale, "DescribeBotLocale", "localeId");
    json_set_string(made, "name", json_string(locale, "localeName"));
    add_file(writing, arena_printf(writing->arena, "%s/BotLocale.json", folder), made);
    cJSON_ArrayForEach(each, json_get(content, "intents"))
    {
        write_intent(writing, folder, each, types);
    }
    cJSON_ArrayForEach(each, types)
    {
        write_slot_type(writing, folder, each);
    }
    write_vocabulary(writing, arena_printf(writing->arena, "%s/", folder), json_get(content, "vocabulary"));
}

static void write_manifest(struct writing *writing, struct str kind)
{
    cJSON *manifest = cJSON_CreateObject(), *data = cJSON_CreateObject();
    json_set_string(data, "schemaVersion", "1");
    json_set_string(data, "resourceType",
                    str_is(kind, "Bot")         ? "BOT"
                    : str_is(kind, "BotLocale") ? "BOT_LOCALE"
                                                : "CUSTOM_VOCABULARY");
    json_set_string(data, "fileFormat", "LexJson");
    json_set(manifest, "metaData", data);
    add_file(writing, "Manifest.json", manifest);
}

static void write_all(struct writing *writing, const cJSON *archive)
{
    const cJSON *bot = json_get(archive, "bot"), *locale;
    struct str kind = json_str(archive, "resourceType");
    write_manifest(writing, kind);
    const char *folder = "";
    if (str_is(kind, "Bot")) {
        folder = arena_printf(writing->arena, "%s/BotLocales/", json_string(bot, "botName"));
        cJSON *made = written(bot, "DescribeBot", "botId");
        json_set_string(made, "version", json_string(bot, "botVersion"));
        add_file(writing, arena_printf(writing->arena, "%s/Bot.json", json_string(bot, "botName")), made);
    }
    cJSON_ArrayForEach(locale, json_get(archive, "locales"))
    {
        if (str_is(kind, "CustomVocabulary"))
            write_vocabulary(writing, "", json_get(locale, "vocabulary"));
        else
            write_locale(writing, folder, locale);
    }
}

/* What the source holds once the ZIP is closed. */
static bool read_back(zip_source_t *source, struct buf *ret_zip)
{
    zip_stat_t stat;
    if (zip_source_stat(source, &stat) != 0 || !(stat.valid & ZIP_STAT_SIZE) || zip_source_open(source) != 0)
        return false;
    bool good = buf_reserve(ret_zip, stat.size);
    char piece[16384];
    zip_int64_t got;
    while (good && (got = zip_source_read(source, piece, sizeof piece)) > 0)
        buf_add(ret_zip, piece, (size_t)got);
    zip_source_close(source);
    return good && ret_zip->length == stat.size && !ret_zip->overflow;
}

bool archive_write(const cJSON *archive, int64_t now_ms, struct str password_or_none, struct buf *ret_zip)
{
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &why);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_TRUNCATE, &why) : NULL;
    zip_error_fini(&why);
    if (!zip) {
        if (source)
            zip_source_free(source);
        return false;
    }
    zip_source_keep(source);
    struct writing writing = { .zip = zip, .arena = arena_new(), .now_ms = now_ms };
    writing.password = password_or_none.length ? arena_copy(writing.arena, password_or_none) : NULL;
    write_all(&writing, archive);
    bool good = !writing.failed && zip_close(zip) == 0;
    if (!good)
        zip_discard(zip);
    good = good && read_back(source, ret_zip);
    zip_source_free(source);
    arena_free(writing.arena);
    return good;
}
