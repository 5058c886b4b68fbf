#include "services/sagemaker/search.h"

#include <ctype.h>
#include <stdlib.h>

#include "aws/page.h"
#include "aws/service.h"
#include "services/sagemaker/kept.h"
#include "services/sagemaker/listing.h"
#include "services/sagemaker/search_filter.h"
#include "services/sagemaker/tag.h"

#define PAGE_DEFAULT     10
#define SUGGESTIONS_MOST 100
#define SUGGESTION_ROWS  50 /* whose maps' keys, tags and metrics are looked at */

/* ---- types ---- */

static const struct search_kind *kind_of(struct call *call)
{
    const struct search_kind *kind = search_kinds;
    while (kind->resource && !str_is(input_str(call, "Resource"), kind->resource))
        kind++;
    return kind->resource ? kind : NULL;
}

static const struct operation *operation_named(const struct call *call, const char *name)
{
    return model_operation(call->service->model, str_of(name));
}

/* What a record of this type is: SearchRecord's member, or all that Describe answers. */
static const struct shape *shape_of(const struct call *call, const struct search_kind *kind)
{
    if (!kind->record)
        return operation_named(call, kind->describe)->output;
    const struct shape *results = shape_member(operation_named(call, "Search")->output, STR("Results"))->shape;
    const struct shape *record = shape_member(results->element, str_of(kind->record))->shape;
    return kind->inside ? shape_member(record, str_of(kind->inside))->shape : record;
}

/* ---- records ---- */

/* Which record: a row, or a part of one. */
struct place {
    struct str key, part; /* part STR_NONE: the row itself */
};

static cJSON *input_for(struct call *call, const struct search_kind *kind, const cJSON *row, struct str part)
{
    const struct shape *shape = operation_named(call, kind->describe)->input;
    cJSON *input = cJSON_CreateObject();
    if (kind->asked)
        json_set_str(input, kind->asked, json_str(row, kind->from));
    if (part.at)
        json_set_str(input, kind->part, part);
    for (size_t i = 0; !kind->asked && i < shape->member_count; i++) {
        const cJSON *member = json_get(row, shape->members[i].name);
        if (member)
            json_set(input, shape->members[i].name, json_thaw(member));
    }
    return input;
}

/* What Describe answers; malloc'ed. */
static cJSON *described(struct call *call, const struct search_kind *kind, const cJSON *row, struct str part)
{
    struct call *asking = call_in(call->cloud, arena_new());
    cJSON *input = input_for(call, kind, row, part), *told;
    asking->owns_arena = true;
    asking->service = call->service;
    asking->operation = operation_named(call, kind->describe);
    asking->caller = call->caller;
    asking->region = call->region;
    asking->input = input;
    call->service->handlers[asking->operation->index](asking);
    told = asking->answer ? json_thaw(json_root(asking->answer)) : asking->output;
    if (told == asking->output)
        asking->output = NULL;
    call_free(asking);
    cJSON_Delete(input);
    return told ? told : cJSON_CreateObject();
}

static cJSON *record_of(struct call *call, const struct search_kind *kind, struct place place, const cJSON *row)
{
    const struct shape *shape = shape_of(call, kind);
    cJSON *told = kind->describe ? described(call, kind, row, place.part) : cJSON_CreateObject();
    if (kind->tell)
        kind->tell(call, place.key, row, told);
    struct str arn = json_str(row, "arn");
    json_set(told, "Tags", sagemaker_tag_list(call->world, call_scope(call), arn.at ? arn : json_str(row, "_arn")));
    cJSON *record = sagemaker_tell(shape, told);
    cJSON_Delete(told);
    return record;
}

/* ---- the walk: those made last come first ---- */

struct walk {
    struct cursor at;
    struct str prefix;
    size_t left;
};

static struct walk walk_rows(struct call *call, const struct search_kind *kind, size_t most)
{
    const struct index_def *index = kind->table->indexes ? kind->table->indexes[0] : NULL;
    struct str prefix = kind->prefix ? str_of(kind->prefix) : STR("");
    struct str end = prefix.length ? str_of(arena_printf(call->arena, "%s\xff", kind->prefix)) : STR("");
    struct store *store = call->world->store;
    return (struct walk){ store_seek(store, call_scope(call), kind->table, index, end, true), prefix, most };
}

static bool next_row(struct walk *walk)
{
    if (walk->left-- == 0) {
        store_close(&walk->at);
        return false;
    }
    return store_next_within(&walk->at, walk->prefix);
}

/* ---- hits ---- */

struct hit {
    struct place place;
    struct str text; /* what it is sorted by: a text … */
    double number;   /* … or a number, where `text` is none */
    bool known;
};

struct hits {
    struct hit *all;
    size_t count, capacity;
};

static void add_hit(struct call *call, struct hits *hits, struct place place, const cJSON *sorted_by)
{
    if (hits->count == hits->capacity) {
        hits->capacity = hits->capacity ? 2 * hits->capacity : 64;
        hits->all = memory_resize(hits->all, hits->capacity * sizeof *hits->all);
    }
    struct place kept = { arena_str(call->arena, place.key),
                          place.part.at ? arena_str(call->arena, place.part) : STR_NONE };
    struct hit hit = { kept, STR_NONE, 0, sorted_by != NULL };
    if (cJSON_IsNumber(sorted_by))
        hit.number = json_to_double(sorted_by);
    else if (sorted_by)
        hit.text = json_print_in(call->arena, sorted_by);
    hits->all[hits->count++] = hit;
}

static int in_order(const void *left, const void *right)
{
    const struct hit *a = left, *b = right;
    int order = (a->known > b->known) - (a->known < b->known);
    if (!order)
        order = (a->number > b->number) - (a->number < b->number);
    if (!order && a->text.at && b->text.at)
        order = str_compare(a->text, b->text);
    if (!order)
        order = str_compare(a->place.key, b->place.key);
    return order || !a->place.part.at ? order : str_compare(a->place.part, b->place.part);
}

static size_t part_count(const cJSON *parts_or_null)
{
    return parts_or_null ? (size_t)cJSON_GetArraySize(parts_or_null) : 0;
}

static void try_record(struct call *call, const struct search_kind *kind, struct hits *hits, struct place place,
                       const cJSON *row)
{
    struct str by = input_str(call, "SortBy");
    cJSON *record = record_of(call, kind, place, row);
    if (search_admits(json_get(call->input, "SearchExpression"), record))
        add_hit(call, hits, place, search_value(record, by.length ? by : STR("LastModifiedTime")));
    cJSON_Delete(record);
}

static struct hits find_hits(struct call *call, const struct search_kind *kind)
{
    struct hits hits = { 0 };
    struct walk walk = walk_rows(call, kind, SEARCH_ROWS_MOST);
    bool none = str_is(input_str(call, "CrossAccountFilterOption"),
                       "CrossAccount"); /* nobody shares anything with this account */
    while (!none && next_row(&walk)) {
        const cJSON *part, *row = json_root(walk.at.row), *parts = kind->parts ? json_get(row, kind->parts) : NULL;
        if (!kind->parts)
            try_record(call, kind, &hits, (struct place){ walk.at.key, STR_NONE }, row);
        cJSON_ArrayForEach(part, parts)
        {
            try_record(call, kind, &hits, (struct place){ walk.at.key, json_str(part, kind->part) }, row);
        }
        walk.left -= part_count(parts) < walk.left ? part_count(parts)
                                                   : walk.left; /* a part is as much work as a row */
    }
    if (hits.count)
        qsort(hits.all, hits.count, sizeof *hits.all, in_order);
    return hits;
}

/* ---- Search ---- */

/* The sentences are ours. */
static bool check(struct call *call, const struct search_kind *kind)
{
    struct str name = STR_NONE, by = input_str(call, "SortBy");
    if (!kind) {
        call_fail(call, &ERROR_VALIDATION, "This practice cloud has no resources of the type %s.",
                  input_string(call, "Resource"));
        return false;
    }
    const char *why = search_check(json_get(call->input, "SearchExpression"), shape_of(call, kind), &name);
    if (!why && by.length && !search_has_property(shape_of(call, kind), by)) {
        why = "Unknown property";
        name = by;
    }
    if (why)
        call_fail(call, &ERROR_VALIDATION, "%s: %.*s of %s.", why, STR_ARG(name), kind->resource);
    return !why;
}

static cJSON *result_of(struct call *call, const struct search_kind *kind, struct place place)
{
    cJSON *result = cJSON_CreateObject(), *outer;
    struct json *row = store_get(call->world->store, call_scope(call), kind->table, place.key);
    cJSON *record = kind->record && row ? record_of(call, kind, place, json_root(row)) : NULL;
    if (!record)
        return result;
    if (kind->inside) {
        outer = cJSON_CreateObject();
        json_set(outer, kind->inside, record);
        record = outer;
    }
    json_set(result, kind->record, record);
    return result;
}

static void output_page(struct call *call, const struct search_kind *kind, const struct hits *hits, size_t from,
                        struct str filter)
{
    bool ascending = str_is(input_str(call, "SortOrder"), "Ascending");
    size_t room = (size_t)input_int64(call, "MaxResults", PAGE_DEFAULT),
           end = from + room < hits->count ? from + room : hits->count;
    cJSON *results = cJSON_CreateArray(), *total = cJSON_CreateObject();
    for (size_t i = from; i < end; i++)
        json_add(results, result_of(call, kind, hits->all[ascending ? i : hits->count - 1 - i].place));
    if (end < hits->count)
        output_string(call, "NextToken", page_token(call, str_of(arena_printf(call->arena, "%zu", end)), filter));
    json_set_int64(total, "Value", (int64_t)hits->count);
    json_set_string(total, "Relation", "EqualTo");
    output_json(call, "Results", results);
    output_json(call, "TotalHits", total);
}

enum outcome sagemaker_search(struct call *call)
{
    const struct search_kind *kind = kind_of(call);
    struct str token = input_str(call, "NextToken"), filter = sagemaker_list_filter(call), place;
    int64_t from = 0;
    if (!check(call, kind))
        return CALL_FAILED;
    if (token.length && (!page_place(call, token, filter, &place) || !str_to_int64(place, &from)))
        return call_fail(call, &ERROR_VALIDATION, "The NextToken is not one of this search.");
    struct hits hits = find_hits(call, kind);
    output_page(call, kind, &hits, (size_t)from, filter);
    free(hits.all);
    return CALL_DONE;
}

/* ---- GetSearchSuggestions ---- */

struct suggestions {
    struct call *call;
    struct str hint;
    cJSON *list;
    size_t count;
};

static bool begins(struct str text, struct str hint)
{
    return text.length >= hint.length && str_equal_ignoring_case(str_first(text, hint.length), hint);
}

static void suggest(struct suggestions *suggestions, struct str name)
{
    const cJSON *other;
    if (!begins(name, suggestions->hint) || suggestions->count == SUGGESTIONS_MOST)
        return;
    cJSON_ArrayForEach(other, suggestions->list)
    {
        if (str_equal(json_str(other, "PropertyName"), name))
            return;
    }
    cJSON *one = cJSON_CreateObject();
    json_set_str(one, "PropertyName", name);
    json_add(suggestions->list, one);
    suggestions->count++;
}

static struct str way_to(struct suggestions *suggestions, struct str way, struct str name)
{
    return str_of(
        arena_printf(suggestions->call->arena, "%.*s%s%.*s", STR_ARG(way), way.length ? "." : "", STR_ARG(name)));
}

/* Names that lead further are gone into where the hint may be one of those behind them. */
static void suggest_shape(struct suggestions *suggestions, const struct shape *shape, struct str way)
{
    while (shape->kind == SHAPE_LIST)
        shape = shape->element;
    bool leads = way.length <= suggestions->hint.length ? begins(suggestions->hint, way)
                                                        : begins(way, suggestions->hint);
    if (way.length)
        suggest(suggestions, way);
    leads = leads && shape->kind == SHAPE_STRUCTURE && way.length < 200;
    for (size_t i = 0; leads && i < shape->member_count && suggestions->count < SUGGESTIONS_MOST; i++)
        suggest_shape(suggestions, shape->members[i].shape, way_to(suggestions, way, str_of(shape->members[i].name)));
}

static void suggest_keys(struct suggestions *suggestions, const char *way, const cJSON *object, const char *key)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, object)
    {
        suggest(suggestions, way_to(suggestions, str_of(way), key ? json_str(one, key) : str_of(one->string)));
    }
}

/* What only rows know: the keys of maps, tags and metrics. */
static void suggest_record(struct suggestions *suggestions, const cJSON *record)
{
    suggest_keys(suggestions, "Tags", json_get(record, "Tags"), "Key");
    suggest_keys(suggestions, "Metrics", json_get(record, "FinalMetricDataList"), "MetricName");
    suggest_keys(suggestions, "Metrics", json_get(record, "Metrics"), "MetricName");
    suggest_keys(suggestions, "HyperParameters", json_get(record, "HyperParameters"), NULL);
    suggest_keys(suggestions, "Parameters", json_get(record, "Parameters"), NULL);
}

enum outcome get_search_suggestions(struct call *call)
{
    const struct search_kind *kind = kind_of(call);
    const cJSON *query = json_get(json_get(call->input, "SuggestionQuery"), "PropertyNameQuery");
    struct suggestions suggestions = { call, json_str(query, "PropertyNameHint"), NULL, 0 };
    if (!check(call, kind))
        return CALL_FAILED;
    suggestions.list = cJSON_CreateArray();
    struct walk walk = walk_rows(call, kind, SUGGESTION_ROWS);
    while (!kind->parts && next_row(&walk)) {
        cJSON *record = record_of(call, kind, (struct place){ walk.at.key, STR_NONE }, json_root(walk.at.row));
        suggest_record(&suggestions, record);
        cJSON_Delete(record);
    }
    if (kind->parts)
        store_close(&walk.at);
    suggest_shape(&suggestions, shape_of(call, kind), STR(""));
    output_json(call, "PropertyNameSuggestions", suggestions.list);
    return CALL_DONE;
}
