#include "services/sagemaker/pipeline_list.h"

#include "aws/page.h"

#define PAGE_DEFAULT 10

static bool is_backwards(struct call *call, const struct pipeline_list *list)
{
    struct str order = input_str(call, "SortOrder");
    return order.length ? str_is(order, "Descending") : !list->ascending;
}

static bool open_page(struct call *call, const struct pipeline_list *list, struct str filter, struct cursor *ret_cursor)
{
    struct str token = input_str(call, "NextToken"), place;
    bool backwards = is_backwards(call, list);
    struct store *store = call->world->store;
    if (token.length && !page_place(call, token, filter, &place))
        return false;
    if (token.length)
        *ret_cursor = store_seek(store, call_scope(call), list->table, list->index, place, backwards);
    else if (backwards)
        *ret_cursor = store_seek(store, call_scope(call), list->table, list->index,
                                 str_of(arena_printf(call->arena, "%.*s\xff", STR_ARG(list->prefix))), true);
    else
        *ret_cursor = store_seek_from(store, call_scope(call), list->table, list->index, list->prefix);
    return true;
}

enum outcome pipeline_list_answer(struct call *call, const struct pipeline_list *list)
{
    struct cursor at;
    struct str last = STR_NONE;
    struct str filter = str_of(arena_printf(call->arena, "%.*s|%d|%s", STR_ARG(list->prefix), is_backwards(call, list),
                                            list->index ? list->index->name : ""));
    if (!open_page(call, list, filter, &at)) /* the sentence is ours */
        return call_fail(call, &ERROR_VALIDATION, "The NextToken is not one of this list.");
    int64_t room = input_int64(call, "MaxResults", PAGE_DEFAULT);
    cJSON *items = cJSON_CreateArray();
    while (store_next_within(&at, list->prefix)) {
        if (list->wanted && !list->wanted(call, json_root(at.row)))
            continue;
        if (room == 0) {
            output_string(call, "NextToken", page_token(call, last, filter));
            store_close(&at);
            break;
        }
        json_add(items, list->item(call, json_root(at.row)));
        if (--room == 0)
            last = arena_str(call->arena, at.place);
    }
    output_json(call, list->member, items);
    return CALL_DONE;
}

cJSON *pipeline_who(const struct call *call)
{
    cJSON *who = cJSON_CreateObject();
    json_set_string(who, "arn", call->caller.arn);
    json_set_string(who, "id", call->caller.user_id);
    return who;
}

cJSON *pipeline_user(const cJSON *who)
{
    cJSON *user = cJSON_CreateObject(), *identity = cJSON_CreateObject();
    json_set_string(identity, "Arn", json_string(who, "arn"));
    json_set_string(identity, "PrincipalId", json_string(who, "id"));
    json_set(user, "IamIdentity", identity);
    return user;
}

void pipeline_set_time(cJSON *object, const char *name, const cJSON *row, const char *member)
{
    if (json_get(row, member))
        json_set(object, name, json_new_time(json_int64(row, member, 0)));
}

void pipeline_set_text(cJSON *object, const char *name, const cJSON *row, const char *member)
{
    json_set_string(object, name, json_string(row, member));
}

void pipeline_output(struct call *call, cJSON *object_taken)
{
    while (object_taken->child) {
        cJSON *member = cJSON_DetachItemViaPointer(object_taken, object_taken->child);
        char name[64];
        size_t length = strlen(member->string) < sizeof name - 1 ? strlen(member->string) : sizeof name - 1;
        memcpy(name, member->string, length);
        name[length] = '\0';
        output_json(call, name, member);
    }
    cJSON_Delete(object_taken);
}

bool pipeline_created_within(struct call *call, const cJSON *row)
{
    int64_t created = json_int64(row, "created", 0);
    return (!input_has(call, "CreatedAfter") || created > json_to_time(json_get(call->input, "CreatedAfter"))) &&
           (!input_has(call, "CreatedBefore") || created < json_to_time(json_get(call->input, "CreatedBefore")));
}
