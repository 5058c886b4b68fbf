#include "services/lambda/listing.h"

#include "aws/page.h"
#include "services/lambda/lambda_model.h"
#include "services/lambda/names.h"

/* "Lambda returns up to 50 items" (ListFunctions, whatever MaxItems says beyond). */
#define PAGE_MOST 50

static bool open_page(struct call *call, const struct listing *listing, struct cursor *ret_cursor)
{
    struct str token = input_str(call, "Marker"), place;
    if (!token.length) {
        *ret_cursor = store_seek_from(call->world->store, call_scope(call), listing->table, NULL, listing->prefix);
        return true;
    }
    if (!page_place(call, token, listing->prefix, &place))
        return false;
    *ret_cursor = store_seek(call->world->store, call_scope(call), listing->table, NULL, place, false);
    return true;
}

static bool next_item(struct call *call, struct cursor *at, const struct listing *listing)
{
    while (store_next_within(at, listing->prefix)) {
        if (!listing->wanted || listing->wanted(call, json_root(at->row)))
            return true;
    }
    return false;
}

enum outcome lambda_list(struct call *call, const struct listing *listing)
{
    struct cursor at;
    if (!open_page(call, listing, &at)) /* the sentence is ours */
        return call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION, "The Marker is not one of this list.");
    int64_t room = input_int64(call, "MaxItems", PAGE_MOST);
    room = room > PAGE_MOST ? PAGE_MOST : room;
    cJSON *items = cJSON_CreateArray();
    struct str last = STR_NONE;
    if (listing->first && !input_str(call, "Marker").length) {
        json_add(items, listing->first(call));
        if (--room == 0)
            last = listing->prefix; /* stands before the first row */
    }
    while (next_item(call, &at, listing)) {
        if (room == 0) {
            output_string(call, "NextMarker", page_token(call, last, listing->prefix));
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
