#include "services/sagemaker/listing.h"

#include "aws/page.h"
#include "services/sagemaker/sagemaker_model.h"

#define PAGE_DEFAULT 10 /* what lists of SageMaker answer without MaxResults */

/* ---- orders ---- */

static bool key_by_creation(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    buf_add_digits(ret_key, (uint64_t)json_int64(row, "created", 0), 10, 15);
    return true;
}

static bool key_by_status(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    buf_add_str(ret_key, json_str(row, "status"));
    buf_add_byte(ret_key, ' ');
    return key_by_creation(row_key, row, ret_key);
}

const struct index_def listing_by_creation = { .name = "creation", .key = key_by_creation };
const struct index_def listing_by_status = { .name = "status", .key = key_by_status };
const struct index_def *const listing_indexes[] = { &listing_by_creation, &listing_by_status, NULL };

/* ---- filters ---- */

bool sagemaker_contains(struct str text, struct str part)
{
    for (size_t at = 0; at + part.length <= text.length; at++) {
        if (str_equal_ignoring_case(str_first(str_from(text, at), part.length), part))
            return true;
    }
    return false;
}

static bool is_within(struct call *call, const char *after, const char *before, int64_t instant)
{
    return (!input_has(call, after) || instant > json_to_time(json_get(call->input, after))) &&
           (!input_has(call, before) || instant < json_to_time(json_get(call->input, before)));
}

static bool is_wanted(struct call *call, const struct listing *listing, const cJSON *row)
{
    struct str status = input_str(call, "StatusEquals"), part = input_str(call, "NameContains");
    int64_t created = json_int64(row, "created", 0), modified = json_int64(row, "modified", created);
    const char *member = listing->status ? listing->status : "status";
    return (!status.length || str_equal(json_str(row, member), status)) &&
           (!part.length || sagemaker_contains(json_str(row, "name"), part)) &&
           is_within(call, "CreationTimeAfter", "CreationTimeBefore", created) &&
           is_within(call, "LastModifiedTimeAfter", "LastModifiedTimeBefore", modified) &&
           (!listing->wanted || listing->wanted(call, row));
}

/* ---- the walk ---- */

static const struct index_def *index_of(struct call *call, const struct listing *listing)
{
    struct str by = input_str(call, "SortBy");
    if (listing->prefix.length || str_is(by, "Name") || (!by.length && listing->by_name))
        return NULL;
    return str_ends(by, STR("Status")) ? &listing_by_status : &listing_by_creation;
}

static bool is_descending(struct call *call, const struct listing *listing)
{
    struct str order = input_str(call, "SortOrder");
    return order.length ? str_is(order, "Descending") : listing->descending;
}

struct str sagemaker_list_filter(struct call *call)
{
    struct buf filter = BUF_EMPTY;
    for (const cJSON *member = call->input->child; member; member = member->next) {
        if (strcmp(member->string, "NextToken") == 0 || strcmp(member->string, "MaxResults") == 0)
            continue;
        buf_printf(&filter, "%s=", member->string);
        json_print(&filter, member);
    }
    struct str kept = arena_str(call->arena, buf_str(&filter));
    buf_release(&filter);
    return kept;
}

static bool open_page(struct call *call, const struct listing *listing, struct str filter, struct cursor *ret_cursor)
{
    struct str token = input_str(call, "NextToken"), place = STR("");
    const struct index_def *index = index_of(call, listing);
    bool backwards = is_descending(call, listing);
    if (token.length && !page_place(call, token, filter, &place))
        return false;
    if (listing->prefix.length && !place.length && !backwards)
        *ret_cursor = store_seek_from(call->world->store, call_scope(call), listing->table, NULL, listing->prefix);
    else if (listing->prefix.length && !place.length) {
        char *end = arena_printf(call->arena, "%.*s\xff", STR_ARG(listing->prefix));
        *ret_cursor = store_seek(call->world->store, call_scope(call), listing->table, NULL, str_of(end), true);
    } else
        *ret_cursor = store_seek(call->world->store, call_scope(call), listing->table, index, place, backwards);
    return true;
}

/* The next row that belongs to the list; false: there is none, the cursor is released. */
static bool next_item(struct call *call, struct cursor *at, const struct listing *listing)
{
    while (store_next_within(at, listing->prefix.at ? listing->prefix : STR(""))) {
        if (is_wanted(call, listing, json_root(at->row)))
            return true;
    }
    return false;
}

enum outcome sagemaker_list(struct call *call, const struct listing *listing)
{
    struct cursor at;
    struct str filter = sagemaker_list_filter(call), last = STR_NONE;
    if (!open_page(call, listing, filter, &at)) /* the sentence is ours */
        return call_fail(call, &ERROR_VALIDATION, "The NextToken is not one of this list.");
    int64_t room = input_int64(call, "MaxResults", PAGE_DEFAULT);
    cJSON *items = cJSON_CreateArray();
    while (next_item(call, &at, listing)) {
        if (room == 0) {
            output_string(call, "NextToken", page_token(call, last, filter));
            store_close(&at);
            break;
        }
        json_add(items, listing->item(call, json_root(at.row)));
        if (--room == 0)
            last = arena_str(call->arena, at.place);
    }
    output_json(call, listing->member, items);
    return CALL_DONE;
}

enum outcome sagemaker_list_array(struct call *call, const char *member, cJSON *all_taken)
{
    int64_t from = 0, room = input_int64(call, "MaxResults", PAGE_DEFAULT);
    struct str token = input_str(call, "NextToken"), filter = sagemaker_list_filter(call), place = STR("");
    if (token.length && (!page_place(call, token, filter, &place) || !str_to_int64(place, &from))) {
        cJSON_Delete(all_taken);
        return call_fail(call, &ERROR_VALIDATION, "The NextToken is not one of this list.");
    }
    cJSON *page = cJSON_CreateArray(), *one = all_taken->child;
    for (int64_t at = 0; one && at < from + room; at++) {
        cJSON *next = one->next;
        if (at >= from)
            json_add(page, cJSON_DetachItemViaPointer(all_taken, one));
        one = next;
    }
    if (one)
        output_string(call, "NextToken",
                      page_token(call, str_of(arena_printf(call->arena, "%lld", (long long)(from + room))), filter));
    cJSON_Delete(all_taken);
    output_json(call, member, page);
    return CALL_DONE;
}
