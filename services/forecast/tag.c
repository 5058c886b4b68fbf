#include "services/forecast/tag.h"

#include "services/forecast/resource.h"

#define TAGS_MOST 50

static cJSON *find_tag(const cJSON *tags, struct str key)
{
    cJSON *tag;
    cJSON_ArrayForEach(tag, tags)
    {
        if (str_equal(json_str(tag, "Key"), key))
            return tag;
    }
    return NULL;
}

/* "Key prefixes cannot include any upper or lowercase combination of aws:" (TagResource). The sentences are ours. */
bool forecast_tag_check(struct call *call, const cJSON *row)
{
    const cJSON *old = json_get(row, "_tags"), *tags = json_get(call->input, "Tags"), *tag;
    int count = cJSON_GetArraySize(old);
    cJSON_ArrayForEach(tag, tags)
    {
        struct str key = json_str(tag, "Key");
        count += !find_tag(old, key);
        if (str_equal_ignoring_case(str_first(key, 4), STR("aws:")))
            call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION,
                      "aws: prefixed tag key names are not allowed for external use.");
        else if (find_tag(tags, key) != tag)
            call_fail(call, &FORECAST_INVALID_INPUT_EXCEPTION, "Duplicate tag keys found: %.*s", STR_ARG(key));
        if (call->error.kind)
            return false;
    }
    if (count <= TAGS_MOST)
        return true;
    call_fail(call, &FORECAST_LIMIT_EXCEEDED_EXCEPTION, "A resource can have no more than %d tags.", TAGS_MOST);
    return false;
}

void forecast_tag_keep(cJSON *row, const cJSON *tags)
{
    cJSON *kept = cJSON_GetObjectItemCaseSensitive(row, "_tags");
    const cJSON *tag;
    if (!kept)
        json_set(row, "_tags", kept = cJSON_CreateArray());
    cJSON_ArrayForEach(tag, tags)
    {
        cJSON *old = find_tag(kept, json_str(tag, "Key"));
        if (old)
            json_set_str(old, "Value", json_str(tag, "Value"));
        else
            json_add(kept, json_thaw(tag));
    }
}

static const cJSON *find_tagged(struct call *call, const struct resource_kind **ret_kind)
{
    struct str arn = input_str(call, "ResourceArn");
    *ret_kind = resource_kind_of(arn);
    return resource_find(call, *ret_kind ? *ret_kind : &kind_dataset, arn);
}

static void add_tags(cJSON *row, const void *data)
{
    forecast_tag_keep(row, data);
}

static void remove_tags(cJSON *row, const void *keys)
{
    cJSON *kept = cJSON_GetObjectItemCaseSensitive(row, "_tags");
    const cJSON *key;
    cJSON_ArrayForEach(key, (const cJSON *)keys)
    {
        cJSON *tag = find_tag(kept, json_value(key));
        if (tag)
            cJSON_Delete(cJSON_DetachItemViaPointer(kept, tag));
    }
}

enum outcome forecast_tag_resource(struct call *call)
{
    const struct resource_kind *kind;
    const cJSON *row = find_tagged(call, &kind);
    if (!row || !forecast_tag_check(call, row))
        return CALL_FAILED;
    resource_change(call->world, call_scope(call), kind, input_str(call, "ResourceArn"), add_tags,
                    json_get(call->input, "Tags"));
    return CALL_DONE;
}

enum outcome forecast_untag_resource(struct call *call)
{
    const struct resource_kind *kind;
    if (!find_tagged(call, &kind))
        return CALL_FAILED;
    resource_change(call->world, call_scope(call), kind, input_str(call, "ResourceArn"), remove_tags,
                    json_get(call->input, "TagKeys"));
    return CALL_DONE;
}

enum outcome forecast_list_tags_for_resource(struct call *call)
{
    const struct resource_kind *kind;
    const cJSON *row = find_tagged(call, &kind), *tags = json_get(row, "_tags");
    if (!row)
        return CALL_FAILED;
    output_json(call, "Tags", tags ? json_thaw(tags) : cJSON_CreateArray());
    return CALL_DONE;
}
