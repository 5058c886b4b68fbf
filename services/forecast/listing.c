#include "services/forecast/listing.h"

#include "services/forecast/evaluation.h"

#include "aws/page.h"

#define PAGE_DEFAULT 100

/* ---- filters ---- */

/* "Key … Valid values are …" of each List's page; the sentence is ours. */
static bool check_filters(struct call *call, const char *keys)
{
    const cJSON *filter;
    cJSON_ArrayForEach(filter, json_get(call->input, "Filters"))
    {
        const char *key = arena_printf(call->arena, " %s ", json_string(filter, "Key"));
        if (strstr(keys, key))
            continue;
        call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "Invalid filter key: %s. Valid keys:%s",
                  json_string(filter, "Key"), keys);
        return false;
    }
    return true;
}

static bool has_value(const cJSON *row, const char *key, struct str value)
{
    const cJSON *member = json_get(row, key), *one;
    if (!member && strcmp(key, "DatasetGroupArn") == 0)
        member = json_get(row, "_group");
    if (!member && strcmp(key, "WhatIfForecastArn") == 0)
        member = json_get(row, "WhatIfForecastArns");
    if (!cJSON_IsArray(member))
        return str_equal(json_value(member), value);
    cJSON_ArrayForEach(one, member)
    {
        if (str_equal(json_value(one), value))
            return true;
    }
    return false;
}

static bool passes(const cJSON *filters, const cJSON *row)
{
    const cJSON *filter;
    cJSON_ArrayForEach(filter, filters)
    {
        bool has = has_value(row, json_string(filter, "Key"), json_str(filter, "Value"));
        if (has != str_is(json_str(filter, "Condition"), "IS"))
            return false;
    }
    return true;
}

/* ---- pages ---- */

static const struct member *list_member(const struct call *call)
{
    const struct shape *output = call->operation->output;
    for (size_t i = 0; i < output->member_count; i++)
        if (output->members[i].shape->kind == SHAPE_LIST)
            return &output->members[i];
    return NULL;
}

static const struct resource_kind *kind_listed(const struct shape *item)
{
    for (const struct resource_kind *const *kind = resource_kinds; *kind; kind++)
        if (shape_member(item, str_of((*kind)->name)))
            return *kind;
    return NULL;
}

struct page {
    const struct table_def *table;
    const struct member *list;
    struct str prefix; /* of keys */
};

/* What a summary says and a row keeps under another name. */
static void add_derived(const struct shape *shape, const cJSON *row, cJSON *item)
{
    if (shape_member(shape, STR("DatasetGroupArn")) && !json_get(item, "DatasetGroupArn") && json_get(row, "_group"))
        json_set_str(item, "DatasetGroupArn", json_str(row, "_group"));
}

static enum outcome answer_page(struct call *call, const struct page *page)
{
    struct str place, last = STR_NONE, filter = str_of(arena_printf(call->arena, "%.*s", STR_ARG(page->prefix)));
    const cJSON *filters = json_get(call->input, "Filters");
    if (filters)
        filter = str_of(
            arena_printf(call->arena, "%.*s %.*s", STR_ARG(filter), STR_ARG(json_print_in(call->arena, filters))));
    struct cursor at;
    if (!input_has(call, "NextToken"))
        at = store_seek_from(call->world->store, call_scope(call), page->table, NULL, page->prefix);
    else if (page_place(call, input_str(call, "NextToken"), filter, &place))
        at = store_seek(call->world->store, call_scope(call), page->table, NULL, place, false);
    else
        return call_fail(call, &FORECAST_INVALID_NEXT_TOKEN_EXCEPTION, "The token is not valid.");
    int64_t room = input_int64(call, "MaxResults", PAGE_DEFAULT);
    cJSON *items = cJSON_CreateArray();
    while (store_next_within(&at, page->prefix)) {
        const cJSON *row = json_root(at.row);
        if (!passes(filters, row))
            continue;
        if (room == 0) {
            output_string(call, "NextToken", page_token(call, last, filter));
            store_close(&at);
            break;
        }
        cJSON *item = cJSON_CreateObject();
        resource_tell(call, page->list->shape->element, row, item);
        add_derived(page->list->shape->element, row, item);
        json_add(items, item);
        if (--room == 0)
            last = arena_str(call->arena, at.place);
    }
    output_json(call, page->list->name, items);
    return CALL_DONE;
}

enum outcome list_resources(struct call *call)
{
    const struct member *list = list_member(call);
    const struct resource_kind *kind = kind_listed(list->shape->element);
    if (!check_filters(call, kind->filters))
        return CALL_FAILED;
    return answer_page(call, &(struct page){ kind->table, list, STR("") });
}

enum outcome list_monitor_evaluations(struct call *call)
{
    struct str arn = input_str(call, "MonitorArn");
    if (!resource_find(call, &kind_monitor, arn) || !check_filters(call, " EvaluationState "))
        return CALL_FAILED;
    return answer_page(call,
                       &(struct page){ kind_evaluation.table, list_member(call), evaluation_prefix(call->arena, arn) });
}
