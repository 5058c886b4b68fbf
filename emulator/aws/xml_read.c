#include <expat.h>
#include <stdlib.h>

#include "aws/scalar.h"
#include "aws/xml.h"

/* ---- a document into elements ---- */

struct level {
    struct xml_node *node, *last_child;
    struct buf text;
};

struct reading {
    struct arena *arena;
    XML_Parser parser;
    struct xml_node *root;
    struct level levels[JSON_MAX_DEPTH];
    size_t depth, elements;
    bool refused;
};

static void refuse(struct reading *reading)
{
    reading->refused = true;
    XML_StopParser(reading->parser, XML_FALSE);
}

static struct str local_name(struct arena *arena, const char *name)
{
    const char *colon = strchr(name, ':');
    return arena_str(arena, str_of(colon ? colon + 1 : name));
}

static void read_attributes(struct reading *reading, struct xml_node *node, const char **pairs)
{
    for (; *pairs; pairs += 2) {
        if (++reading->elements > XML_MOST_ELEMENTS) {
            refuse(reading);
            return;
        }
        struct xml_attribute *attribute = ARENA_NEW(reading->arena, struct xml_attribute);
        attribute->name = local_name(reading->arena, pairs[0]);
        attribute->value = arena_str(reading->arena, str_of(pairs[1]));
        attribute->next = node->attributes;
        node->attributes = attribute;
    }
}

static void element_begins(void *data, const char *name, const char **attributes)
{
    struct reading *reading = data;
    if (reading->refused)
        return;
    if (reading->depth == JSON_MAX_DEPTH || ++reading->elements > XML_MOST_ELEMENTS) {
        refuse(reading);
        return;
    }
    struct xml_node *node = ARENA_NEW(reading->arena, struct xml_node);
    node->name = local_name(reading->arena, name);
    read_attributes(reading, node, attributes);
    struct level *above = reading->depth ? &reading->levels[reading->depth - 1] : NULL;
    if (!above)
        reading->root = node;
    else if (above->last_child)
        above->last_child->next = node;
    else
        above->node->child = node;
    if (above)
        above->last_child = node;
    struct level *level = &reading->levels[reading->depth++];
    level->node = node;
    level->last_child = NULL;
    buf_clear(&level->text);
}

static void element_ends(void *data, const char *name)
{
    struct reading *reading = data;
    if (reading->refused)
        return;
    struct level *level = &reading->levels[--reading->depth];
    level->node->text = arena_str(reading->arena, buf_str(&level->text));
}

static void text_comes(void *data, const char *bytes, int length)
{
    struct reading *reading = data;
    if (!reading->refused && reading->depth)
        buf_add(&reading->levels[reading->depth - 1].text, bytes, (size_t)length);
}

static void doctype_comes(void *data, const char *name, const char *system_id, const char *public_id, int has_subset)
{
    refuse(data);
}

const struct xml_node *xml_parse(struct arena *arena, struct str document)
{
    struct reading *reading = memory_alloc(sizeof *reading);
    reading->arena = arena;
    reading->parser = XML_ParserCreate(NULL);
    if (!reading->parser)
        memory_exhausted();
    XML_SetUserData(reading->parser, reading);
    XML_SetElementHandler(reading->parser, element_begins, element_ends);
    XML_SetCharacterDataHandler(reading->parser, text_comes);
    XML_SetStartDoctypeDeclHandler(reading->parser, doctype_comes);
    bool good = document.length <= INT32_MAX &&
                XML_Parse(reading->parser, document.at, (int)document.length, XML_TRUE) == XML_STATUS_OK;
    const struct xml_node *root = good && !reading->refused ? reading->root : NULL;
    XML_ParserFree(reading->parser);
    for (size_t i = 0; i < JSON_MAX_DEPTH; i++)
        buf_release(&reading->levels[i].text);
    free(reading);
    return root;
}

/* ---- elements into trees ---- */

static bool unknown_element(struct arena *arena, const struct xml_node *node, char **reterr_why)
{
    *reterr_why = arena_printf(arena, "Unexpected element '%.*s'", STR_ARG(node->name));
    return false;
}

static bool add_decoded(struct arena *arena, cJSON *parent, struct str name, const struct shape *shape,
                        const struct xml_node *node, char **reterr_why)
{
    cJSON *value = xml_decode(arena, shape, node, reterr_why);
    if (value)
        scalar_add(arena, parent, name, value);
    return value != NULL;
}

static bool decode_entry(struct arena *arena, cJSON *map, const struct shape *shape, const struct xml_node *entry,
                         char **reterr_why)
{
    const struct xml_node *key = NULL, *value = NULL;
    for (const struct xml_node *part = entry->child; part; part = part->next) {
        if (str_is(part->name, shape->key_wire))
            key = part;
        else if (str_is(part->name, shape->value_wire))
            value = part;
        else
            return unknown_element(arena, part, reterr_why);
    }
    if (!key || !value)
        return unknown_element(arena, entry, reterr_why);
    return add_decoded(arena, map, key->text, shape->element, value, reterr_why);
}

static bool decode_elements(struct arena *arena, cJSON *parent, const struct shape *shape, const struct xml_node *node,
                            char **reterr_why)
{
    const char *wire = shape->kind == SHAPE_LIST ? shape->element_wire : "entry";
    for (const struct xml_node *child = node->child; child; child = child->next) {
        if (!str_is(child->name, wire))
            return unknown_element(arena, child, reterr_why);
        bool good = shape->kind == SHAPE_LIST ? add_decoded(arena, parent, STR_NONE, shape->element, child, reterr_why)
                                              : decode_entry(arena, parent, shape, child, reterr_why);
        if (!good)
            return false;
    }
    return true;
}

/* 0: it is neither a list nor a map. */
static int container_type(const struct shape *shape)
{
    if (shape->kind == SHAPE_LIST)
        return cJSON_Array;
    return shape->kind == SHAPE_MAP ? cJSON_Object : 0;
}

/* One of the elements that stand for a flattened list or map. */
static bool decode_flat(struct arena *arena, cJSON *object, cJSON **container, const struct member *member,
                        const struct xml_node *node, char **reterr_why)
{
    const struct shape *shape = member->shape;
    if (!*container) {
        *container = scalar_node(arena, container_type(shape));
        scalar_add(arena, object, str_of(member->name), *container);
    }
    return shape->kind == SHAPE_LIST ? add_decoded(arena, *container, STR_NONE, shape->element, node, reterr_why)
                                     : decode_entry(arena, *container, shape, node, reterr_why);
}

static void decode_attributes(struct arena *arena, cJSON *object, const struct shape *shape,
                              const struct xml_node *node)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        const char *colon = strchr(member->wire, ':');
        for (const struct xml_attribute *at = member->xml_attribute ? node->attributes : NULL; at; at = at->next)
            if (str_is(at->name, colon ? colon + 1 : member->wire))
                scalar_add(arena, object, str_of(member->name), scalar_string(arena, at->value));
    }
}

static cJSON *decode_structure(struct arena *arena, const struct shape *shape, const struct xml_node *node,
                               char **reterr_why)
{
    cJSON *object = scalar_node(arena, cJSON_Object);
    cJSON **containers = ARENA_ARRAY(arena, cJSON *, shape->member_count + 1);
    decode_attributes(arena, object, shape, node);
    for (const struct xml_node *child = node->child; child; child = child->next) {
        const struct member *member = shape_member_on_wire(shape, child->name);
        bool repeats = member && container_type(member->shape) && member_is_flat(member);
        cJSON **container = member ? &containers[member - shape->members] : NULL;
        if (!member || member->xml_attribute || (*container && !repeats)) {
            unknown_element(arena, child, reterr_why);
            return NULL;
        }
        bool good = repeats ? decode_flat(arena, object, container, member, child, reterr_why)
                            : add_decoded(arena, object, str_of(member->name), member->shape, child, reterr_why);
        if (!good)
            return NULL;
        *container = *container ? *container : object->child->prev;
    }
    return object;
}

/* White space around a number or a date is the document's layout; in a string it is the string's. */
static cJSON *decode_scalar(struct arena *arena, const struct shape *shape, const struct xml_node *node,
                            char **reterr_why)
{
    if (node->child) {
        unknown_element(arena, node->child, reterr_why);
        return NULL;
    }
    struct str text = node->text;
    while (shape->kind != SHAPE_STRING && text.length && strchr(" \t\r\n", text.at[0]))
        text = str_from(text, 1);
    while (shape->kind != SHAPE_STRING && text.length && strchr(" \t\r\n", text.at[text.length - 1]))
        text.length--;
    return scalar_read(arena, shape, text, reterr_why);
}

cJSON *xml_decode(struct arena *arena, const struct shape *shape, const struct xml_node *node, char **reterr_why)
{
    if (shape->kind == SHAPE_STRUCTURE)
        return decode_structure(arena, shape, node, reterr_why);
    if (!container_type(shape))
        return decode_scalar(arena, shape, node, reterr_why);
    cJSON *container = scalar_node(arena, container_type(shape));
    return decode_elements(arena, container, shape, node, reterr_why) ? container : NULL;
}
