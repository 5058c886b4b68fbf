#include "services/lexv2/archive_names.h"

/* What an export of AWS says comes first; what the developer guide says and AWS does not comes behind. */
static const struct spelling {
    const char *api, *archive;
} spellings[] = {
    { "messageGroups", "messageGroupsList" },
    { "messageGroups", "messageGroupList" },
    { "active", "isActive" },
    { "promptSpecification", "confirmationPrompt" },
    { "allowMultipleValues", "allowMutlipleValues" },
    { "valueElicitationSetting", "slotValueElicitationSetting" },
    { "defaultValueSpecification", "defaultValueSpec" },
    { "sampleUtterances", "sampleValueElicitingUtterances" },
    { "slotTypeId", "slotTypeName" },
    { "nluIntentConfidenceThreshold", "nluConfidenceThreshold" },
    { "intentName", "name" },
    { "slotName", "name" },
    { "slotTypeName", "name" },
    { "botName", "name" },
};
#define SPELLINGS (sizeof spellings / sizeof *spellings)

/* ---- values of enums ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_same_word(const char *one, const char *other)
{
    for (;;) {
        one += *one == '_';
        other += *other == '_';
        if (lower(*one) != lower(*other))
            return false;
        if (!*one)
            return true;
        one++;
        other++;
    }
}

static cJSON *enum_to_api(const cJSON *node, const struct shape *shape)
{
    for (const char *const *value = shape->values; *value; value++)
        if (is_same_word(node->valuestring, *value))
            return json_new_string(str_of(*value));
    return json_thaw(node);
}

/* Of all enums only the strategy of a slot type is written in capitals. */
static cJSON *enum_from_api(const cJSON *node, const struct shape *shape)
{
    if (strcmp(shape->name, "SlotValueResolutionStrategy") != 0)
        return json_thaw(node);
    struct buf text = BUF_EMPTY;
    for (const char *at = node->valuestring; *at; at++) {
        if (*at >= 'A' && *at <= 'Z' && at != node->valuestring)
            buf_add_byte(&text, '_');
        buf_add_byte(&text, *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at);
    }
    cJSON *written = json_new_string(buf_str(&text));
    buf_release(&text);
    return written;
}

/* ---- members ---- */

static const cJSON *given(const cJSON *node, const char *name)
{
    const cJSON *value = json_get(node, name);
    return value && !cJSON_IsNull(value) ? value : NULL;
}

static const cJSON *find_in_archive(const cJSON *node, const char *api)
{
    const cJSON *value = given(node, api);
    for (size_t i = 0; i < SPELLINGS && !value; i++)
        if (strcmp(spellings[i].api, api) == 0)
            value = given(node, spellings[i].archive);
    return value;
}

static bool is_written_otherwise(const char *api)
{
    static const char *const renamed[] = { "messageGroups",       "active",
                                           "allowMultipleValues", "nluIntentConfidenceThreshold",
                                           "intentName",          "slotName",
                                           "slotTypeName",        "botName" };
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (strcmp(renamed[i], api) == 0)
            return true;
    return false;
}

static const char *name_in_archive(const char *api)
{
    for (size_t i = 0; i < SPELLINGS; i++)
        if (strcmp(spellings[i].api, api) == 0 && is_written_otherwise(api))
            return spellings[i].archive;
    return api;
}

/* ---- trees ---- */

static cJSON *convert(const cJSON *node, const struct shape *shape, bool to_api);

static cJSON *convert_structure(const cJSON *node, const struct shape *shape, bool to_api)
{
    cJSON *made = cJSON_CreateObject();
    for (size_t i = 0; i < shape->member_count; i++) {
        const char *name = shape->members[i].name;
        const cJSON *value = to_api ? find_in_archive(node, name) : given(node, name);
        if (value)
            json_set(made, to_api ? name : name_in_archive(name), convert(value, shape->members[i].shape, to_api));
    }
    return made;
}

static cJSON *convert_all(const cJSON *node, const struct shape *shape, bool to_api)
{
    cJSON *made = cJSON_IsArray(node) ? cJSON_CreateArray() : cJSON_CreateObject();
    const cJSON *child;
    cJSON_ArrayForEach(child, node)
    {
        if (cJSON_IsNull(child))
            continue;
        if (cJSON_IsArray(node))
            json_add(made, convert(child, shape->element, to_api));
        else
            json_set(made, child->string, convert(child, shape->element, to_api));
    }
    return made;
}

/* Depth: the document's, at most JSON_MAX_DEPTH. */
static cJSON *convert(const cJSON *node, const struct shape *shape, bool to_api)
{
    if (shape->kind == SHAPE_STRUCTURE && cJSON_IsObject(node))
        return convert_structure(node, shape, to_api);
    if ((shape->kind == SHAPE_LIST && cJSON_IsArray(node)) || (shape->kind == SHAPE_MAP && cJSON_IsObject(node)))
        return convert_all(node, shape, to_api);
    if (shape->kind == SHAPE_STRING && shape->values && cJSON_IsString(node))
        return to_api ? enum_to_api(node, shape) : enum_from_api(node, shape);
    return json_thaw(node);
}

cJSON *archive_to_api(const cJSON *node, const struct shape *shape)
{
    return convert(node, shape, true);
}

cJSON *archive_from_api(const cJSON *node, const struct shape *shape)
{
    return convert(node, shape, false);
}
