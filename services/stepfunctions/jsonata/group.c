/* { key: value, … }: by itself one group, behind an expression one for each key that the elements yield. */
#include "services/stepfunctions/jsonata/function.h"

struct entry {
    struct str key;
    struct value data;
    uint32_t pair;
    bool grown; /* the data are a list of our own */
};

struct grouping {
    struct run *run;
    const struct group *group;
    struct frame *frame;
    struct object *index; /* key to its place in `entries` */
    struct entry *entries;
    uint32_t count, capacity;
};

static struct value evaluate_in(const struct grouping *grouping, const struct node *node, struct value item)
{
    if (item.kind != KIND_TUPLE)
        return evaluate(grouping->run, node, item, grouping->frame);
    struct frame *frame = frame_of_tuple(grouping->run, grouping->frame, item.tuple);
    struct value value = evaluate(grouping->run, node, item.tuple->context, frame);
    frame_close(grouping->run, frame);
    return value;
}

static _Noreturn void refuse(const struct grouping *grouping, const char *code, struct value key)
{
    run_fail(grouping->run, (struct fault){ .code = code, .position = grouping->group->position, .value = key });
}

static void add_entry(struct grouping *grouping, struct str key, struct value item, uint32_t pair)
{
    struct run *run = grouping->run;
    if (grouping->count == grouping->capacity) {
        uint32_t capacity = grouping->capacity ? grouping->capacity * 2 : 8;
        struct entry *wider = run_room(run, capacity * sizeof *wider);
        if (grouping->count)
            memcpy(wider, grouping->entries, grouping->count * sizeof *wider);
        grouping->entries = wider;
        grouping->capacity = capacity;
    }
    object_set(run, grouping->index, key, value_of_number(grouping->count));
    grouping->entries[grouping->count++] = (struct entry){ .key = key, .data = item, .pair = pair };
}

static void grow_entry(struct run *run, struct entry *entry, struct value item)
{
    if (!value_is_defined(item))
        return;
    if (!value_is_defined(entry->data)) {
        entry->data = item;
        return;
    }
    if (!entry->grown) {
        struct array *data = array_new(run, 4);
        array_push_flat(run, data, entry->data);
        entry->data = value_of_array(data);
        entry->grown = true;
    }
    array_push_flat(run, entry->data.array, item);
}

static void group_item(struct grouping *grouping, struct value item)
{
    for (uint32_t i = 0; i < grouping->group->count; i++) {
        struct value key = evaluate_in(grouping, grouping->group->pairs[i].key, item);
        if (!value_is_defined(key))
            continue;
        if (key.kind != KIND_STRING)
            refuse(grouping, "T1003", key);
        const struct member *known = object_find(grouping->index, value_text(key));
        if (!known) {
            add_entry(grouping, value_text(key), item, i);
            continue;
        }
        struct entry *entry = &grouping->entries[(uint32_t)known->value.number];
        if (entry->pair != i)
            refuse(grouping, "D1009", key);
        grow_entry(grouping->run, entry, item);
    }
}

static struct value append(struct run *run, struct value to, struct value more)
{
    struct entry entry = { .data = to };
    grow_entry(run, &entry, more);
    return entry.data;
}

static bool has_binding(const struct binding *bindings, struct str name)
{
    for (; bindings; bindings = bindings->next)
        if (str_equal(bindings->name, name))
            return true;
    return false;
}

/* Many tuples as one: each variable has the values that it had in all of them. */
static struct value merge_tuples(struct run *run, struct value data)
{
    if (data.kind == KIND_TUPLE)
        return data;
    struct tuple *merged = run_room(run, sizeof *merged);
    *merged = (struct tuple){ UNDEFINED, NULL };
    for (uint32_t i = 0; i < data.array->count; i++) {
        const struct tuple *tuple = data.array->items[i].tuple;
        merged->context = i ? append(run, merged->context, tuple->context) : tuple->context;
        for (struct binding *from = tuple->bindings; from; from = from->next)
            if (!has_binding(merged->bindings, from->name)) {
                struct binding *binding = run_room(run, sizeof *binding);
                *binding = (struct binding){ merged->bindings, from->name, UNDEFINED };
                merged->bindings = binding;
            }
    }
    for (struct binding *binding = merged->bindings; binding; binding = binding->next) {
        struct entry entry = { .data = UNDEFINED };
        for (uint32_t i = 0; i < data.array->count; i++) {
            struct frame one = { .bindings = data.array->items[i].tuple->bindings };
            const struct value *value = frame_find(&one, binding->name);
            if (value)
                grow_entry(run, &entry, *value);
        }
        binding->value = entry.data;
    }
    return (struct value){ .kind = KIND_TUPLE, .tuple = merged };
}

struct value evaluate_group(struct run *run, const struct group *group, struct value input, struct frame *frame)
{
    struct grouping grouping = { .run = run, .group = group, .frame = frame, .index = object_new(run) };
    struct object *result = object_new(run);
    struct value item;
    bool tuples = input.kind == KIND_ARRAY && input.array->tuples, any = false;
    if (!value_is_list(input)) {
        group_item(&grouping, input);
    } else {
        for (struct cursor cursor = list_open(input); list_next(&cursor, &item); any = true)
            group_item(&grouping, item);
        if (!any)
            group_item(&grouping, UNDEFINED);
    }
    for (uint32_t i = 0; i < grouping.count; i++) {
        struct entry *entry = &grouping.entries[i];
        struct value data = tuples && any ? merge_tuples(run, entry->data) : entry->data;
        struct value value = evaluate_in(&grouping, group->pairs[entry->pair].value, data);
        if (value_is_defined(value))
            object_set(run, result, entry->key, value);
    }
    return value_of_object(result);
}
