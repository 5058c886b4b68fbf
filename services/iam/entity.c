#include "services/iam/entity.h"

#include <ctype.h>

#include "aws/page.h"
#include "services/iam/iam_model.h"

#define TAGS_MOST  50
#define PAGE_ITEMS 100

char *entity_id(struct call *call, const char *prefix)
{
    char rest[18];
    random_text(&call->world->random, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17, rest);
    return arena_printf(call->arena, "%s%s", prefix, rest);
}

struct str entity_key(struct arena *arena, struct str name)
{
    char *key = arena_copy(arena, name);
    for (char *at = key; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return (struct str){ key, name.length };
}

char *entity_arn(struct call *call, const char *kind, const char *path, const char *name)
{
    return arena_printf(call->arena, "arn:aws:iam::%s:%s%s%s", call->caller.account, kind, path, name);
}

void entity_set_document(struct call *call, cJSON *output, const char *name, struct str document)
{
    static const char hex[] = "0123456789ABCDEF";
    struct buf encoded = BUF_EMPTY;
    for (size_t i = 0; i < document.length; i++) {
        unsigned char byte = (unsigned char)document.at[i];
        if (isalnum(byte) || (byte && strchr("-_.~", byte))) {
            buf_add_byte(&encoded, (char)byte);
            continue;
        }
        char escape[3] = { '%', hex[byte >> 4], hex[byte & 15] };
        buf_add(&encoded, escape, 3);
    }
    json_set_str(output, name, buf_str(&encoded));
    buf_release(&encoded);
}

void entity_copy(cJSON *output, const char *name, const cJSON *row)
{
    const cJSON *value = json_get(row, name);
    if (value)
        json_set(output, name, json_thaw(value));
}

void entity_copy_time(cJSON *output, const char *name, const cJSON *row)
{
    const cJSON *value = json_get(row, name);
    if (value)
        json_set(output, name, json_new_time(json_to_int64(value)));
}

/* ---- tags ---- */

static cJSON *find_tag(cJSON *tags, struct str key)
{
    for (cJSON *tag = tags->child; tag; tag = tag->next) {
        if (str_equal_ignoring_case(json_str(tag, "Key"), key))
            return tag;
    }
    return NULL;
}

cJSON *entity_tags_merged(struct call *call, const cJSON *existing, const cJSON *added, enum outcome *ret_failed)
{
    cJSON *tags = existing ? json_thaw(existing) : cJSON_CreateArray();
    const cJSON *tag;
    size_t given = 0;
    cJSON_ArrayForEach(tag, added)
    {
        for (const cJSON *other = tag->next; other; other = other->next) {
            if (!str_equal_ignoring_case(json_str(tag, "Key"), json_str(other, "Key")))
                continue;
            cJSON_Delete(tags);
            *ret_failed = call_fail(call, &IAM_INVALID_INPUT_EXCEPTION,
                                    "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
            return NULL;
        }
        given++;
        cJSON *same = find_tag(tags, json_str(tag, "Key"));
        if (same)
            json_set_str(same, "Value", json_str(tag, "Value"));
        else
            json_add(tags, json_thaw(tag));
    }
    if (given > 0 && cJSON_GetArraySize(tags) > TAGS_MOST) {
        cJSON_Delete(tags);
        *ret_failed = call_fail(call, &IAM_LIMIT_EXCEEDED_EXCEPTION,
                                "The number of tags has reached the maximum limit of %d.", TAGS_MOST);
        return NULL;
    }
    return tags;
}

cJSON *entity_tagged(struct call *call, const cJSON *row, enum outcome *ret_failed)
{
    cJSON *tags = entity_tags_merged(call, json_get(row, "Tags"), json_get(call->input, "Tags"), ret_failed);
    if (!tags)
        return NULL;
    cJSON *changed = json_thaw(row);
    json_set(changed, "Tags", tags);
    return changed;
}

cJSON *entity_untagged(struct call *call, const cJSON *row)
{
    cJSON *tags = cJSON_CreateArray(), *changed = json_thaw(row);
    const cJSON *tag, *key;
    cJSON_ArrayForEach(tag, json_get(row, "Tags"))
    {
        bool goes = false;
        cJSON_ArrayForEach(key, json_get(call->input, "TagKeys"))
            goes = goes || str_equal_ignoring_case(json_str(tag, "Key"), json_value(key));
        if (!goes)
            json_add(tags, json_thaw(tag));
    }
    json_set(changed, "Tags", tags);
    return changed;
}

static cJSON *tag_item(struct call *call, const cJSON *tag)
{
    return json_thaw(tag);
}

enum outcome entity_list_tags(struct call *call, const cJSON *row)
{
    return entity_list_array(call, "Tags", json_get(row, "Tags"), tag_item);
}

/* ---- pages ---- */

static bool page_start(struct call *call, struct str filter, struct str *ret_after, enum outcome *ret_failed)
{
    *ret_after = STR_NONE;
    if (!input_has(call, "Marker"))
        return true;
    if (page_place(call, input_str(call, "Marker"), filter, ret_after))
        return true;
    *ret_failed = call_fail(call, &ERROR_VALIDATION, "Invalid Marker.");
    return false;
}

static void page_end(struct call *call, const char *member, cJSON *list, bool more, struct str place, struct str filter)
{
    output_json(call, member, list);
    output_bool(call, "IsTruncated", more);
    if (more)
        output_string(call, "Marker", page_token(call, place, filter));
}

enum outcome entity_list(struct call *call, const struct entity_listing *listing)
{
    struct str after;
    enum outcome failed;
    if (!page_start(call, listing->filter, &after, &failed))
        return failed;
    int64_t most = input_int64(call, "MaxItems", PAGE_ITEMS), count = 0;
    cJSON *list = cJSON_CreateArray();
    struct str last = STR_NONE;
    bool more = false;
    struct cursor at = store_seek(call->world->store, call_scope(call), listing->table, NULL, after, false);
    while (store_next(&at)) {
        if (count == most) {
            more = true;
            store_close(&at);
            break;
        }
        if (!listing->add(call, list, json_root(at.row), listing->data))
            continue;
        last = arena_str(call->arena, at.key);
        count++;
    }
    page_end(call, listing->member, list, more, last, listing->filter);
    return CALL_DONE;
}

enum outcome entity_list_array(struct call *call, const char *member, const cJSON *array,
                               cJSON *(*item)(struct call *call, const cJSON *element))
{
    struct str after, filter = str_of(member);
    enum outcome failed;
    if (!page_start(call, filter, &after, &failed))
        return failed;
    int64_t skip = 0, most = input_int64(call, "MaxItems", PAGE_ITEMS), index = 0;
    if (after.at && !str_to_int64(after, &skip))
        return call_fail(call, &ERROR_VALIDATION, "Invalid Marker.");
    cJSON *list = cJSON_CreateArray();
    bool more = false;
    const cJSON *element;
    cJSON_ArrayForEach(element, array)
    {
        if (index >= skip + most) {
            more = true;
            break;
        }
        if (index++ >= skip)
            json_add(list, item(call, element));
    }
    page_end(call, member, list, more, str_of(arena_printf(call->arena, "%lld", (long long)index)), filter);
    return CALL_DONE;
}

enum outcome entity_list_counted(struct call *call, const char *member, size_t count,
                                 cJSON *(*item)(struct call *call, size_t index, void *data), void *data)
{
    struct str after, filter = str_of(member);
    enum outcome failed;
    if (!page_start(call, filter, &after, &failed))
        return failed;
    int64_t skip = 0, most = input_int64(call, "MaxItems", PAGE_ITEMS), all = (int64_t)count;
    if (after.at && (!str_to_int64(after, &skip) || skip < 0 || skip > all))
        return call_fail(call, &ERROR_VALIDATION, "Invalid Marker.");
    int64_t end = all - skip > most ? skip + most : all;
    cJSON *list = cJSON_CreateArray();
    for (int64_t index = skip; index < end; index++)
        json_add(list, item(call, (size_t)index, data));
    page_end(call, member, list, end < all, str_of(arena_printf(call->arena, "%lld", (long long)end)), filter);
    return CALL_DONE;
}

/* ---- documents ---- */

bool document_is_good(struct call *call, struct str document, enum policy_kind kind, enum outcome *ret_failed)
{
    char *why = NULL;
    const struct policy *policy = policy_parse(call->arena, document, kind, &why);
    if (!policy) {
        *ret_failed = call_fail_with(call, &IAM_MALFORMED_POLICY_DOCUMENT_EXCEPTION, str_of(why));
        return false;
    }
    policy_release(policy);
    return true;
}

size_t document_size(struct str document)
{
    size_t size = 0;
    for (size_t i = 0; i < document.length; i++)
        size += strchr(" \t\r\n", document.at[i]) == NULL;
    return size;
}
