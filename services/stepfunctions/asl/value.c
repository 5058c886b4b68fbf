#include "services/stepfunctions/asl/value.h"

#include <stdlib.h>

static cJSON *new_node(struct arena *arena, int type)
{
    cJSON *node = ARENA_NEW(arena, cJSON);
    node->type = type;
    return node;
}

cJSON *value_share(struct arena *arena, const cJSON *node)
{
    cJSON *shared = arena_room(arena, sizeof *shared);
    *shared = *node;
    shared->next = shared->prev = NULL;
    shared->string = NULL;
    shared->type = value_kind(node) | cJSON_IsReference;
    return shared;
}

cJSON *value_object(struct arena *arena)
{
    return new_node(arena, cJSON_Object);
}

cJSON *value_array(struct arena *arena)
{
    return new_node(arena, cJSON_Array);
}

cJSON *value_string(struct arena *arena, struct str text)
{
    cJSON *node = new_node(arena, cJSON_String);
    node->valuestring = arena_copy(arena, text);
    return node;
}

static void set_number(cJSON *node, double number)
{
    node->valuedouble = number;
    node->valueint = number >= INT32_MAX ? INT32_MAX : number <= INT32_MIN ? INT32_MIN : (int)number;
}

cJSON *value_number(struct arena *arena, double number)
{
    cJSON *node = new_node(arena, cJSON_Number);
    set_number(node, number);
    return node;
}

cJSON *value_int64(struct arena *arena, int64_t number)
{
    char digits[24];
    cJSON *node = value_number(arena, (double)number);
    node->valuestring = arena_copy(arena, str_put_int64(digits, number));
    return node;
}

cJSON *value_digits(struct arena *arena, struct str digits)
{
    cJSON *node = new_node(arena, cJSON_Number);
    node->valuestring = arena_copy(arena, digits);
    set_number(node, strtod(node->valuestring, NULL));
    return node;
}

cJSON *value_bool(struct arena *arena, bool truth)
{
    cJSON *node = new_node(arena, truth ? cJSON_True : cJSON_False);
    node->valueint = truth;
    return node;
}

cJSON *value_null(struct arena *arena)
{
    return new_node(arena, cJSON_NULL);
}

/* As everywhere in cJSON, the first child's `prev` is the last. */
void value_append(cJSON *array, cJSON *child)
{
    child->next = NULL;
    if (!array->child) {
        array->child = child->prev = child;
        return;
    }
    child->prev = array->child->prev;
    child->prev->next = child;
    array->child->prev = child;
}

void value_add(cJSON *object, const char *name_kept, cJSON *child)
{
    child->string = (char *)(uintptr_t)name_kept; /* cJSON's field is not const; nobody writes to it */
    value_append(object, child);
}

/* `child` takes the place of `old`, which keeps nothing. */
static void replace_child(cJSON *parent, cJSON *old, cJSON *child)
{
    child->string = old->string;
    child->next = old->next;
    child->prev = old->prev == old ? child : old->prev;
    if (parent->child == old)
        parent->child = child;
    else
        old->prev->next = child;
    if (old->next)
        old->next->prev = child;
    else
        parent->child->prev = child;
}

void value_set(struct arena *arena, cJSON *object, struct str name, cJSON *child)
{
    cJSON *old = (cJSON *)(uintptr_t)json_get_str(object, name); /* of an arena tree, which is ours to change */
    if (old)
        replace_child(object, old, child);
    else
        value_add(object, arena_copy(arena, name), child);
}

cJSON *value_copy_level(struct arena *arena, const cJSON *object_or_array)
{
    cJSON *copy = new_node(arena, value_kind(object_or_array));
    for (const cJSON *child = object_or_array->child; child; child = child->next)
        value_add(copy, child->string, value_share(arena, child));
    return copy;
}

size_t value_count(const cJSON *container)
{
    size_t count = 0;
    for (const cJSON *child = container->child; child; child = child->next)
        count++;
    return count;
}
