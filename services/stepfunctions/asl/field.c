#include "services/stepfunctions/asl/reader.h"

bool fields_of_object(struct diagnostics *diagnostics, const struct spot *spot, const cJSON *node)
{
    if (cJSON_IsObject(node))
        return true;
    diagnose(diagnostics, spot, "Expected value of type Object");
    return false;
}

bool fields_require(struct diagnostics *diagnostics, const struct spot *spot, const cJSON *node,
                    const char *const *names)
{
    struct buf missing = BUF_EMPTY;
    for (; *names; names++) {
        if (json_get(node, *names))
            continue;
        buf_add_text(&missing, missing.length ? ", " : "");
        buf_add_text(&missing, *names);
    }
    bool complete = missing.length == 0;
    if (!complete)
        diagnose(diagnostics, spot, "These fields are required: [%.*s]", STR_ARG(buf_str(&missing)));
    buf_release(&missing);
    return complete;
}

static const struct field *find_field(const struct field *table, unsigned where, const char *name)
{
    for (; table->name; table++) {
        if ((table->where & where) && strcmp(table->name, name) == 0)
            return table;
    }
    return NULL;
}

/* JSONata's own fields cannot stand in a JSONPath state, nor the other way round. */
static bool check_language(struct draft *draft, const struct spot *spot, const struct field *field)
{
    if (field->language == FIELD_ANY || (field->language == FIELD_JSONATA) == draft->jsonata)
        return true;
    const char *here = draft->jsonata ? "JSONata" : "JSONPath", *there = draft->jsonata ? "JSONPath" : "JSONata";
    diagnose(&draft->reader->schema, spot,
             "The QueryLanguage is set to '%s', but field '%s' is only supported for the '%s' QueryLanguage", here,
             field->name, there);
    return false;
}

void fields_read(struct draft *draft, const struct field *table, unsigned where, void *object, const struct spot *spot,
                 const cJSON *node)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, node)
    {
        const struct field *field = find_field(table, where, member->string);
        if (!field)
            diagnose(&draft->reader->schema, spot, "Field '%s' is not supported", member->string);
        else if (check_language(draft, spot, field) && field->read)
            field->read(draft, object, SPOT(spot, member->string), member);
    }
}

size_t fields_count(const cJSON *node, const char *const *names)
{
    size_t count = 0;
    for (; *names; names++)
        count += json_get(node, *names) != NULL;
    return count;
}

void fields_exclude(struct diagnostics *diagnostics, const struct spot *spot, const cJSON *node,
                    const char *const *names)
{
    if (fields_count(node, names) < 2)
        return;
    struct buf list = BUF_EMPTY;
    for (; *names; names++) {
        buf_add_text(&list, list.length ? ", " : "");
        buf_add_text(&list, *names);
    }
    diagnose(diagnostics, spot, "Only one of these fields may be used: [%.*s]", STR_ARG(buf_str(&list)));
    buf_release(&list);
}
