#include "services/stepfunctions/listing.h"

#include "aws/page.h"
#include "services/stepfunctions/stepfunctions_model.h"

/* "A value of 0 uses the default", says the API reference of every list. */
#define PAGE_DEFAULT 100

static bool open_page(struct call *call, const struct listing *listing, struct cursor *ret_cursor)
{
    struct str token = input_str(call, "nextToken"), place;
    if (!token.at) {
        *ret_cursor = store_seek_from(call->world->store, call_scope(call), listing->table, listing->index,
                                      listing->prefix);
        return true;
    }
    if (!page_place(call, token, listing->prefix, &place))
        return false;
    *ret_cursor = store_seek(call->world->store, call_scope(call), listing->table, listing->index, place, false);
    return true;
}

/* The next row that belongs to the list; false: there is none, the cursor is released. */
static bool next_item(struct cursor *at, const struct listing *listing)
{
    while (store_next_within(at, listing->prefix)) {
        if (!listing->wanted || listing->wanted(json_root(at->row), listing->data))
            return true;
    }
    return false;
}

enum outcome listing_answer(struct call *call, const struct listing *listing)
{
    struct cursor at;
    if (!open_page(call, listing, &at))
        return call_fail(call, &STEPFUNCTIONS_INVALID_TOKEN, "Invalid Token: 'Invalid token'");
    int64_t room = input_int64(call, "maxResults", 0);
    room = room > 0 ? room : PAGE_DEFAULT;
    cJSON *items = cJSON_CreateArray();
    struct str last = STR_NONE;
    while (next_item(&at, listing)) {
        if (room == 0) {
            output_string(call, "nextToken", page_token(call, last, listing->prefix));
            store_close(&at);
            break;
        }
        json_add(items, listing->item(json_root(at.row)));
        if (--room == 0)
            last = arena_str(call->arena, at.place);
    }
    output_json(call, listing->member, items);
    return CALL_DONE;
}
