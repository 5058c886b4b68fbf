#include "services/lexv2/archive.h"

#include <zip.h>

#include "services/lexv2/archive_names.h"
#include "services/lexv2/lexv2_model.h"

#define FILES_MOST    5000
#define UNZIPPED_MOST ((uint64_t)24 * 1024 * 1024)
#define FILE_MOST     ((uint64_t)4 * 1024 * 1024)

/* ---- files of a ZIP ---- */

struct file {
    struct str path;
    const cJSON *root;
};

struct files {
    struct arena *arena;
    struct file *at;
    size_t count;
    const char *why; /* what is wrong with the archive; NULL: nothing yet */
};

static const char *const leaves[] = { "Manifest.json", "Bot.json",      "BotLocale.json",       "Intent.json",
                                      "Slot.json",     "SlotType.json", "CustomVocabulary.json" };

static struct str leaf_of(struct str path)
{
    size_t slash = path.length;
    while (slash && path.at[slash - 1] != '/')
        slash--;
    return str_from(path, slash);
}

/* Others (ConversationFlow.json, what a Mac adds) say nothing about the bot. */
static bool is_ours(struct str path)
{
    struct str leaf = leaf_of(path);
    for (size_t i = 0; i < sizeof leaves / sizeof *leaves; i++)
        if (str_equal_ignoring_case(leaf, str_of(leaves[i])))
            return !str_starts(path, STR("__MACOSX/"));
    return false;
}

static bool fail(struct files *files, const char *why)
{
    files->why = files->why ? files->why : why;
    return false;
}

static bool read_bytes(struct files *files, zip_t *zip, zip_uint64_t index, uint64_t size, struct str password,
                       struct str *ret_bytes)
{
    char *bytes = arena_room(files->arena, size + 1);
    zip_file_t *file = password.length ? zip_fopen_index_encrypted(zip, index, 0, arena_copy(files->arena, password))
                                       : zip_fopen_index(zip, index, 0);
    zip_int64_t got = file ? zip_fread(file, bytes, size) : -1;
    if (file)
        zip_fclose(file);
    *ret_bytes = (struct str){ bytes, size };
    if (got >= 0 && (uint64_t)got == size)
        return true;
    return fail(files, "The archive can't be unzipped. If it has a password, the request must name it.");
}

static bool read_file(struct files *files, zip_t *zip, const zip_stat_t *entry, struct str password)
{
    struct str bytes, path = arena_str(files->arena, str_of(entry->name));
    struct json_error why;
    if (entry->size > FILE_MOST)
        return fail(files, arena_printf(files->arena, "The file %.*s is too large.", STR_ARG(path)));
    if (!read_bytes(files, zip, entry->index, entry->size, password, &bytes))
        return false;
    if (str_starts(bytes, STR("\xEF\xBB\xBF")))
        bytes = str_from(bytes, 3);
    const cJSON *root = json_parse_in(files->arena, bytes, &why);
    if (!root || !cJSON_IsObject(root))
        return fail(files, arena_printf(files->arena, "The file %.*s is no JSON object: %s", STR_ARG(path),
                                        root ? "it is another value." : why.why));
    files->at[files->count++] = (struct file){ path, root };
    return true;
}

static bool read_files(struct files *files, zip_t *zip, struct str password)
{
    zip_int64_t entries = zip_get_num_entries(zip, 0);
    uint64_t sum = 0;
    if (entries > FILES_MOST)
        return fail(files, "The archive has too many files.");
    files->at = ARENA_ARRAY(files->arena, struct file, (size_t)entries + 1);
    for (zip_int64_t i = 0; i < entries; i++) {
        zip_stat_t entry;
        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &entry) != 0 || !(entry.valid & ZIP_STAT_SIZE) ||
            !(entry.valid & ZIP_STAT_NAME))
            return fail(files, "The archive can't be unzipped.");
        sum += entry.size;
        if (sum > UNZIPPED_MOST)
            return fail(files, "The archive is too large once it is unzipped.");
        if (is_ours(str_of(entry.name)) && !read_file(files, zip, &entry, password))
            return false;
    }
    return true;
}

static bool unzip(struct files *files, struct str bytes, struct str password)
{
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *source = zip_source_buffer_create(bytes.at, bytes.length, 0, &why);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &why) : NULL;
    if (!zip && source)
        zip_source_free(source);
    zip_error_fini(&why);
    if (!zip)
        return fail(files, "The archive is no ZIP file.");
    bool good = read_files(files, zip, password);
    zip_discard(zip);
    return good;
}

/* ---- from files to a tree ---- */

static const struct shape *shape_of(const char *operation)
{
    return model_operation(&lexv2_model, str_of(operation))->output;
}

/* "a/b/" of "a/b/Intents/X/Intent.json" where levels is 3. */
static struct str folder_above(struct str path, int levels)
{
    size_t end = path.length;
    while (levels-- && end) {
        end--;
        while (end && path.at[end - 1] != '/')
            end--;
    }
    return str_first(path, end);
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

static cJSON *locale_in(cJSON *archive, struct str folder)
{
    cJSON *locales = (cJSON *)json_get(archive, "locales"), *locale = find_by(locales, "folder", folder);
    if (locale)
        return locale;
    locale = cJSON_CreateObject();
    json_set_str(locale, "folder", folder);
    json_set(locale, "intents", cJSON_CreateArray());
    json_set(locale, "slotTypes", cJSON_CreateArray());
    json_set(locale, "vocabulary", cJSON_CreateArray());
    json_add(locales, locale);
    return locale;
}

static void set_id(cJSON *made, const char *member, const cJSON *root)
{
    struct str id = json_str(root, "identifier");
    if (id.length)
        json_set_str(made, member, id);
}

static void take_locale(cJSON *archive, const struct file *file)
{
    cJSON *locale = locale_in(archive, folder_above(file->path, 1));
    cJSON *made = archive_to_api(file->root, shape_of("DescribeBotLocale"));
    set_id(made, "localeId", file->root);
    json_set(locale, "locale", made);
}

static void take_intent(cJSON *archive, const struct file *file)
{
    cJSON *locale = locale_in(archive, folder_above(file->path, 3));
    cJSON *made = archive_to_api(file->root, shape_of("DescribeIntent"));
    const cJSON *priorities = json_get(file->root, "slotPriorities");
    set_id(made, "intentId", file->root);
    json_set_str(made, "folder", folder_above(file->path, 1));
    json_set(made, "slots", cJSON_CreateArray());
    json_set(made, "slotPriorities", cJSON_IsArray(priorities) ? json_thaw(priorities) : cJSON_CreateArray());
    json_add((cJSON *)json_get(locale, "intents"), made);
}

static void take_slot_type(cJSON *archive, const struct file *file)
{
    cJSON *locale = locale_in(archive, folder_above(file->path, 3));
    cJSON *made = archive_to_api(file->root, shape_of("DescribeSlotType"));
    cJSON_DeleteItemFromObjectCaseSensitive(made, "slotTypeId");
    set_id(made, "slotTypeId", file->root);
    json_add((cJSON *)json_get(locale, "slotTypes"), made);
}

/* What archives say of a slot beside its elicitation stands within it in the API. */
static cJSON *slot_of(const cJSON *root)
{
    cJSON *made = archive_to_api(root, shape_of("DescribeSlot"));
    cJSON *setting = (cJSON *)json_get(made, "valueElicitationSetting");
    const struct shape *shape = shape_member(shape_of("DescribeSlot"), STR("valueElicitationSetting"))->shape;
    cJSON *beside = archive_to_api(root, shape), *each;
    if (!setting) {
        setting = cJSON_CreateObject();
        json_set(made, "valueElicitationSetting", setting);
    }
    cJSON_ArrayForEach(each, beside)
    {
        if (!json_get(setting, each->string))
            json_set(setting, each->string, json_thaw(each));
    }
    cJSON_Delete(beside);
    set_id(made, "slotId", root);
    return made;
}

static bool take_slot(struct files *files, cJSON *archive, const struct file *file)
{
    cJSON *locale = locale_in(archive, folder_above(file->path, 5));
    cJSON *intent = find_by(json_get(locale, "intents"), "folder", folder_above(file->path, 3));
    if (!intent)
        return fail(files, arena_printf(files->arena, "The file %.*s belongs to no intent.", STR_ARG(file->path)));
    json_add((cJSON *)json_get(intent, "slots"), slot_of(file->root));
    return true;
}

static void take_vocabulary(cJSON *archive, const struct file *file)
{
    cJSON *locale = locale_in(archive, folder_above(file->path, 2));
    const cJSON *item;
    const struct shape *items =
        shape_member(shape_of("ListCustomVocabularyItems"), STR("customVocabularyItems"))->shape;
    cJSON_ArrayForEach(item, json_get(file->root, "customVocabularyItems"))
    {
        if (cJSON_IsObject(item))
            json_add((cJSON *)json_get(locale, "vocabulary"), archive_to_api(item, items->element));
    }
}

/* "BOT" as AWS writes it, "Bot" as the guide does. */
static const char *kind_of(struct str written)
{
    static const char *const kinds[][2] = {
        { "BOT", "Bot" },
        { "BOTLOCALE", "BotLocale" },
        { "BOT_LOCALE", "BotLocale" },
        { "CUSTOMVOCABULARY", "CustomVocabulary" },
        { "CUSTOM_VOCABULARY", "CustomVocabulary" },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_equal_ignoring_case(written, str_of(kinds[i][0])))
            return kinds[i][1];
    return NULL;
}

static bool take_manifest(struct files *files, cJSON *archive, const cJSON *root)
{
    const cJSON *data = json_get(root, "metaData") ? json_get(root, "metaData") : json_get(root, "metadata");
    const char *kind = kind_of(json_str(data, "resourceType"));
    if (!kind)
        return fail(files, "The manifest names no resourceType of Bot, BotLocale or CustomVocabulary.");
    if (!str_is(json_str(data, "fileFormat"), "LexJson"))
        return fail(files, "The fileFormat of the manifest must be LexJson.");
    json_set_string(archive, "resourceType", kind);
    return true;
}

static bool take(struct files *files, cJSON *archive, const struct file *file, const char *leaf)
{
    if (strcmp(leaf, "Manifest.json") == 0)
        return take_manifest(files, archive, file->root);
    if (strcmp(leaf, "Bot.json") == 0)
        json_set(archive, "bot", archive_to_api(file->root, shape_of("DescribeBot")));
    else if (strcmp(leaf, "BotLocale.json") == 0)
        take_locale(archive, file);
    else if (strcmp(leaf, "Intent.json") == 0)
        take_intent(archive, file);
    else if (strcmp(leaf, "SlotType.json") == 0)
        take_slot_type(archive, file);
    else if (strcmp(leaf, "CustomVocabulary.json") == 0)
        take_vocabulary(archive, file);
    else
        return take_slot(files, archive, file);
    return true;
}

/* The order of the files in the ZIP is nobody's: what others stand in comes first. */
static bool take_all(struct files *files, cJSON *archive)
{
    static const char *const order[] = { "Manifest.json", "Bot.json",  "BotLocale.json",       "Intent.json",
                                         "SlotType.json", "Slot.json", "CustomVocabulary.json" };
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        for (size_t j = 0; j < files->count; j++)
            if (str_equal_ignoring_case(leaf_of(files->at[j].path), str_of(order[i])) &&
                !take(files, archive, &files->at[j], order[i]))
                return false;
    return true;
}

static bool check_whole(struct files *files, const cJSON *archive)
{
    struct str kind = json_str(archive, "resourceType");
    const cJSON *locale;
    if (!kind.length)
        return fail(files, "The archive has no Manifest.json.");
    if (str_is(kind, "Bot") && !json_get(archive, "bot"))
        return fail(files, "The archive of a bot has no Bot.json.");
    if (str_is(kind, "BotLocale") && !json_get(archive, "locales")->child)
        return fail(files, "The archive of a locale has no BotLocale.json.");
    cJSON_ArrayForEach(locale, json_get(archive, "locales"))
    {
        if (!str_is(kind, "CustomVocabulary") && !json_str(json_get(locale, "locale"), "localeId").length)
            return fail(files, "The archive has intents or slot types beside no BotLocale.json with an identifier.");
    }
    return true;
}

cJSON *archive_read(struct arena *arena, struct str zip, struct str password_or_none, const char **reterr_why)
{
    struct files files = { .arena = arena };
    cJSON *archive = cJSON_CreateObject();
    json_set(archive, "locales", cJSON_CreateArray());
    if (unzip(&files, zip, password_or_none) && take_all(&files, archive) && check_whole(&files, archive))
        return archive;
    cJSON_Delete(archive);
    *reterr_why = files.why;
    return NULL;
}
