#include "services/lexv2/listing.h"

#include <stdlib.h>

#include "aws/page.h"
#include "services/lexv2/lexv2_model.h"

#define PAGE_DEFAULT 1000 /* "the maximum page size is returned": maxResults of the lists */
#define NAME_MOST    64

struct entry {
    struct str key;
    const cJSON *row;
    struct str text; /* what it is sorted by */
    int64_t number;
};

struct entries {
    struct entry *at;
    size_t count, room;
};

/* "IntentName" is the rows' intentName; a locale's is called localeName. */
static const char *member_of(struct call *call, struct str name)
{
    if (str_is(name, "BotLocaleName"))
        return "localeName";
    char *member = arena_copy(call->arena, str_first(name, NAME_MOST));
    if (member[0] >= 'A' && member[0] <= 'Z')
        member[0] = (char)(member[0] - 'A' + 'a');
    return member;
}

/* ---- filters ---- */

static bool fits_value(struct str text, struct str value, struct str operator)
{
    return str_is(operator, "CO") ? str_find(text, value) != SIZE_MAX : str_equal(text, value);
}

static bool fits(struct call *call, const cJSON *filter, const cJSON *row)
{
    struct str operator= json_str(filter, "operator");
    struct str text = json_str(row, member_of(call, json_str(filter, "name")));
    bool found = false;
    const cJSON *value;
    cJSON_ArrayForEach(value, json_get(filter, "values"))
    {
        found = found || fits_value(text, json_value(value), operator);
    }
    return found != str_is(operator, "NE");
}

static bool is_wanted(struct call *call, const struct lexv2_listing *listing, const cJSON *row)
{
    const cJSON *filter;
    cJSON_ArrayForEach(filter, json_get(call->input, "filters"))
    {
        if (!fits(call, filter, row))
            return false;
    }
    return !listing->wanted || listing->wanted(call, row);
}

/* ---- order ---- */

static void add_entry(struct call *call, struct entries *entries, const struct entry *entry)
{
    if (entries->count == entries->room) {
        size_t room = entries->room ? entries->room * 2 : 64;
        struct entry *larger = ARENA_ARRAY(call->arena, struct entry, room);
        if (entries->count)
            memcpy(larger, entries->at, entries->count * sizeof *larger);
        entries->at = larger;
        entries->room = room;
    }
    entries->at[entries->count++] = *entry;
}

static struct entry entry_of(struct str key, const cJSON *row, const char *order)
{
    struct entry entry = { .key = key, .row = row };
    if (order) {
        entry.text = json_str(row, order);
        entry.number = json_int64(row, order, 0);
    }
    return entry;
}

static int compare(const void *one, const void *other)
{
    const struct entry *a = one, *b = other;
    int by_text = str_compare(a->text, b->text);
    if (by_text)
        return by_text;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return str_compare(a->key, b->key);
}

/* Numbers of versions are texts: "10" comes behind "9". */
static void widen_numbers(struct entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        int64_t number;
        if (str_to_int64(entries->at[i].text, &number)) {
            entries->at[i].number = number;
            entries->at[i].text = STR_NONE;
        }
    }
}

static void sort(struct call *call, struct entries *entries)
{
    if (!entries->count)
        return;
    widen_numbers(entries);
    qsort(entries->at, entries->count, sizeof *entries->at, compare);
    if (!str_is(json_str(json_get(call->input, "sortBy"), "order"), "Descending"))
        return;
    for (size_t i = 0; i < entries->count / 2; i++) {
        struct entry kept = entries->at[i];
        entries->at[i] = entries->at[entries->count - 1 - i];
        entries->at[entries->count - 1 - i] = kept;
    }
}

static const char *order_of(struct call *call, const char *otherwise)
{
    struct str attribute = json_str(json_get(call->input, "sortBy"), "attribute");
    return attribute.length ? member_of(call, attribute) : otherwise;
}

/* ---- pages ---- */

/* What must be the same in the next call: the place, the filters and the order. */
static struct str binding(struct call *call, struct str prefix)
{
    struct buf text = BUF_EMPTY;
    buf_add_str(&text, prefix);
    const char *const names[] = { "filters", "sortBy", "localeId" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (json_get(call->input, names[i]))
            json_print(&text, json_get(call->input, names[i]));
    struct str bound = arena_str(call->arena, buf_str(&text));
    buf_release(&text);
    return bound;
}

/* Where the page begins: behind the entry that the token names. One that has gone meanwhile was counted: its number stands
 * before its key. */
static bool find_start(struct call *call, const struct entries *entries, struct str bound, size_t *ret_start)
{
    struct str token = input_str(call, "nextToken"), place, key;
    int64_t number;
    *ret_start = 0;
    if (!token.length)
        return true;
    if (!page_place(call, token, bound, &place) || !str_to_int64(str_cut(place, ' ', &key), &number) || number < 0) {
        /* The sentence is ours. */
        call_fail(call, &ERROR_VALIDATION, "The nextToken is not one of this list.");
        return false;
    }
    for (size_t i = 0; i < entries->count; i++)
        if (str_equal(entries->at[i].key, key)) {
            *ret_start = i + 1;
            return true;
        }
    *ret_start = (size_t)number < entries->count ? (size_t)number : entries->count;
    return true;
}

static enum outcome answer(struct call *call, const struct lexv2_listing *listing, struct entries *entries)
{
    size_t start;
    struct str bound = binding(call, listing->prefix);
    const struct shape *shape = shape_member(call->operation->output, str_of(listing->member))->shape->element;
    if (!find_start(call, entries, bound, &start))
        return CALL_FAILED;
    size_t room = (size_t)input_int64(call, "maxResults", PAGE_DEFAULT);
    size_t end = entries->count - start > room ? start + room : entries->count;
    lexv2_answer(call, NULL);
    cJSON *told = cJSON_CreateArray();
    for (size_t i = start; i < end; i++) {
        cJSON *item = lexv2_tell(entries->at[i].row, shape);
        if (listing->adorn)
            listing->adorn(call, entries->at[i].row, item);
        json_add(told, item);
    }
    json_set(call->output, listing->member, told);
    cJSON_DeleteItemFromObjectCaseSensitive(call->output, "nextToken");
    if (end < entries->count) {
        struct str place = str_of(arena_printf(call->arena, "%zu %.*s", end, STR_ARG(entries->at[end - 1].key)));
        output_string(call, "nextToken", page_token(call, place, bound));
    }
    return CALL_DONE;
}

enum outcome lexv2_list(struct call *call, const struct lexv2_listing *listing)
{
    struct entries entries = { 0 };
    const char *order = order_of(call, listing->order);
    struct cursor at = store_seek_from(call->world->store, call_scope(call), listing->table, NULL, listing->prefix);
    if (listing->first && is_wanted(call, listing, listing->first)) {
        struct entry entry = entry_of(STR("first"), listing->first, order);
        add_entry(call, &entries, &entry);
    }
    while (store_next_within(&at, listing->prefix)) {
        if (!is_wanted(call, listing, json_root(at.row)))
            continue;
        struct entry entry = entry_of(arena_str(call->arena, at.key), json_root(at.row), order);
        add_entry(call, &entries, &entry);
    }
    sort(call, &entries);
    return answer(call, listing, &entries);
}

enum outcome lexv2_list_items(struct call *call, const cJSON *items, const char *member, const char *key)
{
    struct lexv2_listing listing = { .member = member, .prefix = STR_NONE };
    struct entries entries = { 0 };
    const cJSON *item;
    cJSON_ArrayForEach(item, items)
    {
        struct entry entry = entry_of(json_str(item, key), item, key);
        add_entry(call, &entries, &entry);
    }
    sort(call, &entries);
    return answer(call, &listing, &entries);
}
