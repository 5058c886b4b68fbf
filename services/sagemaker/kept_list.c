/* Lists of kept resources. What a list filters and sorts by are the members of its operation's input: each says by its name what
 * it is about. A kind has a few thousand rows at most (kept_kind.most), so a page looks at all of them and keeps those behind the
 * last one's place: any order costs no index, which every row would pay for. */
#include <ctype.h>
#include <stdlib.h>

#include "aws/page.h"
#include "services/sagemaker/kept.h"
#include "services/sagemaker/listing.h"
#include "services/sagemaker/names.h"

#define PAGE_DEFAULT 10

static const struct kept_kind *kind_listed(const struct call *call)
{
    const struct kept_kind *const *kind = kept_kinds;
    while (*kind && strcmp((*kind)->nouns, call->operation->name + strlen("List")) != 0)
        kind++;
    return *kind;
}

/* ---- filters ---- */

/* What the row says of itself under a name of AWS's. */
static struct str value_of(struct call *call, const struct kept_kind *kind, const cJSON *row, struct str name)
{
    if (str_is(name, "Name") || str_is(name, kind->name))
        return json_str(row, kind->name);
    if (str_is(name, "Status") || (kind->status && str_is(name, kind->status)))
        return json_str(row, "status");
    const cJSON *value = json_get_str(row, name);
    return value ? json_print_in(call->arena, value) : STR_NONE;
}

/* A name, or an ARN that ends with it where the member takes both. */
static bool is_equal(struct str has, struct str wanted)
{
    struct str tail = wanted;
    while (str_starts(wanted, STR("arn:")) && str_find_byte(tail, '/') != SIZE_MAX)
        str_cut(tail, '/', &tail);
    return str_equal_ignoring_case(has, wanted) || (tail.length && str_equal_ignoring_case(has, tail));
}

static bool is_after(const cJSON *row, struct str about, const cJSON *bound, int sign)
{
    bool modified = str_find(about, STR("Modified")) != SIZE_MAX, created = str_starts(about, STR("Creat"));
    int64_t limit = json_to_time(bound);
    int64_t instant = json_int64(row, modified ? "modified" : created ? "created" : "", limit); /* else: never */
    return sign > 0 ? instant > limit : instant < limit;
}

static bool is_among(struct str word, const char *words_or_null)
{
    struct str words = words_or_null ? str_of(words_or_null) : STR("");
    while (words.length)
        if (str_equal(str_cut(words, ' ', &words), word))
            return true;
    return false;
}

static bool admits(struct call *call, const struct kept_kind *kind, const cJSON *row, const cJSON *given)
{
    struct str name = str_of(given->string), wanted = json_print_in(call->arena, given);
    if (is_among(name, "NextToken MaxResults SortBy SortOrder") || is_among(name, kind->filters))
        return true;
    if (str_ends(name, STR("After")))
        return is_after(row, name, given, 1);
    if (str_ends(name, STR("Before")))
        return is_after(row, name, given, -1);
    bool part = str_ends(name, STR("Contains"));
    if (part || str_ends(name, STR("Equals")))
        name.length -= part ? strlen("Contains") : strlen("Equals");
    struct str has = value_of(call, kind, row, name);
    return has.at && (part ? sagemaker_contains(has, wanted) : is_equal(has, wanted));
}

static bool is_wanted(struct call *call, const struct kept_kind *kind, const cJSON *row)
{
    const cJSON *given;
    cJSON_ArrayForEach(given, call->input)
    {
        if (!admits(call, kind, row, given))
            return false;
    }
    return !kind->wanted || kind->wanted(call, row);
}

/* ---- orders ---- */

/* "LAST_MODIFIED_TIME" and "LastModifiedTime" are one word. */
static struct str folded(struct arena *arena, struct str text)
{
    char *folded = arena_copy(arena, text), *to = folded;
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] != '_')
            *to++ = (char)tolower((unsigned char)text.at[i]);
    *to = '\0';
    return str_of(folded);
}

static struct str instant_of(struct call *call, const cJSON *row, const char *member)
{
    return str_of(arena_printf(call->arena, "%015lld", (long long)json_int64(row, member, 0)));
}

static struct str named_member(struct call *call, const struct kept_kind *kind, const cJSON *row, struct str by)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, row)
    {
        if (!str_equal(folded(call->arena, str_of(member->string)), by))
            continue;
        return cJSON_IsNumber(member) ? str_of(arena_printf(call->arena, "%015lld", (long long)json_to_int64(member)))
                                      : folded(call->arena, json_value(member));
    }
    return folded(call->arena, json_str(row, kind->name)); /* "Name", "HubContentName", "IMAGE_NAME" */
}

/* What the row is sorted by, as text that sorts so. */
static struct str rank_of(struct call *call, const struct kept_kind *kind, struct str by, const cJSON *row)
{
    if (!by.length ? !kind->by_name : str_starts(by, STR("creat")))
        return instant_of(call, row, "created");
    if (str_starts(by, STR("lastmodified")))
        return instant_of(call, row, "modified");
    if (str_ends(by, STR("status")))
        return json_str(row, "status");
    return named_member(call, kind, row, by);
}

struct placed {
    struct str place; /* rank, a unit separator, key */
    struct json *row;
};

static int in_order(const void *a, const void *b)
{
    return str_compare(((const struct placed *)a)->place, ((const struct placed *)b)->place);
}

/* ---- the page ---- */

struct page {
    struct placed *rows;
    size_t count, capacity;
};

static void keep(struct page *page, struct str place, struct json *row)
{
    if (page->count == page->capacity) {
        page->capacity = page->capacity ? 2 * page->capacity : 64;
        page->rows = memory_resize(page->rows, page->capacity * sizeof *page->rows);
    }
    page->rows[page->count++] = (struct placed){ place, row };
}

static bool is_descending(struct call *call, const struct kept_kind *kind)
{
    struct str order = input_str(call, "SortOrder");
    return order.length ? str_starts(folded(call->arena, order), STR("desc")) : kind->descending;
}

static struct page rows_behind(struct call *call, const struct kept_kind *kind, struct str place)
{
    struct page page = { 0 };
    struct str by = folded(call->arena, input_str(call, "SortBy"));
    bool descending = is_descending(call, kind);
    struct cursor at = store_seek(call->world->store, call_scope(call), kind->table, NULL, STR(""), false);
    while (store_next(&at)) {
        if (!is_wanted(call, kind, json_root(at.row)))
            continue;
        struct str rank = rank_of(call, kind, by, json_root(at.row));
        struct str here = str_of(arena_printf(call->arena, "%.*s\x1f%.*s", STR_ARG(rank), STR_ARG(at.key)));
        int order = place.length ? str_compare(here, place) : 0;
        if (!place.length || (descending ? order < 0 : order > 0))
            keep(&page, here, at.row);
    }
    if (page.count)
        qsort(page.rows, page.count, sizeof *page.rows, in_order);
    return page;
}

/* The member of the answer that holds what is listed. */
static const struct member *listed(const struct shape *shape)
{
    size_t i = 0;
    while (shape->members[i].shape->kind != SHAPE_LIST)
        i++;
    return &shape->members[i];
}

/* What is listed of one resource is asked of one that is there. */
static bool check_parents(struct call *call, const struct kept_kind *kind)
{
    for (const struct kept_kind *const *parent = kind->parents; parent && *parent; parent++) {
        struct str rest, first = str_cut(str_of((*parent)->path), '/', &rest);
        const struct member *member = shape_member(call->operation->input, first);
        if (member && member->required && !kept_find(call, *parent, call->input))
            return false;
    }
    return true;
}

enum outcome kept_list(struct call *call)
{
    const struct kept_kind *kind = kind_listed(call);
    const struct member *member = listed(call->operation->output);
    struct str filter = sagemaker_list_filter(call), token = input_str(call, "NextToken"), place = STR("");
    if (!check_parents(call, kind))
        return CALL_FAILED;
    if (token.length && !page_place(call, token, filter, &place)) /* the sentence is ours */
        return call_fail(call, &ERROR_VALIDATION, "The NextToken is not one of this list.");
    struct page page = rows_behind(call, kind, place);
    size_t room = (size_t)input_int64(call, "MaxResults", PAGE_DEFAULT), count = page.count < room ? page.count : room;
    bool descending = is_descending(call, kind);
    cJSON *items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        const struct placed *one = &page.rows[descending ? page.count - 1 - i : i];
        json_add(items, kept_told(call, kind, member->shape->element, json_root(one->row)));
        if (i + 1 == count && count < page.count)
            output_string(call, "NextToken", page_token(call, one->place, filter));
    }
    free(page.rows);
    output_json(call, member->name, items);
    return CALL_DONE;
}
