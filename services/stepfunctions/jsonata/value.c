#include "services/stepfunctions/jsonata/value.h"

#include <math.h>
#include <string.h>

#include "services/stepfunctions/jsonata/run.h"

#define FEW_MEMBERS 8 /* up to here a walk is quicker than a table */

struct value value_of_node(const cJSON *node)
{
    if (!node)
        return UNDEFINED;
    switch (node->type & 0xFF) {
    case cJSON_False:
        return value_of_bool(false);
    case cJSON_True:
        return value_of_bool(true);
    case cJSON_Number:
        return value_of_number(node->valuedouble);
    case cJSON_String:
        return value_of_text(str_of(node->valuestring));
    case cJSON_Array:
        return (struct value){ .kind = KIND_NODES, .node = node };
    case cJSON_Object:
        return (struct value){ .kind = KIND_NODE, .node = node };
    default:
        return (struct value){ .kind = KIND_NULL };
    }
}

/* ---- lists ---- */

struct array *array_new(struct run *run, size_t room)
{
    struct array *array = run_room(run, sizeof *array);
    *array = (struct array){ .capacity = (uint32_t)room };
    if (room)
        array->items = run_room(run, room * sizeof *array->items);
    return array;
}

struct array *sequence_new(struct run *run)
{
    struct array *array = array_new(run, 0);
    array->sequence = true;
    return array;
}

struct array *sequence_of(struct run *run, struct value value)
{
    struct array *array = array_new(run, 1);
    array->sequence = true;
    array_push(run, array, value);
    return array;
}

static void array_grow(struct run *run, struct array *array, size_t least)
{
    size_t capacity = array->capacity < 4 ? 4 : (size_t)array->capacity * 2;
    if (capacity < least)
        capacity = least;
    struct value *wider = run_room(run, capacity * sizeof *wider);
    if (array->count)
        memcpy(wider, array->items, array->count * sizeof *wider);
    array->items = wider;
    array->capacity = (uint32_t)capacity;
}

void array_push(struct run *run, struct array *array, struct value value)
{
    if (array->count == array->capacity)
        array_grow(run, array, 0);
    array->items[array->count++] = value;
}

void array_push_all(struct run *run, struct array *array, struct value list)
{
    struct value item;
    if (list.kind == KIND_ARRAY) {
        uint32_t more = list.array->count;
        run_tick(run, more);
        if (array->capacity - array->count < more)
            array_grow(run, array, (size_t)array->count + more);
        if (more)
            memcpy(array->items + array->count, list.array->items, more * sizeof *array->items);
        array->count += more;
        return;
    }
    for (struct cursor cursor = list_open(list); list_next(&cursor, &item);)
        array_push(run, array, item);
}

void array_push_flat(struct run *run, struct array *array, struct value value)
{
    if (value_is_list(value))
        array_push_all(run, array, value);
    else
        array_push(run, array, value);
}

size_t list_count(struct value list)
{
    size_t count = 0;
    if (list.kind == KIND_ARRAY)
        return list.array->count;
    for (const cJSON *child = list.node->child; child; child = child->next)
        count++;
    return count;
}

struct value list_at(struct value list, double index)
{
    if (!(index >= 0) || index > UINT32_MAX)
        return UNDEFINED;
    size_t at = (size_t)index;
    if (list.kind == KIND_ARRAY)
        return at < list.array->count ? list.array->items[at] : UNDEFINED;
    const cJSON *child = list.node->child;
    while (child && at--)
        child = child->next;
    return value_of_node(child);
}

/* ---- objects ---- */

struct object *object_new(struct run *run)
{
    struct object *object = run_room(run, sizeof *object);
    *object = (struct object){ 0 };
    return object;
}

static uint32_t *slot_of(const struct object *object, struct str name, uint64_t hash)
{
    uint32_t mask = object->slot_count - 1;
    for (uint32_t at = (uint32_t)hash & mask;; at = (at + 1) & mask) {
        uint32_t *slot = &object->slots[at];
        if (*slot == 0)
            return slot;
        const struct member *member = &object->members[*slot - 1];
        if (member->hash == hash && str_equal(member->name, name))
            return slot;
    }
}

struct member *object_find(const struct object *object, struct str name)
{
    if (object->slots) {
        uint32_t slot = *slot_of(object, name, str_hash(name));
        return slot ? &object->members[slot - 1] : NULL;
    }
    for (uint32_t i = 0; i < object->count; i++)
        if (str_equal(object->members[i].name, name))
            return &object->members[i];
    return NULL;
}

static void object_index(struct object *object)
{
    memset(object->slots, 0, object->slot_count * sizeof *object->slots);
    for (uint32_t i = 0; i < object->count; i++)
        *slot_of(object, object->members[i].name, object->members[i].hash) = i + 1;
}

static void object_grow(struct run *run, struct object *object)
{
    size_t capacity = object->capacity ? (size_t)object->capacity * 2 : 4;
    struct member *wider = run_room(run, capacity * sizeof *wider);
    if (object->count)
        memcpy(wider, object->members, object->count * sizeof *wider);
    object->members = wider;
    object->capacity = (uint32_t)capacity;
    if (capacity <= FEW_MEMBERS)
        return;
    object->slot_count = (uint32_t)capacity * 2;
    object->slots = run_room(run, object->slot_count * sizeof *object->slots);
    for (uint32_t i = 0; i < object->count; i++)
        object->members[i].hash = str_hash(object->members[i].name);
    object_index(object);
}

void object_set(struct run *run, struct object *object, struct str name, struct value value)
{
    struct member *member = object_find(object, name);
    if (member) {
        member->value = value;
        return;
    }
    if (object->count == object->capacity)
        object_grow(run, object);
    member = &object->members[object->count++];
    *member = (struct member){ .name = name, .value = value };
    if (!object->slots)
        return;
    member->hash = str_hash(name);
    *slot_of(object, name, member->hash) = object->count;
}

void object_remove(struct object *object, struct str name)
{
    struct member *member = object_find(object, name);
    if (!member)
        return;
    size_t index = (size_t)(member - object->members);
    memmove(member, member + 1, (object->count - index - 1) * sizeof *member);
    object->count--;
    if (object->slots)
        object_index(object);
}

struct value map_at(struct value map, struct str name)
{
    if (map.kind == KIND_OBJECT) {
        const struct member *member = object_find(map.object, name);
        return member ? member->value : UNDEFINED;
    }
    if (map.kind != KIND_NODE)
        return UNDEFINED;
    for (const cJSON *child = map.node->child; child; child = child->next)
        if (child->string[0] == (name.length ? name.at[0] : '\0') && str_equal(str_of(child->string), name))
            return value_of_node(child);
    return UNDEFINED;
}

size_t map_count_of(struct value map)
{
    return map.kind == KIND_OBJECT ? map.object->count : list_count(map);
}

bool map_next_member(struct member_cursor *cursor, struct str *ret_name, struct value *ret_value)
{
    if (cursor->object) {
        if (cursor->next == cursor->object->count)
            return false;
        const struct member *member = &cursor->object->members[cursor->next++];
        *ret_name = member->name;
        *ret_value = member->value;
        return true;
    }
    if (!cursor->node)
        return false;
    *ret_name = str_of(cursor->node->string);
    *ret_value = value_of_node(cursor->node);
    cursor->node = cursor->node->next;
    return true;
}

/* ---- what all values have ---- */

struct value value_lookup(struct run *run, struct value value, struct str name)
{
    struct value item;
    if (!value_is_list(value))
        return map_at(value, name);
    run_enter(run);
    struct array *found = sequence_new(run);
    for (struct cursor cursor = list_open(value); list_next(&cursor, &item);) {
        run_tick(run, 1);
        item = value_lookup(run, item, name);
        if (value_is_defined(item))
            array_push_flat(run, found, item);
    }
    run_leave(run);
    return value_of_array(found);
}

static bool lists_equal(struct run *run, struct value a, struct value b)
{
    struct value one, other;
    if (list_count(a) != list_count(b))
        return false;
    struct cursor left = list_open(a), right = list_open(b);
    while (list_next(&left, &one) && list_next(&right, &other))
        if (!value_equal(run, one, other))
            return false;
    return true;
}

static bool maps_equal(struct run *run, struct value a, struct value b)
{
    struct str name;
    struct value one;
    if (map_count_of(a) != map_count_of(b))
        return false;
    for (struct member_cursor cursor = map_open(a); map_next_member(&cursor, &name, &one);) {
        struct value other = map_at(b, name);
        if (!value_is_defined(other) || !value_equal(run, one, other))
            return false;
    }
    return true;
}

bool value_equal(struct run *run, struct value a, struct value b)
{
    bool equal;
    run_tick(run, 1);
    if (value_is_list(a) != value_is_list(b) || value_is_map(a) != value_is_map(b))
        return false;
    if (value_is_list(a) || value_is_map(a)) {
        if (a.kind == b.kind && a.node == b.node)
            return true;
        run_enter(run);
        equal = value_is_list(a) ? lists_equal(run, a, b) : maps_equal(run, a, b);
        run_leave(run);
        return equal;
    }
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case KIND_BOOL:
        return a.truth == b.truth;
    case KIND_NUMBER:
        return a.number == b.number;
    case KIND_STRING:
        run_tick(run, a.length / 64);
        return str_equal(value_text(a), value_text(b));
    case KIND_FUNCTION:
        return a.function == b.function;
    default:
        return true;
    }
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = a * 31 + b;
    x ^= x >> 32; /* doubles differ in their upper bits */
    x *= 0x9E3779B97F4A7C15u;
    return x ^ x >> 29;
}

uint64_t value_hash(struct run *run, struct value value)
{
    uint64_t hash = value_is_list(value) ? 101 : value_is_map(value) ? 102 : value.kind;
    struct value item;
    struct str name;
    run_tick(run, 1);
    if (value.kind == KIND_BOOL)
        return mix(hash, value.truth);
    if (value.kind == KIND_NUMBER) {
        double number = value.number + 0.0; /* both zeros are one */
        uint64_t bits;
        memcpy(&bits, &number, sizeof bits);
        return mix(hash, bits);
    }
    run_tick(run, value.kind == KIND_STRING ? value.length / 64 : 0);
    if (value.kind == KIND_STRING)
        return mix(hash, str_hash(value_text(value)));
    run_enter(run);
    for (struct cursor cursor = list_open(value); value_is_list(value) && list_next(&cursor, &item);)
        hash = mix(hash, value_hash(run, item));
    if (value_is_map(value)) /* in whatever order */
        for (struct member_cursor cursor = map_open(value); map_next_member(&cursor, &name, &item);)
            hash += mix(str_hash(name), value_hash(run, item));
    run_leave(run);
    return hash;
}

int text_compare(struct str a, struct str b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    for (size_t i = 0; i < common; i++) {
        unsigned char left = (unsigned char)a.at[i], right = (unsigned char)b.at[i];
        if (left == right)
            continue;
        /* UTF-16 writes what is beyond the BMP with surrogates, which come before U+E000. */
        if (left >= 0xEE && right >= 0xEE && (left >= 0xF0) != (right >= 0xF0))
            return left >= 0xF0 ? -1 : 1;
        return left < right ? -1 : 1;
    }
    return a.length < b.length ? -1 : a.length > b.length;
}

bool value_truth(struct run *run, struct value value)
{
    struct value item;
    switch (value.kind) {
    case KIND_BOOL:
        return value.truth;
    case KIND_NUMBER:
        return value.number != 0 && value_is_number(run, value);
    case KIND_STRING:
        return value.length > 0;
    case KIND_OBJECT:
        return value.object->count > 0;
    case KIND_NODE:
        return value.node->child != NULL;
    case KIND_ARRAY:
    case KIND_NODES: {
        bool any = false;
        run_enter(run);
        for (struct cursor cursor = list_open(value); !any && list_next(&cursor, &item);) {
            run_tick(run, 1);
            any = value_truth(run, item);
        }
        run_leave(run);
        return any;
    }
    default:
        return false;
    }
}

struct value value_clone(struct run *run, struct value value)
{
    struct value item;
    struct str name;
    run_tick(run, 1);
    if (value_is_list(value)) {
        run_enter(run);
        struct array *copy = array_new(run, list_count(value));
        for (struct cursor cursor = list_open(value); list_next(&cursor, &item);)
            array_push(run, copy, value_clone(run, item));
        run_leave(run);
        return value_of_array(copy);
    }
    if (value_is_map(value)) {
        run_enter(run);
        struct object *copy = object_new(run);
        for (struct member_cursor cursor = map_open(value); map_next_member(&cursor, &name, &item);)
            object_set(run, copy, name, value_clone(run, item));
        run_leave(run);
        return value_of_object(copy);
    }
    return value.kind == KIND_FUNCTION ? value_of_text(STR("")) : value;
}

static void flatten_into(struct run *run, struct array *flat, struct value value)
{
    struct value item;
    if (!value_is_list(value)) {
        array_push(run, flat, value);
        return;
    }
    run_enter(run);
    for (struct cursor cursor = list_open(value); list_next(&cursor, &item);) {
        run_tick(run, 1);
        flatten_into(run, flat, item);
    }
    run_leave(run);
}

struct value value_flatten(struct run *run, struct value list)
{
    struct array *flat = array_new(run, 0);
    flatten_into(run, flat, list);
    return value_of_array(flat);
}
