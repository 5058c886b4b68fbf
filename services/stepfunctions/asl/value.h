/* Values that expressions compute: cJSON nodes in an arena, which share what they can with the nodes that they were computed
 * from. They print and read as any other node, but stand in their arena for ever: never hand them to cJSON_Delete. */
#ifndef ASL_VALUE_H
#define ASL_VALUE_H

#include "base/arena.h"
#include "base/json.h"

/* A node in the arena that shares what `node` holds: it can stand in a new tree without a deep copy. */
cJSON *value_share(struct arena *arena, const cJSON *node);
cJSON *value_object(struct arena *arena);
cJSON *value_array(struct arena *arena);
cJSON *value_string(struct arena *arena, struct str text);
cJSON *value_number(struct arena *arena, double number);
cJSON *value_int64(struct arena *arena, int64_t number);
cJSON *value_digits(struct arena *arena, struct str digits); /* a number that prints as it is written here */
cJSON *value_bool(struct arena *arena, bool truth);
cJSON *value_null(struct arena *arena);
/* Arena trees only: appends, sets (replacing a member of that name). The child must stand in no other tree. */
void value_append(cJSON *array, cJSON *child);
void value_set(struct arena *arena, cJSON *object, struct str name, cJSON *child);
/* As value_set for a name that is known to be new; it is borrowed and must outlive the tree. */
void value_add(cJSON *object, const char *name_kept, cJSON *child);
/* A copy that can be changed, member by member, along one path: objects and arrays on the way are copied shallowly. */
cJSON *value_copy_level(struct arena *arena, const cJSON *object_or_array);

static inline int value_kind(const cJSON *node)
{
    return node->type & 0xFF;
}

static inline bool value_is(const cJSON *node, int kind)
{
    return node && value_kind(node) == kind;
}

static inline bool value_is_bool(const cJSON *node)
{
    return node && (value_kind(node) == cJSON_True || value_kind(node) == cJSON_False);
}

static inline bool value_is_container(const cJSON *node)
{
    return node && (value_kind(node) == cJSON_Object || value_kind(node) == cJSON_Array);
}

size_t value_count(const cJSON *container); /* its children */

#endif
