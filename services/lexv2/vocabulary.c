#include "services/lexv2/vocabulary.h"

#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/locale.h"
#include "services/lexv2/record.h"

const struct table_def lexv2_vocabulary_table = { .name = "lexv2.vocabulary" };

#define ITEMS_MOST 500 /* "Custom vocabulary": phrases of a locale */

static struct lexv2_key locale_of_call(struct call *call)
{
    struct lexv2_key key = lexv2_key_of_call(call);
    key.part = key.slot = STR_NONE;
    return key;
}

/* ---- rows ---- */

static cJSON *thaw_items(struct json *row_or_null)
{
    const cJSON *items = row_or_null ? json_get(json_root(row_or_null), "items") : NULL;
    return items ? json_thaw(items) : cJSON_CreateArray();
}

static cJSON *find(const cJSON *items, const char *member, struct str text)
{
    cJSON *item;
    cJSON_ArrayForEach(item, items)
    {
        if (str_equal(json_str(item, member), text))
            return item;
    }
    return NULL;
}

static void keep(struct world *world, struct scope scope, const struct lexv2_key *locale, cJSON *items_taken)
{
    int64_t now = clock_now(world->clock);
    struct json *before = lexv2_get(world, scope, &lexv2_vocabulary_table, locale);
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "creationDateTime", before ? json_int64(json_root(before), "creationDateTime", now) : now);
    json_set_int64(row, "lastUpdatedDateTime", now);
    json_set(row, "items", items_taken);
    lexv2_put(world, scope, &lexv2_vocabulary_table, locale, row);
}

static void give_id(struct world *world, cJSON *item)
{
    char id[LEXV2_ID_LENGTH + 1];
    lexv2_new_id(world, id);
    json_set_string(item, "itemId", id);
}

bool lexv2_vocabulary_put(struct world *world, struct scope scope, const struct lexv2_key *locale, const cJSON *given)
{
    cJSON *items = thaw_items(lexv2_get(world, scope, &lexv2_vocabulary_table, locale));
    const cJSON *each;
    bool good = true;
    cJSON_ArrayForEach(each, given)
    {
        struct str phrase = json_str(each, "phrase");
        cJSON *item = json_thaw(each), *before = find(items, "phrase", phrase);
        good = good && phrase.length;
        if (before)
            cJSON_Delete(cJSON_DetachItemViaPointer(items, before));
        give_id(world, item);
        json_add(items, item);
    }
    good = good && cJSON_GetArraySize(items) <= ITEMS_MOST;
    if (good)
        keep(world, scope, locale, items);
    else
        cJSON_Delete(items);
    return good;
}

/* ---- what failed of a batch ---- */

static void add_failure(cJSON *failures, struct str id, const char *code, const char *message)
{
    cJSON *failure = cJSON_CreateObject();
    if (id.length)
        json_set_str(failure, "itemId", id);
    json_set_string(failure, "errorCode", code);
    json_set_string(failure, "errorMessage", message);
    json_add(failures, failure);
}

/* One item of a batch: adds what became of it to one of the two; the sentences are ours. */
typedef void (*change_fn)(struct call *call, cJSON *items, const cJSON *given, cJSON *failures, cJSON *done);

static void create_item(struct call *call, cJSON *items, const cJSON *given, cJSON *failures, cJSON *done)
{
    if (find(items, "phrase", json_str(given, "phrase"))) {
        add_failure(failures, STR_NONE, "DUPLICATE_INPUT", "The phrase is in the custom vocabulary already.");
        return;
    }
    if (cJSON_GetArraySize(items) >= ITEMS_MOST) {
        add_failure(failures, STR_NONE, "SERVICE_QUOTA_EXCEEDED", "The custom vocabulary is full.");
        return;
    }
    cJSON *item = json_thaw(given);
    give_id(call->world, item);
    json_add(done, json_thaw(item));
    json_add(items, item);
}

static void update_item(struct call *call, cJSON *items, const cJSON *given, cJSON *failures, cJSON *done)
{
    struct str id = json_str(given, "itemId");
    cJSON *item = find(items, "itemId", id);
    (void)call;
    if (!item) {
        add_failure(failures, id, "RESOURCE_DOES_NOT_EXIST", "The custom vocabulary has no such item.");
        return;
    }
    cJSON_Delete(cJSON_DetachItemViaPointer(items, item));
    json_add(items, json_thaw(given));
    json_add(done, json_thaw(given));
}

static void delete_item(struct call *call, cJSON *items, const cJSON *given, cJSON *failures, cJSON *done)
{
    struct str id = json_str(given, "itemId");
    cJSON *item = find(items, "itemId", id);
    (void)call;
    if (!item)
        add_failure(failures, id, "RESOURCE_DOES_NOT_EXIST", "The custom vocabulary has no such item.");
    else
        json_add(done, cJSON_DetachItemViaPointer(items, item));
}

static enum outcome change(struct call *call, change_fn change_item)
{
    struct lexv2_key key = locale_of_call(call);
    if (!lexv2_locale_to_change(call))
        return CALL_FAILED;
    cJSON *items = thaw_items(lexv2_get(call->world, call_scope(call), &lexv2_vocabulary_table, &key));
    cJSON *failures = cJSON_CreateArray(), *done = cJSON_CreateArray();
    const cJSON *given;
    cJSON_ArrayForEach(given, json_get(call->input, "customVocabularyItemList"))
    {
        change_item(call, items, given, failures, done);
    }
    bool changed = done->child;
    lexv2_answer(call, NULL);
    output_json(call, "errors", failures);
    output_json(call, "resources", done);
    if (!changed) {
        cJSON_Delete(items);
        return CALL_DONE;
    }
    keep(call->world, call_scope(call), &key, items);
    lexv2_locale_touch(call->world, call_scope(call), &key);
    return CALL_DONE;
}

/* ---- the operations ---- */

enum outcome batch_create_custom_vocabulary_item(struct call *call)
{
    return change(call, create_item);
}

enum outcome batch_update_custom_vocabulary_item(struct call *call)
{
    return change(call, update_item);
}

enum outcome batch_delete_custom_vocabulary_item(struct call *call)
{
    return change(call, delete_item);
}

static struct json *need(struct call *call)
{
    struct lexv2_key key = locale_of_call(call);
    return lexv2_need(call, &lexv2_locale_table, &key) ? lexv2_need(call, &lexv2_vocabulary_table, &key) : NULL;
}

enum outcome describe_custom_vocabulary_metadata(struct call *call)
{
    struct json *row = need(call);
    if (!row)
        return CALL_FAILED;
    lexv2_answer(call, json_root(row));
    output_string(call, "customVocabularyStatus", "Ready");
    return CALL_DONE;
}

enum outcome delete_custom_vocabulary(struct call *call)
{
    struct lexv2_key key = locale_of_call(call);
    if (!lexv2_locale_to_change(call) || !need(call))
        return CALL_FAILED;
    lexv2_delete(call->world, call_scope(call), &lexv2_vocabulary_table, &key);
    lexv2_locale_touch(call->world, call_scope(call), &key);
    lexv2_answer(call, NULL);
    output_string(call, "customVocabularyStatus", "Deleting");
    return CALL_DONE;
}

enum outcome list_custom_vocabulary_items(struct call *call)
{
    struct lexv2_key key = locale_of_call(call);
    if (!lexv2_need(call, &lexv2_locale_table, &key))
        return CALL_FAILED;
    cJSON *items = thaw_items(lexv2_get(call->world, call_scope(call), &lexv2_vocabulary_table, &key));
    enum outcome outcome = lexv2_list_items(call, items, "customVocabularyItems", "itemId");
    cJSON_Delete(items);
    return outcome;
}
