#include "services/lambda/function.h"
#include "services/lambda/handlers.h"
#include "services/lambda/lambda_model.h"

#define TAGS_MOST 50

/* The function of a tag operation's Resource; NULL: the call was failed. Versions and aliases have no tags. */
static struct json *tagged(struct call *call, struct function_name *ret_name)
{
    struct str arn = input_str(call, "Resource");
    *ret_name = function_name_parse(arn);
    if (ret_name->qualifier.length) {
        call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION,
                  "Tags on function aliases and versions are not supported. Please specify a function ARN.");
        return NULL;
    }
    bool own = str_is(ret_name->account, call->caller.account) && str_is(ret_name->region, call->region);
    struct json *row = own ? function_get(call->world, call_scope(call), ret_name->name) : NULL;
    if (!row)
        call_fail(call, &LAMBDA_RESOURCE_NOT_FOUND_EXCEPTION, "Function not found: %.*s", STR_ARG(arn));
    return row;
}

static void keep(struct call *call, struct str name, struct json *row, cJSON *tags_taken)
{
    cJSON *changed = json_thaw(json_root(row));
    json_set(changed, "tags", tags_taken);
    store_put(call->world->store, call_scope(call), &function_table, name, json_seal(changed));
}

static cJSON *thaw_tags(struct json *row)
{
    const cJSON *tags = json_get(json_root(row), "tags");
    return tags ? json_thaw(tags) : cJSON_CreateObject();
}

enum outcome lambda_tag_resource(struct call *call)
{
    struct function_name name;
    struct json *row = tagged(call, &name);
    if (!row)
        return CALL_FAILED;
    cJSON *tags = thaw_tags(row);
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(call->input, "Tags")) json_set(tags, one->string, json_thaw(one));
    if (cJSON_GetArraySize(tags) > TAGS_MOST) {
        cJSON_Delete(tags);
        return call_fail(call, &LAMBDA_INVALID_PARAMETER_VALUE_EXCEPTION, "Number of tags exceeds resource tag limit.");
    }
    keep(call, name.name, row, tags);
    return CALL_DONE;
}

enum outcome lambda_untag_resource(struct call *call)
{
    struct function_name name;
    struct json *row = tagged(call, &name);
    if (!row)
        return CALL_FAILED;
    cJSON *tags = thaw_tags(row);
    const cJSON *key;
    cJSON_ArrayForEach(key, json_get(call->input, "TagKeys"))
        cJSON_DeleteItemFromObjectCaseSensitive(tags, key->valuestring);
    keep(call, name.name, row, tags);
    return CALL_DONE;
}

enum outcome list_tags(struct call *call)
{
    struct function_name name;
    struct json *row = tagged(call, &name);
    if (!row)
        return CALL_FAILED;
    output_json(call, "Tags", thaw_tags(row));
    return CALL_DONE;
}
