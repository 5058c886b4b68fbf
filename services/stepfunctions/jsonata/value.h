/* What expressions compute with: small tagged values. Numbers stand in the value itself, strings are spans, what came from
 * outside is a node that nobody copies. Everything else is made in the run's arena and lives as long as the run. */
#ifndef JSONATA_VALUE_H
#define JSONATA_VALUE_H

#include "base/json.h"

struct run;

enum kind {
    KIND_UNDEFINED,
    KIND_NULL,
    KIND_BOOL,
    KIND_NUMBER,
    KIND_STRING, /* UTF-8, but a lone surrogate stands as its three bytes, as the reference can have them */
    KIND_ARRAY,
    KIND_NODES, /* an array of the input's */
    KIND_OBJECT,
    KIND_NODE, /* an object of the input's */
    KIND_FUNCTION,
    KIND_TUPLE, /* an element of a tuple stream; never seen by expressions */
    KIND_TAIL,  /* a call in tail position that waits in the run; never seen by expressions */
};

struct value {
    uint8_t kind;
    bool truth;
    uint32_t length; /* of a string */
    union {
        double number;
        const char *text;
        const cJSON *node;
        struct array *array;
        struct object *object;
        struct function *function;
        struct tuple *tuple;
    };
};

struct array {
    struct value *items;
    uint32_t count, capacity;
    bool sequence;       /* made by a path: one item is that item, none is nothing */
    bool keep_singleton; /* … unless [] asked to keep it an array */
    bool constructed;    /* by [ ] as a step: paths do not flatten it */
    bool outer;          /* wraps an input that is an array, so that it counts as one input */
    bool tuples;         /* a tuple stream */
};

struct member {
    struct str name;
    uint64_t hash;
    struct value value;
};

struct object {
    struct member *members; /* in order of coming */
    uint32_t count, capacity;
    uint32_t *slots; /* open addressing, index + 1; NULL while there are few members */
    uint32_t slot_count;
};

#define UNDEFINED ((struct value){ .kind = KIND_UNDEFINED })

static inline struct value value_of_number(double number)
{
    return (struct value){ .kind = KIND_NUMBER, .number = number };
}

static inline struct value value_of_bool(bool truth)
{
    return (struct value){ .kind = KIND_BOOL, .truth = truth };
}

static inline struct value value_of_text(struct str text)
{
    return (struct value){ .kind = KIND_STRING, .length = (uint32_t)text.length, .text = text.at };
}

static inline struct value value_of_array(struct array *array)
{
    return (struct value){ .kind = KIND_ARRAY, .array = array };
}

static inline struct value value_of_object(struct object *object)
{
    return (struct value){ .kind = KIND_OBJECT, .object = object };
}

static inline struct value value_of_function(struct function *function)
{
    return (struct value){ .kind = KIND_FUNCTION, .function = function };
}

static inline struct str value_text(struct value string)
{
    return (struct str){ string.text, string.length };
}

static inline bool value_is_defined(struct value value)
{
    return value.kind != KIND_UNDEFINED;
}

static inline bool value_is_list(struct value value)
{
    return value.kind == KIND_ARRAY || value.kind == KIND_NODES;
}

static inline bool value_is_map(struct value value)
{
    return value.kind == KIND_OBJECT || value.kind == KIND_NODE;
}

static inline bool value_is_sequence(struct value value)
{
    return value.kind == KIND_ARRAY && value.array->sequence;
}

struct value value_of_node(const cJSON *node); /* NULL: undefined */

/* ---- lists, of either kind ---- */

struct array *array_new(struct run *run, size_t room);
struct array *sequence_new(struct run *run);
struct array *sequence_of(struct run *run, struct value value); /* of one */
void array_push(struct run *run, struct array *array, struct value value);
void array_push_all(struct run *run, struct array *array, struct value list);
/* Its items if it is a list, else itself. */
void array_push_flat(struct run *run, struct array *array, struct value value);
size_t list_count(struct value list);
struct value list_at(struct value list, double index); /* undefined: out of range */

struct cursor {
    const struct array *array;
    uint32_t next;
    const cJSON *node;
};

static inline struct cursor list_open(struct value list)
{
    return list.kind == KIND_ARRAY ? (struct cursor){ list.array, 0, NULL }
                                   : (struct cursor){ NULL, 0, list.kind == KIND_NODES ? list.node->child : NULL };
}

static inline bool list_next(struct cursor *cursor, struct value *ret_item)
{
    if (cursor->array) {
        if (cursor->next == cursor->array->count)
            return false;
        *ret_item = cursor->array->items[cursor->next++];
        return true;
    }
    if (!cursor->node)
        return false;
    *ret_item = value_of_node(cursor->node);
    cursor->node = cursor->node->next;
    return true;
}

/* ---- objects, of either kind ---- */

struct object *object_new(struct run *run);
void object_set(struct run *run, struct object *object, struct str name, struct value value);
void object_remove(struct object *object, struct str name);
struct member *object_find(const struct object *object, struct str name); /* NULL: not there */
struct value map_at(struct value map, struct str name);                   /* undefined: not there */
size_t map_count_of(struct value map);

struct member_cursor {
    const struct object *object;
    uint32_t next;
    const cJSON *node;
};

static inline struct member_cursor map_open(struct value map)
{
    return map.kind == KIND_OBJECT ? (struct member_cursor){ map.object, 0, NULL }
                                   : (struct member_cursor){ NULL, 0, map.kind == KIND_NODE ? map.node->child : NULL };
}

bool map_next_member(struct member_cursor *cursor, struct str *ret_name, struct value *ret_value);

/* ---- what all values have ---- */

/* What a name finds in it: a member of an object, the members of an array's objects. */
struct value value_lookup(struct run *run, struct value value, struct str name);
bool value_equal(struct run *run, struct value a, struct value b);
uint64_t value_hash(struct run *run, struct value value); /* equal values have equal hashes */
int text_compare(struct str a, struct str b);             /* in the order of UTF-16 */
/* $boolean: undefined is false here. */
bool value_truth(struct run *run, struct value value);
/* A copy down to its last member, of the run's own making. */
struct value value_clone(struct run *run, struct value value);
struct value value_flatten(struct run *run, struct value list);
/* A sequence as expressions see it: its one item, nothing, or itself. */
static inline struct value value_settle(struct value value)
{
    if (value.kind != KIND_ARRAY || !value.array->sequence || value.array->tuples || value.array->count > 1)
        return value;
    if (value.array->count == 0)
        return UNDEFINED;
    return value.array->keep_singleton ? value : value.array->items[0];
}

#endif
