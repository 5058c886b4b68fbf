/* What an archive holds becomes resources. First all of it is looked through, then rows change: an import that fails changes
 * nothing. */
#include "aws/arn.h"
#include "aws/validate.h"
#include "services/lexv2/builtin.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/locale.h"
#include "services/lexv2/record.h"
#include "services/lexv2/tag.h"
#include "services/lexv2/transfer.h"
#include "services/lexv2/vocabulary.h"

struct applying {
    struct world *world;
    struct scope scope;
    struct arena *arena;
    const cJSON *archive;
    cJSON *import;
    struct str strategy;
    const char *why;
};

__attribute__((format(printf, 2, 3))) static bool refuse(struct applying *applying, const char *format, ...)
{
    struct buf text = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    if (!applying->why)
        applying->why = arena_copy(applying->arena, buf_str(&text));
    buf_release(&text);
    return false;
}

static const cJSON *find_by(const cJSON *items, const char *member, struct str text)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, items)
    {
        if (text.length && str_equal(json_str(item, member), text))
            return item;
    }
    return NULL;
}

/* ---- looking through ---- */

/* The members of the operation that would make it, as the model wants them. */
static bool check_content(struct applying *applying, const cJSON *node, const char *operation, const char *name_member)
{
    const struct shape *shape = model_operation(&lexv2_model, str_of(operation))->input;
    const char *name = json_string(node, name_member);
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        if (member->location != LOCATION_BODY || strcmp(member->name, "slotPriorities") == 0)
            continue;
        const char *why = validate_member(applying->arena, member, json_get(node, member->name));
        if (why)
            return refuse(applying, "%s %s: %s", operation + strlen("Create"), name ? name : "", why);
    }
    return true;
}

static bool check_twins(struct applying *applying, const cJSON *items, const char *member)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, items)
    {
        struct str name = json_str(item, member);
        if (name.length && find_by(items, member, name) != item)
            return refuse(applying, "The archive has the %s %s twice.", member, json_string(item, member));
    }
    return true;
}

/* The quotas hold for imports too. */
static bool check_room(struct applying *applying, size_t count, size_t most, const char *noun)
{
    return count <= most || refuse(applying, "You have reached your quota of %zu %s.", most, noun);
}

static size_t count_of(const cJSON *items)
{
    return (size_t)cJSON_GetArraySize(items);
}

static bool check_priorities(struct applying *applying, const cJSON *intent)
{
    const cJSON *priority;
    cJSON_ArrayForEach(priority, json_get(intent, "slotPriorities"))
    {
        struct str slot = json_str(priority, "slotName");
        if (!find_by(json_get(intent, "slots"), "slotName", slot))
            return refuse(applying, "Intent %s gives a priority to the slot %.*s, which the archive lacks.",
                          json_string(intent, "intentName"), STR_ARG(slot.at ? slot : STR("")));
    }
    return true;
}

static bool check_intent(struct applying *applying, const cJSON *intent)
{
    const cJSON *slot;
    if (!check_content(applying, intent, "CreateIntent", "intentName") ||
        !check_room(applying, count_of(json_get(intent, "slots")), LEXV2_SLOTS_MOST, "slots of an intent") ||
        !check_twins(applying, json_get(intent, "slots"), "slotName") || !check_priorities(applying, intent))
        return false;
    cJSON_ArrayForEach(slot, json_get(intent, "slots"))
    {
        if (!check_content(applying, slot, "CreateSlot", "slotName"))
            return false;
    }
    return true;
}

static bool check_locale(struct applying *applying, const cJSON *content)
{
    const cJSON *each, *locale = json_get(content, "locale");
    struct str id = json_str(locale, "localeId");
    if (!lexv2_locale_name(id))
        return refuse(applying, "Amazon Lex doesn't support the locale %.*s.", STR_ARG(id));
    if (!check_content(applying, locale, "CreateBotLocale", "localeId") ||
        !check_room(applying, count_of(json_get(content, "intents")), LEXV2_INTENTS_MOST, "intents of a locale") ||
        !check_room(applying, count_of(json_get(content, "slotTypes")), LEXV2_SLOT_TYPES_MOST,
                    "slot types of a locale") ||
        !check_twins(applying, json_get(content, "intents"), "intentName") ||
        !check_twins(applying, json_get(content, "slotTypes"), "slotTypeName"))
        return false;
    cJSON_ArrayForEach(each, json_get(content, "slotTypes"))
    {
        if (!check_content(applying, each, "CreateSlotType", "slotTypeName"))
            return false;
    }
    cJSON_ArrayForEach(each, json_get(content, "intents"))
    {
        if (!check_intent(applying, each))
            return false;
    }
    return true;
}

/* Two folders may tell of one locale. */
static bool check_single(struct applying *applying, const cJSON *content)
{
    struct str id = json_str(json_get(content, "locale"), "localeId");
    const cJSON *before = json_get(applying->archive, "locales")->child;
    while (before != content && !str_equal(json_str(json_get(before, "locale"), "localeId"), id))
        before = before->next;
    return before == content || refuse(applying, "The archive has the locale %.*s twice.", STR_ARG(id));
}

static bool check_locales(struct applying *applying)
{
    const cJSON *content;
    cJSON_ArrayForEach(content, json_get(applying->archive, "locales"))
    {
        if (!check_locale(applying, content) || !check_single(applying, content))
            return false;
    }
    return true;
}

/* ---- rows ---- */

static void stamp(struct applying *applying, cJSON *row)
{
    json_set_int64(row, "creationDateTime", clock_now(applying->world->clock));
    json_set_int64(row, "lastUpdatedDateTime", clock_now(applying->world->clock));
    cJSON_DeleteItemFromObjectCaseSensitive(row, "folder");
}

/* The row below `within` whose member is this name; STR_NONE: there is none. The id, in the arena. */
static struct str existing(struct applying *applying, const struct table_def *table, const struct lexv2_key *within,
                           const char *member, struct str name, const char *id)
{
    char prefix[LEXV2_KEY_BYTES];
    struct str start = lexv2_key_within(prefix, within);
    struct cursor at = store_seek_from(applying->world->store, applying->scope, table, NULL, start);
    while (store_next_within(&at, start)) {
        if (!str_equal(json_str(json_root(at.row), member), name))
            continue;
        struct str found = arena_str(applying->arena, json_str(json_root(at.row), id));
        store_close(&at);
        return found;
    }
    return STR_NONE;
}

static struct str new_id(struct applying *applying)
{
    char id[LEXV2_ID_LENGTH + 1];
    lexv2_new_id(applying->world, id);
    return arena_str(applying->arena, str_of(id));
}

/* Which id a slot type of the archive, told by its name or its old id, has become. */
static struct str type_id(struct applying *applying, const cJSON *types, const struct lexv2_key *locale,
                          struct str told)
{
    if (!told.length || str_starts(told, STR("AMAZON.")))
        return told;
    const cJSON *type = find_by(types, "slotTypeName", told);
    type = type ? type : find_by(types, "slotTypeId", told);
    struct str name = type ? json_str(type, "slotTypeName") : told;
    struct str id = existing(applying, &lexv2_slot_type_table, locale, "slotTypeName", name, "slotTypeId");
    return id.length ? id : told;
}

/* In a node and all below: depth is the archive's. */
static void rename_types(struct applying *applying, const cJSON *types, const struct lexv2_key *locale, cJSON *node)
{
    struct str told = json_str(node, "slotTypeId");
    if (told.length) {
        struct str id = arena_str(applying->arena, type_id(applying, types, locale, told));
        json_set_str(node, "slotTypeId", id);
    }
    cJSON *child;
    cJSON_ArrayForEach(child, node)
    {
        if (cJSON_IsObject(child) || cJSON_IsArray(child))
            rename_types(applying, types, locale, child);
    }
}

static void put_slot_types(struct applying *applying, const cJSON *types, const struct lexv2_key *locale)
{
    const cJSON *type;
    cJSON_ArrayForEach(type, types)
    {
        struct lexv2_key key = *locale;
        key.part = existing(applying, &lexv2_slot_type_table, locale, "slotTypeName", json_str(type, "slotTypeName"),
                            "slotTypeId");
        if (key.part.length)
            continue; /* appending leaves what is there */
        key.part = new_id(applying);
        cJSON *row = json_thaw(type);
        stamp(applying, row);
        json_set_str(row, "slotTypeId", key.part);
        lexv2_put(applying->world, applying->scope, &lexv2_slot_type_table, &key, row);
    }
    /* Composite ones name others, whose ids are known only now. */
    cJSON_ArrayForEach(type, types)
    {
        struct lexv2_key key = *locale;
        key.part = existing(applying, &lexv2_slot_type_table, locale, "slotTypeName", json_str(type, "slotTypeName"),
                            "slotTypeId");
        if (!json_get(type, "compositeSlotTypeSetting"))
            continue;
        struct json *before = lexv2_get(applying->world, applying->scope, &lexv2_slot_type_table, &key);
        cJSON *row = json_thaw(json_root(before));
        rename_types(applying, types, locale, (cJSON *)json_get(row, "compositeSlotTypeSetting"));
        lexv2_put(applying->world, applying->scope, &lexv2_slot_type_table, &key, row);
    }
}

static void put_slots(struct applying *applying, const cJSON *intent, const cJSON *types, const struct lexv2_key *key,
                      cJSON *row)
{
    cJSON *priorities = cJSON_CreateArray();
    const cJSON *slot, *priority;
    cJSON_ArrayForEach(slot, json_get(intent, "slots"))
    {
        struct lexv2_key own = *key, locale = *key;
        own.slot = new_id(applying);
        locale.part = STR_NONE;
        cJSON *made = json_thaw(slot);
        stamp(applying, made);
        json_set_str(made, "slotId", own.slot);
        rename_types(applying, types, &locale, made);
        cJSON_ArrayForEach(priority, json_get(intent, "slotPriorities"))
        {
            if (!str_equal(json_str(priority, "slotName"), json_str(slot, "slotName")))
                continue;
            cJSON *told = cJSON_CreateObject();
            json_set_int64(told, "priority", json_int64(priority, "priority", 0));
            json_set_str(told, "slotId", own.slot);
            json_add(priorities, told);
        }
        lexv2_put(applying->world, applying->scope, &lexv2_slot_table, &own, made);
    }
    json_set(row, "slotPriorities", priorities);
    cJSON_DeleteItemFromObjectCaseSensitive(row, "slots");
}

static void put_intents(struct applying *applying, const cJSON *content, const struct lexv2_key *locale)
{
    const cJSON *intent, *types = json_get(content, "slotTypes");
    cJSON_ArrayForEach(intent, json_get(content, "intents"))
    {
        struct lexv2_key key = *locale;
        bool fallback = str_is(json_str(intent, "parentIntentSignature"), "AMAZON.FallbackIntent");
        key.part = existing(applying, &lexv2_intent_table, locale, "intentName", json_str(intent, "intentName"),
                            "intentId");
        if (key.part.length && !str_is(key.part, LEXV2_FALLBACK_ID))
            continue; /* appending leaves what is there */
        key.part = fallback ? STR(LEXV2_FALLBACK_ID) : new_id(applying);
        cJSON *row = json_thaw(intent);
        stamp(applying, row);
        json_set_str(row, "intentId", key.part);
        put_slots(applying, intent, types, &key, row);
        lexv2_put(applying->world, applying->scope, &lexv2_intent_table, &key, row);
    }
}

/* `settings`, where not NULL, is what the import itself says about the locale. */
static void put_locale(struct applying *applying, const cJSON *content, const struct lexv2_key *key,
                       const cJSON *settings)
{
    struct json *before = lexv2_get(applying->world, applying->scope, &lexv2_locale_table, key);
    bool append = before && str_is(applying->strategy, "Append");
    cJSON *row = json_thaw(append ? json_root(before) : json_get(content, "locale"));
    const cJSON *setting;
    if (!append) {
        lexv2_locale_empty(applying->world, applying->scope, key);
        lexv2_locale_make_fallback(applying->world, applying->scope, key);
        stamp(applying, row);
    }
    cJSON_ArrayForEach(setting, settings)
    {
        if (strcmp(setting->string, "botId") != 0 && strcmp(setting->string, "botVersion") != 0)
            json_set(row, setting->string, json_thaw(setting));
    }
    json_set_str(row, "localeId", key->locale);
    json_set_string(row, "localeName", lexv2_locale_name(key->locale));
    json_set_string(row, "botLocaleStatus", "Importing");
    cJSON_DeleteItemFromObjectCaseSensitive(row, "failureReasons");
    lexv2_locale_begin(applying->world, applying->scope, key, row);
    put_slot_types(applying, json_get(content, "slotTypes"), key);
    put_intents(applying, content, key);
    const cJSON *vocabulary = json_get(content, "vocabulary");
    if (vocabulary && vocabulary->child)
        lexv2_vocabulary_put(applying->world, applying->scope, key, vocabulary);
}

/* ---- the three kinds ---- */

static bool is_busy(const cJSON *locale)
{
    struct str status = json_str(locale, "botLocaleStatus");
    return str_is(status, "Building") || str_is(status, "Deleting");
}

/* With what is there, where the archive's are appended to it. */
static bool check_appended(struct applying *applying, const struct table_def *table, const struct lexv2_key *locale,
                           const cJSON *items, const char *member, const char *id, size_t most, const char *noun)
{
    size_t count = lexv2_count(applying->world, applying->scope, table, locale, most);
    const cJSON *item;
    cJSON_ArrayForEach(item, items)
        count += !existing(applying, table, locale, member, json_str(item, member), id).length;
    return check_room(applying, count, most, noun);
}

/* Where a locale is there already. */
static bool check_conflict(struct applying *applying, const struct lexv2_key *key, const cJSON *content)
{
    struct json *before = lexv2_get(applying->world, applying->scope, &lexv2_locale_table, key);
    if (!before)
        return true;
    if (is_busy(json_root(before)))
        return refuse(applying, "The locale %.*s is in the state %s.", STR_ARG(key->locale),
                      json_string(json_root(before), "botLocaleStatus"));
    if (str_is(applying->strategy, "FailOnConflict"))
        return refuse(applying, "The locale %.*s exists already.", STR_ARG(key->locale));
    return !str_is(applying->strategy, "Append") ||
           (check_appended(applying, &lexv2_intent_table, key, json_get(content, "intents"), "intentName", "intentId",
                           LEXV2_INTENTS_MOST, "intents of a locale") &&
            check_appended(applying, &lexv2_slot_type_table, key, json_get(content, "slotTypes"), "slotTypeName",
                           "slotTypeId", LEXV2_SLOT_TYPES_MOST, "slot types of a locale"));
}

static void note_result(struct applying *applying, struct str id)
{
    json_set_str(applying->import, "importedResourceId", id);
}

static cJSON *bot_row(struct applying *applying, const cJSON *specification, const cJSON *before)
{
    static const char *const said[] = { "botName", "roleArn", "dataPrivacy", "idleSessionTTLInSeconds",
                                        "errorLogSettings" };
    cJSON *row = before ? json_thaw(before) : json_thaw(json_get(applying->archive, "bot"));
    if (!before)
        stamp(applying, row);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (json_get(specification, said[i]))
            json_set(row, said[i], json_thaw(json_get(specification, said[i])));
    if (!json_get(row, "idleSessionTTLInSeconds"))
        json_set_int64(row, "idleSessionTTLInSeconds", 300);
    json_set_string(row, "botType", "Bot");
    json_set_int64(row, "lastUpdatedDateTime", clock_now(applying->world->clock));
    return row;
}

static void tag(struct applying *applying, const cJSON *specification, struct str id)
{
    char *bot = arn_make(applying->arena, "lex", applying->scope.region, applying->scope.account, "bot/%.*s",
                         STR_ARG(id));
    char *alias = arn_make(applying->arena, "lex", applying->scope.region, applying->scope.account,
                           "bot-alias/%.*s/" LEXV2_TEST_ALIAS, STR_ARG(id));
    lexv2_tag_begin(applying->world, applying->scope, str_of(bot), json_get(specification, "botTags"));
    lexv2_tag_begin(applying->world, applying->scope, str_of(alias), json_get(specification, "testBotAliasTags"));
}

static struct lexv2_key draft_locale(struct str bot, const cJSON *content)
{
    return (struct lexv2_key){ bot, STR(LEXV2_DRAFT), json_str(json_get(content, "locale"), "localeId"), STR_NONE,
                               STR_NONE };
}

static bool check_bot(struct applying *applying, const cJSON *specification, struct str id)
{
    const cJSON *content;
    if (!id.length)
        return check_room(
            applying,
            lexv2_count(applying->world, applying->scope, &lexv2_bot_table, &(struct lexv2_key){ 0 }, LEXV2_BOTS_MOST) +
                1,
            LEXV2_BOTS_MOST, "bots in this account");
    if (str_is(applying->strategy, "FailOnConflict"))
        return refuse(applying, "A bot with the name %s exists already.", json_string(specification, "botName"));
    cJSON_ArrayForEach(content, json_get(applying->archive, "locales"))
    {
        struct lexv2_key key = draft_locale(id, content);
        if (!check_conflict(applying, &key, content))
            return false;
    }
    return true;
}

static bool import_bot(struct applying *applying, const cJSON *specification)
{
    const cJSON *content;
    struct lexv2_key all = { 0 };
    struct str id = existing(applying, &lexv2_bot_table, &all, "botName", json_str(specification, "botName"), "botId");
    if (!check_locales(applying) || !check_bot(applying, specification, id))
        return false;
    struct json *before = id.length ? lexv2_get(applying->world, applying->scope, &lexv2_bot_table,
                                                &(struct lexv2_key){ .bot = id })
                                    : NULL;
    cJSON *row = bot_row(applying, specification, before ? json_root(before) : NULL);
    if (before) {
        lexv2_put(applying->world, applying->scope, &lexv2_bot_table, &(struct lexv2_key){ .bot = id }, row);
    } else {
        id = new_id(applying);
        json_set_str(row, "botId", id);
        json_set_string(row, "botStatus", "Importing");
        lexv2_bot_begin(applying->world, applying->scope, id, row);
        tag(applying, specification, id);
    }
    cJSON_ArrayForEach(content, json_get(applying->archive, "locales"))
    {
        struct lexv2_key key = draft_locale(id, content);
        put_locale(applying, content, &key, NULL);
    }
    note_result(applying, id);
    return true;
}

static bool need_bot(struct applying *applying, const cJSON *specification)
{
    struct lexv2_key key = { .bot = json_str(specification, "botId") };
    return lexv2_get(applying->world, applying->scope, &lexv2_bot_table, &key) ||
           refuse(applying, "The bot %.*s doesn't exist.", STR_ARG(key.bot));
}

static struct lexv2_key named_locale(const cJSON *specification)
{
    return (struct lexv2_key){ json_str(specification, "botId"), STR(LEXV2_DRAFT), json_str(specification, "localeId"),
                               STR_NONE, STR_NONE };
}

/* A locale may be imported as another one: the same intents under en_GB. */
static bool import_locale(struct applying *applying, const cJSON *specification)
{
    struct lexv2_key key = named_locale(specification);
    const cJSON *contents = json_get(applying->archive, "locales");
    if (contents->child->next)
        return refuse(applying, "The archive has more than one locale.");
    if (!lexv2_locale_name(key.locale))
        return refuse(applying, "Amazon Lex doesn't support the locale %.*s.", STR_ARG(key.locale));
    if (!need_bot(applying, specification) || !check_locales(applying) ||
        !check_conflict(applying, &key, contents->child))
        return false;
    put_locale(applying, contents->child, &key, specification);
    note_result(applying, key.locale);
    return true;
}

static bool import_vocabulary(struct applying *applying, const cJSON *specification)
{
    struct lexv2_key key = named_locale(specification);
    const cJSON *content = json_get(applying->archive, "locales")->child;
    if (!lexv2_get(applying->world, applying->scope, &lexv2_locale_table, &key))
        return refuse(applying, "The locale %.*s doesn't exist.", STR_ARG(key.locale));
    bool there = lexv2_get(applying->world, applying->scope, &lexv2_vocabulary_table, &key);
    if (there && str_is(applying->strategy, "FailOnConflict"))
        return refuse(applying, "The locale %.*s has a custom vocabulary already.", STR_ARG(key.locale));
    struct json *before = there ? json_ref(lexv2_get(applying->world, applying->scope, &lexv2_vocabulary_table, &key))
                                : NULL;
    if (there && str_is(applying->strategy, "Overwrite"))
        lexv2_delete(applying->world, applying->scope, &lexv2_vocabulary_table, &key);
    bool good = lexv2_vocabulary_put(applying->world, applying->scope, &key, json_get(content, "vocabulary"));
    if (!good && before)
        lexv2_put(applying->world, applying->scope, &lexv2_vocabulary_table, &key, json_thaw(json_root(before)));
    json_unref(before);
    if (!good)
        return refuse(applying, "The archive holds no custom vocabulary of at most 500 phrases.");
    lexv2_locale_touch(applying->world, applying->scope, &key);
    note_result(applying, key.locale);
    return true;
}

bool lexv2_import_apply(struct world *world, struct scope scope, cJSON *import, const cJSON *archive,
                        struct arena *arena, const char **reterr_why)
{
    struct applying applying = { world, scope, arena, archive, import, json_str(import, "mergeStrategy"), NULL };
    struct str wanted = json_str(import, "importedResourceType"), kind = json_str(archive, "resourceType");
    const cJSON *specification = json_get(import, "resourceSpecification")->child;
    bool good;
    if (!str_equal(wanted, kind))
        good = refuse(&applying, "The archive holds a %.*s, and a %.*s is to be imported.", STR_ARG(kind),
                      STR_ARG(wanted));
    else if (str_is(kind, "Bot"))
        good = import_bot(&applying, specification);
    else if (str_is(kind, "BotLocale"))
        good = import_locale(&applying, specification);
    else
        good = import_vocabulary(&applying, specification);
    *reterr_why = applying.why;
    return good;
}
